/* lower: expressions to code. Chains are in lower_chain.c. Recursion is bounded by the tree's
 * depth, which the parser bounds.
 */
#include "interp/lower.h"

#include "grammar/parse.h"
#include "interp/fold/fold_code.h"
#include "interp/nearest.h"
#include "interp/signature.h"
#include "runtime/base/utf8.h"
#include "runtime/number.h"

Code *lower_new(Lowerer *lowerer, int64_t bytes, CodeRun *run, Span span)
{
    Code *code = arena_zero(lowerer->arena, bytes);
    code->run = run;
    code->span = span;
    return code;
}

const Code *lower_value(Lowerer *lowerer, Value value, Span span)
{
    LiteralCode *code = NEW_CODE(lowerer, LiteralCode, run_literal, span);
    code->value = value;
    return &code->head;
}

static const Code *lower_null(Lowerer *lowerer, Span span)
{
    Value null = val_null_because(lowerer->arena, NULL_LITERAL, span, (Str){0}, val_null(NULL));
    return lower_value(lowerer, null, span);
}

/* What the reference leaves out as well. */
static const Code *refuse(Lowerer *lowerer, Span span, Str message)
{
    diag_add(lowerer->diags, DIAG_ERROR, span, message);
    return lower_null(lowerer, span);
}

/* -- leaves ------------------------------------------------------------------------------------ */

static Value string_value(Str text)
{
    Value v = val_str(text);
    v.flags = utf8_is_ascii(text) ? VALUE_ASCII : 0;
    return v;
}

static const Code *lower_literal(Lowerer *lowerer, const Node *node)
{
    const Literal *literal = &node->u.literal;
    Span span = node->span;
    switch (literal->kind) {
    case LITERAL_NULL:
        return lower_null(lowerer, span);
    case LITERAL_TRUE:
        return lower_value(lowerer, val_bool(true), span);
    case LITERAL_FALSE:
        return lower_value(lowerer, val_bool(false), span);
    case LITERAL_INT:
        return lower_value(lowerer, val_number(literal->integer), span);
    case LITERAL_BIGINT:
        return lower_value(lowerer, number_from_integer(literal->text), span);
    case LITERAL_FLOAT:
        return lower_value(lowerer, val_double(literal->number), span);
    case LITERAL_STRING:
        return lower_value(lowerer, string_value(str_copy(lowerer->arena, literal->text)), span);
    }
    UNREACHABLE();
}

static const Code *lower_place(Lowerer *lowerer, Place place, Span span)
{
    SlotCode *code = NEW_CODE(lowerer, SlotCode, place.captured ? run_captured : run_slot, span);
    code->slot = place.slot;
    return &code->head;
}

/* A function that every database has, as a value: `let f = newId`. */
static Value global_function(Lowerer *lowerer, const Builtin *row)
{
    const Signature *signature = signature_of(lowerer->rt, row);
    Function *fn = arena_new(lowerer->arena, Function);
    fn->kind = FUNCTION_BOUND;
    fn->params = signature->argc_min;
    fn->variadic = signature->argc_max < 0;
    fn->arities = function_arities(signature);
    fn->name = str_from_c(row->name);
    fn->builtin = row;
    fn->self = val_module(builtin_module(STR("FQL")));
    return val_function(fn);
}

/* The variable in sight with the name nearest to one that nothing has yet. */
static Str find_near_variable(const Lowerer *lowerer, Str name)
{
    Nearest nearest = {.wanted = name};
    for (const Scope *scope = lowerer->scope; scope != NULL; scope = scope->outer) {
        for (int64_t i = 0; i < scope->locals.len; i++) {
            nearest_offer(&nearest, scope->locals.at[i].name);
        }
    }
    return nearest.found;
}

/* The runner of an ID says what was found: lower_chain.c looks at it. */
static const Code *lower_global(Lowerer *lowerer, Str name, Span span)
{
    const Module *module = builtin_module(name);
    if (module != NULL && !builtin_module_yields(name)) {
        return lower_value(lowerer, val_module(module), span);
    }
    const Builtin *row = builtin_find(builtin_globals, name);
    if (row != NULL) {
        return lower_value(lowerer, global_function(lowerer, row), span);
    }
    GlobalCode *code = NEW_CODE(lowerer, GlobalCode, run_global, span);
    code->name = str_copy(lowerer->arena, name);
    code->cache = arena_new(lowerer->arena, GlobalCache);
    code->near = find_near_variable(lowerer, name);
    if (lowerer->globals != NULL) {
        vec_push(lowerer->globals, lowerer->arena, &code->head);
    }
    return &code->head;
}

static const Code *lower_name(Lowerer *lowerer, Str name, Span span)
{
    Place place = scope_find(lowerer->scope, lowerer->arena, name);
    if (place.found) {
        return lower_place(lowerer, place, span);
    }
    const Variables *variables = lowerer->variables;
    const Value *cell = variables != NULL ? variables->find(variables->context, name) : NULL;
    if (cell != NULL) {
        CellCode *code = NEW_CODE(lowerer, CellCode, run_cell, span);
        code->cell = cell;
        scope_use_cell(lowerer->scope, lowerer->arena, name, cell);
        return &code->head;
    }
    return lower_global(lowerer, name, span);
}

static const Code *lower_template_value(Lowerer *lowerer, const Node *node)
{
    int64_t index = node->u.value_index;
    if (index >= lowerer->value_count) {
        return refuse(lowerer, node->span, STR("There is no value for this placeholder."));
    }
    Value value = lowerer->values[index];
    return val_is_fault(value) ? refuse(lowerer, node->span, lowerer->value_errors[index])
                               : lower_value(lowerer, value, node->span);
}

/* -- statements -------------------------------------------------------------------------------- */

static const Code *lower_if(Lowerer *lowerer, const Node *node, bool tail)
{
    IfCode *code = NEW_CODE(lowerer, IfCode, run_if, node->span);
    code->condition = lower_node(lowerer, node->u.if_.condition, false);
    code->condition_span = node->u.if_.condition->span;
    code->head.run = branch_runner(code->condition);
    code->then = lower_node(lowerer, node->u.if_.then, tail);
    code->otherwise = node->u.if_.otherwise != NULL
                          ? lower_node(lowerer, node->u.if_.otherwise, tail)
                          : lower_null(lowerer, node->span);
    return &code->head;
}

static const Code *lower_block(Lowerer *lowerer, const Node *node, bool tail)
{
    int64_t count = node->u.block.count;
    const Statement *statements = node->u.block.statements;
    if (count == 1 && !statements[0].is_let) {
        return lower_node(lowerer, statements[0].expr, tail);
    }
    ScopeMark mark = scope_mark(lowerer->scope);
    BlockCode *code =
        NEW_CODE_WITH(lowerer, BlockCode, count * (int64_t)sizeof(Step), run_block, node->span);
    code->count = (int32_t)count - 1;
    for (int64_t i = 0; i < count - 1; i++) {
        Step *step = &code->steps[i];
        step->code = lower_node(lowerer, statements[i].expr, false);
        step->slot = -1;
        if (statements[i].is_let) {
            step->slot = scope_reserve(lowerer->scope);
            scope_bind(lowerer->scope, lowerer->arena, statements[i].name.text, step->slot);
        }
    }
    code->last = lower_node(lowerer, statements[count - 1].expr, tail);
    scope_rewind(lowerer->scope, mark);
    return &code->head;
}

static const Code *lower_at(Lowerer *lowerer, const Node *node)
{
    AtCode *code = NEW_CODE(lowerer, AtCode, run_at, node->span);
    code->time = lower_node(lowerer, node->u.at.time, false);
    code->time_span = node->u.at.time->span;
    code->body = lower_node(lowerer, node->u.at.body, false);
    return &code->head;
}

/* -- constructors ------------------------------------------------------------------------------ */

static const Code *lower_array(Lowerer *lowerer, const Node *node)
{
    int64_t count = node->u.list.len;
    ListCode *code =
        NEW_CODE_WITH(lowerer, ListCode, count * (int64_t)sizeof(Code *), run_array, node->span);
    code->count = (int32_t)count;
    for (int64_t i = 0; i < count; i++) {
        code->items[i] = lower_node(lowerer, node->u.list.at[i], false);
    }
    return &code->head;
}

static const Code *lower_template(Lowerer *lowerer, const Node *node)
{
    int64_t count = node->u.template_.count;
    ListCode *code =
        NEW_CODE_WITH(lowerer, ListCode, count * (int64_t)sizeof(Code *), run_template, node->span);
    code->count = (int32_t)count;
    for (int64_t i = 0; i < count; i++) {
        const TemplatePart *part = &node->u.template_.parts[i];
        code->items[i] =
            part->expr != NULL
                ? lower_node(lowerer, part->expr, false)
                : lower_value(lowerer, string_value(str_copy(lowerer->arena, part->text)),
                              node->span);
    }
    return &code->head;
}

/* The shape of the fields; `fields[i].slot` says which slot field i fills. Of two fields with
 * one name the first gives the place, the last the value. */
static const Shape *lay_out_fields(Lowerer *lowerer, const Field *written, int64_t count,
                                   ObjectField *fields)
{
    Map seen;
    Str *names = arena_array(lowerer->arena, Str, count);
    int32_t *slots = arena_array(lowerer->arena, int32_t, count);
    int32_t used = 0;
    map_init(&seen, lowerer->arena);
    for (int64_t i = 0; i < count; i++) {
        Str name = written[i].name.text;
        int32_t *slot = map_find(&seen, name);
        if (slot == NULL) {
            slot = &slots[used];
            *slot = used;
            names[used++] = str_copy(lowerer->arena, name);
            map_put(&seen, name, slot);
        }
        fields[i].slot = *slot;
    }
    return shape_of(lowerer->rt->shapes, names, used, lowerer->arena);
}

static const Code *lower_object_fields(Lowerer *lowerer, const Field *fields, int64_t count,
                                       Span span)
{
    ObjectCode *code =
        NEW_CODE_WITH(lowerer, ObjectCode, count * (int64_t)sizeof(ObjectField), run_object, span);
    code->count = (int32_t)count;
    code->shape = lay_out_fields(lowerer, fields, count, code->fields);
    code->bytes = (int64_t)sizeof(Object) + code->shape->count * (int64_t)sizeof(Value);
    for (int64_t i = 0; i < count; i++) {
        code->fields[i].value = lower_node(lowerer, fields[i].value, false);
    }
    return &code->head;
}

/* -- functions --------------------------------------------------------------------------------- */

static FunctionCode *begin_function(Lowerer *lowerer, Scope *scope, Span span)
{
    *scope = (Scope){.outer = lowerer->scope, .is_function = true};
    lowerer->scope = scope;
    return NEW_CODE(lowerer, FunctionCode, NULL, span);
}

static const FunctionCode *end_function(Lowerer *lowerer, FunctionCode *code, const Code *body)
{
    Scope *scope = lowerer->scope;
    code->body = body;
    code->frame_size = scope->frame_size;
    code->capture_count = (int32_t)scope->captures.len;
    code->captures = scope->captures.at;
    code->cell_count = (int32_t)scope->cells.len;
    code->cells = scope->cells.at;
    if (code->params == 2 && !code->variadic) {
        code->extends = scope->first_uses == 0;
        code->fold = fold_form(lowerer->arena, body);
    }
    lowerer->scope = scope->outer;
    return code;
}

const FunctionCode *lower_function(Lowerer *lowerer, const Name *params, int64_t count,
                                   bool variadic, const Node *body, Span span)
{
    Scope scope;
    FunctionCode *code = begin_function(lowerer, &scope, span);
    code->params = (int32_t)count - (variadic ? 1 : 0);
    code->variadic = variadic;
    for (int64_t i = 0; i < count; i++) {
        int32_t slot = scope_reserve(&scope);
        if (!str_eq(params[i].text, STR("_"))) {
            scope_bind(&scope, lowerer->arena, str_copy(lowerer->arena, params[i].text), slot);
        }
    }
    return end_function(lowerer, code, lower_node(lowerer, body, true));
}

/* A function that captures nothing is one value, made here once. */
static const Code *lower_closure(Lowerer *lowerer, const FunctionCode *function, Span span)
{
    if (function->capture_count > 0) {
        LambdaCode *code = NEW_CODE(lowerer, LambdaCode, run_lambda, span);
        code->function = function;
        return &code->head;
    }
    Function *fn = arena_new(lowerer->arena, Function);
    fn->kind = FUNCTION_LAMBDA;
    fn->params = function->params;
    fn->variadic = function->variadic;
    fn->span = span;
    fn->code = &function->head;
    return lower_value(lowerer, val_function(fn), span);
}

static const Code *lower_lambda(Lowerer *lowerer, const Node *node)
{
    const FunctionCode *function =
        lower_function(lowerer, node->u.lambda.params, node->u.lambda.count,
                       node->u.lambda.variadic, node->u.lambda.body, node->span);
    return lower_closure(lowerer, function, node->span);
}

static const Name this_param = {.text = {".", 1}};

static const Code *lower_short_lambda(Lowerer *lowerer, const Node *node)
{
    const FunctionCode *function =
        lower_function(lowerer, &this_param, 1, false, node->u.short_lambda, node->span);
    return lower_closure(lowerer, function, node->span);
}

const Code *lower_projection(Lowerer *lowerer, const Node *node)
{
    if (node->u.project.all) {
        return refuse(lowerer, node->span, STR("project expr not supported"));
    }
    ProjectCode *code = NEW_CODE(lowerer, ProjectCode, run_project, node->span);
    code->self = lower_node(lowerer, node->u.project.base, false);
    Scope scope;
    /* The function's text is what stands behind the base: cursors write it down. */
    Span text = {node->span.source, node->u.project.base->span.end, node->span.end};
    FunctionCode *function = begin_function(lowerer, &scope, text);
    function->params = 1;
    scope_bind(&scope, lowerer->arena, SCOPE_THIS, scope_reserve(&scope));
    const Code *object =
        lower_object_fields(lowerer, node->u.project.fields, node->u.project.count, node->span);
    code->lambda = lower_closure(lowerer, end_function(lowerer, function, object), text);
    code->base = lowerer->scope->height;
    scope_ensure(lowerer->scope, 2);
    return &code->head;
}

/* -- operators --------------------------------------------------------------------------------- */

/* `*slot`: of a local variable. */
static OperandForm operand_form(const Code *operand, int32_t *slot)
{
    if (operand->run == run_slot) {
        *slot = ((const SlotCode *)operand)->slot;
        return OPERAND_SLOT;
    }
    return is_leaf(operand) ? OPERAND_LEAF : OPERAND_ANY;
}

static CodeRun *find_binary_runner(BinaryCode *code)
{
    OperandForm left = operand_form(code->left, &code->left_slot);
    OperandForm right = operand_form(code->right, &code->right_slot);
    if (code->right->run == run_literal) {
        Value constant = ((const LiteralCode *)code->right)->value;
        if (constant.type == T_INT) {
            int64_t n = code->constant = constant.as.integer;
            right = OPERAND_INT;
            if ((code->op == OP_DIV || code->op == OP_MOD) && n > 0 && (n & (n - 1)) == 0) {
                return power_of_two_runner(code->op, left);
            }
        }
    }
    return binary_runner(code->op, left, right);
}

static const Code *lower_binary(Lowerer *lowerer, const Node *node, CodeRun *run)
{
    BinaryCode *code = NEW_CODE(lowerer, BinaryCode, run, node->span);
    code->op = node->u.operator_.op;
    code->name_span = node->u.operator_.name.span;
    code->left = lower_node(lowerer, node->u.operator_.left, false);
    code->left_span = node->u.operator_.left->span;
    code->right = lower_node(lowerer, node->u.operator_.right, false);
    code->right_span = node->u.operator_.right->span;
    if (run == NULL) {
        code->head.run = find_binary_runner(code);
    }
    return &code->head;
}

static const Code *lower_unary(Lowerer *lowerer, const Node *node, CodeRun *run)
{
    UnaryCode *code = NEW_CODE(lowerer, UnaryCode, run, node->span);
    code->name_span = node->u.operator_.name.span;
    code->operand = lower_node(lowerer, node->u.operator_.left, false);
    return &code->head;
}

static const Code *lower_operator(Lowerer *lowerer, const Node *node)
{
    switch (node->u.operator_.op) {
    case OP_COALESCE:
        return lower_binary(lowerer, node, run_coalesce);
    case OP_OR:
        return lower_binary(lowerer, node, run_or);
    case OP_AND:
        return lower_binary(lowerer, node, run_and);
    case OP_ISA:
        return lower_binary(lowerer, node, run_isa);
    case OP_NEGATE:
        return lower_unary(lowerer, node, run_negate);
    case OP_NOT:
        return lower_unary(lowerer, node, run_not);
    case OP_BIT_NOT:
        return lower_unary(lowerer, node, run_bit_not);
    case OP_EQ:
    case OP_NE:
    case OP_MATCHES:
    case OP_NOT_MATCHES:
    case OP_GT:
    case OP_LT:
    case OP_GE:
    case OP_LE:
    case OP_BIT_OR:
    case OP_BIT_XOR:
    case OP_BIT_AND:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_MOD:
    case OP_POW:
        return lower_binary(lowerer, node, NULL);
    }
    UNREACHABLE();
}

/* -- all --------------------------------------------------------------------------------------- */

static const Code *lower_id(Lowerer *lowerer, const Node *node, bool tail)
{
    const Code *code = lower_name(lowerer, node->u.id.text, node->span);
    if (tail && code->run == run_slot) {
        scope_forgive(lowerer->scope, ((const SlotCode *)code)->slot); /* given back as it is */
    }
    return code;
}

const Code *lower_node(Lowerer *lowerer, const Node *node, bool tail)
{
    if (arena_is_over(lowerer->arena)) {
        return refuse(lowerer, node->span, STR("There is no memory for more of this text"));
    }
    switch (node->kind) {
    case NODE_ID:
        return lower_id(lowerer, node, tail);
    case NODE_THIS:
        return lower_name(lowerer, SCOPE_THIS, node->span);
    case NODE_LITERAL:
        return lower_literal(lowerer, node);
    case NODE_TEMPLATE:
        return lower_template(lowerer, node);
    case NODE_VALUE:
        return lower_template_value(lowerer, node);
    case NODE_IF:
        return lower_if(lowerer, node, tail);
    case NODE_AT:
        return lower_at(lowerer, node);
    case NODE_MATCH:
        return refuse(lowerer, node->span, STR("match expr not supported"));
    case NODE_LAMBDA:
        return lower_lambda(lowerer, node);
    case NODE_SHORT_LAMBDA:
        return lower_short_lambda(lowerer, node);
    case NODE_OPERATOR:
        return lower_operator(lowerer, node);
    case NODE_CHAIN:
        return lower_chain(lowerer, node, tail);
    case NODE_PROJECT:
        return lower_projection(lowerer, node);
    case NODE_OBJECT:
        return lower_object_fields(lowerer, node->u.object.fields, node->u.object.count,
                                   node->span);
    case NODE_TUPLE:
        return node->u.list.len == 1 ? lower_node(lowerer, node->u.list.at[0], tail)
                                     : lower_array(lowerer, node);
    case NODE_ARRAY:
        return lower_array(lowerer, node);
    case NODE_BLOCK:
        return lower_block(lowerer, node, tail);
    }
    UNREACHABLE();
}

const Code *lower_statement(Lowerer *lowerer, const Node *node, int32_t *frame_size)
{
    Scope scope = {0};
    lowerer->scope = &scope;
    const Code *code = lower_node(lowerer, node, false);
    if (scope.frame_size > *frame_size) {
        *frame_size = scope.frame_size;
    }
    return code;
}

void lower_fault(Rt *rt, DiagList diags)
{
    if (rt->fault != NULL) { /* the query ended while defaults were looked at */
        return;
    }
    rt_fault(rt, FAULT_invalid_query, "The query failed %lld validation check%s",
             (long long)diags.errors, diags.errors == 1 ? "" : "s");
    rt->fault->check = diags;
}

bool lower_check_type(Rt *rt, const Source *source)
{
    ParseResult parsed = parse_type(rt->query, source);
    if (parsed.status != PARSE_OK) {
        lower_fault(rt, parsed.diags);
    }
    return parsed.status == PARSE_OK;
}

/* Outside of any function there is nothing to capture. */
static Value closed_function(const Code *code)
{
    assert(code->run == run_literal);
    return ((const LiteralCode *)code)->value;
}

Value lower_lambda_source(Rt *rt, Arena *arena, const Source *source)
{
    ParseResult parsed = parse_lambda(arena, source);
    Scope scope = {0};
    Lowerer lowerer = {.rt = rt, .arena = arena, .scope = &scope, .diags = &parsed.diags};
    const Code *code = parsed.status == PARSE_OK ? lower_node(&lowerer, parsed.node, false) : NULL;
    if (parsed.diags.errors > 0) {
        lower_fault(rt, parsed.diags);
        return val_fault();
    }
    return closed_function(code);
}

Value lower_expression_source(Rt *rt, Arena *arena, const Source *source)
{
    ParseResult parsed = parse_expr(arena, source);
    Scope scope = {0};
    Lowerer lowerer = {.rt = rt, .arena = arena, .scope = &scope, .diags = &parsed.diags};
    const Code *code = NULL;
    if (parsed.status == PARSE_OK) {
        Span span = parsed.node->span;
        code = lower_closure(&lowerer, lower_function(&lowerer, NULL, 0, false, parsed.node, span),
                             span);
    }
    if (parsed.diags.errors > 0) {
        lower_fault(rt, parsed.diags);
        return val_fault();
    }
    return closed_function(code);
}
