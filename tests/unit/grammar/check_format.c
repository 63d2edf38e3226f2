/* Tests of the formatter: how things look, and that comments anywhere change nothing but lines. */
#include "grammar/format_int.h"
#include "grammar/parse.h"

#include "parse_fixture.h"

typedef FormatStatus FormatFn(Buf *out, Arena *arena, const Source *source, DiagList *diags);

static Str format(FormatFn *fn, Str text, FormatStatus *status)
{
    Source source = {STR("text"), text};
    DiagList diags;
    Buf out = {0};
    *status = fn(&out, &arena, &source, &diags);
    Str made = str_copy(&arena, buf_str(&out));
    buf_free(&out);
    return made;
}

/* `text` looks like `expected`, which looks like itself. */
static void expect(FormatFn *fn, const char *text, const char *expected)
{
    FormatStatus status;
    Str made = format(fn, str_from_c(text), &status);
    ck_assert_msg(status == FORMAT_DONE, "status %d for %s", status, text);
    ck_assert_msg(str_eq(made, str_from_c(expected)), "%s became\n%.*sinstead of\n%s", text,
                  STR_ARG(made), expected);
    Str again = format(fn, made, &status);
    ck_assert_msg(str_eq(made, again), "%.*s became\n%.*s", STR_ARG(made), STR_ARG(again));
}

static void expect_script(const char *text, const char *expected)
{
    expect(format_script, text, expected);
}

static void expect_schema(const char *text, const char *expected)
{
    expect(format_schema, text, expected);
}

START_TEST(what_fits_is_one_line)
{
    expect_script("", "");
    expect_script("  1+2*-  3", "1 + 2 * -3\n");
    expect_script("let  x:Int|Null=f( a,'b' ,)", "let x: Int | Null = f(a, \"b\")\n");
    expect_script("x{a,b{c},d:.e}", "x { a, b { c }, d: .e }\n");
    expect_script("x {*}", "x { * }\n");
    expect_script("{a:1,\"b c\":[2,3,]}", "{ a: 1, \"b c\": [2, 3] }\n");
    expect_script("{}", "{}\n");
    expect_script("a?.b ?.( c ) [ d ] !. e", "a?.b?.(c)[d]!.e\n");
    expect_script("\"a#{ b+1 }c\"", "\"a#{b + 1}c\"\n");
    expect_script("(a,...b)=>!a", "(a, ...b) => !a\n");
    expect_script("if(a)b else c", "if (a) b else c\n");
    expect_script("'it\"s'; 'a\\n'; 'plain'", "'it\"s'\n'a\\n'\n\"plain\"\n");
    expect_script("f( .a.b(1) > - x ** 2 )", "f(.a.b(1) > -x ** 2)\n");
}
END_TEST

START_TEST(statements_blocks_and_cases_have_lines_of_their_own)
{
    expect_script("let a=1;;let b=2\n\n\n\na", "let a = 1\nlet b = 2\n\na\n");
    expect_script("x=>{let y=x;y}", "x => {\n  let y = x\n  y\n}\n");
    expect_script("if(a){b}else if(c){d}else{e}",
                  "if (a) {\n  b\n} else if (c) {\n  d\n} else {\n  e\n}\n");
    expect_script("match x{case 1=>2;case {a,b:[c,...d]} => e\ncase x @ y: Int => 3}",
                  "match x {\n  case 1 => 2\n  case { a, b: [c, ...d] } => e\n"
                  "  case x @ y: Int => 3\n}\n");
    expect_script("at(t){1}", "at (t) {\n  1\n}\n");
}
END_TEST

START_TEST(an_object_that_begins_with_a_newline_has_a_line_for_each_field)
{
    expect_script("f({\na: 1, b: 2})", "f({\n  a: 1,\n  b: 2\n})\n");
    expect_script("f({a: 1,\n b: 2})", "f({ a: 1, b: 2 })\n");
    expect_script("x {\na, b}", "x {\n  a,\n  b\n}\n");
}
END_TEST

#define LONG "aVeryLongNameOfAboutFiftyCharactersOrSoAndNotLess"

START_TEST(long_lines_break_at_the_outermost_place)
{
    expect_script("f(" LONG ", " LONG ", 1)", "f(\n  " LONG ",\n  " LONG ",\n  1\n)\n");
    expect_script("let x = " LONG " + " LONG " * 2 + y",
                  "let x = " LONG " +\n  " LONG " * 2 +\n  y\n");
    expect_script("f(" LONG " && " LONG " && b)", "f(\n  " LONG " &&\n  " LONG " &&\n  b\n)\n");
    expect_script("Film.all().where(." LONG " > 3).map(." LONG ").first()",
                  "Film.all()\n  .where(." LONG " > 3)\n  .map(." LONG ")\n  .first()\n");
    expect_script("if (a) " LONG " else " LONG "(1)", "if (a)\n  " LONG "\nelse\n  " LONG "(1)\n");
    expect_script("f(a, x => { y })", "f(a, x => {\n  y\n})\n");
    expect_script("[" LONG ", " LONG ", {a: 1}]", "[\n  " LONG ",\n  " LONG ",\n  { a: 1 }\n]\n");
}
END_TEST

START_TEST(texts_of_several_lines_stay_as_they_are)
{
    expect_script("f(<<-END\n   a\n    b\n  END\n)", "f(<<-END\n   a\n    b\n  END)\n");
    expect_script("let x = <<+E\n  a #{ b }\nE", "let x = <<+E\n  a #{b}\nE\n");
}
END_TEST

START_TEST(comments_stay_with_what_they_are_about)
{
    expect_script("// a\n\n\n// b\nx // c\n// d", "// a\n\n// b\nx // c\n// d\n");
    expect_script("f(a, // one\nb // two\n)", "f(\n  a, // one\n  b // two\n)\n");
    expect_script("{ // open\na: 1\n// last\n}", "{ // open\n  a: 1\n  // last\n}\n");
    expect_script("f(/* none */)", "f( /* none */)\n");
    expect_script("f(\n// none\n)", "f(\n  // none\n)\n");
    expect_script("a // why\n .b()", "a // why\n  .b()\n");
    expect_script("{\n    /* of\n         * two */\n  a: 1}",
                  "{\n  /* of\n   * two */\n  a: 1\n}\n");
    expect_script("let x = // why\n1", "let x = // why\n1\n");
}
END_TEST

START_TEST(schemas_have_an_empty_line_between_items)
{
    expect_schema("@alias(Movie)@role(admin)\nfunction  f(a:Int,...b : Array<String>,):Int{a}\n"
                  "collection Film{title:String=\"\";*:Any\n\nindex byTitle{terms[.title] values "
                  "[desc(.year),mva(.tags)]}\nunique[.title]\nhistory_days 3\n"
                  "compute x:Int=(doc=>doc.y)\n"
                  "migrations{add .a;move .a->.b\nbackfill .b=3}}",
                  "@alias(Movie)\n@role(admin)\nfunction f(a: Int, ...b: Array<String>): Int {\n"
                  "  a\n}\n\ncollection Film {\n  title: String = \"\"\n  *: Any\n\n"
                  "  index byTitle {\n    terms [.title]\n    values [desc(.year), mva(.tags)]\n"
                  "  }\n  unique [.title]\n  history_days 3\n"
                  "  compute x: Int = (doc => doc.y)\n  migrations {\n    add .a\n"
                  "    move .a -> .b\n    backfill .b = 3\n  }\n}\n");
    expect_schema("// about\ncollection A{a:{b:Int=1,c:\"x\"|\"y\"?}}\n// last",
                  "// about\ncollection A {\n  a: { b: Int = 1, c: \"x\" | \"y\"? }\n}\n// last\n");
    expect_schema("role r{privileges A{read{predicate(doc=>true)}\nwrite}\nmembership B}",
                  "role r {\n  privileges A {\n    read {\n      predicate (doc => true)\n    }\n"
                  "    write\n  }\n  membership B\n}\n");
}
END_TEST

START_TEST(what_does_not_parse_is_refused)
{
    FormatStatus status;
    Str made = format(format_script, STR("f(1"), &status);
    ck_assert_int_eq(status, FORMAT_REFUSED);
    ck_assert_int_eq(made.len, 0);
    format(format_schema, STR("collection {"), &status);
    ck_assert_int_eq(status, FORMAT_REFUSED);
}
END_TEST

/* -- comments everywhere ---------------------------------------------------------------------- */

static const char *const samples[] = {
    "let x: { a: Int, ... } | Array<A> = if (a) b else { c }\nx",
    "Film.byYear(1, { from: 2 })!.where(.a.b?.c > 3 && !(d || e)).map(x => x.f { g, h: .i })",
    "match a { case [x, ...y] => x; case { z: 1, w: v @ u: Int } => \"s#{ x + 1 }t\" }",
    "at (t) (a, ...b) => -a ** [1, 2][0] ?? (c isa D)",
    "f(<<+END\n  a #{ b }\n  END\n, c)",
};

static const char *const schemas[] = {
    "@role(r)\nfunction f(a: Int, ...b: A<B>): { c: D? } { let x = a; x }",
    ("collection A { a: { b: Int = 1 }; compute c: Int = (d => d.a)\n index i { terms [.a] }\n "
     "migrations { split .a -> .b, .c\n backfill .b = 2 } }"),
    "access provider P { issuer \"x\"\n jwks_uri \"y\"\n role r { predicate (x => true) } }",
};

/* Puts `comment` before and behind each token of `text` in turn; what parses then has to format to
 * something that formats to itself, with the comment. */
static void try_comments(FormatFn *fn, const char *text, const FormatTokens *tokens,
                         const char *comment)
{
    int64_t at = 0, tried = 0;
    for (int64_t i = 0; i < tokens->len; i++) {
        FormatStatus status;
        Buf with = {0};
        int64_t found = str_find(str_from_c(text), tokens->at[i].text, at);
        at = found >= 0 ? found : at;
        buf_put(&with, str_slice(str_from_c(text), 0, at));
        buf_puts(&with, comment);
        buf_puts(&with, text + at);
        Str once = format(fn, buf_str(&with), &status);
        ck_assert_msg(status != FORMAT_UNSAFE, "unsafe: %.*s", STR_ARG(buf_str(&with)));
        if (status == FORMAT_DONE) {
            tried++;
            ck_assert(str_find(once, STR("note"), 0) >= 0);
            Str twice = format(fn, once, &status);
            ck_assert_msg(str_eq(once, twice), "%.*s\nbecame\n%.*s", STR_ARG(once), STR_ARG(twice));
        }
        buf_free(&with);
        at += found >= 0 ? tokens->at[i].text.len : 0;
    }
    ck_assert_int_gt(tried, tokens->len / 3);
}

static const char *const comments[] = {" /* note */ ", " // note\n", "\n// note\n", "\n/* note */ ",
                                       "\n\n/* note\n * more */\n\n"};

START_TEST(a_comment_may_stand_anywhere_in_a_query)
{
    FormatTokens tokens = {0};
    const char *text = samples[_i];
    format_read_script(&tokens, &arena, str_from_c(text));
    for (int64_t i = 0; i < countof(comments); i++) {
        try_comments(format_script, text, &tokens, comments[i]);
    }
}
END_TEST

START_TEST(a_comment_may_stand_anywhere_in_a_schema)
{
    FormatTokens tokens = {0};
    FslTokens read = {0};
    const char *text = schemas[_i];
    Source source = {STR("text"), str_from_c(text)};
    ck_assert(parse_fsl_tokens(&arena, &source, &read).ok);
    format_read_schema(&tokens, &arena, source.text, &read);
    for (int64_t i = 0; i < countof(comments); i++) {
        try_comments(format_schema, text, &tokens, comments[i]);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("format");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_fits_is_one_line);
    tcase_add_test(tests, statements_blocks_and_cases_have_lines_of_their_own);
    tcase_add_test(tests, an_object_that_begins_with_a_newline_has_a_line_for_each_field);
    tcase_add_test(tests, long_lines_break_at_the_outermost_place);
    tcase_add_test(tests, texts_of_several_lines_stay_as_they_are);
    tcase_add_test(tests, comments_stay_with_what_they_are_about);
    tcase_add_test(tests, schemas_have_an_empty_line_between_items);
    tcase_add_test(tests, what_does_not_parse_is_refused);
    tcase_add_loop_test(tests, a_comment_may_stand_anywhere_in_a_query, 0, countof(samples));
    tcase_add_loop_test(tests, a_comment_may_stand_anywhere_in_a_schema, 0, countof(schemas));
    return run_suite("format", tests);
}
