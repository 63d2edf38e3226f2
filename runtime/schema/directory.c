/* directory: see directory.h. */
#include "runtime/schema/directory.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/definition_store.h"

/* What is known of an id. */
typedef struct Entry {
    Value keys; /* an Array of numbers */
    int64_t database;
} Entry;

static int64_t document_id(int64_t id)
{
    return -1 - id;
}

static Entry read_entry(Rt *rt, int64_t id)
{
    Entry entry = {.keys = val_array(NULL, 0)};
    const Version *version = txn_get(rt->txn, COLLECTION_UNCOUNTED, document_id(id));
    if (version) {
        const Object *object = codec_decode(rt, version->doc).as.object;
        Value keys = field_or_null(object, STR("keys"));
        entry.keys = keys.type == T_ARRAY ? keys : entry.keys;
        Value database = field_or_null(object, STR("database"));
        entry.database = val_is_integer(database) ? database.as.integer : 0;
    }
    return entry;
}

static bool write_entry(Rt *rt, int64_t id, const Entry *entry)
{
    if (entry->keys.len == 0 && entry->database == 0) {
        StoreStatus status = txn_delete(rt->txn, COLLECTION_UNCOUNTED, document_id(id));
        return status == STORE_NOT_FOUND || definition_store_ok(rt, status);
    }
    static const Str names[] = {{"keys", 4}, {"database", 8}};
    Value values[] = {entry->keys, val_number(entry->database)};
    Put put = {.ttl_us = TTL_NEVER};
    return definition_ensure_collection(rt, COLLECTION_UNCOUNTED) &&
           codec_encode(rt, rt->heap, rt_object(rt, names, values, 2).as.object, &put.doc) &&
           definition_store_ok(
               rt, txn_put(rt->txn, COLLECTION_UNCOUNTED, document_id(id), &put, NULL));
}

/* Keeps `number` among the keys' databases, or not. */
static bool change_key(Rt *rt, int64_t id, uint32_t number, bool is_there)
{
    Entry entry = read_entry(rt, id);
    Value *items = arena_array(rt->heap, Value, entry.keys.len + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < entry.keys.len; i++) {
        if (entry.keys.as.items[i].as.integer != number) {
            items[count++] = entry.keys.as.items[i];
        }
    }
    if (is_there) {
        items[count++] = val_number(number);
    }
    entry.keys = val_array(items, count);
    return write_entry(rt, id, &entry);
}

static bool change_key_here(Rt *rt, int64_t id, bool is_there)
{
    uint32_t here = txn_database(rt->txn);
    txn_enter(rt->txn, DATABASE_ROOT);
    bool ok = change_key(rt, id, here, is_there);
    txn_enter(rt->txn, here);
    return ok;
}

bool directory_add_key(Rt *rt, int64_t id)
{
    return change_key_here(rt, id, true);
}

bool directory_remove_key(Rt *rt, int64_t id)
{
    return change_key_here(rt, id, false);
}

static Entry find_entry(Rt *rt, int64_t id)
{
    uint32_t here = txn_database(rt->txn);
    txn_enter(rt->txn, DATABASE_ROOT);
    Entry entry = read_entry(rt, id);
    txn_enter(rt->txn, here);
    return entry;
}

int64_t directory_key(Rt *rt, int64_t id, const uint32_t **databases)
{
    Value keys = find_entry(rt, id).keys;
    uint32_t *numbers = arena_array(rt->heap, uint32_t, keys.len);
    for (uint32_t i = 0; i < keys.len; i++) {
        numbers[i] = (uint32_t)keys.as.items[i].as.integer;
    }
    *databases = numbers;
    return keys.len;
}

bool directory_put_database(Rt *rt, int64_t id, uint32_t number)
{
    uint32_t here = txn_database(rt->txn);
    txn_enter(rt->txn, DATABASE_ROOT);
    Entry entry = read_entry(rt, id);
    entry.database = number;
    bool ok = write_entry(rt, id, &entry);
    txn_enter(rt->txn, here);
    return ok;
}

bool directory_database(Rt *rt, int64_t id, uint32_t *number)
{
    *number = id == 0 ? DATABASE_ROOT : (uint32_t)find_entry(rt, id).database;
    return id == 0 || *number != 0;
}
