/* Migrations of collections with documents: which are new, what is refused, what follows. */
#include "push.h"

START_TEST(documents_follow_and_keep_their_times)
{
    expect_pushed("collection A { n: Int\ns: Int | String }");
    expect_shown("[A.create({ id: 1, n: 1, s: 2 }), A.create({ id: 2, n: 3, s: \"x\" })].length",
                 "2");
    expect_shown("let before = A.all().map(.ts).toArray()", "");
    expect_pushed("collection A {\n  m: Int\n  i: Int\n  t: String?\n  migrations {\n"
                  "    move .n -> .m\n    split .s -> .i, .t\n    backfill .i = 1 + 6\n  }\n}");
    expect_shown("A.all().map(a => [a.m, a.i, a.t]).toArray() == [[1, 2, null], [3, 7, \"x\"]]",
                 "true");
    expect_shown("A.all().map(.ts).toArray() == before", "true");
}
END_TEST

START_TEST(only_migrations_that_are_new_are_applied)
{
    expect_pushed("collection A { n: Int }");
    expect_shown("A.create({ id: 1, n: 1 }).n", "1");
    const char *first = "collection A { m: Int\nmigrations { move .n -> .m } }";
    expect_pushed(first);
    expect_pushed(first);
    expect_pushed("collection A { n: Int\nmigrations { move .n -> .m\nmove .m -> .n } }");
    expect_pushed("collection A { k: Int\nmigrations { move .m -> .n\nmove .n -> .k } }");
    expect_shown("A.byId(1)!.data", "{\n  k: 1\n}");
    expect_pushed("collection A { k: Int }");
}
END_TEST

START_TEST(fields_that_documents_contradict_need_migrations)
{
    expect_pushed("collection A { n: Int\ns: Int | String }");
    expect_pushed("collection A { n: Int\ns: Int }");
    expect_pushed("collection A { n: Int\ns: Int | String }");
    expect_shown("A.create({ id: 1, n: 1, s: 2 }).n", "1");
    expect_refused("collection A {\n  n: Int\n  s: Int\n}",
                   "error: Field `.s` of type `Int` does not match the live type `Int | String`\n"
                   "at main.fsl:3:6\n");
    expect_refused("collection A {\n  n: Int\n}",
                   "error: Field `.s` is missing from the submitted schema\nat main.fsl:1:1\n");
    expect_refused("collection A {\n  n: Int\n  s: Int | String\n  k: Int\n}",
                   "error: Field `.k` is not present in the live schema\nat main.fsl:4:3\n");
    expect_refused("collection A {\n  n: Int\n  s: Int | String\n  *: Any\n}",
                   "error: Wildcard was not present in the live schema\nat main.fsl:4:3\n");
    expect_pushed("collection A { n: Number\ns: Any }");
    expect_shown("A.byId(1)!.data", "{\n  n: 1,\n  s: 2\n}");
}
END_TEST

/* What a path leads through must be an object in every document: it is added first. */
START_TEST(fields_move_into_objects_that_are_there)
{
    session_advise(session, true);
    expect_pushed("collection A { n: Int }");
    expect_shown("A.create({ id: 1, n: 1 }).n", "1");
    expect_refused("collection A {\n  o: { i: Int }\n  migrations {\n    move .n -> .o.i\n  }\n}",
                   "error: Field `.o.i` is not present in the live schema\n"
                   "at main.fsl:2:8\n  |\n2 |   o: { i: Int }\n  |        ^\n  |\n"
                   "hint: Add `.o` before fields move into it\nat main.fsl:4:5\n");
    expect_refused("collection A {\n  o: { i: Int }?\n  migrations {\n    move .n -> .o.i\n  }\n}",
                   "error: Cannot move field `.n`, as it is not in the live schema\n"
                   "at main.fsl:4:10\n  |\n4 |     move .n -> .o.i\n  |          ^^\n  |\n"
                   "hint: `.o` is of type `{ i: Int } | Null`: a path leads only through objects "
                   "that every document has\nat main.fsl:2:6\n");
    expect_pushed("collection A {\n  o: { i: Int }\n  migrations {\n    add .o\n"
                  "    backfill .o = {}\n    move .n -> .o.i\n  }\n}");
    expect_shown("A.byId(1)!.data == { o: { i: 1 } }", "true");
    expect_refused("collection A {\n  o: { i: Int, k: Int }?\n  migrations {\n    add .o.k\n"
                   "    backfill .o.k = 1\n  }\n}",
                   "error: Cannot backfill field `.o.k`, as it is not in the submitted schema\n");
}
END_TEST

START_TEST(migrations_that_make_no_sense_are_refused)
{
    static const struct {
        const char *body, *error;
    } cases[] = {
        {"n: Int\nmigrations { add .x }",
         "error: Cannot add field, as `.x` is not in the submitted schema\n"},
        {"n: Int\nx: Int\nmigrations { add .x }",
         "error: Cannot declare non-nullable field `.x`: it has no default and no backfill value"},
        {"n: Int\nmigrations { drop .n }",
         "error: Cannot drop field `.n`. Dropped fields must be removed from schema\n"},
        {"n: Int\nmigrations { move .n -> .n }", "error: Cannot move a field to itself\n"},
        {"n: Int\nmigrations { backfill .n = 1 }",
         "error: Field `.n` is backfilled without being declared by an `add` or `split` migration"},
        {"n: Int\nx: Int = 1\nmigrations { add .x\nadd .x }",
         "error: Cannot add field `.x` twice\n"},
        {"n: Int\nmigrations { add_wildcard }",
         "error: Cannot add wildcard, as the submitted schema lacks a wildcard\n"},
        {"n: Int\nmigrations { move_wildcard .n }",
         "error: Wildcard conflicts field must have the type `{ *: Any } | Null`\n"},
        {"n: Int\nmigrations { drop .x }",
         "error: Field `.x` was dropped but it doesn't exist in the live schema\n"
         "at main.fsl:2:20\n  |\n2 | migrations { drop .x } }\n  |                    ^\n"},
        {"o: { a: Int }?\nmigrations { split .n -> .o.a, .o.b }",
         "error: Cannot split field, as `.o.a` is not in the submitted schema\n"},
        {"n: Int\nx: { y: Int }\nmigrations { add .x\nbackfill .x = { y: \"no\" } }",
         "error: Type `String` is not a subtype of `Int`\nat main.fsl:4:20\n  |\n"
         "4 | backfill .x = { y: \"no\" } } }\n  |                    ^^^^\n  |\n"
         "hint: Field type defined here\nat main.fsl:2:4\n"},
        {"x: Int?\ny: Int?\nmigrations { backfill .x = 1\nsplit .n -> .x, .y }",
         "error: Cannot split field `.x`: cannot split into a field after it's backfilled\n"
         "at main.fsl:3:23\n  |\n3 | migrations { backfill .x = 1\n  |                       ^^\n  |\n"
         "hint: Field is an output of a split\nat main.fsl:4:13\n  |\n"
         "4 | split .n -> .x, .y } }\n  |             ^^\n  |\n"
         "hint: Move the backfill after the split\n"},
        {"n: Int\nx: Int\nmigrations { add .x\nbackfill .x = { let no: Any = \"no\"\nno } }",
         "error: Failed to convert backfill value.\nconstraint failures:\n"
         "  x: Expected Int, provided String\n"},
    };
    expect_pushed("collection A { n: Int }");
    expect_shown("A.create({ id: 1, n: 1 }).n", "1");
    for (int64_t i = 0; i < countof(cases); i++) {
        Buf fsl = {0};
        buf_printf(&fsl, "collection A { %s }%c", cases[i].body, '\0');
        expect_refused(fsl.data, cases[i].error);
        buf_free(&fsl);
    }
    expect_shown("A.byId(1)!.data", "{\n  n: 1\n}");
}
END_TEST

START_TEST(values_that_do_not_fit_go_to_the_conflicts)
{
    expect_pushed("collection A {}");
    expect_shown("[A.create({ id: 1, n: \"x\", k: 5 }), A.create({ id: 2, n: 3 })].length", "2");
    expect_pushed("collection A {\n  n: Int\n  rest: { *: Any }?\n  migrations {\n    add .n\n"
                  "    add .rest\n    backfill .n = 0\n    move_conflicts .rest\n"
                  "    move_wildcard .rest\n  }\n}");
    expect_shown("A.all().map(.data).toArray() == [{ n: 0, rest: { n: \"x\", k: 5 } }, { n: 3 }]",
                 "true");
}
END_TEST

/* No value is in the way of a field that takes every one. */
START_TEST(a_field_of_any_type_needs_no_place_for_conflicts)
{
    expect_pushed("collection A { *: Any }");
    expect_shown("A.create({ id: 1, n: \"x\" }).n", "\"x\"");
    expect_refused("collection A {\n  n: String?\n  *: Any\n  migrations {\n    add .n\n  }\n}",
                   "error: Cannot add field, as `.n` conflicts with the wildcard\n");
    expect_pushed("collection A {\n  n: Any?\n  m: Any\n  *: Any\n"
                  "  migrations {\n    add .n\n    add .m\n  }\n}");
    expect_shown("A.byId(1)!.data", "{\n  n: \"x\"\n}");
}
END_TEST

/* What is dropped may have been of any type: all of it stays there, and goes. The other way round
 * the part that fits is moved out first. */
START_TEST(what_is_split_and_dropped_goes_unless_it_moves_first)
{
    expect_pushed("collection A { f: Int | String }");
    expect_shown("[A.create({ id: 1, f: 1 }), A.create({ id: 2, f: \"x\" })].length", "2");
    expect_pushed("collection A {\n  g: String?\n  migrations {\n    split .f -> .g, .f\n"
                  "    drop .f\n  }\n}");
    expect_shown("A.all().map(.g).toArray() == [null, \"x\"]", "true");
    expect_pushed("collection A {\n  h: String?\n  migrations {\n    split .g -> .g, .h\n"
                  "    drop .g\n  }\n}");
    expect_shown("A.all().map(.h).toArray() == [null, null]", "true");
}
END_TEST

START_TEST(values_are_of_their_fields_types_also_without_documents)
{
    expect_refused("collection A {\n  n: Int\n  migrations {\n    add .n\n"
                   "    backfill .n = \"x\"\n  }\n}",
                   "error: Type `String` is not a subtype of `Int`\nat main.fsl:5:19\n");
    expect_pushed("collection A {\n  n: Int\n  migrations {\n    add .n\n"
                  "    backfill .n = later()\n  }\n}\nfunction later() { 7 }");
}
END_TEST

/* New, changed, and run as a role that is new as well. */
START_TEST(values_may_call_functions_of_the_same_push)
{
    expect_pushed("collection A { n: Int }\nfunction two() { 1 }");
    expect_shown("A.create({ id: 1, n: 1 }).n", "1");
    expect_pushed("collection A {\n  n: Int\n  m: Int?\n  migrations {\n    add .m\n"
                  "    backfill .m = two() + five()\n  }\n}\n"
                  "role R { privileges A { read } }\n"
                  "@role(R)\nfunction two() { 2 }\n@role(R)\nfunction five() { 5 }");
    expect_shown("[A.byId(1)!.m, two(), Function.byName(\"five\")!.role]",
                 "[\n  7,\n  2,\n  \"R\"\n]");
}
END_TEST

START_TEST(a_value_that_would_be_lost_stops_the_change)
{
    expect_pushed("collection A { n: Int\n*: Any }");
    expect_shown("A.create({ id: 7, n: 1, m: 2 }).m", "2");
    expect_refused("collection A { m: Int\n*: Any\nmigrations { move .n -> .m } }",
                   "error: Invalid database schema update.\n"
                   "    error: Document 7 of `A` cannot be migrated: there is a value at `.m`");
    expect_shown("A.byId(7)!.data", "{\n  n: 1,\n  m: 2\n}");
}
END_TEST

START_TEST(indexes_uniques_and_aggregates_follow)
{
    expect_pushed("collection A { a: Int\nb: Int\nunique [.a]\nindex byA { terms [.a] }\n"
                  "aggregate sums { values { s: sum(.a) } } }");
    expect_shown("[A.create({ id: 1, a: 1, b: 2 }), A.create({ id: 2, a: 2, b: 3 })].length", "2");
    /* While a and b are swapped, document 1 has the `a` that document 2 had. */
    expect_pushed("collection A { a: Int\nb: Int\nunique [.a]\nindex byA { terms [.a] }\n"
                  "aggregate sums { values { s: sum(.a) } }\n"
                  "migrations { move .a -> .c\nmove .b -> .a\nmove .c -> .b } }");
    expect_shown("[A.byA(3).first()!.b, A.byA(1).count(), A.sums().s]", "[\n  2,\n  0,\n  5\n]");
    expect_text(run("A.create({ a: 3, b: 0 })").code, "constraint_failure", "unique");
}
END_TEST

START_TEST(indexes_of_computed_fields_follow)
{
    expect_pushed("collection A { a: Int\ncompute twice = (.a * 2)\nindex byTwice { terms [.twice] "
                  "} }");
    expect_shown("A.create({ id: 1, a: 4 }).twice", "8");
    expect_pushed("collection A { b: Int\ncompute twice = (.b * 2)\nindex byTwice { terms [.twice] "
                  "}\nmigrations { move .a -> .b } }");
    expect_shown("A.byTwice(8).count()", "1");
}
END_TEST

START_TEST(a_unique_constraint_that_migrated_documents_break_is_refused)
{
    expect_pushed("collection A { a: Int }");
    expect_shown("[A.create({ id: 1, a: 1 }), A.create({ id: 2, a: 2 })].length", "2");
    expect_refused("collection A { b: Int\nunique [.b]\n"
                   "migrations { drop .a\nadd .b\nbackfill .b = 0 } }",
                   "error: Failed unique constraint.");
    expect_shown("A.all().map(.a).toArray() == [1, 2]", "true");
}
END_TEST

START_TEST(a_check_that_migrated_documents_break_is_refused)
{
    expect_pushed("collection A { a: Int\nb: Int\ncheck small (.a < 3) }");
    expect_shown("[A.create({ id: 1, a: 1, b: 2 }), A.create({ id: 2, a: 2, b: 3 })].length", "2");
    const char *swapped = "collection A { a: Int\nb: Int\ncheck small (.a < 3)\n"
                          "migrations { move .a -> .c\nmove .b -> .a\nmove .c -> .b } }";
    expect_refused(swapped, "error: Failed to update Collection `A`.\nconstraint failures:\n"
                            "  constraints: Documents fail check constraint `small`: A 2\n");
    expect_shown("A.all().map(.a).toArray() == [1, 2]", "true");
    expect_shown("A.byId(2)!.update({ b: 0 }).b", "0");
    expect_pushed(swapped);
    expect_shown("A.all().map(.a).toArray() == [2, 0]", "true");
}
END_TEST

/* What had been replaced before keeps its form; what was there then is read in the new one. */
START_TEST(the_past_is_not_migrated)
{
    expect_pushed("collection A { n: Int\nhistory_days 1 }");
    expect_shown("[A.create({ id: 1, n: 1 }), A.create({ id: 2, n: 2 })].length", "2");
    expect_shown("let then = A.byId(1)!.ts", "");
    expect_shown("A.byId(1)!.update({ n: 3 }).n", "3");
    expect_pushed("collection A {\n  m: Int\n  history_days 1\n  index byM { terms [.m] }\n"
                  "  migrations {\n    move .n -> .m\n  }\n}");
    expect_shown("A.all().map(.data).toArray() == [{ m: 3 }, { m: 2 }]", "true");
    expect_shown("at (then) { A.all().map(.data).toArray() } == [{ n: 1 }, { m: 2 }]", "true");
    expect_shown("at (then) { A.byM(2).map(.id).toArray() } == [ID(2)]", "true");
    expect_shown("at (then) { A.byM(3).count() }", "0");
}
END_TEST

static void stage(const char *fsl)
{
    int64_t bad_offset;
    const Source *file = session_source(session, STR("main.fsl"), str_from_c(fsl), &bad_offset);
    SchemaPush pushed = {.files = &file, .count = 1, .stage = true};
    ck_assert_int_eq(session_push_schema(session, &pushed).kind, OUTCOME_OK);
}

static void end_stage(StageAction action)
{
    SchemaStaging staging = {.action = action};
    ck_assert_int_eq(session_stage(session, &staging).kind, OUTCOME_OK);
}

START_TEST(a_staged_migration_waits_for_its_commit)
{
    const char *moved = "collection A { m: Int\nmigrations { move .n -> .m } }";
    expect_pushed("collection A { n: Int }");
    expect_shown("A.create({ id: 1, n: 1 }).n", "1");
    stage(moved);
    expect_shown("A.all().map(.data).toArray() == [{ n: 1 }]", "true");
    end_stage(STAGE_ABANDON);
    expect_shown("A.create({ id: 2, n: 2 }).n", "2");
    expect_shown("A.all().map(.data).toArray() == [{ n: 1 }, { n: 2 }]", "true");
    stage(moved);
    expect_shown("A.create({ id: 3, n: 3 }).n", "3");
    end_stage(STAGE_COMMIT);
    expect_shown("A.all().map(.data).toArray() == [{ m: 1 }, { m: 2 }, { m: 3 }]", "true");
}
END_TEST

/* A document that has ended is gone; one that will end does so as it would have. */
START_TEST(documents_that_end_are_migrated_while_they_last)
{
    expect_pushed("collection A { n: Int\ndocument_ttls true }");
    expect_shown("A.create({ id: 1, n: 1, ttl: Time.now().subtract(1, \"day\") })",
                 "A(\"1\") /* not found */");
    expect_shown("A.create({ id: 2, n: 2, ttl: Time(\"9999-01-01T00:00:00Z\") }).n", "2");
    expect_pushed("collection A { m: Int\ndocument_ttls true\nmigrations { move .n -> .m } }");
    expect_shown("A.all().map(.data).toArray() == [{ m: 2 }]", "true");
    expect_shown("A.byId(2)!.ttl == Time(\"9999-01-01T00:00:00Z\")", "true");
    expect_shown("A.byId(1).exists()", "false");
}
END_TEST

START_TEST(triggers_do_not_fire)
{
    expect_pushed("collection A { a: Int\ntrigger t { on [update] do (e => Log.create({})) } }\n"
                  "collection Log {}");
    expect_shown("A.create({ id: 1, a: 1 }).a", "1");
    expect_pushed("collection A { b: Int\ntrigger t { on [update] do (e => Log.create({})) }\n"
                  "migrations { move .a -> .b } }\ncollection Log {}");
    expect_shown("Log.all().count()", "0");
}
END_TEST

START_TEST(definitions_take_migrations_as_objects)
{
    expect_pushed("collection A { n: Int }");
    expect_shown("A.create({ id: 1, n: 1 }).n", "1");
    expect_shown("A.definition.replace({ name: \"A\", fields: { m: { signature: \"Int\" } },\n"
                 "\nmigrations: [{ move: { field: \"n\", to: \"m\" } }] }).migrations![0]",
                 "{\n  move: {\n    field: \"n\",\n    to: \"m\"\n  }\n}");
    expect_shown("A.byId(1)!.m", "1");
    expect_text(run("A.definition.update({ migrations: [{ jump: { field: \"n\" } }] })").code,
                "constraint_failure", "an unknown verb");
    expect_text(run("A.definition.update({ migrations: [{ drop: { field: 1 } }] })").code,
                "constraint_failure", "no path");
    expect_text(run("A.definition.update({ fields: { k: { signature: \"Int\" } } })").code,
                "invalid_schema", "a field without a migration");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("migration");
    tcase_add_test(tests, documents_follow_and_keep_their_times);
    tcase_add_test(tests, only_migrations_that_are_new_are_applied);
    tcase_add_test(tests, fields_that_documents_contradict_need_migrations);
    tcase_add_test(tests, fields_move_into_objects_that_are_there);
    tcase_add_test(tests, migrations_that_make_no_sense_are_refused);
    tcase_add_test(tests, values_that_do_not_fit_go_to_the_conflicts);
    tcase_add_test(tests, a_field_of_any_type_needs_no_place_for_conflicts);
    tcase_add_test(tests, what_is_split_and_dropped_goes_unless_it_moves_first);
    tcase_add_test(tests, values_are_of_their_fields_types_also_without_documents);
    tcase_add_test(tests, values_may_call_functions_of_the_same_push);
    tcase_add_test(tests, a_value_that_would_be_lost_stops_the_change);
    tcase_add_test(tests, indexes_uniques_and_aggregates_follow);
    tcase_add_test(tests, indexes_of_computed_fields_follow);
    tcase_add_test(tests, a_unique_constraint_that_migrated_documents_break_is_refused);
    tcase_add_test(tests, a_check_that_migrated_documents_break_is_refused);
    tcase_add_test(tests, the_past_is_not_migrated);
    tcase_add_test(tests, a_staged_migration_waits_for_its_commit);
    tcase_add_test(tests, documents_that_end_are_migrated_while_they_last);
    tcase_add_test(tests, triggers_do_not_fire);
    tcase_add_test(tests, definitions_take_migrations_as_objects);
    return run_suite("migration", tests);
}
