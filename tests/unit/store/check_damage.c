/* check_damage: files with every kind of record, damaged by one bit, or cut at any length. Damage
 * is refused and the file left as it was, or a last transaction is cut off, and told; what is there
 * is the state after some transaction, never another.
 */
#include "store/log.h"

#include "tests/unit/store/fake_os.h"
#include "tests/unit/store/workload.h"

#ifdef FAWN_STRESS
enum { FLIPS = 200 };
#else
enum { FLIPS = 2500 };
#endif
enum { LAST = 20, SHORT_LAST = 6 };

static const char path[] = "things.fawn";
static uint64_t digests[LAST + 2];
static int64_t ends[LAST + 1]; /* where the record of each transaction ends */

/* Writes transactions 0 to `last`, in a session each or in one. */
static void make_file(FakeOs *fake, SyncMode sync, bool sessions, int64_t last)
{
    workload_expect(digests, last, -1);
    StoreOptions options = {.path = path, .sync = sync, .os = &fake->os};
    Store *store = NULL;
    StoreNotice notice;
    for (int64_t n = 0; n <= last; n++) {
        if (!store) {
            ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
        }
        ck_assert_int_eq(workload_commit(store, n, -1), STORE_OK);
        ends[n] = store_stats(store).log_bytes;
        if (sessions || n == last) {
            ck_assert_int_eq(store_close(store), STORE_OK);
            store = NULL;
        }
    }
    ck_assert_int_eq(fake_find(fake, path)->bytes.len, ends[last]);
}

/* The number of the transaction in whose record the byte is; -1: in the header of the file. */
static int64_t record_at(int64_t offset)
{
    int64_t n = -1;
    while (offset >= (n < 0 ? LOG_HEADER_BYTES : ends[n])) {
        n++;
    }
    return n;
}

static bool refuses(StoreStatus status)
{
    return status == STORE_CORRUPT || status == STORE_NOT_A_DATABASE || status == STORE_VERSION;
}

/* Opens a file in which one bit at `offset` was flipped. Whether the damage was refused. */
static bool open_damaged(const FakeOs *whole, int64_t offset, int bit)
{
    static FakeOs fake;
    fake_copy(&fake, whole);
    Buf *bytes = &fake_find(&fake, path)->bytes;
    bytes->data[offset] = (char)(bytes->data[offset] ^ 1 << bit);
    Buf before = {0};
    buf_put(&before, buf_str(bytes));
    StoreOptions options = {.path = path, .os = &fake.os};
    Store *store;
    StoreNotice notice;
    StoreStatus status = store_open(&options, &store, &notice);
    ck_assert(notice.text[0]);
    int64_t damaged = record_at(offset);
    if (status == STORE_OK) {
        ck_assert_int_gt(notice.cut_bytes, 0);
        ck_assert_int_eq(workload_last(store, digests, LAST), damaged - 1);
        ck_assert_int_eq(store_close(store), STORE_OK);
    } else {
        ck_assert(refuses(status));
        ck_assert(str_eq(buf_str(bytes), buf_str(&before)));
        ck_assert_int_eq(notice.offset,
                         damaged <= 0 ? (damaged + 1) * LOG_HEADER_BYTES : ends[damaged - 1]);
    }
    buf_free(&before);
    fake_end(&fake);
    return status != STORE_OK;
}

/* The loop's number: the mode of syncing, and 3: a session for each transaction. */
START_TEST(a_flipped_bit_anywhere_is_found)
{
    static FakeOs whole;
    fake_start(&whole);
    make_file(&whole, (SyncMode)(_i % 3), _i == 3, LAST);
    for (int64_t i = 0; i < FLIPS; i++) {
        int64_t offset = (int64_t)workload_random(_i, i, (uint64_t)ends[LAST]);
        bool refused = open_damaged(&whole, offset, (int)workload_random(_i, -i - 1, 8));
        /* What a crash may have left is cut off: the last record; in files that were never synced
         * between, all from one with a sector of zeros in it. */
        bool may_be_cut = record_at(offset) == LAST || (_i != SYNC_ALWAYS && _i != 3);
        ck_assert_msg(refused || may_be_cut, "a flip at %lld cut records off", (long long)offset);
    }
    fake_end(&whole);
}
END_TEST

START_TEST(a_file_cut_at_any_length_has_the_transactions_before)
{
    static FakeOs whole;
    fake_start(&whole);
    make_file(&whole, SYNC_ALWAYS, false, SHORT_LAST);
    Str bytes = buf_str(&fake_find(&whole, path)->bytes);
    for (int64_t len = 0; len < bytes.len; len++) {
        static FakeOs cut;
        fake_start(&cut);
        fake_put(&cut, path, str_slice(bytes, 0, len));
        StoreOptions options = {.path = path, .os = &cut.os};
        Store *store;
        StoreNotice notice;
        ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
        int64_t left = record_at(len) - 1;
        left = left < -1 ? -1 : left;
        ck_assert_int_eq(workload_last(store, digests, SHORT_LAST), left);
        int64_t clean = len < LOG_HEADER_BYTES ? 0 : left < 0 ? LOG_HEADER_BYTES : ends[left];
        ck_assert_int_eq(notice.cut_bytes, len - clean);
        ck_assert_int_eq(store_close(store), STORE_OK);
        fake_end(&cut);
    }
    fake_end(&whole);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("damage");
    TCase *tests = tcase_create("damage");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_flipped_bit_anywhere_is_found, 0, 4);
    tcase_add_test(tests, a_file_cut_at_any_length_has_the_transactions_before);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
