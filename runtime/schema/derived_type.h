/* derived_type: the types that come with a collection: `Movie` has Movie, MovieCollection and
 * NullMovie. Reference: CollectionDerivedTypeValidator.scala.
 */
#ifndef FAWN_RUNTIME_SCHEMA_DERIVED_TYPE_H
#define FAWN_RUNTIME_SCHEMA_DERIVED_TYPE_H

#include "runtime/schema/catalog.h"

/* Whether the types of the collection `number`, which has been put, are no other's: else a
 * fault. Looks at its name and its alias unless they are as in `before` (NULL: it is new). */
NODISCARD bool derived_types_are_free(Rt *rt, uint32_t number, const Collection *before);

#endif
