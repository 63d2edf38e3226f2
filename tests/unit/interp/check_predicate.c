/* Predicates that an index fits: `where` over a whole collection gives what it gives without one,
 * in the same order, and reads few documents. The index is not used for a predicate that hides
 * its comparison in a call: that is what the results are compared with.
 */
#include "alike.h"

static const char *const setup[] = {
    "Collection.create({ name: \"C\", indexes: {"
    " byN: { terms: [{ field: \"n\" }] },"
    " byTags: { terms: [{ field: \"tags\", mva: true }] },"
    " ups: { values: [{ field: \"d\" }, { field: \"n\" }] },"
    " downs: { values: [{ field: \"z\", order: \"desc\" }] },"
    " byWord: { terms: [{ field: \"s\" }, { field: \"z\" }], values: [{ field: \"n\" }] } } "
    "}).name",
    "Set.sequence(1, 2001).forEach(i => C.create({ id: i,"
    " n: if (i % 7 == 0) null else if (i % 11 == 0) \"x\" else i % 300,"
    " d: if (i % 5 == 0) i / 4.0 else if (i % 5 == 1) i / 4 else i * -1.5,"
    " z: if (i % 500 == 0) 9007199254740993 + i else if (i % 501 == 0) -0.0 else i,"
    " s: if (i % 13 == 0) null else \"s#{i % 200}\", tags: [i % 100, 5], same: 1 }))",
    "let wanted = 42",
};

static void set_up_documents(void)
{
    set_up_with(setup, countof(setup));
}

/* The query, with the predicate in sight or hidden in a call. Ends in a zero byte. */
static Buf make_query(const char *predicate, bool hidden, const char *query)
{
    Buf text = {0};
    buf_printf(&text, hidden ? "let hidden = %s%s\nlet f = x => hidden(x)\n%s" : "let f = %s%s\n%s",
               predicate[0] == '.' ? "x => x" : "", predicate, query);
    buf_byte(&text, '\0');
    return text;
}

/* Both forms give the same; returns the documents that the open one read. */
static int64_t expect_alike(const char *predicate, const char *query)
{
    Buf open = make_query(predicate, false, query), hidden = make_query(predicate, true, query);
    int64_t read = expect_same(&open, &hidden).stats.read_ops;
    buf_free(&open);
    buf_free(&hidden);
    return read;
}

typedef struct Predicate {
    const char *text;
    bool helped; /* an index leaves few documents */
} Predicate;

static const Predicate predicates[] = {
    {".n == 42", true},
    {"x => wanted == x.n", true},
    {"x => x.n == 42.0 && x.z > 100", true},
    {"x => x.n == 42 && x.d > 0 && x.s != \"s1\"", true},
    {".n == 41.5", true},
    {".n == \"x\"", false}, /* too many */
    {".n == null", false},
    {".n != 42", false},
    {".n > 297", true},
    {".n >= 297", true},
    {".n < 1", true},
    {"x => 1 > x.n", true},
    {".n > 100", false},
    {".n < \"a\"", true},
    {".d >= 495.25", true},
    {".d > 495", true},
    {".d < -2990", true},
    {"x => -2990 >= x.d", true},
    {".z > 1990", true},
    {".z <= 3", true},
    {".z < 0", true},
    {".z == 0", true},
    {".z == 0.0", true},
    {".z == 9007199254740993", false}, /* which indexes tell from its neighbours */
    {".z == 1500", true},
    {".s == \"s7\"", true},
    {".s >= \"s98\"", true},
    {"x => x.s == \"s7\" || x.n == 42", false},
    {"x => x.same == 1 && x.n == 42", false}, /* the leftmost comparison counts */
    {"x => x.n == 42 && x.d", true},          /* no Boolean: a fault */
    {".tags == 5", false},
    {"x => x.same + 0 == 42", false},
    {"x => x.d == x.z", false},
};

START_TEST(where_is_the_same_as_without_an_index)
{
    static const char *const queries[] = {
        "C.where(f).map(.id).toArray()",
        "C.where(f).count()",
        "C.all({ from: 100, to: 1500 }).where(f).map(.id).toArray()",
        "C.where(f).reverse().map(.id).toArray()",
        "C.where(f).map(.z).fold(0, (a, x) => a + x)",
        "C.firstWhere(f)?.id",
        "C.where(f).pageSize(3).paginate()",
        "Set.paginate(C.where(f).map(.id).pageSize(3).paginate().after ?? \"none\")",
        "at (Time.now()) { C.where(f).map(.id).toArray() }",
    };
    const Predicate *predicate = &predicates[_i];
    for (int64_t i = 0; i < countof(queries); i++) {
        bool same_text = i == 6 || i == 7; /* cursors hold the predicate's text */
        int64_t read = same_text ? 0 : expect_alike(predicate->text, queries[i]);
        if (i == 0 || i == 1) {
            ck_assert_msg((read < 200) == predicate->helped, "%s reads %lld", predicate->text,
                          (long long)read);
        }
    }
}
END_TEST

/* Pages, one after the other, are the set. */
START_TEST(pages_go_on_where_they_ended)
{
    expect_shown("let all = C.where(.n == 42).map(.id).toArray()\n"
                 "let first = C.where(.n == 42).map(.id).paginate(2)\n"
                 "let second = Set.paginate(first.after!, 2)\n"
                 "let third = Set.paginate(second.after!, 2)\n"
                 "first.data.concat(second.data).concat(third.data) == all && third.after == null",
                 "true");
}
END_TEST

/* What a loop writes: documents that come later are seen as they are by then. */
START_TEST(a_loop_that_writes_sees_what_it_wrote)
{
    static const char *const loops[] = {
        "C.where(f).fold([], (ids, x) => {\n C(x.id.toString())?.update({ z: -1 })\n"
        " let next = C.all({ from: x.id.toString() }).drop(1).first()\n"
        " if (next != null) next!.update({ n: 42 })\n ids.append(x.id)\n})",
        "C.where(f).fold(0, (n, x) => {\n C.all({ from: x.id.toString() }).drop(1).first()?"
        ".delete()\n n + 1\n})",
        "C.where(f).reverse().fold(0, (n, x) => {\n"
        " C.all({ to: x.id.toString() }).reverse().drop(1).first()?.update({ n: 42 })\n n + 1\n})",
        "C.where(f).forEach(x => C.create({ n: 42 }))\nC.where(f).count()",
        "let z = C(1)!.update({ n: 42 }).z\nC.where(f).count()",
        "C.byN(42).first()!.delete()\nC.where(f).count()",
    };
    Buf open = make_query(".n == 42", false, loops[_i]), given = {0};
    Buf hidden = make_query(".n == 42", true, loops[_i]), expected = {0};
    (void)give(open.data, &given);
    tear_down();
    shown = (Buf){0};
    set_up_documents();
    (void)give(hidden.data, &expected);
    ck_assert_msg(str_eq(buf_str(&given), buf_str(&expected)), "%s\ngives   %.*s\nscanned %.*s",
                  loops[_i], STR_ARG(buf_str(&given)), STR_ARG(buf_str(&expected)));
    buf_free(&open);
    buf_free(&hidden);
    buf_free(&given);
    buf_free(&expected);
}
END_TEST

START_TEST(an_index_that_is_gone_or_hidden_is_not_used)
{
    expect_shown(
        "Collection.byName(\"C\")!.update({ indexes: { byN: { queryable: false } } }).name",
        "\"C\"");
    ck_assert_int_ge(expect_alike(".n == 42", "C.where(f).count()"), 2000);
    expect_shown("Collection.byName(\"C\")!.update({ indexes: { byN: null } }).name", "\"C\"");
    ck_assert_int_ge(expect_alike(".n == 42", "C.where(f).count()"), 2000);
    expect_shown(
        "Collection.byName(\"C\")!.update({ computed_fields: { s: { body: \"x => 1\" } } })"
        ".name",
        "\"C\"");
    ck_assert_int_ge(expect_alike(".s == 1", "C.where(f).count()"), 2000);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("predicate");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, where_is_the_same_as_without_an_index, 0, (int)countof(predicates));
    tcase_add_test(tests, pages_go_on_where_they_ended);
    tcase_add_loop_test(tests, a_loop_that_writes_sees_what_it_wrote, 0, 6);
    tcase_add_test(tests, an_index_that_is_gone_or_hidden_is_not_used);
    return run_suite_after("predicate", tests, set_up_documents);
}
