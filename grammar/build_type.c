/* build_type: types and patterns. See build.h.
 *
 * `(a: A, ...B)` says nothing until `=>` follows. Until then it is a function type whose
 * result is NULL, and every other place that takes a type refuses it.
 */
#include "grammar/build_node.h"

static TypeNode *make_type(Parse *p, TypeKind kind, Span span, uint16_t depth)
{
    if (depth > AST_DEPTH_MAX) {
        parse_stop_too_deep(p, span);
    }
    TypeNode *type = arena_new(p->arena, TypeNode);
    type->kind = kind;
    type->span = span;
    type->depth = depth;
    return type;
}

static bool is_parameters(const TypeNode *type)
{
    return type->kind == TYPE_FUNCTION && !type->u.function.result;
}

TypeNode *build_plain_type(Parse *p, TypeNode *type)
{
    if (!is_parameters(type)) {
        return type;
    }
    for (int64_t i = 0; i < type->u.function.count; i++) {
        const TypeParam *param = &type->u.function.params[i];
        bool variadic = type->u.function.variadic && i == type->u.function.count - 1;
        if (variadic) {
            parse_error(p, param->type->span, "Invalid variadic argument");
        } else if (param->name.text.len > 0) {
            parse_error(p, param->name.span, "Only lambda argument types may be named");
        }
    }
    type->kind = TYPE_ANY;
    return type;
}

TypeNode *build_type_name(Parse *p, Token name)
{
    Str text = token_text(p, name);
    TypeKind kind = str_eq(text, STR("Any"))     ? TYPE_ANY
                    : str_eq(text, STR("Never")) ? TYPE_NEVER
                    : str_eq(text, STR("_"))     ? TYPE_HOLE
                                                 : TYPE_NAME;
    TypeNode *type = make_type(p, kind, token_span(p, name), 1);
    type->u.group.name = (Name){text, type->span};
    return type;
}

static uint16_t deepest(TypeNode *const *types, int64_t count)
{
    uint16_t depth = 0;
    for (int64_t i = 0; i < count; i++) {
        depth = max_depth(depth, types[i]->depth);
    }
    return depth;
}

static TypeNode *make_group(Parse *p, TypeKind kind, Span span, TypeNode **members, int64_t count)
{
    TypeNode *type = make_type(p, kind, span, deepen(deepest(members, count)));
    type->u.group.args = members;
    type->u.group.count = count;
    return type;
}

void build_type_item(Parse *p, TypeNode *type)
{
    vec_push(&p->types, p->scratch, type);
}

TypeNode *build_type_cons(Parse *p, Token name, uint32_t count, Token close)
{
    TypeNode **args = TAKE(p, &p->types, count);
    TypeNode *type = make_group(p, TYPE_CONS, span_between(p, name.start, close.end), args, count);
    type->u.group.name = (Name){token_text(p, name), token_span(p, name)};
    return type;
}

TypeNode *build_type_literal(Parse *p, Token token)
{
    Literal literal = literal_of(p, token);
    if (literal.kind == LITERAL_FLOAT) {
        parse_stop(p, token_span(p, token), "Expected type");
    }
    TypeNode *type = make_type(p, TYPE_SINGLETON, token_span(p, token), 1);
    type->u.singleton = literal;
    return type;
}

TypeNode *build_type_tuple(Parse *p, Items items)
{
    TypeNode **members = TAKE(p, &p->types, items.count);
    return make_group(p, TYPE_TUPLE, span_between(p, items.start, items.end), members, items.count);
}

void build_type_param(Parse *p, const Token *name, TypeNode *type, bool variadic)
{
    ParensType item = {.param.type = build_plain_type(p, type), .variadic = variadic};
    if (name) {
        item.param.name = (Name){token_text(p, *name), token_span(p, *name)};
    }
    vec_push(&p->parens_types, p->scratch, item);
}

/* `(A, B)`: a tuple of the members' types. */
static TypeNode *make_parens_tuple(Parse *p, const ParensType *members, Items items)
{
    TypeNode **types = arena_array(p->arena, TypeNode *, items.count);
    for (uint32_t i = 0; i < items.count; i++) {
        types[i] = members[i].param.type;
    }
    return make_group(p, TYPE_TUPLE, span_between(p, items.start, items.end), types, items.count);
}

/* `(a: A, ...B)`: parameters that wait for `=>`. */
static TypeNode *make_parameters(Parse *p, const ParensType *members, Items items)
{
    TypeParam *params = arena_array(p->arena, TypeParam, items.count);
    uint16_t depth = 0;
    for (uint32_t i = 0; i < items.count; i++) {
        params[i] = members[i].param;
        depth = max_depth(depth, params[i].type->depth);
        if (members[i].variadic && i + 1 < items.count) {
            parse_error(p, params[i].type->span, "Invalid variadic argument");
        }
    }
    TypeNode *type =
        make_type(p, TYPE_FUNCTION, span_between(p, items.start, items.end), deepen(depth));
    type->u.function.params = params;
    type->u.function.count = items.count;
    type->u.function.variadic = members[items.count - 1].variadic;
    return type;
}

TypeNode *build_type_parens(Parse *p, Items items)
{
    const ParensType *members = TAKE(p, &p->parens_types, items.count);
    for (uint32_t i = 0; i < items.count; i++) {
        if (members[i].variadic || members[i].param.name.text.len > 0) {
            return make_parameters(p, members, items);
        }
    }
    return items.count == 1 ? members[0].param.type : make_parens_tuple(p, members, items);
}

TypeNode *build_type_function(Parse *p, TypeNode *params, TypeNode *result)
{
    build_plain_type(p, result);
    TypeNode *type = params;
    if (!is_parameters(params)) {
        bool tuple = params->kind == TYPE_TUPLE;
        int64_t count = tuple ? params->u.group.count : 1;
        type = make_type(p, TYPE_FUNCTION, params->span, params->depth);
        type->u.function.params = arena_array(p->arena, TypeParam, count);
        type->u.function.count = count;
        for (int64_t i = 0; i < count; i++) {
            type->u.function.params[i].type = tuple ? params->u.group.args[i] : params;
        }
    }
    type->u.function.result = result;
    type->span.end = result->span.end;
    type->depth = deepen(max_depth(params->depth, result->depth));
    if (type->depth > AST_DEPTH_MAX) {
        parse_stop_too_deep(p, type->span);
    }
    return type;
}

/* `A | B | C` is one union of three. */
TypeNode *build_type_join(Parse *p, TypeKind kind, TypeNode *left, TypeNode *right)
{
    build_plain_type(p, left);
    build_plain_type(p, right);
    bool grows = left->kind == kind;
    int64_t before = grows ? left->u.group.count : 1;
    TypeNode **members = arena_array(p->arena, TypeNode *, before + 1);
    for (int64_t i = 0; i < before; i++) {
        members[i] = grows ? left->u.group.args[i] : left;
    }
    members[before] = right;
    return make_group(p, kind, span_join(left->span, right->span), members, before + 1);
}

TypeNode *build_type_nullable(Parse *p, TypeNode *type, Token mark)
{
    build_plain_type(p, type);
    TypeNode **inner = arena_new(p->arena, TypeNode *);
    *inner = type;
    TypeNode *nullable =
        make_group(p, TYPE_NULLABLE, span_between(p, type->span.start, mark.end), inner, 1);
    nullable->u.group.mark = token_span(p, mark);
    return nullable;
}

/* The wildcard's name is empty, and so is the type of the `...` of an interface. */
void build_type_field(Parse *p, Token name, TypeNode *type)
{
    TypeField field = {.name.span = token_span(p, name),
                       .type = type ? build_plain_type(p, type) : NULL};
    if (name.kind != TOKEN_STAR && name.kind != TOKEN_DOTS) {
        field.name = literal_name(p, name);
        if (field.name.text.len == 0) {
            parse_stop(p, field.name.span, "The field of a type needs a name");
        }
    }
    vec_push(&p->type_fields, p->scratch, field);
}

void build_type_default(Parse *p, Token name, TypeNode *type, Node *value)
{
    build_type_field(p, name, type);
    p->type_fields.at[p->type_fields.len - 1].default_ = build_plain(p, value);
}

/* Nothing may follow the wildcard or the `...`, and no two fields share a name. */
static void check_type_fields(Parse *p, const TypeField *fields, uint32_t count)
{
    const TypeField *wildcard = NULL;
    const TypeField *interface = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const TypeField *field = &fields[i];
        Span span = field->type ? span_join(field->name.span, field->type->span) : field->name.span;
        if (wildcard) {
            Diag *diag = parse_error(p, span, "Wildcard must be the last element in an object");
            diag_hint(diag, p->diags->arena, DIAG_HINT, wildcard->type->span,
                      STR("Wildcard defined here"));
        }
        if (interface) {
            Diag *diag = parse_error(p, span, "Interface must be the last element in an object");
            diag_hint(diag, p->diags->arena, DIAG_HINT, interface->name.span,
                      STR("Interface defined here"));
        }
        if (!field->type) {
            interface = field;
        } else if (field->name.text.len == 0) {
            wildcard = field;
        }
        for (uint32_t j = 0; j < i && field->name.text.len > 0; j++) {
            if (str_eq(fields[j].name.text, field->name.text)) {
                parse_duplicate_key(p, fields[j].name, field->name);
                break;
            }
        }
    }
}

TypeNode *build_type_object(Parse *p, Items items)
{
    TypeField *fields = TAKE(p, &p->type_fields, items.count);
    check_type_fields(p, fields, items.count);
    TypeNode *type = make_type(p, TYPE_OBJECT, span_between(p, items.start, items.end), 1);
    type->u.object.fields = fields;
    for (uint32_t i = 0; i < items.count; i++) {
        if (fields[i].type) {
            type->depth = max_depth(type->depth, deepen(fields[i].type->depth));
            fields[type->u.object.count++] = fields[i];
        } else {
            type->u.object.interface = true;
        }
    }
    return type;
}

/* Patterns */

static PatternNode *make_pattern(Parse *p, PatternKind kind, Span span, uint16_t depth)
{
    if (depth > AST_DEPTH_MAX) {
        parse_stop_too_deep(p, span);
    }
    PatternNode *pattern = arena_new(p->arena, PatternNode);
    pattern->kind = kind;
    pattern->span = span;
    pattern->depth = depth;
    return pattern;
}

PatternNode *build_bind(Parse *p, Token name, PatternNode *inner)
{
    Str text = token_text(p, name);
    Span span = token_span(p, name);
    PatternKind kind = str_eq(text, STR("_")) ? PATTERN_HOLE : PATTERN_BIND;
    PatternNode *pattern = make_pattern(p, kind, inner ? span_join(span, inner->span) : span,
                                        inner ? deepen(inner->depth) : 1);
    pattern->u.bind.name = (Name){text, span};
    pattern->u.bind.inner = inner;
    return pattern;
}

PatternNode *build_type_pattern(Parse *p, TypeNode *type)
{
    build_plain_type(p, type);
    PatternNode *pattern = make_pattern(p, PATTERN_TYPE, type->span, deepen(type->depth));
    pattern->u.type = type;
    return pattern;
}

PatternNode *build_literal_pattern(Parse *p, Token token)
{
    Literal literal = literal_of(p, token);
    if (literal.kind == LITERAL_FLOAT) {
        parse_stop(p, token_span(p, token), "Expected an integer");
    }
    PatternNode *pattern = make_pattern(p, PATTERN_LITERAL, token_span(p, token), 1);
    pattern->u.literal = literal;
    return pattern;
}

void build_pattern_item(Parse *p, PatternNode *pattern)
{
    vec_push(&p->patterns, p->scratch, pattern);
}

void build_pattern_field(Parse *p, Token name, PatternNode *pattern)
{
    PatternField field = {literal_name(p, name), pattern};
    vec_push(&p->pattern_fields, p->scratch, field);
}

PatternNode *build_object_pattern(Parse *p, Items items)
{
    PatternField *fields = TAKE(p, &p->pattern_fields, items.count);
    uint16_t depth = 0;
    for (uint32_t i = 0; i < items.count; i++) {
        depth = max_depth(depth, fields[i].pattern->depth);
    }
    PatternNode *pattern =
        make_pattern(p, PATTERN_OBJECT, span_between(p, items.start, items.end), deepen(depth));
    pattern->u.object.fields = fields;
    pattern->u.object.count = items.count;
    return pattern;
}

PatternNode *build_array_pattern(Parse *p, Items items, PatternNode *rest)
{
    PatternNode **members = TAKE(p, &p->patterns, items.count);
    uint16_t depth = rest ? rest->depth : 0;
    for (uint32_t i = 0; i < items.count; i++) {
        depth = max_depth(depth, members[i]->depth);
    }
    PatternNode *pattern =
        make_pattern(p, PATTERN_ARRAY, span_between(p, items.start, items.end), deepen(depth));
    pattern->u.array.at = members;
    pattern->u.array.count = items.count;
    pattern->u.array.rest = rest;
    return pattern;
}

PatternNode *build_tuple_pattern(Parse *p, Items items)
{
    if (items.count == 1) {
        return p->patterns.at[--p->patterns.len];
    }
    return build_array_pattern(p, items, NULL);
}
