/* expiry: see expiry.h. */
#include "store/expiry.h"

#include "store/history_int.h"

#include <string.h>

/* -- trees of endings ---------------------------------------------------------------------------- */

/* The key of an ending. */
static Str ending_key(char bytes[ENDING_BYTES], int64_t ttl_us, int64_t id)
{
    int64_t numbers[] = {ttl_us, id};
    for (int i = 0; i < 2; i++) {
        uint64_t ordered = __builtin_bswap64((uint64_t)numbers[i] ^ (uint64_t)1 << 63);
        memcpy(bytes + 8 * i, &ordered, sizeof ordered);
    }
    return (Str){bytes, ENDING_BYTES};
}

void ending_seek(EndingCursor *cursor, const Tree *endings, int64_t from_us, int64_t to_us)
{
    TreeKey from = tree_key(ending_key(cursor->from, from_us, INT64_MIN));
    TreeKey to = tree_key(ending_key(cursor->to, to_us, INT64_MAX));
    tree_cursor_start(&cursor->tree, endings, from, to, true, false);
    if (from_us > to_us) {
        cursor->tree.depth = 0;
    }
}

bool ending_next(EndingCursor *cursor, int64_t *ttl_us, int64_t *id)
{
    if (!tree_cursor_next(&cursor->tree)) {
        return false;
    }
    char key[ENDING_BYTES];
    tree_cursor_key(&cursor->tree, key);
    *ttl_us = key_entry_id((Str){key, KEY_ID_BYTES});
    *id = key_entry_id((Str){key, ENDING_BYTES});
    return true;
}

int64_t ending_after(const Tree *endings, int64_t time_us)
{
    EndingCursor cursor;
    int64_t ttl_us;
    int64_t id;
    ending_seek(&cursor, endings, time_us + 1, TTL_NEVER);
    return ending_next(&cursor, &ttl_us, &id) ? ttl_us : TTL_NEVER;
}

void ending_add(Txn *txn, Tree *endings, const Version *version)
{
    char key[ENDING_BYTES];
    always(tree_insert(&txn->edit, endings, ending_key(key, version_ttl_us(version), version->id)));
}

bool ending_remove(Txn *txn, Tree *endings, const Version *version)
{
    char key[ENDING_BYTES];
    Str ending = ending_key(key, version_ttl_us(version), version->id);
    return endings->root && tree_remove(&txn->edit, endings, tree_key(ending));
}

/* -- expiring ------------------------------------------------------------------------------------ */

static Version *present(const CollectionState *collection, int64_t id)
{
    return (Version *)(uintptr_t)tree_find(&collection->documents, id);
}

/* Whether a listed version is one that ends some time, and its document's present one. */
static bool may_expire(const CollectionState *collection, const Version *version)
{
    return version->flags & VERSION_TTL && present(collection, version->id) == version;
}

void expiry_note(Txn *txn, CollectionState *collection, const Version *version)
{
    if (!txn->replaying && may_expire(collection, version)) {
        ending_add(txn, &collection->expiring, version);
    }
}

void expiry_forget(Txn *txn, CollectionState *collection, const Version *version)
{
    if (version->flags & VERSION_TTL) {
        (void)ending_remove(txn, &collection->expiring, version);
    }
}

/* A read before the end of what is taken out would not see the truth. */
static void note_lost(History *history, int64_t ttl_us)
{
    history->past_us = ttl_us > history->past_us ? ttl_us : history->past_us;
    history->changes_us =
        history->past_us > history->changes_us ? history->past_us : history->changes_us;
}

void expiry_trim(Txn *txn, uint32_t number, int64_t max)
{
    CollectionState *collection = txn_collection(txn, number);
    for (int64_t i = 0; i < max && collection && collection->expiring.count > 0; i++) {
        int64_t limit_us = txn_now_us(txn) - collection->history.keep_us - HISTORY_MIN_US;
        EndingCursor cursor;
        int64_t ttl_us, id;
        ending_seek(&cursor, &collection->expiring, INT64_MIN, limit_us);
        if (!ending_next(&cursor, &ttl_us, &id)) {
            return;
        }
        Version *ended = present(collection, id);
        always(ended && version_ttl_us(ended) == ttl_us);
        if (txn_take_out(txn, collection, ended) != STORE_OK) {
            return;
        }
        collection = txn_own_collection(txn, number);
        note_lost(&collection->history, ttl_us);
    }
}

void expiry_build(Txn *txn, CollectionState *collection)
{
    if (collection->ttl_count == 0) {
        return;
    }
    TreeCursor cursor;
    tree_cursor_start(&cursor, &collection->documents, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        const Version *version = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        if (version->flags & VERSION_TTL) {
            ending_add(txn, &collection->expiring, version);
        }
    }
    const History *history = &collection->history;
    for (int64_t i = history->first; i < history->end; i++) {
        const Version *version = history_change(history, i);
        if (may_expire(collection, version)) {
            (void)ending_remove(txn, &collection->expiring, version);
        }
    }
}

bool expiry_is_sound(const CollectionState *collection, Buf *message)
{
    bool sound = tree_verify(&collection->expiring, message);
    int64_t ends = 0;
    EndingCursor cursor;
    int64_t ttl_us, id;
    ending_seek(&cursor, &collection->expiring, INT64_MIN, TTL_NEVER);
    while (sound && ending_next(&cursor, &ttl_us, &id)) {
        const Version *version = present(collection, id);
        sound = version && version_ttl_us(version) == ttl_us;
        ends++;
    }
    const History *history = &collection->history;
    for (int64_t i = history->first; sound && i < history->end; i++) {
        ends += may_expire(collection, history_change(history, i));
    }
    if (sound && ends != collection->ttl_count) {
        sound = false;
    }
    if (!sound && message && message->len == 0) {
        buf_puts(message, "the documents that end some time are not all known by their ends.");
    }
    return sound;
}
