/* format_token: a text as the tokens that its parser sees, with the comments around them. What
 * formatting decides anew (newlines, `;`, commas before a closing bracket) is not among them.
 */
#include "grammar/format_int.h"
#include "grammar/layout.h"

/* A comma or separator that was read; END: none. */
typedef struct Held {
    uint32_t kind;
    int64_t start, end;
} Held;

typedef struct Collector {
    FormatTokens *tokens;
    Arena *arena;
    Str text;
    int64_t end;    /* of the token before; 0: there is none */
    bool in_schema; /* what is read is no FQL */
    bool separated; /* before the next token */
    Held held;
} Collector;

/* -- comments --------------------------------------------------------------------------------- */

static Str trim_end(Str text)
{
    while (text.len > 0 && strchr(" \t\r\v\f", text.s[text.len - 1])) {
        text.len--;
    }
    return text;
}

/* The end of the comment at `at`; blocks may hold blocks. */
static int64_t comment_end(Str text, int64_t at)
{
    if (text.s[at + 1] == '/') {
        int64_t newline = str_find(text, STR("\n"), at);
        return newline >= 0 ? newline : text.len;
    }
    int depth = 0;
    do {
        bool opens = text.s[at] == '/' && text.s[at + 1] == '*';
        bool closes = text.s[at] == '*' && text.s[at + 1] == '/';
        depth += opens - closes;
        at += opens || closes ? 2 : 1;
    } while (depth > 0);
    return at;
}

static Str trim_start(Str text)
{
    while (text.len > 0 && strchr(" \t", text.s[0])) {
        text = str_slice(text, 1, text.len);
    }
    return text;
}

/* The text of a comment. A block whose lines all begin with `*` has them in one column. */
static Str comment_text(Arena *arena, Str text)
{
    Buf lines = {0};
    bool starred = true;
    Str rest = trim_end(text);
    for (int64_t newline; starred && (newline = str_find(rest, STR("\n"), 0)) >= 0;) {
        buf_put(&lines, trim_end(str_slice(rest, 0, newline)));
        rest = trim_start(str_slice(rest, newline + 1, rest.len));
        buf_puts(&lines, "\n ");
        starred = rest.len > 0 && rest.s[0] == '*';
    }
    buf_put(&lines, rest);
    Str made = starred ? str_copy(arena, buf_str(&lines)) : trim_end(text);
    buf_free(&lines);
    return made;
}

/* Whether only blanks are between `at` and the end of the line. */
static bool ends_line(Str text, int64_t at)
{
    while (at < text.len && (text.s[at] == ' ' || text.s[at] == '\t' || text.s[at] == '\r')) {
        at++;
    }
    return at == text.len || text.s[at] == '\n';
}

/* Gives the comments from the end of the last token to `start` to the tokens that they belong to:
 * the last, and `token`. */
static void collect_trivia(Collector *c, FormatToken *token, int64_t start)
{
    FormatToken *last = c->tokens->len > 0 ? &c->tokens->at[c->tokens->len - 1] : NULL;
    int newlines = 0; /* since the last token or comment */
    bool met_newline = last == NULL;
    for (int64_t at = c->end; at < start;) {
        char byte = c->text.s[at];
        if (byte != '/') {
            newlines += byte == '\n';
            met_newline = met_newline || byte == '\n';
            at++;
            continue;
        }
        int64_t end = comment_end(c->text, at);
        Comment comment = {.text = comment_text(c->arena, str_slice(c->text, at, end)),
                           .is_line = c->text.s[at + 1] == '/',
                           .has_blank = newlines > 1,
                           .ends_line = ends_line(c->text, end)};
        if (!met_newline) {
            vec_push(&last->behind, c->arena, comment);
        } else {
            token->has_blank = token->before.len == 0 ? newlines > 1 : token->has_blank;
            vec_push(&token->before, c->arena, comment);
        }
        newlines = 0;
        at = end;
    }
    token->on_new_line = met_newline && last != NULL;
    token->blank_behind = token->before.len > 0 && newlines > 1;
    token->has_blank = token->before.len == 0 ? newlines > 1 : token->has_blank;
}

/* -- tokens ----------------------------------------------------------------------------------- */

/* The text of a token: `- 1` is `-1`, and a string in single quotes without anything that double
 * ones would change is in those. */
static Str canonical_text(Arena *arena, Str text, uint32_t kind)
{
    if (kind == TOKEN_NUMBER && (text.s[0] == '-' || text.s[0] == '+')) {
        Str digits = trim_start(str_slice(text, 1, text.len));
        return digits.s == text.s + 1 ? text
                                      : str_format(arena, "%c%.*s", text.s[0], STR_ARG(digits));
    }
    if (kind == FORMAT_FSL + FSL_TOKEN_ACCESS && str_find(text, STR("/"), 0) < 0) {
        return STR("access provider");
    }
    if (kind != TOKEN_STRING || text.s[0] != '\'') {
        return text;
    }
    for (int64_t i = 1; i < text.len - 1; i++) {
        if (strchr("\"\\#", text.s[i])) {
            return text;
        }
    }
    char *copy = arena_copy(arena, text.s, text.len);
    copy[0] = copy[text.len - 1] = '"';
    return (Str){copy, text.len};
}

static void push_token(Collector *c, uint32_t kind, int64_t start, int64_t end)
{
    Str text = str_slice(c->text, start, end);
    FormatToken token = {.text = canonical_text(c->arena, text, kind),
                         .kind = kind,
                         .in_schema = c->in_schema,
                         .separated = c->separated,
                         .match = -1};
    collect_trivia(c, &token, start);
    vec_push(c->tokens, c->arena, token);
    c->end = end;
    c->separated = false;
}

/* Sets `match` of all brackets. */
static void match_brackets(FormatTokens *tokens, Arena *arena)
{
    VEC(int64_t) open = {0};
    for (int64_t i = 0; i < tokens->len; i++) {
        switch (tokens->at[i].kind) {
        case TOKEN_PAREN_OPEN:
        case TOKEN_BRACKET_OPEN:
        case TOKEN_BRACE_OPEN:
        case TOKEN_TYPE_OPEN:
            vec_push(&open, arena, i);
            break;
        case TOKEN_PAREN_CLOSE:
        case TOKEN_BRACKET_CLOSE:
        case TOKEN_BRACE_CLOSE:
        case TOKEN_TYPE_CLOSE:
            tokens->at[i].match = open.at[--open.len];
            tokens->at[tokens->at[i].match].match = i;
            break;
        default:
            break;
        }
    }
}

static bool is_closer(uint32_t kind)
{
    return kind == TOKEN_PAREN_CLOSE || kind == TOKEN_BRACKET_CLOSE || kind == TOKEN_BRACE_CLOSE ||
           kind == TOKEN_TYPE_CLOSE;
}

/* Takes note of a token of the parser. A comma or separator waits for what follows it: before a
 * closing bracket it is nothing. A `;` stays before a dot, which would else go on with the line
 * before. */
static void see_token(Collector *c, uint32_t kind, int64_t start, int64_t end)
{
    Held held = c->held;
    c->held.kind = TOKEN_END;
    if (held.kind == TOKEN_COMMA && !is_closer(kind)) {
        push_token(c, TOKEN_COMMA, held.start, held.end);
    } else if (held.kind == TOKEN_SEP && !is_closer(kind)) {
        if (held.end > held.start && kind == TOKEN_DOT) {
            push_token(c, TOKEN_SEP, held.start, held.end);
        }
        c->separated = true;
    }
    if (kind == TOKEN_COMMA || kind == TOKEN_SEP) {
        c->held = (Held){kind, start, end};
    } else {
        push_token(c, kind, start, end);
    }
}

/* The tokens of FQL from `start` to `end`. */
static void see_fql(Collector *c, int64_t start, int64_t end, LayoutMode mode)
{
    OpenBracket *brackets = arena_array(c->arena, OpenBracket, AST_DEPTH_MAX);
    Layout layout;
    layout_init(&layout, str_slice(c->text, 0, end), false, mode, brackets);
    layout.lexer.at = (uint32_t)start;
    layout.has_defaults = mode == LAYOUT_TYPE;
    for (Token token = layout_next(&layout); token.kind != TOKEN_END;
         token = layout_next(&layout)) {
        see_token(c, token.kind, token.start, token.end);
    }
}

static void end_tokens(Collector *c)
{
    c->held.kind = TOKEN_END;
    c->separated = true;
    push_token(c, TOKEN_END, c->text.len, c->text.len);
    match_brackets(c->tokens, c->arena);
}

void format_read_script(FormatTokens *tokens, Arena *arena, Str text)
{
    Collector c = {.tokens = tokens, .arena = arena, .text = text};
    see_fql(&c, 0, text.len, LAYOUT_EXPR);
    end_tokens(&c);
}

/* -- schemas ---------------------------------------------------------------------------------- */

/* Marks of schemas are the same as those of FQL. */
static uint32_t schema_kind(FslTokenKind kind)
{
    static const struct {
        FslTokenKind own;
        TokenKind same;
    } marks[] = {{FSL_TOKEN_SEP, TOKEN_SEP},
                 {FSL_TOKEN_BRACE_OPEN, TOKEN_BRACE_OPEN},
                 {FSL_TOKEN_BRACE_CLOSE, TOKEN_BRACE_CLOSE},
                 {FSL_TOKEN_PAREN_OPEN, TOKEN_PAREN_OPEN},
                 {FSL_TOKEN_PAREN_CLOSE, TOKEN_PAREN_CLOSE},
                 {FSL_TOKEN_BRACKET_OPEN, TOKEN_BRACKET_OPEN},
                 {FSL_TOKEN_BRACKET_CLOSE, TOKEN_BRACKET_CLOSE},
                 {FSL_TOKEN_COMMA, TOKEN_COMMA},
                 {FSL_TOKEN_DOTS, TOKEN_DOTS},
                 {FSL_TOKEN_COLON, TOKEN_COLON},
                 {FSL_TOKEN_EQUALS, TOKEN_EQUALS}};
    for (int64_t i = 0; i < countof(marks); i++) {
        if (marks[i].own == kind) {
            return marks[i].same;
        }
    }
    return FORMAT_FSL + (uint32_t)kind;
}

void format_read_schema(FormatTokens *tokens, Arena *arena, Str text, const FslTokens *read)
{
    Collector c = {.tokens = tokens, .arena = arena, .text = text};
    for (int64_t i = 0; i < read->len; i++) {
        FslToken token = read->at[i];
        c.in_schema = false;
        switch ((int)token.kind) {
        case FSL_TOKEN_EXPR:
        case FSL_TOKEN_PATH:
        case FSL_TOKEN_BODY:
            see_fql(&c, token.start, token.end, LAYOUT_EXPR);
            break;
        case FSL_TOKEN_TYPE:
            see_fql(&c, token.start, token.end, LAYOUT_TYPE);
            break;
        case FSL_TOKEN_END:
            break;
        default:
            c.in_schema = true;
            see_token(&c, schema_kind(token.kind), token.start, token.end);
            break;
        }
    }
    end_tokens(&c);
}

/* -- comparing -------------------------------------------------------------------------------- */

/* All comments, in order. */
static void list_comments(const FormatTokens *tokens, Arena *arena, Comments *found)
{
    for (int64_t i = 0; i < tokens->len; i++) {
        const FormatToken *token = &tokens->at[i];
        for (int64_t k = 0; k < token->before.len; k++) {
            vec_push(found, arena, token->before.at[k]);
        }
        for (int64_t k = 0; k < token->behind.len; k++) {
            vec_push(found, arena, token->behind.at[k]);
        }
    }
}

bool format_same(Arena *arena, const FormatTokens *a, const FormatTokens *b)
{
    Comments of_a = {0}, of_b = {0};
    list_comments(a, arena, &of_a);
    list_comments(b, arena, &of_b);
    bool same = a->len == b->len && of_a.len == of_b.len;
    for (int64_t i = 0; same && i < a->len; i++) {
        const FormatToken *one = &a->at[i], *other = &b->at[i];
        same = one->kind == other->kind && one->separated == other->separated &&
               str_eq(one->text, other->text);
    }
    for (int64_t i = 0; same && i < of_a.len; i++) {
        same = str_eq(of_a.at[i].text, of_b.at[i].text);
    }
    return same;
}
