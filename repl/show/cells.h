/* cells: how many cells of a terminal texts take, sign by sign. A sign is what a reader takes for one
 * character: a letter with its accents, a flag, a family of emoji.
 *
 *   e ́          1    the accent has no cell of its own
 *   👩‍👧          2    joined by U+200D: the first
 *   🇩🇪          2    two letters of one cell each
 *   👍🏽          4    terminals that join the tone of the skin give it 2
 *   ❤️          1    U+FE0F asks for the picture, to which some terminals give 2
 *
 * It is what tmux, xterm and the terminals of GNOME do. Signs of which terminals think differently are
 * told, for those who can do without a width.
 */
#ifndef FAWN_REPL_SHOW_CELLS_H
#define FAWN_REPL_SHOW_CELLS_H

#include "runtime/base/str.h"

typedef struct Sign {
    int64_t bytes;
    int64_t width;
    bool is_doubtful; /* not every terminal gives it this width */
} Sign;

/* The sign that begins at `offset`, which is one's beginning. Control characters, and bytes that are no
 * UTF-8, are signs of width one. */
Sign sign_at(Str text, int64_t offset);

/* The beginning of the sign that `offset` is in, in a line of text. */
int64_t sign_start(Str line, int64_t offset);

/* How many cells `text`, which has no control characters, takes. */
int64_t text_width(Str text);

#endif
