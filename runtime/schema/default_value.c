/* default_value: see default_value.h. */
#include "runtime/schema/default_value.h"

#include "runtime/document/codec.h"
#include "runtime/document/document.h"

/* The failure under way as text, and the end of it, unless it ends the query. */
static Str take_fault(Rt *rt)
{
    DiagList list = rt->fault->check;
    if (list.errors == 0) {
        diag_list_init(&list, rt->query);
        Span place = rt->fault->trace_len > 0 ? rt->fault->trace[0] : (Span){0};
        (void)diag_add(&list, DIAG_ERROR, place, rt->fault->message);
    }
    Buf text = {0};
    diag_render_lines(&text, &list);
    (void)rt_fault_take(rt);
    Str copy = str_copy(rt->query, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Value call(Rt *rt, Value fn)
{
    EffectLimit before = rt_limit_effects(rt, OBSERVES, "default values");
    const Span *site = rt->site;
    Value *sp = rt->sp;
    int64_t depth = rt->depth;
    Value value = rt->up->call(rt, fn, NULL, 0);
    rt->effects = before;
    rt->site = site;
    rt->sp = sp;
    rt->depth = depth;
    return value;
}

/* Whether documents can hold `value`; else a fault. */
static bool is_kept(Rt *rt, Value value)
{
    Str name = STR("value");
    Str bytes;
    return codec_encode(rt, rt->heap, rt_object(rt, &name, &value, 1).as.object, &bytes);
}

Value default_value(Rt *rt, Arena *code, DefaultValue *fallback, Str *problem)
{
    *problem = (Str){0};
    if (rt->fault != NULL) {
        *problem = rt->fault->message;
        return val_null(NULL);
    }
    if (val_is_null(fallback->fn)) {
        Value fn = rt->up->compile_expression(rt, code, &fallback->source);
        if (val_is_fault(fn)) {
            *problem = take_fault(rt);
            return val_null(NULL);
        }
        fallback->fn = fn;
    }
    Value value = call(rt, fallback->fn);
    if (val_is_fault(value)) {
        *problem = take_fault(rt);
    } else if (!is_kept(rt, value)) {
        Str type = rt_type_name(rt, value);
        *problem = rt_fault_take(rt)
                       ? str_format(rt->query, "Value has type %.*s, which cannot be persisted",
                                    STR_ARG(type))
                       : rt->fault->message;
    }
    return problem->len > 0 ? val_null(NULL) : value;
}
