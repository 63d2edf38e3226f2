/* csv: see csv.h. (libcsv trims blanks and does not tell the line of a bad row, which users need
 * to know.)
 */
#include "repl/tool/csv.h"

#include "runtime/calendar.h"
#include "runtime/number.h"

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
static const char *skip_bare(const char *at, const char *end, char separator)
{
    while (at < end && *at != separator && *at != '\n') {
        at++;
    }
    return at;
}

CsvStatus csv_row(Str text, int64_t *at, bool ended, char separator, Arena *arena, CsvCells *cells)
{
    const char *from = text.s + *at, *end = text.s + text.len;
    CsvStatus status = CSV_ROW;
    cells->len = 0;
    for (;;) {
        Str cell = {0};
        const char *stop;
        if (from < end && *from == '"') {
            bool doubled = false;
            const char *closing = find_closing(from + 1, end, &doubled);
            if ((closing == NULL || closing + 1 == end) && !ended) {
                return CSV_MORE;
            }
            status = closing == NULL ? CSV_WRONG : status;
            closing = closing ? closing : end;
            cell = (Str){from + 1, closing - from - 1};
            cell = doubled ? undouble(arena, cell) : cell;
            const char *behind = closing < end ? closing + 1 : end;
            stop = skip_bare(behind, end, separator);
            bool is_clean = stop == behind || (stop == behind + 1 && *behind == '\r');
            status = is_clean ? status : CSV_WRONG;
        } else {
            stop = skip_bare(from, end, separator);
            cell = (Str){from, stop - from};
            if (cell.len > 0 && cell.s[cell.len - 1] == '\r' && (stop == end || *stop == '\n')) {
                cell.len--;
            }
            cell.s = cell.len > 0 ? cell.s : NULL;
        }
        if (stop == end && !ended) {
            return CSV_MORE;
        }
        vec_push(cells, arena, cell);
        from = stop < end ? stop + 1 : end;
        if (stop == end || *stop == '\n') {
            break;
        }
    }
    *at = from - text.s;
    return status;
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
    if (kinds & CSV_DOUBLE && is_number_text(cell) && number_parse_double(cell, &d)) {
        found |= CSV_DOUBLE;
    }
    if (kinds & CSV_BOOLEAN && (str_eq(cell, STR("true")) || str_eq(cell, STR("false")))) {
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
