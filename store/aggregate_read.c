/* aggregate_read: reading groups as they are at a transaction's time.
 *
 * Documents that have ended and were not swept out yet (aggregate_int.h) are worked out once in
 * a transaction and aggregate: the groups they count in, in order. What is read of a group
 * leaves them out:
 *
 *   groups   a: 3 documents   b: 1 document        ended   a: Movie(7), b: Movie(7)
 *   read     a: 2 documents   b: does not exist
 *
 * It stays right while the transaction writes: a put sweeps first.
 */
#include "store/aggregate_int.h"
#include "runtime/base/vec.h"
#include "store/keyed.h"

#include <string.h>

/* What a transaction worked out to read one aggregate. */
typedef struct AggregateReading {
    struct AggregateReading *next;
    const AggregateDef *def;
    KeyedList ended; /* each document in each of its groups, by the groups' terms */
} AggregateReading;

/* What a transaction reads aggregates with. */
struct AggregateReader {
    AggregateReading *readings;
    PastTotals *past;  /* that were worked out in it */
    FoldValue *values; /* of the group that was read last */
    int64_t len, cap;
    Buf bytes;         /* their keys, one after another */
    EntryList entries; /* of the document whose groups were asked for last */
    Str *terms;
    int64_t terms_cap;
};

/* What is read of which group. */
typedef struct GroupReading {
    Txn *txn;
    const CollectionState *collection;
    const AggregateState *state;
    Str terms;
    const Group *group;
    const Keyed *ended; /* in this group */
    int64_t ended_count;
} GroupReading;

/* -- the documents that have ended ----------------------------------------------------------- */

static void gather_ended(Txn *txn, const CollectionState *collection, AggregateReading *reading)
{
    ReaderDef reader;
    reader_def_start(&reader, reading->def->terms);
    EntryList entries = {0};
    EndingCursor cursor;
    int64_t ttl_us;
    int64_t id;
    const Aggregates *all = collection->aggregates;
    ending_seek(&cursor, &all->endings, all->swept_us + 1, txn_now_us(txn));
    while (ending_next(&cursor, &ttl_us, &id)) {
        const Version *version = (const Version *)(uintptr_t)tree_find(&collection->documents, id);
        always(version && index_entries(txn->store, &reader.def, version, &entries) == STORE_OK);
        for (int64_t i = 0; i < entries.len; i++) {
            keyed_push(&reading->ended, entry_terms(&entries.at[i]), version);
        }
    }
    entries_free(&entries);
    keyed_sort(&reading->ended);
}

/* The documents that have ended in an aggregate's groups, or NULL: there are none. The transaction
 * has a reader. */
static const AggregateReading *read_ended(Txn *txn, const CollectionState *collection,
                                          const AggregateDef *def)
{
    int64_t next_us = collection->aggregates->next_end_us;
    if (LIKELY(next_us == TTL_NEVER || next_us > txn_now_us(txn))) {
        return NULL;
    }
    AggregateReading *reading = txn->reader->readings;
    while (reading && reading->def != def) {
        reading = reading->next;
    }
    if (!reading) {
        reading = memory_zero(sizeof *reading);
        reading->def = def;
        reading->next = txn->reader->readings;
        txn->reader->readings = reading;
        gather_ended(txn, collection, reading);
    }
    return reading;
}

static AggregateReader *reader_of(Txn *txn)
{
    if (!txn->reader) {
        txn->reader = memory_zero(sizeof *txn->reader);
    }
    return txn->reader;
}

PastTotals **past_totals_of(Txn *txn)
{
    return &reader_of(txn)->past;
}

void aggregate_end_reading(Txn *txn)
{
    while (txn->reader && txn->reader->past) {
        past_totals_remove(&txn->reader->past);
    }
    while (txn->reader && txn->reader->readings) {
        AggregateReading *reading = txn->reader->readings;
        txn->reader->readings = reading->next;
        keyed_free(&reading->ended);
        free(reading);
    }
}

static void find_ended(GroupReading *group)
{
    const AggregateReading *reading = read_ended(group->txn, group->collection, group->state->def);
    group->ended = NULL;
    group->ended_count = 0;
    if (!reading) {
        return;
    }
    int64_t first = keyed_seek(&reading->ended, group->terms);
    group->ended = reading->ended.at + first;
    group->ended_count = keyed_end(&reading->ended, first, group->terms) - first;
}

/* -- folds ----------------------------------------------------------------------------------- */

static FoldResult read_sum(const GroupReading *group, const FoldDef *fold)
{
    const SumWords *words = group_sum(group->group, fold);
    FoldResult result = {.count = words->whole_count, .total = sum_total(words)};
    const ExactSum *doubles = sum_doubles(words);
    WideExactSum wide;
    if (group->ended_count > 0 && doubles) {
        exact_copy(&wide.sum, (ExactRange){0, EXACT_LIMBS_MAX}, doubles);
        doubles = &wide.sum;
    }
    PartHint hint = {0};
    for (int64_t i = 0; i < group->ended_count; i++) {
        Addend addend = aggregate_addend(group->txn->store, fold, &hint, group->ended[i].version);
        if (addend.kind == ADDEND_WHOLE) {
            result.count--;
            result.total -= addend.whole;
        } else if (addend.kind == ADDEND_DOUBLE) {
            exact_remove(&wide.sum, addend.real);
        }
    }
    result.doubles = doubles ? doubles->count : 0;
    result.count += result.doubles;
    result.sum = exact_round(doubles, result.total);
    return result;
}

/* Starts `cursor` on the entries of a tree that start with `prefix`; `bytes` keeps the end. */
static void seek_prefix(TreeCursor *cursor, const Tree *tree, Str prefix, bool reverse, Buf *bytes)
{
    bytes->len = 0;
    buf_put(bytes, prefix);
    bool bounded = key_after_prefix(bytes, 0);
    tree_cursor_start(cursor, tree, tree_key(prefix), tree_key(buf_str(bytes)), bounded, reverse);
}

/* Appends the key of the entry that `cursor` stands on. */
static void append_key(const TreeCursor *cursor, Buf *bytes)
{
    int64_t len = tree_cursor_key_len(cursor);
    tree_cursor_key(cursor, buf_reserve(bytes, len));
    bytes->len += len;
}

static const Version *entry_version(const GroupReading *group, int64_t id)
{
    const Version *version =
        (const Version *)(uintptr_t)tree_find(&group->collection->documents, id);
    always(version);
    return txn_is_expired(group->txn, version) ? NULL : version;
}

/* Enters the value of the entry whose key is the last of the bytes. */
static void push_value(const GroupReading *group, const FoldDef *fold, const Version *version,
                       int64_t key_len)
{
    AggregateReader *reader = group->txn->reader;
    reader->values =
        memory_room(reader->values, &reader->cap, reader->len, 1, sizeof *reader->values);
    PartHint hint = {0};
    FoldValue value = {.version = version, .key.len = key_len};
    if (!part_find(group->txn->store, &fold->spec.part, &hint, version, &value.slot)) {
        value.slot = (DocSlot){0};
    }
    reader->values[reader->len++] = value;
}

/* Appends up to `n` values from one end of the group. */
static int64_t read_values(const GroupReading *group, const FoldDef *fold, int64_t n, bool reverse)
{
    Buf *bytes = &group->txn->reader->bytes;
    TreeCursor cursor;
    seek_prefix(&cursor, &group->state->values[fold->tree].entries, group->terms, reverse,
                &group->txn->scratch);
    int64_t count = 0;
    while (count < n && tree_cursor_next(&cursor)) {
        int64_t from = bytes->len;
        append_key(&cursor, bytes);
        Str entry = {bytes->data + from, bytes->len - from};
        const Version *version = entry_version(group, key_entry_id(entry));
        int64_t key_len = entry.len - group->terms.len - KEY_ID_BYTES;
        bytes->len = from;
        if (version) {
            memmove(bytes->data + from, entry.s + group->terms.len, (size_t)key_len);
            bytes->len += key_len;
            push_value(group, fold, version, key_len);
            count++;
        }
    }
    return count;
}

/* Whether only documents that have ended have a value (`prefix`: terms and value), `id` being the
 * first of them. */
static bool is_first_ended(const GroupReading *group, const Tree *tree, Str prefix, int64_t id)
{
    Buf *bytes = &group->txn->reader->bytes;
    int64_t start = bytes->len;
    TreeCursor cursor;
    seek_prefix(&cursor, tree, prefix, false, &group->txn->scratch);
    bool first = true;
    bool ended = true;
    while (ended && tree_cursor_next(&cursor)) {
        bytes->len = start;
        append_key(&cursor, bytes);
        int64_t holder = key_entry_id((Str){bytes->data + start, bytes->len - start});
        ended = !(first && holder != id) && !entry_version(group, holder);
        first = false;
    }
    bytes->len = start;
    return ended;
}

/* How many different values only documents that have ended have. */
static int64_t count_ended_values(const GroupReading *group, const FoldDef *fold)
{
    const IndexState *values = &group->state->values[fold->tree];
    ReaderDef reader;
    reader_def_start(&reader, values->def);
    EntryList entries = {0};
    int64_t count = 0;
    for (int64_t i = 0; i < group->ended_count; i++) {
        int64_t id = group->ended[i].version->id;
        always(index_entries(group->txn->store, &reader.def, group->ended[i].version, &entries) ==
               STORE_OK);
        for (int64_t entry = 0; entry < entries.len; entry++) {
            Str key = entries.at[entry].key;
            count += str_eq(entry_terms(&entries.at[entry]), group->terms) &&
                     is_first_ended(group, &values->entries,
                                    str_slice(key, 0, key.len - KEY_ID_BYTES), id);
        }
    }
    entries_free(&entries);
    return count;
}

static FoldResult read_fold(const GroupReading *group, const FoldDef *fold)
{
    switch (fold->spec.kind) {
    case FOLD_COUNT:
        return (FoldResult){.count = group->group->documents - group->ended_count};
    case FOLD_SUM:
        return read_sum(group, fold);
    case FOLD_MIN:
        return (FoldResult){.count = read_values(group, fold, 1, false)};
    case FOLD_MAX:
        return (FoldResult){.count = read_values(group, fold, 1, true)};
    case FOLD_TOP:
        return (FoldResult){.count = read_values(group, fold, fold->spec.n, true)};
    case FOLD_DISTINCT:
        return (FoldResult){.count =
                                group->group->words[fold->word] - count_ended_values(group, fold)};
    }
    UNREACHABLE();
}

/* Gives the results the addresses of their values, which do not move any more. */
static void settle_values(const AggregateReader *reader, const AggregateDef *def, uint64_t wanted,
                          FoldResult *results)
{
    const char *key = reader->bytes.data;
    for (int64_t i = 0; i < reader->len; i++) {
        reader->values[i].key.s = key;
        key += reader->values[i].key.len;
    }
    const FoldValue *at = reader->values;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        FoldKind kind = def->folds[i].spec.kind;
        if ((wanted >> i & 1) && (kind == FOLD_MIN || kind == FOLD_MAX || kind == FOLD_TOP)) {
            results[i].values = at;
            at += results[i].count;
        }
    }
}

/* Whether the group has a document that has not ended. */
static bool find_group(GroupReading *group)
{
    if (group->group) {
        find_ended(group);
    }
    return group->group && group->group->documents > group->ended_count;
}

bool aggregate_read(Txn *txn, const CollectionState *collection, const AggregateState *state,
                    Str terms, const Group *group, uint64_t wanted, FoldResult *results)
{
    GroupReading reading = {
        .txn = txn, .collection = collection, .state = state, .terms = terms, .group = group};
    AggregateReader *reader = reader_of(txn);
    if (!find_group(&reading)) {
        return false;
    }
    reader->len = reader->bytes.len = 0;
    const AggregateDef *def = state->def;
    for (int64_t i = 0; i < def->spec.fold_count; i++) {
        results[i] =
            wanted >> i & 1 ? read_fold(&reading, &def->folds[i]) : (FoldResult){.count = 0};
    }
    settle_values(reader, def, wanted, results);
    return true;
}

/* -- the public face ------------------------------------------------------------------------- */

bool txn_get_group(Txn *txn, uint32_t aggregate, Str terms, uint64_t wanted, FoldResult *results)
{
    CollectionState *collection;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    return state && aggregate_read(txn, collection, state, terms,
                                   group_at(tree_get(&state->groups, terms)), wanted, results);
}

int64_t txn_count_groups(Txn *txn, uint32_t aggregate)
{
    CollectionState *collection;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    if (!state) {
        return 0;
    }
    int64_t count = state->groups.count;
    (void)reader_of(txn);
    const AggregateReading *reading = read_ended(txn, collection, state->def);
    for (int64_t i = 0; reading && i < reading->ended.len;) {
        Str terms = reading->ended.at[i].key;
        int64_t end = keyed_end(&reading->ended, i, terms);
        count -= group_at(tree_get(&state->groups, terms))->documents == end - i;
        i = end;
    }
    return count;
}

int64_t version_groups(Txn *txn, uint32_t aggregate, const Version *version, const Str **terms)
{
    CollectionState *collection;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    if (!state) {
        return 0;
    }
    AggregateReader *reader = reader_of(txn);
    ReaderDef def;
    reader_def_start(&def, state->def->terms);
    EntryList *entries = &reader->entries;
    entries->new_us = state->def->terms->has_ts ? txn_time_us(txn) : 0;
    if (index_entries(txn->store, &def.def, version, entries) != STORE_OK) {
        return 0;
    }
    reader->terms =
        memory_room(reader->terms, &reader->terms_cap, 0, entries->len, sizeof *reader->terms);
    for (int64_t i = 0; i < entries->len; i++) {
        reader->terms[i] = entry_terms(&entries->at[i]);
    }
    *terms = reader->terms;
    return entries->len;
}

int64_t txn_groups_of(Txn *txn, uint32_t aggregate, const Version *version, const Str **terms)
{
    return txn_is_expired(txn, version) ? 0 : version_groups(txn, aggregate, version, terms);
}

int64_t txn_list_ended(Txn *txn, uint32_t number, int64_t from_us, int64_t to_us, Arena *arena,
                       const Version ***versions)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    VEC(const Version *) found = {0};
    EndingCursor cursor;
    int64_t ttl_us;
    int64_t id;
    if (collection && collection->aggregates) {
        ending_seek(&cursor, &collection->aggregates->endings, from_us, to_us);
        while (ending_next(&cursor, &ttl_us, &id)) {
            const Version *version =
                (const Version *)(uintptr_t)tree_find(&collection->documents, id);
            if (ttl_us > version->time_us) {
                vec_push(&found, arena, version);
            }
        }
    }
    *versions = found.at;
    return found.len;
}

int64_t txn_next_end_us(Txn *txn, uint32_t number, int64_t time_us)
{
    const CollectionState *collection = txn_collection(txn, txn_number(txn, number));
    return collection && collection->aggregates
               ? ending_after(&collection->aggregates->endings, time_us)
               : TTL_NEVER;
}

/* The value of a version that a fold looks at, as a key, in `key`. */
static Str part_key(Txn *txn, const KeyPart *part, const Version *version, Components *key)
{
    PartHint hint = {0};
    components_clear(key);
    (void)components_push(key, txn->store, part, &hint, version, 0);
    return buf_str(&key->bytes);
}

bool versions_weigh_alike(Txn *txn, uint32_t aggregate, const Version *a, const Version *b)
{
    CollectionState *collection;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    bool alike = true;
    if (!state) {
        return alike;
    }
    const AggregateDef *def = state->def;
    Components old_key = {0};
    Components new_key = {0};
    for (int32_t i = 0; alike && i < def->looked_count; i++) {
        const KeyPart *part = &def->folds[def->looked[i]].spec.part;
        alike = str_eq(part_key(txn, part, a, &old_key), part_key(txn, part, b, &new_key));
    }
    components_free(&old_key);
    components_free(&new_key);
    return alike;
}

int64_t txn_group_documents(Txn *txn, uint32_t aggregate, Str terms)
{
    CollectionState *collection;
    int64_t place;
    const AggregateState *state = txn_aggregate(txn, aggregate, &collection, &place);
    GroupReading group = {.txn = txn, .collection = collection, .state = state, .terms = terms};
    (void)reader_of(txn);
    group.group = state ? group_at(tree_get(&state->groups, terms)) : NULL;
    return find_group(&group) ? group.group->documents - group.ended_count : 0;
}

void aggregate_free_reader(Txn *txn)
{
    AggregateReader *reader = txn->reader;
    if (reader) {
        aggregate_end_reading(txn);
        entries_free(&reader->entries);
        buf_free(&reader->bytes);
        free(reader->values);
        free(reader->terms);
        free(reader);
    }
}
