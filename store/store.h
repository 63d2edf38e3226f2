/* store: documents as bytes, ordered indexes, transactions, and the log that keeps them.
 *
 * The store knows nothing of FQL. It keeps, per collection (a number), documents by id, and
 * per index (a number) ordered entries. A commit publishes new roots; a reader holds the
 * roots it began with and never waits; there is one writer at a time.
 *
 *   Store ── root 41 ──► collections ──► documents  B+tree  id -> Version
 *         │                          ├─► indexes    B+tree  terms, values, id -> nothing
 *         │                          └─► aggregates B+tree  terms -> totals (aggregate.h)
 *         ├─ root 42 (published by the last commit)
 *         └─ log  NAME.fawn   [header][record 1][record 2]…[record 42]
 *
 * WHAT IS PROMISED (docs/durability.md tells it to users):
 *   atomic    a transaction's writes all become visible at its commit, or none ever
 *   isolated  a transaction sees one committed state and its own writes
 *   durable   with SYNC_ALWAYS, when txn_commit has returned STORE_OK, on disk
 *
 * Borrowed bytes (Version, keys) are valid until the transaction ends.
 */
#ifndef FAWN_STORE_STORE_H
#define FAWN_STORE_STORE_H

#include "runtime/base/shape.h"
#include "store/version.h"

typedef struct Store Store;
typedef struct Txn Txn;

typedef enum StoreStatus {
    STORE_OK,
    STORE_EXISTS, /* put: a document with this id exists */
    STORE_NOT_FOUND,
    STORE_NOT_UNIQUE, /* another document has these terms in a unique index: txn_conflict */
    STORE_KEY_TOO_LONG,
    STORE_CHANGED,   /* txn_upgrade: another transaction has committed since */
    STORE_READ_ONLY, /* opened read-only, or the transaction is */
    STORE_LOCKED,    /* another process writes this file */
    STORE_IO,        /* reading or writing failed: store_error tells */
    STORE_STOPPED,   /* what txn_stop_on named says so */
    STORE_NO_MEMORY, /* the transaction, or what is opened, needs more than there is */
    STORE_NO_SPACE,  /* the disk is full; the store is read-only until there is room */
    STORE_NOT_A_DATABASE,
    STORE_CORRUPT, /* the file is damaged: store_error tells where */
    STORE_VERSION, /* written by a newer Fawn */
    STORE_FULL,    /* txn_create_database, txn_create_collection: no number is left */
    STORE_NO_FILE, /* opened without `create`, and there is none */
} StoreStatus;

typedef enum SyncMode {
    SYNC_ALWAYS, /* a commit returns after its record is on disk */
    SYNC_BATCH,  /* records are written at once, put on disk at least every 100 ms */
    SYNC_OFF,    /* records are written when the buffer is full or the store closes */
} SyncMode;

typedef struct StoreOptions {
    const char *path; /* NULL: in memory only */
    bool read_only;
    bool salvage;    /* read up to where the file is damaged, and no further (read_only as well) */
    bool must_exist; /* do not create (a file is created at the first commit) */
    SyncMode sync;
    int64_t compact_dead_bytes; /* dead bytes in the file, if they are more than half of it, that
                                   let it be compacted in the background; 0: 64 MiB; -1: never */
    int64_t history_bytes;      /* of the past of a collection that asks for none, at most; 0: as
                                   HISTORY_SPARE_BYTES says (store/history.h) */
    const struct Os *os;        /* NULL: the real one (store/os.h) */
} StoreOptions;

/* What opening found out, and what went wrong last. */
typedef struct StoreNotice {
    char text[512];    /* one sentence; empty: nothing to say */
    int64_t offset;    /* in the file, or -1 */
    int holder_pid;    /* STORE_LOCKED */
    int64_t cut_bytes; /* bytes at the end of the file that were cut off, or not read */
    bool is_damaged;   /* `salvage`: the file is damaged at `offset` */
} StoreNotice;

NODISCARD StoreStatus store_open(const StoreOptions *options, Store **store, StoreNotice *notice);

/* Ends the store: waits for a compaction that is under way, syncs the log, gives the lock back,
 * also when that fails. No transaction may be open. */
StoreStatus store_close(Store *store);

/* The sentence about the last failure of this store. */
const StoreNotice *store_error(const Store *store);

ShapeTable *store_shapes(Store *store);
const char *store_path(const Store *store); /* NULL: in memory */

/* Called now and then while an index is built over documents that are there, or whoever else goes
 * through all of them tells of it: so many have been read; at the end `done` is `total`. */
typedef void StoreProgress(void *context, int64_t done, int64_t total);
void store_watch_builds(Store *store, StoreProgress *progress, void *context);
void txn_tell_progress(const Txn *txn, int64_t done, int64_t total);

/* Commit time of the newest transaction, in microseconds since 1970; strictly rising. */
int64_t store_last_time_us(const Store *store);

/* -- one sync for many commits -------------------------------------------------------------
 *
 * For who has many transactions answered at once. From store_defer_syncs on (called while there
 * is no transaction), a commit with SYNC_ALWAYS returns when its record is written, and
 * store_sync, called from any thread, puts all that was committed before on disk. Meanwhile other
 * transactions see what was committed: what they saw may be told only when store_durable_us is
 * not below the time of the state (txn_snapshot_us) or of the commit. When a sync fails, so does
 * every later commit and sync. */
void store_defer_syncs(Store *store);
NODISCARD StoreStatus store_sync(Store *store, StoreNotice *notice);

/* All that was committed up to this time is as safe as the sync mode says; INT64_MAX: all is. */
int64_t store_durable_us(const Store *store);

/* How often the file was put on disk so far. */
int64_t store_syncs(const Store *store);

/* Writes the whole present state to a new file at `path` (which must not exist). */
NODISCARD StoreStatus store_save(Store *store, const char *path, StoreNotice *notice);

/* Writes the file anew with only what is needed, beside it, and puts it in its place. Readers never
 * wait; writers do at the end, for a little. The calling thread has no transaction open. On
 * failure the file is as it was, and `notice` tells why. */
NODISCARD StoreStatus store_compact(Store *store, StoreNotice *notice);

/* Counters for .stats */
typedef struct StoreStats {
    int64_t documents, versions, index_entries, collections, indexes;
    int64_t document_bytes, tree_bytes, log_bytes, log_records;
    int64_t past_bytes; /* of document_bytes: of replaced and deleted documents */
    int64_t aggregates, groups, aggregate_bytes; /* groups and values, not in tree_bytes */
    int64_t spare_bytes; /* given back, or not yet in use: for what comes next */
    int64_t definitions; /* of indexes, those of aggregates too, and some that were dropped */
} StoreStats;
StoreStats store_stats(Store *store);

/* Checks every invariant of every tree and every index against its documents. STORE_CORRUPT
 * with `notice` when something is wrong; STORE_NO_MEMORY when that cannot be told. */
NODISCARD StoreStatus store_verify(Store *store, StoreNotice *notice);

/* -- transactions ------------------------------------------------------------------------ */

typedef enum TxnMode { TXN_READ, TXN_WRITE } TxnMode;

/* Begins a transaction on the newest committed state. A writer waits for the writer before
 * it. Never fails (a write to a read-only store fails at the first put). */
Txn *txn_begin(Store *store, TxnMode mode);

/* Whether a writing transaction is under way, which the next would wait for. It may be otherwise
 * a moment later. */
bool store_has_writer(Store *store);

/* From now on, long work on many documents asks now and then, and ends with STORE_STOPPED once it is
 * told to. `context` is borrowed until the end of the transaction. */
typedef bool TxnStops(void *context);
void txn_stop_on(Txn *txn, TxnStops *stops, void *context);

/* Makes a reading transaction a writing one; STORE_CHANGED when another has committed since it
 * began, or was told a txn_horizon_us that is not before its txn_time_us: it stays a reading one.
 * Open cursors stay valid. */
NODISCARD StoreStatus txn_upgrade(Txn *txn);

/* Publishes all writes and ends the transaction, whatever is returned. On anything but
 * STORE_OK nothing was published. `*time_us` gets the commit time (for a transaction without
 * writes: a time not before its snapshot; strictly rising over calls). */
NODISCARD StoreStatus txn_commit(Txn *txn, int64_t *time_us);

/* The time that txn_commit will give: settled when it is first asked for, so that a query can
 * show the time of what it wrote. */
int64_t txn_time_us(Txn *txn);

/* Drops all writes and ends the transaction. */
void txn_rollback(Txn *txn);

/* Commit time of the state it reads. */
int64_t txn_snapshot_us(const Txn *txn);

/* The time up to which a transaction that reads knows all that there will ever be: what others
 * commit later is of a later time. Which documents have expired is settled for that time, if it
 * was not asked before. Not before txn_snapshot_us. */
int64_t txn_horizon_us(Txn *txn);

/* A collection for what the store's user keeps for itself: its documents are not counted. */
#define COLLECTION_UNCOUNTED 9

/* Number of documents created, changed and deleted so far; writes to `collection` so far
 * (0: versions found before are still the present ones). */
typedef struct TxnChanges {
    int64_t created, updated, deleted;
} TxnChanges;
TxnChanges txn_changes(const Txn *txn);
int64_t txn_writes(const Txn *txn, uint32_t collection);

/* As long as it is the same, in whatever transaction, so are a collection's documents. 0: none. */
typedef struct TxnStamp {
    uint64_t block;
    int64_t writes;
    uint32_t number;
} TxnStamp;
TxnStamp txn_stamp(Txn *txn, uint32_t collection);

/* The head of every Txn, for the question that each read of a field asks. */
typedef struct TxnFace {
    int64_t touched; /* collections that were written to */
} TxnFace;

/* Whether anything was written at all: else txn_writes is 0 for every collection. */
static inline bool txn_has_written(const Txn *txn)
{
    return ((const TxnFace *)txn)->touched > 0;
}

/* Bytes of the documents that it has made so far, replaced ones included: what it holds beside its values
 * to its end. */
int64_t txn_held_bytes(const Txn *txn);

/* A point to return to inside a transaction (one statement of several). Rewinding ends the
 * cursors that were opened since; it counts as a write to every collection written to. */
typedef struct TxnMark {
    uint64_t opaque[12];
} TxnMark;
TxnMark txn_mark(Txn *txn);
void txn_rewind(Txn *txn, const TxnMark *mark);

/* -- databases ------------------------------------------------------------------------------------
 *
 * A store holds many databases: one log, one order of transactions. Each has collections with
 * numbers of its own, and sees no others; numbers of indexes and aggregates are the store's. What
 * databases are called, and which lies within which, the store does not know.
 *
 *   database 0, the root    collections 0 … 2^31 - 1     in the file as they are
 *   database 1, 2, …        collections 0 … 65535        in the file from 2^31 + (n - 1) * 65536 on
 */
#define DATABASE_ROOT 0u
#define DATABASES_MAX 32768u
#define DATABASE_COLLECTIONS 65536u /* of one that is not the root */

/* From here on, numbers of collections are those of this database; at the beginning of a
 * transaction, those of the root. Cursors that are open stay where they are. */
void txn_enter(Txn *txn, uint32_t database);
uint32_t txn_database(const Txn *txn);

/* An empty database: logged, undone by rollback. STORE_FULL: there are too many. Its number is new,
 * unless more than DATABASES_MAX have been made. */
NODISCARD StoreStatus txn_create_database(Txn *txn, uint32_t *database);

/* Drops all its collections, but not what lies within it. */
NODISCARD StoreStatus txn_drop_database(Txn *txn, uint32_t database);

/* -- definitions (logged like writes, undone by rollback) --------------------------------- */

/* What a part of an index entry is taken from. */
typedef enum KeySource {
    KEY_FROM_PATH,    /* the value at `path` in the document */
    KEY_FROM_ID,      /* the document's id: a key of the kind ID (store/key.h) */
    KEY_FROM_TTL,     /* when it ends to exist: a TIME, or null */
    KEY_FROM_DERIVED, /* the value at `path` in its derived block */
    KEY_FROM_TS,      /* when the version was committed: a TIME */
} KeySource;

/* One term or value of an index. */
typedef struct KeyPart {
    KeySource source;
    const Str *path; /* steps from the top: names, or decimal indexes into arrays */
    int64_t path_len;
    bool mva; /* each scalar in the array at the path, nested arrays flattened, makes
                 entries of its own; objects in it are left out */
    bool descending;
} KeyPart;

/* A document has one entry for each combination of its terms' and values' different values (at
 * most INDEX_ENTRIES_MAX, else STORE_KEY_TOO_LONG). A value that is absent is null. A document
 * whose terms are all null has no entries; an index without terms has all documents. (Reference:
 * Indexer.scala, doc/Index.scala.) */
typedef struct IndexSpec {
    const KeyPart *terms, *values;
    int64_t term_count, value_count;
    bool unique; /* no two documents have equal terms; checked at each put */
} IndexSpec;

/* Numbers are chosen by the caller for collections (they are never reused), by the store for
 * indexes. Dropping a collection drops its documents, indexes and aggregates
 * (store/aggregate.h). */
NODISCARD StoreStatus txn_create_collection(Txn *txn, uint32_t collection);
NODISCARD StoreStatus txn_drop_collection(Txn *txn, uint32_t collection);

/* Enters the documents that exist; STORE_NOT_UNIQUE, and nothing made, when two clash. */
NODISCARD StoreStatus txn_create_index(Txn *txn, uint32_t collection, const IndexSpec *spec,
                                       uint32_t *index);
NODISCARD StoreStatus txn_drop_index(Txn *txn, uint32_t index);

/* -- reading and writing documents ----------------------------------------------------------- */

/* The version this transaction sees, or NULL. An expired document is not seen. */
const Version *txn_get(Txn *txn, uint32_t collection, int64_t id);

/* What a document is to be. The blocks are as store/doc.h builds them, and are copied. */
typedef struct Put {
    Str doc;
    Str derived;     /* empty: none */
    int64_t ttl_us;  /* TTL_NEVER: it does not end */
    int64_t time_us; /* of a document that comes from elsewhere: the time it keeps, unless its id
                        has a history; 0, or not before txn_time_us: that of the commit */
    bool expect_new; /* STORE_EXISTS if there is one; else it is replaced */
} Put;

/* Creates or replaces a document; all indexes follow. `*version` (may be NULL) gets the new
 * version. STORE_NOT_UNIQUE, STORE_KEY_TOO_LONG: nothing was changed. */
NODISCARD StoreStatus txn_put(Txn *txn, uint32_t collection, int64_t id, const Put *put,
                              const Version **version);

/* Gives a document other bytes, and all that follows from them: its time stays, and it does not
 * count as changed. Fails as txn_put does; STORE_NOT_FOUND when there is no such document. */
NODISCARD StoreStatus txn_rewrite(Txn *txn, uint32_t collection, int64_t id, const Put *put);

/* The same with another derived block alone (empty: none). */
NODISCARD StoreStatus txn_put_derived(Txn *txn, uint32_t collection, int64_t id, Str derived);

/* After STORE_NOT_UNIQUE: the unique indexes that clashed in the last put, and for each the
 * document that has the terms; or the index that could not be made, and two of its documents. Valid
 * until the next put. */
typedef struct TxnConflict {
    uint32_t index;
    int64_t id;
    int64_t other_id; /* of the second document; of a put: that which is put */
} TxnConflict;
const TxnConflict *txn_conflicts(const Txn *txn, int64_t *count);

/* STORE_NOT_FOUND when there is none. */
NODISCARD StoreStatus txn_delete(Txn *txn, uint32_t collection, int64_t id);

/* Number of documents in a collection, expired ones included: constant time. */
int64_t txn_count(Txn *txn, uint32_t collection);

/* Whether some document of the collection ends some time: then txn_count may be too high. */
bool txn_may_expire(Txn *txn, uint32_t collection);

/* -- cursors ----------------------------------------------------------------------------------- */

/* Reads documents of a collection by id, or entries of an index by key, in either direction.
 * Closed by txn_end at the latest. A cursor sees the state at its opening; writes of its own
 * transaction made later are not seen by it. */
typedef struct StoreCursor StoreCursor;

/* All documents of a collection with `from` <= id <= `to`. */
StoreCursor *cursor_documents(Txn *txn, uint32_t collection, int64_t from, int64_t to,
                              bool reverse);

/* Entries of an index whose key is >= `from` and < `to` by memcmp (an empty `to`: no end).
 * Keys are terms then values, each as store/key.h writes them, then the id, 8 bytes. */
StoreCursor *cursor_index(Txn *txn, uint32_t index, Str from, Str to, bool reverse);

/* The next entry: its version, and for an index its key, borrowed until the next call (`key`
 * may be NULL). False: the end. Of an index, `version` may be NULL: then no document is looked
 * up, and entries of expired documents are seen. */
bool cursor_next(StoreCursor *cursor, const Version **version, Str *key);

/* Documents only: up to `max` next versions at once, in order; 0: the end. For scans: cheaper
 * than one by one. */
int64_t cursor_next_batch(StoreCursor *cursor, const Version **versions, int64_t max);

void cursor_close(StoreCursor *cursor);

#endif
