/* cursor: reading documents and index entries in order, within a transaction; see store.h.
 *
 * A cursor keeps the tree's root of its opening. In a writing transaction that root is frozen
 * (page.h) while the cursor is open; when the last one closes, writes go in place again.
 */
#include "store/aggregate_int.h"
#include "store/history_int.h"

struct StoreCursor {
    Txn *txn;
    StoreCursor *older; /* of the transaction's open cursors, the newest first */
    uint64_t stamp;     /* what was frozen for it */
    bool ended, is_index;
    bool may_expire;              /* some document that it reads ends some time */
    const AggregateState *groups; /* whose groups it reads, or NULL; as frozen as the root */
    const CollectionState *collection;
    PastReader *past;       /* reads as of a time, or NULL */
    PastGroups past_groups; /* without totals: it reads no groups of the past */
    Tree documents;
    TreeCursor tree;
    Buf from, to, key;
};

/* A closed cursor to use again, with the memory of its keys, or a new one. */
static StoreCursor *take_cursor(Txn *txn)
{
    StoreCursor *cursor = txn->spare_cursors;
    if (cursor) {
        txn->spare_cursors = cursor->older;
    } else {
        cursor = memory_zero(sizeof *cursor);
    }
    cursor->from.len = cursor->to.len = cursor->key.len = 0;
    cursor->stamp = 0;
    cursor->past = NULL;
    cursor->past_groups = (PastGroups){0};
    cursor->is_index = cursor->may_expire = false;
    cursor->groups = NULL;
    cursor->documents = (Tree){.kind = TREE_IDS};
    return cursor;
}

static StoreCursor *open_cursor(Txn *txn, const CollectionState *collection)
{
    StoreCursor *cursor = take_cursor(txn);
    cursor->txn = txn;
    if (txn->mode == TXN_WRITE) {
        edit_freeze(&txn->edit);
        cursor->stamp = txn->edit.frozen;
    }
    cursor->older = txn->cursors;
    txn->cursors = cursor;
    if (collection) {
        cursor->documents = collection->documents;
        cursor->may_expire = collection->ttl_count > 0;
    }
    cursor->ended = !collection;
    return cursor;
}

StoreCursor *cursor_open_past(Txn *txn, PastReader *past)
{
    StoreCursor *cursor = open_cursor(txn, NULL);
    cursor->past = past;
    cursor->ended = past == NULL;
    return cursor;
}

StoreCursor *cursor_documents(Txn *txn, uint32_t number, int64_t from, int64_t to, bool reverse)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    StoreCursor *cursor = open_cursor(txn, collection);
    cursor->ended = cursor->ended || from > to;
    if (!cursor->ended) {
        bool bounded = to < INT64_MAX;
        tree_cursor_start(&cursor->tree, &cursor->documents, tree_key_id(from),
                          tree_key_id(bounded ? to + 1 : to), bounded, reverse);
    }
    return cursor;
}

StoreCursor *cursor_index(Txn *txn, uint32_t number, Str from, Str to, bool reverse)
{
    CollectionState *collection = NULL;
    const IndexState *index = txn_index(txn, number, &collection);
    StoreCursor *cursor = open_cursor(txn, collection);
    cursor->is_index = true;
    if (index) {
        buf_put(&cursor->from, from);
        buf_put(&cursor->to, to);
        tree_cursor_start(&cursor->tree, &index->entries, tree_key(buf_str(&cursor->from)),
                          tree_key(buf_str(&cursor->to)), to.len > 0, reverse);
    }
    return cursor;
}

StoreCursor *cursor_groups(Txn *txn, uint32_t aggregate, Str from, Str to, bool reverse)
{
    CollectionState *collection = NULL;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    StoreCursor *cursor = open_cursor(txn, collection);
    cursor->groups = state;
    cursor->collection = collection;
    if (state) {
        buf_put(&cursor->from, from);
        buf_put(&cursor->to, to);
        tree_cursor_start(&cursor->tree, &state->groups, tree_key(buf_str(&cursor->from)),
                          tree_key(buf_str(&cursor->to)), to.len > 0, reverse);
    }
    return cursor;
}

StoreCursor *cursor_groups_at(Txn *txn, PastTotals *totals, Str from, Str to, bool reverse)
{
    StoreCursor *cursor = open_cursor(txn, NULL);
    past_totals_hold(totals);
    cursor->past_groups = (PastGroups){.totals = totals, .reverse = reverse};
    past_groups_start(&cursor->past_groups, from, to);
    return cursor;
}

static const Version *version_at(uint64_t payload)
{
    return (const Version *)(uintptr_t)payload;
}

static Str read_key(StoreCursor *cursor)
{
    int64_t len = tree_cursor_key_len(&cursor->tree);
    cursor->key.len = 0;
    tree_cursor_key(&cursor->tree, buf_reserve(&cursor->key, len));
    return (Str){cursor->key.data, len};
}

static bool next_entry(StoreCursor *cursor, const Version **version, Str *key)
{
    while (tree_cursor_next(&cursor->tree)) {
        Str entry = read_key(cursor);
        if (key) {
            *key = entry;
        }
        if (!version) {
            return true;
        }
        *version = version_at(tree_find(&cursor->documents, key_entry_id(entry)));
        always(*version);
        if (!txn_is_expired(cursor->txn, *version)) {
            return true;
        }
    }
    return false;
}

bool cursor_next(StoreCursor *cursor, const Version **version, Str *key)
{
    assert(!cursor->groups);
    if (cursor->ended) {
        return false;
    }
    if (cursor->past) {
        return past_next(cursor->past, version, key);
    }
    if (cursor->is_index) {
        return next_entry(cursor, version, key);
    }
    while (tree_cursor_next(&cursor->tree)) {
        *version = version_at(tree_cursor_payload(&cursor->tree));
        if (!txn_is_expired(cursor->txn, *version)) {
            return true;
        }
    }
    return false;
}

bool cursor_next_group(StoreCursor *cursor, Str *terms, uint64_t wanted, FoldResult *results)
{
    if (cursor->past_groups.totals) {
        return past_groups_next(&cursor->past_groups, terms, wanted, results);
    }
    while (!cursor->ended && tree_cursor_next(&cursor->tree)) {
        *terms = read_key(cursor);
        if (aggregate_read(cursor->txn, cursor->collection, cursor->groups, *terms,
                           group_at(tree_cursor_payload(&cursor->tree)), wanted, results)) {
            return true;
        }
    }
    return false;
}

/* Drops the expired from `versions`. */
static int64_t keep_living(Txn *txn, const Version **versions, int64_t count)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!txn_is_expired(txn, versions[i])) {
            versions[kept++] = versions[i];
        }
    }
    return kept;
}

int64_t cursor_next_batch(StoreCursor *cursor, const Version **versions, int64_t max)
{
    enum { BATCH_MAX = 64 };
    uint64_t payloads[BATCH_MAX];
    assert(!cursor->is_index);
    if (cursor->past) {
        return max > 0 && cursor_next(cursor, versions, NULL);
    }
    int64_t living = 0;
    while (living == 0 && !cursor->ended) {
        int64_t count =
            tree_cursor_batch(&cursor->tree, payloads, max < BATCH_MAX ? max : BATCH_MAX);
        if (count == 0) {
            break;
        }
        for (int64_t i = 0; i < count; i++) {
            versions[i] = version_at(payloads[i]);
            __builtin_prefetch(versions[i]->doc);
        }
        living = cursor->may_expire ? keep_living(cursor->txn, versions, count) : count;
    }
    return living;
}

static void put_away(StoreCursor *cursor)
{
    past_close(cursor->past);
    cursor->past = NULL;
    if (cursor->past_groups.totals) {
        past_totals_let_go(cursor->past_groups.totals);
        cursor->past_groups.totals = NULL;
    }
    cursor->older = cursor->txn->spare_cursors;
    cursor->txn->spare_cursors = cursor;
}

/* Freezes no more than the cursors that are left and the last mark need. */
static void thaw(Txn *txn)
{
    uint64_t floor = txn->mark_stamp;
    for (const StoreCursor *cursor = txn->cursors; cursor; cursor = cursor->older) {
        if (!cursor->ended && cursor->stamp > floor) {
            floor = cursor->stamp;
        }
    }
    edit_thaw(&txn->edit, floor);
}

void cursor_close(StoreCursor *cursor)
{
    Txn *txn = cursor->txn;
    StoreCursor **link = &txn->cursors;
    while (*link != cursor) {
        link = &(*link)->older;
    }
    *link = cursor->older;
    put_away(cursor);
    if (txn->mode == TXN_WRITE) {
        thaw(txn);
    }
}

void cursor_close_all(Txn *txn)
{
    while (txn->cursors) {
        StoreCursor *older = txn->cursors->older;
        put_away(txn->cursors);
        txn->cursors = older;
    }
}

void cursor_free_spare(Txn *txn)
{
    while (txn->spare_cursors) {
        StoreCursor *cursor = txn->spare_cursors;
        txn->spare_cursors = cursor->older;
        buf_free(&cursor->from);
        buf_free(&cursor->to);
        buf_free(&cursor->key);
        free(cursor);
    }
}

void cursor_end_since(Txn *txn, uint64_t since)
{
    for (StoreCursor *cursor = txn->cursors; cursor; cursor = cursor->older) {
        cursor->ended = cursor->ended || cursor->stamp > since;
    }
}
