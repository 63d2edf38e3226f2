/* check_doc: blocks read back as they were built; damaged ones are found out. */
#include "store/doc.h"

#include <check.h>

typedef struct Fixture {
    ShapeTable *shapes;
    Arena arena;
    DocBuilder builder;
} Fixture;

static Fixture fixture;

static void set_up(void)
{
    fixture.shapes = shape_table_new();
    arena_init(&fixture.arena);
    memset(&fixture.builder, 0, sizeof fixture.builder);
}

static void tear_down(void)
{
    builder_free(&fixture.builder);
    arena_free(&fixture.arena);
    shape_table_free(fixture.shapes);
}

static const Shape *shape(const char *first, const char *second)
{
    Str names[] = {str_from_c(first), str_from_c(second ? second : "")};
    return shape_of(fixture.shapes, names, second ? 2 : 1, &fixture.arena);
}

static Str finish(void)
{
    Str doc;
    ck_assert(builder_finish(&fixture.builder, &doc));
    ck_assert(doc_check(fixture.shapes, doc));
    return doc;
}

static bool same_bytes(Str a, const char *b, int64_t len)
{
    return str_eq(a, (Str){b, len});
}

START_TEST(the_worked_example_is_true)
{
    const Shape *s = shape("name", "stars");
    builder_start(&fixture.builder, s->id, 2);
    builder_str(&fixture.builder, 0, STR("Ran"));
    builder_int(&fixture.builder, 1, 5);
    Str doc = finish();
    char expected[] = "\0\0\0\0\0\0\0\x82\x46\3\0\0Ran\0\5\0\0\0\0\0\0\0";
    memcpy(expected, &s->id, 4);
    ck_assert(same_bytes(doc, expected, 24));
}
END_TEST

/* A block as formats before 4 had all, with slots of 8 bytes: {a: "eight678", b: -5}. */
START_TEST(unpacked_blocks_are_read)
{
    char bytes[32] = "\0\0\0\0\2\0\0\0\x96\3";
    const Shape *s = shape("a", "b");
    memcpy(bytes, &s->id, 4);
    memcpy(bytes + 16, "eight678", 8);
    memset(bytes + 24, 0xff, 8);
    bytes[24] = (char)-5;
    Str doc = {arena_copy(&fixture.arena, bytes, sizeof bytes), sizeof bytes};
    ck_assert(doc_check(fixture.shapes, doc));
    ck_assert_int_eq(doc_count(doc.s), 2);
    ck_assert(str_eq(doc_str(doc.s, 0), STR("eight678")));
    ck_assert_int_eq(doc_int(doc.s, 1), -5);
    builder_start(&fixture.builder, s->id, 2);
    builder_copy(&fixture.builder, 0, doc.s, 0);
    builder_copy(&fixture.builder, 1, doc.s, 1);
    Str packed = finish();
    ck_assert_int_eq(packed.len, 32);
    ck_assert(str_eq(doc_str(packed.s, 0), STR("eight678")));
    ck_assert_int_eq(doc_int(packed.s, 1), -5);
}
END_TEST

START_TEST(flat_blocks_are_what_the_builder_builds)
{
    Str texts[] = {STR("nine byte"), STR(""), STR("four"), STR("five5")};
    for (int64_t count = 0; count <= DOC_PACKED_MAX; count++) {
        DocFlatSize size = {.count = count};
        builder_start(&fixture.builder, 3, count);
        for (int64_t i = 0; i < count; i++) {
            size.far_bytes += i % 3 == 0 ? doc_far_bytes(texts[i / 3 % 4].len) : 0;
            size.wide |= (uint32_t)(i % 3 == 1) << i;
        }
        int64_t len = doc_flat_bytes(&size);
        char *block = arena_alloc(&fixture.arena, len);
        memset(block, 7, (size_t)len);
        DocFlat flat = doc_flat_begin(block, len, 3, &size);
        for (int64_t i = 0; i < count; i++) {
            if (i % 3 == 0) {
                builder_str(&fixture.builder, i, texts[i / 3 % 4]);
                doc_flat_str(&flat, texts[i / 3 % 4]);
            } else if (i % 3 == 1) {
                builder_long(&fixture.builder, i, INT64_MIN + i);
                doc_flat_near(&flat, TAG_LONG, INT64_MIN + i);
            } else {
                builder_int(&fixture.builder, i, -i);
                doc_flat_near(&flat, TAG_INT, -i);
            }
        }
        Str built;
        ck_assert(builder_finish(&fixture.builder, &built));
        ck_assert(same_bytes(built, block, len));
        ck_assert(doc_check(NULL, built));
    }
}
END_TEST

/* Texts and nested blocks that 16 bits cannot address; more slots than are packed. */
START_TEST(large_blocks_are_read_back)
{
    char text[70001];
    memset(text, 'x', sizeof text);
    for (int64_t count = 3; count <= DOC_PACKED_MAX + 3; count += DOC_PACKED_MAX) {
        builder_start(&fixture.builder, shape("a", NULL)->id, 1);
        builder_begin_array(&fixture.builder, 0, count);
        builder_str(&fixture.builder, 0, (Str){text, sizeof text});
        builder_begin_array(&fixture.builder, 1, 1);
        builder_int(&fixture.builder, 0, 42);
        builder_end(&fixture.builder);
        builder_str(&fixture.builder, 2, STR("behind it"));
        builder_end(&fixture.builder);
        const char *array = doc_nested(finish().s, 0);
        ck_assert_int_eq(doc_count(array), count);
        ck_assert(same_bytes(doc_str(array, 0), text, sizeof text));
        ck_assert_int_eq(doc_int(doc_nested(array, 1), 0), 42);
        ck_assert(str_eq(doc_str(array, 2), STR("behind it")));
    }
}
END_TEST

START_TEST(every_kind_of_value_is_read_back)
{
    enum { KINDS = 15 };
    Str names[KINDS];
    for (int i = 0; i < KINDS; i++) {
        names[i] = str_format(&fixture.arena, "field%d", i);
    }
    DocBuilder *builder = &fixture.builder;
    const Shape *s = shape_of(fixture.shapes, names, KINDS, &fixture.arena);
    builder_start(builder, s->id, KINDS);
    builder_bool(builder, 0, true);
    builder_bool(builder, 1, false);
    builder_int(builder, 2, INT32_MIN);
    builder_long(builder, 3, INT64_MAX);
    builder_double(builder, 4, -0.5);
    builder_str(builder, 5, STR(""));
    builder_str(builder, 6, STR("12345678"));
    builder_str(builder, 7, STR("123456789"));
    builder_bytes(builder, 8, (Str){"\0\xff", 2});
    builder_time(builder, 9, (DocTime){-1, 999999999});
    builder_time(builder, 10, (DocTime){-((int64_t)1 << 34), 1});
    builder_date(builder, 11, -719528);
    builder_uuid(builder, 12, "0123456789abcdef");
    builder_ref(builder, 13, (DocRef){1024, -7});
    Str doc = finish();
    ck_assert_uint_eq(doc_shape_id(doc.s), s->id);
    ck_assert_int_eq(doc_count(doc.s), KINDS);
    ck_assert_int_eq(doc_tag(doc.s, 0), TAG_TRUE);
    ck_assert_int_eq(doc_tag(doc.s, 1), TAG_FALSE);
    ck_assert_int_eq(doc_int(doc.s, 2), INT32_MIN);
    ck_assert(!doc_slot_is_wide(doc_layout(doc.s), 2) && doc_slot_is_wide(doc_layout(doc.s), 3));
    ck_assert_int_eq(doc_int(doc.s, 3), INT64_MAX);
    ck_assert_int_eq(doc_tag(doc.s, 3), TAG_LONG);
    ck_assert_double_eq(doc_double(doc.s, 4), -0.5);
    ck_assert_int_eq(doc_str(doc.s, 5).len, 0);
    ck_assert(str_eq(doc_str(doc.s, 6), STR("12345678")));
    ck_assert(str_eq(doc_str(doc.s, 7), STR("123456789")));
    ck_assert(same_bytes(doc_str(doc.s, 8), "\0\xff", 2));
    ck_assert_int_eq(doc_time(doc.s, 9).seconds, -1);
    ck_assert_uint_eq(doc_time(doc.s, 9).nanos, 999999999);
    ck_assert_int_eq(doc_time(doc.s, 10).seconds, -((int64_t)1 << 34));
    ck_assert_uint_eq(doc_time(doc.s, 10).nanos, 1);
    ck_assert_int_eq(doc_int(doc.s, 11), -719528);
    ck_assert(same_bytes(doc_str(doc.s, 12), "0123456789abcdef", 16));
    ck_assert_uint_eq(doc_ref(doc.s, 13).collection, 1024);
    ck_assert_int_eq(doc_ref(doc.s, 13).id, -7);
    ck_assert_int_eq(doc_tag(doc.s, 14), TAG_NULL);
}
END_TEST

/* {a: {x: 1, y: ["one", [2]]}, b: "end of the text"} */
static Str build_nested(void)
{
    DocBuilder *builder = &fixture.builder;
    builder_start(builder, shape("a", "b")->id, 2);
    builder_begin(builder, 0, shape("x", "y")->id, 2);
    builder_int(builder, 0, 1);
    builder_begin_array(builder, 1, 2);
    builder_str(builder, 0, STR("one"));
    builder_begin_array(builder, 1, 1);
    builder_int(builder, 0, 2);
    builder_end(builder);
    builder_end(builder);
    builder_end(builder);
    builder_str(builder, 1, STR("end of the text"));
    return finish();
}

START_TEST(paths_lead_into_nested_blocks)
{
    Str doc = build_nested();
    DocSlot found;
    Str deep[] = {STR("a"), STR("y"), STR("1"), STR("0")};
    ck_assert(doc_find(fixture.shapes, doc.s, deep, 4, &found));
    ck_assert_int_eq(doc_int(found.block, found.slot), 2);
    Str text[] = {STR("b")};
    ck_assert(doc_find(fixture.shapes, doc.s, text, 1, &found));
    ck_assert(str_eq(doc_str(found.block, found.slot), STR("end of the text")));
    const char *nowhere[][3] = {
        {"c", NULL, NULL}, {"a", "z", NULL}, {"a", "y", "2"}, {"a", "y", "x"}, {"b", "x", NULL}};
    for (int64_t i = 0; i < countof(nowhere); i++) {
        Str steps[3];
        int64_t count = 0;
        for (; count < 3 && nowhere[i][count]; count++) {
            steps[count] = str_from_c(nowhere[i][count]);
        }
        ck_assert(!doc_find(fixture.shapes, doc.s, steps, count, &found));
    }
}
END_TEST

START_TEST(blocks_are_copied_whole)
{
    Str doc = build_nested();
    char *kept = arena_copy(&fixture.arena, doc.s, doc.len);
    DocBuilder copy = {0};
    builder_start(&copy, doc_shape_id(kept), 2);
    builder_copy(&copy, 0, kept, 0);
    builder_copy(&copy, 1, kept, 1);
    Str bytes;
    ck_assert(builder_finish(&copy, &bytes));
    ck_assert(same_bytes(bytes, kept, doc.len));
    builder_free(&copy);
}
END_TEST

START_TEST(depth_and_size_are_limited)
{
    DocBuilder *builder = &fixture.builder;
    builder_start(builder, shape("a", NULL)->id, 1);
    for (int i = 0; i < DOC_DEPTH_MAX; i++) {
        builder_begin_array(builder, 0, 1);
    }
    for (int i = 0; i < DOC_DEPTH_MAX; i++) {
        builder_end(builder);
    }
    Str doc;
    ck_assert(!builder_finish(builder, &doc));
    builder_start(builder, shape("a", NULL)->id, 1);
    for (int i = 0; i < DOC_DEPTH_MAX - 1; i++) {
        builder_begin_array(builder, 0, 1);
    }
    for (int i = 0; i < DOC_DEPTH_MAX - 1; i++) {
        builder_end(builder);
    }
    finish();
    builder_start(builder, shape("a", NULL)->id, 1);
    builder_str(builder, 0, (Str){"", DOC_BYTES_MAX});
    ck_assert(!builder_finish(builder, &doc));
}
END_TEST

/* Reads all of a checked block, so that the sanitizers see what the check let through. */
static uint64_t read_all(const char *block)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < doc_count(block); i++) {
        DocTag tag = doc_tag(block, i);
        if (tag == TAG_ARRAY || tag == TAG_OBJECT) {
            sum += read_all(doc_nested(block, i));
        } else if (tag == TAG_STRING || tag == TAG_BYTES || tag == TAG_UUID) {
            sum += str_hash(doc_str(block, i));
        } else if (tag == TAG_TIME) {
            sum += doc_time(block, i).nanos;
        } else if (tag == TAG_REF) {
            sum += doc_ref(block, i).collection;
        } else {
            sum += (uint64_t)doc_int(block, i);
        }
    }
    return sum;
}

/* An array of more slots than are packed: {a: ["one", "the second", …]}. */
static Str build_unpacked(void)
{
    DocBuilder *builder = &fixture.builder;
    builder_start(builder, shape("a", NULL)->id, 1);
    builder_begin_array(builder, 0, DOC_PACKED_MAX + 1);
    builder_str(builder, 0, STR("one"));
    builder_str(builder, 1, STR("the second"));
    builder_end(builder);
    return finish();
}

START_TEST(damaged_blocks_are_refused_or_harmless)
{
    Str doc = _i == 0 ? build_nested() : build_unpacked();
    uint64_t sum = 0;
    for (int64_t at = 0; at < doc.len; at++) {
        for (int change = 1; change < 256; change += 7) {
            char *copy = malloc((size_t)doc.len);
            memcpy(copy, doc.s, (size_t)doc.len);
            copy[at] = (char)(copy[at] ^ change);
            if (doc_check(fixture.shapes, (Str){copy, doc.len})) {
                sum += read_all(copy);
            }
            free(copy);
        }
    }
    for (int64_t len = 0; len < doc.len; len++) {
        char *copy = malloc((size_t)len + 1);
        memcpy(copy, doc.s, (size_t)len);
        ck_assert(!doc_check(fixture.shapes, (Str){copy, len}));
        free(copy);
    }
    ck_assert_uint_ne(sum, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("doc");
    TCase *tests = tcase_create("doc");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_worked_example_is_true);
    tcase_add_test(tests, unpacked_blocks_are_read);
    tcase_add_test(tests, large_blocks_are_read_back);
    tcase_add_test(tests, flat_blocks_are_what_the_builder_builds);
    tcase_add_test(tests, every_kind_of_value_is_read_back);
    tcase_add_test(tests, paths_lead_into_nested_blocks);
    tcase_add_test(tests, blocks_are_copied_whole);
    tcase_add_test(tests, depth_and_size_are_limited);
    tcase_add_loop_test(tests, damaged_blocks_are_refused_or_harmless, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
