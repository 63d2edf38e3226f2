/* workload: numbered transactions that between them write every kind of record, and the digest of
 * a store. What transaction n does follows from n alone, if those before it were committed: so the
 * digest of a store that has the first n transactions is known from one that never failed.
 *
 *   digest   everything that a user of the store can see, but for times and numbers of shapes:
 *            documents with names of fields, ends of life and derived blocks; index entries;
 *            groups of aggregates
 *
 * For one file to include: everything is static.
 */
#ifndef FAWN_TESTS_WORKLOAD_H
#define FAWN_TESTS_WORKLOAD_H

#include "store/aggregate_int.h"
#include "store/doc.h"
#include "store/key.h"

#include <check.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    THINGS = 1024,
    OTHERS = 1025,
    THING_IDS = 24,
    INDEX_NUMBERS = 200, /* all numbers of indexes and aggregates are below it */
    LONG_PUTS = 12,      /* of a transaction that is written in pieces, … */
    LONG_BYTES = 200000, /* … and how long each one is */
};

#define FAR_AWAY_US (INT64_C(4000000000) * 1000000)

static uint64_t workload_random(int64_t n, int64_t i, uint64_t below)
{
    int64_t seed[2] = {n, i};
    return XXH3_64bits(seed, sizeof seed) % below;
}

/* -- documents {n, text, tags, extra} ---------------------------------------------------------- */

static const Shape *workload_shape(Store *store, int64_t fields)
{
    static const char *const names[] = {"n", "text", "tags", "extra"};
    Arena unused;
    arena_init(&unused);
    Str list[4];
    for (int64_t i = 0; i < fields; i++) {
        list[i] = str_from_c(names[i]);
    }
    return shape_of(store_shapes(store), list, fields, &unused);
}

static void build_extra(DocBuilder *builder, int64_t n, int64_t zero_count)
{
    Buf zeros = {0};
    buf_fill(&zeros, 0, zero_count);
    switch (n % 4) {
    case 0:
        builder_double(builder, 3, (double)n / 7);
        break;
    case 1: /* whole sectors of zeros, as a crash may leave them */
        builder_bytes(builder, 3, buf_str(&zeros));
        break;
    case 2:
        builder_time(builder, 3, (DocTime){.seconds = n, .nanos = 5});
        break;
    default:
        builder_begin_array(builder, 3, 2);
        builder_ref(builder, 0, (DocRef){.collection = OTHERS, .id = n});
        builder_bool(builder, 1, true);
        builder_end(builder);
    }
    buf_free(&zeros);
}

static Str build_derived(DocBuilder *builder, Store *store, int64_t n)
{
    Arena unused;
    arena_init(&unused);
    Str name = STR("twice");
    builder_start(builder, shape_of(store_shapes(store), &name, 1, &unused)->id, 1);
    builder_int(builder, 0, 2 * n);
    Str block;
    ck_assert(builder_finish(builder, &block));
    return block;
}

static StoreStatus put_long_thing(Txn *txn, Store *store, uint32_t collection, int64_t id,
                                  int64_t n, int64_t zero_count)
{
    bool has_extra = n % 3 != 0;
    DocBuilder builder = {0};
    DocBuilder derived = {0};
    Buf text = {0};
    buf_fill(&text, (char)('a' + n % 26),
             (int64_t)workload_random(n, 100, n % 11 == 0 ? 3000 : 40));
    builder_start(&builder, workload_shape(store, has_extra ? 4 : 3)->id, has_extra ? 4 : 3);
    builder_int(&builder, 0, n % 1000);
    builder_str(&builder, 1, buf_str(&text));
    builder_begin_array(&builder, 2, n % 3);
    for (int64_t i = 0; i < n % 3; i++) {
        builder_str(&builder, i, (n + i) % 2 ? STR("odd") : STR("even"));
    }
    builder_end(&builder);
    if (has_extra) {
        build_extra(&builder, n, zero_count);
    }
    Put put = {.ttl_us = n % 5 == 0 ? FAR_AWAY_US + n : TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    if (n % 2 == 0) {
        put.derived = build_derived(&derived, store, n);
    }
    StoreStatus status = txn_put(txn, collection, id, &put, NULL);
    builder_free(&builder);
    builder_free(&derived);
    buf_free(&text);
    return status;
}

static StoreStatus put_thing(Txn *txn, Store *store, uint32_t collection, int64_t id, int64_t n)
{
    return put_long_thing(txn, store, collection, id, n, 1200);
}

/* Whether a write of the transaction was refused for want of memory. */
static bool workload_refused;

static void expect_written(StoreStatus status)
{
    workload_refused |= status == STORE_NO_MEMORY;
    ck_assert_int_eq(workload_refused ? STORE_OK : status, STORE_OK);
}

/* -- definitions ------------------------------------------------------------------------------- */

static void make_workload_index(Txn *txn, uint32_t collection, KeySource source, Str field,
                                bool mva, bool unique)
{
    Str text = STR("text");
    KeyPart term = {.source = source, .path = &field, .path_len = 1, .mva = mva};
    KeyPart value = {.path = &text, .path_len = 1, .descending = true};
    IndexSpec spec = {.terms = &term,
                      .term_count = 1,
                      .values = &value,
                      .value_count = source == KEY_FROM_PATH && !unique ? 1 : 0,
                      .unique = unique};
    uint32_t index;
    expect_written(txn_create_index(txn, collection, &spec, &index));
}

static void make_workload_aggregate(Txn *txn)
{
    Str tags = STR("tags");
    Str n = STR("n");
    KeyPart term = {.path = &tags, .path_len = 1, .mva = true};
    KeyPart field = {.path = &n, .path_len = 1};
    FoldSpec folds[] = {{.kind = FOLD_COUNT}, {.kind = FOLD_SUM, .part = field}};
    AggregateSpec spec = {.terms = &term, .term_count = 1, .folds = folds, .fold_count = 2};
    uint32_t aggregate;
    expect_written(txn_create_aggregate(txn, THINGS, &spec, &aggregate));
}

/* The highest number of an index of `collection`, or 0. */
static uint32_t newest_index(Txn *txn, uint32_t collection)
{
    for (uint32_t number = INDEX_NUMBERS; number > 0; number--) {
        CollectionState *of;
        if (txn_index(txn, number, &of) && of->number == collection) {
            return number;
        }
    }
    return 0;
}

/* -- transactions ------------------------------------------------------------------------------ */

static void write_things(Txn *txn, Store *store, int64_t n)
{
    for (int64_t i = 0; i < 1 + n % 4; i++) {
        int64_t id = 1 + (int64_t)workload_random(n, i, THING_IDS);
        expect_written(put_thing(txn, store, THINGS, id, 30 * n + i));
    }
    int64_t victim = 1 + (int64_t)workload_random(n, 50, THING_IDS);
    const Version *version = txn_get(txn, THINGS, victim);
    DocBuilder builder = {0};
    if (version && n % 3 == 0) {
        Str derived = build_derived(&builder, store, n);
        expect_written(txn_put_derived(txn, THINGS, victim, derived));
    } else if (version && n % 3 == 1) {
        expect_written(txn_delete(txn, THINGS, victim));
    }
    builder_free(&builder);
}

/* Changes definitions and writes: every sixth transaction. */
static void define_something(Txn *txn, Store *store, int64_t n)
{
    switch (n / 6 % 4) {
    case 0:
        expect_written(txn_create_collection(txn, OTHERS));
        make_workload_index(txn, OTHERS, KEY_FROM_PATH, STR("n"), false, true);
        expect_written(put_thing(txn, store, OTHERS, n, n));
        break;
    case 1:
        make_workload_index(txn, THINGS, KEY_FROM_PATH, STR("text"), false, false);
        break;
    case 2:
        expect_written(txn_drop_index(txn, newest_index(txn, THINGS)));
        break;
    default:
        expect_written(txn_drop_collection(txn, OTHERS));
    }
}

/* Begins transaction number `n`, from 0 on, and makes its writes. Number `long_one` (-1: none) has
 * writes of LONG_BYTES. */
static Txn *workload_begin(Store *store, int64_t n, int64_t long_one)
{
    Txn *txn = txn_begin(store, TXN_WRITE);
    workload_refused = false;
    if (n == 0) {
        expect_written(txn_create_collection(txn, THINGS));
        make_workload_index(txn, THINGS, KEY_FROM_PATH, STR("n"), false, false);
        make_workload_index(txn, THINGS, KEY_FROM_PATH, STR("tags"), true, false);
        make_workload_index(txn, THINGS, KEY_FROM_DERIVED, STR("twice"), false, false);
        make_workload_aggregate(txn);
    } else if (n == long_one) {
        for (int64_t i = 0; i < LONG_PUTS; i++) {
            int64_t with_zeros = 12 * i + 1;
            ck_assert_int_eq(put_long_thing(txn, store, THINGS, 1000 + i, with_zeros, LONG_BYTES),
                             STORE_OK);
        }
    } else if (n % 6 == 0) {
        define_something(txn, store, n - 6);
    } else {
        write_things(txn, store, n);
    }
    return txn;
}

static StoreStatus workload_commit(Store *store, int64_t n, int64_t long_one)
{
    Txn *txn = workload_begin(store, n, long_one);
    if (workload_refused) {
        txn_rollback(txn);
        return STORE_NO_MEMORY;
    }
    return txn_commit(txn, NULL);
}

/* -- the digest -------------------------------------------------------------------------------- */

static void digest_block(Buf *bytes, Store *store, Str block)
{
    if (block.len == 0) {
        key_put_null(bytes);
        return;
    }
    const Shape *shape = shape_by_id(store_shapes(store), doc_shape_id(block.s));
    ck_assert_ptr_nonnull(shape);
    for (int64_t slot = 0; slot < doc_count(block.s); slot++) {
        buf_put(bytes, shape->names[slot]);
        key_put_slot(bytes, store_shapes(store), block.s, slot);
    }
}

static void digest_documents(Buf *bytes, Store *store, Txn *txn, uint32_t collection)
{
    StoreCursor *cursor = cursor_documents(txn, collection, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        key_put_int(bytes, version->id);
        key_put_int(bytes, version_ttl_us(version));
        digest_block(bytes, store, (Str){version->doc, version->doc_len});
        digest_block(bytes, store, version_derived(version));
    }
    cursor_close(cursor);
}

static void digest_index(Buf *bytes, Txn *txn, uint32_t index)
{
    key_put_int(bytes, index);
    StoreCursor *cursor = cursor_index(txn, index, (Str){0}, (Str){0}, false);
    const Version *version;
    Str key;
    while (cursor_next(cursor, &version, &key)) {
        ck_assert_int_eq(version->id, key_entry_id(key));
        key_put_bytes(bytes, key);
    }
    cursor_close(cursor);
}

static void digest_groups(Buf *bytes, Txn *txn, uint32_t aggregate)
{
    key_put_int(bytes, aggregate);
    StoreCursor *cursor = cursor_groups(txn, aggregate, (Str){0}, (Str){0}, false);
    Str terms;
    FoldResult results[2];
    while (cursor_next_group(cursor, &terms, FOLDS_ALL, results)) {
        key_put_bytes(bytes, terms);
        key_put_int(bytes, results[0].count);
        key_put_int(bytes, (int64_t)results[1].total);
    }
    cursor_close(cursor);
}

static uint64_t digest_txn(Store *store, Txn *txn)
{
    Buf bytes = {0};
    for (const CollectionState *collection = roots_from(txn->roots, 0); collection;
         collection = roots_from(txn->roots, (int64_t)collection->number + 1)) {
        key_put_int(&bytes, collection->number);
        key_put_int(&bytes, txn_count(txn, collection->number));
        digest_documents(&bytes, store, txn, collection->number);
        for (int32_t at = 0; at < collection->index_count; at++) {
            digest_index(&bytes, txn, collection->indexes[at].def->number);
        }
        for (int64_t at = 0; collection->aggregates && at < collection->aggregates->count; at++) {
            digest_groups(&bytes, txn, collection->aggregates->at[at]->def->number);
        }
    }
    uint64_t digest = XXH3_64bits(bytes.data, (size_t)bytes.len);
    buf_free(&bytes);
    return digest;
}

/* The digest of the newest state, all of whose invariants hold, as far as there is memory to look. */
static uint64_t workload_digest(Store *store)
{
    StoreNotice notice;
    StoreStatus status = store_verify(store, &notice);
    ck_assert_msg(status == STORE_OK || status == STORE_NO_MEMORY, "%s", notice.text);
    Txn *txn = txn_begin(store, TXN_READ);
    uint64_t digest = digest_txn(store, txn);
    txn_rollback(txn);
    return digest;
}

/* The digests after each transaction: digests[0] of an empty store, digests[n + 1] after n. */
static void workload_expect(uint64_t *digests, int64_t last, int64_t long_one)
{
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
    digests[0] = workload_digest(store);
    for (int64_t n = 0; n <= last; n++) {
        ck_assert_int_eq(workload_commit(store, n, long_one), STORE_OK);
        digests[n + 1] = workload_digest(store);
    }
    ck_assert_int_eq(store_close(store), STORE_OK);
}

/* The number of the last transaction that a store has, -1 for none; -2: its state is none of
 * those after transactions up to `last`. */
static int64_t workload_last(Store *store, const uint64_t *digests, int64_t last)
{
    uint64_t digest = workload_digest(store);
    for (int64_t n = last; n >= -1; n--) {
        if (digests[n + 1] == digest) {
            return n;
        }
    }
    return -2;
}

#endif
