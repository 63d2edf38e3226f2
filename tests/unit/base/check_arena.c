/* check_arena: allocation, marks and lifetimes of arenas. */
#include "runtime/base/arena.h"

#include <check.h>

START_TEST(allocations_are_aligned_and_apart)
{
    Arena arena;
    arena_init(&arena);
    char *pieces[300];
    for (int bytes = 0; bytes < 300; bytes++) {
        pieces[bytes] = arena_alloc(&arena, bytes);
        ck_assert_uint_eq((uintptr_t)pieces[bytes] % 16, 0);
        memset(pieces[bytes], bytes, (size_t)bytes);
    }
    for (int bytes = 1; bytes < 300; bytes++) {
        ck_assert_int_eq((unsigned char)pieces[bytes][0], bytes % 256);
        ck_assert_int_eq((unsigned char)pieces[bytes][bytes - 1], bytes % 256);
    }
    arena_free(&arena);
}
END_TEST

START_TEST(zeroed_allocations_are_zero_after_reuse)
{
    Arena arena;
    arena_init(&arena);
    for (int round = 0; round < 5; round++) {
        int *numbers = arena_array(&arena, int, 5000);
        for (int i = 0; i < 5000; i++) {
            ck_assert_int_eq(numbers[i], 0);
            numbers[i] = -1;
        }
        arena_reset(&arena);
        ck_assert_int_eq(arena_bytes(&arena), 0);
    }
    arena_free(&arena);
}
END_TEST

START_TEST(a_rewind_keeps_what_came_before_the_mark)
{
    Arena arena;
    arena_init(&arena);
    char *kept = arena_copy(&arena, "kept", 5);
    ArenaMark mark = arena_mark(&arena);
    int64_t bytes = arena_bytes(&arena);
    for (int64_t size = 1; size < 3000000; size *= 3) {
        memset(arena_alloc(&arena, size), 1, (size_t)size);
    }
    ck_assert_int_gt(arena_bytes(&arena), bytes);
    arena_rewind(&arena, mark);
    ck_assert_int_eq(arena_bytes(&arena), bytes);
    ck_assert_str_eq(kept, "kept");
    ck_assert(arena_owns(&arena, kept));
    arena_free(&arena);
}
END_TEST

START_TEST(a_mark_of_an_empty_arena_empties_it)
{
    Arena arena;
    arena_init(&arena);
    ArenaMark mark = arena_mark(&arena);
    (void)arena_alloc(&arena, 100000);
    arena_rewind(&arena, mark);
    ck_assert_int_eq(arena_bytes(&arena), 0);
    arena_free(&arena);
    ck_assert_int_eq(arena_bytes(&arena), 0);
}
END_TEST

START_TEST(arenas_count_together_and_ring_when_they_hold_too_much)
{
    int64_t ticks = 1;
    ArenaAccount account = {.limit = 1 << 20, .alarm = &ticks};
    Arena one, two;
    arena_init_counted(&one, &account);
    arena_init_counted(&two, &account);
    (void)arena_alloc(&one, 600000);
    ck_assert_int_ge(account.bytes, 600000);
    ck_assert(!account.is_over);
    ck_assert_int_eq(ticks, 1);
    (void)arena_alloc(&two, 600000);
    ck_assert(account.is_over && !account.is_short);
    ck_assert_int_eq(ticks, 0);
    ck_assert(!arena_is_over(&two));
    two.yields = true;
    ck_assert(arena_is_over(&two));
    arena_free(&one);
    ck_assert_int_lt(account.bytes, 1 << 20);
    arena_free(&two);
    ck_assert_int_eq(account.bytes, 0);
    ck_assert(two.yields && two.account == &account);
}
END_TEST

START_TEST(what_is_made_and_forgotten_again_takes_no_larger_chunks_each_time)
{
    int64_t ticks = 1;
    ArenaAccount account = {.alarm = &ticks};
    Arena arena;
    arena_init_counted(&arena, &account);
    (void)arena_alloc(&arena, 16);
    ArenaMark mark = arena_mark(&arena);
    for (int i = 0; i < 40; i++) {
        (void)arena_alloc(&arena, 100000);
        ck_assert_int_lt(account.bytes, 300000);
        arena_rewind(&arena, mark);
    }
    arena_free(&arena);
}
END_TEST

/* Joins byte after byte, and compares with what that makes. */
static void expect_joined(Arena *arena, int64_t count)
{
    const char *text = NULL;
    for (int64_t len = 0; len < count; len++) {
        char added = (char)('a' + len % 26);
        text = arena_join(arena, text, len, &added, len + 1);
    }
    for (int64_t i = 0; i < count; i++) {
        ck_assert_int_eq(text[i], 'a' + i % 26);
    }
}

START_TEST(long_texts_are_joined_in_place)
{
    Arena arena;
    arena_init(&arena);
    expect_joined(&arena, 1 << 20);
    ck_assert_int_lt(arena_bytes(&arena), 8 << 20); /* a copy for each would be 512 GiB */
    arena_free(&arena);
}
END_TEST

START_TEST(what_is_joined_twice_has_both_results)
{
    Arena arena;
    arena_init(&arena);
    char zeros[2048];
    memset(zeros, '0', sizeof zeros);
    const char *text = arena_join(&arena, zeros, 2000, zeros, 2010);
    const char *first = arena_join(&arena, text, 2010, "first", 2015);
    const char *second = arena_join(&arena, text, 2010, "second", 2016);
    const char *longer = arena_join(&arena, first, 2015, "!", 2016);
    const char *part = arena_join(&arena, first + 2010, 5, "?", 6);
    ck_assert_ptr_eq(first, text); /* with room behind it */
    ck_assert(memcmp(text + 2000, "0000000000first", 15) == 0);
    ck_assert(memcmp(first + 2010, "first", 5) == 0);
    ck_assert(memcmp(second, zeros, 2010) == 0 && memcmp(second + 2010, "second", 6) == 0);
    ck_assert(memcmp(longer, zeros, 2010) == 0 && memcmp(longer + 2010, "first!", 6) == 0);
    ck_assert(memcmp(part, "first?", 6) == 0);
    arena_free(&arena);
}
END_TEST

/* What comes after a rewind may begin where a text had its room. */
START_TEST(room_behind_a_text_goes_with_a_rewind)
{
    Arena arena;
    arena_init(&arena);
    char zeros[2048];
    memset(zeros, '0', sizeof zeros);
    ArenaMark mark = arena_mark(&arena);
    for (int round = 0; round < 2; round++) {
        (void)arena_join(&arena, zeros, 2000, zeros, 2048);
        arena_rewind(&arena, mark);
        char *text = arena_alloc(&arena, 2048);
        char *next = arena_alloc(&arena, 16);
        memset(text, '1', 2048);
        memset(next, '2', 16);
        const char *joined = arena_join(&arena, text, 2048, zeros, 2058);
        ck_assert_ptr_ne(joined, text);
        ck_assert(memcmp(next, "2222222222222222", 16) == 0);
        mark = arena_mark(&arena);
    }
    arena_free(&arena);
}
END_TEST

START_TEST(an_arena_owns_only_its_own)
{
    Arena one;
    Arena other;
    arena_init(&one);
    arena_init(&other);
    char *piece = arena_alloc(&one, 10);
    (void)arena_alloc(&one, 100000);
    char local;
    ck_assert(arena_owns(&one, piece));
    ck_assert(!arena_owns(&other, piece));
    ck_assert(!arena_owns(&one, &local));
    arena_free(&one);
    arena_free(&other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("arena");
    tcase_add_test(tests, allocations_are_aligned_and_apart);
    tcase_add_test(tests, zeroed_allocations_are_zero_after_reuse);
    tcase_add_test(tests, a_rewind_keeps_what_came_before_the_mark);
    tcase_add_test(tests, a_mark_of_an_empty_arena_empties_it);
    tcase_add_test(tests, arenas_count_together_and_ring_when_they_hold_too_much);
    tcase_add_test(tests, what_is_made_and_forgotten_again_takes_no_larger_chunks_each_time);
    tcase_add_test(tests, long_texts_are_joined_in_place);
    tcase_add_test(tests, what_is_joined_twice_has_both_results);
    tcase_add_test(tests, room_behind_a_text_goes_with_a_rewind);
    tcase_add_test(tests, an_arena_owns_only_its_own);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
