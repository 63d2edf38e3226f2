/* format_type: the shapes of types and patterns. */
#include "grammar/format_int.h"

/* (a: A, ...B) and the members of [A, B] and of C<A, B> */
static const Pretty *format_member(Formatter *f)
{
    PrettyList list = {0};
    if (format_is(f, TOKEN_DOTS)) {
        format_put(f, &list, format_token(f));
    }
    format_put(f, &list, format_type(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_member(f));
    }
    return pretty_list(f->arena, &list);
}

/* name: T = value, *: T, or ... */
static const Pretty *format_type_field(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_type(f));
    }
    if (format_is(f, TOKEN_DEFAULT)) {
        format_put_blank(f, &list);
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_value(f));
    }
    return pretty_list(f->arena, &list);
}

/* Fields that newlines divide stay divided by them. */
static const Pretty *format_type_fields(Formatter *f)
{
    int64_t closer = format_peek(f)->match;
    bool separated = false;
    for (int64_t at = f->at + 1; at < closer; at++) {
        int64_t match = f->tokens.at[at].match;
        separated = separated || f->tokens.at[at].separated;
        at = match > at ? match : at;
    }
    return format_bracket(f, format_type_field, separated ? STYLE_LINES : STYLE_SPACED);
}

static const Pretty *format_type_primary(Formatter *f)
{
    PrettyList list = {0};
    switch (format_peek(f)->kind) {
    case TOKEN_PAREN_OPEN:
    case TOKEN_BRACKET_OPEN:
        return format_bracket(f, format_member, STYLE_TIGHT);
    case TOKEN_BRACE_OPEN:
        return format_type_fields(f);
    default:
        format_put(f, &list, format_token(f));
        if (format_is(f, TOKEN_TYPE_OPEN)) {
            format_put(f, &list, format_bracket(f, format_member, STYLE_TIGHT));
        }
        return pretty_list(f->arena, &list);
    }
}

/* A | B, A & B, A => B, A? */
const Pretty *format_type(Formatter *f)
{
    PrettyList list = {0};
    for (;;) {
        format_put(f, &list, format_type_primary(f));
        while (format_is(f, TOKEN_QUESTION)) {
            format_put(f, &list, format_token(f));
        }
        if (!format_is(f, TOKEN_BIT_OR) && !format_is(f, TOKEN_BIT_AND) &&
            !format_is(f, TOKEN_TYPE_ARROW)) {
            break;
        }
        format_put_blank(f, &list);
        format_put(f, &list, format_token(f));
        format_put_line(f, &list, PRETTY_SPACE);
    }
    return pretty_group(f->arena, pretty_indent(f->arena, pretty_list(f->arena, &list)));
}

/* a: p, and a */
static const Pretty *format_pattern_field(Formatter *f)
{
    PrettyList list = {0};
    format_put(f, &list, format_token(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_pattern(f));
    }
    return pretty_list(f->arena, &list);
}

/* x, x: T, x @ p, 1, { a: p }, [p, ...q], (p, q) */
const Pretty *format_pattern(Formatter *f)
{
    PrettyList list = {0};
    switch (format_peek(f)->kind) {
    case TOKEN_BRACE_OPEN:
        return format_bracket(f, format_pattern_field, STYLE_SPACED);
    case TOKEN_PAREN_OPEN:
    case TOKEN_BRACKET_OPEN:
        return format_bracket(f, format_pattern, STYLE_TIGHT);
    case TOKEN_DOTS:
        format_put(f, &list, format_token(f));
        format_put(f, &list, format_pattern(f));
        return pretty_list(f->arena, &list);
    default:
        break;
    }
    format_put(f, &list, format_token(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_type(f));
    } else if (format_is(f, TOKEN_AT_SIGN)) {
        format_put_blank(f, &list);
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_pattern(f));
    }
    return pretty_list(f->arena, &list);
}
