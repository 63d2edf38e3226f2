/* Logging in: secrets of keys and tokens until they end, what may stand behind them, members of
 * Roles, JWTs' claims, and the number that tells whether rights are still the same.
 */
#include "interp/session/login.h"

#include "fixture.h"
#include "tests/unit/store/fake_os.h"

#define MINUTE_US (60 * INT64_C(1000000))

static FakeOs fake;
static Arena texts;
static LoginFound found;

static void start(void)
{
    StoreNotice notice;
    fake_start(&fake);
    fake.time_us = INT64_C(1700000000) * 1000000; /* 2023-11-14T22:13:20Z */
    StoreOptions options = {.os = &fake.os};
    ck_assert_int_eq(store_open(&options, &store, &notice), STORE_OK);
    session = session_open(store);
    arena_init(&texts);
}

static void finish(void)
{
    arena_free(&texts);
    tear_down();
    fake_end(&fake);
}

/* The text that a query gives, as the owner. */
static Str ask(const char *text)
{
    session_log_in_owner(session);
    Outcome outcome = run(text);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", text, STR_ARG(outcome.summary));
    Str all = buf_str(&shown);
    int64_t from = 0;
    for (int64_t at; (at = str_find(all, STR("\n"), from)) >= 0;) {
        from = at + 1; /* the last value */
    }
    Str last = str_slice(all, from, all.len);
    bool is_quoted = str_starts_with(last, STR("\""));
    return str_copy(&texts, is_quoted ? str_slice(last, 1, last.len - 1) : last);
}

static void done(const char *text)
{
    (void)ask(text);
}

/* Whether SECRET[:[PATH:]ROLE] opens the root database; the session then acts so. */
static bool opens(Str secret, const char *path, const char *role)
{
    LoginAsked asked = {.is_root = str_eq(secret, STR("root")),
                        .secret = secret,
                        .path = str_from_c(path),
                        .role = str_from_c(role)};
    return session_find_login(session, &texts, &asked, &found) && session_log_in(session, &found);
}

static bool is_known(Str secret)
{
    return opens(secret, "", "");
}

static uint64_t rights(void)
{
    return session_rights(session, &found);
}

static void expect_fault(const char *text, const char *code)
{
    Outcome outcome = run(text);
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    expect_text(outcome.code, code, text);
}

static void make_users(void)
{
    done("Collection.create({ name: \"User\" })");
    done("User.create({ id: 1, kind: \"editor\" })\nUser.create({ id: 2, kind: \"guest\" })\n"
         "Role.create({ name: \"all\", membership: { resource: \"User\" }, privileges: { resource: "
         "\"User\", actions: { read: true } } })\n"
         "Role.create({ name: \"editor\", membership: { resource: \"User\", predicate: \"u => "
         "u.kind "
         "== 'editor'\" }, privileges: { resource: \"User\", actions: { write: true } } })");
}

/* -- secrets ----------------------------------------------------------------------------------- */

START_TEST(a_key_opens_until_it_is_deleted)
{
    Str secret = ask("Key.create({ id: 1, role: \"server\" }).secret");
    ck_assert(is_known(secret));
    expect_shown("Query.identity()", "null");
    expect_fault("Role.create({ name: \"x\" })", "permission_denied");
    char *wrong = arena_copy(&texts, secret.s, secret.len);
    for (int64_t i = 0; i < secret.len; i++) {
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        ck_assert_msg(!is_known((Str){wrong, secret.len}), "byte %d", (int)i);
        ck_assert(!is_known(str_slice(secret, 0, i)));
        wrong[i] = secret.s[i];
    }
    done("Key.byId(1)!.delete()");
    ck_assert(!is_known(secret));
    ck_assert(!is_known(STR("")));
}
END_TEST

START_TEST(what_ends_opens_nothing_from_then_on)
{
    make_users();
    Str key = ask("Key.create({ role: \"admin\", ttl: Time(\"2023-11-14T22:14:20Z\") }).secret");
    Str token =
        ask("Token.create({ document: User(1), ttl: Time(\"2023-11-14T22:14:20Z\") }).secret");
    int64_t end_us = fake.time_us + MINUTE_US;
    ck_assert(is_known(key));
    ck_assert_int_eq(found.expires_us, end_us);
    ck_assert(is_known(token));
    ck_assert_int_eq(found.expires_us, end_us);
    fake.time_us = end_us - 1;
    ck_assert(is_known(key));
    fake.time_us = end_us;
    ck_assert(!is_known(key));
    ck_assert(!is_known(token));
}
END_TEST

START_TEST(a_token_acts_for_its_document)
{
    make_users();
    Str secret = ask("Token.create({ document: User(1) }).secret");
    ck_assert(is_known(secret));
    expect_shown("[Query.identity()!.id, Query.token()!.document.id]", "[\n  \"1\",\n  \"1\"\n]");
    expect_shown("User(2)!.update({ seen: true }).seen", "true");
    ck_assert(opens(secret, "", "admin")); /* what stands behind it does not count */
    expect_fault("User.create({})", "permission_denied");
    done("User(1)!.delete()");
    ck_assert(!is_known(secret)); /* the identity is gone */
    done("User.create({ id: 1 })");
    ck_assert(is_known(secret));
    expect_fault("User(2)!.update({ seen: true })", "permission_denied"); /* no editor any more */
    done("Role.all().forEach(.delete())");
    done("User.definition.delete()");
    ck_assert(!is_known(secret));
}
END_TEST

START_TEST(a_document_that_has_ended_is_nobody)
{
    make_users();
    Str secret = ask("Token.create({ document: User(1) }).secret");
    done("User(1)!.update({ ttl: Time(\"2023-11-14T22:14:20Z\") })");
    ck_assert(is_known(secret));
    fake.time_us += MINUTE_US;
    ck_assert(!is_known(secret));
}
END_TEST

/* -- scopes ------------------------------------------------------------------------------------ */

static const struct {
    const char *own; /* the role of the key; root: the owner's secret */
    const char *path, *role;
    bool opens;
} scopes[] = {
    {"root", "", "", true},
    {"root", "", "admin", true},
    {"root", "", "server", true},
    {"root", "", "server-readonly", true},
    {"root", "", "client", true},
    {"root", "", "@role/all", true},
    {"root", "", "@role/nobody", false},
    {"root", "", "@role/admin", false},
    {"root", "", "@role/", false},
    {"root", "", "all", false},
    {"root", "", "@doc/User/1", true},
    {"root", "", "collections/User/1", true},
    {"root", "", "@doc/User/9", false},
    {"root", "", "@doc/User/x", false},
    {"root", "", "@doc/User", false},
    {"root", "", "@doc//1", false},
    {"root", "", "@doc/Nothing/1", false},
    {"root", "", "@doc/Role/1", false},
    {"root", "nowhere", "admin", false},
    {"root", "shop/", "admin", true},
    {"root", "/shop", "admin", false},
    {"root", "shop", "", false},
    {"admin", "", "client", true},
    {"admin", "", "@role/all", true},
    {"admin", "", "@doc/User/1", true},
    {"admin", "nowhere", "admin", false},
    {"server", "", "", true},
    {"server", "", "server", false},
    {"server", "", "client", false},
    {"server", "", "@role/all", false},
    {"server", "", "@doc/User/1", true},
    {"server", "shop", "@doc/User/1", false},
    {"server-readonly", "", "@doc/User/1", false},
    {"client", "", "admin", false},
    {"all", "", "", true},
    {"all", "", "admin", false},
    {"all", "", "@doc/User/1", false},
};

START_TEST(what_may_stand_behind_a_secret)
{
    make_users();
    done("Database.create({ name: \"shop\" })");
    const char *own = scopes[_i].own;
    Str secret = str_eq(str_from_c(own), STR("root"))
                     ? STR("root")
                     : ask(str_format(&texts, "Key.create({ role: \"%s\" }).secret", own).s);
    LoginAsked asked = {.is_root = str_eq(secret, STR("root")),
                        .secret = secret,
                        .path = str_from_c(scopes[_i].path),
                        .role = str_from_c(scopes[_i].role)};
    bool is_elsewhere = asked.path.len > 0; /* the session is on the root database */
    bool good = session_find_login(session, &texts, &asked, &found) &&
                (is_elsewhere || session_log_in(session, &found));
    ck_assert_msg(good == scopes[_i].opens, "%s:%s:%s", own, scopes[_i].path, scopes[_i].role);
}
END_TEST

START_TEST(a_key_of_another_database_acts_there)
{
    uint32_t root_database;
    done("Database.create({ name: \"shop\" })");
    Str secret = ask("Key.create({ role: \"admin\", database: \"shop\" }).secret");
    LoginAsked asked = {.is_root = true, .secret = STR("root")};
    ck_assert(session_find_login(session, &texts, &asked, &found));
    root_database = found.database;
    asked = (LoginAsked){.secret = secret};
    ck_assert(session_find_login(session, &texts, &asked, &found));
    ck_assert_uint_ne(found.database, root_database);
    done("Database.byName(\"shop\")!.delete()");
    ck_assert(!session_find_login(session, &texts, &asked, &found));
}
END_TEST

/* -- members ----------------------------------------------------------------------------------- */

static const struct {
    const char *predicate;
    bool is_member;
} memberships[] = {
    {"null", true},
    {"\"u => u.kind == 'editor'\"", true},
    {"\"u => u.id == ID(1)\"", true},
    {"\"u => Query.identity() == u\"", true},
    {"\"u => User.all().count() == 2\"", true}, /* it reads as a server does */
    {"\"u => false\"", false},
    {"\"u => null\"", false},
    {"\"u => 1\"", false},
    {"\"u => abort(u)\"", false},
    {"\"u => u.nothing!\"", false},
    {"\"u => 1 / 0 == 0\"", false},
    {"\"u => u.update({ a: 1 }) != null\"", false},
    {"\"u => nobody(u)\"", false},
    {"\"u => Role.all().count() > 0\"", false},
};

START_TEST(predicates_of_membership)
{
    make_users();
    done("Role.all().forEach(.delete())");
    done(str_format(&texts,
                    "Role.create({ name: \"m\", membership: { resource: \"User\", predicate: %s }, "
                    "privileges: { resource: \"User\", actions: { read: true } } })",
                    memberships[_i].predicate)
             .s);
    ck_assert(opens(STR("root"), "", "@doc/User/1"));
    expect_shown("User.all().count()", memberships[_i].is_member ? "2" : "0");
}
END_TEST

START_TEST(members_are_of_the_collection)
{
    make_users();
    done("Collection.create({ name: \"Other\", alias: \"Also\" })");
    done("Other.create({ id: 1 })");
    ck_assert(opens(STR("root"), "", "@doc/Other/1"));
    expect_shown("User.all().count()", "0");
    done(
        "Role.create({ name: \"also\", membership: { resource: \"Also\" }, privileges: { resource: "
        "\"User\", actions: { read: true } } })");
    ck_assert(opens(STR("root"), "", "@doc/Other/1"));
    expect_shown("User.all().count()", "2");
}
END_TEST

/* -- rights ------------------------------------------------------------------------------------ */

START_TEST(rights_change_with_what_they_come_of)
{
    make_users();
    Str key = ask("Key.create({ id: 1, role: \"editor\" }).secret");
    Str token = ask("Token.create({ document: User(1) }).secret");
    ck_assert(is_known(key));
    uint64_t of_key = rights();
    ck_assert(is_known(token));
    uint64_t of_token = rights();
    ck_assert_uint_ne(of_key, of_token);
    done("User(1)!.update({ name: \"Ann\" })\nUser(2)!.delete()");
    ck_assert(is_known(key) && rights() == of_key);
    ck_assert(is_known(token) && rights() == of_token);
    done("Role.byName(\"all\")!.update({ privileges: [] })");
    ck_assert(is_known(key) && rights() == of_key); /* that Role is not its */
    ck_assert(is_known(token) && rights() != of_token);
    of_token = rights();
    done("User(1)!.update({ kind: \"guest\" })"); /* a member of one Role less */
    ck_assert(is_known(token) && rights() != of_token);
    done("Role.byName(\"editor\")!.update({ privileges: [] })");
    ck_assert(is_known(key) && rights() != of_key);
    of_key = rights();
    done("Key.byId(1)!.update({ data: { a: 1 } })");
    ck_assert(is_known(key) && rights() != of_key);
    ck_assert(opens(STR("root"), "", "server"));
    uint64_t of_server = rights();
    ck_assert(opens(STR("root"), "", "client"));
    ck_assert_uint_ne(rights(), of_server);
}
END_TEST

/* -- claims of JWTs ---------------------------------------------------------------------------- */

/* Finds the provider, and logs in with claims. */
static bool claims_open(Str audience, const char *claims)
{
    Str uri;
    if (!session_find_provider(session, &texts, STR("https://issuer.example"), audience, &found,
                               &uri)) {
        return false;
    }
    found.claims = str_from_c(claims);
    return session_log_in(session, &found);
}

START_TEST(a_provider_grants_the_roles_whose_predicates_hold)
{
    make_users();
    done("Database.create({ name: \"shop\" })");
    Str audience =
        ask("AccessProvider.create({ name: \"p\", issuer: \"https://issuer.example\", jwks_uri: "
            "\"https://issuer.example/keys\", roles: [{ role: \"all\", predicate: \"c => c.level > "
            "0\" }, { role: \"editor\", predicate: \"c => c.level > 1\" }] }).audience");
    ck_assert(claims_open(audience, "{\"level\":1}"));
    expect_shown("[User.all().count(), Query.token()!.level]", "[\n  2,\n  1\n]");
    expect_fault("User(2)!.update({ a: 1 })", "permission_denied");
    uint64_t of_one = rights();
    ck_assert(claims_open(audience, "{\"level\":2}"));
    expect_shown("User(2)!.update({ a: 1 }).a", "1");
    ck_assert_uint_ne(rights(), of_one);
    ck_assert(!claims_open(audience, "{\"level\":0}"));        /* no role at all */
    ck_assert(!claims_open(audience, "{\"level\":\"high\"}")); /* the predicate fails */
    ck_assert(!claims_open(audience, "[1]"));
    ck_assert(!claims_open(audience, "{"));
    ck_assert(!claims_open(STR("https://db.fauna.com/db/nothing"), "{\"level\":1}"));
    ck_assert(!claims_open(STR("elsewhere"), "{\"level\":1}"));
    done("Role.byName(\"all\")!.update({ name: \"every\" })");
    ck_assert(claims_open(audience, "{\"level\":1}")); /* the provider goes with the name */
    done("AccessProvider.byName(\"p\")!.update({ issuer: \"https://other.example\" })");
    ck_assert(!claims_open(audience, "{\"level\":1}"));
}
END_TEST

START_TEST(a_provider_may_name_one_role)
{
    make_users();
    Str audience =
        ask("AccessProvider.create({ name: \"p\", issuer: \"https://issuer.example\", jwks_uri: "
            "\"https://issuer.example/keys\", roles: \"all\" }).audience");
    ck_assert(claims_open(audience, "{}"));
    expect_shown("User.all().count()", "2");
    done("AccessProvider.byName(\"p\")!.update({ roles: [] })");
    ck_assert(!claims_open(audience, "{}"));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("login");
    tcase_add_test(tests, a_key_opens_until_it_is_deleted);
    tcase_add_test(tests, what_ends_opens_nothing_from_then_on);
    tcase_add_test(tests, a_token_acts_for_its_document);
    tcase_add_test(tests, a_document_that_has_ended_is_nobody);
    tcase_add_loop_test(tests, what_may_stand_behind_a_secret, 0, countof(scopes));
    tcase_add_test(tests, a_key_of_another_database_acts_there);
    tcase_add_loop_test(tests, predicates_of_membership, 0, countof(memberships));
    tcase_add_test(tests, members_are_of_the_collection);
    tcase_add_test(tests, rights_change_with_what_they_come_of);
    tcase_add_test(tests, a_provider_grants_the_roles_whose_predicates_hold);
    tcase_add_test(tests, a_provider_may_name_one_role);
    return run_suite_between("login", tests, start, finish);
}
