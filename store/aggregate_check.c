/* aggregate_check: an aggregate against one that is worked out anew from the documents, and the
 * endings (A1 to A3 of aggregate_int.h).
 *
 * Nothing that the trees look like is compared, only what they hold: sums as numbers, whatever
 * limbs they have.
 */
#include "store/aggregate_int.h"

static bool same_sums(const SumWords *a, const SumWords *b)
{
    return a->whole_count == b->whole_count && a->low == b->low && a->high == b->high &&
           (a->doubles != NULL) == (b->doubles != NULL) &&
           exact_equals(sum_doubles(a), sum_doubles(b));
}

static bool same_groups(const AggregateDef *def, const Group *a, const Group *b)
{
    bool same = a->documents == b->documents && a->documents > 0;
    for (int64_t i = 0; same && i < def->spec.fold_count; i++) {
        const FoldDef *fold = &def->folds[i];
        switch (fold->spec.kind) {
        case FOLD_SUM:
            same = same_sums(group_sum(a, fold), group_sum(b, fold));
            break;
        case FOLD_DISTINCT:
            same = a->words[fold->word] == b->words[fold->word];
            break;
        case FOLD_COUNT:
        case FOLD_MIN:
        case FOLD_MAX:
        case FOLD_TOP:
            break;
        }
    }
    return same;
}

static Str key_at(const TreeCursor *cursor, Buf *bytes)
{
    bytes->len = 0;
    int64_t len = tree_cursor_key_len(cursor);
    tree_cursor_key(cursor, buf_reserve(bytes, len));
    bytes->len = len;
    return buf_str(bytes);
}

/* Whether two trees have the same keys, and with `def` the same groups. */
static bool same_trees(const Tree *a, const Tree *b, const AggregateDef *def)
{
    TreeCursor cursors[2];
    Buf keys[2] = {{0}};
    tree_cursor_start(&cursors[0], a, (TreeKey){0}, (TreeKey){0}, false, false);
    tree_cursor_start(&cursors[1], b, (TreeKey){0}, (TreeKey){0}, false, false);
    bool same = a->count == b->count;
    while (same && tree_cursor_next(&cursors[0])) {
        same = tree_cursor_next(&cursors[1]) &&
               str_eq(key_at(&cursors[0], &keys[0]), key_at(&cursors[1], &keys[1])) &&
               (!def || same_groups(def, group_at(tree_cursor_payload(&cursors[0])),
                                    group_at(tree_cursor_payload(&cursors[1]))));
    }
    buf_free(&keys[0]);
    buf_free(&keys[1]);
    return same;
}

bool aggregate_trees_are_sound(const Aggregates *all, Buf *message)
{
    bool sound = !all || tree_verify(&all->endings, message);
    for (int64_t i = 0; all && sound && i < all->count; i++) {
        const AggregateState *state = all->at[i];
        sound = tree_verify(&state->groups, message);
        for (int32_t tree = 0; sound && tree < state->def->tree_count; tree++) {
            sound = tree_verify(&state->values[tree].entries, message);
        }
    }
    return sound;
}

static bool endings_match(const CollectionState *collection)
{
    const Aggregates *all = collection->aggregates;
    EndingCursor cursor;
    int64_t ttl_us;
    int64_t id;
    ending_seek(&cursor, &all->endings, INT64_MIN, TTL_NEVER);
    while (ending_next(&cursor, &ttl_us, &id)) {
        const Version *version = (const Version *)(uintptr_t)tree_find(&collection->documents, id);
        if (!version || version_ttl_us(version) != ttl_us ||
            (ttl_us > all->swept_us && ttl_us < all->next_end_us)) {
            return false;
        }
    }
    return all->endings.count == collection->ttl_count;
}

bool aggregate_check(Txn *txn, const CollectionState *collection, Buf *message)
{
    const Aggregates *all = collection->aggregates;
    if (all && !endings_match(collection)) {
        buf_puts(message, "what its aggregates know of ends does not match the documents.");
        return false;
    }
    for (int64_t i = 0; all && i < all->count; i++) {
        const AggregateState *state = all->at[i];
        AggregateState *anew;
        bool same = aggregate_build(txn, collection, state->def, &anew) == STORE_OK &&
                    same_trees(&state->groups, &anew->groups, state->def);
        for (int32_t tree = 0; same && tree < state->def->tree_count; tree++) {
            same = same_trees(&state->values[tree].entries, &anew->values[tree].entries, NULL);
        }
        if (!same) {
            buf_printf(message, "aggregate %u does not match the documents.",
                       (unsigned)state->def->number);
            return false;
        }
        aggregate_drop(txn, anew);
    }
    return true;
}
