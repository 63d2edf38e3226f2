/* login: see login.h. Secrets and ids come from outside: they may be anything. */
#include "interp/session/login.h"

#include "interp/session/session_int.h"
#include "runtime/access/permission.h"
#include "runtime/access/role.h"
#include "runtime/access/secret.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/document/system_document.h"
#include "runtime/print/json.h"
#include "runtime/schema/database.h"
#include "runtime/schema/directory.h"

enum { LOGIN_SECONDS = 5 }; /* that predicates of memberships and providers may take */

static const char audience_start[] = "https://db.fauna.com/db/";

/* What the scope behind a secret asks for. */
typedef enum ScopeKind { SCOPE_NONE, SCOPE_ROLE, SCOPE_DOCUMENT, SCOPE_BAD } ScopeKind;

typedef struct Finding {
    Rt *rt;
    Arena *arena;
    const LoginAsked *asked;
    LoginFound *found;
} Finding;

static Str text_field(const Version *version, Rt *rt, Str name)
{
    Value value = field_or_null(codec_decode(rt, version->doc).as.object, name);
    return value.type == T_STRING ? val_as_str(value) : (Str){0};
}

/* -- scopes ------------------------------------------------------------------------------------ */

/* COLLECTION/ID */
static bool read_document(Finding *finding, Str text)
{
    int64_t slash = str_find(text, STR("/"), 0);
    if (slash <= 0 ||
        !doc_id_from_str(str_slice(text, slash + 1, text.len), &finding->found->login.id)) {
        return false;
    }
    finding->found->collection = str_copy(finding->arena, str_slice(text, 0, slash));
    finding->found->login.has_document = true;
    return true;
}

static ScopeKind read_scope(Finding *finding)
{
    static const Str starts[] = {{"@doc/", 5}, {"collections/", 12}};
    Str role = finding->asked->role;
    const Str own = STR("@role/");
    if (role.len == 0) {
        return finding->asked->path.len == 0 ? SCOPE_NONE : SCOPE_BAD;
    }
    for (int64_t i = 0; i < countof(starts); i++) {
        if (str_starts_with(role, starts[i])) {
            Str rest = str_slice(role, starts[i].len, role.len);
            return read_document(finding, rest) ? SCOPE_DOCUMENT : SCOPE_BAD;
        }
    }
    if (str_starts_with(role, own)) {
        role = str_slice(role, own.len, role.len);
        if (role_is_builtin(role)) {
            return SCOPE_BAD;
        }
    } else if (!role_is_builtin(role)) {
        return SCOPE_BAD;
    }
    finding->found->role = str_copy(finding->arena, role);
    return role.len > 0 ? SCOPE_ROLE : SCOPE_BAD;
}

/* Goes to the database of the path, below the one that the transaction is in. */
static bool follow_path(Rt *rt, Str path)
{
    for (int64_t at = 0; at < path.len;) {
        int64_t slash = str_find(path, STR("/"), at);
        int64_t end = slash < 0 ? path.len : slash;
        uint32_t number;
        if (end == at || !database_find(rt, str_slice(path, at, end), &number)) {
            return false;
        }
        txn_enter(rt->txn, number);
        at = end + 1;
    }
    return true;
}

static bool note_database(Finding *finding)
{
    DatabaseSelf self;
    if (!database_self(finding->rt, &self)) {
        return false;
    }
    finding->found->database = txn_database(finding->rt->txn);
    finding->found->database_id = self.id;
    return true;
}

/* Who has the secret of an admin, or of a server for documents of its own database, may act as
 * somebody else. */
static bool apply_scope(Finding *finding, Str own_role)
{
    ScopeKind scope = read_scope(finding);
    bool is_admin = str_eq(own_role, STR("admin"));
    bool may = scope == SCOPE_NONE || is_admin ||
               (scope == SCOPE_DOCUMENT && finding->asked->path.len == 0 &&
                str_eq(own_role, STR("server")));
    if (scope == SCOPE_BAD || !may) {
        return false;
    }
    if (scope == SCOPE_NONE) {
        finding->found->role = str_copy(finding->arena, own_role);
    }
    return follow_path(finding->rt, finding->asked->path) && note_database(finding);
}

/* -- secrets ----------------------------------------------------------------------------------- */

/* The version of the key that the secret is of; the transaction is in its database then. */
static const Version *find_key(Finding *finding, int64_t id)
{
    Rt *rt = finding->rt;
    const uint32_t *databases;
    int64_t count = directory_key(rt, id, &databases);
    for (int64_t i = 0; i < count; i++) {
        txn_enter(rt->txn, databases[i]);
        const Version *version = txn_get(rt->txn, COLLECTION_KEY, id);
        if (version && system_version_matches(rt, version, finding->asked->secret)) {
            return version;
        }
    }
    return NULL;
}

static bool find_by_key(Finding *finding, int64_t id)
{
    Rt *rt = finding->rt;
    const Version *version = find_key(finding, id);
    if (!version) {
        return false;
    }
    finding->found->expires_us = version_ttl_us(version);
    finding->found->written_us = version->time_us;
    Str role = text_field(version, rt, STR("role"));
    Str database = text_field(version, rt, STR("database"));
    return follow_path(rt, database) && apply_scope(finding, role);
}

/* Scopes behind the secret of a token do not count, as in Fauna. */
static bool find_by_token(Finding *finding, const SecretOwner *owner)
{
    Rt *rt = finding->rt;
    uint32_t number;
    if (!directory_database(rt, owner->database, &number)) {
        return false;
    }
    txn_enter(rt->txn, number);
    const Version *version = txn_get(rt->txn, COLLECTION_TOKEN, owner->id);
    if (!version || !system_version_matches(rt, version, finding->asked->secret)) {
        return false;
    }
    Value doc =
        field_or_null(codec_decode(rt, version->doc).as.object, STR("document"));
    finding->found->expires_us = version_ttl_us(version);
    finding->found->written_us = version->time_us;
    if (doc.type != T_DOC || doc.flags == DOC_NAMED) {
        return false;
    }
    finding->found->login = (Login){.has_document = true,
                                    .collection = doc.len,
                                    .id = val_doc_key(doc),
                                    .has_token = true,
                                    .token = owner->id,
                                    .claims = val_null(NULL)};
    return note_database(finding);
}

static bool find(Finding *finding)
{
    SecretOwner owner;
    if (finding->asked->is_root) {
        return apply_scope(finding, STR("admin"));
    }
    if (!secret_read(finding->asked->secret, &owner)) {
        return false;
    }
    return owner.is_token ? find_by_token(finding, &owner) : find_by_key(finding, owner.id);
}

/* Begins to read, from the root database on. */
static Rt *begin_looking(Session *session, LoginFound *found)
{
    Rt *rt = session_rt(session);
    *found = (LoginFound){.expires_us = TTL_NEVER, .login = {.claims = val_null(NULL)}};
    arena_reset(&session->query);
    arena_reset(&session->heap);
    rt_begin(rt, &session->heap, &session->query, txn_begin(session->store, TXN_READ));
    found->seen_us = txn_snapshot_us(rt->txn);
    return rt;
}

bool session_find_login(Session *session, Arena *arena, const LoginAsked *asked, LoginFound *found)
{
    Rt *rt = begin_looking(session, found);
    Finding finding = {.rt = rt, .arena = arena, .asked = asked, .found = found};
    bool is_found = find(&finding);
    txn_rollback(rt->txn);
    return is_found;
}

/* -- providers of JWTs -------------------------------------------------------------------------- */

bool session_find_provider(Session *session, Arena *arena, Str issuer, Str audience,
                           LoginFound *found, Str *jwks_uri)
{
    Rt *rt = begin_looking(session, found);
    Finding finding = {.rt = rt, .arena = arena, .found = found};
    Str start = str_from_c(audience_start);
    int64_t database_id, id;
    uint32_t number;
    bool is_found = str_starts_with(audience, start) &&
                    database_of_global_id(str_slice(audience, start.len, audience.len),
                                          &database_id) &&
                    directory_database(rt, database_id, &number);
    if (is_found) {
        txn_enter(rt->txn, number);
        is_found = note_database(&finding) && found->database_id == database_id &&
                   system_find(rt, COLLECTION_ACCESS_PROVIDER, STR("issuer"), val_str(issuer), &id);
    }
    if (is_found) {
        const Version *version = txn_get(rt->txn, COLLECTION_ACCESS_PROVIDER, id);
        found->provider = str_copy(arena, text_field(version, rt, STR("name")));
        *jwks_uri = str_copy(arena, text_field(version, rt, STR("jwks_uri")));
    }
    txn_rollback(rt->txn);
    return is_found;
}

/* One of the roles of a provider, NAME or { role, predicate }: whether it is for these claims. */
static bool is_for_claims(Rt *rt, Value role, Value claims, Str *name)
{
    Value predicate = val_null(NULL);
    Value named = role;
    if (role.type == T_OBJECT) {
        named = field_or_null(role.as.object, STR("role"));
        predicate = field_or_null(role.as.object, STR("predicate"));
    }
    *name = named.type == T_STRING ? val_as_str(named) : (Str){0};
    return name->len > 0 && permission_predicate_holds(rt, *name, predicate, claims);
}

/* What the roles of the provider grant that are for these claims. False: none is. */
static bool permission_of_claims(Session *session, const LoginFound *found, Permission *permission)
{
    Rt *rt = session_rt(session);
    int64_t id;
    if (!system_find(rt, COLLECTION_ACCESS_PROVIDER, STR("name"), val_str(found->provider), &id)) {
        return false;
    }
    const Version *version = txn_get(rt->txn, COLLECTION_ACCESS_PROVIDER, id);
    Value roles = field_or_null(codec_decode(rt, version->doc).as.object, STR("roles"));
    int64_t count = roles.type == T_ARRAY ? roles.len : !val_is_null(roles);
    VEC(const struct Role *) list = {0};
    for (int64_t i = 0; i < count; i++) {
        Str name;
        Permission one;
        Value role = roles.type == T_ARRAY ? roles.as.items[i] : roles;
        if (is_for_claims(rt, role, session->login.claims, &name) && !role_is_builtin(name) &&
            permission_find(rt, &session->login_arena, name, &one)) {
            vec_push(&list, &session->login_arena, one.roles[0]);
        }
    }
    *permission = (Permission){.role = ROLE_OWN, .roles = list.at, .role_count = list.len};
    return list.len > 0;
}

static bool read_claims(Session *session, Str claims)
{
    Rt *rt = session_rt(session);
    Str error;
    Arena *heap = rt->heap;
    rt->heap = &session->login_arena;
    Value value = json_read(rt, str_copy(rt->heap, claims), JSON_SIMPLE, &error);
    rt->heap = heap;
    rt->fault = NULL;
    session->login.claims = value;
    return value.type == T_OBJECT;
}

/* -- logging in --------------------------------------------------------------------------------- */

void session_enter_found(Session *session, const LoginFound *found)
{
    session->database = found->database;
    session->database_id = found->database_id;
}

/* Whether the document that is acted for is there; its collection was perhaps known by name only. */
static bool find_document(Session *session, const LoginFound *found)
{
    Rt *rt = session_rt(session);
    if (found->collection.len > 0) {
        const Collection *collection = catalog_collection(rt->catalog, found->collection);
        if (!collection) {
            return false;
        }
        session->login.collection = collection->number;
    }
    uint32_t number = session->login.collection;
    return !collection_is_system(number) && catalog_collection_by_number(rt->catalog, number) &&
           txn_get(rt->txn, number, session->login.id) != NULL;
}

static bool find_permission(Session *session, const LoginFound *found, Permission *permission)
{
    Rt *rt = session_rt(session);
    if (found->provider.len > 0) {
        return read_claims(session, found->claims) &&
               permission_of_claims(session, found, permission);
    }
    if (!found->login.has_document) {
        return permission_find(rt, &session->login_arena, found->role, permission);
    }
    if (!find_document(session, found)) {
        return false;
    }
    permission_of_document(rt, &session->login_arena, &session->login, permission);
    return true;
}

void session_log_in_owner(Session *session)
{
    Rt *rt = session_rt(session);
    rt->permission = (Permission){.role = ROLE_ADMIN};
    rt->login = NULL;
    rt->guards_calls = false;
}

/* Whether who runs may not call each function. */
static bool is_guarded(const Rt *rt)
{
    return rt->permission.role != ROLE_ADMIN && rt->permission.role != ROLE_SERVER;
}

bool session_log_in(Session *session, const LoginFound *found)
{
    Rt *rt = session_rt(session);
    Permission permission = {.role = ROLE_CLIENT};
    session_log_in_owner(session);
    arena_reset(&session->query);
    arena_reset(&session->heap);
    arena_reset(&session->login_arena);
    session->login = found->login;
    rt->login = &session->login;
    if (role_is_builtin(found->role)) { /* of all who come most often: nothing is to be looked up */
        bool is_known = permission_find(rt, &session->login_arena, found->role, &rt->permission);
        rt->guards_calls = is_guarded(rt);
        return is_known;
    }
    rt_begin(rt, &session->heap, &session->query, session_begin(session, TXN_READ));
    rt->now_us = clock_us(CLOCK_REALTIME);
    rt->deadline_us = clock_us(CLOCK_MONOTONIC) + (int64_t)LOGIN_SECONDS * 1000000;
    bool is_found = session_is_on_database(session) && catalog_load(rt) &&
                    find_permission(session, found, &permission);
    txn_rollback(rt->txn);
    rt->permission = permission;
    rt->guards_calls = is_guarded(rt);
    return is_found;
}

/* One step of FNV-1a, of words. */
static uint64_t mix(uint64_t hash, int64_t word)
{
    return (hash ^ (uint64_t)word) * UINT64_C(1099511628211);
}

uint64_t session_rights(const Session *session, const LoginFound *found)
{
    const Permission *permission = &session->machine.rt.permission;
    uint64_t rights = mix(UINT64_C(14695981039346656037), permission->role);
    rights = mix(rights, found->written_us);
    for (int64_t i = 0; i < permission->role_count; i++) {
        rights = mix(mix(rights, permission->roles[i]->id), permission->roles[i]->defined_us);
    }
    return rights;
}
