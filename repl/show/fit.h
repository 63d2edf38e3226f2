/* fit: fits messages into a terminal. Sentences go on in the next line between two words. In excerpts
 * of errors, marks stand below what they mark although characters may be two cells wide, and of a
 * line that is too long the part around the marks is shown:
 *
 *   1 | …title: "七人の侍", year: 1954, ratin: 8.6, genre: "dra…
 *     |                                 ^^^^^
 */
#ifndef FAWN_REPL_SHOW_FIT_H
#define FAWN_REPL_SHOW_FIT_H

#include "runtime/base/str.h"

/* Appends `text` with the pictures of control characters, `␛`, in their places, but for newlines and tabs:
 * no source that an error shows steers the terminal. */
void fit_visible(Buf *out, Str text);

/* Appends `text`, which has lines, as it fits `width` cells. */
void fit_message(Buf *out, Str text, int64_t width);

/* Appends one line in rows of `width` cells at most, broken at blanks; a word that is longer has a row
 * of its own. The first row begins at the cell `column`, the others are indented by `indent`. No
 * newline is put behind the last one. */
void fit_words(Buf *out, Str line, int64_t column, int64_t indent, int64_t width);

/* Appends one line, cut with `…` where it is wider than `width` cells. */
void fit_line(Buf *out, Str line, int64_t width);

/* Appends a page of help as it fits `width` cells: what stands in columns, behind two blanks or more,
 * goes on in its column. */
void fit_page(Buf *out, Str page, int64_t width);

#endif
