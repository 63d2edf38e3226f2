/* Values to document bytes and index keys, and back. */
#include "runtime/document/codec.h"

#include "fixture.h"
#include "runtime/function.h"
#include "store/doc.h"

static Value round_trip(Value object)
{
    Str bytes;
    ck_assert(codec_encode(&rt, &heap, object.as.object, &bytes));
    ck_assert(doc_check(rt.shapes, bytes));
    return codec_decode(&rt, bytes.s);
}

static const char uuid[] = "0123456789abcdef";

static Value sample(int i)
{
    switch (i) {
    case 0:
        return val_int(-7);
    case 1:
        return val_long(INT64_MIN);
    case 2:
        return val_double(0.1);
    case 3:
        return text("a long text that does not fit into eight bytes");
    case 4:
        return text("short");
    case 5:
        return text("");
    case 6:
        return val_bool(true);
    case 7:
        return val_time(-62135596800, 999999999);
    case 8:
        return val_date(-1);
    case 9:
        return val_bytes(STR("\x01\x02"));
    case 10:
        return val_doc_id(1024, 42);
    case 11:
        return array2(val_null(NULL), object1("x", val_int(1)));
    case 12:
        return val_array(NULL, 0);
    case 13:
        return val_time(31556889864403199, 1);
    case 14:
        return val_uuid(uuid);
    default:
        return rt_object(&rt, NULL, NULL, 0);
    }
}
enum { SAMPLES = 16 };

START_TEST(values_come_back_as_they_were)
{
    Value v = sample(_i);
    Value back = round_trip(object2("before", val_int(1), "field", v));
    const Value *field = object_get(back.as.object, STR("field"));
    ck_assert_int_eq(field->type, v.type);
    ck_assert(val_equal(*field, v));
}
END_TEST

START_TEST(fields_that_are_null_are_left_out)
{
    Value inner = object2("keep", val_int(1), "drop", val_null(NULL));
    Value back = round_trip(object2("gone", val_null(NULL), "inner", inner));
    ck_assert_uint_eq(back.as.object->shape->count, 1);
    const Value *kept = object_get(back.as.object, STR("inner"));
    ck_assert_uint_eq(kept->as.object->shape->count, 1);
    ck_assert(object_get(kept->as.object, STR("keep")));
}
END_TEST

START_TEST(a_long_that_fits_is_stored_as_an_int)
{
    Value back = round_trip(object1("n", val_long(5)));
    ck_assert_int_eq(object_get(back.as.object, STR("n"))->type, T_INT);
}
END_TEST

START_TEST(what_cannot_be_kept_is_named_with_its_place)
{
    Str bytes;
    Value list = array2(val_int(1), object1("id", val_id(3)));
    ck_assert(!codec_encode(&rt, &heap, object1("list", list).as.object, &bytes));
    ck_assert_text(rt.fault->message,
                   "Value at `list[1].id` has type ID, which cannot be persisted.");
    rt.fault = NULL;
    static const Function lambda = {.kind = FUNCTION_LAMBDA};
    ck_assert(!codec_encode(&rt, &heap, object1("f", val_function(&lambda)).as.object, &bytes));
    ck_assert_text(rt.fault->message,
                   "Anonymous functions cannot be stored. Use a string of FQL instead.");
    rt.fault = NULL;
    ck_assert(codec_encode(&rt, &heap, object1("a", val_int(1)).as.object, &bytes));
}
END_TEST

START_TEST(nesting_beyond_the_limit_is_refused)
{
    Value v = val_int(1);
    for (int i = 0; i < 300; i++) {
        v = object1("a", v);
    }
    Str bytes;
    ck_assert(!codec_encode(&rt, &heap, v.as.object, &bytes));
    ck_assert_text(fault_code_text(rt.fault->code), "value_too_large");
}
END_TEST

static int compare_keys(Value a, Value b, bool descending)
{
    Buf left = {0}, right = {0};
    ck_assert(codec_key(&rt, &left, a, descending));
    ck_assert(codec_key(&rt, &right, b, descending));
    int order = str_compare(buf_str(&left), buf_str(&right));
    buf_free(&left);
    buf_free(&right);
    return order;
}

START_TEST(keys_are_ordered_as_their_values)
{
    for (int i = 0; i < SAMPLES; i++) {
        int order = val_compare(sample(_i), sample(i));
        ck_assert_int_eq(compare_keys(sample(_i), sample(i), false), order);
        ck_assert_int_eq(compare_keys(sample(_i), sample(i), true), -order);
    }
}
END_TEST

START_TEST(what_cannot_be_a_key_appends_nothing)
{
    static const Module module = {.name = {"Math", 4}};
    Buf key = {0};
    buf_puts(&key, "x");
    ck_assert(!codec_key(&rt, &key, array2(val_int(1), val_module(&module)), false));
    ck_assert_int_eq(key.len, 1);
    buf_free(&key);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, values_come_back_as_they_were, 0, SAMPLES);
    tcase_add_test(tests, fields_that_are_null_are_left_out);
    tcase_add_test(tests, a_long_that_fits_is_stored_as_an_int);
    tcase_add_test(tests, what_cannot_be_kept_is_named_with_its_place);
    tcase_add_test(tests, nesting_beyond_the_limit_is_refused);
    tcase_add_loop_test(tests, keys_are_ordered_as_their_values, 0, SAMPLES);
    tcase_add_test(tests, what_cannot_be_a_key_appends_nothing);
}

int main(void)
{
    return run_case("codec", add_tests);
}
