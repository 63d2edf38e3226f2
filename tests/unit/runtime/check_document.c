/* Documents: what is written is read, within the transaction and after it; what may not be
 * written is refused as a whole. */
#include "tests/unit/runtime/store_fixture.h"

static const Object *fields(const char *name, Value v)
{
    return object1(name, v).as.object;
}

START_TEST(what_was_created_is_read_in_the_same_transaction)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value alien = doc_create(&rt, movies, fields("title", text("Alien")), DATA_DEFAULT);
    ck_assert(alien.type == T_DOC);
    ck_assert(val_equal(doc_field(&rt, alien, STR("title")), text("Alien")));
    ck_assert_int_eq(doc_field(&rt, alien, STR("ts")).type, T_TRANSACTION_TIME);
    ck_assert_int_eq(doc_field(&rt, alien, STR("id")).as.integer, val_doc_key(alien));
    ck_assert_ptr_eq(doc_field(&rt, alien, STR("coll")).as.module, &movies->module);
}
END_TEST

START_TEST(a_version_found_before_an_update_is_looked_up_again)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value alien = doc_create(&rt, movies, fields("stars", val_int(4)), DATA_DEFAULT);
    ck_assert(doc_update(&rt, alien, fields("stars", val_int(5)), DATA_DEFAULT).type == T_DOC);
    ck_assert_int_eq(doc_field(&rt, alien, STR("stars")).as.integer, 5);
}
END_TEST

START_TEST(an_update_merges_objects_and_null_removes)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value inner = object2("a", val_int(1), "b", val_int(2));
    Value doc = doc_create(&rt, movies, fields("x", inner), DATA_DEFAULT);
    Value patch = object2("a", val_null(NULL), "c", val_int(3));
    doc = doc_update(&rt, doc, fields("x", patch), DATA_DEFAULT);
    Value expected = object2("b", val_int(2), "c", val_int(3));
    ck_assert(val_equal(doc_field(&rt, doc, STR("x")), expected));
}
END_TEST

START_TEST(a_replacement_keeps_nothing)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value doc = doc_create(&rt, movies, fields("a", val_int(1)), DATA_DEFAULT);
    doc = doc_replace(&rt, doc, fields("b", val_int(2)), DATA_DEFAULT);
    ck_assert(val_is_null(doc_field(&rt, doc, STR("a"))));
    ck_assert_int_eq(doc_field(&rt, doc, STR("b")).as.integer, 2);
}
END_TEST

START_TEST(a_deleted_document_is_gone_and_says_so)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value doc = doc_create(&rt, movies, fields("a", val_int(1)), DATA_DEFAULT);
    Value deleted = doc_delete(&rt, doc);
    ck_assert_ptr_null(doc_version(&rt, doc));
    Value field = doc_field(&rt, deleted, STR("a"));
    ck_assert(val_is_null(field));
    ck_assert_int_eq(field.as.cause->kind, NULL_DOC_DELETED);
    ck_assert_int_eq(doc_field(&rt, doc, STR("a")).as.cause->kind, NULL_DOC_NOT_FOUND);
    expect_fault(doc_delete(&rt, doc), FAULT_document_not_found);
}
END_TEST

START_TEST(reserved_names_are_refused_unless_the_data_is_plain)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    const Object *reserved = fields("ts", val_int(1));
    Value refused = doc_create(&rt, movies, reserved, DATA_DEFAULT);
    ck_assert_ptr_nonnull(rt.fault->constraints);
    expect_fault(refused, FAULT_constraint_failure);
    Value doc = doc_create(&rt, movies, reserved, DATA_PLAIN);
    ck_assert(doc.type == T_DOC);
    ck_assert_int_eq(doc_field(&rt, doc, STR("ts")).type, T_TRANSACTION_TIME);
    Value data = doc_field(&rt, doc, STR("data"));
    ck_assert_int_eq(object_get(data.as.object, STR("ts"))->as.integer, 1);
}
END_TEST

START_TEST(ids_may_be_given_once)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    ck_assert(doc_create(&rt, movies, fields("id", text("7")), DATA_DEFAULT).type == T_DOC);
    expect_fault(doc_create(&rt, movies, fields("id", val_int(7)), DATA_DEFAULT),
                 FAULT_document_id_exists);
    expect_fault(doc_create(&rt, movies, fields("id", val_int(-7)), DATA_DEFAULT),
                 FAULT_constraint_failure);
    expect_fault(doc_create(&rt, movies, fields("id", val_bool(true)), DATA_DEFAULT),
                 FAULT_constraint_failure);
}
END_TEST

START_TEST(new_ids_rise_and_follow_the_clock)
{
    int64_t before = rt_new_id(&rt);
    for (int i = 0; i < 1000; i++) {
        int64_t id = rt_new_id(&rt);
        ck_assert_int_gt(id, before);
        before = id;
    }
    rt.now_us += 2000;
    ck_assert_int_gt(rt_new_id(&rt), before + 1000);
    rt.now_us -= 1000000;
    ck_assert_int_gt(rt_new_id(&rt), before);
}
END_TEST

/* Of as many digits as Fauna's: sources and errors that show them keep their columns. */
START_TEST(new_ids_are_milliseconds_since_2012_above_20_bits)
{
    rt.id_state = 0;
    rt.now_us = 1700000000000000;
    ck_assert_int_eq(rt_new_id(&rt), (1700000000000 - 1336258850000) << 20);
}
END_TEST

START_TEST(ids_are_read_from_decimal_digits_alone)
{
    int64_t id;
    ck_assert(doc_id_from_str(STR("9223372036854775807"), &id) && id == INT64_MAX);
    ck_assert(!doc_id_from_str(STR("9223372036854775808"), &id));
    ck_assert(!doc_id_from_str(STR(""), &id) && !doc_id_from_str(STR("-1"), &id));
    ck_assert(!doc_id_from_str(STR("1x"), &id) && doc_id_from_str(STR("007"), &id) && id == 7);
}
END_TEST

START_TEST(documents_end_at_their_ttl)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value end = val_time(rt.now_us / 1000000 + 60, 0);
    Value doc = doc_create(&rt, movies, fields("ttl", end), DATA_DEFAULT);
    ck_assert(val_equal(doc_field(&rt, doc, STR("ttl")), end));
    doc = doc_update(&rt, doc, fields("ttl", val_null(NULL)), DATA_DEFAULT);
    ck_assert(val_is_null(doc_field(&rt, doc, STR("ttl"))));
    expect_fault(doc_create(&rt, movies, fields("ttl", val_int(1)), DATA_DEFAULT),
                 FAULT_constraint_failure);
}
END_TEST

START_TEST(writes_are_refused_where_they_are_banned)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    (void)rt_limit_effects(&rt, READS, "set functions");
    expect_fault(doc_create(&rt, movies, fields("a", val_int(1)), DATA_DEFAULT),
                 FAULT_invalid_effect);
    rt.effects = (EffectLimit){.most = WRITES};
    rt.valid_time_us = 1;
    expect_fault(doc_create(&rt, movies, fields("a", val_int(1)), DATA_DEFAULT),
                 FAULT_invalid_write);
    rt.valid_time_us = 0;
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, what_was_created_is_read_in_the_same_transaction);
    tcase_add_test(tests, a_version_found_before_an_update_is_looked_up_again);
    tcase_add_test(tests, an_update_merges_objects_and_null_removes);
    tcase_add_test(tests, a_replacement_keeps_nothing);
    tcase_add_test(tests, a_deleted_document_is_gone_and_says_so);
    tcase_add_test(tests, reserved_names_are_refused_unless_the_data_is_plain);
    tcase_add_test(tests, ids_may_be_given_once);
    tcase_add_test(tests, new_ids_rise_and_follow_the_clock);
    tcase_add_test(tests, new_ids_are_milliseconds_since_2012_above_20_bits);
    tcase_add_test(tests, ids_are_read_from_decimal_digits_alone);
    tcase_add_test(tests, documents_end_at_their_ttl);
    tcase_add_test(tests, writes_are_refused_where_they_are_banned);
}

int main(void)
{
    return run_case("document", add_tests);
}
