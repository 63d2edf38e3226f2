/* map: see map.h. Open addressing, linear probing, at most three quarters full. */
#include "runtime/base/map.h"

void map_init(Map *map, Arena *arena)
{
    *map = (Map){.arena = arena};
}

/* The slot that holds `key`, or the free slot where it would go. */
static MapSlot *find_slot(const Map *map, Str key, uint64_t hash)
{
    int64_t mask = map->cap - 1;
    for (int64_t i = (int64_t)hash & mask;; i = (i + 1) & mask) {
        MapSlot *slot = &map->slots[i];
        if (!slot->value || (slot->hash == hash && str_eq(slot->key, key))) {
            return slot;
        }
    }
}

void *map_find(const Map *map, Str key)
{
    return map->cap ? find_slot(map, key, str_hash(key))->value : NULL;
}

static void grow(Map *map)
{
    Map old = *map;
    map->cap = old.cap ? old.cap * 2 : 16;
    map->slots = arena_array(map->arena, MapSlot, map->cap);
    for (int64_t i = 0; i < old.cap; i++) {
        if (old.slots[i].value) {
            *find_slot(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
        }
    }
}

void map_put(Map *map, Str key, void *value)
{
    assert(value);
    if (map->count * 4 >= map->cap * 3) {
        grow(map);
    }
    uint64_t hash = str_hash(key);
    MapSlot *slot = find_slot(map, key, hash);
    if (!slot->value) {
        map->count++;
    }
    *slot = (MapSlot){.key = key, .hash = hash, .value = value};
}

/* What was put behind the key because its own place was taken moves up, so that no search ends at
 * the place that is free now. */
void map_remove(Map *map, Str key)
{
    MapSlot *gone = map->cap ? find_slot(map, key, str_hash(key)) : NULL;
    if (!gone || !gone->value) {
        return;
    }
    int64_t mask = map->cap - 1;
    int64_t free = gone - map->slots;
    for (int64_t i = (free + 1) & mask; map->slots[i].value; i = (i + 1) & mask) {
        int64_t home = (int64_t)map->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - free) & mask)) {
            map->slots[free] = map->slots[i];
            free = i;
        }
    }
    map->slots[free] = (MapSlot){0};
    map->count--;
}
