/* index: what entries a document has in an index, and keeping them.
 *
 *   spec   terms [.tags mva]  values [.stars desc]
 *   doc    {tags: ["a", "b"], stars: 5}, id 7
 *   parts  .tags -> "a", "b";  .stars -> 5 inverted
 *   keys   "a" 5' 7, "b" 5' 7
 *
 * A put prepares (entries before and after, of every index; length and uniqueness looked at)
 * before it applies, so that a put that fails has changed nothing.
 */
#include "store/index_int.h"

#include <string.h>

/* -- definitions --------------------------------------------------------------------------- */

KeyPart *parts_copy(Arena *arena, const KeyPart *parts, int64_t count)
{
    KeyPart *copies = arena_array(arena, KeyPart, count);
    for (int64_t i = 0; i < count; i++) {
        copies[i] = parts[i];
        Str *path = arena_array(arena, Str, parts[i].path_len);
        for (int64_t step = 0; step < parts[i].path_len; step++) {
            path[step] = str_copy(arena, parts[i].path[step]);
        }
        copies[i].path = path;
    }
    return copies;
}

static bool has_ts(const KeyPart *parts, int64_t count)
{
    bool has = false;
    for (int64_t i = 0; i < count; i++) {
        has |= parts[i].source == KEY_FROM_TS;
    }
    return has;
}

static bool has_mva(const KeyPart *parts, int64_t count)
{
    bool has = false;
    for (int64_t i = 0; i < count; i++) {
        has |= part_is_mva(&parts[i]);
    }
    return has;
}

IndexDef *index_define(Store *store, uint32_t number, uint32_t collection, const IndexSpec *spec)
{
    IndexDef *def = memory_zero(sizeof *def);
    arena_init(&def->arena);
    def->number = number;
    def->collection = collection;
    def->spec = *spec;
    def->spec.terms = parts_copy(&def->arena, spec->terms, spec->term_count);
    def->spec.values = parts_copy(&def->arena, spec->values, spec->value_count);
    def->hints = arena_array(&def->arena, PartHint, spec->term_count + spec->value_count + 1);
    def->has_ts = has_ts(spec->terms, spec->term_count) || has_ts(spec->values, spec->value_count);
    def->has_mva =
        has_mva(spec->terms, spec->term_count) || has_mva(spec->values, spec->value_count);
    def->next = store->definitions;
    store->definitions = def;
    store->definition_count++;
    return def;
}

/* -- entries ----------------------------------------------------------------------------------- */

void entries_free(EntryList *list)
{
    buf_free(&list->bytes);
    free(list->at);
    components_free(&list->components);
}

static void push_entry(EntryList *list, int64_t terms_len, int64_t from)
{
    list->at = memory_room(list->at, &list->cap, list->len, 1, sizeof *list->at);
    /* The bytes may move while the list grows: addresses are set at the end. */
    list->at[list->len++] =
        (IndexEntry){.key = {.len = list->bytes.len - from}, .terms_len = terms_len};
}

int entries_compare(const void *a, const void *b)
{
    return str_compare(((const IndexEntry *)a)->key, ((const IndexEntry *)b)->key);
}

/* Sets the addresses, sorts, and drops what is there twice. */
static void finish_entries(EntryList *list)
{
    const char *at = list->bytes.data;
    for (int64_t i = 0; i < list->len; i++) {
        list->at[i].key.s = at;
        at += list->at[i].key.len;
    }
    if (list->len < 2) {
        return;
    }
    qsort(list->at, (size_t)list->len, sizeof *list->at, entries_compare);
    int64_t kept = 1;
    for (int64_t i = 1; i < list->len; i++) {
        if (!str_eq(list->at[i].key, list->at[kept - 1].key)) {
            list->at[kept++] = list->at[i];
        }
    }
    list->len = kept;
}

/* Whether a combination makes an entry: `all_null`, its terms are; `last_null`, its last part. */
static bool is_entered(EntryRule rule, bool all_null, bool last_null)
{
    switch (rule) {
    case ENTRIES_OF_INDEX:
        return !all_null;
    case ENTRIES_OF_GROUPS:
        return true;
    case ENTRIES_OF_VALUES:
        return !last_null;
    }
    UNREACHABLE();
}

/* One combination: `choice` is a component of each part. */
static StoreStatus push_combination(EntryList *list, const Components *components,
                                    const int64_t *choice, const IndexDef *def, int64_t id)
{
    const IndexSpec *spec = &def->spec;
    int64_t from = list->bytes.len;
    int64_t terms_len = 0;
    bool all_null = spec->term_count > 0;
    bool null = false;
    for (int64_t part = 0; part < spec->term_count + spec->value_count; part++) {
        const Component *component = &components->at[choice[part]];
        Str bytes = {components->bytes.data + component->offset, component->len};
        buf_put(&list->bytes, bytes);
        null = key_is_null(bytes);
        if (part < spec->term_count) {
            all_null = all_null && null;
            terms_len += component->len;
        }
    }
    key_put_entry_id(&list->bytes, id);
    if (!is_entered(def->rule, all_null, null)) {
        list->bytes.len = from;
        return STORE_OK;
    }
    if (list->bytes.len - from > KEY_BYTES_MAX || list->len == INDEX_ENTRIES_MAX) {
        return STORE_KEY_TOO_LONG;
    }
    push_entry(list, terms_len, from);
    return STORE_OK;
}

/* Goes to the next choice, the last part changing fastest. False: that was the last. */
static bool next_choice(int64_t *choice, const PartRange *parts, int64_t part_count)
{
    for (int64_t part = part_count - 1; part >= 0; part--) {
        if (++choice[part] < parts[part].end) {
            return true;
        }
        choice[part] = parts[part].first;
    }
    return false;
}

void entries_clear(EntryList *list)
{
    list->len = list->bytes.len = 0;
}

StoreStatus entries_combine(EntryList *list, const Components *components, const PartRange *parts,
                            const IndexDef *def, int64_t id)
{
    entries_clear(list);
    int64_t part_count = def->spec.term_count + def->spec.value_count;
    int64_t choice[INDEX_PARTS_MAX];
    for (int64_t part = 0; part < part_count; part++) {
        choice[part] = parts[part].first;
    }
    StoreStatus status;
    do {
        status = push_combination(list, components, choice, def, id);
    } while (status == STORE_OK && next_choice(choice, parts, part_count));
    finish_entries(list);
    return status;
}

/* The entry of a document in an index each part of which has one component: these are put where
 * they stay. */
static StoreStatus push_single(const Store *store, const IndexDef *def, const Version *version,
                               EntryList *list)
{
    const IndexSpec *spec = &def->spec;
    Buf *key = &list->bytes;
    int64_t terms_len = 0;
    bool all_null = spec->term_count > 0;
    bool null = false;
    for (int64_t i = 0; i < spec->term_count + spec->value_count; i++) {
        bool is_term = i < spec->term_count;
        int64_t from = key->len;
        part_put(key, store, is_term ? &spec->terms[i] : &spec->values[i - spec->term_count],
                 &def->hints[i], version, list->new_us);
        null = key_is_null((Str){key->data + from, key->len - from});
        if (is_term) {
            all_null = all_null && null;
            terms_len = key->len;
        }
    }
    if (!is_entered(def->rule, all_null, null)) {
        key->len = 0;
        return STORE_OK;
    }
    key_put_entry_id(key, version->id);
    if (key->len > KEY_BYTES_MAX) {
        return STORE_KEY_TOO_LONG;
    }
    push_entry(list, terms_len, 0);
    list->at[0].key.s = key->data;
    return STORE_OK;
}

bool index_passes_filter(const Store *store, IndexDef *def, const Version *version)
{
    DocSlot slot;
    PartHint *hint = &def->hints[def->spec.term_count + def->spec.value_count];
    return !def->filter || (part_find(store, def->filter, hint, version, &slot) &&
                            doc_tag(slot.block, slot.slot) == TAG_TRUE);
}

StoreStatus index_entries(const Store *store, IndexDef *def, const Version *version,
                          EntryList *list)
{
    entries_clear(list);
    if (!version || !index_passes_filter(store, def, version)) {
        return STORE_OK;
    }
    if (!def->has_mva) {
        return push_single(store, def, version, list);
    }
    const IndexSpec *spec = &def->spec;
    PartRange parts[INDEX_PARTS_MAX];
    components_clear(&list->components);
    for (int64_t part = 0; part < spec->term_count + spec->value_count; part++) {
        const KeyPart *from =
            part < spec->term_count ? &spec->terms[part] : &spec->values[part - spec->term_count];
        parts[part] = components_push(&list->components, store, from, &def->hints[part], version,
                                      list->new_us);
    }
    return entries_combine(list, &list->components, parts, def, version->id);
}

void reader_def_start(ReaderDef *reader, const IndexDef *def)
{
    *reader = (ReaderDef){.def = {.number = def->number,
                                  .collection = def->collection,
                                  .spec = def->spec,
                                  .rule = def->rule,
                                  .filter = def->filter,
                                  .has_mva = def->has_mva}};
    reader->def.hints = reader->hints;
}

/* -- unique ------------------------------------------------------------------------------------ */

void index_add_conflict(Txn *txn, uint32_t index, int64_t id, int64_t other_id)
{
    for (int64_t i = 0; i < txn->conflict_count; i++) {
        if (txn->conflicts[i].index == index) {
            return;
        }
    }
    txn->conflicts = memory_room(txn->conflicts, &txn->conflict_cap, txn->conflict_count, 1,
                                 sizeof *txn->conflicts);
    txn->conflicts[txn->conflict_count++] =
        (TxnConflict){.index = index, .id = id, .other_id = other_id};
}

/* Looks for another living document with the terms of `entry`. */
static void check_unique(Txn *txn, const CollectionState *collection, const IndexState *index,
                         const IndexEntry *entry, int64_t id)
{
    Str terms = str_slice(entry->key, 0, entry->terms_len);
    TreeCursor cursor;
    tree_cursor_start(&cursor, &index->entries, tree_key(terms), (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        txn->scratch.len = 0;
        int64_t len = tree_cursor_key_len(&cursor);
        tree_cursor_key(&cursor, buf_reserve(&txn->scratch, len));
        Str key = {txn->scratch.data, len};
        if (!str_starts_with(key, terms)) {
            return;
        }
        int64_t other = key_entry_id(key);
        const Version *version =
            (const Version *)(uintptr_t)tree_find(&collection->documents, other);
        if (other != id && version && !txn_is_expired(txn, version)) {
            index_add_conflict(txn, index->def->number, other, id);
            return;
        }
    }
}

/* -- changing ---------------------------------------------------------------------------------- */

EntryList *txn_entry_lists(Txn *txn, int64_t i)
{
    int64_t wanted = 2 * (i + 1);
    int64_t cap = txn->entries_cap;
    if (wanted > cap) {
        txn->entries =
            memory_room(txn->entries, &txn->entries_cap, cap, wanted - cap, sizeof *txn->entries);
        memset(txn->entries + cap, 0, (size_t)(txn->entries_cap - cap) * sizeof *txn->entries);
    }
    return &txn->entries[wanted - 2];
}

bool entries_are_same(const EntryList *a, const EntryList *b)
{
    return a->len == b->len && str_eq(buf_str(&a->bytes), buf_str(&b->bytes));
}

StoreStatus index_prepare(Txn *txn, CollectionState *collection, const Version *before,
                          const Version *after)
{
    txn->conflict_count = 0;
    for (int32_t i = 0; i < collection->index_count; i++) {
        const IndexState *index = &collection->indexes[i];
        EntryList *lists = txn_entry_lists(txn, i);
        if (index_is_same(txn->store, index->def, before, after)) {
            entries_clear(&lists[0]);
            entries_clear(&lists[1]);
            continue;
        }
        if (index->def->has_ts) {
            lists[0].new_us = lists[1].new_us = txn_time_us(txn);
        }
        StoreStatus status = index_entries(txn->store, index->def, before, &lists[0]);
        if (status == STORE_OK) {
            status = index_entries(txn->store, index->def, after, &lists[1]);
        }
        if (status != STORE_OK) {
            return status;
        }
        if (index->def->spec.unique && after && !txn->replaying &&
            !entries_are_same(&lists[0], &lists[1])) {
            for (int64_t entry = 0; entry < lists[1].len; entry++) {
                check_unique(txn, collection, index, &lists[1].at[entry], after->id);
            }
        }
    }
    return txn->conflict_count > 0 ? STORE_NOT_UNIQUE : STORE_OK;
}

/* Removes what is only in `before`, inserts what is only in `after`; both ascend. */
static void change_entries(Txn *txn, Tree *tree, const EntryList *before, const EntryList *after)
{
    Edit *edit = &txn->edit;
    if (before->len == 1 && after->len == 1) {
        always(tree_move(edit, tree, before->at[0].key, after->at[0].key));
        return;
    }
    int64_t old = 0;
    int64_t new = 0;
    while ((old < before->len || new < after->len) && !memory_ran_out(txn->since)) {
        int order = old == before->len  ? 1
                    : new == after->len ? -1
                                        : entries_compare(&before->at[old], &after->at[new]);
        if (order < 0) {
            always(tree_remove(edit, tree, tree_key(before->at[old].key)));
        } else if (order > 0) {
            always(tree_insert(edit, tree, after->at[new].key));
        }
        old += order <= 0;
        new += order >= 0;
    }
}

void index_apply(Txn *txn, CollectionState *collection)
{
    for (int32_t i = 0; i < collection->index_count; i++) {
        EntryList *lists = txn_entry_lists(txn, i);
        if (!entries_are_same(&lists[0], &lists[1])) {
            change_entries(txn, &collection->indexes[i].entries, &lists[0], &lists[1]);
        }
    }
}
