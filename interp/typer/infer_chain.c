/* infer_chain: a.b?.c(d)[e]! See infer.c. */
#include "interp/typer/infer.h"

typedef struct Chain {
    Infer *in;
    const Node *node;
    Span done;        /* what was looked at so far */
    bool may_be_null; /* a `?.` may have ended it early */
} Chain;

static Span dot_of(const Chain *chain, const Link *link)
{
    return (Span){chain->done.source, chain->done.end, link->name.span.start};
}

static const Ty *select_field(Chain *chain, const Ty *base, const Link *link)
{
    Typer *typer = chain->in->typer;
    if (typer->selected != NULL) {
        typer->selected(typer->seen_context, typer, base, link->name);
    }
    if (typer->sought.len > 0 && str_eq(link->name.text, typer->sought)) {
        typer->sought_of = base;
    }
    return infer_field(chain->in, base, link->name, dot_of(chain, link), chain->done);
}

static const Ty *not_null(Chain *chain, const Ty *base, bool optional)
{
    chain->may_be_null |= optional;
    return optional ? ty_wrap(chain->in->typer, TY_NOT_NULL, base, NULL, base->span) : base;
}

static const Ty *call_link(Chain *chain, TyKind kind, const Ty *fn, const Link *link)
{
    Infer *in = chain->in;
    int64_t count = link->args.len;
    const Ty **args = arena_array(in->typer->arena, const Ty *, count);
    Span *spans = arena_array(in->typer->arena, Span, count);
    for (int64_t i = 0; i < count; i++) {
        args[i] = infer(in, link->args.at[i]);
        spans[i] = link->args.at[i]->span;
    }
    Span span = chain->node->u.chain.base->span;
    span.end = link->span.end;
    CallSite call = {args, spans, count, link->span, span};
    bool is_literal = count == 1 && link->args.at[0]->kind == NODE_LITERAL;
    return kind == TY_ACCESS ? infer_access(in, fn, &call, is_literal) : infer_apply(in, fn, &call);
}

static const Ty *infer_link(Chain *chain, const Ty *base, const Link *link)
{
    Typer *typer = chain->in->typer;
    switch (link->kind) {
    case LINK_SELECT:
        return select_field(chain, not_null(chain, base, link->optional), link);
    case LINK_BANG:
        chain->may_be_null = false;
        return ty_wrap(typer, TY_NOT_NULL, base, NULL, base->span);
    case LINK_APPLY:
        return call_link(chain, TY_APPLY, not_null(chain, base, link->optional), link);
    case LINK_ACCESS:
        return call_link(chain, TY_ACCESS, not_null(chain, base, link->optional), link);
    case LINK_METHOD: {
        const Ty *field = select_field(chain, not_null(chain, base, link->optional), link);
        return call_link(chain, TY_APPLY, not_null(chain, field, link->apply_optional), link);
    }
    }
    UNREACHABLE();
}

const Ty *infer_chain(Infer *in, const Node *node)
{
    Chain chain = {.in = in, .node = node, .done = node->u.chain.base->span};
    const Ty *type = infer(in, node->u.chain.base);
    for (int64_t i = 0; i < node->u.chain.count; i++) {
        const Link *link = &node->u.chain.links[i];
        type = infer_link(&chain, type, link);
        chain.done.end = link->span.end;
    }
    if (!chain.may_be_null) {
        return type;
    }
    const Ty *result = ty_var(in->typer, node->u.chain.base->span, in->level);
    infer_check(in, type, result, node->u.chain.base->span);
    infer_check(in, &ty_null, result, node->u.chain.base->span);
    return result;
}
