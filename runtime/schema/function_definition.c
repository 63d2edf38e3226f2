/* function_definition: creating, changing and deleting user functions.
 *
 *   { name: "double", body: "x => 2 * x", alias, role, signature, data }
 *
 * The body is compiled once to see that it can be; the catalog compiles it again, for good,
 * when the function is first called.
 */
#include "runtime/document/reference.h"
#include "runtime/document/separate.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/place.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"

/* -- rules ---------------------------------------------------------------------------------- */

static void check_text(Failures *failures, Str name, Value value, bool required)
{
    if (val_is_null(value) && required) {
        failure_add_field(failures, name, STR("Missing required field of type String"));
    } else if (!val_is_null(value) && value.type != T_STRING) {
        failure_add_mismatch(failures, &name, 1, required ? "String" : "String | Null", value);
    }
}

static void check_known(Failures *failures, const Object *definition)
{
    static const Str known[] = {{"name", 4}, {"alias", 5},     {"role", 4},
                                {"body", 4}, {"signature", 9}, {"data", 4}};
    for (int64_t i = 0; i < definition->shape->count; i++) {
        Str name = definition->shape->names[i];
        bool found = false;
        for (int64_t k = 0; k < countof(known) && !found; k++) {
            found = str_eq(known[k], name);
        }
        if (!found && !val_is_null(definition->slots[i])) {
            failure_add_field(failures, name,
                              field_is_special(name) ? STR("Is a reserved field and cannot be used")
                                                     : STR("Unexpected field provided"));
        }
    }
}

static Str text_or_empty(const Object *definition, Str name)
{
    Value value = definition ? field_or_null(definition, name) : val_null(NULL);
    return value.type == T_STRING ? val_as_str(value) : (Str){0};
}

/* Adds a failure where who is no admin would get an admin's rights by the function. */
static void check_grants(Failures *failures, const Object *definition, const Object *before)
{
    const Str admin = STR("admin");
    RoleKind asking = failures->rt->permission.role;
    if (asking == ROLE_ADMIN || !str_eq(text_or_empty(definition, STR("role")), admin) ||
        (before && str_eq(text_or_empty(before, STR("role")), admin))) {
        return;
    }
    failure_add_field(failures, STR("role"),
                      str_format(failures->rt->query, "Cannot %s admin permissions using %s.",
                                 before ? "grant a function" : "create a function with",
                                 asking == ROLE_SERVER ? "the server role" : "another role"));
}

/* `before` is what the definition was, or NULL. */
static void check_function(Failures *failures, const Object *definition, const Object *before)
{
    check_known(failures, definition);
    Value body = field_or_null(definition, STR("body"));
    check_text(failures, STR("name"), field_or_null(definition, STR("name")), true);
    check_text(failures, STR("body"), body, true);
    static const Str optional[] = {{"alias", 5}, {"role", 4}, {"signature", 9}};
    for (int64_t i = 0; i < countof(optional); i++) {
        check_text(failures, optional[i], field_or_null(definition, optional[i]), false);
    }
    static const Str names[] = {{"name", 4}, {"alias", 5}};
    for (int64_t i = 0; i < countof(names); i++) {
        definition_check_name(failures, names[i], field_or_null(definition, names[i]),
                              text_or_empty(before, names[i]));
    }
    check_grants(failures, definition, before);
    if (body.type == T_STRING) {
        Place place = {.failures = failures, .steps = {STR("body")}, .len = 1};
        place_check_lambda(&place, val_as_str(body), 0, false);
    }
    Value signature = field_or_null(definition, STR("signature"));
    if (signature.type == T_STRING) {
        Place place = {.failures = failures, .steps = {STR("signature")}, .len = 1};
        definition_check_signature(&place, val_as_str(signature));
    }
}

/* -- putting --------------------------------------------------------------------------------- */

static Value put_function(Rt *rt, int64_t id, const Object *definition)
{
    Put put = {.ttl_us = TTL_NEVER};
    if (!codec_encode(rt, rt->heap, definition, &put.doc) ||
        !definition_ensure_collection(rt, COLLECTION_FUNCTION)) {
        return val_fault();
    }
    separate_keep_names(rt);
    return catalog_write(rt, COLLECTION_FUNCTION, id, &put) ? val_doc_id(COLLECTION_FUNCTION, id)
                                                            : val_fault();
}

Value function_definition_create(Rt *rt, const Object *given)
{
    if (!write_is_allowed(rt, "`create`") || !definition_is_persistable(rt, given)) {
        return val_fault();
    }
    const Str message = STR("Failed to create Function.");
    int64_t id = doc_new_id(rt, COLLECTION_FUNCTION);
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_CREATE,
                                                  .collection = COLLECTION_FUNCTION,
                                                  .id = id,
                                                  .after = given})) {
        return val_fault();
    }
    Failures failures = {.rt = rt};
    check_function(&failures, given, NULL);
    if (failures.first) {
        return failure_fault(&failures, message);
    }
    TRY(created, put_function(rt, id, given));
    references_check_late(rt, created, message);
    return created;
}

static Value fault_not_found(Rt *rt, Value doc)
{
    Str name = doc.flags == DOC_NAMED ? doc.as.doc_name->name : STR("");
    return rt_fault(rt, FAULT_document_not_found, "Function `%.*s` not found.", STR_ARG(name));
}

static Value change_function(Rt *rt, Value doc, const Object *given, bool replace)
{
    const Version *version = doc_version(rt, doc);
    if (!version) {
        return fault_not_found(rt, doc);
    }
    if (!definition_is_persistable(rt, given)) {
        return val_fault();
    }
    const Object *old = definition_visible(rt, version);
    const Object *merged = replace ? given : object_merge(rt, old, given).as.object;
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_WRITE,
                                                  .collection = COLLECTION_FUNCTION,
                                                  .id = version->id,
                                                  .after = merged})) {
        return val_fault();
    }
    Str name = text_or_empty(old, STR("name"));
    Str message = str_format(rt->query, "Failed to update Function `%.*s`.", STR_ARG(name));
    Failures failures = {.rt = rt};
    check_function(&failures, merged, old);
    if (failures.first) {
        return failure_fault(&failures, message);
    }
    TRY(changed, put_function(rt, version->id, merged));
    references_check_late(rt, changed, message);
    bool ok = references_follow(rt, COLLECTION_FUNCTION, name, text_or_empty(merged, STR("name")));
    return ok ? changed : val_fault();
}

Value function_definition_update(Rt *rt, Value doc, const Object *fields)
{
    return change_function(rt, doc, fields, false);
}

Value function_definition_replace(Rt *rt, Value doc, const Object *fields)
{
    return change_function(rt, doc, fields, true);
}

Value function_definition_delete(Rt *rt, Value doc)
{
    const Version *version = doc_stored_version(rt, doc);
    if (!permission_check_write(rt, &(WriteAsked){.action = ACTION_DELETE,
                                                  .collection = COLLECTION_FUNCTION,
                                                  .id = version ? version->id : -1})) {
        return val_fault();
    }
    if (!version) {
        return fault_not_found(rt, doc);
    }
    Value deleted = val_doc(COLLECTION_FUNCTION, version);
    deleted.aux = DOC_DELETED;
    separate_keep_names(rt);
    if (!catalog_write(rt, COLLECTION_FUNCTION, version->id, NULL)) {
        return val_fault();
    }
    references_check_late(rt, deleted, (Str){0});
    return deleted;
}
