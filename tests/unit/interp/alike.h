/* alike: what two texts of one query give, for tests of fast ways that must give what the plain one
 * gives. A fault's first line counts as a result.
 */
#ifndef FAWN_TESTS_INTERP_ALIKE_H
#define FAWN_TESTS_INTERP_ALIKE_H

#include "fixture.h"

/* Runs statements that must succeed, in a new session. */
static inline void set_up_with(const char *const *statements, int64_t count)
{
    set_up();
    for (int64_t i = 0; i < count; i++) {
        Outcome outcome = run(statements[i]);
        ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", statements[i],
                      STR_ARG(outcome.summary));
    }
}

/* What a query gives: its value, or the first line of its error, in `given`, which the caller
 * frees. */
static inline Outcome give(const char *text, Buf *given)
{
    Outcome outcome = run(text);
    Str result = buf_str(&shown);
    if (outcome.kind != OUTCOME_OK) {
        int64_t end = str_find(outcome.summary, STR("\n"), 0);
        result = str_slice(outcome.summary, 0, end < 0 ? outcome.summary.len : end);
    }
    buf_put(given, result);
    return outcome;
}

/* Both queries give the same; returns how the first came out. The texts end in a zero byte. */
static inline Outcome expect_same(const Buf *fast, const Buf *plain)
{
    Buf given = {0}, expected = {0};
    (void)give(plain->data, &expected);
    Outcome outcome = give(fast->data, &given);
    ck_assert_msg(str_eq(buf_str(&given), buf_str(&expected)), "%s\ngives   %.*s\nplainly %.*s",
                  fast->data, STR_ARG(buf_str(&given)), STR_ARG(buf_str(&expected)));
    buf_free(&given);
    buf_free(&expected);
    return outcome;
}

#endif
