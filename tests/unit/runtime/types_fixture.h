/* types_fixture: schema types made by hand. They are never changed, so they may share parts. */
#ifndef FAWN_TESTS_RUNTIME_TYPES_FIXTURE_H
#define FAWN_TESTS_RUNTIME_TYPES_FIXTURE_H

#include "runtime/schema/schema_type.h"

#define SCALAR(shown, bits)                                                          \
    {                                                                                \
        .kind = SCHEMA_SCALAR, .types = (bits), .name = { shown, sizeof(shown) - 1 } \
    }

static const SchemaType int_type = SCALAR("Int", 1u << T_INT);
static const SchemaType string_type = SCALAR("String", 1u << T_STRING);
static const SchemaType null_type = SCALAR("Null", 1u << T_NULL);
static const SchemaType any_type = {.kind = SCHEMA_ANY};

static const SchemaType *int_or_null[] = {&int_type, &null_type};
static const SchemaType optional_type = {.kind = SCHEMA_UNION, .members = int_or_null, .count = 2};

static const SchemaType *one_int[] = {&int_type};
static const SchemaType ints_type = {.kind = SCHEMA_ARRAY, .members = one_int, .count = 1};

/* { n: Int, s: String }, { n: Int | Null, *: Any } */
static const TypedField both_fields[] = {{.name = {"n", 1}, .type = &int_type},
                                         {.name = {"s", 1}, .type = &string_type}};
static const TypedField optional_field[] = {{.name = {"n", 1}, .type = &optional_type}};
static const SchemaType both_type = {.kind = SCHEMA_OBJECT, .fields = both_fields, .count = 2};
static const SchemaType open_type = {
    .kind = SCHEMA_OBJECT, .fields = optional_field, .count = 1, .wildcard = &any_type};

#endif
