/* build: what the rules of fql.y call to make the tree, and the state of one parse.
 *
 * Elements of lists wait on stacks in Parse until their list is complete; a rule hands on only
 * their number, and the list takes that many off its stack into an array of exactly its
 * length. Inner lists are complete before the outer list goes on, so one stack per kind of
 * element is enough.
 *
 * Nodes are made in `arena`, the stacks in `scratch`.
 */
#ifndef FAWN_GRAMMAR_BUILD_H
#define FAWN_GRAMMAR_BUILD_H

#include "grammar/layout.h"
#include "grammar/parse.h"
#include "runtime/base/vec.h"

typedef VEC(Node *) NodeStack;
typedef VEC(Link) LinkStack;
typedef VEC(Field) FieldStack;
typedef VEC(Statement) StatementStack;
typedef VEC(MatchCase) CaseStack;
typedef VEC(TemplatePart) PartStack;
typedef VEC(TypeNode *) TypeStack;
typedef VEC(TypeField) TypeFieldStack;
typedef VEC(PatternNode *) PatternStack;
typedef VEC(PatternField) PatternFieldStack;

/* A parameter between the parentheses of a function type, or a member of a tuple type. */
typedef struct ParensType {
    TypeParam param;
    bool variadic;
} ParensType;
typedef VEC(ParensType) ParensTypeStack;

typedef struct Parse {
    Arena *arena, *scratch;
    const Source *source;
    DiagList *diags;
    bool stopped;      /* an error after which nothing more is read */
    bool syntax_error; /* that error: `bad` cannot follow what was read */
    Token bad;
    Node *node; /* results */
    TypeNode *type;
    PatternNode *pattern;
    int64_t values; /* placeholders met */

    NodeStack nodes;
    LinkStack links;
    FieldStack fields;
    StatementStack statements;
    CaseStack cases;
    PartStack parts;
    TypeStack types;
    ParensTypeStack parens_types;
    TypeFieldStack type_fields;
    PatternStack patterns;
    PatternFieldStack pattern_fields;
} Parse;

/* A list: how many elements wait on the stack, and where its brackets stand. */
typedef struct Items {
    uint32_t count;
    uint32_t start, end;
    bool flag; /* parentheses: the last is `...rest`; projection: `*` */
} Items;

/* A chain that grows: `count` links wait on the stack. */
typedef struct Postfix {
    Node *base;
    uint32_t count;
    uint16_t depth; /* of the base, the links and what is in them: the last link is outermost */
    bool short_lambda;
} Postfix;

/* Called by the parser. */
void parse_see_syntax_error(Parse *p, Token token);
void parse_see_overflow(Parse *p);

/* Adds an error; `parse_stop` also ends the parse. */
Diag *parse_error(Parse *p, Span span, const char *format, ...) PRINTF_LIKE(3, 4);
Diag *parse_stop(Parse *p, Span span, const char *format, ...) PRINTF_LIKE(3, 4);

/* Ends the parse because a tree would get deeper than AST_DEPTH_MAX. */
void parse_stop_too_deep(Parse *p, Span span);

/* `Invalid identifier`: the name is a keyword. */
void parse_stop_keyword(Parse *p, Name name);

/* `Duplicate key`, with a hint to where it was first used. */
void parse_duplicate_key(Parse *p, Name first, Name second);

static inline Span span_between(const Parse *p, uint32_t start, uint32_t end)
{
    return (Span){p->source, start, end};
}

static inline Span token_span(const Parse *p, Token token)
{
    return span_between(p, token.start, token.end);
}

static inline Str token_text(const Parse *p, Token token)
{
    return (Str){p->source->text.s + token.start, token.end - token.start};
}

static inline Items build_items(uint32_t count, Token open, Token close)
{
    return (Items){.count = count, .start = open.start, .end = close.end};
}

/* What a token means (literal.c). */
Str literal_text(Parse *p, Token token);
Literal literal_number(Parse *p, Token token);
Literal literal_of(Parse *p, Token token);
Name literal_name(Parse *p, Token token);

/* The text of a template's token, which is `last` if it ends the template; of a heredoc as it
 * is written, to be unindented by `literal_unindent` once all parts are known. `head` is the
 * token that opened the template. */
Str literal_part(Parse *p, Token token, Token head, bool last);
void literal_unindent(Parse *p, TemplatePart *parts, int64_t count);

/* Statements */
void build_statement(Parse *p, Node *expr);
void build_let(Parse *p, Token let, Token name, TypeNode *type, Node *expr);

/* The block of a whole query or script; the last statement of a query must give a value. */
Node *build_query(Parse *p, uint32_t count, uint32_t end, bool script);

/* The one statement on the stack, which must be a lambda; `end`: of the source. */
Node *build_only_lambda(Parse *p, uint32_t count, uint32_t end);

/* Expressions */
Node *build_path(Parse *p, Node *expr);  /* refuses all but `.a["b"][0]` */
Node *build_plain(Parse *p, Node *expr); /* refuses a short lambda */
Node *build_selected(Node *expr);        /* the body of a short lambda, in a projection */
Node *build_if(Parse *p, Token start, Node *condition, Node *then, Node *otherwise);
Node *build_at(Parse *p, Token start, Node *time, Node *body);
Node *build_match(Parse *p, Token start, Node *subject, uint32_t count, Token close);
void build_case(Parse *p, PatternNode *pattern, Node *body);
Node *build_lambda(Parse *p, Items params, Node *body);
Node *build_lambda_of_id(Parse *p, Token param, Node *body);
Node *build_operator(Parse *p, Operator op, Token token, Node *left, Node *right);
Node *build_unary(Parse *p, Operator op, Token token, Node *operand);
Node *build_project(Parse *p, Node *base, Items fields);
void build_projected(Parse *p, Token name, const Items *fields);

/* Chains */
Postfix build_base(Node *base);
Postfix build_this(Parse *p, Token dot);
void build_select(Parse *p, Postfix *chain, Token dot, Token name);
void build_apply(Parse *p, Postfix *chain, const Token *dot, Items args);
void build_access(Parse *p, Postfix *chain, const Token *dot, Items args);
void build_bang(Parse *p, Postfix *chain, Token bang);
Node *build_chain(Parse *p, Postfix chain);

/* Primaries */
Node *build_id(Parse *p, Token name);
Node *build_number(Parse *p, Token number);
Node *build_string(Parse *p, Token string);
Node *build_constant(Parse *p, LiteralKind kind, Token token);
Node *build_placeholder(Parse *p, Token token);
Node *build_tuple(Parse *p, Items elements);
Node *build_array(Parse *p, Items elements);
Node *build_object(Parse *p, Items fields);
Node *build_block(Parse *p, Items statements);
void build_element(Parse *p, Node *expr);
Items build_variadic(Parse *p, uint32_t count, Token open, Token rest, Token close);
void build_field(Parse *p, Token name, Node *value);
void build_template_key(Parse *p, Node *template_);
Items build_template_head(Parse *p, Token head, Node *expr);
Items build_template_more(Parse *p, Items body, Token middle, Node *expr);
Node *build_template(Parse *p, Items body, Token tail);

/* Types. Parentheses with names or `...` in them are a function type without a result until
 * `=>` follows; `build_plain_type` refuses those that stay so. */
TypeNode *build_plain_type(Parse *p, TypeNode *type);
TypeNode *build_type_name(Parse *p, Token name);
TypeNode *build_type_cons(Parse *p, Token name, uint32_t count, Token close);
TypeNode *build_type_literal(Parse *p, Token token);
TypeNode *build_type_tuple(Parse *p, Items members);
TypeNode *build_type_parens(Parse *p, Items params);
TypeNode *build_type_object(Parse *p, Items fields);
TypeNode *build_type_join(Parse *p, TypeKind kind, TypeNode *left, TypeNode *right);
TypeNode *build_type_function(Parse *p, TypeNode *params, TypeNode *result);
TypeNode *build_type_nullable(Parse *p, TypeNode *type, Token mark);
void build_type_item(Parse *p, TypeNode *type);
void build_type_param(Parse *p, const Token *name, TypeNode *type, bool variadic);
void build_type_field(Parse *p, Token name, TypeNode *type); /* NULL: `...` */
void build_type_default(Parse *p, Token name, TypeNode *type, Node *value);

/* Patterns */
PatternNode *build_bind(Parse *p, Token name, PatternNode *inner);
PatternNode *build_type_pattern(Parse *p, TypeNode *type);
PatternNode *build_literal_pattern(Parse *p, Token token);
PatternNode *build_object_pattern(Parse *p, Items fields);
PatternNode *build_tuple_pattern(Parse *p, Items members);
PatternNode *build_array_pattern(Parse *p, Items members, PatternNode *rest);
void build_pattern_item(Parse *p, PatternNode *pattern);
void build_pattern_field(Parse *p, Token name, PatternNode *pattern);

/* The parser that Lemon wrote, and which tokens it would take next. It needs no memory but
 * FQL_PARSER_BYTES, mostly its stack. */
enum { FQL_PARSER_BYTES = 8192 * 24 + 64 };
void fql_expected(const void *parser, bool *expected);
bool fql_takes(const void *parser, uint32_t kind);
void FqlParserInit(void *parser, Parse *p);
void FqlParser(void *parser, int kind, Token token);

#endif
