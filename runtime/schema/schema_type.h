/* schema_type: what values documents may hold, as the types of a collection's fields say.
 *
 *   "{ name: String, tags: Array<String>? } | 0"
 *
 *   UNION ── OBJECT ── name: SCALAR String
 *     │         └───── tags: UNION ── ARRAY ── SCALAR String
 *     └ LITERAL 0                └─── SCALAR Null
 *
 * The interpreter makes these trees of texts (RtUp.compile_type). They name collections rather
 * than point to them, as collections are made again whenever a definition changes.
 * Reference: SchemaType.scala, SchemaTypeResolver.scala.
 */
#ifndef FAWN_RUNTIME_SCHEMA_SCHEMA_TYPE_H
#define FAWN_RUNTIME_SCHEMA_SCHEMA_TYPE_H

#include "runtime/rt.h"

typedef enum SchemaKind {
    SCHEMA_ANY,
    SCHEMA_SCALAR,
    SCHEMA_LITERAL,
    SCHEMA_DOC, /* a document of `name`, or of X when `name` is NullX */
    SCHEMA_OBJECT,
    SCHEMA_ARRAY,
    SCHEMA_TUPLE,
    SCHEMA_UNION,
    SCHEMA_OTHER, /* a type whose values no document holds: String => Int, ID */
    SCHEMA_WRONG, /* no type at all; `name` tells why */
} SchemaKind;

/* An expression whose value a field has when none is given. */
typedef struct DefaultValue {
    Source source;
    Span span; /* where it is written within a larger text; no place: it is all of `source` */
    Value fn; /* takes no arguments; null: not compiled yet */
} DefaultValue;

typedef struct SchemaType SchemaType;

typedef struct TypedField {
    Str name;
    Str signature; /* of a collection's own fields: the type as the definition gives it */
    const SchemaType *type;
    DefaultValue *fallback; /* NULL: none */
} TypedField;

struct SchemaType {
    SchemaKind kind;
    bool is_ref;    /* UNION: written as Ref<X>, which is X | NullX; DOC: as EmptyRef<X> */
    bool nullable;  /* UNION: written with a `?` at its end */
    bool fills;     /* OBJECT, ARRAY, TUPLE: values may lack fields that are filled in */
    uint32_t types; /* SCALAR: a bit per Type that is taken; a Long within 32 bits is an Int */
    Str name;       /* SCALAR, LITERAL, DOC, OTHER: as messages give it */
    Span span;      /* where it is written */
    Value literal;
    const TypedField *fields;   /* OBJECT */
    const SchemaType **members; /* UNION, TUPLE; the one of ARRAY */
    int64_t count;              /* of fields or members */
    const SchemaType *wildcard; /* OBJECT: of all other fields; NULL: there are none */
};

/* Writes `type` as messages give it: `Int | Null`, `Bar | NullBar`. */
void schema_type_put(Buf *out, const SchemaType *type);

/* Whether a document may hold `value` in a field of this type. */
bool schema_type_accepts(const Rt *rt, const SchemaType *type, Value value);

/* Whether all values of `a` are values of `b`. */
bool schema_type_is_subtype(const SchemaType *a, const SchemaType *b);

/* The field called `name` of an OBJECT, or NULL. */
const TypedField *schema_type_field(const SchemaType *type, Str name);

/* The number of the collection that a DOC type names; 0: there is none. */
uint32_t schema_type_collection(const Rt *rt, const SchemaType *type);

#endif
