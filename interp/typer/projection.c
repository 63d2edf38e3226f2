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

static void search(void *context, const Ty *type, bool is_value);

/* A variable is looked into on the side on which it is met first, as Fauna did. */
static void search_var(Search *s, TyVar *var, bool is_value)
{
    if (var->walk == s->walk || s->vars >= COMPACT_TYPES_MAX) {
        return;
    }
    var->walk = s->walk;
    s->vars++;
    const Ty **bounds = is_value ? var->values.at : var->uses.at;
    int64_t count = is_value ? var->values.len : var->uses.len;
    for (int64_t i = 0; i < count; i++) {
        search(s, bounds[i], is_value);
    }
}

static void search(void *context, const Ty *type, bool is_value)
{
    Search *s = context;
    if (s->found != NULL || s->depth >= PROJECTION_DEPTH_MAX) {
        return;
    }
    s->depth++;
    if (type->kind == TY_PROJECT) {
        s->found = type;
    } else if (type->kind == TY_VAR) {
        search_var(s, type->u.var, is_value);
    } else {
        ty_each(type, is_value, search, s);
    }
    s->depth--;
}

const Ty *ty_open_projection(Typer *typer, const Ty *type)
{
    Search s = {.walk = ++typer->walks};
    search(&s, type, true);
    return s.found;
}
