/* set_fold: what consumes a set from end to end, or until it knows its answer. All run in
 * constant memory: between two elements only the one value that they carry is kept.
 *
 * Where the set gives batches (set_batch.h) and the reducer has a program, whole batches are folded
 * without calling it; the elements of a batch that its program cannot do are taken singly.
 */
#include "runtime/number.h"
#include "runtime/set/accumulator.h"
#include "runtime/set/set_batch.h"
#include "runtime/set/set_node.h"

/* Levels of set_aggregate: 2 to the power of that many elements. */
#define AGGREGATE_LEVELS 62

/* Elements of set_aggregate between two chances to forget. */
#define AGGREGATE_STEP 256

/* -- batches --------------------------------------------------------------------------------- */

enum {
    /* Elements that a reducer of numbers may not take before it is only called. */
    FOLD_MISSES_MAX = 8,
    /* Batches after which it is worth to look whether a reducer of numbers has cells, too. */
    CELLS_BATCHES = 4,
};

/* Reading a set in batches as long as it gives them. */
typedef struct Batches {
    SetReader *reader;
    Arena *home;     /* where `fold` and `batch` live */
    int64_t at;      /* of `batch`: what was taken of it singly */
    Batch *batch;    /* NULL: none was read yet */
    BatchFold *fold; /* of cells; NULL: none */
    bool numbers;    /* the reducer folds numbers */
    int misses;      /* how often it could not */
    int64_t count;   /* batches that it was given */
    bool ended;      /* no more batches */
} Batches;

static void batches_begin(Batches *batches, SetReader *reader, Arena *home)
{
    *batches = (Batches){.reader = reader, .home = home, .ended = reader->fill == NULL};
}

/* The next batch in `batches->batch`: 1, 0, -1 or SET_SINGLY. */
static int batches_next(Batches *batches, Rt *rt)
{
    if (batches->batch == NULL) {
        batches->batch = arena_alloc(batches->home, (int64_t)sizeof *batches->batch);
        batches->batch->count = 0;
    }
    if (batches->at < batches->batch->count) {
        return SET_SINGLY;
    }
    int got = set_fill(batches->reader, rt, batches->batch);
    batches->ended = got == SET_SINGLY && batches->reader->fill == NULL;
    batches->at = got == 1 ? batches->batch->count : 0;
    batches->batch->count = batches->at;
    return got;
}

/* The elements of the batch at hand are to be taken singly. */
static void batches_split(Batches *batches)
{
    batches->at = 0;
}

/* The next element of its own. 1, 0 or -1. */
static ALWAYS_INLINE int batches_single(Batches *batches, Rt *rt, Value *out)
{
    if (UNLIKELY(batches->batch != NULL) && batches->at < batches->batch->count) {
        *out = batch_value(batches->batch, batches->at++);
        return 1;
    }
    return set_next(batches->reader, rt, out);
}

/* -- fold -------------------------------------------------------------------------------------- */

/* Makes the reducer's fold of cells, if it has one. */
static bool find_cells(Batches *batches, const Rt *rt, Value fn)
{
    BatchFold *fold = arena_new(batches->home, BatchFold);
    batches->fold = rt->up->batch_fold(fn.as.function, fold) ? fold : NULL;
    return batches->fold != NULL;
}

/* Decides how batches are folded. Unless they are, none may be read: a reducer that is called for
 * each element may write, and what comes after must see that. */
static void find_way(Batches *batches, const Rt *rt, Value fn)
{
    if (batches->ended || !rt->up->folds_numbers) {
        batches->ended = true;
        return;
    }
    batches->numbers = rt->up->folds_numbers(fn.as.function);
    if (!batches->numbers) {
        batches->ended = !find_cells(batches, rt, fn);
    }
}

/* Folds the batch at hand from `batches->at` on. True: all of it. */
static bool fold_batch(Batches *batches, Rt *rt, Value fn, Value *acc)
{
    int64_t at = batches->at;
    if (batches->fold != NULL && at == 0) {
        batches->at = batch_fold(rt, batches->fold, batches->home, batches->batch, acc)
                          ? batches->batch->count
                          : 0;
    } else if (batches->numbers) {
        batches->at = rt->up->fold_numbers(rt, fn.as.function, batches->batch, at, acc);
        batches->misses += batches->at == at;
        batches->numbers = batches->misses < FOLD_MISSES_MAX;
    }
    return batches->at == batches->batch->count;
}

/* Folds batches. 1: go on singly; 0: the end; -1: a fault. */
static int fold_each_batch(Batches *batches, Rt *rt, Loop *loop, Value fn, Value *acc)
{
    while (true) {
        if (batches->batch == NULL || batches->at == batches->batch->count) {
            int got = batches_next(batches, rt);
            if (got != 1) {
                return got == SET_SINGLY ? 1 : got;
            }
            batches_split(batches);
            if (batches->numbers && ++batches->count == CELLS_BATCHES) {
                (void)find_cells(batches, rt, fn);
            }
        }
        if (!fold_batch(batches, rt, fn, acc)) {
            return 1;
        }
        loop_step(loop, acc);
    }
}

/* Folds batches into `*acc`. 1: go on singly; 0: the end; -1: a fault. */
static NOINLINE int fold_batches(Batches *batches, Rt *rt, Loop *loop, Value fn, Value *acc)
{
    int got = fold_each_batch(batches, rt, loop, fn, acc);
    if (batches->fold != NULL) {
        batch_fold_end(rt, batches->fold, acc);
    }
    return got;
}

/* Folds the rest of `reader` into `acc`, and closes it. */
static Value fold_reader(Rt *rt, SetReader *reader, Value acc, Value fn)
{
    Loop loop;
    Batches batches;
    batches_begin(&batches, reader, rt->heap);
    find_way(&batches, rt, fn);
    loop_begin(&loop, rt);
    /* The arguments stay where they are passed from step to step: copying a value that was just
     * stored costs more than the rest of this loop. The reader has the stack above them. */
    Value *sp = rt->sp;
    Value *args = rt_frame(rt);
    args[0] = acc;
    bool extends = rt->up->extends != NULL && rt->up->extends(fn.as.function);
    int got;
    while (true) {
        rt->sp = args + 2;
        if (UNLIKELY(!batches.ended) &&
            (got = fold_batches(&batches, rt, &loop, fn, &args[0])) <= 0) {
            break;
        }
        if ((got = batches_single(&batches, rt, &args[1])) <= 0) {
            break;
        }
        rt->sp = sp;
        if (extends) {
            accumulator_lend(&args[0]);
        }
        acc = rt->up->call(rt, fn, args, 2);
        args[0] = acc;
        if (UNLIKELY(val_is_fault(acc))) {
            break;
        }
        loop_step(&loop, &args[0]);
    }
    rt->sp = sp;
    set_close(reader);
    accumulator_settle(&args[0]);
    return loop_end(&loop, got < 0 ? val_fault() : args[0]);
}

Value set_fold(Rt *rt, const Set *set, Value seed, Value fn)
{
    SetReader *reader = set_open(rt, set);
    return reader ? fold_reader(rt, reader, seed, fn) : val_fault();
}

/* Reads one element, keeping no garbage. 1, 0 or -1, as `next`. */
static int read_one(Rt *rt, SetReader *reader, Value *out)
{
    ValueList list = {0};
    if (!set_collect(rt, reader, 1, &list)) {
        return -1;
    }
    if (list.len == 0) {
        return 0;
    }
    *out = list.at[0];
    return 1;
}

/* The null of an empty set, made where `site` is: calls made since have moved rt->site. */
static Value null_of_empty(Rt *rt, Span site)
{
    return val_null_because(rt->heap, NULL_NO_ELEMENT, site, STR("empty set"), val_null(NULL));
}

static Span present_site(const Rt *rt)
{
    return rt->site ? *rt->site : (Span){0};
}

Value set_reduce(Rt *rt, const Set *set, Value fn)
{
    Span site = present_site(rt);
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Value first;
    int got = read_one(rt, reader, &first);
    if (got > 0) {
        return fold_reader(rt, reader, first, fn);
    }
    set_close(reader);
    return got < 0 ? val_fault() : null_of_empty(rt, site);
}

Value set_for_each(Rt *rt, const Set *set, Value fn)
{
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    loop_begin(&loop, rt);
    Value element;
    Value done = val_null(NULL);
    int got;
    while ((got = set_next(reader, rt, &element)) > 0) {
        done = rt_call1(rt, fn, element);
        if (UNLIKELY(val_is_fault(done))) {
            break;
        }
        loop_step(&loop, NULL);
    }
    set_close(reader);
    bool failed = got < 0 || val_is_fault(done);
    return loop_end(&loop, failed ? val_fault() : val_null(NULL));
}

/* -- aggregate ---------------------------------------------------------------------------- */

/* Elements are combined in pairs, pairs in pairs of pairs, and so on: level n holds, or not,
 * the combination of 2^n neighbours, like the bits of the number of elements read. */
typedef struct Levels {
    Value at[AGGREGATE_LEVELS];
    bool full[AGGREGATE_LEVELS];
} Levels;

static bool add_element(Rt *rt, Levels *levels, Value fn, Value element)
{
    int64_t level = 0;
    for (; levels->full[level]; level++) {
        element = rt_call2(rt, fn, levels->at[level], element);
        if (val_is_fault(element)) {
            return false;
        }
        levels->full[level] = false;
    }
    levels->at[level] = element;
    levels->full[level] = true;
    return true;
}

/* Combines what the levels hold, the newest elements last, and then with the seed. */
static Value combine_levels(Rt *rt, const Levels *levels, Value fn, Value seed)
{
    Value total = seed;
    bool any = false;
    for (int64_t level = 0; level < AGGREGATE_LEVELS && !val_is_fault(total); level++) {
        if (levels->full[level]) {
            total = any ? rt_call2(rt, fn, levels->at[level], total) : levels->at[level];
            any = true;
        }
    }
    return any && !val_is_fault(total) ? rt_call2(rt, fn, total, seed) : total;
}

/* Lets the loop forget everything but the levels and the seed. */
static void keep_levels(Loop *loop, Levels *levels)
{
    for (int64_t level = 0; level < AGGREGATE_LEVELS; level++) {
        if (!levels->full[level]) {
            levels->at[level] = val_null(NULL);
        }
    }
    Value *items = arena_copy(loop->rt->heap, levels->at, (int64_t)sizeof levels->at);
    Value kept = val_array(items, AGGREGATE_LEVELS);
    loop_step(loop, &kept);
    memcpy(levels->at, kept.as.items, sizeof levels->at);
}

Value set_aggregate(Rt *rt, const Set *set, Value seed, Value fn)
{
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    loop_begin(&loop, rt);
    Levels levels = {0};
    Value element;
    int got;
    for (int64_t n = 1; (got = set_next(reader, rt, &element)) > 0; n++) {
        if (!add_element(rt, &levels, fn, element)) {
            got = -1;
            break;
        }
        if (n % AGGREGATE_STEP == 0) {
            keep_levels(&loop, &levels);
        }
    }
    set_close(reader);
    return loop_end(&loop, got < 0 ? val_fault() : combine_levels(rt, &levels, fn, seed));
}

/* -- count, any, includes ------------------------------------------------------------------ */

Value set_count(Rt *rt, const Set *set)
{
    int64_t known = set->ops->count ? set->ops->count(rt, set) : -1;
    if (known >= 0) {
        return val_number(known);
    }
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    Batches batches;
    batches_begin(&batches, reader, rt->heap);
    loop_begin(&loop, rt);
    Value element;
    int64_t count = 0;
    int got = 1;
    while (got > 0) {
        while (!batches.ended && (got = batches_next(&batches, rt)) == 1) {
            count += batches.batch->count;
        }
        if (got > 0 && (got = batches_single(&batches, rt, &element)) > 0) {
            count++;
            loop_step(&loop, NULL);
        }
    }
    set_close(reader);
    return loop_end(&loop, got < 0 ? val_fault() : val_number(count));
}

Value set_sum(Rt *rt, const Set *set, int64_t *count)
{
    static const BatchFold add_elements = {
        .count = 1,
        .cells = {{.op = BATCH_FOLD_ADD,
                   .value = {.count = 1, .depth = 1, .steps = {{.op = BATCH_ELEMENT}}}}}};
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    Batches batches;
    BatchFold fold = add_elements;
    batches_begin(&batches, reader, rt->heap);
    loop_begin(&loop, rt);
    Value sum = val_int(0), element;
    int got = 1;
    while (got > 0 && !val_is_null(sum)) {
        while (!batches.ended && (got = batches_next(&batches, rt)) == 1) {
            if (!batch_fold(rt, &fold, batches.home, batches.batch, &sum)) {
                batches_split(&batches);
                break;
            }
            *count += batches.batch->count;
        }
        if (got > 0 && (got = batches_single(&batches, rt, &element)) > 0) {
            sum = val_is_number(element) ? number_add(sum, element) : val_null(NULL);
            ++*count;
            loop_step(&loop, NULL);
        }
    }
    set_close(reader);
    return loop_end(&loop, got < 0 ? val_fault() : sum);
}

Value set_any(Rt *rt, const Set *set, Value fn, bool all)
{
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    loop_begin(&loop, rt);
    Value element;
    int truth = all;
    int got;
    while (truth == all && (got = set_next(reader, rt, &element)) != 0) {
        Value holds = got < 0 ? val_fault() : rt_call1(rt, fn, element);
        truth = val_is_fault(holds) ? -1 : rt_truth(rt, holds);
        loop_step(&loop, NULL);
    }
    set_close(reader);
    return loop_end(&loop, truth < 0 ? val_fault() : val_bool(truth != 0));
}

Value set_includes(Rt *rt, const Set *set, Value element)
{
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    loop_begin(&loop, rt);
    Value candidate;
    bool found = false;
    int got = 0;
    while (!found && (got = set_next(reader, rt, &candidate)) > 0) {
        found = val_equal(candidate, element);
        loop_step(&loop, NULL);
    }
    set_close(reader);
    return loop_end(&loop, got < 0 ? val_fault() : val_bool(found));
}

/* -- the first element ------------------------------------------------------------------------ */

/* Opens, reads one and closes: 1, 0 or -1. */
static int read_first(Rt *rt, const Set *set, Value *out)
{
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return -1;
    }
    int got = read_one(rt, reader, out);
    set_close(reader);
    return got;
}

Value set_first(Rt *rt, const Set *set)
{
    Span site = present_site(rt);
    Value first;
    int got = read_first(rt, set, &first);
    return got > 0 ? first : got < 0 ? val_fault() : null_of_empty(rt, site);
}

Value set_is_empty(Rt *rt, const Set *set)
{
    Value first;
    int got = read_first(rt, set, &first);
    return got < 0 ? val_fault() : val_bool(got == 0);
}
