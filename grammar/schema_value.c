/* schema_value: the names and values of items, and what is wrong with them. See schema_build.h;
 * messages are the reference's (SchemaItemConverter.scala, SchemaItemParser.scala).
 */
#include "grammar/parse.h"
#include "grammar/schema_advice.h"

/* -- once only ------------------------------------------------------------------------------- */

SchemaSeen schema_seen(SchemaBuild *b, const char *what)
{
    SchemaSeen seen = {.build = b, .what = what};
    map_init(&seen.names, b->arena);
    return seen;
}

static void hint_first(SchemaBuild *b, Diag *diag, const Span *first)
{
    diag_hint(diag, b->arena, DIAG_HINT, *first, STR("Originally defined here"));
}

static void note(SchemaSeen *seen, Name name)
{
    Span *span = arena_new(seen->build->arena, Span);
    *span = name.span;
    map_put(&seen->names, name.text, span);
}

void schema_see(SchemaSeen *seen, Name name)
{
    const Span *first = map_find(&seen->names, name.text);
    if (first) {
        hint_first(seen->build,
                   schema_error(seen->build, name.span, "Duplicate %s `%.*s`", seen->what,
                                STR_ARG(name.text)),
                   first);
    } else {
        note(seen, name);
    }
}

void schema_see_only(SchemaSeen *seen, Span span)
{
    const Span *first = map_find(&seen->names, STR(""));
    if (first) {
        hint_first(seen->build, schema_error(seen->build, span, "Duplicate %s", seen->what), first);
    } else {
        note(seen, (Name){STR(""), span});
    }
}

bool schema_has_seen(const SchemaSeen *seen, Str name)
{
    return map_find(&seen->names, name) != NULL;
}

void schema_need_member(SchemaBuild *b, const FslNode *node, const SchemaSeen *seen)
{
    if (!schema_has_seen(seen, STR(""))) {
        schema_error(b, node->span, "Missing required member `%s`", seen->what);
    }
}

/* -- names and annotations --------------------------------------------------------------------- */

static bool has_name(const FslNode *node)
{
    return node->name.span.source != NULL;
}

void schema_no_annotations(SchemaBuild *b, const FslNode *node)
{
    if (node->annotation_count > 0) {
        schema_error(b, node->annotations[0].span, "Annotations are not allowed here");
    }
}

void schema_no_name(SchemaBuild *b, const FslNode *node)
{
    if (has_name(node)) {
        schema_advise(b, schema_error(b, node->name.span, "Name is not allowed here"),
                      "`%.*s` has a value, and no name", STR_ARG(node->keyword.text));
    }
}

bool schema_need_name(SchemaBuild *b, const FslNode *node)
{
    if (!has_name(node)) {
        schema_advise(b, schema_error(b, node->keyword.span, "Missing required name"),
                      "A name stands behind `%.*s`", STR_ARG(node->keyword.text));
    }
    return has_name(node);
}

bool schema_need_identifier(SchemaBuild *b, const FslNode *node)
{
    if (!schema_need_name(b, node)) {
        return false;
    }
    if (!is_identifier(node->name.text)) {
        schema_error(b, node->name.span, "Invalid identifier `%.*s`", STR_ARG(node->name.text));
        return false;
    }
    return true;
}

static bool is_called(const FslAnnotation *annotation, const char *keyword)
{
    return keyword != NULL && str_eq(annotation->keyword.text, str_from_c(keyword));
}

void schema_allow_annotations(SchemaBuild *b, const FslNode *node, const char *first,
                              const char *second)
{
    for (int64_t i = 0; i < node->annotation_count; i++) {
        const FslAnnotation *annotation = &node->annotations[i];
        if (!is_called(annotation, first) && !is_called(annotation, second)) {
            schema_error(b, annotation->span, "Annotation not supported here");
        }
    }
}

Name schema_annotation(SchemaBuild *b, const FslNode *node, const char *keyword)
{
    const FslAnnotation *found = NULL;
    for (int64_t i = 0; i < node->annotation_count; i++) {
        const FslAnnotation *annotation = &node->annotations[i];
        if (found && is_called(annotation, keyword)) {
            hint_first(b, schema_error(b, annotation->span, "Duplicate annotation `%s`", keyword),
                       &found->span);
        } else if (is_called(annotation, keyword)) {
            found = annotation;
        }
    }
    return found ? found->value : (Name){0};
}

/* -- values ------------------------------------------------------------------------------------ */

static bool takes_block(FslKind kind)
{
    return kind == FSL_COLLECTION || kind == FSL_ROLE || kind == FSL_ACCESS_PROVIDER ||
           kind == FSL_INDEX || kind == FSL_AGGREGATE || kind == FSL_TRIGGER ||
           kind == FSL_PRIVILEGES || kind == FSL_MIGRATIONS;
}

bool schema_need_value(SchemaBuild *b, const FslNode *node)
{
    if (node->value.kind == FSL_NOTHING) {
        Diag *error = schema_error(b, node->span, "Missing required value");
        if (takes_block(node->kind)) {
            schema_advise(b, error, "A block, `{ … }`, stands behind `%.*s`",
                          STR_ARG(node->name.text.len > 0 ? node->name.text : node->keyword.text));
        }
    }
    return node->value.kind != FSL_NOTHING;
}

bool schema_need_block(SchemaBuild *b, const FslNode *node)
{
    if (node->value.kind != FSL_BLOCK) {
        Diag *error = schema_error(b, node->value.span, "Expected a block");
        bool is_action = node->kind >= FSL_CREATE && node->kind <= FSL_CALL;
        schema_advise(b, error,
                      is_action
                          ? "Actions stand on lines of their own; a block, `{ predicate (…) }`, "
                            "may follow each"
                          : "A block is members in braces, `{ … }`");
    }
    return node->value.kind == FSL_BLOCK;
}

/* The literal that a value is, or NULL. */
static const Literal *literal_of(const FslValue *value)
{
    bool literal = value->kind == FSL_EXPR && value->u.expr->kind == NODE_LITERAL;
    return literal ? &value->u.expr->u.literal : NULL;
}

bool schema_setting(SchemaBuild *b, const FslValue *value, FslKind kind, SchemaSetting *setting)
{
    const Literal *literal = literal_of(value);
    bool is_boolean = kind == FSL_DOCUMENT_TTLS;
    bool fits =
        literal && (is_boolean ? literal->kind == LITERAL_TRUE || literal->kind == LITERAL_FALSE
                               : literal->kind == LITERAL_INT);
    if (!fits) {
        Diag *error =
            schema_error(b, value->span, "Expected %s literal", is_boolean ? "boolean" : "integer");
        schema_advise(b, error,
                      is_boolean ? "It is `true` or `false`" : "It is a number such as 7");
        return false;
    }
    setting->given = true;
    setting->value = is_boolean ? literal->kind == LITERAL_TRUE : literal->integer;
    setting->span = value->span;
    return true;
}

bool schema_string(SchemaBuild *b, const FslValue *value, Str *text)
{
    const Literal *literal = literal_of(value);
    if (literal && literal->kind == LITERAL_STRING) {
        *text = literal->text;
        return true;
    }
    if (value->kind == FSL_EXPR && value->u.expr->kind == NODE_TEMPLATE) {
        for (int64_t i = 0; i < value->u.expr->u.template_.count; i++) {
            const Node *expr = value->u.expr->u.template_.parts[i].expr;
            if (expr) {
                schema_error(b, expr->span, "Cannot interpolate values in a string literal");
            }
        }
    } else {
        schema_error(b, value->span, "Expected string literal");
    }
    return false;
}

/* -- paths ------------------------------------------------------------------------------------- */

/* The step that a link of a chain is; false: it is none. */
static bool step_of(const Link *link, SchemaStep *step)
{
    *step = (SchemaStep){.name = link->name.text, .index = -1};
    if (link->kind == LINK_SELECT) {
        return !link->optional;
    }
    bool literal = link->kind == LINK_ACCESS && !link->optional && link->args.len == 1 &&
                   link->args.at[0]->kind == NODE_LITERAL;
    const Literal *key = literal ? &link->args.at[0]->u.literal : NULL;
    if (key && key->kind == LITERAL_STRING) {
        step->name = key->text;
        return true;
    }
    step->index = key && key->kind == LITERAL_INT ? key->integer : -1;
    return step->index >= 0;
}

static void advise_path(SchemaBuild *b, Diag *error, const Node *expr)
{
    if (expr->kind != NODE_ID) {
        schema_advise(b, error, "A field path begins with a dot, as in `.name` or `.address.city`");
        return;
    }
    Span before = expr->span;
    before.end = before.start;
    Diag *hint =
        diag_hint(error, b->arena, DIAG_ADVICE, before, STR("A field path begins with a dot"));
    hint->has_suggestion = true;
    hint->suggestion = STR(".");
}

bool schema_path(SchemaBuild *b, const Node *expr, SchemaPath *path)
{
    const Node *chain = expr->kind == NODE_SHORT_LAMBDA ? expr->u.short_lambda : NULL;
    *path = (SchemaPath){.span = expr->span};
    if (!chain || chain->kind != NODE_CHAIN || chain->u.chain.base->kind != NODE_THIS) {
        advise_path(b, schema_error(b, expr->span, "Invalid field path"), expr);
        return false;
    }
    path->count = chain->u.chain.count;
    path->steps = arena_array(b->arena, SchemaStep, path->count);
    for (int64_t i = 0; i < path->count; i++) {
        const Link *link = &chain->u.chain.links[i];
        if (!step_of(link, &path->steps[i])) {
            schema_error(b, link->dot.source ? span_join(link->dot, link->span) : link->span,
                         "Invalid field path");
            return false;
        }
    }
    return true;
}

/* The function and the argument of `f(x)`; NULL: it is none. */
static const Node *call_argument(const Node *expr, Name *function)
{
    bool call = expr->kind == NODE_CHAIN && expr->u.chain.count == 1 &&
                expr->u.chain.base->kind == NODE_ID && expr->u.chain.links[0].kind == LINK_APPLY &&
                expr->u.chain.links[0].args.len == 1;
    if (!call) {
        return NULL;
    }
    *function = expr->u.chain.base->u.id;
    return expr->u.chain.links[0].args.at[0];
}

/* Notes what `asc`, `desc` or `mva` says; false: it is something else. */
static bool apply_function(Name function, bool is_value, SchemaPart *part)
{
    bool asc = is_value && str_eq(function.text, STR("asc"));
    bool desc = is_value && str_eq(function.text, STR("desc"));
    bool mva = str_eq(function.text, STR("mva"));
    part->descending = part->descending || desc;
    part->mva = part->mva || mva;
    return asc || desc || mva;
}

/* `.a`, `mva(.a)`, `desc(.a)`, `desc(mva(.a))`, `mva(desc(.a))` */
static bool read_part(SchemaBuild *b, const Node *expr, bool is_value, SchemaPart *part)
{
    *part = (SchemaPart){.span = expr->span};
    Name functions[2] = {0};
    int64_t depth = 0;
    const Node *inner = call_argument(expr, &functions[0]);
    while (inner && depth < (is_value ? 2 : 1)) {
        if (!apply_function(functions[depth], is_value, part)) {
            schema_error(b, functions[depth].span, "Expected %s",
                         is_value ? "'asc', 'desc', or 'mva'" : "'mva'");
            return false;
        }
        expr = inner;
        depth++;
        inner = depth < 2 ? call_argument(expr, &functions[depth]) : NULL;
    }
    return schema_path(b, expr, &part->path);
}

bool schema_parts(SchemaBuild *b, const FslValue *value, bool are_values, SchemaParts *parts)
{
    *parts = (SchemaParts){.span = value->span};
    if (value->kind != FSL_PATHS) {
        schema_advise(b,
                      schema_error(b, value->span, "Expected an array of %s",
                                   are_values ? "values" : "terms"),
                      "Field paths stand in brackets, as in `[.name, .address.city]`");
        return false;
    }
    parts->at = arena_array(b->arena, SchemaPart, value->u.paths.count);
    bool ok = true;
    for (int64_t i = 0; i < value->u.paths.count; i++) {
        ok = read_part(b, value->u.paths.at[i], are_values, &parts->at[i]) && ok;
    }
    parts->count = value->u.paths.count;
    return ok;
}

/* -- lambdas -------------------------------------------------------------------------------- */

static bool is_lambda(const Node *expr)
{
    return expr->kind == NODE_LAMBDA || expr->kind == NODE_SHORT_LAMBDA;
}

Node *schema_lambda_in_parens(const Node *expr)
{
    bool one = expr->kind == NODE_TUPLE && expr->u.list.len == 1;
    return one && is_lambda(expr->u.list.at[0]) ? expr->u.list.at[0] : NULL;
}

Node *schema_lambda(SchemaBuild *b, const FslNode *node, const char *wanted, const char *advice)
{
    if (!schema_need_value(b, node)) {
        return NULL;
    }
    if (node->value.kind != FSL_EXPR) {
        schema_error(b, node->value.span, "Expected an expression literal");
        return NULL;
    }
    const Node *expr = node->value.u.expr;
    Node *lambda = schema_lambda_in_parens(expr);
    if (!lambda) {
        Diag *diag = schema_error(b, expr->span, "%s", wanted);
        diag->annotation = is_lambda(expr) ? str_from_c(advice) : diag->annotation;
    }
    return lambda;
}

static Node *read_predicate(SchemaBuild *b, const FslNode *node)
{
    if (node->kind != FSL_PREDICATE) {
        schema_error(b, node->span, "Expecting a predicate");
        return NULL;
    }
    schema_no_annotations(b, node);
    schema_no_name(b, node);
    if (!schema_need_value(b, node)) {
        return NULL;
    }
    Node *lambda =
        node->value.kind == FSL_EXPR ? schema_lambda_in_parens(node->value.u.expr) : NULL;
    if (!lambda) {
        Diag *error = schema_error(b, node->value.span,
                                   node->value.kind == FSL_EXPR ? "Expected lambda predicate"
                                                                : "Expected an expression literal");
        schema_advise(b, error,
                      "A predicate is a function in parentheses, as in "
                      "`predicate (doc => doc.owner == Query.identity())`");
    }
    return lambda;
}

Node *schema_predicate(SchemaBuild *b, const FslNode *node)
{
    if (node->value.kind == FSL_NOTHING || !schema_need_block(b, node)) {
        return NULL;
    }
    if (node->value.u.block.count != 1) {
        schema_error(b, node->value.span, "Expected a single predicate member");
        return NULL;
    }
    return read_predicate(b, node->value.u.block.at[0]);
}
