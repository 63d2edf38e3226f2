/* format: what all shapes have in common, and the two entries. See format.h. */
#include "grammar/format_int.h"

#include "grammar/parse.h"
#include "grammar/schema.h"

/* Whether a list ends here. */
static bool is_closer(const Formatter *f)
{
    switch (f->tokens.at[f->at].kind) {
    case TOKEN_END:
    case TOKEN_PAREN_CLOSE:
    case TOKEN_BRACKET_CLOSE:
    case TOKEN_BRACE_CLOSE:
    case TOKEN_TYPE_CLOSE:
        return true;
    default:
        return false;
    }
}

/* -- tokens with their comments ---------------------------------------------------------------- */

/* A comment; a block of several lines keeps them. */
static const Pretty *comment_shape(Formatter *f, const Comment *comment)
{
    if (comment->is_line) {
        return pretty_line_comment(f->arena, comment->text);
    }
    PrettyList lines = {0};
    Str rest = comment->text;
    bool starred = str_find(rest, STR("\n *"), 0) >= 0;
    for (int64_t newline; starred && (newline = str_find(rest, STR("\n"), 0)) >= 0;) {
        format_put(f, &lines, pretty_text(f->arena, str_slice(rest, 0, newline)));
        format_put_line(f, &lines, PRETTY_HARD);
        rest = str_slice(rest, newline + 1, rest.len);
    }
    format_put(f, &lines, pretty_text(f->arena, rest));
    return pretty_list(f->arena, &lines);
}

/* Comments that stand before `token`, each on lines of its own, or directly before it. */
static void put_comments_before(Formatter *f, PrettyList *list, const FormatToken *token)
{
    for (int64_t i = 0; i < token->before.len; i++) {
        const Comment *comment = &token->before.at[i];
        bool on_own_line = i == 0 || comment[-1].ends_line;
        if (on_own_line) {
            format_put(f, list, pretty_line(f->arena, PRETTY_FRESH, i > 0 && comment->has_blank));
        }
        format_put(f, list, comment_shape(f, comment));
        if (!comment->is_line && !comment->ends_line) {
            format_put_blank(f, list);
        }
    }
}

static bool ends_in_line(const FormatToken *token)
{
    return token->before.len > 0 && token->before.at[token->before.len - 1].ends_line;
}

const Pretty *format_token(Formatter *f)
{
    FormatToken *token = &f->tokens.at[f->at++];
    const Pretty *text = pretty_text(f->arena, token->text);
    if (token->before.len == 0 && token->behind.len == 0) {
        return text;
    }
    PrettyList list = {0};
    put_comments_before(f, &list, token);
    if (ends_in_line(token)) {
        format_put(f, &list, pretty_line(f->arena, PRETTY_FRESH, token->blank_behind));
    }
    format_put(f, &list, text);
    for (int64_t i = 0; i < token->behind.len; i++) {
        format_put_blank(f, &list);
        format_put(f, &list, comment_shape(f, &token->behind.at[i]));
    }
    if (token->behind.len > 0 && !is_closer(f) && format_peek(f)->kind != TOKEN_COMMA) {
        format_put_blank(f, &list);
    }
    return pretty_list(f->arena, &list);
}

/* -- lists ------------------------------------------------------------------------------------- */

/* The comments before a closing bracket stand with the elements before them. */
static void put_last_comments(Formatter *f, PrettyList *list, bool is_first)
{
    FormatToken *closer = format_peek(f);
    if (closer->before.len > 0) {
        bool blank = closer->has_blank && !is_first;
        format_put(f, list, pretty_line(f->arena, PRETTY_FRESH, blank));
        put_comments_before(f, list, closer);
        closer->before.len = 0;
    }
}

/* Elements up to the closing bracket, with lines of `kind` between them. */
static void put_elements(Formatter *f, PrettyList *list, FormatShape *element, PrettyLine kind)
{
    bool is_first = true;
    for (; !is_closer(f); is_first = false) {
        if (!is_first) {
            format_put(f, list, pretty_line(f->arena, kind, format_peek(f)->has_blank));
        }
        format_put(f, list, element(f));
        if (format_peek(f)->kind == TOKEN_COMMA || format_peek(f)->kind == TOKEN_SEP) {
            format_put(f, list, format_token(f));
        }
    }
    put_last_comments(f, list, is_first);
}

const Pretty *format_lines(Formatter *f, FormatShape *element)
{
    PrettyList list = {0};
    put_elements(f, &list, element, PRETTY_HARD);
    return pretty_list(f->arena, &list);
}

const Pretty *format_bracket(Formatter *f, FormatShape *element, BracketStyle style)
{
    static const PrettyLine lines[] = {PRETTY_SOFT, PRETTY_SPACE, PRETTY_HARD};
    PrettyList all = {0}, inner = {0};
    format_put(f, &all, format_token(f));
    bool is_empty = is_closer(f) && format_peek(f)->before.len == 0;
    bool is_open = style == STYLE_SPACED && !is_empty && format_peek(f)->on_new_line;
    PrettyLine line = is_open ? PRETTY_HARD : lines[style];
    if (!is_empty) {
        format_put_line(f, &inner, line);
        put_elements(f, &inner, element, style == STYLE_LINES ? PRETTY_HARD : PRETTY_SPACE);
        format_put(f, &all, pretty_indent(f->arena, pretty_list(f->arena, &inner)));
        format_put_line(f, &all, line);
    }
    format_put(f, &all, format_token(f));
    return pretty_group(f->arena, pretty_list(f->arena, &all));
}

/* -- entries ----------------------------------------------------------------------------------- */

/* What the tokens look like. */
static Str print(Arena *arena, const FormatTokens *tokens, FormatShape *element)
{
    Formatter f = {.arena = arena, .tokens = *tokens};
    f.tokens.at = arena_copy(arena, tokens->at, tokens->len * (int64_t)sizeof *tokens->at);
    PrettyList all = {0};
    Buf out = {0};
    format_put(&f, &all, format_lines(&f, element));
    format_put_line(&f, &all, PRETTY_FRESH);
    pretty_print(&out, arena, pretty_list(arena, &all), FORMAT_COLUMNS);
    Str made = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return made;
}

/* Appends `made`, whose tokens are `again`, if they are those that it was made from. */
static FormatStatus finish(Buf *out, Arena *arena, const FormatTokens *tokens,
                           const FormatTokens *again, Str made)
{
    if (!format_same(arena, tokens, again)) {
        return FORMAT_UNSAFE;
    }
    buf_put(out, made);
    return FORMAT_DONE;
}

FormatStatus format_script(Buf *out, Arena *arena, const Source *source, DiagList *diags)
{
    ParseResult parsed = parse_script(arena, source);
    *diags = parsed.diags;
    if (parsed.status != PARSE_OK) {
        return FORMAT_REFUSED;
    }
    FormatTokens tokens = {0}, again = {0};
    format_read_script(&tokens, arena, source->text);
    Source made = {source->name, print(arena, &tokens, format_statement)};
    if (parse_script(arena, &made).status != PARSE_OK) {
        return FORMAT_UNSAFE;
    }
    format_read_script(&again, arena, made.text);
    return finish(out, arena, &tokens, &again, made.text);
}

/* An empty line stands between any two items of a schema that are not in another one. */
static void divide_items(FormatTokens *tokens)
{
    for (int64_t at = 0; at < tokens->len - 1; at++) {
        FormatToken *token = &tokens->at[at];
        token->has_blank = token->has_blank || token->separated;
        at = token->match > at ? token->match : at;
    }
}

FormatStatus format_schema(Buf *out, Arena *arena, const Source *source, DiagList *diags)
{
    FslTokens read = {0}, reread = {0};
    SchemaResult parsed = parse_schema(arena, &source, 1);
    *diags = parsed.diags;
    if (!parsed.ok) {
        return FORMAT_REFUSED;
    }
    FormatTokens tokens = {0}, again = {0};
    (void)parse_fsl_tokens(arena, source, &read);
    format_read_schema(&tokens, arena, source->text, &read);
    divide_items(&tokens);
    Source made = {source->name, print(arena, &tokens, format_item)};
    if (!parse_fsl_tokens(arena, &made, &reread).ok) {
        return FORMAT_UNSAFE;
    }
    format_read_schema(&again, arena, made.text, &reread);
    return finish(out, arena, &tokens, &again, made.text);
}
