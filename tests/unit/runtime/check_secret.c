/* Secrets and hashes of secrets. */
#include "runtime/secret.h"

#include "fixture.h"

START_TEST(secrets_are_made_of_letters_that_fit_headers_and_are_never_the_same)
{
    Str one, other;
    ck_assert(secret_make(&rt, STR("fn"), &one) && secret_make(&rt, STR("fn"), &other));
    ck_assert(str_starts_with(one, STR("fn")));
    ck_assert_int_eq(one.len, 34);
    ck_assert(!str_eq(one, other));
    for (int64_t i = 0; i < one.len; i++) {
        char c = one.s[i];
        ck_assert((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_');
    }
}
END_TEST

START_TEST(a_hash_matches_what_it_was_made_of_alone)
{
    Str hash;
    ck_assert(_i == 0 ? secret_hash(&rt, STR("sesame"), &hash)
                      : password_hash(&rt, STR("sesame"), &hash));
    ck_assert(secret_matches(&rt, STR("sesame"), hash));
    ck_assert(!secret_matches(&rt, STR("Sesame"), hash));
    ck_assert(!secret_matches(&rt, STR(""), hash));
    ck_assert(!secret_matches(&rt, STR("sesame\0x"), hash));
    ck_assert(!secret_matches(&rt, STR("sesame"), STR("")));
}
END_TEST

START_TEST(equal_passwords_have_different_hashes)
{
    Str one, other;
    ck_assert(password_hash(&rt, STR("sesame"), &one) && password_hash(&rt, STR("sesame"), &other));
    ck_assert(!str_eq(one, other));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, secrets_are_made_of_letters_that_fit_headers_and_are_never_the_same);
    tcase_add_loop_test(tests, a_hash_matches_what_it_was_made_of_alone, 0, 2);
    tcase_add_test(tests, equal_passwords_have_different_hashes);
}

int main(void)
{
    return run_case("secret", add_tests);
}
