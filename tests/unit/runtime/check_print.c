/* Values as text: fql, json, json-tagged, toString. Documents and sets have golden tests. */
#include "runtime/print/print.h"

#include "fixture.h"
#include "runtime/function.h"

#include <math.h>

static void check_format(PrintFormat format, bool pretty, Value v, const char *expected)
{
    PrintOptions options = {.format = format, .pretty = pretty};
    Buf out = {0};
    ck_assert(!val_is_fault(print_value(&rt, &out, v, &options)));
    ck_assert_text(buf_str(&out), expected);
    buf_free(&out);
}

static void check_fql(Value v, const char *expected)
{
    check_format(PRINT_FQL, true, v, expected);
}

static void check_json(Value v, const char *simple, const char *tagged)
{
    check_format(PRINT_SIMPLE, false, v, simple);
    check_format(PRINT_TAGGED, false, v, tagged);
}

START_TEST(scalars_read_like_fql)
{
    check_fql(val_int(-5), "-5");
    check_fql(val_double(1e-5), "1.0E-5");
    check_fql(val_double((double)NAN), "Math.NaN");
    check_fql(val_double(-(double)INFINITY), "-Math.Infinity");
    check_fql(val_null(NULL), "null");
    check_fql(val_bool(true), "true");
    check_fql(val_id(12), "\"12\"");
    check_fql(val_time(0, 500000000), "Time(\"1970-01-01T00:00:00.500Z\")");
    check_fql(val_date(0), "Date(\"1970-01-01\")");
    check_fql(val_bytes(STR("foo")), "Bytes(\"Zm9v\")");
    check_fql(text("it's \"#1\"\t\\"), "\"it\\'s \\\"\\#1\\\"\\t\\\\\"");
}
END_TEST

START_TEST(containers_are_indented_by_two)
{
    check_fql(val_array(NULL, 0), "[]");
    check_fql(rt_object(&rt, NULL, NULL, 0), "{}");
    check_fql(object2("a", array2(val_int(1), val_int(2)), "odd name", val_null(NULL)),
              "{\n  a: [\n    1,\n    2\n  ],\n  \"odd name\": null\n}");
}
END_TEST

START_TEST(strings_of_several_lines_are_heredocs)
{
    check_fql(text("a\n\nb\n"), "<<-END\n  a\n  \n  b\nEND");
    check_fql(object1("a", text("x\ny")), "{\n  a: <<-END\n    x\n    y\n  END\n}");
    check_fql(text("END\n"), "<<-END0\n  END\nEND0");
    check_fql(text("END0 END1 END2 END3 END4 END5 END6 END7 END8 END9\n"),
              "\"END0 END1 END2 END3 END4 END5 END6 END7 END8 END9\\n\"");
}
END_TEST

START_TEST(names_are_quoted_unless_they_are_identifiers)
{
    check_fql(object1("größe_2", val_int(1)), "{\n  größe_2: 1\n}");
    check_fql(object1("_a", val_int(1)), "{\n  \"_a\": 1\n}");
    check_fql(object1("2a", val_int(1)), "{\n  \"2a\": 1\n}");
    check_fql(object1("", val_int(1)), "{\n  \"\": 1\n}");
}
END_TEST

START_TEST(json_scalars_are_tagged_or_bare)
{
    check_json(val_int(1), "1", "{\"@int\":\"1\"}");
    check_json(val_long(2147483648), "2147483648", "{\"@long\":\"2147483648\"}");
    check_json(val_double(1), "1.0", "{\"@double\":\"1.0\"}");
    check_json(val_double((double)NAN), "\"NaN\"", "{\"@double\":\"NaN\"}");
    check_json(val_id(7), "\"7\"", "\"7\"");
    check_json(val_null(NULL), "null", "null");
    check_json(val_bool(false), "false", "false");
    check_json(val_time(1, 0), "\"1970-01-01T00:00:01Z\"", "{\"@time\":\"1970-01-01T00:00:01Z\"}");
    check_json(val_date(1), "\"1970-01-02\"", "{\"@date\":\"1970-01-02\"}");
    check_json(val_bytes(STR("foo")), "\"Zm9v\"", "{\"@bytes\":\"Zm9v\"}");
    check_json(val_uuid("\x12\x34\x56\x78\x9a\xbc\xde\xf0\x12\x34\x56\x78\x9a\xbc\xde\xf0"),
               "\"12345678-9abc-def0-1234-56789abcdef0\"",
               "{\"@uuid\":\"12345678-9abc-def0-1234-56789abcdef0\"}");
    check_json(text("a\"\\\n\x01/é"), "\"a\\\"\\\\\\n\\u0001/é\"", "\"a\\\"\\\\\\n\\u0001/é\"");
}
END_TEST

START_TEST(functions_and_modules_are_their_names)
{
    static const Module fql = {.name = {"FQL", 3}};
    static const Module math = {.name = {"Math", 4}, .parent = &fql};
    static const Function lambda = {.kind = FUNCTION_LAMBDA};
    static const Function bound = {.kind = FUNCTION_BOUND, .name = {"slice", 5}};
    check_json(val_module(&math), "\"Math\"", "{\"@mod\":\"Math\"}");
    check_fql(val_module(&math), "FQL.Math");
    check_json(val_function(&lambda), "\"[function <lambda>]\"", "\"[function <lambda>]\"");
    check_json(val_function(&bound), "\"[function slice()]\"", "\"[function slice()]\"");
    check_fql(val_function(&bound), "\"[function slice]\"");
}
END_TEST

START_TEST(names_with_an_at_sign_make_a_tagged_object)
{
    check_json(object1("@int", val_int(1)), "{\"@int\":1}",
               "{\"@object\":{\"@int\":{\"@int\":\"1\"}}}");
}
END_TEST

START_TEST(json_is_indented_on_demand)
{
    Value v =
        object2("a", array2(val_int(1), val_array(NULL, 0)), "b", rt_object(&rt, NULL, NULL, 0));
    check_format(PRINT_SIMPLE, true, v, "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}");
    check_format(PRINT_SIMPLE, false, v, "{\"a\":[1,[]],\"b\":{}}");
}
END_TEST

static void check_to_string(Value v, const char *bare, const char *debug)
{
    Buf out = {0};
    ck_assert(!val_is_fault(print_to_string(&rt, &out, v)));
    ck_assert_text(buf_str(&out), bare);
    out.len = 0;
    ck_assert(!val_is_fault(print_debug(&rt, &out, v)));
    ck_assert_text(buf_str(&out), debug);
    buf_free(&out);
}

START_TEST(to_string_is_bare_outside_and_quoted_inside)
{
    check_to_string(text("a"), "a", "\"a\"");
    check_to_string(val_double(2), "2", "2.0");
    check_to_string(val_id(5), "5", "ID(\"5\")");
    check_to_string(val_date(0), "1970-01-01", "Date(\"1970-01-01\")");
    check_to_string(array2(text("a"), val_double(2)), "[\"a\", 2.0]", "[\"a\", 2.0]");
    check_to_string(object2("a", val_int(1), "b c", val_null(NULL)), "{ a: 1, \"b c\": null }",
                    "{ a: 1, \"b c\": null }");
    check_to_string(rt_object(&rt, NULL, NULL, 0), "{}", "{}");
}
END_TEST

START_TEST(what_is_nested_too_deeply_is_refused)
{
    Value v = val_int(1);
    for (int i = 0; i < 1000000; i++) {
        Value *item = arena_alloc(&heap, (int64_t)sizeof *item);
        *item = v;
        v = val_array(item, 1);
    }
    PrintOptions options = {.format = PRINT_SIMPLE};
    Buf out = {0};
    ck_assert(val_is_fault(print_value(&rt, &out, v, &options)));
    ck_assert_text(fault_code_text(rt.fault->code), "value_too_large");
    buf_free(&out);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, scalars_read_like_fql);
    tcase_add_test(tests, containers_are_indented_by_two);
    tcase_add_test(tests, strings_of_several_lines_are_heredocs);
    tcase_add_test(tests, names_are_quoted_unless_they_are_identifiers);
    tcase_add_test(tests, json_scalars_are_tagged_or_bare);
    tcase_add_test(tests, functions_and_modules_are_their_names);
    tcase_add_test(tests, names_with_an_at_sign_make_a_tagged_object);
    tcase_add_test(tests, json_is_indented_on_demand);
    tcase_add_test(tests, to_string_is_bare_outside_and_quoted_inside);
    tcase_add_test(tests, what_is_nested_too_deeply_is_refused);
}

int main(void)
{
    return run_case("print", add_tests);
}
