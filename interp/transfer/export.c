/* export: see export.h. */
#include "interp/transfer/export.h"

#include "interp/session/session_int.h"
#include "runtime/document/document.h"

typedef struct Export {
    const ExportOptions *options;
    Buf line;
    bool given_up;
} Export;

static bool write_line(Export *export, const Collection *collection)
{
    const ExportOptions *options = export->options;
    export->given_up = !options->write(options->context, collection->name, buf_str(&export->line));
    return !export->given_up;
}

/* Writes one document. False: a fault, or the export was given up. */
static bool export_document(Rt *rt, Export *export, const Collection *collection,
                            const Version *version)
{
    PrintOptions print = {.format = export->options->tagged ? PRINT_TAGGED : PRINT_SIMPLE,
                          .inner = true};
    ArenaMark mark = arena_mark(rt->heap);
    Value object = doc_stored_object(rt, val_doc(collection->number, version));
    export->line.len = 0;
    bool ok = rt_tick(rt) && !val_is_fault(print_value(rt, &export->line, object, &print)) &&
              write_line(export, collection);
    arena_rewind(rt->heap, mark);
    return ok;
}

static bool export_collection(Rt *rt, Export *export, const Collection *collection)
{
    StoreCursor *cursor = cursor_documents(rt->txn, collection->number, 0, INT64_MAX, false);
    const Version *version;
    bool ok = true, any = false;
    while (ok && cursor_next(cursor, &version, NULL)) {
        ok = export_document(rt, export, collection, version);
        any = true;
    }
    cursor_close(cursor);
    export->line.len = 0;
    return ok && (any || write_line(export, collection));
}

static bool export_all(Rt *rt, Export *export)
{
    Str name = export->options->collection;
    if (name.len > 0) {
        const Collection *collection = catalog_collection(rt->catalog, name);
        if (!collection) {
            (void)rt_fault(rt, FAULT_invalid_argument, "there is no collection `%.*s`",
                           STR_ARG(name));
        }
        return collection && export_collection(rt, export, collection);
    }
    bool ok = true;
    for (int64_t i = 0; i < catalog_count(rt->catalog) && ok; i++) {
        ok = export_collection(rt, export, catalog_at(rt->catalog, i));
    }
    return ok;
}

static bool run_export(Session *session, void *context, Outcome *outcome)
{
    Export *export = context;
    Rt *rt = session_rt(session);
    bool ok = export_all(rt, export);
    if (rt->fault) {
        outcome_from_fault(session, outcome);
    } else if (export->given_up) {
        outcome->kind = OUTCOME_FAILED;
    }
    return ok;
}

Outcome session_export(Session *session, const ExportOptions *options)
{
    Export export = {.options = options};
    RunOptions run = {.query = true, .read_only = true};
    Outcome outcome = session_transact(session, &run, run_export, &export);
    buf_free(&export.line);
    return outcome;
}
