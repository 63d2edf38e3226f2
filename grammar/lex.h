/* lex: text to tokens, one at a time, without memory.
 *
 * A token is a kind and its bytes in the source; what a literal means is worked out when its
 * node is built (literal.h). Whether `-` is a sign or an operator, and whether `<<-` opens a
 * heredoc, depends on what came before: the layout pass knows and says so with LexMode.
 */
#ifndef FAWN_GRAMMAR_LEX_H
#define FAWN_GRAMMAR_LEX_H

#include "runtime/base/str.h"

typedef enum TokenKind {
#define TOKEN(name, shown, flags) TOKEN_##name,
#include "grammar/token.def"
#undef TOKEN
    TOKEN_KINDS
} TokenKind;

/* What lay between a token and the one before. */
enum { TRIVIA_NEWLINE = 1, TRIVIA_SEMICOLON = 2 };

/* Details of a literal token. */
enum {
    LEX_ESCAPES = 1,    /* its text has escapes */
    LEX_HEREDOC = 2,    /* its text is lines of a heredoc, to be unindented */
    LEX_FLOAT = 4,      /* a number with a fraction or an exponent */
    LEX_POSTFIX_DOT = 8 /* a number directly before a dot */
};

typedef struct Token {
    uint32_t start, end;
    uint32_t kind;  /* TokenKind */
    uint32_t flags; /* LEX_… */
} Token;

_Static_assert(sizeof(Token) == 16, "tokens are passed in two registers");

/* Written as the two words that will be read: a processor that finds a word spread over four
 * fresh stores waits for all of them, and that was a fifth of the time of a parse. */
static ALWAYS_INLINE Token token_make(uint32_t start, uint32_t end, TokenKind kind, uint32_t flags)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t words[2] = {start | (uint64_t)end << 32, kind | (uint64_t)flags << 32};
    Token token;
    memcpy(&token, words, sizeof token);
    return token;
#else
    return (Token){start, end, kind, flags};
#endif
}

/* How the next token is to be read. */
typedef enum LexMode {
    LEX_INFIX = 0,  /* an operand came before, on the same line */
    LEX_PREFIX = 1, /* an operand may start here: signs, heredocs, `!` alone */
    LEX_TYPE = 2    /* in a type: dotted names, no keywords, `<` and `>` are brackets */
} LexMode;

/* Why a token is TOKEN_BROKEN. */
typedef struct LexProblem {
    uint32_t start, end;
    const char *message;
    const char *annotation; /* or NULL */
    bool unfinished;        /* the text ended within the token */
    const char *opener;     /* unfinished: what is still open, e.g. "\"" */
} LexProblem;

/* Where to read on in a string or comment that the text did not have all of, once there is more. */
typedef struct LexResume {
    uint32_t start, at; /* of the token; what was read so far ends here */
    int64_t depth;      /* comments open */
} LexResume;

typedef struct Lexer {
    const char *text;
    uint32_t at, end;
    LexResume resume;
    uint32_t semicolon;                      /* where the first `;` of the last trivia stood */
    bool placeholders;                       /* "\0value>" is a token */
    uint32_t delimiter_start, delimiter_end; /* the word that ends the heredoc just opened */
    LexProblem problem;
} Lexer;

void lex_init(Lexer *lexer, Str text, bool placeholders);

/* Skips blanks, comments, newlines and semicolons; returns TRIVIA_… bits. An open block
 * comment at the end of the text is left for `lex_token` to report. */
unsigned lex_skip(Lexer *lexer);

/* The token that starts here. */
Token lex_token(Lexer *lexer, LexMode mode);

/* Reads on in a string behind the `}` at `close` that ends an interpolation: the token is
 * TEMPLATE_MIDDLE or TEMPLATE_TAIL. In a heredoc, delimiter_start and _end say which. */
Token lex_string_rest(Lexer *lexer, Token close, bool heredoc);

/* Whether, blanks and comments aside, a `:` follows on this line. */
bool lex_colon_follows(const Lexer *lexer);

#endif
