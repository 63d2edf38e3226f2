/* object: the module Object, functions over objects and documents; and Struct, the type of
 * objects that are no documents. An object itself has no methods: `.name` is always a field.
 */
#include "runtime/builtins/types.h"

#include "runtime/schema/catalog.h"

static bool is_object(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_OBJECT || v.type == T_DOC;
}

static bool is_struct(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_OBJECT;
}

/* The fault of a document that is not there, as one of the argument `name`. */
static Value fault_missing(Rt *rt, const Call *call, Str name, Value null)
{
    rt_fault_null(rt, null, call->span);
    char *text = arena_copy(rt->query, rt->fault->message.s, rt->fault->message.len);
    if (text[0] >= 'A' && text[0] <= 'Z') {
        text[0] ^= 0x20;
    }
    rt->fault->code = FAULT_invalid_argument;
    rt->fault->message = str_format(rt->query, "invalid argument `%.*s`: %.*s", STR_ARG(name),
                                    (int)rt->fault->message.len, text);
    return val_fault();
}

static NOINLINE const Object *document_argument(Rt *rt, const Call *call, int64_t i, Str name)
{
    Value arg = call->args[i];
    if (arg.type == T_DOC) {
        arg = doc_object(rt, arg);
    }
    if (val_is_null(arg)) {
        arg = fault_missing(rt, call, name, arg);
    }
    return val_is_fault(arg) ? NULL : arg.as.object;
}

/* Argument `i` as an object: a document gives all of its fields. NULL: a fault. */
static inline const Object *object_argument(Rt *rt, const Call *call, int64_t i, Str name)
{
    return LIKELY(call->args[i].type == T_OBJECT) ? call->args[i].as.object
                                                  : document_argument(rt, call, i, name);
}

/* An array with room for the values of each field. */
static Value *make_items(Rt *rt, const Object *object)
{
    return arena_alloc(rt->heap, arena_array_bytes(object->shape->count, sizeof(Value)));
}

enum { ASSIGN_FEW = 8 };

/* Where Object.assign puts the fields of its source. */
typedef struct Places {
    const Shape *shape; /* that of the destination, and behind it what that lacks */
    int64_t slots[ASSIGN_FEW];
} Places;

/* False: the fields are so many that adding them one by one would be slow. */
static bool find_places(Rt *rt, const Shape *destination, const Shape *source, Places *places)
{
    places->shape = destination;
    for (uint32_t i = 0; i < source->count; i++) {
        const Shape *shape = places->shape;
        if (i == ASSIGN_FEW || (!shape->shared && shape != destination)) {
            return false;
        }
        places->slots[i] = shape_slot_hashed(shape, source->names[i], source->hashes[i]);
        if (places->slots[i] < 0) {
            places->slots[i] = shape->count;
            places->shape = shape_add(shape, source->names[i], rt->heap);
        }
    }
    return true;
}

/* Object.assign of few fields, makes no lists of names: maps are built entry by entry. */
static Value assign_few(Rt *rt, const Places *places, const Object *destination,
                        const Object *source)
{
    Object *object = object_new(rt->heap, places->shape);
    uint32_t count = destination->shape->count;
    if (count > 0) {
        memcpy(object->slots, destination->slots, count * sizeof(Value));
    }
    for (uint32_t i = 0; i < source->shape->count; i++) {
        object->slots[places->slots[i]] = source->slots[i];
    }
    return val_object(object);
}

BUILTIN_SHARED(object_assign, "assign", PURE,
               "(destination: Object<A>, source: Object<B>) => { *: A | B }",
               "The fields of `destination` and of `source`, which wins where both have one.",
               "Object.assign({ a: 1, b: 2 }, { b: 3 })", "{\n  a: 1,\n  b: 3\n}")
{
    const Object *destination = object_argument(rt, call, 0, STR("destination"));
    const Object *source = destination != NULL ? object_argument(rt, call, 1, STR("source")) : NULL;
    if (source == NULL) {
        return val_fault();
    }
    Places places;
    if (LIKELY(find_places(rt, destination->shape, source->shape, &places))) {
        return assign_few(rt, &places, destination, source);
    }
    int64_t first = destination->shape->count, count = first + source->shape->count;
    Str *names = arena_array(rt->heap, Str, count);
    Value *values = arena_array(rt->heap, Value, count);
    for (int64_t i = 0; i < count; i++) {
        const Object *from = i < first ? destination : source;
        int64_t slot = i < first ? i : i - first;
        names[i] = from->shape->names[slot];
        values[i] = from->slots[slot];
    }
    return rt_object(rt, names, values, count);
}

BUILTIN(object_entries, "entries", PURE, "(object: Object<A>) => Array<[String, A]>",
        "The fields of `object`, each as a pair of name and value.", "Object.entries({ a: 1 })",
        "[\n  [\n    \"a\",\n    1\n  ]\n]")
{
    const Object *object = object_argument(rt, call, 0, STR("object"));
    if (object == NULL) {
        return val_fault();
    }
    Value *items = make_items(rt, object);
    for (uint32_t i = 0; i < object->shape->count; i++) {
        Value *pair = arena_array(rt->heap, Value, 2);
        pair[0] = val_str(object->shape->names[i]);
        pair[1] = object->slots[i];
        items[i] = val_array(pair, 2);
    }
    return val_array(items, object->shape->count);
}

BUILTIN(object_keys, "keys", PURE, "(object: Object) => Array<String>",
        "The names of the fields of `object`.", "Object.keys({ a: 1, b: 2 })",
        "[\n  \"a\",\n  \"b\"\n]")
{
    const Object *object = object_argument(rt, call, 0, STR("object"));
    if (object == NULL) {
        return val_fault();
    }
    Value *items = make_items(rt, object);
    for (uint32_t i = 0; i < object->shape->count; i++) {
        items[i] = val_str(object->shape->names[i]);
    }
    return val_array(items, object->shape->count);
}

BUILTIN(object_values, "values", PURE, "(object: Object<A>) => Array<A>",
        "The values of the fields of `object`.", "Object.values({ a: 1, b: 2 })", "[\n  1,\n  2\n]")
{
    const Object *object = object_argument(rt, call, 0, STR("object"));
    if (object == NULL) {
        return val_fault();
    }
    Value *items = make_items(rt, object);
    for (uint32_t i = 0; i < object->shape->count; i++) {
        items[i] = object->slots[i];
    }
    return val_array(items, object->shape->count);
}

/* The name and value of one entry. False: a fault. */
static bool read_entry(Rt *rt, Value entry, int64_t index, Str *name, Value *value)
{
    Str param = STR("entries");
    if (entry.type != T_ARRAY) {
        rt_fault_argument(rt, param,
                          "expected an array for each element of the outer array, but saw type "
                          "%.*s at index %lld",
                          STR_ARG(rt_type_name(rt, entry)), (long long)index);
        return false;
    }
    if (entry.len != 2) {
        rt_fault_argument(rt, param,
                          "expected inner array of length 2 but saw length %u at index %lld",
                          entry.len, (long long)index);
        return false;
    }
    if (entry.as.items[0].type != T_STRING) {
        rt_fault_argument(rt, param,
                          "expected a string for the first element of each inner array, but saw "
                          "type %.*s at index %lld",
                          STR_ARG(rt_type_name(rt, entry.as.items[0])), (long long)index);
        return false;
    }
    *name = val_as_str(entry.as.items[0]);
    *value = entry.as.items[1];
    return true;
}

enum { ENTRIES_FEW = 8 };

BUILTIN(object_from_entries, "fromEntries", PURE, "(entries: Array<[String, A]>) => { *: A }",
        "The object whose fields are `entries`, pairs of name and value; the last wins where a "
        "name comes twice.",
        "Object.fromEntries([[\"a\", 1], [\"b\", 2]])", "{\n  a: 1,\n  b: 2\n}")
{
    Value entries = call->args[0];
    Str few_names[ENTRIES_FEW];
    Value few[ENTRIES_FEW];
    bool is_few = entries.len <= ENTRIES_FEW;
    Str *names = is_few ? few_names : arena_array(rt->heap, Str, entries.len);
    Value *values = is_few ? few : arena_array(rt->heap, Value, entries.len);
    for (int64_t i = 0; i < entries.len; i++) {
        if (!read_entry(rt, entries.as.items[i], i, &names[i], &values[i])) {
            return val_fault();
        }
    }
    return rt_object(rt, names, values, entries.len);
}

/* Follows a path of field names through objects: 1: `*found` is there; 0: not; -1: a fault. */
static int follow_path(Rt *rt, const Call *call, Value *found)
{
    Value path = call->args[1];
    *found = call->args[0];
    for (int64_t i = 0; i < path.len; i++) {
        if (path.as.items[i].type != T_STRING) {
            rt_fault_argument(rt, STR("path"), "expected an array of strings");
            return -1;
        }
        const Value *next = found->type == T_OBJECT
                                ? object_get(found->as.object, val_as_str(path.as.items[i]))
                                : NULL;
        if (next == NULL) {
            return 0;
        }
        *found = *next;
    }
    return 1;
}

BUILTIN(object_select, "select", PURE, "(object: Struct, path: Array<String>) => Any",
        "The value within `object` that the field names of `path` lead to; null when there is "
        "none.",
        "Object.select({ a: { b: 1 } }, [\"a\", \"b\"])", "1")
{
    Value found;
    int there = follow_path(rt, call, &found);
    return there < 0    ? val_fault()
           : there == 0 ? builtin_null(rt, call, STR("no value in object found at path"))
                        : found;
}

BUILTIN(object_has_path, "hasPath", PURE, "(object: Struct, path: Array<String>) => Boolean",
        "Whether the field names of `path` lead to a value within `object`.",
        "Object.hasPath({ a: { b: 1 } }, [\"a\", \"c\"])", "false")
{
    Value found;
    int there = follow_path(rt, call, &found);
    return there < 0 ? val_fault() : val_bool(there == 1);
}

BUILTIN(object_to_string, "toString", READS, "(object: Any) => String",
        "The value `object` as text, as `toString` gives it for values that have that method.",
        "Object.toString({ a: 1 })", "\"{ a: 1 }\"")
{
    Call inner = {.self = call->args[0], .span = call->span, .row = &value_to_string_row};
    return value_to_string_row.fn(rt, &inner);
}

BUILTIN_ROWS(object_functions, &object_assign_row, &object_entries_row, &object_from_entries_row,
             &object_has_path_row, &object_keys_row, &object_select_row, &object_to_string_row,
             &object_values_row);

const BuiltinType object_type = {
    .name = "Object",
    .doc = "Objects and documents: values with named fields.",
    .statics = object_functions,
    .contains = is_object,
};

const BuiltinType struct_type = {
    .name = "Struct",
    .doc = "An object that is no document.",
    .methods = builtin_no_rows,
    .statics = builtin_no_rows,
    .contains = is_struct,
};
