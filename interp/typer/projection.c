/* projection: projections of what is not known, `x => x { name }`, which no type of FQL can say: the
 * element may be an object, or a group of them. A function of the schema needs a signature then.
 *
 * Types are walked as they are shown: variables that are given, by what uses them, those that are
 * returned, by what flows into them.
 */
#include "interp/typer/ty.h"

enum { PROJECTION_DEPTH_MAX = 100 };

typedef struct Search {
    int64_t walk, vars; /* of Typer.walks; variables met */
    const Ty *found;
    int32_t depth;
} Search;

static void search(Search *s, const Ty *type, bool is_value);

static void search_all(Search *s, const Ty *const *types, int64_t count, bool is_value)
{
    for (int64_t i = 0; i < count && s->found == NULL; i++) {
        search(s, types[i], is_value);
    }
}

static void search_fields(Search *s, const TyField *fields, int64_t count, bool is_value)
{
    for (int64_t i = 0; i < count && s->found == NULL; i++) {
        search(s, fields[i].type, is_value);
    }
}

/* A variable is looked into on the side on which it is met first, as Fauna did. */
static void search_var(Search *s, TyVar *var, bool is_value)
{
    if (var->walk == s->walk || s->vars >= COMPACT_TYPES_MAX) {
        return;
    }
    var->walk = s->walk;
    s->vars++;
    if (is_value) {
        search_all(s, var->values.at, var->values.len, true);
    } else {
        search_all(s, var->uses.at, var->uses.len, false);
    }
}

static void search_kind(Search *s, const Ty *type, bool is_value)
{
    switch (type->kind) {
    case TY_VAR:
        search_var(s, type->u.var, is_value);
        return;
    case TY_NAMED:
    case TY_TUPLE:
    case TY_UNION:
    case TY_INTERSECT:
        search_all(s, type->u.group.args, type->u.group.count, is_value);
        return;
    case TY_RECORD:
        search_fields(s, type->u.record.fields, type->u.record.count, is_value);
        search(s, type->u.record.wildcard, is_value);
        return;
    case TY_FUNCTION:
    case TY_APPLY:
    case TY_ACCESS:
        search_fields(s, type->u.function.params, type->u.function.count, !is_value);
        search(s, type->kind == TY_FUNCTION ? type->u.function.rest : NULL, !is_value);
        search(s, type->u.function.result, is_value);
        return;
    case TY_INTERFACE:
    case TY_FIELD:
        search(s, type->u.field.result, is_value);
        return;
    case TY_NOT_NULL:
    case TY_OR_NULL:
        search(s, type->u.wrap.inner, is_value);
        return;
    case TY_PROJECT:
        s->found = type;
        return;
    case TY_ANY:
    case TY_NEVER:
    case TY_PARAM:
    case TY_LITERAL:
    case TY_RESULT:
    case TY_ARGUMENT:
        return;
    }
    UNREACHABLE();
}

static void search(Search *s, const Ty *type, bool is_value)
{
    if (type != NULL && s->found == NULL && s->depth < PROJECTION_DEPTH_MAX) {
        s->depth++;
        search_kind(s, type, is_value);
        s->depth--;
    }
}

const Ty *ty_open_projection(Typer *typer, const Ty *type)
{
    Search s = {.walk = ++typer->walks};
    search(&s, type, true);
    return s.found;
}
