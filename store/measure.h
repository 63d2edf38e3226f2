/* measure: what the memory of a store goes to, part by part; all together is in StoreStats. */
#ifndef FAWN_STORE_MEASURE_H
#define FAWN_STORE_MEASURE_H

#include "store/store.h"

/* What the memory of a database goes to: its collections in order of number, for each the parts
 * of which there are any. Reads all documents. The list is in `arena`. */
typedef enum MeasureKind {
    MEASURE_DOCUMENTS,
    MEASURE_IDS,       /* what finds them */
    MEASURE_PAST,      /* replaced and deleted documents */
    MEASURE_CHANGES,   /* the list of changes */
    MEASURE_INDEX,     /* `count` entries */
    MEASURE_AGGREGATE, /* `count` groups */
} MeasureKind;

#define MEASURE_ELSEWHERE UINT32_MAX /* some collection of another database */

typedef struct Measure {
    uint32_t collection;
    MeasureKind kind;
    uint32_t number; /* of the index or aggregate */
    int64_t count, bytes;
} Measure;
int64_t txn_measure(Txn *txn, Arena *arena, const Measure **measures);

#endif
