/* derived: the values of computed fields that the store keeps with a document, as its indexes
 * are made of them and it cannot work them out itself.
 *
 *   Collection.derived   long: doc => doc.minutes > 120
 *   document             { title: "Alien", minutes: 117 }
 *   derived block        { long: false }                    behind the document's own
 *
 * They are worked out when the document is written, so they may depend on nothing but the
 * document itself: not on other documents, functions and computed fields, the time, or `ts`. A
 * value that does, that fails, or that no document could hold is left out, and so is null in
 * indexes. (Reference: doc/Index.scala, binders.)
 */
#ifndef FAWN_RUNTIME_SCHEMA_DERIVED_H
#define FAWN_RUNTIME_SCHEMA_DERIVED_H

#include "runtime/schema/catalog.h"

/* The computed fields that the collection's indexes and aggregates are made of, and the
 * conditions of aggregates, under names that no computed field has. */
DocFunctions derived_fields(Arena *arena, const Collection *collection);

/* Whether a part of a key is such a value. */
bool derived_is_among(const KeyPart *parts, int64_t count);

/* Sets `put->derived` for document `id` whose other parts are set, on rt->heap. False: a fault. */
NODISCARD bool derived_fill(Rt *rt, const Collection *collection, int64_t id, Put *put);

/* `version`, a document's of any time, as if it had been written by the definition of now: a copy
 * with such a derived block, on rt->heap. NULL: a fault. */
const Version *derived_version(Rt *rt, const Collection *collection, const Version *version);

/* A version on rt->heap with these parts, that of no document; `derived` may be empty. */
Version *version_make(Rt *rt, int64_t id, int64_t time_us, Str doc, int64_t ttl_us, Str derived);

/* Whether `now` keeps a field that `before` did not, or not with this body. */
bool derived_changed(const Collection *before, const Collection *now);

/* Works the derived fields of all documents out anew; their times stay. False: a fault. */
NODISCARD bool derived_renew(Rt *rt, const Collection *collection);

#endif
