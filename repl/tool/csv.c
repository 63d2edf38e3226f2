/* csv: see csv.h. (libcsv trims blanks and does not tell the line of a bad row, which users need
 * to know.)
 */
#include "repl/tool/csv.h"

#include "runtime/calendar.h"
#include "runtime/number.h"

#include <math.h>
#include <string.h>

enum {
    /* Longer integers may not fit a Long, and as a Double would lose digits. */
    WHOLE_DIGITS_MAX = 15,
};

/* The end of a quoted cell's text, its closing quote; NULL: it is not there. */
static const char *find_closing(const char *at, const char *end, bool *doubled)
{
    for (;;) {
        at = at < end ? memchr(at, '"', (size_t)(end - at)) : NULL;
        if (at == NULL || at + 1 == end || at[1] != '"') {
            return at;
        }
        *doubled = true;
        at += 2;
    }
}

static Str undouble(Arena *arena, Str raw)
{
    char *to = arena_alloc(arena, raw.len);
    int64_t len = 0;
    for (int64_t i = 0; i < raw.len; i++) {
        to[len++] = raw.s[i];
        i += raw.s[i] == '"';
    }
    return (Str){to, len};
}

/* The end of a bare cell. */
static const char *skip_bare(const char *at, const char *end, CsvDialect dialect)
{
    while (at < end && *at != dialect.separator && *at != dialect.newline) {
        at++;
    }
    return at;
}

/* A text under way. */
typedef struct Reading {
    const char *start, *from, *end;
    bool ended; /* nothing follows `end` */
    CsvDialect dialect;
    Arena *arena;
    CsvRow *row;
} Reading;

static void note_wrong(Reading *reading, const char *at, const char *reason)
{
    if (reading->row->wrong == NULL) {
        reading->row->wrong = reason;
        reading->row->wrong_at = at - reading->start;
    }
}

/* Reads a cell in quotes up to what ends it. False: it may go on behind the text. */
static bool read_quoted(Reading *reading, Str *cell)
{
    const char *from = reading->from, *end = reading->end;
    bool doubled = false;
    const char *closing = find_closing(from + 1, end, &doubled);
    if ((closing == NULL || closing + 1 == end) && !reading->ended) {
        return false;
    }
    if (closing == NULL) {
        note_wrong(reading, from, "the quote that begins a cell is not closed");
        closing = end;
    }
    *cell = (Str){from + 1, closing - from - 1};
    *cell = doubled ? undouble(reading->arena, *cell) : *cell;
    const char *behind = closing < end ? closing + 1 : end;
    reading->from = skip_bare(behind, end, reading->dialect);
    bool is_end_of_line = reading->from == behind + 1 && *behind == '\r';
    if (reading->from != behind && !is_end_of_line) {
        note_wrong(reading, behind, "something stands behind the quote that ends a cell");
    }
    return true;
}

static void read_bare(Reading *reading, Str *cell)
{
    const char *from = reading->from, *stop = skip_bare(from, reading->end, reading->dialect);
    *cell = (Str){from, stop - from};
    if (cell->len > 0 && cell->s[cell->len - 1] == '\r' &&
        (stop == reading->end || *stop == '\n')) {
        cell->len--;
    }
    cell->s = cell->len > 0 ? cell->s : NULL;
    reading->from = stop;
}

CsvStatus csv_row(Str text, int64_t *at, bool ended, CsvDialect dialect, Arena *arena, CsvRow *row)
{
    Reading reading = {.start = text.s,
                       .from = text.s + *at,
                       .end = text.s + text.len,
                       .ended = ended,
                       .dialect = dialect,
                       .arena = arena,
                       .row = row};
    row->len = 0;
    row->wrong = NULL;
    for (bool is_last = false; !is_last;) {
        Str cell = {0};
        bool is_quoted = reading.from < reading.end && *reading.from == '"';
        if (is_quoted && !read_quoted(&reading, &cell)) {
            return CSV_MORE;
        }
        if (!is_quoted) {
            read_bare(&reading, &cell);
        }
        if (reading.from == reading.end && !ended) {
            return CSV_MORE;
        }
        vec_push(row, arena, cell);
        is_last = reading.from == reading.end || *reading.from == dialect.newline;
        reading.from += reading.from < reading.end;
    }
    *at = reading.from - text.s;
    return row->wrong == NULL ? CSV_ROW : CSV_WRONG;
}

CsvDialect csv_guess(Str text)
{
    static const char separators[] = {',', ';', '\t', '|'};
    int64_t counts[countof(separators)] = {0}, most = 0;
    bool in_quotes = false;
    CsvDialect dialect = {
        .newline =
            str_find(text, STR("\n"), 0) < 0 && str_find(text, STR("\r"), 0) >= 0 ? '\r' : '\n'};
    for (int64_t i = 0; i < text.len && (in_quotes || text.s[i] != dialect.newline); i++) {
        in_quotes = in_quotes != (text.s[i] == '"');
        for (int64_t k = 0; k < countof(separators) && !in_quotes; k++) {
            counts[k] += text.s[i] == separators[k];
        }
    }
    for (int64_t k = 1; k < countof(separators); k++) {
        most = counts[k] > counts[most] ? k : most;
    }
    dialect.separator = separators[most];
    return dialect;
}

/* -- what cells can be ------------------------------------------------------------------------- */

static bool is_number_text(Str cell)
{
    int64_t first = cell.s[0] == '-';
    int64_t digits = 0;
    if (cell.len > first + 1 && cell.s[first] == '0' && cell.s[first + 1] >= '0' &&
        cell.s[first + 1] <= '9') {
        return false;
    }
    bool is_whole = true;
    for (int64_t i = first; i < cell.len; i++) {
        char c = cell.s[i];
        bool is_digit = c >= '0' && c <= '9';
        digits += is_digit;
        is_whole = is_whole && is_digit;
        if (!is_digit && (i == first || !strchr(".eE+-", c))) {
            return false;
        }
    }
    return digits > 0 && (!is_whole || digits <= WHOLE_DIGITS_MAX);
}

static bool is_integer_text(Str cell)
{
    int64_t first = cell.s[0] == '-', n;
    if (cell.len > first + 1 && cell.s[first] == '0') {
        return false;
    }
    return cell.len > first && cell.s[first] >= '0' && cell.s[first] <= '9' &&
           number_parse_long(cell, &n);
}

/* As programs write them: true, True of Python, TRUE of spreadsheets. */
static bool is_boolean_text(Str cell)
{
    static const char *const texts[] = {"true", "false", "True", "False", "TRUE", "FALSE"};
    for (int64_t i = 0; i < countof(texts); i++) {
        if (str_eq(cell, str_from_c(texts[i]))) {
            return true;
        }
    }
    return false;
}

unsigned csv_kinds(Str cell, unsigned kinds)
{
    double d;
    unsigned found = 0;
    if (cell.len == 0) {
        return cell.s == NULL ? kinds : 0;
    }
    if (kinds & CSV_INTEGER && is_integer_text(cell)) {
        found |= CSV_INTEGER;
    }
    if (kinds & CSV_DOUBLE && is_number_text(cell) && number_parse_double(cell, &d) &&
        isfinite(d)) {
        found |= CSV_DOUBLE;
    }
    if (kinds & CSV_BOOLEAN && is_boolean_text(cell)) {
        found |= CSV_BOOLEAN;
    }
    if (kinds & CSV_DATE && cell.len == 10 && calendar_parse_date(cell).type == T_DATE) {
        found |= CSV_DATE;
    }
    if (kinds & CSV_TIME && cell.len > 10 && calendar_parse_time(cell).type == T_TIME) {
        found |= CSV_TIME;
    }
    return found;
}
