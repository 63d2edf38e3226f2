/* schema_text: definitions of the database as FSL, in canonical form. Two definitions that mean
 * the same have the same text, so that a schema in files can be compared with the one in force.
 *
 *   collection Movie {
 *     title: String
 *     compute long: Boolean = movie => movie.minutes > 120
 *     index byGenre {
 *       terms [.genre]
 *       values [desc(.stars)]
 *     }
 *     unique [.title]
 *     check hasTitle (movie => movie.title != "")
 *   }
 *
 * Bodies and predicates stand as they were written, with their comments.
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_TEXT_H
#define FAWN_INTERP_SCHEMA_SCHEMA_TEXT_H

#include "grammar/schema.h"
#include "runtime/rt.h"

/* Appends the item that `definition`, as schema_definition.h makes it or as the database keeps
 * it, describes; it ends with a newline. Scratch memory is taken from rt->heap. */
void schema_text(Rt *rt, Buf *out, FslKind kind, const Object *definition);

/* The same of what an item of a schema file defines, in rt->query. */
Str schema_item_text(Rt *rt, const SchemaItem *item);

#endif
