/* prompt: what the user types becomes queries and meta-commands.
 *
 *   terminal_read ► input ──► process_input ──┬─ blank, bare word, meta-command
 *      ▲  complete? completions, hints        └─ query: history, batch_run_text
 *      └── hooks ◄────── this file
 */
#include "repl/prompt.h"

#include "repl/command/command.h"
#include "repl/edit/complete.h"
#include "repl/edit/guess.h"
#include "repl/edit/history.h"
#include "repl/edit/known.h"
#include "repl/edit/terminal.h"
#include "repl/io/ask.h"
#include "repl/io/signals.h"
#include "repl/io/text.h"
#include "repl/shell/batch.h"
#include "repl/shell/last.h"
#include "repl/shell/part.h"
#include "repl/shell/place.h"
#include "repl/show/fit.h"

#include <string.h>
#include <unistd.h>

typedef struct Prompt {
    Shell *shell;
    Known known;
    Intake *intake; /* what is typed, as far as Enter was pressed */
    int interrupts; /* Ctrl-C at an empty prompt in a row */
} Prompt;

/* -- what an input is ----------------------------------------------------------------------- */

static bool is_variable(const Shell *shell, Str name)
{
    const Str *names;
    int64_t count = session_variables(shell->session, &names);
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(names[i], name)) {
            return true;
        }
    }
    return false;
}

/* `exit` and its like without a dot, as people type them. */
static bool is_bare_command(const Shell *shell, Str input)
{
    int64_t blank = str_find(input, STR(" "), 0);
    Str word = str_slice(input, 0, blank < 0 ? input.len : blank);
    /* Only help takes something: `help Set.paginate`. */
    if (blank >= 0 && !str_eq(word, STR("help"))) {
        return false;
    }
    for (const char *const *each = command_bare_words; *each != NULL; each++) {
        if (str_eq(word, str_from_c(*each))) {
            return !is_variable(shell, word) && str_find(input, STR("\n"), 0) < 0;
        }
    }
    return false;
}

/* Whether the last value has a member of this name, as far as is known. */
static bool last_has(Prompt *prompt, Str name)
{
    Arena scratch;
    GuessMember member;
    arena_init(&scratch);
    Guess guess = {.arena = &scratch, .known = &prompt->known};
    Str type = known_variable(&prompt->known, STR(LAST_VALUE_NAME));
    bool has = guess_find_member(&guess, type, name, &member);
    arena_free(&scratch);
    return has;
}

/* Whether an input may go on with the last value, which a meta-command does not. */
static bool may_go_on(const Prompt *prompt, Str input)
{
    Str rest = input, line = {0};
    str_take_line(&rest, &line);
    return input.len > 0 && input.s[0] == '.' && prompt->shell->has_last && !part_is_command(line);
}

/* Whether an input goes on with the last value: `.where(…)`. What is nearly a meta-command does
 * only if the last value has such a member. */
static bool goes_on(Prompt *prompt, Str input)
{
    Str name;
    if (!may_go_on(prompt, input)) {
        return false;
    }
    return !command_is_near(text_trim_end(input), &name) || last_has(prompt, name);
}

/* Whether an input is one line that can only be a meta-command. (Pasted lines are divided.) */
static bool is_command_line(Str input)
{
    return input.len > 0 && (input.s[0] == '.' || input.s[0] == '\\') &&
           str_find(input, STR("\n"), 0) < 0;
}

/* Whether the last row of an input is `.break`: all of it is to be dropped. */
static bool is_dropped(Str input)
{
    Str row = {0};
    int64_t rows = 0;
    while (str_take_line(&input, &row)) {
        rows++;
    }
    row = text_trim(row);
    return rows > 1 && (str_eq(row, STR(".break")) || str_eq(row, STR("\\break")));
}

/* Whether what a source ends in is complete; meta-commands and `---` divide it. */
static bool is_source_complete(Prompt *prompt, Str text)
{
    Arena scratch;
    PartReader reader = {.text = text, .arena = &scratch};
    Part part, last = {.is_command = true};
    arena_init(&scratch);
    while (part_next(&reader, &part)) {
        last = part;
    }
    arena_free(&scratch);
    return last.is_command || part_is_complete(prompt->intake, last.text);
}

/* -- hooks of the editor -------------------------------------------------------------------- */

static bool is_complete(void *context, Str text)
{
    Prompt *prompt = context;
    const Shell *shell = prompt->shell;
    Str input = text_trim(text);
    if (input.len == 0 || is_bare_command(shell, input) || is_dropped(input)) {
        return true;
    }
    if (goes_on(prompt, input)) {
        Buf whole = {0};
        buf_puts(&whole, LAST_VALUE_NAME);
        buf_put(&whole, input);
        bool complete = part_is_complete(prompt->intake, buf_str(&whole));
        buf_free(&whole);
        return complete;
    }
    return is_command_line(input) || is_source_complete(prompt, text);
}

static int64_t command_length(void *context, Str text, bool *known)
{
    Str input = text_trim_end(text);
    if (!is_command_line(input) || goes_on(context, input)) {
        return 0;
    }
    *known = command_is_known(input);
    int64_t blank = str_find(input, STR(" "), 0);
    return blank < 0 ? input.len : blank;
}

static bool knows(void *context, Str name)
{
    Prompt *prompt = context;
    return known_has(&prompt->known, name);
}

static void complete(void *context, Arena *arena, Str text, int64_t cursor, Completions *found)
{
    Prompt *prompt = context;
    complete_input(arena, &prompt->known, text, cursor, found);
    if (found->count > 0 || !may_go_on(prompt, text)) {
        return;
    }
    Str whole = str_format(arena, LAST_VALUE_NAME "%.*s", STR_ARG(text));
    int64_t added = whole.len - text.len;
    complete_input(arena, &prompt->known, whole, cursor + added, found);
    found->start -= added;
}

/* A place and how it is visited. */
typedef struct Visit {
    KnownVisit *visit;
    void *context;
} Visit;

static void visit_place(void *context, Str place, const OpenFile *file, bool is_file)
{
    const Visit *visit = context;
    (void)file, (void)is_file;
    visit->visit(visit->context, place);
}

static void each_place(void *shell, KnownVisit *visit, void *context)
{
    Visit with = {visit, context};
    place_each(shell, visit_place, &with);
}

static Str note(void *context, Arena *arena, const Scan *scan, int64_t cursor)
{
    Prompt *prompt = context;
    return complete_note(arena, &prompt->known, scan, cursor);
}

/* -- prompts -------------------------------------------------------------------------------- */

/* "shop> " for shop.fawn, "fawn> " in memory, "shop/test> " in a database within it. */
static void put_prompt(const Shell *shell, Buf *out)
{
    const char *at = shell->prompt != NULL ? shell->prompt : PROMPT_DEFAULT;
    for (; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 'd') {
            buf_put(out, place_name(shell));
            at++;
        } else if (at[0] == '%' && at[1] == 'm') {
            buf_puts(out, shell_mark(shell));
            at++;
        } else {
            buf_byte(out, *at);
            at += at[0] == '%' && at[1] == '%';
        }
    }
}

static LineKind read_prompted(Prompt *state, char **text)
{
    Shell *shell = state->shell;
    Buf prompt = {0};
    put_prompt(shell, &prompt);
    buf_byte(&prompt, '\0');
    known_renew(&state->known, shell->session);
    editor_set_color(color_wanted(shell->color, STDOUT_FILENO));
    LineKind kind = terminal_read(prompt.data, buf_str(&shell->draft), text);
    buf_free(&prompt);
    shell->draft.len = 0;
    return kind;
}

/* -- inputs --------------------------------------------------------------------------------- */

/* A set does not tell of what it is; what gave it does. */
static void keep_type(Prompt *prompt, Str type)
{
    prompt->known.last_type.len = 0;
    buf_put(&prompt->known.last_type, type);
}

/* A member that is not there is null, and no error. */
static void tell_meant(Prompt *prompt, Str text)
{
    Shell *shell = prompt->shell;
    if (!str_eq(session_variable_type(shell->session, STR(LAST_VALUE_NAME)), STR("Null"))) {
        return;
    }
    known_renew(&prompt->known, shell->session);
    Str meant = complete_meant(&shell->arena, &prompt->known, text);
    if (meant.len > 0) {
        shell_tell(shell, str_format(&shell->arena, "hint: Did you mean `%.*s`?", STR_ARG(meant)));
    }
}

static void run_query(Prompt *prompt, Str input)
{
    Shell *shell = prompt->shell;
    Buf text = {0};
    Arena scratch;
    if (goes_on(prompt, text_trim(input))) {
        buf_puts(&text, LAST_VALUE_NAME);
        input = text_trim(input);
    }
    buf_put(&text, input);
    buf_byte(&text, '\n');
    arena_init(&scratch);
    Str type = complete_type(&scratch, &prompt->known, buf_str(&text));
    if (batch_run_text(shell, STR("*query*"), buf_str(&text))) {
        keep_type(prompt, type);
        tell_meant(prompt, buf_str(&text));
    }
    arena_free(&scratch);
    buf_free(&text);
}

static void process_input(Prompt *prompt, Str text)
{
    Shell *shell = prompt->shell;
    Str input = text_trim(text);
    /* One that came before Enter, while Fawn started, is not for what is run now. */
    (void)signals_take_interrupt();
    shell->exit_code = EXIT_OK;
    if (input.len == 0 || is_dropped(input)) {
        return;
    }
    history_put(&shell->history, text_trim_end(text));
    if (is_bare_command(shell, input)) {
        command_run(shell, str_format(&shell->arena, ".%.*s", STR_ARG(input)));
    } else if (is_command_line(input) && !goes_on(prompt, input)) {
        command_run(shell, input);
    } else {
        run_query(prompt, text);
    }
    /* It was meant for what ran, not for the next input. */
    (void)signals_take_interrupt();
}

static void process_interrupt(Prompt *prompt, LineKind kind)
{
    prompt->interrupts = kind == LINE_INTERRUPT ? prompt->interrupts + 1 : 0;
    if (prompt->interrupts >= 2) {
        terminal_put("(Ctrl-D or .exit to leave)\n");
    }
}

/* What an open transaction has done would be lost. */
static bool may_leave(const Shell *shell)
{
    return session_transaction(shell->session) == TRANSACTION_NONE ||
           ask_user("Leave, and take back what was done since .begin? [y/N] ");
}

static void put_banner(const Shell *shell)
{
    if (shell->options->quiet) {
        return;
    }
    const char *path = store_path(shell->store);
    Buf banner = {0}, fitted = {0};
    buf_printf(&banner, "fawn " FAWN_VERSION " (FQL v10), %s\n.help lists commands, .help start first steps, Ctrl-D leaves\n",
               path ? path : "in-memory; .save FILE to keep it");
    if (shell->history.refused != NULL) {
        buf_printf(&banner,
                   "What you type is remembered for this session only: cannot write `%s`: %s "
                   "(FAWN_HISTORY names another file; empty: none)\n",
                   shell->history.refused, strerror(shell->history.error));
    }
    fit_message(&fitted, buf_str(&banner), terminal_width());
    buf_byte(&fitted, '\0');
    terminal_put(fitted.data);
    buf_free(&banner);
    buf_free(&fitted);
}

void prompt_run(Shell *shell)
{
    Arena arena;
    arena_init(&arena);
    Prompt prompt = {.shell = shell,
                     .known = {.each_place = each_place, .shell = shell},
                     .intake = intake_open(&arena)};
    EditorHooks hooks = {.context = &prompt,
                         .is_complete = is_complete,
                         .command_length = command_length,
                         .knows = knows,
                         .complete = complete,
                         .note = note};
    char *text;
    shell->interactive = true;
    terminal_open(&hooks);
    history_open(&shell->history, &shell->arena);
    put_banner(shell);
    while (!shell->leave) {
        LineKind kind = read_prompted(&prompt, &text);
        if (kind == LINE_INTERRUPT || kind == LINE_DROPPED) {
            process_interrupt(&prompt, kind);
            continue;
        }
        prompt.interrupts = 0;
        if (kind == LINE_END) {
            terminal_end_row();
            if (!may_leave(shell)) {
                continue;
            }
        }
        if (kind != LINE_READ) {
            shell->exit_code = EXIT_OK;
            terminal_put(kind == LINE_END ? "" : "\n");
            break;
        }
        process_input(&prompt, str_from_c(text));
        free(text);
    }
    known_free(&prompt.known);
    intake_close(prompt.intake);
    arena_free(&arena);
}
