/* version: one version of a document in memory. store/doc.h builds and reads its bytes. */
#ifndef FAWN_STORE_VERSION_H
#define FAWN_STORE_VERSION_H

#include "runtime/base/str.h"

/* One version of a document in memory; `doc` are relocatable document bytes. Behind it stand,
 * if the flags say so: the end of life, 8 bytes; the derived block's length, 8 bytes, and the
 * derived block; a pointer to the version that it replaced (history.h). The derived block is
 * what the store's user worked out from the document when it wrote it, for indexes to take keys
 * from (KEY_FROM_DERIVED): the store itself only keeps it. */
typedef struct Version {
    int64_t id;
    int64_t time_us;  /* commit time; 0 while its transaction is under way */
    uint32_t doc_len; /* a multiple of 8 */
    uint32_t flags;   /* VERSION_TTL … */
    char doc[];       /* 8-byte aligned */
} Version;

enum {
    VERSION_TTL = 1,      /* int64 microseconds stand behind `doc` */
    VERSION_REPLACED = 2, /* the store's own: replaced in the transaction that made it */
    VERSION_DERIVED = 4,  /* a derived block stands behind `doc` */
    VERSION_DATED = 8,    /* the store's own: made in a transaction that is under way, and
                             keeps the time it has */
    VERSION_LINKED = 16,  /* the store's own: an older version stands behind it */
    VERSION_DELETED = 32, /* a tombstone: has no document. Only the store sees them */
};

#define TTL_NEVER INT64_MAX

/* When the document ends to exist, in microseconds since 1970; TTL_NEVER: it does not. */
static inline int64_t version_ttl_us(const Version *version)
{
    int64_t ttl_us = TTL_NEVER;
    if (version->flags & VERSION_TTL) {
        memcpy(&ttl_us, version->doc + version->doc_len, sizeof ttl_us);
    }
    return ttl_us;
}

/* The derived block of a document; empty: it has none. */
static inline Str version_derived(const Version *version)
{
    if (LIKELY(!(version->flags & VERSION_DERIVED))) {
        return (Str){0};
    }
    const char *at = version->doc + version->doc_len + (version->flags & VERSION_TTL ? 8 : 0);
    int64_t len;
    memcpy(&len, at, sizeof len);
    return (Str){at + sizeof len, len};
}

#endif
