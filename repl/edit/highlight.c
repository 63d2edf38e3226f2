/* highlight: token by token; what lies between two tokens is a comment, or blank. */
#include "repl/edit/highlight.h"

#include "grammar/layout.h"

#include <string.h>

static void put_style(uint8_t *styles, int64_t start, int64_t end, Style style)
{
    memset(styles + start, (int)style, (size_t)(end - start));
}

/* Whether the token behind `index` is of this kind. */
static bool follows(const Scan *scan, int64_t index, TokenKind kind)
{
    return index + 1 < scan->len && scan->at[index + 1].kind == kind;
}

static bool is_behind_dot(const Scan *scan, int64_t index)
{
    return index > 0 && (scan->at[index - 1].kind == TOKEN_DOT ||
                         scan->at[index - 1].kind == TOKEN_OPTIONAL_DOT);
}

static bool is_unpaired(const ScanToken *token)
{
    return token->mate < 0 &&
           (token->kind == TOKEN_PAREN_CLOSE || token->kind == TOKEN_BRACKET_CLOSE ||
            token->kind == TOKEN_BRACE_CLOSE);
}

static Style broken_style(const Scan *scan, const ScanToken *token)
{
    if (!scan->unfinished) {
        return STYLE_WRONG;
    }
    return scan->text.s[token->start] == '/' ? STYLE_COMMENT : STYLE_STRING;
}

static Style word_style(const Scan *scan, int64_t index, HighlightKnows *knows, void *context)
{
    if (is_behind_dot(scan, index)) {
        return STYLE_PLAIN;
    }
    if (follows(scan, index, TOKEN_COLON)) {
        return STYLE_KEY;
    }
    return knows(context, scan_token_text(scan, index)) ? STYLE_NAME : STYLE_PLAIN;
}

static Style token_style(const Scan *scan, int64_t index, HighlightKnows *knows, void *context)
{
    const ScanToken *token = &scan->at[index];
    switch ((int)token->kind) {
    case TOKEN_STRING:
        return follows(scan, index, TOKEN_COLON) ? STYLE_KEY : STYLE_STRING;
    case TOKEN_TEMPLATE_HEAD:
    case TOKEN_TEMPLATE_MIDDLE:
    case TOKEN_TEMPLATE_TAIL:
        return STYLE_STRING;
    case TOKEN_NUMBER:
        return STYLE_NUMBER;
    case TOKEN_NAME:
        return STYLE_KEY;
    case TOKEN_ID:
        return word_style(scan, index, knows, context);
    case TOKEN_UNKNOWN:
        return STYLE_WRONG;
    case TOKEN_BROKEN:
        return broken_style(scan, token);
    default:
        return is_unpaired(token)                                               ? STYLE_WRONG
               : token->kind >= TOKEN_KEY_NULL && token->kind < TOKEN_PAREN_OPEN ? STYLE_KEYWORD
                                                                                 : STYLE_PLAIN;
    }
}

/* What is between two tokens and not blank is a comment. */
static void style_comments(const Scan *scan, uint8_t *styles, int64_t start, int64_t end)
{
    int64_t slash = str_find(str_slice(scan->text, 0, end), STR("/"), start);
    if (slash >= 0) {
        put_style(styles, slash, end, STYLE_COMMENT);
    }
}

uint8_t *highlight_query(Arena *arena, const Scan *scan, int64_t cursor, HighlightKnows *knows,
                         void *context)
{
    uint8_t *styles = arena_array(arena, uint8_t, scan->text.len + 1);
    int64_t end = 0;
    if (scan->too_long) {
        return styles;
    }
    for (int64_t i = 0; i < scan->len; i++) {
        const ScanToken *token = &scan->at[i];
        style_comments(scan, styles, end, token->start);
        put_style(styles, token->start, token->end, token_style(scan, i, knows, context));
        end = token->end;
    }
    style_comments(scan, styles, end, scan->text.len);
    int64_t near = cursor >= 0 ? scan_bracket_near(scan, cursor) : -1;
    if (near >= 0 && scan->at[near].mate >= 0) {
        const ScanToken *mate = &scan->at[scan->at[near].mate];
        put_style(styles, scan->at[near].start, scan->at[near].end, STYLE_MATCH);
        if (mate->end == mate->start + 1) {
            put_style(styles, mate->start, mate->end, STYLE_MATCH);
        }
    }
    return styles;
}

uint8_t *highlight_command(Arena *arena, Str line, int64_t name_len, bool known)
{
    uint8_t *styles = arena_array(arena, uint8_t, line.len + 1);
    put_style(styles, 0, name_len, known ? STYLE_COMMAND : STYLE_PLAIN);
    return styles;
}
