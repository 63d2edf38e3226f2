/* schema_place: errors about types of fields, moved to where the schema's files give them. */
#ifndef FAWN_INTERP_SCHEMA_PLACE_H
#define FAWN_INTERP_SCHEMA_PLACE_H

#include "grammar/schema.h"

/* Moves the places of diagnostics that lie in the type of a field, which the catalog keeps as a
 * text of its own called *field:Movie:title*, to the item that defines it. */
void schema_place_types(const SchemaItems *items, DiagList *diags);

#endif
