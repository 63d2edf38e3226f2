/* lex: see lex.h. The scanner looks at one byte, finds its class in a table of 256, and knows
 * from there what kind of token starts. The insides of strings are in lex_string.c.
 *
 * Not here: which newlines count, and what brackets mean (layout.c).
 */
#include "grammar/lex.h"
#include "grammar/lex_class.h"

/* Rows of 16 bytes each. */
#define L CLASS_LINE | CLASS_PLAIN
#define P CLASS_PLAIN
#define S CLASS_BLANK | CLASS_PLAIN
#define W CLASS_WORD | CLASS_REST | CLASS_PLAIN
#define H CLASS_WORD | CLASS_REST | CLASS_PLAIN | CLASS_HEX
#define D CLASS_DIGIT | CLASS_REST | CLASS_PLAIN | CLASS_HEX
#define Q CLASS_REST
const uint8_t lex_class[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, S, L, P, P, L, 0, 0, /* \t \n \v \f \r */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /**/
    S, P, 0, 0, P, P, P, Q, P, P, P, P, P, P, P, P, /* space, " # ' end plain text */
    D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P, /**/
    P, H, H, H, H, H, H, W, W, W, W, W, W, W, W, W, /**/
    W, W, W, W, W, W, W, W, W, W, W, P, 0, P, P, W, /* \ ends plain text */
    P, H, H, H, H, H, H, W, W, W, W, W, W, W, W, W, /**/
    W, W, W, W, W, W, W, W, W, W, W, P, P, P, P, 0, /* DEL is not plain */
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /* UTF-8 */
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /**/
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /**/
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /**/
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /**/
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /**/
    P, P, 0, P, P, P, P, P, P, P, P, P, P, P, P, 0, /* E2, EF: invisible characters */
    P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, /**/
};
#undef L
#undef P
#undef S
#undef W
#undef H
#undef D
#undef Q

void lex_init(Lexer *lexer, Str text, bool placeholders)
{
    assert(text.len <= UINT32_MAX);
    *lexer = (Lexer){.text = text.s, .end = (uint32_t)text.len, .placeholders = placeholders};
}

Token lex_break(Lexer *lexer, uint32_t start, LexProblem problem)
{
    lexer->problem = problem;
    return token_make(start, problem.end, TOKEN_BROKEN, 0);
}

/* The byte `ahead` bytes from here, or 0 behind the end. */
static ALWAYS_INLINE char peek(const Lexer *lexer, uint32_t ahead)
{
    return lexer->end - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static void skip_line(Lexer *lexer)
{
    const char *from = lexer->text + lexer->at;
    const char *newline = memchr(from, '\n', lexer->end - lexer->at);
    lexer->at = newline ? (uint32_t)(newline - lexer->text) + 1 : lexer->end;
}

/* Reads on in a block comment from `at`, where `*depth` comments are open, to behind its end. False: it
 * never ends. */
static bool find_comment_end(const char *text, uint32_t *at, uint32_t end, int64_t *depth)
{
    while (end - *at >= 2) {
        if (text[*at] == '/' && text[*at + 1] == '*') {
            ++*depth;
            *at += 2;
        } else if (text[*at] == '*' && text[*at + 1] == '/') {
            --*depth;
            *at += 2;
            if (*depth == 0) {
                return true;
            }
        } else {
            ++*at;
        }
    }
    return false;
}

/* Skips a comment, if one starts here; false if none does, or if it never ends. */
static bool skip_comment(Lexer *lexer, unsigned *trivia)
{
    if (peek(lexer, 1) == '/') {
        skip_line(lexer);
        *trivia |= TRIVIA_NEWLINE;
        return true;
    }
    if (peek(lexer, 1) != '*') {
        return false;
    }
    uint32_t start = lexer->at;
    int64_t depth = lex_resume(lexer, start) ? lexer->resume.depth : 0;
    bool ends = find_comment_end(lexer->text, &lexer->at, lexer->end, &depth);
    if (!ends) {
        lexer->resume = (LexResume){start, lexer->at, depth};
        lexer->at = start;
    }
    return ends;
}

unsigned lex_skip(Lexer *lexer)
{
    unsigned trivia = 0;
    while (lexer->at < lexer->end) {
        char c = lexer->text[lexer->at];
        if (lex_class[(uint8_t)c] & CLASS_BLANK) {
            lexer->at++;
        } else if (lex_class[(uint8_t)c] & CLASS_LINE) {
            trivia |= TRIVIA_NEWLINE;
            lexer->at++;
        } else if (c == ';') {
            if (!(trivia & TRIVIA_SEMICOLON)) {
                lexer->semicolon = lexer->at;
            }
            trivia |= TRIVIA_SEMICOLON;
            lexer->at++;
        } else if (c != '/' || !skip_comment(lexer, &trivia)) {
            break;
        }
    }
    return trivia;
}

uint32_t lex_skip_blanks(const Lexer *lexer, uint32_t at)
{
    while (at < lexer->end) {
        char c = lexer->text[at];
        if (lex_class[(uint8_t)c] & CLASS_BLANK) {
            at++;
        } else if (c == '/' && at + 1 < lexer->end && lexer->text[at + 1] == '*') {
            uint32_t end = at;
            int64_t depth = 0;
            if (!find_comment_end(lexer->text, &end, lexer->end, &depth)) {
                break;
            }
            at = end;
        } else {
            break;
        }
    }
    return at;
}

bool lex_colon_follows(const Lexer *lexer)
{
    uint32_t at = lex_skip_blanks(lexer, lexer->at);
    return at < lexer->end && lexer->text[at] == ':';
}

/* The keyword that a word is, or ID. */
static TokenKind word_kind(const char *word, uint32_t length)
{
#define IS(text) (memcmp(word, text, sizeof(text) - 1) == 0)
    switch (length) {
    case 2:
        return IS("if")               ? TOKEN_KEY_IF
               : IS("at")             ? TOKEN_KEY_AT
               : IS("of") || IS("on") ? TOKEN_KEY_RESERVED
                                      : TOKEN_ID;
    case 3:
        return IS("let") ? TOKEN_KEY_LET : IS("isa") ? TOKEN_KEY_ISA : TOKEN_ID;
    case 4:
        return IS("else")   ? TOKEN_KEY_ELSE
               : IS("true") ? TOKEN_KEY_TRUE
               : IS("null") ? TOKEN_KEY_NULL
               : IS("case") ? TOKEN_KEY_CASE
               : IS("join") ? TOKEN_KEY_RESERVED
                            : TOKEN_ID;
    case 5:
        return IS("false") ? TOKEN_KEY_FALSE : IS("match") ? TOKEN_KEY_MATCH : TOKEN_ID;
    default:
        return TOKEN_ID;
    }
#undef IS
}

static Token make_token(Lexer *lexer, uint32_t start, TokenKind kind)
{
    return token_make(start, lexer->at, kind, 0);
}

/* In types names may be dotted, and only the two booleans are keywords. */
static Token scan_type_name(Lexer *lexer, uint32_t start)
{
    while (peek(lexer, 0) == '.' && (lex_class[(uint8_t)peek(lexer, 1)] & CLASS_REST)) {
        lexer->at++;
        lexer->at = lex_span(lexer, CLASS_REST);
    }
    TokenKind kind = word_kind(lexer->text + start, lexer->at - start);
    bool boolean = kind == TOKEN_KEY_TRUE || kind == TOKEN_KEY_FALSE;
    return make_token(lexer, start, boolean ? kind : TOKEN_ID);
}

static Token scan_word(Lexer *lexer, LexMode mode)
{
    uint32_t start = lexer->at;
    lexer->at = lex_span(lexer, CLASS_REST);
    if (mode & LEX_TYPE) {
        return scan_type_name(lexer, start);
    }
    return make_token(lexer, start, word_kind(lexer->text + start, lexer->at - start));
}

static void scan_digits(Lexer *lexer)
{
    while (lexer->at < lexer->end && ((lex_class[(uint8_t)lexer->text[lexer->at]] & CLASS_DIGIT) ||
                                      lexer->text[lexer->at] == '_')) {
        lexer->at++;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static Token break_at(Lexer *lexer, uint32_t start, const char *message)
{
    return lex_break(lexer, start,
                     (LexProblem){.start = lexer->at,
                                  .end = lexer->at + 1,
                                  .message = message,
                                  .unfinished = lexer->at == lexer->end,
                                  .opener = ""});
}

/* 0x…, 0o…, 0b…: `lexer->at` is at the letter. */
static Token scan_radix(Lexer *lexer, uint32_t start)
{
    char letter = (char)(lexer->text[lexer->at++] | 0x20);
    uint32_t first = lexer->at;
    bool digits = false;
    for (; lexer->at < lexer->end; lexer->at++) {
        char c = lexer->text[lexer->at];
        bool fits = letter == 'x'   ? (lex_class[(uint8_t)c] & CLASS_HEX) != 0
                    : letter == 'o' ? c >= '0' && c <= '7'
                                    : c == '0' || c == '1';
        if (!fits && c != '_') {
            break;
        }
        digits |= fits;
    }
    if (!digits) {
        lexer->at = first;
        return break_at(lexer, start, letter == 'x' ? "Expected hex digit" : "Expected digit");
    }
    return make_token(lexer, start, TOKEN_NUMBER);
}

/* A number; a sign before it, from `start` on, belongs to it. */
static Token scan_number(Lexer *lexer, uint32_t start)
{
    char letter = (char)(peek(lexer, 1) | 0x20);
    if (peek(lexer, 0) == '0') {
        lexer->at++;
        if (letter == 'x' || letter == 'o' || letter == 'b') {
            return scan_radix(lexer, start);
        }
    } else {
        scan_digits(lexer);
    }
    uint32_t flags = 0;
    if (peek(lexer, 0) == '.') {
        flags = LEX_POSTFIX_DOT;
        if (is_digit(peek(lexer, 1))) {
            flags = LEX_FLOAT;
            lexer->at++;
            scan_digits(lexer);
        }
    }
    if ((peek(lexer, 0) | 0x20) == 'e') {
        flags = LEX_FLOAT;
        lexer->at++;
        if (peek(lexer, 0) == '+' || peek(lexer, 0) == '-') {
            lexer->at++;
        }
        if (!is_digit(peek(lexer, 0))) {
            return break_at(lexer, start, "Expected digit");
        }
        scan_digits(lexer);
    }
    return token_make(start, lexer->at, TOKEN_NUMBER, flags);
}

/* `+` or `-` where an operand may start: the sign of a number, or an operator. */
static Token scan_sign(Lexer *lexer, TokenKind operator)
{
    uint32_t start = lexer->at++;
    uint32_t digit = lex_skip_blanks(lexer, lexer->at);
    if (digit < lexer->end && is_digit(lexer->text[digit])) {
        lexer->at = digit;
        return scan_number(lexer, start);
    }
    return make_token(lexer, start, operator);
}

/* A token of `length` bytes. */
static ALWAYS_INLINE Token take(Lexer *lexer, uint32_t length, TokenKind kind)
{
    uint32_t start = lexer->at;
    lexer->at += length;
    return make_token(lexer, start, kind);
}

/* The second byte decides: `c` then `second` makes `two`, anything else `one`. */
static Token take_pair(Lexer *lexer, char second, TokenKind two, TokenKind one)
{
    return peek(lexer, 1) == second ? take(lexer, 2, two) : take(lexer, 1, one);
}

static Token scan_bang(Lexer *lexer, LexMode mode)
{
    if (mode & LEX_PREFIX) {
        return take(lexer, 1, TOKEN_NOT);
    }
    if (peek(lexer, 1) == '~') {
        return take(lexer, 2, TOKEN_NOT_MATCHES);
    }
    return take_pair(lexer, '=', TOKEN_NE, TOKEN_BANG);
}

static Token scan_less(Lexer *lexer, LexMode mode)
{
    if (mode & LEX_TYPE) {
        return take(lexer, 1, TOKEN_TYPE_OPEN);
    }
    if ((mode & LEX_PREFIX) && peek(lexer, 1) == '<' &&
        (peek(lexer, 2) == '-' || peek(lexer, 2) == '+')) {
        return lex_heredoc(lexer);
    }
    return take_pair(lexer, '=', TOKEN_LE, TOKEN_LT);
}

static Token scan_question(Lexer *lexer, LexMode mode)
{
    if (mode & LEX_TYPE) {
        return take(lexer, 1, TOKEN_QUESTION);
    }
    if (peek(lexer, 1) == '.') {
        return take(lexer, 2, TOKEN_OPTIONAL_DOT);
    }
    return take_pair(lexer, '?', TOKEN_COALESCE, TOKEN_QUESTION);
}

static Token scan_equals(Lexer *lexer, LexMode mode)
{
    switch (peek(lexer, 1)) {
    case '=':
        return take(lexer, 2, TOKEN_EQ);
    case '~':
        return take(lexer, 2, TOKEN_MATCHES);
    case '>':
        return take(lexer, 2, mode & LEX_TYPE ? TOKEN_TYPE_ARROW : TOKEN_ARROW);
    default:
        return take(lexer, 1, TOKEN_EQUALS);
    }
}

static Token scan_slash(Lexer *lexer)
{
    if (peek(lexer, 1) == '*') {
        return lex_break(lexer, lexer->at,
                         (LexProblem){.start = lexer->end,
                                      .end = lexer->end + 1,
                                      .message = "Expected `*/`",
                                      .unfinished = true,
                                      .opener = "/*"});
    }
    return take(lexer, 1, TOKEN_SLASH);
}

/* A character that starts no token, all its bytes. */
static Token scan_unknown(Lexer *lexer)
{
    static const char value[] = "\0value>";
    uint32_t length = sizeof(value) - 1;
    if (lexer->placeholders && lexer->end - lexer->at >= length &&
        memcmp(lexer->text + lexer->at, value, length) == 0) {
        return take(lexer, length, TOKEN_PLACEHOLDER);
    }
    uint32_t bytes = 1;
    while (((uint8_t)peek(lexer, bytes) & 0xc0) == 0x80) {
        bytes++;
    }
    return take(lexer, bytes, TOKEN_UNKNOWN);
}

static Token scan_operator(Lexer *lexer, LexMode mode)
{
    switch (lexer->text[lexer->at]) {
    case '(':
        return take(lexer, 1, TOKEN_PAREN_OPEN);
    case ')':
        return take(lexer, 1, TOKEN_PAREN_CLOSE);
    case '[':
        return take(lexer, 1, TOKEN_BRACKET_OPEN);
    case ']':
        return take(lexer, 1, TOKEN_BRACKET_CLOSE);
    case '{':
        return take(lexer, 1, TOKEN_BRACE_OPEN);
    case '}':
        return take(lexer, 1, TOKEN_BRACE_CLOSE);
    case ',':
        return take(lexer, 1, TOKEN_COMMA);
    case ':':
        return take(lexer, 1, TOKEN_COLON);
    case '@':
        return take(lexer, 1, TOKEN_AT_SIGN);
    case '.':
        return peek(lexer, 1) == '.' && peek(lexer, 2) == '.' ? take(lexer, 3, TOKEN_DOTS)
                                                              : take(lexer, 1, TOKEN_DOT);
    case '?':
        return scan_question(lexer, mode);
    case '=':
        return scan_equals(lexer, mode);
    case '!':
        return scan_bang(lexer, mode);
    case '<':
        return scan_less(lexer, mode);
    case '>':
        return mode & LEX_TYPE ? take(lexer, 1, TOKEN_TYPE_CLOSE)
                               : take_pair(lexer, '=', TOKEN_GE, TOKEN_GT);
    case '|':
        return take_pair(lexer, '|', TOKEN_OR, TOKEN_BIT_OR);
    case '&':
        return take_pair(lexer, '&', TOKEN_AND, TOKEN_BIT_AND);
    case '*':
        return take_pair(lexer, '*', TOKEN_POW, TOKEN_STAR);
    case '^':
        return take(lexer, 1, TOKEN_BIT_XOR);
    case '~':
        return take(lexer, 1, TOKEN_BIT_NOT);
    case '%':
        return take(lexer, 1, TOKEN_PERCENT);
    case '/':
        return scan_slash(lexer);
    case '+':
        return mode & LEX_PREFIX ? scan_sign(lexer, TOKEN_PLUS) : take(lexer, 1, TOKEN_PLUS);
    case '-':
        return mode & LEX_PREFIX ? scan_sign(lexer, TOKEN_MINUS)
                                 : take_pair(lexer, '>', TOKEN_UNKNOWN, TOKEN_MINUS);
    case '"':
    case '\'':
        return lex_string(lexer);
    default:
        return scan_unknown(lexer);
    }
}

Token lex_token(Lexer *lexer, LexMode mode)
{
    if (lexer->at == lexer->end) {
        return make_token(lexer, lexer->at, TOKEN_END);
    }
    uint8_t class = lex_class[(uint8_t)lexer->text[lexer->at]];
    if (class & CLASS_WORD) {
        return scan_word(lexer, mode);
    }
    if (class & CLASS_DIGIT) {
        return scan_number(lexer, lexer->at);
    }
    return scan_operator(lexer, mode);
}
