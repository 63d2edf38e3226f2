/* row: walks an object's fields; the texts of values are print.h's. */
#include "repl/show/row.h"

#include "runtime/base/vec.h"
#include "runtime/schema/catalog.h"

/* A row being read. */
typedef struct Reading {
    Rt *rt;
    Arena *arena;
    Row *row;
    Buf *text; /* of one value, then it is copied */
} Reading;

static void add_field(Reading *reading, Str name, FieldKind kind)
{
    Field field = {
        .name = name,
        .text = str_copy(reading->arena, buf_str(reading->text)),
        .kind = kind,
    };
    vec_push(reading->row, reading->arena, field);
}

/* The text of a value that is not taken apart. */
static Value put_text(Reading *reading, Value v)
{
    static const PrintOptions json = {.format = PRINT_SIMPLE, .inner = true};
    static const PrintOptions reference = {.format = PRINT_FQL, .inner = true};
    Rt *rt = reading->rt;
    Buf *out = reading->text;
    if (v.type == T_ARRAY || v.type == T_OBJECT) {
        return print_value(rt, out, v, &json);
    }
    if (v.type == T_DOC) {
        return print_value(rt, out, v, &reference);
    }
    if (v.type == T_DOUBLE) {
        print_double(out, v.as.number);
        return val_null(NULL);
    }
    return v.type == T_NULL ? val_null(NULL) : print_to_string(rt, out, v);
}

static FieldKind kind_of(Value v)
{
    if (v.type == T_NULL) {
        return FIELD_NULL;
    }
    return v.type == T_INT || v.type == T_LONG || v.type == T_DOUBLE ? FIELD_NUMBER : FIELD_TEXT;
}

static Value add_value(Reading *reading, Str name, Value v, int64_t depth);

static Value add_members(Reading *reading, Str name, const Object *object, int64_t depth)
{
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str member = object->shape->names[i];
        Str path = name.len == 0
                       ? str_copy(reading->arena, member)
                       : str_format(reading->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(member));
        TRY(status, add_value(reading, path, object->slots[i], depth));
        (void)status;
    }
    return val_null(NULL);
}

static Value add_value(Reading *reading, Str name, Value v, int64_t depth)
{
    if (v.type == T_OBJECT && v.as.object->shape->count > 0 && depth > 0) {
        return add_members(reading, name, v.as.object, depth - 1);
    }
    reading->text->len = 0;
    Value status = put_text(reading, v);
    add_field(reading, name, kind_of(v));
    return status;
}

Value row_read(Rt *rt, Arena *arena, Buf *text, Value element, int64_t depth, Row *row)
{
    Reading reading = {.rt = rt, .arena = arena, .row = row, .text = text};
    *row = (Row){0};
    if (element.type == T_DOC) {
        element = doc_object(rt, element);
    }
    Value status = element;
    if (element.type == T_OBJECT) {
        status = add_members(&reading, (Str){0}, element.as.object, depth);
    } else if (!val_is_fault(element)) {
        status = add_value(&reading, STR("value"), element, depth);
    }
    return status;
}
