/* diag: source texts, spans in them, and messages about spans.
 *
 * Rendered like this (the layout that Fauna's users know; reference: error/Diagnostic.scala):
 *
 *   error: Query aborted.
 *   at *query*:2:16
 *     |
 *   2 | eventuallyError()
 *     |                ^^ annotation
 *     |
 *   hint: Null value created here        (`^` points, `-` remove, `+` add, `~` change)
 *     |
 *   ...
 */
#ifndef FAWN_BASE_DIAG_H
#define FAWN_BASE_DIAG_H

#include "runtime/base/str.h"

/* A text and the name it has in messages ("*query*", "seed.fql", "*udf:double*"). Lives at
 * least as long as every span into it. */
typedef struct Source {
    Str name;
    Str text;
} Source;

/* The bytes [start, end) of a source. `source` NULL: no place. */
typedef struct Span {
    const Source *source;
    uint32_t start, end;
} Span;

_Static_assert(sizeof(Span) == 16, "spans are passed in two registers");

typedef enum DiagKind {
    DIAG_ERROR,            /* error: */
    DIAG_WARNING,          /* warning: */
    DIAG_INFO,             /* info: (dbg) */
    DIAG_LOG,              /* info at *query*:1: message (log: the short form, no source lines) */
    DIAG_HINT,             /* hint: */
    DIAG_ADVICE,           /* hint: that Fauna did not give */
    DIAG_PERFORMANCE_HINT, /* performance_hint: */
    DIAG_CAUSE,            /* cause: */
    DIAG_TRACE,            /* a stack frame: no heading */
    DIAG_NAMED_TRACE,      /* trace: (the first frame after hints) */
} DiagKind;

typedef struct Diag Diag;
struct Diag {
    DiagKind kind;
    Str message;
    Span span;
    Str annotation;      /* behind the carets; empty: none */
    bool has_suggestion; /* hints: `suggestion` replaces the span ("" removes it) */
    Str suggestion;
    Diag *hints; /* first of the hints and trace frames, linked by `next` */
    Diag *next;
};

/* A list that keeps its order. Everything in it lives in `arena`. */
typedef struct DiagList {
    Arena *arena;
    Diag *first, *last;
    int64_t count;
    int64_t errors; /* how many of them are DIAG_ERROR */
} DiagList;

void diag_list_init(DiagList *list, Arena *arena);

/* Appends a diagnostic; `message` is copied. Never fails; past DIAG_COUNT_MAX errors the
 * diagnostic is made but not listed. */
Diag *diag_add(DiagList *list, DiagKind kind, Span span, Str message);

/* Appends a hint (or trace frame) to `diag`. */
Diag *diag_hint(Diag *diag, Arena *arena, DiagKind kind, Span span, Str message);

/* Line and column of a byte offset, counted from 1; columns count UTF-16 units, as Fauna's do. */
typedef struct LineColumn {
    int64_t line, column;
} LineColumn;
LineColumn source_position(const Source *source, int64_t offset);

Span span_join(Span first, Span last);
bool span_overlaps(Span a, Span b);

/* Renders one diagnostic with its hints, without a final newline; or all of a list, with an
 * empty line between two. */
void diag_render(Buf *out, const Diag *diag);
void diag_render_list(Buf *out, const DiagList *list);

/* The same without advice, for those who compare texts with Fauna's. */
void diag_render_plain(Buf *out, const Diag *diag);
void diag_render_plain_list(Buf *out, const DiagList *list);

/* The same without the empty lines: for texts within the message of another error. */
void diag_render_lines(Buf *out, const DiagList *list);

#endif
