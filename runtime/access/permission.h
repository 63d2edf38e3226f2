/* permission: what whoever asks may do. Every way to read, write or call comes through here:
 *
 *   a document that is looked up    doc_version            may not: as if it were not there
 *   a set                           when it is opened      may not: those elements are not there
 *   totals of an aggregate          when they are read     a fault, unless all may be read
 *   create, update, delete …        before it is put       a fault
 *   a user function                 when it is called      a fault
 *   events                          one by one             as documents
 *
 * Who asks has a built-in role, or what the Roles of the database grant (role.h): always, or where a
 * predicate gives true. Predicates run on their own: they may read what a server may, and call
 * functions, write nothing, and know the login. One that fails, or gives anything else, denies.
 *
 * Who may do everything is not asked: each check begins with a look at the role, and nothing of
 * what is done document by document begins with more than that.
 */
#ifndef FAWN_RUNTIME_ACCESS_PERMISSION_H
#define FAWN_RUNTIME_ACCESS_PERMISSION_H

#include "runtime/rt.h"

typedef enum Action {
    ACTION_READ,
    ACTION_WRITE,
    ACTION_CREATE,
    ACTION_CREATE_WITH_ID,
    ACTION_DELETE,
    ACTION_HISTORY_READ,
    ACTION_HISTORY_WRITE,
    ACTION_CALL,
    ACTION_COUNT
} Action;

/* What can be said of a collection without looking at a document. */
typedef enum Verdict { VERDICT_NO, VERDICT_YES, VERDICT_ASK } Verdict;

/* -- who asks ---------------------------------------------------------------------------------- */

/* The role that is spelled `admin`, `server`, or is the name of a Role. False: there is none such. In
 * a transaction, whose catalog is loaded; `arena` is to live as long as the permission. */
NODISCARD bool permission_find(Rt *rt, Arena *arena, Str role, Permission *permission);

/* What the Roles grant of which the document of `login`, which is in force then, is a member. */
void permission_of_document(Rt *rt, Arena *arena, const Login *login, Permission *permission);

/* Whether a lambda's text gives true for a value, for whoever logs in; `name` is for messages. */
NODISCARD bool permission_predicate_holds(Rt *rt, Str name, Value text, Value argument);

/* Acts again as before something else was put into `rt->permission`. What failed meanwhile tells of
 * documents by their ids only: who hears of it looks them up with what it may do itself. */
void permission_restore(Rt *rt, Permission before);

/* Whether what `log` and `dbg` tell may be shown. */
bool permission_sees_logs(const Rt *rt);

/* -- reading ----------------------------------------------------------------------------------- */

Verdict permission_verdict(Rt *rt, Action action, uint32_t collection);

/* Whether a document, which need not exist, may be read as of a time (0: now). */
bool permission_reads(Rt *rt, uint32_t collection, int64_t id, int64_t time_us);

/* Whether all documents of a collection may be read, now and in the past; false: a fault. */
NODISCARD bool permission_check_all(Rt *rt, uint32_t collection);

/* Whether some may; false: a fault that names the collection. */
NODISCARD bool permission_check_some(Rt *rt, uint32_t collection);

/* -- writing and calling ----------------------------------------------------------------------- */

/* A write that is about to be made. */
typedef struct WriteAsked {
    Action action; /* CREATE, WRITE or DELETE */
    uint32_t collection;
    int64_t id;
    bool has_id;         /* CREATE: the user gave it */
    const Object *after; /* the document's own fields; DELETE: NULL */
} WriteAsked;

/* Whether it may be made; false: a fault. */
NODISCARD bool permission_check_asked(Rt *rt, const WriteAsked *write);

static inline bool permission_check_write(Rt *rt, const WriteAsked *write)
{
    return LIKELY(rt->permission.role == ROLE_ADMIN) || permission_check_asked(rt, write);
}

/* Whether a user function, known by its name or alias, may be called with these; false: a fault. */
NODISCARD bool permission_check_call(Rt *rt, Str name, Str alias, const Value *args, int64_t argc);

/* The fault for what may not be done. */
Value fault_not_permitted(Rt *rt);

#endif
