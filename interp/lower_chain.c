/* lower_chain: a.b?.c(d)[e]! to nested nodes, the last link outermost.
 *
 *   a?.b.c(d)!      bang
 *                    └─ method c  (d)
 *                        └─ select b, optional
 *                            └─ a
 *
 * Calls of builtins that are known by now (Math.max(…), abort(…), Time("…")) become BuiltinCode.
 */
#include "interp/lower.h"

#include "interp/signature.h"
#include "runtime/builtins/types.h"
#include "runtime/document/document.h"

/* A chain under way: what the next link applies to. */
typedef struct Chain {
    const Code *self;
    Span callee_span;  /* of what `self` is the value of, as faults show it */
    Span skipped_span; /* the same when the last link was skipped */
    bool optional;     /* some link was */
} Chain;

/* Lowers arguments to slots from the present height on; one slot below them is for the callee. */
static Arguments lower_arguments(Lowerer *lowerer, const NodeList *list)
{
    Scope *scope = lowerer->scope;
    ScopeMark mark = scope_mark(scope);
    Arguments args = {.count = (int32_t)list->len};
    args.at = arena_array(lowerer->arena, const Code *, list->len);
    args.base = scope_reserve(scope) + 1;
    for (int64_t i = 0; i < list->len; i++) {
        args.at[i] = lower_node(lowerer, list->at[i], false);
        scope_reserve(scope);
    }
    scope_rewind(scope, mark);
    return args;
}

/* Object.assign(a, …), a being the first parameter. */
static bool is_extension(const BuiltinCode *code)
{
    return code->row == &object_assign_row && code->args.count == 2 &&
           code->args.at[0]->run == run_slot && ((const SlotCode *)code->args.at[0])->slot == 0;
}

/* `tail`: the call gives the value of the function around it. */
static const Code *lower_builtin_call(Lowerer *lowerer, Value self, const Builtin *row,
                                      const Link *link, bool tail)
{
    BuiltinCode *code = NEW_CODE(lowerer, BuiltinCode, run_builtin, link->span);
    code->self = self;
    code->row = row;
    code->signature = signature_of(lowerer->rt, row);
    code->args = lower_arguments(lowerer, &link->args);
    if (tail && lowerer->scope->is_function && is_extension(code)) {
        code->head.run = run_extend;
        scope_forgive(lowerer->scope, 0);
    }
    return &code->head;
}

/* The builtin module that a literal holds. A template's value may be a collection as well, whose
 * methods are found when it runs. */
static const Module *literal_module(const Code *code)
{
    const LiteralCode *literal = (const LiteralCode *)code;
    const Module *module = code->run == run_literal && literal->value.type == T_MODULE
                               ? literal->value.as.module
                               : NULL;
    return module != NULL && module->type != NULL ? module : NULL;
}

/* The global function that a literal holds: abort, newId … */
static const Function *literal_builtin(const Code *code)
{
    const LiteralCode *literal = (const LiteralCode *)code;
    bool bound = code->run == run_literal && literal->value.type == T_FUNCTION &&
                 literal->value.as.function->kind == FUNCTION_BOUND;
    return bound ? literal->value.as.function : NULL;
}

static ApplyCode *new_apply(Lowerer *lowerer, const Code *callee, const Link *link, bool tail)
{
    bool jumps = tail && lowerer->scope->is_function;
    ApplyCode *code = NEW_CODE(lowerer, ApplyCode, jumps ? run_apply_tail : run_apply, link->span);
    code->callee = callee;
    return code;
}

static const Code *lower_apply(Lowerer *lowerer, const Chain *chain, const Link *link, bool tail)
{
    const Module *module = literal_module(chain->self);
    if (module != NULL && module->type->constructor != NULL) {
        return lower_builtin_call(lowerer, val_module(module), module->type->constructor, link,
                                  tail);
    }
    const Function *fn = literal_builtin(chain->self);
    if (fn != NULL) {
        return lower_builtin_call(lowerer, fn->self, fn->builtin, link, tail);
    }
    ApplyCode *code = new_apply(lowerer, chain->self, link, tail);
    code->optional = link->optional;
    code->args = lower_arguments(lowerer, &link->args);
    return &code->head;
}

static const Code *lower_method(Lowerer *lowerer, const Chain *chain, const Link *link, bool tail)
{
    const Module *module = literal_module(chain->self);
    if (module != NULL) {
        const Builtin *row = builtin_find(module->type->statics, link->name.text);
        if (row != NULL && row->signature[0] == '(') {
            return lower_builtin_call(lowerer, val_module(module), row, link, tail);
        }
    }
    MethodCode *code = NEW_CODE(lowerer, MethodCode, run_method, link->span);
    code->self = chain->self;
    code->name = link->name;
    code->name.text = str_copy(lowerer->arena, link->name.text);
    code->callee_span = chain->callee_span;
    code->optional = link->optional;
    code->args = lower_arguments(lowerer, &link->args);
    code->cache = arena_new(lowerer->arena, MethodCache);
    code->cache->type = UINT8_MAX; /* of no value: even T_FAULT comes as a receiver */
    ApplyCode *apply = new_apply(lowerer, NULL, link, false);
    apply->optional = link->apply_optional;
    apply->invoked = code->name;
    apply->args = code->args;
    code->apply = apply;
    return &code->head;
}

static const Code *lower_select(Lowerer *lowerer, const Chain *chain, const Link *link)
{
    bool slot = chain->self->run == run_slot;
    SelectCode *code =
        NEW_CODE(lowerer, SelectCode, slot ? run_select_slot : run_select, link->span);
    code->self = chain->self;
    code->self_slot = slot ? ((const SlotCode *)chain->self)->slot : -1;
    scope_forgive(lowerer->scope, code->self_slot);
    code->name = link->name;
    code->name.text = str_copy(lowerer->arena, link->name.text);
    code->callee_span = chain->callee_span;
    code->optional = link->optional;
    code->plain = !field_is_special(link->name.text);
    code->height = lowerer->scope->height;
    code->cache = arena_new(lowerer->arena, SelectCache);
    code->cache->shape_id = SELECT_NO_SHAPE;
    return &code->head;
}

static const Code *lower_access(Lowerer *lowerer, const Chain *chain, const Link *link)
{
    AccessCode *code = NEW_CODE(lowerer, AccessCode, run_access, link->span);
    if (chain->self->run == run_slot) {
        scope_forgive(lowerer->scope, ((const SlotCode *)chain->self)->slot);
    }
    code->self = chain->self;
    code->callee_span = chain->callee_span;
    code->optional = link->optional;
    code->args = lower_arguments(lowerer, &link->args);
    return &code->head;
}

static const Code *lower_bang(Lowerer *lowerer, const Chain *chain, const Link *link)
{
    LinkCode *code =
        NEW_CODE(lowerer, LinkCode, run_bang, span_join(chain->callee_span, link->span));
    code->self = chain->self;
    code->skipped_span = span_join(chain->skipped_span, link->span);
    return &code->head;
}

static void add_link(Lowerer *lowerer, Chain *chain, const Link *link, bool tail)
{
    chain->optional |= link->optional || link->apply_optional;
    Span span = link->span;
    switch (link->kind) {
    case LINK_SELECT:
        chain->self = lower_select(lowerer, chain, link);
        span = link->name.span;
        break;
    case LINK_BANG:
        chain->self = lower_bang(lowerer, chain, link);
        span = chain->self->span;
        break;
    case LINK_APPLY:
        chain->self = lower_apply(lowerer, chain, link, tail && !chain->optional);
        break;
    case LINK_METHOD:
        chain->self = lower_method(lowerer, chain, link, tail && !chain->optional);
        break;
    case LINK_ACCESS:
        chain->self = lower_access(lowerer, chain, link);
        break;
    }
    chain->callee_span = span;
    chain->skipped_span =
        link->optional || !link->dot.source ? span : span_join(link->dot, link->span);
}

const Code *lower_chain(Lowerer *lowerer, const Node *node, bool tail)
{
    const Node *base = node->u.chain.base;
    int64_t count = node->u.chain.count;
    Chain chain = {.self = lower_node(lowerer, base, tail && count == 0),
                   .callee_span = base->span,
                   .skipped_span = base->span};
    for (int64_t i = 0; i < count; i++) {
        add_link(lowerer, &chain, &node->u.chain.links[i], tail && i == count - 1);
    }
    if (!chain.optional) {
        return chain.self;
    }
    LinkCode *end = NEW_CODE(lowerer, LinkCode, run_chain_end, chain.self->span);
    end->self = chain.self;
    return &end->head;
}
