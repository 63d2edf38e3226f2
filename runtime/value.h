/* value: what an FQL expression evaluates to. 16 bytes, passed by value, immutable.
 *
 *            type    flags  aux        len               as (8 bytes)
 *   Int      T_INT   -      -          -                 integer, within 32 bits
 *   Long     T_LONG  -      -          -                 integer
 *   Double   T_DOUBLE                                    number
 *   String   T_STRING ASCII -          bytes             bytes (UTF-8, not NUL-ended)
 *   Time     T_TIME  -      -          nanoseconds       integer: seconds since 1970 (floor)
 *   Date     T_DATE  -      -          -                 integer: days since 1970-01-01
 *   ID       T_ID    -      -          -                 integer
 *   UUID     T_UUID  -      -          16                bytes
 *   Array    T_ARRAY -      -          elements          items
 *   Object   T_OBJECT GROUP; a fold's: accumulator.h      object
 *   Doc      T_DOC   see below, len = collection number
 *   Null     T_NULL  -      -          -                 cause, NULL for an unknown one
 *
 * Strings, arrays and objects are borrowed slices: of the source, of an arena, or of a
 * document in the store (valid until the transaction ends).
 *
 * Int and Long: results of operations are Int when they fit 32 bits, else Long (`val_number`).
 */
#ifndef FAWN_RUNTIME_VALUE_H
#define FAWN_RUNTIME_VALUE_H

#include "runtime/base/diag.h"
#include "runtime/base/shape.h"

typedef enum Type {
#define TYPE(tag, name, order) tag,
#include "runtime/type.def"
#undef TYPE
    T_FAULT, /* an evaluation that failed; details in Rt.fault. Never stored, never an operand */
    TYPE_COUNT
} Type;

typedef struct Value Value;
typedef struct Object Object;
typedef struct NullCause NullCause;
typedef struct Function Function;
typedef struct Module Module;
typedef struct Set Set;
typedef struct Version Version; /* the bytes of a document: store/store.h */
typedef struct DocName DocName;
typedef struct DocPast DocPast;
typedef struct EventSource EventSource;
typedef struct Cursor Cursor;

struct Value {
    uint8_t type; /* Type */
    uint8_t flags;
    uint16_t aux;
    uint32_t len;
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *bytes;
        const Value *items;
        const Object *object;
        Object *owned; /* T_OBJECT that a fold owns: accumulator.h */
        const NullCause *cause;
        const Function *function;
        const Module *module;
        const Set *set;
        const Version *version;
        const DocName *doc_name;
        const DocPast *past;
        const EventSource *event_source;
        const Cursor *cursor;
    } as;
};

_Static_assert(sizeof(Value) == 16, "a Value is passed in two registers");

enum {
    /* T_STRING: every byte is below 0x80, so bytes are code points. Unset means unknown. */
    VALUE_ASCII = 1,

    /* T_DOC, one of:
     *   DOC_ID       as.integer is the id; the document is looked up when it is read
     *   DOC_VERSION  as.version is the version found by a scan or a write; valid as it is
     *                while the transaction has not written to the collection, else looked
     *                up again by its id
     *   DOC_NAMED    as.doc_name: a document known by name (Collection, Function, …)
     *   DOC_PAST     as.past: a document as it was, wherever it is read (past.h makes them)
     *   DOC_GIVEN    as.version: a document as it is to be taken: one that is about to be
     *                written, and what its rules are held against; within `at`, as of then
     */
    DOC_ID = 1,
    DOC_VERSION = 2,
    DOC_NAMED = 3,
    DOC_PAST = 4,
    DOC_GIVEN = 5,
};

/* An object: `shape->count` slots in the order of the shape's names. */
struct Object {
    const Shape *shape;
    Value slots[];
};

/* Flag of an Object (accumulator.h has others) that is the totals of a group: behind its fields
 * stands the Set whose one element the group is (aggregate.h), for who watches it. */
enum { OBJECT_GROUP = 4 };

/* Why a value is null, and where it became so; error messages tell it.
 * Reference: Value.Null.Cause. */
typedef enum NullKind {
    NULL_LITERAL,
    NULL_MISSING_FIELD, /* `name`: the field; `of`: the value that lacks it */
    NULL_DOC_NOT_FOUND, /* `of`: the document; `name`: its collection */
    NULL_DOC_DELETED,   /* likewise */
    NULL_COLLECTION_DELETED,
    NULL_NO_ELEMENT,   /* `name`: the reason, e.g. "empty set" */
    NULL_NOT_A_NUMBER, /* `name`: the text that is no number */
    NULL_NOT_PERMITTED,
} NullKind;

struct NullCause {
    NullKind kind;
    Span span; /* where the null was made */
    Str name;
    Value of;
};

struct DocName {
    Str name;
};

struct DocPast {
    int64_t id, time_us;
};

/* A place in a set, as the text that a page gives out (set.h writes and reads it). */
struct Cursor {
    Str text;
};

/* A set whose changes are events: event_source.h. */
struct EventSource {
    const Set *set;
    Value fields;    /* Array of watched paths, each an Array of Strings and integers; empty: all */
    Str description; /* `fields` and `set` as bytes: sources are equal when these are */
    int64_t start_us; /* events after this time; 0: after the transaction that shows the source */
};

/* A Value as the two registers it travels in: made so, it stays in them, where compilers put
 * one made field by field together byte by byte. */
typedef union ValueWords {
    Value value;
    uint64_t words[2];
} ValueWords;

#define VALUE_HEAD(tag) (((ValueWords){.value = {.type = (tag)}}).words[0])

/* -- making ------------------------------------------------------------------------- */

static inline Value val_null(const NullCause *cause)
{
    return (Value){.type = T_NULL, .as.cause = cause};
}

static inline Value val_bool(bool b)
{
    return ((ValueWords){.words = {VALUE_HEAD(T_BOOLEAN), b}}).value;
}

/* `n` lies within 32 bits. */
static inline Value val_int(int64_t n)
{
    assert(n >= INT32_MIN && n <= INT32_MAX);
    return ((ValueWords){.words = {VALUE_HEAD(T_INT), (uint64_t)n}}).value;
}

static inline Value val_long(int64_t n)
{
    return ((ValueWords){.words = {VALUE_HEAD(T_LONG), (uint64_t)n}}).value;
}

/* Int when it fits 32 bits, else Long. */
static inline Value val_number(int64_t n)
{
    return n == (int32_t)n ? val_int(n) : val_long(n);
}

static inline Value val_double(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return ((ValueWords){.words = {VALUE_HEAD(T_DOUBLE), bits}}).value;
}

/* Borrows `s`, which is well-formed UTF-8 of at most STRING_BYTES_MAX bytes. */
static inline Value val_str(Str s)
{
    assert(s.len >= 0 && s.len <= UINT32_MAX);
    return (Value){.type = T_STRING, .len = (uint32_t)s.len, .as.bytes = s.s};
}

static inline Value val_id(int64_t id)
{
    return (Value){.type = T_ID, .as.integer = id};
}

static inline Value val_time(int64_t seconds, uint32_t nanos)
{
    assert(nanos < 1000000000u);
    return (Value){.type = T_TIME, .len = nanos, .as.integer = seconds};
}

/* A Time from microseconds since 1970 (how the store counts). */
Value val_time_us(int64_t us);

static inline Value val_date(int64_t days)
{
    return (Value){.type = T_DATE, .as.integer = days};
}

static inline Value val_bytes(Str s)
{
    return (Value){.type = T_BYTES, .len = (uint32_t)s.len, .as.bytes = s.s};
}

/* Borrows the 16 bytes of a UUID, most significant first. */
static inline Value val_uuid(const char *bytes)
{
    return (Value){.type = T_UUID, .len = 16, .as.bytes = bytes};
}

/* Borrows `items`. */
static inline Value val_array(const Value *items, int64_t count)
{
    assert(count >= 0 && count <= UINT32_MAX);
    return (Value){.type = T_ARRAY, .len = (uint32_t)count, .as.items = items};
}

static inline Value val_object(const Object *object)
{
    return (Value){.type = T_OBJECT, .as.object = object};
}

static inline Value val_doc_id(uint32_t collection, int64_t id)
{
    return (Value){.type = T_DOC, .flags = DOC_ID, .len = collection, .as.integer = id};
}

static inline Value val_doc(uint32_t collection, const Version *version)
{
    return (Value){.type = T_DOC, .flags = DOC_VERSION, .len = collection, .as.version = version};
}

/* Borrows `name`: a document known by its name. */
static inline Value val_doc_named(uint32_t collection, const DocName *name)
{
    return (Value){.type = T_DOC, .flags = DOC_NAMED, .len = collection, .as.doc_name = name};
}

static inline Value val_function(const Function *function)
{
    return (Value){.type = T_FUNCTION, .as.function = function};
}

static inline Value val_module(const Module *module)
{
    return (Value){.type = T_MODULE, .as.module = module};
}

static inline Value val_set(const Set *set)
{
    return (Value){.type = T_SET, .as.set = set};
}

static inline Value val_cursor(const Cursor *cursor)
{
    return (Value){.type = T_CURSOR, .as.cursor = cursor};
}

static inline Value val_event_source(const EventSource *source)
{
    return (Value){.type = T_EVENT_SOURCE, .as.event_source = source};
}

static inline Value val_fault(void)
{
    return (Value){.type = T_FAULT};
}

/* An object with uninitialised slots for every field of `shape`. */
Object *object_new(Arena *arena, const Shape *shape);

/* A null with a cause made in `arena`. */
Value val_null_because(Arena *arena, NullKind kind, Span span, Str name, Value of);

/* -- looking ------------------------------------------------------------------------ */

/* Whether the 16 bytes are all there is: they point to nothing that a copy would need. */
static inline bool val_is_flat(Value v)
{
    const uint32_t flat = 1u << T_BOOLEAN | 1u << T_INT | 1u << T_LONG | 1u << T_DOUBLE |
                          1u << T_ID | 1u << T_TIME | 1u << T_TRANSACTION_TIME | 1u << T_DATE |
                          1u << T_MODULE | 1u << T_FAULT;
    _Static_assert(TYPE_COUNT <= 32, "a type is a bit");
    return (flat >> v.type & 1) != 0;
}

static inline bool val_is_fault(Value v)
{
    return v.type == T_FAULT;
}

static inline bool val_is_null(Value v)
{
    return v.type == T_NULL;
}

static inline bool val_is_number(Value v)
{
    return v.type == T_INT || v.type == T_LONG || v.type == T_DOUBLE;
}

static inline bool val_is_integer(Value v)
{
    return v.type == T_INT || v.type == T_LONG;
}

static inline Str val_as_str(Value v)
{
    assert(v.type == T_STRING || v.type == T_BYTES || v.type == T_UUID);
    return (Str){v.as.bytes, v.len};
}

/* The id of a document that is not known by name (DOC_NAMED). */
int64_t val_doc_key(Value doc);

/* Any number as a double. */
static inline double val_as_double(Value v)
{
    return v.type == T_DOUBLE ? v.as.number : (double)v.as.integer;
}

/* The value of field `name`, or NULL. */
const Value *object_get(const Object *object, Str name);

/* The slots of a shape in memcmp order of their names. */
const uint32_t *object_order(Arena *arena, const Shape *shape);

/* "Int", "String" … as messages name the bare type. Documents and modules have finer names:
 * see rt_type_name (rt.h). */
Str type_name(Type type);

/* Evaluate into a new local, or leave with the fault. */
#define TRY(name, expr)               \
    Value name = (expr);              \
    if (UNLIKELY(val_is_fault(name))) \
    return name

/* -- comparing (reference: Value.equals, Value.compare, ValueCmp.scala) ---------------
 *
 * Strings are ordered by code point, which is memcmp. (The reference orders by UTF-16 unit: it
 * differs only where U+E000..U+FFFF meets a character above U+FFFF.) Doubles are ordered as
 * Java does: -0.0 before 0.0, NaN equal to itself and last. Objects are compared field by
 * field in the order of their names, arrays element by element, then by length.
 *
 * Nothing here recurses in C: values may be nested as deeply as a loop can build them. */

/* `==` of the language, but for a document that does not exist: the operator itself makes it
 * equal to null. Numbers compare by value; an ID equals the number, and the String that spells
 * it. Functions are equal when they are the same code over the same variables. */
bool val_equal(Value a, Value b);

/* Total order over all values: -1, 0, 1. For `order()`, `distinct` and index keys. Values that
 * have no order of their own (sets, functions) keep one order while they live. */
int val_compare(Value a, Value b);

/* The order that `<` and its kin use: false when the types are unrelated, and then every
 * comparison is false. */
bool val_related_compare(Value a, Value b, int *order);

/* Values that are equal hash equal. */
uint64_t val_hash(Value v);

/* -- copying ------------------------------------------------------------------------ */

/* A copy of `v` in `dst`. Only what `from` owns is copied: what lives elsewhere is shared,
 * and points to nothing in `from` (pointers never lead from a longer to a shorter lifetime).
 * `from` NULL: everything is copied but what the store, the catalog and code own. */
Value val_copy(Arena *dst, Value v, const Arena *from);

/* The same with `from` NULL, for values that may be large, into an arena that only grows and that
 * was only given such copies: what it owns already is shared. `bytes`: as many as the arenas hold
 * that `v` comes from. When more would be copied, parts are shared, and are copied once. */
Value val_copy_lasting(Arena *dst, Value v, int64_t bytes);

#endif
