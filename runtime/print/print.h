/* print: values as text. Three formats, byte for byte those of Fauna (shared/wire.md 6):
 * `fql` (decorated), `json` (simple) and `json-tagged`.
 *
 * Printing materialises: documents are read, sets give their first page (or everything with
 * `all`), so it runs inside the transaction and can fail like any evaluation.
 */
#ifndef FAWN_RUNTIME_PRINT_PRINT_H
#define FAWN_RUNTIME_PRINT_PRINT_H

#include "runtime/rt.h"

typedef enum PrintFormat {
    PRINT_FQL,
    PRINT_SIMPLE,
    PRINT_TAGGED,
} PrintFormat;

typedef struct PrintOptions {
    PrintFormat format;
    bool pretty;       /* JSON: 2-space indentation; else one line. fql is always pretty */
    bool all;          /* sets: all elements, no cursor */
    bool inner;        /* documents and sets are shown as they are inside of documents */
    int64_t page_size; /* 0: the set's own */
} PrintOptions;

/* Appends `v`. Returns val_null(NULL), or a fault (then `out` may hold a part). */
Value print_value(Rt *rt, Buf *out, Value v, const PrintOptions *options);

/* `toString()` of the language (String templates use it): strings bare. */
Value print_to_string(Rt *rt, Buf *out, Value v);

/* A short form for error messages and `dbg` (reference: ToString.toDebugString). */
Value print_debug(Rt *rt, Buf *out, Value v);

/* Java's Double.toString: 1.0, 1.0E-4, NaN, shortest digits that read back equal. */
void print_double(Buf *out, double d);

/* `s` as an FQL string literal in double quotes; as a JSON string. */
void print_fql_string(Buf *out, Str s);
void print_json_string(Buf *out, Str s);

#endif
