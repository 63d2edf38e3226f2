/* build: see build.h. The nodes of expressions: statements, operators, lambdas, projections.
 *
 * A short lambda starts as the first `.` of a chain and grows with what is built on it:
 *
 *   .a + 1     SHORT_LAMBDA(.a)  ──►  SHORT_LAMBDA(.a + 1)
 *
 * so each operator that has one as an operand takes the body out and wraps itself instead.
 * Chains and primaries are in build_chain.c, types and patterns in build_type.c.
 */
#include "grammar/build.h"
#include "grammar/build_node.h"

Node *build_node(Parse *p, NodeKind kind, Span span, uint16_t depth)
{
    if (UNLIKELY(depth > AST_DEPTH_MAX)) {
        parse_stop_too_deep(p, span);
    }
    Node *node = arena_new(p->arena, Node);
    node->kind = kind;
    node->depth = depth;
    node->span = span;
    return node;
}

Node *build_plain(Parse *p, Node *expr)
{
    if (UNLIKELY(expr->kind == NODE_SHORT_LAMBDA)) {
        parse_error(p, expr->span, "Invalid anonymous field access");
    }
    return expr;
}

Node *build_selected(Node *expr)
{
    return expr->kind == NODE_SHORT_LAMBDA ? expr->u.short_lambda : expr;
}

Node *build_short_lambda(Parse *p, Node *body)
{
    Node *node = build_node(p, NODE_SHORT_LAMBDA, body->span, deepen(body->depth));
    node->u.short_lambda = body;
    return node;
}

/* Takes the body out of a short lambda, also of one in parentheses, and says so. */
static Node *open_operand(Node *operand, bool *short_lambda)
{
    if (operand->kind == NODE_SHORT_LAMBDA) {
        *short_lambda = true;
        return operand->u.short_lambda;
    }
    if (operand->kind == NODE_TUPLE && operand->u.list.len == 1 &&
        operand->u.list.at[0]->kind == NODE_SHORT_LAMBDA) {
        *short_lambda = true;
        operand->u.list.at[0] = operand->u.list.at[0]->u.short_lambda;
    }
    return operand;
}

Node *build_operator(Parse *p, Operator op, Token token, Node *left, Node *right)
{
    bool short_lambda = false;
    left = open_operand(left, &short_lambda);
    right = open_operand(right, &short_lambda);
    Node *node = build_node(p, NODE_OPERATOR, span_join(left->span, right->span),
                            deepen(max_depth(left->depth, right->depth)));
    node->u.operator_.op = op;
    node->u.operator_.name = (Name){operator_text(op), token_span(p, token)};
    node->u.operator_.left = left;
    node->u.operator_.right = right;
    return short_lambda ? build_short_lambda(p, node) : node;
}

Node *build_unary(Parse *p, Operator op, Token token, Node *operand)
{
    bool short_lambda = operand->kind == NODE_SHORT_LAMBDA;
    operand = build_selected(operand);
    /* The operator itself is not part of the span: the reference has it so. */
    Node *node = build_node(p, NODE_OPERATOR, operand->span, deepen(operand->depth));
    node->u.operator_.op = op;
    node->u.operator_.name = (Name){operator_text(op), token_span(p, token)};
    node->u.operator_.left = operand;
    return short_lambda ? build_short_lambda(p, node) : node;
}

/* Statements */

void build_statement(Parse *p, Node *expr)
{
    Statement statement = {.expr = build_plain(p, expr), .span = expr->span};
    vec_push(&p->statements, p->scratch, statement);
}

void build_let(Parse *p, Token let, Token name, TypeNode *type, Node *expr)
{
    Statement statement = {.is_let = true,
                           .name = {token_text(p, name), token_span(p, name)},
                           .type = type ? build_plain_type(p, type) : NULL,
                           .expr = build_plain(p, expr),
                           .span = span_between(p, let.start, expr->span.end)};
    if (str_eq(statement.name.text, STR("FQL")) || str_eq(statement.name.text, STR("_"))) {
        parse_stop_keyword(p, statement.name);
    }
    vec_push(&p->statements, p->scratch, statement);
}

/* The last statement must give a value; `end` is where one is missed. */
static void check_return(Parse *p, const Statement *last, uint32_t end)
{
    if (last->is_let) {
        Diag *diag = parse_stop(p, span_between(p, end, end + 1), "Missing return expression");
        diag_hint(diag, p->diags->arena, DIAG_CAUSE, last->span,
                  STR("Statement does not return a value"));
    }
}

static Node *make_block(Parse *p, Statement *statements, uint32_t count, Span span)
{
    uint16_t depth = 0;
    for (uint32_t i = 0; i < count; i++) {
        depth = max_depth(depth, statements[i].expr->depth);
        if (statements[i].type) {
            depth = max_depth(depth, statements[i].type->depth);
        }
    }
    Node *node = build_node(p, NODE_BLOCK, span, deepen(depth));
    node->u.block.statements = statements;
    node->u.block.count = count;
    return node;
}

Node *build_block(Parse *p, Items items)
{
    check_return(p, &p->statements.at[p->statements.len - 1], items.end - 1);
    Statement *statements = TAKE(p, &p->statements, items.count);
    return make_block(p, statements, items.count, span_between(p, items.start, items.end));
}

Node *build_query(Parse *p, uint32_t count, uint32_t end, bool script)
{
    if (count > 0 && !script) {
        check_return(p, &p->statements.at[count - 1], end);
    }
    uint32_t start = count > 0 ? p->statements.at[0].span.start : end;
    Statement *statements = TAKE(p, &p->statements, count);
    return make_block(p, statements, count, span_between(p, start, end));
}

/* Control */

Node *build_if(Parse *p, Token start, Node *condition, Node *then, Node *otherwise)
{
    build_plain(p, condition);
    build_plain(p, then);
    uint16_t depth = max_depth(condition->depth, then->depth);
    uint32_t end = then->span.end;
    if (otherwise) {
        build_plain(p, otherwise);
        depth = max_depth(depth, otherwise->depth);
        end = otherwise->span.end;
    }
    Node *node = build_node(p, NODE_IF, span_between(p, start.start, end), deepen(depth));
    node->u.if_.condition = condition;
    node->u.if_.then = then;
    node->u.if_.otherwise = otherwise;
    return node;
}

Node *build_at(Parse *p, Token start, Node *time, Node *body)
{
    build_plain(p, time);
    build_plain(p, body);
    Node *node = build_node(p, NODE_AT, span_between(p, start.start, body->span.end),
                            deepen(max_depth(time->depth, body->depth)));
    node->u.at.time = time;
    node->u.at.body = body;
    return node;
}

void build_case(Parse *p, PatternNode *pattern, Node *body)
{
    MatchCase match_case = {pattern, build_plain(p, body)};
    vec_push(&p->cases, p->scratch, match_case);
}

Node *build_match(Parse *p, Token start, Node *subject, uint32_t count, Token close)
{
    MatchCase *cases = TAKE(p, &p->cases, count);
    uint16_t depth = subject->depth;
    for (uint32_t i = 0; i < count; i++) {
        depth = max_depth(depth, cases[i].body->depth);
        depth = max_depth(depth, cases[i].pattern->depth);
    }
    Node *node = build_node(p, NODE_MATCH, span_between(p, start.start, close.end), deepen(depth));
    node->u.match.subject = subject;
    node->u.match.cases = cases;
    node->u.match.count = count;
    return node;
}

/* Lambdas */

static void check_distinct_params(Parse *p, const Name *params, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        for (int64_t j = 0; j < i; j++) {
            if (str_eq(params[i].text, params[j].text) && !str_eq(params[i].text, STR("_"))) {
                Diag *diag = parse_error(p, params[i].span, "Duplicate lambda argument");
                diag_hint(diag, p->diags->arena, DIAG_HINT, params[j].span,
                          STR("Argument originally defined here"));
                break;
            }
        }
    }
}

static Node *make_lambda(Parse *p, uint32_t start, Name *params, uint32_t count, bool variadic,
                         Node *body)
{
    build_plain(p, body);
    Node *node =
        build_node(p, NODE_LAMBDA, span_between(p, start, body->span.end), deepen(body->depth));
    node->u.lambda.params = params;
    node->u.lambda.count = count;
    node->u.lambda.variadic = variadic;
    node->u.lambda.body = body;
    return node;
}

Node *build_lambda(Parse *p, Items items, Node *body)
{
    Name *params = arena_array(p->arena, Name, items.count);
    Node **elements = TAKE(p, &p->nodes, items.count);
    if (items.count > CALL_ARGS_MAX) {
        parse_stop(p, span_between(p, items.start, items.end),
                   "A function has at most %d parameters", CALL_ARGS_MAX);
        items.count = 0;
    }
    for (uint32_t i = 0; i < items.count; i++) {
        if (elements[i]->kind != NODE_ID) {
            parse_stop(p, elements[i]->span, "Expected the name of a parameter");
            items.count = i;
        } else {
            params[i] = elements[i]->u.id;
        }
    }
    check_distinct_params(p, params, items.count);
    return make_lambda(p, items.start, params, items.count, items.flag, body);
}

Node *build_lambda_of_id(Parse *p, Token param, Node *body)
{
    Name *params = arena_new(p->arena, Name);
    *params = (Name){token_text(p, param), token_span(p, param)};
    return make_lambda(p, param.start, params, 1, false, body);
}

/* The lambda that a statement is: `x => e`, or a short one in parentheses. */
static Node *find_lambda(const Statement *statement)
{
    Node *node = statement->expr;
    if (statement->is_let) {
        return NULL;
    }
    if (node->kind == NODE_TUPLE && node->u.list.len == 1 &&
        node->u.list.at[0]->kind == NODE_SHORT_LAMBDA) {
        return node->u.list.at[0];
    }
    return node->kind == NODE_LAMBDA ? node : NULL;
}

Node *build_only_lambda(Parse *p, uint32_t count, uint32_t end)
{
    Statement *first = p->statements.at;
    Node *lambda = count == 1 ? find_lambda(first) : NULL;
    bool reported = first->expr->kind == NODE_SHORT_LAMBDA && p->diags->errors > 0;
    if (lambda || (count == 1 && reported)) {
        return lambda;
    }
    Diag *diag = parse_error(p, span_between(p, 0, end), "Body must be a lambda expression.");
    diag->annotation = STR("Expression is not a lambda.");
    if (count == 1) {
        Diag *hint = diag_hint(diag, p->diags->arena, DIAG_HINT, span_between(p, 0, 0),
                               STR("Declare a lambda."));
        hint->has_suggestion = true;
        hint->suggestion = STR("() => ");
    }
    return NULL;
}

/* Projections */

static Node *make_project(Parse *p, Node *base, Items items)
{
    Field *fields = TAKE(p, &p->fields, items.count);
    uint16_t depth = base->depth;
    for (uint32_t i = 0; i < items.count; i++) {
        depth = max_depth(depth, fields[i].value->depth);
    }
    Node *node =
        build_node(p, NODE_PROJECT, span_between(p, base->span.start, items.end), deepen(depth));
    node->u.project.base = base;
    node->u.project.fields = fields;
    node->u.project.count = items.count;
    node->u.project.all = items.flag;
    return node;
}

Node *build_project(Parse *p, Node *base, Items items)
{
    Node *node = make_project(p, build_selected(base), items);
    return base->kind == NODE_SHORT_LAMBDA ? build_short_lambda(p, node) : node;
}

void build_projected(Parse *p, Token name, const Items *items)
{
    Token before = {.start = name.start, .end = name.start};
    Postfix chain = build_this(p, before);
    build_select(p, &chain, before, name);
    chain.short_lambda = false;
    Node *value = build_chain(p, chain);
    if (items) {
        value = make_project(p, value, *items);
    }
    build_field(p, name, value);
}

/* Paths */

static bool is_path_link(const Link *link)
{
    if (link->kind == LINK_SELECT) {
        return !link->optional;
    }
    if (link->kind != LINK_ACCESS || link->optional || link->args.len != 1 ||
        link->args.at[0]->kind != NODE_LITERAL) {
        return false;
    }
    const Literal *key = &link->args.at[0]->u.literal;
    return key->kind == LITERAL_STRING || (key->kind == LITERAL_INT && key->integer >= 0);
}

Node *build_path(Parse *p, Node *expr)
{
    const Node *body = expr->kind == NODE_SHORT_LAMBDA ? expr->u.short_lambda : NULL;
    if (!body || body->kind != NODE_CHAIN) {
        parse_stop(p, expr->span, "Invalid field path");
        return NULL;
    }
    for (int64_t i = 0; i < body->u.chain.count; i++) {
        const Link *link = &body->u.chain.links[i];
        if (!is_path_link(link)) {
            Span span = link->dot.source ? span_join(link->dot, link->span) : link->span;
            parse_stop(p, span, "Invalid field path");
            return NULL;
        }
    }
    return expr;
}
