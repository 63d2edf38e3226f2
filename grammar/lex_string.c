/* lex_string: strings, templates and heredocs.
 *
 *   "a #{x} b #{y} c"          <<+END
 *   ^^^^^^ HEAD                  a #{x}
 *         ^ tokens of x        END
 *          ^^^^^^ MIDDLE        HEAD from `<<+` to `#{`, TAIL from `}` to the second END
 *                  ^^^^ TAIL
 *
 * Escapes are checked here and resolved when the node is built. Characters that cannot be
 * seen must be written as escapes.
 */
#include "grammar/lex_class.h"

static Token break_string(Lexer *lexer, uint32_t start, LexProblem problem)
{
    if (problem.end == 0) {
        problem.start = lexer->at;
        problem.end = lexer->at + 1;
    }
    problem.unfinished = lexer->at == lexer->end;
    return lex_break(lexer, start, problem);
}

static bool is_hex(const Lexer *lexer)
{
    return lexer->at < lexer->end && (lex_class[(uint8_t)lexer->text[lexer->at]] & CLASS_HEX);
}

/* Value of the digit here, stepping over it. */
static uint32_t take_hex(Lexer *lexer)
{
    uint8_t c = (uint8_t)lexer->text[lexer->at++];
    return c <= '9' ? c - (uint32_t)'0' : (c | 0x20u) - (uint32_t)'a' + 10;
}

/* Checks `count` hex digits. */
static bool scan_hex(Lexer *lexer, int count, uint32_t *value, LexProblem *problem)
{
    for (int i = 0; i < count; i++) {
        if (!is_hex(lexer)) {
            problem->message = "Expected hex digit";
            return false;
        }
        *value = *value * 16 + take_hex(lexer);
    }
    return true;
}

/* Checks what follows `\u`. */
static bool scan_unicode(Lexer *lexer, uint32_t *value, LexProblem *problem)
{
    if (is_hex(lexer)) {
        return scan_hex(lexer, 4, value, problem);
    }
    if (lexer->at == lexer->end || lexer->text[lexer->at] != '{') {
        problem->message = "Expected `{` or hex digit";
        return false;
    }
    lexer->at++;
    int digits = 0;
    for (; digits < 6 && is_hex(lexer); digits++) {
        *value = *value * 16 + take_hex(lexer);
    }
    if (digits > 0 && lexer->at < lexer->end && lexer->text[lexer->at] == '}') {
        lexer->at++;
        return true;
    }
    problem->message = digits == 0  ? "Expected hex digit"
                       : digits < 6 ? "Expected `}` or hex digit"
                                    : "Expected `}`";
    return false;
}

/* Checks the escape at the backslash here. */
static bool scan_escape(Lexer *lexer, LexProblem *problem)
{
    uint32_t start = lexer->at++;
    char c = lexer->at < lexer->end ? lexer->text[lexer->at] : '\0';
    if (c != '\0' && strchr("\\0'\"`nrvtbf#", c)) {
        lexer->at++;
        return true;
    }
    if (c != 'x' && c != 'u') {
        problem->message = "Expected escape code";
        return false;
    }
    lexer->at++;
    uint32_t value = 0;
    if (!(c == 'x' ? scan_hex(lexer, 2, &value, problem) : scan_unicode(lexer, &value, problem))) {
        return false;
    }
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        *problem = (LexProblem){.start = start,
                                .end = lexer->at,
                                .message = "Invalid escape",
                                .annotation = value > 0x10ffff ? "outside of valid unicode range"
                                                               : "surrogates are disallowed"};
        return false;
    }
    return true;
}

/* Whether the character here, which is not of CLASS_PLAIN, can be seen; steps over it if so. */
static bool scan_visible(Lexer *lexer)
{
    uint8_t first = (uint8_t)lexer->text[lexer->at];
    if (first != 0xe2 && first != 0xef) {
        return false;
    }
    uint8_t second = (uint8_t)lexer->text[lexer->at + 1];
    uint8_t third = (uint8_t)lexer->text[lexer->at + 2];
    bool hidden;
    if (first == 0xe2) {
        /* U+200B, U+200E, U+200F, U+2028 to U+202E, U+2060 to U+206F: they turn the direction of a line,
         * end it, or are nothing. Spaces of other widths can be seen, and the joiners U+200C and U+200D
         * make one sign of several: words of Persian and Hindi, families of emoji. */
        hidden = (second == 0x80 && (third == 0x8b || third == 0x8e || third == 0x8f ||
                                     (third >= 0xa8 && third <= 0xae))) ||
                 (second == 0x81 && third >= 0xa0 && third <= 0xaf);
    } else { /* U+FEFF, U+FFF0 to U+FFFF */
        hidden = (second == 0xbb && third == 0xbf) || (second == 0xbf && third >= 0xb0);
    }
    lexer->at += hidden ? 0 : 3;
    return !hidden;
}

static LexProblem invisible_problem(const Lexer *lexer)
{
    uint32_t end = lexer->at + 1;
    while (end < lexer->end && ((uint8_t)lexer->text[end] & 0xc0) == 0x80) {
        end++;
    }
    return (LexProblem){.start = lexer->at,
                        .end = end,
                        .message = "Invalid character",
                        .annotation = "write it as an escape, such as `\\u200b`"};
}

static Token finish(Lexer *lexer, uint32_t start, TokenKind kind, unsigned flags)
{
    return token_make(start, lexer->at, kind, flags);
}

/* Reads on to the closing quote or, in double quotes, to `#{`. */
static Token scan_text(Lexer *lexer, uint32_t start, char quote, TokenKind at_quote,
                       TokenKind at_hole)
{
    unsigned flags = lex_resume(lexer, start) ? LEX_ESCAPES : 0;
    LexProblem problem = {.opener = quote == '"' ? "\"" : "'"};
    for (;;) {
        lexer->at = lex_span(lexer, CLASS_PLAIN);
        if (lexer->at == lexer->end) {
            lexer->resume = (LexResume){start, lexer->at, 0};
            problem.message = quote == '"' ? "Expected `\"`" : "Expected `'`";
            return break_string(lexer, start, problem);
        }
        char c = lexer->text[lexer->at];
        if (c == quote) {
            lexer->at++;
            return finish(lexer, start, at_quote, flags);
        }
        if (c == '\\') {
            flags |= LEX_ESCAPES;
            if (!scan_escape(lexer, &problem)) {
                return break_string(lexer, start, problem);
            }
        } else if (c == '#' && quote == '"' && lexer->at + 1 < lexer->end &&
                   lexer->text[lexer->at + 1] == '{') {
            lexer->at += 2;
            return finish(lexer, start, at_hole, flags);
        } else if (c == '#' || c == '\'' || c == '"') {
            lexer->at++;
        } else if (!scan_visible(lexer)) {
            return break_string(lexer, start, invisible_problem(lexer));
        }
    }
}

Token lex_string(Lexer *lexer)
{
    uint32_t start = lexer->at++;
    return scan_text(lexer, start, lexer->text[start], TOKEN_STRING, TOKEN_TEMPLATE_HEAD);
}

/* Whether the line here is the one that ends the heredoc; then steps to behind its word. */
static bool scan_delimiter(Lexer *lexer)
{
    uint32_t at = lex_skip_blanks(lexer, lexer->at);
    uint32_t length = lexer->delimiter_end - lexer->delimiter_start;
    if (lexer->end - at < length ||
        memcmp(lexer->text + at, lexer->text + lexer->delimiter_start, length) != 0) {
        return false;
    }
    at += length;
    if (at < lexer->end && (lex_class[(uint8_t)lexer->text[at]] & CLASS_REST)) {
        return false;
    }
    lexer->at = at;
    return true;
}

/* Reads on in the lines of a heredoc. `line_start`: the next byte starts a line. */
static Token scan_lines(Lexer *lexer, uint32_t start, bool line_start, bool holes, TokenKind at_end,
                        TokenKind at_hole)
{
    line_start = lex_resume(lexer, start) || line_start;
    for (;;) {
        if (line_start && scan_delimiter(lexer)) {
            return finish(lexer, start, at_end, LEX_HEREDOC);
        }
        if (lexer->at == lexer->end) {
            if (line_start) {
                lexer->resume = (LexResume){start, lexer->at, 0};
            }
            return break_string(lexer, start,
                                (LexProblem){.message = "Expected the end of the heredoc",
                                             .opener = holes ? "<<+" : "<<-"});
        }
        char c = lexer->text[lexer->at];
        line_start = (lex_class[(uint8_t)c] & CLASS_LINE) != 0;
        if (c == '#' && holes && lexer->at + 1 < lexer->end && lexer->text[lexer->at + 1] == '{') {
            lexer->at += 2;
            return finish(lexer, start, at_hole, LEX_HEREDOC);
        }
        if ((lex_class[(uint8_t)c] & CLASS_PLAIN) || c == '\\' || c == '"' || c == '\'' ||
            c == '#') {
            lexer->at++;
        } else if (!scan_visible(lexer)) {
            return break_string(lexer, start, invisible_problem(lexer));
        }
    }
}

Token lex_heredoc(Lexer *lexer)
{
    uint32_t start = lexer->at;
    bool holes = lexer->text[start + 2] == '+';
    lexer->at = lex_skip_blanks(lexer, start + 3);
    lexer->delimiter_start = lexer->at;
    if (lexer->at == lexer->end || !(lex_class[(uint8_t)lexer->text[lexer->at]] & CLASS_WORD)) {
        return break_string(lexer, start,
                            (LexProblem){.message = "Expected identifier", .opener = "<<"});
    }
    lexer->at = lexer->delimiter_end = lex_span(lexer, CLASS_REST);
    /* Empty lines behind the opening word are not part of the text. */
    bool newline = false;
    for (;;) {
        uint32_t at = lex_skip_blanks(lexer, lexer->at);
        if (at == lexer->end || !(lex_class[(uint8_t)lexer->text[at]] & CLASS_LINE)) {
            break;
        }
        lexer->at = at + 1;
        newline = true;
    }
    if (!newline) {
        return break_string(lexer, start,
                            (LexProblem){.message = "Expected a new line", .opener = "<<"});
    }
    return scan_lines(lexer, start, true, holes, TOKEN_STRING, TOKEN_TEMPLATE_HEAD);
}

Token lex_string_rest(Lexer *lexer, Token close, bool heredoc)
{
    lexer->at = close.end;
    if (heredoc) {
        return scan_lines(lexer, close.start, false, true, TOKEN_TEMPLATE_TAIL,
                          TOKEN_TEMPLATE_MIDDLE);
    }
    return scan_text(lexer, close.start, '"', TOKEN_TEMPLATE_TAIL, TOKEN_TEMPLATE_MIDDLE);
}
