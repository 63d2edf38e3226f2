/* intake: a script that comes line by line, from a pipe or a keyboard: after each line it tells whether
 * what there is could run, or the parser waits for more.
 *
 *   [                 wants more
 *     1, 2            wants more
 *   ].map(x => x)     complete
 *     .order()        complete again: a line may go on with a statement that was complete without it
 *
 * The parser takes each line when it comes, so that a statement of many lines costs as much as if it
 * had been parsed once or twice.
 */
#ifndef FAWN_GRAMMAR_INTAKE_H
#define FAWN_GRAMMAR_INTAKE_H

#include "runtime/base/arena.h"
#include "runtime/base/str.h"

typedef struct Intake Intake;

/* In `arena`; there is no text yet. What it holds besides is given back by intake_close. */
Intake *intake_open(Arena *arena);
void intake_close(Intake *intake);

/* Forgets the text. */
void intake_clear(Intake *intake);

/* Adds a line, whose newline `line` leaves out. */
void intake_add(Intake *intake, Str line);

/* The lines so far, until the next one is added. */
Str intake_text(const Intake *intake);

/* Whether the parser wants more. It wants none behind a text that is wrong, or too long to be parsed:
 * running that tells the error. */
bool intake_wants_more(const Intake *intake);

/* Whether the text ends within a string or a comment. */
bool intake_is_in_text(const Intake *intake);

#endif
