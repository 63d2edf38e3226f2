/* schema_stage: a schema that waits beside the one in force. Its files are a document of the
 * database's own; committing pushes them, in one transaction with the document's end.
 *
 *   pin ─► { files: [] } ─► push ─► { files: [{ name, text }, …] } ─► commit: pushed, gone
 *                                                                 └─► abandon: gone
 *
 * Nothing is built ahead: indexes are built when the schema is committed.
 */
#include "interp/schema_push.h"

#include "runtime/codec.h"
#include "runtime/fields.h"

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

static bool check_store(Session *session, StoreStatus status, Outcome *outcome)
{
    if (status == STORE_OK) {
        return true;
    }
    (void)rt_store_fault(session_rt(session), status);
    return fail(session, outcome);
}

/* The document, or NULL: nothing is staged. */
static const Version *staged_version(Session *session)
{
    return txn_get(session_rt(session)->txn, STAGED_COLLECTION, STAGED_ID);
}

/* -- writing --------------------------------------------------------------------------------- */

static Value file_object(Rt *rt, const Source *file)
{
    Str names[2] = {STR("name"), STR("text")};
    Value values[2] = {val_str(file->name), val_str(file->text)};
    return rt_object(rt, names, values, 2);
}

/* `context`: SchemaPush. */
static bool keep_files(Session *session, void *context, Outcome *outcome)
{
    const SchemaPush *push = context;
    Rt *rt = session_rt(session);
    Value *files = arena_array(rt->heap, Value, push->count);
    for (int64_t i = 0; i < push->count; i++) {
        files[i] = file_object(rt, push->files[i]);
    }
    Str name = STR("files");
    Value list = val_array(files, push->count);
    Put put = {.ttl_us = TTL_NEVER};
    if (!codec_encode(rt, rt->heap, rt_object(rt, &name, &list, 1).as.object, &put.doc)) {
        return fail(session, outcome);
    }
    StoreStatus status = txn_create_collection(rt->txn, STAGED_COLLECTION);
    if (status == STORE_OK || status == STORE_EXISTS) {
        status = txn_put(rt->txn, STAGED_COLLECTION, STAGED_ID, &put, NULL);
    }
    return check_store(session, status, outcome);
}

static bool forget_files(Session *session, Outcome *outcome)
{
    StoreStatus status = txn_delete(session_rt(session)->txn, STAGED_COLLECTION, STAGED_ID);
    return check_store(session, status, outcome);
}

Outcome schema_stage(Session *session, SchemaPush *push)
{
    RunOptions options = {.query = true};
    return session_transact(session, &options, keep_files, push);
}

/* -- reading --------------------------------------------------------------------------------- */

/* The staged files as sources, in `query`; returns their number. */
static int64_t read_files(Session *session, const Version *version, const Source *const **files)
{
    Arena *arena = &session->query;
    Value list =
        field_or_null(codec_decode(session_rt(session), version->doc).as.object, STR("files"));
    const Source **sources = arena_array(arena, const Source *, list.len);
    for (int64_t i = 0; i < list.len; i++) {
        const Object *file = list.as.items[i].as.object;
        Source *source = arena_new(arena, Source);
        source->name = str_copy(arena, val_as_str(field_or_null(file, STR("name"))));
        source->text = str_copy(arena, val_as_str(field_or_null(file, STR("text"))));
        sources[i] = source;
    }
    *files = sources;
    return list.len;
}

int64_t session_staged_schema(Session *session, const Source *const **files)
{
    session_begin_reading(session, &session->heap);
    const Version *version = staged_version(session);
    int64_t count = version ? read_files(session, version, files) : -1;
    session_end_reading(session);
    return count;
}

/* -- what can be done with it ------------------------------------------------------------------ */

static bool pin(Session *session, void *context, Outcome *outcome)
{
    (void)context;
    SchemaPush none = {0};
    return staged_version(session) != NULL || keep_files(session, &none, outcome);
}

static bool commit(Session *session, void *context, Outcome *outcome)
{
    (void)context;
    SchemaPush push = {0};
    const Version *version = staged_version(session);
    if (version == NULL) {
        return fail_absent(session, outcome, "commit");
    }
    push.count = read_files(session, version, &push.files);
    return (push.count == 0 || schema_put_in_force(session, &push, outcome)) &&
           forget_files(session, outcome);
}

static bool abandon(Session *session, void *context, Outcome *outcome)
{
    (void)context;
    return staged_version(session) == NULL ? fail_absent(session, outcome, "abandon")
                                           : forget_files(session, outcome);
}

Outcome session_stage(Session *session, StageAction action)
{
    static TransactionWork *const works[] = {
        [STAGE_PIN] = pin, [STAGE_COMMIT] = commit, [STAGE_ABANDON] = abandon};
    RunOptions options = {.query = true};
    return session_transact(session, &options, works[action], NULL);
}
