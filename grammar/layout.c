/* layout: see layout.h. The work is in two steps: how to read the next token (a newline, an
 * operand before it, a type around it), and what the token changes (brackets, types, patterns).
 */
#include "grammar/layout.h"

const uint8_t token_flags[TOKEN_KINDS] = {
#define TOKEN(name, shown, flags) [TOKEN_##name] = (flags),
#include "grammar/token.def"
#undef TOKEN
};

void layout_init(Layout *layout, Str text, bool placeholders, LayoutMode mode,
                 OpenBracket *brackets)
{
    *layout = (Layout){.mode = mode,
                       .outer_mode = mode,
                       .pattern_depth = -1,
                       .last = TOKEN_END,
                       .last_but_one = TOKEN_END,
                       .brackets = brackets};
    lex_init(&layout->lexer, text, placeholders);
}

/* Notes an open bracket; too many make the token BROKEN. */
static void push_bracket(Layout *layout, Token *token, Bracket bracket)
{
    if (layout->depth == AST_DEPTH_MAX) {
        layout->too_deep = true;
        token->kind = TOKEN_BROKEN;
        return;
    }
    layout->brackets[layout->depth++] =
        (OpenBracket){bracket, layout->lexer.delimiter_start, layout->lexer.delimiter_end};
}

/* Forgets the innermost bracket; the parser refuses a closer that does not fit. Returns
 * whether it ended an operand. */
static bool pop_bracket(Layout *layout)
{
    if (layout->depth == 0) {
        return true;
    }
    layout->depth--;
    return layout->brackets[layout->depth].bracket != BRACKET_CONDITION;
}

static void open_template(Layout *layout, Token *token)
{
    push_bracket(layout, token, token->flags & LEX_HEREDOC ? BRACKET_HEREDOC : BRACKET_STRING);
}

/* `}`: of a block, or of an interpolation, whose string then goes on. */
static void close_brace(Layout *layout, Token *token)
{
    if (layout->depth == 0) {
        return;
    }
    OpenBracket open = layout->brackets[layout->depth - 1];
    if (open.bracket == BRACKET_STRING || open.bracket == BRACKET_HEREDOC) {
        bool heredoc = open.bracket == BRACKET_HEREDOC;
        layout->lexer.delimiter_start = open.delimiter_start;
        layout->lexer.delimiter_end = open.delimiter_end;
        *token = lex_string_rest(&layout->lexer, *token, heredoc);
        if (token->kind == TOKEN_TEMPLATE_MIDDLE) {
            return;
        }
    }
    layout->depth--;
}

static void enter_type(Layout *layout)
{
    layout->outer_mode = layout->mode;
    layout->mode = LAYOUT_TYPE;
    layout->mode_depth = layout->depth;
}

/* `:` starts a type behind the name of a `let` or of a pattern; in a pattern's braces it may
 * only stand between a field and its pattern. */
static void see_colon(Layout *layout)
{
    if (layout->mode == LAYOUT_EXPR && layout->last == TOKEN_ID &&
        layout->last_but_one == TOKEN_KEY_LET) {
        enter_type(layout);
    } else if (layout->mode == LAYOUT_PATTERN) {
        bool field =
            layout->depth > 0 && layout->brackets[layout->depth - 1].bracket == BRACKET_BRACE &&
            (layout->last_but_one == TOKEN_BRACE_OPEN || layout->last_but_one == TOKEN_COMMA);
        if (!field) {
            enter_type(layout);
        }
    }
}

/* Leaves a type where it ends: at the `=` of a `let`, at the `,` or closer around a pattern. */
static void leave_type(Layout *layout, Token token)
{
    bool ends = layout->outer_mode == LAYOUT_PATTERN
                    ? token.kind == TOKEN_COMMA || token.kind == TOKEN_PAREN_CLOSE ||
                          token.kind == TOKEN_BRACKET_CLOSE || token.kind == TOKEN_BRACE_CLOSE
                    : token.kind == TOKEN_EQUALS && layout->outer_mode == LAYOUT_EXPR;
    if (ends && layout->depth == layout->mode_depth) {
        layout->mode = layout->outer_mode;
    }
}

/* Reads the value of a field in an object type as an expression, and what follows it as types
 * again. */
static void see_default(Layout *layout, Token *token)
{
    bool in_braces =
        layout->depth > 0 && layout->brackets[layout->depth - 1].bracket == BRACKET_BRACE;
    if (layout->mode == LAYOUT_TYPE && token->kind == TOKEN_EQUALS && in_braces) {
        token->kind = TOKEN_DEFAULT;
        layout->mode = LAYOUT_EXPR;
        layout->default_depth = layout->depth;
    } else if (layout->default_depth == layout->depth && layout->depth > 0 &&
               (token->kind == TOKEN_COMMA || token->kind == TOKEN_SEP ||
                token->kind == TOKEN_BRACE_CLOSE)) {
        layout->mode = layout->outer_mode = LAYOUT_TYPE;
        layout->default_depth = 0;
    }
}

/* `=>`: ends the pattern of a `case`, with the type it may end in. */
static void see_arrow(Layout *layout, Token *token)
{
    bool in_case = layout->mode == LAYOUT_PATTERN ||
                   (layout->mode == LAYOUT_TYPE && layout->outer_mode == LAYOUT_PATTERN);
    if (in_case && layout->depth == layout->pattern_depth) {
        layout->mode = LAYOUT_EXPR;
        token->kind = TOKEN_ARROW;
    }
}

static bool is_keyword(TokenKind kind)
{
    return kind >= TOKEN_KEY_NULL && kind <= TOKEN_KEY_RESERVED;
}

/* Keywords are names behind a dot, and before the colon of a field. */
static void see_keyword(Layout *layout, Token *token)
{
    if (layout->last == TOKEN_DOT || layout->last == TOKEN_OPTIONAL_DOT) {
        token->kind = TOKEN_ID;
    } else if (layout->mode != LAYOUT_TYPE && lex_colon_follows(&layout->lexer)) {
        token->kind = TOKEN_NAME;
    } else if (token->kind == TOKEN_KEY_CASE) {
        layout->mode = LAYOUT_PATTERN;
        layout->pattern_depth = layout->depth;
    }
}

/* What `token` changes, and what it ends. */
static bool see_token(Layout *layout, Token *token)
{
    if (UNLIKELY(layout->has_defaults)) {
        see_default(layout, token);
    }
    if (layout->mode == LAYOUT_TYPE) {
        leave_type(layout, *token);
    }
    switch ((int)token->kind) {
    case TOKEN_PAREN_OPEN: {
        bool condition = layout->last == TOKEN_KEY_IF || layout->last == TOKEN_KEY_AT;
        push_bracket(layout, token,
                     condition                ? BRACKET_CONDITION
                     : layout->operand_before ? BRACKET_CALL
                                              : BRACKET_PAREN);
        break;
    }
    case TOKEN_BRACKET_OPEN:
        push_bracket(layout, token, BRACKET_SQUARE);
        break;
    case TOKEN_BRACE_OPEN:
        push_bracket(layout, token, BRACKET_BRACE);
        break;
    case TOKEN_TEMPLATE_HEAD:
        open_template(layout, token);
        break;
    case TOKEN_PAREN_CLOSE:
    case TOKEN_BRACKET_CLOSE:
        return pop_bracket(layout);
    case TOKEN_BRACE_CLOSE:
        close_brace(layout, token);
        break;
    case TOKEN_COLON:
        see_colon(layout);
        break;
    case TOKEN_ARROW:
    case TOKEN_TYPE_ARROW:
        see_arrow(layout, token);
        break;
    default:
        if (is_keyword((TokenKind)token->kind)) {
            see_keyword(layout, token);
        }
        break;
    }
    return token_flags[token->kind] & OPERAND;
}

/* Takes note of a token that goes to the parser. */
static Token pass(Layout *layout, Token token)
{
    layout->last_but_one = layout->last;
    layout->last = token.kind;
    return token;
}

/* Whether what lay before `token` separates statements. */
static bool separates(const Layout *layout, Token token, unsigned trivia, bool operand_before)
{
    if (trivia & TRIVIA_SEMICOLON) {
        return true;
    }
    return (trivia & TRIVIA_NEWLINE) && operand_before && layout->mode != LAYOUT_PATTERN &&
           !(token_flags[token.kind] & CONTINUES);
}

Token layout_next(Layout *layout)
{
    if (layout->holds) {
        layout->holds = false;
        Token token = layout->held;
        layout->operand_before = see_token(layout, &token);
        return pass(layout, token);
    }
    unsigned trivia = layout->trivia | lex_skip(&layout->lexer);
    layout->trivia = 0;
    bool operand_before = layout->operand_before;
    unsigned mode = trivia || !operand_before ? LEX_PREFIX : LEX_INFIX;
    if (layout->mode == LAYOUT_TYPE) {
        mode |= LEX_TYPE;
    }
    Token token = lex_token(&layout->lexer, (LexMode)mode);
    if (UNLIKELY(trivia != 0) && separates(layout, token, trivia, operand_before)) {
        layout->held = token;
        layout->holds = true;
        layout->operand_before = false;
        uint32_t place = layout->lexer.semicolon;
        Token separator = trivia & TRIVIA_SEMICOLON
                              ? token_make(place, place + 1, TOKEN_SEP, 0)
                              : token_make(token.start, token.start, TOKEN_SEP, 0);
        if (layout->has_defaults) {
            see_default(layout, &separator);
        }
        return pass(layout, separator);
    }
    layout->operand_before = see_token(layout, &token);
    return pass(layout, token);
}

void layout_extend(Layout *layout, Str text)
{
    assert(text.len <= UINT32_MAX && text.len >= layout->lexer.at);
    layout->lexer.text = text.s;
    layout->lexer.end = (uint32_t)text.len;
}

bool layout_next_whole(Layout *layout, Token *token, bool *in_text)
{
    if (!layout->holds) {
        layout->trivia |= lex_skip(&layout->lexer);
    }
    Layout before = *layout;
    *token = layout_next(layout);
    TokenKind kind = (TokenKind)(layout->holds ? layout->held.kind : token->kind);
    *in_text = kind == TOKEN_BROKEN && !layout->too_deep && layout->lexer.problem.unfinished;
    if (kind != TOKEN_END && !*in_text) {
        return true;
    }
    before.lexer.resume = layout->lexer.resume;
    *layout = before; /* a token changes one bracket at most, behind those that are open */
    return false;
}

void layout_put_open(const Layout *layout, Buf *out)
{
    static const char *const openers[] = {
        [BRACKET_PAREN] = "(",     [BRACKET_CALL] = "(",  [BRACKET_CONDITION] = "(",
        [BRACKET_SQUARE] = "[",    [BRACKET_BRACE] = "{", [BRACKET_STRING] = "\"{",
        [BRACKET_HEREDOC] = "<<{",
    };
    for (int64_t i = 0; i < layout->depth; i++) {
        buf_puts(out, openers[layout->brackets[i].bracket]);
    }
    if (layout->lexer.problem.unfinished && layout->last == TOKEN_BROKEN) {
        buf_puts(out, layout->lexer.problem.opener);
    }
}
