/* schema: puts the files of a schema in force, as one transaction.
 *
 *   files ─► parse_schema ─► what they lack is deleted ─► names reserved ─► definitions put
 *
 * The rules of each definition are the runtime's; what it refuses is reported at the item.
 */
#include "grammar/schema.h"
#include "interp/schema_definition.h"
#include "interp/session_int.h"
#include "runtime/definitions.h"

typedef struct Files {
    const Source *const *at;
    int64_t count;
} Files;

/* A schema being put in force. */
typedef struct Push {
    Session *session;
    Outcome *outcome;
    SchemaItems items;
    Definitions collections, functions;
} Push;

static bool fail_check(Push *push, const DiagList *diags)
{
    outcome_from_diags(push->session, diags, push->outcome);
    push->outcome->code = fault_code_text(FAULT_invalid_schema);
    push->outcome->message = diags->first->message;
    return false;
}

/* What kinds of items are parsed, but not in force yet, is said rather than passed over. */
static bool check_supported(Push *push)
{
    DiagList diags;
    diag_list_init(&diags, &push->session->query);
    for (int64_t i = 0; i < push->items.len; i++) {
        const SchemaItem *item = push->items.at[i];
        if (item->kind == FSL_ROLE || item->kind == FSL_ACCESS_PROVIDER) {
            diag_add(&diags, DIAG_ERROR, item->name.span,
                     item->kind == FSL_ROLE ? STR("Roles in schemas are not supported yet")
                                            : STR("Access providers are not supported yet"));
        }
    }
    return diags.errors == 0 || fail_check(push, &diags);
}

/* False: a fault, which is placed at `item` (NULL: at no place). */
static bool succeed(Push *push, const SchemaItem *item, bool ok)
{
    if (!ok) {
        if (item != NULL) {
            (void)rt_trace(session_rt(push->session), item->span);
        }
        outcome_from_fault(push->session, push->outcome);
    }
    return ok;
}

static Map names_of(Push *push, FslKind kind)
{
    Map names;
    map_init(&names, &push->session->query);
    for (int64_t i = 0; i < push->items.len; i++) {
        SchemaItem *item = push->items.at[i];
        if (item->kind == kind) {
            map_put(&names, item->name.text, item);
        }
    }
    return names;
}

static bool delete_others(Push *push)
{
    Map functions = names_of(push, FSL_FUNCTION);
    Map collections = names_of(push, FSL_COLLECTION);
    return succeed(push, NULL, definitions_keep_only(&push->functions, &functions)) &&
           succeed(push, NULL, definitions_keep_only(&push->collections, &collections));
}

static Definitions *definitions_of(Push *push, const SchemaItem *item)
{
    return item->kind == FSL_FUNCTION ? &push->functions : &push->collections;
}

static bool reserve_names(Push *push)
{
    for (int64_t i = 0; i < push->items.len; i++) {
        const SchemaItem *item = push->items.at[i];
        if (!succeed(push, item,
                     definitions_reserve(definitions_of(push, item), item->name.text))) {
            return false;
        }
    }
    return true;
}

static bool put_definitions(Push *push)
{
    Rt *rt = session_rt(push->session);
    for (int64_t i = 0; i < push->items.len; i++) {
        const SchemaItem *item = push->items.at[i];
        const Object *definition = item->kind == FSL_FUNCTION
                                       ? schema_function_definition(rt, item)
                                       : schema_collection_definition(rt, item);
        if (!succeed(push, item, definitions_put(definitions_of(push, item), definition))) {
            return false;
        }
    }
    return true;
}

static bool push_files(Session *session, void *context, Outcome *outcome)
{
    const Files *files = context;
    Push push = {.session = session, .outcome = outcome};
    SchemaResult parsed = parse_schema(&session->query, files->at, files->count);
    if (!parsed.ok) {
        return fail_check(&push, &parsed.diags);
    }
    push.items = parsed.items;
    push.collections = definitions_read(session_rt(session), COLLECTION_COLLECTION);
    push.functions = definitions_read(session_rt(session), COLLECTION_FUNCTION);
    return check_supported(&push) && delete_others(&push) && reserve_names(&push) &&
           put_definitions(&push);
}

Outcome session_apply_schema(Session *session, const Source *const *files, int64_t count)
{
    Files given = {files, count};
    RunOptions options = {.query = true};
    return session_transact(session, &options, push_files, &given);
}
