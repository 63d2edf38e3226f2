/* regex_java: regular expressions in Java's syntax, as Fauna had them, for PCRE2.
 *
 *   "\\u00e9[\\p{Alpha}]\\012"  ─►  "\x{00e9}[[:alpha:]]\x{a}"
 *
 * What PCRE2 writes in another way is rewritten. What means something else there, or is not there,
 * is refused: a pattern never quietly finds something else than it did.
 */
#ifndef FAWN_BUILTINS_REGEX_JAVA_H
#define FAWN_BUILTINS_REGEX_JAVA_H

#include "runtime/base/str.h"

typedef struct JavaRegex {
    Str pattern;            /* for PCRE2, in the arena */
    const uint32_t *origin; /* of each of its bytes, and of its end: the offset in Java's pattern */
    const char *error;      /* NULL: it can be used */
    int64_t error_at;       /* offset in Java's pattern */
} JavaRegex;

JavaRegex regex_from_java(Arena *arena, Str pattern);

#endif
