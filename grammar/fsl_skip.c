/* fsl_skip: see fsl_skip.h. */
#include "grammar/fsl_skip.h"

#include "grammar/lex_class.h"

/* The byte at `at`; 0 at the end, and beyond it. */
static char byte_at(const Lexer *lexer, uint32_t at)
{
    return at < lexer->end ? lexer->text[at] : '\0';
}

/* The end of the string that starts at `at`. */
static uint32_t skip_string(const Lexer *lexer, uint32_t at)
{
    char quote = byte_at(lexer, at++);
    while (at < lexer->end && byte_at(lexer, at) != quote) {
        at += byte_at(lexer, at) == '\\' ? 2 : 1;
    }
    return at < lexer->end ? at + 1 : lexer->end;
}

/* The end of the comment that starts at `at`, or `at`. */
static uint32_t skip_comment(const Lexer *lexer, uint32_t at)
{
    if (byte_at(lexer, at) == '/' && byte_at(lexer, at + 1) == '/') {
        while (at < lexer->end && byte_at(lexer, at) != '\n' && byte_at(lexer, at) != '\r') {
            at++;
        }
    } else if (byte_at(lexer, at) == '/' && byte_at(lexer, at + 1) == '*') {
        uint32_t behind = lex_skip_blanks(lexer, at);
        return behind > at ? behind : lexer->end;
    }
    return at;
}

/* Follows brackets; false: the text before this byte ends what cannot be read. An `]` or `)`
 * closes whatever is open, as only braces matter to the items around. */
static bool follow_bracket(Buf *open, char c)
{
    switch (c) {
    case '(':
    case '[':
    case '{':
        buf_byte(open, c);
        return true;
    case ')':
    case ']':
        open->len -= open->len > 0 ? 1 : 0;
        return true;
    case '}':
        return open->len > 0 && open->data[--open->len] == '{';
    case '\n':
    case '\r':
    case ';':
        return open->len > 0;
    default:
        return true;
    }
}

uint32_t fsl_skip_invalid(const Lexer *lexer)
{
    Buf open = {0};
    uint32_t at = lexer->at;
    while (at < lexer->end) {
        char c = byte_at(lexer, at);
        uint32_t behind = c == '"' || c == '\'' ? skip_string(lexer, at) : skip_comment(lexer, at);
        if (behind == at && !follow_bracket(&open, c)) {
            break;
        }
        at = behind > at ? behind : at + 1;
    }
    buf_free(&open);
    return at;
}
