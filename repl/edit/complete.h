/* complete: what Tab offers, by meaning: the builtins' rows, the schema, a sample of the documents, and
 * the table of meta-commands say what there is. Nothing of the query runs. */
#ifndef FAWN_REPL_EDIT_COMPLETE_H
#define FAWN_REPL_EDIT_COMPLETE_H

#include "repl/edit/editor.h"
#include "repl/edit/known.h"

/* The completions of the word that ends at the byte `cursor` of `text`, in `arena`. */
void complete_input(Arena *arena, Known *known, Str text, int64_t cursor, Completions *found);

/* How the call that the cursor is in is written; empty: it is in none that is known. */
Str complete_note(Arena *arena, Known *known, const Scan *scan, int64_t cursor);

/* The member that was perhaps meant, when a query ended in one that is not there and so gave null; empty:
 * it ends in something else, or none is called nearly so. */
Str complete_meant(Arena *arena, Known *known, Str text);

/* The type (guess.h) of what a query ends in; empty: not known. */
Str complete_type(Arena *arena, Known *known, Str text);

#endif
