/* check_key: the order of keys is the order of values; the worked examples of key.h are true. */
#include "store/key.h"

#include <check.h>
#include <math.h>

/* -- one value, to be written as a key ------------------------------------------------------ */

typedef struct Sample {
    DocTag tag;
    int64_t integer;
    double number;
    const char *text;
    int64_t text_len;
} Sample;

static void put_sample(Buf *key, Sample sample)
{
    switch (sample.tag) {
    case TAG_NULL:
        key_put_null(key);
        return;
    case TAG_FALSE:
    case TAG_TRUE:
        key_put_bool(key, sample.tag == TAG_TRUE);
        return;
    case TAG_INT:
    case TAG_LONG:
        key_put_int(key, sample.integer);
        return;
    case TAG_DOUBLE:
        key_put_double(key, sample.number);
        return;
    case TAG_STRING:
        key_put_str(key, (Str){sample.text, sample.text_len});
        return;
    case TAG_BYTES:
        key_put_bytes(key, (Str){sample.text, sample.text_len});
        return;
    case TAG_TIME:
        key_put_time(key, (DocTime){sample.integer, (uint32_t)sample.number});
        return;
    case TAG_DATE:
        key_put_date(key, sample.integer);
        return;
    case TAG_UUID:
        key_put_uuid(key, sample.text);
        return;
    case TAG_REF:
        key_put_ref(key, (DocRef){(uint32_t)sample.number, sample.integer});
        return;
    case TAG_ARRAY:
        key_begin_array(key);
        for (int64_t i = 0; i < sample.integer; i++) {
            key_put_int(key, i);
        }
        key_end(key);
        return;
    case TAG_OBJECT:
        key_begin_object(key);
        key_put_name(key, (Str){sample.text, sample.text_len});
        key_put_int(key, sample.integer);
        key_end(key);
        return;
    case TAG_COUNT:
        break;
    }
}

/* Ascending. Equal neighbours are told by `equals_before`. */
static const struct {
    Sample sample;
    bool equals_before;
} ladder[] = {
    {{.tag = TAG_DOUBLE, .number = -HUGE_VAL}, false},
    {{.tag = TAG_DOUBLE, .number = -0x1p63 - 0x1p12}, false},
    {{.tag = TAG_LONG, .integer = INT64_MIN}, false},
    {{.tag = TAG_DOUBLE, .number = -0x1p63}, true},
    {{.tag = TAG_LONG, .integer = INT64_MIN + 1}, false},
    {{.tag = TAG_LONG, .integer = -9007199254740993}, false},
    {{.tag = TAG_DOUBLE, .number = -9007199254740992.0}, false},
    {{.tag = TAG_LONG, .integer = -9007199254740992}, true},
    {{.tag = TAG_LONG, .integer = -9007199254740991}, false},
    {{.tag = TAG_LONG, .integer = -1}, false},
    {{.tag = TAG_DOUBLE, .number = -0.5}, false},
    {{.tag = TAG_DOUBLE, .number = -5e-324}, false},
    {{.tag = TAG_DOUBLE, .number = -0.0}, false},
    {{.tag = TAG_LONG, .integer = 0}, true},
    {{.tag = TAG_DOUBLE, .number = 5e-324}, false},
    {{.tag = TAG_LONG, .integer = 1}, false},
    {{.tag = TAG_DOUBLE, .number = 1.0}, true},
    {{.tag = TAG_DOUBLE, .number = 1.5}, false},
    {{.tag = TAG_LONG, .integer = 9007199254740991}, false},
    {{.tag = TAG_LONG, .integer = 9007199254740992}, false},
    {{.tag = TAG_LONG, .integer = 9007199254740993}, false},
    {{.tag = TAG_DOUBLE, .number = 9007199254740994.0}, false},
    {{.tag = TAG_LONG, .integer = 9007199254740994}, true},
    {{.tag = TAG_LONG, .integer = INT64_MAX - 1}, false},
    {{.tag = TAG_LONG, .integer = INT64_MAX}, false},
    {{.tag = TAG_DOUBLE, .number = 0x1p63}, false},
    {{.tag = TAG_DOUBLE, .number = HUGE_VAL}, false},
    {{TAG_BYTES, 0, 0, "", 0}, false},
    {{TAG_BYTES, 0, 0, "\0", 1}, false},
    {{TAG_BYTES, 0, 0, "\0\xff", 2}, false},
    {{TAG_BYTES, 0, 0, "\1", 1}, false},
    {{TAG_STRING, 0, 0, "", 0}, false},
    {{TAG_STRING, 0, 0, "a", 1}, false},
    {{TAG_STRING, 0, 0, "a\0", 2}, false},
    {{TAG_STRING, 0, 0, "a\0\1", 3}, false},
    {{TAG_STRING, 0, 0, "a\1", 2}, false},
    {{TAG_STRING, 0, 0, "aa", 2}, false},
    {{TAG_STRING, 0, 0, "\xc3\xa9", 2}, false},
    {{.tag = TAG_ARRAY, .integer = 0}, false},
    {{.tag = TAG_ARRAY, .integer = 1}, false},
    {{.tag = TAG_ARRAY, .integer = 5}, false},
    {{TAG_OBJECT, 1, 0, "a", 1}, false},
    {{TAG_OBJECT, 2, 0, "a", 1}, false},
    {{TAG_OBJECT, 0, 0, "b", 1}, false},
    {{.tag = TAG_REF, .number = 1, .integer = 9}, false},
    {{.tag = TAG_REF, .number = 2, .integer = -1}, false},
    {{.tag = TAG_REF, .number = 2, .integer = 3}, false},
    {{.tag = TAG_TIME, .integer = -5, .number = 7}, false},
    {{.tag = TAG_TIME, .integer = 5, .number = 7}, false},
    {{.tag = TAG_TIME, .integer = 5, .number = 8}, false},
    {{.tag = TAG_DATE, .integer = -1}, false},
    {{.tag = TAG_DATE, .integer = 1}, false},
    {{TAG_UUID, 0, 0, "0123456789abcdef", 16}, false},
    {{.tag = TAG_FALSE}, false},
    {{.tag = TAG_TRUE}, false},
    {{.tag = TAG_NULL}, false},
};

/* Where the ladder's value `i` stands: equal values stand on the same step. */
static int64_t step_of(int64_t i)
{
    int64_t step = 0;
    for (int64_t j = 1; j <= i; j++) {
        step += !ladder[j].equals_before;
    }
    return step;
}

static int sign(int64_t n)
{
    return (n > 0) - (n < 0);
}

START_TEST(keys_order_as_values_do)
{
    Buf a = {0};
    Buf b = {0};
    for (int64_t i = 0; i < countof(ladder); i++) {
        for (int64_t j = 0; j < countof(ladder); j++) {
            a.len = b.len = 0;
            put_sample(&a, ladder[i].sample);
            put_sample(&b, ladder[j].sample);
            int expected = sign(step_of(i) - step_of(j));
            ck_assert_int_eq(str_compare(buf_str(&a), buf_str(&b)), expected);
            key_invert(&a, 0);
            key_invert(&b, 0);
            ck_assert_int_eq(str_compare(buf_str(&a), buf_str(&b)), -expected);
        }
    }
    buf_free(&a);
    buf_free(&b);
}
END_TEST

/* Rows of components compare component by component, whatever follows. */
START_TEST(no_component_is_the_beginning_of_another)
{
    Buf a = {0};
    Buf b = {0};
    for (int64_t i = 0; i < countof(ladder); i++) {
        for (int64_t j = 0; j < countof(ladder); j++) {
            for (int descending = 0; descending < 2; descending++) {
                a.len = b.len = 0;
                put_sample(&a, ladder[i].sample);
                put_sample(&b, ladder[j].sample);
                if (descending) {
                    key_invert(&a, 0);
                    key_invert(&b, 0);
                }
                int before = str_compare(buf_str(&a), buf_str(&b));
                key_put_entry_id(&a, INT64_MAX);
                key_put_entry_id(&b, INT64_MIN);
                int after = str_compare(buf_str(&a), buf_str(&b));
                ck_assert_int_eq(after, before ? before : 1);
            }
        }
    }
    buf_free(&a);
    buf_free(&b);
}
END_TEST

START_TEST(a_key_tells_where_components_end)
{
    Buf key = {0};
    for (int64_t i = 0; i < countof(ladder); i++) {
        for (int descending = 0; descending < 2; descending++) {
            key.len = 0;
            put_sample(&key, ladder[i].sample);
            if (descending) {
                key_invert(&key, 0);
            }
            int64_t end = key.len;
            Str component = buf_str(&key);
            ck_assert_int_eq(key_is_null(component), ladder[i].sample.tag == TAG_NULL);
            for (int64_t len = 0; len < end; len++) {
                ck_assert_int_eq(key_skip(str_slice(component, 0, len), 0), -1);
            }
            key_put_entry_id(&key, -42);
            ck_assert_int_eq(key_skip(buf_str(&key), 0), end);
            ck_assert_int_eq(key_entry_id(buf_str(&key)), -42);
        }
    }
    buf_free(&key);
}
END_TEST

static void expect_bytes(Buf *key, const char *bytes, int64_t len)
{
    ck_assert(str_eq(buf_str(key), (Str){bytes, len}));
    key->len = 0;
}

START_TEST(the_worked_examples_are_true)
{
    Buf key = {0};
    key_put_int(&key, 5);
    expect_bytes(&key, "\x10\xc0\x14\0\0\0\0\0\0", 9);
    key_put_int(&key, 5);
    key_invert(&key, 0);
    expect_bytes(&key, "\xef\x3f\xeb\xff\xff\xff\xff\xff\xff", 9);
    key_put_int(&key, 9007199254740993);
    expect_bytes(&key, "\x10\xc3\x40\0\0\0\0\0\0\0\1", 11);
    key_put_bytes(&key, (Str){"\0\xff", 2});
    expect_bytes(&key, "\x18\0\xff\xff\0\1", 6);
    key_put_str(&key, STR("ab"));
    expect_bytes(&key,
                 "\x20"
                 "ab\0\1",
                 5);
    key_put_id(&key, 1);
    expect_bytes(&key, "\x38\x80\0\0\0\0\0\0\1", 9);
    key_put_ref(&key, (DocRef){1024, 1});
    expect_bytes(&key, "\x40\0\0\4\0\x80\0\0\0\0\0\0\1", 13);
    key_put_date(&key, 1);
    expect_bytes(&key, "\x58\x80\0\0\0\0\0\0\1", 9);
    key_put_bool(&key, true);
    expect_bytes(&key, "\x68\1", 2);
    key_put_null(&key);
    expect_bytes(&key, "\x7c", 1);
    key_put_transaction_time(&key);
    expect_bytes(&key, "\x50", 1);
    buf_free(&key);
}
END_TEST

START_TEST(the_end_of_a_prefix_is_above_all_that_starts_with_it)
{
    Buf key = {0};
    buf_put(&key, STR("keep"));
    buf_put(&key, (Str){"a\xff\xff", 3});
    ck_assert(key_after_prefix(&key, 4));
    ck_assert(str_eq(buf_str(&key), STR("keepb")));
    key.len = 0;
    buf_put(&key, (Str){"\xff\xff", 2});
    ck_assert(!key_after_prefix(&key, 0));
    ck_assert_int_eq(key.len, 0);
    buf_free(&key);
}
END_TEST

START_TEST(an_object_is_written_by_its_names_in_order)
{
    ShapeTable *shapes = shape_table_new();
    Arena arena;
    arena_init(&arena);
    Str names[] = {STR("b"), STR("a")};
    Str other[] = {STR("a"), STR("b")};
    Str outer = STR("o");
    Buf keys[2] = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        DocBuilder builder = {0};
        builder_start(&builder, shape_of(shapes, &outer, 1, &arena)->id, 1);
        builder_begin(&builder, 0, shape_of(shapes, i ? other : names, 2, &arena)->id, 2);
        builder_int(&builder, 0, i ? 2 : 1);
        builder_int(&builder, 1, i ? 1 : 2);
        builder_end(&builder);
        Str doc;
        ck_assert(builder_finish(&builder, &doc));
        key_put_slot(&keys[i], shapes, doc.s, 0);
        builder_free(&builder);
    }
    ck_assert(str_eq(buf_str(&keys[0]), buf_str(&keys[1])));
    buf_free(&keys[0]);
    buf_free(&keys[1]);
    arena_free(&arena);
    shape_table_free(shapes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key");
    TCase *tests = tcase_create("key");
    tcase_add_test(tests, keys_order_as_values_do);
    tcase_add_test(tests, no_component_is_the_beginning_of_another);
    tcase_add_test(tests, a_key_tells_where_components_end);
    tcase_add_test(tests, the_worked_examples_are_true);
    tcase_add_test(tests, the_end_of_a_prefix_is_above_all_that_starts_with_it);
    tcase_add_test(tests, an_object_is_written_by_its_names_in_order);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
