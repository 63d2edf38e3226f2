/* envelope: see envelope.h. */
#include "repl/shell/envelope.h"

#include "interp/session/answer.h"
#include "repl/io/signals.h"
#include "repl/shell/arguments.h"

typedef struct Envelope {
    Buf data;
    PrintOptions print;
} Envelope;

static Value put_data(void *context, Rt *rt, Value v)
{
    Envelope *envelope = context;
    envelope->data.len = 0;
    return print_value(rt, &envelope->data, v, &envelope->print);
}

/* Values are written as Fauna's formats have them: `simple` but for -m json-tagged. */
static PrintFormat choose_format(const Shell *shell)
{
    return shell->view.mode == MODE_JSON_TAGGED ? PRINT_TAGGED : PRINT_SIMPLE;
}

bool envelope_run(Shell *shell, const Source *source, Arena *scratch)
{
    const Options *options = shell->options;
    Envelope envelope = {.print = {.format = choose_format(shell), .all = shell->view.all}};
    RunOptions run = {.last_only = true,
                      .dry_run = shell->dry,
                      .read_only = options->readonly,
                      .check_only = options->check,
                      .typecheck = shell_typechecks(shell),
                      .assumes_names = options->check,
                      .performance_hints = shell->hints,
                      .limits = options->limits,
                      .timeout_ms = options->timeout_ms,
                      .print = envelope.print,
                      .sink = put_data,
                      .sink_context = &envelope};
    if (!arguments_bind(shell, scratch, &run)) {
        return false;
    }
    signals_watch(shell->session);
    Outcome outcome = session_run(shell->session, source, &run);
    signals_watch(NULL);
    Buf line = {0};
    Str data = envelope.data.len > 0 ? buf_str(&envelope.data) : STR("null");
    answer_put(&line, &outcome, data, envelope.print.format, NULL);
    buf_byte(&line, '\n');
    shell_print(shell, buf_str(&line));
    buf_free(&line);
    buf_free(&envelope.data);
    return outcome.kind == OUTCOME_OK || shell_note_failure(shell, &outcome);
}
