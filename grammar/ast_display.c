/* ast_display: writes a tree back as FQL in canonical form: two blanks of indent, double
 * quotes, one field a line. What is written parses to the same tree.
 */
#include "grammar/parse.h"

#include "runtime/base/utf8.h"

typedef struct Display {
    Buf *out;
    int64_t indent;
    bool line_start; /* the next text starts a line: the indent comes first */
} Display;

static void put(Display *d, Str text)
{
    if (d->line_start) {
        buf_fill(d->out, ' ', d->indent * 2);
        d->line_start = false;
    }
    buf_put(d->out, text);
}

static void puts_c(Display *d, const char *text)
{
    put(d, str_from_c(text));
}

static void end_line(Display *d)
{
    puts_c(d, "\n");
    d->line_start = true;
}

/* Literals */

/* Whether a character of a string is shown as it is. */
static bool is_shown(uint32_t c)
{
    return !(c < 0x20 || c == 0x7f || (c >= 0xfff0 && c <= 0xffff) || c == 0xfeff ||
             (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
             (c >= 0x2060 && c <= 0x206f) || c > 0xffff);
}

/* The letter of an escape, or 0. */
static char escape_letter(uint32_t c)
{
    switch (c) {
    case '\\':
    case '"':
    case '#':
        return (char)c;
    case 0:
        return '0';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\v':
        return 'v';
    case '\t':
        return 't';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    default:
        return 0;
    }
}

static void put_text(Display *d, Str text)
{
    for (int64_t i = 0; i < text.len;) {
        int width;
        uint32_t c = utf8_decode(text, i, &width);
        char letter = escape_letter(c);
        if (letter) {
            buf_byte(d->out, '\\');
            buf_byte(d->out, letter);
        } else if (is_shown(c)) {
            buf_put(d->out, str_slice(text, i, i + width));
        } else {
            buf_printf(d->out, c <= 0xffff ? "\\u%04x" : "\\u{%06x}", c);
        }
        i += width;
    }
}

static void put_string(Display *d, Str text)
{
    puts_c(d, "\"");
    put_text(d, text);
    puts_c(d, "\"");
}

/* A decimal number as digits and a power of ten: 1.50e3 is 150 and 1. */
typedef struct Decimal {
    bool negative;
    Str whole, fraction; /* digits before and behind the point */
    int64_t exponent;
} Decimal;

static Decimal read_decimal(Str text)
{
    Decimal decimal = {.negative = text.s[0] == '-'};
    int64_t at = decimal.negative;
    int64_t start = at;
    while (at < text.len && text.s[at] >= '0' && text.s[at] <= '9') {
        at++;
    }
    decimal.whole = str_slice(text, start, at);
    if (at < text.len && text.s[at] == '.') {
        start = ++at;
        while (at < text.len && text.s[at] >= '0' && text.s[at] <= '9') {
            at++;
        }
        decimal.fraction = str_slice(text, start, at);
    }
    bool negative = false;
    for (; at < text.len; at++) {
        negative |= text.s[at] == '-';
        if (text.s[at] >= '0' && text.s[at] <= '9' && decimal.exponent < 1000000000) {
            decimal.exponent = decimal.exponent * 10 + (text.s[at] - '0');
        }
    }
    decimal.exponent = negative ? -decimal.exponent : decimal.exponent;
    return decimal;
}

/* As the reference shows decimals: plain down to six zeros behind the point, else d.dddE+n. */
static void put_float(Display *d, Str text)
{
    Decimal decimal = read_decimal(text);
    Buf digits = {0};
    buf_put(&digits, decimal.whole);
    buf_put(&digits, decimal.fraction);
    int64_t zeros = 0;
    while (zeros < digits.len - 1 && digits.data[zeros] == '0') {
        zeros++;
    }
    Str all = str_slice(buf_str(&digits), zeros, digits.len);
    int64_t scale = decimal.fraction.len - decimal.exponent;
    int64_t adjusted = all.len - 1 - scale;
    puts_c(d, decimal.negative ? "-" : "");
    if (scale == 0) {
        put(d, all);
    } else if (scale > 0 && adjusted >= -6) {
        int64_t whole = all.len - scale;
        put(d, whole > 0 ? str_slice(all, 0, whole) : STR("0"));
        puts_c(d, ".");
        buf_fill(d->out, '0', whole < 0 ? -whole : 0);
        put(d, str_slice(all, whole > 0 ? whole : 0, all.len));
    } else {
        put(d, str_slice(all, 0, 1));
        if (all.len > 1) {
            puts_c(d, ".");
            put(d, str_slice(all, 1, all.len));
        }
        buf_printf(d->out, "E%+lld", (long long)adjusted);
    }
    buf_free(&digits);
}

static void put_literal(Display *d, const Literal *literal)
{
    switch (literal->kind) {
    case LITERAL_NULL:
        puts_c(d, "null");
        return;
    case LITERAL_TRUE:
        puts_c(d, "true");
        return;
    case LITERAL_FALSE:
        puts_c(d, "false");
        return;
    case LITERAL_INT:
        puts_c(d, "");
        buf_int(d->out, literal->integer);
        return;
    case LITERAL_BIGINT:
        put(d, literal->text);
        return;
    case LITERAL_FLOAT:
        put_float(d, literal->text);
        return;
    case LITERAL_STRING:
        put_string(d, literal->text);
        return;
    }
    UNREACHABLE();
}

static void put_name(Display *d, Str name)
{
    if (is_identifier(name)) {
        put(d, name);
    } else {
        put_string(d, name);
    }
}

/* Types */

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
        puts_c(d, i > 0 ? separator : "");
        put_type(d, type->u.group.args[i], binding);
    }
}

static void put_type_object(Display *d, const TypeNode *type)
{
    if (type->u.object.count == 0) {
        puts_c(d, type->u.object.interface ? "{ ... }" : "{}");
        return;
    }
    puts_c(d, "{ ");
    for (int64_t i = 0; i < type->u.object.count; i++) {
        const TypeField *field = &type->u.object.fields[i];
        puts_c(d, i > 0 ? ", " : "");
        if (field->name.text.len == 0) {
            puts_c(d, "*");
        } else {
            put_name(d, field->name.text);
        }
        puts_c(d, ": ");
        put_type(d, field->type, BIND_NONE);
    }
    puts_c(d, type->u.object.interface ? ", ... }" : " }");
}

/* One unnamed parameter stands without parentheses. */
static void put_type_function(Display *d, const TypeNode *type)
{
    int64_t count = type->u.function.count;
    const TypeParam *params = type->u.function.params;
    bool alone = count == 1 && !type->u.function.variadic && params[0].name.text.len == 0;
    puts_c(d, alone ? "" : "(");
    for (int64_t i = 0; i < count; i++) {
        puts_c(d, i > 0 ? ", " : "");
        if (params[i].name.text.len > 0) {
            put(d, params[i].name.text);
            puts_c(d, ": ");
        }
        puts_c(d, type->u.function.variadic && i == count - 1 ? "..." : "");
        put_type(d, params[i].type, alone ? BIND_PARAM : BIND_ARROW);
    }
    puts_c(d, alone ? " => " : ") => ");
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
        puts_c(d, "_");
        return;
    case TYPE_ANY:
        puts_c(d, "Any");
        return;
    case TYPE_NEVER:
        puts_c(d, "Never");
        return;
    case TYPE_SINGLETON:
        put_literal(d, &type->u.singleton);
        return;
    case TYPE_NAME:
        put(d, type->u.group.name.text);
        return;
    case TYPE_CONS:
        put(d, type->u.group.name.text);
        puts_c(d, "<");
        put_types(d, type, ", ", BIND_NONE);
        puts_c(d, ">");
        return;
    case TYPE_OBJECT:
        put_type_object(d, type);
        return;
    case TYPE_TUPLE:
        puts_c(d, "[");
        put_types(d, type, ", ", BIND_NONE);
        puts_c(d, "]");
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
        puts_c(d, " as ");
        put(d, type->u.group.name.text);
        return;
    case TYPE_NULLABLE:
        put_types(d, type, "", BIND_TIGHT);
        puts_c(d, "?");
        return;
    }
    UNREACHABLE();
}

static void put_type(Display *d, const TypeNode *type, int binding)
{
    bool parens = binding > type_binding(type->kind);
    puts_c(d, parens ? "(" : "");
    put_type_body(d, type);
    puts_c(d, parens ? ")" : "");
}

/* Patterns */

static void put_pattern(Display *d, const PatternNode *pattern);

static void put_bind(Display *d, const PatternNode *pattern)
{
    put(d, pattern->u.bind.name.text);
    if (pattern->u.bind.inner) {
        puts_c(d, pattern->u.bind.inner->kind == PATTERN_TYPE ? ": " : " @ ");
        put_pattern(d, pattern->u.bind.inner);
    }
}

static void put_array_pattern(Display *d, const PatternNode *pattern)
{
    puts_c(d, "[");
    for (int64_t i = 0; i < pattern->u.array.count; i++) {
        puts_c(d, i > 0 ? ", " : "");
        put_pattern(d, pattern->u.array.at[i]);
    }
    if (pattern->u.array.rest) {
        puts_c(d, pattern->u.array.count > 0 ? ", ..." : "...");
        put_pattern(d, pattern->u.array.rest);
    }
    puts_c(d, "]");
}

static void put_object_pattern(Display *d, const PatternNode *pattern)
{
    puts_c(d, pattern->u.object.count > 0 ? "{ " : "{");
    for (int64_t i = 0; i < pattern->u.object.count; i++) {
        puts_c(d, i > 0 ? ", " : "");
        put_name(d, pattern->u.object.fields[i].name.text);
        puts_c(d, ": ");
        put_pattern(d, pattern->u.object.fields[i].pattern);
    }
    puts_c(d, pattern->u.object.count > 0 ? " }" : "}");
}

static void put_pattern(Display *d, const PatternNode *pattern)
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
        put_literal(d, &pattern->u.literal);
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

/* Expressions */

static void put_expr(Display *d, const Node *node);

static void put_exprs(Display *d, NodeList list)
{
    for (int64_t i = 0; i < list.len; i++) {
        puts_c(d, i > 0 ? ", " : "");
        put_expr(d, list.at[i]);
    }
}

/* The names of a projection's fields are identifiers already. */
static void put_fields(Display *d, const Field *fields, int64_t count, bool projection)
{
    puts_c(d, "{");
    end_line(d);
    d->indent++;
    for (int64_t i = 0; i < count; i++) {
        if (projection) {
            put(d, fields[i].name.text);
        } else {
            put_name(d, fields[i].name.text);
        }
        puts_c(d, ": ");
        put_expr(d, fields[i].value);
        puts_c(d, i < count - 1 ? "," : "");
        end_line(d);
    }
    d->indent--;
    puts_c(d, "}");
}

static void put_template(Display *d, const Node *node)
{
    puts_c(d, "\"");
    for (int64_t i = 0; i < node->u.template_.count; i++) {
        const TemplatePart *part = &node->u.template_.parts[i];
        if (part->expr) {
            puts_c(d, "#{");
            put_expr(d, part->expr);
            puts_c(d, "}");
        } else {
            put_text(d, part->text);
        }
    }
    puts_c(d, "\"");
}

static void put_if(Display *d, const Node *node)
{
    puts_c(d, "if (");
    put_expr(d, node->u.if_.condition);
    puts_c(d, ") ");
    put_expr(d, node->u.if_.then);
    if (node->u.if_.otherwise) {
        puts_c(d, " else ");
        put_expr(d, node->u.if_.otherwise);
    }
}

static void put_match(Display *d, const Node *node)
{
    puts_c(d, "match ");
    put_expr(d, node->u.match.subject);
    puts_c(d, " {");
    end_line(d);
    d->indent++;
    for (int64_t i = 0; i < node->u.match.count; i++) {
        puts_c(d, "case ");
        put_pattern(d, node->u.match.cases[i].pattern);
        puts_c(d, " => ");
        put_expr(d, node->u.match.cases[i].body);
        end_line(d);
    }
    d->indent--;
    puts_c(d, "}");
}

static void put_lambda(Display *d, const Node *node)
{
    puts_c(d, "(");
    for (int64_t i = 0; i < node->u.lambda.count; i++) {
        puts_c(d, i > 0 ? ", " : "");
        puts_c(d, node->u.lambda.variadic && i == node->u.lambda.count - 1 ? "..." : "");
        put(d, node->u.lambda.params[i].text);
    }
    puts_c(d, ") => ");
    put_expr(d, node->u.lambda.body);
}

/* `-` before digits would be their sign: such an operand gets parentheses. */
static void put_unary(Display *d, const Node *node)
{
    put(d, operator_text(node->u.operator_.op));
    int64_t start = d->out->len;
    put_expr(d, node->u.operator_.left);
    char first = d->out->data[start];
    if (node->u.operator_.op == OP_NEGATE && first >= '0' && first <= '9') {
        puts_c(d, "()");
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
    puts_c(d, " ");
    put(d, operator_text(node->u.operator_.op));
    puts_c(d, " ");
    put_expr(d, node->u.operator_.right);
}

static void put_link(Display *d, const Link *link)
{
    switch (link->kind) {
    case LINK_BANG:
        puts_c(d, "!");
        return;
    case LINK_SELECT:
    case LINK_METHOD:
        puts_c(d, link->optional ? "?." : ".");
        put(d, link->name.text);
        if (link->kind == LINK_METHOD) {
            puts_c(d, link->apply_optional ? "?.(" : "(");
            put_exprs(d, link->args);
            puts_c(d, ")");
        }
        return;
    case LINK_APPLY:
        puts_c(d, link->optional ? "?.(" : "(");
        put_exprs(d, link->args);
        puts_c(d, ")");
        return;
    case LINK_ACCESS:
        puts_c(d, link->optional ? "?.[" : "[");
        put_exprs(d, link->args);
        puts_c(d, "]");
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
        puts_c(d, ".");
    }
    for (int64_t i = 0; i < node->u.chain.count; i++) {
        put_link(d, &links[i]);
    }
}

static void put_project(Display *d, const Node *node)
{
    put_expr(d, node->u.project.base);
    puts_c(d, " ");
    if (node->u.project.all) {
        puts_c(d, "{ * }");
    } else {
        put_fields(d, node->u.project.fields, node->u.project.count, true);
    }
    end_line(d);
}

static void put_statement(Display *d, const Statement *statement)
{
    if (statement->is_let) {
        puts_c(d, "let ");
        put(d, statement->name.text);
        if (statement->type) {
            puts_c(d, ": ");
            put_type(d, statement->type, BIND_NONE);
        }
        puts_c(d, " = ");
    }
    put_expr(d, statement->expr);
}

static void put_statements(Display *d, const Node *block)
{
    for (int64_t i = 0; i < block->u.block.count; i++) {
        put_statement(d, &block->u.block.statements[i]);
        end_line(d);
    }
}

static void put_block(Display *d, const Node *node)
{
    puts_c(d, "{");
    end_line(d);
    d->indent++;
    put_statements(d, node);
    d->indent--;
    puts_c(d, "}");
}

static void put_expr(Display *d, const Node *node)
{
    switch (node->kind) {
    case NODE_ID:
        put(d, node->u.id.text);
        return;
    case NODE_THIS:
        return;
    case NODE_LITERAL:
        put_literal(d, &node->u.literal);
        return;
    case NODE_TEMPLATE:
        put_template(d, node);
        return;
    case NODE_VALUE:
        puts_c(d, "<value>");
        return;
    case NODE_IF:
        put_if(d, node);
        return;
    case NODE_AT:
        puts_c(d, "at (");
        put_expr(d, node->u.at.time);
        puts_c(d, ") ");
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
        puts_c(d, "(");
        put_exprs(d, node->u.list);
        puts_c(d, ")");
        return;
    case NODE_ARRAY:
        puts_c(d, "[");
        put_exprs(d, node->u.list);
        puts_c(d, "]");
        return;
    case NODE_BLOCK:
        put_block(d, node);
        return;
    }
    UNREACHABLE();
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
    put_type(&d, type, BIND_NONE);
}

void ast_display_pattern(Buf *out, const PatternNode *pattern)
{
    Display d = {.out = out};
    put_pattern(&d, pattern);
}
