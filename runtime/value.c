/* value: comparing and hashing; see value.h for the rules, and copy.c for val_copy.
 *
 * Two values are walked in step, with the stack in `Walk` and not in C:
 *
 *   [1, {a: 2}]     Pair{array, array, next 2}       next: the child to look at next
 *   [1, {a: 3}]     Pair{object, object, next 0}
 *
 * Scalars and everything without children are compared by `compare_flat`.
 */
#include "runtime/value.h"

#include "runtime/base/vec.h"
#include "runtime/function.h"
#include "runtime/number.h"
#include "store/store.h"

static const struct {
    Str name;
    uint8_t order;
} types[TYPE_COUNT] = {
#define TYPE(tag, name_, order_) \
    [tag] = {.name = {name_, (int64_t)sizeof(name_) - 1}, .order = (order_)},
#include "runtime/type.def"
#undef TYPE
    [T_FAULT] = {.name = {"Fault", 5}, .order = UINT8_MAX},
};

Str type_name(Type type)
{
    assert(type < TYPE_COUNT);
    return types[type].name;
}

Object *object_new(Arena *arena, const Shape *shape)
{
    int64_t slots_bytes = shape->count * (int64_t)sizeof(Value); /* a uint32_t of them: it fits */
    Object *object = arena_alloc(arena, (int64_t)sizeof(Object) + slots_bytes);
    object->shape = shape;
    return object;
}

const Value *object_get(const Object *object, Str name)
{
    int64_t slot = shape_slot(object->shape, name);
    return slot < 0 ? NULL : &object->slots[slot];
}

Value val_null_because(Arena *arena, NullKind kind, Span span, Str name, Value of)
{
    NullCause *cause = arena_new(arena, NullCause);
    *cause = (NullCause){.kind = kind, .span = span, .name = name, .of = of};
    return val_null(cause);
}

Value val_time_us(int64_t us)
{
    int64_t seconds = us / 1000000;
    int64_t rest = us % 1000000;
    if (rest < 0) {
        rest += 1000000;
        seconds--;
    }
    return val_time(seconds, (uint32_t)rest * 1000);
}

int64_t val_doc_key(Value doc)
{
    assert(doc.type == T_DOC && doc.flags != DOC_NAMED);
    if (doc.flags == DOC_PAST) {
        return doc.as.past->id;
    }
    return doc.flags == DOC_VERSION || doc.flags == DOC_GIVEN ? doc.as.version->id
                                                              : doc.as.integer;
}

/* -- values without children ----------------------------------------------------------- */

static int order_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* For values that have no order: any will do that stays. */
static int order_addresses(const void *a, const void *b)
{
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int compare_docs(Value a, Value b)
{
    if (a.len != b.len) {
        return order_integers(a.len, b.len);
    }
    bool a_named = a.flags == DOC_NAMED;
    bool b_named = b.flags == DOC_NAMED;
    if (a_named && b_named) {
        return str_compare(a.as.doc_name->name, b.as.doc_name->name);
    }
    if (a_named || b_named) {
        return a_named ? 1 : -1;
    }
    return order_integers(val_doc_key(a), val_doc_key(b));
}

static int compare_modules(const Module *a, const Module *b)
{
    if (a == b) {
        return 0;
    }
    if (a->parent && b->parent) {
        int order = compare_modules(a->parent, b->parent);
        return order ? order : str_compare(a->name, b->name);
    }
    if (a->parent || b->parent) {
        return a->parent ? 1 : -1;
    }
    return str_compare(a->name, b->name);
}

static bool compare_flat(Value a, Value b, int *order);

static bool is_flat(Value v)
{
    return v.type != T_ARRAY && v.type != T_OBJECT && v.type != T_FUNCTION;
}

/* Variables are compared bit by bit: to look into them would let functions within functions
 * nest the C stack. */
static bool is_same_function(const Function *a, const Function *b)
{
    return a->kind == b->kind && a->params == b->params && a->code == b->code &&
           a->builtin == b->builtin && a->captured_count == b->captured_count &&
           str_eq(a->name, b->name) && memcmp(&a->self, &b->self, sizeof a->self) == 0 &&
           memcmp(a->captured, b->captured, (size_t)a->captured_count * sizeof(Value)) == 0;
}

/* Lambdas by their number of parameters; bound methods by receiver, then by name. */
static int compare_functions(const Function *a, const Function *b)
{
    if (is_same_function(a, b)) {
        return 0;
    }
    int order = 0;
    if (a->kind == FUNCTION_LAMBDA && b->kind == FUNCTION_LAMBDA) {
        order = order_integers(a->params, b->params);
    } else if (is_flat(a->self) && is_flat(b->self)) {
        if (compare_flat(a->self, b->self, &order)) {
            return order ? order : str_compare(a->name, b->name);
        }
    }
    return order ? order : order_addresses(a, b);
}

/* Both are of type `type`, which has no children. */
static int compare_same_type(Type type, Value a, Value b)
{
    switch (type) {
    case T_NULL:
    case T_TRANSACTION_TIME:
        return 0;
    case T_BOOLEAN:
        return order_integers(a.as.boolean, b.as.boolean);
    case T_INT:
    case T_LONG:
    case T_ID:
    case T_DATE:
        return order_integers(a.as.integer, b.as.integer);
    case T_DOUBLE:
        return number_compare(a, b);
    case T_STRING:
    case T_BYTES:
    case T_UUID:
        return str_compare(val_as_str(a), val_as_str(b));
    case T_TIME: {
        int order = order_integers(a.as.integer, b.as.integer);
        return order ? order : order_integers(a.len, b.len);
    }
    case T_DOC:
        return compare_docs(a, b);
    case T_MODULE:
        return compare_modules(a.as.module, b.as.module);
    case T_SET:
        return order_addresses(a.as.set, b.as.set);
    case T_CURSOR:
        return str_compare(a.as.cursor->text, b.as.cursor->text);
    case T_FUNCTION:
        return compare_functions(a.as.function, b.as.function);
    case T_EVENT_SOURCE:
        return str_compare(a.as.event_source->description, b.as.event_source->description);
    case T_ARRAY:
    case T_OBJECT:
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

/* An ID and what it may be compared with: numbers, and Strings that spell one. */
static bool compare_id(int64_t id, Value other, int *order)
{
    int64_t n;
    if (other.type == T_STRING && number_parse_long(val_as_str(other), &n)) {
        *order = order_integers(id, n);
        return true;
    }
    if (val_is_number(other)) {
        *order = number_compare(val_number(id), other);
        return true;
    }
    return false;
}

/* False: the types are unrelated. At most one of the values has children. */
static bool compare_flat(Value a, Value b, int *order)
{
    assert(!val_is_fault(a) && !val_is_fault(b));
    if (a.type == b.type) {
        *order = compare_same_type((Type)a.type, a, b);
        return true;
    }
    if (val_is_number(a) && val_is_number(b)) {
        *order = number_compare(a, b);
        return true;
    }
    if (a.type == T_ID) {
        return compare_id(a.as.integer, b, order);
    }
    if (b.type == T_ID && compare_id(b.as.integer, a, order)) {
        *order = -*order;
        return true;
    }
    return false;
}

static bool both_have_children(Value a, Value b)
{
    return a.type == b.type && (a.type == T_ARRAY || a.type == T_OBJECT);
}

/* -- walking ------------------------------------------------------------------------- */

enum {
    WALK_PAIRS = 16,
    WALK_STEPS_PER_LOOK = 1 << 16,
};

typedef struct Pair {
    Value a, b;
    int64_t next;
    const uint32_t *a_sorted, *b_sorted; /* slots of objects in the order of their names */
} Pair;

typedef struct Walk {
    Arena memory; /* for what does not fit here */
    Pair *pairs;
    int64_t len, cap;
    int64_t steps; /* until it looks whether it may go on */
    Pair few[WALK_PAIRS];
} Walk;

static void begin_walk(Walk *walk)
{
    arena_init(&walk->memory);
    walk->pairs = walk->few;
    walk->cap = WALK_PAIRS;
    walk->len = 0;
    walk->steps = WALK_STEPS_PER_LOOK;
}

/* Values may share parts so often that no time is enough to walk through all of them: then what is
 * said of them does not count any more. */
static bool may_step(Walk *walk)
{
    if (LIKELY(--walk->steps > 0)) {
        return true;
    }
    walk->steps = WALK_STEPS_PER_LOOK;
    return rt_has_time();
}

static Pair *push_pair(Walk *walk, Value a, Value b)
{
    if (walk->len == walk->cap) {
        walk->pairs =
            vec_grow(&walk->memory, walk->pairs, &walk->cap, (int64_t)sizeof *walk->pairs);
    }
    Pair *pair = &walk->pairs[walk->len++];
    *pair = (Pair){.a = a, .b = b};
    return pair;
}

/* Sorts slot numbers by name: heap sort, as it needs neither memory nor a context argument. */
static void sift_slot(uint32_t *slots, const Str *names, int64_t root, int64_t count)
{
    for (int64_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && str_compare(names[slots[child]], names[slots[child + 1]]) < 0) {
            child++;
        }
        if (str_compare(names[slots[root]], names[slots[child]]) >= 0) {
            return;
        }
        uint32_t lesser = slots[root];
        slots[root] = slots[child];
        slots[child] = lesser;
    }
}

const uint32_t *object_order(Arena *arena, const Shape *shape)
{
    int64_t count = shape->count;
    uint32_t *slots = arena_array(arena, uint32_t, count);
    for (int64_t i = 0; i < count; i++) {
        slots[i] = (uint32_t)i;
    }
    for (int64_t i = count / 2; i-- > 0;) {
        sift_slot(slots, shape->names, i, count);
    }
    for (int64_t end = count; end-- > 1;) {
        uint32_t greatest = slots[0];
        slots[0] = slots[end];
        slots[end] = greatest;
        sift_slot(slots, shape->names, 0, end);
    }
    return slots;
}

static int64_t count_children(Value v)
{
    return v.type == T_ARRAY ? v.len : v.as.object->shape->count;
}

static void push_compared(Walk *walk, Value a, Value b)
{
    Pair *pair = push_pair(walk, a, b);
    if (a.type == T_OBJECT) {
        pair->a_sorted = object_order(&walk->memory, a.as.object->shape);
        pair->b_sorted = a.as.object->shape == b.as.object->shape
                             ? pair->a_sorted
                             : object_order(&walk->memory, b.as.object->shape);
    }
}

/* The next children of the pair into `*a` and `*b`, or, where their names differ, the order
 * of those. False: one of the two has no more. */
static bool next_children(Pair *pair, Value *a, Value *b, int *names_order)
{
    int64_t i = pair->next++;
    *names_order = 0;
    if (i >= count_children(pair->a) || i >= count_children(pair->b)) {
        return false;
    }
    if (pair->a.type == T_ARRAY) {
        *a = pair->a.as.items[i];
        *b = pair->b.as.items[i];
        return true;
    }
    const Object *left = pair->a.as.object;
    const Object *right = pair->b.as.object;
    uint32_t left_slot = pair->a_sorted[i];
    uint32_t right_slot = pair->b_sorted[i];
    *names_order = str_compare(left->shape->names[left_slot], right->shape->names[right_slot]);
    *a = left->slots[left_slot];
    *b = right->slots[right_slot];
    return true;
}

static int compare_total_flat(Value a, Value b)
{
    int order;
    if (compare_flat(a, b, &order)) {
        return order;
    }
    return order_integers(types[a.type].order, types[b.type].order);
}

static int compare_pushed(Walk *walk)
{
    while (walk->len > 0 && may_step(walk)) {
        Pair *pair = &walk->pairs[walk->len - 1];
        Value a, b;
        int order;
        if (!next_children(pair, &a, &b, &order)) {
            order = order_integers(count_children(pair->a), count_children(pair->b));
            walk->len--;
        } else if (order == 0 && both_have_children(a, b)) {
            push_compared(walk, a, b);
        } else if (order == 0) {
            order = compare_total_flat(a, b);
        }
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int compare_deep(Value a, Value b)
{
    Walk walk;
    begin_walk(&walk);
    push_compared(&walk, a, b);
    int order = compare_pushed(&walk);
    arena_free(&walk.memory);
    return order;
}

int val_compare(Value a, Value b)
{
    return both_have_children(a, b) ? compare_deep(a, b) : compare_total_flat(a, b);
}

bool val_related_compare(Value a, Value b, int *order)
{
    if (both_have_children(a, b)) {
        *order = compare_deep(a, b);
        return true;
    }
    return compare_flat(a, b, order);
}

static bool equal_flat(Value a, Value b)
{
    int order;
    return compare_flat(a, b, &order) && order == 0;
}

static bool have_equal_counts(Value a, Value b)
{
    return count_children(a) == count_children(b);
}

/* Takes the pairs one by one; fields of objects pair by name, in whatever order they are. */
static bool equal_pushed(Walk *walk)
{
    while (walk->len > 0) {
        if (!may_step(walk)) {
            return false;
        }
        Pair *pair = &walk->pairs[walk->len - 1];
        int64_t i = pair->next++;
        if (i == count_children(pair->a)) {
            walk->len--;
            continue;
        }
        Value a, b;
        if (pair->a.type == T_ARRAY) {
            a = pair->a.as.items[i];
            b = pair->b.as.items[i];
        } else {
            const Value *field = object_get(pair->b.as.object, pair->a.as.object->shape->names[i]);
            if (!field) {
                return false;
            }
            a = pair->a.as.object->slots[i];
            b = *field;
        }
        if (!both_have_children(a, b)) {
            if (!equal_flat(a, b)) {
                return false;
            }
        } else if (!have_equal_counts(a, b)) {
            return false;
        } else {
            push_pair(walk, a, b);
        }
    }
    return true;
}

bool val_equal(Value a, Value b)
{
    if (!both_have_children(a, b)) {
        return equal_flat(a, b);
    }
    if (!have_equal_counts(a, b)) {
        return false;
    }
    Walk walk;
    begin_walk(&walk);
    push_pair(&walk, a, b);
    bool equal = equal_pushed(&walk);
    arena_free(&walk.memory);
    return equal;
}

/* -- hashing ------------------------------------------------------------------------- */

/* How many children count, and theirs. The children of a value share evenly what is left to it, so that
 * equal values hash equal whatever the order of their fields; deep ones do not count at all. */
enum { HASH_SHARE = 1 << 16 };

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
}

static uint64_t hash_double(double d)
{
    uint64_t bits = UINT64_C(0x7ff8000000000000); /* every NaN alike */
    if (d == d) {
        memcpy(&bits, &d, sizeof bits);
    }
    return mix(bits);
}

/* A String that spells an integer equals the ID of that number, which equals the number. */
static uint64_t hash_string(Str s)
{
    int64_t n;
    return number_parse_long(s, &n) ? hash_double((double)n) : str_hash(s);
}

static uint64_t hash_at(Value v, int64_t share);

static uint64_t hash_array(Value v, int64_t share)
{
    uint64_t hash = v.len;
    int64_t count = v.len < share ? v.len : share;
    for (int64_t i = 0; i < count; i++) {
        hash = mix(hash + hash_at(v.as.items[i], share / (count + 1)));
    }
    return hash;
}

/* Fields in another order give the same hash. */
static uint64_t hash_object(const Object *object, int64_t share)
{
    int64_t count = object->shape->count;
    uint64_t hash = (uint64_t)count;
    for (int64_t i = 0; i < count && count <= share; i++) {
        hash += mix(str_hash(object->shape->names[i]) ^ hash_at(object->slots[i], share / (count + 1)));
    }
    return hash;
}

static uint64_t hash_at(Value v, int64_t share)
{
    uint64_t salt = mix(v.type);
    switch ((Type)v.type) {
    case T_NULL:
    case T_TRANSACTION_TIME:
        return salt;
    case T_BOOLEAN:
        return salt + v.as.boolean;
    case T_INT:
    case T_LONG:
    case T_ID:
    case T_DOUBLE:
        return hash_double(val_as_double(v));
    case T_STRING:
        return hash_string(val_as_str(v));
    case T_TIME:
    case T_DATE:
        return salt ^ mix((uint64_t)v.as.integer + ((uint64_t)v.len << 32));
    case T_BYTES:
    case T_UUID:
        return salt ^ str_hash(val_as_str(v));
    case T_ARRAY:
        return salt ^ hash_array(v, share);
    case T_OBJECT:
        return salt ^ hash_object(v.as.object, share);
    case T_DOC:
        return salt ^ (v.flags == DOC_NAMED ? str_hash(v.as.doc_name->name)
                                            : mix((uint64_t)val_doc_key(v) + v.len));
    case T_MODULE:
        return salt ^ str_hash(v.as.module->name);
    case T_FUNCTION:
        return salt ^ mix((uint64_t)(uintptr_t)v.as.function->code);
    case T_SET:
        return salt ^ mix((uint64_t)(uintptr_t)v.as.set);
    case T_CURSOR:
        return salt ^ str_hash(v.as.cursor->text);
    case T_EVENT_SOURCE:
        return salt ^ str_hash(v.as.event_source->description);
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

uint64_t val_hash(Value v)
{
    return hash_at(v, HASH_SHARE);
}
