/* map: hash map from Str to pointer, in an arena. Keys are borrowed: they must live as long
 * as the map. Grows by doubling (the old table stays in the arena).
 */
#ifndef FAWN_BASE_MAP_H
#define FAWN_BASE_MAP_H

#include "runtime/base/str.h"

typedef struct MapSlot {
    Str key;
    uint64_t hash;
    void *value; /* NULL: the slot is free */
} MapSlot;

typedef struct Map {
    Arena *arena;
    MapSlot *slots;
    int64_t cap;   /* a power of two, or 0 */
    int64_t count;
} Map;

void map_init(Map *map, Arena *arena);

/* The value under `key`, or NULL. */
void *map_find(const Map *map, Str key);

/* Stores `value` (not NULL) under `key`, replacing what was there. */
void map_put(Map *map, Str key, void *value);

/* Takes `key` out, if it is there. */
void map_remove(Map *map, Str key);

#endif
