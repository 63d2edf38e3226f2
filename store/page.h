/* page: memory of the store: a slab, and copy-on-write blocks on it.
 *
 * Slab: pieces of many sizes, cut from large regions one behind the other (so that what is
 * made together lies together), kept in a free list a size when they are given back.
 *
 * Block: what trees and catalogs are made of. A block knows the stamp of the time at which it
 * was made. Stamps rise; everything made up to `frozen` may be seen by somebody (a reader, a
 * cursor, a mark) and is copied before it changes:
 *
 *   stamps    ... 40   41 | 42   43   44 | 45   46        45, 46: written in place
 *                 committed  this txn    ^ frozen         42-44: seen by a cursor or mark
 *
 * Edit: the block writes of one transaction, so that they can be taken back:
 *   fresh   blocks that it made           freed by a rollback
 *   loose   of these, the ones replaced while frozen; freed when nobody looks any more
 *   stale   committed blocks that it replaced; freed when no reader sees them any more
 */
#ifndef FAWN_STORE_PAGE_H
#define FAWN_STORE_PAGE_H

#include "runtime/base/base.h"

typedef struct Slab Slab;

Slab *slab_new(void);
void slab_free_all(Slab *slab);

/* `bytes` bytes, 8-byte aligned, not zeroed. Never NULL. */
void *slab_alloc(Slab *slab, int64_t bytes);

/* Gives a piece back; `bytes` is what was asked for. */
void slab_free(Slab *slab, void *piece, int64_t bytes);

/* Bytes of pieces in use, rounded up as they are kept. */
int64_t slab_bytes(const Slab *slab);

/* Bytes that the slab has from the system: of pieces in use, given back, and not yet cut. */
int64_t slab_held_bytes(const Slab *slab);

/* -- lists of pointers, in malloc'd memory ---------------------------------------------------- */

typedef struct PtrList {
    void **at;
    int64_t len, cap;
} PtrList;

void ptrs_push(PtrList *list, void *ptr);

/* Forgets the elements; keeps the memory unless it is large. */
void ptrs_clear(PtrList *list);
void ptrs_free(PtrList *list);

/* -- blocks ----------------------------------------------------------------------------------- */

typedef struct Block {
    uint64_t stamp;
    uint32_t fresh; /* its place in Edit.fresh while its transaction is under way */
    uint32_t bytes; /* header included */
} Block;

typedef struct Edit {
    Slab *slab;
    uint64_t first;  /* the least stamp of this transaction */
    uint64_t stamp;  /* of blocks that are made now */
    uint64_t frozen; /* blocks up to this stamp are not written in place */
    uint64_t newest; /* stamp of the block made last */
    PtrList fresh, loose, stale;
} Edit;

/* A point in an edit; see edit_mark. */
typedef struct EditMark {
    uint64_t stamp;
    int64_t fresh_len, loose_len, stale_len;
} EditMark;

/* Begins an edit whose stamps start at `stamp`. */
void edit_begin(Edit *edit, Slab *slab, uint64_t stamp);

static inline bool edit_owns(const Edit *edit, const Block *block)
{
    return block->stamp > edit->frozen;
}

/* A new block with only its header set. */
void *edit_new(Edit *edit, int64_t bytes);

/* `block` itself if it may be written, else a copy; the original is then dropped. */
void *edit_own(Edit *edit, const void *block);

/* `block` is no more part of the state. */
void edit_drop(Edit *edit, void *block);

/* Freezes all that was made so far. */
void edit_freeze(Edit *edit);

/* Nobody looks at what was made after stamp `floor`: writes may go in place again. */
void edit_thaw(Edit *edit, uint64_t floor);

/* Freezes, and remembers the point; going back frees all that was made since, and leaves what
 * was dropped since as it was. */
EditMark edit_mark(Edit *edit);
void edit_rewind(Edit *edit, const EditMark *mark);

/* Frees all that the edit made. */
void edit_rollback(Edit *edit);

/* Keeps all that the edit made; frees `loose`. `stale` is left to the caller. */
void edit_commit(Edit *edit);

#endif
