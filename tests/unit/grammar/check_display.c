/* The canonical form: what it looks like, and that it parses to itself. */
#include "parse_fixture.h"

static const char *display(ParseFn *parse, const char *text)
{
    ParseResult result = parse_text(parse, str_from_c(text));
    if (result.status != PARSE_OK) {
        return render(&result);
    }
    Buf out = {0};
    if (result.type) {
        ast_display_type(&out, result.type);
    } else if (result.pattern) {
        ast_display_pattern(&out, result.pattern);
    } else if (parse == parse_query) {
        ast_display_query(&out, result.node);
    } else {
        ast_display(&out, result.node);
    }
    return take_text(&out);
}

typedef struct Form {
    const char *text, *canonical;
} Form;

static const Form expressions[] = {
    {"1+2*(3-x)", "1 + 2 * (3 - x)"},
    {"0x10", "16"},
    {"- 1.50", "-1.50"},
    {"1e10", "1E+10"},
    {"0.0000001", "1E-7"},
    {"12.5e-3", "0.0125"},
    {"123e-1", "12.3"},
    {"-(-1)", "-(-1)"},
    {"- -1", "--1"},
    {"!a", "!a"},
    {"'a\"b'", "\"a\\\"b\""},
    {"\"\\u200b\\u{10ffff}\\x7f\\0\\n\"", "\"\\u200b\\u{10ffff}\\u007f\\0\\n\""},
    {"\"a#{x}#\"", "\"a#{x}\\#\""},
    {"[1,2,]", "[1, 2]"},
    {"()", "()"},
    {"{}", "{\n}"},
    {"{'a':1,'b c':2}", "{\n  a: 1,\n  \"b c\": 2\n}"},
    {"{a;{b}}", "{\n  a\n  {\n    b\n  }\n}"},
    {"{let a:Int=1;a}", "{\n  let a: Int = 1\n  a\n}"},
    {"if(a)b else c", "if (a) b else c"},
    {"at(t)x", "at (t) x"},
    {"x=>x", "(x) => x"},
    {"(_,...r)=>r", "(_, ...r) => r"},
    {"f(.a>1)", "f(.a > 1)"},
    {"f(.['a'])", "f(.[\"a\"])"},
    {"a?.b?.(1)?.[2]!", "a?.b?.(1)?.[2]!"},
    {"a{b,c:.d}", "a {\n  b: .b,\n  c: .d\n}\n"},
    {"a{*}", "a { * }\n"},
    {"match x{case 1=>a;case {b:_@c}=>d}", "match x {\n  case 1 => a\n  case { b: _ @ c } => d\n}"},
    {"<<+A\n  a\n  #{b}\nA", "\"a\\n#{b}\\n\""},
};

START_TEST(an_expression_has_one_form)
{
    const char *shown = display(parse_expr, expressions[_i].text);
    ck_assert_str_eq(shown, expressions[_i].canonical);
    ck_assert_str_eq(display(parse_expr, shown), shown);
}
END_TEST

static const Form types[] = {
    {"{a:A,*:B}", "{ a: A, *: B }"},
    {"{a:A,...}", "{ a: A, ... }"},
    {"Array<A|B>", "Array<A | B>"},
    {"(A|B)&C", "(A | B) & C"},
    {"(A|B)?", "(A | B)?"},
    {"(A=>B)=>C", "(A => B) => C"},
    {"A=>(B=>C)", "A => B => C"},
    {"(a:A,...B)=>C", "(a: A, ...B) => C"},
    {"(...args:Any)=>A", "(args: ...Any) => A"},
    {"(pattern: String, start: Number) => Number | Null",
     "(pattern: String, start: Number) => Number | Null"},
    {"\"a\"|-1|true", "\"a\" | -1 | true"},
    {"(A,B)", "[A, B]"},
    {"A??", "A??"},
};

START_TEST(a_type_has_one_form)
{
    const char *shown = display(parse_type, types[_i].text);
    ck_assert_str_eq(shown, types[_i].canonical);
    ck_assert_str_eq(display(parse_type, shown), shown);
}
END_TEST

static const Form patterns[] = {
    {"_", "_"},
    {"x:Int", "x: Int"},
    {"x@{a,'b':_}", "x @ { a: a, b: _ }"},
    {"(1,-2)", "[1, -2]"},
    {"(1)", "1"},
    {"[a,...b]", "[a, ...b]"},
    {"[...b]", "[...b]"},
    {"x: (A => B)", "x: (A => B)"},
};

START_TEST(a_pattern_has_one_form)
{
    const char *shown = display(parse_pattern, patterns[_i].text);
    ck_assert_str_eq(shown, patterns[_i].canonical);
    ck_assert_str_eq(display(parse_pattern, shown), shown);
}
END_TEST

START_TEST(a_query_is_shown_without_braces)
{
    ck_assert_str_eq(display(parse_query, "let a=1;a"), "let a = 1\na\n");
}
END_TEST

START_TEST(a_script_can_be_read_statement_by_statement)
{
    static const char text[] = "let a = {\n  b: 1\n}\na.b\n  .c // d\n; f(a); g(\"#{a}\")\n";
    Source source = {STR("seed.fql"), str_from_c(text)};
    Arena statements;
    arena_init(&statements);
    Parser *parser = parser_open(&arena, &source);
    Statement statement;
    ParseResult result;
    Buf out = {0};
    while (parser_next(parser, &statements, &statement, &result)) {
        buf_put(&out, statement.is_let ? statement.name.text : STR("-"));
        buf_byte(&out, ' ');
        ast_dump(&out, statement.expr);
        buf_byte(&out, '\n');
        arena_reset(&statements);
    }
    ck_assert_int_eq(result.status, PARSE_OK);
    ck_assert_str_eq(take_text(&out), "a (object (\"b\" 1))\n"
                                      "- (chain a (.b) (.c))\n"
                                      "- (chain f (apply a))\n"
                                      "- (chain g (apply (template a)))\n");
    parser_close(parser);
    arena_free(&statements);
}
END_TEST

START_TEST(reading_statements_ends_at_an_error)
{
    Source source = {STR("seed.fql"), STR("a\nb c\nd")};
    Parser *parser = parser_open(&arena, &source);
    Statement statement;
    ParseResult result;
    ck_assert(parser_next(parser, &arena, &statement, &result));
    ck_assert(!parser_next(parser, &arena, &statement, &result));
    ck_assert_int_eq(result.status, PARSE_FAILED);
    ck_assert_int_eq(result.diags.first->span.start, 4);
    ck_assert(!parser_next(parser, &arena, &statement, &result));
    ck_assert_int_eq(result.status, PARSE_FAILED);
    parser_close(parser);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("display");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, an_expression_has_one_form, 0, (int)countof(expressions));
    tcase_add_loop_test(tests, a_type_has_one_form, 0, (int)countof(types));
    tcase_add_loop_test(tests, a_pattern_has_one_form, 0, (int)countof(patterns));
    tcase_add_test(tests, a_query_is_shown_without_braces);
    tcase_add_test(tests, a_script_can_be_read_statement_by_statement);
    tcase_add_test(tests, reading_statements_ends_at_an_error);
    return run_suite("display", tests);
}
