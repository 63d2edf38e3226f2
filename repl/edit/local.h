/* local: the names that lets and lambdas bind, where they can be used: those of a block up to the
 * statement that the cursor is in, and the parameters of the lambdas around it.
 *
 *   let a = 1
 *   let f = (x, y) => { let b = x; ▮       b x y a; not f, which is being bound
 *   f(2, z => z) + ▮                       a f; z is over
 */
#ifndef FAWN_REPL_EDIT_LOCAL_H
#define FAWN_REPL_EDIT_LOCAL_H

#include "repl/edit/scan.h"

typedef enum LocalKind { LOCAL_LET, LOCAL_PARAMETER } LocalKind;

typedef struct Local {
    LocalKind kind;
    Str name;
    int64_t first, last; /* of a let: the tokens of its value */
    int64_t arrow;       /* of a parameter: the `=>` of its lambda */
    int64_t index;       /* and which of them it is */
} Local;

/* Is given a name; true ends the search. */
typedef bool LocalVisit(void *context, const Local *local);

/* Calls `visit` with the names that the token `at` can use, the innermost first, until it returns
 * true. A name that an inner one hides is given as well, later. Whether it was ended. */
bool local_each(const Scan *scan, int64_t at, LocalVisit *visit, void *context);

/* The one that `name` at the token `at` means; false: there is none. */
bool local_find(const Scan *scan, int64_t at, Str name, Local *found);

#endif
