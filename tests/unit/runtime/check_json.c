/* JSON to values: simple and tagged, and the reasons for refusing. */
#include "runtime/print/json.h"

#include "fixture.h"
#include "runtime/builtin.h"
#include "runtime/print/print.h"

/* Reads and prints again in fql on one line. */
static void check_read(JsonFormat format, const char *json, const char *expected)
{
    Str error;
    Value v = json_read(&rt, str_from_c(json), format, &error);
    ck_assert_msg(!val_is_fault(v), "%s: %.*s", json, val_is_fault(v) ? (int)error.len : 0,
                  val_is_fault(v) ? error.s : "");
    Buf out = {0};
    ck_assert(!val_is_fault(print_debug(&rt, &out, v)));
    ck_assert_text(buf_str(&out), expected);
    buf_free(&out);
}

static const struct {
    const char *json, *value;
} simple[] = {
    {"1", "1"},
    {"-2147483649", "-2147483649"},
    {"9223372036854775808", "9.223372036854776E18"},
    {"1.0", "1.0"},
    {"1e3", "1000.0"},
    {" [true, false, null] ", "[true, false, null]"},
    {"\"\\u00e9\\n\"", "\"é\\n\""},
    {"\"\\ud83d\\ude00\\ud83d\"", "\"😀\xef\xbf\xbd\""},
    {"\"\\\\\\/\\b\\f\\r\\t\"", "\"\\\\/\\b\\f\\r\\t\""},
    {"-0", "0"},
    {"1234567890123456789", "1234567890123456789"},
    {"{}", "{}"},
    {"{\"a\": {\"b\": []}, \"c\": 1}", "{ a: { b: [] }, c: 1 }"},
    {"{\"a\": 1, \"b\": 2, \"a\": 3}", "{ a: 3, b: 2 }"},
    {"{\"@int\": \"1\"}", "{ \"@int\": \"1\" }"},
};

START_TEST(simple_json_is_taken_as_it_stands)
{
    check_read(JSON_SIMPLE, simple[_i].json, simple[_i].value);
}
END_TEST

static const struct {
    const char *json, *value;
} tagged[] = {
    {"{\"@int\":\"1\"}", "1"},
    {"{\"@long\":\"4294967296\"}", "4294967296"},
    {"{\"@double\":\"NaN\"}", "NaN"},
    {"{\"@double\":\"1\"}", "1.0"},
    {"[\"a\", null, {\"x\": {\"@int\":\"1\"}}]", "[\"a\", null, { x: 1 }]"},
    {"{\"@object\":{\"@int\":{\"@int\":\"1\"}, \"b\":true}}", "{ \"@int\": 1, b: true }"},
    {"{\"@time\":\"1970-01-01T01:00:00+01:00\"}", "Time(\"1970-01-01T00:00:00Z\")"},
    {"{\"@date\":\"2024-02-29\"}", "Date(\"2024-02-29\")"},
    {"{\"@bytes\":\"Zm9v\"}", "Bytes(\"Zm9v\")"},
    {"{\"@mod\":\"Math\"}", "Math"},
};

START_TEST(tagged_json_means_values)
{
    check_read(JSON_TAGGED, tagged[_i].json, tagged[_i].value);
}
END_TEST

static const struct {
    const char *json, *reason;
} refused[] = {
    {"1", "numbers must be tagged"},
    {"[1.5]", "numbers must be tagged"},
    {"{\"@int\":\"2147483648\"}", "invalid integer"},
    {"{\"@long\":\"x\"}", "invalid long"},
    {"{\"@double\":\"x\"}", "invalid double"},
    {"{\"@time\":\"2024-01-01T00:00:00\"}", "invalid time"},
    {"{\"@date\":\"2024-02-30\"}", "invalid date"},
    {"{\"@bytes\":\"*\"}", "invalid bytes"},
    {"{\"@int\":1}", "@int requires a string value"},
    {"{\"@object\":[]}", "@object requires an object value"},
    {"{\"@int\":\"1\",\"a\":true}", "too many keys in tagged value"},
    {"{\"@set\":\"x\"}", "invalid tag '@set'"},
    {"{\"@mod\":\"Nix\"}", "no such module 'Nix'"},
    {"{\"@ref\":[]}", "@ref requires an object value"},
    {"{\"@ref\":{\"id\":\"1\"}}", "@ref field 'coll' is required"},
    {"{\"@doc\":{\"coll\":\"A\"}}", "@doc field 'coll' requires a module value"},
    {"{\"@ref\":\"a\"}", "doc id must be in the format <coll>:<id>"},
    {"{\"@ref\":\"Nix:1\"}", "no such collection 'Nix'"},
};

START_TEST(tagged_json_is_refused_with_faunas_reasons)
{
    Str error;
    ck_assert(val_is_fault(json_read(&rt, str_from_c(refused[_i].json), JSON_TAGGED, &error)));
    ck_assert_text(error, refused[_i].reason);
    ck_assert_ptr_null(rt.fault);
}
END_TEST

static const char *const broken[] = {
    "",          " ",       "{",           "[1",     "[1,]", "{\"a\"}", "1 2", "nul",
    "\"\xff\"",  "{a: 1}",  "'a'",         "01",     "-",    "1.",      "1e",  "[1 2]",
    "{\"a\" 1}", "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "\"a",  "+1",      ".5",
};

START_TEST(what_is_no_json_is_refused)
{
    Str error = {0};
    ck_assert(val_is_fault(json_read(&rt, str_from_c(broken[_i]), JSON_SIMPLE, &error)));
    ck_assert_int_gt(error.len, 0);
}
END_TEST

static const char *const too_large[] = {"1e309", "[-1e400]", "{\"a\":1.8e308}"};

START_TEST(numbers_beyond_doubles_are_refused)
{
    Str error = {0};
    Buf digits = {0};
    ck_assert(val_is_fault(json_read(&rt, str_from_c(too_large[_i]), JSON_SIMPLE, &error)));
    ck_assert_msg(str_starts_with(error, STR("a number is too large for a Double")), "%.*s",
                  STR_ARG(error));
    buf_fill(&digits, '9', 310);
    ck_assert(val_is_fault(json_read(&rt, buf_str(&digits), JSON_SIMPLE, &error)));
    ck_assert(
        !val_is_fault(json_read(&rt, STR("[1.7976931348623157e308,1e-400]"), JSON_SIMPLE, &error)));
    buf_free(&digits);
}
END_TEST

static const struct {
    const char *json;
    int64_t rounded;
} long_numbers[] = {
    {"9223372036854775807", 0},       {"-9223372036854775808", 0},  {"9223372036854775808", 1},
    {"-123456789012345678901", 1},    {"100000000000000000000", 0}, {"123456789012345678900", 1},
    {"[12345678901234567000000]", 0}, {"1.2345678901234567890", 0},
};

START_TEST(numbers_that_lose_digits_are_counted)
{
    JsonReader *reader = json_reader_open(&rt);
    Value value;
    int64_t at = 0;
    ck_assert_int_eq(json_next(reader, str_from_c(long_numbers[_i].json), &at, true, &value),
                     JSON_READ);
    ck_assert_int_eq(json_rounded(reader), long_numbers[_i].rounded);
    json_reader_close(reader);
}
END_TEST

START_TEST(nesting_has_a_limit)
{
    Str error = {0};
    Buf json = {0};
    buf_fill(&json, '[', 1001);
    buf_fill(&json, ']', 1001);
    ck_assert(val_is_fault(json_read(&rt, buf_str(&json), JSON_SIMPLE, &error)));
    ck_assert_text(error, "nested deeper than 1000 levels at byte 1000");
    ck_assert(
        !val_is_fault(json_read(&rt, str_slice(buf_str(&json), 1, 2001), JSON_SIMPLE, &error)));
    buf_free(&json);
}
END_TEST

static const char *const streamed =
    "{\"name\":\"Alien \\u00e9\\\"\",\"stars\":[5,-1.5e3,true,null]}\n"
    " {\"name\":\"\xc3\xa9\",\"stars\":{}}\n{\"other\":12}\n{\"name\":\"x\",\"more\":1} false 17";

static const char *const streamed_values =
    "{ name: \"Alien é\\\"\", stars: [5, -1500.0, true, null] };{ name: \"é\", stars: {} };"
    "{ other: 12 };{ name: \"x\", more: 1 };false;17;";

/* Reads all values of `streamed`, of which `step` more bytes arrive whenever they are asked for. */
static void read_in_steps(int64_t step)
{
    JsonReader *reader = json_reader_open(&rt);
    Str text = str_from_c(streamed);
    int64_t at = 0, there = 0;
    Buf out = {0};
    for (;;) {
        Value value;
        bool ended = there == text.len;
        JsonStatus status = json_next(reader, str_slice(text, 0, there), &at, ended, &value);
        if (status == JSON_MORE) {
            there = there + step < text.len ? there + step : text.len;
            continue;
        }
        if (status == JSON_WRONG) {
            break;
        }
        ck_assert(!val_is_fault(print_debug(&rt, &out, value)));
        buf_puts(&out, ";");
    }
    ck_assert_text(buf_str(&out), streamed_values);
    int64_t error_at;
    ck_assert_text(json_error(reader, &error_at), "expected a value, got the end of the text");
    ck_assert_int_eq(error_at, text.len);
    json_reader_close(reader);
    buf_free(&out);
}

START_TEST(values_are_read_one_by_one_however_their_text_arrives)
{
    read_in_steps(_i);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, values_are_read_one_by_one_however_their_text_arrives, 1, 40);
    tcase_add_loop_test(tests, simple_json_is_taken_as_it_stands, 0, countof(simple));
    tcase_add_loop_test(tests, tagged_json_means_values, 0, countof(tagged));
    tcase_add_loop_test(tests, tagged_json_is_refused_with_faunas_reasons, 0, countof(refused));
    tcase_add_loop_test(tests, what_is_no_json_is_refused, 0, countof(broken));
    tcase_add_loop_test(tests, numbers_beyond_doubles_are_refused, 0, countof(too_large));
    tcase_add_loop_test(tests, numbers_that_lose_digits_are_counted, 0, countof(long_numbers));
    tcase_add_test(tests, nesting_has_a_limit);
}

int main(void)
{
    return run_case("json", add_tests);
}
