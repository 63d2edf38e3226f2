/* outcome: failures as users see them. The layout of a summary and the order of its parts are
 * the reference's (QueryFailure.scala):
 *
 *   error: message                     the innermost place of the trace
 *   constraint failures:               each with its label
 *   hint: …                            hints that surround the error
 *   trace: …                           the places further out
 *
 *   info at *query*:1: …               what the query logged before
 */
#include "interp/session/session_int.h"

#include "runtime/access/permission.h"
#include "runtime/base/memory.h"

/* A summary below this many bytes is not looked at. */
enum { SUMMARY_BYTES_FEW = 1 << 20 };

/* Copies what the buffer holds, as the outcome outlives it. */
static Str keep_text(Session *session, const Buf *buf)
{
    return str_copy(&session->query, buf_str(buf));
}

/* -- what is not for everybody ------------------------------------------------------------------ */

/* Whether a place is in the query itself, and not in a function or predicate of the schema. */
static bool is_in_query(Span span)
{
    return span.source == NULL || str_eq(span.source->name, STR("*query*"));
}

/* Takes what the schema's functions logged out of the list. */
static void hide_infos(DiagList *infos)
{
    Diag *next = infos->first;
    diag_list_init(infos, infos->arena);
    while (next) {
        Diag *diag = next;
        next = diag->next;
        if (is_in_query(diag->span)) {
            diag->next = NULL;
            *(infos->last ? &infos->last->next : &infos->first) = diag;
            infos->last = diag;
            infos->count++;
        }
    }
}

/* Takes places in the schema's functions out of a failure: their text is not for whoever may call
 * them. */
static void hide_places(Fault *fault)
{
    int64_t count = 0;
    for (int64_t i = 0; i < fault->trace_len; i++) {
        if (is_in_query(fault->trace[i])) {
            fault->trace[count++] = fault->trace[i];
        }
    }
    fault->trace_len = count;
    Diag **at = &fault->hints;
    while (*at) {
        if (is_in_query((*at)->span)) {
            at = &(*at)->next;
        } else {
            *at = (*at)->next;
        }
    }
}

/* Whether so long a summary counts as nothing, or fits into the memory of the query. */
static bool may_grow(Session *session)
{
    const ArenaAccount *memory = &session_rt(session)->memory;
    const Buf *summary = &session->summary;
    bool fits = memory->limit == 0 || memory->bytes + 2 * summary->len <= memory->limit;
    return summary->len < SUMMARY_BYTES_FEW ||
           (fits && (2 * summary->len < summary->cap || memory_has(2 * summary->cap)));
}

/* Adds the infos, as many as there is memory for: a query can log the same long line for ever. */
static void render_infos(Session *session, const DiagList *infos)
{
    Buf *summary = &session->summary;
    int64_t shown = 0;
    for (const Diag *info = infos->first; info; info = info->next) {
        if (!may_grow(session)) {
            buf_printf(summary, "\n\n%lld more are not shown: there is no memory for their text.",
                       (long long)(infos->count - shown));
            return;
        }
        buf_puts(summary, summary->len > 0 ? "\n\n" : "");
        diag_render(summary, info);
        shown++;
    }
}

void outcome_take_infos(Session *session)
{
    DiagList *infos = &session_rt(session)->infos;
    if (infos->count > 0 && !permission_sees_logs(session_rt(session))) {
        hide_infos(infos);
    }
    if (infos->count > 0) {
        render_infos(session, infos);
        diag_list_init(infos, &session->query);
    }
}

/* The failure's text, then the infos. */
static void finish_summary(Session *session, Outcome *outcome, Buf *failure)
{
    Buf *summary = &session->summary;
    Buf before = *summary;
    *summary = *failure;
    if (before.len > 0) {
        buf_puts(summary, "\n\n");
        buf_put(summary, buf_str(&before));
    }
    outcome_take_infos(session);
    outcome->summary = keep_text(session, summary);
    buf_free(&before);
}

/* -- texts that cannot be run ----------------------------------------------------------------- */

static void describe_checks(Session *session, const DiagList *diags, Outcome *outcome)
{
    outcome->code = fault_code_text(FAULT_invalid_query);
    outcome->message = str_format(&session->query, "The query failed %lld validation check%s",
                                  (long long)diags->errors, diags->errors == 1 ? "" : "s");
}

void outcome_from_diags(Session *session, const DiagList *diags, Outcome *outcome)
{
    Buf text = {0};
    outcome->kind = OUTCOME_FAILED;
    describe_checks(session, diags, outcome);
    if (session->advises) {
        diag_render_list(&text, diags);
    } else {
        diag_render_plain_list(&text, diags);
    }
    finish_summary(session, outcome, &text);
}

/* -- failures of evaluation -------------------------------------------------------------------- */

/* `text` with each line but the first moved in, so that it reads as one item. */
static void put_indented(Buf *out, Str text)
{
    for (int64_t i = 0; i < text.len; i++) {
        buf_byte(out, text.s[i]);
        if (text.s[i] == '\n') {
            buf_puts(out, "      ");
        }
    }
}

Str outcome_fault_text(Session *session, const Fault *fault)
{
    if (fault->constraints == NULL) {
        return fault->message;
    }
    Buf text = {0};
    buf_put(&text, fault->message);
    buf_puts(&text, "\nconstraint failures:");
    for (const ConstraintFailure *failure = fault->constraints; failure != NULL;
         failure = failure->next) {
        buf_puts(&text, "\n  ");
        if (failure->label.len > 0) {
            put_indented(&text, failure->label);
            buf_puts(&text, ": ");
        }
        put_indented(&text, failure->message);
    }
    Str message = keep_text(session, &text);
    buf_free(&text);
    return message;
}

/* Whether the user can see this place: cursors hold code of their own, which no one wrote. */
static bool is_visible(Span place)
{
    return place.source != NULL && !str_eq(place.source->name, STR("*cursor*"));
}

/* Takes the places that mean nothing to the user out of the trace. */
static void drop_hidden_places(Fault *fault)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < fault->trace_len; i++) {
        if (is_visible(fault->trace[i])) {
            fault->trace[kept++] = fault->trace[i];
        }
    }
    fault->trace_len = kept;
}

static void render_fault(Session *session, const Fault *fault, Buf *out)
{
    Arena *query = &session->query;
    Diag error = {.kind = DIAG_ERROR, .message = outcome_fault_text(session, fault)};
    if (fault->trace_len > 0) {
        error.span = fault->trace[0];
    }
    for (const Diag *hint = fault->hints; hint != NULL; hint = hint->next) {
        Diag *copy = diag_hint(&error, query, hint->kind, hint->span, hint->message);
        copy->has_suggestion = hint->has_suggestion;
        copy->suggestion = hint->suggestion;
    }
    for (int64_t i = 1; i < fault->trace_len && i < TRACE_SHOWN_MAX; i++) {
        bool named = i == 1 && fault->hints != NULL;
        diag_hint(&error, query, named ? DIAG_NAMED_TRACE : DIAG_TRACE, fault->trace[i], (Str){0});
    }
    int64_t left_out = fault->trace_len - TRACE_SHOWN_MAX;
    if (left_out > 0) {
        Str text = str_format(
            query, "%lld more calls around these led here, the first:", (long long)left_out);
        diag_hint(&error, query, DIAG_HINT, fault->trace[fault->trace_len - 1], text);
    }
    diag_render(out, &error);
}

static OutcomeKind kind_of(FaultCode code)
{
    if (code == FAULT_time_out) {
        return OUTCOME_TIMEOUT;
    }
    if (code == FAULT_interrupted) {
        return OUTCOME_INTERRUPTED;
    }
    return code == FAULT_storage_failure || code == FAULT_read_only ? OUTCOME_STORE
                                                                    : OUTCOME_FAILED;
}

static void print_abort(Session *session, const Fault *fault, Outcome *outcome)
{
    Rt *rt = session_rt(session);
    Buf text = {0};
    rt->fault = NULL; /* printing may fail on its own */
    outcome->has_abort =
        !val_is_fault(print_value(rt, &text, fault->abort_value, &session->options->print));
    outcome->abort_text = keep_text(session, &text);
    buf_free(&text);
}

void outcome_from_fault(Session *session, Outcome *outcome)
{
    Fault *fault = session_rt(session)->fault;
    Buf text = {0};
    assert(fault != NULL);
    drop_hidden_places(fault);
    if (!permission_sees_logs(session_rt(session))) {
        hide_places(fault);
    }
    outcome->kind = kind_of(fault->code);
    outcome->code = fault_code_text(fault->code);
    outcome->message = fault->message;
    outcome->constraints = fault->constraints;
    if (fault->check.count > 0) {
        diag_render_list(&text, &fault->check);
    } else {
        render_fault(session, fault, &text);
    }
    finish_summary(session, outcome, &text);
    if (fault->has_abort) {
        print_abort(session, fault, outcome);
    }
}
