/* aggregate: totals of a collection, group by group, that are right at every moment.
 *
 *   terms [.movie]   folds COUNT, SUM .stars, MAX .stars, DISTINCT .critic
 *
 *   group             COUNT   SUM            MAX             DISTINCT
 *   Movie(1)          3       3 numbers, 12  5 of Review(7)  2
 *   Movie(2)          1       0 numbers, 0   none            1
 *
 * Every put, delete, rewind and rollback changes the totals together with the documents: a
 * transaction sees exactly the totals of the documents that it sees, those that have expired
 * left out. The definition is in the log; the groups are worked out anew when it is read.
 *
 * WHICH DOCUMENTS    those where `filter` is TRUE (without a filter: all), in the group of their
 *                    terms; with `mva` terms once in each different group. A term that is
 *                    absent is null, and null is a group like any other. Groups without
 *                    documents do not exist.
 * WHICH VALUES       SUM: Int, Long and Double. MIN, MAX, TOP and DISTINCT: all but null, in
 *                    the total order of store/key.h, in which 5 and 5.0 are one value. In
 *                    arrays no elements are looked for: an array is a value.
 * HOW EXACT          sums are kept exactly (store/exact_sum.h) and rounded once, when they are
 *                    read: the order of writes does not show in any bit of them.
 */
#ifndef FAWN_STORE_AGGREGATE_H
#define FAWN_STORE_AGGREGATE_H

#include "store/doc.h"
#include "store/history.h"
#include "store/store.h"

typedef enum FoldKind {
    FOLD_COUNT,    /* of documents */
    FOLD_SUM,      /* of numbers, and how many there are */
    FOLD_MIN,      /* the least value; of equal ones that of the least id */
    FOLD_MAX,      /* the greatest; of equal ones that of the greatest id */
    FOLD_TOP,      /* the `n` greatest, greatest first, each document's one by one */
    FOLD_DISTINCT, /* number of different values */
} FoldKind;

typedef struct FoldSpec {
    FoldKind kind;
    KeyPart part; /* not mva, not descending; COUNT has none */
    int64_t n;    /* TOP: at most FOLD_TOP_MAX */
} FoldSpec;

typedef struct AggregateSpec {
    const KeyPart *terms;  /* at most INDEX_PARTS_MAX - 1; none: all documents are one group */
    const FoldSpec *folds; /* at most AGGREGATE_FOLDS_MAX */
    int64_t term_count, fold_count;
    const KeyPart *filter; /* NULL: all documents */
} AggregateSpec;

/* Works the totals of the documents that exist out. STORE_KEY_TOO_LONG, and nothing made: one of
 * them has terms or values that are too long for a key; later puts of such a document fail in
 * the same way. Numbers are the store's, and no index has the same. */
NODISCARD StoreStatus txn_create_aggregate(Txn *txn, uint32_t collection, const AggregateSpec *spec,
                                           uint32_t *aggregate);
NODISCARD StoreStatus txn_drop_aggregate(Txn *txn, uint32_t aggregate);

/* -- reading ----------------------------------------------------------------------------------- */

/* A value of MIN, MAX, TOP. */
typedef struct FoldValue {
    const Version *version; /* whose value it is */
    Str key;                /* its component, as store/key.h writes it */
    DocSlot slot;           /* where it is; `block` is NULL when it is the id or a time */
} FoldValue;

/* What a fold comes to. */
typedef struct FoldResult {
    int64_t count;   /* COUNT: documents. SUM: numbers. DISTINCT: values. MIN, MAX, TOP: `values` */
    int64_t doubles; /* SUM: how many of the numbers are doubles */
    Int128 total;    /* SUM: of the Ints and Longs */
    double sum;      /* SUM: of all numbers, rounded once (so that infinities and NaN are as
                        IEEE 754 adds them, but no finite step overflows) */
    const FoldValue *values; /* MIN, MAX: one or none. TOP: at most n */
} FoldResult;

/* All folds, for the functions below, of which bit i of `wanted` asks for fold i. The results of
 * others are zero. */
#define FOLDS_ALL UINT64_MAX

/* The group with these terms (the components of the terms one after another). False: there is
 * none. `results` has a place for each fold; `values` are borrowed until the next group is
 * read in this transaction. Any number of transactions may read at the same time. */
bool txn_get_group(Txn *txn, uint32_t aggregate, Str terms, uint64_t wanted, FoldResult *results);

/* Number of groups. */
int64_t txn_count_groups(Txn *txn, uint32_t aggregate);

/* The groups with `from` <= terms < `to` by memcmp (an empty `to`: no end), as a cursor of
 * store.h: it sees the state at its opening, and is closed by cursor_close. */
StoreCursor *cursor_groups(Txn *txn, uint32_t aggregate, Str from, Str to, bool reverse);

/* The next group; `terms` and the results' `values` are borrowed until the next group is read in
 * this transaction. False: the end. */
bool cursor_next_group(StoreCursor *cursor, Str *terms, uint64_t wanted, FoldResult *results);

/* -- the past ---------------------------------------------------------------------------------- */

/* The totals of an aggregate as of a time, which history.h can show: of the documents of then, by
 * the definition of now. They are worked out from all documents of then (nothing is kept of totals
 * that have changed), once in a transaction and time: the last time is remembered. Not seen is what
 * `txn` itself wrote. */
typedef struct PastTotals PastTotals;

/* NULL: `look` gave up, or there is no such aggregate. Valid until those of another time are asked
 * for. `look` may be NULL. */
PastTotals *txn_totals_at(Txn *txn, uint32_t aggregate, int64_t time_us, PastVersion *look,
                          void *context);

/* txn_get_group and cursor_groups of them; such a cursor keeps them. */
bool past_totals_get(PastTotals *totals, Str terms, uint64_t wanted, FoldResult *results);
StoreCursor *cursor_groups_at(Txn *txn, PastTotals *totals, Str from, Str to, bool reverse);

/* Whether the totals of now are those as of a time: nothing changed since. */
bool txn_totals_are_of(Txn *txn, uint32_t aggregate, int64_t time_us);

/* The terms of the groups in which a document, of the aggregate's collection and seen by this
 * transaction, counts: ascending, each once. Returns how many; the keys are borrowed until the
 * next call, and the next put. To be asked before and after a put to know which groups it
 * changed. An expired document counts nowhere. */
int64_t txn_groups_of(Txn *txn, uint32_t aggregate, const Version *version, const Str **terms);

/* -- changes of groups: which groups a change of a document (history.h) changed -------------- */

/* txn_groups_of of a version that may be one of the past, as of its time: whether it has expired
 * since is not asked. */
int64_t version_groups(Txn *txn, uint32_t aggregate, const Version *version, const Str **terms);

/* Whether two versions of a document add the same values to a group in which both count. */
bool versions_weigh_alike(Txn *txn, uint32_t aggregate, const Version *a, const Version *b);

/* The documents of a group that have not ended; 0: there is no such group. */
int64_t txn_group_documents(Txn *txn, uint32_t aggregate, Str terms);

/* The documents of a collection that has aggregates, which lived, and ended by their `ttl` from
 * `from_us` to `to_us`, in `arena`: by the time of their end, then by id. Not those in whose place
 * there is another by now: DocChange.ended. Returns how many. */
int64_t txn_list_ended(Txn *txn, uint32_t collection, int64_t from_us, int64_t to_us, Arena *arena,
                       const Version ***versions);

/* When the next document of such a collection ends, after `time_us`; TTL_NEVER: none. */
int64_t txn_next_end_us(Txn *txn, uint32_t collection, int64_t time_us);

#endif
