/* history: what is kept of the past: chains of versions, tombstones, the list of changes; see
 * history.h, and the invariants H1 to H4 in state.h.
 *
 * A version that replaces another points to it; one that was made in the same transaction is
 * skipped, as nobody will ever see it:
 *
 *   put v2, put v3, commit        documents ──► v3 ──► v1      v2 dies
 *   delete, commit                deleted ──► tombstone ──► v3 ──► v1
 *   put v4                        documents ──► v4 ──► tombstone ──► v3 ──► v1
 *
 * Nothing here is undone by hand: links are made when a version is, trees and counts are
 * copy-on-write, and the list grows only at the commit, when nothing can fail any more.
 *
 * Trimming takes the oldest listed change v: what is behind it was replaced at v's time, which
 * becomes `past_us`. The pointer in v dangles from then on; H2 tells that it is not followed.
 */
#include "store/expiry.h"
#include "store/history.h"
#include "store/history_int.h"

#include "store/store_int.h"

#include <string.h>

enum {
    TRIM_PER_WRITE = 2, /* more than a write adds: what has piled up is worked off */
    TRIM_OTHER = 64,    /* of the collection whose turn it is */
};

/* -- links ---------------------------------------------------------------------------------- */

/* Where the link of a version stands: at its end. */
static char *link_of(const Version *version)
{
    return (char *)(uintptr_t)version + version_size(version) - sizeof(Version *);
}

Version *version_behind(const Version *version)
{
    Version *behind = NULL;
    if (version->flags & VERSION_LINKED) {
        memcpy(&behind, link_of(version), sizeof behind);
    }
    return behind;
}

const Version *history_behind(const History *history, const Version *version)
{
    bool kept = version_is_new(version) || version->time_us > history->past_us;
    return kept ? version_behind(version) : NULL;
}

Version *version_new(Txn *txn, int64_t id, int64_t doc_len, uint32_t flags, int64_t derived_len,
                     Version *older)
{
    flags |= (derived_len > 0 ? VERSION_DERIVED : 0u) | (older ? VERSION_LINKED : 0u);
    int64_t bytes = version_bytes(flags, doc_len, derived_len);
    Version *version = slab_alloc(txn->store->versions, bytes);
    txn->held_bytes += bytes;
    *version = (Version){.id = id,
                         .time_us = txn->replaying ? txn->replay_time_us : 0,
                         .doc_len = (uint32_t)doc_len,
                         .flags = flags};
    if (older) {
        memcpy((char *)version + bytes - sizeof older, &older, sizeof older);
    }
    return version;
}

const Version *history_at(const History *history, const Version *head, int64_t time_us)
{
    while (head && (version_is_new(head) || head->time_us > time_us)) {
        head = history_behind(history, head);
    }
    return head;
}

/* -- replacing and deleting ------------------------------------------------------------------ */

static Version *find_tombstone(const History *history, int64_t id)
{
    return history->deleted.count == 0 ? NULL
                                       : (Version *)(uintptr_t)tree_find(&history->deleted, id);
}

bool history_keeps(const Txn *txn, const CollectionState *collection, const Version *before)
{
    if (LIKELY(!txn->replaying)) {
        return true;
    }
    /* A version of the same time as the one before was made later, for another derived block. */
    bool rederived = before && before->time_us == txn->replay_time_us;
    int64_t time_us = rederived ? txn->record_time_us : txn->replay_time_us;
    const History *history = &collection->history;
    return time_us >= history->changes_us &&
           txn->store->opened_us - time_us < history->keep_us + HISTORY_MIN_US;
}

Version *history_older(const CollectionState *collection, const Version *before, int64_t id)
{
    const Version *older = before ? before : find_tombstone(&collection->history, id);
    return older && version_is_new(older) ? version_behind(older) : (Version *)(uintptr_t)older;
}

static void count_in(History *history, const Version *version)
{
    history->count++;
    history->bytes += version_size(version);
}

static void count_out(History *history, const Version *version)
{
    history->count--;
    history->bytes -= version_size(version);
}

void history_lose(Txn *txn, CollectionState *collection, bool replaced)
{
    History *history = &collection->history;
    if (history->changes_us < txn->replay_time_us) {
        history->changes_us = txn->replay_time_us;
    }
    if (replaced && history->past_us < txn->replay_time_us) {
        history->past_us = txn->replay_time_us;
    }
}

/* The document of a tombstone is there again. */
static void revive(Txn *txn, History *history, Version *tombstone, const Version *version)
{
    always(tree_remove(&txn->edit, &history->deleted, tree_key_id(tombstone->id)));
    if (version_is_new(tombstone)) {
        count_out(history, tombstone);
        txn_retire(txn, tombstone);
    } else if (txn->replaying && tombstone->time_us == version->time_us) {
        /* Deleted and made again by one transaction: listed, but no change (change_next). */
        tombstone->flags |= VERSION_REPLACED;
    }
}

void history_replace(Txn *txn, CollectionState *collection, Version *before, Version *version,
                     bool keeps)
{
    History *history = &collection->history;
    if (!keeps) {
        history_lose(txn, collection, before != NULL);
        if (before) {
            version_free(txn->store, before);
        }
        return;
    }
    if (!before) {
        Version *tombstone = find_tombstone(history, version->id);
        if (tombstone) {
            revive(txn, history, tombstone, version);
        }
    } else if (version_is_new(before)) {
        txn_retire(txn, before);
    } else {
        count_in(history, before);
    }
    if (txn->replaying) {
        history_note(txn, collection->number, version);
    }
}

Version *history_delete(Txn *txn, CollectionState *collection, Version *before)
{
    History *history = &collection->history;
    if (!history_keeps(txn, collection, NULL)) {
        history_lose(txn, collection, true);
        version_free(txn->store, before);
        return NULL;
    }
    Version *older = before;
    if (version_is_new(before)) {
        txn_retire(txn, before);
        older = version_behind(before);
        if (!older) {
            return before;
        }
    } else {
        count_in(history, before);
    }
    Version *tombstone = older;
    if (!(older->flags & VERSION_DELETED)) {
        tombstone = version_new(txn, before->id, 0, VERSION_DELETED, 0, older);
        count_in(history, tombstone);
    }
    tree_put(&txn->edit, &history->deleted, before->id, (uint64_t)(uintptr_t)tombstone);
    if (txn->replaying) {
        history_note(txn, collection->number, tombstone);
    }
    return tombstone;
}

/* -- the list of changes ----------------------------------------------------------------------- */

static ChangeChunk *find_chunk(const History *history, int64_t number)
{
    return (ChangeChunk *)(uintptr_t)tree_find(&history->chunks, number >> CHANGES_BITS);
}

Version *history_change(const History *history, int64_t number)
{
    assert(number >= history->first && number < history->end);
    return find_chunk(history, number)->at[number & (CHANGES_PER_CHUNK - 1)];
}

/* When `version` was committed: later than it says if it only got another derived block. */
static int64_t time_of_listing(Txn *txn, const Version *version)
{
    if (!txn->replaying) {
        return txn_time_us(txn);
    }
    const Version *behind = version_behind(version);
    return behind && behind->time_us == version->time_us ? txn->record_time_us
                                                         : txn->replay_time_us;
}

static void add_chunk(Txn *txn, History *history, const Version *version)
{
    ChangeChunk *chunk = edit_new(&txn->edit, sizeof *chunk);
    chunk->since_us = time_of_listing(txn, version);
    if (history->end > history->first && history->newest->since_us > chunk->since_us) {
        chunk->since_us = history->newest->since_us;
    }
    tree_put(&txn->edit, &history->chunks, history->end >> CHANGES_BITS,
             (uint64_t)(uintptr_t)chunk);
    history->newest = chunk;
}

void history_note(Txn *txn, uint32_t number, Version *version)
{
    if (!txn_collection(txn, number)) {
        return; /* dropped by the transaction that wrote to it */
    }
    CollectionState *collection = txn_own_collection(txn, number);
    History *history = &collection->history;
    int64_t at = history->end & (CHANGES_PER_CHUNK - 1);
    if (at == 0) {
        add_chunk(txn, history, version);
    }
    history->newest->at[at] = version;
    history->end++;
    int64_t time_us = time_of_listing(txn, version);
    history->newest_us = time_us > history->newest_us ? time_us : history->newest_us;
    if (txn->replaying) {
        history_trim_some(txn, collection, txn->store->opened_us, 1);
    }
}

/* -- trimming ---------------------------------------------------------------------------------- */

/* A committed version that no state from now on has. */
static void release(Txn *txn, Version *version)
{
    if (txn->replaying) {
        version_free(txn->store, version);
    } else {
        ptrs_push(&txn->replaced, version);
    }
}

static bool is_too_much(const Txn *txn, const History *history, int64_t now_us)
{
    int64_t listed = history->end - history->first;
    if (listed == 0) {
        return false;
    }
    if (history->keep_us == 0 &&
        history->bytes + listed * (int64_t)sizeof(Version *) > txn->store->history_bytes) {
        return true;
    }
    return now_us - history_change(history, history->first)->time_us >=
           history->keep_us + HISTORY_MIN_US;
}

/* Takes the oldest change off the list, and drops what it replaced. */
static void trim_one(Txn *txn, CollectionState *collection)
{
    History *history = &collection->history;
    Version *version = history_change(history, history->first);
    Version *behind = version_behind(version);
    bool gone = version->flags & VERSION_DELETED && find_tombstone(history, version->id) == version;
    int64_t time_us = version->time_us;
    if (behind) {
        count_out(history, behind);
        release(txn, behind);
    }
    if ((behind || gone) && history->past_us < time_us) {
        history->past_us = time_us;
    }
    if (history->changes_us < time_us) {
        history->changes_us = time_us;
    }
    if (gone) {
        always(tree_remove(&txn->edit, &history->deleted, tree_key_id(version->id)));
        count_out(history, version);
        release(txn, version);
    }
    ChangeChunk *chunk = find_chunk(history, history->first);
    history->first++;
    if ((history->first & (CHANGES_PER_CHUNK - 1)) == 0) {
        always(tree_remove(&txn->edit, &history->chunks,
                           tree_key_id((history->first - 1) >> CHANGES_BITS)));
        edit_drop(&txn->edit, chunk);
    }
    expiry_note(txn, collection, version);
}

void history_trim_some(Txn *txn, CollectionState *collection, int64_t now_us, int64_t writes)
{
    for (int64_t i = 0; i < TRIM_PER_WRITE * writes; i++) {
        if (!is_too_much(txn, &collection->history, now_us)) {
            return;
        }
        collection = txn_own_collection(txn, collection->number);
        trim_one(txn, collection);
    }
}

void history_trim(Txn *txn)
{
    int64_t now_us = txn_time_us(txn);
    for (int64_t i = 0; i < txn->face.touched; i++) {
        CollectionState *collection = txn_collection(txn, txn->touched[i].collection);
        if (collection) {
            history_trim_some(txn, collection, now_us, txn->touched[i].writes);
            expiry_trim(txn, txn->touched[i].collection, TRIM_PER_WRITE * txn->touched[i].writes);
        }
    }
    CollectionState *other = roots_from(txn->roots, txn->store->trim_turn + 1);
    other = other ? other : roots_from(txn->roots, 0);
    if (other) {
        txn->store->trim_turn = other->number;
        history_trim_some(txn, other, now_us, TRIM_OTHER / TRIM_PER_WRITE);
        expiry_trim(txn, (uint32_t)txn->store->trim_turn, TRIM_OTHER);
    }
}

/* -- as a whole -------------------------------------------------------------------------------- */

/* Drops the versions that a tree leads to; of those that are new, also the one behind, which no
 * listed change has. */
static void drop_heads(Txn *txn, const Tree *heads)
{
    TreeCursor cursor;
    tree_cursor_start(&cursor, heads, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        Version *version = (Version *)(uintptr_t)tree_cursor_payload(&cursor);
        if (!version_is_new(version)) {
            release(txn, version);
            continue;
        }
        Version *behind = version_behind(version);
        if (behind) {
            release(txn, behind);
        }
        txn_retire(txn, version);
    }
}

void history_drop(Txn *txn, CollectionState *collection)
{
    History *history = &collection->history;
    for (int64_t i = history->first; i < history->end; i++) {
        Version *behind = version_behind(history_change(history, i));
        if (behind) {
            release(txn, behind);
        }
    }
    drop_heads(txn, &collection->documents);
    drop_heads(txn, &history->deleted);
    TreeCursor chunks;
    tree_cursor_start(&chunks, &history->chunks, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&chunks)) {
        edit_drop(&txn->edit, (Block *)(uintptr_t)tree_cursor_payload(&chunks));
    }
    tree_drop(&txn->edit, &history->chunks);
    tree_drop(&txn->edit, &history->deleted);
    tree_drop(&txn->edit, &collection->documents);
    txn->found.version = NULL;
}

StoreStatus txn_keep_history(Txn *txn, uint32_t number, int64_t keep_us)
{
    StoreStatus status = txn_check_writable(txn);
    number = txn_number(txn, number);
    CollectionState *collection = txn_collection(txn, number);
    if (status != STORE_OK || !collection) {
        return status != STORE_OK ? status : STORE_NOT_FOUND;
    }
    keep_us = keep_us < HISTORY_KEEP_MAX_US ? keep_us : HISTORY_KEEP_MAX_US;
    if (collection->history.keep_us != keep_us) {
        txn_own_collection(txn, number)->history.keep_us = keep_us;
        txn_push_op(txn, OP_KEEP_HISTORY, number, (void *)(intptr_t)keep_us);
    }
    if (txn->replaying) {
        /* What is replayed next and is too old by now finds nothing of its age (history_keeps). */
        history_trim_some(txn, collection, txn->store->opened_us, INT32_MAX);
    }
    return STORE_OK;
}

void history_restore(Txn *txn, uint32_t number, int64_t keep_us, int64_t past_us,
                     int64_t changes_us)
{
    History *history = &txn_own_collection(txn, number)->history;
    history->keep_us = keep_us;
    history->past_us = past_us > history->past_us ? past_us : history->past_us;
    history->changes_us = changes_us > history->changes_us ? changes_us : history->changes_us;
}

/* -- checking ---------------------------------------------------------------------------------- */

static bool report(Buf *message, const char *text)
{
    if (message) {
        buf_puts(message, text);
    }
    return false;
}

/* What the list leads to, counted. */
typedef struct Recount {
    int64_t count, bytes;
} Recount;

static void recount(Recount *recount, const Version *version)
{
    recount->count++;
    recount->bytes += version_size(version);
}

static bool list_is_sound(const History *history, Recount *found, Buf *message)
{
    int64_t since_us = 0;
    for (int64_t i = history->first; i < history->end; i++) {
        const ChangeChunk *chunk = find_chunk(history, i);
        if (!chunk || chunk->since_us < since_us) {
            return report(message, "the list of changes is not in order.");
        }
        since_us = chunk->since_us;
        const Version *behind = version_behind(history_change(history, i));
        if (behind) {
            recount(found, behind);
        }
    }
    return true;
}

bool history_is_sound(const CollectionState *collection, Buf *message)
{
    const History *history = &collection->history;
    if (!tree_verify(&history->deleted, message) || !tree_verify(&history->chunks, message)) {
        return false;
    }
    Recount found = {0};
    if (history->past_us > history->changes_us || !list_is_sound(history, &found, message)) {
        return report(message, "what is kept of the past is not in order.");
    }
    TreeCursor cursor;
    tree_cursor_start(&cursor, &history->deleted, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        const Version *tombstone = (const Version *)(uintptr_t)tree_cursor_payload(&cursor);
        if (!(tombstone->flags & VERSION_DELETED) ||
            tree_find(&collection->documents, tombstone->id) != 0) {
            return report(message, "a tombstone stands where there is a document.");
        }
        recount(&found, tombstone);
    }
    return (found.count == history->count && found.bytes == history->bytes) ||
           report(message, "versions of the past are counted wrongly.");
}
