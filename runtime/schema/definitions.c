/* definitions: see definitions.h. */
#include "runtime/schema/definitions.h"

#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/fields.h"
#include "runtime/document/system_document.h"
#include "runtime/schema/definition.h"

static void note(Definitions *definitions, Str name, int64_t id)
{
    Arena *arena = definitions->rt->query;
    int64_t *kept = arena_new(arena, int64_t);
    *kept = id;
    map_put(&definitions->ids, str_copy(arena, name), kept);
}

Definitions definitions_read(Rt *rt, uint32_t system)
{
    Definitions definitions = {.rt = rt, .system = system};
    map_init(&definitions.ids, rt->query);
    StoreCursor *cursor = cursor_documents(rt->txn, system, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        Value name = field_or_null(codec_decode(rt, version->doc).as.object, STR("name"));
        if (name.type == T_STRING) {
            note(&definitions, val_as_str(name), version->id);
        }
    }
    cursor_close(cursor);
    return definitions;
}

const Object *definitions_object(const Definitions *definitions, Str name)
{
    const int64_t *id = map_find(&definitions->ids, name);
    const Version *version = id ? txn_get(definitions->rt->txn, definitions->system, *id) : NULL;
    return version ? definition_visible(definitions->rt, version) : NULL;
}

/* -- each kind by its own functions ------------------------------------------------------------ */

static Value create_one(Rt *rt, uint32_t system, const Object *definition)
{
    return system == COLLECTION_COLLECTION ? definition_create(rt, definition)
           : system == COLLECTION_FUNCTION ? function_definition_create(rt, definition)
                                           : system_create(rt, system, definition);
}

static Value replace_one(Rt *rt, Value doc, const Object *definition)
{
    return doc.len == COLLECTION_COLLECTION ? definition_replace(rt, doc, definition)
           : doc.len == COLLECTION_FUNCTION ? function_definition_replace(rt, doc, definition)
                                            : system_change(rt, doc, definition, true);
}

static Value delete_one(Rt *rt, Value doc)
{
    return doc.len == COLLECTION_COLLECTION ? definition_delete(rt, doc)
           : doc.len == COLLECTION_FUNCTION ? function_definition_delete(rt, doc)
                                            : system_delete(rt, doc);
}

/* -- all of a kind ----------------------------------------------------------------------------- */

bool definitions_keep_only(Definitions *definitions, const Map *names)
{
    Rt *rt = definitions->rt;
    for (int64_t i = 0; i < definitions->ids.cap; i++) {
        const MapSlot *slot = &definitions->ids.slots[i];
        if (slot->value == NULL || map_find(names, slot->key) != NULL) {
            continue;
        }
        Value doc = val_doc_id(definitions->system, *(const int64_t *)slot->value);
        if (val_is_fault(delete_one(rt, doc))) {
            return false;
        }
    }
    return true;
}

bool definitions_release_alias(Definitions *definitions, Str name)
{
    Rt *rt = definitions->rt;
    const int64_t *id = map_find(&definitions->ids, name);
    assert(id != NULL);
    Str alias = STR("alias");
    Value none = val_null(NULL);
    const Object *change = rt_object(rt, &alias, &none, 1).as.object;
    Value doc = val_doc_id(definitions->system, *id);
    return !val_is_fault(definitions->system == COLLECTION_COLLECTION
                             ? definition_update(rt, doc, change)
                             : function_definition_update(rt, doc, change));
}

/* `definition` with the `data` of what it replaces. */
static const Object *with_data(Rt *rt, const Object *definition, const Version *before)
{
    Fields fields = {0};
    for (int64_t i = 0; i < definition->shape->count; i++) {
        fields_add(rt, &fields, definition->shape->names[i], definition->slots[i]);
    }
    fields_keep(rt, &fields, codec_decode(rt, before->doc).as.object, STR("data"));
    return fields_object(rt, &fields).as.object;
}

bool definitions_put(Definitions *definitions, const Object *definition)
{
    Rt *rt = definitions->rt;
    Str name = val_as_str(field_or_null(definition, STR("name")));
    const int64_t *id = map_find(&definitions->ids, name);
    if (id != NULL) {
        Value doc = val_doc_id(definitions->system, *id);
        return !val_is_fault(replace_one(rt, doc, with_data(rt, definition, doc_version(rt, doc))));
    }
    Value made = create_one(rt, definitions->system, definition);
    if (!val_is_fault(made)) {
        note(definitions, name, val_doc_key(made));
    }
    return !val_is_fault(made);
}

bool definitions_reserve(Definitions *definitions, const Object *definition)
{
    Rt *rt = definitions->rt;
    bool is_function = definitions->system == COLLECTION_FUNCTION;
    Value name = field_or_null(definition, STR("name"));
    if (!is_function && map_find(&definitions->ids, val_as_str(name)) != NULL) {
        return true;
    }
    Fields fields = {0};
    for (int64_t i = 0; is_function && i < definition->shape->count; i++) {
        if (!str_eq(definition->shape->names[i], STR("role"))) {
            fields_add(rt, &fields, definition->shape->names[i], definition->slots[i]);
        }
    }
    if (!is_function) {
        fields_add(rt, &fields, STR("name"), name);
    }
    return definitions_put(definitions, fields_object(rt, &fields).as.object);
}
