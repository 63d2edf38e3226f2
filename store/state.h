/* state: what a committed state of a store is made of: roots, collections, indexes, history. All
 * but the State itself are copy-on-write blocks (page.h). The picture is in store_int.h; how states
 * come and go is in state.c.
 */
#ifndef FAWN_STORE_STATE_H
#define FAWN_STORE_STATE_H

#include "runtime/base/limits.h"
#include "store/btree.h"
#include "store/store.h"

#ifdef FAWN_STRESS
enum { STORE_STRESS = 1 };
#else
enum { STORE_STRESS = 0 };
#endif

/* Where a part of an index was found in the shape seen last. */
typedef struct PartHint {
    uint32_t shape_id;
    int32_t slot;
} PartHint;

/* Which combinations of terms and values are entries. */
typedef enum EntryRule {
    ENTRIES_OF_INDEX,  /* those whose terms are not all null */
    ENTRIES_OF_GROUPS, /* all: of an aggregate's groups */
    ENTRIES_OF_VALUES, /* those whose value, the last part, is not null: of an aggregate's values */
} EntryRule;

/* An index as it was defined; lives as long as a state has it (definition.c). Aggregates have some
 * of their own. */
typedef struct IndexDef {
    struct IndexDef *next; /* of all that there are */
    bool is_live;          /* while definitions are swept */
    uint32_t number, collection;
    IndexSpec spec;
    EntryRule rule;
    const KeyPart *filter; /* NULL, or: only documents where it is TRUE have entries */
    PartHint *hints;       /* a part each, terms first, then the filter; the writer's */
    bool has_ts;           /* some part is KEY_FROM_TS */
    bool has_mva;          /* some part is mva: a document may have several entries */
    Arena arena;           /* holds all of this */
} IndexDef;

typedef struct IndexState {
    IndexDef *def;
    Tree entries;
} IndexState;

/* A piece of the list of changes. Numbers behind the end that a state knows may be filled in
 * while readers of that state look at the others. */
enum { CHANGES_BITS = STORE_STRESS ? 2 : 8, CHANGES_PER_CHUNK = 1 << CHANGES_BITS };

typedef struct ChangeChunk {
    Block block;
    int64_t since_us; /* no change in it was committed before */
    Version *at[CHANGES_PER_CHUNK];
} ChangeChunk;

/* What is kept of a collection's past (history.h).
 *
 * Invariants (history_is_sound checks all):
 *   H1  each kept past version is the one behind exactly one listed version
 *   H2  what stands behind a version is kept if that was committed after `past_us`: so pointers
 *       to what is kept no more are never followed, and need not be cut
 *   H3  the list has every version and tombstone committed after `changes_us`, oldest first
 *   H4  past_us <= changes_us
 */
typedef struct History {
    int64_t keep_us; /* beyond HISTORY_MIN_US; 0: bounded in bytes as well */
    int64_t past_us, changes_us;
    int64_t newest_us;    /* no listed change was committed later; 0: none was listed */
    int64_t count, bytes; /* of past versions and tombstones */
    int64_t first, end;   /* numbers of the changes that are listed */
    ChangeChunk *newest;  /* has number end - 1 */
    Tree deleted;         /* id -> tombstone */
    Tree chunks;          /* number >> CHANGES_BITS -> ChangeChunk */
} History;

typedef struct CollectionState {
    Block block;
    uint32_t number;
    int32_t index_count;
    int64_t ttl_count;             /* documents that end some time */
    Tree expiring;                 /* ttl, id: those that are not in the list of changes (expiry.h) */
    struct Aggregates *aggregates; /* NULL: there are none */
    Tree documents;
    History history;
    IndexState indexes[];
} CollectionState;

typedef struct Roots {
    Block block;
    uint64_t next_index; /* number of the next index or aggregate */
    Tree collections;    /* number -> CollectionState */
    Tree owners;         /* number of an index or an aggregate -> its collection's number, plus 1 */
} Roots;

typedef struct State {
    struct State *newer;
    Roots *roots;
    int64_t time_us;
    int64_t refs;
    PtrList blocks, versions; /* what the next state replaced */
} State;

#endif
