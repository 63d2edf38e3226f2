/* diag: see diag.h.
 *
 * An excerpt is the source line (or lines) of a span with marks under it. One line:
 *
 *     |                              a span over several lines gets a bracket:
 *   2 | eventuallyError()              |
 *     |                ^^ why        1 |   if (true) {
 *     |                                |  _^
 *                                    2 | | }
 *                                      | |_^
 *                                      |
 *
 * Lengths and columns are UTF-16 units, because that is what Fauna's positions count. A span
 * behind the last visible character is shown directly behind that character. Of a very long
 * line a window around the place is shown, and of very many lines the first ones and the last.
 *
 * Not here: what the messages say, and where they are printed.
 */
#include "runtime/base/diag.h"

#include "runtime/base/limits.h"
#include "runtime/base/utf8.h"

void diag_list_init(DiagList *list, Arena *arena)
{
    *list = (DiagList){.arena = arena};
}

static Diag *make_diag(Arena *arena, DiagKind kind, Span span, Str message)
{
    Diag *diag = arena_new(arena, Diag);
    diag->kind = kind;
    diag->span = span;
    diag->message = str_copy(arena, message);
    return diag;
}

Diag *diag_add(DiagList *list, DiagKind kind, Span span, Str message)
{
    Diag *diag = make_diag(list->arena, kind, span, message);
    if (kind == DIAG_ERROR && list->errors >= DIAG_COUNT_MAX) {
        return diag;
    }
    list->errors += kind == DIAG_ERROR;
    list->count++;
    if (list->last) {
        list->last->next = diag;
    } else {
        list->first = diag;
    }
    list->last = diag;
    return diag;
}

Diag *diag_hint(Diag *diag, Arena *arena, DiagKind kind, Span span, Str message)
{
    Diag **end = &diag->hints;
    while (*end) {
        end = &(*end)->next;
    }
    *end = make_diag(arena, kind, span, message);
    return *end;
}

Span span_join(Span first, Span last)
{
    assert(first.source == last.source);
    return (Span){first.source, first.start, last.end};
}

bool span_overlaps(Span a, Span b)
{
    return a.source == b.source &&
           ((b.start >= a.start && b.start <= a.end) || (b.end >= a.start && b.end <= a.end));
}

/* Whether Java's `stripTrailing` drops the code point: it decides what "visible" means. */
static bool is_blank(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 || c == 0x2029 ||
           c == 0x205f || c == 0x3000;
}

/* `s` without the blanks at its end. */
static Str trim_end(Str s)
{
    int64_t end = s.len;
    while (end > 0) {
        int64_t last = end - 1;
        while (last > 0 && ((unsigned char)s.s[last] & 0xc0) == 0x80) {
            last--;
        }
        int width;
        if (!is_blank(utf8_decode(s, last, &width))) {
            break;
        }
        end = last;
    }
    return str_slice(s, 0, end);
}

static int64_t count_newlines(Str text, int64_t end)
{
    int64_t count = 0;
    for (int64_t at = 0; (at = str_find(str_slice(text, 0, end), STR("\n"), at)) >= 0; at++) {
        count++;
    }
    return count;
}

/* Start of the line that holds the byte at `offset`; a newline belongs to the line it ends. */
static int64_t find_line_start(Str text, int64_t offset)
{
    while (offset > 0 && text.s[offset - 1] != '\n') {
        offset--;
    }
    return offset;
}

/* End of the line that starts at `start`, behind its newline if it has one. */
static int64_t find_line_end(Str text, int64_t start)
{
    int64_t newline = str_find(text, STR("\n"), start);
    return newline < 0 ? text.len : newline + 1;
}

LineColumn source_position(const Source *source, int64_t offset)
{
    Str text = trim_end(source->text);
    if (offset > text.len) {
        offset = text.len;
    }
    int64_t start = find_line_start(text, offset);
    return (LineColumn){count_newlines(text, offset) + 1,
                        utf8_utf16_count(str_slice(text, start, offset)) + 1};
}

/* What an excerpt shows: `length` units of `text`, from the byte `start` on. */
typedef struct Excerpt {
    Str text;
    int64_t start, length;
    LineColumn position;
    int64_t line_start, line_end; /* of the first line */
    int64_t last_line;            /* number of the last line of a bracket */
    int64_t number_width;         /* digits of the highest line number shown */
} Excerpt;

/* UTF-16 units of a span; offsets behind the end of the text count one each. */
static int64_t measure_span(Str text, Span span)
{
    int64_t start = span.start < text.len ? span.start : text.len;
    int64_t end = span.end < text.len ? span.end : text.len;
    int64_t behind = span.end - (span.start > end ? span.start : end);
    return utf8_utf16_count(str_slice(text, start, end)) + behind;
}

static int64_t measure_line(Str text, int64_t start, int64_t end)
{
    return utf8_utf16_count(str_slice(text, start, end));
}

/* Units of the span behind the first line; 0 unless a bracket over several lines is drawn. */
static int64_t measure_rest(const Excerpt *e)
{
    if (e->line_end >= e->text.len) {
        return 0;
    }
    int64_t rest = e->length - measure_line(e->text, e->start, e->line_end);
    return rest > 0 ? rest : 0;
}

static int64_t count_digits(int64_t n)
{
    int64_t digits = 1;
    for (; n >= 10; n /= 10) {
        digits++;
    }
    return digits;
}

static Excerpt make_excerpt(Str text, Span span)
{
    Excerpt e = {.text = trim_end(text), .start = span.start, .length = measure_span(text, span)};
    if (e.start > e.text.len) {
        e.start = e.text.len;
    }
    if (e.text.len == 0) {
        e.text = STR(" ");
    }
    e.line_start = find_line_start(e.text, e.start);
    e.line_end = find_line_end(e.text, e.line_start);
    e.position.line = count_newlines(e.text, e.start) + 1;
    e.position.column = measure_line(e.text, e.line_start, e.start) + 1;

    e.last_line = e.position.line;
    int64_t line = e.line_end;
    for (int64_t rest = measure_rest(&e); rest > 0 && line < e.text.len; e.last_line++) {
        int64_t end = find_line_end(e.text, line);
        rest -= measure_line(e.text, line, end);
        line = end;
    }
    e.number_width = count_digits(e.last_line);
    return e;
}

/* The part of a line that is shown. */
typedef struct Window {
    int64_t start, end;
    bool cut_before, cut_after;
} Window;

/* The line [start, end), or of a very long one what lies around `focus`. */
static Window clip_line(Str text, int64_t start, int64_t end, int64_t focus)
{
    Window window = {.start = start, .end = end};
    if (end - start <= EXCERPT_LINE_BYTES_MAX) {
        return window;
    }
    if (focus - start > EXCERPT_LINE_BYTES_MAX / 2) {
        window.start = focus - EXCERPT_LINE_BYTES_MAX / 2;
        window.cut_before = true;
    }
    if (end - window.start > EXCERPT_LINE_BYTES_MAX) {
        window.end = window.start + EXCERPT_LINE_BYTES_MAX;
        window.cut_after = true;
    }
    while (window.start > start && ((unsigned char)text.s[window.start] & 0xc0) == 0x80) {
        window.start--;
    }
    while (window.end < end && ((unsigned char)text.s[window.end] & 0xc0) == 0x80) {
        window.end--;
    }
    return window;
}

static Window first_window(const Excerpt *e)
{
    return clip_line(e->text, e->line_start, e->line_end, e->start);
}

/* Units before the first mark. */
static int64_t measure_indent(const Excerpt *e, Window window)
{
    return measure_line(e->text, window.start, e->start) + (window.cut_before ? 3 : 0);
}

/* Starts a row: the line number (0: none), right-aligned, and the bar. Returns where the row's
 * own text starts, for `end_row`. */
static int64_t put_margin(Buf *out, const Excerpt *e, int64_t line)
{
    int64_t digits = line ? count_digits(line) + 1 : 0;
    buf_fill(out, ' ', e->number_width + 1 - digits);
    if (line) {
        buf_int(out, line);
        buf_byte(out, ' ');
    }
    buf_puts(out, "| ");
    return out->len - 1;
}

/* Ends a row without the blanks that it would end in. */
static void end_row(Buf *out, int64_t row_start)
{
    Str row = {out->data + row_start, out->len - row_start};
    out->len = row_start + trim_end(row).len;
    buf_byte(out, '\n');
}

/* A row of source text. The placeholder mark of query templates is shown as `<`. */
static void put_source_row(Buf *out, const Excerpt *e, int64_t line, const char *gutter,
                           Window window)
{
    int64_t row_start = put_margin(out, e, line);
    buf_puts(out, gutter);
    buf_puts(out, window.cut_before ? "..." : "");
    for (int64_t i = window.start; i < window.end; i++) {
        buf_byte(out, e->text.s[i] ? e->text.s[i] : '<');
    }
    buf_puts(out, window.cut_after ? "..." : "");
    end_row(out, row_start);
}

static void put_empty_row(Buf *out, const Excerpt *e)
{
    end_row(out, put_margin(out, e, 0));
}

/* Marks under a span within one line, and the annotation. */
static void put_marks(Buf *out, const Excerpt *e, char mark, Str annotation)
{
    Window window = first_window(e);
    put_source_row(out, e, e->position.line, "", window);
    int64_t row_start = put_margin(out, e, 0);
    buf_fill(out, ' ', measure_indent(e, window));
    int64_t shown = measure_line(e->text, e->start, window.end);
    buf_fill(out, mark, window.cut_after && e->length > shown ? shown : e->length);
    if (annotation.len > 0) {
        buf_byte(out, ' ');
        buf_put(out, annotation);
    }
    end_row(out, row_start);
}

/* A line beside the bracket: of very many, the first ones and the last. */
static void put_bracket_row(Buf *out, const Excerpt *e, int64_t number, Window window)
{
    int64_t row = number - e->position.line;
    if (row < EXCERPT_LINES_MAX || number == e->last_line) {
        put_source_row(out, e, number, "| ", window);
    } else if (row == EXCERPT_LINES_MAX) {
        int64_t row_start = put_margin(out, e, 0);
        buf_puts(out, "| ...");
        end_row(out, row_start);
    }
}

/* The bracket beside a span over several lines. */
static void put_bracket(Buf *out, const Excerpt *e, int64_t rest, char mark)
{
    int64_t number = e->position.line;
    Window window = first_window(e);
    put_source_row(out, e, number, "  ", window);
    int64_t row_start = put_margin(out, e, 0);
    buf_puts(out, " _");
    buf_fill(out, '_', measure_indent(e, window));
    buf_byte(out, mark);
    end_row(out, row_start);

    int64_t line = e->line_end;
    for (;;) {
        int64_t end = find_line_end(e->text, line);
        window = clip_line(e->text, line, end, line);
        put_bracket_row(out, e, ++number, window);
        int64_t units = measure_line(e->text, line, end);
        if (rest <= units || end >= e->text.len) {
            break;
        }
        rest -= units;
        line = end;
    }
    row_start = put_margin(out, e, 0);
    buf_puts(out, "|_");
    int64_t shown = measure_line(e->text, window.start, window.end);
    buf_fill(out, '_', (window.cut_after && rest > shown ? shown : rest) - 1);
    buf_byte(out, '^');
    end_row(out, row_start);
}

static void put_excerpt(Buf *out, const Excerpt *e, char mark, Str annotation)
{
    put_empty_row(out, e);
    int64_t rest = measure_rest(e);
    if (rest > 0) {
        put_bracket(out, e, rest, mark);
    } else {
        put_marks(out, e, mark, annotation);
    }
    put_empty_row(out, e);
    out->len--; /* the newline of the last row */
}

/* The word before the message; NULL: a frame of the trace, which has no heading. */
static const char *heading(DiagKind kind)
{
    switch (kind) {
    case DIAG_ERROR:
        return "error:";
    case DIAG_WARNING:
        return "warning:";
    case DIAG_INFO:
    case DIAG_LOG:
        return "info:";
    case DIAG_HINT:
    case DIAG_ADVICE:
        return "hint:";
    case DIAG_PERFORMANCE_HINT:
        return "performance_hint:";
    case DIAG_CAUSE:
        return "cause:";
    case DIAG_TRACE:
        return NULL;
    case DIAG_NAMED_TRACE:
        return "trace:";
    }
    UNREACHABLE();
}

static int64_t line_of(Span span)
{
    Str text = span.source->text;
    return count_newlines(text, span.start < text.len ? span.start : text.len) + 1;
}

/* `info at *query*:1: message` */
static void render_log(Buf *out, const Diag *diag)
{
    buf_puts(out, "info at ");
    if (diag->span.source) {
        buf_put(out, diag->span.source->name);
        buf_printf(out, ":%lld: ", (long long)line_of(diag->span));
    } else {
        buf_puts(out, "<no source>: ");
    }
    buf_put(out, diag->message);
}

/* Heading, place and excerpt. The place is left out when `parent` is on the same line. `text`
 * is the source text, perhaps with a suggestion in it. */
static void render_body(Buf *out, const Diag *diag, const Diag *parent, Str text, Span span,
                        char mark)
{
    const char *head = heading(diag->kind);
    if (head) {
        buf_puts(out, head);
        if (diag->message.len > 0) {
            buf_byte(out, ' ');
            buf_put(out, diag->message);
        }
    }
    if (!span.source) {
        return;
    }
    if (head) {
        buf_byte(out, '\n');
    }
    Excerpt e = make_excerpt(text, span);
    bool same_line =
        parent && parent->span.source == span.source && line_of(parent->span) == e.position.line;
    if (!same_line) {
        buf_puts(out, "at ");
        buf_put(out, span.source->name);
        buf_printf(out, ":%lld:%lld\n", (long long)e.position.line, (long long)e.position.column);
    }
    put_excerpt(out, &e, mark, diag->annotation);
}

/* A hint that adds or changes text shows the source as it would be afterwards. */
static void render_suggestion(Buf *out, const Diag *hint, const Diag *parent)
{
    Str text = hint->span.source->text;
    int64_t start = hint->span.start < text.len ? hint->span.start : text.len;
    int64_t end = hint->span.end < text.len ? hint->span.end : text.len;
    Buf patched = {0};
    buf_put(&patched, str_slice(text, 0, start));
    buf_put(&patched, hint->suggestion);
    buf_put(&patched, str_slice(text, end, text.len));
    Span span = hint->span;
    span.end = span.start + (uint32_t)hint->suggestion.len;
    render_body(out, hint, parent, buf_str(&patched), span,
                hint->span.start == hint->span.end ? '+' : '~');
    buf_free(&patched);
}

static void render_one(Buf *out, const Diag *diag, const Diag *parent)
{
    const Source *source = diag->span.source;
    if (diag->kind == DIAG_LOG) {
        render_log(out, diag);
    } else if (source && diag->has_suggestion && diag->suggestion.len > 0) {
        render_suggestion(out, diag, parent);
    } else {
        render_body(out, diag, parent, source ? source->text : STR(""), diag->span,
                    diag->has_suggestion ? '-' : '^');
    }
}

static void render(Buf *out, const Diag *diag, bool advises)
{
    render_one(out, diag, NULL);
    for (const Diag *hint = diag->hints; hint; hint = hint->next) {
        if (advises || hint->kind != DIAG_ADVICE) {
            buf_byte(out, '\n');
            render_one(out, hint, diag);
        }
    }
}

void diag_render(Buf *out, const Diag *diag)
{
    render(out, diag, true);
}

void diag_render_plain(Buf *out, const Diag *diag)
{
    render(out, diag, false);
}

static void render_all(Buf *out, const DiagList *list, const char *between, bool advises)
{
    for (const Diag *diag = list->first; diag; diag = diag->next) {
        buf_puts(out, diag == list->first ? "" : between);
        render(out, diag, advises);
    }
}

void diag_render_list(Buf *out, const DiagList *list)
{
    render_all(out, list, "\n\n", true);
}

void diag_render_plain_list(Buf *out, const DiagList *list)
{
    render_all(out, list, "\n\n", false);
}

void diag_render_lines(Buf *out, const DiagList *list)
{
    render_all(out, list, "\n", true);
}
