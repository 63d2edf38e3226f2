/* fuzz_parse: no text may crash a parser, and what a parser takes shows as a text that parses
 * to the same again.
 *
 * The first byte chooses the grammar; the rest is the text, cut at the first byte that is not
 * UTF-8, as the shell refuses such input before it gets to a parser.
 */
#include "grammar/intake.h"
#include "grammar/parse.h"

#include "runtime/base/utf8.h"

typedef ParseResult ParseFn(Arena *arena, const Source *source);

static ParseFn *const parsers[] = {parse_query,  parse_query_template, parse_script, parse_expr,
                                   parse_lambda, parse_path,           parse_type,   parse_pattern};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void display(Buf *out, const ParseResult *result)
{
    if (result->type) {
        ast_display_type(out, result->type);
    } else if (result->pattern) {
        ast_display_pattern(out, result->pattern);
    } else if (result->node->kind == NODE_BLOCK) {
        ast_display_query(out, result->node);
    } else {
        ast_display(out, result->node);
    }
}

/* Placeholders, `match` in operands and the like have no text of their own, so only what shows
 * as text of its own grammar is compared. */
static bool shows_as_text(ParseFn *parse)
{
    return parse == parse_query || parse == parse_script || parse == parse_type ||
           parse == parse_pattern;
}

static void check_display(Arena *arena, ParseFn *parse, const ParseResult *first)
{
    Buf shown = {0};
    display(&shown, first);
    Source source = {STR("*shown*"), buf_str(&shown)};
    ParseResult second = parse(arena, &source);
    always(second.status == PARSE_OK);
    Buf again = {0};
    display(&again, &second);
    always(str_eq(buf_str(&shown), buf_str(&again)));
    buf_free(&again);
    buf_free(&shown);
}

static void check_errors(const ParseResult *result)
{
    always(result->diags.count > 0);
    Buf rendered = {0};
    diag_render_list(&rendered, &result->diags);
    buf_free(&rendered);
}

/* Statement after statement must end as the whole does. */
static void check_stream(Arena *arena, const Source *source, const ParseResult *whole)
{
    Arena statements;
    arena_init(&statements);
    Parser *parser = parser_open(arena, source);
    Statement statement;
    ParseResult result;
    int64_t count = 0;
    while (parser_next(parser, &statements, &statement, &result)) {
        count++;
        arena_reset(&statements);
    }
    always((result.status == PARSE_OK) == (whole->status == PARSE_OK));
    always(whole->status != PARSE_OK || count == whole->node->u.block.count);
    parser_close(parser);
    arena_free(&statements);
}

/* Line by line, it must be told after each line what a parse of the lines so far tells; but that they
 * are wrong may be told later, as more is known of what follows a comment. */
static void check_intake(Arena *arena, Str text)
{
    Intake *intake = intake_open(arena);
    Buf lines = {0};
    Str line;
    while (str_take_line(&text, &line)) {
        buf_put(&lines, line);
        buf_byte(&lines, '\n');
        intake_add(intake, line);
        Source source = {STR("*lines*"), buf_str(&lines)};
        ParseStatus status = parse_script(arena, &source).status;
        always(status == PARSE_FAILED ||
               intake_wants_more(intake) == (status == PARSE_INCOMPLETE));
    }
    intake_close(intake);
    buf_free(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    ParseFn *parse = parsers[data[0] % countof(parsers)];
    Str text = {(const char *)data + 1, (int64_t)size - 1};
    int64_t bad = utf8_check(text);
    Source source = {STR("*query*"), str_slice(text, 0, bad >= 0 ? bad : text.len)};
    Arena arena;
    arena_init(&arena);
    ParseResult result = parse(&arena, &source);
    if (result.status != PARSE_OK) {
        check_errors(&result);
    } else if (shows_as_text(parse)) {
        check_display(&arena, parse, &result);
    }
    if (parse == parse_script) {
        check_stream(&arena, &source, &result);
        check_intake(&arena, source.text);
    }
    arena_free(&arena);
    return 0;
}
