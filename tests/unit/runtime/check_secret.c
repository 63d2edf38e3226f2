/* Secrets and hashes of secrets. */
#include "runtime/access/secret.h"

#include "fixture.h"

START_TEST(secrets_are_made_of_letters_that_fit_headers_and_are_never_the_same)
{
    SecretOwner owner = {.is_token = _i == 1, .id = 7};
    Str one, other;
    ck_assert(secret_make(&rt, &owner, &one) && secret_make(&rt, &owner, &other));
    ck_assert(str_starts_with(one, STR("fn")));
    ck_assert_int_eq(one.len, owner.is_token ? 51 : 40);
    ck_assert(!str_eq(one, other));
    for (int64_t i = 0; i < one.len; i++) {
        char c = one.s[i];
        ck_assert((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_');
    }
}
END_TEST

START_TEST(a_secret_says_whose_it_is)
{
    static const SecretOwner owners[] = {
        {.id = 0}, {.id = INT64_MAX}, {.is_token = true, .id = 5, .database = 0x123456789abcdef}};
    SecretOwner read;
    Str secret;
    ck_assert(secret_make(&rt, &owners[_i], &secret));
    ck_assert(secret_read(secret, &read));
    ck_assert(read.is_token == owners[_i].is_token);
    ck_assert_int_eq(read.id, owners[_i].id);
    ck_assert_int_eq(read.database, owners[_i].database);
    for (int64_t len = 0; len < secret.len; len++) {
        ck_assert(!secret_read(str_slice(secret, 0, len), &read));
    }
    ck_assert(!secret_read(str_format(rt.query, "%.*sA", STR_ARG(secret)), &read));
}
END_TEST

START_TEST(what_is_no_secret_says_nothing)
{
    static const char *const texts[] = {"", "secret", "fn", "fnA", "zn==",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    SecretOwner owner;
    ck_assert(!secret_read(str_from_c(texts[_i]), &owner));
}
END_TEST

START_TEST(texts_are_equal_when_all_of_them_is)
{
    ck_assert(secret_equal(STR("abc"), STR("abc")) && secret_equal(STR(""), STR("")));
    ck_assert(!secret_equal(STR("abc"), STR("abd")) && !secret_equal(STR("abc"), STR("ab")));
    ck_assert(!secret_equal(STR(""), STR("a")) && !secret_equal(STR("a"), STR("")));
    ck_assert(!secret_equal(STR("abab"), STR("ab")));
}
END_TEST

START_TEST(a_hash_matches_what_it_was_made_of_alone)
{
    Str hash = secret_hash(&rt, STR("sesame"));
    ck_assert(_i == 0 || password_hash(&rt, STR("sesame"), &hash));
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
    tcase_add_loop_test(
        tests, secrets_are_made_of_letters_that_fit_headers_and_are_never_the_same, 0, 2);
    tcase_add_loop_test(tests, a_secret_says_whose_it_is, 0, 3);
    tcase_add_loop_test(tests, what_is_no_secret_says_nothing, 0, 6);
    tcase_add_test(tests, texts_are_equal_when_all_of_them_is);
    tcase_add_loop_test(tests, a_hash_matches_what_it_was_made_of_alone, 0, 2);
    tcase_add_test(tests, equal_passwords_have_different_hashes);
}

int main(void)
{
    return run_case("secret", add_tests);
}
