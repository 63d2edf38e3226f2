/* migration_form: the fields of a collection while migrations are traced back through them.
 *
 *   collection User { name: String  size: { w: Int, h: Int } }
 *
 *   name   leaf String
 *   size   record ── w leaf Int
 *                └── h leaf Int
 *
 * A migration that is traced back changes the form to what it was before: a field that was added
 * goes (FORM_ADDED), one that was dropped is there again (FORM_DROPPED). What has gone stays in
 * the form, as messages tell of it. Reference: CollectionShape.scala.
 */
#ifndef FAWN_INTERP_SCHEMA_MIGRATION_FORM_H
#define FAWN_INTERP_SCHEMA_MIGRATION_FORM_H

#include "grammar/schema.h"
#include "runtime/schema/schema_type.h"

/* Why a field is there, or is there no more. */
typedef enum FormSource {
    FORM_DEFINED,    /* the collection has it */
    FORM_SPLIT,      /* was split into others */
    FORM_SPLIT_INTO, /* gone: a split made it */
    FORM_DROPPED,
    FORM_BACKFILLED, /* its value is known; what adds it is still to come */
    FORM_ADDED,      /* gone */
    FORM_MOVED_INTO, /* gone */
} FormSource;

typedef struct Form Form;

typedef struct FormField {
    Name name;
    const SchemaType *type; /* of a leaf */
    Form *record;           /* NULL: it is a leaf */
    const TypeNode *written; /* its type; NULL: that is not written, as the field was dropped */
    Span type_span;
    FormSource source;
    DefaultValue *value;       /* DEFINED: its default; BACKFILLED; NULL: none */
    const SchemaMigration *by; /* the migration that made it what it is */
    const SchemaPath *target;  /* SPLIT_INTO: where it is named */
} FormField;

struct Form {
    VEC(FormField) fields;
    const SchemaType *wildcard; /* NULL: none */
};

/* Why a collection has a wildcard. */
typedef enum WildcardSource {
    WILDCARD_NONE,
    WILDCARD_IMPLICIT, /* it has no fields */
    WILDCARD_DEFINED,
    WILDCARD_MOVED, /* a move_wildcard needs it */
    WILDCARD_ADDED, /* gone */
} WildcardSource;

typedef struct CollectionForm {
    Form top;
    WildcardSource wildcard;
    Span wildcard_span;
} CollectionForm;

/* The form of a collection, in `arena`. */
CollectionForm form_of_collection(Rt *rt, Arena *arena, const SchemaItem *item);

typedef enum FormFind {
    FORM_FOUND,
    FORM_MISSING,
    FORM_BESIDE_WILDCARD, /* the object that would have it may have any field */
} FormFind;

/* Looks for a field; `*field` gets a copy of it. Only fields of records that are defined are
 * found. */
FormFind form_find(const Form *form, const SchemaPath *path, FormField *field);

/* The top-level field called `name`, or NULL. */
const FormField *form_field(const Form *form, Str name);

/* Puts a field in its place, over the one that is there; not where a parent is no record. */
void form_put(Form *form, Arena *arena, const SchemaPath *path, FormField field);

/* The path that leads to the object around what `path` leads to; false: there is none. */
bool form_parent_path(const SchemaPath *path, SchemaPath *parent);

/* The name that a path ends with. */
Name form_last_name(const SchemaPath *path);

bool form_is_present(const FormField *field);
bool form_has_wildcard(const CollectionForm *form);

/* Whether documents may lack it: null, or a default, does for it. */
bool form_is_optional(const FormField *field);

/* The type of a field as it is at present, in `arena`; whether null is of it. */
const SchemaType *form_type(Arena *arena, const FormField *field);
bool form_takes_null(const FormField *field);

/* Whether documents of `live` may be taken for those of `form`, which has been traced back. */
bool form_is_compatible(Arena *arena, const CollectionForm *form, const CollectionForm *live);

#endif
