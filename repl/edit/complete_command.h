/* complete_command: what Tab offers in a line that is a meta-command: its name, and what it takes. */
#ifndef FAWN_REPL_EDIT_COMPLETE_COMMAND_H
#define FAWN_REPL_EDIT_COMPLETE_COMMAND_H

#include "repl/edit/known.h"
#include "runtime/base/vec.h"

/* What is offered for a word. */
typedef struct Offers {
    Arena *arena;
    Str word;      /* what it begins with */
    int64_t start; /* where that begins in the input */
    char append;   /* what follows the only one; 0: nothing */
    VEC(const char *) at;
} Offers;

/* Offers `name` if it begins with the word. */
void offer(Offers *offers, Str name);

/* Where the word begins that ends at the byte `cursor`. */
int64_t complete_word_start(Str text, int64_t cursor);

/* Offers what `line`, up to the cursor, can go on with. False: it is no meta-command. A command that
 * takes a query is none as soon as that has begun. */
bool complete_command(Offers *offers, Known *known, Str line);

#endif
