/* part: divides a source into what runs one after the other: queries and meta-commands.
 *
 *   Collection.create({ name: "Movie" })     query    one transaction
 *   ---                                      divides, is nothing itself
 *   Movie.create({ title: "Heat" })          query    another
 *                                            (a blank line: no statement is open)
 *   .mode json                               command
 *   \timer on                                command; `\` needs no blank line before it
 *   Movie.all()                              query
 *
 * Lines within a string, a heredoc or a comment are part of it, whatever they look like. A string that
 * never ends hides nothing: the parts are then as if it were none, and the one it is in tells of it.
 */
#ifndef FAWN_REPL_SHELL_PART_H
#define FAWN_REPL_SHELL_PART_H

#include "grammar/intake.h"
#include "runtime/base/arena.h"
#include "runtime/base/str.h"

typedef struct Part {
    bool is_command;
    Str text;     /* of a command: its line */
    int64_t line; /* lines before it in the source */
} Part;

/* Where a source is being read. Initialise with its text and an arena that lives as long. */
typedef struct PartReader {
    Str text;
    Arena *arena;
    int64_t at;   /* start of the next line */
    int64_t line; /* its number, from 0 */
    struct PartTokens *tokens; /* of the part under way, once they are asked for */
} PartReader;

/* The next part, borrowed from the source; queries of blank lines only are left out. False:
 * the end. */
bool part_next(PartReader *reader, Part *part);

/* Whether a line divides: exactly `---`. */
bool part_is_divider(Str line);

/* Whether a line at the start of a statement is a meta-command, and not FQL. */
bool part_is_command(Str line);

/* Whether the parser wants no more text behind `text`, a query that is being typed. Text that is
 * wrong is complete: running it tells the error. What `intake` was given the last time is not parsed
 * again if `text` begins with it. */
bool part_is_complete(Intake *intake, Str text);

#endif
