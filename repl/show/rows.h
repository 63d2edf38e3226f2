/* rows: a value as rows: which elements it has, how many are shown, and in what memory.
 *
 *   set, array, page ─► elements ─► row_read ─► columns ─► sheet
 *
 * A format that needs all columns first gets them from a first reading. Its rows are kept
 * meanwhile; where they become too many they are dropped, and read once more to be written: a set
 * of any length takes the memory of a thousand rows.
 */
#ifndef FAWN_REPL_SHOW_ROWS_H
#define FAWN_REPL_SHOW_ROWS_H

#include "repl/show/render.h"

/* Writes the elements of `v` in a mode for which there is a row_format; likewise render_value. */
Value rows_render(Rt *rt, Value v, const RenderTarget *target);

/* Calls `element` for each element of a set or an array, for anything else once with it, giving
 * back memory as it goes. Returns val_null(NULL) or a fault. */
typedef Value ElementFn(void *context, Rt *rt, Value element);
Value rows_each(Rt *rt, Value v, ElementFn *element, void *context);

#endif
