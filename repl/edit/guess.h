/* guess: of what type a piece of a query that is being typed is, from its tokens. Nothing runs. Types
 * are texts, as signatures write them:
 *
 *   Movie.all().first()!.cast      @Movie → Set<Movie> → Movie | Null → Movie → Array<Person>
 *   { a: 1, b: "x" }               { a: Int, b: String }
 *
 * `@Movie` is the collection or module itself; an empty text means that nothing is known.
 */
#ifndef FAWN_REPL_EDIT_GUESS_H
#define FAWN_REPL_EDIT_GUESS_H

#include "repl/edit/known.h"
#include "repl/edit/scan.h"

typedef struct Guess {
    Arena *arena; /* of the texts */
    Known *known;
    const Scan *scan;
    int depth; /* of guesses within guesses */
} Guess;

/* A member of a type. */
typedef struct GuessMember {
    Str name;
    Str signature; /* what it is or how it is called, in one line; type variables are filled in */
    bool is_method;
} GuessMember;

/* The type of the expression that ends with the token `last`. */
Str guess_operand(Guess *guess, int64_t last);

/* The same as static types tell, where the text up to there can be made to parse; empty: they know
 * nothing. */
Str guess_static(Guess *guess, int64_t last);

/* The type of what stands before the dot `dot`, or of what a short lambda that it begins is given. */
Str guess_behind_dot(Guess *guess, int64_t dot);

/* The type of what a short lambda, whose `.` is the token `dot`, begins with. */
Str guess_short_lambda(Guess *guess, int64_t dot);

/* What values of the type have, `*members` in the arena; returns their number. */
int64_t guess_members(Guess *guess, Str type, const GuessMember **members);

/* The member `name` of values of the type; false: they have none of this name. */
bool guess_find_member(Guess *guess, Str type, Str name, GuessMember *found);

/* How the call whose `(` is the token `paren` is written: its name and signature; empty: unknown. */
Str guess_signature(Guess *guess, int64_t paren);

/* The type without ` | Null`; the type of its elements, for arrays and sets; empty: it has none. */
Str guess_present(Str type);
Str guess_element(Str type);

#endif
