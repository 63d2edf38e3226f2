/* unit: the units of time that FQL names, for Time and Date. */
#ifndef FAWN_RUNTIME_BUILTINS_UNIT_H
#define FAWN_RUNTIME_BUILTINS_UNIT_H

#include "runtime/rt.h"

/* Nanoseconds beyond 64 bits: all times in all units. */
typedef Int128 Nanos;

enum { SECOND_NANOS = 1000000000 };

#define DAY_NANOS (INT64_C(86400) * SECOND_NANOS)

/* The length of "day", "days", "half day", "hour" … "nanoseconds", blanks around it ignored;
 * 0: there is no such unit. */
int64_t unit_nanos(Str name);

/* The whole number nearest to `number`, the greater one of two, as Java's Math.round has it. */
double unit_round(double number);

/* `amount` (a number) times `unit`. False: beyond what any time can take. */
NODISCARD bool unit_multiply(Value amount, int64_t unit, Nanos *nanos);

#endif
