/* compact_express: types as they are written. Variables are called A, B, C …, by names that no type
 * has. Null stands last in a union.
 */
#include "interp/typer/compact.h"
#include "interp/typer/shape.h"

typedef struct VarName {
    const TyVar *var;
    Str name;
} VarName;

typedef struct Pending Pending;
struct Pending {
    const TyVar *var;
    bool used;
    Pending *outer;
};

typedef struct Express {
    Compacter *c;
    VEC(VarName) names;
    int64_t used;
    Pending *pending; /* cycles around */
    int32_t depth;
} Express;

typedef VEC(TypeNode *) Nodes;

static TypeNode *express(Express *e, const Compact *type, bool is_value);

static TypeNode *new_node(Express *e, TypeKind kind)
{
    TypeNode *node = arena_new(e->c->arena, TypeNode);
    node->kind = kind;
    return node;
}

static TypeNode *name_node(Express *e, Str name)
{
    TypeNode *node = new_node(e, TYPE_NAME);
    node->u.group.name.text = name;
    return node;
}

static TypeNode *group_node(Express *e, TypeKind kind, Str name, TypeNode **args, int64_t count)
{
    TypeNode *node = new_node(e, kind);
    node->u.group.name.text = name;
    node->u.group.args = args;
    node->u.group.count = count;
    return node;
}

/* A, B … Z, AA, BB … */
static Str next_name(Express *e)
{
    for (;;) {
        char letter = (char)('A' + e->used % 26);
        int64_t times = e->used / 26 + 1;
        char *text = arena_alloc(e->c->arena, times);
        memset(text, letter, (size_t)times);
        e->used++;
        Str name = {text, times};
        if (ty_shape(e->c->typer, name) == NULL) {
            return name;
        }
    }
}

static Str name_of(Express *e, const TyVar *var)
{
    for (int64_t i = 0; i < e->names.len; i++) {
        if (e->names.at[i].var == var) {
            return e->names.at[i].name;
        }
    }
    VarName named = {var, next_name(e)};
    vec_push(&e->names, e->c->arena, named);
    return named.name;
}

/* Adds those that are not there yet. */
static void add_new(Express *e, Nodes *kept, TypeNode *const *nodes, int64_t count)
{
    Arena *arena = e->c->arena;
    Map known;
    Buf text = {0};
    map_init(&known, arena);
    for (int64_t i = 0; i < count; i++) {
        text.len = 0;
        ast_display_type(&text, nodes[i]);
        if (map_find(&known, buf_str(&text)) == NULL) {
            map_put(&known, str_copy(arena, buf_str(&text)), nodes[i]);
            vec_push(kept, arena, nodes[i]);
        }
    }
    buf_free(&text);
}

static bool is_null_node(const TypeNode *node)
{
    return node->kind == TYPE_NAME && str_eq(node->u.group.name.text, STR("Null"));
}

/* Without those that are there twice, null last. */
static void tidy(Express *e, Nodes *nodes)
{
    Nodes kept = {0};
    TypeNode *null = NULL;
    int64_t others = 0;
    for (int64_t i = 0; i < nodes->len; i++) {
        if (is_null_node(nodes->at[i])) {
            null = nodes->at[i];
        } else {
            nodes->at[others++] = nodes->at[i];
        }
    }
    if (others > 1) {
        add_new(e, &kept, nodes->at, others);
    } else if (others == 1) {
        vec_push(&kept, e->c->arena, nodes->at[0]);
    }
    if (null != NULL) {
        vec_push(&kept, e->c->arena, null);
    }
    *nodes = kept;
}

/* The members of a union are flattened, so that null is last in all. */
static TypeNode *join(Express *e, TypeKind kind, Nodes *nodes)
{
    tidy(e, nodes);
    return nodes->len == 1 ? nodes->at[0] : group_node(e, kind, (Str){0}, nodes->at, nodes->len);
}

static TypeNode **express_all(Express *e, Compact *const *types, int64_t count, bool is_value)
{
    TypeNode **nodes = arena_array(e->c->arena, TypeNode *, count);
    for (int64_t i = 0; i < count; i++) {
        nodes[i] = express(e, types[i], is_value);
    }
    return nodes;
}

static TypeNode *express_function(Express *e, const CompactFunction *function, bool is_value)
{
    e->c->typer->is_inexact |= function->is_access;
    TypeNode *node = new_node(e, TYPE_FUNCTION);
    bool variadic = function->rest != NULL;
    node->u.function.count = function->count + variadic;
    node->u.function.variadic = variadic;
    node->u.function.params = arena_array(e->c->arena, TypeParam, node->u.function.count);
    for (int64_t i = 0; i < function->count; i++) {
        node->u.function.params[i].name.text = function->params[i].name;
        node->u.function.params[i].type = express(e, function->params[i].type, !is_value);
    }
    if (variadic) {
        node->u.function.params[function->count].type = express(e, function->rest, !is_value);
    }
    node->u.function.result = express(e, function->result, is_value);
    return node;
}

static TypeNode *express_record(Express *e, const CompactRecord *record, bool is_value,
                                bool interface)
{
    TypeNode *node = new_node(e, TYPE_OBJECT);
    bool wild = record->wildcard != NULL;
    node->u.object.count = record->count + wild;
    node->u.object.interface = interface;
    node->u.object.fields = arena_array(e->c->arena, TypeField, node->u.object.count);
    for (int64_t i = 0; i < record->count; i++) {
        node->u.object.fields[i].name.text = record->fields[i].name;
        node->u.object.fields[i].type = express(e, record->fields[i].type, is_value);
    }
    if (wild) {
        node->u.object.fields[record->count].type = express(e, record->wildcard, is_value);
    }
    return node;
}

/* A projection is written as the function that it puts each element through, which no type of FQL
 * is: .{ F } => T. */
static TypeNode *express_project(Express *e, const CompactProject *project, bool is_value)
{
    Buf text = {0};
    e->c->typer->is_inexact = true;
    TypeNode *inner = express(e, project->inner, !is_value);
    TypeNode *result = express(e, project->result, is_value);
    buf_puts(&text, ".{ ");
    ast_display_type(&text, inner);
    buf_puts(&text, " } => ");
    ast_display_type(&text, result);
    TypeNode *node = name_node(e, str_copy(e->c->arena, buf_str(&text)));
    buf_free(&text);
    return node;
}

/* -- without null ------------------------------------------------------------------------------ */

static bool is_param_name(const Express *e, const TypeNode *node)
{
    for (int64_t i = 0; node->kind == TYPE_NAME && i < e->names.len; i++) {
        if (str_eq(e->names.at[i].name, node->u.group.name.text)) {
            return true;
        }
    }
    return false;
}

/* What is left of a member of a union without its nulls; NULL: nothing. */
static TypeNode *strip_null(Express *e, TypeNode *node)
{
    Str name = node->u.group.name.text;
    if (node->kind == TYPE_CONS) {
        bool is_ref = str_eq(name, STR("Ref")) || str_eq(name, STR("NamedRef"));
        bool is_empty = str_eq(name, STR("EmptyRef")) || str_eq(name, STR("EmptyNamedRef"));
        return is_ref ? node->u.group.args[0] : is_empty ? NULL : node;
    }
    if (node->kind == TYPE_NAME) {
        const TyShape *shape = ty_shape(e->c->typer, name);
        bool is_null = is_null_node(node) ||
                       (shape != NULL && shape->alias != NULL && ty_is_null(shape->alias));
        return is_null ? NULL : node;
    }
    return node;
}

static void express_not_null(Express *e, const Compact *inner, bool is_value, Nodes *nodes)
{
    TypeKind groups = is_value ? TYPE_UNION : TYPE_INTERSECT;
    TypeNode *whole = express(e, inner, is_value);
    bool is_group = whole->kind == groups;
    int64_t count = is_group ? whole->u.group.count : 1;
    Nodes kept = {0};
    bool has_param = false;
    for (int64_t i = 0; i < count; i++) {
        TypeNode *member = strip_null(e, is_group ? whole->u.group.args[i] : whole);
        if (member != NULL) {
            has_param |= is_param_name(e, member);
            vec_push(&kept, e->c->arena, member);
        }
    }
    if (kept.len == 0) {
        return;
    }
    TypeNode *node = join(e, groups, &kept);
    if (has_param) {
        TypeNode **sides = arena_array(e->c->arena, TypeNode *, 2);
        sides[0] = node;
        sides[1] = name_node(e, STR("Null"));
        node = group_node(e, TYPE_DIFFERENCE, (Str){0}, sides, 2);
        vec_push(nodes, e->c->arena, node);
    } else if (node->kind == groups) {
        for (int64_t i = 0; i < node->u.group.count; i++) {
            vec_push(nodes, e->c->arena, node->u.group.args[i]);
        }
    } else if (node->kind != TYPE_NEVER) {
        vec_push(nodes, e->c->arena, node);
    }
}

/* -- all of a type ----------------------------------------------------------------------------- */

static TypeNode *express_var(Express *e, const TyVar *var, bool is_value)
{
    const Compact *cycle = compact_cycle(e->c, var);
    if (cycle == NULL) {
        return name_node(e, name_of(e, var));
    }
    for (Pending *p = e->pending; p != NULL; p = p->outer) {
        if (p->var == var) {
            p->used = true;
            return name_node(e, name_of(e, var));
        }
    }
    Pending own = {var, false, e->pending};
    e->pending = &own;
    TypeNode *node = express(e, cycle, is_value);
    e->pending = own.outer;
    if (!own.used) {
        return node;
    }
    TypeNode **inner = arena_array(e->c->arena, TypeNode *, 1);
    inner[0] = node;
    return group_node(e, TYPE_RECURSIVE, name_of(e, var), inner, 1);
}

static void express_parts(Express *e, const Compact *type, bool is_value, Nodes *nodes)
{
    Arena *arena = e->c->arena;
    for (int64_t i = 0; i < type->vars.len; i++) {
        vec_push(nodes, arena, express_var(e, type->vars.at[i], is_value));
    }
    if (type->choices.len > 0) {
        Nodes choices = {0};
        add_new(e, &choices, express_all(e, type->choices.at, type->choices.len, is_value),
                type->choices.len);
        vec_push(nodes, arena,
                 choices.len == 1 ? choices.at[0]
                                  : group_node(e, is_value ? TYPE_INTERSECT : TYPE_UNION, (Str){0},
                                               choices.at, choices.len));
    }
    for (int64_t i = 0; i < type->literals.len; i++) {
        TypeNode *node = new_node(e, TYPE_SINGLETON);
        node->u.singleton = *type->literals.at[i];
        vec_push(nodes, arena, node);
    }
    for (int64_t i = 0; i < type->names.len; i++) {
        vec_push(nodes, arena, name_node(e, type->names.at[i].name));
    }
    for (int64_t i = 0; i < type->groups.len; i++) {
        const CompactGroup *group = &type->groups.at[i];
        vec_push(nodes, arena,
                 group_node(e, TYPE_CONS, group->name,
                            express_all(e, group->args, group->count, is_value), group->count));
    }
    for (int64_t i = 0; i < type->functions.len; i++) {
        vec_push(nodes, arena, express_function(e, &type->functions.at[i], is_value));
    }
    if (type->project != NULL) {
        vec_push(nodes, arena, express_project(e, type->project, is_value));
    }
    if (type->record != NULL) {
        vec_push(nodes, arena, express_record(e, type->record, is_value, false));
    }
    if (type->interface != NULL) {
        vec_push(nodes, arena, express_record(e, type->interface, is_value, true));
    }
    for (int64_t i = 0; i < type->tuples.len; i++) {
        const CompactGroup *tuple = &type->tuples.at[i];
        vec_push(nodes, arena,
                 group_node(e, TYPE_TUPLE, (Str){0},
                            express_all(e, tuple->args, tuple->count, is_value), tuple->count));
    }
    for (int64_t i = 0; i < type->not_nulls.len; i++) {
        express_not_null(e, type->not_nulls.at[i], is_value, nodes);
    }
}

static TypeNode *express(Express *e, const Compact *type, bool is_value)
{
    Nodes nodes = {0};
    if (e->depth >= COMPACT_DEPTH_MAX) {
        return new_node(e, TYPE_ANY);
    }
    if (type->is_poisoned) {
        return new_node(e, is_value ? TYPE_HOLE : TYPE_ANY);
    }
    e->depth++;
    express_parts(e, type, is_value, &nodes);
    e->depth--;
    if (type->is_any && (is_value || nodes.len == 0)) {
        Nodes all = {0};
        vec_push(&all, e->c->arena, new_node(e, TYPE_ANY));
        for (int64_t i = 0; i < nodes.len; i++) {
            vec_push(&all, e->c->arena, nodes.at[i]);
        }
        nodes = all;
    }
    if (type->is_never && (!is_value || nodes.len == 0)) {
        return new_node(e, TYPE_NEVER);
    }
    if (nodes.len == 0) {
        return new_node(e, is_value ? TYPE_NEVER : TYPE_ANY);
    }
    return join(e, is_value ? TYPE_UNION : TYPE_INTERSECT, &nodes);
}

TypeNode *compact_express(Compacter *c, const Compact *type, bool is_value)
{
    Express e = {.c = c};
    return express(&e, type, is_value);
}
