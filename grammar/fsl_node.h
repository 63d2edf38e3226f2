/* fsl_node: the items of a schema as they are written, before anyone asks whether they make
 * sense where they stand (schema.h does).
 *
 *   @alias(Film)              collection Movie        COLLECTION, named Movie, with an annotation
 *   collection Movie {        ├─ title: String = ""    FIELD title
 *     title: String = ""      ├─ index byTitle         INDEX, named byTitle
 *     index byTitle {         │  └─ terms [.title]     TERMS, PATHS
 *       terms [.title]        └─ history_days 3        HISTORY_DAYS, an EXPR
 *     }
 *     history_days 3
 *   }
 *
 * The shapes follow the reference's FSL.Node (ext/fql/shared/src/main/scala/ast/package.scala).
 */
#ifndef FAWN_GRAMMAR_FSL_NODE_H
#define FAWN_GRAMMAR_FSL_NODE_H

#include "grammar/ast.h"

typedef enum FslKind {
    FSL_FIELD, /* title: String, compute x = …, *: Any */
#define KEYWORD(name, text, token) FSL_##name,
#include "grammar/fsl_keyword.def"
#undef KEYWORD
    FSL_OTHER, /* a word that means nothing in a schema */
} FslKind;

/* The keyword as written, e.g. "history_days"; "access provider". */
Str fsl_keyword_text(FslKind kind);

typedef struct FslNode FslNode;

/* @alias(Film) */
typedef struct FslAnnotation {
    Name keyword, value;
    Span span;
} FslAnnotation;

typedef enum FslFieldKind { FSL_DEFINED, FSL_COMPUTED, FSL_WILDCARD } FslFieldKind;

typedef struct FslParam {
    Name name;
    TypeNode *type; /* NULL: none */
    bool variadic;
} FslParam;

typedef enum FslValueKind {
    FSL_NOTHING,
    FSL_BLOCK,       /* { items } */
    FSL_PATHS,       /* [.a, desc(.b)] */
    FSL_EXPR,        /* a literal, a lambda in parentheses … */
    FSL_SIGNATURE,   /* (a: A): B { body } */
    FSL_FIELD_VALUE, /* : Type = default */
    FSL_MIGRATION,   /* .a -> .b, or .a = 3 */
    FSL_INVALID,     /* something that cannot be read as any of these */
} FslValueKind;

typedef struct FslValue {
    FslValueKind kind;
    Span span;
    union {
        struct {
            FslNode **at;
            int64_t count;
        } block;
        struct {
            Node **at;
            int64_t count;
        } paths;
        Node *expr;
        struct {
            FslParam *params;
            int64_t count;
            Span parens;
            TypeNode *result; /* NULL: none */
            Node *body;       /* a BLOCK */
        } signature;
        struct {
            FslFieldKind kind;
            TypeNode *type; /* NULL: none */
            Node *default_; /* NULL: none; what `compute` computes with */
        } field;
        struct {
            Node **paths; /* SHORT_LAMBDAs */
            int64_t count;
            Node *value; /* backfill */
        } migration;
        const DiagList *problem; /* INVALID: what is wrong with a function's body, or NULL */
    } u;
} FslValue;

struct FslNode {
    FslKind kind;
    Name keyword; /* as written; of a field: its name, or `compute` */
    Name name;    /* `span.source` NULL: none */
    FslAnnotation *annotations;
    int64_t annotation_count;
    FslValue value;
    Span span;
};

typedef struct FslResult {
    bool ok; /* else `diags` says why not */
    FslNode **items;
    int64_t count;
    DiagList diags;
} FslResult;

/* Reads a whole schema file, which is well-formed UTF-8. Everything lives in `arena`, and
 * points into `source`. */
FslResult parse_fsl(Arena *arena, const Source *source);

/* How migrations are written, for hints. */
#define FSL_MIGRATION_FORMS                                                           \
    "`add .a`, `backfill .a = 1`, `drop .a`, `move .a -> .b`, `split .a -> .b, .c`, " \
    "`move_conflicts .a`, `move_wildcard .a` and `add_wildcard`"

#endif
