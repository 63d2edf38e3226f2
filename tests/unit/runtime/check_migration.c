/* Migrations of single documents: what each verb does, and that none of them loses a value. */
#include "runtime/print/print.h"
#include "runtime/schema/migration.h"
#include "tests/unit/runtime/fixture.h"

static const SchemaType int_type = {
    .kind = SCHEMA_SCALAR, .types = 1u << T_INT, .name = {"Int", 3}};
static const SchemaType any_type = {.kind = SCHEMA_ANY};

static FieldPath path1(const char *name)
{
    Str *steps = arena_array(rt.heap, Str, 1);
    steps[0] = str_from_c(name);
    return (FieldPath){steps, 1};
}

static FieldPath path2(const char *outer, const char *name)
{
    Str *steps = arena_array(rt.heap, Str, 2);
    steps[0] = str_from_c(outer);
    steps[1] = str_from_c(name);
    return (FieldPath){steps, 2};
}

/* `migrations` make `expected` of `fields`; NULL: a problem. */
static void expect_migrated(const Migration *migrations, int64_t count, Value fields,
                            const char *expected)
{
    Str problem;
    Migrations all = {migrations, count};
    const Object *made = migration_apply(&rt, &all, fields.as.object, &problem);
    ck_assert_msg((made == NULL) == (expected == NULL), "%.*s", STR_ARG(problem));
    if (made == NULL) {
        ck_assert_int_gt(problem.len, 0);
        return;
    }
    Buf text = {0};
    PrintOptions options = {.format = PRINT_SIMPLE};
    ck_assert(!val_is_fault(print_value(&rt, &text, val_object(made), &options)));
    ck_assert_text(buf_str(&text), expected);
    buf_free(&text);
}

START_TEST(add_gives_a_value_to_documents_without_one)
{
    Migration add = {.kind = MIGRATION_ADD,
                     .field = path1("n"),
                     .type = &int_type,
                     .value = val_int(7),
                     .spill = val_null(NULL)};
    expect_migrated(&add, 1, object1("a", val_int(1)), "{\"a\":1,\"n\":7}");
    expect_migrated(&add, 1, object1("n", val_int(1)), "{\"n\":1}");
    add.field = path2("o", "n");
    expect_migrated(&add, 1, object1("a", val_int(1)), "{\"a\":1,\"o\":{\"n\":7}}");
    add.value = val_null(NULL);
    expect_migrated(&add, 1, object1("a", val_int(1)), "{\"a\":1,\"o\":{}}");
}
END_TEST

START_TEST(what_is_in_the_way_of_add_needs_a_place)
{
    Migration both[] = {
        {.kind = MIGRATION_ADD, .field = path1("n"), .type = &int_type, .value = val_int(7)},
        {.kind = MIGRATION_MOVE_CONFLICTS, .to = path1("rest")}};
    expect_migrated(both, 1, object1("n", text("x")), NULL);
    expect_migrated(both, 2, object1("n", text("x")), "{\"n\":7,\"rest\":{\"n\":\"x\"}}");
    expect_migrated(both, 2, object2("n", text("x"), "rest", object1("n", val_int(1))),
                    "{\"n\":7,\"rest\":{\"n\":1,\"_n\":\"x\"}}");
    expect_migrated(both, 2, object2("n", text("x"), "rest", val_int(1)), NULL);
}
END_TEST

START_TEST(drop_takes_a_value_away)
{
    Migration drop = {.kind = MIGRATION_DROP, .field = path2("o", "n")};
    expect_migrated(&drop, 1, object1("o", object2("n", val_int(1), "m", val_int(2))),
                    "{\"o\":{\"m\":2}}");
    expect_migrated(&drop, 1, object1("a", val_int(1)), "{\"a\":1}");
}
END_TEST

START_TEST(move_takes_a_value_elsewhere_unless_one_is_there)
{
    Migration move = {.kind = MIGRATION_MOVE, .field = path1("a"), .to = path2("o", "a")};
    expect_migrated(&move, 1, object1("a", val_int(1)), "{\"o\":{\"a\":1}}");
    expect_migrated(&move, 1, object1("b", val_int(1)), "{\"b\":1}");
    expect_migrated(&move, 1, object2("a", val_int(1), "o", object1("a", val_int(2))), NULL);
    expect_migrated(&move, 1, object2("a", val_int(1), "o", val_int(2)), NULL);
}
END_TEST

START_TEST(split_sorts_values_by_their_types)
{
    Migration split = {.kind = MIGRATION_SPLIT,
                       .field = path1("a"),
                       .to = path1("b"),
                       .type = &int_type,
                       .value = val_int(0),
                       .spill = text("none")};
    expect_migrated(&split, 1, object1("a", val_int(1)), "{\"a\":1,\"b\":\"none\"}");
    expect_migrated(&split, 1, object1("a", text("x")), "{\"a\":0,\"b\":\"x\"}");
    expect_migrated(&split, 1, object1("c", val_int(1)), "{\"c\":1,\"a\":0,\"b\":\"none\"}");
    expect_migrated(&split, 1, object2("a", text("x"), "b", val_int(2)), NULL);
}
END_TEST

START_TEST(move_wildcard_gathers_all_other_fields)
{
    Str kept[] = {STR("a"), STR("rest")};
    Migration move = {
        .kind = MIGRATION_MOVE_WILDCARD, .to = path1("rest"), .kept = kept, .kept_count = 2};
    expect_migrated(&move, 1, object2("a", val_int(1), "b", val_int(2)),
                    "{\"a\":1,\"rest\":{\"b\":2}}");
    expect_migrated(&move, 1, object1("a", val_int(1)), "{\"a\":1}");
    expect_migrated(&move, 1, object2("b", val_int(1), "rest", object1("b", val_int(2))),
                    "{\"rest\":{\"b\":2,\"_b\":1}}");
    expect_migrated(&move, 1, object2("_b", val_int(1), "b", val_int(2)),
                    "{\"rest\":{\"b\":2,\"_b\":1}}");
}
END_TEST

/* -- random migrations of random documents ----------------------------------------------------- */

enum { ROUNDS = 3000, NAMES = 5, STEPS_MAX = 6, VALUES_MAX = 32 };

static const char *const names[NAMES] = {"a", "b", "c", "_a", "rest"};

typedef struct Random {
    uint64_t state;
} Random;

static int64_t below(Random *random, int64_t limit)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((random->state >> 33) % (uint64_t)limit);
}

static const char *any_name(Random *random)
{
    return names[below(random, NAMES)];
}

static FieldPath any_path(Random *random)
{
    const char *outer = any_name(random);
    return below(random, 3) == 0 ? path2(outer, any_name(random)) : path1(outer);
}

/* A value that is no other's: an integer, or a text. */
static Value next_value(Random *random, int64_t *count)
{
    int64_t n = 1000 + (*count)++;
    return below(random, 2) == 0 ? val_int((int32_t)n)
                                 : val_str(str_format(rt.heap, "t%lld", (long long)n));
}

static Value any_document(Random *random, int64_t *count, int depth)
{
    Str found[NAMES];
    Value values[NAMES];
    int64_t len = 0;
    for (int64_t i = 0; i < NAMES; i++) {
        if (below(random, 2) == 0) {
            continue;
        }
        found[len] = str_from_c(names[i]);
        values[len++] = depth > 0 && below(random, 3) == 0 ? any_document(random, count, depth - 1)
                                                           : next_value(random, count);
    }
    return rt_object(&rt, found, values, len);
}

static Migration any_migration(Random *random)
{
    static const MigrationKind kinds[] = {MIGRATION_ADD, MIGRATION_MOVE, MIGRATION_SPLIT,
                                          MIGRATION_MOVE_CONFLICTS, MIGRATION_MOVE_WILDCARD};
    Str *kept = arena_array(rt.heap, Str, 2);
    kept[0] = str_from_c(any_name(random));
    kept[1] = STR("rest");
    return (Migration){.kind = kinds[below(random, countof(kinds))],
                       .field = any_path(random),
                       .to = below(random, 2) == 0 ? path1("rest") : any_path(random),
                       .type = below(random, 2) == 0 ? &int_type : &any_type,
                       .value = below(random, 2) == 0 ? val_int(1) : val_null(NULL),
                       .spill = below(random, 2) == 0 ? val_int(2) : val_null(NULL),
                       .kept = kept,
                       .kept_count = 2};
}

/* Notes which of the values 1000, t1001, … are in `value`. */
static void note_values(Value value, int *seen)
{
    if (value.type == T_OBJECT) {
        for (int64_t i = 0; i < value.as.object->shape->count; i++) {
            note_values(value.as.object->slots[i], seen);
        }
    } else if (value.type == T_STRING) {
        seen[atoll(str_to_c(rt.heap, val_as_str(value)) + 1) - 1000]++;
    } else if (val_is_integer(value) && value.as.integer >= 1000) {
        seen[value.as.integer - 1000]++;
    }
}

START_TEST(no_value_is_lost_or_doubled)
{
    Random random = {.state = 42};
    int64_t applied = 0;
    for (int64_t round = 0; round < ROUNDS; round++) {
        ArenaMark mark = arena_mark(rt.heap);
        int64_t count = 0;
        Value document = any_document(&random, &count, 1);
        Migration steps[STEPS_MAX];
        int64_t step_count = 1 + below(&random, STEPS_MAX);
        for (int64_t i = 0; i < step_count; i++) {
            steps[i] = any_migration(&random);
        }
        Str problem;
        Migrations all = {steps, step_count};
        const Object *made = migration_apply(&rt, &all, document.as.object, &problem);
        if (made != NULL) {
            int seen[VALUES_MAX] = {0};
            ck_assert_int_le(count, VALUES_MAX);
            note_values(val_object(made), seen);
            for (int64_t i = 0; i < count; i++) {
                ck_assert_msg(seen[i] == 1, "round %lld: value %lld is there %d times",
                              (long long)round, (long long)i, seen[i]);
            }
            applied++;
        }
        arena_rewind(rt.heap, mark);
    }
    ck_assert_int_gt(applied, ROUNDS / 10);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, add_gives_a_value_to_documents_without_one);
    tcase_add_test(tests, what_is_in_the_way_of_add_needs_a_place);
    tcase_add_test(tests, drop_takes_a_value_away);
    tcase_add_test(tests, move_takes_a_value_elsewhere_unless_one_is_there);
    tcase_add_test(tests, split_sorts_values_by_their_types);
    tcase_add_test(tests, move_wildcard_gathers_all_other_fields);
    tcase_add_test(tests, no_value_is_lost_or_doubled);
}

int main(void)
{
    return run_case("migration", add_tests);
}
