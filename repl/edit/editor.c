/* editor: see editor.h. A terminal that cannot move its cursor gets the text as it grows, and the
 * whole row again when it changes otherwise.
 */
#include "repl/edit/editor_int.h"
#include "runtime/base/clock.h"

#include "repl/edit/highlight.h"
#include "repl/edit/terminal.h"
#include "repl/io/output.h"
#include "runtime/base/vec.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

/* Of keys that come faster. */
enum { DRAWN_EVERY_MS = 100 };

/* So many keys, each with the next one waiting, are not typed by a person. */
enum { FED_KEYS_MIN = 64 };

Editor editor;

Str editor_text(void)
{
    return (Str){rl_line_buffer, rl_end};
}

/* -- what is drawn ------------------------------------------------------------------------- */

static void put_prompt_of(int64_t line, int64_t start, Buf *out)
{
    out->len = 0;
    if (line == 0) {
        buf_puts(out, rl_display_prompt ? rl_display_prompt : "");
        return;
    }
    Buf open = {0};
    scan_put_open(&editor.scan, start, &open);
    /* Of deep nesting the innermost brackets are shown. */
    int64_t room = editor.prompt_width - 2;
    Str shown = buf_str(&open);
    if (shown.len > room) {
        shown = str_slice(shown, room > 0 ? shown.len - room : shown.len, shown.len);
    }
    buf_fill(out, ' ', room > shown.len ? room - shown.len : 0);
    buf_put(out, shown);
    buf_puts(out, "> ");
    buf_free(&open);
}

/* The prompt of each line of the input. */
static const Str *make_prompts(Str text)
{
    VEC(Str) prompts = {0};
    Buf prompt = {0};
    for (int64_t start = 0, line = 0;; line++) {
        put_prompt_of(line, start, &prompt);
        vec_push(&prompts, &editor.arena, str_copy(&editor.arena, buf_str(&prompt)));
        int64_t end = str_find(text, STR("\n"), start);
        if (end < 0) {
            break;
        }
        start = end + 1;
    }
    buf_free(&prompt);
    return prompts.at;
}

static const uint8_t *make_styles(Str text)
{
    const EditorHooks *hooks = editor.hooks;
    bool known = false;
    if (hooks->knows == NULL || hooks->command_length == NULL) {
        return NULL; /* what is typed is no query */
    }
    int64_t command = hooks->command_length(hooks->context, text, &known);
    if (command > 0) {
        return highlight_command(&editor.arena, text, command, known);
    }
    return highlight_query(&editor.arena, &editor.scan, editor.is_ending ? -1 : rl_point,
                           hooks->knows, hooks->context);
}

static bool is_list_shown(void)
{
    return editor.list.len > 0 && editor.list_len == rl_end && editor.list_point == rl_point;
}

static Str make_note(void)
{
    if (editor.is_ending) {
        return (Str){0};
    }
    if (is_list_shown()) {
        return buf_str(&editor.list);
    }
    editor.list.len = 0;
    if (editor.hooks->note == NULL) {
        return (Str){0};
    }
    return editor.hooks->note(editor.hooks->context, &editor.arena, &editor.scan, rl_point);
}

static void make_canvas(int64_t width)
{
    Str text = editor_text();
    arena_reset(&editor.arena);
    scan_text(&editor.arena, text, &editor.scan);
    Drawing drawing = {.text = text,
                       .cursor = editor.is_ending && !editor.is_marked ? -1 : rl_point,
                       .styles = make_styles(text),
                       .prompts = make_prompts(text),
                       .note = make_note(),
                       .width = width,
                       .color = editor.color};
    canvas_make(&editor.arena, &drawing, &editor.canvas);
}

/* readline writes to its stream what switches bracketed paste on. */
static void flush_output(void)
{
    (void)fflush(rl_outstream);
    (void)!write_all(STDOUT_FILENO, buf_str(&editor.output));
    editor.output.len = 0;
}

/* -- a terminal that moves no cursor -------------------------------------------------------- */

/* The text from the byte `from` on; `begins`: behind the prompt. */
static void put_plain(Str text, int64_t from, bool begins)
{
    const Str *prompts = make_prompts(text);
    int64_t line = 0;
    for (int64_t i = 0; i < from; i++) {
        line += text.s[i] == '\n';
    }
    if (begins) {
        buf_put(&editor.output, prompts[0]);
    }
    for (int64_t i = from; i < text.len; i++) {
        if (text.s[i] == '\n') {
            buf_puts(&editor.output, "\r\n");
            buf_put(&editor.output, prompts[++line]);
        } else {
            buf_byte(&editor.output, text.s[i]);
        }
    }
}

static void draw_plain(void)
{
    Str text = editor_text(), before = buf_str(&editor.plain);
    arena_reset(&editor.arena);
    scan_text(&editor.arena, text, &editor.scan);
    bool is_new = editor.plain.data == NULL;
    if (!is_new && str_eq(text, before)) {
        return;
    }
    bool grows = !is_new && str_starts_with(text, before);
    if (!is_new && !grows) {
        buf_puts(&editor.output, "\r\n");
    }
    put_plain(text, grows ? before.len : 0, !grows);
    editor.plain.len = 0;
    buf_put(&editor.plain, text);
    (void)buf_reserve(&editor.plain, 1);
}

/* -- drawing --------------------------------------------------------------------------------- */

/* readline moves by characters: the cursor goes on to where a sign of several begins or ends. */
static void keep_signs_whole(void)
{
    Str text = editor_text();
    int64_t start = rl_point;
    while (start > 0 && text.s[start - 1] != '\n') {
        start--;
    }
    Str line = str_slice(text, start, text.len);
    int64_t newline = str_find(line, STR("\n"), 0);
    line = str_slice(line, 0, newline < 0 ? line.len : newline);
    int64_t sign = start + sign_start(line, rl_point - start);
    if (sign < rl_point) {
        bool goes_on = rl_point > editor.last_point;
        rl_point = (int)(goes_on ? sign + sign_at(text, sign).bytes : sign);
    }
    editor.last_point = rl_point;
}

bool editor_is_fed(void)
{
    return editor.fed_keys >= FED_KEYS_MIN;
}

/* Not each key of a paste is drawn, but what there is ten times a second, and the last. */
static bool is_hurried(void)
{
    int64_t now_ms = clock_us(CLOCK_MONOTONIC) / 1000;
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    bool is_early = !editor.is_ending && now_ms - editor.drawn_ms < DRAWN_EVERY_MS;
    bool more_wait = poll(&keys, 1, 0) > 0;
    editor.fed_keys = more_wait ? editor.fed_keys + 1 : 0;
    editor.is_late = is_early && editor_is_fed();
    editor.drawn_ms = editor.is_late ? editor.drawn_ms : now_ms;
    return editor.is_late;
}

void editor_draw_late(void)
{
    if (editor.is_late) {
        editor.drawn_ms = 0;
        editor_draw();
    }
}

void editor_draw(void)
{
    /* readline draws while it puts an input away. */
    if (!editor.is_active) {
        return;
    }
    keep_signs_whole();
    if (is_hurried()) {
        return;
    }
    if (editor.is_dumb) {
        draw_plain();
    } else {
        int64_t width = terminal_width(), height = terminal_height();
        make_canvas(width);
        if (editor.is_ending && editor.canvas.len > height) {
            /* All of it is to be read when it has scrolled by. */
            screen_clear(&editor.screen, width, &editor.output);
            height = editor.canvas.len;
        }
        screen_draw(&editor.screen, &editor.canvas, width, height, &editor.output);
    }
    flush_output();
}

void editor_forget(void)
{
    screen_forget(&editor.screen);
    buf_free(&editor.plain);
}

static void leave_rows(const char *mark)
{
    buf_puts(&editor.output, mark);
    if (editor.is_dumb) {
        buf_puts(&editor.output, "\r\n");
    } else {
        screen_leave(&editor.screen, &editor.output);
    }
    flush_output();
    editor_forget();
    editor.is_active = false;
}

void editor_finish(void)
{
    rl_point = rl_end;
    editor.is_ending = true;
    editor_draw();
    leave_rows("");
}

void editor_drop(const char *mark)
{
    rl_point = rl_end;
    editor.is_ending = true;
    editor.is_marked = mark[0] != '\0';
    editor_draw();
    editor.is_marked = false;
    leave_rows(mark);
}

void editor_suspend(void)
{
    editor_drop("");
    rl_deprep_terminal();
}

void editor_resume(void)
{
    rl_prep_terminal(1);
    editor.is_active = true;
    editor.is_ending = false;
    editor_draw();
}

void editor_resize(void)
{
    rl_reset_screen_size();
    if (!editor.is_dumb) {
        editor_draw();
    }
}

/* -- completion ------------------------------------------------------------------------------ */

/* What follows the only name there is. */
static Completions offered;

/* All names at once, as readline wants them: the common beginning, then each; malloc'd. */
static char **offer_completions(const char *text, int start, int end)
{
    (void)text, (void)start, (void)end;
    rl_attempted_completion_over = 1;
    rl_completion_append_character = offered.append;
    char **matches = offered.count ? calloc((size_t)offered.count + 2, sizeof *matches) : NULL;
    if (matches == NULL) {
        return NULL;
    }
    size_t common = strlen(offered.names[0]);
    for (int64_t i = 0; i < offered.count; i++) {
        matches[i + 1] = strdup(offered.names[i]);
        while (strncmp(offered.names[0], offered.names[i], common) != 0) {
            common--;
        }
    }
    matches[0] = strndup(offered.names[0], common);
    return matches;
}

/* readline asks where the word begins before it asks for completions: they are found here, and the
 * word is cut where they say. */
static char *find_word(void)
{
    static char breaks[2];
    const EditorHooks *hooks = editor.hooks;
    static Arena arena;
    arena_free(&arena);
    offered = (Completions){.start = rl_point};
    if (hooks->complete != NULL) {
        hooks->complete(hooks->context, &arena, editor_text(), rl_point, &offered);
    }
    breaks[0] = offered.start > 0 ? rl_line_buffer[offered.start - 1] : '\0';
    /* The word must not hold the byte that it is cut at. */
    if (breaks[0] != '\0' && offered.start < rl_point &&
        memchr(rl_line_buffer + offered.start, breaks[0], (size_t)(rl_point - offered.start))) {
        offered.count = 0;
    }
    return breaks;
}

/* Shows what is offered below the input, until the next key. */
static void show_list(char **matches, int count, int longest)
{
    (void)longest;
    int64_t cells = 0, width = terminal_width();
    for (int i = 1; i <= count; i++) {
        int64_t wide = canvas_text_width(str_from_c(matches[i]));
        cells = wide > cells ? wide : cells;
    }
    cells += 2;
    int64_t columns = width > cells ? width / cells : 1;
    int64_t rows = (count + columns - 1) / columns, room = terminal_height() - 4;
    int64_t shown = rows > room && room > 0 ? room : rows;
    editor.list.len = 0;
    for (int64_t row = 0; row < shown; row++) {
        for (int64_t i = row + 1; i <= count; i += rows) {
            Str name = str_from_c(matches[i]);
            buf_put(&editor.list, name);
            buf_fill(&editor.list, ' ', i + rows <= count ? cells - canvas_text_width(name) : 0);
        }
        buf_byte(&editor.list, '\n');
    }
    if (shown < rows) {
        buf_printf(&editor.list, "… %lld rows more; type a letter\n", (long long)(rows - shown));
    }
    editor.list_len = rl_end;
    editor.list_point = rl_point;
    if (editor.is_dumb) {
        buf_puts(&editor.output, "\r\n");
        buf_put(&editor.output, buf_str(&editor.list));
        editor_forget();
    }
    editor_draw();
}

/* -- its life -------------------------------------------------------------------------------- */

static Str input_draft;

static int insert_draft(void)
{
    if (input_draft.len > 0) {
        Buf text = {0};
        buf_put(&text, input_draft);
        buf_byte(&text, '\0');
        rl_insert_text(text.data);
        buf_free(&text);
    }
    return 0;
}

void editor_begin(const char *prompt, Str draft, void (*done)(char *text))
{
    editor.is_active = true;
    editor.is_ending = false;
    editor.list.len = 0;
    editor.prompt_width = canvas_text_width(str_from_c(prompt));
    editor_forget();
    input_draft = draft;
    /* Left from a Ctrl-D after which somebody stayed; readline would end each row twice. */
    rl_eof_found = 0;
    rl_callback_handler_install(prompt, done);
}

void editor_open(const EditorHooks *hooks)
{
    const char *term = getenv("TERM");
    editor.hooks = hooks;
    editor.is_dumb = term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
    arena_init(&editor.arena);
    screen_init(&editor.screen);
    rl_outstream = stdout;
    rl_readline_name = "fawn";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_startup_hook = insert_draft;
    rl_attempted_completion_function = offer_completions;
    rl_completion_word_break_hook = find_word;
    rl_completion_display_matches_hook = show_list;
    rl_variable_bind("show-all-if-ambiguous", "on");
    /* They would take Backspace and Ctrl-U back from us. */
    rl_variable_bind("bind-tty-special-chars", "off");
    keys_bind();
    /* Only now: readline asks nothing about a terminal that it is not to draw on, and then takes it
     * for one that knows no bracketed paste. */
    rl_redisplay_function = editor_draw;
}

void editor_set_color(bool color)
{
    editor.color = color;
}
