/* signature_text: takes signatures apart as texts: "(predicate: (A) => Boolean) => Set<A>". */
#ifndef FAWN_REPL_EDIT_SIGNATURE_TEXT_H
#define FAWN_REPL_EDIT_SIGNATURE_TEXT_H

#include "runtime/base/str.h"

/* Takes what stands before the next comma off `rest`; brackets hold together. False: nothing is
 * left. */
bool signature_take_part(Str *rest, Str *part);

/* The same with what stands before the next `|`: a member of a union. */
bool signature_take_member(Str *rest, Str *member);

/* What a function gives: behind its parameters' `=>`. What is no function is the whole. */
Str signature_result(Str signature);

/* The type of the parameter number `index`; the last `...name` takes all others. Empty: there is
 * none. */
Str signature_parameter(Str signature, int64_t index);

/* `text` with the type variable `variable` replaced by a type, in `arena`. */
Str signature_fill(Arena *arena, Str text, char variable, Str type);

#endif
