/* Types of fields: what they take, which are narrower than which, how they are shown. */
#include "tests/unit/runtime/fixture.h"
#include "tests/unit/runtime/types_fixture.h"

static const SchemaType long_type = SCALAR("Long", 1u << T_INT | 1u << T_LONG);
static const SchemaType one_type = {
    .kind = SCHEMA_LITERAL, .name = {"1", 1}, .literal = {.type = T_INT, .as = {.integer = 1}}};

static const SchemaType *int_and_string[] = {&int_type, &string_type};
static const SchemaType pair_type = {.kind = SCHEMA_TUPLE, .members = int_and_string, .count = 2};

/* { n: Int } */
static const SchemaType narrow_type = {.kind = SCHEMA_OBJECT, .fields = both_fields, .count = 1};

static bool takes(const SchemaType *type, Value value)
{
    return schema_type_accepts(&rt, type, value);
}

START_TEST(scalars_take_values_of_their_own_types)
{
    ck_assert(takes(&int_type, val_int(1)));
    ck_assert(!takes(&int_type, val_double(1)));
    ck_assert(!takes(&int_type, val_null(NULL)));
    ck_assert(takes(&string_type, text("")));
    ck_assert(takes(&any_type, val_null(NULL)));
}
END_TEST

START_TEST(a_long_that_fits_is_an_int)
{
    ck_assert(takes(&int_type, val_long(7)));
    ck_assert(!takes(&int_type, val_long(INT64_C(1) << 40)));
    ck_assert(takes(&long_type, val_long(INT64_C(1) << 40)));
}
END_TEST

START_TEST(a_literal_takes_one_value)
{
    ck_assert(takes(&one_type, val_int(1)));
    ck_assert(!takes(&one_type, val_int(2)));
    ck_assert(!takes(&one_type, val_double(1)));
}
END_TEST

START_TEST(objects_take_their_fields_and_no_others)
{
    ck_assert(takes(&both_type, object2("n", val_int(1), "s", text("x"))));
    ck_assert(!takes(&both_type, object1("n", val_int(1))));
    ck_assert(!takes(&narrow_type, object2("n", val_int(1), "s", text("x"))));
    ck_assert(takes(&open_type, object1("x", text("any"))));
    ck_assert(!takes(&open_type, object1("n", text("no int"))));
}
END_TEST

START_TEST(arrays_and_tuples_look_at_each_element)
{
    ck_assert(takes(&ints_type, val_array(NULL, 0)));
    ck_assert(!takes(&ints_type, array2(val_int(1), text("x"))));
    ck_assert(takes(&pair_type, array2(val_int(1), text("x"))));
    ck_assert(!takes(&pair_type, array2(text("x"), val_int(1))));
    ck_assert(!takes(&pair_type, val_array(NULL, 0)));
}
END_TEST

START_TEST(narrower_types_are_subtypes)
{
    ck_assert(schema_type_is_subtype(&int_type, &long_type));
    ck_assert(!schema_type_is_subtype(&long_type, &int_type));
    ck_assert(schema_type_is_subtype(&one_type, &optional_type));
    ck_assert(schema_type_is_subtype(&int_type, &any_type));
    ck_assert(!schema_type_is_subtype(&any_type, &optional_type));
    ck_assert(!schema_type_is_subtype(&optional_type, &int_type));
    ck_assert(!schema_type_is_subtype(&pair_type, &ints_type));
}
END_TEST

START_TEST(an_object_with_fewer_fields_is_a_subtype_where_null_will_do)
{
    static const SchemaType empty = {.kind = SCHEMA_OBJECT};
    ck_assert(schema_type_is_subtype(&both_type, &open_type));
    ck_assert(schema_type_is_subtype(&empty, &open_type));
    ck_assert(!schema_type_is_subtype(&narrow_type, &both_type));
    ck_assert(!schema_type_is_subtype(&both_type, &narrow_type));
    ck_assert(!schema_type_is_subtype(&open_type, &narrow_type));
}
END_TEST

START_TEST(a_subtype_takes_nothing_that_the_other_refuses)
{
    const SchemaType *const types[] = {&int_type,  &long_type,     &string_type, &null_type,
                                       &any_type,  &optional_type, &ints_type,   &pair_type,
                                       &both_type, &open_type,     &narrow_type, &one_type};
    const Value values[] = {val_int(1),
                            val_int(2),
                            val_long(INT64_C(1) << 40),
                            val_double(1.5),
                            text("x"),
                            val_null(NULL),
                            val_array(NULL, 0),
                            array2(val_int(1), text("x")),
                            object1("n", val_int(1)),
                            object2("n", val_int(1), "s", text("x"))};
    for (int64_t a = 0; a < countof(types); a++) {
        for (int64_t b = 0; b < countof(types); b++) {
            bool narrower = schema_type_is_subtype(types[a], types[b]);
            for (int64_t i = 0; narrower && i < countof(values); i++) {
                ck_assert_msg(!takes(types[a], values[i]) || takes(types[b], values[i]),
                              "types %lld and %lld, value %lld", (long long)a, (long long)b,
                              (long long)i);
            }
        }
    }
}
END_TEST

START_TEST(types_are_shown_as_they_are_written)
{
    static const SchemaType *const types[] = {&optional_type, &ints_type, &pair_type, &both_type,
                                              &open_type};
    static const char *const shown[] = {"Int | Null", "Array<Int>", "[Int, String]",
                                        "{ n: Int, s: String }", "{ n: Int | Null, *: Any }"};
    for (int64_t i = 0; i < countof(types); i++) {
        Buf out = {0};
        schema_type_put(&out, types[i]);
        ck_assert_text(buf_str(&out), shown[i]);
        buf_free(&out);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, scalars_take_values_of_their_own_types);
    tcase_add_test(tests, a_long_that_fits_is_an_int);
    tcase_add_test(tests, a_literal_takes_one_value);
    tcase_add_test(tests, objects_take_their_fields_and_no_others);
    tcase_add_test(tests, arrays_and_tuples_look_at_each_element);
    tcase_add_test(tests, narrower_types_are_subtypes);
    tcase_add_test(tests, an_object_with_fewer_fields_is_a_subtype_where_null_will_do);
    tcase_add_test(tests, a_subtype_takes_nothing_that_the_other_refuses);
    tcase_add_test(tests, types_are_shown_as_they_are_written);
}

int main(void)
{
    return run_case("schema_type", add_tests);
}
