/* fql: the grammar of FQL 10, LALR(1), for Lemon. A conflict fails the build.
 *
 * The layout pass (layout.h) has dealt with newlines, signs and brackets before a token comes
 * here; build.h makes the nodes. Lists are counted here and kept on stacks in Parse, so that
 * each ends up as one array of its exact length.
 *
 *   statement   let x = e, or an expression
 *   expr        what may stand anywhere: operations, projections, if, at, match, lambdas
 *   operation   operators between terms, by precedence
 *   term        unary operators before a postfix
 *   postfix     a primary and its chain: .a ?.b (c) [d] !
 */
%name FqlParser
%token_prefix FQL_
%token_type {Token}
%extra_context {Parse *p}
%stack_size 8192
%include {
#include "grammar/build.h"
#include "fql.h"

#define YYNOERRORRECOVERY 1

/* token.def and the list below must agree. */
#define FQL_END 0
#define TOKEN(name, shown, flags) _Static_assert(TOKEN_##name == FQL_##name, "same order");
#include "grammar/token.def"
#undef TOKEN
}
%syntax_error { (void)yymajor; parse_see_syntax_error(p, TOKEN); }
%stack_overflow { parse_see_overflow(p); }

%token SEP ID NAME NUMBER STRING TEMPLATE_HEAD TEMPLATE_MIDDLE TEMPLATE_TAIL PLACEHOLDER
       KEY_NULL KEY_TRUE KEY_FALSE KEY_IF KEY_ELSE KEY_AT KEY_MATCH KEY_CASE KEY_LET KEY_ISA
       KEY_RESERVED PAREN_OPEN PAREN_CLOSE BRACKET_OPEN BRACKET_CLOSE BRACE_OPEN BRACE_CLOSE
       TYPE_OPEN TYPE_CLOSE DOT OPTIONAL_DOT DOTS COMMA COLON EQUALS DEFAULT ARROW TYPE_ARROW AT_SIGN
       QUESTION COALESCE OR AND EQ NE MATCHES NOT_MATCHES GT LT GE LE BIT_OR BIT_XOR BIT_AND
       PLUS MINUS STAR SLASH PERCENT POW NOT BANG BIT_NOT UNKNOWN BROKEN START_STATEMENT
       START_EXPR START_TYPE START_PATTERN.

/* Precedence, loosest first. */
%nonassoc KEY_IF.
%nonassoc KEY_ELSE.
%right TYPE_ARROW.
%left COALESCE.
%left OR.
%left AND.
%left EQ NE MATCHES NOT_MATCHES.
%left GT LT GE LE.
%left KEY_ISA.
%left BIT_OR.
%left BIT_XOR.
%left BIT_AND.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
%right POW.
%left QUESTION.

%type statements    {uint32_t}
%type expr          {Node *}
%type operation     {Node *}
%type term          {Node *}
%type postfix       {Postfix}
%type parens        {Items}
%type brackets      {Items}
%type elements      {uint32_t}
%type fields        {uint32_t}
%type projection    {Items}
%type projected     {uint32_t}
%type cases         {uint32_t}
%type template      {Node *}
%type template_body {Items}
%type type          {TypeNode *}
%type types         {uint32_t}
%type type_params   {uint32_t}
%type type_fields   {uint32_t}
%type pattern       {PatternNode *}
%type patterns      {uint32_t}
%type pattern_fields {uint32_t}

input ::= START_STATEMENT statement.
input ::= START_EXPR expr(A).       { p->node = A; }
input ::= START_TYPE type(A).       { p->type = build_plain_type(p, A); }
input ::= START_PATTERN pattern(A). { p->pattern = A; }

/* Statements */
statement ::= expr(A).                                     { build_statement(p, A); }
statement ::= KEY_LET(A) ID(B) EQUALS expr(C).             { build_let(p, A, B, NULL, C); }
statement ::= KEY_LET(A) ID(B) COLON type(C) EQUALS expr(D). { build_let(p, A, B, C, D); }

statements(A) ::= statement.                   { A = 1; }
statements(A) ::= statements(B) SEP statement. { A = B + 1; }
separator ::= .
separator ::= SEP.

/* Expressions */
expr(A) ::= operation(A).
expr(A) ::= operation(B) projection(C).                { A = build_project(p, B, C); }
expr(A) ::= KEY_IF(B) PAREN_OPEN expr(C) PAREN_CLOSE expr(D). [KEY_IF] { A = build_if(p, B, C, D, NULL); }
expr(A) ::= KEY_IF(B) PAREN_OPEN expr(C) PAREN_CLOSE expr(D) KEY_ELSE expr(E). { A = build_if(p, B, C, D, E); }
expr(A) ::= KEY_AT(B) PAREN_OPEN expr(C) PAREN_CLOSE expr(D). { A = build_at(p, B, C, D); }
expr(A) ::= KEY_MATCH(B) term(C) BRACE_OPEN BRACE_CLOSE(D). { A = build_match(p, B, C, 0, D); }
expr(A) ::= KEY_MATCH(B) term(C) BRACE_OPEN cases(D) separator BRACE_CLOSE(E). { A = build_match(p, B, C, D, E); }
expr(A) ::= ID(B) ARROW expr(C).                       { A = build_lambda_of_id(p, B, C); }
expr(A) ::= parens(B) ARROW expr(C).                   { A = build_lambda(p, B, C); }

cases(A) ::= case.                    { A = 1; }
cases(A) ::= cases(B) SEP case.       { A = B + 1; }
case ::= KEY_CASE pattern(A) ARROW expr(B). { build_case(p, A, B); }

projection(A) ::= BRACE_OPEN(B) STAR BRACE_CLOSE(C).                { A = build_items(0, B, C); A.flag = true; }
projection(A) ::= BRACE_OPEN(B) projected(C) comma BRACE_CLOSE(D).  { A = build_items(C, B, D); }
projected(A) ::= projected_field.                    { A = 1; }
projected(A) ::= projected(B) COMMA projected_field. { A = B + 1; }
projected_field ::= ID(A).                           { build_projected(p, A, NULL); }
projected_field ::= ID(A) projection(B).             { build_projected(p, A, &B); }
projected_field ::= ID(A) COLON expr(B).             { build_field(p, A, build_selected(B)); }
comma ::= .
comma ::= COMMA.

/* Operators */
operation(A) ::= term(A).
operation(A) ::= operation(B) COALESCE(T) operation(C).   { A = build_operator(p, OP_COALESCE, T, B, C); }
operation(A) ::= operation(B) OR(T) operation(C).         { A = build_operator(p, OP_OR, T, B, C); }
operation(A) ::= operation(B) AND(T) operation(C).        { A = build_operator(p, OP_AND, T, B, C); }
operation(A) ::= operation(B) EQ(T) operation(C).         { A = build_operator(p, OP_EQ, T, B, C); }
operation(A) ::= operation(B) NE(T) operation(C).         { A = build_operator(p, OP_NE, T, B, C); }
operation(A) ::= operation(B) MATCHES(T) operation(C).    { A = build_operator(p, OP_MATCHES, T, B, C); }
operation(A) ::= operation(B) NOT_MATCHES(T) operation(C).{ A = build_operator(p, OP_NOT_MATCHES, T, B, C); }
operation(A) ::= operation(B) GT(T) operation(C).         { A = build_operator(p, OP_GT, T, B, C); }
operation(A) ::= operation(B) LT(T) operation(C).         { A = build_operator(p, OP_LT, T, B, C); }
operation(A) ::= operation(B) GE(T) operation(C).         { A = build_operator(p, OP_GE, T, B, C); }
operation(A) ::= operation(B) LE(T) operation(C).         { A = build_operator(p, OP_LE, T, B, C); }
operation(A) ::= operation(B) KEY_ISA(T) operation(C).    { A = build_operator(p, OP_ISA, T, B, C); }
operation(A) ::= operation(B) BIT_OR(T) operation(C).     { A = build_operator(p, OP_BIT_OR, T, B, C); }
operation(A) ::= operation(B) BIT_XOR(T) operation(C).    { A = build_operator(p, OP_BIT_XOR, T, B, C); }
operation(A) ::= operation(B) BIT_AND(T) operation(C).    { A = build_operator(p, OP_BIT_AND, T, B, C); }
operation(A) ::= operation(B) PLUS(T) operation(C).       { A = build_operator(p, OP_ADD, T, B, C); }
operation(A) ::= operation(B) MINUS(T) operation(C).      { A = build_operator(p, OP_SUB, T, B, C); }
operation(A) ::= operation(B) STAR(T) operation(C).       { A = build_operator(p, OP_MUL, T, B, C); }
operation(A) ::= operation(B) SLASH(T) operation(C).      { A = build_operator(p, OP_DIV, T, B, C); }
operation(A) ::= operation(B) PERCENT(T) operation(C).    { A = build_operator(p, OP_MOD, T, B, C); }
operation(A) ::= operation(B) POW(T) operation(C).        { A = build_operator(p, OP_POW, T, B, C); }

term(A) ::= postfix(B).       { A = build_chain(p, B); }
term(A) ::= MINUS(B) term(C).   { A = build_unary(p, OP_NEGATE, B, C); }
term(A) ::= NOT(B) term(C).     { A = build_unary(p, OP_NOT, B, C); }
term(A) ::= BIT_NOT(B) term(C). { A = build_unary(p, OP_BIT_NOT, B, C); }

/* Chains */
postfix(A) ::= postfix(A) DOT(B) ID(C).                { build_select(p, &A, B, C); }
postfix(A) ::= postfix(A) OPTIONAL_DOT(B) ID(C).       { build_select(p, &A, B, C); }
postfix(A) ::= postfix(A) parens(B).                   { build_apply(p, &A, NULL, B); }
postfix(A) ::= postfix(A) OPTIONAL_DOT(B) parens(C).   { build_apply(p, &A, &B, C); }
postfix(A) ::= postfix(A) brackets(B).                 { build_access(p, &A, NULL, B); }
postfix(A) ::= postfix(A) OPTIONAL_DOT(B) brackets(C). { build_access(p, &A, &B, C); }
postfix(A) ::= postfix(A) BANG(B).                     { build_bang(p, &A, B); }
postfix(A) ::= DOT(B) ID(C).       { A = build_this(p, B); build_select(p, &A, B, C); }
postfix(A) ::= DOT(B) parens(C).   { A = build_this(p, B); build_apply(p, &A, NULL, C); }
postfix(A) ::= DOT(B) brackets(C). { A = build_this(p, B); build_access(p, &A, NULL, C); }

/* Primaries */
postfix(A) ::= ID(B).          { A = build_base(build_id(p, B)); }
postfix(A) ::= NUMBER(B).      { A = build_base(build_number(p, B)); }
postfix(A) ::= STRING(B).      { A = build_base(build_string(p, B)); }
postfix(A) ::= KEY_NULL(B).    { A = build_base(build_constant(p, LITERAL_NULL, B)); }
postfix(A) ::= KEY_TRUE(B).    { A = build_base(build_constant(p, LITERAL_TRUE, B)); }
postfix(A) ::= KEY_FALSE(B).   { A = build_base(build_constant(p, LITERAL_FALSE, B)); }
postfix(A) ::= PLACEHOLDER(B). { A = build_base(build_placeholder(p, B)); }
postfix(A) ::= template(B).    { A = build_base(B); }
postfix(A) ::= parens(B).      { A = build_base(build_tuple(p, B)); }
postfix(A) ::= brackets(B).    { A = build_base(build_array(p, B)); }
postfix(A) ::= BRACE_OPEN(B) BRACE_CLOSE(C).                      { A = build_base(build_object(p, build_items(0, B, C))); }
postfix(A) ::= BRACE_OPEN(B) fields(C) comma BRACE_CLOSE(D).      { A = build_base(build_object(p, build_items(C, B, D))); }
postfix(A) ::= BRACE_OPEN(B) statements(C) separator BRACE_CLOSE(D). { A = build_base(build_block(p, build_items(C, B, D))); }

parens(A) ::= PAREN_OPEN(B) PAREN_CLOSE(C).                   { A = build_items(0, B, C); }
parens(A) ::= PAREN_OPEN(B) elements(C) comma PAREN_CLOSE(D). { A = build_items(C, B, D); }
parens(A) ::= PAREN_OPEN(B) DOTS ID(C) PAREN_CLOSE(D).                 { A = build_variadic(p, 0, B, C, D); }
parens(A) ::= PAREN_OPEN(B) elements(C) comma DOTS ID(D) PAREN_CLOSE(E). { A = build_variadic(p, C, B, D, E); }
brackets(A) ::= BRACKET_OPEN(B) BRACKET_CLOSE(C).                   { A = build_items(0, B, C); }
brackets(A) ::= BRACKET_OPEN(B) elements(C) comma BRACKET_CLOSE(D). { A = build_items(C, B, D); }
elements(A) ::= expr(B).                   { build_element(p, B); A = 1; }
elements(A) ::= elements(B) COMMA expr(C). { build_element(p, C); A = B + 1; }

fields(A) ::= field.                 { A = 1; }
fields(A) ::= fields(B) COMMA field. { A = B + 1; }
field ::= ID(A) COLON expr(B).       { build_field(p, A, build_plain(p, B)); }
field ::= NAME(A) COLON expr(B).     { build_field(p, A, build_plain(p, B)); }
field ::= STRING(A) COLON expr(B).   { build_field(p, A, build_plain(p, B)); }
field ::= template(A) COLON expr.    { build_template_key(p, A); }

template(A) ::= template_body(B) TEMPLATE_TAIL(C).                 { A = build_template(p, B, C); }
template_body(A) ::= TEMPLATE_HEAD(B) expr(C).                     { A = build_template_head(p, B, C); }
template_body(A) ::= template_body(B) TEMPLATE_MIDDLE(C) expr(D).  { A = build_template_more(p, B, C, D); }

/* Types */
type(A) ::= ID(B).          { A = build_type_name(p, B); }
type(A) ::= ID(B) TYPE_OPEN types(C) comma TYPE_CLOSE(D). { A = build_type_cons(p, B, C, D); }
type(A) ::= NUMBER(B).      { A = build_type_literal(p, B); }
type(A) ::= STRING(B).      { A = build_type_literal(p, B); }
type(A) ::= KEY_TRUE(B).    { A = build_type_literal(p, B); }
type(A) ::= KEY_FALSE(B).   { A = build_type_literal(p, B); }
type(A) ::= BRACKET_OPEN(B) BRACKET_CLOSE(C).                     { A = build_type_tuple(p, build_items(0, B, C)); }
type(A) ::= BRACKET_OPEN(B) types(C) comma BRACKET_CLOSE(D).      { A = build_type_tuple(p, build_items(C, B, D)); }
type(A) ::= PAREN_OPEN(B) PAREN_CLOSE(C).                         { A = build_type_parens(p, build_items(0, B, C)); }
type(A) ::= PAREN_OPEN(B) type_params(C) comma PAREN_CLOSE(D).    { A = build_type_parens(p, build_items(C, B, D)); }
type(A) ::= BRACE_OPEN(B) BRACE_CLOSE(C).                         { A = build_type_object(p, build_items(0, B, C)); }
type(A) ::= BRACE_OPEN(B) type_fields(C) type_separator BRACE_CLOSE(D). { A = build_type_object(p, build_items(C, B, D)); }
type(A) ::= type(B) BIT_OR type(C).     { A = build_type_join(p, TYPE_UNION, B, C); }
type(A) ::= type(B) BIT_AND type(C).    { A = build_type_join(p, TYPE_INTERSECT, B, C); }
type(A) ::= type(B) TYPE_ARROW type(C). { A = build_type_function(p, B, C); }
type(A) ::= type(B) QUESTION(C).        { A = build_type_nullable(p, B, C); }

types(A) ::= type(B).                { build_type_item(p, build_plain_type(p, B)); A = 1; }
types(A) ::= types(B) COMMA type(C). { build_type_item(p, build_plain_type(p, C)); A = B + 1; }

type_params(A) ::= type_param.                      { A = 1; }
type_params(A) ::= type_params(B) COMMA type_param. { A = B + 1; }
type_param ::= type(A).               { build_type_param(p, NULL, A, false); }
type_param ::= ID(A) COLON type(B).   { build_type_param(p, &A, B, false); }
type_param ::= DOTS type(A).          { build_type_param(p, NULL, A, true); }
type_param ::= ID(A) COLON DOTS type(B). { build_type_param(p, &A, B, true); }
type_param ::= DOTS ID(A) COLON type(B). { build_type_param(p, &A, B, true); }

type_fields(A) ::= type_field.                           { A = 1; }
type_fields(A) ::= type_fields(B) COMMA type_field.      { A = B + 1; }
type_fields(A) ::= type_fields(B) SEP type_field.        { A = B + 1; }
type_field ::= ID(A) COLON type(B).     { build_type_field(p, A, B); }
type_field ::= STRING(A) COLON type(B). { build_type_field(p, A, B); }
type_field ::= ID(A) COLON type(B) DEFAULT expr(C).     { build_type_default(p, A, B, C); }
type_field ::= STRING(A) COLON type(B) DEFAULT expr(C). { build_type_default(p, A, B, C); }
type_field ::= STAR(A) COLON type(B).   { build_type_field(p, A, B); }
type_field ::= DOTS(A).                 { build_type_field(p, A, NULL); }
type_separator ::= .
type_separator ::= SEP.
type_separator ::= COMMA.

/* Patterns */
pattern(A) ::= ID(B).                  { A = build_bind(p, B, NULL); }
pattern(A) ::= ID(B) COLON type(C).    { A = build_bind(p, B, build_type_pattern(p, C)); }
pattern(A) ::= ID(B) AT_SIGN pattern(C). { A = build_bind(p, B, C); }
pattern(A) ::= NUMBER(B).              { A = build_literal_pattern(p, B); }
pattern(A) ::= STRING(B).              { A = build_literal_pattern(p, B); }
pattern(A) ::= KEY_NULL(B).            { A = build_literal_pattern(p, B); }
pattern(A) ::= KEY_TRUE(B).            { A = build_literal_pattern(p, B); }
pattern(A) ::= KEY_FALSE(B).           { A = build_literal_pattern(p, B); }
pattern(A) ::= BRACE_OPEN(B) BRACE_CLOSE(C).                        { A = build_object_pattern(p, build_items(0, B, C)); }
pattern(A) ::= BRACE_OPEN(B) pattern_fields(C) comma BRACE_CLOSE(D). { A = build_object_pattern(p, build_items(C, B, D)); }
pattern(A) ::= PAREN_OPEN(B) PAREN_CLOSE(C).                        { A = build_tuple_pattern(p, build_items(0, B, C)); }
pattern(A) ::= PAREN_OPEN(B) patterns(C) comma PAREN_CLOSE(D).      { A = build_tuple_pattern(p, build_items(C, B, D)); }
pattern(A) ::= BRACKET_OPEN(B) BRACKET_CLOSE(C).                    { A = build_array_pattern(p, build_items(0, B, C), NULL); }
pattern(A) ::= BRACKET_OPEN(B) patterns(C) BRACKET_CLOSE(D).        { A = build_array_pattern(p, build_items(C, B, D), NULL); }
pattern(A) ::= BRACKET_OPEN(B) DOTS pattern(C) BRACKET_CLOSE(D).    { A = build_array_pattern(p, build_items(0, B, D), C); }
pattern(A) ::= BRACKET_OPEN(B) patterns(C) COMMA DOTS pattern(D) BRACKET_CLOSE(E). { A = build_array_pattern(p, build_items(C, B, E), D); }

patterns(A) ::= pattern(B).                   { build_pattern_item(p, B); A = 1; }
patterns(A) ::= patterns(B) COMMA pattern(C). { build_pattern_item(p, C); A = B + 1; }
pattern_fields(A) ::= pattern_field.                         { A = 1; }
pattern_fields(A) ::= pattern_fields(B) COMMA pattern_field. { A = B + 1; }
pattern_field ::= ID(A).                     { build_pattern_field(p, A, build_bind(p, A, NULL)); }
pattern_field ::= ID(A) COLON pattern(B).    { build_pattern_field(p, A, B); }
pattern_field ::= STRING(A) COLON pattern(B). { build_pattern_field(p, A, B); }

%code {
_Static_assert(sizeof(yyParser) <= FQL_PARSER_BYTES, "the stack has room");

/* Whether the parser, as it stands, would take `kind`: the reductions that it calls for are
 * followed on a copy of the states. */
static bool would_take(const yyParser *parser, YYACTIONTYPE *states, int kind)
{
    int64_t top = parser->yytos - parser->yystack;
    for (int64_t i = 0; i <= top; i++) {
        states[i] = parser->yystack[i].stateno;
    }
    for (;;) {
        YYACTIONTYPE action = yy_find_shift_action((YYCODETYPE)kind, states[top]);
        if (action <= YY_MAX_SHIFTREDUCE || action == YY_ACCEPT_ACTION) {
            return true;
        }
        if (action < YY_MIN_REDUCE) {
            return false;
        }
        int rule = action - YY_MIN_REDUCE;
        top += yyRuleInfoNRhs[rule];
        YYACTIONTYPE next = yy_find_reduce_action(states[top], yyRuleInfoLhs[rule]);
        if (next == YY_ACCEPT_ACTION) {
            return true;
        }
        states[++top] = next;
    }
}

bool fql_takes(const void *parser, uint32_t kind)
{
    YYACTIONTYPE states[YYSTACKDEPTH + 1];
    return would_take(parser, states, (int)kind);
}

void fql_expected(const void *parser, bool *expected)
{
    YYACTIONTYPE states[YYSTACKDEPTH + 1];
    for (int kind = 0; kind < TOKEN_UNKNOWN; kind++) {
        expected[kind] = would_take(parser, states, kind);
    }
}
}
