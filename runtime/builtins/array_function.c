/* array_function: the methods of Array that take functions.
 *
 * Those that keep at most one value from step to step (fold, reduce, any, forEach, …) run
 * between loop_begin and loop_end, in constant memory; those that make an array of the results
 * do not, as the results are what fills the heap. Searches stop at the first find.
 */
#include "runtime/builtins/array.h"
#include "runtime/set/accumulator.h"

/* -- predicates ------------------------------------------------------------------------------ */

/* The elements to look at: from `from` towards `until`, which is not looked at, by `step`. */
typedef struct Range {
    int64_t from, until, step;
} Range;

static Range forwards(int64_t from, int64_t len)
{
    return (Range){from, len, 1};
}

static Range backwards(int64_t from)
{
    return (Range){from, -1, -1};
}

/* The position of the first element for which the predicate's truth is `wanted`; -1: none, and
 * then `*fault` tells whether it failed. */
static int64_t find_truth(Rt *rt, const Call *call, Range range, int wanted, bool *fault)
{
    Loop loop;
    loop_begin(&loop, rt);
    int64_t found = -1;
    Value outcome = val_null(NULL);
    for (int64_t i = range.from; i != range.until; i += range.step) {
        Value result = rt_call1(rt, call->args[0], call->self.as.items[i]);
        int truth = val_is_fault(result) ? -1 : rt_truth(rt, result);
        if (truth < 0) {
            outcome = val_fault();
            break;
        }
        if (truth == wanted) {
            found = i;
            break;
        }
        loop_step(&loop, NULL);
    }
    *fault = val_is_fault(loop_end(&loop, outcome));
    return found;
}

/* Whether there is an element whose truth is `wanted`: gives `if_found`, else its opposite. */
static Value test(Rt *rt, const Call *call, int wanted, bool if_found)
{
    bool fault;
    int64_t found = find_truth(rt, call, forwards(0, call->self.len), wanted, &fault);
    return fault ? val_fault() : val_bool(found >= 0 ? if_found : !if_found);
}

BUILTIN_SHARED(array_any, "any", PURE, "(predicate: A => Boolean | Null) => Boolean",
               "Whether `predicate` holds for at least one element.", "[1, 2].any(x => x > 1)",
               "true")
{
    return test(rt, call, 1, true);
}

BUILTIN_SHARED(array_every, "every", PURE, "(predicate: A => Boolean | Null) => Boolean",
               "Whether `predicate` holds for each element.", "[1, 2].every(x => x > 1)", "false")
{
    return test(rt, call, 0, false);
}

static Value found_index(Rt *rt, const Call *call, Range range)
{
    bool fault;
    int64_t found = find_truth(rt, call, range, 1, &fault);
    if (fault) {
        return val_fault();
    }
    return found < 0 ? builtin_null(rt, call, STR("no element found")) : val_number(found);
}

static Value found_element(Rt *rt, const Call *call, Range range)
{
    Value index = found_index(rt, call, range);
    return val_is_integer(index) ? call->self.as.items[index.as.integer] : index;
}

BUILTIN_SHARED(array_index_where, "indexWhere", PURE,
               "(predicate: A => Boolean | Null) => Int | Null\n"
               "(predicate: A => Boolean | Null, start: Int) => Int | Null",
               "Position of the first element, at or after `start`, for which `predicate` holds; "
               "null when there is none.",
               "[1, 5, 7].indexWhere(x => x > 4)", "1")
{
    int64_t start = 0;
    if (call->argc > 1) {
        if (!array_check_index(rt, call->self, call->args[1])) {
            return val_fault();
        }
        start = call->args[1].as.integer;
    }
    return found_index(rt, call, forwards(start, call->self.len));
}

BUILTIN_SHARED(array_last_index_where, "lastIndexWhere", PURE,
               "(predicate: A => Boolean | Null) => Int | Null\n"
               "(predicate: A => Boolean | Null, end: Int) => Int | Null",
               "Position of the last element, at or before `end`, for which `predicate` holds; "
               "null when there is none.",
               "[1, 5, 7].lastIndexWhere(x => x > 4)", "2")
{
    int64_t end = (int64_t)call->self.len - 1;
    if (call->argc > 1) {
        if (!array_check_index(rt, call->self, call->args[1])) {
            return val_fault();
        }
        end = call->args[1].as.integer;
    }
    return found_index(rt, call, backwards(end));
}

BUILTIN_SHARED(array_first_where, "firstWhere", PURE,
               "(predicate: A => Boolean | Null) => A | Null",
               "The first element for which `predicate` holds; null when there is none.",
               "[1, 5, 7].firstWhere(x => x > 4)", "5")
{
    return found_element(rt, call, forwards(0, call->self.len));
}

BUILTIN_SHARED(array_last_where, "lastWhere", PURE, "(predicate: A => Boolean | Null) => A | Null",
               "The last element for which `predicate` holds; null when there is none.",
               "[1, 5, 7].lastWhere(x => x > 4)", "7")
{
    return found_element(rt, call, backwards((int64_t)call->self.len - 1));
}

/* The elements for which the predicate holds. */
static Value select_elements(Rt *rt, const Call *call)
{
    Value *items = rt_items(rt, call->self.len);
    if (items == NULL) {
        return val_fault();
    }
    int64_t count = 0;
    for (int64_t i = 0; i < call->self.len; i++) {
        TRY(result, rt_call1(rt, call->args[0], call->self.as.items[i]));
        int truth = rt_truth(rt, result);
        if (truth < 0) {
            return val_fault();
        }
        items[count] = call->self.as.items[i];
        count += truth;
    }
    return val_array(items, count);
}

BUILTIN_SHARED(array_filter, "filter", PURE, "(predicate: A => Boolean | Null) => Array<A>",
               "The elements for which `predicate` holds.", "[1, 5, 7].filter(x => x > 4)",
               "[\n  5,\n  7\n]")
{
    return select_elements(rt, call);
}

BUILTIN_SHARED(array_where, "where", PURE, "(predicate: A => Boolean | Null) => Array<A>",
               "The elements for which `predicate` holds.", "[{ a: 1 }, { a: 2 }].where(.a > 1)",
               "[\n  {\n    a: 2\n  }\n]")
{
    return select_elements(rt, call);
}

/* -- new arrays -------------------------------------------------------------------------------- */

BUILTIN_SHARED(array_map, "map", PURE, "(mapper: A => B) => Array<B>",
               "What `mapper` makes of each element.", "[1, 2].map(x => x * 10)",
               "[\n  10,\n  20\n]")
{
    Value *items = rt_items(rt, call->self.len);
    if (items == NULL) {
        return val_fault();
    }
    for (int64_t i = 0; i < call->self.len; i++) {
        items[i] = rt_call1(rt, call->args[0], call->self.as.items[i]);
        if (val_is_fault(items[i])) {
            return val_fault();
        }
    }
    return val_array(items, call->self.len);
}

BUILTIN_SHARED(array_flat_map, "flatMap", PURE, "(mapper: A => Array<B>) => Array<B>",
               "The elements of the arrays that `mapper` makes of the elements.",
               "[1, 2].flatMap(x => [x, -x])", "[\n  1,\n  -1,\n  2,\n  -2\n]")
{
    Value *arrays = rt_items(rt, call->self.len);
    if (arrays == NULL) {
        return val_fault();
    }
    for (int64_t i = 0; i < call->self.len; i++) {
        arrays[i] = rt_call1(rt, call->args[0], call->self.as.items[i]);
        if (val_is_fault(arrays[i])) {
            return val_fault();
        }
        if (arrays[i].type != T_ARRAY) {
            return rt_fault_type(rt, STR("Array<Any>"), arrays[i]);
        }
    }
    return array_flatten(rt, arrays, call->self.len);
}

/* -- one value of many ------------------------------------------------------------------------- */

/* `function` over the elements of a range, starting from `sum`. */
static Value fold(Rt *rt, Value function, Value array, Range range, Value sum)
{
    Loop loop;
    loop_begin(&loop, rt);
    bool extends = rt->up->extends != NULL && rt->up->extends(function.as.function);
    for (int64_t i = range.from; i != range.until; i += range.step) {
        if (extends) {
            accumulator_lend(&sum);
        }
        sum = rt_call2(rt, function, sum, array.as.items[i]);
        if (val_is_fault(sum)) {
            break;
        }
        loop_step(&loop, &sum);
    }
    accumulator_settle(&sum);
    return loop_end(&loop, sum);
}

BUILTIN_SHARED(array_fold, "fold", PURE, "(seed: B, reducer: (B, A) => B) => B",
               "The result of `reducer` for `seed` and the first element, then for that result "
               "and the second element, and so on; `seed` when there is no element.",
               "[1, 2, 3].fold(10, (sum, x) => sum + x)", "16")
{
    return fold(rt, call->args[1], call->self, forwards(0, call->self.len), call->args[0]);
}

BUILTIN_SHARED(array_fold_right, "foldRight", PURE, "(seed: B, reducer: (B, A) => B) => B",
               "Like fold from `seed` with `reducer`, but from the last element to the first.",
               "[\"a\", \"b\"].foldRight(\"\", (text, x) => text + x)", "\"ba\"")
{
    return fold(rt, call->args[1], call->self, backwards((int64_t)call->self.len - 1),
                call->args[0]);
}

BUILTIN_SHARED(array_reduce, "reduce", PURE, "(reducer: (A, A) => A) => A | Null",
               "Like fold with `reducer`, but the first element is the seed; null when there is "
               "none.",
               "[1, 2, 3].reduce((sum, x) => sum + x)", "6")
{
    if (call->self.len == 0) {
        return builtin_null(rt, call, STR("empty array"));
    }
    return fold(rt, call->args[0], call->self, forwards(1, call->self.len), call->self.as.items[0]);
}

BUILTIN_SHARED(array_reduce_right, "reduceRight", PURE, "(reducer: (A, A) => A) => A | Null",
               "Like reduce with `reducer`, but from the last element to the first.",
               "[\"a\", \"b\", \"c\"].reduceRight((text, x) => text + x)", "\"cba\"")
{
    if (call->self.len == 0) {
        return builtin_null(rt, call, STR("empty array"));
    }
    int64_t last = (int64_t)call->self.len - 1;
    return fold(rt, call->args[0], call->self, backwards(last - 1), call->self.as.items[last]);
}

BUILTIN_SHARED(array_aggregate, "aggregate", PURE, "(seed: A, combiner: (A, A) => A) => A",
               "The elements combined in pairs, then the results in pairs, until one is left, "
               "and that combined with `seed`. `combiner` must not care about the grouping. "
               "`seed` when there is no element.",
               "[1, 2, 3].aggregate(0, (a, b) => a + b)", "6")
{
    int64_t count = call->self.len;
    if (count == 0) {
        return call->args[0];
    }
    Value *items = rt_items(rt, count);
    if (items == NULL) {
        return val_fault();
    }
    memcpy(items, call->self.as.items, (size_t)count * sizeof *items);
    for (; count > 1; count = (count + 1) / 2) {
        for (int64_t i = 0; i < count / 2; i++) {
            items[i] = rt_call2(rt, call->args[1], items[2 * i], items[2 * i + 1]);
            if (val_is_fault(items[i])) {
                return val_fault();
            }
        }
        if (count % 2 == 1) {
            items[count / 2] = items[count - 1];
        }
    }
    return rt_call2(rt, call->args[1], items[0], call->args[0]);
}

BUILTIN_SHARED(array_for_each, "forEach", PURE, "(fn: A => Any) => Null",
               "Calls `fn` with each element, for what it does; the results are dropped.",
               "[1, 2].forEach(x => x)", "null")
{
    Loop loop;
    loop_begin(&loop, rt);
    Value result = val_null(NULL);
    for (int64_t i = 0; i < call->self.len && !val_is_fault(result); i++) {
        result = rt_call1(rt, call->args[0], call->self.as.items[i]);
        loop_step(&loop, NULL);
    }
    result = loop_end(&loop, val_is_fault(result) ? val_fault() : val_null(NULL));
    return val_is_fault(result)
               ? result
               : val_null_because(rt->heap, NULL_LITERAL, call->span, (Str){0}, val_null(NULL));
}
