/* set: the methods of sets and the functions of the module Set. What they do is in
 * runtime/set_*.c; here are their names, their signatures, and their performance hints.
 */
#include "runtime/base/limits.h"
#include "runtime/builtins/types.h"
#include "runtime/event/event_source.h"
#include "runtime/hint.h"
#include "runtime/set/set_node.h"

static const Set *self_set(const Call *call)
{
    return call->self.as.set;
}

/* Hints that the whole set will be read, when that may be a lot. */
static void hint_full_read(Rt *rt, const Call *call)
{
    if (rt->performance_hints && set_is_unbounded(self_set(call))) {
        hint_full_set_read(rt, call->row->name, call->span);
    }
}

/* -- reading elements ------------------------------------------------------------------------ */

BUILTIN(set_first_element, "first", READS, "() => A | Null",
        "The first element; null when there is none.", "Set.sequence(3, 9).first()", "3")
{
    return set_first(rt, self_set(call));
}

BUILTIN(set_last_element, "last", READS, "() => A | Null",
        "The last element; null when there is none.", "Set.sequence(3, 9).last()", "8")
{
    return set_first(rt, set_reverse(rt, self_set(call)));
}

BUILTIN(set_first_where, "firstWhere", READS, "(predicate: A => Boolean | Null) => A | Null",
        "The first element for which `predicate` holds; null when there is none.",
        "Set.sequence(1, 9).firstWhere(x => x * x > 10)", "4")
{
    const Set *where =
        set_with_function(rt, &set_where_ops, self_set(call), call->args[0], call->span);
    return set_first(rt, where);
}

BUILTIN(set_last_where, "lastWhere", READS, "(predicate: A => Boolean | Null) => A | Null",
        "The last element for which `predicate` holds; null when there is none.",
        "Set.sequence(1, 9).lastWhere(x => x * x < 10)", "3")
{
    const Set *reversed = set_reverse(rt, self_set(call));
    return set_first(rt,
                     set_with_function(rt, &set_where_ops, reversed, call->args[0], call->span));
}

BUILTIN(set_is_empty_of, "isEmpty", READS, "() => Boolean", "Whether there is no element.",
        "Set.sequence(3, 3).isEmpty()", "true")
{
    return set_is_empty(rt, self_set(call));
}

BUILTIN(set_non_empty, "nonEmpty", READS, "() => Boolean", "Whether there is an element.",
        "Set.sequence(3, 9).nonEmpty()", "true")
{
    TRY(empty, set_is_empty(rt, self_set(call)));
    return val_bool(!empty.as.boolean);
}

BUILTIN(set_to_array_of, "toArray", READS, "() => Array<A>", "All elements as an Array.",
        "Set.sequence(1, 4).toArray()", "[\n  1,\n  2,\n  3\n]")
{
    hint_full_read(rt, call);
    return set_to_array(rt, self_set(call));
}

BUILTIN(set_to_set, "toSet", PURE, "() => Set<A>", "The set itself.",
        "Set.single(1).toSet().first()", "1")
{
    (void)rt;
    return call->self;
}

/* -- deriving sets: nothing is read yet -------------------------------------------------------- */

BUILTIN(set_where, "where", READS, "(predicate: A => Boolean | Null) => Set<A>",
        "The elements for which `predicate` holds.",
        "Set.sequence(1, 9).where(x => x % 3 == 0).toArray()", "[\n  3,\n  6\n]")
{
    return set_value(
        rt, set_with_function(rt, &set_where_ops, self_set(call), call->args[0], call->span));
}

BUILTIN(set_map, "map", READS, "(mapper: (A) => B) => Set<B>",
        "What `mapper` makes of each element.", "Set.sequence(1, 4).map(x => x * x).toArray()",
        "[\n  1,\n  4,\n  9\n]")
{
    return set_value(rt, set_with_function(rt, &set_map_ops, self_set(call), call->args[0], call->span));
}

BUILTIN(set_flat_map, "flatMap", READS, "(mapper: (A) => Set<B>) => Set<B>",
        "The elements of all the sets that `mapper` makes of the elements.",
        "Set.sequence(1, 4).flatMap(n => Set.sequence(0, n)).toArray()",
        "[\n  0,\n  0,\n  1,\n  0,\n  1,\n  2\n]")
{
    return set_value(
        rt, set_with_function(rt, &set_flat_map_ops, self_set(call), call->args[0], call->span));
}

BUILTIN(set_take, "take", PURE, "(limit: Int) => Set<A>", "The first `limit` elements.",
        "Set.sequence(1, 9).take(2).toArray()", "[\n  1,\n  2\n]")
{
    int64_t limit = call->args[0].as.integer;
    if (limit < 0) {
        return rt_fault_bounds(rt, STR("limit"), STR("greater than 0"), call->args[0]);
    }
    return set_value(rt, set_with_count(rt, &set_take_ops, self_set(call), limit));
}

BUILTIN(set_drop, "drop", PURE, "(amount: Int) => Set<A>", "All but the first `amount` elements.",
        "Set.sequence(1, 5).drop(2).toArray()", "[\n  3,\n  4\n]")
{
    int64_t amount = call->args[0].as.integer;
    return set_value(rt, set_with_count(rt, &set_drop_ops, self_set(call), amount > 0 ? amount : 0));
}

BUILTIN(set_concat_with, "concat", PURE, "(other: Set<B>) => Set<A | B>",
        "The elements of this set, then those of `other`.",
        "Set.sequence(1, 3).concat(Set.single(\"x\")).toArray()", "[\n  1,\n  2,\n  \"x\"\n]")
{
    return set_value(rt, set_concat(rt, self_set(call), call->args[0].as.set));
}

BUILTIN(set_reversed, "reverse", PURE, "() => Set<A>", "The elements from last to first.",
        "Set.sequence(1, 4).reverse().toArray()", "[\n  3,\n  2,\n  1\n]")
{
    return set_value(rt, set_reverse(rt, self_set(call)));
}

BUILTIN(set_distinct, "distinct", READS, "() => Set<A>", "The different elements, in rising order.",
        "[3, 1, 3].toSet().distinct().toArray()", "[\n  1,\n  3\n]")
{
    hint_full_read(rt, call);
    SetNode *node = set_node(rt, &set_distinct_ops, self_set(call));
    node->span = call->span;
    return set_value(rt, &node->head);
}

BUILTIN(set_ordered, "order", READS, "(...ordering: Ordering<A>) => Set<A>",
        "The elements sorted by each `ordering`: a function, asc(function) or desc(function).",
        "[3, 1, 2].toSet().order(desc(x => x)).toArray()", "[\n  3,\n  2,\n  1\n]")
{
    hint_full_read(rt, call);
    Order order;
    if (!order_from_args(rt, call, &order)) {
        return val_fault();
    }
    return set_value(rt, set_order(rt, self_set(call), order, call->span));
}

/* -- pages ----------------------------------------------------------------------------------- */

static bool check_page_size(Rt *rt, Value size)
{
    if (size.as.integer > 0 && size.as.integer <= rt->limits->page_size) {
        return true;
    }
    Str bounds =
        str_format(rt->query, "between 1 and %lld (inclusive)", (long long)rt->limits->page_size);
    (void)rt_fault_bounds(rt, STR("size"), bounds, size);
    return false;
}

BUILTIN(set_page_size, "pageSize", PURE, "(size: Int) => Set<A>",
        "The same set, in pages of `size` elements.",
        "Set.sequence(1, 4).pageSize(2).paginate().data", "[\n  1,\n  2\n]")
{
    if (!check_page_size(rt, call->args[0])) {
        return val_fault();
    }
    SetNode *node = set_node(rt, &set_paged_ops, self_set(call));
    node->head.page_size = call->args[0].as.integer;
    return set_value(rt, &node->head);
}

BUILTIN(
    set_paginate, "paginate", READS,
    "() => { data: Array<A>, after: String | Null }\n"
    "(size: Int) => { data: Array<A>, after: String | Null }",
    "The first page, of at most `size` elements; `after` is what Set.paginate needs for the next.",
    "Set.sequence(1, 3).paginate(5)", "{\n  data: [\n    1,\n    2\n  ]\n}")
{
    if (call->argc == 0) {
        return set_page(rt, self_set(call), 0);
    }
    return check_page_size(rt, call->args[0])
               ? set_page(rt, self_set(call), call->args[0].as.integer)
               : val_fault();
}

/* -- consuming -------------------------------------------------------------------------------- */

BUILTIN(set_folded, "fold", READS, "(seed: B, reducer: (B, A) => B) => B",
        "Combines `seed` with each element in turn: `reducer` gets what there is so far, and the "
        "element.",
        "Set.sequence(1, 5).fold(0, (sum, x) => sum + x)", "10")
{
    hint_full_read(rt, call);
    return set_fold(rt, self_set(call), call->args[0], call->args[1]);
}

BUILTIN(set_fold_right, "foldRight", READS, "(seed: B, reducer: (B, A) => B) => B",
        "Like fold from the last element to the first: `reducer` gets `seed` and the last element "
        "first.",
        "[\"a\", \"b\"].toSet().foldRight(\"\", (text, x) => text + x)", "\"ba\"")
{
    hint_full_read(rt, call);
    return set_fold(rt, set_reverse(rt, self_set(call)), call->args[0], call->args[1]);
}

BUILTIN(set_reduced, "reduce", READS, "(reducer: (A, A) => A) => A | Null",
        "Combines the elements from first to last by `reducer`; null when there is none.",
        "Set.sequence(1, 5).reduce((a, b) => a * b)", "24")
{
    hint_full_read(rt, call);
    return set_reduce(rt, self_set(call), call->args[0]);
}

BUILTIN(set_reduce_right, "reduceRight", READS, "(reducer: (A, A) => A) => A | Null",
        "Combines the elements from last to first by `reducer`; null when there is none.",
        "Set.sequence(1, 5).reduceRight((a, b) => a - b)", "-2")
{
    hint_full_read(rt, call);
    return set_reduce(rt, set_reverse(rt, self_set(call)), call->args[0]);
}

BUILTIN(set_aggregated, "aggregate", READS, "(seed: A, combiner: (A, A) => A) => A",
        "Combines all elements and `seed` by `combiner`, in no promised order.",
        "Set.sequence(1, 5).aggregate(0, (a, b) => a + b)", "10")
{
    hint_full_read(rt, call);
    return set_aggregate(rt, self_set(call), call->args[0], call->args[1]);
}

BUILTIN(set_for_each_element, "forEach", READS, "(callback: (A) => Any) => Null",
        "Calls `callback` with each element, for what it does; the results are dropped.",
        "Set.sequence(1, 3).forEach(x => x + 1)", "null")
{
    hint_full_read(rt, call);
    return set_for_each(rt, self_set(call), call->args[0]);
}

BUILTIN(set_counted, "count", READS, "() => Number",
        "The number of elements. Of all documents of a collection it is known without reading.",
        "Set.sequence(1, 5).count()", "4")
{
    hint_full_read(rt, call);
    return set_count(rt, self_set(call));
}

BUILTIN(set_any_of, "any", READS, "(predicate: A => Boolean | Null) => Boolean",
        "Whether `predicate` holds for some element.", "Set.sequence(1, 5).any(x => x > 3)", "true")
{
    return set_any(rt, self_set(call), call->args[0], false);
}

BUILTIN(set_every, "every", READS, "(predicate: A => Boolean | Null) => Boolean",
        "Whether `predicate` holds for each element.", "Set.sequence(1, 5).every(x => x > 3)",
        "false")
{
    hint_full_read(rt, call);
    return set_any(rt, self_set(call), call->args[0], true);
}

BUILTIN(set_includes_element, "includes", READS, "(element: A) => Boolean",
        "Whether some element equals `element`.", "Set.sequence(1, 5).includes(4)", "true")
{
    hint_full_read(rt, call);
    return set_includes(rt, self_set(call), call->args[0]);
}

/* -- watching ---------------------------------------------------------------------------------- */

#define EVENTS_EXAMPLE "Collection.create({ name: \"Movie\" })\nMovie.all()"

BUILTIN(set_event_source, "eventSource", PURE, "() => EventSource<A>",
        "The changes of the set, as events: of a collection, an index or a document, where() and "
        "map() included.",
        EVENTS_EXAMPLE ".eventSource().toString()", "\"[event source]\"")
{
    return event_source_all(rt, self_set(call), call->row->name);
}

BUILTIN(set_to_stream, "toStream", PURE, "() => EventSource<A>", "The older name of eventSource.",
        EVENTS_EXAMPLE ".toStream().toString()", "\"[event source]\"")
{
    return event_source_all(rt, self_set(call), call->row->name);
}

BUILTIN(set_events_on, "eventsOn", PURE, "(...fields: (A) => Any) => EventSource<A>",
        "Like eventSource, but a change is an event only when it changes one of `fields`, such as "
        ".title or .address.city. An index must hold them.",
        EVENTS_EXAMPLE ".eventsOn(.title).toString()", "\"[event source]\"")
{
    return event_source_on(rt, self_set(call), call->args, call->argc, call->row->name);
}

BUILTIN(set_changes_on, "changesOn", PURE, "(...fields: (A) => Any) => EventSource<A>",
        "The older name of eventsOn: the events of changes of `fields`.",
        EVENTS_EXAMPLE ".changesOn(.title).toString()", "\"[event source]\"")
{
    return event_source_on(rt, self_set(call), call->args, call->argc, call->row->name);
}

BUILTIN_ROWS(set_methods, &set_aggregated_row, &set_any_of_row, &set_changes_on_row,
             &set_concat_with_row, &set_counted_row, &set_distinct_row, &set_drop_row,
             &set_event_source_row, &set_events_on_row, &set_every_row, &set_first_element_row,
             &set_first_where_row, &set_flat_map_row, &set_folded_row, &set_fold_right_row,
             &set_for_each_element_row, &set_includes_element_row, &set_is_empty_of_row,
             &set_last_element_row, &set_last_where_row, &set_map_row, &set_non_empty_row,
             &set_ordered_row, &set_page_size_row, &set_paginate_row, &set_reduced_row,
             &set_reduce_right_row, &set_reversed_row, &set_take_row, &set_to_array_of_row,
             &set_to_set_row, &set_to_stream_row, &value_to_string_row, &set_where_row);

/* -- the module -------------------------------------------------------------------------------- */

BUILTIN(set_single, "single", PURE, "(element: A) => Set<A>", "The set of the one `element`.",
        "Set.single(7).count()", "1")
{
    SetNode *node = set_node(rt, &set_single_ops, NULL);
    node->value = call->args[0];
    return set_value(rt, &node->head);
}

BUILTIN(set_sequence, "sequence", PURE, "(from: Int, until: Int) => Set<Number>",
        "The whole numbers from `from` up to, not including, `until`.",
        "Set.sequence(1, 4).toArray()", "[\n  1,\n  2,\n  3\n]")
{
    SetNode *node = set_node(rt, &set_sequence_ops, NULL);
    node->from = call->args[0].as.integer;
    node->until = call->args[1].as.integer;
    return set_value(rt, &node->head);
}

BUILTIN(set_paginate_cursor, "paginate", READS,
        "(cursor: Any) => { data: Array<Any>, after: String | Null }\n"
        "(cursor: Any, size: Int) => { data: Array<Any>, after: String | Null }",
        "The page behind `cursor`, the `after` of another page; of at most `size` elements.",
        "Set.paginate(Set.sequence(1, 5).paginate(2).after).data", "[\n  3,\n  4\n]")
{
    Value cursor = call->args[0];
    if (call->argc > 1 && !check_page_size(rt, call->args[1])) {
        return val_fault();
    }
    if (cursor.type != T_STRING && cursor.type != T_CURSOR) {
        return rt_fault_argument_type(rt, STR("cursor"), STR("String"), cursor);
    }
    Str text = cursor.type == T_STRING ? val_as_str(cursor) : cursor.as.cursor->text;
    return set_page_after(rt, text, call->argc > 1 ? call->args[1].as.integer : 0);
}

BUILTIN_ROWS(set_statics, &set_paginate_cursor_row, &set_sequence_row, &set_single_row);

static bool is_set(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_SET;
}

const BuiltinType set_type = {
    .name = "Set",
    .doc = "A row of elements that is read when it is needed: documents of a collection, "
           "entries of an index, or what is derived from them.",
    .methods = set_methods,
    .statics = set_statics,
    .contains = is_set,
};

static bool is_cursor(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_CURSOR;
}

const BuiltinType cursor_type = {
    .name = "SetCursor",
    .doc = "A place in a set, from which Set.paginate goes on.",
    .methods = builtin_value_rows,
    .statics = builtin_no_rows,
    .contains = is_cursor,
};
