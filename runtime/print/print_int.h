/* print_int: what the printers of the three formats share; see print.h.
 *
 *   print.c         the choice of the format, documents and sets, toString
 *   print_fql.c     the format `fql`
 *   print_json.c    the formats `json` and `json-tagged`
 *   print_text.c    numbers, strings, names as text
 */
#ifndef FAWN_RUNTIME_PRINT_PRINT_INT_H
#define FAWN_RUNTIME_PRINT_PRINT_INT_H

#include "runtime/print/print.h"
#include "runtime/schema/catalog.h"
#include "runtime/set/set.h"

/* Sets within sets are pages down to here, below they are cursors. */
enum { PRINT_SETS_MAX = 10 };

/* The sets whose pages are being printed, innermost first. */
typedef struct SetPath {
    struct SetPath *outer;
    const Set *set;
    Str cursor; /* as text; of the outermost set empty until a set turns up within it */
    int depth;
} SetPath;

typedef struct Printer {
    Rt *rt;
    Buf *out;
    const PrintOptions *options;
    SetPath *sets;
    int64_t indent;
    int64_t start;      /* where in `out` it began */
    bool in_document;   /* documents inside of documents are references */
    bool at_line_start; /* fql: the indentation is still to be written */
} Printer;

typedef Value PrintFn(Printer *printer, Value v);

/* The two printers. Each returns val_null(NULL) or a fault. */
Value print_fql_value(Printer *printer, Value v);
Value print_json_value(Printer *printer, Value v);

/* How a document is referred to. */
typedef struct DocLabel {
    Str collection;  /* "Deleted" when it is gone */
    bool is_deleted; /* the collection is */
    bool is_named;   /* by `name`, else by `id` */
    Str name;
    int64_t id;
} DocLabel;
Value print_doc_label(Rt *rt, Value doc, DocLabel *label);

/* "not found", "deleted" … for the cause of a missing document. */
Str print_null_cause(Value null);

/* How to show a set: as a page, or as a cursor when it is a part of itself (which is equal to
 * it, not the same: a function may make it anew) or too deep. False: a fault. */
typedef struct SetView {
    SetPath path; /* for the page: the caller makes it `printer->sets`; else its cursor */
    bool is_page;
} SetView;
NODISCARD bool print_view_set(Printer *printer, const Set *set, SetView *view);

/* Runs `print` over the elements of an array, or all of an open set, giving back memory as it
 * goes; `between` writes what stands before each. */
typedef void PrintBetweenFn(Printer *printer, bool is_first);
Value print_items(Printer *printer, Value array, PrintFn *print, PrintBetweenFn *between);
Value print_set_items(Printer *printer, const Set *set, PrintFn *print, PrintBetweenFn *between,
                      bool *is_empty);

/* Before each value, whose text takes at least so many bytes: whether there is C stack, time and memory
 * for it. False: a fault. */
bool print_may_go_on(Printer *printer, int64_t bytes);

/* -- text (print_text.c) --------------------------------------------------------------- */

/* The bare text of a scalar that other types of value borrow strings for: ID, Time, Date, Bytes,
 * UUID, cursor, event source, the name of a module. It needs no escapes. */
void print_bare(Rt *rt, Buf *out, Value v);

/* "[function name()]", or without the parentheses; "[function <lambda>]". */
void print_function(Buf *out, const Function *function, bool with_parentheses);

/* A module with its parents: "FQL.Math". */
void print_module(Buf *out, const Module *module);

/* Whether a field's name needs no quotes. */
bool print_is_identifier(Str name);

#endif
