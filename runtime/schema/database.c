/* database: see database.h. */
#include "runtime/schema/database.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/definition_store.h"
#include "runtime/schema/directory.h"

#include <string.h>

enum {
    /* Beside the counter of collections and a staged schema. */
    SELF_COLLECTION = COLLECTION_UNCOUNTED,
    SELF_ID = 0,
};

/* -- the document of itself ------------------------------------------------------------------- */

static bool put_self(Rt *rt, const DatabaseSelf *self)
{
    static const Str names[] = {{"outer", 5}, {"id", 2}};
    Value values[] = {val_number(self->outer), val_number(self->id)};
    Put put = {.ttl_us = TTL_NEVER};
    return definition_ensure_collection(rt, SELF_COLLECTION) &&
           codec_encode(rt, rt->heap, rt_object(rt, names, values, 2).as.object, &put.doc) &&
           definition_store_ok(rt, txn_put(rt->txn, SELF_COLLECTION, SELF_ID, &put, NULL));
}

bool database_self(Rt *rt, DatabaseSelf *self)
{
    *self = (DatabaseSelf){0};
    if (txn_database(rt->txn) == DATABASE_ROOT) {
        return true;
    }
    const Version *version = txn_get(rt->txn, SELF_COLLECTION, SELF_ID);
    if (!version) {
        return false;
    }
    const Object *object = codec_decode(rt, version->doc).as.object;
    self->outer = (uint32_t)field_or_null(object, STR("outer")).as.integer;
    self->id = field_or_null(object, STR("id")).as.integer;
    return true;
}

/* -- making and dropping ----------------------------------------------------------------------- */

bool database_make(Rt *rt, int64_t id, uint32_t *number)
{
    uint32_t outer = txn_database(rt->txn);
    if (!definition_store_ok(rt, txn_create_database(rt->txn, number))) {
        return false;
    }
    txn_enter(rt->txn, *number);
    bool ok = put_self(rt, &(DatabaseSelf){.outer = outer, .id = id});
    txn_enter(rt->txn, outer);
    return ok;
}

bool database_restore(Rt *rt, int64_t id, int64_t time_us, const Object *fields, uint32_t *number)
{
    Fields all = {0};
    for (int64_t i = 0; i < fields->shape->count; i++) {
        fields_add(rt, &all, fields->shape->names[i], fields->slots[i]);
    }
    Put put = {.ttl_us = TTL_NEVER, .time_us = time_us, .expect_new = true};
    if (!database_make(rt, id, number)) {
        return false;
    }
    fields_add(rt, &all, STR("internal_database"), val_number(*number));
    return directory_put_database(rt, id, *number) && codec_encode(rt, rt->heap, fields_object(rt, &all).as.object, &put.doc) &&
           definition_ensure_collection(rt, COLLECTION_DATABASE) &&
           definition_store_ok(rt, txn_put(rt->txn, COLLECTION_DATABASE, id, &put, NULL));
}

const Object *database_fields(Rt *rt, const Version *version)
{
    return definition_visible(rt, version);
}

uint32_t database_number(Rt *rt, const Version *version)
{
    const Object *object = codec_decode(rt, version->doc).as.object;
    return (uint32_t)field_or_null(object, STR("internal_database")).as.integer;
}

/* Takes the keys of the database out of the directory. */
static bool forget_keys(Rt *rt)
{
    StoreCursor *cursor = cursor_documents(rt->txn, COLLECTION_KEY, INT64_MIN, INT64_MAX, false);
    const Version *version;
    bool ok = true;
    while (ok && cursor_next(cursor, &version, NULL)) {
        ok = directory_remove_key(rt, version->id);
    }
    cursor_close(cursor);
    return ok;
}

bool database_drop(Rt *rt, uint32_t number)
{
    uint32_t outer = txn_database(rt->txn);
    txn_enter(rt->txn, number);
    StoreCursor *cursor =
        cursor_documents(rt->txn, COLLECTION_DATABASE, INT64_MIN, INT64_MAX, false);
    const Version *version;
    bool ok = true;
    while (ok && cursor_next(cursor, &version, NULL)) {
        ok = database_drop(rt, database_number(rt, version)) &&
             directory_put_database(rt, version->id, 0);
    }
    cursor_close(cursor);
    ok = ok && forget_keys(rt);
    txn_enter(rt->txn, outer);
    return ok && definition_store_ok(rt, txn_drop_database(rt->txn, number));
}

/* -- finding ----------------------------------------------------------------------------------- */

bool database_find(Rt *rt, Str name, uint32_t *number)
{
    int64_t id;
    if (!system_find(rt, COLLECTION_DATABASE, STR("name"), val_str(name), &id)) {
        return false;
    }
    *number = database_number(rt, txn_get(rt->txn, COLLECTION_DATABASE, id));
    return true;
}

/* The digits of global ids: five bits each, from the highest on; the last four bits get a zero
 * behind them. */
enum { GLOBAL_DIGITS = 13 };
static const char global_digits[] = "ybndrfg8ejkmcpqxot1uwisza345h769";

Str database_global_id(Arena *arena, int64_t id)
{
    char text[GLOBAL_DIGITS];
    for (int i = 0; i < GLOBAL_DIGITS; i++) {
        int shift = 59 - 5 * i;
        uint64_t bits = shift >= 0 ? (uint64_t)id >> shift : (uint64_t)id << -shift;
        text[i] = global_digits[bits & 31];
    }
    return str_copy(arena, (Str){text, GLOBAL_DIGITS});
}

bool database_of_global_id(Str text, int64_t *id)
{
    uint64_t bits = 0;
    for (int64_t i = 0; i < text.len && i < GLOBAL_DIGITS; i++) {
        const char *digit = memchr(global_digits, text.s[i], sizeof global_digits - 1);
        if (!digit) {
            return false;
        }
        uint64_t value = (uint64_t)(digit - global_digits);
        bits = i < GLOBAL_DIGITS - 1 ? bits << 5 | value : bits << 4 | value >> 1;
    }
    *id = (int64_t)bits;
    return text.len == GLOBAL_DIGITS;
}

/* What the database that the transaction is in, or else the nearest around it that says anything,
 * says in its field `name`; `otherwise` when none does. */
static bool database_says(Rt *rt, Str name, bool otherwise)
{
    uint32_t entered = txn_database(rt->txn);
    DatabaseSelf self;
    Value said = val_null(NULL);
    while (said.type != T_BOOLEAN && database_self(rt, &self) && self.id != 0) {
        txn_enter(rt->txn, self.outer);
        const Version *version = txn_get(rt->txn, COLLECTION_DATABASE, self.id);
        if (version) {
            said = field_or_null(codec_decode(rt, version->doc).as.object, name);
        }
    }
    txn_enter(rt->txn, entered);
    return said.type == T_BOOLEAN ? said.as.boolean : otherwise;
}

bool database_is_protected(Rt *rt)
{
    return database_says(rt, STR("protected"), false);
}

bool database_is_typechecked(Rt *rt)
{
    return database_says(rt, STR("typechecked"), rt->root_is_typechecked);
}
