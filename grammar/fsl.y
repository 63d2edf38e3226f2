/* fsl: the grammar of schemas, LALR(1), for Lemon. A conflict fails the build.
 *
 * fsl.c cuts the text into the tokens used here; values, types, paths and the bodies of
 * functions come as one token each, with their trees (part.h).
 */
%name FslParser
%token_prefix FSL_T_
%token_type {FslToken}
%extra_context {FslParse *p}
%stack_size 512
%include {
#include "grammar/fsl_build.h"
#include "fsl.h"

#define YYNOERRORRECOVERY 1

/* fsl_token.def and the list below must agree. */
#define FSL_T_END 0
#define TOKEN(name) _Static_assert((int)FSL_TOKEN_##name == FSL_T_##name, "same order");
#include "grammar/fsl_token.def"
#undef TOKEN
}
%syntax_error { (void)yymajor; (void)TOKEN; p->stopped = true; }
%stack_overflow { p->stopped = p->too_deep = true; }

%token SEP ANNOTATION NAME FIELD COMPUTE WORD BARE FUNCTION ACCESS OTHER MIGRATE_NONE MIGRATE_PATH
       MIGRATE_MOVE MIGRATE_SPLIT MIGRATE_VALUE BRACE_OPEN BRACE_CLOSE PAREN_OPEN PAREN_CLOSE
       BRACKET_OPEN BRACKET_CLOSE COMMA DOTS COLON EQUALS ARROW EXPR PATH TYPE BODY INVALID UNKNOWN.

%type items       {uint32_t}
%type list        {uint32_t}
%type annotations {uint32_t}
%type entry       {FslEntry}
%type value       {FslValue}
%type params      {uint32_t}
%type param_list  {uint32_t}
%type paths       {uint32_t}

schema ::= items(A). { fsl_build_items(p, A); }

items(A) ::= .                  { A = 0; }
items(A) ::= list(B).           { A = B; }
list(A) ::= item.               { A = 1; }
list(A) ::= list(B) SEP item.   { A = B + 1; }
item ::= annotations(A) entry(B). { fsl_build_item(p, A, B); }

annotations(A) ::= . { A = 0; }
annotations(A) ::= annotations(B) ANNOTATION(C) PAREN_OPEN NAME(D) PAREN_CLOSE(E).
    { fsl_build_annotation(p, C, D, E); A = B + 1; }

/* Items */
entry(A) ::= WORD(B) value(C).            { A = fsl_build_entry(p, B, NULL, C); }
entry(A) ::= WORD(B) NAME(C) value(D).    { A = fsl_build_entry(p, B, &C, D); }
entry(A) ::= BARE(B) value(C).            { A = fsl_build_entry(p, B, NULL, C); }
entry(A) ::= ACCESS(B) NAME(C) value(D).  { A = fsl_build_entry(p, B, &C, D); }
entry(A) ::= OTHER(B) INVALID(C).         { A = fsl_build_entry(p, B, NULL, fsl_build_invalid(p, C)); }
entry(A) ::= FIELD(B) EQUALS EXPR(C).                  { A = fsl_build_field(p, NULL, B, NULL, &C); }
entry(A) ::= FIELD(B) COLON TYPE(C).                   { A = fsl_build_field(p, NULL, B, &C, NULL); }
entry(A) ::= FIELD(B) COLON TYPE(C) EQUALS EXPR(D).    { A = fsl_build_field(p, NULL, B, &C, &D); }
entry(A) ::= COMPUTE(B) FIELD(C).                      { A = fsl_build_field(p, &B, C, NULL, NULL); }
entry(A) ::= COMPUTE(B) FIELD(C) EQUALS EXPR(D).       { A = fsl_build_field(p, &B, C, NULL, &D); }
entry(A) ::= COMPUTE(B) FIELD(C) COLON TYPE(D).        { A = fsl_build_field(p, &B, C, &D, NULL); }
entry(A) ::= COMPUTE(B) FIELD(C) COLON TYPE(D) EQUALS EXPR(E). { A = fsl_build_field(p, &B, C, &D, &E); }

/* Values */
value(A) ::= .                                       { A = fsl_build_nothing(); }
value(A) ::= BRACE_OPEN(B) items(C) BRACE_CLOSE(D).  { A = fsl_build_block(p, C, B, D); }
value(A) ::= BRACKET_OPEN(B) BRACKET_CLOSE(C).             { A = fsl_build_paths(p, 0, B, C); }
value(A) ::= BRACKET_OPEN(B) paths(C) BRACKET_CLOSE(D).    { A = fsl_build_paths(p, C, B, D); }
value(A) ::= EXPR(B).                                { A = fsl_build_expr(p, B); }

/* Functions */
entry(A) ::= FUNCTION(B) NAME(C) PAREN_OPEN(D) params(E) PAREN_CLOSE(F) BODY(G).
    { A = fsl_build_entry(p, B, &C, fsl_build_signature(p, D, E, F, NULL, G)); }
entry(A) ::= FUNCTION(B) NAME(C) PAREN_OPEN(D) params(E) PAREN_CLOSE(F) COLON TYPE(G) BODY(H).
    { A = fsl_build_entry(p, B, &C, fsl_build_signature(p, D, E, F, &G, H)); }
entry(A) ::= FUNCTION(B) NAME(C) PAREN_OPEN params PAREN_CLOSE INVALID(D).
    { A = fsl_build_entry(p, B, &C, fsl_build_invalid(p, D)); }
entry(A) ::= FUNCTION(B) NAME(C) PAREN_OPEN params PAREN_CLOSE COLON TYPE INVALID(D).
    { A = fsl_build_entry(p, B, &C, fsl_build_invalid(p, D)); }

params(A) ::= .                              { A = 0; }
params(A) ::= param_list(B).                 { A = B; }
params(A) ::= param_list(B) COMMA.           { A = B; }
param_list(A) ::= param.                     { A = 1; }
param_list(A) ::= param_list(B) COMMA param. { A = B + 1; }
param ::= NAME(A).                     { fsl_build_param(p, NULL, A, NULL); }
param ::= NAME(A) COLON TYPE(B).       { fsl_build_param(p, NULL, A, &B); }
param ::= DOTS(A) NAME(B).             { fsl_build_param(p, &A, B, NULL); }
param ::= DOTS(A) NAME(B) COLON TYPE(C). { fsl_build_param(p, &A, B, &C); }

/* Migrations */
entry(A) ::= MIGRATE_NONE(B). { A = fsl_build_entry(p, B, NULL, fsl_build_migration(p, B, 0, NULL)); }
entry(A) ::= MIGRATE_PATH(B) path.
    { A = fsl_build_entry(p, B, NULL, fsl_build_migration(p, B, 1, NULL)); }
entry(A) ::= MIGRATE_MOVE(B) path ARROW path.
    { A = fsl_build_entry(p, B, NULL, fsl_build_migration(p, B, 2, NULL)); }
entry(A) ::= MIGRATE_SPLIT(B) path ARROW.
    { A = fsl_build_entry(p, B, NULL, fsl_build_migration(p, B, 1, NULL)); }
entry(A) ::= MIGRATE_SPLIT(B) path ARROW paths(C).
    { A = fsl_build_entry(p, B, NULL, fsl_build_migration(p, B, C + 1, NULL)); }
entry(A) ::= MIGRATE_VALUE(B) path EQUALS EXPR(C).
    { A = fsl_build_entry(p, B, NULL, fsl_build_migration(p, B, 1, &C)); }

paths(A) ::= path.                { A = 1; }
paths(A) ::= paths(B) COMMA path. { A = B + 1; }
path ::= PATH(A).            { fsl_build_path(p, A); }

%code {
_Static_assert(sizeof(yyParser) <= FSL_PARSER_BYTES, "the stack has room");
}
