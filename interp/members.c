/* members: what completion needs to know of collections and variables, as the types of signatures.
 *
 *   { id: 1, title: "Alien", cast: [Person("2")], price: { eur: 3 } }
 *       title: String, cast: Array<Person>, price: { eur: Int }
 *
 * Only stored data is looked at, of a bounded number of documents; nothing of the user's runs.
 */
#include "interp/session/session_int.h"

#include "grammar/parse.h"
#include "runtime/document/document.h"
#include "runtime/schema/catalog.h"
#include "runtime/schema/schema_type.h"
#include "runtime/set/set.h"

enum {
    TYPE_DEPTH = 3,      /* objects within objects are looked into so deep */
    TYPE_ELEMENTS = 100, /* of arrays so many */
};

/* -- types of values ------------------------------------------------------------------------ */

static void put_type(Rt *rt, Buf *out, Value v, int depth);

/* Whether a type as text can have a field of this name, in quotes if it is no identifier: those who take
 * the text apart look for these characters. */
static bool is_readable(Str name)
{
    for (int64_t i = 0; i < name.len; i++) {
        if (strchr("\"\\,:(){}<>[]|=\n", name.s[i]) != NULL) {
            return false;
        }
    }
    return name.len > 0;
}

static void put_object_type(Rt *rt, Buf *out, const Object *object, int depth)
{
    buf_puts(out, "{");
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        if (is_readable(name)) {
            const char *quote = is_identifier(name) ? "" : "\"";
            buf_printf(out, "%s%s%.*s%s: ", out->data[out->len - 1] == '{' ? " " : ", ", quote,
                       STR_ARG(name), quote);
            put_type(rt, out, object->slots[i], depth - 1);
        }
    }
    buf_puts(out, " }");
}

/* Whether the elements that are looked at are of one type. */
static bool is_uniform(Value array)
{
    for (uint32_t i = 1; i < array.len && i < TYPE_ELEMENTS; i++) {
        if (array.as.items[i].type != array.as.items[0].type) {
            return false;
        }
    }
    return array.len > 0;
}

static void put_type(Rt *rt, Buf *out, Value v, int depth)
{
    if (v.type == T_OBJECT && depth > 0) {
        put_object_type(rt, out, v.as.object, depth);
    } else if (v.type == T_ARRAY) {
        buf_puts(out, "Array<");
        if (depth > 0 && is_uniform(v)) {
            put_type(rt, out, v.as.items[0], depth - 1);
        } else {
            buf_puts(out, "Any");
        }
        buf_puts(out, ">");
    } else if (v.type == T_DOC) {
        const Collection *collection = catalog_collection_by_number(rt->catalog, v.len);
        buf_put(out, collection != NULL ? collection->name : STR("Doc"));
    } else if (v.type == T_MODULE) {
        buf_byte(out, '@');
        buf_put(out, v.as.module->name);
    } else {
        buf_put(out, type_name((Type)v.type));
    }
}

/* -- members of a collection ------------------------------------------------------------------ */

typedef struct Members {
    Session *session;
    Map by_name; /* of fields */
    VEC(SessionMember) list;
} Members;

static void add_member(Members *members, Str name, Str type, bool is_field)
{
    Arena *arena = &members->session->query;
    if (is_field && map_find(&members->by_name, name) != NULL) {
        return;
    }
    SessionMember member = {str_copy(arena, name), str_copy(arena, type), is_field};
    vec_push(&members->list, arena, member);
    if (is_field) {
        map_put(&members->by_name, member.name, members);
    }
}

/* "(genre, year) => Set<Movie>" */
static void add_indexes(Members *members, const Collection *collection)
{
    Buf type = {0};
    for (int64_t i = 0; i < collection->index_count; i++) {
        const Index *index = &collection->indexes[i];
        type.len = 0;
        buf_byte(&type, '(');
        for (int64_t k = 0; k < index->term_count; k++) {
            buf_printf(&type, "%sterm%lld: Any", k > 0 ? ", " : "", (long long)k + 1);
        }
        buf_printf(&type, ") => Set<%.*s>", STR_ARG(collection->name));
        if (!index->unique) {
            add_member(members, index->name, buf_str(&type), false);
        }
    }
    for (int64_t i = 0; i < collection->aggregates.count; i++) {
        add_member(members, collection->aggregates.at[i].name, STR("(...terms: Any) => Any"),
                   false);
    }
    buf_free(&type);
}

static void add_schema_fields(Members *members, const Collection *collection)
{
    for (int64_t i = 0; collection->fields != NULL && i < collection->fields->count; i++) {
        const TypedField *field = &collection->fields->fields[i];
        add_member(members, field->name, field->signature, true);
    }
    for (int64_t i = 0; i < collection->computed.count; i++) {
        const DocFunction *field = &collection->computed.at[i];
        add_member(members, field->name, field->signature.len > 0 ? field->signature : STR("Any"),
                   true);
    }
}

static void add_fields_of(Members *members, Rt *rt, Value doc)
{
    Value stored = doc_stored_object(rt, doc);
    Buf type = {0};
    for (int64_t i = 0; stored.type == T_OBJECT && i < stored.as.object->shape->count; i++) {
        type.len = 0;
        put_type(rt, &type, stored.as.object->slots[i], TYPE_DEPTH);
        add_member(members, stored.as.object->shape->names[i], buf_str(&type), true);
    }
    buf_free(&type);
}

static void add_sampled_fields(Members *members, Rt *rt, const Collection *collection,
                               int64_t sample)
{
    Value all = collection_all_set(rt, collection->number, NULL);
    SetReader *reader = val_is_fault(all) ? NULL : set_open(rt, all.as.set);
    Value doc;
    if (reader == NULL) {
        return;
    }
    while (sample-- > 0 && set_next(reader, rt, &doc) > 0) {
        add_fields_of(members, rt, doc);
    }
    set_close(reader);
}

static const Collection *find_collection(Rt *rt, Str name)
{
    for (int64_t i = 0; i < catalog_count(rt->catalog); i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        if (str_eq(collection->name, name)) {
            return collection;
        }
    }
    return NULL;
}

int64_t session_members(Session *session, Str name, int64_t sample, const SessionMember **found)
{
    Rt *rt = session_rt(session);
    Members members = {.session = session};
    map_init(&members.by_name, &session->query);
    session_begin_reading(session, &session->heap);
    const Collection *collection = catalog_load(rt) ? find_collection(rt, name) : NULL;
    if (collection != NULL) {
        add_indexes(&members, collection);
        add_schema_fields(&members, collection);
        add_sampled_fields(&members, rt, collection, sample);
    }
    session_end_reading(session);
    *found = members.list.at;
    return members.list.len;
}

Str session_variable_type(Session *session, Str name)
{
    Rt *rt = session_rt(session);
    const Variable *variable = map_find(&session->variables.by_name, name);
    Buf type = {0};
    if (variable != NULL && variable->cell != NULL) {
        session_begin_reading(session, &session->heap);
        if (catalog_load(rt)) {
            put_type(rt, &type, *variable->cell, TYPE_DEPTH);
        }
        session_end_reading(session);
    }
    Str text = str_copy(&session->query, buf_str(&type));
    buf_free(&type);
    return text;
}
