/* record: see record.h. Bytes that are read passed a checksum, but are checked all the same:
 * a checksum is no proof of good will.
 */
#include "store/record.h"

#include "store/history.h"
#include "store/history_int.h"

#include "store/aggregate_int.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string.h>

enum { PART_MVA = 1, PART_DESCENDING = 2 };

uint64_t record_hash(uint64_t before, Str piece)
{
    return XXH3_64bits_withSeed(piece.s, (size_t)piece.len, before);
}

uint64_t record_hash_body(Str body)
{
    uint64_t hash = 0;
    for (int64_t at = 0; at < body.len; at += RECORD_PIECE_BYTES) {
        int64_t to = at + RECORD_PIECE_BYTES < body.len ? at + RECORD_PIECE_BYTES : body.len;
        hash = record_hash(hash, str_slice(body, at, to));
    }
    return hash;
}

uint64_t record_checksum(const RecordHeader *header, uint64_t body_hash, int64_t offset)
{
    RecordHeader hashed = *header;
    hashed.checksum = body_hash;
    return XXH3_64bits_withSeed(&hashed, sizeof hashed, (uint64_t)offset);
}

/* -- sets of shapes --------------------------------------------------------------------------- */

bool shapes_add(ShapeSet *set, uint32_t id)
{
    if (id >= set->bits.len) {
        buf_fill(&set->bits, 0, (int64_t)id + 1 - set->bits.len);
    }
    if (set->bits.data[id]) {
        return true;
    }
    set->bits.data[id] = 1;
    ptrs_push(&set->added, (void *)(uintptr_t)id);
    return false;
}

void shapes_keep(ShapeSet *set)
{
    ptrs_clear(&set->added);
}

void shapes_forget(ShapeSet *set)
{
    for (int64_t i = 0; i < set->added.len; i++) {
        set->bits.data[(uintptr_t)set->added.at[i]] = 0;
    }
    ptrs_clear(&set->added);
}

void shapes_free(ShapeSet *set)
{
    buf_free(&set->bits);
    ptrs_free(&set->added);
}

/* -- writing ----------------------------------------------------------------------------------- */

static void put_u32(Buf *body, uint32_t n)
{
    buf_put(body, (Str){(const char *)&n, sizeof n});
}

static void put_text(Buf *body, Str text)
{
    put_u32(body, (uint32_t)text.len);
    buf_put(body, text);
}

/* Starts an entry whose length is set by end_entry. */
static int64_t start_entry(Buf *body, EntryHeader header)
{
    int64_t at = body->len;
    buf_put(body, (Str){(const char *)&header, sizeof header});
    return at;
}

static void end_entry(Buf *body, int64_t at)
{
    buf_fill(body, 0, -body->len & 7);
    uint32_t len = (uint32_t)(body->len - at - ENTRY_BYTES);
    memcpy(body->data + at + offsetof(EntryHeader, len), &len, sizeof len);
}

static void put_shape(Buf *body, const ShapeTable *shapes, ShapeSet *set, uint32_t id)
{
    if (id == 0 || shapes_add(set, id)) {
        return;
    }
    const Shape *shape = shape_by_id(shapes, id);
    always(shape);
    int64_t at = start_entry(
        body, (EntryHeader){.kind = ENTRY_SHAPE, .number = id, .id = (int64_t)shape->count});
    for (uint32_t i = 0; i < shape->count; i++) {
        put_text(body, shape->names[i]);
    }
    end_entry(body, at);
}

/* Defines the shapes of a block and of the blocks in it. */
static void put_shapes(Buf *body, const ShapeTable *shapes, ShapeSet *set, const char *block)
{
    if (doc_shape_id(block) != DOC_SHAPE_ARRAY) {
        put_shape(body, shapes, set, doc_shape_id(block));
    }
    int64_t count = doc_count(block);
    for (int64_t i = 0; i < count; i++) {
        if (doc_tag(block, i) >= TAG_ARRAY) {
            put_shapes(body, shapes, set, doc_nested(block, i));
        }
    }
}

void record_put_document(Buf *body, const ShapeTable *shapes, ShapeSet *set, uint32_t collection,
                         const Version *version, int64_t time_us)
{
    put_shapes(body, shapes, set, version->doc);
    Str derived = version_derived(version);
    if (derived.len > 0) {
        put_shapes(body, shapes, set, derived.s);
    }
    int64_t ttl_us = version_ttl_us(version);
    EntryHeader header = {.kind = OP_PUT,
                          .len = version->doc_len,
                          .number = collection,
                          .derived_len = (uint32_t)derived.len,
                          .id = version->id};
    header.flags = (uint8_t)((ttl_us != TTL_NEVER ? ENTRY_TTL : 0) | (time_us ? ENTRY_TIME : 0));
    char *to = buf_reserve(body, ENTRY_BYTES + 16 + (int64_t)version->doc_len + derived.len);
    char *start = to;
    memcpy(to, &header, ENTRY_BYTES);
    to += ENTRY_BYTES;
    if (header.flags & ENTRY_TTL) {
        memcpy(to, &ttl_us, 8);
        to += 8;
    }
    if (header.flags & ENTRY_TIME) {
        memcpy(to, &time_us, 8);
        to += 8;
    }
    memcpy(to, version->doc, version->doc_len);
    to += version->doc_len;
    if (derived.len > 0) {
        memcpy(to, derived.s, (size_t)derived.len);
        to += derived.len;
    }
    body->len += to - start;
}

static void put_parts(Buf *body, const KeyPart *parts, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        put_u32(body, (uint32_t)parts[i].source);
        put_u32(body,
                (parts[i].mva ? PART_MVA : 0u) | (parts[i].descending ? PART_DESCENDING : 0u));
        put_u32(body, (uint32_t)parts[i].path_len);
        for (int64_t step = 0; step < parts[i].path_len; step++) {
            put_text(body, parts[i].path[step]);
        }
    }
}

static void put_index(Buf *body, const IndexDef *def)
{
    int64_t at = start_entry(
        body, (EntryHeader){.kind = OP_CREATE_INDEX, .number = def->collection, .id = def->number});
    put_u32(body, (uint32_t)def->spec.term_count);
    put_u32(body, (uint32_t)def->spec.value_count);
    put_u32(body, def->spec.unique);
    put_parts(body, def->spec.terms, def->spec.term_count);
    put_parts(body, def->spec.values, def->spec.value_count);
    end_entry(body, at);
}

static void put_aggregate(Buf *body, const AggregateDef *def)
{
    int64_t at = start_entry(
        body,
        (EntryHeader){.kind = OP_CREATE_AGGREGATE, .number = def->collection, .id = def->number});
    const AggregateSpec *spec = &def->spec;
    put_u32(body, (uint32_t)spec->term_count);
    put_u32(body, (uint32_t)spec->fold_count);
    put_u32(body, spec->filter != NULL);
    put_parts(body, spec->terms, spec->term_count);
    for (int64_t i = 0; i < spec->fold_count; i++) {
        put_u32(body, (uint32_t)spec->folds[i].kind);
        put_u32(body, (uint32_t)spec->folds[i].n);
        put_parts(body, &spec->folds[i].part, 1);
    }
    put_parts(body, spec->filter, spec->filter != NULL);
    end_entry(body, at);
}

void record_put_tombstone(Buf *body, uint32_t collection, const Version *tombstone)
{
    start_entry(body, (EntryHeader){.kind = OP_DELETE,
                                    .flags = ENTRY_TIME,
                                    .number = collection,
                                    .id = tombstone->id});
    buf_put(body, (Str){(const char *)&tombstone->time_us, sizeof tombstone->time_us});
}

void record_put_history(Buf *body, uint32_t collection, const History *history)
{
    int64_t at = start_entry(
        body, (EntryHeader){.kind = OP_KEEP_HISTORY, .number = collection, .id = history->keep_us});
    buf_put(body, (Str){(const char *)&history->past_us, sizeof history->past_us});
    buf_put(body, (Str){(const char *)&history->changes_us, sizeof history->changes_us});
    end_entry(body, at);
}

void record_put_op(Buf *body, const ShapeTable *shapes, ShapeSet *set, const Op *op)
{
    EntryHeader header = {.kind = (uint8_t)op->kind, .number = op->collection};
    const Version *version = op->what;
    switch ((OpKind)op->kind) {
    case OP_PUT:
        if (!(version->flags & VERSION_REPLACED)) {
            int64_t time_us = version->flags & VERSION_DATED ? version->time_us : 0;
            record_put_document(body, shapes, set, op->collection, version, time_us);
        }
        return;
    case OP_DELETE:
        header.id = version->id;
        break;
    case OP_KEEP_HISTORY:
        header.id = (intptr_t)op->what;
        break;
    case OP_CREATE_INDEX:
        put_index(body, op->what);
        return;
    case OP_DROP_INDEX:
        header.id = ((const IndexDef *)op->what)->number;
        break;
    case OP_CREATE_AGGREGATE:
        put_aggregate(body, op->what);
        return;
    case OP_DROP_AGGREGATE:
        header.id = ((const AggregateDef *)op->what)->number;
        break;
    case OP_CREATE_COLLECTION:
    case OP_DROP_COLLECTION:
        break;
    }
    start_entry(body, header);
}

/* -- reading ----------------------------------------------------------------------------------- */

typedef struct Reader {
    Str bytes;
    int64_t at;
    bool failed;
} Reader;

static Str take(Reader *reader, int64_t len)
{
    if (reader->failed || len < 0 || len > reader->bytes.len - reader->at) {
        reader->failed = true;
        return (Str){0};
    }
    Str taken = {reader->bytes.s + reader->at, len};
    reader->at += len;
    return taken;
}

static uint32_t take_u32(Reader *reader)
{
    uint32_t n = 0;
    Str bytes = take(reader, sizeof n);
    if (bytes.len > 0) {
        memcpy(&n, bytes.s, sizeof n);
    }
    return n;
}

static int64_t take_i64(Reader *reader)
{
    int64_t n = 0;
    Str bytes = take(reader, sizeof n);
    if (bytes.len > 0) {
        memcpy(&n, bytes.s, sizeof n);
    }
    return n;
}

static Str take_text(Reader *reader)
{
    int64_t len = take_u32(reader);
    return take(reader, len);
}

static bool apply_shape(Txn *txn, ShapeSet *set, const EntryHeader *header, Str payload)
{
    /* A text takes 4 bytes at least. */
    if (header->id < 1 || header->id > payload.len / 4) {
        return false;
    }
    Arena scratch;
    arena_init(&scratch);
    Reader reader = {.bytes = payload};
    Str *names = arena_array(&scratch, Str, header->id);
    for (int64_t i = 0; i < header->id; i++) {
        names[i] = take_text(&reader);
    }
    bool applied =
        !reader.failed && shape_define(txn->store->shapes, header->number, names, header->id);
    if (applied) {
        (void)shapes_add(set, header->number);
    }
    arena_free(&scratch);
    return applied;
}

static KeyPart *take_parts(Reader *reader, Arena *arena, int64_t count)
{
    KeyPart *parts = arena_array(arena, KeyPart, count);
    for (int64_t i = 0; i < count && !reader->failed; i++) {
        uint32_t source = take_u32(reader);
        uint32_t bits = take_u32(reader);
        int64_t path_len = take_u32(reader);
        if (source > KEY_FROM_TS || path_len > reader->bytes.len / 4) {
            reader->failed = true;
            break;
        }
        Str *path = arena_array(arena, Str, path_len);
        for (int64_t step = 0; step < path_len; step++) {
            path[step] = take_text(reader);
        }
        parts[i] = (KeyPart){.source = (KeySource)source,
                             .path = path,
                             .path_len = path_len,
                             .mva = (bits & PART_MVA) != 0,
                             .descending = (bits & PART_DESCENDING) != 0};
    }
    return parts;
}

/* Whether no index and no aggregate has this number. */
static bool is_new_number(Txn *txn, int64_t number)
{
    CollectionState *collection;
    int64_t place;
    return !txn_index(txn, (uint32_t)number, &collection) &&
           !txn_aggregate(txn, (uint32_t)number, &collection, &place);
}

static bool apply_index(Txn *txn, const EntryHeader *header, Str payload)
{
    Arena scratch;
    arena_init(&scratch);
    Reader reader = {.bytes = payload};
    int64_t term_count = take_u32(&reader);
    int64_t value_count = take_u32(&reader);
    bool unique = take_u32(&reader) != 0;
    bool applied =
        term_count + value_count <= INDEX_PARTS_MAX && header->id > 0 && header->id <= UINT32_MAX;
    if (applied) {
        IndexSpec spec = {.term_count = term_count, .value_count = value_count, .unique = unique};
        spec.terms = take_parts(&reader, &scratch, term_count);
        spec.values = take_parts(&reader, &scratch, value_count);
        applied = !reader.failed && is_new_number(txn, header->id) &&
                  txn_add_index(txn, header->number, &spec, (uint32_t)header->id) == STORE_OK;
    }
    arena_free(&scratch);
    return applied;
}

static FoldSpec *take_folds(Reader *reader, Arena *arena, int64_t count)
{
    FoldSpec *folds = arena_array(arena, FoldSpec, count);
    for (int64_t i = 0; i < count && !reader->failed; i++) {
        uint32_t kind = take_u32(reader);
        folds[i].n = take_u32(reader);
        if (kind > FOLD_DISTINCT) {
            reader->failed = true;
            break;
        }
        folds[i].kind = (FoldKind)kind;
        folds[i].part = *take_parts(reader, arena, 1);
    }
    return folds;
}

static bool apply_aggregate(Txn *txn, const EntryHeader *header, Str payload)
{
    Arena scratch;
    arena_init(&scratch);
    Reader reader = {.bytes = payload};
    AggregateSpec spec = {.term_count = take_u32(&reader)};
    spec.fold_count = take_u32(&reader);
    bool filtered = take_u32(&reader) != 0;
    bool applied = spec.term_count < INDEX_PARTS_MAX && spec.fold_count <= AGGREGATE_FOLDS_MAX &&
                   header->id > 0 && header->id <= UINT32_MAX;
    if (applied) {
        spec.terms = take_parts(&reader, &scratch, spec.term_count);
        spec.folds = take_folds(&reader, &scratch, spec.fold_count);
        spec.filter = filtered ? take_parts(&reader, &scratch, 1) : NULL;
        applied = !reader.failed && aggregate_spec_is_sound(&spec) &&
                  is_new_number(txn, header->id) &&
                  txn_add_aggregate(txn, header->number, &spec, (uint32_t)header->id) == STORE_OK;
    }
    arena_free(&scratch);
    return applied;
}

static bool apply_drop_aggregate(Txn *txn, const EntryHeader *header)
{
    return header->id > 0 && header->id <= UINT32_MAX &&
           txn_drop_aggregate(txn, (uint32_t)header->id) == STORE_OK;
}

static bool apply_put(Txn *txn, const EntryHeader *header, Reader *reader)
{
    int64_t ttl_us = header->flags & ENTRY_TTL ? take_i64(reader) : TTL_NEVER;
    int64_t time_us = header->flags & ENTRY_TIME ? take_i64(reader) : txn->record_time_us;
    Put put = {.doc = take(reader, header->len),
               .derived = take(reader, header->derived_len),
               .ttl_us = ttl_us};
    const ShapeTable *shapes = txn->store->shapes;
    /* 0 says that a version has no time yet. */
    if (reader->failed || time_us == 0 || !doc_check(shapes, put.doc) ||
        (put.derived.len > 0 && !doc_check(shapes, put.derived))) {
        return false;
    }
    txn->replay_time_us = time_us;
    StoreStatus status = txn_put(txn, header->number, header->id, &put, NULL);
    txn->replay_time_us = txn->record_time_us;
    return status == STORE_OK;
}

static bool apply_drop_index(Txn *txn, const EntryHeader *header)
{
    return header->id > 0 && header->id <= UINT32_MAX &&
           txn_drop_index(txn, (uint32_t)header->id) == STORE_OK;
}

static bool apply_delete(Txn *txn, const EntryHeader *header, Reader *reader)
{
    txn->replay_time_us = header->flags & ENTRY_TIME ? take_i64(reader) : txn->record_time_us;
    /* One that was made and deleted in the same transaction is not there. */
    StoreStatus status = txn_delete(txn, header->number, header->id);
    txn->replay_time_us = txn->record_time_us;
    return status == STORE_OK || status == STORE_NOT_FOUND;
}

/* In saved files the times from which on its past is known stand behind it. */
static bool apply_keep_history(Txn *txn, const EntryHeader *header, Reader *reader)
{
    if (header->id < 0 || !txn_collection(txn, header->number)) {
        return false;
    }
    if (header->len == 0) {
        return txn_keep_history(txn, header->number, header->id) == STORE_OK;
    }
    Reader payload = {.bytes = take(reader, header->len)};
    int64_t past_us = take_i64(&payload);
    int64_t changes_us = take_i64(&payload);
    if (payload.failed || past_us > changes_us || header->id > HISTORY_KEEP_MAX_US) {
        return false;
    }
    history_restore(txn, header->number, header->id, past_us, changes_us);
    return true;
}

static bool apply_entry(Txn *txn, ShapeSet *set, const EntryHeader *header, Reader *reader)
{
    switch (header->kind) {
    case OP_PUT:
        return apply_put(txn, header, reader);
    case OP_DELETE:
        return apply_delete(txn, header, reader);
    case OP_CREATE_COLLECTION:
        return txn_create_collection(txn, header->number) == STORE_OK;
    case OP_DROP_COLLECTION:
        return txn_drop_collection(txn, header->number) == STORE_OK;
    case OP_CREATE_INDEX:
        return apply_index(txn, header, take(reader, header->len));
    case OP_DROP_INDEX:
        return apply_drop_index(txn, header);
    case OP_CREATE_AGGREGATE:
        return apply_aggregate(txn, header, take(reader, header->len));
    case OP_DROP_AGGREGATE:
        return apply_drop_aggregate(txn, header);
    case OP_KEEP_HISTORY:
        return apply_keep_history(txn, header, reader);
    case ENTRY_SHAPE:
        return apply_shape(txn, set, header, take(reader, header->len));
    default:
        return false;
    }
}

int64_t lookahead_add(Lookahead *ahead, Txn *txn, Str body, int64_t at)
{
    while (ahead->count < LOOKAHEAD_COUNT && at + ENTRY_BYTES <= body.len) {
        EntryHeader header;
        memcpy(&header, body.s + at, sizeof header);
        const CollectionState *collection =
            header.kind == OP_PUT ? txn_collection(txn, header.number) : NULL;
        if (!collection) {
            break;
        }
        tree_prefetch(&collection->documents, header.id);
        ahead->ids[ahead->count] = header.id;
        ahead->documents[ahead->count++] = &collection->documents;
        at += ENTRY_BYTES + entry_rest_bytes(&header);
    }
    return at;
}

void lookahead_load(Lookahead *ahead)
{
    enum { LINES = 3, LINE_BYTES = 64 };
    for (int i = 0; i < ahead->count; i++) {
        const char *version =
            (const char *)(uintptr_t)tree_find(ahead->documents[i], ahead->ids[i]);
        for (int line = 0; version && line < LINES; line++) {
            __builtin_prefetch(version + LINE_BYTES * line, 1);
        }
    }
    ahead->count = 0;
}

bool record_apply(Txn *txn, ShapeSet *set, Str body)
{
    Reader reader = {.bytes = body};
    Lookahead ahead = {.count = 0};
    int64_t loaded = body.len > LOOKAHEAD_BODY_MAX ? 0 : body.len;
    while (reader.at < body.len) {
        if (reader.at >= loaded) {
            loaded = lookahead_add(&ahead, txn, body, reader.at);
            lookahead_load(&ahead);
        }
        Str bytes = take(&reader, ENTRY_BYTES);
        EntryHeader header;
        if (reader.failed) {
            return false;
        }
        memcpy(&header, bytes.s, sizeof header);
        if (header.len % 8 != 0 || header.derived_len % 8 != 0 ||
            !apply_entry(txn, set, &header, &reader) || reader.failed) {
            return false;
        }
    }
    return true;
}
