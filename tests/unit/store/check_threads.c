/* check_threads: one writer and READERS readers on one store. Each reader sees some committed
 * state, the whole of it and nothing else, and never an older one than it saw before.
 *
 *   accounts 1 … ACCOUNTS   {balance, branch}; the balances always add up to TOTAL
 *   mark 0                  {turn, digest}: the number of the last transaction, and a digest of
 *                           all accounts after it
 *   index                   by branch, balance descending
 *   aggregate               by branch: how many, sum of balances
 *
 * So that every state tells by itself whether it is one: the digest over the documents, the order
 * and number of the index entries, and the groups against both. Run under ThreadSanitizer by
 * scripts/test; with the log, its syncing thread and a full turnover of definitions.
 */
#include "store/aggregate.h"
#include "store/key.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { ACCOUNTS_COLLECTION = 1024, MARKS = 1025, ACCOUNTS = 60, BRANCHES = 5, READERS = 7 };
enum { TOTAL = 1000 * ACCOUNTS };

/* Other builds only see that it works. */
#ifdef __SANITIZE_THREAD__
enum { TURNS = 1000 };
#else
enum { TURNS = 150 };
#endif

typedef struct Bank {
    Store *store;
    uint32_t index, aggregate;
    int64_t balances[ACCOUNTS + 1]; /* as they are after the transaction under way; -1: closed */
    _Atomic int64_t turn;           /* the last that was committed */
    atomic_bool ended;
    unsigned seed; /* the writer's */
} Bank;

static unsigned pick(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

/* -- writing ----------------------------------------------------------------------------------- */

static const Shape *pair_shape(Store *store, const char *first, const char *second)
{
    Arena unused;
    arena_init(&unused);
    Str names[] = {str_from_c(first), str_from_c(second)};
    return shape_of(store_shapes(store), names, 2, &unused);
}

static void put_pair(Txn *txn, const Bank *bank, uint32_t collection, int64_t id, int64_t a,
                     int64_t b)
{
    const Shape *shape = collection == MARKS ? pair_shape(bank->store, "turn", "digest")
                                             : pair_shape(bank->store, "balance", "branch");
    DocBuilder builder = {0};
    builder_start(&builder, shape->id, 2);
    builder_long(&builder, 0, a);
    builder_long(&builder, 1, b);
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(builder_finish(&builder, &put.doc));
    ck_assert_int_eq(txn_put(txn, collection, id, &put, NULL), STORE_OK);
    builder_free(&builder);
}

static void set_balance(Txn *txn, Bank *bank, int64_t id, int64_t balance)
{
    bank->balances[id] = balance;
    if (balance < 0) {
        ck_assert_int_eq(txn_delete(txn, ACCOUNTS_COLLECTION, id), STORE_OK);
    } else {
        put_pair(txn, bank, ACCOUNTS_COLLECTION, id, balance, balance % BRANCHES);
    }
}

/* Moves money from one account to another: a part, or all; then the account may be closed. */
static void transfer(Txn *txn, Bank *bank)
{
    int64_t from = 1 + pick(&bank->seed, ACCOUNTS);
    int64_t to = 1 + pick(&bank->seed, ACCOUNTS);
    int64_t balance = bank->balances[from];
    if (from == to || balance < 0) {
        return;
    }
    bool closes = pick(&bank->seed, 3) == 0;
    int64_t amount = closes ? balance : pick(&bank->seed, (unsigned)balance + 1);
    set_balance(txn, bank, from, closes ? -1 : balance - amount);
    set_balance(txn, bank, to, (bank->balances[to] < 0 ? 0 : bank->balances[to]) + amount);
}

static int64_t digest_of(const int64_t *balances)
{
    return (int64_t)(XXH3_64bits(balances, (ACCOUNTS + 1) * sizeof *balances) >> 1);
}

/* Writes what is taken back: by a rewind, or with the transaction. */
static void write_in_vain(Txn *txn, Bank *bank)
{
    int64_t before[ACCOUNTS + 1];
    memcpy(before, bank->balances, sizeof before);
    TxnMark mark = txn_mark(txn);
    transfer(txn, bank);
    put_pair(txn, bank, MARKS, 0, -1, -1);
    txn_rewind(txn, &mark);
    memcpy(bank->balances, before, sizeof before);
}

/* An index that comes and goes, so that the collection's definitions change under the readers. */
static void change_definitions(Txn *txn, uint32_t *passing)
{
    if (*passing) {
        ck_assert_int_eq(txn_drop_index(txn, *passing), STORE_OK);
        *passing = 0;
        return;
    }
    Str balance = STR("balance");
    KeyPart term = {.path = &balance, .path_len = 1};
    IndexSpec spec = {.terms = &term, .term_count = 1};
    ck_assert_int_eq(txn_create_index(txn, ACCOUNTS_COLLECTION, &spec, passing), STORE_OK);
}

static void *write_turns(void *context)
{
    Bank *bank = context;
    uint32_t passing = 0;
    for (int64_t turn = 1; turn <= TURNS; turn++) {
        Txn *txn = txn_begin(bank->store, TXN_WRITE);
        if (turn % 7 == 0) {
            write_in_vain(txn, bank);
        }
        if (turn % 11 == 0) {
            txn_rollback(txn);
            txn = txn_begin(bank->store, TXN_WRITE);
        }
        if (turn % 100 == 0) {
            change_definitions(txn, &passing);
        }
        for (unsigned count = 1 + pick(&bank->seed, 4); count > 0; count--) {
            transfer(txn, bank);
        }
        put_pair(txn, bank, MARKS, 0, turn, digest_of(bank->balances));
        ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
        atomic_store(&bank->turn, turn);
    }
    atomic_store(&bank->ended, true);
    return NULL;
}

/* -- reading ----------------------------------------------------------------------------------- */

/* What a reader counts in a state. */
typedef struct Count {
    int64_t balances[ACCOUNTS + 1];
    int64_t accounts, total;
    int64_t counts[BRANCHES], sums[BRANCHES];
} Count;

static void count_accounts(Txn *txn, Count *count)
{
    memset(count, 0, sizeof *count);
    count->balances[0] = 0;
    for (int64_t id = 1; id <= ACCOUNTS; id++) {
        count->balances[id] = -1;
    }
    StoreCursor *cursor = cursor_documents(txn, ACCOUNTS_COLLECTION, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        int64_t balance = doc_int(version->doc, 0);
        int64_t branch = doc_int(version->doc, 1);
        ck_assert_int_eq(branch, balance % BRANCHES);
        count->balances[version->id] = balance;
        count->accounts++;
        count->total += balance;
        count->counts[branch]++;
        count->sums[branch] += balance;
    }
    cursor_close(cursor);
}

static void check_index(Txn *txn, const Bank *bank, const Count *count)
{
    StoreCursor *cursor = cursor_index(txn, bank->index, (Str){0}, (Str){0}, false);
    const Version *version;
    int64_t entries = 0;
    int64_t branch = -1;
    int64_t balance = INT64_MAX;
    while (cursor_next(cursor, &version, NULL)) {
        ck_assert_int_eq(doc_int(version->doc, 0), count->balances[version->id]);
        bool same_branch = doc_int(version->doc, 1) == branch;
        ck_assert(same_branch ? doc_int(version->doc, 0) <= balance
                              : doc_int(version->doc, 1) > branch);
        branch = doc_int(version->doc, 1);
        balance = doc_int(version->doc, 0);
        entries++;
    }
    cursor_close(cursor);
    ck_assert_int_eq(entries, count->accounts);
}

static void check_groups(Txn *txn, const Bank *bank, const Count *count)
{
    Buf terms = {0};
    for (int64_t branch = 0; branch < BRANCHES; branch++) {
        FoldResult results[2];
        terms.len = 0;
        key_put_int(&terms, branch);
        bool found = txn_get_group(txn, bank->aggregate, buf_str(&terms), FOLDS_ALL, results);
        ck_assert_int_eq(found, count->counts[branch] > 0);
        if (found) {
            ck_assert_int_eq(results[0].count, count->counts[branch]);
            ck_assert_int_eq((int64_t)results[1].total, count->sums[branch]);
        }
    }
    buf_free(&terms);
}

/* Looks at one state; its turn. */
static int64_t check_state(const Bank *bank)
{
    Count count;
    Txn *txn = txn_begin(bank->store, TXN_READ);
    const Version *mark = txn_get(txn, MARKS, 0);
    int64_t turn = doc_int(mark->doc, 0);
    count_accounts(txn, &count);
    ck_assert_int_eq(count.total, TOTAL);
    ck_assert_int_eq(count.accounts, txn_count(txn, ACCOUNTS_COLLECTION));
    ck_assert_int_eq(digest_of(count.balances), doc_int(mark->doc, 1));
    check_index(txn, bank, &count);
    check_groups(txn, bank, &count);
    ck_assert_int_eq(doc_int(txn_get(txn, MARKS, 0)->doc, 0), turn);
    txn_rollback(txn);
    return turn;
}

static void *read_states(void *context)
{
    Bank *bank = context;
    int64_t seen = 0;
    while (!atomic_load(&bank->ended)) {
        int64_t committed = atomic_load(&bank->turn);
        int64_t turn = check_state(bank);
        ck_assert_int_ge(turn, committed);
        ck_assert_int_ge(turn, seen);
        seen = turn;
    }
    return NULL;
}

/* -- the test ---------------------------------------------------------------------------------- */

static void found_bank(Bank *bank)
{
    Str paths[] = {STR("balance"), STR("branch")};
    KeyPart balance = {.path = &paths[0], .path_len = 1};
    KeyPart branch = {.path = &paths[1], .path_len = 1};
    KeyPart descending = {.path = &paths[0], .path_len = 1, .descending = true};
    IndexSpec index = {.terms = &branch, .term_count = 1, .values = &descending, .value_count = 1};
    FoldSpec folds[] = {{.kind = FOLD_COUNT}, {.kind = FOLD_SUM, .part = balance}};
    AggregateSpec aggregate = {.terms = &branch, .term_count = 1, .folds = folds, .fold_count = 2};
    Txn *txn = txn_begin(bank->store, TXN_WRITE);
    ck_assert_int_eq(txn_create_collection(txn, ACCOUNTS_COLLECTION), STORE_OK);
    ck_assert_int_eq(txn_create_collection(txn, MARKS), STORE_OK);
    ck_assert_int_eq(txn_create_index(txn, ACCOUNTS_COLLECTION, &index, &bank->index), STORE_OK);
    ck_assert_int_eq(txn_create_aggregate(txn, ACCOUNTS_COLLECTION, &aggregate, &bank->aggregate),
                     STORE_OK);
    for (int64_t id = 1; id <= ACCOUNTS; id++) {
        set_balance(txn, bank, id, TOTAL / ACCOUNTS);
    }
    put_pair(txn, bank, MARKS, 0, 0, digest_of(bank->balances));
    ck_assert_int_eq(txn_commit(txn, NULL), STORE_OK);
}

/* In memory, and with a log in each mode of syncing. */
START_TEST(readers_see_committed_states_only_while_a_writer_writes)
{
    static Bank bank;
    char folder[] = "/tmp/fawn-check-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char file[64];
    (void)snprintf(file, sizeof file, "%s/bank.fawn", folder);
    bool in_memory = _i == 0;
    StoreOptions options = {.path = in_memory ? NULL : file,
                            .sync = in_memory ? SYNC_OFF : (SyncMode)(_i - 1)};
    StoreNotice notice;
    ck_assert_int_eq(store_open(&options, &bank.store, &notice), STORE_OK);
    bank.seed = (unsigned)_i + 1;
    found_bank(&bank);
    pthread_t readers[READERS], writer;
    for (int i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_create(&readers[i], NULL, read_states, &bank), 0);
    }
    ck_assert_int_eq(pthread_create(&writer, NULL, write_turns, &bank), 0);
    ck_assert_int_eq(pthread_join(writer, NULL), 0);
    for (int i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_join(readers[i], NULL), 0);
    }
    ck_assert_int_eq(check_state(&bank), TURNS);
    ck_assert_msg(store_verify(bank.store, &notice) == STORE_OK, "%s", notice.text);
    ck_assert_int_eq(store_close(bank.store), STORE_OK);
    if (!in_memory) {
        ck_assert_int_eq(store_open(&options, &bank.store, &notice), STORE_OK);
        ck_assert_int_eq(check_state(&bank), TURNS);
        ck_assert_int_eq(store_close(bank.store), STORE_OK);
        ck_assert_int_eq(unlink(file), 0);
    }
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* -- saving to one place ------------------------------------------------------------------------- */

enum { SAVERS = 4, SAVES = 20 };

typedef struct Saver {
    Store *store;
    const char *path;
    StoreStatus status;
    StoreNotice notice;
} Saver;

static void *save(void *context)
{
    Saver *saver = context;
    saver->status = store_save(saver->store, saver->path, &saver->notice);
    return NULL;
}

/* All begin at once. One at most succeeds: the others find its file, or that it is being written. */
static int save_at_once(Store *store, const char *path)
{
    pthread_t threads[SAVERS];
    Saver savers[SAVERS];
    int saved = 0;
    for (int i = 0; i < SAVERS; i++) {
        savers[i] = (Saver){.store = store, .path = path};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, save, &savers[i]), 0);
    }
    for (int i = 0; i < SAVERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        saved += savers[i].status == STORE_OK;
        ck_assert_msg(savers[i].status == STORE_OK || savers[i].status == STORE_EXISTS ||
                          strstr(savers[i].notice.text, "another save to it is under way"),
                      "%s", savers[i].notice.text);
    }
    return saved;
}

START_TEST(of_saves_to_one_place_one_at_most_is_there)
{
    char folder[] = "/tmp/fawn-check-XXXXXX";
    char file[64], temporary[80];
    Bank bank = {0};
    StoreNotice notice;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/bank.fawn", folder);
    (void)snprintf(temporary, sizeof temporary, "%s.saving", file);
    ck_assert_int_eq(store_open(&(StoreOptions){0}, &bank.store, &notice), STORE_OK);
    found_bank(&bank);
    for (int i = 0; i < SAVES; i++) {
        if (save_at_once(bank.store, file) == 0) {
            ck_assert_int_ne(access(file, F_OK), 0);
        } else {
            Bank copy = bank;
            ck_assert_int_eq(store_open(&(StoreOptions){.path = file}, &copy.store, &notice), STORE_OK);
            ck_assert_int_eq(check_state(&copy), check_state(&bank));
            ck_assert_int_eq(store_close(copy.store), STORE_OK);
            ck_assert_int_eq(unlink(file), 0);
        }
        ck_assert_int_ne(access(temporary, F_OK), 0);
    }
    ck_assert_int_eq(store_close(bank.store), STORE_OK);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, readers_see_committed_states_only_while_a_writer_writes, 0, 4);
    tcase_add_test(tests, of_saves_to_one_place_one_at_most_is_there);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
