/* number: numbers as text and text as numbers, as Java has them and whatever the locale.
 */
#ifndef FAWN_RUNTIME_NUMBER_H
#define FAWN_RUNTIME_NUMBER_H

#include "runtime/value.h"

/* Room for any number's text. */
enum { NUMBER_TEXT_BYTES = 40, NUMBER_PLAIN_BYTES = 320 };

/* Java's Double.toString: "1.0", "1.0E-4", "NaN", "-Infinity": the fewest digits that read back
 * as the same number. Writes at most NUMBER_TEXT_BYTES bytes to `out`, returns their count. */
int64_t number_write_double(char *out, double d);

/* What `toString` shows of a Double: "2" for 2.0, all places of a large one (1.0E23 is "1" and
 * 23 zeros), otherwise as above. Writes at most NUMBER_PLAIN_BYTES bytes. */
int64_t number_write_plain(char *out, double d);

/* An integer in decimal: an optional sign, then digits and nothing else. False: it is none, or
 * lies outside of 64 bits. */
bool number_parse_long(Str text, int64_t *n);

/* The same within 32 bits. */
bool number_parse_int(Str text, int32_t *n);

/* What Java's Double.parseDouble takes: surrounding blanks, a sign, "NaN", "Infinity", decimal
 * digits with point and exponent, a trailing d or f. (Not hexadecimal floats.) */
bool number_parse_double(Str text, double *d);

/* An integer in decimal, a sign before it or not: Int or Long where it fits, else a Double. */
Value number_from_integer(Str text);

/* Sum and difference: integers while 64 bits hold them, else Doubles. */
Value number_add(Value a, Value b);
Value number_subtract(Value a, Value b);

/* The smaller and the larger; of equals the first. */
Value number_min(Value a, Value b);
Value number_max(Value a, Value b);

/* Order of two numbers: integers exactly, otherwise as doubles in Java's order. */
int number_compare(Value a, Value b);

#endif
