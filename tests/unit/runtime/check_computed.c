/* Computed fields and checks: when their bodies are compiled, what they may do, what they hide.
 * A body here is a field's name, and what the function gives is that field of the document. */
#include "runtime/function.h"
#include "store/doc.h"
#include "tests/unit/runtime/store_fixture.h"

static int compiled, called;
static const char *ban_seen;

static Value compile(Rt *runtime, Arena *arena, const Source *source)
{
    (void)runtime;
    compiled++;
    Function *fn = arena_new(arena, Function);
    fn->params = 1;
    fn->name = source->text;
    return val_function(fn);
}

static Value call(Rt *runtime, Value fn, const Value *args, int64_t argc)
{
    ck_assert_int_eq(argc, 1);
    called++;
    ban_seen = runtime->effects.place;
    return doc_field(runtime, args[0], fn.as.function->name);
}

static const RtUp calling = {.call = call, .compile_lambda = compile};

static Value computed_fields(const char *body)
{
    return object1("twin", object1("body", text(body)));
}

static Value check_constraint(const char *body)
{
    return array1(object1("check", object2("name", text("good"), "body", text(body))));
}

static const Collection *make_people(const char *field, Value more)
{
    rt.up = &calling;
    const Collection *made = make_collection("Person", field, more);
    compiled = called = 0;
    return made;
}

static Value create(const Collection *people, const char *name, Value v)
{
    return doc_create(&rt, people, object1(name, v).as.object, DATA_DEFAULT);
}

START_TEST(a_body_is_compiled_when_it_is_first_read_and_once)
{
    const Collection *people = make_people("computed_fields", computed_fields("age"));
    Value ann = create(people, "age", val_int(7));
    ck_assert_int_eq(compiled, 0);
    ck_assert_int_eq(doc_field(&rt, ann, STR("twin")).as.integer, 7);
    ck_assert_int_eq(doc_field(&rt, ann, STR("twin")).as.integer, 7);
    ck_assert_int_eq(compiled, 1);
    ck_assert_int_eq(called, 2);
}
END_TEST

START_TEST(a_body_follows_its_definition)
{
    const Collection *people = make_people("computed_fields", computed_fields("age"));
    Value ann = create(people, "size", val_int(3));
    ck_assert(val_is_null(doc_field(&rt, ann, STR("twin"))));
    Value definition = val_doc_id(COLLECTION_COLLECTION, people->definition_id);
    Value change = object1("computed_fields", computed_fields("size"));
    ck_assert(definition_update(&rt, definition, change.as.object).type == T_DOC);
    ck_assert_int_eq(doc_field(&rt, ann, STR("twin")).as.integer, 3);
    change = object1("computed_fields", val_null(NULL));
    ck_assert(definition_update(&rt, definition, change.as.object).type == T_DOC);
    ck_assert(!rt.has_computed);
    ck_assert(val_is_null(doc_field(&rt, ann, STR("twin"))));
}
END_TEST

START_TEST(writes_are_banned_while_a_body_runs_and_no_longer)
{
    const Collection *people = make_people("computed_fields", computed_fields("age"));
    Value ann = create(people, "age", val_int(7));
    (void)doc_field(&rt, ann, STR("twin"));
    ck_assert_str_eq(ban_seen, "computed fields");
    ck_assert_ptr_null(rt.effects.place);
    ck_assert_int_eq(rt.effects.most, WRITES);
    (void)rt_limit_effects(&rt, READS, "set functions");
    (void)doc_field(&rt, ann, STR("twin"));
    ck_assert_str_eq(ban_seen, "set functions");
    ck_assert_str_eq(rt.effects.place, "set functions");
    rt.effects = (EffectLimit){.most = WRITES};
}
END_TEST

START_TEST(a_computed_field_hides_what_the_document_holds)
{
    const Collection *people = make_people("computed_fields", computed_fields("age"));
    Value fields = object2("age", val_int(7), "twin", text("hidden"));
    expect_fault(doc_create(&rt, people, fields.as.object, DATA_DEFAULT), FAULT_constraint_failure);
    Value ann = doc_create(&rt, people, fields.as.object, DATA_PLAIN);
    const Object *shown = doc_object(&rt, ann).as.object;
    ck_assert_int_eq(object_get(shown, STR("twin"))->as.integer, 7);
    Value data = *object_get(shown, STR("data"));
    ck_assert(val_equal(*object_get(data.as.object, STR("twin")), text("hidden")));
}
END_TEST

START_TEST(a_check_decides_about_each_write)
{
    const Collection *people = make_people("constraints", check_constraint("ok"));
    Value ann = create(people, "ok", val_bool(true));
    ck_assert(ann.type == T_DOC);
    ck_assert_str_eq(ban_seen, "check constraints");
    expect_fault(create(people, "ok", val_bool(false)), FAULT_constraint_failure);
    expect_fault(create(people, "other", val_int(1)), FAULT_constraint_failure);
    expect_fault(create(people, "ok", val_int(1)), FAULT_constraint_failure);
    Value change = object1("ok", val_bool(false));
    expect_fault(doc_update(&rt, ann, change.as.object, DATA_DEFAULT), FAULT_constraint_failure);
    expect_fault(doc_replace(&rt, ann, change.as.object, DATA_DEFAULT), FAULT_constraint_failure);
    ck_assert_int_eq(compiled, 1);
}
END_TEST

/* Definition of an index on the computed field. */
static Value index_on_twin(void)
{
    return object1("byTwin", object1("terms", array1(object1("field", text("twin")))));
}

static const Collection *change_people(const Collection *people, const char *field, Value to)
{
    Value definition = val_doc_id(COLLECTION_COLLECTION, people->definition_id);
    ck_assert(definition_update(&rt, definition, object1(field, to).as.object).type == T_DOC);
    return catalog_collection_by_number(rt.catalog, people->number);
}

/* What a document keeps of its computed field: its number, or -1 for nothing. */
static int64_t kept(const Collection *people, Value doc)
{
    const Version *version = txn_get(rt.txn, people->number, val_doc_key(doc));
    Str derived = version_derived(version);
    return derived.len > 0 ? doc_int(derived.s, 0) : -1;
}

START_TEST(an_indexed_field_is_kept_with_each_version)
{
    const Collection *people = make_people("computed_fields", computed_fields("age"));
    Value ann = create(people, "age", val_int(7));
    ck_assert_int_eq(called, 0);
    ck_assert_int_eq(kept(people, ann), -1);
    people = change_people(people, "indexes", index_on_twin());
    ck_assert_int_eq(people->derived.count, 1);
    ck_assert_int_eq(kept(people, ann), 7);
    ck_assert_str_eq(ban_seen, "fields of indexes");
    Value change = object1("age", val_int(8));
    ann = doc_update(&rt, ann, change.as.object, DATA_DEFAULT);
    ck_assert_int_eq(kept(people, ann), 8);
    change = object1("size", val_int(1));
    people = change_people(people, "data", change);
    ck_assert_int_eq(called, 2);
    people = change_people(people, "computed_fields", computed_fields("size"));
    ck_assert_int_eq(kept(people, ann), -1);
    ck_assert_int_eq(called, 3);
}
END_TEST

START_TEST(a_field_that_looks_at_more_than_the_document_is_not_kept)
{
    const Collection *people = make_people("computed_fields", computed_fields("ts"));
    people = change_people(people, "indexes", index_on_twin());
    ck_assert_int_eq(kept(people, create(people, "age", val_int(7))), -1);
    people = change_people(people, "computed_fields", computed_fields("twin"));
    Value ann = create(people, "age", val_int(7));
    ck_assert_int_eq(kept(people, ann), -1);
    ck_assert_ptr_null(rt.fault);
    ck_assert_ptr_null(rt.derived_from);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, a_body_is_compiled_when_it_is_first_read_and_once);
    tcase_add_test(tests, a_body_follows_its_definition);
    tcase_add_test(tests, writes_are_banned_while_a_body_runs_and_no_longer);
    tcase_add_test(tests, a_computed_field_hides_what_the_document_holds);
    tcase_add_test(tests, a_check_decides_about_each_write);
    tcase_add_test(tests, an_indexed_field_is_kept_with_each_version);
    tcase_add_test(tests, a_field_that_looks_at_more_than_the_document_is_not_kept);
}

int main(void)
{
    return run_case("computed", add_tests);
}
