/* keys: what keys do in an input of several rows. Each function is one of readline's: it changes the
 * buffer, and readline has it drawn. Users may bind them by name in ~/.inputrc.
 */
#include "repl/edit/keys.h"

#include "repl/edit/editor_int.h"
#include "repl/io/external.h"
#include "repl/io/text.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

/* Blanks that a bracket indents by. */
#define INDENT 2

/* -- lines of the buffer ------------------------------------------------------------------- */

static int line_start(int at)
{
    while (at > 0 && rl_line_buffer[at - 1] != '\n') {
        at--;
    }
    return at;
}

static int line_end(int at)
{
    while (at < rl_end && rl_line_buffer[at] != '\n') {
        at++;
    }
    return at;
}

static int indent_of(int start)
{
    int at = start;
    while (at < rl_end && rl_line_buffer[at] == ' ') {
        at++;
    }
    return at - start;
}

/* Whether only blanks are between the start of the line and the cursor. */
static bool is_in_indent(void)
{
    int start = line_start(rl_point);
    return start > 0 && rl_point <= start + indent_of(start);
}

/* -- Enter ---------------------------------------------------------------------------------- */

/* How deep the row after this one is: as deep as this one, deeper by what it opens, and as deep as
 * what is in the brackets around when it closes some. Within a string it has no blanks but those that
 * are typed. */
static int next_indent(int start)
{
    Arena scratch;
    Scan scan;
    int indent = indent_of(start);
    arena_init(&scratch);
    scan_text(&scratch, editor_text(), &scan);
    int64_t before = scan_open_at(&scan, start), now = scan_open_at(&scan, rl_point);
    int64_t last = scan_token_before(&scan, rl_point);
    if (scan_is_in_string(&scan, rl_point)) {
        indent = 0;
    } else if (now >= 0 && scan.at[now].start >= start) {
        indent += INDENT;
    } else if (now != before) {
        indent = now < 0 ? 0 : indent_of(line_start((int)scan.at[now].start)) + INDENT;
    } else if (last >= 0 && scan.at[last].start >= start && scan.at[last].kind == TOKEN_ARROW) {
        indent += INDENT;
    }
    arena_free(&scratch);
    return indent;
}

static void insert_line(int indent)
{
    Buf text = {0};
    buf_byte(&text, '\n');
    buf_fill(&text, ' ', indent);
    buf_byte(&text, '\0');
    rl_insert_text(text.data);
    buf_free(&text);
}

/* Begins a new row, as deep as this one; what is closed behind the cursor goes to a row of its own. */
static int insert_row(int count, int key)
{
    (void)count, (void)key;
    if (editor_is_fed()) { /* the lines of a paste have their indents */
        insert_line(0);
        return 0;
    }
    int start = line_start(rl_point), indent = indent_of(start), next = next_indent(start);
    bool closes = rl_point < rl_end && strchr(")]}", rl_line_buffer[rl_point]) != NULL;
    insert_line(next);
    if (next > indent && closes) {
        int here = rl_point;
        insert_line(indent);
        rl_point = here;
    }
    return 0;
}

static int enter(int count, int key)
{
    const EditorHooks *hooks = editor.hooks;
    if (hooks->is_complete != NULL && !hooks->is_complete(hooks->context, editor_text())) {
        return insert_row(count, key);
    }
    editor_finish();
    rl_done = 1;
    return 0;
}

/* -- brackets and indents ------------------------------------------------------------------- */

/* How deep the line is in which the bracket at the cursor was opened; -1: it was not. */
static int mate_indent(void)
{
    int indent = -1;
    Arena scratch;
    Scan scan;
    arena_init(&scratch);
    scan_text(&scratch, editor_text(), &scan);
    int64_t index = scan_bracket_near(&scan, rl_point - 1);
    if (index >= 0 && scan.at[index].mate >= 0 && scan.at[index].mate < index) {
        indent = indent_of(line_start((int)scan.at[scan.at[index].mate].start));
    }
    arena_free(&scratch);
    return indent;
}

/* A closing bracket that begins its row stands below the row that it closes. */
static int insert_closer(int count, int key)
{
    bool moves = count == 1 && is_in_indent() && !editor_is_fed();
    rl_insert(count, key);
    int indent = moves ? mate_indent() : -1;
    int start = line_start(rl_point);
    if (indent >= 0 && rl_point - 1 - start > indent) {
        rl_delete_text(start + indent, rl_point - 1);
        rl_point = start + indent + 1;
    }
    return 0;
}

/* Within the blanks that begin a row, as many as an indent has. */
static int backspace(int count, int key)
{
    int start = line_start(rl_point);
    if (count == 1 && is_in_indent() && rl_point - start >= INDENT) {
        int to = rl_point - INDENT;
        rl_delete_text(to, rl_point);
        rl_point = to;
        return 0;
    }
    return rl_rubout(count, key);
}

/* -- moving --------------------------------------------------------------------------------- */

static int move_up(int count, int key);
static int move_down(int count, int key);

/* Moves by rows of the screen; false: there is none there. */
static bool move_rows(int64_t by)
{
    editor_draw_late();
    const Canvas *canvas = &editor.canvas;
    int64_t row = canvas->cursor_row + by;
    if (editor.is_dumb || row < 0 || row >= canvas->text_rows) {
        return false;
    }
    if (rl_last_func != move_up && rl_last_func != move_down) {
        editor.goal_column = canvas->cursor_column;
    }
    rl_point = (int)canvas_offset(canvas, editor_text(), row, editor.goal_column);
    return true;
}

static int move_up(int count, int key)
{
    return move_rows(-1) ? 0 : rl_get_previous_history(count, key);
}

static int move_down(int count, int key)
{
    return move_rows(1) ? 0 : rl_get_next_history(count, key);
}

/* To the start of the row, and from there to that of the input. */
static int move_home(int count, int key)
{
    (void)count, (void)key;
    int start = line_start(rl_point);
    rl_point = rl_point == start ? 0 : start;
    return 0;
}

static int move_end(int count, int key)
{
    (void)count, (void)key;
    int end = line_end(rl_point);
    rl_point = rl_point == end ? rl_end : end;
    return 0;
}

/* To the end of the row; at its end, the line break. */
static int kill_to_end(int count, int key)
{
    (void)count, (void)key;
    int end = line_end(rl_point);
    rl_kill_text(rl_point, end == rl_point && end < rl_end ? end + 1 : end);
    return 0;
}

static int kill_to_start(int count, int key)
{
    (void)count, (void)key;
    int start = line_start(rl_point);
    start = start == rl_point && start > 0 ? start - 1 : start;
    rl_kill_text(rl_point, start);
    rl_point = start;
    return 0;
}

/* -- the screen, and an editor ----------------------------------------------------------------- */

static int clear_screen(int count, int key)
{
    (void)count, (void)key;
    buf_puts(&editor.output, editor.is_dumb ? "\r\n" : "\033[H\033[2J");
    editor_forget();
    editor_draw();
    return 0;
}

static int edit_outside(int count, int key)
{
    (void)count, (void)key;
    Arena scratch;
    Buf text = {0};
    arena_init(&scratch);
    buf_put(&text, editor_text());
    editor_suspend();
    const char *problem = external_edit(&scratch, &text);
    if (problem != NULL) {
        fprintf(stderr, "fawn: %s\n", problem);
    } else {
        buf_byte(&text, '\0');
        rl_begin_undo_group();
        rl_delete_text(0, rl_end);
        rl_point = 0;
        rl_insert_text(text.data);
        rl_end_undo_group();
    }
    buf_free(&text);
    arena_free(&scratch);
    editor_resume();
    return 0;
}

/* -- the table -------------------------------------------------------------------------------- */

typedef struct Key {
    const char *shown; /* NULL: another sequence of the key above */
    const char *sequence;
    const char *name; /* for ~/.inputrc; NULL: one of readline's */
    rl_command_func_t *function;
    const char *help;
} Key;

static const Key keys[] = {
    {"Enter", "\\C-m", "fawn-enter", enter, "run the query; a new row while it is not complete"},
    {NULL, "\\C-j", NULL, enter, NULL},
    {"Alt-Enter", "\\e\\C-m", "fawn-insert-row", insert_row, "a new row in any case"},
    {NULL, "\\e\\C-j", NULL, insert_row, NULL},
    {"Tab", "\\C-i", NULL, rl_complete, "complete; what is offered is shown below"},
    {"Up", "\\e[A", "fawn-up", move_up, "the row above; from the first one the query before"},
    {NULL, "\\eOA", NULL, move_up, NULL},
    {"Down", "\\e[B", "fawn-down", move_down, "the row below; from the last one the next query"},
    {NULL, "\\eOB", NULL, move_down, NULL},
    {"Ctrl-P", "\\C-p", NULL, rl_get_previous_history, "the query before"},
    {"Ctrl-N", "\\C-n", NULL, rl_get_next_history, "the next query"},
    {"PageUp", "\\e[5~", NULL, rl_history_search_backward, "the one before that begins like this"},
    {"PageDown", "\\e[6~", NULL, rl_history_search_forward, "the next one that begins like this"},
    {"Ctrl-R", "\\C-r", NULL, rl_reverse_search_history, "search backwards in the history"},
    {"Home, Ctrl-A", "\\C-a", "fawn-home", move_home, "start of the row; again: of the input"},
    {NULL, "\\e[H", NULL, move_home, NULL},
    {NULL, "\\eOH", NULL, move_home, NULL},
    {NULL, "\\e[1~", NULL, move_home, NULL},
    {"End, Ctrl-E", "\\C-e", "fawn-end", move_end, "end of the row; again: of the input"},
    {NULL, "\\e[F", NULL, move_end, NULL},
    {NULL, "\\eOF", NULL, move_end, NULL},
    {NULL, "\\e[4~", NULL, move_end, NULL},
    {"Ctrl-Left", "\\e[1;5D", NULL, rl_backward_word, "a word back (Alt-B as well)"},
    {"Ctrl-Right", "\\e[1;5C", NULL, rl_forward_word, "a word on (Alt-F as well)"},
    {"Ctrl-K", "\\C-k", "fawn-kill-to-end", kill_to_end, "cut to the end of the row"},
    {"Ctrl-U", "\\C-u", "fawn-kill-to-start", kill_to_start, "cut to its start"},
    {"Ctrl-W", "\\C-w", NULL, rl_unix_word_rubout, "cut the word before the cursor"},
    {"Ctrl-Y", "\\C-y", NULL, rl_yank, "put in what was cut"},
    {"Ctrl-_", "\\C-_", NULL, rl_undo_command, "undo"},
    {"Backspace", "\\C-?", "fawn-backspace", backspace, "delete; in an indent, two blanks"},
    {NULL, "\\C-h", NULL, backspace, NULL},
    {") ] }", ")", "fawn-closer", insert_closer, "close, below the row that it closes"},
    {NULL, "]", NULL, insert_closer, NULL},
    {NULL, "}", NULL, insert_closer, NULL},
    {"Ctrl-L", "\\C-l", "fawn-clear-screen", clear_screen, "empty the screen"},
    {"Ctrl-X Ctrl-E", "\\C-x\\C-e", "fawn-edit", edit_outside, "edit in $EDITOR (.edit as well)"},
};

/* Keys that signals are made of. */
static const Key signal_keys[] = {
    {"Ctrl-C", NULL, NULL, NULL, "drop what was typed; stop the query that runs"},
    {"Ctrl-Z", NULL, NULL, NULL, "stop Fawn; `fg` goes on"},
    {"Ctrl-D", NULL, NULL, NULL, "leave, when nothing was typed"},
};

static void put_key(Buf *out, const Key *key)
{
    if (key->shown != NULL) {
        buf_printf(out, "  %-16s%s\n", key->shown, key->help);
    }
}

void keys_help(Buf *out)
{
    buf_puts(out, "Keys, besides those of readline (Emacs keys, or as ~/.inputrc has it):\n");
    for (int64_t i = 0; i < countof(keys); i++) {
        put_key(out, &keys[i]);
    }
    for (int64_t i = 0; i < countof(signal_keys); i++) {
        put_key(out, &signal_keys[i]);
    }
}

/* Functions of readline in place of which ours are to run, whatever key they are bound to: files such
 * as Debian's /etc/inputrc bind some again. */
static const struct {
    rl_command_func_t *theirs, *ours;
} replaced[] = {
    {rl_newline, enter},
    {rl_beg_of_line, move_home},
    {rl_end_of_line, move_end},
    {rl_kill_line, kill_to_end},
    {rl_unix_line_discard, kill_to_start},
    {rl_rubout, backspace},
    {rl_clear_screen, clear_screen},
};

static void replace_in_map(Keymap map)
{
    for (int64_t i = 0; i < countof(replaced); i++) {
        char **sequences = rl_invoking_keyseqs_in_map(replaced[i].theirs, map);
        for (int64_t k = 0; sequences != NULL && sequences[k] != NULL; k++) {
            rl_bind_keyseq_in_map(sequences[k], replaced[i].ours, map);
            free(sequences[k]);
        }
        free(sequences);
    }
}

/* Our keys are bound first, so that the files of readline may bind them otherwise. */
void keys_bind(void)
{
    static const char *const names[] = {"emacs-standard", "vi-insert", "vi-command"};
    for (int64_t i = 0; i < countof(keys); i++) {
        if (keys[i].name != NULL) {
            rl_add_defun(keys[i].name, keys[i].function, -1);
        }
        rl_bind_keyseq_in_map(keys[i].sequence, keys[i].function,
                              rl_get_keymap_by_name("emacs-standard"));
        rl_bind_keyseq_in_map(keys[i].sequence, keys[i].function,
                              rl_get_keymap_by_name("vi-insert"));
    }
    rl_initialize();
    for (int64_t i = 0; i < countof(names); i++) {
        replace_in_map(rl_get_keymap_by_name(names[i]));
    }
}
