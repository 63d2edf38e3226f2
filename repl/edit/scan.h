/* scan: a query that is being typed as its tokens, for colours, prompts and completion. It says
 * what each piece of text is even where the query is not complete, or wrong.
 *
 *   Movie.where(.year > 19      Movie . where ( . year > 19      the `(` has no mate yet
 */
#ifndef FAWN_REPL_EDIT_SCAN_H
#define FAWN_REPL_EDIT_SCAN_H

#include "grammar/lex.h"
#include "runtime/base/arena.h"

typedef struct ScanToken {
    TokenKind kind;
    int64_t start, end;
    int64_t mate;   /* of a bracket: the number of the other one; -1: it has none */
    int64_t outer;  /* the bracket that is open around it; -1: none is */
    bool separated; /* a newline or `;` that ends a statement was before it */
} ScanToken;

typedef struct Scan {
    Str text;
    ScanToken *at;
    int64_t len, cap;
    bool unfinished; /* the last token, a string or comment, goes on behind the text */
    bool too_long;   /* there is more than is looked at */
} Scan;

/* Scans `text`, which is borrowed; tokens are in `arena`. Text that is not UTF-8 has none. */
void scan_text(Arena *arena, Str text, Scan *scan);

/* Whether the token is `(`, `[`, `{` or `#{`. */
bool scan_is_opener(TokenKind kind);

/* The kind of the token `index`; TOKEN_END: there is none. */
TokenKind scan_kind(const Scan *scan, int64_t index);

/* Whether the token is `.` or `?.`; whether it can be the last one of an operand. */
bool scan_is_dot(TokenKind kind);
bool scan_ends_operand(TokenKind kind);

/* Whether the bracket `opener` belongs to the operand before it: a call, an index, a projection. */
bool scan_is_postfix(const Scan *scan, int64_t opener);

/* The token behind the part that begins at `first` of what the bracket `opener` holds: a comma, or the
 * closer at `close`. */
int64_t scan_part_end(const Scan *scan, int64_t opener, int64_t first, int64_t close);

/* The last token that begins before the byte `at`; -1: none does. */
int64_t scan_token_before(const Scan *scan, int64_t at);

/* The innermost bracket that is open at the byte `at`; -1: none is. */
int64_t scan_open_at(const Scan *scan, int64_t at);

/* Appends what is open at the byte `at`: `({"`. */
void scan_put_open(const Scan *scan, int64_t at, Buf *out);

/* The text of a token. */
Str scan_token_text(const Scan *scan, int64_t index);

/* Whether what is typed at the byte `at` is text of a string or heredoc: blanks there count. */
bool scan_is_in_string(const Scan *scan, int64_t at);

/* The number of the bracket that the cursor at byte `at` is on, or behind; -1: none. */
int64_t scan_bracket_near(const Scan *scan, int64_t at);

#endif
