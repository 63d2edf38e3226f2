/* accumulator: objects that grow in place; see accumulator.h. */
#include "runtime/set/accumulator.h"

enum { ROOM_MIN = 8 };

/* What lies in front of an owned object. */
typedef struct Owned {
    ShapeBuilder *shape; /* NULL: the object's shape is shared, or another object's as well */
    int64_t room;        /* slots */
} Owned;

_Static_assert(sizeof(Owned) == 16, "the object behind it is aligned");

static Owned *owned_of(Value acc)
{
    assert(acc.flags & OBJECT_OWNED);
    return (Owned *)acc.as.owned - 1;
}

/* An owned object with the fields of `from`, and room for more. */
static Value make_owned(Rt *rt, const Object *from, ShapeBuilder *shape)
{
    uint32_t count = from->shape->count;
    int64_t room = count < ROOM_MIN / 2 ? ROOM_MIN : 2 * (int64_t)count;
    Owned *owned = arena_alloc(rt->heap, (int64_t)(sizeof(Owned) + sizeof(Object)) +
                                             arena_array_bytes(room, (int64_t)sizeof(Value)));
    *owned = (Owned){.shape = shape, .room = room};
    Object *object = (Object *)(owned + 1);
    object->shape = from->shape;
    if (count > 0) {
        memcpy(object->slots, from->slots, count * sizeof(Value));
    }
    return (Value){.type = T_OBJECT, .flags = OBJECT_LENT | OBJECT_OWNED, .as.owned = object};
}

/* Gives the object one more slot, for a field that it does not have; where the object is moved,
 * `*acc` is another one afterwards. */
static Value *add_field(Rt *rt, Value *acc, Str name)
{
    Owned *owned = owned_of(*acc);
    if (acc->as.object->shape->count == owned->room) {
        *acc = make_owned(rt, acc->as.object, owned->shape);
        owned = owned_of(*acc);
    }
    Object *object = acc->as.owned;
    const Shape *shape = object->shape;
    if (owned->shape == NULL) {
        const Shape *child = shape_child(shape, name);
        if (child != NULL) {
            object->shape = child;
            return &object->slots[shape->count];
        }
        owned->shape = shape_builder(shape, rt->heap);
    }
    object->shape = shape_builder_add(owned->shape, name, rt->heap);
    return &object->slots[object->shape->count - 1];
}

Value accumulator_extend(Rt *rt, Value acc, const Object *source)
{
    assert(accumulator_is_lent(acc) && source != acc.as.object);
    if (!(acc.flags & OBJECT_OWNED)) {
        acc = make_owned(rt, acc.as.object, NULL);
    }
    const Shape *names = source->shape;
    for (uint32_t i = 0; i < names->count; i++) {
        int64_t slot = shape_slot_hashed(acc.as.object->shape, names->names[i], names->hashes[i]);
        Value *to = slot >= 0 ? &acc.as.owned->slots[slot] : add_field(rt, &acc, names->names[i]);
        *to = source->slots[i];
    }
    return acc;
}

Value accumulator_blank(Rt *rt, Value object)
{
    return accumulator_is_lent(object) ? val_object(object_new(rt->heap, shape_empty(rt->shapes)))
                                       : object;
}
