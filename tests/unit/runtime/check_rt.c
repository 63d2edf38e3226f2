/* Faults, limits, loops and objects of the runtime state. */
#include "runtime/rt.h"

#include "fixture.h"
#include "runtime/function.h"

START_TEST(a_fault_keeps_message_and_places_in_order)
{
    static const Source source = {.name = {"*query*", 7}, .text = {"a.b", 3}};
    Value v = rt_fault(&rt, FAULT_invalid_id, "`%s` is not a valid ID.", "x");
    ck_assert(val_is_fault(v));
    ck_assert_text(fault_code_text(rt.fault->code), "invalid_id");
    ck_assert_text(rt.fault->message, "`x` is not a valid ID.");
    for (uint32_t i = 0; i < 100; i++) {
        rt_trace(&rt, (Span){.source = &source, .start = i, .end = i + 1});
    }
    ck_assert_int_eq(rt.fault->trace_len, 100);
    ck_assert_uint_eq(rt.fault->trace[42].start, 42);
}
END_TEST

START_TEST(every_code_has_a_text_and_a_meaning)
{
    for (FaultCode code = 0; code < FAULT_COUNT; code++) {
        ck_assert_int_gt(fault_code_text(code).len, 0);
        ck_assert(str_ends_with(fault_code_meaning(code), STR(".")));
    }
}
END_TEST

START_TEST(frequent_faults_are_worded_as_fauna_does)
{
    rt_fault_type(&rt, STR("Boolean"), text("a"));
    ck_assert_text(rt.fault->message, "expected type: Boolean, received String");
    rt.fault = NULL;
    rt_fault_argument_type(&rt, STR("index"), STR("Int"), object1("a", val_int(1)));
    ck_assert_text(rt.fault->message,
                   "expected value for `index` of type Int, received { *: Any }");
    rt.fault = NULL;
    rt_fault_argument(&rt, STR("start"), "too %s", "small");
    ck_assert_text(rt.fault->message, "invalid argument `start`: too small");
    rt.fault = NULL;
    rt_fault_bounds(&rt, STR("size"), STR("non-negative"), val_double(-1));
    ck_assert_text(rt.fault->message, "expected `size` to be non-negative, received -1.0");
}
END_TEST

START_TEST(truth_is_a_boolean_or_null)
{
    ck_assert_int_eq(rt_truth(&rt, val_bool(true)), 1);
    ck_assert_int_eq(rt_truth(&rt, val_bool(false)), 0);
    ck_assert_int_eq(rt_truth(&rt, val_null(NULL)), 0);
    ck_assert_int_eq(rt_truth(&rt, val_int(1)), -1);
    ck_assert_text(rt.fault->message, "expected type: Boolean, received Int");
}
END_TEST

START_TEST(a_null_says_where_it_came_from_unless_that_is_here)
{
    static const Source source = {.name = {"*query*", 7}, .text = {"a.b.c", 5}};
    Span made = {.source = &source, .start = 0, .end = 1};
    Span used = {.source = &source, .start = 2, .end = 3};
    Value null =
        val_null_because(&heap, NULL_MISSING_FIELD, made, STR("b"), object1("a", val_int(1)));
    rt_fault_null(&rt, null, used);
    ck_assert_text(rt.fault->message, "Null value, due to missing field `b`");
    ck_assert_text(rt.fault->hints->message, "Null value created here");
    rt.fault = NULL;
    rt_fault_null(&rt, null, made);
    ck_assert_ptr_null(rt.fault->hints);
    rt.fault = NULL;
    rt_fault_null(&rt, val_null(NULL), used);
    ck_assert_text(rt.fault->message, "Null literal value");
}
END_TEST

START_TEST(a_missing_document_is_named_in_its_fault)
{
    Value null =
        val_null_because(&heap, NULL_DOC_NOT_FOUND, (Span){0}, STR("Movie"), val_doc_id(1024, 7));
    rt_fault_null(&rt, null, (Span){0});
    ck_assert_text(rt.fault->message, "Collection `Movie` does not contain document with id 7.");
    ck_assert_text(fault_code_text(rt.fault->code), "document_not_found");
}
END_TEST

START_TEST(an_abort_keeps_a_copy_of_its_value)
{
    Loop loop;
    loop_begin(&loop, &rt);
    Value fault = rt_abort(&rt, object1("why", rt_str(&rt, STR("because"))));
    ck_assert(val_is_fault(loop_end(&loop, fault)));
    const Value *why = object_get(rt.fault->abort_value.as.object, STR("why"));
    ck_assert_text(val_as_str(*why), "because");
}
END_TEST

START_TEST(a_loop_of_many_steps_keeps_little_memory)
{
    int64_t before = arena_bytes(&heap);
    Loop loop;
    Value sum = val_int(0);
    loop_begin(&loop, &rt);
    for (int i = 0; i < 20000; i++) {
        Value garbage = rt_str(&rt, STR("a step's worth of text that nobody needs"));
        sum = object2("count", val_int(i), "text", garbage);
        loop_step(&loop, &sum);
        ck_assert_int_lt(arena_bytes(rt.heap), 2 * 1024 * 1024);
    }
    sum = loop_end(&loop, sum);
    ck_assert_ptr_eq(rt.heap, &heap);
    ck_assert_int_eq(object_get(sum.as.object, STR("count"))->as.integer, 19999);
    ck_assert_text(val_as_str(*object_get(sum.as.object, STR("text"))),
                   "a step's worth of text that nobody needs");
    ck_assert_int_lt(arena_bytes(&heap) - before, 4096);
}
END_TEST

START_TEST(loops_nest_and_carry_values_outwards)
{
    Loop outer;
    Value all = val_null(NULL);
    loop_begin(&outer, &rt);
    for (int i = 0; i < 50; i++) {
        Loop inner;
        Value item = val_null(NULL);
        loop_begin(&inner, &rt);
        for (int j = 0; j < 50; j++) {
            item = array2(item, rt_str(&rt, str_format(rt.heap, "%d.%d", i, j)));
            item = item.as.items[1];
            loop_step(&inner, &item);
        }
        item = loop_end(&inner, item);
        all = array2(item, all);
        loop_step(&outer, &all);
    }
    all = loop_end(&outer, all);
    ck_assert_text(val_as_str(all.as.items[0]), "49.49");
    ck_assert_text(val_as_str(all.as.items[1].as.items[0]), "48.49");
}
END_TEST

START_TEST(the_last_of_fields_with_one_name_wins)
{
    Str names[40];
    Value values[40];
    for (int i = 0; i < 40; i++) {
        names[i] = str_format(&heap, "f%d", i % 20);
        values[i] = val_int(i);
    }
    int64_t count = _i ? 40 : 10;
    Value v = rt_object(&rt, names, values, count);
    ck_assert_uint_eq(v.as.object->shape->count, _i ? 20 : 10);
    ck_assert_int_eq(object_get(v.as.object, STR("f3"))->as.integer, _i ? 23 : 3);
    ck_assert_text(v.as.object->shape->names[0], "f0");
}
END_TEST

START_TEST(an_interrupt_stops_at_the_next_look)
{
    atomic_int interrupt = 0;
    rt.interrupt = &interrupt;
    ck_assert(rt_look(&rt));
    interrupt = 1;
    rt.ticks = 1;
    ck_assert(!rt_tick(&rt));
    ck_assert_text(fault_code_text(rt.fault->code), "interrupted");
}
END_TEST

START_TEST(a_deadline_that_has_passed_is_a_fault)
{
    rt.deadline_us = 1;
    ck_assert(!rt_look(&rt));
    ck_assert_text(fault_code_text(rt.fault->code), "time_out");
}
END_TEST

START_TEST(types_are_named_as_in_messages)
{
    static const Module math = {.name = {"Math", 4}};
    static const Function lambda = {.kind = FUNCTION_LAMBDA};
    ck_assert_text(rt_type_name(&rt, val_long(1)), "Long");
    ck_assert_text(rt_type_name(&rt, val_array(NULL, 0)), "Array<Any>");
    ck_assert_text(rt_type_name(&rt, val_module(&math)), "Math");
    ck_assert_text(rt_type_name(&rt, val_function(&lambda)), "Lambda");
    ck_assert_text(rt_type_name(&rt, val_doc_id(1024, 1)), "Doc");
}
END_TEST

START_TEST(only_counts_that_an_overload_takes_are_accepted)
{
    Overload overloads[] = {{.count = 1}, {.count = 3, .variadic = _i == 1}};
    Signature signature = {.overloads = overloads, .count = 2};
    Function fn = {.kind = FUNCTION_BOUND, .arities = function_arities(&signature)};
    ck_assert(!function_accepts(&fn, 0));
    ck_assert(function_accepts(&fn, 1));
    ck_assert_int_eq(function_accepts(&fn, 2), _i == 1);
    ck_assert(function_accepts(&fn, 3));
    ck_assert_int_eq(function_accepts(&fn, 9), _i == 1);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, a_fault_keeps_message_and_places_in_order);
    tcase_add_test(tests, every_code_has_a_text_and_a_meaning);
    tcase_add_test(tests, frequent_faults_are_worded_as_fauna_does);
    tcase_add_test(tests, truth_is_a_boolean_or_null);
    tcase_add_test(tests, a_null_says_where_it_came_from_unless_that_is_here);
    tcase_add_test(tests, a_missing_document_is_named_in_its_fault);
    tcase_add_test(tests, an_abort_keeps_a_copy_of_its_value);
    tcase_add_test(tests, a_loop_of_many_steps_keeps_little_memory);
    tcase_add_test(tests, loops_nest_and_carry_values_outwards);
    tcase_add_loop_test(tests, the_last_of_fields_with_one_name_wins, 0, 2);
    tcase_add_test(tests, an_interrupt_stops_at_the_next_look);
    tcase_add_test(tests, a_deadline_that_has_passed_is_a_fault);
    tcase_add_test(tests, types_are_named_as_in_messages);
    tcase_add_loop_test(tests, only_counts_that_an_overload_takes_are_accepted, 0, 2);
}

int main(void)
{
    return run_case("rt", add_tests);
}
