/* shape: the field names of an object or a document, in order.
 *
 * Objects and documents hold a shape and one slot per field, so a field is found by
 * comparing the shape with the one seen last and reading one slot. Shapes of a store form a
 * tree: adding a field follows (or makes) an edge, so equal histories give the same pointer.
 *
 *   {} ──id──► {id} ──name──► {id,name}
 *                 └──x──► {id,x}
 *
 * A *shared* shape lives as long as its table: it may be cached in a node. A *private* shape
 * belongs to one object's arena (objects used as maps, more than SHAPE_FIELDS_SHARED_MAX
 * fields, or a table that is full): never cache it, never write it to a document without
 * `shape_share`. `shape_slot` works on both.
 *
 * A table may be used from several threads: making edges takes a lock, reading does not.
 */
#ifndef FAWN_BASE_SHAPE_H
#define FAWN_BASE_SHAPE_H

#include "runtime/base/str.h"

typedef struct ShapeTable ShapeTable;

typedef struct Shape {
    uint32_t count; /* fields */
    uint32_t id;    /* number in the table; 0 for the empty shape */
    bool shared;
    const Str *names; /* `count` names in order; they live as long as the shape */
    const uint64_t *hashes;
    const uint32_t *index;    /* hash index for wide shapes, NULL for narrow ones */
    struct ShapeEdges *edges; /* NULL in a private shape */
    ShapeTable *table;
} Shape;

ShapeTable *shape_table_new(void);
void shape_table_free(ShapeTable *table);

/* The shape without fields. */
const Shape *shape_empty(ShapeTable *table);

/* The shape with `name` appended to `shape`, which does not have it. Shared while `shape` is
 * and the limits allow; else private in `arena`. `name` is copied when it must be. */
const Shape *shape_add(const Shape *shape, Str name, Arena *arena);

/* The same where that is shared; NULL: it would be private. */
const Shape *shape_child(const Shape *shape, Str name);

/* A private shape under way, for an object that is its only user: adding a name changes the shape
 * in place, in constant time as a rule. */
typedef struct ShapeBuilder ShapeBuilder;

/* One with the names of `shape`, copied into `arena`. */
ShapeBuilder *shape_builder(const Shape *shape, Arena *arena);

/* Appends `name`, which the shape does not have; the same shape each time. `arena` lives as long as
 * the builder's. */
const Shape *shape_builder_add(ShapeBuilder *builder, Str name, Arena *arena);

/* The shape of `count` distinct names: shared if the limits allow, else private in `arena`. */
const Shape *shape_of(ShapeTable *table, const Str *names, int64_t count, Arena *arena);

/* A copy of a private shape in `arena`, names included. */
const Shape *shape_copy(const Shape *shape, Arena *arena);

/* The shared shape with the same names, whatever the limits: for documents, whose shape must
 * outlive the query. */
const Shape *shape_share(ShapeTable *table, const Shape *shape);

/* Slot of `name`, or -1; the same where its str_hash is known. */
int64_t shape_slot(const Shape *shape, Str name);
int64_t shape_slot_hashed(const Shape *shape, Str name, uint64_t hash);

/* The shared shape with this number, or NULL. Numbers are given in order of creation. */
const Shape *shape_by_id(const ShapeTable *table, uint32_t id);

/* Makes the shape `id` of `count` names, as a log says that it was. False when the id or the
 * names are taken by another shape, the names are not distinct, or the id is out of range. */
NODISCARD bool shape_define(ShapeTable *table, uint32_t id, const Str *names, int64_t count);

/* One more than the highest number in use. */
uint32_t shape_table_count(const ShapeTable *table);

#endif
