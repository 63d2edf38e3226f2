/* Base64 there and back, and text that is none. */
#include "runtime/print/base64.h"

#include <check.h>

static const struct {
    const char *bytes, *text;
} pairs[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xfe\xfb", "//77"},
};

START_TEST(text_and_bytes_give_each_other)
{
    Buf text = {0}, bytes = {0};
    base64_encode(&text, str_from_c(pairs[_i].bytes));
    ck_assert(str_eq(buf_str(&text), str_from_c(pairs[_i].text)));
    ck_assert(base64_decode(&bytes, buf_str(&text)));
    ck_assert(str_eq(buf_str(&bytes), str_from_c(pairs[_i].bytes)));
    buf_free(&text);
    buf_free(&bytes);
}
END_TEST

START_TEST(padding_may_be_missing)
{
    Buf bytes = {0};
    ck_assert(base64_decode(&bytes, STR("Zm8")));
    ck_assert(str_eq(buf_str(&bytes), STR("fo")));
    buf_free(&bytes);
}
END_TEST

static const char *const flawed[] = {"Z", "Zg=", "Zg===", "Z*==", "=Zg=", "Zm9v Zg==", "é"};

START_TEST(flawed_text_is_refused)
{
    Buf bytes = {0};
    ck_assert(!base64_decode(&bytes, str_from_c(flawed[_i])));
    buf_free(&bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base64");
    TCase *cases = tcase_create("base64");
    tcase_add_loop_test(cases, text_and_bytes_give_each_other, 0, countof(pairs));
    tcase_add_test(cases, padding_may_be_missing);
    tcase_add_loop_test(cases, flawed_text_is_refused, 0, countof(flawed));
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
