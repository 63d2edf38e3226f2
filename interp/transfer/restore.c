/* restore: reads a dump (dump.h) into an empty database, or a part of one beside what there is, in
 * one transaction: all of it, or nothing.
 *
 *   schema        put in force as pushed files are; that of a part beside the schema in force
 *   definitions   get the times and the `data` that they had
 *   documents     put as they stand, with their times: no trigger runs, no check is made
 */
#include "interp/schema/schema_push.h"
#include "interp/transfer/dump.h"

#include "runtime/base/utf8.h"
#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/fields.h"
#include "runtime/print/json.h"
#include "runtime/schema/database.h"
#include "runtime/schema/definitions.h"
#include "runtime/schema/derived.h"
#include "runtime/schema/directory.h"

typedef struct Restore {
    Session *session;
    Rt *rt;
    Outcome *outcome;
    SessionRead *read;
    void *context;
    Str line; /* the present one */
    int64_t number;
    int64_t documents;
    bool is_part;        /* it adds collections to those that there are */
    bool told;           /* the outcome tells of a failure already */
    DatabaseVisit visit; /* if it `is_within` a database that is not the one that it began in */
    bool is_within;
} Restore;

static bool next_line(Restore *restore)
{
    restore->number++;
    return restore->read(restore->context, &restore->line);
}

static bool fail(Restore *restore, const char *format, ...) PRINTF_LIKE(2, 3);

static bool fail(Restore *restore, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str reason = str_vformat(restore->rt->query, format, args);
    va_end(args);
    (void)rt_fault(restore->rt, FAULT_invalid_argument, "Line %lld of the dump: %.*s",
                   (long long)restore->number, STR_ARG(reason));
    return false;
}

static bool check_status(Restore *restore, StoreStatus status)
{
    if (status == STORE_EXISTS) {
        return fail(restore, "there is a document with this id already");
    }
    if (status == STORE_NOT_UNIQUE) {
        return fail(restore, "another document has the same values in a unique constraint");
    }
    if (status != STORE_OK) {
        (void)rt_store_fault(restore->rt, status);
    }
    return status == STORE_OK;
}

/* -- the parts of a line ----------------------------------------------------------------------- */

/* The line's object; NULL: a fault. */
static const Object *read_object(Restore *restore)
{
    Str error = {0};
    Value v = json_read(restore->rt, restore->line, JSON_TAGGED, &error);
    if (v.type == T_OBJECT) {
        return v.as.object;
    }
    if (restore->is_part && str_starts_with(error, STR("no such module"))) {
        (void)fail(restore,
                   "%.*s: its documents refer to those of a collection that there is not; "
                   "restore that one first, or dump both",
                   STR_ARG(error));
    } else {
        (void)(val_is_fault(v) ? fail(restore, "%.*s", STR_ARG(error))
                               : fail(restore, "an object is expected"));
    }
    return NULL;
}

static bool read_time(Restore *restore, const Object *object, Str name, int64_t *time_us)
{
    Value time = field_or_null(object, name);
    if (time.type != T_TIME) {
        return fail(restore, "`%.*s` must be a Time", STR_ARG(name));
    }
    *time_us = time_to_us(time);
    return *time_us != 0 || fail(restore, "`%.*s` is no time of a document", STR_ARG(name));
}

/* Fills in the block, the times and the derived fields of a document. */
static bool read_put(Restore *restore, const Collection *collection, const Object *object,
                     int64_t id, Put *put)
{
    Rt *rt = restore->rt;
    Value data = field_or_null(object, STR("data"));
    *put = (Put){.ttl_us = TTL_NEVER, .expect_new = true};
    if (data.type != T_OBJECT) {
        return fail(restore, "`data` must be an object");
    }
    return read_time(restore, object, STR("ts"), &put->time_us) &&
           (val_is_null(field_or_null(object, STR("ttl"))) ||
            read_time(restore, object, STR("ttl"), &put->ttl_us)) &&
           codec_encode(rt, rt->heap, data.as.object, &put->doc) &&
           (!collection || collection->derived.count == 0 || derived_fill(rt, collection, id, put));
}

/* -- documents --------------------------------------------------------------------------------- */

static bool put_line(Restore *restore, uint32_t number, const Collection *collection)
{
    Rt *rt = restore->rt;
    ArenaMark mark = arena_mark(rt->heap);
    const Object *object = read_object(restore);
    int64_t id;
    Put put;
    bool ok = object != NULL;
    if (ok && !doc_id_from_value(field_or_null(object, STR("id")), &id)) {
        ok = fail(restore, "`id` must be a String of digits");
    }
    ok = ok && read_put(restore, collection, object, id, &put) &&
         check_status(restore, txn_put(rt->txn, number, id, &put, NULL)) &&
         (number != COLLECTION_KEY || directory_add_key(rt, id));
    arena_rewind(rt->heap, mark);
    restore->documents += ok;
    return ok;
}

/* The collection that a heading names; 0: a fault. */
static uint32_t find_number(Restore *restore, Str name, const Collection **collection)
{
    *collection = NULL;
    for (int i = 0; i < DUMP_SYSTEM_COUNT; i++) {
        if (str_eq(name, catalog_system(dump_system[i])->name)) {
            return dump_system[i];
        }
    }
    *collection = catalog_collection(restore->rt->catalog, name);
    if (*collection) {
        return (*collection)->number;
    }
    if (str_eq(name, STR(DUMP_STAGED)) || str_eq(name, STR(DUMP_FILES))) {
        return SOURCE_COLLECTION;
    }
    (void)fail(restore, "the schema has no collection `%.*s`", STR_ARG(name));
    return 0;
}

/* Reads the lines under a heading; the next heading is then the present line. */
static bool read_documents(Restore *restore, Str name, bool *more)
{
    const Collection *collection;
    uint32_t number = find_number(restore, str_copy(restore->rt->query, name), &collection);
    if (number == 0) {
        return false;
    }
    if (!collection) {
        StoreStatus status = txn_create_collection(restore->rt->txn, number);
        if (status != STORE_EXISTS && !check_status(restore, status)) {
            return false;
        }
    }
    while ((*more = next_line(restore)) && !str_starts_with(restore->line, STR(DUMP_MARK))) {
        if (!put_line(restore, number, collection)) {
            return false;
        }
    }
    return true;
}

/* -- the schema -------------------------------------------------------------------------------- */

static bool check_text(Restore *restore)
{
    bool good = utf8_check(restore->line) < 0 && str_find(restore->line, (Str){"", 1}, 0) < 0;
    return good || fail(restore, "a schema is UTF-8 text without NUL characters");
}

/* The text up to the next heading, in `query`; NULL: a fault. */
static const Source *read_schema_text(Restore *restore, bool *more)
{
    Arena *query = &restore->session->query;
    Buf text = {0};
    while ((*more = next_line(restore)) && !str_starts_with(restore->line, STR(DUMP_MARK))) {
        if (!check_text(restore)) {
            buf_free(&text);
            return NULL;
        }
        bool is_longer = str_starts_with(restore->line, STR("%%%"));
        buf_put(&text, str_slice(restore->line, is_longer, restore->line.len));
        buf_byte(&text, '\n');
    }
    Source *source = arena_new(query, Source);
    source->name = STR("schema of the dump");
    source->text = str_copy(query, buf_str(&text));
    buf_free(&text);
    return source;
}

/* Whether the database has none of the collections that `source` defines. */
static bool check_new(Restore *restore, const Source *source)
{
    SchemaResult parsed = parse_schema(&restore->session->query, &source, 1);
    for (int64_t i = 0; parsed.ok && i < parsed.items.len; i++) {
        Str name = parsed.items.at[i]->name.text;
        if (catalog_collection(restore->rt->catalog, name) != NULL) {
            (void)rt_fault(
                restore->rt, FAULT_invalid_argument,
                "The dump is of collections, which it adds: there is one called `%.*s` already.",
                STR_ARG(name));
            return false;
        }
    }
    return true;
}

static bool read_schema(Restore *restore, bool *more)
{
    const Source *source = read_schema_text(restore, more);
    if (source == NULL || source->text.len == 0) {
        return source != NULL;
    }
    if (restore->is_part && !check_new(restore, source)) {
        return false;
    }
    SchemaPush push = {.files = &source, .count = 1, .adds = restore->is_part};
    restore->told = !schema_put_in_force(restore->session, &push, restore->outcome);
    return !restore->told && catalog_load(restore->rt);
}

/* Gives a definition its time and its `data`. */
static bool put_definition(Restore *restore, uint32_t system, int64_t id, const Object *line)
{
    Rt *rt = restore->rt;
    const Version *version = txn_get(rt->txn, system, id);
    const Object *before = codec_decode(rt, version->doc).as.object;
    Put put = {.ttl_us = version_ttl_us(version)};
    Fields fields = {0};
    for (uint32_t i = 0; i < before->shape->count; i++) {
        if (!str_eq(before->shape->names[i], STR("data"))) {
            fields_add(rt, &fields, before->shape->names[i], before->slots[i]);
        }
    }
    fields_keep(rt, &fields, line, STR("data"));
    return read_time(restore, line, STR("ts"), &put.time_us) &&
           codec_encode(rt, rt->heap, fields_object(rt, &fields).as.object, &put.doc) &&
           check_status(restore, txn_put(rt->txn, system, id, &put, NULL));
}

static bool read_definition(Restore *restore, const Definitions *definitions)
{
    const Object *line = read_object(restore);
    if (line == NULL) {
        return false;
    }
    Value kind = field_or_null(line, STR("kind"));
    Value name = field_or_null(line, STR("name"));
    for (int k = 0; k < DUMP_KIND_COUNT && kind.type == T_STRING && name.type == T_STRING; k++) {
        if (str_eq(val_as_str(kind), fsl_keyword_text(dump_kinds[k].kind))) {
            const int64_t *id = map_find(&definitions[k].ids, val_as_str(name));
            return id ? put_definition(restore, dump_kinds[k].system, *id, line)
                      : fail(restore, "the schema does not define `%.*s`",
                             STR_ARG(val_as_str(name)));
        }
    }
    return fail(restore, "`kind` and `name` must be those of a definition");
}

static bool read_definitions(Restore *restore, bool *more)
{
    Rt *rt = restore->rt;
    Definitions definitions[DUMP_KIND_COUNT];
    for (int k = 0; k < DUMP_KIND_COUNT; k++) {
        definitions[k] = definitions_read(rt, dump_kinds[k].system);
    }
    while ((*more = next_line(restore)) && !str_starts_with(restore->line, STR(DUMP_MARK))) {
        ArenaMark mark = arena_mark(rt->heap);
        bool ok = read_definition(restore, definitions);
        arena_rewind(rt->heap, mark);
        if (!ok) {
            return false;
        }
    }
    return catalog_load(rt);
}

/* -- databases --------------------------------------------------------------------------------- */

static void leave_database(Restore *restore)
{
    if (restore->is_within) {
        session_return(restore->session, &restore->visit);
        restore->is_within = false;
    }
}

/* Puts the document of a database, the present line, where the transaction is, and makes the
 * database. 0: a fault. */
static uint32_t make_database(Restore *restore)
{
    Rt *rt = restore->rt;
    const Object *line = read_object(restore);
    uint32_t number = 0;
    int64_t id;
    if (!line) {
        return 0;
    }
    Value data = field_or_null(line, STR("data"));
    int64_t time_us;
    if (!doc_id_from_value(field_or_null(line, STR("id")), &id) || data.type != T_OBJECT) {
        (void)fail(restore, "the document of a database is expected");
    } else if (read_time(restore, line, STR("ts"), &time_us) &&
               database_restore(rt, id, time_us, data.as.object, &number)) {
        restore->documents++;
        return number;
    }
    return 0;
}

/* From the heading of a database on: what follows is in it. */
static bool read_database(Restore *restore, Str path, bool *more)
{
    Rt *rt = restore->rt;
    leave_database(restore);
    path = str_copy(rt->query, path);
    int64_t at = 0;
    uint32_t start = txn_database(rt->txn), number;
    bool found = true;
    for (int64_t slash; found && (slash = str_find(path, STR("/"), at)) >= 0; at = slash + 1) {
        found = database_find(rt, str_slice(path, at, slash), &number);
        if (found) {
            txn_enter(rt->txn, number);
        }
    }
    number = 0;
    if (found && next_line(restore)) {
        number = make_database(restore);
    } else {
        (void)fail(restore, "there is no database for `%.*s` to be in", STR_ARG(path));
    }
    txn_enter(rt->txn, start);
    restore->is_within = number != 0 && session_visit(restore->session, number, &restore->visit);
    *more = restore->is_within && next_line(restore);
    return restore->is_within;
}

/* -- the whole --------------------------------------------------------------------------------- */

static bool check_empty(Restore *restore)
{
    StoreStats stats = store_stats(restore->session->store);
    if (stats.documents == 0 && stats.collections == 0) {
        return true;
    }
    (void)rt_fault(restore->rt, FAULT_invalid_argument,
                   "A dump is restored to an empty database: this one has a schema or documents.");
    return false;
}

/* The line "%% end N". */
static bool check_end(Restore *restore, Str count)
{
    int64_t expected;
    if (!doc_id_from_str(count, &expected) || expected != restore->documents) {
        return fail(restore, "it should have %.*s documents, and has %lld", STR_ARG(count),
                    (long long)restore->documents);
    }
    return !next_line(restore) || fail(restore, "something follows the end");
}

/* The first lines; the first heading is then the present line. */
static bool read_head(Restore *restore, bool *more)
{
    if (!next_line(restore) || !str_eq(restore->line, STR(DUMP_HEAD))) {
        return fail(restore, "this is no dump, whose first line is `%s`", DUMP_HEAD);
    }
    *more = next_line(restore);
    restore->is_part = *more && str_eq(restore->line, STR(DUMP_PART));
    if (restore->is_part) {
        *more = next_line(restore);
    }
    return restore->is_part || check_empty(restore);
}

static bool read_sections(Restore *restore)
{
    bool more = false, ok = read_head(restore, &more);
    while (ok && more) {
        const Str documents = STR(DUMP_MARK "documents "), end = STR(DUMP_MARK "end "),
                  database = STR(DUMP_MARK "database ");
        Str line = restore->line;
        if (str_starts_with(line, end)) {
            return check_end(restore, str_slice(line, end.len, line.len));
        }
        ok = str_eq(line, STR(DUMP_MARK "schema"))        ? read_schema(restore, &more)
             : str_eq(line, STR(DUMP_MARK "definitions")) ? read_definitions(restore, &more)
             : str_starts_with(line, documents)
                 ? read_documents(restore, str_slice(line, documents.len, line.len), &more)
             : str_starts_with(line, database)
                 ? read_database(restore, str_slice(line, database.len, line.len), &more)
                 : fail(restore, "this is no part of a dump");
    }
    return ok && fail(restore, "it ends too early: `%send` is missing", DUMP_MARK);
}

static bool read_dump(Session *session, void *context, Outcome *outcome)
{
    Restore *restore = context;
    restore->rt = session_rt(session);
    restore->outcome = outcome;
    bool ok = read_sections(restore);
    leave_database(restore);
    if (!ok && !restore->told) {
        outcome_from_fault(session, outcome);
    }
    return ok;
}

Outcome session_restore(Session *session, SessionRead *read, void *context)
{
    Restore restore = {.session = session, .read = read, .context = context};
    RunOptions options = {.query = true};
    Outcome outcome = session_transact(session, &options, read_dump, &restore);
    outcome.restored = restore.documents;
    return outcome;
}
