/* page: see page.h.
 *
 * Size classes: every 8 bytes up to 2 KiB, then four to each doubling up to 64 KiB; larger
 * pieces are malloc's, each in a list of its own to be freed with the slab. Free pieces of a class
 * are linked through their first 8 bytes. Under ASan a free piece is poisoned.
 */
#include "store/page.h"

#include "runtime/base/memory.h"

#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define FAWN_SLAB_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAWN_SLAB_POISON 1
#endif
#endif

#ifdef FAWN_SLAB_POISON
#include <sanitizer/asan_interface.h>
#define POISON(ptr, bytes) __asan_poison_memory_region((ptr), (size_t)(bytes))
#define UNPOISON(ptr, bytes) __asan_unpoison_memory_region((ptr), (size_t)(bytes))
#else
#define POISON(ptr, bytes) ((void)(ptr), (void)(bytes))
#define UNPOISON(ptr, bytes) ((void)(ptr), (void)(bytes))
#endif

enum {
    SMALL_MAX = 2048,
    SMALL_CLASSES = SMALL_MAX / 8 + 1,
    LARGE_MAX = 65536,
    CLASS_COUNT = SMALL_CLASSES + 5 * 4, /* 2 KiB to 64 KiB: five doublings */
    REGION_FIRST = 16384,
    REGION_MAX = 1 << 22,
    HUGE_PAGE = 1 << 21,
    LIST_KEEP = 4096, /* elements of a list whose memory is kept */
};

typedef struct FreePiece {
    struct FreePiece *next;
} FreePiece;

typedef struct Region {
    struct Region *older;
    int64_t bytes;
    _Alignas(16) char data[];
} Region;

/* A piece above LARGE_MAX: `data` is what was asked for. */
typedef struct LargePiece {
    struct LargePiece *next, **link; /* `link` is what points here */
    _Alignas(16) char data[];
} LargePiece;

struct Slab {
    FreePiece *free[CLASS_COUNT];
    char *pos, *end; /* unused part of the newest region */
    Region *regions;
    LargePiece *large;
    int64_t next_region;
    int64_t used_bytes, held_bytes;
};

/* Memory of a region, or NULL. Large ones are fit for huge pages: random reads of many documents
 * would otherwise miss the tables of pages as often as the caches. */
static Region *alloc_region(int64_t bytes)
{
    if (bytes < HUGE_PAGE) {
        return memory_try(bytes);
    }
    void *region = memory_try_aligned(bytes, HUGE_PAGE);
    if (region) {
        (void)madvise(region, (size_t)bytes, MADV_HUGEPAGE);
    }
    return region;
}

Slab *slab_new(void)
{
    Slab *slab = memory_new(sizeof *slab);
    *slab = (Slab){.next_region = REGION_FIRST};
    return slab;
}

void slab_free_all(Slab *slab)
{
    for (Region *region = slab->regions; region;) {
        Region *older = region->older;
        UNPOISON(region->data, region->bytes);
        free(region);
        region = older;
    }
    for (LargePiece *large = slab->large; large;) {
        LargePiece *next = large->next;
        free(large);
        large = next;
    }
    free(slab);
}

/* The class of pieces of `*bytes` bytes, which is rounded up to what they take. */
static int64_t find_class(int64_t *bytes)
{
    if (LIKELY(*bytes <= SMALL_MAX)) {
        *bytes = (*bytes + 7) & ~(int64_t)7;
        return *bytes / 8;
    }
    int64_t class = SMALL_CLASSES;
    int64_t base = SMALL_MAX;
    while (*bytes > 2 * base) {
        base *= 2;
        class += 4;
    }
    int64_t quarter = base / 4;
    int64_t quarters = (*bytes - base + quarter - 1) / quarter;
    *bytes = base + quarters * quarter;
    return class + quarters - 1;
}

static void *cut_piece(Slab *slab, int64_t bytes)
{
    if (bytes > slab->end - slab->pos) {
        int64_t size = slab->next_region > 2 * bytes ? slab->next_region : 2 * bytes;
        Region *region = alloc_region(size);
        if (UNLIKELY(!region)) {
            size = 2 * bytes > REGION_FIRST ? 2 * bytes : REGION_FIRST;
            region = memory_new(size);
        }
        slab->held_bytes += size;
        size -= (int64_t)sizeof *region;
        region->older = slab->regions;
        region->bytes = size;
        slab->regions = region;
        slab->pos = region->data;
        slab->end = region->data + size;
        POISON(slab->pos, size);
        if (slab->next_region < REGION_MAX) {
            slab->next_region *= 2;
        }
    }
    char *piece = slab->pos;
    slab->pos += bytes;
    return piece;
}

static void *alloc_large(Slab *slab, int64_t bytes)
{
    LargePiece *large = memory_new((int64_t)sizeof *large + bytes);
    large->next = slab->large;
    large->link = &slab->large;
    if (large->next) {
        large->next->link = &large->next;
    }
    slab->large = large;
    return large->data;
}

static void free_large(void *piece)
{
    LargePiece *large = (LargePiece *)((char *)piece - offsetof(LargePiece, data));
    *large->link = large->next;
    if (large->next) {
        large->next->link = large->link;
    }
    free(large);
}

void *slab_alloc(Slab *slab, int64_t bytes)
{
    assert(bytes > 0);
    if (UNLIKELY(bytes > LARGE_MAX)) {
        slab->used_bytes += bytes;
        slab->held_bytes += bytes;
        return alloc_large(slab, bytes);
    }
    int64_t asked = bytes;
    int64_t class = find_class(&bytes);
    slab->used_bytes += bytes;
    FreePiece *piece = slab->free[class];
    if (piece) {
        UNPOISON(piece, asked);
        slab->free[class] = piece->next;
        return piece;
    }
    void *cut = cut_piece(slab, bytes);
    UNPOISON(cut, asked);
    return cut;
}

void slab_free(Slab *slab, void *piece, int64_t bytes)
{
    if (bytes > LARGE_MAX) {
        slab->used_bytes -= bytes;
        slab->held_bytes -= bytes;
        free_large(piece);
        return;
    }
    int64_t class = find_class(&bytes);
    slab->used_bytes -= bytes;
    FreePiece *freed = piece;
    freed->next = slab->free[class];
    slab->free[class] = freed;
    POISON(piece, bytes);
}

int64_t slab_bytes(const Slab *slab)
{
    return slab->used_bytes;
}

int64_t slab_held_bytes(const Slab *slab)
{
    return slab->held_bytes;
}

/* -- lists ----------------------------------------------------------------------------------- */

void ptrs_push(PtrList *list, void *ptr)
{
    list->at = memory_room(list->at, &list->cap, list->len, 1, sizeof *list->at);
    list->at[list->len++] = ptr;
}

void ptrs_clear(PtrList *list)
{
    list->len = 0;
    if (list->cap > LIST_KEEP) {
        ptrs_free(list);
    }
}

void ptrs_free(PtrList *list)
{
    free(list->at);
    *list = (PtrList){0};
}

/* -- edits ----------------------------------------------------------------------------------- */

void edit_begin(Edit *edit, Slab *slab, uint64_t stamp)
{
    assert(stamp > 0 && edit->fresh.len == 0 && edit->stale.len == 0 && edit->loose.len == 0);
    edit->slab = slab;
    edit->first = edit->stamp = stamp;
    edit->frozen = edit->newest = stamp - 1;
}

void *edit_new(Edit *edit, int64_t bytes)
{
    always(bytes <= UINT32_MAX && edit->fresh.len < UINT32_MAX);
    Block *block = slab_alloc(edit->slab, bytes);
    *block =
        (Block){.stamp = edit->stamp, .fresh = (uint32_t)edit->fresh.len, .bytes = (uint32_t)bytes};
    ptrs_push(&edit->fresh, block);
    edit->newest = edit->stamp;
    return block;
}

/* Frees a block that this edit made and that nobody else sees. */
static void free_fresh(Edit *edit, Block *block)
{
    assert(block->stamp >= edit->first && edit->fresh.at[block->fresh] == block);
    edit->fresh.at[block->fresh] = NULL;
    /* The place at the end is used again, so that a loop of copies does not lengthen the list. */
    if (block->fresh == edit->fresh.len - 1) {
        edit->fresh.len--;
    }
    slab_free(edit->slab, block, block->bytes);
}

void edit_drop(Edit *edit, void *dropped)
{
    Block *block = dropped;
    if (block->stamp < edit->first) {
        ptrs_push(&edit->stale, block);
    } else if (block->stamp <= edit->frozen) {
        ptrs_push(&edit->loose, block);
    } else {
        free_fresh(edit, block);
    }
}

void *edit_own(Edit *edit, const void *original)
{
    const Block *block = original;
    if (LIKELY(edit_owns(edit, block))) {
        return (void *)(uintptr_t)original;
    }
    Block *copy = edit_new(edit, block->bytes);
    memcpy(copy + 1, block + 1, block->bytes - sizeof *block);
    edit_drop(edit, (void *)(uintptr_t)original);
    return copy;
}

void edit_freeze(Edit *edit)
{
    if (edit->newest > edit->frozen) {
        edit->frozen = edit->stamp++;
    }
}

void edit_thaw(Edit *edit, uint64_t floor)
{
    if (floor < edit->first) {
        floor = edit->first - 1;
    }
    edit->frozen = floor;
    int64_t kept = 0;
    for (int64_t i = 0; i < edit->loose.len; i++) {
        Block *block = edit->loose.at[i];
        if (block->stamp > floor) {
            free_fresh(edit, block);
        } else {
            edit->loose.at[kept++] = block;
        }
    }
    edit->loose.len = kept;
}

EditMark edit_mark(Edit *edit)
{
    edit_freeze(edit);
    return (EditMark){.stamp = edit->frozen,
                      .fresh_len = edit->fresh.len,
                      .loose_len = edit->loose.len,
                      .stale_len = edit->stale.len};
}

void edit_rewind(Edit *edit, const EditMark *mark)
{
    /* A loose block made since the mark is fresh too, and freed below. */
    edit->loose.len = mark->loose_len;
    for (int64_t i = mark->fresh_len; i < edit->fresh.len; i++) {
        Block *block = edit->fresh.at[i];
        if (block) {
            slab_free(edit->slab, block, block->bytes);
        }
    }
    edit->fresh.len = mark->fresh_len;
    edit->stale.len = mark->stale_len;
}

void edit_rollback(Edit *edit)
{
    edit_rewind(edit, &(EditMark){0});
    edit_commit(edit);
    ptrs_clear(&edit->stale);
}

void edit_commit(Edit *edit)
{
    edit_thaw(edit, 0);
    ptrs_clear(&edit->fresh);
    ptrs_clear(&edit->loose);
}
