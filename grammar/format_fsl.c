/* format_fsl: the shapes of the items of schemas.
 *
 *   @role(admin)                 annotations, each on a line of its own
 *   collection Film {            words, with a blank between them
 *     title: String = ""         fields
 *     index byTitle {
 *       terms [.title]           paths
 *     }
 *     migrations {
 *       move .name -> .title
 *     }
 *   }
 *
 * The parts that are FQL (values, types, bodies) have the shapes of FQL.
 */
#include "grammar/format_int.h"

static bool is_fsl(Formatter *f, FslTokenKind kind)
{
    return format_peek(f)->kind == FORMAT_FSL + (uint32_t)kind;
}

/* ...name: T */
static const Pretty *format_param(Formatter *f)
{
    PrettyList list = {0};
    if (format_is(f, TOKEN_DOTS)) {
        format_put(f, &list, format_token(f));
    }
    format_put(f, &list, format_token(f));
    if (format_is(f, TOKEN_COLON)) {
        format_put(f, &list, format_token(f));
        format_put_blank(f, &list);
        format_put(f, &list, format_type(f));
    }
    return pretty_list(f->arena, &list);
}

/* @alias(Film), and the end of its line */
static void put_annotation(Formatter *f, PrettyList *list)
{
    format_put(f, list, format_token(f));
    format_put(f, list, format_bracket(f, format_token, STYLE_TIGHT));
    format_put_line(f, list, PRETTY_FRESH);
}

/* A mark of schemas, with what belongs to it. */
static void put_mark(Formatter *f, PrettyList *list)
{
    switch (format_peek(f)->kind) {
    case TOKEN_COLON:
        format_put(f, list, format_token(f));
        format_put_blank(f, list);
        format_put(f, list, format_type(f));
        return;
    case TOKEN_PAREN_OPEN:
        format_put(f, list, format_bracket(f, format_param, STYLE_TIGHT));
        return;
    case TOKEN_BRACE_OPEN:
        format_put_blank(f, list);
        format_put(f, list, format_bracket(f, format_item, STYLE_LINES));
        return;
    case TOKEN_BRACKET_OPEN:
        format_put_blank(f, list);
        format_put(f, list, format_bracket(f, format_expr, STYLE_TIGHT));
        return;
    case TOKEN_COMMA:
        format_put(f, list, format_token(f));
        return;
    default: /* words, `=`, `->` */
        format_put_blank(f, list);
        format_put(f, list, format_token(f));
        return;
    }
}

const Pretty *format_item(Formatter *f)
{
    PrettyList list = {0};
    while (is_fsl(f, FSL_TOKEN_ANNOTATION)) {
        put_annotation(f, &list);
    }
    bool is_function = is_fsl(f, FSL_TOKEN_FUNCTION);
    format_put(f, &list, format_token(f));
    while (!format_peek(f)->separated && format_peek(f)->kind != TOKEN_BRACE_CLOSE) {
        bool is_body = is_function && format_peek(f)->kind == TOKEN_BRACE_OPEN;
        if (format_peek(f)->in_schema) {
            put_mark(f, &list);
        } else {
            format_put_blank(f, &list);
            format_put(f, &list, is_body ? format_block(f) : format_value(f));
        }
    }
    return pretty_list(f->arena, &list);
}
