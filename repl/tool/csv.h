/* csv: rows of CSV and TSV text (RFC 4180): cells in double quotes may hold separators, newlines
 * and doubled quotes; lines end in LF or CRLF, or in CR if the text has no LF at all. */
#ifndef FAWN_REPL_TOOL_CSV_H
#define FAWN_REPL_TOOL_CSV_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef enum CsvStatus {
    CSV_ROW,
    CSV_MORE,  /* the text ends within the row: try again with more of it */
    CSV_WRONG, /* `wrong` says what is; the row goes on to `*at` */
} CsvStatus;

typedef struct CsvDialect {
    char separator, newline;
} CsvDialect;

/* The cells of a row. A cell borrows from the text or lives in the arena; one that is empty and has no
 * quotes is without text (`s` is NULL). */
typedef struct CsvRow {
    Str *at;
    int64_t len, cap;
    const char *wrong; /* what is, and at which byte; NULL: nothing */
    int64_t wrong_at;
} CsvRow;

/* Reads the row at `*at`, which is then behind it. `ended`: no text follows. */
CsvStatus csv_row(Str text, int64_t *at, bool ended, CsvDialect dialect, Arena *arena, CsvRow *row);

/* The dialect of a text, by its first row: the one of `,` `;` tab `|` that is most often there outside of
 * quotes, `,` if none is. */
CsvDialect csv_guess(Str text);

/* What all cells of a column could be; bits of a set. */
enum {
    CSV_INTEGER = 1,
    CSV_DOUBLE = 2,
    CSV_BOOLEAN = 4,
    CSV_DATE = 8,
    CSV_TIME = 16,
    CSV_ANY = 31,
};

/* Those of `kinds` that the text of a cell can be. A number that begins with a zero is none: it is
 * a code, as postal codes are. */
unsigned csv_kinds(Str cell, unsigned kinds);

#endif
