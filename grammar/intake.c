/* intake: see intake.h. The parser is fed what cannot change any more: a token that more text could
 * make another one, or put behind the end of a statement, waits in the layout pass. Whether the
 * text could end here, the parser is asked without being fed.
 *
 * Nodes hold on to the text; when it moves, for want of room, all of it is parsed again. As the
 * room doubles, that is done as often as a text of n bytes has bits in n.
 */
#include "grammar/intake.h"

#include "grammar/parse_int.h"
#include "runtime/base/utf8.h"

struct Intake {
    Buf text;
    Source source;
    Arena nodes;
    Workspace *space;
    Parser parser;
    bool is_wrong, in_text;
};

static void begin(Intake *intake)
{
    arena_reset(&intake->nodes);
    intake->source = (Source){STR("*intake*"), buf_str(&intake->text)};
    parser_init(&intake->parser, intake->space, &intake->nodes, &intake->source,
                TOKEN_START_STATEMENT);
    parser_start(&intake->parser);
}

Intake *intake_open(Arena *arena)
{
    Intake *intake = arena_new(arena, Intake);
    intake->space = arena_alloc(arena, (int64_t)sizeof(Workspace));
    arena_init(&intake->nodes);
    begin(intake);
    return intake;
}

void intake_close(Intake *intake)
{
    buf_free(&intake->text);
    arena_free(&intake->nodes);
}

void intake_clear(Intake *intake)
{
    intake->text.len = 0;
    intake->is_wrong = intake->in_text = false;
    begin(intake);
}

/* Feeds the parser all tokens that are settled. False: the text is wrong. */
static bool read_on(Intake *intake)
{
    Parser *parser = &intake->parser;
    Parse *p = &parser->parse;
    Token token;
    while (layout_next_whole(&parser->layout, &token, &intake->in_text)) {
        if (token.kind == TOKEN_BROKEN) {
            return false;
        }
        bool ends = token.kind == TOKEN_SEP && parser->layout.depth == 0;
        p->bad = token;
        FqlParser(parser->space->lemon, ends ? TOKEN_END : (int)token.kind, token);
        if (p->stopped || parser->diags.errors > 0) {
            return false;
        }
        parser->fed++;
        if (ends) {
            p->statements.len = 0;
            parser_start(parser);
        }
    }
    return true;
}

void intake_add(Intake *intake, Str line)
{
    const char *place = intake->text.data;
    buf_put(&intake->text, line);
    buf_byte(&intake->text, '\n');
    if (intake->is_wrong || intake->text.len > SOURCE_BYTES_MAX || utf8_check(line) >= 0) {
        intake->is_wrong = true;
        return;
    }
    if (intake->text.data != place) {
        begin(intake);
    }
    intake->source.text = buf_str(&intake->text);
    layout_extend(&intake->parser.layout, intake->source.text);
    if (!read_on(intake)) { /* what a token is may lie behind a comment that had no end yet */
        begin(intake);
        intake->is_wrong = !read_on(intake);
    }
}

Str intake_text(const Intake *intake)
{
    return buf_str(&intake->text);
}

bool intake_wants_more(const Intake *intake)
{
    const Parser *parser = &intake->parser;
    const Layout *layout = &parser->layout;
    if (intake->is_wrong) {
        return false;
    }
    bool is_outside = layout->depth == 0;
    if (layout->trivia & TRIVIA_SEMICOLON) { /* it ends a statement, whatever comes */
        bool fits = fql_takes(parser->space->lemon, is_outside ? TOKEN_END : TOKEN_SEP);
        return fits && (intake->in_text || !is_outside);
    }
    return intake->in_text || (parser->fed > 0 && !fql_takes(parser->space->lemon, TOKEN_END));
}

bool intake_is_in_text(const Intake *intake)
{
    return !intake->is_wrong && intake->in_text;
}
