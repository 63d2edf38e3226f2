/* display: types as text. A function in which calls of several signatures are still open is shown
 * once for each way in which they can be closed:
 *
 *   (x, y) => x + y      ((Number, Number) => Number) & ((String, String) => String)
 */
#include "interp/typer/compact.h"

enum { WAYS_MAX = 16, CALLS_MAX = 8, OPEN_PARTS_MAX = 20000, PLAIN_DEPTH_MAX = 20 };

typedef struct Open {
    Typer *typer;
    Arena *arena;
    int64_t walk, seen; /* of Typer.walks; variables met */
    TyCall *calls[CALLS_MAX];
    int64_t count, looked;
    int32_t depth;
} Open;

static void find_open(void *context, const Ty *type, bool is_value);

static void find_all(Open *o, const Ty *const *types, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        find_open(o, types[i], true);
    }
}

static void find_in_var(Open *o, TyVar *var)
{
    if (var->walk != o->walk && o->seen < COMPACT_TYPES_MAX) {
        var->walk = o->walk;
        o->seen++;
        find_all(o, var->values.at, var->values.len);
        find_all(o, var->uses.at, var->uses.len);
    }
}

static void note_call(Open *o, TyCall *call)
{
    for (int64_t i = 0; i < o->count; i++) {
        if (o->calls[i] == call) {
            return;
        }
    }
    if (o->count < CALLS_MAX) {
        o->calls[o->count++] = call;
        for (int64_t i = 0; i < call->given.len; i++) {
            find_open(o, call->given.at[i].value, true);
        }
        find_all(o, call->wanted.at, call->wanted.len);
    }
}

/* The side is of no account: both are looked into. */
static void find_open(void *context, const Ty *type, bool is_value)
{
    Open *o = context;
    if (o->depth >= COMPACT_DEPTH_MAX || ++o->looked > OPEN_PARTS_MAX) {
        return;
    }
    o->depth++;
    if (type->kind == TY_VAR) {
        find_in_var(o, type->u.var);
    } else if (type->kind != TY_RESULT && type->kind != TY_ARGUMENT) {
        ty_each(type, is_value, find_open, o);
    } else if (choice_is_open(type->u.choice.call)) {
        note_call(o, type->u.choice.call);
    }
    o->depth--;
}

/* -- plain types --------------------------------------------------------------------------------
 *
 * Most types that are shown need none of this: values without functions in them, whose variables
 * are each of one type. Their variables are given nowhere, so there are none left when all is
 * simplified. */

static TypeNode *express_plain(Arena *arena, const Ty *type, int32_t depth);

static TypeNode **plain_members(Arena *arena, const Ty *type, int32_t depth)
{
    int64_t count = type->u.group.count;
    TypeNode **nodes = arena_array(arena, TypeNode *, count);
    for (int64_t i = 0; i < count; i++) {
        nodes[i] = express_plain(arena, type->u.group.args[i], depth);
        if (nodes[i] == NULL) {
            return NULL;
        }
    }
    return nodes;
}

static TypeNode *plain_group(Arena *arena, const Ty *type, int32_t depth)
{
    TypeNode *node = arena_new(arena, TypeNode);
    bool is_name = type->kind == TY_NAMED && type->u.group.count == 0;
    node->kind = type->kind == TY_TUPLE ? TYPE_TUPLE : is_name ? TYPE_NAME : TYPE_CONS;
    node->u.group.args = plain_members(arena, type, depth);
    node->u.group.count = type->u.group.count;
    if (type->kind == TY_NAMED) {
        node->u.group.name.text = type->u.group.name;
    }
    return node->u.group.args != NULL ? node : NULL;
}

static TypeNode *plain_record(Arena *arena, const Ty *type, int32_t depth)
{
    int64_t count = type->u.record.count;
    TypeNode *node = arena_new(arena, TypeNode);
    node->kind = TYPE_OBJECT;
    node->u.object.count = count;
    node->u.object.fields = arena_array(arena, TypeField, count);
    for (int64_t i = 0; i < count; i++) {
        const TyField *field = &type->u.record.fields[i];
        TypeNode *of_field = express_plain(arena, field->type, depth);
        if (of_field == NULL) {
            return NULL;
        }
        node->u.object.fields[i].name.text = field->name;
        node->u.object.fields[i].type = of_field;
    }
    return type->u.record.wildcard == NULL ? node : NULL;
}

/* NULL: it is not plain. */
static TypeNode *express_plain(Arena *arena, const Ty *type, int32_t depth)
{
    if (depth >= PLAIN_DEPTH_MAX) {
        return NULL;
    }
    if (type->kind == TY_VAR && type->u.var->values.len == 1 && !type->u.var->poisoned) {
        return express_plain(arena, type->u.var->values.at[0], depth + 1);
    }
    if (type->kind == TY_LITERAL) {
        TypeNode *node = arena_new(arena, TypeNode);
        node->kind = TYPE_SINGLETON;
        node->u.singleton = *type->u.literal;
        return node;
    }
    return type->kind == TY_NAMED || type->kind == TY_TUPLE ? plain_group(arena, type, depth + 1)
           : type->kind == TY_RECORD                        ? plain_record(arena, type, depth + 1)
                                                            : NULL;
}

/* -- all types --------------------------------------------------------------------------------- */

static TypeNode *express_now(Typer *typer, Arena *arena, const Ty *type, bool is_value)
{
    Compacter c = {.typer = typer, .arena = arena};
    Compact *compact = compact_make(&c, type, is_value);
    compact = compact_simplify(&c, compact, is_value);
    return compact_express(&c, compact, is_value);
}

static bool is_known(TypeNode *const *nodes, int64_t count, const TypeNode *node)
{
    Buf own = {0}, other = {0};
    bool known = false;
    ast_display_type(&own, node);
    for (int64_t i = 0; i < count && !known; i++) {
        other.len = 0;
        ast_display_type(&other, nodes[i]);
        known = str_eq(buf_str(&own), buf_str(&other));
    }
    buf_free(&own);
    buf_free(&other);
    return known;
}

/* Each way to close the open calls from the `at`-th on. */
static void express_ways(Open *o, int64_t at, const Ty *type, bool is_value, TypeNode **ways,
                         int64_t *count)
{
    if (at == o->count) {
        TypeNode *node = express_now(o->typer, o->arena, type, is_value);
        if (*count < WAYS_MAX && !is_known(ways, *count, node)) {
            ways[(*count)++] = node;
        }
        return;
    }
    const TyCall *call = o->calls[at];
    for (int64_t i = 0; i < call->count && *count < WAYS_MAX; i++) {
        TyMark mark = ty_mark(o->typer);
        if (choice_close(o->typer, o->calls[at], i)) {
            express_ways(o, at + 1, type, is_value, ways, count);
        }
        ty_rewind(o->typer, mark);
    }
}

TypeNode *ty_express(Typer *typer, Arena *arena, const Ty *type, bool is_value)
{
    TypeNode *plain = is_value ? express_plain(arena, type, 0) : NULL;
    if (plain != NULL) {
        return plain;
    }
    Open o = {.typer = typer, .arena = arena, .walk = ++typer->walks};
    find_open(&o, type, is_value);
    if (o.count == 0) {
        return express_now(typer, arena, type, is_value);
    }
    TypeNode **ways = arena_array(arena, TypeNode *, WAYS_MAX);
    int64_t count = 0;
    express_ways(&o, 0, type, is_value, ways, &count);
    if (count == 0) {
        return express_now(typer, arena, type, is_value);
    }
    if (count == 1) {
        return ways[0];
    }
    bool all_functions = true;
    for (int64_t i = 0; i < count; i++) {
        all_functions &= ways[i]->kind == TYPE_FUNCTION;
    }
    TypeNode *node = arena_new(arena, TypeNode);
    node->kind = all_functions && is_value ? TYPE_INTERSECT : TYPE_UNION;
    node->u.group.args = ways;
    node->u.group.count = count;
    return node;
}

Str ty_display(Typer *typer, Arena *arena, const Ty *type, bool is_value)
{
    Buf text = {0};
    ast_display_type(&text, ty_express(typer, arena, type, is_value));
    Str kept = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return kept;
}
