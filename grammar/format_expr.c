/* format_expr: the shapes of expressions and statements. What an expression is shows in its first
 * tokens and in what stands behind a bracket; the parser has made sure that the rest is there.
 */
#include "grammar/format_int.h"

/* Chains of so many calls have each on a line of its own, if they do not fit on one. */
enum { CALLS_ON_LINES = 3 };

static const FormatToken *token_at(const Formatter *f, int64_t at)
{
    return &f->tokens.at[at];
}

static bool kind_at(const Formatter *f, int64_t at, uint32_t kind)
{
    return at < f->tokens.len && f->tokens.at[at].kind == kind;
}

/* Whether a comment reaches up to the token. */
static bool behind_comment(const Formatter *f, int64_t at)
{
    return token_at(f, at)->before.len > 0 || (at > 0 && token_at(f, at - 1)->behind.len > 0);
}

/* -- operators --------------------------------------------------------------------------------- */

/* As fql.y has them, loosest first; 0: no operator between operands. */
static int precedence(const FormatToken *token)
{
    if (token->separated) {
        return 0;
    }
    switch (token->kind) {
    case TOKEN_COALESCE:
        return 1;
    case TOKEN_OR:
        return 2;
    case TOKEN_AND:
        return 3;
    case TOKEN_EQ:
    case TOKEN_NE:
    case TOKEN_MATCHES:
    case TOKEN_NOT_MATCHES:
        return 4;
    case TOKEN_GT:
    case TOKEN_LT:
    case TOKEN_GE:
    case TOKEN_LE:
        return 5;
    case TOKEN_KEY_ISA:
        return 6;
    case TOKEN_BIT_OR:
        return 7;
    case TOKEN_BIT_XOR:
        return 8;
    case TOKEN_BIT_AND:
        return 9;
    case TOKEN_PLUS:
    case TOKEN_MINUS:
        return 10;
    case TOKEN_STAR:
    case TOKEN_SLASH:
    case TOKEN_PERCENT:
        return 11;
    case TOKEN_POW:
        return 12;
    default:
        return 0;
    }
}

static const Pretty *format_term(Formatter *f);

/* A first operand, and all that follows it, whose lines are indented if `indents`. */
static const Pretty *join_operands(Formatter *f, const Pretty *first, const PrettyList *rest,
                                   bool indents)
{
    PrettyList list = {0};
    const Pretty *others = pretty_list(f->arena, rest);
    format_put(f, &list, first);
    format_put(f, &list, indents ? pretty_indent(f->arena, others) : others);
    return pretty_group(f->arena, pretty_list(f->arena, &list));
}

/* Operands with operators of at least `lowest` between them. Those of one precedence are one
 * group, whose lines end behind the operators: before most of them a newline would end the
 * statement. */
static const Pretty *format_operation(Formatter *f, int lowest, bool indents)
{
    const Pretty *first = format_term(f);
    PrettyList rest = {0};
    int last = 0, own;
    while ((own = precedence(format_peek(f))) >= lowest && own > 0) {
        if (last != 0 && own != last) {
            first = join_operands(f, first, &rest, indents);
            rest = (PrettyList){0};
        }
        last = own;
        format_put_blank(f, &rest);
        format_put(f, &rest, format_token(f));
        format_put_line(f, &rest, PRETTY_SPACE);
        format_put(f, &rest, format_operation(f, own + 1, false));
    }
    return last == 0 ? first : join_operands(f, first, &rest, indents);
}

/* -- brackets ---------------------------------------------------------------------------------- */

/* The end of the element that starts at `at`: a comma or the closing bracket. */
static int64_t element_end(const Formatter *f, int64_t at, int64_t closer)
{
    while (at < closer && !kind_at(f, at, TOKEN_COMMA)) {
        at = token_at(f, at)->match > at ? token_at(f, at)->match + 1 : at + 1;
    }
    return at;
}

/* Whether all from `at` to `end` is one bracket, a lambda with a block or object, or a text of
 * several lines: the lines within may then begin and end beside the parentheses around. */
static bool is_enclosed(const Formatter *f, int64_t at, int64_t end)
{
    if (end == at + 1 && str_find(token_at(f, at)->text, STR("\n"), 0) >= 0) {
        return true;
    }
    int64_t params = kind_at(f, at, TOKEN_PAREN_OPEN) ? token_at(f, at)->match : at;
    bool lambda = kind_at(f, params + 1, TOKEN_ARROW);
    int64_t body = lambda ? params + 2 : at;
    bool bracket =
        kind_at(f, body, TOKEN_BRACE_OPEN) || (!lambda && kind_at(f, body, TOKEN_BRACKET_OPEN));
    return bracket && token_at(f, body)->match == end - 1;
}

/* Whether the elements stand beside the bracket, on its own lines: the last is enclosed, and those
 * before it, which only a call has, are one token each. */
static bool may_hug(const Formatter *f)
{
    int64_t closer = token_at(f, f->at)->match, at = f->at + 1;
    for (;;) {
        int64_t end = element_end(f, at, closer);
        if (end == at || behind_comment(f, at) || behind_comment(f, end)) {
            return false;
        }
        if (end == closer) {
            return is_enclosed(f, at, end);
        }
        if (end != at + 1 || kind_at(f, f->at, TOKEN_BRACKET_OPEN)) {
            return false;
        }
        at = end + 1;
    }
}

/* (a, b), [a, b], and parameters */
static const Pretty *format_element(Formatter *f)
{
    PrettyList list = {0};
    if (format_is(f, TOKEN_DOTS)) {
        format_put(f, &list, format_token(f));
    }
    format_put(f, &list, format_expr(f));
    return pretty_list(f->arena, &list);
}

static const Pretty *format_elements(Formatter *f)
{
    if (!may_hug(f)) {
        return format_bracket(f, format_element, STYLE_TIGHT);
    }
    PrettyList list = {0};
    int64_t closer = token_at(f, f->at)->match;
    format_put(f, &list, format_token(f));
    while (f->at < closer) {
        format_put(f, &list, format_element(f));
        if (f->at < closer) {
            format_put(f, &list, format_token(f));
            format_put_blank(f, &list);
        }
    }
    format_put(f, &list, format_token(f));
    return pretty_list(f->arena, &list);
}

const Pretty *format_block(Formatter *f)
{
    return format_bracket(f, format_statement, STYLE_LINES);
}

/* name: value */
static const Pretty *format_field(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_value(f));
    }
    return pretty_list(f->arena, &list);
}

/* A field of a projection, which may have one of its own: `a { b }`. */
static const Pretty *format_projected(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_field(f));
    if (format_is(f, TOKEN_BRACE_OPEN)) {
        format_put_blank(f, &list);
        format_put(f, &list, format_bracket(f, format_projected, STYLE_SPACED));
    }
    return pretty_list(f->arena, &list);
}

/* { a: 1 }, {} or { statements } */
static const Pretty *format_braces(Formatter *f)
{
    bool is_object = kind_at(f, f->at + 1, TOKEN_BRACE_CLOSE) || kind_at(f, f->at + 2, TOKEN_COLON);
    return is_object ? format_bracket(f, format_field, STYLE_SPACED) : format_block(f);
}

/* "a #{b} c": what is in a string stays on one line where it can. */
static const Pretty *format_template(Formatter *f)
{
    PrettyList list = {0};
    bool is_last = false;
    format_put(f, &list, format_token(f));
    while (!is_last) {
        format_put(f, &list, format_expr(f));
        is_last = format_peek(f)->kind == TOKEN_TEMPLATE_TAIL;
        format_put(f, &list, format_token(f));
    }
    return pretty_list(f->arena, &list);
}

/* -- chains ------------------------------------------------------------------------------------ */

static const Pretty *format_primary(Formatter *f)
{
    switch (format_peek(f)->kind) {
    case TOKEN_PAREN_OPEN:
    case TOKEN_BRACKET_OPEN:
        return format_elements(f);
    case TOKEN_BRACE_OPEN:
        return format_braces(f);
    case TOKEN_TEMPLATE_HEAD:
        return format_template(f);
    default:
        return format_token(f);
    }
}

/* Whether the next token goes on with a chain. */
static bool is_link(Formatter *f)
{
    switch (format_peek(f)->kind) {
    case TOKEN_DOT:
    case TOKEN_OPTIONAL_DOT:
    case TOKEN_BANG:
    case TOKEN_PAREN_OPEN:
    case TOKEN_BRACKET_OPEN:
        return !format_peek(f)->separated;
    default:
        return false;
    }
}

/* Whether a dot is next that names a field or a method. */
static bool is_named(const Formatter *f)
{
    return (kind_at(f, f->at, TOKEN_DOT) || kind_at(f, f->at, TOKEN_OPTIONAL_DOT)) &&
           kind_at(f, f->at + 1, TOKEN_ID);
}

/* Whether the names from here on lead to a call: `.a.b(c)`. */
static bool leads_to_call(const Formatter *f)
{
    int64_t at = f->at;
    while ((kind_at(f, at, TOKEN_DOT) || kind_at(f, at, TOKEN_OPTIONAL_DOT)) &&
           kind_at(f, at + 1, TOKEN_ID)) {
        at += 2;
    }
    return kind_at(f, at, TOKEN_PAREN_OPEN) && !token_at(f, at)->separated;
}

/* One link: `.a`, `!`, `(b)`, `?.[c]`. */
static void put_link(Formatter *f, PrettyList *list)
{
    if (kind_at(f, f->at, TOKEN_DOT) || kind_at(f, f->at, TOKEN_OPTIONAL_DOT)) {
        format_put(f, list, format_token(f));
    }
    bool bracket = kind_at(f, f->at, TOKEN_PAREN_OPEN) || kind_at(f, f->at, TOKEN_BRACKET_OPEN);
    format_put(f, list, bracket ? format_elements(f) : format_token(f));
}

/* The base, then segments: each leads to a call, and goes on up to the next such. */
static const Pretty *format_chain(Formatter *f)
{
    PrettyList segments = {0}, segment = {0};
    bool on_lines = false; /* a comment stands between two segments */
    bool had_call = false;
    bool is_name = kind_at(f, f->at, TOKEN_ID);
    if (kind_at(f, f->at, TOKEN_DOT)) {
        had_call = leads_to_call(f);
        put_link(f, &segment);
    } else {
        format_put(f, &segment, format_primary(f));
        had_call = !is_name;
    }
    while (is_link(f)) {
        bool comment = is_named(f) && behind_comment(f, f->at);
        if (comment || (is_named(f) && had_call && leads_to_call(f))) {
            format_put(f, &segments, pretty_list(f->arena, &segment));
            segment = (PrettyList){0};
        }
        on_lines = on_lines || comment;
        had_call = had_call || (is_named(f) && leads_to_call(f));
        put_link(f, &segment);
    }
    format_put(f, &segments, pretty_list(f->arena, &segment));
    bool breaks = on_lines || segments.len >= CALLS_ON_LINES;
    PrettyList rest = {0}, all = {0};
    for (int64_t i = 1; i < segments.len; i++) {
        if (breaks) {
            format_put_line(f, &rest, PRETTY_SOFT);
        }
        format_put(f, &rest, segments.at[i]);
    }
    format_put(f, &all, segments.at[0]);
    if (rest.len == 0) {
        return segments.at[0];
    }
    const Pretty *others = pretty_list(f->arena, &rest);
    format_put(f, &all, breaks ? pretty_indent(f->arena, others) : others);
    const Pretty *chain = pretty_list(f->arena, &all);
    return breaks ? pretty_group(f->arena, chain) : chain;
}

static const Pretty *format_term(Formatter *f)
{
    PrettyList list = {0};
    while (format_peek(f)->kind == TOKEN_NOT || format_peek(f)->kind == TOKEN_MINUS ||
           format_peek(f)->kind == TOKEN_BIT_NOT) {
        format_put(f, &list, format_token(f));
    }
    const Pretty *chain = format_chain(f);
    if (list.len == 0) {
        return chain;
    }
    format_put(f, &list, chain);
    return pretty_list(f->arena, &list);
}

/* -- what begins with a word ------------------------------------------------------------------- */

/* What stands behind `if (…)` or `else`: a block beside it, another thing on its own line if
 * need be. */
static void put_branch(Formatter *f, PrettyList *list)
{
    bool beside = kind_at(f, f->at, TOKEN_BRACE_OPEN) &&
                  !kind_at(f, f->at + 1, TOKEN_BRACE_CLOSE) && !kind_at(f, f->at + 2, TOKEN_COLON);
    PrettyList inner = {0};
    if (beside) {
        format_put_blank(f, list);
        format_put(f, list, format_expr(f));
        return;
    }
    format_put_line(f, &inner, PRETTY_SPACE);
    format_put(f, &inner, format_expr(f));
    format_put(f, list, pretty_indent(f->arena, pretty_list(f->arena, &inner)));
}

/* if (a) b else if (c) d else e */
static const Pretty *format_if(Formatter *f)
{
    PrettyList list = {0};
    for (;;) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_elements(f));
        put_branch(f, &list);
        if (!format_is(f, TOKEN_KEY_ELSE)) {
            break;
        }
        bool block = kind_at(f, f->at - 1, TOKEN_BRACE_CLOSE);
        if (block) {
            format_put_blank(f, &list);
        } else {
            format_put_line(f, &list, PRETTY_SPACE);
        }
        format_put(f, &list, format_token(f));
        if (!format_is(f, TOKEN_KEY_IF)) {
            put_branch(f, &list);
            break;
        }
        format_put_blank(f, &list);
    }
    return pretty_group(f->arena, pretty_list(f->arena, &list));
}

/* at (time) e */
static const Pretty *format_at(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_elements(f));
    put_branch(f, &list);
    return pretty_group(f->arena, pretty_list(f->arena, &list));
}

/* case p => e */
static const Pretty *format_case(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_pattern(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_value(f));
    return pretty_list(f->arena, &list);
}

/* match e { case p => e } */
static const Pretty *format_match(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_term(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_bracket(f, format_case, STYLE_LINES));
    return pretty_list(f->arena, &list);
}

static bool is_lambda(const Formatter *f)
{
    int64_t params = kind_at(f, f->at, TOKEN_PAREN_OPEN) ? token_at(f, f->at)->match : f->at;
    return (params != f->at || kind_at(f, f->at, TOKEN_ID)) &&
           kind_at(f, params + 1, TOKEN_ARROW) && !token_at(f, params + 1)->separated;
}

/* (a, ...b) => e */
static const Pretty *format_lambda(Formatter *f)
{
    PrettyList list = {0};
    bool parens = kind_at(f, f->at, TOKEN_PAREN_OPEN);
    format_put(f, &list, parens ? format_bracket(f, format_element, STYLE_TIGHT) : format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_value(f));
    return pretty_list(f->arena, &list);
}

/* -- expressions and statements ---------------------------------------------------------------- */

/* `indents`: its own lines but the first are indented. */
static const Pretty *format_any(Formatter *f, bool indents)
{
    switch (format_peek(f)->kind) {
    case TOKEN_KEY_IF:
        return format_if(f);
    case TOKEN_KEY_AT:
        return format_at(f);
    case TOKEN_KEY_MATCH:
        return format_match(f);
    default:
        break;
    }
    if (is_lambda(f)) {
        return format_lambda(f);
    }
    const Pretty *operation = format_operation(f, 1, indents);
    if (!format_is(f, TOKEN_BRACE_OPEN)) {
        return operation;
    }
    PrettyList list = {0};
    format_put(f, &list, operation);
    format_put_blank(f, &list);
    format_put(f, &list, format_bracket(f, format_projected, STYLE_SPACED));
    return pretty_list(f->arena, &list);
}

const Pretty *format_expr(Formatter *f)
{
    return format_any(f, false);
}

const Pretty *format_value(Formatter *f)
{
    return format_any(f, true);
}

/* let x: T = e, or e */
const Pretty *format_statement(Formatter *f)
{
    if (format_peek(f)->kind != TOKEN_KEY_LET) {
        return format_value(f);
    }
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_token(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_type(f));
    }
    format_put_blank(f, &list);
    format_put(f, &list, format_token(f));
    format_put_blank(f, &list);
    format_put(f, &list, format_value(f));
    return pretty_list(f->arena, &list);
}
