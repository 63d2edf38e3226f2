/* keyed: versions by key, gathered and then sorted: what reads of the past, and of documents that
 * have ended, work out for themselves instead of finding it in a tree.
 */
#ifndef FAWN_STORE_KEYED_H
#define FAWN_STORE_KEYED_H

#include "store/store.h"

typedef struct Keyed {
    Str key;
    const Version *version;
} Keyed;

/* All zero: empty. */
typedef struct KeyedList {
    Keyed *at;
    int64_t len, cap;
    Buf bytes; /* of the keys, one after another as they were pushed */
} KeyedList;

/* Adds a copy of `key`. */
void keyed_push(KeyedList *list, Str key, const Version *version);

/* Once, when all are pushed: gives the keys their addresses and sorts by them. */
void keyed_sort(KeyedList *list);

/* The first of a sorted list whose key is not below `key`. */
int64_t keyed_seek(const KeyedList *list, Str key);

/* The first from `from` on whose key does not begin with `prefix`. */
int64_t keyed_end(const KeyedList *list, int64_t from, Str prefix);

void keyed_free(KeyedList *list);

#endif
