/* fields: an object being put together field by field. */
#ifndef FAWN_RUNTIME_DOCUMENT_FIELDS_H
#define FAWN_RUNTIME_DOCUMENT_FIELDS_H

#include "runtime/rt.h"

#include "runtime/base/vec.h"

typedef struct Fields {
    VEC(Str) names;
    VEC(Value) values;
} Fields;

static inline void fields_add(Rt *rt, Fields *fields, Str name, Value value)
{
    vec_push(&fields->names, rt->heap, name);
    vec_push(&fields->values, rt->heap, value);
}

/* The object, on rt->heap. */
static inline Value fields_object(Rt *rt, const Fields *fields)
{
    return rt_object(rt, fields->names.at, fields->values.at, fields->names.len);
}

/* Field `name` of `object`, or null. */
static inline Value field_or_null(const Object *object, Str name)
{
    const Value *value = object_get(object, name);
    return value ? *value : val_null(NULL);
}

/* Adds a field of `from` as it is, unless it is null. */
static inline void fields_keep(Rt *rt, Fields *fields, const Object *from, Str name)
{
    Value value = field_or_null(from, name);
    if (!val_is_null(value)) {
        fields_add(rt, fields, name, value);
    }
}

#endif
