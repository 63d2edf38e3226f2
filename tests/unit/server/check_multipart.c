/* check_multipart: bodies of forms, well-formed and not. */
#include "server/endpoint/multipart.h"

#include <check.h>

static Arena arena;

static void make_arena(void)
{
    arena_init(&arena);
}

static void free_arena(void)
{
    arena_free(&arena);
}

/* The parts as "name=content|", or what is wrong. */
static void expect(const char *body, const char *expected)
{
    Parts parts = {0};
    Buf got = {0};
    MultipartStatus status = multipart_read(&arena, str_from_c(body), STR("B"), 3, &parts);
    for (int64_t i = 0; i < parts.len && status == MULTIPART_OK; i++) {
        buf_printf(&got, "%.*s=%.*s|", STR_ARG(parts.at[i].name), STR_ARG(parts.at[i].content));
    }
    buf_puts(&got, status == MULTIPART_MALFORMED  ? "malformed"
                   : status == MULTIPART_TOO_MANY ? "too many"
                                                  : "");
    ck_assert_msg(str_eq(buf_str(&got), str_from_c(expected)), "%s\ngives `%.*s`", body,
                  STR_ARG(buf_str(&got)));
    buf_free(&got);
}

#define PART(name) "--B\r\nContent-Disposition: form-data; name=" name "\r\n\r\n"

START_TEST(parts_are_found)
{
    expect(PART("\"a.fsl\"") "one\r\n" PART("b") "\r\n--B--\r\n", "a.fsl=one|b=|");
    expect("--B\r\nContent-Type: text/plain\r\n"
           "content-disposition:form-data ; filename=\"blob\"; name=\"sub/x.fsl\"\r\n\r\n1\r\n2\r\n--B--",
           "sub/x.fsl=1\r\n2|");
    expect("a preamble\r\n" PART("a") "1\r\n--B--\r\nand an epilogue", "a=1|");
    expect(PART("a") "--B--\r\n", "a=|");
    expect("--B--\r\n", "");
    expect("--B--", "");
}
END_TEST

START_TEST(what_only_looks_like_a_delimiter_is_content)
{
    expect(PART("a") "x--B\r\n\r\n--Bx\r\n--B--\r\n", "a=x--B\r\n\r\n--Bx|");
    expect(PART("a") "1\n--B\n\r\n--B--\r\n", "a=1\n--B\n|");
    expect(PART("a") "1\r\n--B \t\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--B--", "a=1|b=2|");
}
END_TEST

START_TEST(names_may_be_quoted)
{
    expect(PART("\"a\\\"b; c.fsl\"") "1\r\n--B--\r\n", "a\"b; c.fsl=1|");
    expect(PART("\"a\\b\"") "1\r\n--B--\r\n", "a\\b=1|");
    expect(PART("\"a") "1\r\n--B--\r\n", "malformed");
}
END_TEST

START_TEST(what_no_form_sends_is_refused)
{
    expect("", "malformed");
    expect("no delimiter", "malformed");
    expect(PART("a") "no end", "malformed");
    expect(PART("a") "1\r\n--B", "malformed");
    expect("--B\r\n\r\n1\r\n--B--\r\n", "malformed");
    expect("--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--B--\r\n", "malformed");
    expect("--B\r\nContent-Disposition: form-data; filename=a\r\n\r\n1\r\n--B--\r\n", "malformed");
    expect("--B\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--B--\r\n", "malformed");
    expect("--B\r\nContent-Disposition: form-data; name=a\r\n", "malformed");
    expect("--B\r\nContent-Disposition: form-data; name=a\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\n1\r\n--B--\r\n",
           "malformed");
}
END_TEST

START_TEST(parts_are_counted)
{
    expect(PART("a") "\r\n" PART("b") "\r\n" PART("c") "\r\n--B--", "a=|b=|c=|");
    expect(PART("a") "\r\n" PART("b") "\r\n" PART("c") "\r\n" PART("d") "\r\n--B--", "too many");
}
END_TEST

static void expect_boundary(const char *content_type, const char *expected)
{
    Str boundary = {0};
    bool found = multipart_boundary(&arena, str_from_c(content_type), &boundary);
    ck_assert_msg(found == (expected != NULL), "%s", content_type);
    ck_assert_msg(!found || str_eq(boundary, str_from_c(expected)), "%s gives %.*s", content_type,
                  STR_ARG(boundary));
}

START_TEST(boundaries_are_found)
{
    expect_boundary("multipart/form-data; boundary=----x1", "----x1");
    expect_boundary("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"", "a b");
    expect_boundary("multipart/form-data", NULL);
    expect_boundary("multipart/form-data; boundary=", NULL);
    expect_boundary("multipart/mixed; boundary=x", NULL);
    expect_boundary("application/json", NULL);
    expect_boundary("multipart/form-data; boundary=123456789012345678901234567890123456789012345678"
                    "90123456789012345678901",
                    NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("multipart");
    TCase *tests = tcase_create("multipart");
    tcase_add_checked_fixture(tests, make_arena, free_arena);
    tcase_add_test(tests, parts_are_found);
    tcase_add_test(tests, what_only_looks_like_a_delimiter_is_content);
    tcase_add_test(tests, names_may_be_quoted);
    tcase_add_test(tests, what_no_form_sends_is_refused);
    tcase_add_test(tests, parts_are_counted);
    tcase_add_test(tests, boundaries_are_found);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
