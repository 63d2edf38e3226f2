/* limits: the tables of what a query may make. */
#include "runtime/base/limits.h"

#include <stddef.h>
#include <string.h>

const Limits limits_local = {
    .name = "local",
    .call_depth = CALL_DEPTH_MAX,
    .string_bytes = STRING_BYTES_MAX,
    .elements = ARRAY_LEN_MAX,
    .page_size = PAGE_SIZE_MAX,
};

const Limits limits_fauna = {
    .name = "fauna",
    .call_depth = 2048,
    .string_bytes = 16 * 1024 * 1024,
    .elements = 16000,
    .page_size = 16000,
};

const Limits *limits_find(const char *name)
{
    const Limits *const tables[] = {&limits_local, &limits_fauna};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (strcmp(tables[i]->name, name) == 0) {
            return tables[i];
        }
    }
    return NULL;
}
