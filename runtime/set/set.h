/* set: lazy sets. A set is a description (immutable, a value); reading it opens a cursor.
 *
 *   Movie.byGenre("Drama").where(.rating > 8).map(.title)
 *
 *     MapSet ──► WhereSet ──► IndexSet            SetCursor for each, pulling from its source
 *
 * Every operator is a SetOps: how to open a cursor over it, and how to write it down in text
 * so that a page's `after` survives the process.
 */
#ifndef FAWN_RUNTIME_SET_SET_H
#define FAWN_RUNTIME_SET_SET_H

#include "runtime/function.h"

typedef struct SetReader SetReader;
struct Batch;

/* SetReader.fill: one by one, for now. */
enum { SET_SINGLY = 2 };

/* An open reading of a set. It lives on the heap that was `rt->heap` when it was opened, so a
 * consumer opens first and begins its loop then. */
struct SetReader {
    /* The next element into `*out`. 1: there is one; 0: the end; -1: a fault. The element may
     * live on rt->heap: it is good until the caller resets that. */
    int (*next)(SetReader *reader, Rt *rt, Value *out);
    /* Steps over an element without computing it. NULL: by `next`. */
    int (*skip)(SetReader *reader, Rt *rt);
    /* Gives back what the heap cannot: store cursors, arenas. NULL: nothing. */
    void (*close)(SetReader *reader);
    /* What is left to read, as a set on rt->heap; NULL: a fault. */
    const Set *(*rest)(SetReader *reader, Rt *rt);
    /* The next elements at once (set_batch.h), at least one. Like `next`, or SET_SINGLY: the next element
     * is to be had from `next` only. Who calls it does not ask for the rest. NULL: never. */
    int (*fill)(SetReader *reader, Rt *rt, struct Batch *batch);
};

typedef struct SetOps {
    const char *name; /* "where", "index", … : shown by .explain */
    /* A reader over `set`. NULL: a fault. */
    SetReader *(*open)(Rt *rt, const Set *set);
    /* The same elements from last to first. Never fails. */
    const Set *(*reverse)(Rt *rt, const Set *set);
    /* The number of elements if it is known without reading, or -1. May be NULL. */
    int64_t (*count)(Rt *rt, const Set *set);
    /* A copy of the description for val_copy. */
    const Set *(*copy)(Arena *dst, const Set *set, const Arena *from);
} SetOps;

/* The head of every set; operators embed it. */
struct Set {
    const SetOps *ops;
    const Set *source;     /* what it reads, or NULL */
    int64_t page_size;     /* 0: PAGE_SIZE_DEFAULT */
    int64_t parts;         /* sets that it is made of, one over the other; of no other: 0 */
    int64_t all_parts;     /* the same, all of them */
    int64_t valid_time_us; /* made within at(t){…}: t; 0: no */
};

/* The set as a value; a fault when it is made of more sets than may be. */
Value set_value(Rt *rt, const Set *set);

/* To be called when a call, at `span`, of a function gives a set: a set that was made within
 * the call, which notes it for traces. Errors in its functions come up later, when it is read, but
 * are traced to where it came from. */
const Set *set_after_call(Rt *rt, const Set *set, Span span);

/* Opens a reader; NULL: a fault. `set_close` ends it, on every way out. */
static inline SetReader *set_open(Rt *rt, const Set *set)
{
    return set->ops->open(rt, set);
}

static inline int set_next(SetReader *reader, Rt *rt, Value *out)
{
    return reader->next(reader, rt, out);
}

static inline int set_skip(SetReader *reader, Rt *rt)
{
    Value skipped;
    return reader->skip ? reader->skip(reader, rt) : reader->next(reader, rt, &skipped);
}

static inline int set_fill(SetReader *reader, Rt *rt, struct Batch *batch)
{
    return reader->fill ? reader->fill(reader, rt, batch) : SET_SINGLY;
}

static inline void set_close(SetReader *reader)
{
    if (reader->close) {
        reader->close(reader);
    }
}

static inline const Set *set_reverse(Rt *rt, const Set *set)
{
    return set->ops->reverse(rt, set);
}

/* One page: { data: […], after: "cursor" } as an Object (what `paginate` and printing give).
 * `size` 0: the set's own. */
Value set_page(Rt *rt, const Set *set, int64_t size);

/* The page behind a cursor that `set_page` gave out. */
Value set_page_after(Rt *rt, Str cursor, int64_t size);

/* All elements as an Array. */
Value set_to_array(Rt *rt, const Set *set);

/* An Array as a set. */
Value set_from_array(Rt *rt, Value array);

/* The set written down as text, base64: `Set.paginate` reads it again, also in another
 * process. False: a fault. */
NODISCARD bool set_cursor_text(Rt *rt, const Set *set, int64_t page_size, Str *text);

/* Whether two sets are described alike: the same operators over the same sources. */
bool set_equal(Rt *rt, const Set *a, const Set *b);

#endif
