/* schema: what the files of a schema define: collections, functions, roles, access providers.
 *
 *   text ─► fsl.c, fsl.y ─► FslNode ─► schema_*.c ─► Schema
 *                            items      each where it belongs, nothing twice, values of the
 *                                       right kind
 *
 * What a schema means for the data (types that data contradicts, names that are taken …) is
 * for those who put it in force.
 */
#ifndef FAWN_GRAMMAR_SCHEMA_H
#define FAWN_GRAMMAR_SCHEMA_H

#include "grammar/fsl_node.h"
#include "runtime/base/total.h"
#include "runtime/base/vec.h"

/* .address.city, .tags[0] */
typedef struct SchemaStep {
    Str name;
    int64_t index; /* -1: it is a name */
} SchemaStep;

typedef struct SchemaPath {
    SchemaStep *steps;
    int64_t count;
    Span span;
} SchemaPath;

/* A term or value of an index: desc(mva(.tags)). */
typedef struct SchemaPart {
    SchemaPath path;
    bool mva, descending;
    Span span;
} SchemaPart;

typedef struct SchemaParts {
    SchemaPart *at;
    int64_t count; /* 0: not given */
    Span span;     /* of the brackets */
} SchemaParts;

typedef struct SchemaIndex {
    Name name;
    SchemaParts terms, values;
    Span span;
} SchemaIndex;

typedef struct SchemaUnique {
    SchemaParts terms;
    Span span;
} SchemaUnique;

typedef struct SchemaCheck {
    Name name;
    Node *lambda;
    Span span;
} SchemaCheck;

/* best: top(3, .stars) */
typedef struct SchemaTotal {
    Name name;
    TotalKind kind;
    int64_t n;       /* top */
    SchemaPath path; /* all but count */
} SchemaTotal;

typedef struct SchemaAggregate {
    Name name;
    SchemaParts terms;
    Node *where; /* NULL: all documents */
    SchemaTotal *values;
    int64_t count;
    Span span;
} SchemaAggregate;

/* on [create, update], or on the aggregate that is named. */
typedef struct SchemaTrigger {
    Name name;
    Name *on;
    int64_t on_count;
    bool on_aggregate;
    Node *when; /* NULL: always */
    Node *body;
    Span span;
} SchemaTrigger;

typedef struct SchemaField {
    FslFieldKind kind;
    Name name;
    TypeNode *type; /* NULL: none */
    Node *value;    /* the default, or the lambda of a computed field; NULL: none */
    Span span;
} SchemaField;

/* A step of a migration; `verb` is FSL_BACKFILL to FSL_ADD_WILDCARD. */
typedef struct SchemaMigration {
    FslKind verb;
    SchemaPath *paths;
    int64_t count;
    Node *value; /* backfill */
    Span span;
} SchemaMigration;

/* A setting that may be left out. */
typedef struct SchemaSetting {
    bool given;
    int64_t value; /* days, or 0 and 1 */
    Span span;
} SchemaSetting;

typedef struct SchemaCollection {
    VEC(SchemaField) fields;
    VEC(SchemaIndex) indexes;
    VEC(SchemaUnique) uniques;
    VEC(SchemaCheck) checks;
    VEC(SchemaAggregate) aggregates;
    VEC(SchemaTrigger) triggers;
    VEC(SchemaMigration) migrations;
    Span migrations_span; /* of the whole block */
    SchemaSetting history_days, ttl_days, document_ttls;
} SchemaCollection;

typedef struct SchemaFunction {
    FslParam *params;
    int64_t count;
    TypeNode *result; /* NULL: none */
    Node *body;       /* a BLOCK */
    Name role;        /* @role; empty: none */
} SchemaFunction;

/* A membership, an access provider's role, an action: what it names, if it has a predicate. */
typedef struct SchemaRule {
    FslKind action; /* of privileges */
    Name name;
    Node *predicate; /* NULL: always */
    Span span;
} SchemaRule;

typedef struct SchemaPrivilege {
    Name resource;
    VEC(SchemaRule) actions;
    Span span;
} SchemaPrivilege;

typedef struct SchemaRole {
    VEC(SchemaPrivilege) privileges;
    VEC(SchemaRule) memberships;
} SchemaRole;

typedef struct SchemaProvider {
    Str issuer, jwks_uri;
    VEC(SchemaRule) roles;
} SchemaProvider;

typedef struct SchemaItem SchemaItem;

struct SchemaItem {
    FslKind kind; /* FSL_COLLECTION, FSL_FUNCTION, FSL_ROLE, FSL_ACCESS_PROVIDER */
    Name name;
    Name alias; /* empty: none */
    Span span;
    union {
        SchemaCollection collection;
        SchemaFunction function;
        SchemaRole role;
        SchemaProvider provider;
    } u;
};

typedef VEC(SchemaItem *) SchemaItems;

typedef struct SchemaResult {
    bool ok; /* else `diags` says why not */
    SchemaItems items;
    DiagList diags;
} SchemaResult;

/* Reads the files of a schema as one: names are unique over all of them. Texts are well-formed
 * UTF-8; everything lives in `arena` and points into the sources, which outlive it. */
SchemaResult parse_schema(Arena *arena, const Source *const *sources, int64_t count);

/* Writes items in canonical form; what is written parses to the same items. */
void schema_display(Buf *out, const SchemaItem *item);

/* Writes one step of a migration: `move .a -> .b`; equal steps have the same text. */
void schema_display_migration(Buf *out, const SchemaMigration *migration);

/* Writes pieces of items likewise: `[.a, desc(.b)]`, `(x: Int): Int`, `best: top(3, .stars)`. */
void schema_display_parts(Buf *out, const SchemaParts *parts);
void schema_display_signature(Buf *out, const SchemaFunction *function);
void schema_display_total(Buf *out, const SchemaTotal *total);

/* Writes one path as FQL: `.address.city`, `.["odd name"]`. */
void schema_display_path(Buf *out, const SchemaPath *path);

#endif
