/* set_batch_group: folds of batches whose accumulator is an object used as a map; see set_batch.h.
 *
 *   keys  ["a" "b" "a" …]      groups   "a" ─► cells [3 …]
 *   value [ 1   1   1  …]               "b" ─► cells [1 …]
 *
 * The accumulator is taken apart once, into a table that finds a group by its name or by the
 * integer that the name spells, and put together again when somebody wants the object. In between
 * nobody has it, so that its cells change in place. Groups come in the order in which their keys
 * came first, as the fields of an object that is extended step by step.
 */
#include "runtime/number.h"
#include "runtime/set/set_batch_int.h"

enum {
    GROUPS_MIN = 16, /* a power of two, as all sizes of tables */
    /* How often a large object is taken apart before its fold is left to calls. */
    OPENINGS_MAX = 8,
    INTEGER_TEXT_BYTES = 24,
};

/* The group whose name spells `key`; `group` is one more than its number, 0: the place is free. */
typedef struct IntegerKey {
    int64_t key;
    int64_t group;
} IntegerKey;

typedef struct Groups {
    Arena *home;
    int64_t count, cap;
    int64_t width; /* cells of each group */
    Str *names;
    uint64_t *hashes;
    Value *cells;           /* `width` for each group */
    int64_t *by_name;       /* 2 * cap places, hashed: one more than a group's number; 0: free */
    IntegerKey *by_integer; /* integer_cap places, hashed */
    int64_t integer_count, integer_cap;
} Groups;

/* -- the table ------------------------------------------------------------------------------ */

static int64_t find_name(const Groups *groups, Str name, uint64_t hash)
{
    int64_t mask = 2 * groups->cap - 1, at = (int64_t)hash & mask;
    for (; groups->by_name[at] != 0; at = (at + 1) & mask) {
        int64_t group = groups->by_name[at] - 1;
        if (groups->hashes[group] == hash && str_eq(groups->names[group], name)) {
            break;
        }
    }
    return at;
}

static void *widen(Arena *home, const void *old, int64_t count, int64_t cap, int64_t size)
{
    void *wider = arena_alloc(home, arena_array_bytes(cap, size));
    if (count > 0) {
        memcpy(wider, old, (size_t)(count * size));
    }
    return wider;
}

static void reserve(Groups *groups, int64_t cap)
{
    int64_t count = groups->count, cell_bytes = groups->width * (int64_t)sizeof(Value);
    groups->cap = cap;
    groups->names = widen(groups->home, groups->names, count, cap, (int64_t)sizeof(Str));
    groups->hashes = widen(groups->home, groups->hashes, count, cap, (int64_t)sizeof(uint64_t));
    groups->cells = widen(groups->home, groups->cells, count, cap, cell_bytes);
    groups->by_name = arena_array(groups->home, int64_t, 2 * cap);
    for (int64_t i = 0; i < count; i++) {
        groups->by_name[find_name(groups, groups->names[i], groups->hashes[i])] = i + 1;
    }
}

/* Makes a group that there is not, `name` and `cells` for it. `name` lives as long as the table. */
static int64_t add_group(Groups *groups, Str name, uint64_t hash, const Value *cells)
{
    if (groups->count == groups->cap) {
        reserve(groups, 2 * groups->cap);
    }
    int64_t group = groups->count++;
    groups->by_name[find_name(groups, name, hash)] = group + 1;
    groups->names[group] = name;
    groups->hashes[group] = hash;
    memcpy(&groups->cells[group * groups->width], cells, (size_t)groups->width * sizeof *cells);
    return group;
}

/* The number of the group called `name`, made with these cells if there is none. */
static int64_t group_of_name(Groups *groups, Str name, const Value *seeds)
{
    uint64_t hash = str_hash(name);
    int64_t group = groups->by_name[find_name(groups, name, hash)] - 1;
    return LIKELY(group >= 0) ? group
                              : add_group(groups, str_copy(groups->home, name), hash, seeds);
}

static IntegerKey *find_integer(const Groups *groups, int64_t key)
{
    int64_t mask = groups->integer_cap - 1;
    int64_t at = (int64_t)(((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & mask;
    while (groups->by_integer[at].group != 0 && groups->by_integer[at].key != key) {
        at = (at + 1) & mask;
    }
    return &groups->by_integer[at];
}

static void widen_integers(Groups *groups)
{
    const IntegerKey *old = groups->by_integer;
    int64_t cap = groups->integer_cap;
    groups->integer_cap = cap > 0 ? 2 * cap : 2 * GROUPS_MIN;
    groups->by_integer = arena_array(groups->home, IntegerKey, groups->integer_cap);
    for (int64_t i = 0; i < cap; i++) {
        if (old[i].group != 0) {
            *find_integer(groups, old[i].key) = old[i];
        }
    }
}

/* The first time that an integer comes up. */
static NOINLINE int64_t add_integer(Groups *groups, int64_t key, const Value *seeds)
{
    char text[INTEGER_TEXT_BYTES];
    int len = snprintf(text, sizeof text, "%lld", (long long)key);
    int64_t group = group_of_name(groups, (Str){text, len}, seeds);
    if (2 * ++groups->integer_count > groups->integer_cap) {
        widen_integers(groups);
    }
    *find_integer(groups, key) = (IntegerKey){key, group + 1};
    return group;
}

static ALWAYS_INLINE int64_t group_of_integer(Groups *groups, int64_t key, const Value *seeds)
{
    const IntegerKey *found = find_integer(groups, key);
    return LIKELY(found->group != 0) ? found->group - 1 : add_integer(groups, key, seeds);
}

/* -- from an object and to one --------------------------------------------------------------- */

/* The cells of a group's value. False: it is none that a group can have. */
static bool take_cells(const BatchFold *fold, Value v, Value *cells)
{
    if (fold->shape == NULL) {
        cells[0] = v;
        return val_is_number(v);
    }
    if (v.type != T_OBJECT || v.as.object->shape != fold->shape) {
        return false;
    }
    for (int32_t i = 0; i < fold->count; i++) {
        cells[i] = v.as.object->slots[fold->cells[i].slot];
        if (!val_is_number(cells[i])) {
            return false;
        }
    }
    return true;
}

static Groups *make_groups(const BatchFold *fold, Arena *home)
{
    Groups *groups = arena_new(home, Groups);
    groups->home = home;
    groups->width = fold->count;
    reserve(groups, GROUPS_MIN);
    widen_integers(groups);
    return groups;
}

/* Takes the accumulator apart. A table is used again, and with it the names of the fields that were
 * there the last time: nothing is left behind, however often this happens. */
static bool open_groups(BatchFold *fold, Arena *home, Value acc)
{
    if (acc.type != T_OBJECT) {
        return false;
    }
    const Object *object = acc.as.object;
    const Shape *shape = object->shape;
    if (shape->count > BATCH_MAX && ++fold->openings > OPENINGS_MAX) {
        return false;
    }
    if (fold->groups == NULL) {
        fold->groups = make_groups(fold, home);
    }
    Groups *groups = fold->groups;
    int64_t known = groups->count;
    groups->count = groups->integer_count = 0;
    memset(groups->by_name, 0, (size_t)(2 * groups->cap) * sizeof *groups->by_name);
    memset(groups->by_integer, 0, (size_t)groups->integer_cap * sizeof *groups->by_integer);
    for (uint32_t i = 0; i < shape->count; i++) {
        Value cells[BATCH_CELLS_MAX];
        if (!take_cells(fold, object->slots[i], cells)) {
            return false;
        }
        bool is_known = i < known && str_eq(groups->names[i], shape->names[i]);
        Str name = is_known ? groups->names[i] : str_copy(home, shape->names[i]);
        (void)add_group(groups, name, shape->hashes[i], cells);
    }
    fold->is_open = true;
    return true;
}

static Value group_value(Rt *rt, const BatchFold *fold, const Value *cells)
{
    if (fold->shape == NULL) {
        return cells[0];
    }
    Object *object = object_new(rt->heap, fold->shape);
    for (int32_t i = 0; i < fold->count; i++) {
        object->slots[fold->cells[i].slot] = cells[i];
    }
    return val_object(object);
}

void batch_group_end(Rt *rt, BatchFold *fold, Value *acc)
{
    const Groups *groups = fold->groups;
    const Shape *shape = shape_of(rt->shapes, groups->names, groups->count, rt->heap);
    Object *object = object_new(rt->heap, shape);
    for (int64_t i = 0; i < groups->count; i++) {
        object->slots[i] = group_value(rt, fold, &groups->cells[i * groups->width]);
    }
    fold->is_open = false;
    *acc = val_object(object);
}

/* -- a batch ----------------------------------------------------------------------------------- */

/* All that a batch gives; it is worked out before the groups change. */
typedef struct Columns {
    Column key, rooms[BATCH_CELLS_MAX];
    const Column *values[BATCH_CELLS_MAX];
    uint64_t chosen, cells_chosen[BATCH_CELLS_MAX];
    int64_t groups[BATCH_MAX]; /* of the elements that are chosen */
} Columns;

static bool compute_columns(Rt *rt, BatchFold *fold, const Batch *batch, Columns *columns)
{
    columns->chosen = batch_mask(batch->count);
    if (fold->has_condition && !batch_choose(rt, &fold->condition, batch, &columns->chosen)) {
        return false;
    }
    Column *key = &columns->key;
    if (!batch_compute(rt, &fold->key, batch, key) || !batch_all_known(key, batch->count) ||
        !(key->kind == COLUMN_TEXTS || (fold->spells_key && key->kind == COLUMN_INTEGERS))) {
        return false;
    }
    for (int32_t i = 0; i < fold->count; i++) {
        columns->values[i] = batch_cell_columns(rt, &fold->cells[i], batch, &columns->rooms[i],
                                                &columns->cells_chosen[i]);
        if (columns->values[i] == NULL) {
            return false;
        }
    }
    return true;
}

static void find_groups(const BatchFold *fold, Columns *columns)
{
    Groups *groups = fold->groups;
    const Column *key = &columns->key;
    for (uint64_t left = columns->chosen; left != 0; left &= left - 1) {
        int i = __builtin_ctzll(left);
        columns->groups[i] = key->kind == COLUMN_TEXTS
                                 ? group_of_name(groups, key->as.texts[i], fold->seeds)
                                 : group_of_integer(groups, key->as.integers[i], fold->seeds);
    }
}

static void change_cells(BatchFold *fold, int32_t nth, const Columns *columns)
{
    const BatchCell *cell = &fold->cells[nth];
    const Column *values = columns->values[nth];
    bool adds = cell->op == BATCH_FOLD_ADD && values->kind == COLUMN_INTEGERS;
    Value *cells = fold->groups->cells + nth;
    int64_t width = fold->groups->width, sum;
    for (uint64_t left = columns->chosen & columns->cells_chosen[nth]; left != 0;
         left &= left - 1) {
        int i = __builtin_ctzll(left);
        Value *acc = &cells[columns->groups[i] * width];
        bool is_sum = adds && val_is_integer(*acc) &&
                      !__builtin_add_overflow(acc->as.integer, values->as.integers[i], &sum);
        *acc = LIKELY(is_sum) ? val_number(sum)
                              : batch_combine(cell, *acc, batch_column_value(values, i));
    }
}

bool batch_group(Rt *rt, BatchFold *fold, Arena *home, const Batch *batch, Value *acc)
{
    Columns columns;
    if (!compute_columns(rt, fold, batch, &columns) ||
        (!fold->is_open && !open_groups(fold, home, *acc))) {
        return false;
    }
    *acc = val_null(NULL);
    find_groups(fold, &columns);
    for (int32_t i = 0; i < fold->count; i++) {
        change_cells(fold, i, &columns);
    }
    return true;
}
