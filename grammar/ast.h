/* ast: the syntax tree of FQL 10. It says what was written, not what it means.
 *
 * One struct per kind in a union. All of a tree lives in the arena it was parsed into; it is
 * read-only once parsed. `depth` is the height of the node's subtree: the parser refuses more
 * than AST_DEPTH_MAX, so every recursion over trees is bounded.
 *
 *   Movie.where(.stars >= 4)!       CHAIN
 *                                    ├─ base   ID "Movie"
 *                                    ├─ METHOD where (args: SHORT_LAMBDA
 *                                    │                       └─ OPERATOR >=
 *                                    │                            ├─ CHAIN (THIS) SELECT stars
 *                                    │                            └─ LITERAL 4)
 *                                    └─ BANG
 *
 * The shapes follow the reference's (ext/fql/shared/src/main/scala/ast/package.scala).
 */
#ifndef FAWN_GRAMMAR_AST_H
#define FAWN_GRAMMAR_AST_H

#include "runtime/base/diag.h"
#include "runtime/base/limits.h"

typedef struct Node Node;
typedef struct TypeNode TypeNode;
typedef struct PatternNode PatternNode;

typedef struct Name {
    Str text;
    Span span;
} Name;

typedef struct NodeList {
    Node **at;
    int64_t len;
} NodeList;

typedef enum NodeKind {
    NODE_ID,           /* x */
    NODE_THIS,         /* what a short lambda's leading dot selects from, or a projection's field */
    NODE_LITERAL,      /* null true 1 1.5 "s" */
    NODE_TEMPLATE,     /* "a #{x} b" and heredocs with parts */
    NODE_VALUE,        /* a value in a query template ({"value": …}): placeholder number */
    NODE_IF,           /* if (p) a, if (p) a else b */
    NODE_AT,           /* at (t) e */
    NODE_MATCH,        /* match e { case p => e … } */
    NODE_LAMBDA,       /* (a, ...b) => e and x => e */
    NODE_SHORT_LAMBDA, /* .a > 3 */
    NODE_OPERATOR,     /* a + b, -a, !a, ~a, a isa B, a ?? b … */
    NODE_CHAIN,        /* a.b?.c(d)[e]! */
    NODE_PROJECT,      /* e { a, b: c }, e { * } */
    NODE_OBJECT,       /* { a: 1 } */
    NODE_TUPLE,        /* (a) is a; (a, b) is an array */
    NODE_ARRAY,        /* [a] */
    NODE_BLOCK,        /* { let a = 1 ⏎ a } and a whole query */
} NodeKind;

typedef enum LiteralKind {
    LITERAL_NULL,
    LITERAL_TRUE,
    LITERAL_FALSE,
    LITERAL_INT,    /* fits 64 bits: `integer` */
    LITERAL_BIGINT, /* does not: `text` holds its decimal digits and sign; it means a Double */
    LITERAL_FLOAT,  /* `text` as written, underscores removed; `number` its value */
    LITERAL_STRING, /* `text`, escapes resolved */
} LiteralKind;

typedef struct Literal {
    LiteralKind kind;
    int64_t integer;
    double number;
    Str text;
} Literal;

/* Operators, binary and unary. The spelling is `operator_text`. */
typedef enum Operator {
    OP_COALESCE, /* ?? */
    OP_OR,
    OP_AND,
    OP_EQ,
    OP_NE,
    OP_MATCHES,     /* =~ */
    OP_NOT_MATCHES, /* !~ */
    OP_GT,
    OP_LT,
    OP_GE,
    OP_LE,
    OP_ISA,
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_BIT_AND,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    OP_POW,
    OP_NEGATE,  /* unary - */
    OP_NOT,     /* unary ! */
    OP_BIT_NOT, /* unary ~ */
} Operator;

/* The operator as written, e.g. "??". */
Str operator_text(Operator op);

/* A part of a template: text, or an expression. */
typedef struct TemplatePart {
    Str text; /* when `expr` is NULL */
    Node *expr;
} TemplatePart;

typedef struct MatchCase {
    PatternNode *pattern;
    Node *body;
} MatchCase;

/* A field of an object literal or a projection. In a projection, the value of a bare `a` is
 * the chain THIS.a; a short lambda `.x` was unwrapped: it selects from THIS. */
typedef struct Field {
    Name name;
    Node *value;
} Field;

typedef struct Statement {
    bool is_let;
    Name name;      /* let: the variable */
    TypeNode *type; /* let: its type, or NULL */
    Node *expr;
    Span span;
} Statement;

typedef enum LinkKind {
    LINK_SELECT, /* .name  ?.name */
    LINK_BANG,   /* ! */
    LINK_APPLY,  /* (args)  ?.(args) */
    LINK_METHOD, /* .name(args): a select followed at once by an apply */
    LINK_ACCESS, /* [args]  ?.[args] */
} LinkKind;

/* One component of a chain. */
typedef struct Link {
    LinkKind kind;
    bool optional;       /* `?.` before the name, or before ( or [ of APPLY and ACCESS */
    bool apply_optional; /* METHOD: `?.` before its ( */
    Name name;           /* SELECT, METHOD */
    Span dot;            /* `.` or `?.`; empty where there is none */
    Span span;           /* ! ; the brackets with what is in them; for SELECT: dot to name */
    NodeList args;
} Link;

struct Node {
    NodeKind kind;
    uint16_t depth;
    Span span;
    union {
        Name id;
        Literal literal;
        struct {
            TemplatePart *parts;
            int64_t count;
        } template_;
        int64_t value_index;
        struct {
            Node *condition, *then, *otherwise; /* `otherwise` NULL: none */
        } if_;
        struct {
            Node *time, *body;
        } at;
        struct {
            Node *subject;
            MatchCase *cases;
            int64_t count;
        } match;
        struct {
            Name *params; /* a name "_" is not bound */
            int64_t count;
            bool variadic; /* then the last of `params` collects the rest */
            Node *body;
        } lambda;
        Node *short_lambda; /* the body, which contains THIS */
        struct {
            Operator op;
            Name name;          /* as written, with its place */
            Node *left, *right; /* unary: `right` NULL */
        } operator_;
        struct {
            Node *base;
            Link *links;
            int64_t count;
        } chain;
        struct {
            Node *base;
            Field *fields;
            int64_t count;
            bool all; /* { * } */
        } project;
        struct {
            Field *fields;
            int64_t count;
        } object;
        NodeList list; /* TUPLE, ARRAY */
        struct {
            Statement *statements;
            int64_t count;
        } block;
    } u;
};

typedef enum TypeKind {
    TYPE_HOLE, /* _ */
    TYPE_ANY,
    TYPE_NEVER,
    TYPE_SINGLETON, /* a literal */
    TYPE_NAME,      /* String */
    TYPE_CONS,      /* Array<String> */
    TYPE_OBJECT,    /* { a: T, *: U }; interface when `...` ends it */
    TYPE_TUPLE,     /* [A, B] */
    TYPE_FUNCTION,  /* (a: A, ...B) => C */
    TYPE_UNION,
    TYPE_INTERSECT,
    TYPE_DIFFERENCE,
    TYPE_RECURSIVE,
    TYPE_NULLABLE, /* T? */
} TypeKind;

typedef struct TypeField {
    Name name; /* empty text: the wildcard `*` */
    TypeNode *type;
    Node *default_; /* schema types only */
} TypeField;

typedef struct TypeParam {
    Name name; /* empty text: unnamed */
    TypeNode *type;
} TypeParam;

struct TypeNode {
    TypeKind kind;
    uint16_t depth;
    Span span;
    union {
        Literal singleton;
        struct {
            Name name;
            TypeNode **args; /* CONS, and the members of TUPLE, UNION, INTERSECT; the two
                              * sides of DIFFERENCE; the inner type of NULLABLE, RECURSIVE */
            int64_t count;
            Span mark; /* NULLABLE: the question mark */
        } group;
        struct {
            TypeField *fields;
            int64_t count;
            bool interface;
        } object;
        struct {
            TypeParam *params;
            int64_t count;
            bool variadic; /* then the last of `params` is `...T` */
            TypeNode *result;
        } function;
    } u;
};

typedef enum PatternKind {
    PATTERN_HOLE, /* _  _: T  _ @ p */
    PATTERN_BIND, /* x  x: T  x @ p */
    PATTERN_TYPE, /* the T of the two above */
    PATTERN_LITERAL,
    PATTERN_OBJECT, /* { a, b: p } */
    PATTERN_ARRAY,  /* [p, q, ...r], and tuples of any length but one */
} PatternKind;

typedef struct PatternField {
    Name name;
    PatternNode *pattern;
} PatternField;

struct PatternNode {
    PatternKind kind;
    uint16_t depth;
    Span span;
    union {
        struct {
            Name name;          /* BIND */
            PatternNode *inner; /* NULL: none */
        } bind;
        TypeNode *type;
        Literal literal;
        struct {
            PatternField *fields;
            int64_t count;
        } object;
        struct {
            PatternNode **at;
            int64_t count;
            PatternNode *rest; /* NULL: none */
        } array;
    } u;
};

/* Writes a tree back as FQL in canonical form (reference: ast/Display.scala). */
void ast_display(Buf *out, const Node *node);
void ast_display_query(Buf *out, const Node *block);
void ast_display_type(Buf *out, const TypeNode *type);
void ast_display_pattern(Buf *out, const PatternNode *pattern);

/* Writes a tree as an S-expression, for `.ast` and golden tests. */
void ast_dump(Buf *out, const Node *node);

#endif
