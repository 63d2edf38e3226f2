/* secrecy: looks at tokens, so that a word in a comment or a title is no secret. */
#include "repl/edit/secrecy.h"

#include "repl/edit/scan.h"

#include <ctype.h>

/* Secrets begin with `fn`: of keys they have 40 characters, of tokens 51. */
enum { KEY_LENGTH = 40, TOKEN_LENGTH = 51 };

static bool is_secret(Str string)
{
    int64_t len = string.len - 2;
    if ((len != KEY_LENGTH && len != TOKEN_LENGTH) || string.s[1] != 'f' || string.s[2] != 'n') {
        return false;
    }
    for (int64_t i = 1; i <= len; i++) {
        char c = string.s[i];
        if (!isalnum((unsigned char)c) && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

/* Whether a field of this name holds secrets: any writing of the words below, or with something
 * around them. */
static bool names_secret(Str name)
{
    static const char *const words[] = {"password", "passwd", "passphrase", "secret", "apikey",
                                        "privatekey"};
    char plain[64];
    int64_t len = 0;
    for (int64_t i = 0; i < name.len && len < countof(plain); i++) {
        if (isalnum((unsigned char)name.s[i])) {
            plain[len++] = (char)tolower((unsigned char)name.s[i]);
        }
    }
    for (int64_t i = 0; i < countof(words); i++) {
        if (str_find((Str){plain, len}, str_from_c(words[i]), 0) >= 0) {
            return true;
        }
    }
    return false;
}

static bool is_member(const Scan *scan, int64_t index, Str module, Str member)
{
    return index + 2 < scan->len && str_eq(scan_token_text(scan, index), module) &&
           scan->at[index + 1].kind == TOKEN_DOT &&
           str_eq(scan_token_text(scan, index + 2), member);
}

static bool is_field_with_text(const Scan *scan, int64_t index)
{
    return index + 2 < scan->len && scan->at[index + 1].kind == TOKEN_COLON &&
           (scan->at[index + 2].kind == TOKEN_STRING ||
            scan->at[index + 2].kind == TOKEN_TEMPLATE_HEAD);
}

static bool is_secret_at(const Scan *scan, int64_t index)
{
    Str text = scan_token_text(scan, index);
    TokenKind kind = scan->at[index].kind;
    if (kind == TOKEN_STRING && is_secret(text)) {
        return true;
    }
    if ((kind == TOKEN_ID || kind == TOKEN_STRING) && is_field_with_text(scan, index)) {
        return names_secret(text);
    }
    return kind == TOKEN_ID &&
           (str_eq(text, STR("Credential")) || str_eq(text, STR("Credentials")) ||
            is_member(scan, index, STR("Key"), STR("create")) ||
            is_member(scan, index, STR("Token"), STR("create")));
}

bool secrecy_is_needed(Str text)
{
    Arena arena;
    Scan scan;
    bool found = false;
    arena_init(&arena);
    scan_text(&arena, text, &scan);
    for (int64_t i = 0; i < scan.len && !found; i++) {
        found = is_secret_at(&scan, i);
    }
    arena_free(&arena);
    return found;
}
