/* render: a value of a query as the lines that the user sees. */
#ifndef FAWN_REPL_RENDER_H
#define FAWN_REPL_RENDER_H

#include "repl/mode.h"
#include "runtime/print.h"

/* How results look now. */
typedef struct View {
    Mode mode;
    bool color;
    bool all;          /* whole sets, not their first page */
    int64_t page_size; /* 0: the set's own */
} View;

/* Elements of sets that were not shown, for the warning. */
typedef struct Unshown {
    bool any;
    int64_t count; /* -1: not known without reading them */
} Unshown;

PrintOptions view_print_options(const View *view);

/* Appends `v` and a newline to `out`; adds to `unshown`. Returns val_null(NULL) or the fault
 * that reading met. Runs inside the transaction, as print_value does. */
Value render_value(Rt *rt, Buf *out, Value v, const View *view, Unshown *unshown);

#endif
