/* check_compact: what a store and its file have after a compaction, whatever fails or is killed
 * in it, and whoever reads and writes meanwhile; and when what was committed is on disk.
 */
#include "store/compact.h"
#include "store/doc.h"
#include "store/log.h"

#include "fake_os.h"

#include <check.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOTES = 1024, PLACES = 8 };

/* -- notes: documents {n, text} at PLACES ids; transaction n writes place n % PLACES and adds to
 * the sum that document 0 holds. Every second has a shape of its own time.
 */

static StoreStatus try_open(const Os *os, const char *path, int64_t dead_bytes, Store **store)
{
    /* With hardly any past, of which a compaction keeps what is asked for. */
    StoreOptions options = {
        .path = path, .os = os, .compact_dead_bytes = dead_bytes, .history_bytes = 1};
    StoreNotice notice;
    return store_open(&options, store, &notice);
}

static Store *open_store(const Os *os, const char *path)
{
    Store *store;
    ck_assert_int_eq(try_open(os, path, -1, &store), STORE_OK);
    return store;
}

static StoreStatus put_number(Txn *txn, Store *store, int64_t id, int64_t n, Str name)
{
    Arena unused;
    arena_init(&unused);
    Str names[] = {name, STR("text")};
    DocBuilder builder = {0};
    builder_start(&builder, shape_of(store_shapes(store), names, 2, &unused)->id, 2);
    builder_int(&builder, 0, n);
    builder_str(&builder, 1, STR("some text that takes a place of its own"));
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    StoreStatus status = txn_put(txn, NOTES, id, &put, NULL);
    builder_free(&builder);
    return status;
}

/* Transaction number `n`; 0 makes the collection. */
static StoreStatus commit_number(Store *store, int64_t n)
{
    Txn *txn = txn_begin(store, TXN_WRITE);
    if (n == 0) {
        ck_assert_int_eq(txn_create_collection(txn, NOTES), STORE_OK);
        Str field = STR("n");
        KeyPart term = {.path = &field, .path_len = 1};
        IndexSpec spec = {.terms = &term, .term_count = 1};
        uint32_t index;
        ck_assert_int_eq(txn_create_index(txn, NOTES, &spec, &index), STORE_OK);
    } else {
        ck_assert_int_eq(put_number(txn, store, 0, n, STR("last")), STORE_OK);
        ck_assert_int_eq(put_number(txn, store, 1 + n % PLACES, n, STR("n")), STORE_OK);
    }
    return txn_commit(txn, NULL);
}

static void commit_numbers(Store *store, int64_t from, int64_t to)
{
    for (int64_t n = from; n <= to; n++) {
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
    }
}

/* The number of the last transaction that the store has; the state must be that after it. */
static int64_t check_state(Store *store)
{
    StoreNotice notice;
    ck_assert_msg(store_verify(store, &notice) == STORE_OK, "%s", notice.text);
    Txn *txn = txn_begin(store, TXN_READ);
    const Version *first = txn_get(txn, NOTES, 0);
    int64_t last = first ? doc_int(first->doc, 0) : 0;
    for (int64_t n = last; n > last - PLACES && n > 0; n--) {
        const Version *version = txn_get(txn, NOTES, 1 + n % PLACES);
        ck_assert(version && doc_int(version->doc, 0) == n);
    }
    txn_rollback(txn);
    return last;
}

static void must_compact(Store *store)
{
    StoreNotice notice;
    StoreStatus status = store_compact(store, &notice);
    ck_assert_msg(status == STORE_OK, "%s", notice.text);
}

static int64_t reopen_and_check(const Os *os, const char *path)
{
    Store *store = open_store(os, path);
    int64_t last = check_state(store);
    ck_assert_int_eq(store_close(store), STORE_OK);
    return last;
}

/* -- in a file in memory ----------------------------------------------------------------------- */

START_TEST(a_compacted_file_is_small_and_goes_on)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake.os, "a.fawn");
    commit_numbers(store, 0, 300);
    int64_t before = store_stats(store).log_bytes;
    must_compact(store);
    ck_assert_int_lt(store_stats(store).log_bytes, before / 10);
    ck_assert_int_eq(store_stats(store).log_bytes, fake_find(&fake, "a.fawn")->bytes.len);
    ck_assert_ptr_null(fake_find(&fake, "a.fawn" COMPACT_SUFFIX));
    ck_assert_int_eq(check_state(store), 300);
    commit_numbers(store, 301, 310);
    must_compact(store);
    commit_numbers(store, 311, 320);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(reopen_and_check(&fake.os, "a.fawn"), 320);
    fake_end(&fake);
}
END_TEST

START_TEST(what_was_not_yet_written_is_compacted_too)
{
    static FakeOs fake;
    fake_start(&fake);
    StoreOptions options = {.path = "a.fawn", .os = &fake.os, .sync = SYNC_OFF};
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    commit_numbers(store, 0, 20);
    must_compact(store);
    commit_numbers(store, 21, 25);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(reopen_and_check(&fake.os, "a.fawn"), 25);
    fake_end(&fake);
}
END_TEST

START_TEST(a_store_without_a_file_has_nothing_to_compact)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake.os, NULL);
    must_compact(store);
    ck_assert_int_eq(store_close(store), STORE_OK);
    store = open_store(&fake.os, "a.fawn");
    must_compact(store);
    ck_assert_ptr_null(fake_find(&fake, "a.fawn"));
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

START_TEST(the_lock_stays_through_a_compaction)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake.os, "a.fawn");
    commit_numbers(store, 0, 5);
    must_compact(store);
    Store *second;
    ck_assert_int_eq(try_open(&fake.os, "a.fawn", -1, &second), STORE_LOCKED);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(reopen_and_check(&fake.os, "a.fawn"), 5);
    fake_end(&fake);
}
END_TEST

START_TEST(what_a_killed_compaction_left_is_removed_at_the_next_opening)
{
    static FakeOs fake;
    fake_start(&fake);
    Store *store = open_store(&fake.os, "a.fawn");
    commit_numbers(store, 0, 5);
    ck_assert_int_eq(store_close(store), STORE_OK);
    (void)fake_put(&fake, "a.fawn" COMPACT_SUFFIX, STR("Fawn data"));
    ck_assert_int_eq(reopen_and_check(&fake.os, "a.fawn"), 5);
    ck_assert_ptr_null(fake_find(&fake, "a.fawn" COMPACT_SUFFIX));
    fake_end(&fake);
}
END_TEST

/* Call number k of a compaction fails, for every k, and then perhaps all after it: as of a process
 * that is killed there, too, since nothing is removed then. */
START_TEST(whatever_call_fails_the_file_is_the_old_or_the_new_one)
{
    for (int64_t k = 1; k < 1000; k++) {
        static FakeOs fake;
        fake_start(&fake);
        fake.error = k % 3 ? EIO : ENOSPC;
        Store *store = open_store(&fake.os, "a.fawn");
        commit_numbers(store, 0, 30);
        fake.fail_at = fake.calls + k;
        fake.fails_on = _i == 1;
        StoreNotice notice;
        StoreStatus status = store_compact(store, &notice);
        bool ended = fake.calls < fake.fail_at;
        fake.fail_at = 0;
        ck_assert(status == STORE_OK || notice.text[0]);
        /* Where it cannot go on writing it says so; what it acknowledges is there. */
        int64_t last = commit_number(store, 31) == STORE_OK ? 31 : 30;
        (void)!store_close(store);
        ck_assert_int_eq(reopen_and_check(&fake.os, "a.fawn"), last);
        ck_assert_ptr_null(fake_find(&fake, "a.fawn" COMPACT_SUFFIX));
        fake_end(&fake);
        if (ended) {
            ck_assert_int_eq(status, STORE_OK);
            return;
        }
    }
    ck_abort_msg("it never ended");
}
END_TEST

/* -- what is committed meanwhile --------------------------------------------------------------- */

enum { LONG_COUNT = 40000, SHAPES_GONE = 5 };

/* Called in the middle of a compaction: the state is taken, and nobody writes. */
static Store *compacted;

static int commit_meanwhile(void *self, int from, int to)
{
    (void)from;
    (void)to;
    commit_numbers(compacted, 4, 6);
    /* More than a piece, and more than the buffer that a tail is copied with. */
    Txn *txn = txn_begin(compacted, TXN_WRITE);
    for (int64_t id = 100; id < 100 + LONG_COUNT; id++) {
        ck_assert_int_eq(put_number(txn, compacted, id, id, STR("long")), STORE_OK);
    }
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    /* A shape that the old file has, though no document of the state that was saved. */
    txn = txn_begin(compacted, TXN_WRITE);
    ck_assert_int_eq(put_number(txn, compacted, SHAPES_GONE + 50, 1, STR("gone")), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    commit_numbers(compacted, 7, 9);
    return fake_copy_mode(self, from, to);
}

START_TEST(what_is_committed_meanwhile_is_in_the_new_file)
{
    static FakeOs fake;
    fake_start(&fake);
    fake.os.copy_mode = commit_meanwhile;
    Store *store = compacted = open_store(&fake.os, "a.fawn");
    commit_numbers(store, 0, 3);
    Txn *txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_number(txn, store, SHAPES_GONE, 1, STR("gone")), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    txn = txn_begin(store, TXN_WRITE);
    ck_assert_int_eq(put_number(txn, store, SHAPES_GONE, 1, STR("n")), STORE_OK);
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
    must_compact(store);
    int64_t records = store_stats(store).log_records;
    commit_numbers(store, 10, 12);
    ck_assert_int_eq(store_stats(store).log_records, records + 3);
    int64_t documents = store_stats(store).documents;
    ck_assert_int_gt(store_stats(store).log_bytes, 3 << 20);
    ck_assert_int_eq(store_close(store), STORE_OK);
    store = open_store(&fake.os, "a.fawn");
    ck_assert_int_eq(check_state(store), 12);
    ck_assert_int_eq(store_stats(store).documents, documents);
    ck_assert_int_eq(store_stats(store).log_records, records + 3);
    ck_assert_int_eq(store_close(store), STORE_OK);
    fake_end(&fake);
}
END_TEST

/* -- on disk ----------------------------------------------------------------------------------- */

static char folder[] = "/tmp/fawn-compact-XXXXXX";
static char file[64];

static void make_folder(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/a.fawn", folder);
}

/* Removes the folder; returns how many files were in it. */
static int remove_folder(void)
{
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        count += unlink(path) == 0;
    }
    closedir(dir);
    ck_assert_int_eq(rmdir(folder), 0);
    return count;
}

typedef struct Writer {
    Store *store;
    int64_t from, to;
} Writer;

static void *write_numbers(void *self)
{
    const Writer *writer = self;
    commit_numbers(writer->store, writer->from, writer->to);
    return NULL;
}

START_TEST(others_read_and_write_while_it_is_compacted)
{
    make_folder();
    StoreOptions options = {.path = file, .sync = (SyncMode)_i, .compact_dead_bytes = -1};
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    commit_numbers(store, 0, 50);
    Txn *reader = txn_begin(store, TXN_READ);
    pthread_t thread;
    Writer writer = {store, 51, options.sync == SYNC_ALWAYS ? 300 : 3000};
    ck_assert_int_eq(pthread_create(&thread, NULL, write_numbers, &writer), 0);
    for (int round = 0; round < 5; round++) {
        must_compact(store);
        ck_assert_int_eq(doc_int(txn_get(reader, NOTES, 0)->doc, 0), 50);
    }
    pthread_join(thread, NULL);
    txn_rollback(reader);
    ck_assert_int_eq(check_state(store), writer.to);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(reopen_and_check(NULL, file), writer.to);
    ck_assert_int_eq(remove_folder(), 1);
}
END_TEST

START_TEST(a_log_that_is_mostly_dead_is_compacted_by_itself)
{
    make_folder();
    Store *store;
    ck_assert_int_eq(try_open(NULL, file, 20000, &store), STORE_OK);
    commit_numbers(store, 0, 1000);
    ck_assert_int_eq(store_close(store), STORE_OK);
    struct stat about;
    ck_assert_int_eq(stat(file, &about), 0);
    /* 1000 records of 300 bytes were written. */
    ck_assert_int_lt(about.st_size, 150000);
    ck_assert_int_eq(reopen_and_check(NULL, file), 1000);
    ck_assert_int_eq(remove_folder(), 1);
}
END_TEST

START_TEST(the_new_file_has_the_mode_of_the_old_one_and_links_stay)
{
    make_folder();
    char link[80];
    (void)snprintf(link, sizeof link, "%s/link.fawn", folder);
    Store *store = open_store(NULL, file);
    commit_numbers(store, 0, 9);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(chmod(file, 0600), 0);
    ck_assert_int_eq(symlink("a.fawn", link), 0);
    store = open_store(NULL, link);
    must_compact(store);
    commit_numbers(store, 10, 10);
    ck_assert_int_eq(store_close(store), STORE_OK);
    struct stat about;
    ck_assert_int_eq(lstat(link, &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    ck_assert_int_eq(stat(file, &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0600);
    ck_assert_int_eq(reopen_and_check(NULL, file), 10);
    ck_assert_int_eq(remove_folder(), 2);
}
END_TEST

START_TEST(a_file_that_was_moved_away_is_not_compacted)
{
    make_folder();
    char other[80];
    (void)snprintf(other, sizeof other, "%s/b.fawn", folder);
    Store *store = open_store(NULL, file);
    commit_numbers(store, 0, 9);
    ck_assert_int_eq(rename(file, other), 0);
    StoreNotice notice;
    ck_assert_int_eq(store_compact(store, &notice), STORE_IO);
    ck_assert_int_eq(store_close(store), STORE_OK);
    ck_assert_int_eq(reopen_and_check(NULL, other), 9);
    ck_assert_int_eq(remove_folder(), 1);
}
END_TEST

/* A child commits and compacts, and tells what it has committed; it is killed some time after it
 * has told of `commits`. Waiting for commits rather than for the clock alone, the test means the
 * same on a machine that is slow or busy. */
static int64_t run_and_kill(int64_t last, int64_t commits, useconds_t after_us)
{
    int pipes[2];
    ck_assert_int_eq(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        Store *store;
        if (try_open(NULL, file, 4000, &store) == STORE_OK) {
            for (int64_t n = last; commit_number(store, n) == STORE_OK; n++) {
                if (write(pipes[1], &n, sizeof n) != sizeof n) {
                    break;
                }
            }
        }
        _exit(1);
    }
    close(pipes[1]);
    int64_t reported = -1, n;
    while (commits-- > 0 && read(pipes[0], &n, sizeof n) == sizeof n) {
        reported = n;
    }
    (void)usleep(after_us);
    kill(child, SIGKILL);
    while (read(pipes[0], &n, sizeof n) == sizeof n) {
        reported = n;
    }
    close(pipes[0]);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return reported;
}

START_TEST(a_kill_during_a_compaction_loses_nothing)
{
    make_folder();
    Store *store = open_store(NULL, file);
    commit_numbers(store, 0, 0);
    ck_assert_int_eq(store_close(store), STORE_OK);
    int64_t last = 0;
    for (useconds_t round = 0; round < 60; round++) {
        int64_t reported = run_and_kill(last + 1, 2 + round / 2, round * 37 % 700);
        last = reported > last ? reported : last;
        int64_t found = reopen_and_check(NULL, file);
        ck_assert_int_ge(found, last);
        ck_assert_int_le(found, last + 1);
        last = found;
    }
    ck_assert_int_gt(last, 100);
    ck_assert_int_eq(remove_folder(), 1);
}
END_TEST

/* -- batches ----------------------------------------------------------------------------------- */

/* An operating system that notes when it was last asked to sync. */
static struct {
    Os os;
    atomic_llong synced_us;
    atomic_int syncs, folders;
} watched;

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int watched_sync(void *self, int number)
{
    (void)self;
    int failed = os_posix()->sync(NULL, number);
    atomic_store(&watched.synced_us, clock_us());
    atomic_fetch_add(&watched.syncs, 1);
    return failed;
}

static int watched_sync_folder(void *self, const char *path)
{
    (void)self;
    atomic_fetch_add(&watched.folders, 1);
    return os_posix()->sync_folder(NULL, path);
}

static void watch(void)
{
    watched.os = *os_posix();
    watched.os.sync = watched_sync;
    watched.os.sync_folder = watched_sync_folder;
    atomic_store(&watched.syncs, 0);
    atomic_store(&watched.folders, 0);
}

START_TEST(a_batch_is_synced_within_100_ms_though_nothing_else_happens)
{
    make_folder();
    watch();
    StoreOptions options = {.path = file, .sync = SYNC_BATCH, .os = &watched.os};
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    int in_time = 0;
    for (int64_t n = 0; n < 8; n++) {
        int syncs = atomic_load(&watched.syncs);
        int64_t start = clock_us();
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
        while (atomic_load(&watched.syncs) == syncs && clock_us() - start < 10000000) {
            (void)usleep(1000);
        }
        ck_assert_int_gt(atomic_load(&watched.syncs), syncs);
        in_time += atomic_load(&watched.synced_us) - start <= LOG_FLUSH_MS * 1000;
    }
    /* A busy machine may be late now and then. */
    ck_assert_int_ge(in_time, 4);
    /* Nothing new, nothing to sync. */
    int syncs = atomic_load(&watched.syncs);
    (void)usleep(2 * LOG_FLUSH_MS * 1000);
    ck_assert_int_eq(atomic_load(&watched.syncs), syncs);
    ck_assert_int_eq(store_close(store), STORE_OK);
    (void)remove_folder();
}
END_TEST

START_TEST(a_commit_returns_after_its_sync_and_names_are_synced_once)
{
    make_folder();
    watch();
    StoreOptions options = {.path = file, .sync = SYNC_ALWAYS, .os = &watched.os};
    Store *store;
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    for (int n = 0; n < 10; n++) {
        ck_assert_int_eq(commit_number(store, n), STORE_OK);
        /* The first is that of the header. */
        ck_assert_int_eq(atomic_load(&watched.syncs), n + 2);
        ck_assert_int_eq(atomic_load(&watched.folders), 1);
    }
    must_compact(store);
    ck_assert_int_eq(atomic_load(&watched.folders), 2);
    ck_assert_int_eq(store_close(store), STORE_OK);
    (void)remove_folder();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compact");
    TCase *tcase = tcase_create("compact");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_compacted_file_is_small_and_goes_on);
    tcase_add_test(tcase, what_was_not_yet_written_is_compacted_too);
    tcase_add_test(tcase, a_store_without_a_file_has_nothing_to_compact);
    tcase_add_test(tcase, the_lock_stays_through_a_compaction);
    tcase_add_test(tcase, what_a_killed_compaction_left_is_removed_at_the_next_opening);
    tcase_add_loop_test(tcase, whatever_call_fails_the_file_is_the_old_or_the_new_one, 0, 2);
    tcase_add_loop_test(tcase, others_read_and_write_while_it_is_compacted, 0, 3);
    tcase_add_test(tcase, what_is_committed_meanwhile_is_in_the_new_file);
    tcase_add_test(tcase, a_log_that_is_mostly_dead_is_compacted_by_itself);
    tcase_add_test(tcase, the_new_file_has_the_mode_of_the_old_one_and_links_stay);
    tcase_add_test(tcase, a_file_that_was_moved_away_is_not_compacted);
    tcase_add_test(tcase, a_kill_during_a_compaction_loses_nothing);
    tcase_add_test(tcase, a_batch_is_synced_within_100_ms_though_nothing_else_happens);
    tcase_add_test(tcase, a_commit_returns_after_its_sync_and_names_are_synced_once);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
