/* schema_version: see schema_version.h. */
#include "runtime/schema/schema_version.h"

#include "runtime/document/codec.h"
#include "runtime/schema/catalog.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/definition_store.h"

enum {
    VERSION_COLLECTION = COLLECTION_UNCOUNTED,
    VERSION_ID = 3, /* 1, 2 and 4 are others' (definition.c, interp/schema/schema_source.h) */
};

/* Collections whose documents are the schema. */
static const uint32_t schema_collections[] = {COLLECTION_COLLECTION, COLLECTION_FUNCTION,
                                              COLLECTION_ROLE, COLLECTION_ACCESS_PROVIDER};

bool schema_version_changes(Rt *rt)
{
    const Version *version = txn_get(rt->txn, VERSION_COLLECTION, VERSION_ID);
    bool changes = version && version->time_us == 0; /* the transaction's own */
    for (int64_t i = 0; i < countof(schema_collections); i++) {
        changes |= txn_writes(rt->txn, schema_collections[i]) > 0;
    }
    return changes;
}

bool schema_version_touch(Rt *rt)
{
    Put put = {.ttl_us = TTL_NEVER};
    return definition_ensure_collection(rt, VERSION_COLLECTION) &&
           codec_encode(rt, rt->heap, rt_object(rt, NULL, NULL, 0).as.object, &put.doc) &&
           definition_store_ok(rt, txn_put(rt->txn, VERSION_COLLECTION, VERSION_ID, &put, NULL));
}

bool schema_version_note(Rt *rt)
{
    return !txn_has_written(rt->txn) || !schema_version_changes(rt) || schema_version_touch(rt);
}

int64_t schema_version_us(Rt *rt)
{
    const Version *version = txn_get(rt->txn, VERSION_COLLECTION, VERSION_ID);
    return version ? version->time_us : 0;
}
