/* schema_stage: a schema that waits beside the one in force. Its files are a document of the
 * database's own; committing pushes them, in one transaction with the document's end.
 *
 *   pin ─► { files: [] } ─► push ─► { files: [{ name, text }, …] } ─► commit: pushed, gone
 *                                                                 └─► abandon: gone
 *
 * Nothing is built ahead: indexes are built when the schema is committed.
 */
#include "interp/schema/schema_changes.h"
#include "interp/schema/schema_push.h"
#include "runtime/schema/schema_version.h"

static bool fail(Session *session, Outcome *outcome)
{
    outcome_from_fault(session, outcome);
    return false;
}

static bool fail_absent(Session *session, Outcome *outcome, const char *what)
{
    (void)rt_fault(session_rt(session), FAULT_invalid_schema, "There is no staged schema to %s",
                   what);
    return fail(session, outcome);
}

static bool is_staged(Session *session)
{
    return txn_get(session_rt(session)->txn, SOURCE_COLLECTION, SOURCE_STAGED_ID) != NULL;
}

bool schema_guard_passes(Session *session, SchemaGuard *guard, Outcome *outcome)
{
    Rt *rt = session_rt(session);
    if (!guard->is_set || guard->version_us == schema_version_us(rt)) {
        return true;
    }
    guard->is_stale = true;
    (void)rt_fault(rt, FAULT_invalid_schema, "Stale schema version provided");
    return fail(session, outcome);
}

/* `context`: SchemaPush. */
static bool keep_files(Session *session, void *context, Outcome *outcome)
{
    SchemaPush *push = context;
    schema_changes_begin(session, push);
    SchemaFiles files = {.at = push->after, .count = push->after_count};
    return schema_guard_passes(session, &push->guard, outcome) &&
           (schema_sources_keep(session_rt(session), SOURCE_STAGED_ID, files, push->folder) ||
            fail(session, outcome));
}

static bool forget_files(Session *session, Outcome *outcome)
{
    return schema_sources_forget(session_rt(session), SOURCE_STAGED_ID) || fail(session, outcome);
}

Outcome schema_stage(Session *session, SchemaPush *push)
{
    RunOptions options = {.query = true};
    return session_transact(session, &options, keep_files, push);
}

SchemaState session_schema_state(Session *session, Str folder)
{
    Rt *rt = session_rt(session);
    SchemaFiles staged;
    session_begin_reading(session, &session->heap);
    SchemaFiles files = schema_sources(rt, folder);
    SchemaState state = {.version_us = schema_version_us(rt),
                         .files = files.at,
                         .count = files.count,
                         .is_staged =
                             schema_sources_read(rt, SOURCE_STAGED_ID, folder, &staged)};
    state.is_pinned = staged.is_pin;
    state.staged = staged.is_pin ? files.at : staged.at;
    state.staged_count = staged.is_pin ? files.count : staged.count;
    session_end_reading(session);
    return state;
}

/* -- what can be done with it ------------------------------------------------------------------ */

static bool pin(Session *session, SchemaStaging *staging, Outcome *outcome)
{
    (void)staging;
    SchemaFiles none = {.is_pin = true};
    return is_staged(session) ||
           schema_sources_keep(session_rt(session), SOURCE_STAGED_ID, none, (Str){0}) ||
           fail(session, outcome);
}

static bool commit(Session *session, SchemaStaging *staging, Outcome *outcome)
{
    Rt *rt = session_rt(session);
    SchemaFiles files;
    if (!schema_sources_read(rt, SOURCE_STAGED_ID, (Str){0}, &files)) {
        return fail_absent(session, outcome, "commit");
    }
    SchemaPush push = {.files = files.at, .count = files.count};
    bool ok = files.is_pin ||
              (schema_put_in_force(session, &push, outcome) &&
               (schema_sources_keep(rt, SOURCE_IN_FORCE_ID, files, (Str){0}) ||
                fail(session, outcome)));
    staging->errors = push.errors;
    return ok && forget_files(session, outcome);
}

static bool abandon(Session *session, SchemaStaging *staging, Outcome *outcome)
{
    (void)staging;
    return !is_staged(session) ? fail_absent(session, outcome, "abandon")
                               : forget_files(session, outcome);
}

static bool act(Session *session, void *context, Outcome *outcome)
{
    static bool (*const acts[])(Session *session, SchemaStaging *staging, Outcome *outcome) = {
        [STAGE_PIN] = pin, [STAGE_COMMIT] = commit, [STAGE_ABANDON] = abandon};
    SchemaStaging *staging = context;
    return schema_guard_passes(session, &staging->guard, outcome) &&
           acts[staging->action](session, staging, outcome);
}

Outcome session_stage(Session *session, SchemaStaging *staging)
{
    RunOptions options = {.query = true};
    staging->guard.is_stale = false;
    staging->errors = (Str){0};
    return session_transact(session, &options, act, staging);
}
