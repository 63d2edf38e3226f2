/* Comparing, hashing and copying values. */
#include "runtime/value.h"

#include "fixture.h"
#include "runtime/function.h"

#include <math.h>

START_TEST(numbers_are_equal_by_value_whatever_their_type)
{
    ck_assert(val_equal(val_int(3), val_long(3)));
    ck_assert(val_equal(val_int(3), val_double(3.0)));
    ck_assert(val_equal(val_double(3.0), val_long(3)));
    ck_assert(!val_equal(val_int(3), val_double(3.5)));
    ck_assert(!val_equal(val_double(0.0), val_double(-0.0)));
    ck_assert(val_equal(val_double((double)NAN), val_double(-(double)NAN)));
}
END_TEST

START_TEST(ids_equal_numbers_and_strings_that_spell_them)
{
    ck_assert(val_equal(val_id(12), text("12")));
    ck_assert(val_equal(text("+012"), val_id(12)));
    ck_assert(val_equal(val_id(12), val_int(12)));
    ck_assert(!val_equal(val_id(12), text("12 ")));
    ck_assert(!val_equal(text("12"), val_int(12)));
}
END_TEST

START_TEST(unrelated_types_have_a_total_order_only)
{
    int order;
    ck_assert(!val_related_compare(val_int(1), text("a"), &order));
    ck_assert(!val_related_compare(val_bool(true), val_null(NULL), &order));
    ck_assert_int_eq(val_compare(val_int(9), text("a")), -1);
    ck_assert_int_eq(val_compare(val_null(NULL), val_bool(true)), 1);
    ck_assert(val_related_compare(val_int(1), val_double(1.5), &order));
    ck_assert_int_eq(order, -1);
}
END_TEST

START_TEST(strings_are_ordered_by_code_point)
{
    ck_assert_int_eq(val_compare(text("a"), text("b")), -1);
    ck_assert_int_eq(val_compare(text("ab"), text("a")), 1);
    ck_assert_int_eq(val_compare(text("\uFFFD"), text("\U0001F600")), -1);
}
END_TEST

START_TEST(arrays_compare_by_element_then_length)
{
    Value short_array = val_array((Value[]){val_int(1)}, 1);
    Value long_array = array2(val_int(1), val_int(0));
    ck_assert_int_eq(val_compare(short_array, long_array), -1);
    ck_assert_int_eq(val_compare(array2(val_int(2), val_int(0)), long_array), 1);
    ck_assert_int_eq(val_compare(long_array, array2(val_double(1), val_int(0))), 0);
    ck_assert(!val_equal(short_array, long_array));
    ck_assert(val_equal(long_array, array2(val_double(1), val_long(0))));
}
END_TEST

START_TEST(objects_are_equal_whatever_the_order_of_their_fields)
{
    Value ab = object2("a", val_int(1), "b", text("x"));
    Value ba = object2("b", text("x"), "a", val_int(1));
    ck_assert(val_equal(ab, ba));
    ck_assert_int_eq(val_compare(ab, ba), 0);
    ck_assert_uint_eq(val_hash(ab), val_hash(ba));
    ck_assert(!val_equal(ab, object2("a", val_int(1), "c", text("x"))));
    ck_assert_int_eq(val_compare(ab, object2("c", val_int(0), "a", val_int(1))), -1);
    ck_assert_int_eq(val_compare(object1("a", val_int(2)), ab), 1);
}
END_TEST

START_TEST(equal_values_hash_equal)
{
    ck_assert_uint_eq(val_hash(val_int(7)), val_hash(val_double(7)));
    ck_assert_uint_eq(val_hash(val_id(7)), val_hash(text("7")));
    ck_assert_uint_eq(val_hash(val_id(7)), val_hash(val_long(7)));
    ck_assert_uint_eq(val_hash(val_double((double)NAN)), val_hash(val_double(-(double)NAN)));
    ck_assert_uint_ne(val_hash(val_int(7)), val_hash(val_int(8)));
}
END_TEST

/* An array within an array within …, or objects if `as_object`. */
static Value nest(int64_t depth, bool as_object)
{
    Value v = val_int(1);
    for (int64_t i = 0; i < depth; i++) {
        Value *item = arena_alloc(rt.heap, (int64_t)sizeof *item);
        *item = v;
        v = as_object ? object1("a", v) : val_array(item, 1);
    }
    return v;
}

START_TEST(no_nesting_is_too_deep)
{
    int64_t depth = 200000;
    Value a = nest(depth, _i), b = nest(depth, _i);
    ck_assert(val_equal(a, b));
    ck_assert_int_eq(val_compare(a, b), 0);
    ck_assert_uint_eq(val_hash(a), val_hash(b));
    Arena other;
    arena_init(&other);
    ck_assert(val_equal(val_copy(&other, a, rt.heap), b));
    arena_free(&other);
}
END_TEST

START_TEST(a_copy_outlives_what_it_was_copied_from)
{
    Arena from, to;
    arena_init(&from);
    arena_init(&to);
    rt.heap = &from;
    Value inner = object2("name", rt_str(&rt, STR("Alien")), "none",
                          val_null_because(&from, NULL_MISSING_FIELD, (Span){0},
                                           str_copy(&from, STR("stars")), val_int(1)));
    Value copy = val_copy(&to, array2(inner, text("static")), &from);
    arena_free(&from);
    const Object *object = copy.as.items[0].as.object;
    ck_assert_text(val_as_str(*object_get(object, STR("name"))), "Alien");
    ck_assert_text(object_get(object, STR("none"))->as.cause->name, "stars");
    rt.heap = &heap;
    arena_free(&to);
}
END_TEST

START_TEST(a_copy_shares_what_lives_elsewhere)
{
    Arena from;
    arena_init(&from);
    Value outer = object1("a", val_int(1));
    Value *items = arena_alloc(&from, 2 * (int64_t)sizeof *items);
    items[0] = outer;
    items[1] = text("static");
    Value copy = val_copy(&heap, val_array(items, 2), &from);
    ck_assert_ptr_eq(copy.as.items[0].as.object, outer.as.object);
    ck_assert_ptr_eq(copy.as.items[1].as.bytes, items[1].as.bytes);
    arena_free(&from);
}
END_TEST

START_TEST(what_lasts_is_not_copied_again)
{
    Arena from, lasting;
    arena_init(&from);
    arena_init(&lasting);
    rt.heap = &from;
    Value inner = val_copy_lasting(&lasting, object1("name", rt_str(&rt, STR("Alien"))), 0);
    Value copy = val_copy_lasting(&lasting, array2(inner, rt_str(&rt, STR("text"))), 0);
    arena_free(&from);
    ck_assert_ptr_eq(copy.as.items[0].as.object, inner.as.object);
    ck_assert_text(val_as_str(*object_get(inner.as.object, STR("name"))), "Alien");
    ck_assert_text(val_as_str(copy.as.items[1]), "text");
    ck_assert_ptr_eq(val_copy_lasting(&lasting, copy, 0).as.items, copy.as.items);
    rt.heap = &heap;
    arena_free(&lasting);
}
END_TEST

START_TEST(a_part_that_is_shared_often_stays_shared)
{
    enum { DEPTH = 60 };
    Arena from;
    arena_init(&from);
    rt.heap = &from;
    Value v = rt_str(&rt, STR("a string that is long enough to be worth remembering as a part"));
    for (int i = 0; i < DEPTH; i++) {
        v = i % 2 == 0 ? array2(v, v) : object2("a", v, "b", v);
    }
    rt.heap = &heap;
    Value copy = val_copy(&heap, v, &from);
    arena_free(&from);
    for (int i = 0; i < DEPTH; i++) {
        copy = copy.type == T_ARRAY ? copy.as.items[1] : copy.as.object->slots[1];
    }
    ck_assert(str_starts_with(val_as_str(copy), STR("a string that")));
}
END_TEST

START_TEST(a_private_shape_is_copied_with_its_object)
{
    enum { WIDE = 100 };
    Arena from;
    arena_init(&from);
    rt.heap = &from;
    Str names[WIDE];
    Value values[WIDE];
    for (int i = 0; i < WIDE; i++) {
        names[i] = str_format(&from, "field%d", i);
        values[i] = val_int(i);
    }
    Value copy = val_copy(&heap, rt_object(&rt, names, values, WIDE), &from);
    arena_free(&from);
    rt.heap = &heap;
    ck_assert_int_eq(object_get(copy.as.object, STR("field42"))->as.integer, 42);
}
END_TEST

START_TEST(a_function_is_copied_with_its_variables)
{
    Arena from;
    arena_init(&from);
    Function *fn = arena_zero(&from, (int64_t)(sizeof *fn + sizeof(Value)));
    fn->captured_count = 1;
    fn->captured[0] = val_str(str_copy(&from, STR("captured")));
    Value copy = val_copy(&heap, val_function(fn), &from);
    arena_free(&from);
    ck_assert_text(val_as_str(copy.as.function->captured[0]), "captured");
}
END_TEST

START_TEST(functions_are_ordered_by_parameters_or_by_name)
{
    static const Function one = {.kind = FUNCTION_LAMBDA, .params = 1};
    static const Function two = {.kind = FUNCTION_LAMBDA, .params = 2};
    static const Function drop = {.kind = FUNCTION_BOUND, .name = {"drop", 4}};
    static const Function take = {.kind = FUNCTION_BOUND, .name = {"take", 4}};
    ck_assert_int_eq(val_compare(val_function(&two), val_function(&one)), 1);
    ck_assert_int_eq(val_compare(val_function(&drop), val_function(&take)), -1);
    ck_assert(val_equal(val_function(&take), val_function(&take)));
}
END_TEST

START_TEST(microseconds_before_1970_round_down)
{
    Value time = val_time_us(-1);
    ck_assert_int_eq(time.as.integer, -1);
    ck_assert_uint_eq(time.len, 999999000);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, numbers_are_equal_by_value_whatever_their_type);
    tcase_add_test(tests, ids_equal_numbers_and_strings_that_spell_them);
    tcase_add_test(tests, unrelated_types_have_a_total_order_only);
    tcase_add_test(tests, strings_are_ordered_by_code_point);
    tcase_add_test(tests, arrays_compare_by_element_then_length);
    tcase_add_test(tests, objects_are_equal_whatever_the_order_of_their_fields);
    tcase_add_test(tests, equal_values_hash_equal);
    tcase_add_loop_test(tests, no_nesting_is_too_deep, 0, 2);
    tcase_add_test(tests, a_copy_outlives_what_it_was_copied_from);
    tcase_add_test(tests, a_copy_shares_what_lives_elsewhere);
    tcase_add_test(tests, what_lasts_is_not_copied_again);
    tcase_add_test(tests, a_part_that_is_shared_often_stays_shared);
    tcase_add_test(tests, a_private_shape_is_copied_with_its_object);
    tcase_add_test(tests, a_function_is_copied_with_its_variables);
    tcase_add_test(tests, functions_are_ordered_by_parameters_or_by_name);
    tcase_add_test(tests, microseconds_before_1970_round_down);
}

int main(void)
{
    return run_case("value", add_tests);
}
