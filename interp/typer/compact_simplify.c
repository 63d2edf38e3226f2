/* compact_simplify: leaves out variables that say nothing, as in section 4.3 of the paper:
 *
 *   1. two that always occur together are one            (A & B) => A | B      A => A
 *   2. one that always occurs with the same other type   (A & Int) => A | Int  Int => Int
 *   3. one that is only given, or only returned          A => Int              Any => Int
 */
#include "interp/typer/compact.h"

/* What occurs with a variable each time it occurs on one side. */
typedef struct Company {
    bool occurs;
    bool any, never;
    VEC(TyVar *) vars;
    VEC(CompactName) names;
    VEC(const Literal *) literals;
} Company;

typedef struct VarInfo {
    TyVar *var;
    Company side[2]; /* as a use, as a value */
    bool is_cycle;
    bool looked_into;
    bool is_gone;
    TyVar *instead; /* NULL: itself, or nothing when it is gone */
} VarInfo;

typedef struct Simplifier {
    Compacter *c;
    int64_t number; /* of Typer.simplifications */
    VEC(VarInfo) vars;
} Simplifier;

static VarInfo *info_of(Simplifier *s, const TyVar *var)
{
    return var->simplification == s->number ? &s->vars.at[var->place] : NULL;
}

static VarInfo *add_info(Simplifier *s, TyVar *var, bool is_cycle)
{
    var->simplification = s->number;
    var->place = s->vars.len;
    vec_push(&s->vars, s->c->arena, ((VarInfo){.var = var, .is_cycle = is_cycle}));
    return &s->vars.at[var->place];
}

static bool has_name(const CompactName *names, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(names[i].name, name)) {
            return true;
        }
    }
    return false;
}

static bool has_var(TyVar *const *vars, int64_t count, const TyVar *var)
{
    for (int64_t i = 0; i < count; i++) {
        if (vars[i] == var) {
            return true;
        }
    }
    return false;
}

/* All that is there the first time. */
static void begin_company(Simplifier *s, Company *company, const Compact *type)
{
    Arena *arena = s->c->arena;
    company->occurs = true;
    company->any = type->is_any;
    company->never = type->is_never;
    for (int64_t i = 0; i < type->vars.len; i++) {
        vec_push(&company->vars, arena, type->vars.at[i]);
    }
    for (int64_t i = 0; i < type->names.len; i++) {
        vec_push(&company->names, arena, type->names.at[i]);
    }
    for (int64_t i = 0; i < type->literals.len; i++) {
        vec_push(&company->literals, arena, type->literals.at[i]);
    }
}

static void keep_literals(Simplifier *s, Company *company, const Compact *type)
{
    int64_t kept = 0, at = 0;
    for (int64_t i = 0; i < company->literals.len; i++) {
        if (literal_find(type->literals.at, type->literals.len, company->literals.at[i], &at)) {
            company->literals.at[kept++] = company->literals.at[i];
        } else {
            s->c->work += type->literals.len;
        }
    }
    company->literals.len = kept;
}

/* What of it is there again. */
static void keep_company(Simplifier *s, Company *company, const Compact *type)
{
    int64_t kept = 0;
    company->any &= type->is_any;
    company->never &= type->is_never;
    compact_mark(s->c, type);
    for (int64_t i = 0; i < company->vars.len; i++) {
        if (compact_is_marked(s->c, company->vars.at[i])) {
            company->vars.at[kept++] = company->vars.at[i];
        }
    }
    company->vars.len = kept;
    kept = 0;
    for (int64_t i = 0; i < company->names.len; i++) {
        if (has_name(type->names.at, type->names.len, company->names.at[i].name)) {
            company->names.at[kept++] = company->names.at[i];
        }
    }
    company->names.len = kept;
    keep_literals(s, company, type);
}

static void note_company(Simplifier *s, Company *company, const Compact *type)
{
    s->c->work += company->vars.len + type->vars.len + type->literals.len;
    if (company->occurs) {
        keep_company(s, company, type);
    } else {
        begin_company(s, company, type);
    }
}

static void find_company(void *context, Compact **part, bool is_value)
{
    Simplifier *s = context;
    Compact *type = *part;
    for (int64_t i = 0; i < type->vars.len && s->c->work <= COMPACT_WORK_MAX; i++) {
        TyVar *var = type->vars.at[i];
        VarInfo *info = info_of(s, var);
        Compact *cycle = compact_cycle(s->c, var);
        info = info != NULL ? info : add_info(s, var, cycle != NULL);
        note_company(s, &info->side[is_value], type);
        if (cycle != NULL && !info->looked_into) {
            info->looked_into = true;
            find_company(s, &cycle, is_value); /* `info` may have moved */
        }
    }
    compact_each(type, is_value, find_company, s);
}

/* 3 */
static void drop_one_sided(Simplifier *s)
{
    for (int64_t i = 0; i < s->vars.len; i++) {
        VarInfo *info = &s->vars.at[i];
        if (!info->is_cycle && info->side[0].occurs != info->side[1].occurs) {
            info->is_gone = true;
        }
    }
}

static bool is_decided(const VarInfo *info)
{
    return info->is_gone || info->instead != NULL;
}

/* 2 */
static bool is_redundant(const VarInfo *info)
{
    const Company *a = &info->side[0], *b = &info->side[1];
    if ((a->any && b->any) || (a->never && b->never)) {
        return true;
    }
    for (int64_t i = 0; i < a->names.len; i++) {
        if (has_name(b->names.at, b->names.len, a->names.at[i].name)) {
            return true;
        }
    }
    for (int64_t i = 0, at = 0; i < a->literals.len; i++) {
        if (literal_find(b->literals.at, b->literals.len, a->literals.at[i], &at)) {
            return true;
        }
    }
    return false;
}

/* `other` becomes `info`'s variable: what always occurs with both stays on the other side. */
static void unify(Simplifier *s, VarInfo *info, VarInfo *other, int side)
{
    other->instead = info->var;
    if (info->is_cycle) {
        for (int64_t i = 0; i < s->c->cycles.len; i++) {
            CompactCycle *cycle = &s->c->cycles.at[i];
            if (cycle->var == info->var) {
                cycle->type =
                    compact_merge(s->c, cycle->type, compact_cycle(s->c, other->var), side == 1);
            }
        }
        return;
    }
    Company *own = &info->side[1 - side];
    const Company *others = &other->side[1 - side];
    int64_t kept = 0;
    for (int64_t i = 0; i < own->vars.len; i++) {
        if (own->vars.at[i] == info->var ||
            has_var(others->vars.at, others->vars.len, own->vars.at[i])) {
            own->vars.at[kept++] = own->vars.at[i];
        }
    }
    own->vars.len = kept;
}

/* 1 */
static void unify_all(Simplifier *s, VarInfo *info)
{
    for (int side = 1; side >= 0; side--) {
        for (int64_t i = 0; i < info->side[side].vars.len && s->c->work <= COMPACT_WORK_MAX; i++) {
            VarInfo *other = info_of(s, info->side[side].vars.at[i]);
            s->c->work += other != NULL ? other->side[side].vars.len : 0;
            if (other != NULL && other != info && !is_decided(other) &&
                other->is_cycle == info->is_cycle &&
                has_var(other->side[side].vars.at, other->side[side].vars.len, info->var)) {
                unify(s, info, other, side);
            }
        }
    }
}

static TyVar *substitute(Simplifier *s, TyVar *var)
{
    const VarInfo *info = info_of(s, var);
    while (info != NULL && info->instead != NULL) {
        info = info_of(s, info->instead);
    }
    return info == NULL ? var : info->is_gone ? NULL : info->var;
}

static void replace(void *context, Compact **part, bool is_value)
{
    Simplifier *s = context;
    Compact *type = *part;
    int64_t kept = 0;
    for (int64_t i = 0; i < type->vars.len; i++) {
        TyVar *var = substitute(s, type->vars.at[i]);
        if (var != NULL && !has_var(type->vars.at, kept, var)) {
            type->vars.at[kept++] = var;
        }
    }
    type->vars.len = kept;
    compact_each(type, is_value, replace, s);
}

Compact *compact_simplify(Compacter *c, Compact *type, bool is_value)
{
    Simplifier s = {.c = c, .number = ++c->typer->simplifications};
    find_company(&s, &type, is_value);
    drop_one_sided(&s);
    for (int64_t i = 0; i < s.vars.len; i++) {
        VarInfo *info = &s.vars.at[i];
        if (!is_decided(info)) {
            unify_all(&s, info);
            info->is_gone = is_redundant(info);
        }
    }
    if (c->work > COMPACT_WORK_MAX) {
        return compact_any(c);
    }
    replace(&s, &type, is_value);
    for (int64_t i = 0; i < c->cycles.len; i++) {
        replace(&s, &c->cycles.at[i].type, is_value);
    }
    return type;
}
