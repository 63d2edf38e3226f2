/* scan: the layout pass of the grammar does the work, as it knows signs from operators and
 * strings from what stands in them; it needs no statement to be right. Comments are what it leaves
 * out between two tokens.
 */
#include "repl/edit/scan.h"

#include "grammar/layout.h"
#include "runtime/base/utf8.h"
#include "runtime/base/vec.h"

/* A text longer than this is not looked at with every key. */
#define SCAN_BYTES_MAX (1 << 20)

bool scan_is_opener(TokenKind kind)
{
    return kind == TOKEN_PAREN_OPEN || kind == TOKEN_BRACKET_OPEN || kind == TOKEN_BRACE_OPEN ||
           kind == TOKEN_TEMPLATE_HEAD || kind == TOKEN_TEMPLATE_MIDDLE;
}

/* Whether `closer` fits behind `opener`. */
static bool closes(TokenKind opener, TokenKind closer)
{
    switch ((int)closer) {
    case TOKEN_PAREN_CLOSE:
        return opener == TOKEN_PAREN_OPEN;
    case TOKEN_BRACKET_CLOSE:
        return opener == TOKEN_BRACKET_OPEN;
    case TOKEN_BRACE_CLOSE:
        return opener == TOKEN_BRACE_OPEN;
    case TOKEN_TEMPLATE_MIDDLE:
    case TOKEN_TEMPLATE_TAIL:
        return opener == TOKEN_TEMPLATE_HEAD || opener == TOKEN_TEMPLATE_MIDDLE;
    default:
        return false;
    }
}

static bool is_closer(TokenKind kind)
{
    return kind == TOKEN_PAREN_CLOSE || kind == TOKEN_BRACKET_CLOSE || kind == TOKEN_BRACE_CLOSE ||
           kind == TOKEN_TEMPLATE_MIDDLE || kind == TOKEN_TEMPLATE_TAIL;
}

/* The numbers of the tokens that are open. */
typedef struct Openers {
    int64_t *at;
    int64_t len, cap;
} Openers;

/* Finds the mate of the token just added, and what is around it; notes it if it opens something. */
static void pair_token(Arena *arena, Scan *scan, Openers *open)
{
    int64_t index = scan->len - 1;
    ScanToken *token = &scan->at[index];
    if (is_closer(token->kind) && open->len > 0 &&
        closes(scan->at[open->at[open->len - 1]].kind, token->kind)) {
        token->mate = open->at[--open->len];
        scan->at[token->mate].mate = index;
    }
    token->outer = open->len > 0 ? open->at[open->len - 1] : -1;
    if (scan_is_opener(token->kind)) {
        token->mate = -1; /* the middle of a string: what matters is where it goes on */
        vec_push(open, arena, index);
    }
}

static void add_token(Arena *arena, Scan *scan, Token token, bool separated)
{
    ScanToken added = {.kind = (TokenKind)token.kind,
                       .start = token.start,
                       .end = token.end,
                       .mate = -1,
                       .outer = -1,
                       .separated = separated};
    vec_push(scan, arena, added);
}

void scan_text(Arena *arena, Str text, Scan *scan)
{
    *scan = (Scan){.text = text};
    if (text.len > SCAN_BYTES_MAX || utf8_check(text) >= 0) {
        scan->too_long = true;
        return;
    }
    Layout layout;
    Openers open = {0};
    bool separated = true;
    int64_t last_end = 0;
    layout_init(&layout, text, false, LAYOUT_EXPR,
                arena_array(arena, OpenBracket, AST_DEPTH_MAX));
    for (;;) {
        Token token = layout_next(&layout);
        if (token.kind == TOKEN_END) {
            return;
        }
        if (token.kind == TOKEN_SEP) {
            separated = true;
            continue;
        }
        bool broken = token.kind == TOKEN_BROKEN;
        if (broken) {
            scan->unfinished = layout.lexer.problem.unfinished;
            token.end = scan->unfinished ? (uint32_t)text.len : token.end;
        }
        if (token.end <= last_end && scan->len > 0) {
            return; /* what is wrong cannot be stepped over */
        }
        add_token(arena, scan, token, separated);
        separated = false;
        last_end = token.end;
        pair_token(arena, scan, &open);
        if (broken) {
            return;
        }
    }
}

TokenKind scan_kind(const Scan *scan, int64_t index)
{
    return index >= 0 && index < scan->len ? scan->at[index].kind : TOKEN_END;
}

bool scan_is_dot(TokenKind kind)
{
    return kind == TOKEN_DOT || kind == TOKEN_OPTIONAL_DOT;
}

bool scan_ends_operand(TokenKind kind)
{
    return (token_flags[kind] & OPERAND) && kind != TOKEN_END;
}

bool scan_is_postfix(const Scan *scan, int64_t opener)
{
    return opener > 0 && !scan->at[opener].separated &&
           scan_ends_operand(scan_kind(scan, opener - 1)) &&
           scan->at[opener].kind != TOKEN_TEMPLATE_HEAD;
}

int64_t scan_part_end(const Scan *scan, int64_t opener, int64_t first, int64_t close)
{
    int64_t at = first;
    while (at < close && !(scan->at[at].kind == TOKEN_COMMA && scan->at[at].outer == opener)) {
        at++;
    }
    return at;
}

Str scan_token_text(const Scan *scan, int64_t index)
{
    return str_slice(scan->text, scan->at[index].start, scan->at[index].end);
}

/* What the prompt shows for something open: of strings the quote, of comments the whole. */
static void put_opener(const Scan *scan, const ScanToken *token, Buf *out)
{
    const char *text = scan->text.s + token->start;
    switch ((int)token->kind) {
    case TOKEN_PAREN_OPEN:
        buf_byte(out, '(');
        break;
    case TOKEN_BRACKET_OPEN:
        buf_byte(out, '[');
        break;
    case TOKEN_BRACE_OPEN:
        buf_byte(out, '{');
        break;
    case TOKEN_TEMPLATE_HEAD:
    case TOKEN_TEMPLATE_MIDDLE:
        buf_puts(out, "\"{");
        break;
    default:
        buf_puts(out, text[0] == '/' ? "/*" : text[0] == '<' ? "<<" : text[0] == '\'' ? "'" : "\"");
        break;
    }
}

int64_t scan_token_before(const Scan *scan, int64_t at)
{
    int64_t low = 0, high = scan->len;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (scan->at[middle].start < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

/* Whether the byte `at` is inside of the token, and not behind it. */
static bool is_inside(const Scan *scan, int64_t index, int64_t at)
{
    return scan->at[index].end > at || (scan->unfinished && index == scan->len - 1);
}

int64_t scan_open_at(const Scan *scan, int64_t at)
{
    int64_t last = scan_token_before(scan, at);
    if (last < 0) {
        return -1;
    }
    bool opens = scan_is_opener(scan->at[last].kind) && !is_inside(scan, last, at);
    return opens ? last : scan->at[last].outer;
}

static void put_openers(const Scan *scan, int64_t index, Buf *out)
{
    if (index >= 0) {
        put_openers(scan, scan->at[index].outer, out);
        put_opener(scan, &scan->at[index], out);
    }
}

void scan_put_open(const Scan *scan, int64_t at, Buf *out)
{
    int64_t last = scan_token_before(scan, at);
    put_openers(scan, scan_open_at(scan, at), out);
    if (last >= 0 && is_inside(scan, last, at)) {
        put_opener(scan, &scan->at[last], out);
    }
}

bool scan_is_in_string(const Scan *scan, int64_t at)
{
    int64_t last = scan_token_before(scan, at);
    if (last < 0 || !is_inside(scan, last, at)) {
        return false;
    }
    const ScanToken *token = &scan->at[last];
    bool is_open = scan->unfinished && last == scan->len - 1;
    return token->kind == TOKEN_STRING || token->kind == TOKEN_TEMPLATE_HEAD ||
           token->kind == TOKEN_TEMPLATE_MIDDLE || token->kind == TOKEN_TEMPLATE_TAIL ||
           (is_open && scan->text.s[token->start] != '/');
}

int64_t scan_bracket_near(const Scan *scan, int64_t at)
{
    int64_t before = -1;
    for (int64_t i = 0; i < scan->len && scan->at[i].start <= at; i++) {
        const ScanToken *token = &scan->at[i];
        bool single = token->end == token->start + 1 &&
                      (scan_is_opener(token->kind) || is_closer(token->kind));
        if (single && token->start == at) {
            return i;
        }
        before = single && token->end == at ? i : before;
    }
    return before;
}
