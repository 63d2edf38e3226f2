/* build_chain: chains, and the primaries that they start from. See build.h. */
#include "grammar/build_node.h"

#include "runtime/base/map.h"

Postfix build_base(Node *base)
{
    return (Postfix){.base = base, .depth = base->depth};
}

Postfix build_this(Parse *p, Token dot)
{
    Node *base = build_node(p, NODE_THIS, span_between(p, dot.start, dot.start), 1);
    return (Postfix){.base = base, .depth = base->depth, .short_lambda = true};
}

/* A link is run within the one behind it: each makes the chain deeper. */
static void push_link(Parse *p, Postfix *chain, Link link)
{
    if (UNLIKELY(chain->depth >= AST_DEPTH_MAX)) {
        parse_stop_too_deep(p, link.span);
        return;
    }
    chain->depth = deepen(chain->depth);
    vec_push(&p->links, p->scratch, link);
    chain->count++;
}

void build_select(Parse *p, Postfix *chain, Token dot, Token name)
{
    push_link(p, chain,
              (Link){.kind = LINK_SELECT,
                     .optional = dot.end - dot.start == 2,
                     .name = {token_text(p, name), token_span(p, name)},
                     .dot = token_span(p, dot),
                     .span = span_between(p, dot.start, name.end)});
}

/* Takes the arguments off the stack and notes how deep they are. */
static NodeList take_args(Parse *p, Postfix *chain, Items items)
{
    NodeList args = {TAKE(p, &p->nodes, items.count), items.count};
    for (uint32_t i = 0; i < items.count; i++) {
        chain->depth = max_depth(chain->depth, deepen(args.at[i]->depth));
    }
    if (items.flag) {
        parse_stop(p, args.at[items.count - 1]->span, "Only parameters may be variadic");
    }
    if (items.count > CALL_ARGS_MAX) {
        parse_stop(p, span_between(p, items.start, items.end), "A call has at most %d arguments",
                   CALL_ARGS_MAX);
    }
    return args;
}

void build_apply(Parse *p, Postfix *chain, const Token *dot, Items items)
{
    NodeList args = take_args(p, chain, items);
    Span span = span_between(p, items.start, items.end);
    if (chain->count > 0 && p->links.at[p->links.len - 1].kind == LINK_SELECT) {
        Link *method = &p->links.at[p->links.len - 1];
        method->kind = LINK_METHOD;
        method->apply_optional = dot != NULL;
        method->span = span;
        method->args = args;
        return;
    }
    push_link(p, chain,
              (Link){.kind = LINK_APPLY,
                     .optional = dot != NULL,
                     .dot = dot ? token_span(p, *dot) : (Span){0},
                     .span = span,
                     .args = args});
}

void build_access(Parse *p, Postfix *chain, const Token *dot, Items items)
{
    push_link(p, chain,
              (Link){.kind = LINK_ACCESS,
                     .optional = dot != NULL,
                     .dot = dot ? token_span(p, *dot) : (Span){0},
                     .span = span_between(p, items.start, items.end),
                     .args = take_args(p, chain, items)});
}

void build_bang(Parse *p, Postfix *chain, Token bang)
{
    push_link(p, chain, (Link){.kind = LINK_BANG, .span = token_span(p, bang)});
}

Node *build_chain(Parse *p, Postfix chain)
{
    if (chain.count == 0) {
        return chain.base;
    }
    Link *links = TAKE(p, &p->links, chain.count);
    Span span = span_between(p, chain.base->span.start, links[chain.count - 1].span.end);
    Node *node = build_node(p, NODE_CHAIN, span, chain.depth);
    node->u.chain.base = chain.base;
    node->u.chain.links = links;
    node->u.chain.count = chain.count;
    return chain.short_lambda ? build_short_lambda(p, node) : node;
}

/* Primaries */

Node *build_id(Parse *p, Token name)
{
    Node *node = build_node(p, NODE_ID, token_span(p, name), 1);
    node->u.id = (Name){token_text(p, name), node->span};
    return node;
}

static Node *make_literal(Parse *p, Token token, Literal literal)
{
    Node *node = build_node(p, NODE_LITERAL, token_span(p, token), 1);
    node->u.literal = literal;
    return node;
}

Node *build_number(Parse *p, Token number)
{
    return make_literal(p, number, literal_number(p, number));
}

Node *build_string(Parse *p, Token string)
{
    return make_literal(p, string, literal_of(p, string));
}

Node *build_constant(Parse *p, LiteralKind kind, Token token)
{
    return make_literal(p, token, (Literal){.kind = kind});
}

Node *build_placeholder(Parse *p, Token token)
{
    Node *node = build_node(p, NODE_VALUE, token_span(p, token), 1);
    node->u.value_index = p->values++;
    return node;
}

void build_element(Parse *p, Node *expr)
{
    vec_push(&p->nodes, p->scratch, expr);
}

static Node *make_list(Parse *p, NodeKind kind, Items items)
{
    NodeList list = {TAKE(p, &p->nodes, items.count), items.count};
    uint16_t depth = 0;
    for (uint32_t i = 0; i < items.count; i++) {
        depth = max_depth(depth, list.at[i]->depth);
    }
    Node *node = build_node(p, kind, span_between(p, items.start, items.end), deepen(depth));
    node->u.list = list;
    return node;
}

Node *build_tuple(Parse *p, Items items)
{
    if (items.flag) {
        parse_stop(p, span_between(p, items.start, items.end), "Invalid variadic tuple");
    }
    return make_list(p, NODE_TUPLE, items);
}

Node *build_array(Parse *p, Items items)
{
    Node *node = make_list(p, NODE_ARRAY, items);
    for (int64_t i = 0; i < node->u.list.len; i++) {
        build_plain(p, node->u.list.at[i]);
    }
    return node;
}

Items build_variadic(Parse *p, uint32_t count, Token open, Token rest, Token close)
{
    build_element(p, build_id(p, rest));
    Items items = build_items(count + 1, open, close);
    items.flag = true;
    return items;
}

/* Objects */

void build_field(Parse *p, Token name, Node *value)
{
    Field field = {literal_name(p, name), value};
    vec_push(&p->fields, p->scratch, field);
}

enum { FEW_FIELDS = 12 }; /* up to here comparing all pairs is faster than a map */

static void check_distinct_fields(Parse *p, const Field *fields, uint32_t count)
{
    if (count <= FEW_FIELDS) {
        for (uint32_t i = 1; i < count; i++) {
            for (uint32_t j = 0; j < i; j++) {
                if (str_eq(fields[i].name.text, fields[j].name.text)) {
                    parse_duplicate_key(p, fields[j].name, fields[i].name);
                    break;
                }
            }
        }
        return;
    }
    Map seen;
    map_init(&seen, p->arena);
    Field *copies = arena_copy(p->arena, fields, (int64_t)sizeof(Field) * count);
    for (uint32_t i = 0; i < count; i++) {
        const Field *first = map_find(&seen, fields[i].name.text);
        if (first) {
            parse_duplicate_key(p, first->name, fields[i].name);
        } else {
            map_put(&seen, fields[i].name.text, &copies[i]);
        }
    }
}

Node *build_object(Parse *p, Items items)
{
    Field *fields = TAKE(p, &p->fields, items.count);
    uint16_t depth = 0;
    for (uint32_t i = 0; i < items.count; i++) {
        depth = max_depth(depth, fields[i].value->depth);
    }
    check_distinct_fields(p, fields, items.count);
    Node *node = build_node(p, NODE_OBJECT, span_between(p, items.start, items.end), deepen(depth));
    node->u.object.fields = fields;
    node->u.object.count = items.count;
    return node;
}

void build_template_key(Parse *p, Node *key)
{
    const TemplatePart *part = key->u.template_.parts;
    while (!part->expr) {
        part++;
    }
    Diag *diag = parse_stop(p, part->expr->span, "Object keys do not support interpolation");
    Span hole = {p->source, part->expr->span.start, part->expr->span.start};
    while (hole.start > key->span.start && p->source->text.s[hole.start] != '#') {
        hole.start--; /* back over `{` and what may stand before the expression */
    }
    hole.end = hole.start;
    Diag *hint = diag_hint(diag, p->diags->arena, DIAG_HINT, hole,
                           STR("Add a backslash to ignore the interpolation"));
    hint->has_suggestion = true;
    hint->suggestion = STR("\\");
    diag_hint(diag, p->diags->arena, DIAG_HINT, key->span,
              STR("Use Object.fromEntries if you need a dynamic key"));
}

/* Templates */

static void push_part(Parse *p, Str text, Node *expr)
{
    TemplatePart part = {text, expr};
    vec_push(&p->parts, p->scratch, part);
}

Items build_template_head(Parse *p, Token head, Node *expr)
{
    push_part(p, literal_part(p, head, head, false), NULL);
    push_part(p, STR(""), build_plain(p, expr));
    return (Items){
        .count = 2, .start = head.start, .end = head.end, .flag = head.flags & LEX_HEREDOC};
}

/* The token that opened a template. */
static Token head_of(Items body)
{
    return token_make(body.start, body.end, TOKEN_TEMPLATE_HEAD, body.flag ? LEX_HEREDOC : 0);
}

Items build_template_more(Parse *p, Items body, Token middle, Node *expr)
{
    push_part(p, literal_part(p, middle, head_of(body), false), NULL);
    push_part(p, STR(""), build_plain(p, expr));
    body.count += 2;
    return body;
}

Node *build_template(Parse *p, Items body, Token tail)
{
    push_part(p, literal_part(p, tail, head_of(body), true), NULL);
    TemplatePart *parts = TAKE(p, &p->parts, body.count + 1);
    int64_t count = body.count + 1;
    if (body.flag) {
        literal_unindent(p, parts, count);
    }
    int64_t kept = 0;
    uint16_t depth = 0;
    for (int64_t i = 0; i < count; i++) {
        if (parts[i].expr) {
            depth = max_depth(depth, parts[i].expr->depth);
        }
        if (parts[i].expr || parts[i].text.len > 0) {
            parts[kept++] = parts[i];
        }
    }
    Node *node = build_node(p, NODE_TEMPLATE, span_between(p, body.start, tail.end), deepen(depth));
    node->u.template_.parts = parts;
    node->u.template_.count = kept;
    return node;
}
