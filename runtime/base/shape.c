/* shape: see shape.h.
 *
 * A table keeps its shapes three ways:
 *
 *   by number   chunks of pointers:  directory[id >> CHUNK_BITS][id & mask]
 *   by names    one hash table over whole lists of names: no two shapes have the same list
 *   by edge     per shape a hash table of children, keyed by the last name; filled when an
 *               edge is first followed, so it may lack children that the names table has
 *
 * Making a shape or an edge takes the lock. Following an edge and finding by number do not:
 * an edge table is published with a release store and never written in place except for
 * empty slots, which are atomic; outgrown tables stay in the table's arena.
 */
#include "runtime/base/shape.h"

#include "runtime/base/limits.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    CHUNK_BITS = 12,
    CHUNK_LEN = 1 << CHUNK_BITS,
    DIRECTORY_LEN = SHAPE_ID_MAX >> CHUNK_BITS,
    NARROW_MAX = 8, /* shapes up to this width are searched one by one */
    EDGES_FIRST = 4,
    SHAPES_FIRST = 64,
};

typedef _Atomic(const Shape *) ShapeRef;

typedef struct EdgeTable {
    int64_t cap; /* a power of two */
    ShapeRef slots[];
} EdgeTable;

struct ShapeEdges {
    _Atomic(EdgeTable *) table; /* NULL: no edges yet */
    int64_t count;              /* under the lock */
};

struct ShapeTable {
    pthread_mutex_t lock;
    Arena arena;
    const Shape *empty;
    const Shape **by_names; /* open addressing */
    int64_t by_names_cap;
    int64_t shape_count;
    atomic_uint next_id;
    _Atomic(ShapeRef *) directory[DIRECTORY_LEN];
};

/* -- building one shape --------------------------------------------------------------- */

static uint64_t hash_names(const uint64_t *hashes, int64_t count)
{
    uint64_t hash = (uint64_t)count;
    for (int64_t i = 0; i < count; i++) {
        hash = (hash ^ hashes[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

static int64_t index_cap(int64_t count)
{
    int64_t cap = 2 * NARROW_MAX;
    while (cap < 2 * count) {
        cap *= 2;
    }
    return cap;
}

static void index_slot(uint32_t *index, int64_t cap, const uint64_t *hashes, int64_t slot)
{
    int64_t i = (int64_t)hashes[slot] & (cap - 1);
    while (index[i]) {
        i = (i + 1) & (cap - 1);
    }
    index[i] = (uint32_t)slot + 1;
}

/* `cap`: index_cap of as many as the index may come to hold. */
static uint32_t *make_index(Arena *arena, const uint64_t *hashes, int64_t count, int64_t cap)
{
    uint32_t *index = arena_array(arena, uint32_t, cap);
    for (int64_t slot = 0; slot < count; slot++) {
        index_slot(index, cap, hashes, slot);
    }
    return index;
}

/* A shape whose names are copied into `arena`. */
static Shape *make_shape(Arena *arena, const Str *names, const uint64_t *hashes, int64_t count)
{
    Str *own = arena_array(arena, Str, count);
    for (int64_t i = 0; i < count; i++) {
        own[i] = str_copy(arena, names[i]);
    }
    Shape *shape = arena_new(arena, Shape);
    shape->count = (uint32_t)count;
    shape->names = own;
    shape->hashes = arena_copy(arena, hashes, count * (int64_t)sizeof *hashes);
    shape->index = count > NARROW_MAX ? make_index(arena, hashes, count, index_cap(count)) : NULL;
    return shape;
}

static bool has_names(const Shape *shape, const Str *names, const uint64_t *hashes, int64_t count)
{
    if (shape->count != count) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        if (shape->hashes[i] != hashes[i] || !str_eq(shape->names[i], names[i])) {
            return false;
        }
    }
    return true;
}

/* -- the table (all under the lock) ------------------------------------------------------ */

static int64_t find_by_names(const ShapeTable *table, const Str *names, const uint64_t *hashes,
                             int64_t count)
{
    int64_t mask = table->by_names_cap - 1;
    int64_t i = (int64_t)hash_names(hashes, count) & mask;
    while (table->by_names[i] && !has_names(table->by_names[i], names, hashes, count)) {
        i = (i + 1) & mask;
    }
    return i;
}

static void grow_by_names(ShapeTable *table)
{
    const Shape **old = table->by_names;
    int64_t old_cap = table->by_names_cap;
    table->by_names_cap *= 2;
    table->by_names = arena_array(&table->arena, const Shape *, table->by_names_cap);
    for (int64_t i = 0; i < old_cap; i++) {
        if (old[i]) {
            table->by_names[find_by_names(table, old[i]->names, old[i]->hashes, old[i]->count)] =
                old[i];
        }
    }
}

static void set_by_id(ShapeTable *table, uint32_t id, const Shape *shape)
{
    _Atomic(ShapeRef *) *entry = &table->directory[id >> CHUNK_BITS];
    ShapeRef *chunk = atomic_load_explicit(entry, memory_order_relaxed);
    if (!chunk) {
        chunk = arena_array(&table->arena, ShapeRef, CHUNK_LEN);
        atomic_store_explicit(entry, chunk, memory_order_release);
    }
    atomic_store_explicit(&chunk[id & (CHUNK_LEN - 1)], shape, memory_order_release);
}

/* Makes the shared shape `id`; `at` is where it goes in the table of names. */
static const Shape *add_shape(ShapeTable *table, uint32_t id, const Str *names,
                              const uint64_t *hashes, int64_t count, int64_t at)
{
    always(id < SHAPE_ID_MAX);
    Shape *shape = make_shape(&table->arena, names, hashes, count);
    shape->id = id;
    shape->shared = true;
    shape->table = table;
    shape->edges = arena_new(&table->arena, struct ShapeEdges);
    table->by_names[at] = shape;
    table->shape_count++;
    if (2 * table->shape_count > table->by_names_cap) {
        grow_by_names(table);
    }
    set_by_id(table, id, shape);
    if (id >= atomic_load_explicit(&table->next_id, memory_order_relaxed)) {
        atomic_store_explicit(&table->next_id, id + 1, memory_order_release);
    }
    return shape;
}

/* The shared shape with these names, made if need be. */
static const Shape *intern(ShapeTable *table, const Str *names, const uint64_t *hashes,
                           int64_t count)
{
    int64_t at = find_by_names(table, names, hashes, count);
    if (table->by_names[at]) {
        return table->by_names[at];
    }
    return add_shape(table, atomic_load(&table->next_id), names, hashes, count, at);
}

/* -- edges ----------------------------------------------------------------------------------- */

static const Shape *find_edge(const Shape *shape, Str name, uint64_t hash)
{
    EdgeTable *edges = atomic_load_explicit(&shape->edges->table, memory_order_acquire);
    if (!edges) {
        return NULL;
    }
    uint32_t last = shape->count;
    for (int64_t i = (int64_t)hash & (edges->cap - 1);; i = (i + 1) & (edges->cap - 1)) {
        const Shape *child = atomic_load_explicit(&edges->slots[i], memory_order_acquire);
        if (!child || (child->hashes[last] == hash && str_eq(child->names[last], name))) {
            return child;
        }
    }
}

static void put_edge(EdgeTable *edges, const Shape *child)
{
    int64_t i = (int64_t)child->hashes[child->count - 1] & (edges->cap - 1);
    while (atomic_load_explicit(&edges->slots[i], memory_order_relaxed)) {
        i = (i + 1) & (edges->cap - 1);
    }
    atomic_store_explicit(&edges->slots[i], child, memory_order_release);
}

static void add_edge(ShapeTable *table, const Shape *parent, const Shape *child)
{
    struct ShapeEdges *own = parent->edges;
    EdgeTable *edges = atomic_load_explicit(&own->table, memory_order_relaxed);
    if (!edges || 2 * (own->count + 1) > edges->cap) {
        int64_t cap = edges ? edges->cap * 2 : EDGES_FIRST;
        EdgeTable *wider = arena_zero(&table->arena, (int64_t)sizeof *wider +
                                                         arena_array_bytes(cap, sizeof(ShapeRef)));
        wider->cap = cap;
        for (int64_t i = 0; edges && i < edges->cap; i++) {
            const Shape *old = atomic_load_explicit(&edges->slots[i], memory_order_relaxed);
            if (old) {
                put_edge(wider, old);
            }
        }
        atomic_store_explicit(&own->table, wider, memory_order_release);
        edges = wider;
    }
    put_edge(edges, child);
    own->count++;
}

static void append_names(const Shape *shape, Str *names, uint64_t *hashes)
{
    if (shape->count > 0) {
        memcpy(names, shape->names, shape->count * sizeof *names);
        memcpy(hashes, shape->hashes, shape->count * sizeof *hashes);
    }
}

/* The names of `shape` and one more, in memory that the caller gives. */
static void append_name(const Shape *shape, Str name, uint64_t hash, Str *names, uint64_t *hashes)
{
    append_names(shape, names, hashes);
    names[shape->count] = name;
    hashes[shape->count] = hash;
}

/* The shared child of a shared narrow shape, or NULL when the table is full. */
static const Shape *follow_edge(const Shape *shape, Str name, uint64_t hash)
{
    const Shape *child = find_edge(shape, name, hash);
    if (child) {
        return child;
    }
    assert(shape->count < SHAPE_FIELDS_SHARED_MAX);
    ShapeTable *table = shape->table;
    Str names[SHAPE_FIELDS_SHARED_MAX];
    uint64_t hashes[SHAPE_FIELDS_SHARED_MAX];
    append_name(shape, name, hash, names, hashes);
    pthread_mutex_lock(&table->lock);
    child = find_edge(shape, name, hash);
    if (!child) {
        int64_t at = find_by_names(table, names, hashes, shape->count + 1);
        child = table->by_names[at];
        if (!child && table->shape_count < SHAPE_COUNT_MAX) {
            uint32_t id = atomic_load(&table->next_id);
            child = add_shape(table, id, names, hashes, shape->count + 1, at);
        }
        if (child) {
            add_edge(table, shape, child);
        }
    }
    pthread_mutex_unlock(&table->lock);
    return child;
}

/* -- the interface ---------------------------------------------------------------------------- */

ShapeTable *shape_table_new(void)
{
    Arena arena;
    arena_init(&arena);
    ShapeTable *table = arena_new(&arena, ShapeTable);
    table->arena = arena;
    if (pthread_mutex_init(&table->lock, NULL) != 0) {
        UNREACHABLE();
    }
    table->by_names_cap = SHAPES_FIRST;
    table->by_names = arena_array(&table->arena, const Shape *, table->by_names_cap);
    table->empty = intern(table, NULL, NULL, 0);
    return table;
}

void shape_table_free(ShapeTable *table)
{
    pthread_mutex_destroy(&table->lock);
    Arena arena = table->arena; /* the table itself lies in it */
    arena_free(&arena);
}

const Shape *shape_empty(ShapeTable *table)
{
    return table->empty;
}

const Shape *shape_child(const Shape *shape, Str name)
{
    assert(shape_slot(shape, name) < 0);
    return shape->shared && shape->count < SHAPE_FIELDS_SHARED_MAX
               ? follow_edge(shape, name, str_hash(name))
               : NULL;
}

const Shape *shape_add(const Shape *shape, Str name, Arena *arena)
{
    const Shape *child = shape_child(shape, name);
    if (child) {
        return child;
    }
    uint64_t hash = str_hash(name);
    Str *names = arena_array(arena, Str, shape->count + 1);
    uint64_t *hashes = arena_array(arena, uint64_t, shape->count + 1);
    append_name(shape, name, hash, names, hashes);
    Shape *wider = make_shape(arena, names, hashes, shape->count + 1);
    wider->table = shape->table;
    return wider;
}

/* Hashes of `names` in `arena`. */
static uint64_t *hash_each(Arena *arena, const Str *names, int64_t count)
{
    uint64_t *hashes = arena_array(arena, uint64_t, count);
    for (int64_t i = 0; i < count; i++) {
        hashes[i] = str_hash(names[i]);
    }
    return hashes;
}

/* Names and hashes have room for half as many as the index has places. */
struct ShapeBuilder {
    Shape shape;
    Str *names;
    uint64_t *hashes;
    uint32_t *index;
    int64_t room;
};

/* Makes room for `count` names. */
static void widen_builder(ShapeBuilder *builder, int64_t count, Arena *arena)
{
    Shape *shape = &builder->shape;
    int64_t cap = index_cap(count);
    builder->room = cap / 2;
    builder->names = arena_array(arena, Str, builder->room);
    builder->hashes = arena_array(arena, uint64_t, builder->room);
    append_names(shape, builder->names, builder->hashes);
    builder->index = make_index(arena, builder->hashes, shape->count, cap);
    shape->names = builder->names;
    shape->hashes = builder->hashes;
    shape->index = builder->index;
}

ShapeBuilder *shape_builder(const Shape *shape, Arena *arena)
{
    ShapeBuilder *builder = arena_new(arena, ShapeBuilder);
    builder->shape = (Shape){.count = shape->count,
                             .names = shape->names,
                             .hashes = shape->hashes,
                             .table = shape->table};
    widen_builder(builder, shape->count + 1, arena);
    for (uint32_t i = 0; i < shape->count; i++) {
        builder->names[i] = str_copy(arena, builder->names[i]);
    }
    return builder;
}

const Shape *shape_builder_add(ShapeBuilder *builder, Str name, Arena *arena)
{
    Shape *shape = &builder->shape;
    assert(shape_slot(shape, name) < 0);
    if (shape->count == builder->room) {
        widen_builder(builder, shape->count + 1, arena);
    }
    builder->names[shape->count] = str_copy(arena, name);
    builder->hashes[shape->count] = str_hash(name);
    index_slot(builder->index, 2 * builder->room, builder->hashes, shape->count);
    shape->count++;
    return shape;
}

const Shape *shape_of(ShapeTable *table, const Str *names, int64_t count, Arena *arena)
{
    const Shape *shape = count <= SHAPE_FIELDS_SHARED_MAX ? table->empty : NULL;
    for (int64_t i = 0; shape && i < count; i++) {
        shape = follow_edge(shape, names[i], str_hash(names[i]));
    }
    if (!shape) {
        Shape *own = make_shape(arena, names, hash_each(arena, names, count), count);
        own->table = table;
        shape = own;
    }
    return shape;
}

const Shape *shape_copy(const Shape *shape, Arena *arena)
{
    return make_shape(arena, shape->names, shape->hashes, shape->count);
}

const Shape *shape_share(ShapeTable *table, const Shape *shape)
{
    if (shape->shared && shape->table == table) {
        return shape;
    }
    pthread_mutex_lock(&table->lock);
    const Shape *shared = intern(table, shape->names, shape->hashes, shape->count);
    pthread_mutex_unlock(&table->lock);
    return shared;
}

int64_t shape_slot(const Shape *shape, Str name)
{
    return shape_slot_hashed(shape, name, str_hash(name));
}

int64_t shape_slot_hashed(const Shape *shape, Str name, uint64_t hash)
{
    if (!shape->index) {
        for (uint32_t i = 0; i < shape->count; i++) {
            if (shape->hashes[i] == hash && str_eq(shape->names[i], name)) {
                return i;
            }
        }
        return -1;
    }
    int64_t mask = index_cap(shape->count) - 1;
    for (int64_t i = (int64_t)hash & mask; shape->index[i]; i = (i + 1) & mask) {
        uint32_t slot = shape->index[i] - 1;
        if (shape->hashes[slot] == hash && str_eq(shape->names[slot], name)) {
            return slot;
        }
    }
    return -1;
}

const Shape *shape_by_id(const ShapeTable *table, uint32_t id)
{
    if (id >= SHAPE_ID_MAX) {
        return NULL;
    }
    ShapeRef *chunk =
        atomic_load_explicit(&table->directory[id >> CHUNK_BITS], memory_order_acquire);
    return chunk ? atomic_load_explicit(&chunk[id & (CHUNK_LEN - 1)], memory_order_acquire) : NULL;
}

static bool are_distinct(const Shape *shape)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        if (shape_slot(shape, shape->names[i]) != i) {
            return false;
        }
    }
    return true;
}

bool shape_define(ShapeTable *table, uint32_t id, const Str *names, int64_t count)
{
    if (id >= SHAPE_ID_MAX || count < 0 || count > UINT32_MAX) {
        return false;
    }
    Arena scratch;
    arena_init(&scratch);
    uint64_t *hashes = hash_each(&scratch, names, count);
    bool distinct = are_distinct(make_shape(&scratch, names, hashes, count));
    pthread_mutex_lock(&table->lock);
    int64_t at = find_by_names(table, names, hashes, count);
    const Shape *same = table->by_names[at];
    bool defined = distinct && (same ? same->id == id : !shape_by_id(table, id));
    if (defined && !same) {
        add_shape(table, id, names, hashes, count, at);
    }
    pthread_mutex_unlock(&table->lock);
    arena_free(&scratch);
    return defined;
}

uint32_t shape_table_count(const ShapeTable *table)
{
    return atomic_load_explicit(&table->next_id, memory_order_acquire);
}
