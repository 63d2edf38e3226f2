/* command_explain: what a query reads and writes, and how: it is run, and taken back.
 *
 *   reads     Movie.byYear               index, 12 documents, all that was read of them covered
 *             Movie.all()                every document in order of ids, 3201
 *   gives     12 values
 *   writes    1 created, 2 updated (taken back)
 *   triggers  Movie.note                 3 times
 *   totals    Movie.stars
 *   cost      3213 read, 3 written, 12.0 KiB of memory, 0.812 ms
 */
#include "repl/command/command_int.h"

#include "repl/shell/notes.h"
#include "repl/show/paint.h"
#include "runtime/set/plan.h"

#include <string.h>

enum { LABEL_COLUMN = 10, NAME_COLUMN = 26 };

typedef struct Explaining {
    Shell *shell;
    int64_t values;
    bool more;       /* of a set only the first page was read */
    Buf scratch;
    Arena arena;
    VEC(Str) written; /* collections, each once */
} Explaining;

/* -- running ------------------------------------------------------------------------------------------ */

/* Prints the value as the shell would, so that as much is read. */
static Value count_value(void *context, Rt *rt, Value v)
{
    Explaining *explaining = context;
    Unshown unshown = {0};
    View view = explaining->shell->view;
    Output page;
    output_init(&page);
    RenderTarget target = {.output = &page, .view = &view, .unshown = &unshown};
    int64_t count = 1;
    if (v.type == T_SET) {
        TRY(shown, render_page(rt, v.as.set, view.page_size, &target));
        const Value *data = object_get(shown.as.object, STR("data"));
        count = data != NULL ? data->len : 0;
        explaining->more = explaining->more || unshown.any;
        v = shown;
    }
    explaining->values += v.type == T_ARRAY ? v.len : count;
    PrintOptions options = view_print_options(&view);
    Value status = print_value(rt, &page.buffer, v, &options);
    output_discard(&page);
    buf_free(&page.buffer);
    buf_free(&unshown.after);
    return status;
}

/* The collection in `Movie("1")`. */
static Value note_written(void *context, Rt *rt, const SessionChange *change)
{
    Explaining *explaining = context;
    Str name = str_slice(change->document, 0, str_find(change->document, STR("("), 0));
    int64_t last = explaining->written.len - 1;
    (void)rt;
    if (last < 0 || !str_eq(explaining->written.at[last], name)) {
        vec_push(&explaining->written, &explaining->arena, str_copy(&explaining->arena, name));
    }
    return val_null(NULL);
}

/* -- telling ------------------------------------------------------------------------------------------ */

static void put_label(Buf *out, const char *label)
{
    buf_puts(out, label);
    buf_fill(out, ' ', LABEL_COLUMN - (int64_t)strlen(label));
}

static void put_name(Buf *out, Str name)
{
    buf_put(out, name);
    buf_fill(out, ' ', name.len < NAME_COLUMN ? NAME_COLUMN - name.len : 1);
    buf_byte(out, ' ');
}

static void put_how(Buf *out, const PlanRead *read)
{
    switch (read->kind) {
    case PLAN_SCAN:
        buf_puts(out, read->is_range ? "documents in a range of ids" : "every document");
        break;
    case PLAN_INDEX:
        buf_puts(out, read->is_range ? "index, a range" : "index");
        break;
    case PLAN_PREDICATE:
        buf_puts(out, "index, chosen for where(…)");
        break;
    }
    buf_puts(out, read->reversed ? ", backwards" : "");
    buf_printf(out, ", %lld read", (long long)read->documents);
    if (read->times > 1) {
        buf_printf(out, " in %lld readings", (long long)read->times);
    }
    buf_puts(out, read->is_batched ? ", many at once" : "");
    if (read->kind == PLAN_INDEX && str_eq(read->not_covered, PLAN_WHOLE_DOCUMENT)) {
        buf_puts(out, "; whole documents are read");
    } else if (read->kind == PLAN_INDEX && read->not_covered.len > 0) {
        buf_printf(out, "; .%.*s is not in the index", STR_ARG(read->not_covered));
    } else if (read->kind == PLAN_INDEX) {
        buf_puts(out, "; covered");
    }
}

static void put_reads(Buf *out, const Plan *plan, const Shell *shell)
{
    const PlanRead *read = plan != NULL ? plan->first : NULL;
    put_label(out, "reads");
    if (read == NULL) {
        buf_puts(out, "no sets\n");
    }
    for (; read != NULL; read = read->next) {
        Buf name = {0};
        Str collection = session_collection_name(shell->session, read->collection);
        buf_put(&name, collection);
        buf_byte(&name, '.');
        buf_put(&name, read->index != NULL ? read->index->name : STR("all"));
        if (read != plan->first) {
            put_label(out, "");
        }
        put_name(out, buf_str(&name));
        put_how(out, read);
        buf_byte(out, '\n');
        buf_free(&name);
    }
    if (plan != NULL && plan->is_cut) {
        buf_printf(out, "%*s… and more\n", LABEL_COLUMN, "");
    }
}

static void put_triggers(Buf *out, const Plan *plan)
{
    const PlanTrigger *first = plan != NULL ? plan->triggers : NULL;
    for (const PlanTrigger *trigger = first; trigger != NULL; trigger = trigger->next) {
        put_label(out, trigger == first ? "triggers" : "");
        put_name(out, trigger->label);
        buf_printf(out, "ran %lld time%s\n", (long long)trigger->times,
                   trigger->times == 1 ? "" : "s");
    }
}

/* The aggregates of the collections that were written to. */
static void put_aggregates(Buf *out, Explaining *explaining)
{
    const SessionAggregate *aggregates;
    int64_t count = session_aggregates(explaining->shell->session, &aggregates);
    bool any = false;
    for (int64_t i = 0; i < count; i++) {
        for (int64_t k = 0; k < explaining->written.len; k++) {
            Str name = explaining->written.at[k];
            if (str_starts_with(aggregates[i].name, name) && aggregates[i].name.len > name.len &&
                aggregates[i].name.s[name.len] == '.') {
                put_label(out, any ? "" : "totals");
                put_name(out, aggregates[i].name);
                buf_puts(out, "kept up to date\n");
                any = true;
            }
        }
    }
}

static bool put_report(void *context, const Outcome *outcome)
{
    Explaining *explaining = context;
    Buf out = {0}, changes = {0};
    notes_put_changes(&changes, &outcome->changes);
    Str hints = str_copy(&explaining->arena, outcome->summary);
    const Outcome seen = *outcome;
    put_reads(&out, seen.plan, explaining->shell);
    put_label(&out, "gives");
    buf_printf(&out, "%lld value%s%s\n", (long long)explaining->values,
               explaining->values == 1 ? "" : "s", explaining->more ? ", and more pages" : "");
    if (changes.len > 0) {
        put_label(&out, "writes");
        buf_printf(&out, "%.*s (taken back)\n", STR_ARG(buf_str(&changes)));
    }
    put_triggers(&out, seen.plan);
    put_aggregates(&out, explaining);
    bool is_quiet = explaining->shell->options->quiet;
    if (!is_quiet) {
        put_label(&out, "cost");
        buf_printf(&out, "%lld read, %lld written, %.1f KiB of memory, %.3f ms\n",
                   (long long)seen.stats.read_ops, (long long)seen.stats.write_ops,
                   (double)seen.memory_bytes / 1024, (double)seen.elapsed_us / 1e3);
    }
    shell_print(explaining->shell, buf_str(&out));
    if (hints.len > 0 && !is_quiet) {
        shell_tell(explaining->shell, hints);
    }
    buf_free(&out);
    buf_free(&changes);
    return true;
}

bool command_explain(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".explain QUERY");
    }
    Explaining explaining = {.shell = shell};
    arena_init(&explaining.arena);
    Viewer viewer = {.show = count_value,
                     .changes = note_written,
                     .done = put_report,
                     .context = &explaining,
                     .dry_run = true,
                     .explain = true};
    bool succeeded = shell_run_into(shell, args, &viewer);
    arena_free(&explaining.arena);
    return succeeded;
}

/* -- .type ------------------------------------------------------------------------------------------- */

static bool show_type(void *context, const Outcome *outcome)
{
    Shell *shell = context;
    shell_print(shell, str_format(&shell->arena, "%.*s\n", STR_ARG(outcome->static_type)));
    return true;
}

static Value drop_value(void *context, Rt *rt, Value v)
{
    (void)context;
    (void)rt;
    (void)v;
    return val_null(NULL);
}

bool command_type(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".type EXPR (it is not run)");
    }
    Viewer viewer = {.show = drop_value, .done = show_type, .context = shell, .only_types = true};
    return shell_run_into(shell, args, &viewer);
}
