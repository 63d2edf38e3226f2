/* keyed: see keyed.h. The bytes of the keys may move while they grow, so a key has only its length
 * until the list is sorted.
 */
#include "store/keyed.h"

#include "runtime/base/memory.h"

#include <stdlib.h>

void keyed_push(KeyedList *list, Str key, const Version *version)
{
    list->at = memory_room(list->at, &list->cap, list->len, 1, sizeof *list->at);
    list->at[list->len++] = (Keyed){.key = {.len = key.len}, .version = version};
    buf_put(&list->bytes, key);
}

static int compare(const void *a, const void *b)
{
    return str_compare(((const Keyed *)a)->key, ((const Keyed *)b)->key);
}

void keyed_sort(KeyedList *list)
{
    const char *at = list->bytes.len > 0 ? list->bytes.data : ""; /* all keys may be empty */
    for (int64_t i = 0; i < list->len; i++) {
        list->at[i].key.s = at;
        at += list->at[i].key.len;
    }
    if (list->len > 1) {
        qsort(list->at, (size_t)list->len, sizeof *list->at, compare);
    }
}

int64_t keyed_seek(const KeyedList *list, Str key)
{
    int64_t low = 0;
    int64_t high = list->len;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (str_compare(list->at[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t keyed_end(const KeyedList *list, int64_t from, Str prefix)
{
    int64_t low = from;
    int64_t high = list->len;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (str_starts_with(list->at[middle].key, prefix)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void keyed_free(KeyedList *list)
{
    buf_free(&list->bytes);
    free(list->at);
    *list = (KeyedList){0};
}
