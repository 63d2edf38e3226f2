/* schema: puts the files of a schema in force, as one transaction.
 *
 *   files ─► parse_schema ─► compared ─► what they lack is deleted ─► aliases that others take
 *        are released ─► names reserved ─► what differs is put ─► names in bodies looked up
 *
 * Items are compared as canonical FSL (schema_text.h): what has the same text is not written. The
 * rules of each definition are the runtime's; what it refuses is reported at the item.
 */
#include "grammar/schema.h"
#include "interp/schema_definition.h"
#include "interp/schema_names.h"
#include "interp/schema_push.h"
#include "interp/schema_text.h"
#include "runtime/definitions.h"
#include "runtime/fields.h"

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

/* An item that is new or differs from what is in force. */
typedef struct Difference {
    int kind; /* index in `kinds` */
    const SchemaItem *item;
    const Object *definition;
    const Object *before; /* NULL: it is new */
} Difference;

typedef VEC(SchemaChange) ChangeList;

/* A schema being put in force. */
typedef struct Push {
    Session *session;
    Outcome *outcome;
    SchemaPush *given;
    SchemaItems items;
    Map names[KIND_COUNT]; /* -> SchemaItem */
    Map taken;             /* the names and aliases of all collections and functions to be */
    Definitions definitions[KIND_COUNT];
    VEC(Difference) differences;
    ChangeList changes;
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
        if (push->outcome->kind == OUTCOME_FAILED) {
            push->outcome->code = fault_code_text(FAULT_invalid_schema);
        }
    }
    return ok;
}

/* -- comparing ----------------------------------------------------------------------------------
 */

static void gather_names(Push *push)
{
    map_init(&push->taken, &push->session->query);
    for (int k = 0; k < KIND_COUNT; k++) {
        map_init(&push->names[k], &push->session->query);
        for (int64_t i = 0; i < push->items.len; i++) {
            SchemaItem *item = push->items.at[i];
            if (item->kind != kinds[k].kind) {
                continue;
            }
            map_put(&push->names[k], item->name.text, item);
            if (kinds[k].reserved) {
                map_put(&push->taken, item->name.text, item);
                if (item->alias.text.len > 0) {
                    map_put(&push->taken, item->alias.text, item);
                }
            }
        }
    }
}

/* The definition as FSL, in `query`; NULL: the empty text. */
static Str text_of(Push *push, int kind, const Object *definition)
{
    if (definition == NULL) {
        return (Str){0};
    }
    Buf text = {0};
    schema_text(session_rt(push->session), &text, kinds[kind].kind, definition);
    Str kept = str_copy(&push->session->query, buf_str(&text));
    buf_free(&text);
    return kept;
}

static void add_change(Push *push, SchemaChange change)
{
    vec_push(&push->changes, &push->session->query, change);
}

static void compare_item(Push *push, int kind, const SchemaItem *item)
{
    const Object *definition = kinds[kind].definition(session_rt(push->session), item);
    const Object *before = definitions_object(&push->definitions[kind], item->name.text);
    SchemaChange change = {.kind = before ? SCHEMA_CHANGED : SCHEMA_ADDED,
                           .item = fsl_keyword_text(kinds[kind].kind),
                           .name = item->name.text,
                           .place = item->span,
                           .before = text_of(push, kind, before),
                           .after = text_of(push, kind, definition)};
    if (before == NULL || !str_eq(change.before, change.after)) {
        Difference difference = {kind, item, definition, before};
        vec_push(&push->differences, &push->session->query, difference);
        add_change(push, change);
    }
}

/* The documents of a collection of this name. */
static int64_t count_documents(Push *push, int kind, Str name)
{
    Rt *rt = session_rt(push->session);
    const Collection *collection =
        kinds[kind].kind == FSL_COLLECTION ? catalog_collection(rt->catalog, name) : NULL;
    return collection ? txn_count(rt->txn, collection->number) : 0;
}

static void compare_lacking(Push *push, int kind)
{
    const Map *ids = &push->definitions[kind].ids;
    for (int64_t i = 0; i < ids->cap; i++) {
        Str name = ids->slots[i].key;
        if (ids->slots[i].value != NULL && map_find(&push->names[kind], name) == NULL) {
            const Object *before = definitions_object(&push->definitions[kind], name);
            add_change(push, (SchemaChange){.kind = SCHEMA_REMOVED,
                                            .item = fsl_keyword_text(kinds[kind].kind),
                                            .name = name,
                                            .before = text_of(push, kind, before),
                                            .documents = count_documents(push, kind, name)});
        }
    }
}

static int order_of_kind(SchemaChangeKind kind)
{
    static const int order[] = {[SCHEMA_REMOVED] = 0, [SCHEMA_CHANGED] = 1, [SCHEMA_ADDED] = 2};
    return order[kind];
}

static int compare_changes(const void *a, const void *b)
{
    const SchemaChange *left = a, *right = b;
    if (left->kind != right->kind) {
        return order_of_kind(left->kind) - order_of_kind(right->kind);
    }
    int by_item = str_compare(left->item, right->item);
    return by_item != 0 ? by_item : str_compare(left->name, right->name);
}

static void compare(Push *push)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        push->definitions[k] = definitions_read(session_rt(push->session), kinds[k].system);
        compare_lacking(push, k);
        for (int64_t i = 0; i < push->items.len; i++) {
            if (push->items.at[i]->kind == kinds[k].kind) {
                compare_item(push, k, push->items.at[i]);
            }
        }
    }
    if (push->changes.len > 0) {
        qsort(push->changes.at, (size_t)push->changes.len, sizeof *push->changes.at,
              compare_changes);
    }
    push->given->changes = push->changes.at;
    push->given->change_count = push->changes.len;
}

/* -- putting in force
 * ------------------------------------------------------------------------------
 */

/* What refers to others goes first. */
static bool delete_others(Push *push)
{
    for (int k = KIND_COUNT - 1; k >= 0; k--) {
        bool ok = definitions_keep_only(&push->definitions[k], &push->names[k]);
        if (!succeed(push, NULL, ok)) {
            return false;
        }
    }
    return true;
}

/* Whether the item gives up an alias that another one wants. */
static bool gives_up_alias(Push *push, const Difference *difference)
{
    Value alias =
        difference->before ? field_or_null(difference->before, STR("alias")) : val_null(NULL);
    if (alias.type != T_STRING || !kinds[difference->kind].reserved) {
        return false;
    }
    const SchemaItem *taker = map_find(&push->taken, val_as_str(alias));
    return taker != NULL && taker != difference->item;
}

static bool release_aliases(Push *push)
{
    for (int64_t i = 0; i < push->differences.len; i++) {
        const Difference *difference = &push->differences.at[i];
        Definitions *definitions = &push->definitions[difference->kind];
        if (gives_up_alias(push, difference) &&
            !succeed(push, difference->item,
                     definitions_release_alias(definitions, difference->item->name.text))) {
            return false;
        }
    }
    return true;
}

static bool reserve_names(Push *push)
{
    for (int64_t i = 0; i < push->differences.len; i++) {
        const Difference *difference = &push->differences.at[i];
        Definitions *definitions = &push->definitions[difference->kind];
        if (kinds[difference->kind].reserved &&
            !succeed(push, difference->item,
                     definitions_reserve(definitions, difference->item->name.text))) {
            return false;
        }
    }
    return true;
}

/* What needs nothing else of the schema in force, types before documents are compared with them. */
static bool check_items(Push *push)
{
    DiagList diags;
    diag_list_init(&diags, &push->session->query);
    schema_types_check(session_rt(push->session), &push->items, &diags);
    schema_roles_check(session_rt(push->session), &push->items, &diags);
    return diags.errors == 0 || fail_check(push, &diags);
}

static bool put_definitions(Push *push)
{
    for (int64_t i = 0; i < push->differences.len; i++) {
        const Difference *difference = &push->differences.at[i];
        Definitions *definitions = &push->definitions[difference->kind];
        Machine *machine = &push->session->machine;
        machine->pushed = difference->item;
        bool ok = definitions_put(definitions, difference->definition);
        machine->pushed = NULL;
        if (!succeed(push, difference->item, ok)) {
            return false;
        }
    }
    return true;
}

static bool check_names(Push *push)
{
    DiagList diags;
    diag_list_init(&diags, &push->session->query);
    schema_references_check(session_rt(push->session), &push->items, &diags);
    schema_names_check(session_rt(push->session), &push->items, &diags);
    return diags.errors == 0 || fail_check(push, &diags);
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

bool schema_put_in_force(Session *session, SchemaPush *given, Outcome *outcome)
{
    Push push = {.session = session, .outcome = outcome, .given = given};
    SchemaResult parsed = parse_schema(&session->query, given->files, given->count);
    if (!parsed.ok) {
        return fail_check(&push, &parsed.diags);
    }
    push.items = parsed.items;
    gather_names(&push);
    compare(&push);
    bool ok = delete_others(&push) && release_aliases(&push) && reserve_names(&push) &&
              check_items(&push) && put_definitions(&push) && check_names(&push);
    if (ok) {
        warn_unenforced(&push);
    }
    return ok;
}

static bool push_files(Session *session, void *context, Outcome *outcome)
{
    return schema_put_in_force(session, context, outcome);
}

Outcome session_push_schema(Session *session, SchemaPush *push)
{
    const Source *const *staged;
    push->staged = !push->dry_run && (push->stage || session_staged_schema(session, &staged) >= 0);
    push->changes = NULL;
    push->change_count = 0;
    RunOptions options = {.query = true, .dry_run = push->dry_run || push->staged};
    Outcome outcome = session_transact(session, &options, push_files, push);
    return outcome.kind == OUTCOME_OK && push->staged ? schema_stage(session, push) : outcome;
}
