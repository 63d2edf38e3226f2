/* database: which database of the store a session is on.
 *
 *   "shop/test"   root ──► document "shop": database 3 ──► document "test": database 7
 *
 * The store may give a number again after a database was deleted; so the session knows the id of
 * the document too, and looks at the beginning of each run whether it is the one.
 */
#include "interp/session/session_int.h"

#include "runtime/schema/database.h"

Txn *session_begin(Session *session, TxnMode mode)
{
    Txn *txn = txn_begin(session->store, mode);
    txn_enter(txn, session->database);
    return txn;
}

bool session_is_on_database(Session *session)
{
    Rt *rt = session_rt(session);
    DatabaseSelf self;
    if (session->database == DATABASE_ROOT ||
        (database_self(rt, &self) && self.id == session->database_id)) {
        return true;
    }
    (void)rt_fault(rt, FAULT_invalid_request, "The database was deleted.");
    return false;
}

/* Goes from one database to the one called `name` within it. */
static bool step_into(Rt *rt, Str name)
{
    uint32_t number;
    bool found = name.len > 0 && database_find(rt, name, &number);
    if (found) {
        txn_enter(rt->txn, number);
    }
    return found;
}

bool session_enter(Session *session, Str path, Str *error)
{
    Rt *rt = session_rt(session);
    assert(rt->catalog == NULL);
    rt_begin(rt, &session->heap, &session->query, txn_begin(session->store, TXN_READ));
    bool found = true;
    for (int64_t at = 0; found && at < path.len;) {
        int64_t slash = str_find(path, STR("/"), at);
        int64_t end = slash < 0 ? path.len : slash;
        Str name = str_slice(path, at, end);
        found = step_into(rt, name);
        if (!found) {
            *error =
                str_format(&session->lasting, "there is no database `%.*s`%s%.*s%s", STR_ARG(name),
                           at > 0 ? " in `" : "", STR_ARG(str_slice(path, 0, at > 0 ? at - 1 : 0)),
                           at > 0 ? "`" : "");
        }
        at = end + 1;
    }
    DatabaseSelf self;
    if (found && database_self(rt, &self)) {
        session->database = txn_database(rt->txn);
        session->database_id = self.id;
    }
    txn_rollback(rt->txn);
    return found;
}

bool session_visit(Session *session, uint32_t database, DatabaseVisit *visit)
{
    Rt *rt = session_rt(session);
    *visit = (DatabaseVisit){.from = txn_database(rt->txn), .catalog = rt->catalog};
    rt->catalog = NULL;
    txn_enter(rt->txn, database);
    bool ok = catalog_load(rt);
    if (!ok) {
        session_return(session, visit);
    }
    return ok;
}

void session_return(Session *session, const DatabaseVisit *visit)
{
    Rt *rt = session_rt(session);
    catalog_free(rt->catalog);
    rt->catalog = visit->catalog;
    txn_enter(rt->txn, visit->from);
}

bool session_may_use_schema(Session *session, bool change)
{
    RoleKind role = session_rt(session)->permission.role;
    bool may_read = role == ROLE_ADMIN || role == ROLE_SERVER || role == ROLE_SERVER_READONLY;
    return change ? role == ROLE_ADMIN : may_read;
}

void session_advise(Session *session, bool advises)
{
    session->advises = advises;
}

void session_typecheck_root(Session *session, bool typechecked)
{
    session_rt(session)->root_is_typechecked = typechecked;
}

bool session_is_on_root(const Session *session)
{
    return session->database == DATABASE_ROOT;
}
