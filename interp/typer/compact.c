/* compact: types put together with the bounds of their variables. See compact.h. */
#include "interp/typer/compact.h"

static Compact *from_type(Compacter *c, const Ty *type, bool is_value);

Compact *compact_new(Compacter *c)
{
    c->made++;
    return arena_new(c->arena, Compact);
}

bool compact_is_too_much(const Compacter *c)
{
    return c->made > COMPACT_TYPES_MAX || c->work > COMPACT_WORK_MAX ||
           c->depth > COMPACT_DEPTH_MAX;
}

void compact_mark(Compacter *c, const Compact *type)
{
    c->typer->walks++;
    c->work += type->vars.len;
    for (int64_t i = 0; i < type->vars.len; i++) {
        type->vars.at[i]->walk = c->typer->walks;
    }
}

bool compact_is_marked(const Compacter *c, const TyVar *var)
{
    return var->walk == c->typer->walks;
}

Compact *compact_any(Compacter *c)
{
    Compact *any = compact_new(c);
    any->is_any = true;
    return any;
}

/* -- parts ------------------------------------------------------------------------------------- */

static void each_field(CompactField *fields, int64_t count, bool is_value, CompactVisit *visit,
                       void *context)
{
    for (int64_t i = 0; i < count; i++) {
        visit(context, &fields[i].type, is_value);
    }
}

static void each_record(CompactRecord *record, bool is_value, CompactVisit *visit, void *context)
{
    if (record != NULL) {
        each_field(record->fields, record->count, is_value, visit, context);
        if (record->wildcard != NULL) {
            visit(context, &record->wildcard, is_value);
        }
    }
}

static void each_arg(CompactGroup *group, bool is_value, CompactVisit *visit, void *context)
{
    for (int64_t i = 0; i < group->count; i++) {
        visit(context, &group->args[i], is_value);
    }
}

void compact_each(Compact *type, bool is_value, CompactVisit *visit, void *context)
{
    for (int64_t i = 0; i < type->choices.len; i++) {
        visit(context, &type->choices.at[i], is_value);
    }
    for (int64_t i = 0; i < type->groups.len; i++) {
        each_arg(&type->groups.at[i], is_value, visit, context);
    }
    for (int64_t i = 0; i < type->functions.len; i++) {
        CompactFunction *function = &type->functions.at[i];
        each_field(function->params, function->count, !is_value, visit, context);
        if (function->rest != NULL) {
            visit(context, &function->rest, !is_value);
        }
        visit(context, &function->result, is_value);
    }
    if (type->project != NULL) {
        visit(context, &type->project->inner, !is_value);
        visit(context, &type->project->result, is_value);
    }
    each_record(type->record, is_value, visit, context);
    each_record(type->interface, is_value, visit, context);
    for (int64_t i = 0; i < type->tuples.len; i++) {
        each_arg(&type->tuples.at[i], is_value, visit, context);
    }
    for (int64_t i = 0; i < type->not_nulls.len; i++) {
        visit(context, &type->not_nulls.at[i], is_value);
    }
}

/* A copy whose parts may be replaced. */
Compact *compact_unshare(Compacter *c, const Compact *type)
{
    Compact *made = arena_copy(c->arena, type, (int64_t)sizeof *type);
    c->made++;
#define COPY_LIST(list)                                                                       \
    c->work += type->list.len;                                                                \
    made->list.at =                                                                           \
        arena_copy(c->arena, type->list.at, type->list.len * (int64_t)sizeof *type->list.at); \
    made->list.cap = type->list.len
    COPY_LIST(vars);
    COPY_LIST(literals);
    COPY_LIST(names);
    COPY_LIST(groups);
    COPY_LIST(functions);
    COPY_LIST(tuples);
    COPY_LIST(choices);
    COPY_LIST(not_nulls);
#undef COPY_LIST
    for (int64_t i = 0; i < made->groups.len; i++) {
        CompactGroup *group = &made->groups.at[i];
        group->args =
            arena_copy(c->arena, group->args, group->count * (int64_t)sizeof *group->args);
    }
    for (int64_t i = 0; i < made->tuples.len; i++) {
        CompactGroup *group = &made->tuples.at[i];
        group->args =
            arena_copy(c->arena, group->args, group->count * (int64_t)sizeof *group->args);
    }
    for (int64_t i = 0; i < made->functions.len; i++) {
        CompactFunction *f = &made->functions.at[i];
        f->params = arena_copy(c->arena, f->params, f->count * (int64_t)sizeof *f->params);
    }
    CompactRecord **records[] = {&made->record, &made->interface};
    for (int i = 0; i < 2; i++) {
        CompactRecord *record = *records[i];
        if (record != NULL) {
            c->work += record->count;
            record = *records[i] = arena_copy(c->arena, record, (int64_t)sizeof *record);
            record->fields = arena_copy(c->arena, record->fields,
                                        record->count * (int64_t)sizeof *record->fields);
        }
    }
    if (made->project != NULL) {
        made->project = arena_copy(c->arena, made->project, (int64_t)sizeof *made->project);
    }
    return made;
}

/* -- from types -------------------------------------------------------------------------------- */

/* A variable, and all that flow into it, or that it flows into. */
static void from_var(Compacter *c, Compact *made, TyVar *var, bool is_value)
{
    VEC(TyVar *) stack = {0};
    int64_t walk = ++c->typer->walks;
    vec_push(&stack, c->arena, var);
    while (stack.len > 0) {
        TyVar *next = stack.at[--stack.len];
        if (next->walk == walk) {
            continue;
        }
        next->walk = walk;
        c->work++;
        vec_push(&made->vars, c->arena, next);
        made->is_poisoned |= next->poisoned;
        const Ty **bounds = is_value ? next->values.at : next->uses.at;
        int64_t count = is_value ? next->values.len : next->uses.len;
        for (int64_t i = 0; i < count; i++) {
            if (bounds[i]->kind == TY_VAR) {
                vec_push(&stack, c->arena, bounds[i]->u.var);
            }
        }
    }
}

static Compact **from_all(Compacter *c, const Ty *const *types, int64_t count, bool is_value)
{
    Compact **made = arena_array(c->arena, Compact *, count);
    for (int64_t i = 0; i < count; i++) {
        made[i] = from_type(c, types[i], is_value);
    }
    return made;
}

static CompactField *from_fields(Compacter *c, const TyField *fields, int64_t count, bool is_value)
{
    CompactField *made = arena_array(c->arena, CompactField, count);
    for (int64_t i = 0; i < count; i++) {
        made[i] = (CompactField){fields[i].name, from_type(c, fields[i].type, is_value)};
    }
    return made;
}

static Compact *from_group(Compacter *c, const Ty *type, bool is_value)
{
    bool is_choice = (type->kind == TY_INTERSECT) == is_value;
    Compact *made = compact_new(c);
    for (int64_t i = 0; i < type->u.group.count; i++) {
        Compact *member = from_type(c, type->u.group.args[i], is_value);
        if (is_choice) {
            vec_push(&made->choices, c->arena, member);
        } else {
            made = i == 0 ? member : compact_merge(c, made, member, is_value);
        }
    }
    return made;
}

static void from_function(Compacter *c, Compact *made, const Ty *type, bool is_value)
{
    CompactFunction function = {
        .params = from_fields(c, type->u.function.params, type->u.function.count, !is_value),
        .count = type->u.function.count,
        .is_access = type->kind == TY_ACCESS};
    if (type->kind == TY_FUNCTION && type->u.function.rest != NULL) {
        function.rest = from_type(c, type->u.function.rest, !is_value);
    }
    function.result = from_type(c, type->u.function.result, is_value);
    vec_push(&made->functions, c->arena, function);
}

static void from_record(Compacter *c, Compact *made, const Ty *type, bool is_value)
{
    CompactRecord *record = made->record = arena_new(c->arena, CompactRecord);
    record->fields = from_fields(c, type->u.record.fields, type->u.record.count, is_value);
    record->count = type->u.record.count;
    if (type->u.record.wildcard != NULL) {
        record->wildcard = from_type(c, type->u.record.wildcard, is_value);
    }
}

static void from_interface(Compacter *c, Compact *made, const Ty *type, bool is_value)
{
    CompactRecord *record = made->interface = arena_new(c->arena, CompactRecord);
    record->fields = arena_new(c->arena, CompactField);
    record->fields[0] =
        (CompactField){type->u.field.name, from_type(c, type->u.field.result, is_value)};
    record->count = 1;
}

/* The results of the signatures that may be meant, or what they take. */
static Compact *from_choice(Compacter *c, const Ty *type, bool is_value)
{
    const TyCall *call = type->u.choice.call;
    uint64_t set = call->argc == 1 ? call->used : call->live;
    bool is_made = set != 0 && (set & (set - 1)) == 0;
    Compact *made = compact_new(c);
    if (type->kind == TY_ARGUMENT) {
        const Ty *function = call->functions[set != 0 ? __builtin_ctzll(set) : 0];
        int64_t index = type->u.choice.index;
        return is_made ? from_type(c,
                                   index < function->u.function.count
                                       ? function->u.function.params[index].type
                                       : function->u.function.rest,
                                   is_value)
                       : made;
    }
    for (bool first = true; set != 0; set &= set - 1, first = false) {
        Compact *one =
            from_type(c, call->functions[__builtin_ctzll(set)]->u.function.result, is_value);
        made = first ? one : compact_merge(c, made, one, is_value);
    }
    return made;
}

static Compact *from_kind(Compacter *c, const Ty *type, bool is_value)
{
    Compact *made = compact_new(c);
    switch (type->kind) {
    case TY_ANY:
        made->is_any = is_value;
        return made;
    case TY_NEVER:
        made->is_never = !is_value;
        return made;
    case TY_VAR:
        from_var(c, made, type->u.var, is_value);
        return made;
    case TY_LITERAL:
        vec_push(&made->literals, c->arena, type->u.literal);
        return made;
    case TY_PARAM:
        vec_push(&made->names, c->arena, ((CompactName){type->u.group.name, true}));
        return made;
    case TY_NAMED:
        if (type->u.group.count == 0) {
            vec_push(&made->names, c->arena, ((CompactName){type->u.group.name, false}));
            return made;
        }
        vec_push(&made->groups, c->arena,
                 ((CompactGroup){type->u.group.name,
                                 from_all(c, type->u.group.args, type->u.group.count, is_value),
                                 type->u.group.count}));
        return made;
    case TY_TUPLE:
        vec_push(&made->tuples, c->arena,
                 ((CompactGroup){{0},
                                 from_all(c, type->u.group.args, type->u.group.count, is_value),
                                 type->u.group.count}));
        return made;
    case TY_UNION:
    case TY_INTERSECT:
        return from_group(c, type, is_value);
    case TY_RECORD:
        from_record(c, made, type, is_value);
        return made;
    case TY_INTERFACE:
    case TY_FIELD:
        from_interface(c, made, type, is_value);
        return made;
    case TY_FUNCTION:
    case TY_APPLY:
    case TY_ACCESS:
        from_function(c, made, type, is_value);
        return made;
    case TY_PROJECT:
        made->project = arena_new(c->arena, CompactProject);
        made->project->inner = from_type(c, type->u.wrap.inner, !is_value);
        made->project->result = from_type(c, type->u.wrap.result, is_value);
        return made;
    case TY_NOT_NULL:
    case TY_OR_NULL: {
        Compact *inner = from_type(c, type->u.wrap.inner, is_value);
        vec_push(&made->not_nulls, c->arena, inner);
        return made;
    }
    case TY_RESULT:
    case TY_ARGUMENT:
        return from_choice(c, type, is_value);
    }
    UNREACHABLE();
}

static Compact *from_type(Compacter *c, const Ty *type, bool is_value)
{
    if (compact_is_too_much(c)) {
        return compact_any(c);
    }
    c->depth++;
    Compact *made = from_kind(c, type, is_value);
    c->depth--;
    return made;
}

/* -- bounds ------------------------------------------------------------------------------------ */

/* What is being put together around a type: a type within itself is recursive. */
typedef struct Pending Pending;
struct Pending {
    const Compact *type;
    bool is_value;
    TyVar *var; /* what stands for it within it; NULL: it does not occur */
    Pending *outer;
};

static bool is_same(Compacter *c, const Compact *a, const Compact *b)
{
    if (a->vars.len == 0 || a->vars.len != b->vars.len || a->names.len != b->names.len ||
        a->literals.len != b->literals.len || a->functions.len != b->functions.len ||
        a->groups.len != b->groups.len || a->tuples.len != b->tuples.len ||
        a->choices.len != b->choices.len || (a->record == NULL) != (b->record == NULL)) {
        return false;
    }
    compact_mark(c, b);
    for (int64_t i = 0; i < a->vars.len; i++) {
        if (!compact_is_marked(c, a->vars.at[i])) {
            return false;
        }
    }
    return true;
}

typedef struct Bounds {
    Compacter *c;
    Pending *pending;
} Bounds;

static Compact *with_bounds(Bounds *b, const Compact *type, bool is_value);

static void bound_part(void *context, Compact **part, bool is_value)
{
    *part = with_bounds(context, *part, is_value);
}

static Compact *with_bounds(Bounds *b, const Compact *type, bool is_value)
{
    Compacter *c = b->c;
    if (compact_is_too_much(c)) {
        return compact_any(c);
    }
    for (Pending *p = b->pending; p != NULL; p = p->outer) {
        if (p->is_value == is_value && is_same(c, p->type, type)) {
            Compact *made = compact_new(c);
            p->var = p->var != NULL ? p->var : ty_var(c->typer, (Span){0}, 0)->u.var;
            vec_push(&made->vars, c->arena, p->var);
            return made;
        }
    }
    Pending own = {type, is_value, NULL, b->pending};
    const Compact *made = type;
    c->depth++;
    for (int64_t i = 0; i < type->vars.len; i++) {
        const TyVar *var = type->vars.at[i];
        const Ty **bounds = is_value ? var->values.at : var->uses.at;
        int64_t count = is_value ? var->values.len : var->uses.len;
        for (int64_t j = 0; j < count; j++) {
            if (bounds[j]->kind != TY_VAR) {
                made = compact_merge(c, made, from_type(c, bounds[j], is_value), is_value);
            }
        }
    }
    Compact *whole = compact_unshare(c, made);
    b->pending = &own;
    compact_each(whole, is_value, bound_part, b);
    b->pending = own.outer;
    c->depth--;
    if (own.var == NULL) {
        return whole;
    }
    vec_push(&c->cycles, c->arena, ((CompactCycle){own.var, whole}));
    Compact *made_var = compact_new(c);
    vec_push(&made_var->vars, c->arena, own.var);
    return made_var;
}

Compact *compact_make(Compacter *c, const Ty *type, bool is_value)
{
    Bounds b = {c, NULL};
    return with_bounds(&b, from_type(c, type, is_value), is_value);
}

Compact *compact_cycle(const Compacter *c, const TyVar *var)
{
    for (int64_t i = 0; i < c->cycles.len; i++) {
        if (c->cycles.at[i].var == var) {
            return c->cycles.at[i].type;
        }
    }
    return NULL;
}
