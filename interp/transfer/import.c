/* import: the transaction of an import, its collections, and what became of its records. */
#include "interp/transfer/import_int.h"

#include "runtime/document/document.h"

/* -- collections ------------------------------------------------------------------------------- */

static const Collection *create_collection(Import *import, Str name)
{
    Rt *rt = import->rt;
    Str field = STR("name");
    Value value = val_str(name);
    Value definition = rt_object(rt, &field, &value, 1);
    if (val_is_fault(definition_create(rt, definition.as.object))) {
        return NULL;
    }
    return catalog_collection(rt->catalog, name);
}

static ImportTarget *make_target(Import *import, Str given)
{
    Rt *rt = import->rt;
    Str name = str_copy(rt->query, given);
    if (catalog_system_named(name)) {
        import->error =
            str_format(rt->query, "documents of `%.*s` cannot be imported", STR_ARG(name));
        return NULL;
    }
    const Collection *collection = catalog_collection(rt->catalog, name);
    bool is_new = !collection;
    if (is_new) {
        collection = create_collection(import, name);
    }
    if (!collection) {
        if (rt->fault && rt->fault->code == FAULT_constraint_failure) {
            rt->fault = NULL;
            import->error = str_format(rt->query,
                                       "no collection can be called `%.*s`: --collection "
                                       "NAME gives another name",
                                       STR_ARG(name));
        }
        return NULL;
    }
    ImportTarget *target = arena_new(rt->query, ImportTarget);
    *target = (ImportTarget){.count = {.collection = name, .is_new = is_new},
                             .number = collection->number,
                             .collection = collection,
                             .version = catalog_version(rt->catalog)};
    vec_push(&import->targets, rt->query, target);
    return target;
}

ImportTarget *import_target(Import *import, Str name)
{
    if (LIKELY(import->recent && str_eq(import->recent->count.collection, name))) {
        return import->recent;
    }
    for (int64_t i = 0; i < import->targets.len; i++) {
        if (str_eq(import->targets.at[i]->count.collection, name)) {
            return import->recent = import->targets.at[i];
        }
    }
    ImportTarget *made = make_target(import, name);
    import->recent = made ? made : import->recent;
    return made;
}

const Collection *import_target_now(Import *import, ImportTarget *target)
{
    const Catalog *catalog = import->rt->catalog;
    if (UNLIKELY(target->version != catalog_version(catalog))) {
        target->collection = catalog_collection_by_number(catalog, target->number);
        target->version = catalog_version(catalog);
    }
    return target->collection;
}

static const SchemaType *field_type(const Collection *collection, Str name)
{
    const TypedField *field =
        collection && collection->fields ? schema_type_field(collection->fields, name) : NULL;
    return field ? field->type : NULL;
}

bool import_wants_string(Import *import, Str collection, Str name)
{
    Rt *rt = import->rt;
    const SchemaType *type = field_type(catalog_collection(rt->catalog, collection), name);
    return type && schema_type_accepts(rt, type, VAL_STR("")) &&
           !schema_type_accepts(rt, type, val_int(0));
}

/* -- records ----------------------------------------------------------------------------------- */

/* Whether the failure is that of a record, and not of the whole import. */
static bool is_refusal(FaultCode code)
{
    bool is_of_query = fault_ends_query(code) && code != FAULT_stack_overflow;
    return !is_of_query && code != FAULT_read_only;
}

/* Tells of what went wrong with a document: the fault, if there is one, is dealt with. */
static ImportStatus refuse(Import *import, ImportTarget *target)
{
    Rt *rt = import->rt;
    if (rt->fault) {
        if (!is_refusal(rt->fault->code)) {
            return IMPORT_STOPPED;
        }
        import->error = outcome_fault_text(import->session, rt->fault);
        rt->fault = NULL;
    }
    import->refused++;
    if (target) {
        target->count.refused++;
    }
    return IMPORT_REFUSED;
}

static ImportStatus put_document(Import *import, ImportTarget *target, Value record)
{
    Rt *rt = import->rt;
    ImportDoc doc = {0};
    if (!import_read_document(import, target, record, &doc)) {
        return refuse(import, target);
    }
    const Collection *collection = import_target_now(import, target);
    /* What a check or a trigger finds wrong has been written by then. */
    bool goes_back = collection->checks.count > 0 || collection->triggers.count > 0;
    TxnMark mark;
    if (goes_back) {
        mark = txn_mark(rt->txn);
    }
    if (val_is_fault(doc_import(rt, collection, doc.fields, &doc.origin))) {
        if (goes_back) {
            txn_rewind(rt->txn, &mark);
        }
        return refuse(import, target);
    }
    import->created++;
    target->count.created++;
    target->count.kept_ids += doc.keeps_id;
    return IMPORT_DONE;
}

static ImportStatus import_one(Import *import, Str collection, bool forced, Value record);

static ImportStatus import_page(Import *import, Str collection, bool forced, Value elements)
{
    ImportStatus all = IMPORT_DONE;
    for (int64_t i = 0; i < elements.len && all != IMPORT_STOPPED; i++) {
        ImportStatus status = import_one(import, collection, forced, elements.as.items[i]);
        all = status != IMPORT_DONE ? status : all;
    }
    return all;
}

static ImportStatus import_one(Import *import, Str collection, bool forced, Value record)
{
    Rt *rt = import->rt;
    Value elements;
    if (!rt_tick(rt)) {
        return IMPORT_STOPPED;
    }
    if (record.type != T_OBJECT) {
        Str type = rt_type_name(rt, record);
        import->error = str_format(rt->query, "expected an object, got %.*s", STR_ARG(type));
        return refuse(import, NULL);
    }
    bool is_plain = record.as.object->shape == import->plain;
    if (!is_plain && import_is_page(record, &elements)) {
        return import_page(import, collection, forced, elements);
    }
    Str own = is_plain || forced ? (Str){0} : import_own_collection(record);
    Str name = own.len > 0 ? own : collection;
    if (name.len == 0) {
        import->error = STR("it does not say which collection it belongs to (--collection does)");
        return refuse(import, NULL);
    }
    ImportTarget *target = import_target(import, name);
    return target ? put_document(import, target, record) : refuse(import, NULL);
}

ImportStatus import_record(Import *import, Str collection, bool forced, Value record)
{
    import->refused = 0;
    return import_one(import, collection, forced, record);
}

Str import_error(const Import *import, int64_t *refused)
{
    *refused = import->refused;
    return import->error;
}

Rt *import_rt(Import *import)
{
    return import->rt;
}

int64_t import_created(const Import *import)
{
    return import->created;
}

/* -- the transaction --------------------------------------------------------------------------- */

static bool run_import(Session *session, void *context, Outcome *outcome)
{
    Import *import = context;
    Rt *rt = session_rt(session);
    import->rt = rt;
    bool read = import->options->read(import->options->context, import);
    ImportCount *counts = arena_array(rt->query, ImportCount, import->targets.len);
    for (int64_t i = 0; i < import->targets.len; i++) {
        counts[i] = import->targets.at[i]->count;
    }
    session->import_counts = counts;
    session->import_count = import->targets.len;
    if (rt->fault) {
        outcome_from_fault(session, outcome);
        return false;
    }
    outcome->kind = read ? OUTCOME_OK : OUTCOME_FAILED;
    return read;
}

Outcome session_import(Session *session, const ImportOptions *options)
{
    Import import = {.session = session, .options = options};
    RunOptions run = {.query = true, .dry_run = options->dry_run};
    session->import_counts = NULL;
    session->import_count = 0;
    return session_transact(session, &run, run_import, &import);
}

int64_t session_import_counts(Session *session, const ImportCount **counts)
{
    *counts = session->import_counts;
    return session->import_count;
}
