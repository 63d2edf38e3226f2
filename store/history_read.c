/* history_read: reads of a store as of a time, and the changes since one; see history.h.
 *
 *   documents at t   documents and tombstones side by side, ascending by id (or descending);
 *                    of each the version of its chain at t
 *   an index at t    the entries of all documents at t that lie in the range, sorted. That takes
 *                    as long as the collection is large: no index is kept of the past
 */
#include "store/history.h"
#include "store/history_int.h"

#include "store/index_int.h"
#include "store/keyed.h"

#include <stdlib.h>
#include <string.h>

/* One of the two trees whose entries are merged. */
typedef struct Heads {
    Tree tree;
    TreeCursor cursor;
    const Version *head; /* NULL: the end */
} Heads;

struct PastReader {
    Txn *txn;
    History history;
    int64_t time_us;
    bool reverse, is_index;
    Heads documents, deleted;
    KeyedList entries; /* is_index: those in the range */
    int64_t at;        /* the next of them */
};

/* -- single documents -------------------------------------------------------------------------- */

static int64_t earliest_us(Txn *txn, int64_t kept_us, int64_t keep_us)
{
    int64_t allowed_us = txn_now_us(txn) - keep_us - HISTORY_MIN_US;
    return kept_us > allowed_us ? kept_us : allowed_us;
}

int64_t txn_past_us(Txn *txn, uint32_t number)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    return collection ? earliest_us(txn, collection->history.past_us, collection->history.keep_us)
                      : 0;
}

/* The version of a chain at a time, unless the document was not there then. */
static const Version *living_at(const History *history, const Version *head, int64_t time_us)
{
    const Version *version = history_at(history, head, time_us);
    bool lives =
        version && !(version->flags & VERSION_DELETED) && version_ttl_us(version) > time_us;
    return lives ? version : NULL;
}

const Version *txn_get_at(Txn *txn, uint32_t number, int64_t id, int64_t time_us)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    if (!collection) {
        return NULL;
    }
    uint64_t head = tree_find(&collection->documents, id);
    if (!head) {
        head = tree_find(&collection->history.deleted, id);
    }
    return living_at(&collection->history, (const Version *)(uintptr_t)head, time_us);
}

/* -- all documents ----------------------------------------------------------------------------- */

static void advance(Heads *heads)
{
    heads->head = tree_cursor_next(&heads->cursor)
                      ? (const Version *)(uintptr_t)tree_cursor_payload(&heads->cursor)
                      : NULL;
}

static void start_heads(Heads *heads, const Tree *tree, int64_t from, int64_t to, bool reverse)
{
    bool bounded = to < INT64_MAX;
    heads->tree = *tree;
    tree_cursor_start(&heads->cursor, &heads->tree, tree_key_id(from),
                      tree_key_id(bounded ? to + 1 : to), bounded, reverse);
    advance(heads);
}

static PastReader *start_reader(Txn *txn, const CollectionState *collection, int64_t from,
                                int64_t to, bool reverse, int64_t time_us)
{
    PastReader *past = memory_zero(sizeof *past);
    past->txn = txn;
    past->history = collection->history;
    past->time_us = time_us;
    past->reverse = reverse;
    start_heads(&past->documents, &collection->documents, from, to, reverse);
    start_heads(&past->deleted, &collection->history.deleted, from, to, reverse);
    return past;
}

StoreCursor *cursor_collection_at(Txn *txn, const CollectionState *collection, int64_t time_us)
{
    return cursor_open_past(txn,
                            start_reader(txn, collection, INT64_MIN, INT64_MAX, false, time_us));
}

StoreCursor *cursor_documents_at(Txn *txn, uint32_t number, int64_t from, int64_t to, bool reverse,
                                 int64_t time_us)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    return cursor_open_past(txn, collection && from <= to
                                     ? start_reader(txn, collection, from, to, reverse, time_us)
                                     : NULL);
}

/* Of the two trees, the one whose entry comes first; no document is in both. */
static Heads *first_heads(PastReader *past)
{
    const Version *living = past->documents.head;
    const Version *gone = past->deleted.head;
    bool is_living = living && (!gone || (living->id < gone->id) != past->reverse);
    return is_living ? &past->documents : &past->deleted;
}

static const Version *next_document(PastReader *past)
{
    for (Heads *heads; (heads = first_heads(past))->head;) {
        const Version *version = living_at(&past->history, heads->head, past->time_us);
        advance(heads);
        if (version) {
            return version;
        }
    }
    return NULL;
}

bool past_next(PastReader *past, const Version **version, Str *key)
{
    const Version *next = NULL;
    if (!past->is_index) {
        next = next_document(past);
    } else if (past->at < past->entries.len) {
        int64_t at = past->reverse ? past->entries.len - 1 - past->at : past->at;
        past->at++;
        next = past->entries.at[at].version;
        if (key) {
            *key = past->entries.at[at].key;
        }
    }
    if (version) {
        *version = next;
    }
    return next != NULL;
}

void past_close(PastReader *past)
{
    if (past) {
        keyed_free(&past->entries);
        free(past);
    }
}

/* -- indexes ----------------------------------------------------------------------------------- */

/* Gathers the entries of all documents. `def` is a reader's. False: `look` gave up. */
static bool gather(PastReader *past, IndexDef *def, Str from, Str to, PastVersion *look,
                   void *context)
{
    EntryList list = {0};
    const Version *version;
    bool ok = true;
    while (ok && (version = next_document(past)) != NULL) {
        const Version *counted = look ? look(context, version) : version;
        ok = counted != NULL;
        /* What does not fit the index, which may be younger, is not in it. */
        if (!ok || index_entries(past->txn->store, def, counted, &list) != STORE_OK) {
            continue;
        }
        for (int64_t i = 0; i < list.len; i++) {
            Str key = list.at[i].key;
            if (str_compare(key, from) >= 0 && (to.len == 0 || str_compare(key, to) < 0)) {
                keyed_push(&past->entries, key, version);
            }
        }
    }
    entries_free(&list);
    keyed_sort(&past->entries);
    return ok;
}

/* Whether the documents of a collection at a time are those of the present: nothing was committed
 * later, nothing is being written, and none of them ends by itself. */
static bool is_present(const Txn *txn, const CollectionState *collection, int64_t time_us)
{
    const History *history = &collection->history;
    int64_t last_us = history->newest_us > history->changes_us ? history->newest_us
                                                               : history->changes_us;
    return last_us <= time_us && collection->ttl_count == 0 && !txn_has_written(txn);
}

StoreCursor *cursor_index_at(Txn *txn, uint32_t number, Str from, Str to, bool reverse,
                             int64_t time_us, PastVersion *look, void *context)
{
    CollectionState *collection = NULL;
    const IndexState *index = txn_index(txn, number, &collection);
    if (!index) {
        return cursor_open_past(txn, NULL);
    }
    if (is_present(txn, collection, time_us)) {
        return cursor_index(txn, number, from, to, reverse);
    }
    PastReader *past = start_reader(txn, collection, INT64_MIN, INT64_MAX, false, time_us);
    ReaderDef reader;
    reader_def_start(&reader, index->def);
    if (!gather(past, &reader.def, from, to, look, context)) {
        past_close(past);
        return NULL;
    }
    past->reverse = reverse;
    past->is_index = true;
    return cursor_open_past(txn, past);
}

int64_t version_entries(Txn *txn, uint32_t number, const Version *version, Str from, Str to,
                        Buf *keys)
{
    CollectionState *collection = NULL;
    const IndexState *index = txn_index(txn, number, &collection);
    EntryList list = {0};
    ReaderDef reader;
    int64_t count = 0;
    keys->len = 0;
    if (!index || !version) {
        return 0;
    }
    reader_def_start(&reader, index->def);
    if (index_entries(txn->store, &reader.def, version, &list) == STORE_OK) {
        for (int64_t i = 0; i < list.len; i++) {
            Str key = list.at[i].key;
            if (str_compare(key, from) >= 0 && (to.len == 0 || str_compare(key, to) < 0)) {
                buf_put(keys, key);
                count++;
            }
        }
    }
    entries_free(&list);
    return count;
}

/* -- changes ----------------------------------------------------------------------------------- */

/* The collection as the state that the transaction began with has it. */
static const CollectionState *committed(const Txn *txn, uint32_t number)
{
    return roots_collection(txn->state->roots, txn_number(txn, number));
}

int64_t txn_changes_since_us(Txn *txn, uint32_t number)
{
    const CollectionState *collection = committed(txn, number);
    return collection
               ? earliest_us(txn, collection->history.changes_us, collection->history.keep_us)
               : 0;
}

static int64_t since_us(const History *history, int64_t chunk)
{
    return ((const ChangeChunk *)(uintptr_t)tree_find(&history->chunks, chunk))->since_us;
}

/* The first number of the last chunk in which nothing was committed before `after_us`. */
static int64_t seek(const History *history, int64_t after_us)
{
    int64_t low = history->first >> CHANGES_BITS;
    int64_t high = (history->end - 1) >> CHANGES_BITS;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (since_us(history, middle) <= after_us) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    int64_t number = low << CHANGES_BITS;
    return number > history->first ? number : history->first;
}

ChangeCursor change_cursor(Txn *txn, uint32_t number, int64_t after_us)
{
    ChangeCursor cursor = {.collection = committed(txn, number), .after_us = after_us};
    if (cursor.collection && cursor.collection->history.end > cursor.collection->history.first) {
        cursor.at = seek(&cursor.collection->history, after_us);
    }
    return cursor;
}

/* Whether it was not over when it was committed. */
static bool version_lived(const Version *version)
{
    return version_ttl_us(version) > version->time_us;
}

/* Whether a listed version is a change, and which: not one that the same transaction replaced,
 * nor one that only got another derived block. */
static bool read_change(const History *history, const Version *version, DocChange *change)
{
    if (version->flags & VERSION_REPLACED) {
        return false;
    }
    const Version *before = history_behind(history, version);
    while (before && before->flags & VERSION_REPLACED) {
        before = version_behind(before);
    }
    if (before && before->time_us == version->time_us) {
        return false;
    }
    if (before && before->flags & VERSION_DELETED) {
        before = NULL;
    }
    bool was_there = before && version_ttl_us(before) > version->time_us;
    bool is_there = !(version->flags & VERSION_DELETED) && version_lived(version);
    change->time_us = version->time_us;
    change->id = version->id;
    change->before = was_there ? before : NULL;
    change->after = is_there ? version : NULL;
    change->ended = before && !was_there && version_lived(before) ? before : NULL;
    return change->before || change->after || change->ended;
}

bool change_next(ChangeCursor *cursor, DocChange *change)
{
    const CollectionState *collection = cursor->collection;
    while (collection && cursor->at < collection->history.end) {
        change->number = cursor->at++;
        const Version *version = history_change(&collection->history, change->number);
        if (version->time_us > cursor->after_us &&
            read_change(&collection->history, version, change)) {
            return true;
        }
    }
    return false;
}
