/* schema: puts the files of a schema in force, as one transaction.
 *
 *   files ─► parse_schema ─► compared ─► what they lack is deleted ─► aliases that others take
 *        are released ─► names reserved ─► what differs is put ─► names in bodies looked up
 *
 * Items are compared as canonical FSL (schema_text.h): what has the same text is not written. The
 * rules of each definition are the runtime's; what it refuses is reported at the item.
 */
#include "grammar/schema.h"
#include "interp/schema/schema_changes.h"
#include "interp/schema/schema_definition.h"
#include "interp/schema/schema_names.h"
#include "interp/schema/schema_push.h"
#include "interp/schema/schema_text.h"
#include "interp/typer/typer.h"
#include "runtime/document/fields.h"
#include "runtime/schema/database.h"
#include "runtime/schema/definitions.h"

/* The kinds of items, in an order in which they may refer to each other: predicates of roles see
 * collections, functions run as roles, access providers give them. */
typedef struct Kind {
    FslKind kind;
    uint32_t system;
    bool reserved; /* others may refer to it before it is put */
} Kind;

enum { KIND_COUNT = 4 };
static const Kind kinds[KIND_COUNT] = {
    {FSL_COLLECTION, COLLECTION_COLLECTION, true},
    {FSL_ROLE, COLLECTION_ROLE, false},
    {FSL_FUNCTION, COLLECTION_FUNCTION, true},
    {FSL_ACCESS_PROVIDER, COLLECTION_ACCESS_PROVIDER, false},
};

/* An item that is new or differs from what is in force. */
typedef struct Difference {
    int kind; /* index in `kinds` */
    const SchemaItem *item;
    const Object *definition;
    const Object *before; /* NULL: it is new */
} Difference;

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
} Push;

/* One that two files have is told in a line. */
static void put_short_error(Buf *out, const Diag *error)
{
    const Source *first = error->hints ? error->hints->span.source : NULL;
    if (first && error->span.source && !str_eq(first->name, error->span.source->name)) {
        buf_printf(out, "%.*s in %.*s (originally seen in %.*s)", STR_ARG(error->message),
                   STR_ARG(error->span.source->name), STR_ARG(first->name));
    } else {
        diag_render_plain(out, error);
    }
}

Str schema_short_errors(Session *session, const DiagList *diags)
{
    Buf text = {0};
    for (const Diag *diag = diags->first; diag; diag = diag->next) {
        if (diag->kind == DIAG_ERROR) {
            buf_puts(&text, text.len > 0 ? "\n" : "");
            put_short_error(&text, diag);
        }
    }
    Str kept = str_copy(&session->query, buf_str(&text));
    buf_free(&text);
    return kept;
}

static bool fail_check(Push *push, const DiagList *diags)
{
    outcome_from_diags(push->session, diags, push->outcome);
    push->outcome->code = fault_code_text(FAULT_invalid_schema);
    push->outcome->message = diags->first->message;
    push->given->errors = schema_short_errors(push->session, diags);
    return false;
}

/* False: a fault, which is placed at `item` (NULL: at no place). */
static bool succeed(Push *push, const SchemaItem *item, bool ok)
{
    if (!ok) {
        if (item != NULL) {
            (void)rt_trace(session_rt(push->session), item->span);
        }
        const Fault *fault = session_rt(push->session)->fault;
        push->given->errors = fault->check.errors > 0
                                  ? schema_short_errors(push->session, &fault->check)
                                  : outcome_fault_text(push->session, fault);
        outcome_from_fault(push->session, push->outcome);
        /* What is not the schema's fault keeps its name: it may go well another time. */
        if (push->outcome->kind == OUTCOME_FAILED && !fault_ends_query(fault->code)) {
            push->outcome->code = fault_code_text(FAULT_invalid_schema);
        }
    }
    return ok;
}

/* -- comparing --------------------------------------------------------------------------------- */

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

/* Whether the two mean the same: they have one text. */
static bool means_the_same(Push *push, FslKind kind, const Object *before, const Object *after)
{
    Buf old = {0}, new = {0};
    schema_text(session_rt(push->session), &old, kind, before);
    schema_text(session_rt(push->session), &new, kind, after);
    bool same = str_eq(buf_str(&old), buf_str(&new));
    buf_free(&old);
    buf_free(&new);
    return same;
}

/* Gathers the items that have to be put. */
static void compare(Push *push)
{
    Rt *rt = session_rt(push->session);
    for (int k = 0; k < KIND_COUNT; k++) {
        push->definitions[k] = definitions_read(rt, kinds[k].system);
        for (int64_t i = 0; i < push->items.len; i++) {
            const SchemaItem *item = push->items.at[i];
            if (item->kind != kinds[k].kind) {
                continue;
            }
            Difference difference = {
                .kind = k,
                .item = item,
                .definition = schema_item_definition(rt, item),
                .before = definitions_object(&push->definitions[k], item->name.text)};
            if (!difference.before ||
                !means_the_same(push, item->kind, difference.before, difference.definition)) {
                vec_push(&push->differences, &push->session->query, difference);
            }
        }
    }
}

/* -- putting in force -------------------------------------------------------------------------- */

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
                     definitions_reserve(definitions, difference->definition))) {
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
        machine->pushed_steps = NULL;
        bool ok = definitions_put(definitions, difference->definition);
        machine->pushed = NULL;
        schema_changes_note_steps(push->given, difference->item, machine->pushed_steps);
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
    if (database_is_typechecked(session_rt(push->session))) {
        typer_check_schema(session_rt(push->session), &push->items, &diags);
    } else {
        schema_names_check(session_rt(push->session), &push->items, &diags);
    }
    return diags.errors == 0 || fail_check(push, &diags);
}

bool schema_put_in_force(Session *session, SchemaPush *given, Outcome *outcome)
{
    Push push = {.session = session, .outcome = outcome, .given = given};
    schema_changes_begin(session, given);
    SchemaResult parsed = parse_schema(&session->query, given->after, given->after_count);
    if (!parsed.ok) {
        return fail_check(&push, &parsed.diags);
    }
    push.items = parsed.items;
    gather_names(&push);
    compare(&push);
    schema_changes_find(session, given, &push.items);
    return delete_others(&push) && release_aliases(&push) && reserve_names(&push) &&
           check_items(&push) && put_definitions(&push) && check_names(&push);
}

static bool push_files(Session *session, void *context, Outcome *outcome)
{
    SchemaPush *push = context;
    SchemaFiles files = {0};
    if (!schema_guard_passes(session, &push->guard, outcome) ||
        !schema_put_in_force(session, push, outcome)) {
        return false;
    }
    files.at = push->after;
    files.count = push->after_count;
    if (!schema_sources_keep(session_rt(session), SOURCE_IN_FORCE_ID, files, push->folder)) {
        outcome_from_fault(session, outcome);
        return false;
    }
    return true;
}

Outcome session_push_schema(Session *session, SchemaPush *push)
{
    SchemaState state = session_schema_state(session, push->folder);
    push->staged = !push->dry_run && (push->stage || state.is_staged);
    RunOptions options = {.query = true, .dry_run = push->dry_run || push->staged};
    Outcome outcome = session_transact(session, &options, push_files, push);
    return outcome.kind == OUTCOME_OK && push->staged ? schema_stage(session, push) : outcome;
}
