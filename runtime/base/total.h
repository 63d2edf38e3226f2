/* total: what an aggregate can keep of its documents: the grammar and the runtime name it alike.
 */
#ifndef FAWN_BASE_TOTAL_H
#define FAWN_BASE_TOTAL_H

#include "runtime/base/str.h"

typedef enum TotalKind {
#define TOTAL(name, text) TOTAL_##name,
#include "runtime/base/total.def"
#undef TOTAL
    TOTAL_KINDS,
} TotalKind;

/* "count", "countDistinct" … */
static inline Str total_text(TotalKind kind)
{
    static const Str texts[TOTAL_KINDS] = {
#define TOTAL(name, text) [TOTAL_##name] = {text, (int64_t)sizeof text - 1},
#include "runtime/base/total.def"
#undef TOTAL
    };
    return texts[kind];
}

#endif
