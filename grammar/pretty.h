/* pretty: text that breaks its lines where it has to, after Wadler's "A prettier printer".
 *
 * A document is a tree of texts and of places where a line may end. A group is set on one line if
 * it fits; else all of its own lines end, and the groups within it try again:
 *
 *   group("f(" indent(SOFT "a" "," LINE "b") SOFT ")")
 *
 *      f(a, b)        or        f(
 *                                 a,
 *                                 b
 *                               )
 *
 * A group with a hard line in it never fits, nor one with a comment up to the end of a line that is
 * not its last text. Blanks are only
 * written between texts of one line, so that no line ends in one.
 */
#ifndef FAWN_GRAMMAR_PRETTY_H
#define FAWN_GRAMMAR_PRETTY_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef struct Pretty Pretty;
typedef VEC(const Pretty *) PrettyList;

typedef enum PrettyLine {
    PRETTY_SOFT,  /* nothing, where the group is on one line */
    PRETTY_SPACE, /* a blank there */
    PRETTY_HARD,  /* ends the line always */
    PRETTY_FRESH, /* the same, but not where a line has just begun */
} PrettyLine;

/* Everything is allocated in `arena`; texts are borrowed. */

/* Text without a newline; or with, which is then written as it is. */
const Pretty *pretty_text(Arena *arena, Str text);

/* A place where the line may end, and is then followed by an empty line if `blank`. */
const Pretty *pretty_line(Arena *arena, PrettyLine kind, bool blank);

/* A blank, unless the line ends here. */
const Pretty *pretty_blank(Arena *arena);

/* A comment that reaches to the end of its line. */
const Pretty *pretty_line_comment(Arena *arena, Str text);

const Pretty *pretty_list(Arena *arena, const PrettyList *list);
const Pretty *pretty_indent(Arena *arena, const Pretty *inner);
const Pretty *pretty_group(Arena *arena, const Pretty *inner);

/* Appends `pretty`, with lines of at most `width` characters where that is possible. */
void pretty_print(Buf *out, Arena *arena, const Pretty *pretty, int64_t width);

#endif
