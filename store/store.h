/* store: documents as bytes, ordered indexes, transactions, and the log that keeps them.
 *
 * The store knows nothing of FQL. It keeps, per collection (a number), documents by id, and
 * per index (a number) ordered entries. A commit publishes new roots; a reader holds the
 * roots it began with and never waits; there is one writer at a time.
 *
 *   Store ── root 41 ──► collections ──► documents  B+tree  id -> Version
 *         │                          └─► indexes    B+tree  terms, values, id -> nothing
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

typedef struct Store Store;
typedef struct Txn Txn;
typedef struct Version Version;

typedef enum StoreStatus {
    STORE_OK,
    STORE_EXISTS,        /* put: a document with this id exists */
    STORE_NOT_FOUND,
    STORE_NOT_UNIQUE,    /* commit: a unique index has two entries with equal terms */
    STORE_KEY_TOO_LONG,
    STORE_READ_ONLY,     /* opened read-only, or the transaction is */
    STORE_LOCKED,        /* another process writes this file */
    STORE_IO,            /* reading or writing failed: store_error tells */
    STORE_NO_SPACE,      /* the disk is full; the store is read-only until there is room */
    STORE_NOT_A_DATABASE,
    STORE_CORRUPT,       /* the file is damaged: store_error tells where */
    STORE_VERSION,       /* written by a newer Fawn */
    STORE_NO_FILE,       /* opened without `create`, and there is none */
} StoreStatus;

typedef enum SyncMode {
    SYNC_ALWAYS, /* a commit returns after its record is on disk */
    SYNC_BATCH,  /* records are written at once, put on disk at least every 100 ms */
    SYNC_OFF,    /* records are written when the buffer is full or the store closes */
} SyncMode;

typedef struct StoreOptions {
    const char *path;    /* NULL: in memory only */
    bool read_only;
    bool must_exist;     /* do not create (a file is created at the first commit) */
    SyncMode sync;
    const struct Os *os; /* NULL: the real one (store/os.h) */
} StoreOptions;

/* What opening found out, and what went wrong last. */
typedef struct StoreNotice {
    char text[512];       /* one sentence; empty: nothing to say */
    int64_t offset;       /* in the file, or -1 */
    int holder_pid;       /* STORE_LOCKED */
    int64_t cut_bytes;    /* bytes of a torn tail that were cut off */
} StoreNotice;

NODISCARD StoreStatus store_open(const StoreOptions *options, Store **store, StoreNotice *notice);

/* Ends the store: syncs the log, gives the lock back. No transaction may be open. */
StoreStatus store_close(Store *store);

/* The sentence about the last failure of this store. */
const StoreNotice *store_error(const Store *store);

ShapeTable *store_shapes(Store *store);
const char *store_path(const Store *store); /* NULL: in memory */

/* Commit time of the newest transaction, in microseconds since 1970; strictly rising. */
int64_t store_last_time_us(const Store *store);

/* Writes the whole present state to a new file at `path` (which must not exist). */
NODISCARD StoreStatus store_save(Store *store, const char *path, StoreNotice *notice);

/* Counters for .stats */
typedef struct StoreStats {
    int64_t documents, versions, index_entries, collections, indexes;
    int64_t document_bytes, tree_bytes, log_bytes;
} StoreStats;
StoreStats store_stats(Store *store);

/* Checks every invariant of every tree and every index against its documents. STORE_CORRUPT
 * with `notice` when something is wrong. */
NODISCARD StoreStatus store_verify(Store *store, StoreNotice *notice);

/* -- documents' bytes (store/doc.h builds and reads them) -------------------------------- */

/* One version of a document in memory; `doc` are relocatable document bytes. */
struct Version {
    int64_t id;
    int64_t time_us;  /* commit time; 0 while its transaction is under way */
    int64_t ttl_us;   /* when it ends to exist; INT64_MAX: never */
    uint32_t doc_len;
    uint32_t flags;
    char doc[];       /* 8-byte aligned */
};

/* -- transactions ------------------------------------------------------------------------ */

typedef enum TxnMode { TXN_READ, TXN_WRITE } TxnMode;

/* Begins a transaction on the newest committed state. A writer waits for the writer before
 * it. Never fails (a write to a read-only store fails at the first put). */
Txn *txn_begin(Store *store, TxnMode mode);

/* Makes a reading transaction a writing one, if nothing was committed since it began. */
NODISCARD StoreStatus txn_upgrade(Txn *txn);

/* Publishes all writes and ends the transaction, whatever is returned. On anything but
 * STORE_OK nothing was published. `*time_us` gets the commit time (for a transaction without
 * writes: a time not before its snapshot; strictly rising over calls). */
NODISCARD StoreStatus txn_commit(Txn *txn, int64_t *time_us);

/* Drops all writes and ends the transaction. */
void txn_rollback(Txn *txn);

/* Commit time of the state it reads. */
int64_t txn_snapshot_us(const Txn *txn);

/* Number of documents created, changed and deleted so far; writes to `collection` so far
 * (0: versions found before are still the present ones). */
typedef struct TxnChanges {
    int64_t created, updated, deleted;
} TxnChanges;
TxnChanges txn_changes(const Txn *txn);
int64_t txn_writes(const Txn *txn, uint32_t collection);

/* A point to return to inside a transaction (one statement of several). */
typedef struct TxnMark {
    uint64_t opaque[8];
} TxnMark;
TxnMark txn_mark(Txn *txn);
void txn_rewind(Txn *txn, const TxnMark *mark);

/* -- definitions (logged like writes, undone by rollback) --------------------------------- */

/* Where an index finds a value: the steps of a path into the document. Array elements are
 * entered one by one when `mva`. */
typedef struct KeyPart {
    const Str *path;
    int64_t path_len;
    bool mva;
    bool descending;
} KeyPart;

typedef struct IndexSpec {
    const KeyPart *terms, *values;
    int64_t term_count, value_count;
    bool unique; /* no two documents with equal terms; documents lacking all are exempt */
} IndexSpec;

/* Numbers are chosen by the caller for collections (they are never reused), by the store for
 * indexes. Making an index enters the documents that exist. */
NODISCARD StoreStatus txn_create_collection(Txn *txn, uint32_t collection);
NODISCARD StoreStatus txn_drop_collection(Txn *txn, uint32_t collection);
NODISCARD StoreStatus txn_create_index(Txn *txn, uint32_t collection, const IndexSpec *spec,
                                       uint32_t *index);
NODISCARD StoreStatus txn_drop_index(Txn *txn, uint32_t index);

/* -- reading and writing documents ----------------------------------------------------------- */

/* The version this transaction sees, or NULL. */
const Version *txn_get(Txn *txn, uint32_t collection, int64_t id);

/* Creates (`expect_new`: STORE_EXISTS if it exists) or replaces a document; all indexes follow.
 * `doc` is copied. `*version` (may be NULL) gets the new version. */
NODISCARD StoreStatus txn_put(Txn *txn, uint32_t collection, int64_t id, Str doc, int64_t ttl_us,
                              bool expect_new, const Version **version);

/* STORE_NOT_FOUND when there is none. */
NODISCARD StoreStatus txn_delete(Txn *txn, uint32_t collection, int64_t id);

/* Number of documents in a collection: constant time. */
int64_t txn_count(Txn *txn, uint32_t collection);

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

/* The next entry: its version, and for an index its key (`key` may be NULL). False: the end. */
bool cursor_next(StoreCursor *cursor, const Version **version, Str *key);

void cursor_close(StoreCursor *cursor);

#endif
