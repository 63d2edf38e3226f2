/* record: the writes of one transaction as bytes, and back.
 *
 * A body is a row of entries, each a multiple of 8 bytes, so that documents are read where
 * they lie:
 *
 *   0      1       2     4        8        12        16      24
 *   +------+-------+-----+--------+--------+---------+-----+----------+-----------+----------+
 *   | kind | flags | 0   | length | number | derived | id  | [ttl] i64| [time] i64| payload  |
 *   | u8   | u8    | u16 | u32    | u32    | u32     | i64 | flag 1   | flag 2    | `length` |
 *   +------+-------+-----+--------+--------+---------+-----+----------+-----------+----------+
 *
 *   kind                number       id          payload
 *   PUT                 collection   document    the document block; behind the payload its
 *                                                derived block, if `derived`, its length, is
 *                                                not 0
 *   DELETE              collection   document
 *   CREATE_COLLECTION   collection
 *   DROP_COLLECTION     collection
 *   CREATE_INDEX        collection   index       its spec: u32 terms, u32 values, u32 unique,
 *                                                then parts: u32 source, u32 bits (1 mva,
 *                                                2 descending), u32 steps, then texts
 *   DROP_INDEX          collection   index
 *   CREATE_AGGREGATE    collection   aggregate   its spec: u32 terms, u32 folds, u32 filtered, the
 *                                                terms; for each fold u32 kind, u32 n and its
 *                                                part; the filter, if any; parts as above
 *   DROP_AGGREGATE      collection   aggregate
 *   KEEP_HISTORY        collection   microseconds   in saved files: i64 the time from which on
 *                                    the past is known, i64 that from which on changes are
 *   SHAPE               shape        fields      names: texts; before the first document that
 *                                                has the shape
 *   (a text: u32 length, bytes; a payload is filled up with zeros)
 *
 * `time` is the commit time of a document where it is not the record's (in saved files, where a
 * DELETE has one as well: documents as they were come first there, then all changes in order).
 */
#ifndef FAWN_STORE_RECORD_H
#define FAWN_STORE_RECORD_H

#include "store/store_int.h"

enum {
    RECORD_MARK = 0x4e574146, /* "FAWN" */
    RECORD_HEADER_BYTES = 40,
    RECORD_PIECE_BYTES = 1 << 20, /* bodies are hashed and written in pieces of this size */
    ENTRY_BYTES = 24,
};

typedef struct RecordHeader {
    uint32_t mark, zero;
    int64_t body_len;
    int64_t time_us;
    int64_t synced;
    uint64_t checksum;
} RecordHeader;

_Static_assert(sizeof(RecordHeader) == RECORD_HEADER_BYTES, "headers are written as they lie");

/* Kinds of entries: those of OpKind, and definitions of shapes. */
enum { ENTRY_SHAPE = OP_DROP_INDEX + 1 };

/* Flags of entries. */
enum { ENTRY_TTL = 1, ENTRY_TIME = 2 };

typedef struct EntryHeader {
    uint8_t kind, flags;
    uint16_t zero;
    uint32_t len;
    uint32_t number;
    uint32_t derived_len; /* of the derived block behind the payload of a PUT */
    int64_t id;
} EntryHeader;

_Static_assert(sizeof(EntryHeader) == ENTRY_BYTES, "headers are written as they lie");

/* Bytes of an entry that stand behind its header. */
static inline int64_t entry_rest_bytes(const EntryHeader *header)
{
    return (int64_t)header->len + header->derived_len + 8 * ((header->flags & ENTRY_TTL) != 0) +
           8 * ((header->flags & ENTRY_TIME) != 0);
}

/* Hash of the next piece of a body, given that of the pieces before (0 at first). */
uint64_t record_hash(uint64_t before, Str piece);

/* The hash of a whole body that lies in memory. */
uint64_t record_hash_body(Str body);

/* The checksum of a record at `offset` whose body has the hash `body_hash`. */
uint64_t record_checksum(const RecordHeader *header, uint64_t body_hash, int64_t offset);

/* -- writing: entries are appended to a Buf ---------------------------------------------------- */

/* Which shapes the log has. */
typedef struct ShapeSet {
    Buf bits;      /* a byte a shape */
    PtrList added; /* numbers (as pointers) added since `shapes_keep`; not yet sure to be written */
} ShapeSet;

/* Whether `id` is in the set; it is afterwards. */
bool shapes_add(ShapeSet *set, uint32_t id);
void shapes_keep(ShapeSet *set);
void shapes_forget(ShapeSet *set);
void shapes_free(ShapeSet *set);

/* Appends an entry for `op`, and before it definitions of shapes that `set` lacks. */
void record_put_op(Buf *body, const ShapeTable *shapes, ShapeSet *set, const Op *op);

/* The same for a document; `time_us` 0: it has the record's time. */
void record_put_document(Buf *body, const ShapeTable *shapes, ShapeSet *set, uint32_t collection,
                         const Version *version, int64_t time_us);

/* For saved files: a deletion with its own time; how long the past of a collection is kept, and
 * from when on it is known. */
void record_put_tombstone(Buf *body, uint32_t collection, const Version *tombstone);
void record_put_history(Buf *body, uint32_t collection, const History *history);

/* -- reading ----------------------------------------------------------------------------------- */

/* Makes the writes of a body in a transaction that is replaying. False: the body is malformed,
 * or asks for what cannot be done; some of it may have been done then. */
NODISCARD bool record_apply(Txn *txn, ShapeSet *set, Str body);

/* -- reading ahead -------------------------------------------------------------------------------
 *
 * Documents that the next entries replace are loaded side by side: one by one each would be
 * waited for. Bytes that are looked at need not be sound. */

enum {
    LOOKAHEAD_COUNT = 16,
    LOOKAHEAD_BODY_MAX = 2048, /* record_apply looks ahead in longer bodies itself */
};

typedef struct Lookahead {
    int count;
    int64_t ids[LOOKAHEAD_COUNT];
    const Tree *documents[LOOKAHEAD_COUNT];
} Lookahead;

/* Adds the entries of `body` from offset `at` on, as many as there is room for. Returns the
 * offset behind them. */
int64_t lookahead_add(Lookahead *ahead, Txn *txn, Str body, int64_t at);

/* Loads the documents that were added, and forgets them. */
void lookahead_load(Lookahead *ahead);

#endif
