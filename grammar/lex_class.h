/* lex_class: what lex.c and lex_string.c share: the classes of bytes, and each other's scanners. */
#ifndef FAWN_GRAMMAR_LEX_CLASS_H
#define FAWN_GRAMMAR_LEX_CLASS_H

#include "grammar/lex.h"

enum {
    CLASS_BLANK = 1,  /* space and tab */
    CLASS_LINE = 2,   /* \n and \r */
    CLASS_WORD = 4,   /* starts a word */
    CLASS_DIGIT = 8,  /* 0-9 */
    CLASS_REST = 16,  /* goes on in a word: letters, digits, _ and ' */
    CLASS_HEX = 32,   /* 0-9 a-f A-F */
    CLASS_PLAIN = 64, /* stands for itself in every kind of string */
};
extern const uint8_t lex_class[256];

/* Offset of the first byte from here on that lacks `class`. */
static ALWAYS_INLINE uint32_t lex_span(const Lexer *lexer, uint8_t class)
{
    uint32_t at = lexer->at;
    while (at < lexer->end && (lex_class[(uint8_t)lexer->text[at]] & class)) {
        at++;
    }
    return at;
}

/* Steps over what was read already of the token at `start`; false: nothing was. */
static ALWAYS_INLINE bool lex_resume(Lexer *lexer, uint32_t start)
{
    bool goes_on = UNLIKELY(lexer->resume.at > lexer->at) && lexer->resume.start == start;
    if (goes_on) {
        lexer->at = lexer->resume.at;
    }
    return goes_on;
}

/* Offset of the first byte from `at` on that is not a blank or in a block comment. */
uint32_t lex_skip_blanks(const Lexer *lexer, uint32_t at);

/* A BROKEN token; `problem` is remembered. */
Token lex_break(Lexer *lexer, uint32_t start, LexProblem problem);

/* The string, and the heredoc, that starts here. */
Token lex_string(Lexer *lexer);
Token lex_heredoc(Lexer *lexer);

#endif
