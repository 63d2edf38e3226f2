/* schema_patch: an item of a file brought up to what is in force, part by part, so that the parts that
 * still mean the same stay as they are written, with the comments around them.
 *
 *   in the file                     before (canonical)      now (canonical)       patched
 *   collection A { // the As        collection A {          collection A {        collection A { // the As
 *     a: Int  // a note               a: Int                  a: Int                a: Int  // a note
 *     index x { terms [.a] }          index x { …             history_days 7        history_days 7
 *   }                               }                       }                     }
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_PATCH_H
#define FAWN_INTERP_SCHEMA_SCHEMA_PATCH_H

#include "grammar/schema.h"
#include "runtime/rt.h"

/* The new text of `item`, from its span's start to its end, in rt->query. `before` is what schema_text
 * makes of it as it stands, `now` of what is in force, which may have another name. `now` itself, without its last
 * newline, where the item cannot be changed in parts, because it stands on one line. */
Str schema_patch(Rt *rt, const FslNode *item, Str before, Str now);

/* Whether two canonical texts differ in the name of the item alone. */
bool schema_patch_is_renamed(Rt *rt, Str before, Str now);

/* Where that starts which goes with an item of `file` that starts at `start` and is cut out: comments in
 * the lines right above it. */
int64_t schema_patch_before(Str file, int64_t start);

/* Where that ends which goes with an item of `file` that ends at `end` and is cut out: a comment behind
 * it on its last line, and empty lines below. */
int64_t schema_patch_behind(Str file, int64_t end);

#endif
