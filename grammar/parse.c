/* parse: drives layout and parser, and answers for errors. See parse.h.
 *
 *   parser_next:  START_STATEMENT  token …  END     once per statement of a source
 *   parse_expr:   START_EXPR       token …  END     and so for types and patterns
 *
 * A SEP outside all brackets ends a statement, so the parser sees one statement at a time and
 * starts afresh for the next: that is what makes long scripts cheap.
 *
 * On a syntax error the same text is read again up to the token that does not fit, and the
 * parser is asked which tokens would (expect.c): nothing needs to be kept for that while all
 * goes well.
 */
#include "grammar/expect.h"
#include "grammar/parse_int.h"
#include "grammar/part.h"

/* Errors */

static Diag *add_error(Parse *p, Span span, const char *format, va_list args) PRINTF_LIKE(3, 0);

static Diag *add_error(Parse *p, Span span, const char *format, va_list args)
{
    return diag_add(p->diags, DIAG_ERROR, span, str_vformat(p->scratch, format, args));
}

Diag *parse_error(Parse *p, Span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Diag *diag = add_error(p, span, format, args);
    va_end(args);
    return diag;
}

Diag *parse_stop(Parse *p, Span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Diag *diag = p->stopped ? diag_add(&(DiagList){.arena = p->scratch}, DIAG_ERROR, span, STR(""))
                            : add_error(p, span, format, args);
    va_end(args);
    p->stopped = true;
    return diag;
}

void parse_stop_too_deep(Parse *p, Span span)
{
    span.end = span.start + 1;
    parse_stop(p, span, "Nested more than %d levels deep", AST_DEPTH_MAX);
}

void parse_stop_keyword(Parse *p, Name name)
{
    Diag *diag = parse_stop(p, name.span, "Invalid identifier");
    diag->annotation = str_format(p->diags->arena, "`%.*s` is a keyword", STR_ARG(name.text));
}

void parse_duplicate_key(Parse *p, Name first, Name second)
{
    Diag *diag = parse_error(p, second.span, "Duplicate key");
    diag_hint(diag, p->diags->arena, DIAG_HINT, first.span, STR("Key originally used here"));
}

void parse_see_syntax_error(Parse *p, Token token)
{
    if (!p->stopped) {
        p->stopped = true;
        p->syntax_error = true;
        p->bad = token;
    }
}

void parse_see_overflow(Parse *p)
{
    parse_stop_too_deep(p, token_span(p, p->bad));
}

/* Running the parser */

void parser_init(Parser *parser, Workspace *space, Arena *arena, const Source *source,
                 TokenKind start)
{
    *parser = (Parser){
        .parse = {.arena = arena, .scratch = arena, .source = source, .diags = &parser->diags},
        .space = space,
        .start = start};
    diag_list_init(&parser->diags, arena);
    LayoutMode mode = start == TOKEN_START_TYPE      ? LAYOUT_TYPE
                      : start == TOKEN_START_PATTERN ? LAYOUT_PATTERN
                                                     : LAYOUT_EXPR;
    layout_init(&parser->layout, source->text, false, mode, space->brackets);
}

void parser_start(Parser *parser)
{
    FqlParserInit(parser->space->lemon, &parser->parse);
    FqlParser(parser->space->lemon, (int)parser->start, token_make(0, 0, parser->start, 0));
    parser->fed = 0;
}

/* Notes what the lexer could not read, or that brackets are too many. */
static void see_broken(Parser *parser, Token token)
{
    Parse *p = &parser->parse;
    const LexProblem *problem = &parser->layout.lexer.problem;
    if (parser->layout.too_deep) {
        parse_stop_too_deep(p, token_span(p, token));
        return;
    }
    p->stopped = true;
    p->bad = token;
    if (parser->diags.errors == 0) {
        parser->ends_in_token = problem->unfinished;
        Diag *diag =
            diag_add(&parser->diags, DIAG_ERROR, span_between(p, problem->start, problem->end),
                     str_from_c(problem->message));
        if (problem->annotation) {
            diag->annotation = str_from_c(problem->annotation);
        }
    }
}

/* Feeds the parser until it has all of what `start` stands for, or until an error. Returns the
 * token that ended it: END, or a SEP outside all brackets where statements are read. */
static Token feed(Parser *parser)
{
    Parse *p = &parser->parse;
    parser_start(parser);
    for (;;) {
        Token token = layout_next(&parser->layout);
        if (UNLIKELY(token.kind == TOKEN_BROKEN)) {
            see_broken(parser, token);
            return token;
        }
        bool ends = token.kind == TOKEN_END ||
                    (token.kind == TOKEN_SEP && parser->start == TOKEN_START_STATEMENT &&
                     parser->layout.depth == 0);
        p->bad = token;
        FqlParser(parser->space->lemon, ends ? TOKEN_END : (int)token.kind, token);
        if (arena_is_over(p->arena)) {
            parse_stop(p, token_span(p, token), "There is no memory for more of this text");
        }
        if (ends || UNLIKELY(p->stopped)) {
            return token;
        }
        parser->fed++;
    }
}

/* Reads again what was read since `from`, up to the token that did not fit, and asks the
 * parser what would have. */
static Expected find_expected(const Parser *parser, const Layout *from)
{
    Arena scratch;
    arena_init(&scratch);
    Workspace *space = arena_alloc(&scratch, (int64_t)sizeof(Workspace));
    Parser again;
    parser_init(&again, space, &scratch, parser->parse.source, parser->start);
    again.layout = *from;
    again.layout.brackets = space->brackets;
    parser_start(&again);
    Expected expected = {.bad = parser->parse.bad, .first = parser->statements == 0};
    for (int64_t i = 0; i < parser->fed; i++) {
        Token token = layout_next(&again.layout);
        FqlParser(space->lemon, (int)token.kind, token);
        expected.before_last = expected.last;
        expected.last = token;
    }
    expected.in_call =
        again.layout.depth > 0 && space->brackets[again.layout.depth - 1].bracket == BRACKET_CALL;
    if (expected.bad.kind == TOKEN_SEP && expected.bad.start == expected.bad.end) {
        expected.bad = parser->layout.held; /* a newline: the token behind it is the bad one */
    }
    fql_expected(space->lemon, expected.kinds);
    arena_free(&scratch);
    return expected;
}

/* Adds the error about a token that did not fit, unless there is an error already: then it is
 * the better one. */
static void report_syntax_error(Parser *parser, const Layout *from)
{
    if (parser->diags.errors > 0) {
        parser->parse.syntax_error = false;
        return;
    }
    Expected expected = find_expected(parser, from);
    expect_report(&parser->parse, &expected);
}

/* Sets the status from what happened, and what is still open if the text only ended. */
static void finish(Parser *parser, ParseResult *result)
{
    const Parse *p = &parser->parse;
    result->diags = parser->diags;
    result->values = p->values;
    if (parser->diags.errors == 0) {
        assert(!p->stopped);
        result->status = PARSE_OK;
        return;
    }
    bool unfinished = p->syntax_error ? p->bad.kind == TOKEN_END : parser->ends_in_token;
    result->status = unfinished && parser->diags.errors == 1 ? PARSE_INCOMPLETE : PARSE_FAILED;
    if (result->status == PARSE_INCOMPLETE) {
        Buf open = {0};
        layout_put_open(&parser->layout, &open);
        result->open = str_copy(parser->diags.arena, buf_str(&open));
        buf_free(&open);
    }
}

/* Statements */

/* Reads one statement onto the stack of statements; false at the end, or on an error. */
static bool read_statement(Parser *parser)
{
    Parse *p = &parser->parse;
    if (p->stopped) {
        return false;
    }
    Layout start = parser->layout;
    Token last = feed(parser);
    if (p->syntax_error && parser->fed == 0 && last.kind == TOKEN_END) {
        p->syntax_error = false;
        p->stopped = false;
        parser->end = last.start;
        return false;
    }
    if (p->syntax_error) {
        report_syntax_error(parser, &start);
    }
    parser->statements++;
    return !p->stopped;
}

/* The source holds nothing: more may come. */
static void report_empty(Parser *parser)
{
    Parse *p = &parser->parse;
    parse_stop(p, span_between(p, parser->end, parser->end + 1),
               "Unexpected end of query. Expected statement or expression");
    p->syntax_error = true;
    p->bad.kind = TOKEN_END;
}

static ParseResult parse_statements(Arena *arena, const Source *source, bool placeholders,
                                    bool script)
{
    Workspace space;
    Parser parser;
    parser_init(&parser, &space, arena, source, TOKEN_START_STATEMENT);
    parser.layout.lexer.placeholders = placeholders;
    Parse *p = &parser.parse;
    ParseResult result = {0};
    while (read_statement(&parser)) {
    }
    if (!p->stopped && parser.statements == 0 && !script) {
        report_empty(&parser);
    }
    if (!p->stopped) {
        result.node = build_query(p, (uint32_t)parser.statements, parser.end, script);
    }
    finish(&parser, &result);
    return result;
}

ParseResult parse_query(Arena *arena, const Source *source)
{
    return parse_statements(arena, source, false, false);
}

ParseResult parse_query_template(Arena *arena, const Source *source)
{
    return parse_statements(arena, source, true, false);
}

ParseResult parse_script(Arena *arena, const Source *source)
{
    return parse_statements(arena, source, false, true);
}

/* A lambda is written like a query of one statement, but for a `;` at its end. */
ParseResult parse_lambda(Arena *arena, const Source *source)
{
    Workspace space;
    Parser parser;
    parser_init(&parser, &space, arena, source, TOKEN_START_STATEMENT);
    Parse *p = &parser.parse;
    Token after = {0};
    while (read_statement(&parser)) {
        after = parser.statements == 1 ? p->bad : after;
    }
    ParseResult result = {0};
    if (p->stopped) {
        /* An error that is reported already. */
    } else if (parser.statements == 0) {
        report_empty(&parser);
    } else {
        result.node = build_only_lambda(p, (uint32_t)parser.statements, parser.end);
        bool is_semicolon = after.kind == TOKEN_SEP && after.end > after.start;
        if (result.node && is_semicolon) {
            parse_error(p, span_between(p, after.start, after.end), "Expected end-of-input");
        }
    }
    finish(&parser, &result);
    return result;
}

/* Reads one of what `start` stands for, to the end of the source. */
static ParseResult parse_whole(Arena *arena, const Source *source, TokenKind start,
                               bool has_defaults,
                               Node *(*check)(Parse *p, Node *expr))
{
    Workspace space;
    Parser parser;
    parser_init(&parser, &space, arena, source, start);
    Parse *p = &parser.parse;
    parser.layout.has_defaults = has_defaults;
    Layout from = parser.layout;
    feed(&parser);
    if (p->syntax_error) {
        report_syntax_error(&parser, &from);
    } else if (!p->stopped && check) {
        p->node = check(p, p->node);
    }
    ParseResult result = {.node = p->node, .type = p->type, .pattern = p->pattern};
    finish(&parser, &result);
    return result;
}

ParseResult parse_expr(Arena *arena, const Source *source)
{
    return parse_whole(arena, source, TOKEN_START_EXPR, false, build_plain);
}

ParseResult parse_path(Arena *arena, const Source *source)
{
    return parse_whole(arena, source, TOKEN_START_EXPR, false, build_path);
}

ParseResult parse_type(Arena *arena, const Source *source)
{
    return parse_whole(arena, source, TOKEN_START_TYPE, false, NULL);
}

ParseResult parse_field_type(Arena *arena, const Source *source)
{
    return parse_whole(arena, source, TOKEN_START_TYPE, true, NULL);
}

ParseResult parse_pattern(Arena *arena, const Source *source)
{
    return parse_whole(arena, source, TOKEN_START_PATTERN, false, NULL);
}

/* Parts of schemas */

/* Feeds the parser one part: up to the token, outside all brackets, that it would not take.
 * Returns where the last token that it took ends. */
static uint32_t feed_part(Parser *parser, PartKind kind)
{
    Parse *p = &parser->parse;
    uint32_t end = parser->layout.lexer.at;
    parser_start(parser);
    for (;;) {
        bool outside = parser->layout.depth == 0;
        Token token = layout_next(&parser->layout);
        if (token.kind == TOKEN_BROKEN) {
            see_broken(parser, token);
            return end;
        }
        bool ends =
            token.kind == TOKEN_END || (outside && !fql_takes(parser->space->lemon, token.kind));
        p->bad = token;
        FqlParser(parser->space->lemon, ends ? TOKEN_END : (int)token.kind, token);
        if (ends || p->stopped) {
            return end;
        }
        parser->fed++;
        end = token.end;
        if (kind == PART_BODY && parser->layout.depth == 0) {
            p->bad = token_make(end, end, TOKEN_END, 0);
            FqlParser(parser->space->lemon, TOKEN_END, p->bad);
            return end;
        }
    }
}

Part parse_part(Arena *arena, const Source *source, uint32_t start, PartKind kind)
{
    Workspace space;
    Parser parser;
    bool is_type = kind == PART_TYPE || kind == PART_FIELD_TYPE;
    parser_init(&parser, &space, arena, source, is_type ? TOKEN_START_TYPE : TOKEN_START_EXPR);
    parser.layout.lexer.at = start;
    parser.layout.has_defaults = kind == PART_FIELD_TYPE;
    Layout from = parser.layout;
    Parse *p = &parser.parse;
    Part part = {.end = feed_part(&parser, kind)};
    if (p->syntax_error) {
        report_syntax_error(&parser, &from);
    } else if (!p->stopped && kind == PART_PATH) {
        p->node = build_path(p, p->node);
    } else if (!p->stopped && kind == PART_EXPR) {
        build_plain(p, p->node);
    }
    part.node = p->node;
    part.type = p->type;
    part.diags = parser.diags;
    return part;
}

bool is_identifier(Str text)
{
    Lexer lexer;
    lex_init(&lexer, text, false);
    Token token = lex_token(&lexer, LEX_PREFIX);
    return token.kind == TOKEN_ID && token.end == text.len && str_find(text, STR("'"), 0) < 0;
}

Parser *parser_open(Arena *arena, const Source *source)
{
    Parser *parser = arena_new(arena, Parser);
    Workspace *space = arena_alloc(arena, (int64_t)sizeof(Workspace));
    parser_init(parser, space, arena, source, TOKEN_START_STATEMENT);
    return parser;
}

bool parser_next(Parser *parser, Arena *arena, Statement *statement, ParseResult *result)
{
    Parse *p = &parser->parse;
    p->arena = arena;
    p->statements.len = 0;
    *result = (ParseResult){0};
    bool found = read_statement(parser) && parser->diags.errors == 0;
    if (found) {
        *statement = p->statements.at[0];
    }
    finish(parser, result);
    return found;
}

void parser_close(Parser *parser)
{
    /* All memory is the arena's; the name marks the end of use. */
    parser->parse.stopped = true;
}
