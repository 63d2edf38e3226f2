/* read: types as they are written, in signatures and behind names. Names that are no types are
 * parameters where those are allowed: `(A, A => B) => B`. A parameter that is only given or only
 * returned could be anything: that is told as an unknown type.
 */
#include "interp/typer/shape.h"
#include "interp/typer/typer.h"

/* A parameter met, and where. */
typedef struct Seen {
    Str name;
    bool given, returned;
    VEC(Ty *) types;
} Seen;

typedef struct Reader {
    Typer *typer;
    ReadType how;
    bool is_given; /* what is read is what somebody passes */
    Map params;    /* -> Seen */
    VEC(Seen *) order;
    int32_t depth;
    Str bound; /* of `T as A`; no place: none */
    const Ty *bound_to;
} Reader;

static const Ty *read(Reader *r, const TypeNode *node);

static const Ty *tell(Reader *r, Span span, Str message)
{
    diag_add(r->typer->diags, DIAG_ERROR, span, message);
    return ty_at(r->typer, &ty_any, span);
}

static const Ty *read_param(Reader *r, const TypeNode *node)
{
    Ty *type = arena_new(r->typer->arena, Ty);
    type->kind = TY_PARAM;
    type->has_param = true;
    type->level = r->how.level; /* what is outside of the signature must not depend on it */
    type->span = node->span;
    type->u.group.name = str_copy(r->typer->arena, node->u.group.name.text);
    Seen *seen = map_find(&r->params, type->u.group.name);
    if (seen == NULL) {
        seen = arena_new(r->typer->arena, Seen);
        seen->name = type->u.group.name;
        map_put(&r->params, seen->name, seen);
        vec_push(&r->order, r->typer->arena, seen);
    }
    seen->given |= r->is_given;
    seen->returned |= !r->is_given;
    vec_push(&seen->types, r->typer->arena, type);
    return type;
}

static const Ty **read_all(Reader *r, TypeNode *const *nodes, int64_t count)
{
    const Ty **types = arena_array(r->typer->arena, const Ty *, count);
    for (int64_t i = 0; i < count; i++) {
        types[i] = read(r, nodes[i]);
    }
    return types;
}

Str typer_arity_message(Arena *arena, Str name, int64_t wanted, int64_t got)
{
    return wanted == 0
               ? str_format(arena, "Type `%.*s` does not accept any parameters.", STR_ARG(name))
               : str_format(arena, "Type constructor `%.*s<>` accepts %lld parameters, received %lld",
                            STR_ARG(name), (long long)wanted, (long long)got);
}

static const Ty *tell_arity(Reader *r, const TypeNode *node, int64_t wanted)
{
    Span span = node->kind == TYPE_CONS ? node->u.group.name.span : node->span;
    int64_t got = node->kind == TYPE_CONS ? node->u.group.count : 0;
    return !r->how.checked
               ? ty_at(r->typer, &ty_any, node->span)
               : tell(r, span,
                      typer_arity_message(r->typer->arena, node->u.group.name.text, wanted, got));
}

/* Whether it is a reference to something, and that is no type of documents. */
static bool is_wrong_reference(Reader *r, const TyShape *shape, const Ty *const *args)
{
    bool is_reference = str_eq(shape->name, STR("Ref")) || str_eq(shape->name, STR("EmptyRef"));
    if (!r->how.checked || !is_reference || args[0]->kind == TY_PARAM) {
        return false;
    }
    const TyShape *of =
        args[0]->kind == TY_NAMED ? ty_shape(r->typer, args[0]->u.group.name) : NULL;
    return of == NULL || of->doc != DOC_IS;
}

/* Names that signatures of builtins have for what values look like. */
static const Ty *read_coarse(Reader *r, const TypeNode *node)
{
    Str name = node->u.group.name.text;
    if (str_eq(name, STR("Struct")) || str_eq(name, STR("Object")) || str_eq(name, STR("Doc"))) {
        const Ty *wildcard = node->kind == TYPE_CONS && node->u.group.count == 1
                                 ? read(r, node->u.group.args[0])
                                 : &ty_any;
        return ty_record(r->typer, NULL, 0, wildcard, node->span);
    }
    if (r->how.self != NULL && (str_eq(name, STR("Document")) || str_eq(name, STR("A")))) {
        return r->how.self;
    }
    return str_eq(name, STR("Module")) || str_eq(name, STR("Function")) ||
                   str_eq(name, STR("Document"))
               ? &ty_any
               : NULL;
}

/* Names that only signatures of builtins have, for what values look like. A stands for what is
 * given to the name. */
static const struct {
    const char *name, *type;
} structures[] = {
    {"Ordering", "{ asc: A => Any } | { desc: A => Any } | (A => Any)"},
    {"Range", "{ from: Any } | { to: Any } | { from: Any, to: Any }"},
    {"DefinedField", "{ signature: String, default: String | Null }"},
    {"ComputedField", "{ body: String, signature: String | Null }"},
    {"IndexTerm", "{ field: String, mva: Boolean | Null }"},
    {"IndexValue",
     "{ field: String, mva: Boolean | Null, order: \"asc\" | \"desc\" | Null }"},
    {"Index", "{ terms: Array<IndexTerm> | Null, values: Array<IndexValue> | Null, "
              "queryable: Boolean | Null }"},
    {"Constraint", "{ unique: Array<String> | Array<IndexTerm> } | "
                   "{ check: { name: String, body: String } }"},
    {"Migration",
     "{ backfill: { field: String, value: String } } | { drop: { field: String } } | "
     "{ split: { field: String, to: Array<String> } } | { move: { field: String, to: String } } | "
     "{ add: { field: String } } | { move_conflicts: { into: String } } | "
     "{ move_wildcard: { into: String } } | { add_wildcard: {} }"},
};

/* NULL: there is no such structure. */
static const Ty *read_structure(Reader *r, const TypeNode *node)
{
    Str outer = r->bound;
    const Ty *outer_to = r->bound_to, *type = NULL;
    bool has_arg = node->kind == TYPE_CONS && node->u.group.count == 1;
    for (int64_t i = 0; i < countof(structures) && type == NULL; i++) {
        if (!str_eq(node->u.group.name.text, str_from_c(structures[i].name))) {
            continue;
        }
        Source *source = arena_new(r->typer->arena, Source);
        *source = (Source){STR("signature"), str_from_c(structures[i].type)};
        ParseResult parsed = parse_type(r->typer->arena, source);
        always(parsed.status == PARSE_OK);
        const Ty *bound_to = has_arg ? read(r, node->u.group.args[0]) : NULL;
        r->bound = has_arg ? STR("A") : outer;
        r->bound_to = has_arg ? bound_to : outer_to;
        type = read(r, parsed.type);
        r->bound = outer;
        r->bound_to = outer_to;
    }
    return type;
}

static bool is_number_name(Str name)
{
    return str_eq(name, STR("Int")) || str_eq(name, STR("Long")) || str_eq(name, STR("Double")) ||
           str_eq(name, STR("Float"));
}

static const Ty *read_named(Reader *r, const TypeNode *node)
{
    Str name = node->u.group.name.text;
    int64_t count = node->kind == TYPE_CONS ? node->u.group.count : 0;
    if (r->bound.len > 0 && str_eq(name, r->bound)) {
        return r->bound_to;
    }
    const Ty *coarse = r->how.checked ? NULL : r->how.of_builtins ? read_structure(r, node) : NULL;
    coarse = coarse == NULL && !r->how.checked ? read_coarse(r, node) : coarse;
    if (coarse != NULL) {
        return coarse;
    }
    if (r->how.upcasts && r->is_given && is_number_name(name)) {
        return ty_named(r->typer, STR("Number"), NULL, 0, node->span);
    }
    TyShape *shape = ty_shape(r->typer, name);
    if (shape == NULL) {
        if (count == 0 && r->how.generic) {
            return read_param(r, node);
        }
        return !r->how.checked
                   ? &ty_any
                   : tell(r, node->kind == TYPE_CONS ? node->u.group.name.span : node->span,
                          str_format(r->typer->arena, "Unknown type `%.*s`", STR_ARG(name)));
    }
    if (shape->param_count != count) {
        return tell_arity(r, node, shape->param_count);
    }
    const Ty **args = read_all(r, node->u.group.args, count);
    if (is_wrong_reference(r, shape, args)) {
        return tell(r, node->span, STR("Reference type must refer to a doc type"));
    }
    return ty_named(r->typer, shape->name, args, count, node->span);
}

static const Ty *read_object(Reader *r, const TypeNode *node)
{
    int64_t count = node->u.object.count;
    TyField *fields = arena_array(r->typer->arena, TyField, count);
    const Ty *wildcard = NULL;
    int64_t used = 0;
    for (int64_t i = 0; i < count; i++) {
        const TypeField *field = &node->u.object.fields[i];
        const Ty *type = read(r, field->type);
        if (field->default_ != NULL && r->how.is_given) {
            type = ty_optional(r->typer, type);
        }
        if (field->name.text.len == 0) {
            wildcard = type;
        } else {
            fields[used++] = (TyField){str_copy(r->typer->arena, field->name.text), type};
        }
    }
    if (!node->u.object.interface) {
        return ty_record(r->typer, fields, used, wildcard, node->span);
    }
    const Ty **members = arena_array(r->typer->arena, const Ty *, used);
    for (int64_t i = 0; i < used; i++) {
        members[i] =
            ty_field(r->typer, TY_INTERFACE, fields[i].name, fields[i].type, (Span){0}, node->span);
    }
    return used == 0   ? &ty_any
           : used == 1 ? members[0]
                       : ty_group(r->typer, TY_INTERSECT, members, used, node->span);
}

static const Ty *read_function(Reader *r, const TypeNode *node)
{
    int64_t count = node->u.function.count;
    bool variadic = node->u.function.variadic;
    TyField *params = arena_array(r->typer->arena, TyField, count);
    r->is_given = !r->is_given;
    for (int64_t i = 0; i < count; i++) {
        const TypeParam *param = &node->u.function.params[i];
        params[i] = (TyField){str_copy(r->typer->arena, param->name.text), read(r, param->type)};
    }
    r->is_given = !r->is_given;
    const Ty *rest = variadic ? params[count - 1].type : NULL;
    return ty_function(r->typer, params, variadic ? count - 1 : count, rest,
                       read(r, node->u.function.result), node->span);
}

/* Unions within unions are one. */
static const Ty *read_group(Reader *r, TyKind kind, const TypeNode *node)
{
    VEC(const Ty *) members = {0};
    for (int64_t i = 0; i < node->u.group.count; i++) {
        const Ty *member = read(r, node->u.group.args[i]);
        if (member->kind != kind) {
            vec_push(&members, r->typer->arena, member);
            continue;
        }
        for (int64_t j = 0; j < member->u.group.count; j++) {
            vec_push(&members, r->typer->arena, member->u.group.args[j]);
        }
    }
    return ty_group(r->typer, kind, members.at, members.len, node->span);
}

static const Ty *read_nullable(Reader *r, const TypeNode *node)
{
    const Ty **members = arena_array(r->typer->arena, const Ty *, 2);
    members[0] = read(r, node->u.group.args[0]);
    members[1] = ty_at(r->typer, &ty_null, node->u.group.mark);
    return ty_group(r->typer, TY_UNION, members, 2, node->span);
}

/* `(A | [B]) as B`: what it stands for is not followed; it may be anything. */
static const Ty *read_recursive(Reader *r, const TypeNode *node)
{
    Str outer = r->bound;
    const Ty *outer_to = r->bound_to;
    r->bound = node->u.group.name.text;
    r->bound_to = ty_at(r->typer, &ty_any, node->span);
    const Ty *type = read(r, node->u.group.args[0]);
    r->bound = outer;
    r->bound_to = outer_to;
    return type;
}

static const Ty *read_kind(Reader *r, const TypeNode *node)
{
    switch (node->kind) {
    case TYPE_HOLE:
        return r->how.holes ? ty_var(r->typer, node->span, r->how.level)
               : r->how.checked && !r->how.generic
                   ? tell(r, node->span, STR("Invalid placeholder type `_`."))
                   : ty_at(r->typer, &ty_any, node->span);
    case TYPE_ANY:
        return ty_at(r->typer, &ty_any, node->span);
    case TYPE_NEVER:
        return ty_at(r->typer, &ty_never, node->span);
    case TYPE_SINGLETON: {
        Literal *literal =
            arena_copy(r->typer->arena, &node->u.singleton, (int64_t)sizeof node->u.singleton);
        literal->text = str_copy(r->typer->arena, literal->text);
        return ty_literal(r->typer, literal, node->span);
    }
    case TYPE_NAME:
    case TYPE_CONS:
        return read_named(r, node);
    case TYPE_OBJECT:
        return read_object(r, node);
    case TYPE_TUPLE:
        return ty_group(r->typer, TY_TUPLE, read_all(r, node->u.group.args, node->u.group.count),
                        node->u.group.count, node->span);
    case TYPE_FUNCTION:
        return read_function(r, node);
    case TYPE_UNION:
        return read_group(r, TY_UNION, node);
    case TYPE_INTERSECT:
        return read_group(r, TY_INTERSECT, node);
    case TYPE_DIFFERENCE:
        return read(r, node->u.group.args[0]);
    case TYPE_RECURSIVE:
        return read_recursive(r, node);
    case TYPE_NULLABLE:
        return read_nullable(r, node);
    }
    UNREACHABLE();
}

static const Ty *read(Reader *r, const TypeNode *node)
{
    const Ty *type = read_kind(r, node);
    return r->how.placeless && span_is_set(type->span) ? ty_at(r->typer, type, (Span){0}) : type;
}

/* Names of another language, in lower case, are passed over: Fauna only warned of these. */
static bool is_foreign(Str name)
{
    static const char *const names[] = {"string", "number", "boolean", "any", "null"};
    for (int64_t i = 0; i < countof(names); i++) {
        if (str_eq(name, str_from_c(names[i]))) {
            return true;
        }
    }
    return false;
}

static void check_params(Reader *r)
{
    for (int64_t i = 0; i < r->order.len; i++) {
        Seen *seen = r->order.at[i];
        if (seen->given && seen->returned) {
            continue;
        }
        for (int64_t j = 0; j < seen->types.len; j++) {
            seen->types.at[j]->u.group.wrong = true;
        }
        if (!is_foreign(seen->name)) {
            tell(r, seen->types.at[0]->span,
                 str_format(r->typer->arena, "Unknown type `%.*s`", STR_ARG(seen->name)));
        }
    }
}

const Ty *ty_read(Typer *typer, const TypeNode *node, ReadType how)
{
    Reader r = {.typer = typer, .how = how, .is_given = how.is_given};
    map_init(&r.params, typer->arena);
    const Ty *type = read(&r, node);
    if (how.checked && how.generic) {
        check_params(&r);
    }
    return type;
}
