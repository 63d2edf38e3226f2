/* value_line: a value of any depth on one line, as FQL that reads back. */
#ifndef FAWN_REPL_SHOW_VALUE_LINE_H
#define FAWN_REPL_SHOW_VALUE_LINE_H

#include "runtime/rt.h"

/* Appends `v`. Returns val_null(NULL) or a fault; runs inside the transaction. */
Value value_line(Rt *rt, Buf *out, Value v);

#endif
