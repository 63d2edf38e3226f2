/* dump: see dump.h. The documents are written one by one, so that it takes no memory but the
 * schema's.
 */
#include "interp/transfer/dump.h"

#include "interp/schema/schema_push.h"
#include "interp/schema/schema_text.h"
#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/fields.h"
#include "runtime/schema/database.h"
#include "runtime/schema/definitions.h"

const uint32_t dump_system[DUMP_SYSTEM_COUNT] = {COLLECTION_KEY, COLLECTION_TOKEN,
                                                 COLLECTION_CREDENTIAL};

const DumpKind dump_kinds[DUMP_KIND_COUNT] = {
    {FSL_COLLECTION, COLLECTION_COLLECTION},
    {FSL_FUNCTION, COLLECTION_FUNCTION},
    {FSL_ROLE, COLLECTION_ROLE},
    {FSL_ACCESS_PROVIDER, COLLECTION_ACCESS_PROVIDER},
};

/* Text is given on when there is as much. */
enum { PIECE_BYTES = 1 << 16 };

typedef struct Dump {
    Session *session;
    Rt *rt;
    const DumpOptions *options;
    const Collection **only; /* those that are dumped; NULL: the whole database */
    int64_t only_count;
    Buf out;
    int64_t documents;
    int64_t dangling; /* references that could not be written */
} Dump;

static bool flush(Dump *dump)
{
    bool written = dump->options->write(dump->options->context, buf_str(&dump->out));
    dump->out.len = 0;
    if (!written) {
        (void)rt_fault(dump->rt, FAULT_storage_failure, "The dump could not be written.");
    }
    return written;
}

/* -- values --------------------------------------------------------------------------------- */

/* Whether there is still what a document's reference needs to have a name. */
static bool is_nameable(Rt *rt, Value doc)
{
    if (catalog_system(doc.len) != NULL) {
        return !collection_has_names(doc.len) || doc_version(rt, doc) != NULL;
    }
    return catalog_collection_by_number(rt->catalog, doc.len) != NULL;
}

/* `v` with nulls in the place of references to documents of collections that are gone. */
static Value without_dangling(Dump *dump, Value v)
{
    Rt *rt = dump->rt;
    if (v.type == T_DOC && !is_nameable(rt, v)) {
        dump->dangling++;
        return val_null(NULL);
    }
    if (v.type == T_ARRAY) {
        Value *items = arena_array(rt->heap, Value, v.len);
        for (uint32_t i = 0; i < v.len; i++) {
            items[i] = without_dangling(dump, v.as.items[i]);
        }
        return val_array(items, v.len);
    }
    if (v.type == T_OBJECT) {
        const Object *object = v.as.object;
        Fields fields = {0};
        for (uint32_t i = 0; i < object->shape->count; i++) {
            Value value = without_dangling(dump, object->slots[i]);
            /* As documents are kept: a field that is null is none. */
            if (!val_is_null(value)) {
                fields_add(rt, &fields, object->shape->names[i], value);
            }
        }
        return fields_object(rt, &fields);
    }
    return v;
}

/* ,"name":value; false: a fault. */
static bool put_value(Dump *dump, const char *name, Value value)
{
    static const PrintOptions tagged = {.format = PRINT_TAGGED, .inner = true};
    buf_printf(&dump->out, ",\"%s\":", name);
    return !val_is_fault(print_value(dump->rt, &dump->out, value, &tagged));
}

/* -- parts ------------------------------------------------------------------------------------ */

/* A line with `data` as its fields. */
static bool put_line(Dump *dump, const Version *version, Value data)
{
    buf_printf(&dump->out, "{\"id\":\"%lld\"", (long long)version->id);
    int64_t ttl_us = version_ttl_us(version);
    bool ok = put_value(dump, "ts", val_time_us(version->time_us)) &&
              (ttl_us == TTL_NEVER || put_value(dump, "ttl", val_time_us(ttl_us))) &&
              put_value(dump, "data", without_dangling(dump, data));
    buf_puts(&dump->out, "}\n");
    dump->documents++;
    return ok;
}

static bool put_document(Dump *dump, const Version *version)
{
    Rt *rt = dump->rt;
    ArenaMark mark = arena_mark(rt->heap);
    bool ok = put_line(dump, version, codec_decode(rt, version->doc));
    arena_rewind(rt->heap, mark);
    return ok && (dump->out.len < PIECE_BYTES || flush(dump));
}

/* The documents of a collection whose ids lie in a range under a heading, if there are any. */
static bool put_documents(Dump *dump, uint32_t number, Str name, int64_t first, int64_t last)
{
    StoreCursor *cursor = cursor_documents(dump->rt->txn, number, first, last, false);
    const Version *version;
    bool ok = true;
    for (bool is_first = true; ok && cursor_next(cursor, &version, NULL); is_first = false) {
        if (is_first) {
            buf_puts(&dump->out, DUMP_MARK "documents ");
            buf_put(&dump->out, name);
            buf_byte(&dump->out, '\n');
        }
        ok = put_document(dump, version);
    }
    cursor_close(cursor);
    return ok;
}

/* What FSL does not tell of a definition: when it was written, and its `data`. */
static bool put_definition(Dump *dump, const DumpKind *kind, Str name, int64_t id)
{
    Rt *rt = dump->rt;
    const Version *version = txn_get(rt->txn, kind->system, id);
    Value data = field_or_null(codec_decode(rt, version->doc).as.object, STR("data"));
    buf_printf(&dump->out, "{\"kind\":\"%.*s\",\"name\":", STR_ARG(fsl_keyword_text(kind->kind)));
    print_json_string(&dump->out, name);
    bool ok = put_value(dump, "ts", val_time_us(version->time_us)) &&
              (data.type != T_OBJECT || put_value(dump, "data", without_dangling(dump, data)));
    buf_puts(&dump->out, "}\n");
    return ok;
}

static void put_schema_text(Buf *out, Str text)
{
    while (text.len > 0) {
        int64_t end = str_find(text, STR("\n"), 0) + 1;
        end = end > 0 ? end : text.len;
        buf_puts(out, str_starts_with(text, STR("%%")) ? "%" : "");
        buf_put(out, str_slice(text, 0, end));
        text = str_slice(text, end, text.len);
    }
}

static int compare_names(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

/* Whether the dump has the definition called `name`: if it is of some collections, theirs only. */
static bool has_definition(const Dump *dump, uint32_t system, Str name)
{
    bool has = dump->only == NULL;
    for (int64_t i = 0; i < dump->only_count && !has; i++) {
        has = system == COLLECTION_COLLECTION && str_eq(dump->only[i]->name, name);
    }
    return has;
}

/* The names of definitions in order, in `query`. */
static Str *sorted_names(Dump *dump, const Definitions *definitions, int64_t *count)
{
    Str *names = arena_array(&dump->session->query, Str, definitions->ids.cap + 1);
    *count = 0;
    for (int64_t i = 0; i < definitions->ids.cap; i++) {
        Str name = definitions->ids.slots[i].key;
        if (definitions->ids.slots[i].value != NULL &&
            has_definition(dump, definitions->system, name)) {
            names[(*count)++] = name;
        }
    }
    if (*count > 0) {
        qsort(names, (size_t)*count, sizeof *names, compare_names);
    }
    return names;
}

static bool put_schema(Dump *dump)
{
    Rt *rt = dump->rt;
    Buf text = {0};
    Definitions definitions[DUMP_KIND_COUNT];
    Str *names[DUMP_KIND_COUNT];
    int64_t counts[DUMP_KIND_COUNT];
    buf_puts(&dump->out, DUMP_MARK "schema\n");
    for (int k = 0; k < DUMP_KIND_COUNT; k++) {
        definitions[k] = definitions_read(rt, dump_kinds[k].system);
        names[k] = sorted_names(dump, &definitions[k], &counts[k]);
        for (int64_t i = 0; i < counts[k]; i++) {
            text.len = 0;
            schema_text(rt, &text, dump_kinds[k].kind,
                        definitions_object(&definitions[k], names[k][i]));
            put_schema_text(&dump->out, buf_str(&text));
        }
    }
    buf_free(&text);
    buf_puts(&dump->out, DUMP_MARK "definitions\n");
    for (int k = 0; k < DUMP_KIND_COUNT; k++) {
        for (int64_t i = 0; i < counts[k]; i++) {
            const int64_t *id = map_find(&definitions[k].ids, names[k][i]);
            if (!put_definition(dump, &dump_kinds[k], names[k][i], *id)) {
                return false;
            }
        }
    }
    return true;
}

static bool put_collections(Dump *dump)
{
    Rt *rt = dump->rt;
    for (int64_t i = 0; i < catalog_count(rt->catalog); i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        if (has_definition(dump, COLLECTION_COLLECTION, collection->name) &&
            !put_documents(dump, collection->number, collection->name, INT64_MIN, INT64_MAX)) {
            return false;
        }
    }
    return true;
}

/* The documents of the database itself. */
static bool put_own_documents(Dump *dump)
{
    for (int i = 0; i < DUMP_SYSTEM_COUNT; i++) {
        Str name = catalog_system(dump_system[i])->name;
        if (!put_documents(dump, dump_system[i], name, INT64_MIN, INT64_MAX)) {
            return false;
        }
    }
    return put_documents(dump, SOURCE_COLLECTION, STR(DUMP_STAGED), SOURCE_STAGED_ID,
                         SOURCE_STAGED_ID) &&
           put_documents(dump, SOURCE_COLLECTION, STR(DUMP_FILES), SOURCE_IN_FORCE_ID,
                         SOURCE_IN_FORCE_ID);
}

static bool put_database(Dump *dump, Str path);

/* A database within the present one, whose path is `outer`: its document, and what it holds. */
static bool put_inner(Dump *dump, Str outer, const Version *version)
{
    Rt *rt = dump->rt;
    const Object *fields = database_fields(rt, version);
    Str name = val_as_str(field_or_null(fields, STR("name")));
    Str path = str_format(rt->query, "%.*s%s%.*s", STR_ARG(outer), outer.len > 0 ? "/" : "",
                          STR_ARG(name));
    buf_puts(&dump->out, DUMP_MARK "database ");
    buf_put(&dump->out, path);
    buf_byte(&dump->out, '\n');
    DatabaseVisit visit;
    bool ok = put_line(dump, version, val_object(fields)) &&
              session_visit(dump->session, database_number(rt, version), &visit);
    if (ok) {
        ok = put_database(dump, path);
        session_return(dump->session, &visit);
    }
    return ok;
}

/* All that the present database holds. */
static bool put_database(Dump *dump, Str path)
{
    bool ok = put_schema(dump) && put_collections(dump) && put_own_documents(dump);
    StoreCursor *cursor =
        cursor_documents(dump->rt->txn, COLLECTION_DATABASE, INT64_MIN, INT64_MAX, false);
    const Version *version;
    while (ok && cursor_next(cursor, &version, NULL)) {
        ok = put_inner(dump, path, version);
    }
    cursor_close(cursor);
    return ok;
}

/* Finds the collections that are asked for. False: a fault. */
static bool find_only(Dump *dump, const Str *names, int64_t count)
{
    Rt *rt = dump->rt;
    dump->only = count > 0 ? arena_array(rt->query, const Collection *, count) : NULL;
    for (dump->only_count = 0; dump->only_count < count; dump->only_count++) {
        Str name = names[dump->only_count];
        dump->only[dump->only_count] = catalog_collection(rt->catalog, name);
        if (dump->only[dump->only_count] == NULL) {
            (void)rt_fault(rt, FAULT_invalid_argument, "there is no collection `%.*s`",
                           STR_ARG(name));
            return false;
        }
    }
    return true;
}

static bool put_some(Dump *dump)
{
    buf_puts(&dump->out, DUMP_PART "\n");
    return put_schema(dump) && put_collections(dump);
}

static bool write_dump(Session *session, void *context, Outcome *outcome)
{
    Dump *dump = context;
    dump->rt = session_rt(session);
    buf_puts(&dump->out, DUMP_HEAD "\n");
    bool ok = find_only(dump, dump->options->collections, dump->options->count) &&
              (dump->only != NULL ? put_some(dump) : put_database(dump, (Str){0}));
    if (ok) {
        buf_puts(&dump->out, DUMP_MARK "end ");
        buf_int(&dump->out, dump->documents);
        buf_byte(&dump->out, '\n');
        ok = flush(dump);
    }
    if (!ok) {
        outcome_from_fault(session, outcome);
    }
    if (dump->dangling > 0) {
        diag_add(
            &dump->rt->infos, DIAG_WARNING, (Span){0},
            str_format(&session->query,
                       "%lld reference%s to documents of deleted collections: null in the dump",
                       (long long)dump->dangling, dump->dangling == 1 ? "" : "s"));
    }
    return ok;
}

Outcome session_dump(Session *session, const DumpOptions *options)
{
    Dump dump = {.session = session, .options = options};
    RunOptions run = {.query = true, .read_only = true};
    Outcome outcome = session_transact(session, &run, write_dump, &dump);
    buf_free(&dump.out);
    return outcome;
}
