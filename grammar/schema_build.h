/* schema_build: what the files that turn items into a schema share.
 *
 *   schema.c             items at the top
 *   schema_collection.c  collections
 *   schema_aggregate.c   their aggregates
 *   schema_trigger.c     their triggers
 *   schema_migration.c   their migrations
 *   schema_role.c        roles and access providers
 *   schema_function.c    functions
 *   schema_value.c       values: names, numbers, texts, paths, predicates
 *   schema_advice.c      hints beside errors
 */
#ifndef FAWN_GRAMMAR_SCHEMA_BUILD_H
#define FAWN_GRAMMAR_SCHEMA_BUILD_H

#include "grammar/schema.h"
#include "runtime/base/map.h"

typedef struct SchemaBuild {
    Arena *arena;
    DiagList *diags;
} SchemaBuild;

/* Items that must not be given twice: by name, or at all. */
typedef struct SchemaSeen {
    SchemaBuild *build;
    const char *what;
    Map names; /* -> Span */
} SchemaSeen;

SchemaSeen schema_seen(SchemaBuild *b, const char *what);

/* Notes a name; an error if it was noted before. */
void schema_see(SchemaSeen *seen, Name name);

/* Notes something that has no name. */
void schema_see_only(SchemaSeen *seen, Span span);

/* Whether it was noted. */
bool schema_has_seen(const SchemaSeen *seen, Str name);

Diag *schema_error(SchemaBuild *b, Span span, const char *format, ...) PRINTF_LIKE(3, 4);

/* What an item must or must not have. False, or NULL: it is not so, and an error says it. */
void schema_no_annotations(SchemaBuild *b, const FslNode *node);
void schema_no_name(SchemaBuild *b, const FslNode *node);
bool schema_need_name(SchemaBuild *b, const FslNode *node);
bool schema_need_identifier(SchemaBuild *b, const FslNode *node);
bool schema_need_value(SchemaBuild *b, const FslNode *node);
bool schema_need_block(SchemaBuild *b, const FslNode *node);

/* The value of the annotation called `keyword`; empty: there is none. */
Name schema_annotation(SchemaBuild *b, const FslNode *node, const char *keyword);

/* Errors for all annotations but those called `first` or `second` (NULL: none). */
void schema_allow_annotations(SchemaBuild *b, const FslNode *node, const char *first,
                              const char *second);

bool schema_setting(SchemaBuild *b, const FslValue *value, FslKind kind, SchemaSetting *setting);
bool schema_string(SchemaBuild *b, const FslValue *value, Str *text);

/* A short lambda's steps; false and an error: it is no field path. */
bool schema_path(SchemaBuild *b, const Node *expr, SchemaPath *path);
bool schema_parts(SchemaBuild *b, const FslValue *value, bool are_values, SchemaParts *parts);

/* An error unless a member, which is called as `seen` is, was noted. */
void schema_need_member(SchemaBuild *b, const FslNode *node, const SchemaSeen *seen);

/* The lambda of an item `check name (…)`; NULL: an error says what is wrong. `wanted` is what
 * it should be. */
Node *schema_lambda(SchemaBuild *b, const FslNode *node, const char *wanted, const char *advice);

/* The lambda of `{ predicate (…) }`; NULL: there is no value, or an error says what is wrong. */
Node *schema_predicate(SchemaBuild *b, const FslNode *node);

/* The lambda in `(…)`, or NULL. */
Node *schema_lambda_in_parens(const Node *expr);

void schema_build_collection(SchemaBuild *b, const FslNode *node, SchemaCollection *collection);
bool schema_build_aggregate(SchemaBuild *b, const FslNode *node, SchemaAggregate *aggregate);
bool schema_build_trigger(SchemaBuild *b, const FslNode *node, SchemaTrigger *trigger);
void schema_build_migrations(SchemaBuild *b, const FslNode *node, SchemaCollection *collection);
void schema_build_role(SchemaBuild *b, const FslNode *node, SchemaRole *role);
void schema_build_provider(SchemaBuild *b, const FslNode *node, SchemaProvider *provider);
bool schema_build_function(SchemaBuild *b, const FslNode *node, SchemaFunction *function);

#endif
