/* aggregate_int: what an aggregate is made of. Private to the store.
 *
 *   CollectionState ──► Aggregates ──► AggregateState ──► groups: terms -> Group   TREE_MAP
 *                         │                          └──► values[]: terms, value, id
 *                         └──► endings: ttl, id                                    TREE_KEYS
 *
 *   Group   | header | documents | words: of each SUM 4, of each DISTINCT 1          |
 *             SUM       how many Ints and Longs, their total (128 bits), ──► block of an
 *                       ExactSum, or NULL as long as there are no doubles
 *             DISTINCT  how many different values
 *
 * MIN, MAX, TOP and DISTINCT of one part share a tree of values: the first and the last of a
 * group are its least and greatest; a value is a new one for DISTINCT when no neighbour of its
 * entry has it too. All of this is copy-on-write blocks (page.h).
 *
 * Invariants (store_verify works all out anew and compares):
 *   A1  groups and values hold exactly what the documents say that end after `swept_us`
 *   A2  endings holds each document that ends some time, also those that have ended
 *   A3  no document that is in the groups ends before `next_end_us`
 *   A4  no transaction that sees this state has a time before `swept_us`
 *
 * A writer sweeps first: it takes those that have ended out of groups and values, and moves
 * swept_us to its time. A reader leaves them out of what it reads (aggregate_read.c).
 */
#ifndef FAWN_STORE_AGGREGATE_INT_H
#define FAWN_STORE_AGGREGATE_INT_H

#include "store/aggregate.h"
#include "store/exact_sum.h"
#include "store/expiry.h"
#include "store/index_int.h"

typedef struct FoldDef {
    FoldSpec spec;
    int32_t word; /* SUM, DISTINCT: the first of its words */
    int32_t tree; /* MIN, MAX, TOP, DISTINCT: its tree of values */
} FoldDef;

/* An aggregate as it was defined; lives as long as the store. */
typedef struct AggregateDef {
    struct AggregateDef *next; /* of all that there are */
    bool is_live;              /* while definitions are swept */
    uint32_t number, collection;
    AggregateSpec spec;
    FoldDef *folds;    /* one each of the spec's */
    IndexDef *terms;   /* its entries are the groups of a document: terms, id */
    IndexDef **values; /* one a tree of values: terms, value, id */
    int32_t tree_count, word_count;
    bool has_ts;     /* some term or value is KEY_FROM_TS */
    PartHint *hints; /* a fold each; the writer's */
    int32_t *looked; /* folds that name all different places that folds look at */
    int32_t looked_count;
    Arena arena; /* holds all of this */
} AggregateDef;

typedef struct Group {
    Block block;
    int64_t documents;
    int64_t words[];
} Group;

/* The words of a SUM. */
typedef struct SumWords {
    int64_t whole_count;
    uint64_t low; /* of their total */
    int64_t high;
    Block *doubles; /* an ExactSum behind it; NULL: there are no doubles */
} SumWords;

enum { SUM_WORDS = 4 };

_Static_assert(sizeof(SumWords) == SUM_WORDS * sizeof(int64_t), "a SUM has four words");

typedef struct AggregateState {
    Block block;
    AggregateDef *def;
    Tree groups;
    IndexState values[];
} AggregateState;

/* The aggregates of one collection. */
typedef struct Aggregates {
    Block block;
    int64_t count;
    int64_t swept_us;
    int64_t next_end_us;
    Tree endings;
    AggregateState *at[];
} Aggregates;

/* A number that a document adds to a SUM. */
typedef struct Addend {
    enum { ADDEND_NONE, ADDEND_WHOLE, ADDEND_DOUBLE } kind;
    int64_t whole;
    double real;
} Addend;

/* What fold number `fold` of SUM gets from a document. `hint` is changed. */
Addend aggregate_addend(const Store *store, const FoldDef *fold, PartHint *hint,
                        const Version *version);

static inline Group *group_at(uint64_t payload)
{
    return (Group *)(uintptr_t)payload;
}

static inline SumWords *group_sum(const Group *group, const FoldDef *fold)
{
    return (SumWords *)(uintptr_t)&group->words[fold->word];
}

static inline ExactSum *sum_doubles(const SumWords *sum)
{
    return sum->doubles ? (ExactSum *)(uintptr_t)(sum->doubles + 1) : NULL;
}

static inline Int128 sum_total(const SumWords *sum)
{
    return (Int128)sum->high * ((Int128)1 << 64) + sum->low;
}

/* The terms of an entry: what stands before the id, or before value and id. */
static inline Str entry_terms(const IndexEntry *entry)
{
    return (Str){entry->key.s, entry->terms_len};
}

/* -- aggregate.c: keeping ------------------------------------------------------------------ */

/* Before a put of a document that ends at `ttl_us`, or a delete (TTL_NEVER): sweeps, if that is
 * due. Returns the collection, which may be another copy. */
CollectionState *aggregate_sweep(Txn *txn, CollectionState *collection, int64_t ttl_us);

/* Works out what a put or delete changes, for aggregate_apply. */
NODISCARD StoreStatus aggregate_prepare(Txn *txn, const CollectionState *collection,
                                        const Version *before, const Version *after);

/* Makes the change that was prepared. The collection is owned. */
void aggregate_apply(Txn *txn, CollectionState *collection, const Version *before,
                     const Version *after);

/* Counts `version`, which is new to it, in all its groups of an owned state, but not in the
 * trees of values. */
NODISCARD StoreStatus aggregate_count(Txn *txn, AggregateState *state, const Version *version);

/* Adds `by` to the DISTINCT folds of a tree of values in the group of `terms`. */
void aggregate_add_distinct(Txn *txn, AggregateState *state, int32_t tree, Str terms, int64_t by);

/* Takes out of an owned state the documents with `from_us` <= end <= `to_us`, which are in it. */
void aggregate_take_out(Txn *txn, const CollectionState *collection, AggregateState *state,
                        int64_t from_us, int64_t to_us);

/* Drops an owned state and all that it has. */
void aggregate_drop(Txn *txn, AggregateState *state);

/* Owns the aggregates of an owned collection, and number `i` of them. */
Aggregates *aggregate_own_all(Txn *txn, CollectionState *collection);
AggregateState *aggregate_own(Txn *txn, Aggregates *all, int64_t i);

/* -- aggregate_define.c: making and dropping -------------------------------------------------- */

/* Like txn_create_aggregate, with a number given by the log. */
NODISCARD StoreStatus txn_add_aggregate(Txn *txn, uint32_t collection, const AggregateSpec *spec,
                                        uint32_t number);

/* The aggregate as the transaction sees it, or NULL; its place in the collection's. */
AggregateState *txn_aggregate(Txn *txn, uint32_t number, CollectionState **collection,
                              int64_t *place);

/* Works out all aggregates of all collections, at the end of a replay. */
NODISCARD StoreStatus aggregate_build_all(Txn *txn);

/* Makes a state of its own with what the documents of a collection say, for store_verify. */
NODISCARD StoreStatus aggregate_build(Txn *txn, const CollectionState *collection,
                                      AggregateDef *def, AggregateState **made);

/* Whether a spec can be defined: numbers and kinds of parts. */
bool aggregate_spec_is_sound(const AggregateSpec *spec);

void aggregate_drop_all(Txn *txn, CollectionState *collection);

/* -- aggregate_read.c ---------------------------------------------------------------------- */

typedef struct AggregateReader AggregateReader;

/* The results of `group` (NULL: there is none), whose terms are `terms`; see txn_get_group. */
bool aggregate_read(Txn *txn, const CollectionState *collection, const AggregateState *state,
                    Str terms, const Group *group, uint64_t wanted, FoldResult *results);

/* The totals of the past that a transaction has worked out. */
PastTotals **past_totals_of(Txn *txn);

/* Forgets what was worked out in a transaction to read aggregates; frees the reader. */
void aggregate_end_reading(Txn *txn);
void aggregate_free_reader(Txn *txn);

/* -- aggregate_past.c ---------------------------------------------------------------------- */

/* Takes the first off a list, and frees it if no cursor reads it. */
void past_totals_remove(PastTotals **list);

/* One cursor more, one less, reads it. */
void past_totals_hold(PastTotals *totals);
void past_totals_let_go(PastTotals *totals);

/* The place of the first group in a range, ascending or descending, and that of the next one. */
typedef struct PastGroups {
    PastTotals *totals;
    int64_t from, to; /* entries that are left */
    bool reverse;
} PastGroups;

void past_groups_start(PastGroups *groups, Str from, Str to);
bool past_groups_next(PastGroups *groups, Str *terms, uint64_t wanted, FoldResult *results);

/* -- aggregate_check.c --------------------------------------------------------------------- */

/* tree_verify of all trees. `all` may be NULL. */
bool aggregate_trees_are_sound(const Aggregates *all, Buf *message);

/* Whether the aggregates of a collection are what its documents say. `txn` is a writer, to be
 * rolled back. */
bool aggregate_check(Txn *txn, const CollectionState *collection, Buf *message);

#endif
