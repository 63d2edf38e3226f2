/* nearest: the name that was probably meant. */
#ifndef FAWN_INTERP_NEAREST_H
#define FAWN_INTERP_NEAREST_H

#include "interp/machine.h"

typedef struct Nearest {
    Str wanted;
    Str found; /* empty: none is near enough */
    int distance;
} Nearest;

/* Keeps `name` if it is nearer to what is wanted than those before. */
void nearest_offer(Nearest *nearest, Str name);

/* Offers the names of rows; of everything that is global. */
void nearest_offer_rows(Nearest *nearest, const Builtin *const *rows);
void nearest_offer_globals(Nearest *nearest, const Catalog *catalog);

/* Offers what `self` has: receiver.c. */
void receiver_offer_names(Value self, Nearest *nearest);

/* Whether `self` is a collection, and the set of all its documents has a method called `name`:
 * likewise. */
bool receiver_all_has(Value self, Str name);

/* Adds the hint "Did you mean …?" to the fault under way, if there is a name to tell. */
void nearest_hint(Rt *rt, const Nearest *nearest, Span span);

#endif
