/* parse_fixture: an arena per test, and ways to say what a text parses to. */
#ifndef FAWN_TESTS_PARSE_FIXTURE_H
#define FAWN_TESTS_PARSE_FIXTURE_H

#include "grammar/parse.h"

#include <check.h>

static Arena arena;

static inline void set_up(void)
{
    arena_init(&arena);
}

static inline void tear_down(void)
{
    arena_free(&arena);
}

typedef ParseResult ParseFn(Arena *arena, const Source *source);

static inline ParseResult parse_text(ParseFn *parse, Str text)
{
    Source *source = arena_new(&arena, Source);
    *source = (Source){STR("*query*"), text};
    return parse(&arena, source);
}

/* A buffer's text in the arena, ended by NUL. */
static inline const char *take_text(Buf *buf)
{
    const char *text = str_to_c(&arena, buf_str(buf));
    buf_free(buf);
    return text;
}

static inline const char *render(const ParseResult *result)
{
    Buf out = {0};
    diag_render_list(&out, &result->diags);
    return take_text(&out);
}

/* The dump of an expression, or what is wrong with it. */
static inline const char *dump_of(const char *text)
{
    ParseResult result = parse_text(parse_expr, str_from_c(text));
    if (result.status != PARSE_OK) {
        return render(&result);
    }
    Buf out = {0};
    ast_dump(&out, result.node);
    return take_text(&out);
}

/* Message, line and column of the first error: "1:5 Expected `)`". */
static inline const char *first_error(ParseFn *parse, const char *text)
{
    ParseResult result = parse_text(parse, str_from_c(text));
    if (result.status == PARSE_OK) {
        return "no error";
    }
    const Diag *diag = result.diags.first;
    LineColumn at = source_position(diag->span.source, diag->span.start);
    Buf out = {0};
    buf_printf(&out, "%lld:%lld %.*s", (long long)at.line, (long long)at.column,
               STR_ARG(diag->message));
    return take_text(&out);
}

static inline int run_suite(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
