/* run: a source through the pipeline, statement by statement.
 *
 *   begin ─► [ next statement ─► lower ─► run ─► bind or sink ] … ─► commit
 *
 * Nothing of a text that does not parse is run: short sources are parsed as a whole first, long
 * ones are checked from end to end and then parsed again as they run. Only where statements
 * commit one by one, or nothing is run, does one reading do. The memory of a statement is taken
 * back when it ends, unless a variable needs it: a script of any length runs in the memory of its
 * largest statement.
 */
#include "interp/session/session_int.h"

#include "grammar/parse.h"
#include "interp/session/prepared.h"
#include "runtime/document/past.h"
#include "runtime/document/reference.h"
#include "runtime/document/separate.h"
#include "runtime/schema/database.h"
#include "runtime/schema/schema_version.h"
#include "runtime/set/plan.h"

enum {
    /* The tree of a longer source, forty times as large as its text, is never whole in memory. */
    WHOLE_BYTES_MAX = 256 * 1024,
};

/* A run under way. */
typedef struct Run {
    Session *session;
    const RunOptions *options;
    const Source *source;
    Outcome outcome;
    Arena tree;        /* syntax: of the source, or of one statement */
    Parser *parser;    /* NULL: the source was parsed as a whole */
    const Node *block; /* then: its statements */
    int64_t next;      /* of them */
    int64_t count;     /* of them, where a last one is told apart */
    bool in_transaction;
    TxnMark mark;         /* in an open transaction: where the run began, … */
    TxnChanges unchanged; /* … and what had been changed before */
    Typing typing;
    bool typechecks;
} Run;

/* Where a statement began, to take its memory back. */
typedef struct Memory {
    ArenaMark code, heap;
} Memory;

/* -- transactions ------------------------------------------------------------------------------ */

static bool fail(Run *run)
{
    outcome_from_fault(run->session, &run->outcome);
    return false;
}

static bool begin_transaction(Run *run)
{
    Session *session = run->session;
    Rt *rt = session_rt(session);
    RtStats stats = rt->stats;
    Txn *txn = session->open;
    if (txn == NULL) {
        txn = session_begin(session, run->options->read_only ? TXN_READ : TXN_WRITE);
    } else {
        run->mark = txn_mark(txn);
        run->unchanged = txn_changes(txn);
    }
    rt_begin(rt, &session->heap, &session->query, txn);
    rt->stats = stats;
    rt->code = &session->sources;
    rt->now_us = clock_us(CLOCK_REALTIME);
    rt->performance_hints = run->options->performance_hints;
    rt->hint_pages = run->options->hint_pages.len > 0
                         ? run->options->hint_pages
                         : STR("https://docs.fauna.com/performance_hint/");
    rt->limits = run->options->limits != NULL ? run->options->limits : &limits_local;
    rt->valid_time_us = run->options->as_of_us;
    if (run->options->separate) {
        separate_begin(rt);
    }
    if (run->options->explain) {
        plan_begin(rt);
    }
    run->in_transaction = true;
    run->outcome.state_us = txn_snapshot_us(txn);
    run->outcome.schema_us = schema_version_us(rt);
    if (!session_is_on_database(session) || !catalog_load(rt)) {
        return fail(run);
    }
    TypecheckWhen when = run->options->typecheck;
    run->typechecks = when == TYPECHECK_YES ||
                      (when == TYPECHECK_AS_DATABASE && database_is_typechecked(rt));
    return true;
}

/* What was read or made of the text takes more memory than there is, or than the query may have. */
static bool fail_for_memory(Run *run)
{
    Rt *rt = session_rt(run->session);
    run->outcome.kind = OUTCOME_OK;
    arena_free(&run->tree);
    if (run->in_transaction || begin_transaction(run)) {
        if (rt_fits(rt, 0)) {
            (void)rt_fault_memory(rt);
        }
        (void)fail(run);
    }
    return false;
}

/* What the run has changed in its transaction. */
static TxnChanges changes_of(const Run *run)
{
    TxnChanges all = txn_changes(session_rt(run->session)->txn);
    return (TxnChanges){.created = all.created - run->unchanged.created,
                        .updated = all.updated - run->unchanged.updated,
                        .deleted = all.deleted - run->unchanged.deleted};
}

static void add_changes(Outcome *outcome, TxnChanges changes)
{
    outcome->changes.created += changes.created;
    outcome->changes.updated += changes.updated;
    outcome->changes.deleted += changes.deleted;
}

static void roll_back(Run *run)
{
    Txn *txn = session_rt(run->session)->txn;
    run->outcome.txn_us = txn_snapshot_us(txn);
    if (run->session->open != NULL) {
        txn_rewind(txn, &run->mark);
    } else {
        txn_rollback(txn);
    }
    run->in_transaction = false;
    variables_forget(run->session);
}

/* Ends the transaction, or only the run's part in it. */
static StoreStatus settle(Run *run)
{
    Rt *rt = session_rt(run->session);
    run->in_transaction = false;
    if (run->session->open == NULL) {
        bool wrote = txn_has_written(rt->txn);
        StoreStatus status = txn_commit(rt->txn, &run->outcome.txn_us);
        run->outcome.state_us = wrote ? run->outcome.txn_us : run->outcome.state_us;
        return status;
    }
    run->outcome.txn_us = txn_snapshot_us(rt->txn);
    return STORE_OK;
}

static bool commit(Run *run)
{
    Session *session = run->session;
    Rt *rt = session_rt(session);
    TxnChanges changes = changes_of(run);
    bool new_schema = schema_version_changes(rt);
    if (run->options->query) {
        variables_forget(session);
    } else {
        variables_copy(session);
    }
    StoreStatus status = settle(run);
    if (status != STORE_OK) {
        variables_forget(session);
        rt_store_fault(rt, status);
        return fail(run);
    }
    variables_keep(session);
    if (new_schema) {
        run->outcome.schema_us = run->outcome.txn_us;
    }
    add_changes(&run->outcome, changes);
    outcome_take_infos(session);
    if (run->options->each && run->options->committed != NULL) {
        run->options->committed(run->options->sink_context);
    }
    return true;
}

/* The end of a dry run. */
static bool discard(Run *run)
{
    const RunOptions *options = run->options;
    TxnChanges changes = changes_of(run);
    if (options->changes != NULL &&
        !session_put_changes(run->session, options->changes, options->sink_context, &changes)) {
        return fail(run);
    }
    add_changes(&run->outcome, changes);
    outcome_take_infos(run->session);
    roll_back(run);
    return true;
}

static bool end_transaction(Run *run)
{
    Rt *rt = session_rt(run->session);
    if (!rt_tick(rt) || !past_was_kept(rt) || !references_are_whole(rt) || !schema_version_note(rt)) {
        return fail(run);
    }
    const RunOptions *options = run->options;
    if (options->dry_run) {
        return discard(run);
    }
    TxnChanges changes = changes_of(run);
    if (options->confirm != NULL && !options->confirm(options->sink_context, &changes)) {
        run->outcome.kind = OUTCOME_DECLINED;
        return false;
    }
    return commit(run);
}

/* -- parsing ----------------------------------------------------------------------------------- */

/* False: the text is not FQL, or is not finished, or its tree takes too much memory: the parser stopped
 * then. */
static bool accept_parse(Run *run, const ParseResult *parsed)
{
    if (arena_is_over(&run->tree)) {
        return fail_for_memory(run);
    }
    if (parsed->status == PARSE_OK) {
        return true;
    }
    if (parsed->status == PARSE_INCOMPLETE && run->options->allow_incomplete) {
        run->outcome.kind = OUTCOME_INCOMPLETE;
        run->outcome.open = str_copy(&run->session->query, parsed->open);
        return false;
    }
    outcome_from_diags(run->session, &parsed->diags, &run->outcome);
    return false;
}

/* The next statement of a source that is parsed as it runs. The tree of the one before is gone. */
static bool parse_next(Run *run, Statement *statement)
{
    ParseResult parsed;
    arena_reset(&run->tree);
    return parser_next(run->parser, &run->tree, statement, &parsed) ||
           (accept_parse(run, &parsed) && false);
}

/* Parses the rest of the source, keeping no tree. False: it goes wrong, which the outcome tells
 * rather than what it told before. */
static bool check_rest(Run *run)
{
    Statement statement;
    Outcome before = run->outcome;
    run->outcome.kind = OUTCOME_OK;
    while (parse_next(run, &statement)) {
        run->count++;
    }
    if (run->outcome.kind != OUTCOME_OK) {
        return false;
    }
    run->outcome = before;
    return true;
}

/* A statement cannot be run. A text that does not parse further on comes first, as it does where
 * a source is parsed as a whole. Never true. */
static bool see_rest(Run *run)
{
    return run->options->check_only && run->parser != NULL && check_rest(run) && false;
}

static void open_parser(Run *run)
{
    run->parser = parser_open(&run->session->query, run->source);
}

static bool parse_whole(Run *run)
{
    const RunOptions *options = run->options;
    Prepared *prepared =
        options->repeats ? prepared_find(run->session, run->source, options->value_count > 0) : NULL;
    if (prepared != NULL) {
        run->typing.prepared = prepared;
        run->block = prepared->block;
        run->count = prepared->block->u.block.count;
        return true;
    }
    ParseResult parsed = options->value_count > 0 ? parse_query_template(&run->tree, run->source)
                         : options->query         ? parse_query(&run->tree, run->source)
                                                  : parse_script(&run->tree, run->source);
    run->block = parsed.node;
    run->count = parsed.status == PARSE_OK ? parsed.node->u.block.count : 0;
    return accept_parse(run, &parsed);
}

/* Makes the first statement ready. */
static bool parse(Run *run)
{
    const RunOptions *options = run->options;
    bool must_parse = !options->check_only && (!options->each || options->last_only);
    bool is_long = run->source->text.len > WHOLE_BYTES_MAX;
    if (options->query || options->value_count > 0 ||
        (!is_long && (must_parse || options->check_only))) {
        return parse_whole(run);
    }
    open_parser(run);
    if (must_parse) {
        if (!check_rest(run)) {
            return false;
        }
        open_parser(run);
    }
    return true;
}

/* The next statement; false at the end and when the text goes wrong. */
static bool next_statement(Run *run, Statement *statement)
{
    if (run->parser != NULL) {
        run->next++;
        return parse_next(run, statement);
    }
    bool more = run->next < run->count;
    if (more) {
        *statement = run->block->u.block.statements[run->next++];
    }
    return more;
}

static bool is_last(const Run *run)
{
    return run->next == run->count;
}

/* -- running ----------------------------------------------------------------------------------- */

/* NULL: it cannot be run, which the outcome tells. */
static const Code *lower(Run *run, const Statement *statement, int32_t *frame_size)
{
    Session *session = run->session;
    Variables variables = {.find = variable_find, .context = session};
    DiagList diags;
    diag_list_init(&diags, &session->query);
    Lowerer lowerer = {.rt = session_rt(session),
                       .arena = &session->code,
                       .variables = &variables,
                       .values = run->options->values,
                       .value_errors = run->options->value_errors,
                       .value_count = run->options->value_count,
                       .diags = &diags};
    const Code *code = lower_statement(&lowerer, statement->expr, frame_size);
    if (diags.errors == 0) {
        return code;
    }
    outcome_from_diags(session, &diags, &run->outcome);
    return NULL;
}

/* Evaluates at the bottom of the value stack. Slot -1 of the frame, where a function would be,
 * is no one's. */
static Value evaluate(Run *run, const Code *code, int32_t frame_size)
{
    Rt *rt = session_rt(run->session);
    Value *frame = rt->stack + 1;
    EffectLimit before = rt->effects;
    if (run->options->effects.place != NULL) {
        rt->effects = run->options->effects;
    }
    Value result = code_run(rt, code, frame);
    rt->effects = before;
    rt->sp = frame + frame_size;
    return result;
}

static bool run_statement(Run *run, const Statement *statement)
{
    Session *session = run->session;
    Rt *rt = session_rt(session);
    Memory before = {arena_mark(&session->code), arena_mark(&session->heap)};
    int32_t frame_size = 0;
    /* What a statement does may be no step, and there can be many of them. */
    if (!run->options->check_only && !rt_tick(rt)) {
        return fail(run);
    }
    if (run->typechecks && !run->options->query &&
        !typing_check_statement(session, &run->typing, statement, is_last(run), &run->outcome)) {
        return see_rest(run);
    }
    const Code *code = lower(run, statement, &frame_size);
    if (arena_is_over(&run->tree)) {
        return fail_for_memory(run);
    }
    if (code == NULL || run->options->check_only) {
        arena_rewind(&session->code, before.code);
        arena_rewind(&session->heap, before.heap);
        return code != NULL || see_rest(run);
    }
    Value value = evaluate(run, code, frame_size);
    if (val_is_fault(value)) {
        return fail(run);
    }
    const RunOptions *options = run->options;
    Str name = statement->is_let ? statement->name.text : options->result_name;
    bool is_shown =
        !statement->is_let && options->sink != NULL && (!options->last_only || is_last(run));
    if (is_shown && val_is_fault(options->sink(options->sink_context, rt, value))) {
        return fail(run);
    }
    if (name.len > 0 && !variable_bind(session, name, value)) {
        return true;
    }
    arena_rewind(&session->code, before.code);
    arena_rewind(&session->heap, before.heap);
    return true;
}

/* All statements in one transaction. */
static bool run_together(Run *run)
{
    Statement statement;
    if (!begin_transaction(run)) {
        return false;
    }
    if (run->typechecks && run->options->query &&
        !typing_check_query(run->session, &run->typing, run->block, &run->outcome)) {
        return false;
    }
    while (next_statement(run, &statement)) {
        if (!run_statement(run, &statement)) {
            return false;
        }
    }
    return run->outcome.kind == OUTCOME_OK && end_transaction(run);
}

/* Each statement in a transaction of its own. */
static bool run_each(Run *run)
{
    Statement statement;
    while (next_statement(run, &statement)) {
        if (!begin_transaction(run) || !run_statement(run, &statement) || !end_transaction(run)) {
            return false;
        }
    }
    return run->outcome.kind == OUTCOME_OK;
}

/* The answer to a query names a state, also to one that is none. */
static void note_state(Run *run)
{
    Outcome outcome = run->outcome;
    if (begin_transaction(run)) {
        outcome.state_us = run->outcome.state_us;
        outcome.schema_us = run->outcome.schema_us;
    }
    run->outcome = outcome; /* roll_back, at the end, tells the time */
}

static void open_tree(Run *run)
{
    arena_init_counted(&run->tree, &session_rt(run->session)->memory);
    run->tree.yields = true;
}

/* Makes the memory of the last run ready for the next one; where that may have little, all of it is
 * given back, as what is held counts. */
static void clear_memory(Session *session, int64_t limit)
{
    Rt *rt = session_rt(session);
    if (limit != 0 && rt->memory.bytes > limit / 2) {
        arena_free(&session->query);
        arena_free(&session->heap);
        loop_rest_spaces(rt);
    }
    arena_reset(&session->query);
    arena_reset(&session->heap);
}

static void begin_run(Session *session, const RunOptions *options, int64_t start_us)
{
    Rt *rt = session_rt(session);
    clear_memory(session, options->memory_bytes);
    /* What an unfinished run logged is gone; a text that does not parse begins no transaction. */
    diag_list_init(&rt->infos, &session->query);
    session->pending.at = NULL;
    session->pending.len = session->pending.cap = 0;
    session->summary.len = 0;
    session->options = options;
    session->run++;
    session->arguments_used = true;
    session->sources_used = true;
    session->keeps_code = false;
    rt->stats = (RtStats){0};
    rt->memory.limit = options->memory_bytes;
    if (memory_ran_out(memory_since())) { /* there is no reserve: whatever it did could be the end */
        rt->memory.is_over = rt->memory.is_short = true;
    }
    rt->deadline_us = options->timeout_ms > 0 ? start_us + options->timeout_ms * 1000 : 0;
}

static void end_run(Run *run, ArenaMark code, int64_t start_us)
{
    Session *session = run->session;
    bool failed = run->outcome.kind != OUTCOME_OK;
    if (run->in_transaction) {
        roll_back(run);
    }
    session->open_failed = session->open != NULL && (failed || session->open_failed);
    if (run->parser != NULL) {
        parser_close(run->parser);
    }
    variables_tidy(session);
    if (session->keeps_code) {
        session->sources_kept = arena_mark(&session->sources);
    } else {
        arena_rewind(&session->code, code);
    }
    if (!failed) {
        run->outcome.summary = buf_str(&session->summary);
    }
    run->outcome.stats = session_rt(session)->stats;
    run->outcome.plan = run->options->explain ? session_rt(session)->plan : NULL;
    run->outcome.memory_bytes = arena_bytes(&session->heap) + arena_bytes(&session->query) +
                                arena_bytes(&session->code) + arena_bytes(&run->tree);
    run->outcome.elapsed_us = clock_us(CLOCK_MONOTONIC) - start_us;
    /* Not at the start: an interrupt that came just before the run is meant for it. */
    session_forget_interrupt(session);
    arena_free(&run->tree);
    ArenaAccount *memory = &session_rt(session)->memory;
    memory->limit = 0;
    memory->is_over = memory->is_short = false; /* from here on: of the next run's arguments */
}

Outcome session_transact(Session *session, const RunOptions *options, TransactionWork *work,
                         void *context)
{
    int64_t start_us = clock_us(CLOCK_MONOTONIC);
    Run run = {.session = session, .options = options};
    ArenaMark code = arena_mark(&session->code);
    open_tree(&run);
    begin_run(session, options, start_us);
    (void)(begin_transaction(&run) && work(session, context, &run.outcome) &&
           end_transaction(&run));
    end_run(&run, code, start_us);
    return run.outcome;
}

Outcome session_run(Session *session, const Source *source, const RunOptions *options)
{
    int64_t start_us = clock_us(CLOCK_MONOTONIC);
    Run run = {.session = session, .options = options, .source = source};
    ArenaMark code = arena_mark(&session->code);
    open_tree(&run);
    begin_run(session, options, start_us);
    if (parse(&run)) {
        if (options->each) {
            run_each(&run);
        } else {
            run_together(&run);
        }
    } else if (options->query && !run.in_transaction) {
        note_state(&run);
    }
    end_run(&run, code, start_us);
    return run.outcome;
}
