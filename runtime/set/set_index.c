/* set_index: the sets that read the store: all documents of a collection, and the entries of an
 * index with given terms, each within a range.
 *
 *   Movie.byGenre("Drama", { from: 8 })
 *
 *        key  =  terms  │ values        │ id
 *       from     Drama  │ 8                        least key of the range
 *         to     Drama  │ (after all)              least key above the range
 *
 * A reader hands out T_DOC values that point to the version found; nothing is allocated.
 * What is left after an element is the same set with one bound moved.
 */
#include "runtime/access/permission.h"
#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/past.h"
#include "runtime/hint.h"
#include "runtime/schema/derived.h"
#include "runtime/set/plan.h"
#include "runtime/set/set_batch.h"
#include "runtime/set/set_guard.h"
#include "store/history.h"
#include "store/key.h"

/* Notes that `set` is read. */
static PlanRead *note_read(Rt *rt, const IndexSet *set)
{
    PlanRead read = {.kind = set->index != NULL ? PLAN_INDEX : PLAN_SCAN,
                     .collection = set->collection,
                     .index = set->index,
                     .span = set->span,
                     .reversed = set->reversed,
                     .is_range = set->is_range};
    return plan_read(rt, &read);
}

/* -- all documents, by id ---------------------------------------------------------------- */

enum {
    SCAN_FIRST = 2, /* documents read ahead at first: `first()` wants one */
    SCAN_MAX = 64,  /* and later on */
};
_Static_assert((int)SCAN_MAX == (int)BATCH_MAX, "what is read ahead is a batch");

typedef struct ScanReader {
    SetReader head;
    const IndexSet *set;
    StoreCursor *cursor;
    PlanRead *plan;
    int64_t time_us; /* 0: the present */
    int64_t at, count, batch;
    const Version *last; /* NULL: nothing was read yet */
    const Version *versions[SCAN_MAX];
} ScanReader;

/* Reads the next documents ahead. 1, 0 or -1, as `next`. */
static NOINLINE int scan_more(ScanReader *scan, Rt *rt)
{
    scan->at = 0;
    scan->count = cursor_next_batch(scan->cursor, scan->versions, scan->batch);
    scan->batch = SCAN_MAX;
    rt->stats.read_ops += scan->count;
    plan_add_documents(scan->plan, scan->count);
    return !rt_tick(rt) ? -1 : scan->count > 0;
}

static int scan_next(SetReader *reader, Rt *rt, Value *out)
{
    ScanReader *scan = (ScanReader *)reader;
    if (UNLIKELY(scan->at == scan->count)) {
        int got = scan_more(scan, rt);
        if (got <= 0) {
            return got;
        }
    }
    scan->last = scan->versions[scan->at++];
    *out = scan->time_us == 0 ? val_doc(scan->set->collection, scan->last)
                              : past_doc(rt, scan->set->collection, scan->last->id, scan->time_us);
    return 1;
}

static int scan_fill(SetReader *reader, Rt *rt, Batch *batch)
{
    ScanReader *scan = (ScanReader *)reader;
    if (UNLIKELY(scan->time_us != 0 || !batch_may(rt))) {
        return SET_SINGLY;
    }
    if (scan->at == scan->count) {
        int got = scan_more(scan, rt);
        if (got <= 0) {
            return got;
        }
    }
    batch_of_documents(batch, scan->set->collection, scan->versions + scan->at, scan->count - scan->at);
    scan->at = scan->count;
    scan->last = scan->versions[scan->count - 1];
    if (scan->plan != NULL) {
        scan->plan->is_batched = true;
    }
    return 1;
}

static void scan_close(SetReader *reader)
{
    cursor_close(((ScanReader *)reader)->cursor);
}

const Set *set_documents_behind(Rt *rt, const IndexSet *set, const Version *last)
{
    IndexSet *rest = arena_copy(rt->heap, set, (int64_t)sizeof(IndexSet));
    if (!last) {
        return &rest->head;
    }
    if (rest->reversed) {
        rest->to_id = last->id - 1;
    } else if (last->id == INT64_MAX) {
        return set_from_array(rt, val_array(NULL, 0)).as.set;
    } else {
        rest->from_id = last->id + 1;
    }
    return &rest->head;
}

static const Set *scan_rest(SetReader *reader, Rt *rt)
{
    const ScanReader *scan = (const ScanReader *)reader;
    return set_documents_behind(rt, scan->set, scan->last);
}

static SetReader *scan_open(Rt *rt, const IndexSet *set, int64_t time_us)
{
    ScanReader *reader = arena_alloc(rt->heap, (int64_t)sizeof(ScanReader));
    reader->head =
        (SetReader){.next = scan_next, .close = scan_close, .rest = scan_rest, .fill = scan_fill};
    if (collection_is_system(set->collection)) {
        reader->head.fill = NULL;
    }
    reader->set = set;
    reader->plan = note_read(rt, set);
    reader->time_us = time_us;
    reader->cursor = time_us == 0 ? cursor_documents(rt->txn, set->collection, set->from_id,
                                                     set->to_id, set->reversed)
                                  : cursor_documents_at(rt->txn, set->collection, set->from_id,
                                                        set->to_id, set->reversed, time_us);
    reader->at = 0;
    reader->count = 0;
    reader->batch = SCAN_FIRST;
    reader->last = NULL;
    return &reader->head;
}

/* -- entries of an index, by key ------------------------------------------------------------ */

typedef struct EntryReader {
    SetReader head;
    const IndexSet *set;
    StoreCursor *cursor;
    PlanRead *plan;
    int64_t time_us; /* 0: the present */
    uint16_t source; /* the mark of its documents: hint.h */
    bool any;        /* something was read */
    Str last_key;    /* borrowed from the cursor */
} EntryReader;

static int entry_next(SetReader *reader, Rt *rt, Value *out)
{
    EntryReader *entries = (EntryReader *)reader;
    const Version *version;
    if (!cursor_next(entries->cursor, &version, &entries->last_key)) {
        return 0;
    }
    entries->any = true;
    rt->stats.read_ops++;
    plan_add_documents(entries->plan, 1);
    uint32_t collection = entries->set->collection;
    *out = entries->time_us == 0 ? val_doc(collection, version)
                                 : past_doc(rt, collection, version->id, entries->time_us);
    out->aux = entries->source;
    return rt_tick(rt) ? 1 : -1;
}

static int entry_fill(SetReader *reader, Rt *rt, Batch *batch)
{
    EntryReader *entries = (EntryReader *)reader;
    if (UNLIKELY(entries->time_us != 0 || !batch_may(rt))) {
        return SET_SINGLY;
    }
    const Version *versions[BATCH_MAX];
    int64_t count = 0;
    while (count < BATCH_MAX &&
           cursor_next(entries->cursor, &versions[count], &entries->last_key)) {
        count++;
    }
    if (count == 0) {
        return 0;
    }
    rt->stats.read_ops += count;
    plan_add_documents(entries->plan, count);
    if (entries->plan != NULL) {
        entries->plan->is_batched = true;
    }
    batch_of_documents(batch, entries->set->collection, versions, count);
    return rt_tick(rt) ? 1 : -1;
}

static void entry_close(SetReader *reader)
{
    cursor_close(((EntryReader *)reader)->cursor);
}

static const Set *entry_rest(SetReader *reader, Rt *rt)
{
    const EntryReader *entries = (const EntryReader *)reader;
    IndexSet *rest = arena_copy(rt->heap, entries->set, (int64_t)sizeof(IndexSet));
    if (!entries->any) {
        return &rest->head;
    }
    if (rest->reversed) {
        rest->to = str_copy(rt->heap, entries->last_key);
        return &rest->head;
    }
    /* The least key above `last_key` is that key and a zero byte. */
    char *key = arena_zero(rt->heap, entries->last_key.len + 1);
    memcpy(key, entries->last_key.s, (size_t)entries->last_key.len);
    rest->from = (Str){key, entries->last_key.len + 1};
    return &rest->head;
}

static Value fault_no_index(Rt *rt, Str name)
{
    return rt_fault(rt, FAULT_invalid_index_invocation, "The index `%.*s` no longer exists.",
                    STR_ARG(name));
}

/* Whether the index is still there: the set may be older than a change of its collection. */
static bool index_exists(Rt *rt, const IndexSet *set)
{
    const Collection *now = catalog_collection_by_number(rt->catalog, set->collection);
    for (int64_t i = 0; now && i < now->index_count; i++) {
        if (now->indexes[i].number == set->index->number) {
            return true;
        }
    }
    (void)fault_no_index(rt, set->index->name);
    return false;
}

/* NULL: a fault. */
static StoreCursor *open_past(Rt *rt, const IndexSet *set, int64_t time_us)
{
    const Index *index = set->index;
    PastLook look;
    past_look_begin(&look, rt, set->collection, time_us,
                    derived_is_among(index->terms, index->term_count) ||
                        derived_is_among(index->values, index->value_count));
    StoreCursor *cursor = cursor_index_at(rt->txn, index->number, set->from, set->to, set->reversed,
                                          time_us, past_look, &look);
    if (!past_look_end(&look) && cursor) {
        cursor_close(cursor);
        cursor = NULL;
    }
    return cursor;
}

static SetReader *entry_open(Rt *rt, const IndexSet *set, int64_t time_us)
{
    if (!index_exists(rt, set)) {
        return NULL;
    }
    EntryReader *reader = arena_new(rt->heap, EntryReader);
    reader->head = (SetReader){
        .next = entry_next, .close = entry_close, .rest = entry_rest, .fill = entry_fill};
    if (collection_is_system(set->collection)) {
        reader->head.fill = NULL;
    }
    reader->set = set;
    reader->plan = note_read(rt, set);
    if (rt->performance_hints) {
        reader->source = hint_source(rt, set->collection, set->index, set->span);
    }
    reader->time_us = time_us;
    reader->cursor =
        time_us == 0 ? cursor_index(rt->txn, set->index->number, set->from, set->to, set->reversed)
                     : open_past(rt, set, time_us);
    return reader->cursor ? &reader->head : NULL;
}

/* -- both -------------------------------------------------------------------------------------- */

/* The time at which a set is read: its own, or that of the place; 0: the present. */
static int64_t reading_time(const Rt *rt, const IndexSet *set)
{
    if (collection_is_system(set->collection)) {
        return 0;
    }
    return set->head.valid_time_us != 0 ? set->head.valid_time_us : rt->valid_time_us;
}

static SetReader *documents_open(Rt *rt, const IndexSet *set, int64_t time_us)
{
    return set->index ? entry_open(rt, set, time_us) : scan_open(rt, set, time_us);
}

static SetReader *index_open(Rt *rt, const Set *set)
{
    const IndexSet *index = (const IndexSet *)set;
    if (UNLIKELY(rt->derived_from != NULL)) {
        (void)rt_fault(rt, FAULT_invalid_effect, "Fields of indexes may not read sets.");
        return NULL;
    }
    int64_t time_us = reading_time(rt, index);
    if (!past_may_read(rt, index->collection, time_us)) {
        return NULL;
    }
    return LIKELY(rt->permission.role == ROLE_ADMIN)
               ? documents_open(rt, index, time_us)
               : set_guard_open(rt, index, time_us, documents_open);
}

static const Set *index_reverse(Rt *rt, const Set *set)
{
    IndexSet *reversed = arena_copy(rt->heap, set, (int64_t)sizeof(IndexSet));
    reversed->reversed = !reversed->reversed;
    return &reversed->head;
}

static int64_t index_count(Rt *rt, const Set *set)
{
    const IndexSet *index = (const IndexSet *)set;
    rt->looked_further = true;
    bool whole = !index->index && index->from_id == INT64_MIN && index->to_id == INT64_MAX;
    whole = whole && permission_verdict(rt, ACTION_READ, index->collection) == VERDICT_YES;
    return whole && reading_time(rt, index) == 0 && !txn_may_expire(rt->txn, index->collection)
               ? txn_count(rt->txn, index->collection)
               : -1;
}

static const Set *index_copy(Arena *dst, const Set *set, const Arena *from)
{
    (void)from;
    IndexSet *copy = arena_copy(dst, set, (int64_t)sizeof(IndexSet));
    copy->from = str_copy(dst, copy->from);
    copy->to = str_copy(dst, copy->to);
    return &copy->head;
}

const SetOps set_documents_ops = {.name = "documents",
                                  .open = index_open,
                                  .reverse = index_reverse,
                                  .count = index_count,
                                  .copy = index_copy};

/* -- making ------------------------------------------------------------------------------------ */

bool set_index_may_read(Rt *rt, const Index *index)
{
    if (LIKELY(rt->effects.most >= READS)) {
        return true;
    }
    Str name = index != NULL ? index->name : STR("all");
    rt_refuse(rt, READS, str_format(rt->query, "`%.*s`", STR_ARG(name)).s);
    return false;
}

IndexSet *set_index_node(Rt *rt, uint32_t collection, const Index *index)
{
    IndexSet *set = arena_new(rt->heap, IndexSet);
    set->head.ops = &set_documents_ops;
    set->head.valid_time_us = rt->valid_time_us;
    set->collection = collection;
    set->index = index;
    set->from_id = INT64_MIN;
    set->to_id = INT64_MAX;
    return set;
}

static Str take_key(Rt *rt, Buf *key)
{
    Str taken = str_copy(rt->heap, buf_str(key));
    buf_free(key);
    return taken;
}

/* The bound of a range in which documents are told apart by id alone. False: not an id. */
static bool read_id_bound(Value bound, int64_t *id)
{
    if (bound.type == T_DOC && bound.flags != DOC_NAMED) {
        *id = val_doc_key(bound);
        return true;
    }
    if (bound.type == T_ID || val_is_integer(bound)) {
        *id = bound.as.integer;
        return true;
    }
    return bound.type == T_STRING && doc_id_from_str(val_as_str(bound), id);
}

static Value fault_bound_id(Rt *rt, const char *field)
{
    return rt_fault_argument(rt, STR("range"), "The `%s` field must be a document id.", field);
}

static Value fault_bound(Rt *rt, const char *field)
{
    return rt_fault_argument(
        rt, STR("range"),
        "The `%s` field should be either an indexable value or an array of values", field);
}

/* A bound for the document's own id: null comes before all of them, what is no id after. */
static Value bound_as_id(Value bound)
{
    int64_t id;
    if (val_is_null(bound)) {
        id = INT64_MIN;
    } else if (!read_id_bound(bound, &id)) {
        id = INT64_MAX;
    }
    return val_id(id);
}

/* Appends the covered values of a bound to `key`. */
static bool put_bound_values(Rt *rt, Buf *key, const IndexSet *set, const Value *values,
                             int64_t count, const char *field)
{
    const Index *index = set->index;
    if (count > index->value_count) {
        (void)rt_fault_argument(rt, STR("range"), "The field `%s` can have at most %d values",
                                field, (int)index->value_count);
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        const IndexTerm *part = &index->values[i];
        Value value = part->source == KEY_FROM_ID ? bound_as_id(values[i]) : values[i];
        if (!codec_key(rt, key, value, part->descending)) {
            (void)fault_bound(rt, field);
            return false;
        }
    }
    return true;
}

/* Appends a bound of the index's range to `key`, which holds the terms. */
static bool put_bound(Rt *rt, Buf *key, const IndexSet *set, Value bound, bool is_to)
{
    const char *field = is_to ? "to" : "from";
    int64_t covered = set->index->value_count;
    if (covered == 0) {
        int64_t id;
        if (!read_id_bound(bound, &id)) {
            (void)fault_bound_id(rt, field);
            return false;
        }
        key_put_entry_id(key, id);
        return true;
    }
    if (bound.type != T_ARRAY) {
        return put_bound_values(rt, key, set, &bound, 1, field);
    }
    if (covered > 1) {
        return put_bound_values(rt, key, set, bound.as.items, bound.len, field);
    }
    /* One covered value: the array is that value. As `to` it includes the longer arrays that
     * begin with it: a null at its end comes after every element. */
    Value *items = arena_array(rt->heap, Value, bound.len + 1);
    memcpy(items, bound.as.items, (size_t)bound.len * sizeof(Value));
    Value array = val_array(items, bound.len + (is_to ? 1 : 0));
    return put_bound_values(rt, key, set, &array, 1, field);
}

/* The two bounds of a range argument; NULL where one is missing. */
typedef struct Range {
    const Value *from, *to;
} Range;

static bool read_range(Rt *rt, Value argument, Range *range)
{
    *range = (Range){0};
    if (argument.type == T_OBJECT) {
        range->from = object_get(argument.as.object, STR("from"));
        range->to = object_get(argument.as.object, STR("to"));
    }
    if (range->from || range->to) {
        return true;
    }
    (void)rt_fault_argument(
        rt, STR("range"),
        "should be an object contining `{ from }`, `{ to }`, or `{ from, to }` fields");
    return false;
}

/* Sets the bounds of an index set whose terms are in `terms`. */
static bool set_bounds(Rt *rt, IndexSet *set, Str terms, const Range *range)
{
    Buf from = {0};
    Buf to = {0};
    buf_put(&from, terms);
    buf_put(&to, terms);
    bool ok = (!range->from || put_bound(rt, &from, set, *range->from, false)) &&
              (!range->to || put_bound(rt, &to, set, *range->to, true));
    if (ok) {
        (void)key_after_prefix(&to, 0);
    }
    set->from = take_key(rt, &from);
    set->to = take_key(rt, &to);
    return ok;
}

static Value fault_index_arity(Rt *rt, const Index *index, int64_t argc)
{
    return rt_fault(rt, FAULT_invalid_function_invocation,
                    "callee function expects %d or %d arguments, but %d %s provided.",
                    (int)index->term_count, (int)index->term_count + 1, (int)argc,
                    argc == 1 ? "was" : "were");
}

/* Appends the terms to `key`. */
static bool put_terms(Rt *rt, Buf *key, const Index *index, const Value *args)
{
    for (int64_t i = 0; i < index->term_count; i++) {
        if (!codec_key(rt, key, args[i], false)) {
            Str name = str_format(rt->heap, "term%d", (int)i + 1);
            (void)rt_fault_argument(rt, name, "Argument cannot be used as lookup term");
            return false;
        }
    }
    return true;
}

const Index *collection_index_now(Rt *rt, const Collection *collection, Str name)
{
    const Collection *now = catalog_collection_by_number(rt->catalog, collection->number);
    const Index *index = now ? collection_index(now, name) : NULL;
    if (!index) {
        (void)fault_no_index(rt, name);
    }
    return index;
}

Value collection_index_set(Rt *rt, const Collection *collection, const Index *index,
                           const Value *args, int64_t argc)
{
    if (argc != index->term_count && argc != index->term_count + 1) {
        return fault_index_arity(rt, index, argc);
    }
    if (!index->queryable) {
        return rt_fault(rt, FAULT_invalid_index_invocation,
                        "The index `%.*s.%.*s` is not queryable.", STR_ARG(collection->name),
                        STR_ARG(index->name));
    }
    if (!set_index_may_read(rt, index) || !permission_check_some(rt, collection->number)) {
        return val_fault();
    }
    Range range = {0};
    if (argc > index->term_count && !read_range(rt, args[argc - 1], &range)) {
        return val_fault();
    }
    Buf terms = {0};
    IndexSet *set = set_index_node(rt, collection->number, index);
    set->is_range = argc > index->term_count;
    set->span = rt->site != NULL ? *rt->site : (Span){0};
    bool ok = put_terms(rt, &terms, index, args) && set_bounds(rt, set, buf_str(&terms), &range);
    buf_free(&terms);
    return ok ? val_set(&set->head) : val_fault();
}

Value collection_all_set(Rt *rt, uint32_t collection, const Value *range_argument)
{
    IndexSet *set = set_index_node(rt, collection, NULL);
    set->is_range = range_argument != NULL;
    set->span = rt->site != NULL ? *rt->site : (Span){0};
    Range range = {0};
    if (range_argument && !read_range(rt, *range_argument, &range)) {
        return val_fault();
    }
    if (range.from && !read_id_bound(*range.from, &set->from_id)) {
        return fault_bound_id(rt, "from");
    }
    if (range.to && !read_id_bound(*range.to, &set->to_id)) {
        return fault_bound_id(rt, "to");
    }
    return val_set(&set->head);
}
