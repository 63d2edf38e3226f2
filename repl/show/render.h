/* render: a value of a query as the lines that the user sees. */
#ifndef FAWN_REPL_SHOW_RENDER_H
#define FAWN_REPL_SHOW_RENDER_H

#include "repl/io/output.h"
#include "repl/show/mode.h"
#include "runtime/print/print.h"

/* How results look now. */
typedef struct View {
    Mode mode;
    bool color;
    bool all;              /* whole sets, not their first page */
    int64_t page_size;     /* 0: the set's own */
    int64_t max_rows;      /* modes of rows: the most of one value; 0: no bound */
    int64_t width;         /* of the lines of tables; 0: no bound */
    int64_t depth;         /* objects are taken apart into columns so deep */
    const char *null_text; /* what stands for null in rows; NULL: what the mode has */
} View;

/* What was not shown, for the notes. */
typedef struct Unshown {
    bool any;
    int64_t count; /* elements of sets; -1: not known without reading them */
    int64_t cut;   /* texts that ended in `…` */
    bool as_lines; /* a table was too wide for the terminal, and was shown as lines */
    int64_t lost;  /* fields without a column: a second reading gave other ones */
    Buf after;     /* the cursor of the last page, empty when it was the whole */
} Unshown;

/* Where a value goes. */
typedef struct RenderTarget {
    Output *output;
    const View *view;
    Unshown *unshown;
    int64_t number; /* values of the run before this one */
} RenderTarget;

PrintOptions view_print_options(const View *view);

/* Appends `v` and a newline to the output; adds to what is unshown. Returns val_null(NULL) or the
 * fault that reading met. Runs inside the transaction, as print_value does. A long set goes out
 * as it is read. */
Value render_value(Rt *rt, Value v, const RenderTarget *target);

/* Makes room in the output, if it is time: called between elements. */
void render_relieve(Rt *rt, const RenderTarget *target);

/* The first `size` elements of a set as a page; notes what is left. */
Value render_page(Rt *rt, const Set *set, int64_t size, const RenderTarget *target);

/* Notes that a page, an Object, has another behind it, if it has. Returns whether. */
bool render_note_after(Rt *rt, Value page, Unshown *unshown);

#endif
