/* Notes of what is read: none unless they are asked for, one for each place, with what it gave. */
#include "runtime/set/plan.h"
#include "tests/unit/runtime/store_fixture.h"

static const Source source_text = {{"test", 4}, {"Person.all() Person.byAge(1)", 28}};
static const Span all_span = {&source_text, 0, 12};
static const Span index_span = {&source_text, 13, 28};

/* People with an index byAge, aged 0, 1 and 1. */
static const Collection *make_people(void)
{
    Value terms = object1("terms", array1(object1("field", text("age"))));
    const Collection *people = make_collection("Person", "indexes", object1("byAge", terms));
    for (int64_t i = 0; i < 3; i++) {
        Value age = object1("age", val_int(i > 0));
        ck_assert(doc_create(&rt, people, age.as.object, DATA_DEFAULT).type == T_DOC);
    }
    return people;
}

static int64_t count_all(const Collection *people)
{
    rt.site = &all_span;
    ValueList list = {0};
    ck_assert(set_collect_all(&rt, collection_all_set(&rt, people->number, NULL).as.set, &list));
    return list.len;
}

static int64_t count_age(const Collection *people, int64_t age)
{
    rt.site = &index_span;
    Value term = val_int(age);
    Value set = collection_index_set(&rt, people, &people->indexes[0], &term, 1);
    ValueList list = {0};
    ck_assert(set_collect_all(&rt, set.as.set, &list));
    return list.len;
}

START_TEST(nothing_is_noted_unless_asked_for)
{
    const Collection *people = make_people();
    ck_assert_int_eq(count_all(people), 3);
    ck_assert_ptr_null(rt.plan);
}
END_TEST

START_TEST(reads_are_noted_by_place)
{
    const Collection *people = make_people();
    plan_begin(&rt);
    ck_assert_int_eq(count_all(people), 3);
    ck_assert_int_eq(count_age(people, 1), 2);
    ck_assert_int_eq(count_age(people, 0), 1);
    ck_assert_int_eq(rt.plan->count, 2);
    const PlanRead *all = rt.plan->first, *index = all->next;
    ck_assert_int_eq(all->kind, PLAN_SCAN);
    ck_assert_int_eq(all->collection, people->number);
    ck_assert_int_eq(all->times, 1);
    ck_assert_int_eq(all->documents, 3);
    ck_assert_int_eq(all->span.start, all_span.start);
    ck_assert_int_eq(index->kind, PLAN_INDEX);
    ck_assert_ptr_eq(index->index, &people->indexes[0]);
    ck_assert_int_eq(index->times, 2);
    ck_assert_int_eq(index->documents, 3);
    ck_assert_ptr_null(index->next);
}
END_TEST

START_TEST(a_field_that_the_index_lacks_is_noted_with_it)
{
    const Collection *people = make_people();
    plan_begin(&rt);
    rt.performance_hints = true;
    ck_assert_int_eq(count_age(people, 1), 2);
    plan_not_covered(&rt, &people->indexes[0], all_span, STR("elsewhere"));
    ck_assert_int_eq(rt.plan->first->not_covered.len, 0);
    plan_not_covered(&rt, &people->indexes[0], index_span, STR("name"));
    plan_not_covered(&rt, &people->indexes[0], index_span, STR("later"));
    ck_assert(str_eq(rt.plan->first->not_covered, STR("name")));
}
END_TEST

START_TEST(places_without_number_end_the_notes)
{
    plan_begin(&rt);
    for (uint32_t i = 0; i < PLAN_READS_MAX; i++) {
        ck_assert_ptr_nonnull(plan_read(&rt, &(PlanRead){.collection = i}));
    }
    ck_assert(!rt.plan->is_cut);
    ck_assert_ptr_null(plan_read(&rt, &(PlanRead){.collection = PLAN_READS_MAX}));
    plan_add_documents(NULL, 1);
    ck_assert(rt.plan->is_cut);
    ck_assert_int_eq(rt.plan->count, PLAN_READS_MAX);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, nothing_is_noted_unless_asked_for);
    tcase_add_test(tests, reads_are_noted_by_place);
    tcase_add_test(tests, a_field_that_the_index_lacks_is_noted_with_it);
    tcase_add_test(tests, places_without_number_end_the_notes);
}

int main(void)
{
    return run_case("plan", add_tests);
}
