/* ast_dump: writes a tree as an S-expression, kind first, children after:
 *
 *   Movie.where(.stars >= 4)!
 *   (chain Movie (.where (short (>= (chain this (.stars)) 4))) !)
 *
 * Everything that the tree says is in it but the places.
 */
#include "grammar/ast.h"

static void dump(Buf *out, const Node *node);
static void dump_type(Buf *out, const TypeNode *type);
static void dump_pattern(Buf *out, const PatternNode *pattern);

static void dump_text(Buf *out, Str text)
{
    buf_byte(out, '"');
    for (int64_t i = 0; i < text.len; i++) {
        char c = text.s[i];
        if (c == '"' || c == '\\') {
            buf_byte(out, '\\');
            buf_byte(out, c);
        } else if ((unsigned char)c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\x%02x", (unsigned)c);
        } else {
            buf_byte(out, c);
        }
    }
    buf_byte(out, '"');
}

static void dump_literal(Buf *out, const Literal *literal)
{
    switch (literal->kind) {
    case LITERAL_NULL:
        buf_puts(out, "null");
        return;
    case LITERAL_TRUE:
        buf_puts(out, "true");
        return;
    case LITERAL_FALSE:
        buf_puts(out, "false");
        return;
    case LITERAL_INT:
        buf_int(out, literal->integer);
        return;
    case LITERAL_BIGINT:
        buf_puts(out, "big:");
        buf_put(out, literal->text);
        return;
    case LITERAL_FLOAT:
        buf_puts(out, "float:");
        buf_put(out, literal->text);
        return;
    case LITERAL_STRING:
        dump_text(out, literal->text);
        return;
    }
    UNREACHABLE();
}

static void dump_list(Buf *out, NodeList list)
{
    for (int64_t i = 0; i < list.len; i++) {
        buf_byte(out, ' ');
        dump(out, list.at[i]);
    }
}

static void dump_fields(Buf *out, const Field *fields, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        buf_puts(out, " (");
        dump_text(out, fields[i].name.text);
        buf_byte(out, ' ');
        dump(out, fields[i].value);
        buf_byte(out, ')');
    }
}

static void dump_link(Buf *out, const Link *link)
{
    switch (link->kind) {
    case LINK_BANG:
        buf_puts(out, " !");
        return;
    case LINK_SELECT:
    case LINK_METHOD:
        buf_puts(out, link->optional ? " (?." : " (.");
        buf_put(out, link->name.text);
        if (link->kind == LINK_METHOD) {
            buf_puts(out, link->apply_optional ? " ?.call" : " call");
        }
        break;
    case LINK_APPLY:
        buf_puts(out, link->optional ? " (?.apply" : " (apply");
        break;
    case LINK_ACCESS:
        buf_puts(out, link->optional ? " (?.access" : " (access");
        break;
    }
    dump_list(out, link->args);
    buf_byte(out, ')');
}

static void dump_types(Buf *out, TypeNode *const *types, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        buf_byte(out, ' ');
        dump_type(out, types[i]);
    }
    buf_byte(out, ')');
}

static void dump_object_type(Buf *out, const TypeNode *type)
{
    buf_puts(out, type->u.object.interface ? "(interface" : "(object");
    for (int64_t i = 0; i < type->u.object.count; i++) {
        const TypeField *field = &type->u.object.fields[i];
        buf_puts(out, " (");
        if (field->name.text.len > 0) {
            dump_text(out, field->name.text);
        } else {
            buf_byte(out, '*');
        }
        buf_byte(out, ' ');
        dump_type(out, field->type);
        buf_byte(out, ')');
    }
    buf_byte(out, ')');
}

static void dump_function_type(Buf *out, const TypeNode *type)
{
    buf_puts(out, "(function (");
    for (int64_t i = 0; i < type->u.function.count; i++) {
        const TypeParam *param = &type->u.function.params[i];
        buf_puts(out, i > 0 ? " " : "");
        buf_puts(out, type->u.function.variadic && i == type->u.function.count - 1 ? "..." : "");
        if (param->name.text.len > 0) {
            buf_put(out, param->name.text);
            buf_byte(out, ':');
        }
        dump_type(out, param->type);
    }
    buf_puts(out, ") ");
    dump_type(out, type->u.function.result);
    buf_byte(out, ')');
}

static void dump_type(Buf *out, const TypeNode *type)
{
    switch (type->kind) {
    case TYPE_HOLE:
        buf_byte(out, '_');
        return;
    case TYPE_ANY:
        buf_puts(out, "Any");
        return;
    case TYPE_NEVER:
        buf_puts(out, "Never");
        return;
    case TYPE_SINGLETON:
        dump_literal(out, &type->u.singleton);
        return;
    case TYPE_NAME:
        buf_put(out, type->u.group.name.text);
        return;
    case TYPE_CONS:
        buf_byte(out, '(');
        buf_put(out, type->u.group.name.text);
        break;
    case TYPE_OBJECT:
        dump_object_type(out, type);
        return;
    case TYPE_FUNCTION:
        dump_function_type(out, type);
        return;
    case TYPE_TUPLE:
        buf_puts(out, "(tuple");
        break;
    case TYPE_UNION:
        buf_puts(out, "(|");
        break;
    case TYPE_INTERSECT:
        buf_puts(out, "(&");
        break;
    case TYPE_DIFFERENCE:
        buf_puts(out, "(-");
        break;
    case TYPE_RECURSIVE:
        buf_puts(out, "(recursive");
        break;
    case TYPE_NULLABLE:
        buf_puts(out, "(?");
        break;
    }
    dump_types(out, type->u.group.args, type->u.group.count);
}

static void dump_array_pattern(Buf *out, const PatternNode *pattern)
{
    buf_puts(out, "(array");
    for (int64_t i = 0; i < pattern->u.array.count; i++) {
        buf_byte(out, ' ');
        dump_pattern(out, pattern->u.array.at[i]);
    }
    if (pattern->u.array.rest) {
        buf_puts(out, " ...");
        dump_pattern(out, pattern->u.array.rest);
    }
    buf_byte(out, ')');
}

static void dump_pattern(Buf *out, const PatternNode *pattern)
{
    switch (pattern->kind) {
    case PATTERN_HOLE:
    case PATTERN_BIND:
        buf_puts(out, "(bind ");
        buf_put(out, pattern->u.bind.name.text);
        if (pattern->u.bind.inner) {
            buf_byte(out, ' ');
            dump_pattern(out, pattern->u.bind.inner);
        }
        break;
    case PATTERN_TYPE:
        buf_puts(out, "(type ");
        dump_type(out, pattern->u.type);
        break;
    case PATTERN_LITERAL:
        dump_literal(out, &pattern->u.literal);
        return;
    case PATTERN_OBJECT:
        buf_puts(out, "(object");
        for (int64_t i = 0; i < pattern->u.object.count; i++) {
            buf_puts(out, " (");
            dump_text(out, pattern->u.object.fields[i].name.text);
            buf_byte(out, ' ');
            dump_pattern(out, pattern->u.object.fields[i].pattern);
            buf_byte(out, ')');
        }
        break;
    case PATTERN_ARRAY:
        dump_array_pattern(out, pattern);
        return;
    }
    buf_byte(out, ')');
}

static void dump_block(Buf *out, const Node *node)
{
    buf_puts(out, "(block");
    for (int64_t i = 0; i < node->u.block.count; i++) {
        const Statement *statement = &node->u.block.statements[i];
        buf_byte(out, ' ');
        if (statement->is_let) {
            buf_puts(out, "(let ");
            buf_put(out, statement->name.text);
            if (statement->type) {
                buf_byte(out, ':');
                dump_type(out, statement->type);
            }
            buf_byte(out, ' ');
        }
        dump(out, statement->expr);
        buf_puts(out, statement->is_let ? ")" : "");
    }
}

static void dump_lambda(Buf *out, const Node *node)
{
    buf_puts(out, "(lambda (");
    for (int64_t i = 0; i < node->u.lambda.count; i++) {
        buf_puts(out, i > 0 ? " " : "");
        buf_puts(out, node->u.lambda.variadic && i == node->u.lambda.count - 1 ? "..." : "");
        buf_put(out, node->u.lambda.params[i].text);
    }
    buf_puts(out, ") ");
    dump(out, node->u.lambda.body);
}

static void dump_template(Buf *out, const Node *node)
{
    buf_puts(out, "(template");
    for (int64_t i = 0; i < node->u.template_.count; i++) {
        const TemplatePart *part = &node->u.template_.parts[i];
        buf_byte(out, ' ');
        if (part->expr) {
            dump(out, part->expr);
        } else {
            dump_text(out, part->text);
        }
    }
}

static void dump_match(Buf *out, const Node *node)
{
    buf_puts(out, "(match ");
    dump(out, node->u.match.subject);
    for (int64_t i = 0; i < node->u.match.count; i++) {
        buf_puts(out, " (");
        dump_pattern(out, node->u.match.cases[i].pattern);
        buf_byte(out, ' ');
        dump(out, node->u.match.cases[i].body);
        buf_byte(out, ')');
    }
}

static void dump_if(Buf *out, const Node *node)
{
    buf_puts(out, "(if ");
    dump(out, node->u.if_.condition);
    buf_byte(out, ' ');
    dump(out, node->u.if_.then);
    if (node->u.if_.otherwise) {
        buf_byte(out, ' ');
        dump(out, node->u.if_.otherwise);
    }
}

static void dump_operator(Buf *out, const Node *node)
{
    buf_byte(out, '(');
    buf_put(out, operator_text(node->u.operator_.op));
    buf_byte(out, ' ');
    dump(out, node->u.operator_.left);
    if (node->u.operator_.right) {
        buf_byte(out, ' ');
        dump(out, node->u.operator_.right);
    }
}

static void dump_chain(Buf *out, const Node *node)
{
    buf_puts(out, "(chain ");
    dump(out, node->u.chain.base);
    for (int64_t i = 0; i < node->u.chain.count; i++) {
        dump_link(out, &node->u.chain.links[i]);
    }
}

static void dump(Buf *out, const Node *node)
{
    switch (node->kind) {
    case NODE_ID:
        buf_put(out, node->u.id.text);
        return;
    case NODE_THIS:
        buf_puts(out, "this");
        return;
    case NODE_LITERAL:
        dump_literal(out, &node->u.literal);
        return;
    case NODE_TEMPLATE:
        dump_template(out, node);
        break;
    case NODE_VALUE:
        buf_printf(out, "(value %lld", (long long)node->u.value_index);
        break;
    case NODE_IF:
        dump_if(out, node);
        break;
    case NODE_AT:
        buf_puts(out, "(at ");
        dump(out, node->u.at.time);
        buf_byte(out, ' ');
        dump(out, node->u.at.body);
        break;
    case NODE_MATCH:
        dump_match(out, node);
        break;
    case NODE_LAMBDA:
        dump_lambda(out, node);
        break;
    case NODE_SHORT_LAMBDA:
        buf_puts(out, "(short ");
        dump(out, node->u.short_lambda);
        break;
    case NODE_OPERATOR:
        dump_operator(out, node);
        break;
    case NODE_CHAIN:
        dump_chain(out, node);
        break;
    case NODE_PROJECT:
        buf_puts(out, "(project ");
        dump(out, node->u.project.base);
        buf_puts(out, node->u.project.all ? " *" : "");
        dump_fields(out, node->u.project.fields, node->u.project.count);
        break;
    case NODE_OBJECT:
        buf_puts(out, "(object");
        dump_fields(out, node->u.object.fields, node->u.object.count);
        break;
    case NODE_TUPLE:
        buf_puts(out, "(tuple");
        dump_list(out, node->u.list);
        break;
    case NODE_ARRAY:
        buf_puts(out, "(array");
        dump_list(out, node->u.list);
        break;
    case NODE_BLOCK:
        dump_block(out, node);
        break;
    }
    buf_byte(out, ')');
}

void ast_dump(Buf *out, const Node *node)
{
    dump(out, node);
}
