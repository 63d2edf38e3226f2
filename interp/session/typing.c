/* typing: static types of what a session runs (interp/typer). The environment is made of the schema
 * in force as text, so that queries and pushed schemas are checked in one way, and is kept until
 * the schema changes.
 */
#include "interp/session/session_int.h"

#include "interp/schema/schema_file.h"
#include "interp/session/prepared.h"
#include "interp/typer/environment.h"
#include "runtime/schema/database.h"

struct SessionTypes {
    Arena arena;
    Arena work; /* of the statement that is looked at */
    Arena kept; /* of what statements of a run bound */
    TyEnv *env; /* NULL: not made yet */
    const Catalog *catalog;
    int64_t version;
    int64_t made; /* how often */
};

void typing_free(Session *session)
{
    if (session->types != NULL) {
        arena_free(&session->types->arena);
        arena_free(&session->types->work);
        arena_free(&session->types->kept);
    }
}

static TyEnv *make_env(Session *session, SessionTypes *types)
{
    Rt *rt = session_rt(session);
    const SessionItem *items;
    int64_t count = schema_file_items(rt, &items);
    Source *file = arena_new(&types->arena, Source);
    *file = (Source){STR("main.fsl"), str_copy(&types->arena, schema_file_text(rt, items, count))};
    const Source *files[] = {file};
    SchemaResult parsed = parse_schema(&types->arena, files, 1);
    SchemaItems *kept = arena_new(&types->arena, SchemaItems);
    *kept = parsed.items;
    return typer_env(rt, &types->arena, parsed.ok ? kept : NULL, database_is_typechecked(rt));
}

TyEnv *typing_env(Session *session)
{
    Rt *rt = session_rt(session);
    SessionTypes *types = session->types;
    if (types == NULL) {
        types = session->types = arena_new(&session->lasting, SessionTypes);
        arena_init(&types->arena);
        arena_init(&types->work);
        arena_init(&types->kept);
    }
    int64_t version = catalog_version(rt->catalog);
    if (types->env == NULL || types->catalog != rt->catalog || types->version != version) {
        arena_reset(&types->arena);
        types->env = make_env(session, types);
        types->catalog = rt->catalog;
        types->version = version;
        types->made++;
    }
    return types->env;
}

static const Value *find_variable(void *context, Str name, bool *is_given)
{
    const Session *session = context;
    const RunOptions *options = session->options;
    const Value *found = variable_find(context, name);
    *is_given = false;
    for (int64_t i = 0; i < options->argument_count && found != NULL; i++) {
        *is_given |= found == &options->arguments[i].value;
    }
    return found;
}

/* What the schema was before is gone when it has changed: so are the types that were made of it.
 * Variables that the run has bound have their values by then. */
static void begin(Session *session, Typing *typing)
{
    const RunOptions *options = session->options;
    TyEnv *env = typing_env(session);
    SessionTypes *types = session->types;
    if (typing->typer == NULL || typing->made_of != types->made) {
        typing->made_of = types->made;
        arena_reset(&types->work);
        arena_reset(&types->kept);
        typing->typer = arena_new(&session->query, Typer);
        diag_list_init(&typing->diags, &session->query);
        typer_begin(typing->typer, &(TyperSetup){.rt = session_rt(session),
                                                 .arena = &types->work,
                                                 .lasting = &types->kept,
                                                 .diags = &typing->diags,
                                                 .variable = find_variable,
                                                 .context = session,
                                                 .values = options->values,
                                                 .value_count = options->value_count,
                                                 .unknown_names = options->assumes_names});
    }
    typing->typer->env = env;
}

/* Gives back all memory of the check but for what it tells. */
static bool finish(Session *session, Typing *typing, const Ty *type, Outcome *outcome)
{
    bool ok = typing->diags.errors == 0;
    if (!ok) {
        outcome_from_diags(session, &typing->diags, outcome);
    } else if (type != NULL) {
        outcome->static_type = typer_text(typing->typer, &session->query, type);
    }
    typer_forget(typing->typer);
    return ok;
}

/* -- queries that come again ------------------------------------------------------------------ */

static void put_type(Session *session, Typer *typer, Buf *out, Str name, Value value)
{
    buf_put(out, name);
    buf_byte(out, ':');
    buf_put(out, typer_text(typer, &session->query, typer_of_value(typer, value, false)));
    buf_byte(out, '\n');
}

/* The types of the values and arguments of the run. */
static Str given_types(Session *session, Typer *typer)
{
    const RunOptions *options = session->options;
    Buf text = {0};
    for (int64_t i = 0; i < options->value_count; i++) {
        put_type(session, typer, &text, STR(""), options->values[i]);
    }
    for (int64_t i = 0; i < options->argument_count; i++) {
        put_type(session, typer, &text, options->arguments[i].name, options->arguments[i].value);
    }
    Str given = str_copy(&session->query, buf_str(&text));
    buf_free(&text);
    return given;
}

/* What the query's type is for all values of these types, when that is what was found for those
 * that it has: checked once more, with nothing known of them but their types, it has no errors and
 * the type `found`. What fits all strings fits each. Else the empty text. */
static Str type_for_all(Typer *typer, const Node *block, Str given, Str found)
{
    if (given.len == 0) {
        return found;
    }
    typer->widens = true;
    const Ty *type = typer_type(typer, block);
    typer->widens = false;
    bool is_same = type != NULL &&
                   str_eq(typer_text(typer, typer->diags->arena, type), found);
    return is_same ? found : (Str){0};
}

/* As typing_check_query, with what was found for values of the same types. Where the types of
 * values do not tell the query's, that is noted by the empty text, and all is checked each time. */
static bool check_again(Session *session, Typing *typing, const Node *block, Outcome *outcome)
{
    Typer *typer = typing->typer;
    int64_t made = session->types->made;
    typer->widens = true;
    Str given = given_types(session, typer);
    typer->widens = false;
    const PreparedType *known = prepared_type(typing->prepared, made, given);
    if (known != NULL && known->text.len > 0) {
        outcome->static_type = known->text;
        return true;
    }
    bool ok = finish(session, typing, typer_type(typer, block), outcome);
    if (ok && known == NULL && !typer->is_late) {
        prepared_keep_type(typing->prepared, made, given,
                           type_for_all(typer, block, given, outcome->static_type));
        typer_forget(typer);
    }
    return ok;
}

bool typing_check_query(Session *session, Typing *typing, const Node *block, Outcome *outcome)
{
    begin(session, typing);
    return typing->prepared != NULL
               ? check_again(session, typing, block, outcome)
               : finish(session, typing, typer_type(typing->typer, block), outcome);
}

bool typing_check_statement(Session *session, Typing *typing, const Statement *statement,
                            bool is_last, Outcome *outcome)
{
    begin(session, typing);
    const Ty *type = typer_statement(typing->typer, statement);
    return finish(session, typing, is_last ? type : NULL, outcome);
}

static bool put_environment(Session *session, void *context, Outcome *outcome)
{
    SessionTypes own = {0};
    (void)outcome;
    arena_init(&own.arena);
    environment_put(context, make_env(session, &own));
    arena_free(&own.arena);
    return true;
}

Outcome session_environment(Session *session, const RunOptions *options, Buf *out)
{
    return session_transact(session, options, put_environment, out);
}

bool session_may_see_environment(Session *session)
{
    RoleKind role = session_rt(session)->permission.role;
    return role == ROLE_ADMIN || role == ROLE_SERVER;
}
