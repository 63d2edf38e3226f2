/* prompt: what the user types becomes queries and meta-commands.
 *
 *   terminal_read ► line ──► process_line ──┬─ blank, bare word, meta-command
 *      ▲                                  ├─ incomplete: kept, next prompt shows what is open
 *      └──────────────────────────────────┴─ complete: history, batch_run_text
 */
#include "repl/prompt.h"

#include "repl/batch.h"
#include "repl/command.h"
#include "repl/complete.h"
#include "repl/history.h"
#include "repl/part.h"
#include "repl/signals.h"
#include "repl/terminal.h"
#include "repl/text.h"

#include <string.h>

typedef struct Prompt {
    Shell *shell;
    History history;
    Buf text;   /* lines of a query that is not complete yet */
    Buf open;   /* what is open in it */
    char *line; /* the line just read, malloc'd by readline; NULL at the end of input */
    bool has_line;
    int interrupts; /* Ctrl-C at an empty prompt in a row */
} Prompt;

/* -- prompts
 * ------------------------------------------------------------------------------------------ */

/* "shop> " for shop.fawn, "fawn> " in memory. */
static void put_prompt(const Shell *shell, Buf *out)
{
    const char *path = store_path(shell->store);
    if (path == NULL) {
        buf_puts(out, "fawn> ");
        return;
    }
    const char *slash = strrchr(path, '/');
    Str name = str_from_c(slash ? slash + 1 : path);
    if (str_ends_with(name, STR(".fawn"))) {
        name.len -= 5;
    }
    buf_put(out, name);
    buf_puts(out, "> ");
}

/* The prompt for the next line: of the same width, with what is open on its right. */
static void put_continuation(const Prompt *prompt, Buf *out)
{
    Buf first = {0};
    put_prompt(prompt->shell, &first);
    int64_t blanks = first.len - prompt->open.len - 2;
    buf_fill(out, ' ', blanks > 0 ? blanks : 0);
    buf_put(out, buf_str(&prompt->open));
    buf_puts(out, "> ");
    buf_free(&first);
}

static LineKind read_prompted(Prompt *prompt, char **line)
{
    Buf text = {0};
    if (prompt->text.len == 0) {
        put_prompt(prompt->shell, &text);
    } else {
        put_continuation(prompt, &text);
    }
    buf_byte(&text, '\0');
    LineKind kind = terminal_read(text.data, line);
    buf_free(&text);
    return kind;
}

/* -- lines
 * ------------------------------------------------------------------------------------------------
 */

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
static bool is_bare_command(const Shell *shell, Str line)
{
    static const char *const words[] = {"exit", "quit", "help", "clear", "it"};
    for (int64_t i = 0; i < countof(words); i++) {
        if (str_eq(line, str_from_c(words[i]))) {
            return !is_variable(shell, line);
        }
    }
    return false;
}

static void run_bare_command(Shell *shell, Str line)
{
    command_run(shell, str_format(&shell->arena, ".%.*s", STR_ARG(line)));
}

/* Whether a first line goes on with the last value: `.where(…)`. */
static bool goes_on(const Shell *shell, Str line)
{
    return line.s[0] == '.' && !part_is_command(line) && is_variable(shell, STR(LAST_VALUE_NAME));
}

/* Whether an input is one line that can only be a meta-command. (Pasted lines are divided.) */
static bool is_command_line(Str input)
{
    return (input.s[0] == '.' || input.s[0] == '\\') && str_find(input, STR("\n"), 0) < 0;
}

/* The first line of an input. Returns whether it begins a query, which is then in `text`. */
static bool begin_input(Prompt *prompt, Str line)
{
    Shell *shell = prompt->shell;
    Str trimmed = text_trim(line);
    if (trimmed.len == 0) {
        return false;
    }
    if (is_bare_command(shell, trimmed)) {
        run_bare_command(shell, trimmed);
        return false;
    }
    if (goes_on(shell, trimmed)) {
        buf_puts(&prompt->text, LAST_VALUE_NAME);
        line = trimmed;
    } else if (is_command_line(trimmed)) {
        history_put(&prompt->history, trimmed);
        command_run(shell, trimmed);
        return false;
    }
    buf_put(&prompt->text, line);
    return true;
}

/* Adds a line to the query and runs it once it is complete. */
static void process_line(Prompt *prompt, Str line)
{
    Shell *shell = prompt->shell;
    shell->exit_code = EXIT_OK;
    if (prompt->text.len > 0) {
        buf_put(&prompt->text, line);
    } else if (!begin_input(prompt, line)) {
        return;
    }
    buf_byte(&prompt->text, '\n');
    prompt->open.len = 0;
    if (!part_is_complete(buf_str(&prompt->text), &prompt->open)) {
        return;
    }
    history_put(&prompt->history, text_trim(buf_str(&prompt->text)));
    batch_run_text(shell, STR("*query*"), buf_str(&prompt->text));
    (void)signals_take_interrupt();
    prompt->text.len = 0;
}

static void process_interrupt(Prompt *prompt, LineKind kind)
{
    bool was_empty = prompt->text.len == 0 && kind == LINE_INTERRUPT;
    prompt->text.len = 0;
    prompt->interrupts = was_empty ? prompt->interrupts + 1 : 0;
    if (prompt->interrupts >= 2) {
        terminal_put("(Ctrl-D or .exit to leave)\n");
    }
}

static void put_banner(const Shell *shell)
{
    if (shell->options->quiet) {
        return;
    }
    const char *path = store_path(shell->store);
    terminal_put("fawn " FAWN_VERSION " (FQL v10), ");
    terminal_put(path ? path : "in-memory; .save FILE to keep it");
    terminal_put("\n.help lists commands, Ctrl-D leaves\n");
}

static int64_t complete(void *context, Arena *arena, Str line, const char *const **found)
{
    Shell *shell = context;
    return complete_line(arena, shell->session, line, found);
}

void prompt_run(Shell *shell)
{
    Prompt prompt = {.shell = shell};
    char *line;
    shell->interactive = true;
    terminal_open(complete, shell);
    history_open(&prompt.history, &shell->arena);
    put_banner(shell);
    while (!shell->leave) {
        LineKind kind = read_prompted(&prompt, &line);
        if (kind == LINE_INTERRUPT || kind == LINE_DROPPED) {
            process_interrupt(&prompt, kind);
            continue;
        }
        prompt.interrupts = 0;
        if (kind != LINE_READ) {
            shell->exit_code = EXIT_OK;
            terminal_put("\n");
            break;
        }
        process_line(&prompt, str_from_c(line));
        free(line);
    }
    buf_free(&prompt.text);
    buf_free(&prompt.open);
}
