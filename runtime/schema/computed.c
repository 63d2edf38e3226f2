/* computed: reading computed fields. What a definition of one must look like is checked in
 * definition_body.c.
 */
#include "runtime/schema/computed.h"

#include "runtime/schema/catalog.h"

DocFunctions computed_from_definition(Arena *arena, Str collection, Value fields)
{
    DocFunctions functions = {0};
    if (fields.type != T_OBJECT) {
        return functions;
    }
    const Object *object = fields.as.object;
    functions.at = arena_array(arena, DocFunction, object->shape->count);
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = str_copy(arena, object->shape->names[i]);
        const Object *field = object->slots[i].as.object;
        Value signature = field_or_null(field, STR("signature"));
        Source source = {.name = str_format(arena, "*computed_field:%.*s:%.*s*",
                                            STR_ARG(collection), STR_ARG(name)),
                         .text = str_copy(arena, val_as_str(field_or_null(field, STR("body"))))};
        doc_functions_add(
            &functions, name,
            val_is_null(signature) ? (Str){0} : str_copy(arena, val_as_str(signature)), source);
    }
    return functions;
}

DocFunction *computed_look_up(const Rt *rt, uint32_t number, Str name)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, number);
    return collection ? doc_functions_find(&collection->computed, name) : NULL;
}

Value computed_read(Rt *rt, DocFunction *field, Value doc)
{
    if (rt->derived_from) {
        return rt_fault(rt, FAULT_invalid_computed_field_access,
                        "invalid access of computed field");
    }
    /* Where writes are refused already, the outer place is the one to name. */
    const char *outer = rt->effects.place;
    return doc_function_call(rt, field, doc, outer != NULL ? outer : "computed fields");
}

bool computed_add_all(Rt *rt, Value doc, Fields *fields)
{
    if (LIKELY(!rt->has_computed)) {
        return true;
    }
    const Collection *collection = catalog_collection_by_number(rt->catalog, doc.len);
    for (int64_t i = 0; collection && i < collection->computed.count; i++) {
        DocFunction *field = &collection->computed.at[i];
        Value value = computed_read(rt, field, doc);
        if (val_is_fault(value)) {
            return false;
        }
        fields_add(rt, fields, field->name, value);
    }
    return true;
}

void computed_refuse_writes(Failures *failures, const Collection *collection, const Object *given)
{
    for (int64_t i = 0; i < given->shape->count; i++) {
        if (doc_functions_find(&collection->computed, given->shape->names[i])) {
            failure_add_field(failures, given->shape->names[i],
                              STR("Cannot write to a computed field"));
        }
    }
}
