/* log: one file of checksummed records, one record a transaction. The log is the database.
 *
 *   0            64                                          end            allocated
 *   +------------+-----------------+-----------------+-------+--------------+
 *   | header     | record          | record          |  ...  | zeros        |
 *   +------------+-----------------+-----------------+-------+--------------+
 *
 *   header   "Fawn database\n\0\0", u32 format version, zeros, u64 checksum at 56
 *   record   u32 mark, u32 zero, u64 body length, int64 commit time, int64 synced,
 *            u64 checksum, body: entries (record.h), a multiple of 8 bytes
 *
 * All numbers are little-endian. A record's checksum is over its header and body and is
 * seeded with its offset, so that the copy of a record elsewhere is none. `synced` is the
 * offset up to which the file was known to be on disk when the record was written.
 *
 * Behind the last record the file ends, or is filled with zeros for the records to come (a
 * sync that only overwrites is faster than one that lengthens the file). What else may stand
 * there when the file is opened (replay.c):
 *
 *   torn      a record that fails its checksum, with no good record behind it: a write that a
 *             crash cut off. It is cut off the file, and told.
 *   lost      the same with good records behind it, where a sector of zeros stands in a place
 *             that was not synced: what a crash of the machine leaves of unsynced writes.
 *             Told and cut off likewise.
 *   damaged   anything else. Refused with its offset; nothing is changed.
 *
 * Failures: a record that cannot be written whole is taken back (the file is cut to where it
 * was), and the transaction fails. When even that fails, or a sync does, what is on disk is
 * not known any more: the log is broken, and every later append fails.
 */
#ifndef FAWN_STORE_LOG_H
#define FAWN_STORE_LOG_H

#include "store/store_int.h"

enum {
    LOG_HEADER_BYTES = 64,
    LOG_FORMAT = 4, /* 2: derived blocks; 3: aggregates, history; 4: packed blocks. Files of older
                       formats open, and become of this one when they are written to */
    LOG_BUFFER_BYTES = 1 << 20, /* SYNC_OFF: written when there are as many */
    LOG_AHEAD_BYTES = 1 << 18,  /* zeros written ahead at a time … */
    LOG_AHEAD_AFTER = 8,        /* … once a session has made as many commits */
    LOG_FLUSH_MS = 100,         /* SYNC_BATCH */
};

struct ShapeSet; /* record.h */

/* Where a log lies: the table of functions that a replicated log would fill in as well. They
 * return 0 or a count, or a negated errno. */
typedef struct LogDevice {
    void *self;
    int64_t (*read)(void *self, void *bytes, int64_t len, int64_t offset);
    int (*append)(void *self, Str bytes, int64_t offset); /* all or an error */
    int (*sync)(void *self);
    int (*truncate)(void *self, int64_t len);
    int (*close)(void *self);
} LogDevice;

/* Opens the log of a store (store->path, store->os) and replays it into the empty store. On
 * failure store->log is to be abandoned. */
NODISCARD StoreStatus log_open(Store *store, const StoreOptions *options, StoreNotice *notice);

/* Writes the record of a transaction's ops; when it returns STORE_OK, the record is as safe as
 * the sync mode says. On failure store->error tells why, and nothing was written. */
NODISCARD StoreStatus log_append(Log *log, const Txn *txn, int64_t time_us);

/* Writes what is buffered, syncs, cuts the zeros off, and closes. */
NODISCARD StoreStatus log_close(Log *log);

/* Closes a log that could not be opened: the file stays as it is. */
void log_abandon(Log *log);

/* store_defer_syncs, store_sync, store_durable_us; how many syncs there were. */
void log_defer_syncs(Log *log);
NODISCARD StoreStatus log_sync(Log *log, StoreNotice *notice);
int64_t log_durable_us(Log *log);
int64_t log_syncs(Log *log);

int64_t log_bytes(const Log *log);
int64_t log_records(const Log *log);

/* -- for compact.c; the caller is the writer --------------------------------------------------- */

/* Writes what is buffered. STORE_OK: the file is whole up to log_bytes. */
NODISCARD StoreStatus log_settle(Log *log, StoreNotice *notice);

/* What is appended from now on can be read without what stands before it, but for the state that
 * that makes: shapes are defined anew. */
void log_define_shapes_anew(Log *log);

const LogDevice *log_device(const Log *log);

/* Goes on in another file, which is on disk up to `end`, has `records` and these shapes, and
 * closes the present one. `sync_failed`: it is not known which of the two is on disk. */
void log_replace(Log *log, const LogDevice *device, int64_t end, int64_t records,
                 const struct ShapeSet *shapes, bool sync_failed);

/* The shapes that the file has definitions of. */
struct ShapeSet *log_shapes(Log *log);

/* -- log_file.c: a device that is a file ------------------------------------------------------- */

/* The header of a file. */
void log_header(char header[LOG_HEADER_BYTES]);

/* Opens the file of a store. `*device` is closed by the caller whatever is returned; without a
 * file (`*size` is -1) it makes one when it first appends. */
NODISCARD StoreStatus log_file_open(Store *store, bool must_exist, LogDevice *device, int64_t *size,
                                    StoreNotice *notice);

/* Makes the file `path`, which must not exist, locks it, and gives it the mode of the file `like`
 * (NULL: none). What goes wrong leaves no file. */
NODISCARD int log_file_make(Store *store, const char *path, const LogDevice *like,
                            LogDevice *device);

/* Whether `path` still names the file of a device: 0, or a negated errno, -ESTALE if not. */
NODISCARD int log_file_check_place(const LogDevice *device, const char *path);

/* Writes `bytes` at `offset` however often that takes. */
NODISCARD int os_write_all(const Os *os, int file, Str bytes, int64_t offset);

/* -- replay.c ---------------------------------------------------------------------------------- */

typedef struct Replayed {
    int64_t end;     /* where the next record goes */
    int64_t records; /* that were read */
} Replayed;

/* Reads the records of a file of `size` bytes into the empty store. `replayed->end` is below
 * `size` when there are zeros or bytes to be cut (notice->cut_bytes). */
NODISCARD StoreStatus log_replay(Store *store, const LogDevice *device, int64_t size,
                                 Replayed *replayed, StoreNotice *notice);

/* STORE_NO_SPACE or STORE_IO for a negated errno. */
StoreStatus status_of_errno(int64_t error);

#endif
