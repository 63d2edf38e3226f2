#include "runtime/document/reference.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/schema/database.h"
#include "runtime/schema/field_rules.h"
#include "store/index.h"
#include "store/key.h"

/* -- reading all documents -------------------------------------------------------------------- */

typedef struct Reader {
    Rt *rt;
    StoreCursor *cursor;
    const Version *version;
    const Object *object; /* its fields, the internal ones included */
} Reader;

static Reader start_reading(Rt *rt, uint32_t collection)
{
    return (Reader){
        .rt = rt,
        .cursor = cursor_documents(rt->txn, collection, INT64_MIN, INT64_MAX, false),
    };
}

/* False: there are no more, and the reader is closed. */
static bool read_next(Reader *reader)
{
    if (!cursor_next(reader->cursor, &reader->version, NULL)) {
        cursor_close(reader->cursor);
        return false;
    }
    reader->object = codec_decode(reader->rt, reader->version->doc).as.object;
    return true;
}

/* -- finding one ------------------------------------------------------------------------------- */

/* What documents of system collections are looked for by, where there may be many. */
static const struct {
    uint32_t collection;
    Str field;
} sought[] = {
    {COLLECTION_ROLE, {"name", 4}},
    {COLLECTION_ACCESS_PROVIDER, {"name", 4}},
    {COLLECTION_ACCESS_PROVIDER, {"issuer", 6}},
    {COLLECTION_DATABASE, {"name", 4}},
    {COLLECTION_KEY, {"database", 8}},
    {COLLECTION_CREDENTIAL, {"document", 8}},
};

static uint32_t index_of(Rt *rt, uint32_t collection, Str field)
{
    KeyPart part = {.path = &field, .path_len = 1};
    return txn_find_index(rt->txn, collection, &(IndexSpec){.terms = &part, .term_count = 1});
}

bool system_make_indexes(Rt *rt, uint32_t collection)
{
    for (int64_t i = 0; i < countof(sought); i++) {
        uint32_t made;
        if (sought[i].collection != collection || index_of(rt, collection, sought[i].field) != 0) {
            continue;
        }
        KeyPart part = {.path = &sought[i].field, .path_len = 1};
        StoreStatus status = txn_create_index(rt->txn, collection,
                                              &(IndexSpec){.terms = &part, .term_count = 1}, &made);
        if (status != STORE_OK) {
            (void)rt_store_fault(rt, status);
            return false;
        }
    }
    return true;
}

static bool find_by_index(Rt *rt, uint32_t index, Value value, int64_t *id)
{
    Buf from = {0}, to = {0};
    const Version *version;
    bool found = codec_key(rt, &from, value, false);
    if (found) {
        buf_put(&to, buf_str(&from));
        (void)key_after_prefix(&to, 0);
        StoreCursor *cursor = cursor_index(rt->txn, index, buf_str(&from), buf_str(&to), false);
        found = cursor_next(cursor, &version, NULL);
        cursor_close(cursor);
    }
    if (found) {
        *id = version->id;
    }
    buf_free(&from);
    buf_free(&to);
    return found;
}

bool system_find(Rt *rt, uint32_t collection, Str field, Value value, int64_t *id)
{
    uint32_t index = index_of(rt, collection, field);
    if (index != 0) {
        return find_by_index(rt, index, value, id);
    }
    Reader reader = start_reading(rt, collection);
    while (read_next(&reader)) {
        if (val_equal(field_or_null(reader.object, field), value)) {
            *id = reader.version->id;
            cursor_close(reader.cursor);
            return true;
        }
    }
    return false;
}

/* -- places of names ---------------------------------------------------------------------------

   A field holds a name, or { FIELD: name }, or an array of these. */

/* The i-th name in `value`; false: there are no more. What is no name counts, but is empty. */
static bool name_at(Value value, Str field, int64_t i, Str *name)
{
    if (val_is_null(value) || i >= (value.type == T_ARRAY ? value.len : 1)) {
        return false;
    }
    Value item = value.type == T_ARRAY ? value.as.items[i] : value;
    if (item.type == T_OBJECT) {
        item = field_or_null(item.as.object, field);
    }
    *name = item.type == T_STRING ? val_as_str(item) : (Str){0};
    return true;
}

static bool names(Value value, Str field, Str wanted)
{
    Str name;
    for (int64_t i = 0; name_at(value, field, i, &name); i++) {
        if (str_eq(name, wanted)) {
            return true;
        }
    }
    return false;
}

/* -- roles ------------------------------------------------------------------------------------- */

bool role_is_builtin(Str name)
{
    return str_eq(name, STR("admin")) || str_eq(name, STR("server")) ||
           str_eq(name, STR("server-readonly")) || str_eq(name, STR("client"));
}

bool role_exists(Rt *rt, Str name)
{
    int64_t id;
    return role_is_builtin(name) ||
           system_find(rt, COLLECTION_ROLE, STR("name"), val_str(name), &id);
}

int64_t count_roles_with_members(Rt *rt, Str resource, int64_t except)
{
    Reader reader = start_reading(rt, COLLECTION_ROLE);
    int64_t count = 0;
    while (read_next(&reader)) {
        Value membership = field_or_null(reader.object, STR("membership"));
        count += reader.version->id != except && names(membership, STR("resource"), resource);
    }
    return count;
}

static void fail_in_use(Failures *failures, const char *kind, Str user, Str role)
{
    failure_add_field(failures, STR("name"),
                      str_format(failures->rt->query,
                                 "The %s `%.*s` refers to this document by its previous "
                                 "identifier `%.*s`.",
                                 kind, STR_ARG(user), STR_ARG(role)));
}

void references_check_unused(Failures *failures, Str name)
{
    Rt *rt = failures->rt;
    Reader functions = start_reading(rt, COLLECTION_FUNCTION);
    while (read_next(&functions)) {
        if (names(field_or_null(functions.object, STR("role")), STR("role"), name)) {
            Value user = field_or_null(functions.object, STR("name"));
            fail_in_use(failures, "function", val_as_str(user), name);
        }
    }
    Reader keys = start_reading(rt, COLLECTION_KEY);
    while (read_next(&keys)) {
        if (names(field_or_null(keys.object, STR("role")), STR("role"), name)) {
            Str user = str_format(rt->query, "%lld", (long long)keys.version->id);
            fail_in_use(failures, "key", user, name);
        }
    }
}

/* -- renaming ---------------------------------------------------------------------------------- */

typedef struct Renaming {
    Rt *rt;
    Str field; /* of objects */
    Str before, after;
} Renaming;

static Value rename_item(const Renaming *renaming, Value item)
{
    if (item.type == T_STRING && str_eq(val_as_str(item), renaming->before)) {
        return val_str(renaming->after);
    }
    if (item.type == T_OBJECT && names(item, renaming->field, renaming->before)) {
        Value after = val_str(renaming->after);
        Value patch = rt_object(renaming->rt, &renaming->field, &after, 1);
        return object_merge(renaming->rt, item.as.object, patch.as.object);
    }
    return item;
}

static Value rename_all(const Renaming *renaming, Value value)
{
    if (value.type != T_ARRAY) {
        return rename_item(renaming, value);
    }
    Value *items = arena_array(renaming->rt->heap, Value, value.len);
    for (int64_t i = 0; i < value.len; i++) {
        items[i] = rename_item(renaming, value.as.items[i]);
    }
    return val_array(items, value.len);
}

/* Replaces the document of `old`. */
static bool put(Rt *rt, uint32_t collection, const Version *old, const Object *object)
{
    Put put = {.ttl_us = version_ttl_us(old)};
    if (!codec_encode(rt, rt->heap, object, &put.doc)) {
        return false;
    }
    StoreStatus status = txn_put(rt->txn, collection, old->id, &put, NULL);
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
    }
    return status == STORE_OK;
}

/* Renames in the field `holder` of all documents of `collection`. */
static bool rename_in(const Renaming *renaming, uint32_t collection, Str holder)
{
    Rt *rt = renaming->rt;
    Reader reader = start_reading(rt, collection);
    while (read_next(&reader)) {
        Value held = field_or_null(reader.object, holder);
        if (!names(held, renaming->field, renaming->before)) {
            continue;
        }
        Value renamed = rename_all(renaming, held);
        Value patch = rt_object(rt, &holder, &renamed, 1);
        Value merged = object_merge(rt, reader.object, patch.as.object);
        if (!put(rt, collection, reader.version, merged.as.object)) {
            cursor_close(reader.cursor);
            return false;
        }
    }
    return true;
}

bool references_follow(Rt *rt, uint32_t collection, Str before, Str after)
{
    Renaming renaming = {.rt = rt, .field = STR("role"), .before = before, .after = after};
    if (str_eq(before, after)) {
        return true;
    }
    if (collection == COLLECTION_ROLE) {
        return rename_in(&renaming, COLLECTION_FUNCTION, STR("role")) &&
               rename_in(&renaming, COLLECTION_ACCESS_PROVIDER, STR("roles")) &&
               rename_in(&renaming, COLLECTION_KEY, STR("role")) && catalog_load(rt);
    }
    if (collection == COLLECTION_DATABASE) {
        return rename_in(&renaming, COLLECTION_KEY, STR("database"));
    }
    assert(collection == COLLECTION_COLLECTION || collection == COLLECTION_FUNCTION);
    renaming.field = STR("resource");
    bool ok = rename_in(&renaming, COLLECTION_ROLE, STR("privileges"));
    return ok && (collection == COLLECTION_FUNCTION ||
                  rename_in(&renaming, COLLECTION_ROLE, STR("membership")));
}

/* -- wholeness --------------------------------------------------------------------------------- */

bool resource_exists(Rt *rt, Str name, bool functions_too)
{
    int64_t id;
    return catalog_system_named(name) || str_eq(name, STR("Credentials")) ||
           catalog_collection(rt->catalog, name) ||
           (functions_too && catalog_function_id(rt->catalog, name, &id));
}

Value fault_schema_diags(Rt *rt, const DiagList *errors)
{
    Buf text = {0};
    diag_render_lines(&text, errors);
    Buf indented = {0};
    Str rendered = buf_str(&text);
    for (int64_t i = 0; i < rendered.len; i++) {
        buf_put(&indented, str_slice(rendered, i, i + 1));
        buf_puts(&indented, rendered.s[i] == '\n' ? "    " : "");
    }
    (void)fault_schema(rt, buf_str(&indented));
    buf_free(&text);
    buf_free(&indented);
    return val_fault();
}

Value fault_schema(Rt *rt, Str error)
{
    return rt_fault(rt, FAULT_invalid_schema, "Invalid database schema update.\n    %.*s",
                    STR_ARG(error));
}

/* Whether the i-th name in `value` is none of those before it. */
static bool is_first(Value value, Str field, int64_t i, Str name)
{
    Str other;
    for (int64_t k = 0; k < i && name_at(value, field, k, &other); k++) {
        if (str_eq(name, other)) {
            return false;
        }
    }
    return true;
}

static bool has_resources(Rt *rt, Value value, bool functions_too)
{
    Str field = STR("resource");
    Str name;
    for (int64_t i = 0; name_at(value, field, i, &name); i++) {
        if (!resource_exists(rt, name, functions_too) || !is_first(value, field, i, name)) {
            return false;
        }
    }
    return true;
}

static bool has_roles(Rt *rt, Value value)
{
    Str name;
    for (int64_t i = 0; name_at(value, STR("role"), i, &name); i++) {
        if (!role_exists(rt, name)) {
            return false;
        }
    }
    return true;
}

static bool definitions_are_whole(Rt *rt)
{
    bool ok = true;
    Reader roles = start_reading(rt, COLLECTION_ROLE);
    while (read_next(&roles)) {
        ok = ok && has_resources(rt, field_or_null(roles.object, STR("privileges")), true) &&
             has_resources(rt, field_or_null(roles.object, STR("membership")), false);
    }
    Reader providers = start_reading(rt, COLLECTION_ACCESS_PROVIDER);
    while (read_next(&providers)) {
        ok = ok && has_roles(rt, field_or_null(providers.object, STR("roles")));
    }
    return ok && field_rules_are_whole(rt);
}

/* A call whose writes are to be looked at. */
typedef struct LateCheck {
    struct LateCheck *next;
    Span site;
    Value doc;
    Str message;
} LateCheck;

void references_check_late(Rt *rt, Value doc, Str message)
{
    LateCheck *check = arena_new(rt->query, LateCheck);
    check->next = rt->late_checks;
    check->site = rt->site ? *rt->site : (Span){0};
    check->doc = doc;
    check->message = message;
    rt->late_checks = check;
}

/* Whether a function or a key has a role that exists, or none. */
static bool has_its_role(Rt *rt, const LateCheck *check)
{
    const Version *version = doc_version(rt, check->doc);
    if (!version || (check->doc.len != COLLECTION_FUNCTION && check->doc.len != COLLECTION_KEY)) {
        return true;
    }
    Value role = field_or_null(codec_decode(rt, version->doc).as.object, STR("role"));
    if (role.type != T_STRING || role_exists(rt, val_as_str(role))) {
        return true;
    }
    Failures failures = {.rt = rt};
    failure_add_field(&failures, STR("role"),
                      str_format(rt->query, "Field refers to an unknown role name `%.*s`.",
                                 STR_ARG(val_as_str(role))));
    (void)failure_fault(&failures, check->message);
    return false;
}

bool references_are_whole(Rt *rt)
{
    const LateCheck *check = rt->late_checks;
    bool ok = !check || definitions_are_whole(rt);
    if (!ok) {
        (void)rt->up->fault_schema(rt);
    } else if (check && database_is_typechecked(rt)) {
        ok = rt->up->check_schema(rt);
    }
    while (ok && check) {
        ok = has_its_role(rt, check);
        check = ok ? check->next : check;
    }
    rt->late_checks = NULL;
    if (!ok) {
        (void)rt_trace(rt, check->site);
    }
    return ok;
}
