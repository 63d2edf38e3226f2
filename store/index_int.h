/* index_int: entries of indexes: what they are made of, kept in step with their documents, and
 * built over documents that exist. Shared by indexes, aggregates and the past.
 */
#ifndef FAWN_STORE_INDEX_INT_H
#define FAWN_STORE_INDEX_INT_H

#include "store/store_int.h"

/* Components (key.h) of the parts of one index, one part's after another's. */
typedef struct Component {
    int64_t offset, len; /* in Components.bytes */
} Component;

typedef struct Components {
    Buf bytes;
    Component *at;
    int64_t len, cap;
} Components;

/* The components of one part. */
typedef struct PartRange {
    int64_t first, end; /* in Components.at */
} PartRange;

/* The entries of one document in one index, ascending, each once. */
typedef struct IndexEntry {
    Str key;           /* terms, values, id; in EntryList.bytes */
    int64_t terms_len; /* bytes of the terms */
} IndexEntry;

struct EntryList {
    Buf bytes;
    IndexEntry *at;
    int64_t len, cap;
    Components components; /* what they are combined from */
    int64_t new_us;        /* the time of a version that is not committed; has_ts: needed */
};

/* -- index_parts.c ----------------------------------------------------------------------------- */

/* The value that a part with a path names in a document. `hint` is changed. */
bool part_find(const Store *store, const KeyPart *part, PartHint *hint, const Version *version,
               DocSlot *found);

/* Whether a change leaves the value that a part names as it was; the same of all that an index
 * is made of. False: their keys tell. */
bool part_is_same(const Store *store, const KeyPart *part, PartHint *hint, const Version *before,
                  const Version *after);
bool index_is_same(const Store *store, const IndexDef *def, const Version *before,
                   const Version *after);

/* Whether a part may have several components in one document. */
static inline bool part_is_mva(const KeyPart *part)
{
    return part->mva && (part->source == KEY_FROM_PATH || part->source == KEY_FROM_DERIVED);
}

/* Appends the component of a part that is not mva. `new_us` as in EntryList. */
void part_put(Buf *key, const Store *store, const KeyPart *part, PartHint *hint,
              const Version *version, int64_t new_us);

/* The components of any part (at least one: null when there is no other), behind those that are
 * there. */
PartRange components_push(Components *list, const Store *store, const KeyPart *part, PartHint *hint,
                          const Version *version, int64_t new_us);
void components_clear(Components *list);
void components_free(Components *list);

/* -- index.c ---------------------------------------------------------------------------------- */

/* The entries of `version` in an index; NULL: none. Writes the hints of `def`. */
NODISCARD StoreStatus index_entries(const Store *store, IndexDef *def, const Version *version,
                                    EntryList *list);

/* The entries of all combinations of components of the definition's parts: for who makes entries of
 * several indexes from the same components. */
NODISCARD StoreStatus entries_combine(EntryList *list, const Components *components,
                                      const PartRange *parts, const IndexDef *def, int64_t id);
void entries_clear(EntryList *list);

/* Whether the filter of a definition, if any, is TRUE for a document. Writes the hints. */
bool index_passes_filter(const Store *store, IndexDef *def, const Version *version);

/* A definition that a reader may use: with hints of its own, no writer's. */
typedef struct ReaderDef {
    IndexDef def;
    PartHint hints[INDEX_PARTS_MAX + 1];
} ReaderDef;

void reader_def_start(ReaderDef *reader, const IndexDef *def);

/* Looks whether a document may change from `before` to `after` (NULL: it is created, deleted)
 * and keeps the entries for index_apply. */
NODISCARD StoreStatus index_prepare(Txn *txn, CollectionState *collection, const Version *before,
                                    const Version *after);

/* Makes the change that was prepared in all indexes. The collection is owned. */
void index_apply(Txn *txn, CollectionState *collection);

/* Pair number `i` of the lists of the change under way: entries before, entries after. Indexes
 * have the first pairs. Valid until the next call with a higher number. */
EntryList *txn_entry_lists(Txn *txn, int64_t i);
bool entries_are_same(const EntryList *a, const EntryList *b);
int entries_compare(const void *a, const void *b); /* of two IndexEntry, for qsort */

/* Notes that document `id` has the terms in a unique index that `other_id` has too. */
void index_add_conflict(Txn *txn, uint32_t index, int64_t id, int64_t other_id);

/* A definition of the store, with a copy of `spec`. */
IndexDef *index_define(Store *store, uint32_t number, uint32_t collection, const IndexSpec *spec);
KeyPart *parts_copy(Arena *arena, const KeyPart *parts, int64_t count);
void entries_free(EntryList *list);

/* -- index_build.c ---------------------------------------------------------------------------- */

/* Enters all documents in the empty index at `index` of an owned collection. */
NODISCARD StoreStatus index_build(Txn *txn, const CollectionState *collection, IndexState *index);

/* The same for all indexes, and all aggregates, of all collections, at the end of a replay. */
NODISCARD StoreStatus index_build_all(Txn *txn);

#endif
