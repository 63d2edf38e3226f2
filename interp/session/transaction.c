/* transaction: one that stays open over several runs. The runs are run.c's; here is where it
 * begins and ends. It is the only writer meanwhile. */
#include "interp/session/session_int.h"

TransactionState session_transaction(const Session *session)
{
    if (session->open == NULL) {
        return TRANSACTION_NONE;
    }
    return session->open_failed ? TRANSACTION_FAILED : TRANSACTION_OPEN;
}

void session_open_transaction(Session *session, bool read_only)
{
    assert(session->open == NULL);
    session->open = session_begin(session, read_only ? TXN_READ : TXN_WRITE);
    session->open_failed = false;
}

TxnChanges session_open_changes(const Session *session)
{
    assert(session->open != NULL);
    return txn_changes(session->open);
}

void session_rollback(Session *session)
{
    assert(session->open != NULL);
    txn_rollback(session->open);
    session->open = NULL;
}

/* The commit fails as one that session_run makes would. */
Outcome session_commit(Session *session)
{
    static const RunOptions options = {0};
    Rt *rt = session_rt(session);
    Txn *txn = session->open;
    Outcome outcome = {.kind = OUTCOME_OK};
    assert(txn != NULL);
    arena_reset(&session->query);
    arena_reset(&session->heap);
    session->summary.len = 0;
    session->options = &options;
    rt_begin(rt, &session->heap, &session->query, txn);
    outcome.changes = txn_changes(txn);
    session->open = NULL;
    StoreStatus status = txn_commit(txn, &outcome.txn_us);
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
        outcome_from_fault(session, &outcome);
    }
    return outcome;
}

void session_begin_reading(Session *session, Arena *heap)
{
    Txn *txn = session->open != NULL ? session->open : session_begin(session, TXN_READ);
    rt_begin(session_rt(session), heap, &session->query, txn);
}

void session_end_reading(Session *session)
{
    if (session->open == NULL) {
        txn_rollback(session_rt(session)->txn);
    }
}
