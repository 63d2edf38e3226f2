/* definition: reading the parts of a collection's definition, an object like
 *
 *   { name: "Movie",
 *     indexes: { byGenre: { terms: [{ field: ".genre", mva: true }], values: [{ field: ".stars",
 *                           order: "desc" }], queryable: true, status: "complete" } },
 *     constraints: [{ unique: ["title"], status: "active" }],
 *     internal_indexes: { byGenre: 7 }, internal_uniques: [8] }      the store's numbers
 */
#ifndef FAWN_RUNTIME_DEFINITION_H
#define FAWN_RUNTIME_DEFINITION_H

#include "runtime/catalog.h"

/* One term or value of an index: "a.b" or { field: "a.b", mva, order }. False: no path. */
bool definition_part(Arena *arena, Value item, IndexTerm *part);

/* The terms or values in an Array (null: none); returns their number. */
int64_t definition_parts(Arena *arena, Value list, const IndexTerm **parts);

#endif
