/* expect: see expect.h.
 *
 * Not all that would fit is worth saying: behind an operand any operator would, and where an
 * expression may start so would twenty tokens. Operators are left out, and starters are summed
 * up as "expression" or "type". The words and their order are those of the reference.
 */
#include "grammar/expect.h"

enum { NAMES_MAX = 8 };

typedef struct Names {
    const char *at[NAMES_MAX];
    int64_t len;
} Names;

static const char *const token_shown[TOKEN_KINDS] = {
#define TOKEN(name, shown, flags) [TOKEN_##name] = (shown),
#include "grammar/token.def"
#undef TOKEN
};

/* Inserts `name` in order, once. */
static void add_name(Names *names, const char *name)
{
    int64_t at = 0;
    while (at < names->len && strcmp(names->at[at], name) < 0) {
        at++;
    }
    if (names->len == NAMES_MAX || (at < names->len && strcmp(names->at[at], name) == 0)) {
        return;
    }
    memmove(&names->at[at + 1], &names->at[at], (size_t)(names->len - at) * sizeof names->at[0]);
    names->at[at] = name;
    names->len++;
}

/* What a starter stands for: only expressions start with `!`, only patterns with `null`. */
static const char *name_starters(const Expected *expected)
{
    const bool *kinds = expected->kinds;
    return kinds[TOKEN_NOT]        ? "expression"
           : !kinds[TOKEN_NUMBER]  ? NULL
           : kinds[TOKEN_KEY_NULL] ? "pattern"
                                   : "type";
}

/* Whether a token goes without saying. */
static bool is_unsaid(const Expected *expected, int kind, bool starters)
{
    if (token_flags[kind] & HIDDEN) {
        return true;
    }
    if (starters && (token_flags[kind] & STARTS)) {
        return true;
    }
    bool behind_operand = expected->kinds[TOKEN_BANG];
    if (behind_operand && ((token_flags[kind] & STARTS) || kind == TOKEN_STAR)) {
        return true;
    }
    return kind == TOKEN_DOTS && expected->in_call;
}

static Names collect_names(const Expected *expected)
{
    Names names = {0};
    const char *starters = name_starters(expected);
    /* Where a statement may start, what ends the list of them is said. */
    if (starters && !expected->kinds[TOKEN_KEY_LET]) {
        add_name(&names, starters);
    }
    for (int kind = 0; kind < TOKEN_UNKNOWN; kind++) {
        if (expected->kinds[kind] && !is_unsaid(expected, kind, starters != NULL)) {
            add_name(&names, token_shown[kind]);
        }
    }
    if (expected->last.kind == TOKEN_DOT && (expected->before_last.flags & LEX_POSTFIX_DOT) &&
        expected->last.start == expected->before_last.end &&
        expected->bad.start == expected->last.end) {
        add_name(&names, "digit");
    }
    if (names.len == 0) {
        add_name(&names, "expression");
    }
    return names;
}

static void put_names(Buf *out, const Names *names)
{
    for (int64_t i = 0; i < names->len; i++) {
        if (i > 0) {
            buf_puts(out, names->len == 2 ? " or " : i == names->len - 1 ? ", or " : ", ");
        }
        buf_puts(out, names->at[i]);
    }
}

static Span bad_span(const Parse *p, const Expected *expected)
{
    uint32_t start = expected->bad.start;
    uint32_t end = start + 1;
    while (end < p->source->text.len && ((uint8_t)p->source->text.s[end] & 0xc0) == 0x80) {
        end++;
    }
    return span_between(p, start, end);
}

/* A list of statements that has not begun: of a query, or of a block. */
static const char *empty_list_message(const Expected *expected)
{
    if (!expected->kinds[TOKEN_KEY_LET]) {
        return NULL;
    }
    if (expected->last.kind == TOKEN_BRACE_OPEN) {
        return "Unexpected end of block. Expected statement or expression";
    }
    if (expected->last.end == 0) {
        return expected->first ? "Unexpected end of query. Expected statement or expression"
                               : "Expected end-of-input";
    }
    return NULL;
}

static bool is_keyword(uint32_t kind)
{
    return kind == TOKEN_NAME || (kind >= TOKEN_KEY_NULL && kind <= TOKEN_KEY_RESERVED);
}

void expect_report(Parse *p, const Expected *expected)
{
    if (is_keyword(expected->bad.kind) && expected->kinds[TOKEN_ID]) {
        Name name = {token_text(p, expected->bad), token_span(p, expected->bad)};
        Diag *diag = parse_error(p, name.span, "Invalid identifier");
        diag->annotation = str_format(p->diags->arena, "`%.*s` is a keyword", STR_ARG(name.text));
        return;
    }
    Span span = bad_span(p, expected);
    const char *message = empty_list_message(expected);
    if (message) {
        parse_error(p, span, "%s", message);
        return;
    }
    Buf text = {0};
    Names names = collect_names(expected);
    put_names(&text, &names);
    parse_error(p, span, "Expected %.*s", STR_ARG(buf_str(&text)));
    buf_free(&text);
}
