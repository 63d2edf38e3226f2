/* A script that comes line by line: after each line it is told whether more is wanted, as a parse
 * of the lines so far tells. */
#include "grammar/intake.h"

#include "runtime/base/utf8.h"

#include "parse_fixture.h"

static Intake *intake;

static void open_intake(void)
{
    arena_init(&arena);
    intake = intake_open(&arena);
}

static void close_intake(void)
{
    intake_close(intake);
    arena_free(&arena);
}

/* What is told after each line of `text`: `.` complete, `>` more is wanted, `"` within a text. */
static const char *answers(const char *text)
{
    Buf out = {0};
    Str rest = str_from_c(text), line;
    intake_clear(intake);
    while (str_take_line(&rest, &line)) {
        intake_add(intake, line);
        buf_byte(&out, intake_is_in_text(intake) ? '"' : intake_wants_more(intake) ? '>' : '.');
    }
    return take_text(&out);
}

typedef struct Case {
    const char *text, *answers;
} Case;

static const Case cases[] = {
    {"1", "."},
    {"\n\n// c\n1", "...."},
    {"[\n1,\n2\n]", ">>>."},
    {"1 +\n1 +\n1", ">>."},
    {"a\n.b()\n.c()", "..."},
    {"a\nb", ".."},
    {"let x = 1\nlet y =\n2", ".>."},
    {"if (a)\n1\nelse\n2", ">.>."},
    {"(a, b) =>\na", ">."},
    {"{\n1;\n2\n}", ">>>."},
    {"[1, /* c\nd */\n2]", "\">."},
    {"[1\n// c\n// d\n,2]", ">>>."},
    {"/* a /* b\n*/ c\n*/ 1", "\"\"."},
    {"'a\nb\\'\nc'.length", "\"\"."},
    {"'a\nb'.d(\n1)", "\">."},
    {"\"a #{\n1\n} b\n#{ 'x\n' }\"", ">>\"\"."},
    {"<<-END\na\n\"\nENDS\nEND", "\"\"\"\"."},
    {"<<+END\na #{\n1 }\n#{2}\nEND", "\">\"\"."},
    {"at\n(x) {\n1 }", ">>."},
    {"match a {\ncase 1\n=> 2\n}", ">>>."},
    {"{ if /* a\n*/ : 1 }", "\"."},
    /* what is wrong is complete */
    {"1 +* 1\n[\n", ".."},
    {"{ a: 1, a: 2 }.b(\n", "."},
    {"f(;\n", "."},
    {"1.;\n", "."},
    {"'\xff", "."},
    {"'\\q\n", "."},
};

START_TEST(it_is_told_after_each_line)
{
    ck_assert_str_eq(answers(cases[_i].text), cases[_i].answers);
}
END_TEST

/* The same, told by parses of the whole text. */
START_TEST(it_is_what_a_parse_of_all_lines_tells)
{
    Buf lines = {0};
    Str rest = str_from_c(cases[_i].text), line;
    while (str_take_line(&rest, &line)) {
        intake_add(intake, line);
        buf_put(&lines, line);
        buf_byte(&lines, '\n');
        Source source = {STR("*lines*"), buf_str(&lines)};
        bool wants_more =
            utf8_check(line) < 0 && parse_script(&arena, &source).status == PARSE_INCOMPLETE;
        ck_assert_int_eq(intake_wants_more(intake), wants_more);
        ck_assert(str_eq(intake_text(intake), buf_str(&lines)));
    }
    buf_free(&lines);
}
END_TEST

/* The text moves while it grows, and stays what it is. */
START_TEST(long_statements_are_followed_to_their_end)
{
    static const char *const lines[] = {"{ a: 'x', b: 1 },", "\"a\", // c", "/* a", "*/ 1,"};
    intake_add(intake, STR("["));
    for (int i = 0; i < 4000; i++) {
        intake_add(intake, str_from_c(lines[i % countof(lines)]));
        ck_assert(intake_wants_more(intake));
        ck_assert_int_eq(intake_is_in_text(intake), i % countof(lines) == 2);
    }
    intake_add(intake, STR("1]"));
    ck_assert(!intake_wants_more(intake));
    Source source = {STR("*lines*"), intake_text(intake)};
    ck_assert_int_eq(parse_script(&arena, &source).status, PARSE_OK);
    intake_clear(intake);
    intake_add(intake, STR("(1"));
    ck_assert(intake_wants_more(intake));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("intake");
    tcase_add_checked_fixture(tests, open_intake, close_intake);
    tcase_add_loop_test(tests, it_is_told_after_each_line, 0, (int)countof(cases));
    tcase_add_loop_test(tests, it_is_what_a_parse_of_all_lines_tells, 0, (int)countof(cases));
    tcase_add_test(tests, long_statements_are_followed_to_their_end);
    return run_suite("intake", tests);
}
