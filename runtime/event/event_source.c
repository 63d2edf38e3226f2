/* event_source: which sets can be watched, the fields that are watched, and tokens. See the
 * header.
 *
 * Not here: a source as bytes (set_text.c), its methods (builtins/event_source.c).
 */
#include "runtime/event/event_source.h"

#include "runtime/access/permission.h"
#include "runtime/document/aggregate.h"
#include "runtime/set/set_node.h"
#include "runtime/set/set_text.h"

/* Operators behind which a set cannot be watched. */
static const struct {
    const SetOps *ops;
    const char *reason;
} unwatchable[] = {
    {&set_array_ops, "streaming is not supported on array sets."},
    {&set_sequence_ops, "streaming is not supported on sets created from `Set.sequence()`."},
    {&set_flat_map_ops, "streaming is not supported on `.flatMap()` sets."},
    {&set_take_ops, "streaming is not supported on sets returned from `.take()`."},
    {&set_drop_ops, "streaming is not supported on sets returned from `.drop()`."},
    {&set_concat_ops, "streaming is not supported on concatenated sets."},
    {&set_order_ops, "streaming is not supported on sets returned from `.order()`."},
    {&set_distinct_ops, "streaming is not supported on distinct sets."},
    {&set_backwards_ops, "streaming is not supported on sets that have been reversed."},
};

static const char *objection_to_documents(const IndexSet *set)
{
    if (set->reversed) {
        return "streaming is not supported on sets that have been reversed.";
    }
    if (set->is_range) {
        return "range queries are not supported yet, use `.where()` method instead.";
    }
    return set->collection < COLLECTION_USER_FIRST
               ? "only collections and user defined indexes are streamable."
               : NULL;
}

static bool is_passed_on(const Set *set)
{
    return set->ops == &set_where_ops || set->ops == &set_map_ops || set->ops == &set_paged_ops;
}

/* Why the changes of `set` cannot be watched; NULL: they can. */
static const char *objection(const Set *set)
{
    for (;; set = set->source) {
        if (set->valid_time_us != 0) {
            return "streaming is not supported for sets created within an `at()` expression.";
        }
        if (!is_passed_on(set)) {
            break;
        }
    }
    if (set->ops == &set_groups_ops) {
        return ((const GroupSet *)set)->reversed
                   ? "streaming is not supported on sets that have been reversed."
                   : NULL;
    }
    if (set->ops == &set_documents_ops) {
        return objection_to_documents((const IndexSet *)set);
    }
    if (set->ops == &set_single_ops) {
        return ((const SetNode *)set)->value.type != T_DOC
                   ? "streaming on `Set.single()` is only supported if its element is a document."
                   : NULL;
    }
    for (int64_t i = 0; i < countof(unwatchable); i++) {
        if (unwatchable[i].ops == set->ops) {
            return unwatchable[i].reason;
        }
    }
    UNREACHABLE();
}

static Value fault_receiver(Rt *rt, const char *method, const char *reason)
{
    return rt_fault(rt, FAULT_invalid_receiver, "can't call `.%s()` because %s", method, reason);
}

/* Whether who asks may read some of what the source set has; else a fault. */
static bool may_watch(Rt *rt, const Set *set)
{
    while (set->source) {
        set = set->source;
    }
    if (set->ops == &set_documents_ops) {
        return permission_check_some(rt, ((const IndexSet *)set)->collection);
    }
    if (set->ops == &set_groups_ops) {
        return permission_check_all(rt, ((const GroupSet *)set)->collection);
    }
    assert(set->ops == &set_single_ops);
    Value doc = ((const SetNode *)set)->value;
    if (rt->permission.role == ROLE_ADMIN ||
        permission_reads(rt, doc.len, val_doc_key(doc), 0)) {
        return true;
    }
    (void)rt_fault(rt, FAULT_permission_denied,
                   "Insufficient privileges to create a stream on the source document.");
    return false;
}

static Value make_source(Rt *rt, Value fields, const Set *set, int64_t start_us)
{
    EventSource *source = arena_new(rt->heap, EventSource);
    source->set = set;
    source->fields = fields;
    source->start_us = start_us;
    return set_text_describe_events(rt, fields, set, &source->description)
               ? val_event_source(source)
               : val_fault();
}

Value event_source_all(Rt *rt, const Set *set, const char *method)
{
    const char *reason = objection(set);
    if (reason) {
        return fault_receiver(rt, method, reason);
    }
    return may_watch(rt, set) ? make_source(rt, val_array(NULL, 0), set, 0) : val_fault();
}

Value event_source_with(Rt *rt, const EventSource *source, const SetOps *ops, Value fn, Span span)
{
    TRY(set, set_value(rt, set_with_function(rt, ops, source->set, fn, span)));
    const char *reason = objection(set.as.set);
    if (reason) {
        return fault_receiver(rt, ops->name, reason);
    }
    return make_source(rt, source->fields, set.as.set, source->start_us);
}

/* -- watched fields ---------------------------------------------------------------------------- */

/* An index part has its path as text throughout, a watched field its indexes as numbers. */
static bool is_step(Str step, Value watched)
{
    char digits[INT_TEXT_MAX];
    return str_eq(step, watched.type == T_STRING ? val_as_str(watched)
                                                 : str_from_int(watched.as.integer, digits));
}

static bool is_path(const IndexTerm *part, Value path)
{
    bool same = part->path_len == path.len;
    for (int64_t i = 0; same && i < path.len; i++) {
        same = is_step(part->path[i], path.as.items[i]);
    }
    return same;
}

static bool holds_path(const Index *index, Value path)
{
    bool holds = false;
    for (int64_t i = 0; i < index->term_count; i++) {
        holds |= is_path(&index->terms[i], path);
    }
    for (int64_t i = 0; i < index->value_count; i++) {
        holds |= is_path(&index->values[i], path);
    }
    return holds;
}

static bool is_field(Value path, Str name)
{
    return path.len == 1 && is_step(name, path.as.items[0]);
}

static void put_path(Buf *out, Value path)
{
    for (int64_t i = 0; i < path.len; i++) {
        Value step = path.as.items[i];
        if (step.type == T_STRING) {
            buf_puts(out, i > 0 ? "." : "");
            buf_put(out, val_as_str(step));
        } else {
            buf_printf(out, "[%lld]", (long long)step.as.integer);
        }
    }
}

/* Whether entries of `index` change whenever a watched field does. `ts` changes with every write,
 * the id never. False: a fault. */
static bool check_covered(Rt *rt, const Index *index, Value fields)
{
    Value ts = VAL_STR("ts");
    if (holds_path(index, val_array(&ts, 1))) {
        return true;
    }
    Buf names = {0};
    for (int64_t i = 0; i < fields.len; i++) {
        Value path = fields.as.items[i];
        if (!is_field(path, STR("id")) && !holds_path(index, path)) {
            buf_puts(&names, names.len > 0 ? ", `" : "`");
            put_path(&names, path);
            buf_byte(&names, '`');
        }
    }
    bool covered = names.len == 0;
    if (!covered) {
        (void)rt_fault_argument(rt, STR("fields"), "%.*s not covered by the `%.*s` index.",
                                STR_ARG(buf_str(&names)), STR_ARG(index->name));
    }
    buf_free(&names);
    return covered;
}

/* The paths that lambdas spell, as an Array. */
static Value read_paths(Rt *rt, const Value *fields, int64_t count)
{
    Value *paths = arena_array(rt->heap, Value, count);
    for (int64_t i = 0; i < count; i++) {
        if (!rt->up->field_path(rt, fields[i].as.function, &paths[i])) {
            char position[INT_TEXT_MAX];
            return rt_fault_argument(rt, str_from_int(i, position), "invalid field path given");
        }
    }
    return val_array(paths, count);
}

Value event_source_on(Rt *rt, const Set *set, const Value *fields, int64_t count,
                      const char *method)
{
    TRY(paths, read_paths(rt, fields, count));
    const char *reason = objection(set);
    if (reason) {
        return fault_receiver(rt, method, reason);
    }
    if (set->ops == &set_documents_ops) {
        const Index *index = ((const IndexSet *)set)->index;
        if (index && !check_covered(rt, index, paths)) {
            return val_fault();
        }
    } else if (set->ops != &set_single_ops) {
        if (set->ops == &set_groups_ops) {
            return fault_receiver(rt, method, "an event of a group tells all of its totals.");
        }
        /* The reference names changesOn here, whichever was called. */
        return fault_receiver(rt, "changesOn", "it was not called on the source set.");
    }
    return may_watch(rt, set) ? make_source(rt, paths, set, 0) : val_fault();
}

/* -- tokens ------------------------------------------------------------------------------------ */

void event_source_print(Rt *rt, Buf *out, const EventSource *source)
{
    int64_t start_us = source->start_us != 0 ? source->start_us : txn_time_us(rt->txn);
    set_text_put_token(out, source, start_us);
}

/* A token comes from outside: it may hold anything. */
static bool are_paths(Value fields)
{
    for (int64_t i = 0; i < fields.len; i++) {
        Value path = fields.as.items[i];
        for (int64_t k = 0; path.type == T_ARRAY && k < path.len; k++) {
            Value step = path.as.items[k];
            if (step.type != T_STRING && !val_is_integer(step)) {
                return false;
            }
        }
        if (path.type != T_ARRAY) {
            return false;
        }
    }
    return true;
}

bool event_source_is_token(Str text)
{
    return set_text_is_token(text);
}

const EventSource *event_source_read(Rt *rt, Str token)
{
    const EventSource *source = set_text_read_token(rt, token);
    bool good = source && source->start_us > 0 && !objection(source->set);
    return good && are_paths(source->fields) ? source : NULL;
}
