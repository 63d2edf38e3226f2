/* check_txn: transactions against plain arrays: what each sees, what is left when one ends. */
#include "store/key.h"
#include "store/store.h"

#include <check.h>
#include <pthread.h>

enum { MOVIES = 1024, PEOPLE = 1025 };

static Store *open_empty(void)
{
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &store, &notice), STORE_OK);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, MOVIES), STORE_OK);
    ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_OK);
    ck_assert_int_eq(txn_create_collection(txn, PEOPLE), STORE_EXISTS);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    return store;
}

static void verify(Store *store)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(store, &notice) == STORE_OK, "%s", notice.text);
}

static void close_store(Store *store)
{
    verify(store);
    ck_assert_int_eq(store_close(store), STORE_OK);
}

static StoreStatus put_doc(Txn *txn, uint32_t collection, int64_t id, Str doc, int64_t ttl_us,
                           bool expect_new)
{
    Put put = {.doc = doc, .ttl_us = ttl_us, .expect_new = expect_new};
    return txn_put(txn, collection, id, &put, NULL);
}

/* -- documents {name, stars} ---------------------------------------------------------------- */

static const Shape *movie_shape(Store *store)
{
    Arena unused;
    arena_init(&unused);
    Str names[] = {STR("name"), STR("stars")};
    return shape_of(store_shapes(store), names, 2, &unused);
}

static StoreStatus put_movie(Txn *txn, Store *store, int64_t id, const char *name, int64_t stars)
{
    DocBuilder builder = {0};
    builder_start(&builder, movie_shape(store)->id, 2);
    if (name) {
        builder_str(&builder, 0, str_from_c(name));
    }
    builder_int(&builder, 1, stars);
    Str doc;
    ck_assert(builder_finish(&builder, &doc));
    StoreStatus status = put_doc(txn, MOVIES, id, doc, TTL_NEVER, false);
    builder_free(&builder);
    return status;
}

static int64_t stars_of(Txn *txn, int64_t id)
{
    const Version *version = txn_get(txn, MOVIES, id);
    return version ? doc_int(version->doc, 1) : -1;
}

static uint32_t make_index(Store *store, const char *term, const char *value, bool unique)
{
    Str term_path = str_from_c(term);
    Str value_path = str_from_c(value ? value : "");
    KeyPart terms[] = {{.path = &term_path, .path_len = 1}};
    KeyPart values[] = {{.path = &value_path, .path_len = 1, .descending = true}};
    IndexSpec spec = {.terms = terms,
                      .values = values,
                      .term_count = 1,
                      .value_count = value != NULL,
                      .unique = unique};
    uint32_t index;
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_create_index(txn, MOVIES, &spec, &index), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    return index;
}

/* How far builds of indexes said that they were. */
typedef struct Told {
    int64_t calls, last_done, total;
} Told;

static void note_progress(void *context, int64_t done, int64_t total)
{
    Told *told = context;
    told->calls++;
    told->last_done = done;
    told->total = total;
}

/* The ids under a term, in the order of the index, as text. */
static void read_index(Txn *txn, uint32_t index, const char *term, bool reverse, Buf *out)
{
    Buf from = {0};
    Buf to = {0};
    key_put_str(&from, str_from_c(term));
    buf_put(&to, buf_str(&from));
    ck_assert(key_after_prefix(&to, 0));
    StoreCursor *cursor = cursor_index(txn, index, buf_str(&from), buf_str(&to), reverse);
    const Version *version;
    Str key;
    out->len = 0;
    while (cursor_next(cursor, &version, &key)) {
        ck_assert_int_eq(key_entry_id(key), version->id);
        buf_printf(out, "%lld ", (long long)version->id);
    }
    cursor_close(cursor);
    buf_byte(out, 0);
    buf_free(&from);
    buf_free(&to);
}

static void expect_index(Txn *txn, uint32_t index, const char *term, const char *ids)
{
    Buf out = {0};
    read_index(txn, index, term, false, &out);
    ck_assert_str_eq(out.data, ids);
    buf_free(&out);
}

/* -- tests ------------------------------------------------------------------------------------- */

START_TEST(a_reader_sees_the_state_it_began_with)
{
    Store *store = open_empty();
    Txn *early = txn_begin(store, TXN_READ);
    Txn *writer = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(writer, store, 1, "Alien", 5), STORE_OK);
    ck_assert_int_eq(stars_of(writer, 1), 5);
    ck_assert_int_eq(stars_of(early, 1), -1);
    int64_t time_us;
    ck_assert_int_eq(txn_commit(writer, &time_us), STORE_OK);
    Txn *late = txn_begin(store, TXN_READ);
    ck_assert_int_eq(txn_snapshot_us(late), time_us);
    ck_assert_int_eq(stars_of(late, 1), 5);
    ck_assert_int_eq(txn_get(late, MOVIES, 1)->time_us, time_us);
    ck_assert_int_eq(stars_of(early, 1), -1);
    ck_assert_int_eq(txn_count(early, MOVIES), 0);
    txn_rollback(early);
    txn_rollback(late);
    close_store(store);
}
END_TEST

START_TEST(a_rollback_leaves_nothing)
{
    Store *store = open_empty();
    uint32_t by_name = make_index(store, "name", NULL, false);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 1, "Aliens", 4), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Brazil", 4), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Brazil", 3), STORE_OK);
    ck_assert_int_eq(txn_delete(txn, MOVIES, 1), STORE_OK);
    ck_assert_int_eq(txn_delete(txn, MOVIES, 1), STORE_NOT_FOUND);
    expect_index(txn, by_name, "Alien", "");
    txn_rollback(txn);
    txn = txn_begin(store, TXN_READ);
    ck_assert_int_eq(stars_of(txn, 1), 5);
    ck_assert_int_eq(txn_count(txn, MOVIES), 1);
    expect_index(txn, by_name, "Alien", "1 ");
    txn_rollback(txn);
    close_store(store);
}
END_TEST

START_TEST(a_rewind_undoes_what_came_after_the_mark)
{
    Store *store = open_empty();
    uint32_t by_name = make_index(store, "name", "stars", false);
    Txn *txn = txn_begin(store, TXN_READ);
    TxnMark start = txn_mark(txn);
    ck_assert_int_eq(txn_upgrade(txn), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_OK);
    TxnMark mark = txn_mark(txn);
    int64_t writes = txn_writes(txn, MOVIES);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 1), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Alien", 2), STORE_OK);
    txn_rewind(txn, &mark);
    ck_assert_int_gt(txn_writes(txn, MOVIES), writes);
    ck_assert_int_eq(txn_changes(txn).created, 1);
    ck_assert_int_eq(stars_of(txn, 1), 5);
    ck_assert_int_eq(stars_of(txn, 2), -1);
    ck_assert_int_eq(put_movie(txn, store, 3, "Alien", 3), STORE_OK);
    expect_index(txn, by_name, "Alien", "1 3 ");
    txn_rewind(txn, &mark);
    txn_rewind(txn, &start);
    ck_assert_int_eq(txn_count(txn, MOVIES), 0);
    ck_assert_int_eq(put_movie(txn, store, 4, "Alien", 4), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    txn = txn_begin(store, TXN_READ);
    expect_index(txn, by_name, "Alien", "4 ");
    txn_rollback(txn);
    close_store(store);
}
END_TEST

START_TEST(an_upgrade_fails_after_another_commit)
{
    Store *store = open_empty();
    Txn *reader = txn_begin(store, TXN_READ);
    Txn *writer = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(writer, store, 1, "Alien", 5), STORE_OK);
    ck_assert_int_eq(txn_commit(writer, NULL), STORE_OK);
    ck_assert_int_eq(txn_upgrade(reader), STORE_CHANGED);
    ck_assert_int_eq(put_movie(reader, store, 2, "Brazil", 5), STORE_READ_ONLY);
    ck_assert_int_eq(stars_of(reader, 1), -1);
    txn_rollback(reader);
    close_store(store);
}
END_TEST

START_TEST(a_store_tells_whether_it_is_written_to)
{
    Store *store = open_empty();
    int64_t time_us;
    Txn *reader = txn_begin(store, TXN_READ);
    ck_assert(!store_has_writer(store));
    Txn *writer = txn_begin(store, TXN_WRITE);
    ck_assert(store_has_writer(store));
    ck_assert_int_eq(txn_commit(writer, &time_us), STORE_OK);
    ck_assert(!store_has_writer(store));
    ck_assert_int_eq(txn_upgrade(reader), STORE_OK);
    ck_assert(store_has_writer(store));
    txn_rollback(reader);
    ck_assert(!store_has_writer(store));
    ck_assert_int_eq(store_close(store), STORE_OK);
}
END_TEST

START_TEST(commit_times_rise_strictly)
{
    Store *store = open_empty();
    int64_t last = store_last_time_us(store);
    for (int i = 0; i < 100; i++) {
        Txn *txn = txn_begin(store, i % 3 ? TXN_WRITE : TXN_READ);
        if (i % 3) {
            ck_assert_int_eq(put_movie(txn, store, i, "Alien", i), STORE_OK);
        }
        int64_t time_us;
        ck_assert_int_eq(txn_commit(txn, &time_us), STORE_OK);
        ck_assert_int_gt(time_us, last);
        last = time_us;
    }
    close_store(store);
}
END_TEST

START_TEST(a_unique_index_refuses_equal_terms)
{
    Store *store = open_empty();
    uint32_t unique = make_index(store, "name", NULL, true);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Alien", 4), STORE_NOT_UNIQUE);
    int64_t count;
    const TxnConflict *conflicts = txn_conflicts(txn, &count);
    ck_assert_int_eq(count, 1);
    ck_assert_uint_eq(conflicts[0].index, unique);
    ck_assert_int_eq(conflicts[0].id, 1);
    ck_assert_int_eq(stars_of(txn, 2), -1);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 4), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 1, "Aliens", 4), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Alien", 4), STORE_OK);
    /* Documents without the term are exempt. */
    ck_assert_int_eq(put_movie(txn, store, 3, NULL, 4), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 4, NULL, 4), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    close_store(store);
}
END_TEST

START_TEST(a_unique_index_is_not_made_over_equal_terms)
{
    Store *store = open_empty();
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Alien", 5), STORE_OK);
    Str path = STR("name");
    KeyPart term = {.path = &path, .path_len = 1};
    IndexSpec spec = {.terms = &term, .term_count = 1, .unique = true};
    uint32_t index;
    ck_assert_int_eq(txn_create_index(txn, MOVIES, &spec, &index), STORE_NOT_UNIQUE);
    spec.unique = false;
    ck_assert_int_eq(txn_create_index(txn, MOVIES, &spec, &index), STORE_OK);
    expect_index(txn, index, "Alien", "1 2 ");
    ck_assert_int_eq(txn_drop_index(txn, index), STORE_OK);
    ck_assert_int_eq(txn_drop_index(txn, index), STORE_NOT_FOUND);
    ck_assert_int_eq(txn_drop_collection(txn, MOVIES), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_NOT_FOUND);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    close_store(store);
}
END_TEST

START_TEST(a_document_keeps_the_time_that_it_comes_with_unless_that_is_to_come)
{
    Store *store = open_empty();
    DocBuilder builder = {0};
    Str doc;
    builder_start(&builder, movie_shape(store)->id, 2);
    ck_assert(builder_finish(&builder, &doc));
    Txn *txn = txn_begin(store, TXN_WRITE);
    Put early = {.doc = doc, .ttl_us = TTL_NEVER, .time_us = 5};
    Put late = {.doc = doc, .ttl_us = TTL_NEVER, .time_us = INT64_MAX};
    ck_assert_int_eq(txn_put(txn, MOVIES, 1, &early, NULL), STORE_OK);
    ck_assert_int_eq(txn_put(txn, MOVIES, 2, &late, NULL), STORE_OK);
    int64_t time_us;
    ck_assert_int_eq(txn_commit(txn, &time_us), STORE_OK);
    txn = txn_begin(store, TXN_READ);
    ck_assert_int_eq(txn_get(txn, MOVIES, 1)->time_us, 5);
    ck_assert_int_eq(txn_get(txn, MOVIES, 2)->time_us, time_us);
    txn_rollback(txn);
    builder_free(&builder);
    close_store(store);
}
END_TEST

/* `_i`: how far ids lie apart, for leaves that are full and such that are not. */
START_TEST(the_build_of_an_index_tells_how_far_it_is)
{
    enum { COUNT = 10000 };
    Store *store = open_empty();
    Told told = {0};
    Txn *txn = txn_begin(store, TXN_WRITE);
    for (int64_t i = 0; i < COUNT; i++) {
        int64_t id = _i == 1 ? i : i * 7919 % COUNT * _i;
        ck_assert_int_eq(put_movie(txn, store, id, "Alien", i), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    store_watch_builds(store, note_progress, &told);
    make_index(store, "name", "stars", false);
    ck_assert_int_ge(told.calls, 3);
    ck_assert_int_eq(told.last_done, COUNT);
    ck_assert_int_eq(told.total, COUNT);
    close_store(store);
}
END_TEST

START_TEST(index_values_order_a_terms_documents)
{
    Store *store = open_empty();
    uint32_t index = make_index(store, "name", "stars", false);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", -1), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Alien", 70000), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 3, "Alien", 0), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 4, "Aliens", 9), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 5, "Alien", 0), STORE_OK);
    expect_index(txn, index, "Alien", "2 3 5 1 ");
    Buf out = {0};
    read_index(txn, index, "Alien", true, &out);
    ck_assert_str_eq(out.data, "1 5 3 2 ");
    buf_free(&out);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    close_store(store);
}
END_TEST

START_TEST(each_element_of_an_array_is_entered)
{
    Store *store = open_empty();
    Arena unused;
    arena_init(&unused);
    Str tags = STR("tags");
    const Shape *shape = shape_of(store_shapes(store), &tags, 1, &unused);
    KeyPart term = {.path = &tags, .path_len = 1, .mva = true};
    IndexSpec spec = {.terms = &term, .term_count = 1};
    uint32_t index;
    DocBuilder builder = {0};
    builder_start(&builder, shape->id, 1);
    builder_begin_array(&builder, 0, 4);
    builder_str(&builder, 0, STR("space"));
    builder_str(&builder, 1, STR("horror"));
    builder_str(&builder, 2, STR("space"));
    builder_begin_array(&builder, 3, 1);
    builder_str(&builder, 0, STR("nested"));
    builder_end(&builder);
    builder_end(&builder);
    Str doc;
    ck_assert(builder_finish(&builder, &doc));
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(txn_create_index(txn, MOVIES, &spec, &index), STORE_OK);
    ck_assert_int_eq(put_doc(txn, MOVIES, 1, doc, TTL_NEVER, true), STORE_OK);
    ck_assert_int_eq(put_doc(txn, MOVIES, 1, doc, TTL_NEVER, true), STORE_EXISTS);
    builder_start(&builder, shape->id, 1);
    builder_str(&builder, 0, STR("space"));
    ck_assert(builder_finish(&builder, &doc));
    ck_assert_int_eq(put_doc(txn, MOVIES, 2, doc, TTL_NEVER, true), STORE_OK);
    expect_index(txn, index, "space", "1 2 ");
    expect_index(txn, index, "horror", "1 ");
    expect_index(txn, index, "nested", "1 ");
    ck_assert_int_eq(put_doc(txn, MOVIES, 1, doc, TTL_NEVER, false), STORE_OK);
    expect_index(txn, index, "horror", "");
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    ck_assert_int_eq(store_stats(store).index_entries, 2);
    builder_free(&builder);
    close_store(store);
}
END_TEST

START_TEST(keys_are_made_of_the_time_of_the_commit)
{
    Store *store = open_empty();
    Str name = STR("name");
    KeyPart term = {.path = &name, .path_len = 1};
    KeyPart value = {.source = KEY_FROM_TS, .descending = true};
    IndexSpec spec = {.terms = &term, .values = &value, .term_count = 1, .value_count = 1};
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_OK);
    uint32_t index;
    ck_assert_int_eq(txn_create_index(txn, MOVIES, &spec, &index), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 2, "Alien", 4), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_movie(txn, store, 3, "Alien", 3), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 5), STORE_OK);
    ck_assert_int_eq(put_movie(txn, store, 1, "Alien", 4), STORE_OK);
    expect_index(txn, index, "Alien", "1 3 2 ");
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    close_store(store);
}
END_TEST

START_TEST(keys_come_from_derived_blocks)
{
    Store *store = open_empty();
    Arena unused;
    arena_init(&unused);
    Str kind = STR("kind");
    const Shape *shape = shape_of(store_shapes(store), &kind, 1, &unused);
    KeyPart term = {.source = KEY_FROM_DERIVED, .path = &kind, .path_len = 1};
    KeyPart value = {.source = KEY_FROM_ID, .descending = true};
    IndexSpec spec = {.terms = &term, .values = &value, .term_count = 1, .value_count = 1};
    Txn *txn = txn_begin(store, TXN_WRITE);
    DocBuilder builder = {0};
    const char *kinds[] = {"old", "new", "old", NULL};
    for (int64_t id = 0; id < countof(kinds); id++) {
        ck_assert_int_eq(put_movie(txn, store, id, "Alien", 5), STORE_OK);
        Str derived = {0};
        if (kinds[id]) {
            builder_start(&builder, shape->id, 1);
            builder_str(&builder, 0, str_from_c(kinds[id]));
            ck_assert(builder_finish(&builder, &derived));
        }
        Put put = {
            .doc = {txn_get(txn, MOVIES, id)->doc, txn_get(txn, MOVIES, id)->doc_len},
            .derived = derived,
            .ttl_us = id == 2 ? INT64_MAX / 2 : TTL_NEVER,
        };
        ck_assert_int_eq(txn_put(txn, MOVIES, id, &put, NULL), STORE_OK);
    }
    uint32_t index;
    ck_assert_int_eq(txn_create_index(txn, MOVIES, &spec, &index), STORE_OK);
    expect_index(txn, index, "old", "2 0 ");
    expect_index(txn, index, "new", "1 ");
    ck_assert_int_eq(txn_put_derived(txn, MOVIES, 3, version_derived(txn_get(txn, MOVIES, 1))),
                     STORE_OK);
    ck_assert_int_eq(txn_put_derived(txn, MOVIES, 0, (Str){0}), STORE_OK);
    expect_index(txn, index, "old", "2 ");
    expect_index(txn, index, "new", "3 1 ");
    ck_assert_int_eq(version_ttl_us(txn_get(txn, MOVIES, 2)), INT64_MAX / 2);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    ck_assert_int_eq(store_stats(store).index_entries, 3);
    builder_free(&builder);
    close_store(store);
}
END_TEST

START_TEST(a_cursor_does_not_see_later_writes)
{
    Store *store = open_empty();
    Txn *txn = txn_begin(store, TXN_WRITE);
    for (int64_t id = 1; id <= 200; id++) {
        ck_assert_int_eq(put_movie(txn, store, id, "Alien", 0), STORE_OK);
    }
    StoreCursor *cursor = cursor_documents(txn, MOVIES, 1, INT64_MAX, false);
    const Version *version;
    int64_t seen = 0;
    while (cursor_next(cursor, &version, NULL)) {
        seen++;
        ck_assert_int_eq(doc_int(version->doc, 1), 0);
        ck_assert_int_eq(put_movie(txn, store, version->id, "Alien", 1), STORE_OK);
        ck_assert_int_eq(put_movie(txn, store, version->id + 1000, "Alien", 1), STORE_OK);
        if (version->id % 2 == 0) {
            ck_assert_int_eq(txn_delete(txn, MOVIES, version->id - 1), STORE_OK);
        }
    }
    cursor_close(cursor);
    ck_assert_int_eq(seen, 200);
    ck_assert_int_eq(txn_count(txn, MOVIES), 300);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    close_store(store);
}
END_TEST

START_TEST(an_expired_document_is_not_seen)
{
    Store *store = open_empty();
    DocBuilder builder = {0};
    builder_start(&builder, 0, 0);
    Str doc;
    ck_assert(builder_finish(&builder, &doc));
    Txn *txn = txn_begin(store, TXN_WRITE);
    int64_t later = store_last_time_us(store) + 3600000000;
    ck_assert_int_eq(put_doc(txn, PEOPLE, 1, doc, 1000, true), STORE_OK);
    ck_assert_int_eq(put_doc(txn, PEOPLE, 2, doc, later, true), STORE_OK);
    ck_assert_ptr_null(txn_get(txn, PEOPLE, 1));
    ck_assert_int_eq(version_ttl_us(txn_get(txn, PEOPLE, 2)), later);
    StoreCursor *cursor = cursor_documents(txn, PEOPLE, INT64_MIN, INT64_MAX, true);
    const Version *versions[8];
    ck_assert_int_eq(cursor_next_batch(cursor, versions, 8), 1);
    ck_assert_int_eq(versions[0]->id, 2);
    ck_assert_int_eq(cursor_next_batch(cursor, versions, 8), 0);
    ck_assert_int_eq(txn_delete(txn, PEOPLE, 1), STORE_NOT_FOUND);
    ck_assert_int_eq(put_doc(txn, PEOPLE, 1, doc, TTL_NEVER, true), STORE_OK);
    ck_assert_ptr_nonnull(txn_get(txn, PEOPLE, 1));
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    builder_free(&builder);
    close_store(store);
}
END_TEST

/* -- random transactions against arrays of stars ----------------------------------------------- */

enum { IDS = 120, SNAPSHOTS = 6 };

typedef struct Snapshot {
    Txn *txn;
    int64_t stars[IDS];
} Snapshot;

static void check_snapshot(Txn *txn, const int64_t *stars, uint32_t index)
{
    int64_t count = 0;
    for (int64_t id = 0; id < IDS; id++) {
        ck_assert_int_eq(stars_of(txn, id), stars[id]);
        count += stars[id] >= 0;
    }
    ck_assert_int_eq(txn_count(txn, MOVIES), count);
    Buf out = {0};
    read_index(txn, index, "even", false, &out);
    Buf expected = {0};
    for (int64_t value = 50; value >= 0; value -= 2) {
        for (int64_t id = 0; id < IDS; id++) {
            if (stars[id] == value) {
                buf_printf(&expected, "%lld ", (long long)id);
            }
        }
    }
    buf_byte(&expected, 0);
    ck_assert_str_eq(out.data, expected.data);
    buf_free(&out);
    buf_free(&expected);
}

static void write_at_random(Txn *txn, Store *store, int64_t *stars, unsigned *seed)
{
    for (int i = rand_r(seed) % 30; i > 0; i--) {
        int64_t id = rand_r(seed) % IDS;
        if (rand_r(seed) % 3 == 0) {
            StoreStatus status = txn_delete(txn, MOVIES, id);
            ck_assert_int_eq(status, stars[id] >= 0 ? STORE_OK : STORE_NOT_FOUND);
            stars[id] = -1;
        } else {
            stars[id] = rand_r(seed) % 50;
            const char *name = stars[id] % 2 ? "odd" : "even";
            ck_assert_int_eq(put_movie(txn, store, id, name, stars[id]), STORE_OK);
        }
    }
}

START_TEST(random_transactions_match_arrays)
{
    unsigned seed = 7;
    Store *store = open_empty();
    uint32_t index = make_index(store, "name", "stars", false);
    static Snapshot snapshots[SNAPSHOTS];
    static int64_t now[IDS];
    static int64_t marked[IDS];
    memset(now, 0xff, sizeof now);
    for (int round = 0; round < 400; round++) {
        Snapshot *snapshot = &snapshots[rand_r(&seed) % SNAPSHOTS];
        if (snapshot->txn) {
            check_snapshot(snapshot->txn, snapshot->stars, index);
            txn_rollback(snapshot->txn);
        }
        snapshot->txn = txn_begin(store, TXN_READ);
        memcpy(snapshot->stars, now, sizeof now);
        Txn *txn = txn_begin(store, TXN_WRITE);
        write_at_random(txn, store, now, &seed);
        memcpy(marked, now, sizeof now);
        TxnMark mark = txn_mark(txn);
        write_at_random(txn, store, now, &seed);
        check_snapshot(txn, now, index);
        if (rand_r(&seed) % 2) {
            txn_rewind(txn, &mark);
            memcpy(now, marked, sizeof now);
            check_snapshot(txn, now, index);
            write_at_random(txn, store, now, &seed);
        }
        if (rand_r(&seed) % 4 == 0) {
            txn_rollback(txn);
            memcpy(now, snapshot->stars, sizeof now);
        } else {
            ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
        }
    }
    for (int i = 0; i < SNAPSHOTS; i++) {
        if (snapshots[i].txn) {
            check_snapshot(snapshots[i].txn, snapshots[i].stars, index);
            txn_rollback(snapshots[i].txn);
        }
    }
    close_store(store);
}
END_TEST

/* -- threads ----------------------------------------------------------------------------------- */

enum { TRANSFERS = 1500, ACCOUNTS = 40, READERS = 3 };

/* Every transaction keeps the sum of all stars. */
static void *read_sums(void *given)
{
    Store *store = given;
    for (int i = 0; i < TRANSFERS; i++) {
        Txn *txn = txn_begin(store, TXN_READ);
        StoreCursor *cursor = cursor_documents(txn, MOVIES, 0, INT64_MAX, i % 2);
        const Version *versions[16];
        int64_t sum = 0;
        for (int64_t got; (got = cursor_next_batch(cursor, versions, 16)) > 0;) {
            for (int64_t at = 0; at < got; at++) {
                sum += doc_int(versions[at]->doc, 1);
            }
        }
        ck_assert_int_eq(sum, ACCOUNTS * 100);
        txn_rollback(txn);
    }
    return NULL;
}

START_TEST(readers_on_other_threads_see_whole_transactions)
{
    Store *store = open_empty();
    Txn *txn = txn_begin(store, TXN_WRITE);
    for (int64_t id = 0; id < ACCOUNTS; id++) {
        ck_assert_int_eq(put_movie(txn, store, id, "account", 100), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_create(&readers[i], NULL, read_sums, store), 0);
    }
    unsigned seed = 3;
    for (int i = 0; i < TRANSFERS; i++) {
        txn = txn_begin(store, TXN_WRITE);
        int64_t from = rand_r(&seed) % ACCOUNTS;
        int64_t to = (from + 1 + rand_r(&seed) % (ACCOUNTS - 1)) % ACCOUNTS;
        int64_t sum = stars_of(txn, from) + stars_of(txn, to);
        ck_assert_int_eq(put_movie(txn, store, from, "account", i % 50), STORE_OK);
        ck_assert_int_eq(put_movie(txn, store, to, "account", sum - i % 50), STORE_OK);
        if (i % 5) {
            ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
        } else {
            txn_rollback(txn);
        }
    }
    for (int i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_join(readers[i], NULL), 0);
    }
    close_store(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("txn");
    TCase *tests = tcase_create("txn");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_reader_sees_the_state_it_began_with);
    tcase_add_test(tests, a_rollback_leaves_nothing);
    tcase_add_test(tests, a_rewind_undoes_what_came_after_the_mark);
    tcase_add_test(tests, an_upgrade_fails_after_another_commit);
    tcase_add_test(tests, a_store_tells_whether_it_is_written_to);
    tcase_add_test(tests, commit_times_rise_strictly);
    tcase_add_test(tests, a_unique_index_refuses_equal_terms);
    tcase_add_test(tests, a_unique_index_is_not_made_over_equal_terms);
    tcase_add_test(tests, index_values_order_a_terms_documents);
    tcase_add_test(tests, each_element_of_an_array_is_entered);
    tcase_add_test(tests, keys_come_from_derived_blocks);
    tcase_add_test(tests, keys_are_made_of_the_time_of_the_commit);
    tcase_add_test(tests, a_cursor_does_not_see_later_writes);
    tcase_add_test(tests, a_document_keeps_the_time_that_it_comes_with_unless_that_is_to_come);
    tcase_add_loop_test(tests, the_build_of_an_index_tells_how_far_it_is, 1, 3);
    tcase_add_test(tests, an_expired_document_is_not_seen);
    tcase_add_test(tests, random_transactions_match_arrays);
    tcase_add_test(tests, readers_on_other_threads_see_whole_transactions);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
