/* permission: see permission.h.
 *
 * What one query was told of documents is remembered while nothing is written, as each field of a
 * document that is read asks again.
 */
#include "runtime/access/permission.h"

#include "runtime/access/role.h"
#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/fields.h"
#include "runtime/document/past.h"
#include "runtime/document/reference.h"
#include "runtime/schema/derived.h"

enum { SEEN_MAX = 64 };

/* What was told of a document. */
typedef struct Seen {
    const Role *const *roles; /* NULL: nothing */
    uint32_t collection;
    int64_t id, time_us, writes;
    bool may_read;
} Seen;

typedef struct PermissionMemo {
    const Role *const *roles; /* that `verdict` is of, */
    int64_t writes;           /* as they were after so many: one of them may be written */
    Action action;
    uint32_t collection;
    Verdict verdict;
    Seen seen[SEEN_MAX];
} PermissionMemo;

static const char *const role_names[] = {[ROLE_ADMIN] = "admin",
                                         [ROLE_SERVER] = "server",
                                         [ROLE_SERVER_READONLY] = "server-readonly",
                                         [ROLE_CLIENT] = "client"};

/* -- who asks ---------------------------------------------------------------------------------- */

bool permission_find(Rt *rt, Arena *arena, Str name, Permission *permission)
{
    for (int i = 0; i < countof(role_names); i++) {
        if (str_eq(name, str_from_c(role_names[i]))) {
            *permission = (Permission){.role = (RoleKind)i};
            return true;
        }
    }
    const Role *role = role_find(rt, name);
    *permission = (Permission){.role = ROLE_OWN,
                               .roles = arena_copy(arena, &role, (int64_t)sizeof role),
                               .role_count = 1};
    return role != NULL;
}

void permission_restore(Rt *rt, Permission before)
{
    rt->permission = before;
    if (rt->fault && rt->fault->has_abort) {
        rt->fault->abort_value = val_copy(rt->query, rt->fault->abort_value, NULL);
    }
}

bool permission_sees_logs(const Rt *rt)
{
    return rt->permission.role <= ROLE_SERVER_READONLY;
}

/* -- predicates -------------------------------------------------------------------------------- */

/* What a predicate runs with, and what was in force before. */
typedef struct Trial {
    Permission permission;
    const Login *login;
    EffectLimit effects;
    const Span *site;
    int64_t time_us;
    ArenaMark heap;
    Login without_document;
} Trial;

static void begin_trial(Trial *trial, Rt *rt, int64_t time_us)
{
    *trial = (Trial){.permission = rt->permission,
                     .login = rt->login,
                     .site = rt->site,
                     .time_us = rt->valid_time_us,
                     .heap = arena_mark(rt->heap)};
    trial->effects = rt_limit_effects(rt, READS, "auth predicates");
    if (rt->login && !rt->permission.is_of_document) {
        /* What a role grants to anyone does not depend on who it is, as in Fauna. */
        trial->without_document = *rt->login;
        trial->without_document.has_document = false;
        rt->login = &trial->without_document;
    }
    rt->permission = (Permission){.role = ROLE_PREDICATE};
    rt->valid_time_us = time_us;
}

/* What came of it; all else is as it was, but for what was logged. */
static bool end_trial(Trial *trial, Rt *rt, Value result)
{
    bool holds = result.type == T_BOOLEAN && result.as.boolean;
    if (val_is_fault(result)) {
        if (fault_ends_query(rt->fault->code)) {
            rt->ticks = 0; /* what it is will be found again at once */
            rt->memory.is_short |= rt->fault->code == FAULT_memory_limit;
        }
        rt->fault = NULL;
    }
    rt->permission = trial->permission;
    rt->login = trial->login;
    rt->effects = trial->effects;
    rt->site = trial->site;
    rt->valid_time_us = trial->time_us;
    arena_rewind(rt->heap, trial->heap);
    return holds;
}

/* Whether a predicate gives true. It gets as many of the arguments as it takes. */
static bool holds(Rt *rt, Predicate *predicate, const Value *args, int64_t argc, int64_t time_us)
{
    if (predicate->source.text.len == 0) {
        return true;
    }
    Value fn = predicate_function(rt, predicate);
    if (val_is_null(fn)) {
        return false;
    }
    int64_t taken = fn.as.function->variadic || fn.as.function->params > argc
                        ? argc
                        : fn.as.function->params;
    Trial trial;
    begin_trial(&trial, rt, time_us);
    return end_trial(&trial, rt, rt->up->call(rt, fn, args, taken));
}

bool permission_predicate_holds(Rt *rt, Str name, Value text, Value argument)
{
    Predicate predicate = predicate_make(rt->query, name, text);
    return holds(rt, &predicate, &argument, 1, 0);
}

/* Whether the document is a member of the role. */
static bool is_member(Rt *rt, const Role *role, const Collection *collection, Value doc)
{
    for (int64_t i = 0; i < role->member_count; i++) {
        RoleMember *member = &role->members[i];
        bool is_of = str_eq(member->resource, collection->name) ||
                     (collection->alias.len > 0 && str_eq(member->resource, collection->alias));
        if (is_of && holds(rt, &member->predicate, &doc, 1, 0)) {
            return true;
        }
    }
    return false;
}

void permission_of_document(Rt *rt, Arena *arena, const Login *login, Permission *permission)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, login->collection);
    VEC(const Role *) roles = {0};
    StoreCursor *cursor = cursor_documents(rt->txn, COLLECTION_ROLE, INT64_MIN, INT64_MAX, false);
    const Version *version;
    rt->permission = (Permission){.role = ROLE_CLIENT, .is_of_document = true};
    while (collection && cursor_next(cursor, &version, NULL)) {
        const Role *role = role_of_version(rt, version);
        if (is_member(rt, role, collection, val_doc_id(login->collection, login->id))) {
            vec_push(&roles, arena, role);
        }
    }
    cursor_close(cursor);
    static const Role *const none;
    *permission = (Permission){.role = ROLE_OWN,
                               .roles = roles.len > 0 ? roles.at : &none,
                               .role_count = roles.len,
                               .is_of_document = true};
}

/* -- verdicts ---------------------------------------------------------------------------------- */

static bool is_root_collection(uint32_t collection)
{
    return collection == COLLECTION_DATABASE || collection == COLLECTION_KEY ||
           collection == COLLECTION_ROLE || collection == COLLECTION_ACCESS_PROVIDER;
}

static bool is_reading(Action action)
{
    return action == ACTION_READ || action == ACTION_HISTORY_READ;
}

static bool is_about(const Grant *grant, Action action, Str name, Str alias)
{
    return grant->action == action &&
           (str_eq(grant->resource, name) || (alias.len > 0 && str_eq(grant->resource, alias)));
}

/* What the roles grant on a resource: always, never, or it depends. */
static Verdict verdict_of_roles(const Permission *permission, Action action, Str name, Str alias)
{
    Verdict verdict = VERDICT_NO;
    for (int64_t i = 0; i < permission->role_count; i++) {
        const Role *role = permission->roles[i];
        for (int64_t k = 0; k < role->grant_count; k++) {
            if (is_about(&role->grants[k], action, name, alias)) {
                verdict = VERDICT_ASK;
                if (role->grants[k].predicate.source.text.len == 0) {
                    return VERDICT_YES;
                }
            }
        }
    }
    return verdict;
}

/* Who logs in as a document may look at its credential and tokens, and log out. */
static bool is_about_login(const Permission *permission, Action action, uint32_t collection)
{
    return permission->is_of_document &&
           ((collection == COLLECTION_TOKEN && (action == ACTION_READ || action == ACTION_DELETE)) ||
            (collection == COLLECTION_CREDENTIAL && action == ACTION_READ));
}

static PermissionMemo *find_memo(Rt *rt)
{
    if (!rt->permission_memo) {
        rt->permission_memo = arena_new(rt->query, PermissionMemo);
    }
    return rt->permission_memo;
}

static int64_t count_writes(const Rt *rt)
{
    TxnChanges changes = txn_changes(rt->txn);
    return changes.created + changes.updated + changes.deleted;
}

static Verdict own_verdict(Rt *rt, Action action, uint32_t number)
{
    const Permission *permission = &rt->permission;
    PermissionMemo *memo = find_memo(rt);
    int64_t writes = count_writes(rt);
    if (memo->roles != permission->roles || memo->writes != writes || memo->action != action ||
        memo->collection != number) {
        const Collection *collection = catalog_collection_by_number(rt->catalog, number);
        memo->roles = permission->roles;
        memo->writes = writes;
        memo->action = action;
        memo->collection = number;
        memo->verdict = collection ? verdict_of_roles(permission, action, collection->name,
                                                      collection->alias)
                                   : VERDICT_NO;
        if (memo->verdict == VERDICT_NO && is_about_login(permission, action, number)) {
            memo->verdict = VERDICT_ASK;
        }
    }
    return memo->verdict;
}

Verdict permission_verdict(Rt *rt, Action action, uint32_t collection)
{
    bool is_granted = false;
    switch (rt->permission.role) {
    case ROLE_ADMIN:
        is_granted = true;
        break;
    case ROLE_SERVER:
        is_granted = !is_root_collection(collection);
        break;
    case ROLE_SERVER_READONLY:
    case ROLE_PREDICATE:
        is_granted = is_reading(action) && !is_root_collection(collection);
        break;
    case ROLE_CLIENT:
        break;
    case ROLE_OWN:
        return own_verdict(rt, action, collection);
    }
    return is_granted ? VERDICT_YES : VERDICT_NO;
}

/* -- asking about a document ------------------------------------------------------------------- */

/* Whether the token or credential is that of the login's document. */
static bool is_of_login(Rt *rt, uint32_t collection, int64_t id)
{
    const Version *version = txn_get(rt->txn, collection, id);
    if (!version || !rt->login || !rt->login->has_document) {
        return false;
    }
    Value doc = field_or_null(codec_decode(rt, version->doc).as.object, STR("document"));
    return val_equal(doc, val_doc_id(rt->login->collection, rt->login->id));
}

/* Whether one of the predicates gives true. */
static bool any_holds(Rt *rt, Action action, Str name, Str alias, const Value *args, int64_t argc,
                      int64_t time_us)
{
    for (int64_t i = 0; i < rt->permission.role_count; i++) {
        const Role *role = rt->permission.roles[i];
        for (int64_t k = 0; k < role->grant_count; k++) {
            Grant *grant = &role->grants[k];
            if (is_about(grant, action, name, alias) &&
                holds(rt, &grant->predicate, args, argc, time_us)) {
                return true;
            }
        }
    }
    return false;
}

static bool allows(Rt *rt, Action action, uint32_t number, int64_t id, const Value *args,
                   int64_t argc, int64_t time_us)
{
    Verdict verdict = permission_verdict(rt, action, number);
    if (verdict != VERDICT_ASK) {
        return verdict == VERDICT_YES;
    }
    const Collection *collection = catalog_collection_by_number(rt->catalog, number);
    return (is_about_login(&rt->permission, action, number) && is_of_login(rt, number, id)) ||
           any_holds(rt, action, collection->name, collection->alias, args, argc, time_us);
}

static bool asks_to_read(Rt *rt, uint32_t collection, int64_t id, int64_t time_us)
{
    if (time_us != 0 && rt->reads_events) {
        Value doc = past_doc(rt, collection, id, time_us);
        return allows(rt, ACTION_READ, collection, id, &doc, 1, time_us);
    }
    Action action = time_us != 0 ? ACTION_HISTORY_READ : ACTION_READ;
    Value doc = val_doc_id(collection, id);
    return allows(rt, action, collection, id, &doc, 1, 0);
}

bool permission_reads(Rt *rt, uint32_t collection, int64_t id, int64_t time_us)
{
    if (rt->permission.role != ROLE_OWN) {
        Action action = time_us != 0 ? ACTION_HISTORY_READ : ACTION_READ;
        return permission_verdict(rt, action, collection) == VERDICT_YES;
    }
    Seen asked = {.roles = rt->permission.roles,
                  .collection = collection,
                  .id = id,
                  .time_us = time_us,
                  .writes = count_writes(rt)};
    Seen *seen = &find_memo(rt)->seen[(uint64_t)id % SEEN_MAX];
    if (seen->roles == asked.roles && seen->collection == collection && seen->id == id &&
        seen->time_us == time_us && seen->writes == asked.writes) {
        return seen->may_read;
    }
    asked.may_read = asks_to_read(rt, collection, id, time_us);
    *seen = asked;
    return asked.may_read;
}

Value fault_not_permitted(Rt *rt)
{
    return rt_fault(rt, FAULT_permission_denied, "Insufficient privileges to perform the action.");
}

static bool refuse(Rt *rt)
{
    (void)fault_not_permitted(rt);
    return false;
}

bool permission_check_all(Rt *rt, uint32_t collection)
{
    return LIKELY(rt->permission.role == ROLE_ADMIN) ||
           permission_verdict(rt, ACTION_READ, collection) == VERDICT_YES || refuse(rt);
}

bool permission_check_some(Rt *rt, uint32_t collection)
{
    if (LIKELY(rt->permission.role == ROLE_ADMIN) ||
        permission_verdict(rt, ACTION_READ, collection) != VERDICT_NO) {
        return true;
    }
    const Collection *asked = catalog_collection_by_number(rt->catalog, collection);
    (void)rt_fault(rt, FAULT_permission_denied,
                   "Insufficient privileges to read from collection %.*s.",
                   STR_ARG(asked ? asked->name : STR("that was deleted")));
    return false;
}

/* -- writing and calling ----------------------------------------------------------------------- */

/* The document as it is going to be, for predicates. */
static bool make_given(Rt *rt, const WriteAsked *write, Value *doc)
{
    Str block;
    if (!codec_encode(rt, rt->heap, write->after, &block)) {
        return false;
    }
    *doc = val_doc(write->collection,
                   version_make(rt, write->id, 0, block, TTL_NEVER, (Str){0}));
    doc->flags = DOC_GIVEN;
    return true;
}

static bool allows_create(Rt *rt, const WriteAsked *write, Value doc)
{
    uint32_t collection = write->collection;
    if (!allows(rt, ACTION_CREATE, collection, write->id, &doc, 1, 0)) {
        return false;
    }
    if (!write->has_id) {
        return true;
    }
    Value ref = val_doc_id(collection, write->id);
    Value with_id[] = {doc, ref};
    Value history[] = {ref, val_time_us(txn_snapshot_us(rt->txn)), VAL_STR("create"), doc};
    return allows(rt, ACTION_CREATE_WITH_ID, collection, write->id, with_id, 2, 0) ||
           allows(rt, ACTION_HISTORY_WRITE, collection, write->id, history, 4, 0);
}

bool permission_check_asked(Rt *rt, const WriteAsked *write)
{
    Value ref = val_doc_id(write->collection, write->id);
    Value doc = ref;
    if (write->after && rt->permission.role == ROLE_OWN && !make_given(rt, write, &doc)) {
        return false;
    }
    if (write->action == ACTION_CREATE) {
        return allows_create(rt, write, doc) || refuse(rt);
    }
    Value change[] = {ref, doc, ref};
    int64_t argc = write->action == ACTION_WRITE ? 3 : 1;
    return allows(rt, write->action, write->collection, write->id, change, argc, 0) || refuse(rt);
}

bool permission_check_call(Rt *rt, Str name, Str alias, const Value *args, int64_t argc)
{
    switch (rt->permission.role) {
    case ROLE_ADMIN:
    case ROLE_SERVER:
    case ROLE_PREDICATE:
        return true;
    case ROLE_SERVER_READONLY:
    case ROLE_CLIENT:
        return refuse(rt);
    case ROLE_OWN:
        return any_holds(rt, ACTION_CALL, name, alias, args, argc, 0) || refuse(rt);
    }
    UNREACHABLE();
}
