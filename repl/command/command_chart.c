/* command_chart: the meta-commands for pictures: .chart and .spark of a result, .watch of a query
 * that is run again and again. */
#include "repl/command/command_int.h"

#include "repl/edit/terminal.h"
#include "repl/io/signals.h"
#include "repl/io/text.h"
#include "repl/shell/last.h"
#include "repl/show/chart.h"
#include "repl/show/fit.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    PLAIN_WIDTH = 80, /* where there is no terminal */
    CHART_HEIGHT = 16,
    NAME_MAX_BYTES = 16,
};

/* A chart being made; lives as long as the shell. */
typedef struct Drawing {
    Shell *shell;
    Arena arena;
    Chart chart;
    bool is_spark;
    bool is_once; /* the viewer ends with it */
} Drawing;

/* -- drawing --------------------------------------------------------------------------------------- */

static Value read_chart(void *context, Rt *rt, Value v)
{
    Drawing *drawing = context;
    return chart_read(&drawing->chart, rt, v);
}

static int64_t chart_width(const Shell *shell)
{
    if (shell->width > 0) {
        return shell->width;
    }
    return shell->output.fd == STDOUT_FILENO && isatty(STDOUT_FILENO) ? terminal_width()
                                                                      : PLAIN_WIDTH;
}

/* Whether results go to a file that is to be a picture. */
static bool is_svg(const Shell *shell)
{
    const char *path = shell->output.path;
    return path != NULL && str_ends_with(str_from_c(path), STR(".svg"));
}

static void put_chart(Drawing *drawing, Buf *out)
{
    if (drawing->is_spark) {
        chart_spark(&drawing->chart, out, chart_width(drawing->shell));
    } else if (is_svg(drawing->shell)) {
        chart_svg(&drawing->chart, out);
    } else {
        chart_draw(&drawing->chart, out, chart_width(drawing->shell), CHART_HEIGHT);
    }
}

static bool show_chart(void *context, const Outcome *outcome)
{
    Drawing *drawing = context;
    Buf out = {0};
    (void)outcome;
    put_chart(drawing, &out);
    shell_print(drawing->shell, buf_str(&out));
    buf_free(&out);
    chart_free(&drawing->chart);
    arena_free(&drawing->arena);
    if (drawing->is_once) {
        drawing->shell->viewer = (Viewer){0};
    }
    return true;
}

/* -- which chart ------------------------------------------------------------------------------------- */

/* Takes a word off `args`. */
static Str take_word(Str *args)
{
    int64_t end = 0;
    while (end < args->len && args->s[end] != ' ' && args->s[end] != '\t') {
        end++;
    }
    Str word = str_slice(*args, 0, end);
    *args = text_trim(str_slice(*args, end, args->len));
    return word;
}

static bool fail_kind(Shell *shell, Str word)
{
    shell_complain(shell, "there is no chart `%.*s`; it is one of bar, line, hist or scatter",
                   STR_ARG(word));
    return shell_fail(shell, EXIT_QUERY);
}

/* Reads `KIND [FIELD [FIELD]]` into a chart, up to what is no field. */
static bool read_kind(Drawing *drawing, Str *args)
{
    Str word = take_word(args);
    int kind = 0;
    while (kind < CHART_KINDS && !str_eq(word, str_from_c(chart_kind_names[kind]))) {
        kind++;
    }
    if (kind == CHART_KINDS) {
        return fail_kind(drawing->shell, word);
    }
    chart_init(&drawing->chart, &drawing->arena, (ChartKind)kind);
    return true;
}

static bool read_fields(Drawing *drawing, Str args, int most)
{
    Chart *chart = &drawing->chart;
    while (args.len > 0) {
        Str field = take_word(&args);
        if (chart->field_count == most) {
            shell_complain(drawing->shell, "a chart has at most %d fields", most);
            return shell_fail(drawing->shell, EXIT_QUERY);
        }
        bool dotted = field.s[0] == '.';
        chart->fields[chart->field_count++] =
            str_copy(&drawing->arena, str_slice(field, dotted, field.len));
    }
    return true;
}

/* Draws the last result; in scripts, which keep none, the next one. */
static bool draw(Drawing *drawing)
{
    Shell *shell = drawing->shell;
    Viewer viewer = {.show = read_chart, .done = show_chart, .context = drawing};
    if (shell->has_last) {
        return shell_run_into(shell, STR(LAST_VALUE_NAME), &viewer);
    }
    if (shell->interactive) {
        shell_complain(shell, "there is no last result to draw");
        return shell_fail(shell, EXIT_QUERY);
    }
    drawing->is_once = true;
    shell->viewer = viewer;
    return true;
}

static Drawing *make_drawing(Shell *shell)
{
    Drawing *drawing = arena_new(&shell->arena, Drawing);
    drawing->shell = shell;
    arena_init(&drawing->arena);
    return drawing;
}

bool command_chart(Shell *shell, Str args)
{
    Drawing *drawing = make_drawing(shell);
    if (args.len == 0) {
        return command_fail_usage(shell, ".chart bar|line|hist|scatter [FIELD [FIELD]]");
    }
    if (!read_kind(drawing, &args) || !read_fields(drawing, args, CHART_FIELDS_MAX)) {
        arena_free(&drawing->arena);
        return false;
    }
    return draw(drawing);
}

bool command_spark(Shell *shell, Str args)
{
    Drawing *drawing = make_drawing(shell);
    drawing->is_spark = true;
    chart_init(&drawing->chart, &drawing->arena, CHART_BAR);
    if (!read_fields(drawing, args, 1)) {
        arena_free(&drawing->arena);
        return false;
    }
    return draw(drawing);
}

/* -- watching ------------------------------------------------------------------------------------------ */

/* What is watched. */
typedef struct Watch {
    Shell *shell;
    Drawing *drawing; /* NULL: the value as it is */
    ArenaMark empty;  /* of the drawing's arena: with its fields only */
    Str query;
    double seconds;
    int64_t times; /* 0: until Ctrl-C */
    Output page;   /* what a run gives */
    Unshown unshown;
    Buf before; /* what the last one gave */
    bool on_terminal;
} Watch;

static Value show_watched(void *context, Rt *rt, Value v)
{
    Watch *watch = context;
    if (watch->drawing != NULL) {
        return chart_read(&watch->drawing->chart, rt, v);
    }
    RenderTarget target = {
        .output = &watch->page, .view = &watch->shell->view, .unshown = &watch->unshown};
    return render_value(rt, v, &target);
}

/* A line of the frame, in place of the one that stood there. */
static void put_row(Buf *out, Str line)
{
    buf_put(out, line);
    buf_puts(out, "\033[K\n");
}

/* "every 1 s, until Ctrl-C: Sale.all()…" */
static void put_title(const Watch *watch, Buf *out)
{
    Buf title = {0}, fitted = {0};
    buf_printf(&title, "every %g s, until Ctrl-C: %.*s", watch->seconds, STR_ARG(watch->query));
    fit_line(&fitted, buf_str(&title), terminal_width());
    put_row(out, buf_str(&fitted));
    buf_free(&title);
    buf_free(&fitted);
}

/* Each line over the one that stood there: nothing is blank in between. What the screen has no row
 * for is counted. */
static void put_frame(const Watch *watch, Buf *out, Str text)
{
    Str line;
    int64_t left = terminal_height() - 3, more = 0;
    buf_puts(out, "\033[H");
    put_title(watch, out);
    while (str_take_line(&text, &line)) {
        if (left-- > 0) {
            put_row(out, line);
        } else {
            more++;
        }
    }
    if (more > 0) {
        buf_printf(out, "… %lld more lines\033[K\n", (long long)more);
    }
    buf_puts(out, "\033[J");
}

static bool show_page(void *context, const Outcome *outcome)
{
    Watch *watch = context;
    Buf *page = &watch->page.buffer;
    (void)outcome;
    if (watch->drawing != NULL) {
        put_chart(watch->drawing, page);
        chart_free(&watch->drawing->chart);
    }
    if (watch->on_terminal) {
        Buf frame = {0};
        put_frame(watch, &frame, buf_str(page));
        shell_print(watch->shell, buf_str(&frame));
        buf_free(&frame);
    } else if (!str_eq(buf_str(page), buf_str(&watch->before))) {
        shell_print(watch->shell, buf_str(page));
    }
    watch->before.len = 0;
    buf_put(&watch->before, buf_str(page));
    page->len = 0;
    return true;
}

/* False: a signal came. */
static bool wait_seconds(double seconds)
{
    struct timespec rest = {.tv_sec = (time_t)seconds};
    rest.tv_nsec = (long)((seconds - (double)rest.tv_sec) * 1e9);
    return nanosleep(&rest, &rest) == 0 && !signals_seen();
}

static bool run_once(Watch *watch)
{
    Viewer viewer = {.show = show_watched, .done = show_page, .context = watch};
    Drawing *drawing = watch->drawing;
    if (drawing != NULL) {
        arena_rewind(&drawing->arena, watch->empty);
        Chart fresh = {.arena = &drawing->arena,
                       .kind = drawing->chart.kind,
                       .field_count = drawing->chart.field_count};
        memcpy(fresh.fields, drawing->chart.fields, sizeof fresh.fields);
        drawing->chart = fresh;
    }
    return shell_run_into(watch->shell, watch->query, &viewer);
}

static bool watch_query(Watch *watch)
{
    bool succeeded = true;
    watch->on_terminal = watch->shell->output.fd == STDOUT_FILENO && isatty(STDOUT_FILENO);
    output_init(&watch->page);
    if (watch->on_terminal) {
        shell_print(watch->shell, STR("\033[H\033[2J"));
    }
    for (int64_t i = 0; succeeded && (watch->times == 0 || i < watch->times); i++) {
        if (i > 0 && !wait_seconds(watch->seconds)) {
            break;
        }
        succeeded = run_once(watch);
    }
    /* Ctrl-C is how it ends. */
    if (signals_take_interrupt() && watch->shell->interactive) {
        watch->shell->exit_code = EXIT_OK;
        succeeded = true;
    }
    output_discard(&watch->page);
    buf_free(&watch->page.buffer);
    buf_free(&watch->unshown.after);
    buf_free(&watch->before);
    return succeeded;
}

/* A number of seconds or, behind an x, of times. False: the word is none. */
static bool read_quantity(Str word, bool is_times, double *quantity)
{
    char text[NAME_MAX_BYTES], *end;
    word = is_times && word.len > 0 && word.s[0] == 'x' ? str_slice(word, 1, word.len) : word;
    if (word.len == 0 || word.len >= NAME_MAX_BYTES) {
        return false;
    }
    memcpy(text, word.s, (size_t)word.len);
    text[word.len] = '\0';
    *quantity = strtod(text, &end);
    return *end == '\0' && *quantity >= 0 && *quantity <= 86400;
}

/* Reads `[--chart KIND [.FIELD [.FIELD]]]`. */
static bool read_watch_chart(Watch *watch, Str *args)
{
    Str rest = *args;
    if (!str_eq(take_word(&rest), STR("--chart"))) {
        return true;
    }
    watch->drawing = make_drawing(watch->shell);
    *args = rest;
    if (!read_kind(watch->drawing, args)) {
        return false;
    }
    Buf fields = {0};
    while (args->len > 0 && args->s[0] == '.') {
        buf_put(&fields, take_word(args));
        buf_byte(&fields, ' ');
    }
    bool read = read_fields(watch->drawing, text_trim(buf_str(&fields)), CHART_FIELDS_MAX);
    buf_free(&fields);
    watch->empty = arena_mark(&watch->drawing->arena);
    return read;
}

bool command_watch(Shell *shell, Str args)
{
    Watch watch = {.shell = shell, .seconds = 1};
    Str rest = args;
    double times;
    if (read_quantity(take_word(&rest), false, &watch.seconds)) {
        args = rest;
    }
    rest = args;
    if (args.len > 0 && args.s[0] == 'x' && read_quantity(take_word(&rest), true, &times)) {
        watch.times = (int64_t)times;
        args = rest;
    }
    bool succeeded = read_watch_chart(&watch, &args);
    watch.query = args;
    if (succeeded && args.len == 0) {
        succeeded = command_fail_usage(
            shell, ".watch [SECONDS] [xTIMES] [--chart KIND [.FIELD [.FIELD]]] QUERY");
    } else if (succeeded) {
        succeeded = watch_query(&watch);
    }
    if (watch.drawing != NULL) {
        arena_free(&watch.drawing->arena);
    }
    return succeeded;
}
