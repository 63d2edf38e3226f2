/* ops: the writes of one transaction, in the order in which they were made: what the log gets.
 *
 * Most writes of a transaction are of one kind, to one collection: so these are kept a run, and a
 * write is one pointer.
 *
 *   what   v1  v2  v3  v4  def  v5  …
 *   runs   [0: put, 1024]  [4: create index, 1024]  [5: put, 1024]
 */
#ifndef FAWN_STORE_OPS_H
#define FAWN_STORE_OPS_H

#include "runtime/base/base.h"

typedef enum OpKind {
    OP_PUT,                                  /* `what`: the new Version */
    OP_DELETE,                               /* `what`: its tombstone, or the Version itself */
    OP_CREATE_COLLECTION,                    /* `what`: NULL */
    OP_DROP_COLLECTION,                      /* `what`: NULL */
    OP_CREATE_INDEX,                         /* `what`: its IndexDef */
    OP_DROP_INDEX,                           /* `what`: its IndexDef */
    OP_CREATE_AGGREGATE = OP_DROP_INDEX + 2, /* `what`: its AggregateDef */
    OP_DROP_AGGREGATE,                       /* `what`: its AggregateDef */
    OP_KEEP_HISTORY,                         /* `what`: the time, as a pointer */
} OpKind;

/* One write, in the order in which they were made: what the log gets. */
typedef struct Op {
    uint32_t collection;
    uint32_t kind; /* OpKind */
    void *what;
} Op;

/* Writes of one kind to one collection, from number `first` on. */
typedef struct OpRun {
    int64_t first;
    uint32_t collection, kind;
} OpRun;

typedef struct OpList {
    void **what;
    int64_t len, cap;
    OpRun *runs;
    int64_t run_count, run_cap;
} OpList;

void ops_push(OpList *list, OpKind kind, uint32_t collection, void *what);

/* Forgets the writes from number `len` on. */
void ops_cut(OpList *list, int64_t len);

/* Forgets all; keeps the memory unless it is large. */
void ops_clear(OpList *list);
void ops_free(OpList *list);

/* Reads writes in order. The list is not changed meanwhile. */
typedef struct OpReader {
    const OpList *list;
    int64_t at, run; /* the next one, and a run that is not behind its own */
} OpReader;

OpReader ops_from(const OpList *list, int64_t first);

/* False: the end. */
bool ops_next(OpReader *reader, Op *op);

#endif
