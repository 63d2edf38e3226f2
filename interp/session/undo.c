/* undo: the transactions of the past, and the opposite of one of them.
 *
 *   transaction 1   Movie("1"): stars 3 ─► 5        undo      Movie("1"): stars 5 ─► 3
 *                   Movie("2"): created             ────►     Movie("2"): deleted
 *                   Movie("3"): deleted                       Movie("3"): as it was
 *
 * Documents get back the bytes that they had; indexes and aggregates follow. No trigger runs: what
 * triggers wrote belongs to the transaction and is undone with it. Refused is whatever would
 * overwrite a later change, and what changed the schema.
 */
#include "interp/session/changes.h"

#include "runtime/document/document.h"

enum { NAMED_MAX = 5 }; /* documents that a message names */

/* -- listing ------------------------------------------------------------------------------------- */

static bool list_past(Rt *rt, Arena *arena, const PastWanted *wanted, const PastTxn **found,
                      int64_t *count)
{
    StoreStatus status = txn_list_past(rt->txn, arena, wanted, found, count);
    return status == STORE_OK || (rt_store_fault(rt, status), false);
}

static SessionTxn summarize(Rt *rt, const PastTxn *past)
{
    VEC(SessionTouched) touched = {0};
    for (int64_t i = 0; i < past->count; i++) {
        const TxnChange *change = &past->changes[i];
        if (i == 0 || change->collection != past->changes[i - 1].collection) {
            SessionTouched next = {.collection =
                                       changes_collection_name(rt, change->collection)};
            vec_push(&touched, rt->query, next);
        }
        changes_count(&touched.at[touched.len - 1].changes, change);
    }
    return (SessionTxn){past->time_us, touched.at, touched.len};
}

typedef struct Listing {
    int64_t max;
    SessionTxn *txns;
    int64_t count;
} Listing;

static bool list_all(Session *session, void *context, Outcome *outcome)
{
    Rt *rt = session_rt(session);
    Listing *listing = context;
    const PastTxn *found;
    PastWanted wanted = {.max = listing->max};
    if (!list_past(rt, &session->query, &wanted, &found, &listing->count)) {
        outcome_from_fault(session, outcome);
        return false;
    }
    listing->txns = arena_array(&session->query, SessionTxn, listing->count);
    for (int64_t i = 0; i < listing->count; i++) {
        listing->txns[i] = summarize(rt, &found[i]);
    }
    return true;
}

Outcome session_log(Session *session, int64_t max, const SessionTxn **txns, int64_t *count)
{
    static const RunOptions options = {.dry_run = true};
    Listing listing = {.max = max};
    Outcome outcome = session_transact(session, &options, list_all, &listing);
    *txns = listing.txns;
    *count = outcome.kind == OUTCOME_OK ? listing.count : 0;
    return outcome;
}

/* -- one of them ----------------------------------------------------------------------------------- */

typedef struct Search {
    int64_t txn_us;
    SessionChangeSink *sink;
    void *sink_context;
} Search;

/* The time of the n-th last transaction; -1: there are not as many. */
static int64_t count_back(Rt *rt, Arena *scratch, int64_t n)
{
    const PastTxn *found;
    int64_t count;
    PastWanted wanted = {.max = n};
    if (!list_past(rt, scratch, &wanted, &found, &count)) {
        return -1;
    }
    if (count < n) {
        (void)rt_fault(rt, FAULT_invalid_argument,
                       count == 0 ? "No transaction is known: none was committed, or what they did "
                                    "is no longer kept."
                                  : "No more than %lld transaction%s known (.log lists them).",
                       (long long)count, count == 1 ? " is" : "s are");
        return -1;
    }
    return found[n - 1].time_us;
}

/* Finds a transaction with its documents, and those after it. The last of `found` is it. False:
 * a fault. */
static bool find(Rt *rt, Arena *scratch, int64_t *txn_us, const PastTxn **found, int64_t *count)
{
    if (*txn_us > 0 && *txn_us < SESSION_COUNT_BACK_MAX) {
        *txn_us = count_back(rt, scratch, *txn_us);
        if (*txn_us < 0) {
            return false;
        }
    }
    PastWanted wanted = {.max = INT64_MAX, .from_us = *txn_us, .documents_us = *txn_us};
    if (!list_past(rt, scratch, &wanted, found, count)) {
        return false;
    }
    if (*count == 0 || (*found)[*count - 1].time_us != *txn_us) {
        (void)rt_fault(rt, FAULT_invalid_argument,
                       "There is no transaction %lld, or what it did is no longer kept (.log lists "
                       "those that are known).",
                       (long long)*txn_us);
        return false;
    }
    return true;
}

static bool put_found(Session *session, void *context, Outcome *outcome)
{
    Rt *rt = session_rt(session);
    Search *search = context;
    const PastTxn *found;
    int64_t count;
    Arena scratch;
    arena_init(&scratch);
    bool done = find(rt, &scratch, &search->txn_us, &found, &count);
    done = done && changes_put(rt, found[count - 1].changes, found[count - 1].count, search->sink,
                               search->sink_context);
    arena_free(&scratch);
    if (!done) {
        outcome_from_fault(session, outcome);
    }
    return done;
}

Outcome session_log_changes(Session *session, int64_t txn_us, SessionChangeSink *sink,
                            void *context)
{
    static const RunOptions options = {.dry_run = true};
    Search search = {txn_us, sink, context};
    return session_transact(session, &options, put_found, &search);
}

/* -- may it be undone? ------------------------------------------------------------------------------ */

/* Whether documents of a collection are the schema, or stand for more than themselves. */
static bool is_schema(uint32_t collection)
{
    return collection_is_system(collection) && collection != COLLECTION_KEY &&
           collection != COLLECTION_TOKEN && collection != COLLECTION_CREDENTIAL;
}

static Value refuse(Rt *rt, int64_t txn_us, const char *why, Str names)
{
    return rt_fault(rt, FAULT_invalid_write, "Transaction %lld cannot be undone: %s%.*s.",
                    (long long)txn_us, why, STR_ARG(names));
}

/* Whether a later transaction changed the definition of a collection that was written to: then
 * its documents may have other fields now. */
static bool is_redefined(const Rt *rt, const TxnChange *later, const PastTxn *past)
{
    for (int64_t i = 0; later->collection == COLLECTION_COLLECTION && i < past->count; i++) {
        const Collection *collection =
            catalog_collection_by_number(rt->catalog, past->changes[i].collection);
        if (collection != NULL && collection->definition_id == later->id) {
            return true;
        }
    }
    return false;
}

static bool touches(const TxnChange *change, const PastTxn *past)
{
    int64_t low = 0, high = past->count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        const TxnChange *at = &past->changes[middle];
        bool before = at->collection != change->collection ? at->collection < change->collection
                                                           : at->id < change->id;
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    return low < past->count && past->changes[low].collection == change->collection &&
           past->changes[low].id == change->id;
}

/* Names what `later` changed of what `past` had changed. Returns how much that is. */
static int64_t put_conflicts(Rt *rt, Buf *out, const PastTxn *later, const PastTxn *past)
{
    int64_t count = 0;
    for (int64_t i = 0; i < later->count; i++) {
        const TxnChange *change = &later->changes[i];
        if (!touches(change, past) && !is_redefined(rt, change, past)) {
            continue;
        }
        if (count < NAMED_MAX) {
            buf_puts(out, count > 0 ? ", " : "");
            buf_put(out, is_redefined(rt, change, past)
                             ? STR("the definition of its collection")
                             : changes_document_name(rt, change));
        }
        count++;
    }
    if (count > NAMED_MAX) {
        buf_printf(out, " and %lld more", (long long)(count - NAMED_MAX));
    }
    return count;
}

/* `found` ends with the transaction. False: a fault that says why not. */
static bool may_undo(Rt *rt, const PastTxn *found, int64_t count)
{
    const PastTxn *past = &found[count - 1];
    for (int64_t i = 0; i < past->count; i++) {
        uint32_t collection = past->changes[i].collection;
        if (is_schema(collection)) {
            (void)refuse(rt, past->time_us, "it changed the schema: ",
                         changes_document_name(rt, &past->changes[i]));
            return false;
        }
        if (catalog_collection_by_number(rt->catalog, collection) == NULL) {
            (void)refuse(rt, past->time_us, "a collection that it wrote to is deleted", (Str){0});
            return false;
        }
    }
    Buf names = {0};
    for (int64_t i = count - 2; i >= 0; i--) {
        if (put_conflicts(rt, &names, &found[i], past) > 0) {
            Str later = str_format(rt->query, "transaction %lld changed since: %.*s",
                                   (long long)found[i].time_us, STR_ARG(buf_str(&names)));
            (void)refuse(rt, past->time_us, "", later);
            buf_free(&names);
            return false;
        }
    }
    buf_free(&names);
    return true;
}

/* -- undoing ------------------------------------------------------------------------------------------ */

static StoreStatus write_before(Rt *rt, const TxnChange *change)
{
    const DocState *before = &change->before;
    if (!before->exists) {
        StoreStatus status = txn_delete(rt->txn, change->collection, change->id);
        /* It may have ended by itself. */
        return status == STORE_NOT_FOUND ? STORE_OK : status;
    }
    Put put = {.doc = before->doc, .derived = before->derived, .ttl_us = before->ttl_us};
    return txn_put(rt->txn, change->collection, change->id, &put, NULL);
}

/* Documents that swapped the values of a unique index stand in each other's way: those are taken
 * out first, and written when all others are. */
static bool write_all(Rt *rt, const PastTxn *past)
{
    VEC(const TxnChange *) later = {0};
    StoreStatus status = STORE_OK;
    for (int64_t i = 0; status == STORE_OK && i < past->count; i++) {
        const TxnChange *change = &past->changes[i];
        status = write_before(rt, change);
        if (status == STORE_NOT_UNIQUE) {
            vec_push(&later, rt->query, change);
            status = change->after.exists
                         ? txn_delete(rt->txn, change->collection, change->id)
                         : STORE_OK;
        }
    }
    const TxnChange *last = NULL;
    for (int64_t i = 0; status == STORE_OK && i < later.len; i++) {
        last = later.at[i];
        status = write_before(rt, last);
    }
    if (status == STORE_NOT_UNIQUE) {
        (void)refuse(rt, past->time_us,
                     "another document has the unique values now that belonged to ",
                     changes_document_name(rt, last));
    } else if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
    }
    return status == STORE_OK;
}

static bool undo(Session *session, void *context, Outcome *outcome)
{
    Rt *rt = session_rt(session);
    int64_t *txn_us = context;
    const PastTxn *found;
    int64_t count;
    Arena scratch;
    arena_init(&scratch);
    bool done = find(rt, &scratch, txn_us, &found, &count) && may_undo(rt, found, count) &&
                write_all(rt, &found[count - 1]);
    arena_free(&scratch);
    if (!done) {
        outcome_from_fault(session, outcome);
    }
    return done;
}

Outcome session_undo(Session *session, int64_t txn_us, const RunOptions *options, int64_t *undone)
{
    *undone = txn_us;
    return session_transact(session, options, undo, undone);
}
