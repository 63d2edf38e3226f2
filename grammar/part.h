/* part: the pieces of FQL that a schema holds: values, types, paths, the bodies of functions.
 *
 * Each is parsed where it stands in the schema's text, by the parser of queries, up to what
 * cannot belong to it any more: the end of the line, or a token, outside all of its own brackets,
 * that the parser would not take.
 */
#ifndef FAWN_GRAMMAR_PART_H
#define FAWN_GRAMMAR_PART_H

#include "grammar/ast.h"

typedef enum PartKind {
    PART_EXPR,       /* `3`, `(doc => doc.ok)` */
    PART_TERM,       /* `.a`, `desc(.a)` */
    PART_BODY,       /* `{ … }`, up to the closing brace */
    PART_PATH,       /* `.a.b` */
    PART_TYPE,       /* `Int | String` */
    PART_FIELD_TYPE, /* the same; the fields of its objects may have values: `{ a: Int = 1 }` */
} PartKind;

typedef struct Part {
    Node *node; /* a path is a SHORT_LAMBDA */
    TypeNode *type;
    uint32_t end; /* behind its last token */
    DiagList diags;
} Part;

/* Reads the part that starts at byte `start`. `diags.errors` tells whether it went well. */
Part parse_part(Arena *arena, const Source *source, uint32_t start, PartKind kind);

#endif
