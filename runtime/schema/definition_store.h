/* definition_store: what the store keeps for a collection's definition. */
#ifndef FAWN_RUNTIME_SCHEMA_DEFINITION_STORE_H
#define FAWN_RUNTIME_SCHEMA_DEFINITION_STORE_H

#include "runtime/document/fields.h"
#include "runtime/schema/migration.h"

/* Puts a definition, whose fields obey all rules, in force for collection `number`: indexes,
 * aggregates and documents follow. `before` (NULL: it is new) is the collection as it was. */
Value definition_put(Rt *rt, uint32_t number, const Collection *before, const Fields *fields,
                     const Migrations *migrations);

/* Whether it is STORE_OK: else a fault. */
NODISCARD bool definition_store_ok(Rt *rt, StoreStatus status);

#endif
