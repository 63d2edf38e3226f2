/* The catalog: it follows the definitions through commits, rollbacks and changes, and what it
 * gave out stays where it is. */
#include "tests/unit/runtime/store_fixture.h"

#include "runtime/document/codec.h"
#include "runtime/document/reference.h"
#include "runtime/schema/field_path.h"

static Value index_by(const char *name, const char *field)
{
    Value terms = array1(object1("field", text(field)));
    return object1(name, object1("terms", terms));
}

START_TEST(collections_are_found_by_name_alias_and_number)
{
    const Collection *movies = make_collection("Movie", "alias", text("Film"));
    ck_assert_ptr_eq(catalog_collection(rt.catalog, STR("Film")), movies);
    ck_assert_ptr_eq(catalog_collection_by_number(rt.catalog, movies->number), movies);
    ck_assert_ptr_null(catalog_collection(rt.catalog, STR("Actor")));
    ck_assert_ptr_null(catalog_collection_by_number(rt.catalog, movies->number + 1));
    ck_assert_ptr_eq(catalog_collection_by_number(rt.catalog, COLLECTION_COLLECTION),
                     catalog_system(COLLECTION_COLLECTION));
}
END_TEST

START_TEST(a_rollback_takes_collections_away)
{
    (void)make_collection("Movie", NULL, val_null(NULL));
    txn_rollback(rt.txn);
    begin();
    ck_assert_ptr_null(catalog_collection(rt.catalog, STR("Movie")));
    ck_assert_int_eq(catalog_count(rt.catalog), 0);
}
END_TEST

START_TEST(unchanged_collections_stay_where_they_are)
{
    (void)make_collection("Movie", NULL, val_null(NULL));
    commit();
    begin();
    const Collection *movies = catalog_collection(rt.catalog, STR("Movie"));
    int64_t version = catalog_version(rt.catalog);
    commit();
    begin();
    ck_assert_int_eq(catalog_version(rt.catalog), version);
    (void)make_collection("Actor", NULL, val_null(NULL));
    ck_assert_ptr_eq(catalog_collection(rt.catalog, STR("Movie")), movies);
    ck_assert_int_ne(catalog_version(rt.catalog), version);
    ck_assert(str_eq(catalog_at(rt.catalog, 0)->name, STR("Actor")));
}
END_TEST

static const Collection *find(const char *name)
{
    return catalog_collection(rt.catalog, str_from_c(name));
}

static void rename_collection(uint32_t number, const char *name)
{
    Value definition = val_doc_id(COLLECTION_COLLECTION, number);
    ck_assert(definition_update(&rt, definition, object1("name", text(name)).as.object).type ==
              T_DOC);
}

/* Whether the catalog is what one would be that is made now. */
static void expect_as_if_new(void)
{
    Catalog *kept = rt.catalog;
    rt.catalog = NULL;
    ck_assert(catalog_load(&rt));
    ck_assert_int_eq(catalog_count(rt.catalog), catalog_count(kept));
    for (int64_t i = 0; i < catalog_count(kept); i++) {
        const Collection *made = catalog_at(rt.catalog, i), *old = catalog_at(kept, i);
        ck_assert(str_eq(made->name, old->name));
        ck_assert(str_eq(made->alias, old->alias));
        ck_assert_uint_eq(made->number, old->number);
        ck_assert_int_eq(made->index_count, old->index_count);
        ck_assert_int_eq(catalog_defined_us(rt.catalog, made->number),
                         catalog_defined_us(kept, made->number));
        ck_assert_ptr_eq(catalog_collection(kept, old->name), old);
        ck_assert_ptr_eq(catalog_collection_by_number(kept, old->number), old);
    }
    catalog_free(rt.catalog);
    rt.catalog = kept;
}

START_TEST(names_follow_what_the_transaction_writes)
{
    uint32_t first = make_collection("B", "alias", text("Bee"))->number;
    uint32_t second = make_collection("A", NULL, val_null(NULL))->number;
    expect_as_if_new();
    rename_collection(first, "C");
    expect_as_if_new();
    ck_assert_ptr_null(find("B"));
    ck_assert_ptr_eq(find("Bee"), find("C"));
    rename_collection(second, "B");
    Value definition = val_doc_id(COLLECTION_COLLECTION, first);
    ck_assert(definition_delete(&rt, definition).type == T_DOC);
    expect_as_if_new();
    ck_assert_ptr_null(find("Bee"));
    ck_assert_uint_eq(find("B")->number, second);
    const Collection *before = find("B");
    commit();
    begin();
    expect_as_if_new();
    ck_assert_ptr_eq(find("B"), before);
    ck_assert_int_ne(catalog_defined_us(rt.catalog, second), 0);
}
END_TEST

START_TEST(names_go_back_with_the_transaction)
{
    uint32_t number = make_collection("A", NULL, val_null(NULL))->number;
    TxnMark mark = txn_mark(rt.txn);
    rename_collection(number, "B");
    (void)make_collection("C", NULL, val_null(NULL));
    txn_rewind(rt.txn, &mark);
    ck_assert(catalog_load(&rt));
    expect_as_if_new();
    ck_assert_ptr_nonnull(find("A"));
    /* Rewound and not loaded: what comes next finds out. */
    mark = txn_mark(rt.txn);
    rename_collection(number, "B");
    txn_rewind(rt.txn, &mark);
    (void)make_collection("D", NULL, val_null(NULL));
    expect_as_if_new();
    ck_assert_int_eq(catalog_count(rt.catalog), 2);
    mark = txn_mark(rt.txn);
    rename_collection(number, "B");
    txn_rewind(rt.txn, &mark);
    commit();
    begin();
    expect_as_if_new();
    ck_assert_ptr_nonnull(find("A"));
    rename_collection(number, "B");
    txn_rollback(rt.txn);
    begin();
    expect_as_if_new();
    ck_assert_ptr_nonnull(find("A"));
}
END_TEST

static void put_role(int64_t id, const char *name)
{
    Put put = {.ttl_us = TTL_NEVER};
    ck_assert(codec_encode(&rt, rt.heap, object1("name", text(name)).as.object, &put.doc));
    ck_assert_int_eq(txn_put(rt.txn, COLLECTION_ROLE, id, &put, NULL), STORE_OK);
}

/* The id of the role called `name`, or 0. */
static int64_t role_named(const char *name)
{
    int64_t id = 0;
    return system_find(&rt, COLLECTION_ROLE, STR("name"), text(name), &id) ? id : 0;
}

/* Files of before have no index of the names. */
START_TEST(definitions_are_found_with_an_index_and_without)
{
    ck_assert_int_eq(role_named("reader"), 0);
    ck_assert_int_eq(txn_create_collection(rt.txn, COLLECTION_ROLE), STORE_OK);
    put_role(1, "reader");
    put_role(2, "writer");
    ck_assert_int_eq(store_stats(store).indexes, 0);
    ck_assert_int_eq(role_named("writer"), 2);
    for (int i = 0; i < 2; i++) {
        ck_assert(system_make_indexes(&rt, COLLECTION_ROLE));
        ck_assert_int_eq(role_named("reader"), 1);
        ck_assert_int_eq(role_named("writer"), 2);
        ck_assert_int_eq(role_named("writ"), 0);
    }
    put_role(2, "owner");
    ck_assert_int_eq(txn_delete(rt.txn, COLLECTION_ROLE, 1), STORE_OK);
    ck_assert_int_eq(role_named("reader"), 0);
    ck_assert_int_eq(role_named("writer"), 0);
    ck_assert_int_eq(role_named("owner"), 2);
    commit();
    ck_assert_int_eq(store_stats(store).indexes, 1);
    begin();
}
END_TEST

START_TEST(numbers_of_deleted_collections_are_not_used_again)
{
    uint32_t number = make_collection("Movie", NULL, val_null(NULL))->number;
    Value definition = val_doc_id(COLLECTION_COLLECTION, number);
    ck_assert(definition_delete(&rt, definition).type == T_DOC);
    ck_assert_ptr_null(catalog_collection(rt.catalog, STR("Movie")));
    ck_assert_uint_gt(make_collection("Movie", NULL, val_null(NULL))->number, number);
}
END_TEST

START_TEST(an_index_is_kept_while_its_terms_are_the_same)
{
    const Collection *movies = make_collection("Movie", "indexes", index_by("byTitle", ".title"));
    uint32_t number = collection_index(movies, STR("byTitle"))->number;
    Value definition = val_doc_id(COLLECTION_COLLECTION, movies->number);
    Value data = object1("data", object1("a", val_int(1)));
    ck_assert(definition_update(&rt, definition, data.as.object).type == T_DOC);
    movies = catalog_collection(rt.catalog, STR("Movie"));
    ck_assert_uint_eq(collection_index(movies, STR("byTitle"))->number, number);
    Value changed = object1("indexes", index_by("byTitle", "name"));
    ck_assert(definition_update(&rt, definition, changed.as.object).type == T_DOC);
    movies = catalog_collection(rt.catalog, STR("Movie"));
    ck_assert_uint_ne(collection_index(movies, STR("byTitle"))->number, number);
}
END_TEST

START_TEST(an_index_gives_the_documents_of_its_terms)
{
    const Collection *movies = make_collection("Movie", "indexes", index_by("byTitle", ".title"));
    for (int i = 0; i < 3; i++) {
        Value title = text(i == 1 ? "Aliens" : "Alien");
        ck_assert(doc_create(&rt, movies, object1("title", title).as.object, DATA_DEFAULT).type ==
                  T_DOC);
    }
    Value term = text("Alien");
    const Index *index = collection_index(movies, STR("byTitle"));
    Value set = collection_index_set(&rt, movies, index, &term, 1);
    ck_assert_int_eq(set_count(&rt, set.as.set).as.integer, 2);
    expect_fault(collection_index_set(&rt, movies, index, &term, 0),
                 FAULT_invalid_function_invocation);
    Value all = collection_all_set(&rt, movies->number, NULL);
    ck_assert_int_eq(set_count(&rt, all.as.set).as.integer, 3);
}
END_TEST

START_TEST(an_index_is_not_made_past_the_deadline)
{
    const Collection *movies = make_collection("Movie", NULL, val_null(NULL));
    Value title = object1("title", text("Alien"));
    ck_assert(doc_create(&rt, movies, title.as.object, DATA_DEFAULT).type == T_DOC);
    Value definition = val_doc_id(COLLECTION_COLLECTION, movies->number);
    Value changed = object1("indexes", index_by("byTitle", "title"));
    rt.deadline_us = 1;
    expect_fault(definition_update(&rt, definition, changed.as.object), FAULT_time_out);
    rt.deadline_us = 0;
    ck_assert_int_eq(catalog_collection(rt.catalog, STR("Movie"))->index_count, 0);
}
END_TEST

START_TEST(what_was_made_before_an_index_went_says_so)
{
    const Collection *movies = make_collection("Movie", "indexes", index_by("byTitle", ".title"));
    Value term = text("Alien");
    const Index *index = collection_index(movies, STR("byTitle"));
    Value set = collection_index_set(&rt, movies, index, &term, 1);
    Value gone = object1("indexes", object1("byTitle", val_null(NULL)));
    Value definition = val_doc_id(COLLECTION_COLLECTION, movies->number);
    ck_assert(definition_update(&rt, definition, gone.as.object).type == T_DOC);
    expect_fault(set_count(&rt, set.as.set), FAULT_invalid_index_invocation);
}
END_TEST

START_TEST(a_unique_constraint_refuses_equal_documents)
{
    Value unique = array1(object1("unique", array1(text("title"))));
    const Collection *movies = make_collection("Movie", "constraints", unique);
    const Object *alien = object1("title", text("Alien")).as.object;
    ck_assert(doc_create(&rt, movies, alien, DATA_DEFAULT).type == T_DOC);
    Value again = doc_create(&rt, movies, alien, DATA_DEFAULT);
    ck_assert(str_eq(rt.fault->constraints->label, STR("title")));
    expect_fault(again, FAULT_constraint_failure);
}
END_TEST

START_TEST(broken_definitions_are_refused_with_the_place)
{
    static const struct {
        const char *field, *label;
        bool number;
    } cases[] = {{"nonsense", "nonsense", false}, {"history_days", "history_days", false},
                 {"alias", "alias", true},        {"id", "id", true},
                 {"indexes", "indexes", true},    {"constraints", "constraints", false}};
    for (int64_t i = 0; i < countof(cases); i++) {
        Value wrong = cases[i].number ? val_int(3) : text("three");
        Value definition = object2("name", text("Movie"), cases[i].field, wrong);
        Value refused = definition_create(&rt, definition.as.object);
        ck_assert(val_is_fault(refused));
        ck_assert(str_eq(rt.fault->constraints->label, str_from_c(cases[i].label)));
        expect_fault(refused, FAULT_constraint_failure);
        ck_assert_ptr_null(catalog_collection(rt.catalog, STR("Movie")));
    }
}
END_TEST

START_TEST(field_paths_are_read_step_by_step)
{
    const Str *steps;
    int64_t count;
    ck_assert(field_path_parse(rt.heap, STR(".a.b[0]"), &steps, &count));
    ck_assert_int_eq(count, 3);
    ck_assert(str_eq(steps[0], STR("a")) && str_eq(steps[2], STR("0")));
    ck_assert(field_path_parse(rt.heap, STR("a"), &steps, &count) && count == 1);
    ck_assert(field_path_parse(rt.heap, STR("[\"a b\"].c"), &steps, &count) && count == 2);
    ck_assert(str_eq(steps[0], STR("a b")));
    static const char *const wrong[] = {"", ".", "a.", "a..b", "a[", "a[]", "a[\"b]", "1a", "a b"};
    for (int64_t i = 0; i < countof(wrong); i++) {
        ck_assert_msg(!field_path_parse(rt.heap, str_from_c(wrong[i]), &steps, &count), "%s",
                      wrong[i]);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, collections_are_found_by_name_alias_and_number);
    tcase_add_test(tests, a_rollback_takes_collections_away);
    tcase_add_test(tests, unchanged_collections_stay_where_they_are);
    tcase_add_test(tests, names_follow_what_the_transaction_writes);
    tcase_add_test(tests, names_go_back_with_the_transaction);
    tcase_add_test(tests, definitions_are_found_with_an_index_and_without);
    tcase_add_test(tests, numbers_of_deleted_collections_are_not_used_again);
    tcase_add_test(tests, an_index_is_kept_while_its_terms_are_the_same);
    tcase_add_test(tests, an_index_gives_the_documents_of_its_terms);
    tcase_add_test(tests, an_index_is_not_made_past_the_deadline);
    tcase_add_test(tests, what_was_made_before_an_index_went_says_so);
    tcase_add_test(tests, a_unique_constraint_refuses_equal_documents);
    tcase_add_test(tests, broken_definitions_are_refused_with_the_place);
    tcase_add_test(tests, field_paths_are_read_step_by_step);
}

int main(void)
{
    return run_case("catalog", add_tests);
}
