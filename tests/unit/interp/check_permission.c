/* Who may do what: built-in roles, Roles with predicates that hold, fail, or are no predicates at
 * all, functions that run as a role, and what is remembered of it within one query.
 */
#include "interp/session/login.h"

#include "fixture.h"

static Arena texts;

static void start(void)
{
    set_up();
    arena_init(&texts);
}

static void finish(void)
{
    arena_free(&texts);
    tear_down();
}

static void done(const char *text)
{
    Outcome outcome = run(text);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", text, STR_ARG(outcome.summary));
}

/* Runs from now on as what stands behind the secret of an admin; NULL: as the owner. */
static void act_as(const char *role)
{
    LoginFound found;
    if (!role) {
        session_log_in_owner(session);
        return;
    }
    LoginAsked asked = {.is_root = true, .role = str_from_c(role)};
    ck_assert_msg(session_find_login(session, &texts, &asked, &found), "%s", role);
    ck_assert_msg(session_log_in(session, &found), "%s", role);
}

static void expect_fault(const char *text, const char *code)
{
    Outcome outcome = run(text);
    ck_assert_msg(outcome.kind == OUTCOME_FAILED, "%s\n  gives %.*s", text,
                  STR_ARG(buf_str(&shown)));
    expect_text(outcome.code, code, text);
}

/* Shows `expected`; "!CODE": fails so. */
static void expect(const char *text, const char *expected)
{
    if (expected[0] == '!') {
        expect_fault(text, expected + 1);
    } else {
        expect_shown(text, expected);
    }
}

/* Two notes, of which only one is public, with an index and totals. */
static void make_notes(void)
{
    done("Collection.create({ name: \"Note\", history_days: 1, "
         "indexes: { byOwner: { terms: [{ field: \"owner\" }] } }, "
         "aggregates: { total: { values: { n: { count: true } } } } })\n"
         "Collection.create({ name: \"User\" })\n"
         "Function.create({ name: \"twice\", alias: \"double\", body: \"x => x * 2\" })");
    done("User.create({ id: 1, name: \"Ann\" })\nUser.create({ id: 2, name: \"Bob\" })\n"
         "Note.create({ id: 1, owner: 1, public: true })\nNote.create({ id: 2, owner: 2 })");
}

/* A Role `r` with these actions on notes. */
static void grant(const char *actions)
{
    Str text = str_format(&texts,
                          "Role.byName(\"r\")?.delete()\n"
                          "Role.create({ name: \"r\", privileges: [{ resource: \"Note\", actions: "
                          "{ %s } }] })",
                          actions);
    act_as(NULL);
    done(text.s);
    act_as("@role/r");
}

/* -- built-in roles ---------------------------------------------------------------------------- */

static const struct {
    const char *query;
    const char *expected[4]; /* of admin, server, server-readonly, client */
} of_role[] = {
    {"1 + 1", {"2", "2", "2", "2"}},
    {"Note.all().count()", {"2", "2", "2", "0"}},
    {"Note(1)?.owner", {"1", "1", "1", "null"}},
    {"Note.create({}).owner", {"null", "null", "!permission_denied", "!permission_denied"}},
    {"Note.all().first()!.update({ a: 1 }).a", {"1", "1", "!permission_denied", "!null_value"}},
    {"Note(1)!.delete().exists()", {"false", "false", "!permission_denied", "!null_value"}},
    {"twice(2)", {"4", "4", "!permission_denied", "!permission_denied"}},
    {"Collection.create({ name: \"X\" }).name",
     {"\"X\"", "\"X\"", "!permission_denied", "!permission_denied"}},
    {"Function.create({ name: \"f\", body: \"() => 1\" }).name",
     {"\"f\"", "\"f\"", "!permission_denied", "!permission_denied"}},
    {"Role.create({ name: \"x\" }).name",
     {"\"x\"", "!permission_denied", "!permission_denied", "!permission_denied"}},
    {"Database.create({ name: \"x\" }).name",
     {"\"x\"", "!permission_denied", "!permission_denied", "!permission_denied"}},
    {"Key.create({ role: \"client\" }).role",
     {"\"client\"", "!permission_denied", "!permission_denied", "!permission_denied"}},
    {"at (Time.now()) { Note(1)?.owner }", {"1", "1", "1", "null"}},
    {"log(1)", {"null", "null", "null", "null"}},
};

START_TEST(built_in_roles)
{
    static const char *const roles[] = {"admin", "server", "server-readonly", "client"};
    make_notes();
    act_as(roles[_i % 4]);
    expect(of_role[_i / 4].query, of_role[_i / 4].expected[_i % 4]);
}
END_TEST

/* -- predicates -------------------------------------------------------------------------------- */

static const struct {
    const char *read; /* the action's value */
    const char *seen; /* ids of the notes that may be read */
} of_read[] = {
    {"true", "[\n  \"1\",\n  \"2\"\n]"},
    {"\"n => n.public\"", "[\n  \"1\"\n]"},
    {"\"_ => true\"", "[\n  \"1\",\n  \"2\"\n]"},
    {"\"_ => false\"", "[]"},
    {"\"_ => null\"", "[]"},
    {"\"_ => 1\"", "[]"},
    {"\"_ => 'true'\"", "[]"},
    {"\"n => n.public == true || abort(n)\"", "[\n  \"1\"\n]"},
    {"\"n => 1 / (n.owner - 2) < 0\"", "[\n  \"1\"\n]"},
    {"\"n => n.update({ seen: true }) != null\"", "[]"},
    {"\"n => Note.create({}) != null\"", "[]"},
    {"\"n => twice(n.owner) == 4\"", "[\n  \"2\"\n]"},
    {"\"n => Note.byOwner(1).first()!.owner == n.owner\"", "[\n  \"1\"\n]"}, /* as a server reads */
    {"\"n => Role.all().first() == null && n.public\"", "[\n  \"1\"\n]"},    /* not as an admin */
    {"\"n => Query.identity() == null && n.public\"", "[\n  \"1\"\n]"},
};

START_TEST(predicates_of_read)
{
    make_notes();
    grant(str_format(&texts, "read: %s", of_read[_i].read).s);
    expect_shown("Note.all().map(.id).toArray()", of_read[_i].seen);
    expect_shown("Note.all().count() == Note.all().toArray().length", "true");
    /* Nothing that was tried by a predicate is done. */
    act_as(NULL);
    expect_shown("[Note.all().count(), Note.all().map(.seen).toArray()]",
                 "[\n  2,\n  [\n    null,\n    null\n  ]\n]");
}
END_TEST

START_TEST(a_predicate_that_does_not_compile_denies)
{
    make_notes();
    act_as(NULL);
    expect_fault("Role.create({ name: \"r\", privileges: [{ resource: \"Note\", actions: { read: "
                 "\"n =>\" } }] })",
                 "constraint_failure");
    grant("read: \"n => nobody(n)\"");
    expect_shown("Note.all().count()", "0");
    act_as(NULL);
    done("Function.create({ name: \"nobody\", body: \"n => true\" })");
    act_as("@role/r");
    expect_shown("Note.all().count()", "2");
}
END_TEST

START_TEST(what_may_not_be_read_is_not_there)
{
    make_notes();
    grant("read: \"n => n.public\"");
    expect_shown("Note(2)", "Note(\"2\") /* permission denied */");
    expect_fault("Note(2)!", "null_value");
    expect_shown("[Note(1).exists(), Note(2).exists()]", "[\n  true,\n  false\n]");
    expect_shown("Note.byOwner(2).toArray()", "[]");
    expect_shown("Note.where(.owner > 0).count()", "1");
    expect_shown("Note.all().reverse().map(.id).paginate(1)", "{\n  data: [\n    \"1\"\n  ]\n}");
}
END_TEST

START_TEST(of_which_nothing_may_be_read_indexes_are_refused)
{
    make_notes();
    grant("create: true");
    expect_shown("Note.all().count()", "0");
    expect_fault("Note.byOwner(1).first()", "permission_denied");
    expect_fault("Note.all().eventSource()", "permission_denied");
}
END_TEST

START_TEST(totals_need_all_to_be_read)
{
    make_notes();
    grant("read: \"n => n.public\"");
    expect_fault("Note.total()", "permission_denied");
    expect_fault("Note.total().eventSource()", "permission_denied");
    grant("read: true");
    expect_shown("Note.total().n", "2");
}
END_TEST

START_TEST(predicates_take_as_many_as_their_action_gives)
{
    static const char *const wrong[] = {
        "read: \"() => true\"",
        "read: \"(a, b) => true\"",
        "create: \"() => true\"",
        "write: \"() => true\"",
        "delete: \"(a, b) => true\"",
        "nothing: true",
        "read: 1",
    };
    make_notes();
    for (int64_t i = 0; i < countof(wrong); i++) {
        Str text =
            str_format(&texts,
                       "Role.create({ name: \"r\", privileges: { resource: \"Note\", actions: "
                       "{ %s } } })",
                       wrong[i]);
        Outcome outcome = run(text.s);
        ck_assert_msg(outcome.kind == OUTCOME_FAILED, "%s", wrong[i]);
    }
}
END_TEST

/* -- writing ----------------------------------------------------------------------------------- */

static const struct {
    const char *actions, *query, *expected;
} of_write[] = {
    {"read: true", "Note.create({})", "!permission_denied"},
    {"create: true", "Note.create({}).exists()", "false"}, /* it may not be read */
    {"create: true, read: true", "Note.create({ owner: 3 }).owner", "3"},
    {"create: true, read: true", "Note.create({ id: 7 })", "!permission_denied"},
    {"create: true, create_with_id: true, read: true", "Note.create({ id: 7 }).id", "\"7\""},
    {"create: true, history_write: true, read: true", "Note.create({ id: 7 }).id", "\"7\""},
    {"create_with_id: true, read: true", "Note.create({ id: 7 })", "!permission_denied"},
    {"create: true, create_with_id: \"(n, ref) => ref.id == ID(7)\", read: true",
     "Note.create({ id: 7 }).id", "\"7\""},
    {"create: true, create_with_id: \"(n, ref) => ref.id == ID(7)\", read: true",
     "Note.create({ id: 8 })", "!permission_denied"},
    {"create: \"n => n.owner == 3\", read: true", "Note.create({ owner: 3 }).owner", "3"},
    {"create: \"n => n.owner == 3\", read: true", "Note.create({ owner: 4 })",
     "!permission_denied"},
    {"create: \"n => n.owner == 3\", read: true", "Note.create({})", "!permission_denied"},
    {"create: \"n => abort(0)\", read: true", "Note.create({ owner: 3 })", "!permission_denied"},
    {"write: true", "Note(1)!.update({ a: 1 })", "!null_value"},
    {"read: true, write: true", "Note(1)!.update({ a: 1 }).a", "1"},
    {"read: true, write: true", "Note(1)!.replace({ a: 1 }).owner", "null"},
    {"read: true, write: true", "Note(1)!.delete()", "!permission_denied"},
    {"read: true", "Note(1)!.update({})", "!permission_denied"},
    {"read: true, write: \"(old, new) => old.owner == 1 && new.owner == 1\"",
     "Note(1)!.update({ a: 1 }).a", "1"},
    {"read: true, write: \"(old, new) => old.owner == 1 && new.owner == 1\"",
     "Note(1)!.update({ owner: 2 })", "!permission_denied"},
    {"read: true, write: \"(old, new) => old.owner == 1 && new.owner == 1\"",
     "Note(2)!.update({ owner: 1 })", "!permission_denied"},
    {"read: true, write: \"(old, new, ref) => ref.id == ID(1) && old.a == null && new.a == 1\"",
     "Note(1)!.update({ a: 1 }).a", "1"},
    {"read: true, write: \"(old, new) => new.b == null\"", "Note(1)!.replaceData({ b: 1 })",
     "!permission_denied"},
    {"read: \"n => n.public == true\", write: true", "Note(1)!.update({ public: false }).exists()",
     "false"}, /* out of sight now */
    {"read: true, delete: true", "Note(1)!.delete().exists()", "false"},
    {"read: true, delete: \"n => n.public\"", "Note(1)!.delete().exists()", "false"},
    {"read: true, delete: \"n => n.public\"", "Note(2)!.delete()", "!permission_denied"},
    {"read: true, delete: \"n => abort(0)\"", "Note(1)!.delete()", "!permission_denied"},
    /* What has been refused does not keep the transaction from ending otherwise. */
    {"read: true", "Note.where(.owner == 1).forEach(.delete())", "!permission_denied"},
};

START_TEST(actions_of_writing)
{
    make_notes();
    grant(of_write[_i].actions);
    expect(of_write[_i].query, of_write[_i].expected);
    bool is_refused = of_write[_i].expected[0] == '!';
    act_as(NULL);
    if (is_refused) {
        expect_shown("[Note.all().count(), Note.all().map(.a).toArray()]",
                     "[\n  2,\n  [\n    null,\n    null\n  ]\n]");
    }
}
END_TEST

START_TEST(the_past_has_an_action_of_its_own)
{
    make_notes();
    done("Note(1)!.update({ owner: 9 })");
    grant("read: true");
    expect_shown("at (Note(1)!.ts) { Note.all().count() }", "0");
    grant("read: true, history_read: true");
    expect_shown("at (Note(1)!.ts) { Note.all().count() }", "2");
    grant("read: true, history_read: \"n => n.public\"");
    expect_shown("at (Note(1)!.ts) { Note.all().map(.id).toArray() }", "[\n  \"1\"\n]");
    grant("history_read: true");
    expect_shown("Note.all().count()", "0");
}
END_TEST

/* What is remembered of a document within a query is forgotten with each write. */
START_TEST(what_a_query_writes_counts_at_once)
{
    make_notes();
    grant("read: \"n => n.public == true || Note.byOwner(3).first() != null\", write: true, "
          "create: true");
    expect_shown("let before = Note(2).exists()\nlet changed = Note(1)!.update({ owner: 3 })\n"
                 "[before, Note(2).exists()]",
                 "[\n  false,\n  true\n]");
}
END_TEST

START_TEST(several_roles_allow_what_any_does)
{
    make_notes();
    done("Role.create({ name: \"one\", membership: { resource: \"User\" }, privileges: { resource: "
         "\"Note\", actions: { read: \"n => n.owner == 1\" } } })\n"
         "Role.create({ name: \"two\", membership: { resource: \"User\", predicate: \"u => u.id == "
         "ID(2)\" "
         "}, privileges: { resource: \"Note\", actions: { read: \"n => n.owner == 2\" } } })\n"
         "Role.create({ name: \"bad\", membership: { resource: \"User\", predicate: \"u => "
         "abort(u)\" }, "
         "privileges: { resource: \"Note\", actions: { read: true, create: true } } })");
    act_as("@doc/User/1");
    expect_shown("Note.all().map(.id).toArray()", "[\n  \"1\"\n]");
    act_as("@doc/User/2");
    expect_shown("Note.all().map(.id).toArray()", "[\n  \"1\",\n  \"2\"\n]");
    expect_fault("Note.create({})", "permission_denied");
}
END_TEST

START_TEST(predicates_know_who_is_logged_in)
{
    make_notes();
    done("Role.create({ name: \"own\", membership: { resource: \"User\" }, privileges: { resource: "
         "\"Note\", "
         "actions: { read: \"n => Query.identity()!.id == ID(n.owner)\" } } })");
    act_as("@doc/User/2");
    expect_shown("Note.all().map(.id).toArray()", "[\n  \"2\"\n]");
    act_as("@role/own");
    expect_shown("Note.all().count()", "0");
}
END_TEST

/* -- functions --------------------------------------------------------------------------------- */

static void grant_call(const char *action)
{
    Str text =
        str_format(&texts,
                   "Role.byName(\"r\")?.delete()\n"
                   "Role.create({ name: \"r\", privileges: [{ resource: \"double\", actions: "
                   "{ call: %s } }] })",
                   action);
    act_as(NULL);
    done(text.s);
    act_as("@role/r");
}

START_TEST(calls_are_granted_by_name_or_alias)
{
    make_notes();
    grant_call("true");
    expect_shown("[twice(2), double(3)]", "[\n  4,\n  6\n]");
    grant_call("\"x => x > 2\"");
    expect_shown("twice(3)", "6");
    expect_fault("twice(2)", "permission_denied");
    expect_fault("twice(\"a\")", "permission_denied");
    grant_call("\"x => x.nothing!\"");
    expect_fault("twice(3)", "permission_denied");
}
END_TEST

static void make_function(const char *name, const char *role, const char *body)
{
    Str text = str_format(
        &texts, "Function.create({ name: \"%s\", role: \"%s\", body: <<-END\n%s\nEND\n })", name,
        role, body);
    done(text.s);
}

START_TEST(a_function_runs_as_its_role)
{
    make_notes();
    done("Role.create({ name: \"reader\", privileges: [{ resource: \"Note\", actions: { read: \"n "
         "=> "
         "n.public\" } }] })");
    make_function("asAdmin", "admin", "() => [Note.all().count(), Role.all().count()]");
    make_function("asServer", "server", "() => [Note.all().count(), Role.all().count()]");
    make_function("asClient", "client", "() => Note.all().count()");
    make_function("asReader", "reader", "() => Note.all().count()");
    make_function("creates", "reader", "() => Note.create({})");
    done("Role.create({ name: \"caller\", privileges: [\"asAdmin\", \"asServer\", \"asClient\", "
         "\"asReader\", \"creates\"].map(f => ({ resource: f, actions: { call: true } })) })");
    act_as("@role/caller");
    expect_shown("[asAdmin(), asServer(), asClient(), asReader(), Note.all().count()]",
                 "[\n  [\n    2,\n    2\n  ],\n  [\n    2,\n    0\n  ],\n  0,\n  1,\n  0\n]");
    expect_fault("creates()", "permission_denied");
    act_as(NULL);
    expect_shown("asReader()", "1");
    done("Role.byName(\"reader\")!.update({ name: \"other\" })");
    expect_shown("asReader()", "1"); /* it goes with the name */
    expect_fault("Role.byName(\"other\")!.delete()", "constraint_failure"); /* it is needed */
}
END_TEST

START_TEST(documents_that_a_function_gives_are_read_as_the_caller)
{
    make_notes();
    make_function("leak", "admin", "() => Note.all().toArray()");
    make_function("tells", "admin", "() => Note.all().map(.owner).toArray()");
    make_function("fails", "admin", "() => abort(Note.all().toArray())");
    make_function("shut", "client", "n => n?.owner");
    done("Role.create({ name: \"r\", privileges: [{ resource: \"Note\", actions: { read: \"n => "
         "n.public\" } "
         "}].concat([\"leak\", \"tells\", \"fails\", \"shut\"].map(f => ({ resource: f, actions: { "
         "call: "
         "true } }))) })");
    act_as("@role/r");
    expect_shown("leak().map(.exists())", "[\n  true,\n  false\n]");
    expect_shown("tells()", "[\n  1,\n  2\n]");
    Outcome outcome = run("fails()");
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    ck_assert(str_find(outcome.abort_text, STR("\"2\") /* permission denied */"), 0) >= 0);
    ck_assert(str_find(outcome.abort_text, STR("public: true"), 0) >= 0);
    /* What the caller has found is looked up anew by the function. */
    expect_shown("let note = Note(1)!\n[note.public, shut(note)]", "[\n  true,\n  null\n]");
}
END_TEST

/* What was found of a role holds until the role is written, also within one query. */
START_TEST(a_role_that_a_query_writes_counts_at_once)
{
    make_notes();
    done("Role.create({ name: \"reader\", privileges: [{ resource: \"Note\", actions: { read: true "
         "} }] })");
    make_function("count", "reader", "() => Note.all().count()");
    expect_shown("let before = count()\n"
                 "let changed = Role.byName(\"reader\")!.update({ privileges: [] })\n"
                 "[before, count()]",
                 "[\n  2,\n  0\n]");
    expect_shown("let before = count()\n"
                 "let changed = Role.byName(\"reader\")!.update({ privileges: { resource: "
                 "\"Note\", actions: { read: "
                 "\"n => n.public\" } } })\n"
                 "[before, count()]",
                 "[\n  0,\n  1\n]");
}
END_TEST

/* -- what is one's own ------------------------------------------------------------------------- */

START_TEST(who_logs_in_sees_its_own_credential_and_tokens)
{
    make_notes();
    done("[1, 2].forEach(i => { Credential.create({ document: User(i), password: \"pw\" }); "
         "Token.create({ "
         "document: User(i) }) })");
    act_as("@doc/User/1");
    expect_shown("[Credential.all().count(), Token.all().count()]", "[\n  1,\n  1\n]");
    expect_shown("Token.all().first()!.delete().exists()", "false");
    expect_fault("Credential.all().first()!.update({ password: \"x\" })", "permission_denied");
    expect_shown("Credential.byDocument(User(2)).exists()", "false");
    act_as(NULL);
    expect_shown("Token.all().count()", "1");
}
END_TEST

START_TEST(what_functions_log_is_for_built_in_roles)
{
    make_notes();
    done("Function.create({ name: \"tells\", body: \"() => log(1)\" })\n"
         "Role.create({ name: \"r\", privileges: { resource: \"tells\", actions: { call: true } } "
         "})");
    act_as("server");
    ck_assert_int_gt(run("tells()").summary.len, 0);
    act_as("@role/r");
    ck_assert_int_eq(run("tells()").summary.len, 0);
    ck_assert_int_gt(run("log(1)").summary.len, 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("permission");
    tcase_add_loop_test(tests, built_in_roles, 0, 4 * countof(of_role));
    tcase_add_loop_test(tests, predicates_of_read, 0, countof(of_read));
    tcase_add_loop_test(tests, actions_of_writing, 0, countof(of_write));
    tcase_add_test(tests, a_predicate_that_does_not_compile_denies);
    tcase_add_test(tests, what_may_not_be_read_is_not_there);
    tcase_add_test(tests, of_which_nothing_may_be_read_indexes_are_refused);
    tcase_add_test(tests, totals_need_all_to_be_read);
    tcase_add_test(tests, predicates_take_as_many_as_their_action_gives);
    tcase_add_test(tests, the_past_has_an_action_of_its_own);
    tcase_add_test(tests, what_a_query_writes_counts_at_once);
    tcase_add_test(tests, several_roles_allow_what_any_does);
    tcase_add_test(tests, predicates_know_who_is_logged_in);
    tcase_add_test(tests, calls_are_granted_by_name_or_alias);
    tcase_add_test(tests, a_function_runs_as_its_role);
    tcase_add_test(tests, documents_that_a_function_gives_are_read_as_the_caller);
    tcase_add_test(tests, a_role_that_a_query_writes_counts_at_once);
    tcase_add_test(tests, who_logs_in_sees_its_own_credential_and_tokens);
    tcase_add_test(tests, what_functions_log_is_for_built_in_roles);
    return run_suite_between("permission", tests, start, finish);
}
