/* display_type: types and patterns, with parentheses where the text needs them and nowhere
 * else. See display.h.
 */
#include "grammar/display.h"

/* How tightly the text around a type binds: looser types get parentheses. */
enum {
    BIND_NONE = 0,
    BIND_ARROW = 10,
    BIND_PARAM = 11,
    BIND_UNION = 20,
    BIND_INTERSECT = 30,
    BIND_TIGHT = 50
};

static void put_type(Display *d, const TypeNode *type, int binding);

static void put_types(Display *d, const TypeNode *type, const char *separator, int binding)
{
    for (int64_t i = 0; i < type->u.group.count; i++) {
        display_puts(d, i > 0 ? separator : "");
        put_type(d, type->u.group.args[i], binding);
    }
}

static void put_type_object(Display *d, const TypeNode *type)
{
    if (type->u.object.count == 0) {
        display_puts(d, type->u.object.interface ? "{ ... }" : "{}");
        return;
    }
    display_puts(d, "{ ");
    for (int64_t i = 0; i < type->u.object.count; i++) {
        const TypeField *field = &type->u.object.fields[i];
        display_puts(d, i > 0 ? ", " : "");
        if (field->name.text.len == 0) {
            display_puts(d, "*");
        } else {
            display_name(d, field->name.text);
        }
        display_puts(d, ": ");
        put_type(d, field->type, BIND_NONE);
        if (field->default_) {
            display_puts(d, " = ");
            display_expr(d, field->default_);
        }
    }
    display_puts(d, type->u.object.interface ? ", ... }" : " }");
}

/* One unnamed parameter stands without parentheses. */
static void put_type_function(Display *d, const TypeNode *type)
{
    int64_t count = type->u.function.count;
    const TypeParam *params = type->u.function.params;
    bool single = count == 1 && !type->u.function.variadic;
    bool alone = single && params[0].name.text.len == 0;
    display_puts(d, alone ? "" : "(");
    for (int64_t i = 0; i < count; i++) {
        display_puts(d, i > 0 ? ", " : "");
        if (params[i].name.text.len > 0) {
            display_put(d, params[i].name.text);
            display_puts(d, ": ");
        }
        display_puts(d, type->u.function.variadic && i == count - 1 ? "..." : "");
        put_type(d, params[i].type, single ? BIND_PARAM : BIND_ARROW);
    }
    display_puts(d, alone ? " => " : ") => ");
    put_type(d, type->u.function.result, BIND_ARROW);
}

static int type_binding(TypeKind kind)
{
    switch (kind) {
    case TYPE_FUNCTION:
        return BIND_ARROW;
    case TYPE_DIFFERENCE:
        return 15;
    case TYPE_UNION:
        return BIND_UNION;
    case TYPE_INTERSECT:
        return BIND_INTERSECT;
    case TYPE_RECURSIVE:
        return 40;
    case TYPE_HOLE:
    case TYPE_ANY:
    case TYPE_NEVER:
    case TYPE_SINGLETON:
    case TYPE_NAME:
    case TYPE_CONS:
    case TYPE_OBJECT:
    case TYPE_TUPLE:
    case TYPE_NULLABLE:
        return BIND_TIGHT;
    }
    UNREACHABLE();
}

static void put_type_body(Display *d, const TypeNode *type)
{
    switch (type->kind) {
    case TYPE_HOLE:
        display_puts(d, "_");
        return;
    case TYPE_ANY:
        display_puts(d, "Any");
        return;
    case TYPE_NEVER:
        display_puts(d, "Never");
        return;
    case TYPE_SINGLETON:
        display_literal(d, &type->u.singleton);
        return;
    case TYPE_NAME:
        display_put(d, type->u.group.name.text);
        return;
    case TYPE_CONS:
        display_put(d, type->u.group.name.text);
        display_puts(d, "<");
        put_types(d, type, ", ", BIND_NONE);
        display_puts(d, ">");
        return;
    case TYPE_OBJECT:
        put_type_object(d, type);
        return;
    case TYPE_TUPLE:
        display_puts(d, "[");
        put_types(d, type, ", ", BIND_NONE);
        display_puts(d, "]");
        return;
    case TYPE_FUNCTION:
        put_type_function(d, type);
        return;
    case TYPE_UNION:
        put_types(d, type, " | ", BIND_UNION);
        return;
    case TYPE_INTERSECT:
        put_types(d, type, " & ", BIND_INTERSECT);
        return;
    case TYPE_DIFFERENCE:
        put_types(d, type, " - ", BIND_TIGHT);
        return;
    case TYPE_RECURSIVE:
        put_types(d, type, "", BIND_TIGHT);
        display_puts(d, " as ");
        display_put(d, type->u.group.name.text);
        return;
    case TYPE_NULLABLE:
        put_types(d, type, "", BIND_TIGHT);
        display_puts(d, "?");
        return;
    }
    UNREACHABLE();
}

static void put_type(Display *d, const TypeNode *type, int binding)
{
    bool parens = binding > type_binding(type->kind);
    display_puts(d, parens ? "(" : "");
    put_type_body(d, type);
    display_puts(d, parens ? ")" : "");
}

void display_type(Display *d, const TypeNode *type)
{
    put_type(d, type, BIND_NONE);
}

/* Patterns */

static void put_bind(Display *d, const PatternNode *pattern)
{
    display_put(d, pattern->u.bind.name.text);
    if (pattern->u.bind.inner) {
        display_puts(d, pattern->u.bind.inner->kind == PATTERN_TYPE ? ": " : " @ ");
        display_pattern(d, pattern->u.bind.inner);
    }
}

static void put_array_pattern(Display *d, const PatternNode *pattern)
{
    display_puts(d, "[");
    for (int64_t i = 0; i < pattern->u.array.count; i++) {
        display_puts(d, i > 0 ? ", " : "");
        display_pattern(d, pattern->u.array.at[i]);
    }
    if (pattern->u.array.rest) {
        display_puts(d, pattern->u.array.count > 0 ? ", ..." : "...");
        display_pattern(d, pattern->u.array.rest);
    }
    display_puts(d, "]");
}

static void put_object_pattern(Display *d, const PatternNode *pattern)
{
    display_puts(d, pattern->u.object.count > 0 ? "{ " : "{");
    for (int64_t i = 0; i < pattern->u.object.count; i++) {
        display_puts(d, i > 0 ? ", " : "");
        display_name(d, pattern->u.object.fields[i].name.text);
        display_puts(d, ": ");
        display_pattern(d, pattern->u.object.fields[i].pattern);
    }
    display_puts(d, pattern->u.object.count > 0 ? " }" : "}");
}

void display_pattern(Display *d, const PatternNode *pattern)
{
    switch (pattern->kind) {
    case PATTERN_HOLE:
    case PATTERN_BIND:
        put_bind(d, pattern);
        return;
    case PATTERN_TYPE:
        put_type(d, pattern->u.type, BIND_PARAM); /* `=>` would end a case's pattern */
        return;
    case PATTERN_LITERAL:
        display_literal(d, &pattern->u.literal);
        return;
    case PATTERN_OBJECT:
        put_object_pattern(d, pattern);
        return;
    case PATTERN_ARRAY:
        put_array_pattern(d, pattern);
        return;
    }
    UNREACHABLE();
}
