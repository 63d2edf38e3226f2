/* Walks the registry: every row of every type says all that it must say, in the form that
 * help, completion and the reference pages rely on. What rows do is checked by running their
 * examples (tests/unit/interp/check_doctests.c).
 */
#include "runtime/builtins/types.h"

#include <check.h>

/* Calls `visit` with each row of FQL and the name of its type. */
static void visit_list(const char *owner, const Builtin *const *rows,
                       void visit(const char *owner, const Builtin *row))
{
    for (int64_t i = 0; rows != NULL && rows[i] != NULL; i++) {
        visit(owner, rows[i]);
    }
}

static void visit_rows(void visit(const char *owner, const Builtin *row))
{
    visit_list("", builtin_globals, visit);
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        const BuiltinType *type = builtin_types[i];
        visit_list(type->name, type->methods, visit);
        visit_list(type->name, type->statics, visit);
        if (type->constructor != NULL) {
            visit(type->name, type->constructor);
        }
    }
}

static void check_sorted(const char *owner, const Builtin *const *rows)
{
    for (int64_t i = 1; rows != NULL && rows[0] != NULL && rows[i] != NULL; i++) {
        ck_assert_msg(strcmp(rows[i - 1]->name, rows[i]->name) < 0, "%s: %s stands before %s",
                      owner, rows[i - 1]->name, rows[i]->name);
    }
}

START_TEST(rows_are_sorted_by_name_and_unique)
{
    check_sorted("globals", builtin_globals);
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        check_sorted(builtin_types[i]->name, builtin_types[i]->methods);
        check_sorted(builtin_types[i]->name, builtin_types[i]->statics);
    }
}
END_TEST

static void check_doc(const char *owner, const Builtin *row)
{
    Str doc = str_from_c(row->doc);
    ck_assert_msg(str_ends_with(doc, STR(".")), "%s.%s: the doc is no sentence", owner, row->name);
    ck_assert_msg(str_find(doc, STR("  "), 0) < 0, "%s.%s: two blanks", owner, row->name);
    ck_assert_msg(str_find(doc, STR("\n"), 0) < 0, "%s.%s: a newline in the doc", owner, row->name);
    ck_assert_msg(row->fn != NULL, "%s.%s has no body", owner, row->name);
}

START_TEST(docs_are_whole_sentences)
{
    visit_rows(check_doc);
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        ck_assert_msg(str_ends_with(str_from_c(builtin_types[i]->doc), STR(".")), "%s",
                      builtin_types[i]->name);
    }
}
END_TEST

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void check_mentioned(const char *owner, const Builtin *row, Str name)
{
    char quoted[80];
    snprintf(quoted, sizeof quoted, "`%.*s`", STR_ARG(name));
    ck_assert_msg(strstr(row->doc, quoted) != NULL, "%s.%s: the doc does not mention %s", owner,
                  row->name, quoted);
}

/* Parameters stand at the first level of the parentheses that begin a line: `name: Type`. */
static void check_parameters(const char *owner, const Builtin *row)
{
    Str text = str_from_c(row->signature);
    int depth = 0;
    for (int64_t at = 0; at < text.len; at++) {
        bool begins_line = at == 0 || text.s[at - 1] == '\n';
        if (begins_line && text.s[at] != '(') {
            return;
        }
        depth += strchr("([{<", text.s[at]) != NULL;
        bool is_arrow = at > 0 && text.s[at - 1] == '=';
        depth -= strchr(")]}>", text.s[at]) != NULL && !is_arrow;
        if (text.s[at] == ':' && depth == 1) {
            int64_t start = at;
            while (start > 0 && is_word(text.s[start - 1])) {
                start--;
            }
            if (text.s[start] != '*') {
                check_mentioned(owner, row, str_slice(text, start, at));
            }
        }
        if (depth == 0 && text.s[at] == ')') { /* the result type is no parameter */
            int64_t line_end = str_find(text, STR("\n"), at);
            at = line_end < 0 ? text.len : line_end;
        }
    }
}

START_TEST(docs_mention_each_parameter)
{
    visit_rows(check_parameters);
}
END_TEST

static void check_example(const char *owner, const Builtin *row)
{
    bool has_example = row->example[0] != '\0', has_result = row->result[0] != '\0';
    ck_assert_msg(has_example == has_result, "%s.%s: example without result", owner, row->name);
    ck_assert_msg(!has_example || strstr(row->example, row->name) != NULL,
                  "%s.%s: the example does not use it", owner, row->name);
    ck_assert_msg(has_example || row->effect != PURE || strcmp(row->name, "abort") == 0,
                  "%s.%s: pure and without example", owner, row->name);
}

START_TEST(examples_show_their_row)
{
    visit_rows(check_example);
}
END_TEST

START_TEST(every_row_is_found_by_its_name)
{
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        const Builtin *const *rows = builtin_types[i]->statics;
        for (int64_t j = 0; rows != NULL && rows[j] != NULL; j++) {
            ck_assert_ptr_eq(builtin_find(rows, str_from_c(rows[j]->name)), rows[j]);
        }
        ck_assert_ptr_null(builtin_find(rows, STR("")));
        ck_assert_ptr_null(builtin_find(rows, STR("zzz")));
    }
    ck_assert_ptr_null(builtin_find(string_type.methods, STR("lengt")));
    ck_assert_ptr_null(builtin_find(string_type.methods, STR("lengthy")));
    ck_assert_ptr_nonnull(builtin_find(string_type.methods, STR("length")));
}
END_TEST

START_TEST(every_type_is_a_module_of_its_name)
{
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        const BuiltinType *type = builtin_types[i];
        const Module *module =
            type == &schema_type ? &schema_module : builtin_module(str_from_c(type->name));
        ck_assert_ptr_nonnull(module);
        ck_assert_ptr_eq(module->type, type);
        ck_assert(type->contains != NULL);
    }
    ck_assert_ptr_null(builtin_module(STR("Maths")));
    ck_assert_ptr_null(builtin_module(STR("Schema")));
}
END_TEST

START_TEST(every_value_but_modules_has_a_type_with_methods)
{
    for (int tag = 0; tag < T_FAULT; tag++) {
        const BuiltinType *type = builtin_type_of((Type)tag);
        ck_assert((type == NULL) == (tag == T_MODULE));
        ck_assert(type == NULL || type->methods != NULL);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("builtins");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, rows_are_sorted_by_name_and_unique);
    tcase_add_test(rows, docs_are_whole_sentences);
    tcase_add_test(rows, docs_mention_each_parameter);
    tcase_add_test(rows, examples_show_their_row);
    tcase_add_test(rows, every_row_is_found_by_its_name);
    tcase_add_test(rows, every_type_is_a_module_of_its_name);
    tcase_add_test(rows, every_value_but_modules_has_a_type_with_methods);
    suite_add_tcase(suite, rows);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
