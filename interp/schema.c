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

/* The kinds of items, in an order in which they may refer to each other: predicates of roles see
 * collections, functions run as roles, access providers give them. */
typedef struct Kind {
    FslKind kind;
    uint32_t system;
    bool reserved; /* others may refer to it before it is put */
    const Object *(*definition)(Rt *rt, const SchemaItem *item);
} Kind;

enum { KIND_COUNT = 4 };
static const Kind kinds[KIND_COUNT] = {
    {FSL_COLLECTION, COLLECTION_COLLECTION, true, schema_collection_definition},
    {FSL_ROLE, COLLECTION_ROLE, false, schema_role_definition},
    {FSL_FUNCTION, COLLECTION_FUNCTION, true, schema_function_definition},
    {FSL_ACCESS_PROVIDER, COLLECTION_ACCESS_PROVIDER, false, schema_provider_definition},
};

/* A schema being put in force. */
typedef struct Push {
    Session *session;
    Outcome *outcome;
    SchemaItems items;
    Definitions definitions[KIND_COUNT];
} Push;

static bool fail_check(Push *push, const DiagList *diags)
{
    outcome_from_diags(push->session, diags, push->outcome);
    push->outcome->code = fault_code_text(FAULT_invalid_schema);
    push->outcome->message = diags->first->message;
    return false;
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

/* What refers to others goes first. */
static bool delete_others(Push *push)
{
    for (int64_t i = KIND_COUNT - 1; i >= 0; i--) {
        Map names = names_of(push, kinds[i].kind);
        if (!succeed(push, NULL, definitions_keep_only(&push->definitions[i], &names))) {
            return false;
        }
    }
    return true;
}

static bool reserve_names(Push *push)
{
    for (int64_t i = 0; i < KIND_COUNT; i++) {
        for (int64_t k = 0; k < push->items.len && kinds[i].reserved; k++) {
            const SchemaItem *item = push->items.at[k];
            if (item->kind == kinds[i].kind &&
                !succeed(push, item, definitions_reserve(&push->definitions[i], item->name.text))) {
                return false;
            }
        }
    }
    return true;
}

static bool put_definitions(Push *push)
{
    Rt *rt = session_rt(push->session);
    for (int64_t i = 0; i < KIND_COUNT; i++) {
        for (int64_t k = 0; k < push->items.len; k++) {
            const SchemaItem *item = push->items.at[k];
            if (item->kind == kinds[i].kind &&
                !succeed(push, item,
                         definitions_put(&push->definitions[i], kinds[i].definition(rt, item)))) {
                return false;
            }
        }
    }
    return true;
}

/* What is kept, but not acted on yet, is said rather than passed over. */
static void warn_unenforced(Push *push)
{
    Rt *rt = session_rt(push->session);
    for (int64_t i = 0; i < push->items.len; i++) {
        const SchemaItem *item = push->items.at[i];
        if (item->kind == FSL_ROLE || item->kind == FSL_ACCESS_PROVIDER) {
            diag_add(&rt->infos, DIAG_WARNING, item->name.span,
                     item->kind == FSL_ROLE ? STR("Roles are kept, but not enforced yet")
                                            : STR("Access providers are kept, but not used yet"));
        }
    }
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
    for (int64_t i = 0; i < KIND_COUNT; i++) {
        push.definitions[i] = definitions_read(session_rt(session), kinds[i].system);
    }
    warn_unenforced(&push);
    return delete_others(&push) && reserve_names(&push) && put_definitions(&push);
}

Outcome session_apply_schema(Session *session, const Source *const *files, int64_t count)
{
    Files given = {files, count};
    RunOptions options = {.query = true};
    return session_transact(session, &options, push_files, &given);
}
