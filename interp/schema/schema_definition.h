/* schema_definition: items of a schema as the definitions that the runtime takes, objects like
 * those that `Collection.create` and `Function.create` are given.
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_DEFINITION_H
#define FAWN_INTERP_SCHEMA_SCHEMA_DEFINITION_H

#include "grammar/schema.h"
#include "runtime/rt.h"

/* { name, alias, indexes, constraints, computed_fields, fields, wildcard, history_days … }; it
 * lives on rt->heap, its texts in the item's source. */
const Object *schema_collection_definition(Rt *rt, const SchemaItem *item);

/* { name, alias, role, body, signature } */
const Object *schema_function_definition(Rt *rt, const SchemaItem *item);

/* { name, privileges, membership } */
const Object *schema_role_definition(Rt *rt, const SchemaItem *item);

/* { name, issuer, jwks_uri, roles } */
const Object *schema_provider_definition(Rt *rt, const SchemaItem *item);

/* Whichever of these the item is. */
const Object *schema_item_definition(Rt *rt, const SchemaItem *item);

#endif
