/* set_predicate: reading the documents that an index leaves for a predicate; see set_predicate.h.
 *
 * Which documents those are is found when reading begins. When the transaction writes afterwards,
 * the predicate may hold for others, too: then the rest of the collection is scanned, as it was
 * when reading began.
 *
 *   ids of the index    3 · · 9 · · · 20 · ·
 *   read                3     9 | a write
 *   scanned from here on          10 11 12 …
 */
#include "runtime/set/set_predicate.h"

#include "runtime/access/permission.h"
#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/schema/computed.h"
#include "runtime/set/plan.h"
#include "store/key.h"

#include <stdlib.h>

enum {
    /* One document in so many: what an index finds is read in a scattered order. */
    PREDICATE_SHARE = 16,
    /* Below this many documents a scan is as quick. */
    PREDICATE_DOCUMENTS_MIN = 64,
};

/* Numbers of this size and more are told apart by indexes where comparisons take them as doubles.
 */
#define PREDICATE_NUMBER_MAX 9007199254740992.0

typedef struct PredicateReader {
    SetReader head;
    const IndexSet *set;
    StoreCursor *scan; /* for after a write */
    PlanRead *plan;
    bool scans;
    int64_t at, count;
    const Version *last; /* NULL: nothing was read yet */
    const Version **found;
} PredicateReader;

/* -- reading ------------------------------------------------------------------------------ */

/* Whether `version` lies behind what was read. */
static bool is_behind(const PredicateReader *reader, const Version *version)
{
    return reader->last == NULL || (reader->set->reversed ? version->id < reader->last->id
                                                          : version->id > reader->last->id);
}

static int hand_out(PredicateReader *reader, Rt *rt, const Version *version, Value *out)
{
    reader->last = version;
    rt->stats.read_ops++;
    plan_add_documents(reader->plan, 1);
    *out = val_doc(reader->set->collection, version);
    return rt_tick(rt) ? 1 : -1;
}

static int scan_on(PredicateReader *reader, Rt *rt, Value *out)
{
    const Version *version;
    while (cursor_next(reader->scan, &version, NULL)) {
        if (is_behind(reader, version)) {
            return hand_out(reader, rt, version, out);
        }
        if (!rt_tick(rt)) {
            return -1;
        }
    }
    return 0;
}

static int predicate_next(SetReader *head, Rt *rt, Value *out)
{
    PredicateReader *reader = (PredicateReader *)head;
    reader->scans = reader->scans || txn_has_written(rt->txn);
    if (UNLIKELY(reader->scans)) {
        return scan_on(reader, rt, out);
    }
    return reader->at < reader->count ? hand_out(reader, rt, reader->found[reader->at++], out) : 0;
}

static int predicate_fill(SetReader *head, Rt *rt, Batch *batch)
{
    PredicateReader *reader = (PredicateReader *)head;
    if (reader->scans || !batch_may(rt)) {
        return SET_SINGLY;
    }
    int64_t left = reader->count - reader->at, count = left < BATCH_MAX ? left : BATCH_MAX;
    if (count == 0) {
        return 0;
    }
    batch_of_documents(batch, reader->set->collection, reader->found + reader->at, count);
    reader->at += count;
    reader->last = reader->found[reader->at - 1];
    rt->stats.read_ops += count;
    plan_add_documents(reader->plan, count);
    if (reader->plan != NULL) {
        reader->plan->is_batched = true;
    }
    return rt_tick(rt) ? 1 : -1;
}

static const Set *predicate_rest(SetReader *head, Rt *rt)
{
    const PredicateReader *reader = (const PredicateReader *)head;
    return set_documents_behind(rt, reader->set, reader->last);
}

static void predicate_close(SetReader *head)
{
    cursor_close(((PredicateReader *)head)->scan);
}

/* -- the range of an index ------------------------------------------------------------------ */

/* The first part of an index's keys. */
static const IndexTerm *first_part(const Index *index)
{
    return index->term_count > 0 ? &index->terms[0] : &index->values[0];
}

static bool has_array_entries(const IndexTerm *parts, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (parts[i].mva) {
            return true;
        }
    }
    return false;
}

static bool fits(const Index *index, Str field)
{
    if (!index->queryable || index->term_count + index->value_count == 0 ||
        has_array_entries(index->terms, index->term_count) ||
        has_array_entries(index->values, index->value_count)) {
        return false;
    }
    const IndexTerm *part = first_part(index);
    return part->source == KEY_FROM_PATH && part->path_len == 1 && str_eq(part->path[0], field);
}

static const Index *find_index(Rt *rt, uint32_t collection, Str field)
{
    const Collection *now = catalog_collection_by_number(rt->catalog, collection);
    for (int64_t i = 0; now != NULL && i < now->index_count; i++) {
        if (fits(&now->indexes[i], field)) {
            return &now->indexes[i];
        }
    }
    return NULL;
}

/* Whether the index has the constant's kind in the order of the comparison. */
static bool is_ordered(Value constant)
{
    if (val_is_number(constant)) {
        double n = val_as_double(constant);
        return n > -PREDICATE_NUMBER_MAX && n < PREDICATE_NUMBER_MAX;
    }
    return constant.type == T_STRING || constant.type == T_BOOLEAN;
}

/* The keys of the documents for which the comparison holds, and maybe of some more: a range within
 * the constant's kind. In a descending part the bytes of both are inverted, and change places. */
static bool find_range(Rt *rt, const Comparison *comparison, bool descending, Buf *from, Buf *to)
{
    Buf key = {0};
    if (!codec_key(rt, &key, comparison->constant, descending)) {
        return false;
    }
    bool is_low = comparison->op != BATCH_LT && comparison->op != BATCH_LE;
    bool is_high = comparison->op != BATCH_GT && comparison->op != BATCH_GE;
    Str whole = buf_str(&key), kind = {key.data, 1};
    buf_put(from, (descending ? is_high : is_low) ? whole : kind);
    buf_put(to, (descending ? is_low : is_high) ? whole : kind);
    buf_free(&key);
    (void)key_after_prefix(to, 0);
    return true;
}

/* -- opening ----------------------------------------------------------------------------------- */

static int order_up(const void *a, const void *b)
{
    int64_t x = (*(const Version *const *)a)->id, y = (*(const Version *const *)b)->id;
    return (x > y) - (x < y);
}

static int order_down(const void *a, const void *b)
{
    return order_up(b, a);
}

/* The documents of the range in order of id. False: they are too many. */
static bool collect(Rt *rt, PredicateReader *reader, const Index *index, Str from, Str to,
                    int64_t limit)
{
    const IndexSet *set = reader->set;
    StoreCursor *cursor = cursor_index(rt->txn, index->number, from, to, false);
    reader->found = arena_alloc(rt->heap, arena_array_bytes(limit, (int64_t)sizeof *reader->found));
    const Version *version;
    bool few = true;
    while (few && cursor_next(cursor, &version, NULL)) {
        if (version->id < set->from_id || version->id > set->to_id) {
            continue;
        }
        few = reader->count < limit;
        if (few) {
            reader->found[reader->count++] = version;
        }
    }
    cursor_close(cursor);
    if (few && reader->count > 1) {
        qsort(reader->found, (size_t)reader->count, sizeof *reader->found,
              set->reversed ? order_down : order_up);
    }
    return few;
}

/* What the index finds; NULL: too much. */
static PredicateReader *read_index(Rt *rt, const IndexSet *set, const Index *index,
                                   const Comparison *comparison, int64_t limit)
{
    ArenaMark mark = arena_mark(rt->heap);
    PredicateReader *reader = arena_new(rt->heap, PredicateReader);
    Buf from = {0}, to = {0};
    reader->set = set;
    bool ok = find_range(rt, comparison, first_part(index)->descending, &from, &to) &&
              collect(rt, reader, index, buf_str(&from), buf_str(&to), limit);
    buf_free(&from);
    buf_free(&to);
    if (!ok) {
        arena_rewind(rt->heap, mark);
        return NULL;
    }
    return reader;
}

/* The comparison of the predicate that an index may help with, and the index. */
static const Index *find_help(Rt *rt, const SetNode *where, Comparison *comparison)
{
    const IndexSet *set = (const IndexSet *)where->head.source;
    if (set->head.ops != &set_documents_ops || set->index != NULL ||
        collection_is_system(set->collection) || where->head.valid_time_us != 0 ||
        set->head.valid_time_us != 0 || rt->valid_time_us != 0 || rt->derived_from != NULL ||
        txn_has_written(rt->txn) || !rt->up->comparison ||
        permission_verdict(rt, ACTION_READ, set->collection) != VERDICT_YES ||
        txn_count(rt->txn, set->collection) < PREDICATE_DOCUMENTS_MIN) {
        return NULL;
    }
    if (!rt->up->comparison(where->value.as.function, comparison) ||
        !is_ordered(comparison->constant) ||
        computed_find(rt, set->collection, comparison->field) != NULL) {
        return NULL;
    }
    return find_index(rt, set->collection, comparison->field);
}

SetReader *set_predicate_open(Rt *rt, const SetNode *where)
{
    Comparison comparison;
    const Index *index = find_help(rt, where, &comparison);
    if (index == NULL) {
        return NULL;
    }
    const IndexSet *set = (const IndexSet *)where->head.source;
    int64_t limit = txn_count(rt->txn, set->collection) / PREDICATE_SHARE;
    PredicateReader *reader = read_index(rt, set, index, &comparison, limit);
    if (reader == NULL) {
        return NULL;
    }
    reader->head = (SetReader){.next = predicate_next,
                               .close = predicate_close,
                               .rest = predicate_rest,
                               .fill = predicate_fill};
    reader->scan =
        cursor_documents(rt->txn, set->collection, set->from_id, set->to_id, set->reversed);
    PlanRead read = {.kind = PLAN_PREDICATE,
                     .collection = set->collection,
                     .index = index,
                     .span = where->span,
                     .reversed = set->reversed,
                     .is_range = set->is_range};
    reader->plan = plan_read(rt, &read);
    return &reader->head;
}
