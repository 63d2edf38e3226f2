/* compact: types put together with the bounds of their variables. See compact.h. */
#include "interp/typer/compact.h"

static Compact *from_type(Compacter *c, const Ty *type, bool is_value);

static Compact *new_compact(Compacter *c)
{
    c->made++;
    return arena_new(c->arena, Compact);
}

static bool is_too_much(const Compacter *c)
{
    return c->made > COMPACT_TYPES_MAX || c->depth > COMPACT_DEPTH_MAX;
}

static Compact *compact_any(Compacter *c)
{
    Compact *any = new_compact(c);
    any->is_any = true;
    return any;
}

/* -- parts ---------------------------------------------------------------------------------------- */

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
static Compact *unshare(Compacter *c, const Compact *type)
{
    Compact *made = arena_copy(c->arena, type, (int64_t)sizeof *type);
    c->made++;
#define COPY_LIST(list)                                                                            \
    made->list.at = arena_copy(c->arena, type->list.at,                                            \
                               type->list.len * (int64_t)sizeof *type->list.at);                   \
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
        group->args = arena_copy(c->arena, group->args, group->count * (int64_t)sizeof *group->args);
    }
    for (int64_t i = 0; i < made->tuples.len; i++) {
        CompactGroup *group = &made->tuples.at[i];
        group->args = arena_copy(c->arena, group->args, group->count * (int64_t)sizeof *group->args);
    }
    for (int64_t i = 0; i < made->functions.len; i++) {
        CompactFunction *f = &made->functions.at[i];
        f->params = arena_copy(c->arena, f->params, f->count * (int64_t)sizeof *f->params);
    }
    CompactRecord **records[] = {&made->record, &made->interface};
    for (int i = 0; i < 2; i++) {
        CompactRecord *record = *records[i];
        if (record != NULL) {
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

/* -- merging ---------------------------------------------------------------------------------------- */

static void add_var(Compacter *c, Compact *type, TyVar *var)
{
    if (!compact_has_var(type, var)) {
        vec_push(&type->vars, c->arena, var);
    }
}

bool compact_has_var(const Compact *type, const TyVar *var)
{
    for (int64_t i = 0; i < type->vars.len; i++) {
        if (type->vars.at[i] == var) {
            return true;
        }
    }
    return false;
}

static void add_literal(Compacter *c, Compact *type, const Literal *literal)
{
    for (int64_t i = 0; i < type->literals.len; i++) {
        if (literal_eq(type->literals.at[i], literal)) {
            return;
        }
    }
    vec_push(&type->literals, c->arena, literal);
}

static bool has_name(const Compact *type, const char *name)
{
    for (int64_t i = 0; i < type->names.len; i++) {
        if (!type->names.at[i].is_param && str_eq(type->names.at[i].name, str_from_c(name))) {
            return true;
        }
    }
    return false;
}

static void add_name(Compacter *c, Compact *type, CompactName name)
{
    for (int64_t i = 0; i < type->names.len; i++) {
        if (str_eq(type->names.at[i].name, name.name)) {
            return;
        }
    }
    vec_push(&type->names, c->arena, name);
}

/* Whether values of the literal's kind are there as a whole. */
static bool is_covered(const Compact *type, const Literal *literal)
{
    switch (literal->kind) {
    case LITERAL_NULL:
        return has_name(type, "Null");
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        return has_name(type, "Boolean");
    case LITERAL_INT:
        return has_name(type, "Number") || has_name(type, "Double") || has_name(type, "ID") ||
               has_name(type, "Long") ||
               (has_name(type, "Int") && literal->integer == (int32_t)literal->integer);
    case LITERAL_BIGINT:
    case LITERAL_FLOAT:
        return has_name(type, "Number") || has_name(type, "Double");
    case LITERAL_STRING:
        return has_name(type, "String") || has_name(type, "ID");
    }
    UNREACHABLE();
}

/* Of values: 1 | Int is Int, true | false is Boolean. Of uses: "a" & String is "a". */
static void join_literals(Compacter *c, Compact *type, bool is_value)
{
    bool seen[LITERAL_STRING + 1] = {false};
    int64_t kept = 0;
    if (!is_value) {
        type->names.len = type->literals.len > 0 ? 0 : type->names.len;
        return;
    }
    for (int64_t i = 0; i < type->literals.len; i++) {
        const Literal *literal = type->literals.at[i];
        if (!is_covered(type, literal)) {
            seen[literal->kind] = true;
            type->literals.at[kept++] = literal;
        }
    }
    type->literals.len = kept;
    if (!seen[LITERAL_TRUE] || !seen[LITERAL_FALSE]) {
        return;
    }
    kept = 0;
    for (int64_t i = 0; i < type->literals.len; i++) {
        LiteralKind kind = type->literals.at[i]->kind;
        if (kind != LITERAL_TRUE && kind != LITERAL_FALSE) {
            type->literals.at[kept++] = type->literals.at[i];
        }
    }
    type->literals.len = kept;
    add_name(c, type, (CompactName){STR("Boolean"), false});
}

static void merge_args(Compacter *c, CompactGroup *into, const CompactGroup *from, bool is_value)
{
    for (int64_t i = 0; i < into->count && i < from->count; i++) {
        into->args[i] = compact_merge(c, into->args[i], from->args[i], is_value);
    }
}

static void merge_groups(Compacter *c, Compact *into, const Compact *from, bool is_value)
{
    for (int64_t i = 0; i < from->groups.len; i++) {
        int64_t at = 0;
        while (at < into->groups.len &&
               !str_eq(into->groups.at[at].name, from->groups.at[i].name)) {
            at++;
        }
        if (at < into->groups.len) {
            merge_args(c, &into->groups.at[at], &from->groups.at[i], is_value);
        } else {
            vec_push(&into->groups, c->arena, from->groups.at[i]);
        }
    }
    for (int64_t i = 0; i < from->tuples.len; i++) {
        int64_t at = 0;
        while (at < into->tuples.len && into->tuples.at[at].count != from->tuples.at[i].count) {
            at++;
        }
        if (at < into->tuples.len) {
            merge_args(c, &into->tuples.at[at], &from->tuples.at[i], is_value);
        } else {
            vec_push(&into->tuples, c->arena, from->tuples.at[i]);
        }
    }
}

static bool is_alike(const CompactFunction *a, const CompactFunction *b)
{
    return a->count == b->count && a->is_access == b->is_access &&
           (a->rest == NULL) == (b->rest == NULL);
}

static void merge_function(Compacter *c, CompactFunction *into, const CompactFunction *from,
                           bool is_value)
{
    for (int64_t i = 0; i < into->count; i++) {
        into->params[i].type =
            compact_merge(c, into->params[i].type, from->params[i].type, !is_value);
    }
    if (into->rest != NULL) {
        into->rest = compact_merge(c, into->rest, from->rest, !is_value);
    }
    into->result = compact_merge(c, into->result, from->result, is_value);
}

static void merge_functions(Compacter *c, Compact *into, const Compact *from, bool is_value)
{
    for (int64_t i = 0; i < from->functions.len; i++) {
        int64_t at = 0;
        while (at < into->functions.len &&
               !is_alike(&into->functions.at[at], &from->functions.at[i])) {
            at++;
        }
        if (at < into->functions.len) {
            merge_function(c, &into->functions.at[at], &from->functions.at[i], is_value);
        } else {
            vec_push(&into->functions, c->arena, from->functions.at[i]);
        }
    }
}

static Compact *field_of(const CompactRecord *record, Str name)
{
    for (int64_t i = 0; i < record->count; i++) {
        if (str_eq(record->fields[i].name, name)) {
            return record->fields[i].type;
        }
    }
    return NULL;
}

/* Values of either record have the fields that both have; uses of both need those of each. */
static CompactRecord *merge_records(Compacter *c, const CompactRecord *a, const CompactRecord *b,
                                    bool is_value)
{
    if (a == NULL || b == NULL) {
        return (CompactRecord *)(uintptr_t)(a != NULL ? a : b);
    }
    CompactRecord *made = arena_new(c->arena, CompactRecord);
    made->fields = arena_array(c->arena, CompactField, a->count + b->count);
    const CompactRecord *records[2] = {a, b};
    for (int side = 0; side < 2; side++) {
        const CompactRecord *own = records[side], *other = records[1 - side];
        for (int64_t i = 0; i < own->count; i++) {
            Str name = own->fields[i].name;
            Compact *match = field_of(other, name);
            if (side == 1 && match != NULL) {
                continue;
            }
            match = match != NULL ? match : other->wildcard;
            if (match == NULL && is_value) {
                continue;
            }
            made->fields[made->count++] = (CompactField){
                name, match != NULL ? compact_merge(c, own->fields[i].type, match, is_value)
                                    : own->fields[i].type};
        }
    }
    if (a->wildcard != NULL && b->wildcard != NULL) {
        made->wildcard = compact_merge(c, a->wildcard, b->wildcard, is_value);
    } else if (!is_value) {
        made->wildcard = a->wildcard != NULL ? a->wildcard : b->wildcard;
    }
    return made;
}

static CompactProject *merge_projects(Compacter *c, const Compact *a, const Compact *b,
                                      bool is_value)
{
    if (a->project == NULL || b->project == NULL) {
        return a->project != NULL ? a->project : b->project;
    }
    CompactProject *made = arena_new(c->arena, CompactProject);
    made->inner = compact_merge(c, a->project->inner, b->project->inner, !is_value);
    made->result = compact_merge(c, a->project->result, b->project->result, is_value);
    return made;
}

Compact *compact_merge(Compacter *c, const Compact *a, const Compact *b, bool is_value)
{
    if (is_too_much(c)) {
        return compact_any(c);
    }
    c->depth++;
    Compact *made = unshare(c, a);
    made->is_any = is_value ? a->is_any || b->is_any : a->is_any && b->is_any;
    made->is_never = is_value ? a->is_never && b->is_never : a->is_never || b->is_never;
    made->is_poisoned = is_value ? a->is_poisoned && b->is_poisoned : a->is_poisoned || b->is_poisoned;
    for (int64_t i = 0; i < b->vars.len; i++) {
        add_var(c, made, b->vars.at[i]);
    }
    for (int64_t i = 0; i < b->literals.len; i++) {
        add_literal(c, made, b->literals.at[i]);
    }
    for (int64_t i = 0; i < b->names.len; i++) {
        add_name(c, made, b->names.at[i]);
    }
    join_literals(c, made, is_value);
    merge_groups(c, made, b, is_value);
    merge_functions(c, made, b, is_value);
    made->record = merge_records(c, a->record, b->record, is_value);
    made->interface = merge_records(c, a->interface, b->interface, is_value);
    made->project = merge_projects(c, a, b, is_value);
    for (int64_t i = 0; i < b->choices.len; i++) {
        vec_push(&made->choices, c->arena, b->choices.at[i]);
    }
    for (int64_t i = 0; i < b->not_nulls.len; i++) {
        vec_push(&made->not_nulls, c->arena, b->not_nulls.at[i]);
    }
    c->depth--;
    return made;
}

/* -- from types ---------------------------------------------------------------------------------------- */

/* A variable, and all that flow into it, or that it flows into. */
static void from_var(Compacter *c, Compact *made, TyVar *var, bool is_value)
{
    VEC(TyVar *) stack = {0};
    vec_push(&stack, c->arena, var);
    while (stack.len > 0) {
        TyVar *next = stack.at[--stack.len];
        if (compact_has_var(made, next)) {
            continue;
        }
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
    Compact *made = new_compact(c);
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
    record->fields[0] = (CompactField){type->u.field.name, from_type(c, type->u.field.result, is_value)};
    record->count = 1;
}

/* The results of the signatures that may be meant, or what they take. */
static Compact *from_choice(Compacter *c, const Ty *type, bool is_value)
{
    const TyCall *call = type->u.choice.call;
    uint64_t set = call->argc == 1 ? call->used : call->live;
    bool is_made = set != 0 && (set & (set - 1)) == 0;
    Compact *made = new_compact(c);
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
    Compact *made = new_compact(c);
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
    if (is_too_much(c)) {
        return compact_any(c);
    }
    c->depth++;
    Compact *made = from_kind(c, type, is_value);
    c->depth--;
    return made;
}

/* -- bounds ------------------------------------------------------------------------------------------------ */

/* What is being put together around a type: a type within itself is recursive. */
typedef struct Pending Pending;
struct Pending {
    const Compact *type;
    bool is_value;
    TyVar *var; /* what stands for it within it; NULL: it does not occur */
    Pending *outer;
};

static bool is_same(const Compact *a, const Compact *b)
{
    if (a->vars.len == 0 || a->vars.len != b->vars.len || a->names.len != b->names.len ||
        a->literals.len != b->literals.len || a->functions.len != b->functions.len ||
        a->groups.len != b->groups.len || a->tuples.len != b->tuples.len ||
        a->choices.len != b->choices.len || (a->record == NULL) != (b->record == NULL)) {
        return false;
    }
    for (int64_t i = 0; i < a->vars.len; i++) {
        if (!compact_has_var(b, a->vars.at[i])) {
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
    if (is_too_much(c)) {
        return compact_any(c);
    }
    for (Pending *p = b->pending; p != NULL; p = p->outer) {
        if (p->is_value == is_value && is_same(p->type, type)) {
            Compact *made = new_compact(c);
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
    Compact *whole = unshare(c, made);
    b->pending = &own;
    compact_each(whole, is_value, bound_part, b);
    b->pending = own.outer;
    c->depth--;
    if (own.var == NULL) {
        return whole;
    }
    vec_push(&c->cycles, c->arena, ((CompactCycle){own.var, whole}));
    Compact *made_var = new_compact(c);
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
