/* ast_display: writes a tree back as FQL in canonical form: two blanks of indent, double
 * quotes, one field a line. What is written parses to the same tree. Literals are in
 * display_literal.c, types and patterns in display_type.c.
 */
#include "grammar/display.h"

static void put_expr(Display *d, const Node *node);

static void put_exprs(Display *d, NodeList list)
{
    for (int64_t i = 0; i < list.len; i++) {
        display_puts(d, i > 0 ? ", " : "");
        put_expr(d, list.at[i]);
    }
}

/* The names of a projection's fields are identifiers already. */
static void put_fields(Display *d, const Field *fields, int64_t count, bool projection)
{
    display_puts(d, "{");
    display_end_line(d);
    d->indent++;
    for (int64_t i = 0; i < count; i++) {
        if (projection) {
            display_put(d, fields[i].name.text);
        } else {
            display_name(d, fields[i].name.text);
        }
        display_puts(d, ": ");
        put_expr(d, fields[i].value);
        display_puts(d, i < count - 1 ? "," : "");
        display_end_line(d);
    }
    d->indent--;
    display_puts(d, "}");
}

static void put_template(Display *d, const Node *node)
{
    display_puts(d, "\"");
    for (int64_t i = 0; i < node->u.template_.count; i++) {
        const TemplatePart *part = &node->u.template_.parts[i];
        if (part->expr) {
            display_puts(d, "#{");
            put_expr(d, part->expr);
            display_puts(d, "}");
        } else {
            display_text(d, part->text);
        }
    }
    display_puts(d, "\"");
}

static void put_if(Display *d, const Node *node)
{
    display_puts(d, "if (");
    put_expr(d, node->u.if_.condition);
    display_puts(d, ") ");
    put_expr(d, node->u.if_.then);
    if (node->u.if_.otherwise) {
        display_puts(d, " else ");
        put_expr(d, node->u.if_.otherwise);
    }
}

static void put_match(Display *d, const Node *node)
{
    display_puts(d, "match ");
    put_expr(d, node->u.match.subject);
    display_puts(d, " {");
    display_end_line(d);
    d->indent++;
    for (int64_t i = 0; i < node->u.match.count; i++) {
        display_puts(d, "case ");
        display_pattern(d, node->u.match.cases[i].pattern);
        display_puts(d, " => ");
        put_expr(d, node->u.match.cases[i].body);
        display_end_line(d);
    }
    d->indent--;
    display_puts(d, "}");
}

static void put_lambda(Display *d, const Node *node)
{
    display_puts(d, "(");
    for (int64_t i = 0; i < node->u.lambda.count; i++) {
        display_puts(d, i > 0 ? ", " : "");
        display_puts(d, node->u.lambda.variadic && i == node->u.lambda.count - 1 ? "..." : "");
        display_put(d, node->u.lambda.params[i].text);
    }
    display_puts(d, ") => ");
    put_expr(d, node->u.lambda.body);
}

/* `-` before digits would be their sign: such an operand gets parentheses. */
static void put_unary(Display *d, const Node *node)
{
    display_put(d, operator_text(node->u.operator_.op));
    int64_t start = d->out->len;
    put_expr(d, node->u.operator_.left);
    char first = d->out->data[start];
    if (node->u.operator_.op == OP_NEGATE && first >= '0' && first <= '9') {
        display_puts(d, "()");
        memmove(d->out->data + start + 1, d->out->data + start, (size_t)(d->out->len - 2 - start));
        d->out->data[start] = '(';
        d->out->data[d->out->len - 1] = ')';
    }
}

static void put_operator(Display *d, const Node *node)
{
    if (!node->u.operator_.right) {
        put_unary(d, node);
        return;
    }
    put_expr(d, node->u.operator_.left);
    display_puts(d, " ");
    display_put(d, operator_text(node->u.operator_.op));
    display_puts(d, " ");
    put_expr(d, node->u.operator_.right);
}

static void put_link(Display *d, const Link *link)
{
    switch (link->kind) {
    case LINK_BANG:
        display_puts(d, "!");
        return;
    case LINK_SELECT:
    case LINK_METHOD:
        display_puts(d, link->optional ? "?." : ".");
        display_put(d, link->name.text);
        if (link->kind == LINK_METHOD) {
            display_puts(d, link->apply_optional ? "?.(" : "(");
            put_exprs(d, link->args);
            display_puts(d, ")");
        }
        return;
    case LINK_APPLY:
        display_puts(d, link->optional ? "?.(" : "(");
        put_exprs(d, link->args);
        display_puts(d, ")");
        return;
    case LINK_ACCESS:
        display_puts(d, link->optional ? "?.[" : "[");
        put_exprs(d, link->args);
        display_puts(d, "]");
        return;
    }
    UNREACHABLE();
}

static void put_chain(Display *d, const Node *node)
{
    put_expr(d, node->u.chain.base);
    const Link *links = node->u.chain.links;
    /* A short lambda that calls or accesses its argument starts with a dot. */
    if (node->u.chain.base->kind == NODE_THIS &&
        (links[0].kind == LINK_APPLY || links[0].kind == LINK_ACCESS) && !links[0].optional) {
        display_puts(d, ".");
    }
    for (int64_t i = 0; i < node->u.chain.count; i++) {
        put_link(d, &links[i]);
    }
}

static void put_project(Display *d, const Node *node)
{
    put_expr(d, node->u.project.base);
    display_puts(d, " ");
    if (node->u.project.all) {
        display_puts(d, "{ * }");
    } else {
        put_fields(d, node->u.project.fields, node->u.project.count, true);
    }
    display_end_line(d);
}

static void put_statement(Display *d, const Statement *statement)
{
    if (statement->is_let) {
        display_puts(d, "let ");
        display_put(d, statement->name.text);
        if (statement->type) {
            display_puts(d, ": ");
            display_type(d, statement->type);
        }
        display_puts(d, " = ");
    }
    put_expr(d, statement->expr);
}

static void put_statements(Display *d, const Node *block)
{
    for (int64_t i = 0; i < block->u.block.count; i++) {
        put_statement(d, &block->u.block.statements[i]);
        display_end_line(d);
    }
}

static void put_block(Display *d, const Node *node)
{
    display_puts(d, "{");
    display_end_line(d);
    d->indent++;
    put_statements(d, node);
    d->indent--;
    display_puts(d, "}");
}

static void put_expr(Display *d, const Node *node)
{
    switch (node->kind) {
    case NODE_ID:
        display_put(d, node->u.id.text);
        return;
    case NODE_THIS:
        return;
    case NODE_LITERAL:
        display_literal(d, &node->u.literal);
        return;
    case NODE_TEMPLATE:
        put_template(d, node);
        return;
    case NODE_VALUE:
        display_puts(d, "<value>");
        return;
    case NODE_IF:
        put_if(d, node);
        return;
    case NODE_AT:
        display_puts(d, "at (");
        put_expr(d, node->u.at.time);
        display_puts(d, ") ");
        put_expr(d, node->u.at.body);
        return;
    case NODE_MATCH:
        put_match(d, node);
        return;
    case NODE_LAMBDA:
        put_lambda(d, node);
        return;
    case NODE_SHORT_LAMBDA:
        put_expr(d, node->u.short_lambda);
        return;
    case NODE_OPERATOR:
        put_operator(d, node);
        return;
    case NODE_CHAIN:
        put_chain(d, node);
        return;
    case NODE_PROJECT:
        put_project(d, node);
        return;
    case NODE_OBJECT:
        put_fields(d, node->u.object.fields, node->u.object.count, false);
        return;
    case NODE_TUPLE:
        display_puts(d, "(");
        put_exprs(d, node->u.list);
        display_puts(d, ")");
        return;
    case NODE_ARRAY:
        display_puts(d, "[");
        put_exprs(d, node->u.list);
        display_puts(d, "]");
        return;
    case NODE_BLOCK:
        put_block(d, node);
        return;
    }
    UNREACHABLE();
}

void display_expr(Display *d, const Node *node)
{
    put_expr(d, node);
}

void ast_display(Buf *out, const Node *node)
{
    Display d = {.out = out};
    put_expr(&d, node);
}

void ast_display_query(Buf *out, const Node *block)
{
    assert(block->kind == NODE_BLOCK);
    Display d = {.out = out};
    put_statements(&d, block);
}

void ast_display_type(Buf *out, const TypeNode *type)
{
    Display d = {.out = out};
    display_type(&d, type);
}

void ast_display_pattern(Buf *out, const PatternNode *pattern)
{
    Display d = {.out = out};
    display_pattern(&d, pattern);
}
