/* Tests of options.c: spellings, positionals, messages. */
#include "repl/tool/subcommand.h"

#include <check.h>
#include <string.h>

enum { WORDS_MAX = 16 };

static Arena arena;
static Options options;
static Str error;

static void set_up(void)
{
    arena_init(&arena);
}

static void tear_down(void)
{
    arena_free(&arena);
}

/* Parses a command line whose words are divided by `|`. */
static bool parse(const char *line)
{
    char *argv[WORDS_MAX] = {NULL};
    int argc = 0;
    char *words = arena_copy(&arena, line, (int64_t)strlen(line) + 1);
    argv[argc++] = words;
    for (char *at = words; (at = strchr(at, '|')) != NULL && argc < WORDS_MAX;) {
        *at++ = '\0';
        argv[argc++] = at;
    }
    return options_parse(&arena, argc, argv, &options, &error);
}

static void expect_error(const char *line, const char *expected)
{
    ck_assert(!parse(line));
    ck_assert_msg(str_eq(error, str_from_c(expected)), "got `%.*s`", STR_ARG(error));
}

START_TEST(queries_and_files_keep_their_order)
{
    ck_assert(parse("fawn|-e|1|-f|a.fql|-c2|--eval=3|shop.fawn"));
    ck_assert_int_eq(options.task_count, 4);
    ck_assert_str_eq(options.tasks[0].text, "1");
    ck_assert(options.tasks[1].is_file);
    ck_assert_str_eq(options.tasks[2].text, "2");
    ck_assert_int_eq(options.tasks[3].number, 3);
    ck_assert_str_eq(options.db, "shop.fawn");
}
END_TEST

START_TEST(a_first_word_in_fql_is_a_script_and_the_rest_are_its_arguments)
{
    ck_assert(parse("fawn|-k|seed.fql|-x|--all|b"));
    ck_assert_ptr_null(options.db);
    ck_assert_str_eq(options.tasks[0].text, "seed.fql");
    ck_assert_int_eq(options.script_arg_count, 3);
    ck_assert_str_eq(options.script_args[1], "--all");
    ck_assert(options.keep_going && !options.all);
}
END_TEST

START_TEST(a_second_word_is_a_query)
{
    ck_assert(parse("fawn|shop.fawn|1 + 1"));
    ck_assert(!options.tasks[0].is_file);
    ck_assert_str_eq(options.tasks[0].text, "1 + 1");
}
END_TEST

START_TEST(a_dash_is_stdin)
{
    ck_assert(parse("fawn|shop.fawn|-"));
    ck_assert(options.tasks[0].is_file);
    ck_assert_str_eq(options.tasks[0].text, "-");
}
END_TEST

START_TEST(letters_cluster_and_long_names_may_have_one_dash)
{
    ck_assert(parse("fawn|-kqn|-json|-readonly|--page-size=5"));
    ck_assert(options.keep_going && options.quiet && options.dry_run && options.readonly);
    ck_assert_int_eq(options.mode, MODE_JSON);
    ck_assert_int_eq(options.page_size, 5);
}
END_TEST

START_TEST(two_dashes_end_the_options)
{
    ck_assert(parse("fawn|--|-x.fawn|-1"));
    ck_assert_str_eq(options.db, "-x.fawn");
    ck_assert_str_eq(options.tasks[0].text, "-1");
}
END_TEST

START_TEST(arguments_have_two_values)
{
    ck_assert(parse("fawn|--arg|name|Ada|--argjson|min|10|-e|name"));
    ck_assert_int_eq(options.argument_count, 2);
    ck_assert_str_eq(options.arguments[0].text, "Ada");
    ck_assert_int_eq(options.arguments[1].kind, ARGUMENT_JSON);
}
END_TEST

START_TEST(rpc_takes_a_database)
{
    ck_assert(parse("fawn|rpc|shop.fawn"));
    ck_assert_str_eq(options.command->name, "rpc");
    ck_assert_str_eq(options.db, "shop.fawn");
}
END_TEST

START_TEST(options_of_a_subcommand_come_before_the_general_ones)
{
    ck_assert(parse("fawn|import|shop.fawn|-c|Film|--format=csv|a.csv|-n"));
    ck_assert_str_eq(options.words.collection, "Film");
    ck_assert_int_eq(options.words.format, IMPORT_CSV);
    ck_assert(options.words.dry_run && !options.dry_run);
    ck_assert_int_eq(options.words.places.len, 1);
    ck_assert_int_eq(options.task_count, 0);
    ck_assert(parse("fawn|export|-D|shop.fawn|out|--quiet"));
    ck_assert_str_eq(options.words.places.at[0], "out");
    ck_assert(options.quiet);
}
END_TEST

START_TEST(a_metacommand_has_only_the_options_of_its_subcommand)
{
    static const char *const words[] = {"a.csv", "--skip-bad"};
    static const char *const general[] = {"a.csv", "--quiet"};
    ck_assert(options_parse_words(&arena, "import", words, 2, &options, &error));
    ck_assert(options.words.skip_bad);
    ck_assert_str_eq(options.words.places.at[0], "a.csv");
    ck_assert(!options_parse_words(&arena, "import", general, 2, &options, &error));
    ck_assert(str_eq(error, STR("unknown option --quiet (fawn help import lists them)")));
}
END_TEST

START_TEST(mistakes_are_told_in_one_line)
{
    expect_error("fawn|--fromat|json", "unknown option --fromat; did you mean --format?");
    expect_error("fawn|--xyzzy", "unknown option --xyzzy (--help lists them)");
    expect_error("fawn|-Z", "unknown option -Z (--help lists them)");
    expect_error("fawn|-e", "--eval needs Q behind it: run Q; repeatable");
    expect_error("fawn|--arg|a", "--arg needs N TEXT behind it: bind N to a string");
    expect_error("fawn|--all=1", "--all takes no value");
    expect_error("fawn|--timeout|soon", "--timeout takes a number from 1 to 86400000, not `soon`");
    expect_error(
        "fawn|-m|xml",
        "--format takes fql, json, json-tagged, jsonl, csv, tsv, table, box, markdown, line, raw, "
        "count or off, not `xml`");
    expect_error("fawn|a.fawn|1|2", "`2` is one argument too many");
    expect_error("fawn|--arg|a b|1", "--arg: `a b` is not a name of variables");
    expect_error("fawn|--argjson||1", "--argjson: `` is not a name of variables");
    expect_error("fawn|--arg|a|1|--argjson|a|1", "--argjson: `a` has a value already");
    expect_error("fawn|-D|a.fawn|--db|b.fawn", "there is one database: `a.fawn` or `b.fawn`");
    expect_error("fawn|a.fawn|b.fawn", "there is one database: `a.fawn` or `b.fawn`");
    expect_error("fawn|-1|--each", "-1 and --each contradict each other");
}
END_TEST

START_TEST(help_fits_a_screen)
{
    Buf help = {0};
    int lines = 0;
    options_help(&help);
    for (int64_t at = 0; at < help.len; lines++) {
        int64_t end = str_find(buf_str(&help), STR("\n"), at);
        ck_assert_int_ge(end, 0);
        ck_assert_int_le(end - at, 80);
        at = end + 1;
    }
    ck_assert_int_le(lines, 25);
    buf_free(&help);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, queries_and_files_keep_their_order);
    tcase_add_test(tcase, a_first_word_in_fql_is_a_script_and_the_rest_are_its_arguments);
    tcase_add_test(tcase, a_second_word_is_a_query);
    tcase_add_test(tcase, a_dash_is_stdin);
    tcase_add_test(tcase, letters_cluster_and_long_names_may_have_one_dash);
    tcase_add_test(tcase, two_dashes_end_the_options);
    tcase_add_test(tcase, arguments_have_two_values);
    tcase_add_test(tcase, rpc_takes_a_database);
    tcase_add_test(tcase, options_of_a_subcommand_come_before_the_general_ones);
    tcase_add_test(tcase, a_metacommand_has_only_the_options_of_its_subcommand);
    tcase_add_test(tcase, mistakes_are_told_in_one_line);
    tcase_add_test(tcase, help_fits_a_screen);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
