/* field_path: the paths of index terms, as users write them in definitions.
 *
 *   address.city   .address.city   .tags[0]   .["a name"].x
 */
#include "runtime/schema/field_path.h"

#include "runtime/base/vec.h"

typedef struct PathParser {
    Arena *arena;
    Str text;
    int64_t at;
    VEC(Str) steps;
} PathParser;

static bool is_name_byte(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && c >= '0' && c <= '9');
}

static bool at_byte(const PathParser *parser, char c)
{
    return parser->at < parser->text.len && parser->text.s[parser->at] == c;
}

static bool take_byte(PathParser *parser, char c)
{
    bool there = at_byte(parser, c);
    parser->at += there;
    return there;
}

static void add_step(PathParser *parser, int64_t start, int64_t end)
{
    Str step = str_copy(parser->arena, str_slice(parser->text, start, end));
    vec_push(&parser->steps, parser->arena, step);
}

static bool parse_name(PathParser *parser)
{
    int64_t start = parser->at;
    while (parser->at < parser->text.len &&
           is_name_byte(parser->text.s[parser->at], parser->at == start)) {
        parser->at++;
    }
    if (parser->at > start) {
        add_step(parser, start, parser->at);
    }
    return parser->at > start;
}

/* What stands in brackets: a number, or a name in quotes (without escapes). */
static bool parse_access(PathParser *parser)
{
    int64_t start = parser->at;
    if (at_byte(parser, '"') || at_byte(parser, '\'')) {
        char quote = parser->text.s[parser->at++];
        while (parser->at < parser->text.len && !at_byte(parser, quote)) {
            parser->at++;
        }
        add_step(parser, start + 1, parser->at);
        return take_byte(parser, quote) && take_byte(parser, ']');
    }
    while (parser->at < parser->text.len && parser->text.s[parser->at] >= '0' &&
           parser->text.s[parser->at] <= '9') {
        parser->at++;
    }
    add_step(parser, start, parser->at);
    return parser->at > start && take_byte(parser, ']');
}

bool field_path_parse(Arena *arena, Str text, const Str **steps, int64_t *count)
{
    PathParser parser = {.arena = arena, .text = text};
    (void)take_byte(&parser, '.');
    bool ok = take_byte(&parser, '[') ? parse_access(&parser) : parse_name(&parser);
    while (ok && parser.at < text.len) {
        if (take_byte(&parser, '[')) {
            ok = parse_access(&parser);
        } else {
            ok = take_byte(&parser, '.') && parse_name(&parser);
        }
    }
    *steps = parser.steps.at;
    *count = parser.steps.len;
    return ok;
}
