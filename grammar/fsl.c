/* fsl: cuts a schema into tokens, and drives the parser of fsl.y with them.
 *
 * What a byte means depends on where in an item it stands: `collection` opens an item, but
 * `collection: String` is a field, and behind `=` an expression begins. So each token is read
 * in a state, and leads to the next:
 *
 *   ITEM ─► `index` ─► NAME ─► byTitle ─► VALUE ─► `{` ─► ITEM …  `}` ─► DONE ─► SEP ─► ITEM
 *   ITEM ─► title ─► FIELD ─► `:` ─► FIELD_TYPE ─► Int ─► DEFAULT ─► `=` ─► EXPR ─► DONE
 *
 * A token that the state does not know is UNKNOWN: the parser refuses it, and the state says
 * what was expected instead.
 */
#include "grammar/fsl_build.h"
#include "grammar/fsl_skip.h"
#include "grammar/lex.h"
#include "grammar/part.h"

typedef enum State {
    STATE_ITEM,            /* an item, or what closes the list of them */
    STATE_ANNOTATION,      /* (name) */
    STATE_ANNOTATION_NAME, /* name */
    STATE_ANNOTATION_END,  /* ) */
    STATE_NAME,            /* a name, a value, or the end of the item */
    STATE_OBJECT,          /* an object of FQL, or what STATE_NAME takes */
    STATE_VALUE,           /* a value, or the end of the item */
    STATE_VALUE_NEEDED,    /* a value */
    STATE_ACCESS_NAME,     /* a name */
    STATE_COMPUTE,         /* a field's name */
    STATE_FIELD,           /* : or =, or the end of the item */
    STATE_FIELD_TYPE,      /* a type, whose objects may have values */
    STATE_DEFAULT,         /* =, or the end of the item */
    STATE_EXPR,            /* an expression */
    STATE_FUNCTION,        /* a name */
    STATE_PARENS,          /* ( */
    STATE_PARAM,           /* a parameter, or ) */
    STATE_REST_NAME,       /* a name */
    STATE_PARAM_END,       /* : , ) */
    STATE_PARAM_COMMA,     /* , ) */
    STATE_PARAM_TYPE,      /* a type */
    STATE_RESULT,          /* : or { */
    STATE_RESULT_TYPE,     /* a type */
    STATE_BODY,            /* { */
    STATE_INVALID,         /* anything */
    STATE_TERM,            /* a term of an index, or ] */
    STATE_TERM_END,        /* , ] */
    STATE_PATH,            /* a path, which , = or -> may follow */
    STATE_PATH_END,        /* , = -> or the end of the item */
    STATE_DONE,            /* the end of the item */
} State;

typedef struct Reader {
    FslParse parse;
    Lexer lexer;
    DiagList *diags;
    State state;
    int64_t depth; /* braces open */
} Reader;

typedef struct Keyword {
    Str text;
    FslKind kind;
    FslTokenKind token;
} Keyword;

static const Keyword keywords[] = {
#define KEYWORD(name, text, token) \
    {{text, (int64_t)sizeof text - 1}, FSL_##name, FSL_TOKEN_##token},
#include "grammar/fsl_keyword.def"
#undef KEYWORD
};

Str fsl_keyword_text(FslKind kind)
{
    if (kind == FSL_ACCESS_PROVIDER) {
        return STR("access provider");
    }
    for (int64_t i = 0; i < countof(keywords); i++) {
        if (keywords[i].kind == kind) {
            return keywords[i].text;
        }
    }
    return (Str){0};
}

/* -- looking ------------------------------------------------------------------------------- */

/* The byte at `at`; 0 at the end, and beyond it. */
static char byte_at(const Reader *r, uint32_t at)
{
    return at < r->lexer.end ? r->lexer.text[at] : '\0';
}

static char next_byte(const Reader *r)
{
    return byte_at(r, r->lexer.at);
}

/* The next byte behind blanks and comments of this line. */
static char next_on_line(const Reader *r)
{
    Lexer ahead = r->lexer;
    return lex_skip(&ahead) ? '\0' : byte_at(r, ahead.at);
}

/* Whether a field's `:` or `=` comes next on this line. */
static bool field_follows(const Reader *r)
{
    char c = next_on_line(r);
    return c == ':' || c == '=';
}

/* Whether a name in these quotes may hold `c`: such names are what older databases have. */
static bool is_name_byte(char c, char quote)
{
    return c >= ' ' && c <= '~' && c != quote && c != '\\' && c != '#';
}

/* The end of the name in quotes that starts here; 0: there is none. */
static uint32_t quoted_end(const Reader *r)
{
    char quote = next_byte(r);
    if (quote != '"' && quote != '\'') {
        return 0;
    }
    uint32_t at = r->lexer.at + 1;
    while (is_name_byte(byte_at(r, at), quote)) {
        at++;
    }
    return byte_at(r, at) == quote && at > r->lexer.at + 1 ? at + 1 : 0;
}

/* The identifier at `at`; empty: there is none. */
static Str word_at(const Reader *r, uint32_t at)
{
    Lexer ahead = r->lexer;
    ahead.at = at;
    Token word = lex_token(&ahead, LEX_PREFIX);
    return word.kind == TOKEN_ID ? str_slice(r->parse.source->text, word.start, word.end)
                                 : (Str){0};
}

/* -- tokens -------------------------------------------------------------------------------- */

/* The next `len` bytes as a token; `next` is the state behind it. */
static FslToken take(Reader *r, FslTokenKind kind, uint32_t len, State next)
{
    FslToken token = {.start = r->lexer.at, .end = r->lexer.at + len, .kind = kind};
    r->lexer.at += len;
    r->state = next;
    return token;
}

static FslToken take_unknown(Reader *r)
{
    return (FslToken){.start = r->lexer.at, .end = r->lexer.at + 1, .kind = FSL_TOKEN_UNKNOWN};
}

/* An identifier or, if `quoted`, a name in quotes; UNKNOWN: there is none. */
static FslToken take_name(Reader *r, FslTokenKind kind, bool quoted, State next)
{
    uint32_t end = quoted ? quoted_end(r) : 0;
    if (end > 0) {
        return take(r, kind, end - r->lexer.at, next);
    }
    Str word = word_at(r, r->lexer.at);
    return word.len > 0 ? take(r, kind, (uint32_t)word.len, next) : take_unknown(r);
}

/* A path of a migration that has no dot before it. */
static void advise_path(Reader *r, Diag *error)
{
    Span place = {r->parse.source, r->lexer.at, r->lexer.at};
    if (word_at(r, r->lexer.at).len > 0) {
        Diag *hint = diag_hint(error, r->parse.arena, DIAG_ADVICE, place,
                               STR("A field path begins with a dot"));
        hint->has_suggestion = true;
        hint->suggestion = STR(".");
    }
}

/* What is told beside an error of FQL within an item. */
static void advise_part(Reader *r, Diag *error, PartKind kind)
{
    const char *advice = NULL;
    if (kind == PART_PATH) {
        advise_path(r, error);
    } else if (r->state == STATE_RESULT_TYPE) {
        advice = "A type stands behind the `:`, and then the body: `function f(x: Int): Int { x }`";
    } else if (str_eq(error->message, STR("Invalid anonymous field access"))) {
        advice = "What uses several fields stands in parentheses, as in `(.price * .count)`";
    }
    if (advice != NULL) {
        (void)diag_hint(error, r->parse.arena, DIAG_ADVICE, (Span){0}, str_from_c(advice));
    }
}

/* The part of FQL that starts here, as one token. */
static FslToken take_part(Reader *r, FslTokenKind kind, PartKind part_kind, State next)
{
    Part part = parse_part(r->parse.arena, r->parse.source, r->lexer.at, part_kind);
    if (part.diags.errors > 0) {
        *r->diags = part.diags;
        r->parse.stopped = true;
        advise_part(r, r->diags->first, part_kind);
        return take_unknown(r);
    }
    FslToken token = take(r, kind, part.end - r->lexer.at, next);
    if (part.type) {
        token.u.type = part.type;
    } else {
        token.u.node = part.node;
    }
    return token;
}

/* All that belongs to an item which cannot be read, as one token. */
static FslToken take_invalid(Reader *r)
{
    uint32_t end = fsl_skip_invalid(&r->lexer);
    return take(r, FSL_TOKEN_INVALID, end - r->lexer.at, STATE_DONE);
}

/* A function's body; one that does not parse is kept as INVALID, with what is wrong. */
static FslToken take_body(Reader *r)
{
    const DiagList *problem = NULL;
    uint32_t start = r->lexer.at;
    if (next_byte(r) == '{') {
        Part part = parse_part(r->parse.arena, r->parse.source, start, PART_BODY);
        if (part.diags.errors == 0 && part.node->kind == NODE_BLOCK) {
            FslToken body = take(r, FSL_TOKEN_BODY, part.end - start, STATE_DONE);
            body.u.node = part.node;
            return body;
        }
        problem = arena_copy(r->parse.arena, &part.diags, (int64_t)sizeof part.diags);
    }
    FslToken invalid = take_invalid(r);
    invalid.u.problem = problem;
    return invalid;
}

/* -- states --------------------------------------------------------------------------------- */

/* `}` or the end, where a list of items may end. */
static FslToken take_close(Reader *r)
{
    if (r->lexer.at == r->lexer.end) {
        return take(r, FSL_TOKEN_END, 0, STATE_DONE);
    }
    if (next_byte(r) == '}' && r->depth > 0) {
        r->depth--;
        return take(r, FSL_TOKEN_BRACE_CLOSE, 1, STATE_DONE);
    }
    return take_unknown(r);
}

/* The `values` of an aggregate are an object of FQL, those of an index a list of paths. */
static State state_behind(FslTokenKind kind, FslKind word)
{
    switch ((int)kind) {
    case FSL_TOKEN_WORD:
        return word == FSL_VALUES ? STATE_OBJECT : STATE_NAME;
    case FSL_TOKEN_FUNCTION:
        return STATE_FUNCTION;
    case FSL_TOKEN_BARE:
        return STATE_VALUE;
    case FSL_TOKEN_MIGRATE_NONE:
        return STATE_DONE;
    default:
        return STATE_PATH;
    }
}

/* `access provider`, which is one keyword. */
static FslToken take_access(Reader *r, FslToken token)
{
    (void)lex_skip(&r->lexer);
    r->state = STATE_ACCESS_NAME;
    Str second = word_at(r, r->lexer.at);
    if (!str_eq(second, STR("provider"))) {
        return take_unknown(r);
    }
    r->lexer.at += (uint32_t)second.len;
    token.end = r->lexer.at;
    return token;
}

/* The word that comes next, which may be one that queries reserve, as `on` is; empty: none. */
static Str next_word(const Reader *r)
{
    Lexer ahead = r->lexer;
    Token word = lex_token(&ahead, LEX_PREFIX);
    bool found = word.kind == TOKEN_ID || word.kind == TOKEN_KEY_RESERVED;
    return found ? str_slice(r->parse.source->text, word.start, word.end) : (Str){0};
}

/* A word that opens an item. */
static FslToken take_word(Reader *r)
{
    bool on = str_eq(next_word(r), STR("on"));
    FslToken token = on ? take(r, FSL_TOKEN_OTHER, 2, STATE_INVALID)
                        : take_name(r, FSL_TOKEN_OTHER, true, STATE_INVALID);
    if (token.kind == FSL_TOKEN_UNKNOWN) {
        return token;
    }
    Str word = str_slice(r->parse.source->text, token.start, token.end);
    if (field_follows(r)) {
        token.kind = FSL_TOKEN_FIELD;
        r->state = STATE_FIELD;
    } else if (str_eq(word, STR("compute"))) {
        token.kind = FSL_TOKEN_COMPUTE;
        r->state = STATE_COMPUTE;
    }
    token.word = FSL_OTHER;
    for (int64_t i = 0; token.kind == FSL_TOKEN_OTHER && i < countof(keywords); i++) {
        if (str_eq(keywords[i].text, word)) {
            token.kind = keywords[i].token;
            token.word = keywords[i].kind;
            r->state = state_behind(token.kind, token.word);
        }
    }
    return token.kind == FSL_TOKEN_ACCESS ? take_access(r, token) : token;
}

static FslToken take_item(Reader *r)
{
    switch (next_byte(r)) {
    case '\0':
    case '}':
        return take_close(r);
    case '@': {
        Str word = word_at(r, r->lexer.at + 1);
        bool known = str_eq(word, STR("alias")) || str_eq(word, STR("role"));
        return known ? take(r, FSL_TOKEN_ANNOTATION, (uint32_t)word.len + 1, STATE_ANNOTATION)
                     : take_unknown(r);
    }
    case '*':
        return take(r, FSL_TOKEN_FIELD, 1, STATE_FIELD);
    default:
        return take_word(r);
    }
}

static FslToken take_value(Reader *r)
{
    switch (next_byte(r)) {
    case '{':
        r->depth++;
        return take(r, FSL_TOKEN_BRACE_OPEN, 1, STATE_ITEM);
    case '[':
        return take(r, FSL_TOKEN_BRACKET_OPEN, 1, STATE_TERM);
    default:
        return take_part(r, FSL_TOKEN_EXPR, PART_TERM, STATE_DONE);
    }
}

static FslToken take_name_or_value(Reader *r)
{
    r->state = STATE_NAME;
    FslToken name = take_name(r, FSL_TOKEN_NAME, true, STATE_VALUE);
    return name.kind == FSL_TOKEN_UNKNOWN ? take_value(r) : name;
}

/* The byte `c`, if it comes next. */
static FslToken take_mark(Reader *r, char c, FslTokenKind kind, State next)
{
    return next_byte(r) == c ? take(r, kind, 1, next) : take_unknown(r);
}

static FslToken take_param(Reader *r)
{
    if (next_byte(r) == ')') {
        return take(r, FSL_TOKEN_PAREN_CLOSE, 1, STATE_RESULT);
    }
    if (next_byte(r) == '.' && byte_at(r, r->lexer.at + 1) == '.' &&
        byte_at(r, r->lexer.at + 2) == '.') {
        return take(r, FSL_TOKEN_DOTS, 3, STATE_REST_NAME);
    }
    return take_name(r, FSL_TOKEN_NAME, false, STATE_PARAM_END);
}

static FslToken take_param_end(Reader *r)
{
    switch (next_byte(r)) {
    case ':':
        return r->state == STATE_PARAM_END ? take(r, FSL_TOKEN_COLON, 1, STATE_PARAM_TYPE)
                                           : take_unknown(r);
    case ',':
        return take(r, FSL_TOKEN_COMMA, 1, STATE_PARAM);
    default:
        return take_mark(r, ')', FSL_TOKEN_PAREN_CLOSE, STATE_RESULT);
    }
}

/* What may follow a path: `,` and `->` lead to another one, `=` to a value. */
static FslToken take_path_end(Reader *r)
{
    if (next_byte(r) == '-' && byte_at(r, r->lexer.at + 1) == '>') {
        return take(r, FSL_TOKEN_ARROW, 2, STATE_PATH);
    }
    return next_byte(r) == '=' ? take(r, FSL_TOKEN_EQUALS, 1, STATE_EXPR)
                               : take_mark(r, ',', FSL_TOKEN_COMMA, STATE_PATH);
}

/* States in which the item may end. */
static bool may_end(State state)
{
    return state == STATE_NAME || state == STATE_OBJECT || state == STATE_VALUE ||
           state == STATE_FIELD || state == STATE_DEFAULT || state == STATE_PATH_END ||
           state == STATE_DONE;
}

/* The token that the state asks for. */
static FslToken take_in_state(Reader *r)
{
    switch (r->state) {
    case STATE_ITEM:
        return take_item(r);
    case STATE_ANNOTATION:
        return take_mark(r, '(', FSL_TOKEN_PAREN_OPEN, STATE_ANNOTATION_NAME);
    case STATE_ANNOTATION_NAME:
        return take_name(r, FSL_TOKEN_NAME, true, STATE_ANNOTATION_END);
    case STATE_ANNOTATION_END:
        return take_mark(r, ')', FSL_TOKEN_PAREN_CLOSE, STATE_ITEM);
    case STATE_OBJECT:
        return next_byte(r) == '{' ? take_part(r, FSL_TOKEN_EXPR, PART_TERM, STATE_DONE)
                                   : take_name_or_value(r);
    case STATE_NAME:
        return take_name_or_value(r);
    case STATE_VALUE:
    case STATE_VALUE_NEEDED:
        return take_value(r);
    case STATE_ACCESS_NAME:
        return take_name(r, FSL_TOKEN_NAME, true, STATE_VALUE_NEEDED);
    case STATE_COMPUTE:
        return take_name(r, FSL_TOKEN_FIELD, true, STATE_FIELD);
    case STATE_FIELD:
        return next_byte(r) == ':' ? take(r, FSL_TOKEN_COLON, 1, STATE_FIELD_TYPE)
                                   : take_mark(r, '=', FSL_TOKEN_EQUALS, STATE_EXPR);
    case STATE_FIELD_TYPE:
        return take_part(r, FSL_TOKEN_TYPE, PART_FIELD_TYPE, STATE_DEFAULT);
    case STATE_DEFAULT:
        return take_mark(r, '=', FSL_TOKEN_EQUALS, STATE_EXPR);
    case STATE_EXPR:
        return take_part(r, FSL_TOKEN_EXPR, PART_EXPR, STATE_DONE);
    case STATE_FUNCTION:
        return take_name(r, FSL_TOKEN_NAME, true, STATE_PARENS);
    case STATE_PARENS:
        return take_mark(r, '(', FSL_TOKEN_PAREN_OPEN, STATE_PARAM);
    case STATE_PARAM:
        return take_param(r);
    case STATE_REST_NAME:
        return take_name(r, FSL_TOKEN_NAME, false, STATE_PARAM_END);
    case STATE_PARAM_END:
    case STATE_PARAM_COMMA:
        return take_param_end(r);
    case STATE_PARAM_TYPE:
        return take_part(r, FSL_TOKEN_TYPE, PART_TYPE, STATE_PARAM_COMMA);
    case STATE_RESULT:
        return next_byte(r) == ':' ? take(r, FSL_TOKEN_COLON, 1, STATE_RESULT_TYPE) : take_body(r);
    case STATE_RESULT_TYPE:
        return take_part(r, FSL_TOKEN_TYPE, PART_TYPE, STATE_BODY);
    case STATE_BODY:
        return take_body(r);
    case STATE_INVALID:
        return take_invalid(r);
    case STATE_TERM:
        return next_byte(r) == ']' ? take(r, FSL_TOKEN_BRACKET_CLOSE, 1, STATE_DONE)
                                   : take_part(r, FSL_TOKEN_PATH, PART_TERM, STATE_TERM_END);
    case STATE_TERM_END:
        return next_byte(r) == ',' ? take(r, FSL_TOKEN_COMMA, 1, STATE_TERM)
                                   : take_mark(r, ']', FSL_TOKEN_BRACKET_CLOSE, STATE_DONE);
    case STATE_PATH:
        return take_part(r, FSL_TOKEN_PATH, PART_PATH, STATE_PATH_END);
    case STATE_PATH_END:
        return take_path_end(r);
    case STATE_DONE:
        break;
    }
    return take_unknown(r);
}

/* Whether a member of an index, an aggregate or a trigger comes next: such members may share a
 * line, as in `on [create] do (event => …)`. */
static bool member_follows(const Reader *r)
{
    static const char *const members[] = {"terms", "values", "where", "on", "when", "do"};
    Str word = next_word(r);
    bool ended = r->state == STATE_VALUE || r->state == STATE_DONE;
    for (int64_t i = 0; ended && word.len > 0 && i < countof(members); i++) {
        if (str_eq(str_from_c(members[i]), word)) {
            return true;
        }
    }
    return false;
}

/* The next token. Where an item may end, so do its lines; a keyword's name or value may stand
 * on the next one. */
static FslToken next_token(Reader *r)
{
    State state = r->state;
    uint32_t start = r->lexer.at;
    unsigned trivia = state == STATE_INVALID ? 0 : lex_skip(&r->lexer);
    bool named = state == STATE_NAME || state == STATE_OBJECT;
    unsigned ends = named ? TRIVIA_SEMICOLON : TRIVIA_SEMICOLON | TRIVIA_NEWLINE;
    if (!may_end(state)) {
        return take_in_state(r);
    }
    if (r->lexer.at == r->lexer.end || next_byte(r) == '}') {
        return take_close(r);
    }
    if (trivia & ends || member_follows(r)) {
        r->state = STATE_ITEM;
        return (FslToken){.start = start, .end = r->lexer.at, .kind = FSL_TOKEN_SEP};
    }
    return take_in_state(r);
}

/* -- errors ---------------------------------------------------------------------------------- */

static const char *expected_in(const Reader *r)
{
    switch (r->state) {
    case STATE_ITEM:
    case STATE_DONE:
    case STATE_NAME:
    case STATE_OBJECT:
    case STATE_VALUE:
    case STATE_INVALID:
        return r->depth > 0 ? "`}`" : "end-of-input";
    case STATE_ANNOTATION:
    case STATE_PARENS:
        return "`(`";
    case STATE_ANNOTATION_NAME:
    case STATE_FUNCTION:
        return "name";
    case STATE_ANNOTATION_END:
        return "`)`";
    case STATE_VALUE_NEEDED:
    case STATE_EXPR:
        return "expression";
    case STATE_ACCESS_NAME:
        return "provider";
    case STATE_COMPUTE:
    case STATE_REST_NAME:
        return "identifier";
    case STATE_FIELD:
        return "`=` or a type annotation";
    case STATE_DEFAULT:
        return "`=`";
    case STATE_PARAM:
        return "`)`, `...`, or identifier";
    case STATE_PARAM_END:
        return "`)`, `,`, or a type annotation";
    case STATE_PARAM_COMMA:
        return "`)` or `,`";
    case STATE_FIELD_TYPE:
    case STATE_PARAM_TYPE:
    case STATE_RESULT_TYPE:
        return "type";
    case STATE_RESULT:
        return "`{` or a type annotation";
    case STATE_BODY:
        return "`{`";
    case STATE_TERM:
        return "`]` or expression";
    case STATE_TERM_END:
        return "`,` or `]`";
    case STATE_PATH:
        return "a field path";
    case STATE_PATH_END:
        return "`,`, `=`, or `->`";
    }
    return "";
}

/* A keyword of FQL where a name should be. */
static bool report_keyword(Reader *r, FslToken bad)
{
    Lexer ahead = r->lexer;
    ahead.at = bad.start;
    Token word = lex_token(&ahead, LEX_PREFIX);
    if (word.kind < TOKEN_KEY_NULL || word.kind > TOKEN_KEY_RESERVED) {
        return false;
    }
    Span span = {r->parse.source, word.start, word.end};
    Diag *diag = diag_add(r->diags, DIAG_ERROR, span, STR("Invalid identifier"));
    diag->annotation = str_format(r->parse.arena, "`%.*s` is a keyword",
                                  STR_ARG(str_slice(r->parse.source->text, word.start, word.end)));
    return true;
}

/* The brace that is open at the end of `tokens`; NULL: none is. */
static const FslToken *open_brace(const FslTokens *tokens)
{
    int64_t closed = 0;
    for (int64_t i = tokens->len - 1; i >= 0; i--) {
        const FslToken *token = &tokens->at[i];
        closed += token->kind == FSL_TOKEN_BRACE_CLOSE;
        if (token->kind == FSL_TOKEN_BRACE_OPEN && closed-- == 0) {
            return token;
        }
    }
    return NULL;
}

/* What a person may have meant who wrote what stands at `at`; NULL: there is no telling. */
static const char *advice_at(const Reader *r, uint32_t at)
{
    Str rest = str_slice(r->parse.source->text, at, r->parse.source->text.len);
    char c = byte_at(r, at);
    if (str_starts_with(rest, STR("/*"))) {
        return "The comment has no end, `*/`";
    }
    if (r->state == STATE_PATH_END || r->state == STATE_PATH) {
        return "Migrations are " FSL_MIGRATION_FORMS;
    }
    if (c == ',' && r->depth > 0) {
        return "Fields and members are divided by line breaks, not by commas";
    }
    if (c == '[' && r->state == STATE_DEFAULT) {
        return "The type of an array is written `Array<String>`";
    }
    if (c == '@' && r->depth == 0) {
        return "The annotations are `@alias(Name)` of collections and functions, and "
               "`@role(name)` of functions";
    }
    if (c == '}' && r->depth == 0) {
        return "There is no `{` that it closes";
    }
    return r->state == STATE_ITEM && r->depth == 0
               ? "A schema has items that begin with `collection`, `function`, `role` and `access "
                 "provider`"
               : NULL;
}

/* A hint of what is missing, where the text ends too early, else of what was perhaps meant. */
static void advise(Reader *r, Diag *diag, FslToken bad, const FslTokens *tokens)
{
    Lexer ahead = r->lexer;
    ahead.at = bad.start;
    (void)lex_skip(&ahead);
    const FslToken *open = ahead.at == ahead.end ? open_brace(tokens) : NULL;
    const char *advice = advice_at(r, bad.start);
    if (open != NULL) {
        Span span = {r->parse.source, open->start, open->end};
        (void)diag_hint(diag, r->parse.arena, DIAG_ADVICE, span,
                        STR("It is not closed: a `}` is missing"));
    } else if (advice != NULL) {
        (void)diag_hint(diag, r->parse.arena, DIAG_ADVICE, (Span){0}, str_from_c(advice));
    }
}

static void report(Reader *r, FslToken bad, const FslTokens *tokens)
{
    Span span = {r->parse.source, bad.start, bad.start + 1};
    if (r->parse.too_deep) {
        diag_add(r->diags, DIAG_ERROR, span, STR("Items are nested too deep"));
    } else if (r->diags->errors == 0 && !report_keyword(r, bad)) {
        Diag *diag = diag_add(r->diags, DIAG_ERROR, span,
                              str_format(r->parse.arena, "Expected %s", expected_in(r)));
        advise(r, diag, bad, tokens);
    }
}

FslResult parse_fsl(Arena *arena, const Source *source)
{
    FslTokens tokens = {0};
    return parse_fsl_tokens(arena, source, &tokens);
}

FslResult parse_fsl_tokens(Arena *arena, const Source *source, FslTokens *tokens)
{
    FslResult result = {0};
    Reader reader = {.parse = {.arena = arena, .source = source}, .diags = &result.diags};
    void *parser = arena_alloc(arena, FSL_PARSER_BYTES);
    diag_list_init(&result.diags, arena);
    lex_init(&reader.lexer, source->text, false);
    FslParserInit(parser, &reader.parse);
    FslToken token;
    State state;
    do {
        state = reader.state;
        token = next_token(&reader);
        vec_push(tokens, arena, token);
        if (!reader.parse.stopped) {
            FslParser(parser, (int)token.kind, token);
        }
    } while (token.kind != FSL_TOKEN_END && !reader.parse.stopped);
    if (reader.parse.stopped) {
        reader.state = token.kind == FSL_TOKEN_UNKNOWN ? reader.state : state;
        report(&reader, token, tokens);
    }
    result.ok = result.diags.errors == 0;
    result.items = reader.parse.items;
    result.count = reader.parse.count;
    return result;
}
