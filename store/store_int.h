/* store_int: what the store's own files share. Nobody else includes it.
 *
 *   Store ── current ──► State 42 ──► Roots ──► CollectionState ──► documents: Tree
 *     │                    ▲ newer                └──► IndexState ──► entries: Tree
 *     └─ oldest ──► State 41 (a reader holds it; with what 42 replaced)
 *
 * Roots, CollectionStates and tree nodes are copy-on-write blocks (page.h). A State is one
 * committed state; it counts the transactions that read it. What a commit replaced hangs on
 * the state before it, and is freed when that and all older states have no reader.
 *
 * Who may touch what:
 *   `lock` held      current, oldest, State.refs, State.newer, writer, spare, clock_us,
 *                    horizon_us, commit_us of the writer
 *   the writer       slabs, definitions, log, next_stamp: one transaction at a time is it
 *   everybody        a State's Roots and all below, which never change
 */
#ifndef FAWN_STORE_STORE_INT_H
#define FAWN_STORE_STORE_INT_H

#include "runtime/base/limits.h"
#include "runtime/base/memory.h"
#include "store/key.h"
#include "store/ops.h"
#include "store/os.h"
#include "store/state.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct Log Log;

/* Compactions of the log (compact.c). The writer's but for `alone` and `is_done`. */
typedef struct Compactor {
    pthread_mutex_t alone; /* held while there is one */
    pthread_t thread;
    bool has_thread;
    atomic_bool is_done;        /* the thread has nothing more to do */
    int64_t least_dead;         /* bytes; below 0: none is started */
    int64_t looked_at, look_at; /* sizes of the log */
} Compactor;

struct Store {
    pthread_mutex_t lock;
    pthread_cond_t writer_left;
    bool read_only, salvages;
    State *current, *oldest;
    Txn *writer;
    Txn *spare;       /* ended transactions, for use again */
    int64_t clock_us; /* the last time that was given out */
    int64_t horizon_us; /* the latest that was told: no commit is of that time or before */
    Slab *blocks, *versions;
    uint64_t next_stamp;
    IndexDef *definitions;
    struct AggregateDef *aggregates;
    atomic_int_least64_t definition_count; /* of `definitions` */
    int64_t definitions_max;               /* so many may be, unswept */
    ShapeTable *shapes;
    Log *log; /* NULL: in memory */
    Compactor compactor;
    const Os *os;
    char *path;
    StoreNotice error;
    int64_t trim_turn;       /* number of the collection whose past was looked at last; the writer's */
    int64_t history_bytes;   /* StoreOptions */
    int64_t opened_us;       /* replaying: what is too old is too old now */
    StoreProgress *progress; /* of index builds; NULL: no one is told */
    void *progress_context;
};

/* -- transactions --------------------------------------------------------------------------- */

typedef struct Touched {
    uint32_t collection;
    int64_t writes;
} Touched;

typedef struct EntryList EntryList; /* index_int.h */

/* The document that was looked for or written last: a change looks for it more than once. */
typedef struct Found {
    int64_t id;
    uint32_t collection;
    Version *version; /* NULL: look for it */
} Found;

struct Txn {
    TxnFace face; /* first: store.h reads it */
    Store *store;
    TxnMode mode;
    MemorySince since; /* of a writer: when it runs out, it is refused */
    TxnStops *stops; /* NULL: nothing stops it */
    void *stops_context;
    int64_t steps; /* of long work, since `stops` was set */
    State *state;
    Roots *roots;
    CollectionState *last; /* the collection that was looked for last */
    Found found;
    uint32_t database, base; /* txn_enter: the database, and the number that its 0 has */
    int64_t now_us;          /* when it first asked for the time; 0: not yet */
    int64_t commit_us;       /* its commit time; 0: not settled yet */
    Edit edit;
    OpList ops;
    PtrList replaced; /* versions that are no more part of the state */
    PtrList dead;     /* versions that a rewind took back: freed at the end */
    TxnChanges changes;
    int64_t held_bytes; /* of versions that it made: they stay to its end, but for those freed at once */
    Touched *touched; /* ascending by number */
    int64_t touched_cap;
    uint64_t mark_stamp;  /* frozen by the last mark */
    StoreCursor *cursors; /* open ones, the newest first */
    StoreCursor *spare_cursors;
    TxnConflict *conflicts;
    int64_t conflict_count, conflict_cap;
    EntryList *entries; /* two for each index of a collection: before, after */
    int64_t entries_cap;
    Buf scratch;
    struct AggregateReader *reader; /* of aggregates; NULL: none was read */
    bool replaying;         /* the log's writes: not logged again, replaced versions written over
                               or freed, indexes left empty (index_build_all fills them) */
    int64_t replay_time_us; /* commit time of what is replayed: the record's, or its own */
    int64_t record_time_us; /* commit time of the record */
    Txn *next_spare;
};

/* -- state.c: which states there are, and who writes ------------------------------------------ */

/* Makes the state of an empty store. */
void state_start(Store *store);

/* Frees every state, and with them all that is in the store. */
void state_end(Store *store);

/* A transaction that reads the newest state; `mode` TXN_WRITE waits to be the only writer. */
Txn *state_enter(Store *store, TxnMode mode);

/* Makes a reader the writer, if its state is the newest. */
bool state_upgrade(Txn *txn);

/* Makes the writer's roots the newest state. It is the writer still. */
void state_publish(Txn *txn, int64_t time_us);

/* Ends a transaction; what it made and did not publish must be gone. */
void state_leave(Txn *txn);

/* Settles commit_us: not before now and not before now_us, later than all given out before. */
void state_settle_time(Txn *txn);

/* The time up to which nothing is committed any more that `txn` does not see; not before that of
 * its state. */
int64_t state_horizon(const Txn *txn);

/* Bytes of a version with all that stands behind its document. */
static inline int64_t version_bytes(uint32_t flags, int64_t doc_len, int64_t derived_len)
{
    return (int64_t)sizeof(Version) + doc_len + (flags & VERSION_TTL ? 8 : 0) +
           (derived_len > 0 ? 8 + derived_len : 0) + (flags & VERSION_LINKED ? 8 : 0);
}

static inline int64_t version_size(const Version *version)
{
    return version_bytes(version->flags, version->doc_len, version_derived(version).len);
}

/* Whether a transaction that is under way made it. */
static inline bool version_is_new(const Version *version)
{
    return version->time_us == 0 || version->flags & VERSION_DATED;
}

void version_free(Store *store, Version *version);

/* Frees the memory of an ended transaction that was kept for use again. */
void txn_free(Txn *txn);

/* Fills in a notice; `offset` -1: none. Returns `status`. */
StoreStatus notice_set(StoreNotice *notice, StoreStatus status, int64_t offset, const char *format,
                       ...) PRINTF_LIKE(4, 5);

/* -- txn.c ------------------------------------------------------------------------------------- */

/* The number in the store of a collection of the transaction's database. All that is declared in
 * the store's public headers takes numbers of the database, all else those of the store. */
static inline uint32_t txn_number(const Txn *txn, uint32_t collection)
{
    return txn->base + collection;
}

/* The collection of a number in a state, or NULL. */
CollectionState *roots_collection(const Roots *roots, uint32_t number);

/* The first collection whose number is not below `number`, the last whose number is; NULL: there is
 * none. To go through all, also while they change:
 *
 *   for (CollectionState *at = roots_from(roots, 0); at; at = roots_from(roots, at->number + 1))
 */
CollectionState *roots_from(const Roots *roots, int64_t number);
CollectionState *roots_below(const Roots *roots, int64_t number);

/* The collection as the transaction sees it, or NULL; the same, to be written. */
CollectionState *txn_collection(Txn *txn, uint32_t number);
CollectionState *txn_own_collection(Txn *txn, uint32_t number);
Roots *txn_own_roots(Txn *txn);

/* STORE_OK when the transaction may write. */
NODISCARD StoreStatus txn_check_writable(const Txn *txn);

/* STORE_OK unless memory has run out since it began to write: then it can only be undone, and what
 * it wrote last may not be whole. STORE_NO_MEMORY, for what asks for much at once. */
NODISCARD StoreStatus txn_check_memory(const Txn *txn);
StoreStatus txn_refuse_memory(const Txn *txn);

/* STORE_STOPPED if it is to stop, else as txn_check_memory: for each step of long work. */
NODISCARD StoreStatus txn_check_step(Txn *txn);
void txn_push_op(Txn *txn, OpKind kind, uint32_t collection, void *what);

/* `version`, which the transaction made, is no more part of the state: it dies at the commit. */
void txn_retire(Txn *txn, Version *version);

/* The newest version of a document, expired or not; NULL: there is none. */
Version *txn_find_version(Txn *txn, const CollectionState *collection, int64_t id);

bool txn_is_expired(Txn *txn, const Version *version);

/* The time at which the transaction reads: what ends by then is not seen. It does not change,
 * nor is it before the commit of what is read, nor after its own commit. */
int64_t txn_now_us(Txn *txn);

/* -- txn_define.c ------------------------------------------------------------------------------ */

/* Like txn_create_index, with a number given by the log. */
NODISCARD StoreStatus txn_add_index(Txn *txn, uint32_t collection, const IndexSpec *spec,
                                    uint32_t number);

/* Notes which collection an index or an aggregate is of, in the roots of a writer; and no more. */
void txn_own_number(Txn *txn, uint32_t number, uint32_t collection);
void txn_disown_number(Txn *txn, uint32_t number);

/* The collection of an index or an aggregate, which becomes `txn->last`; NULL: it is of none. */
CollectionState *txn_owner(Txn *txn, uint32_t number);

/* The index as the transaction sees it, or NULL. */
const IndexState *txn_index(Txn *txn, uint32_t number, CollectionState **collection);

/* -- cursor.c ---------------------------------------------------------------------------------- */

/* Closes the cursors of a transaction; ends those that were opened after stamp `since`; frees
 * the memory of closed ones. */
void cursor_close_all(Txn *txn);
void cursor_free_spare(Txn *txn);
void cursor_end_since(Txn *txn, uint64_t since);

#endif
