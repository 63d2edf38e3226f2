/* copy: val_copy. Copies what one arena owns into another, so that the first can be reset.
 *
 *   from                       dst
 *   [ array ]──► items ─ ─ ─►  [ items' ]      owned: copied, then each item in turn
 *       └──────► "outer text"      │           not owned: shared
 *                     ▲────────────┘
 *
 * Children are copied by recursion down to COPY_DEPTH; deeper ones are put on a list and
 * copied afterwards, so that no value is too deep for the C stack.
 *
 * Two places that shared a part have a part each afterwards, as remembering what was copied
 * costs more than copying. But when more was copied than `from` holds, parts are shared, maybe
 * so often that no memory holds a copy of each: then copying starts again, and remembers.
 */
#include "runtime/set/set.h"

#include "runtime/base/vec.h"

enum {
    COPY_DEPTH = 200,
    /* Bytes to copy before parts are remembered, when it is not known how many there are. */
    UNSHARED_BYTES_MAX = 1 << 22,
    /* What is left of chunks may differ by as much. */
    SLACK_BYTES = 1 << 16,
    PARTS_MIN = 1024, /* a power of two, as all sizes of the table */
    /* Shorter strings are never remembered. */
    PART_STRING_BYTES = 64,
};

/* What was copied: `old` is NULL where the table is free. */
typedef struct Part {
    const void *old;
    void *copy;
    int64_t count; /* of an array or string: parts of it may begin where it does */
} Part;

typedef struct Copier {
    Arena *dst;
    const Arena *from;
    const Arena *kept;               /* `from` is NULL: what it owns is shared; NULL: none does */
    ArenaBlock block;                /* of `from` or `kept`, where the last pointer was found */
    const Shape *shape, *shape_copy; /* the private shape copied last: rows tend to share one */
    VEC(Value *) later;              /* slots whose values are still to be copied */
    Arena list;                      /* of `later` and `parts` */
    int64_t limit_bytes;             /* what `dst` may hold before parts are remembered */
    bool gave_up;                    /* it would hold more: what was copied is no good */
    Part *parts;                     /* NULL: parts are not remembered */
    int64_t part_count, part_cap;
} Copier;

static Value copy_at(Copier *copier, Value v, int depth);

static bool is_within(Copier *copier, const Arena *arena, const void *ptr)
{
    const char *p = ptr;
    return (p >= copier->block.start && p < copier->block.end) ||
           arena_find(arena, ptr, &copier->block);
}

/* Whether it is to be copied. */
static bool is_owned(Copier *copier, const void *ptr)
{
    return copier->from ? is_within(copier, copier->from, ptr)
                        : !copier->kept || !is_within(copier, copier->kept, ptr);
}

static const char *copy_bytes(Copier *copier, const char *bytes, int64_t len)
{
    return len > 0 && is_owned(copier, bytes) ? arena_copy(copier->dst, bytes, len) : bytes;
}

static Str copy_str(Copier *copier, Str s)
{
    return (Str){copy_bytes(copier, s.s, s.len), s.len};
}

/* -- parts that are shared --------------------------------------------------------------------- */

/* Where the part is in the table, or else would be. */
static Part *find_part(const Copier *copier, const void *old, int64_t count)
{
    uint64_t hash = ((uint64_t)(uintptr_t)old >> 4) * 0x9e3779b97f4a7c15u;
    int64_t at = (int64_t)(hash >> 16) & (copier->part_cap - 1);
    while (copier->parts[at].old &&
           (copier->parts[at].old != old || copier->parts[at].count != count)) {
        at = (at + 1) & (copier->part_cap - 1);
    }
    return &copier->parts[at];
}

static void grow_parts(Copier *copier)
{
    Part *parts = copier->parts;
    int64_t cap = copier->part_cap;
    copier->part_cap = cap > 0 ? 2 * cap : PARTS_MIN;
    copier->parts = arena_array(&copier->list, Part, copier->part_cap);
    memset(copier->parts, 0, (size_t)copier->part_cap * sizeof *parts);
    for (int64_t i = 0; i < cap; i++) {
        if (parts[i].old) {
            *find_part(copier, parts[i].old, parts[i].count) = parts[i];
        }
    }
}

/* The copy of a part of `bytes` bytes, whose slots are still to be copied unless `*is_done`. */
static void *copy_part(Copier *copier, const void *old, int64_t count, int64_t bytes, bool *is_done)
{
    *is_done = false;
    if (!copier->parts) {
        copier->gave_up = arena_bytes(copier->dst) + bytes > copier->limit_bytes;
        *is_done = copier->gave_up;
        return copier->gave_up ? NULL : arena_copy(copier->dst, old, bytes);
    }
    Part *part = find_part(copier, old, count);
    if (part->old) {
        *is_done = true;
        return part->copy;
    }
    void *copy = arena_copy(copier->dst, old, bytes);
    *part = (Part){old, copy, count};
    if (++copier->part_count > copier->part_cap / 2) {
        grow_parts(copier);
    }
    return copy;
}

/* -- copying each type ------------------------------------------------------------------------- */

static void copy_slots(Copier *copier, Value *slots, int64_t count, int depth)
{
    for (int64_t i = 0; i < count && !copier->gave_up; i++) {
        if (val_is_flat(slots[i])) {
            continue;
        }
        if (depth < COPY_DEPTH) {
            slots[i] = copy_at(copier, slots[i], depth + 1);
        } else {
            vec_push(&copier->later, &copier->list, &slots[i]);
        }
    }
}

static const char *copy_string(Copier *copier, const char *bytes, int64_t len)
{
    bool is_done;
    if (len < PART_STRING_BYTES || !is_owned(copier, bytes)) {
        return copy_bytes(copier, bytes, len);
    }
    return copy_part(copier, bytes, len, len, &is_done);
}

static Value copy_array(Copier *copier, Value v, int depth)
{
    if (v.len == 0) {
        return val_array(NULL, 0);
    }
    if (is_owned(copier, v.as.items)) {
        bool is_done;
        Value *items =
            copy_part(copier, v.as.items, v.len, v.len * (int64_t)sizeof(Value), &is_done);
        v.as.items = items;
        if (!is_done) {
            copy_slots(copier, items, v.len, depth);
        }
    }
    return v;
}

static const Shape *copy_shape(Copier *copier, const Shape *shape)
{
    if (shape->shared || !is_owned(copier, shape)) {
        return shape;
    }
    if (copier->shape != shape) {
        copier->shape = shape;
        copier->shape_copy = shape_copy(shape, copier->dst);
    }
    return copier->shape_copy;
}

/* With the set behind the fields. It is not shared with copies that know nothing of that. */
static Value copy_group(Copier *copier, const Object *old, int depth)
{
    int64_t count = old->shape->count + 1;
    Object *object =
        arena_copy(copier->dst, old, (int64_t)(sizeof *old + (size_t)count * sizeof(Value)));
    object->shape = copy_shape(copier, old->shape);
    copy_slots(copier, object->slots, count, depth);
    Value v = val_object(object);
    v.flags = OBJECT_GROUP;
    return v;
}

static Value copy_object(Copier *copier, Value v, int depth)
{
    const Object *old = v.as.object;
    if (!is_owned(copier, old)) {
        return v;
    }
    int64_t count = old->shape->count;
    if (v.flags & OBJECT_GROUP) {
        return copy_group(copier, old, depth);
    }
    bool is_done;
    Object *object =
        copy_part(copier, old, 0, (int64_t)(sizeof *old + (size_t)count * sizeof(Value)), &is_done);
    if (!is_done) {
        object->shape = copy_shape(copier, old->shape);
        copy_slots(copier, object->slots, count, depth);
    }
    return val_object(object);
}

static Value copy_null(Copier *copier, Value v, int depth)
{
    if (!v.as.cause || !is_owned(copier, v.as.cause)) {
        return v;
    }
    NullCause *cause = arena_copy(copier->dst, v.as.cause, (int64_t)sizeof *cause);
    cause->name = copy_str(copier, cause->name);
    copy_slots(copier, &cause->of, 1, depth);
    return val_null(cause);
}

static Value copy_function(Copier *copier, Value v, int depth)
{
    const Function *old = v.as.function;
    if (!is_owned(copier, old)) {
        return v;
    }
    int64_t captured_bytes = old->captured_count * (int64_t)sizeof(Value);
    bool is_done;
    Function *function = copy_part(copier, old, 0, (int64_t)sizeof *old + captured_bytes, &is_done);
    if (!is_done) {
        function->name = copy_str(copier, function->name);
        copy_slots(copier, &function->self, 1, depth);
        copy_slots(copier, function->captured, function->captured_count, depth);
    }
    return val_function(function);
}

static Value copy_doc(Copier *copier, Value v)
{
    if (v.flags == DOC_NAMED && is_owned(copier, v.as.doc_name)) {
        DocName *name = arena_new(copier->dst, DocName);
        name->name = copy_str(copier, v.as.doc_name->name);
        v.as.doc_name = name;
    }
    if (v.flags == DOC_PAST && is_owned(copier, v.as.past)) {
        DocPast *past = arena_new(copier->dst, DocPast);
        *past = *v.as.past;
        v.as.past = past;
    }
    if ((v.flags == DOC_VERSION || v.flags == DOC_GIVEN) && !copier->from) {
        /* the copy may outlive the transaction */
        v.flags = DOC_ID;
        v.as.integer = v.as.version->id;
    }
    return v;
}

static Value copy_set(Copier *copier, Value v)
{
    if (is_owned(copier, v.as.set)) {
        v.as.set = v.as.set->ops->copy(copier->dst, v.as.set, copier->from);
    }
    return v;
}

static Value copy_cursor(Copier *copier, Value v)
{
    if (is_owned(copier, v.as.cursor)) {
        Cursor *cursor = arena_new(copier->dst, Cursor);
        cursor->text = copy_str(copier, v.as.cursor->text);
        v.as.cursor = cursor;
    }
    return v;
}

static Value copy_event_source(Copier *copier, Value v, int depth)
{
    const EventSource *old = v.as.event_source;
    if (!is_owned(copier, old)) {
        return v;
    }
    EventSource *source = arena_copy(copier->dst, old, (int64_t)sizeof *old);
    source->set = copy_set(copier, val_set(old->set)).as.set;
    source->description = copy_str(copier, old->description);
    copy_slots(copier, &source->fields, 1, depth);
    return val_event_source(source);
}

static Value copy_at(Copier *copier, Value v, int depth)
{
    switch ((Type)v.type) {
    case T_BOOLEAN:
    case T_INT:
    case T_LONG:
    case T_DOUBLE:
    case T_ID:
    case T_TIME:
    case T_TRANSACTION_TIME:
    case T_DATE:
    case T_MODULE:
    case T_FAULT:
        return v;
    case T_STRING:
    case T_BYTES:
    case T_UUID:
        v.as.bytes = copy_string(copier, v.as.bytes, v.len);
        return v;
    case T_NULL:
        return copy_null(copier, v, depth);
    case T_ARRAY:
        return copy_array(copier, v, depth);
    case T_OBJECT:
        return copy_object(copier, v, depth);
    case T_DOC:
        return copy_doc(copier, v);
    case T_SET:
        return copy_set(copier, v);
    case T_CURSOR:
        return copy_cursor(copier, v);
    case T_FUNCTION:
        return copy_function(copier, v, depth);
    case T_EVENT_SOURCE:
        return copy_event_source(copier, v, depth);
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

static Value copy_all(Copier *copier, Value v)
{
    Value copy = copy_at(copier, v, 0);
    while (copier->later.len > 0 && !copier->gave_up) {
        Value *slot = copier->later.at[--copier->later.len];
        *slot = copy_at(copier, *slot, 0);
    }
    return copy;
}

static Value copy_bounded(Copier copier, Value v, int64_t unshared_bytes)
{
    ArenaMark start = arena_mark(copier.dst);
    Copier again = copier;
    /* By one gauge, all that is beside the parts included: else what is shared could grow with each
     * copy of a copy. */
    copier.limit_bytes = arena_bytes(copier.dst) + unshared_bytes + SLACK_BYTES;
    Value copy = copy_all(&copier, v);
    if (copier.gave_up) {
        arena_rewind(again.dst, start);
        again.list = copier.list;
        copier = again;
        grow_parts(&copier);
        copy = copy_all(&copier, v);
    }
    arena_free(&copier.list);
    return copy;
}

Value val_copy(Arena *dst, Value v, const Arena *from)
{
    assert(dst != from);
    return val_is_flat(v) ? v
                          : copy_bounded((Copier){.dst = dst, .from = from}, v,
                                         from ? arena_bytes(from) : UNSHARED_BYTES_MAX);
}

Value val_copy_lasting(Arena *dst, Value v, int64_t bytes)
{
    return val_is_flat(v) ? v
                          : copy_bounded((Copier){.dst = dst, .kept = dst}, v,
                                         bytes > UNSHARED_BYTES_MAX ? bytes : UNSHARED_BYTES_MAX);
}
