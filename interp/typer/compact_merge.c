/* compact_merge: the union of two values, the intersection of two uses. See compact.h. */
#include "interp/typer/compact.h"

static void add_vars(Compacter *c, Compact *type, const Compact *from)
{
    compact_mark(c, type);
    for (int64_t i = 0; i < from->vars.len; i++) {
        if (!compact_is_marked(c, from->vars.at[i])) {
            vec_push(&type->vars, c->arena, from->vars.at[i]);
        }
    }
}

/* What is there is most often there in the same order. */
static void add_literals(Compacter *c, Compact *type, const Compact *from)
{
    int64_t known = type->literals.len, at = 0;
    for (int64_t i = 0; i < from->literals.len; i++) {
        if (!literal_find(type->literals.at, known, from->literals.at[i], &at)) {
            c->work += known;
            vec_push(&type->literals, c->arena, from->literals.at[i]);
        }
    }
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

/* A field that only one of two values has by its name: of the other it is what the wildcard stands
 * for, and may not be there. NULL: the other has no such field. */
static Compact *field_of_wildcard(Compacter *c, const CompactRecord *record, bool is_value)
{
    if (record->wildcard == NULL || record->wildcard->is_any || !is_value) {
        return record->wildcard;
    }
    Compact *made = compact_unshare(c, record->wildcard);
    add_name(c, made, (CompactName){STR("Null"), false});
    return made;
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
            match = match != NULL ? match : field_of_wildcard(c, other, is_value);
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
    if (compact_is_too_much(c)) {
        return compact_any(c);
    }
    c->depth++;
    Compact *made = compact_unshare(c, a);
    made->is_any = is_value ? a->is_any || b->is_any : a->is_any && b->is_any;
    made->is_never = is_value ? a->is_never && b->is_never : a->is_never || b->is_never;
    made->is_poisoned =
        is_value ? a->is_poisoned && b->is_poisoned : a->is_poisoned || b->is_poisoned;
    add_vars(c, made, b);
    add_literals(c, made, b);
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
