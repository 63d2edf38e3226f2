/* fsl_build: what the rules of fsl.y call, the tokens they are about, and the state of a parse.
 *
 * Lists wait on stacks, as in build.h.
 */
#ifndef FAWN_GRAMMAR_FSL_BUILD_H
#define FAWN_GRAMMAR_FSL_BUILD_H

#include "grammar/fsl_node.h"
#include "runtime/base/vec.h"

/* The terminals of fsl.y. */
typedef enum FslTokenKind {
#define TOKEN(name) FSL_TOKEN_##name,
#include "grammar/fsl_token.def"
#undef TOKEN
} FslTokenKind;

typedef struct FslToken {
    uint32_t start, end;
    FslTokenKind kind;
    FslKind word; /* of the tokens that open an item */
    union {
        Node *node;              /* EXPR, PATH, BODY */
        TypeNode *type;          /* TYPE */
        const DiagList *problem; /* INVALID */
    } u;
} FslToken;

typedef VEC(FslToken) FslTokens;

/* Reads a schema as parse_fsl does, and appends its tokens to `tokens`. */
FslResult parse_fsl_tokens(Arena *arena, const Source *source, FslTokens *tokens);

typedef struct FslParse {
    Arena *arena;
    const Source *source;
    bool stopped; /* the last token did not fit, or brackets are too many */
    bool too_deep;
    FslNode **items; /* the result */
    int64_t count;

    VEC(FslNode *) nodes;
    VEC(FslAnnotation) annotations;
    VEC(FslParam) params;
    VEC(Node *) paths;
} FslParse;

/* What an item has between its annotations and its end. */
typedef struct FslEntry {
    FslKind kind;
    Name keyword, name;
    FslValue value;
    Span span;
} FslEntry;

void fsl_build_items(FslParse *p, uint32_t count);
void fsl_build_annotation(FslParse *p, FslToken keyword, FslToken name, FslToken close);
void fsl_build_item(FslParse *p, uint32_t annotations, FslEntry entry);

/* `name` NULL: none. */
FslEntry fsl_build_entry(FslParse *p, FslToken keyword, const FslToken *name, FslValue value);
FslEntry fsl_build_field(FslParse *p, const FslToken *compute, FslToken name, const FslToken *type,
                         const FslToken *value);

FslValue fsl_build_nothing(void);
FslValue fsl_build_block(FslParse *p, uint32_t count, FslToken open, FslToken close);
FslValue fsl_build_paths(FslParse *p, uint32_t count, FslToken open, FslToken close);
FslValue fsl_build_expr(FslParse *p, FslToken token);
FslValue fsl_build_invalid(FslParse *p, FslToken token);
FslValue fsl_build_signature(FslParse *p, FslToken open, uint32_t count, FslToken close,
                             const FslToken *result, FslToken body);
void fsl_build_param(FslParse *p, const FslToken *dots, FslToken name, const FslToken *type);
void fsl_build_path(FslParse *p, FslToken token);
FslValue fsl_build_migration(FslParse *p, FslToken keyword, uint32_t paths, const FslToken *value);

/* The parser that Lemon wrote. It needs no memory but FSL_PARSER_BYTES, mostly its stack. */
enum { FSL_PARSER_BYTES = 512 * 256 + 128 };
void FslParserInit(void *parser, FslParse *p);
void FslParser(void *parser, int kind, FslToken token);

#endif
