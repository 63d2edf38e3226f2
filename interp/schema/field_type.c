/* field_type: see field_type.h. Names are sorted into those of values that documents hold,
 * those that they do not, and all others, which can only name collections. Reference:
 * SchemaTypeResolver.scala.
 */
#include "interp/schema/field_type.h"

#include "grammar/parse.h"
#include "interp/machine.h"
#include "interp/typer/typer.h"
#include "runtime/base/vec.h"
#include "runtime/number.h"

#define BIT(type) (1u << (type))

/* Types of values that documents hold. */
static const struct {
    const char *name;
    const char *shown;
    uint32_t types;
} scalars[] = {
    {"Boolean", "Boolean", BIT(T_BOOLEAN)},
    {"boolean", "Boolean", BIT(T_BOOLEAN)},
    {"Bytes", "Bytes", BIT(T_BYTES)},
    {"Date", "Date", BIT(T_DATE)},
    {"Double", "Double", BIT(T_DOUBLE)},
    {"Float", "Double", BIT(T_DOUBLE)},
    {"Int", "Int", BIT(T_INT)},
    {"Long", "Long", BIT(T_INT) | BIT(T_LONG)},
    {"Null", "Null", BIT(T_NULL)},
    {"Number", "Number", BIT(T_INT) | BIT(T_LONG) | BIT(T_DOUBLE)},
    {"String", "String", BIT(T_STRING)},
    {"Time", "Time", BIT(T_TIME) | BIT(T_TRANSACTION_TIME)},
};

/* Types of values that documents do not hold, and how many types each is made of. */
static const struct {
    const char *name;
    int64_t arity;
} others[] = {
    {"AccessProvider", 0},
    {"Collection", 0},
    {"Database", 0},
    {"Doc", 0},
    {"EmptyNamedRef", 1},
    {"EventSource", 1},
    {"Function", 0},
    {"ID", 0},
    {"Module", 0},
    {"NamedRef", 1},
    {"Page", 1},
    {"Role", 0},
    {"Set", 1},
    {"SetCursor", 0},
    {"Struct", 0},
    {"Stream", 1},
    {"TransactionTime", 0},
    {"UUID", 0},
};

typedef struct Maker {
    Rt *rt;
    Arena *arena;
} Maker;

static const SchemaType *make(const Maker *maker, const TypeNode *node);

static SchemaType *new_type(const Maker *maker, SchemaKind kind, const TypeNode *node)
{
    SchemaType *type = arena_new(maker->arena, SchemaType);
    type->kind = kind;
    type->span = node->span;
    return type;
}

static Str written(const Maker *maker, const TypeNode *node)
{
    Buf text = {0};
    ast_display_type(&text, node);
    Str copy = str_copy(maker->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static const SchemaType *make_other(const Maker *maker, const TypeNode *node)
{
    SchemaType *type = new_type(maker, SCHEMA_OTHER, node);
    type->name = written(maker, node);
    return type;
}

static const SchemaType *make_null(const Maker *maker, const TypeNode *node)
{
    SchemaType *type = new_type(maker, SCHEMA_SCALAR, node);
    type->types = BIT(T_NULL);
    type->name = STR("Null");
    return type;
}

/* -- names ------------------------------------------------------------------------------------- */

static int64_t argument_count(const TypeNode *node)
{
    return node->kind == TYPE_CONS ? node->u.group.count : 0;
}

/* No type at all; what is said of it. */
static const SchemaType *make_wrong(const Maker *maker, Span span, Str message)
{
    SchemaType *type = arena_new(maker->arena, SchemaType);
    type->kind = SCHEMA_WRONG;
    type->span = span;
    type->name = message;
    return type;
}

static const SchemaType *make_wrong_arity(const Maker *maker, const TypeNode *node, int64_t arity)
{
    return make_wrong(maker, node->u.group.name.span,
                      typer_arity_message(maker->arena, node->u.group.name.text, arity,
                                          argument_count(node)));
}

static const SchemaType *make_scalar(const Maker *maker, const TypeNode *node)
{
    for (int64_t i = 0; i < countof(scalars); i++) {
        if (str_eq(str_from_c(scalars[i].name), node->u.group.name.text)) {
            SchemaType *type = new_type(maker, SCHEMA_SCALAR, node);
            type->types = scalars[i].types;
            type->name = str_from_c(scalars[i].shown);
            return argument_count(node) == 0 ? type : make_wrong_arity(maker, node, 0);
        }
    }
    return NULL;
}

static const SchemaType *make_known_other(const Maker *maker, const TypeNode *node)
{
    for (int64_t i = 0; i < countof(others); i++) {
        if (str_eq(str_from_c(others[i].name), node->u.group.name.text)) {
            return argument_count(node) == others[i].arity
                       ? make_other(maker, node)
                       : make_wrong_arity(maker, node, others[i].arity);
        }
    }
    return NULL;
}

static SchemaType *make_doc(const Maker *maker, const TypeNode *node, Str name)
{
    SchemaType *type = new_type(maker, SCHEMA_DOC, node);
    type->name = name;
    return type;
}

/* Ref<Bar> is Bar | NullBar, EmptyRef<Bar> is NullBar. What Bar must not be stands alone. */
static const SchemaType *make_ref(const Maker *maker, const TypeNode *node, bool is_empty)
{
    if (argument_count(node) != 1) {
        return make_wrong_arity(maker, node, 1);
    }
    const SchemaType *of = make(maker, node->u.group.args[0]);
    bool is_doc = of->kind == SCHEMA_DOC;
    SchemaType *null = NULL;
    if (is_doc) {
        null = make_doc(maker, node, str_format(maker->arena, "Null%.*s", STR_ARG(of->name)));
        null->is_ref = true;
    }
    if (is_doc && is_empty) {
        return null;
    }
    SchemaType *type = new_type(maker, SCHEMA_UNION, node);
    type->is_ref = true;
    type->count = is_doc ? 2 : 1;
    type->members = arena_array(maker->arena, const SchemaType *, type->count);
    type->members[0] = of;
    type->members[type->count - 1] = is_doc ? null : of;
    return type;
}

/* The members are the arguments of `node`. */
static SchemaType *make_group(const Maker *maker, SchemaKind kind, const TypeNode *node)
{
    SchemaType *type = new_type(maker, kind, node);
    type->count = node->u.group.count;
    type->members = arena_array(maker->arena, const SchemaType *, type->count);
    for (int64_t i = 0; i < type->count; i++) {
        type->members[i] = make(maker, node->u.group.args[i]);
        type->fills |= kind != SCHEMA_UNION && type->members[i]->fills;
    }
    return type;
}

static const SchemaType *make_array(const Maker *maker, const TypeNode *node)
{
    if (argument_count(node) != 1) {
        return make_wrong_arity(maker, node, 1);
    }
    return make_group(maker, SCHEMA_ARRAY, node);
}

static const SchemaType *make_named(const Maker *maker, const TypeNode *node)
{
    Str name = node->u.group.name.text;
    if (str_eq(name, STR("Array"))) {
        return make_array(maker, node);
    }
    if (str_eq(name, STR("Ref")) || str_eq(name, STR("EmptyRef"))) {
        return make_ref(maker, node, str_eq(name, STR("EmptyRef")));
    }
    const SchemaType *known = make_scalar(maker, node);
    known = known ? known : make_known_other(maker, node);
    if (known) {
        return known;
    }
    return argument_count(node) == 0 ? make_doc(maker, node, str_copy(maker->arena, name))
                                     : make_wrong_arity(maker, node, 0);
}

/* -- the other kinds --------------------------------------------------------------------------- */

static const SchemaType *make_literal(const Maker *maker, const TypeNode *node)
{
    const Literal *literal = &node->u.singleton;
    SchemaType *type = new_type(maker, SCHEMA_LITERAL, node);
    type->name = written(maker, node);
    switch (literal->kind) {
    case LITERAL_NULL:
        return make_null(maker, node);
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        type->literal = val_bool(literal->kind == LITERAL_TRUE);
        return type;
    case LITERAL_INT:
        type->literal = val_number(literal->integer);
        return type;
    case LITERAL_BIGINT:
        type->literal = number_from_integer(literal->text);
        return type;
    case LITERAL_FLOAT:
        type->literal = val_double(literal->number);
        return type;
    case LITERAL_STRING:
        type->literal = val_str(str_copy(maker->arena, literal->text));
        return type;
    }
    UNREACHABLE();
}

DefaultValue *field_type_default(Arena *arena, const Node *node)
{
    DefaultValue *made = arena_new(arena, DefaultValue);
    made->source.name = node->span.source->name;
    made->source.text = str_slice(node->span.source->text, node->span.start, node->span.end);
    made->span = node->span;
    made->fn = val_null(NULL);
    return made;
}

static const SchemaType *make_object(const Maker *maker, const TypeNode *node)
{
    SchemaType *type = new_type(maker, SCHEMA_OBJECT, node);
    TypedField *fields = arena_array(maker->arena, TypedField, node->u.object.count);
    for (int64_t i = 0; i < node->u.object.count; i++) {
        const TypeField *given = &node->u.object.fields[i];
        const SchemaType *own = make(maker, given->type);
        if (given->name.text.len == 0) {
            type->wildcard = own;
            continue;
        }
        TypedField *field = &fields[type->count++];
        field->name = str_copy(maker->arena, given->name.text);
        field->type = own;
        field->fallback =
            given->default_ ? field_type_default(maker->arena, given->default_) : NULL;
        type->fills |= field->fallback || own->fills || own->kind == SCHEMA_OBJECT;
    }
    type->fields = fields;
    return node->u.object.interface ? make_other(maker, node) : type;
}

static const SchemaType *make_nullable(const Maker *maker, const TypeNode *node)
{
    SchemaType *type = new_type(maker, SCHEMA_UNION, node);
    type->members = arena_array(maker->arena, const SchemaType *, 2);
    type->members[0] = make(maker, node->u.group.args[0]);
    type->members[1] = make_null(maker, node);
    type->count = 2;
    type->nullable = true;
    return type;
}

static const SchemaType *make(const Maker *maker, const TypeNode *node)
{
    switch (node->kind) {
    case TYPE_ANY:
        return new_type(maker, SCHEMA_ANY, node);
    case TYPE_SINGLETON:
        return make_literal(maker, node);
    case TYPE_NAME:
    case TYPE_CONS:
        return make_named(maker, node);
    case TYPE_OBJECT:
        return make_object(maker, node);
    case TYPE_TUPLE:
        return make_group(maker, SCHEMA_TUPLE, node);
    case TYPE_UNION:
        return make_group(maker, SCHEMA_UNION, node);
    case TYPE_NULLABLE:
        return make_nullable(maker, node);
    case TYPE_HOLE:
        return make_wrong(maker, node->span, STR("Invalid placeholder type `_`."));
    case TYPE_RECURSIVE:
        return make_wrong(maker, node->span, STR("Invalid recursive type."));
    case TYPE_NEVER:
    case TYPE_FUNCTION:
    case TYPE_INTERSECT:
    case TYPE_DIFFERENCE:
        return make_other(maker, node);
    }
    UNREACHABLE();
}

const SchemaType *field_type_make(Rt *rt, Arena *arena, const TypeNode *node)
{
    Maker maker = {rt, arena};
    return make(&maker, node);
}

const SchemaType *field_type_compile(Rt *rt, Arena *arena, const Source *source)
{
    Arena scratch;
    arena_init(&scratch);
    ParseResult parsed = parse_field_type(&scratch, source);
    const SchemaType *type = NULL;
    if (parsed.status == PARSE_OK) {
        type = field_type_make(rt, arena, parsed.type);
    } else {
        /* The places of its errors must outlive the scratch memory. */
        parsed = parse_field_type(rt->query, source);
        lower_fault(rt, parsed.diags);
    }
    arena_free(&scratch);
    return type;
}
