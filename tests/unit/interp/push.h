/* push: putting a schema of one file in force in the session of fixture.h. */
#ifndef FAWN_TESTS_INTERP_PUSH_H
#define FAWN_TESTS_INTERP_PUSH_H

#include "fixture.h"

static inline Outcome push(const char *fsl)
{
    int64_t bad_offset;
    const Source *file = session_source(session, STR("main.fsl"), str_from_c(fsl), &bad_offset);
    ck_assert_ptr_nonnull(file);
    SchemaPush pushed = {.files = &file, .count = 1};
    return session_push_schema(session, &pushed);
}

static inline void expect_pushed(const char *fsl)
{
    Outcome outcome = push(fsl);
    ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", fsl, STR_ARG(outcome.summary));
}

/* The push is refused, and its summary begins with `expected`. */
static inline void expect_refused(const char *fsl, const char *expected)
{
    Outcome outcome = push(fsl);
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    ck_assert_msg(str_starts_with(outcome.summary, str_from_c(expected)),
                  "%s\n  gives    %.*s\n  expected %s", fsl, STR_ARG(outcome.summary), expected);
}

#endif
