/* change_view: what a transaction changes in a document, for reading.
 *
 *   + Movie("3")                    it is new: its fields
 *       title: "Alien"
 *   ~ Movie("1")                    it is changed: what differs
 *       stars: 3 -> 5
 *       tags: + ["classic"]         the field is new
 *       note: - "see again"         the field is gone
 *   - Movie("2")                    it is deleted: what it had
 *       title: "Jaws"
 */
#ifndef FAWN_REPL_SHELL_CHANGE_VIEW_H
#define FAWN_REPL_SHELL_CHANGE_VIEW_H

#include "interp/session/session.h"

/* Appends a change. Returns val_null(NULL) or a fault. */
Value change_view_put(Rt *rt, Buf *out, const SessionChange *change, bool color);

#endif
