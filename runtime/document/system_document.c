/* system_document: see system_document.h.
 *
 *   given ─► merged with the old ─► rules (system_rules.c) ─► those that look at others
 *                                                                     │
 *   references follow a new name ◄─ put, with internal fields ◄───────┘
 *
 * Internal fields, which nobody sees: internal_hash, of the secret or password.
 *
 * Not here: what roles allow (permission.h); who logs in with a secret (interp/session/login.h).
 */
#include "runtime/document/system_document.h"

#include "runtime/access/secret.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/database.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/definition_store.h"
#include "runtime/schema/directory.h"
#include "runtime/schema/rule.h"

/* What Fauna's drivers and providers of tokens have of a database: this and its global id. */
static const char database_url[] = "https://db.fauna.com/db/";

typedef struct NewSecret {
    struct NewSecret *next;
    uint32_t collection;
    int64_t id;
    Str secret;
} NewSecret;

/* A write under way. */
typedef struct Write {
    Rt *rt;
    const Collection *collection;
    const Object *fields;   /* as they are to be */
    const Object *before;   /* as users saw them; NULL: it is new */
    const Version *version; /* likewise */
    int64_t id;
    bool has_id; /* it was given */
    Failures failures;
} Write;

static Str text_of(const Object *object, Str name)
{
    Value value = object ? field_or_null(object, name) : val_null(NULL);
    return value.type == T_STRING ? val_as_str(value) : (Str){0};
}

static bool has_secret(uint32_t collection)
{
    return collection == COLLECTION_KEY || collection == COLLECTION_TOKEN;
}

/* -- rules that look at others ----------------------------------------------------------------- */

static void check_unique(Write *write, Str field)
{
    int64_t id;
    Value value = field_or_null(write->fields, field);
    bool new = !write->before || !val_equal(value, field_or_null(write->before, field));
    if (new &&system_find(write->rt, write->collection->number, field, value, &id)) {
        failure_add_field(&write->failures, field, STR("Failed unique constraint"));
    }
}

static void check_role_limit(Write *write)
{
    Value membership = field_or_null(write->fields, STR("membership"));
    int64_t count = membership.type == T_ARRAY ? membership.len : !val_is_null(membership);
    for (int64_t i = 0; i < count; i++) {
        Value item = membership.type == T_ARRAY ? membership.as.items[i] : membership;
        Str resource = text_of(item.as.object, STR("resource"));
        if (count_roles_with_members(write->rt, resource, write->id) >= ROLES_PER_RESOURCE_MAX) {
            failure_add(&write->failures, NULL, 0,
                        str_format(write->rt->query,
                                   "The maximum number of roles per resource (%d) have been "
                                   "exceeded.",
                                   ROLES_PER_RESOURCE_MAX));
            return;
        }
    }
}

static void check_database(Write *write)
{
    uint32_t number;
    Str name = text_of(write->fields, STR("database"));
    if (name.len > 0 && !database_find(write->rt, name, &number)) {
        failure_add_field(&write->failures, STR("database"),
                          str_format(write->rt->query,
                                     "Field refers to an unknown database name `%.*s`.",
                                     STR_ARG(name)));
    }
}

static void check_others(Write *write)
{
    switch (write->collection->number) {
    case COLLECTION_ROLE:
        check_unique(write, STR("name"));
        check_role_limit(write);
        break;
    case COLLECTION_ACCESS_PROVIDER:
        check_unique(write, STR("name"));
        check_unique(write, STR("issuer"));
        break;
    case COLLECTION_DATABASE:
        check_unique(write, STR("name"));
        break;
    case COLLECTION_KEY:
        check_database(write);
        break;
    case COLLECTION_CREDENTIAL:
        check_unique(write, STR("document"));
        break;
    }
}

static bool is_new_and_taken(const Write *write)
{
    return !write->before && txn_get(write->rt->txn, write->collection->number, write->id) != NULL;
}

static Str failed_message(const Write *write)
{
    Arena *arena = write->rt->query;
    Str kind = write->collection->name;
    if (!write->before) {
        return str_format(arena, "Failed to create %.*s.", STR_ARG(kind));
    }
    if (collection_has_names(write->collection->number)) {
        Str name = text_of(write->before, STR("name"));
        return str_format(arena, "Failed to update %.*s `%.*s`.", STR_ARG(kind), STR_ARG(name));
    }
    return str_format(arena, "Failed to update %.*s with id %lld.", STR_ARG(kind),
                      (long long)write->id);
}

/* False: a fault. */
static bool check(Write *write)
{
    Rt *rt = write->rt;
    write->failures.rt = rt;
    rules_check(&write->failures, system_rules(write->collection->number), write->fields,
                write->before);
    if (!write->failures.first) {
        check_others(write);
    }
    if (write->failures.first) {
        (void)failure_fault(&write->failures, failed_message(write));
    } else if (is_new_and_taken(write)) {
        (void)rt_fault(rt, FAULT_document_id_exists,
                       "Collection `%.*s` already contains document with id %lld.",
                       STR_ARG(write->collection->name), (long long)write->id);
    }
    return rt->fault == NULL;
}

/* -- completing -------------------------------------------------------------------------------- */

/* The id of the document that stands for the database, which is found by it from now on: it may
 * be older than the directory. */
static bool enter_database(Rt *rt, int64_t *id)
{
    DatabaseSelf self;
    uint32_t number;
    bool found = database_self(rt, &self);
    assert(found);
    (void)found;
    *id = self.id;
    return directory_database(rt, self.id, &number) ||
           directory_put_database(rt, self.id, txn_database(rt->txn));
}

/* The audience of an access provider's tokens is its database. */
static bool add_audience(Write *write, Fields *fields)
{
    Rt *rt = write->rt;
    int64_t id;
    if (!enter_database(rt, &id)) {
        return false;
    }
    Str audience = str_format(rt->heap, "%s%.*s", database_url,
                              STR_ARG(database_global_id(rt->heap, id)));
    fields_add(rt, fields, STR("audience"), val_str(audience));
    return true;
}

/* A database gets what it is to hold when it is made, and keeps that for as long as it lives. */
static bool add_database(Write *write, Fields *fields)
{
    Rt *rt = write->rt;
    uint32_t number;
    if (write->before) {
        number = database_number(rt, write->version);
    } else if (!database_make(rt, write->id, &number) ||
               !directory_put_database(rt, write->id, number)) {
        return false;
    }
    fields_add(rt, fields, STR("global_id"), val_str(database_global_id(rt->heap, write->id)));
    fields_add(rt, fields, STR("internal_database"), val_number(number));
    return true;
}

/* Makes the secret of a key or token, to be shown once. */
static bool make_secret(Write *write, Str *hash)
{
    Rt *rt = write->rt;
    NewSecret *made = arena_new(rt->query, NewSecret);
    made->collection = write->collection->number;
    made->id = write->id;
    SecretOwner owner = {.is_token = made->collection == COLLECTION_TOKEN, .id = write->id};
    bool is_entered = owner.is_token ? enter_database(rt, &owner.database)
                                     : directory_add_key(rt, write->id);
    if (!is_entered || !secret_make(rt, &owner, &made->secret)) {
        return false;
    }
    *hash = secret_hash(rt, made->secret);
    made->next = rt->secrets;
    rt->secrets = made;
    return true;
}

/* The hash to keep: of a new secret or password, or what was kept. Empty: none. */
static bool find_hash(Write *write, Str *hash)
{
    Str password = text_of(write->fields, STR("password"));
    bool is_credential = write->collection->number == COLLECTION_CREDENTIAL;
    *hash = (Str){0};
    if (is_credential && password.len > 0) {
        return password_hash(write->rt, password, hash);
    }
    if (!write->before) {
        return !has_secret(write->collection->number) || make_secret(write, hash);
    }
    *hash = text_of(codec_decode(write->rt, write->version->doc).as.object, STR("internal_hash"));
    return true;
}

/* What is kept besides the fields as given. */
static bool is_kept_apart(Str name)
{
    return str_eq(name, STR("ttl")) || str_eq(name, STR("password")) ||
           str_eq(name, STR("secret")) || str_eq(name, STR("audience")) ||
           str_eq(name, STR("global_id"));
}

static bool complete(Write *write, Fields *fields)
{
    const Object *given = write->fields;
    for (int64_t i = 0; i < given->shape->count; i++) {
        if (!is_kept_apart(given->shape->names[i])) {
            fields_keep(write->rt, fields, given, given->shape->names[i]);
        }
    }
    Str hash;
    if (!find_hash(write, &hash)) {
        return false;
    }
    if (hash.len > 0) {
        fields_add(write->rt, fields, STR("internal_hash"), val_str(hash));
    }
    switch (write->collection->number) {
    case COLLECTION_ACCESS_PROVIDER:
        return add_audience(write, fields);
    case COLLECTION_DATABASE:
        return add_database(write, fields);
    }
    return true;
}

static int64_t ttl_us(const Object *fields)
{
    Value ttl = field_or_null(fields, STR("ttl"));
    return val_is_null(ttl) ? TTL_NEVER : time_to_us(ttl);
}

/* -- putting ----------------------------------------------------------------------------------- */

static bool put(Write *write, const Fields *fields)
{
    Rt *rt = write->rt;
    uint32_t number = write->collection->number;
    Put put = {.ttl_us = ttl_us(write->fields), .expect_new = write->before == NULL};
    if (!codec_encode(rt, rt->heap, fields_object(rt, fields).as.object, &put.doc) ||
        !definition_ensure_collection(rt, number)) {
        return false;
    }
    StoreStatus status = txn_put(rt->txn, number, write->id, &put, NULL);
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
        return false;
    }
    rt->stats.write_ops++;
    return true;
}

static bool follow_name(const Write *write)
{
    uint32_t number = write->collection->number;
    return (number != COLLECTION_ROLE && number != COLLECTION_DATABASE) || !write->before ||
           references_follow(write->rt, number, text_of(write->before, STR("name")),
                             text_of(write->fields, STR("name")));
}

static bool is_permitted(const Write *write)
{
    return permission_check_write(
        write->rt, &(WriteAsked){.action = write->before ? ACTION_WRITE : ACTION_CREATE,
                                 .collection = write->collection->number,
                                 .id = write->id,
                                 .has_id = write->has_id,
                                 .after = write->fields});
}

static Value finish(Write *write)
{
    Fields fields = {0};
    if (!is_permitted(write) || !check(write) || !complete(write, &fields) || !put(write, &fields) || !follow_name(write)) {
        return val_fault();
    }
    Value doc = val_doc_id(write->collection->number, write->id);
    if (write->collection->number <= COLLECTION_KEY) {
        references_check_late(write->rt, doc, failed_message(write));
    }
    return doc;
}

/* The id in `fields` of a document known by id, or a new one. */
static bool take_id(Write *write, const Object *given)
{
    Value id = field_or_null(given, STR("id"));
    uint32_t number;
    write->fields = given;
    do {
        write->id = doc_new_id(write->rt, write->collection->number);
    } while (write->collection->number == COLLECTION_DATABASE &&
             directory_database(write->rt, write->id, &number));
    if (val_is_null(id) || collection_has_names(write->collection->number)) {
        return true;
    }
    if (!doc_id_from_value(id, &write->id) || write->id < 0) {
        (void)rt_fault(write->rt, FAULT_invalid_document_id, "The id of a document is an ID.");
        return false;
    }
    write->has_id = true;
    Fields rest = {0};
    for (int64_t i = 0; i < given->shape->count; i++) {
        if (!str_eq(given->shape->names[i], STR("id"))) {
            fields_add(write->rt, &rest, given->shape->names[i], given->slots[i]);
        }
    }
    write->fields = fields_object(write->rt, &rest).as.object;
    return true;
}

Value system_create(Rt *rt, uint32_t collection, const Object *given)
{
    Write write = {.rt = rt, .collection = catalog_system(collection)};
    if (!write_is_allowed(rt, "`create`") || !definition_is_persistable(rt, given) ||
        !take_id(&write, given)) {
        return val_fault();
    }
    TRY(doc, finish(&write));
    if (has_secret(collection)) {
        doc.aux = DOC_NEW;
    }
    return doc;
}

/* The fields that users see, `ttl` included. */
static const Object *visible(Rt *rt, const Version *version)
{
    const Object *object = definition_visible(rt, version);
    if (!(version->flags & VERSION_TTL)) {
        return object;
    }
    Str name = STR("ttl");
    Value ttl = val_time_us(version_ttl_us(version));
    return object_merge(rt, object, rt_object(rt, &name, &ttl, 1).as.object).as.object;
}

Value system_change(Rt *rt, Value doc, const Object *given, bool replace)
{
    const Version *version = doc_version(rt, doc);
    if (!version) {
        return fault_doc_not_found(rt, doc);
    }
    if (!definition_is_persistable(rt, given)) {
        return val_fault();
    }
    Write write = {.rt = rt, .collection = catalog_system(doc.len), .version = version};
    write.id = version->id;
    write.before = visible(rt, version);
    write.fields = replace ? given : object_merge(rt, write.before, given).as.object;
    return finish(&write);
}

/* -- deleting ---------------------------------------------------------------------------------- */

/* What a database holds goes with it, and so do the keys for it. */
static bool delete_with(Rt *rt, const Version *version)
{
    Value name = field_or_null(definition_visible(rt, version), STR("name"));
    int64_t key;
    bool ok = database_drop(rt, database_number(rt, version));
    while (ok && system_find(rt, COLLECTION_KEY, STR("database"), name, &key)) {
        ok = definition_store_ok(rt, txn_delete(rt->txn, COLLECTION_KEY, key)) &&
             directory_remove_key(rt, key);
    }
    return ok && directory_put_database(rt, version->id, 0);
}

Value system_delete(Rt *rt, Value doc)
{
    const Version *version = doc_stored_version(rt, doc);
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_DELETE,
                                                  .collection = doc.len,
                                                  .id = version ? version->id : -1})) {
        return val_fault();
    }
    if (!version) {
        return fault_doc_not_found(rt, doc);
    }
    Value deleted = val_doc(doc.len, version);
    deleted.aux = DOC_DELETED;
    if (doc.len == COLLECTION_ROLE) {
        Failures failures = {.rt = rt};
        Str name = text_of(definition_visible(rt, version), STR("name"));
        references_check_unused(&failures, name);
        if (failures.first) {
            return failure_fault(
                &failures, str_format(rt->query, "Failed to delete Role `%.*s`.", STR_ARG(name)));
        }
    }
    if ((doc.len == COLLECTION_DATABASE && !delete_with(rt, version)) ||
        (doc.len == COLLECTION_KEY && !directory_remove_key(rt, version->id))) {
        return val_fault();
    }
    StoreStatus status = txn_delete(rt->txn, doc.len, version->id);
    if (status != STORE_OK) {
        return rt_store_fault(rt, status);
    }
    rt->stats.write_ops++;
    references_check_late(rt, deleted, (Str){0});
    return deleted;
}

/* -- secrets ----------------------------------------------------------------------------------- */

Value system_secret(Rt *rt, Value doc)
{
    const NewSecret *made = doc.aux == DOC_NEW ? rt->secrets : NULL;
    while (made && (made->collection != doc.len || made->id != val_doc_key(doc))) {
        made = made->next;
    }
    return made ? val_str(made->secret) : val_null(NULL);
}

bool system_version_matches(Rt *rt, const Version *version, Str secret)
{
    Str hash = text_of(codec_decode(rt, version->doc).as.object, STR("internal_hash"));
    return secret_matches(rt, secret, hash);
}

Value system_secret_matches(Rt *rt, Value doc, Str secret)
{
    const Version *version = doc_version(rt, doc);
    return version ? val_bool(system_version_matches(rt, version, secret))
                   : fault_doc_not_found(rt, doc);
}
