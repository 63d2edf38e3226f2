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
 * Two places that shared a part have a part each afterwards.
 */
#include "runtime/set.h"

#include "runtime/base/vec.h"

enum { COPY_DEPTH = 200 };

typedef struct Copier {
    Arena *dst;
    const Arena *from;
    ArenaBlock block;                /* of `from`, where the last pointer was found */
    const Shape *shape, *shape_copy; /* the private shape copied last: rows tend to share one */
    VEC(Value *) later;              /* slots whose values are still to be copied */
    Arena list;                      /* of `later` */
} Copier;

static Value copy_at(Copier *copier, Value v, int depth);

static bool is_owned(Copier *copier, const void *ptr)
{
    const char *p = ptr;
    return !copier->from || (p >= copier->block.start && p < copier->block.end) ||
           arena_find(copier->from, ptr, &copier->block);
}

static const char *copy_bytes(Copier *copier, const char *bytes, int64_t len)
{
    return len > 0 && is_owned(copier, bytes) ? arena_copy(copier->dst, bytes, len) : bytes;
}

static Str copy_str(Copier *copier, Str s)
{
    return (Str){copy_bytes(copier, s.s, s.len), s.len};
}

static void copy_slots(Copier *copier, Value *slots, int64_t count, int depth)
{
    for (int64_t i = 0; i < count; i++) {
        if (depth < COPY_DEPTH) {
            slots[i] = copy_at(copier, slots[i], depth + 1);
        } else {
            vec_push(&copier->later, &copier->list, &slots[i]);
        }
    }
}

static Value copy_array(Copier *copier, Value v, int depth)
{
    if (v.len == 0) {
        return val_array(NULL, 0);
    }
    if (is_owned(copier, v.as.items)) {
        Value *items = arena_copy(copier->dst, v.as.items, v.len * (int64_t)sizeof(Value));
        v.as.items = items;
        copy_slots(copier, items, v.len, depth);
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

static Value copy_object(Copier *copier, Value v, int depth)
{
    const Object *old = v.as.object;
    if (!is_owned(copier, old)) {
        return v;
    }
    int64_t count = old->shape->count;
    Object *object = object_new(copier->dst, copy_shape(copier, old->shape));
    if (count > 0) {
        memcpy(object->slots, old->slots, (size_t)count * sizeof(Value));
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
    Function *function = arena_copy(copier->dst, old, (int64_t)sizeof *old + captured_bytes);
    function->name = copy_str(copier, function->name);
    copy_slots(copier, &function->self, 1, depth);
    copy_slots(copier, function->captured, function->captured_count, depth);
    return val_function(function);
}

static Value copy_doc(Copier *copier, Value v)
{
    if (v.flags == DOC_NAMED && is_owned(copier, v.as.doc_name)) {
        DocName *name = arena_new(copier->dst, DocName);
        name->name = copy_str(copier, v.as.doc_name->name);
        v.as.doc_name = name;
    }
    if (v.flags == DOC_VERSION && !copier->from) { /* the copy may outlive the transaction */
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

static Value copy_event_source(Copier *copier, Value v)
{
    if (is_owned(copier, v.as.event_source)) {
        EventSource *source = arena_new(copier->dst, EventSource);
        source->token = copy_str(copier, v.as.event_source->token);
        v.as.event_source = source;
    }
    return v;
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
        v.as.bytes = copy_bytes(copier, v.as.bytes, v.len);
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
        return copy_event_source(copier, v);
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

Value val_copy(Arena *dst, Value v, const Arena *from)
{
    assert(dst != from);
    Copier copier = {.dst = dst, .from = from};
    Value copy = copy_at(&copier, v, 0);
    while (copier.later.len > 0) {
        Value *slot = copier.later.at[--copier.later.len];
        *slot = copy_at(&copier, *slot, 0);
    }
    arena_free(&copier.list);
    return copy;
}
