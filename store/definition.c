/* definition: see definition.h. */
#include "store/definition.h"

#include "store/aggregate_int.h"

/* So many are never too many. */
#define DEFINITIONS_FEW 64

static void mark_aggregate(AggregateDef *def)
{
    def->is_live = true;
    def->terms->is_live = true;
    for (int32_t i = 0; i < def->tree_count; i++) {
        def->values[i]->is_live = true;
    }
}

static void mark(const Roots *roots)
{
    TreeCursor cursor;
    tree_cursor_start(&cursor, &roots->collections, (TreeKey){0}, (TreeKey){0}, false, false);
    while (tree_cursor_next(&cursor)) {
        const CollectionState *collection =
            (const CollectionState *)(uintptr_t)tree_cursor_payload(&cursor);
        for (int32_t index = 0; index < collection->index_count; index++) {
            collection->indexes[index].def->is_live = true;
        }
        const Aggregates *all = collection->aggregates;
        for (int64_t at = 0; all && at < all->count; at++) {
            mark_aggregate(all->at[at]->def);
        }
    }
}

/* Frees what is not marked, and takes the marks off the others. */
static void free_aggregates(Store *store)
{
    AggregateDef **link = &store->aggregates;
    while (*link) {
        AggregateDef *def = *link;
        if (def->is_live) {
            def->is_live = false;
            link = &def->next;
        } else {
            *link = def->next;
            arena_free(&def->arena);
            free(def);
        }
    }
}

static void free_indexes(Store *store)
{
    IndexDef **link = &store->definitions;
    while (*link) {
        IndexDef *def = *link;
        if (def->is_live) {
            def->is_live = false;
            link = &def->next;
        } else {
            *link = def->next;
            arena_free(&def->arena);
            free(def);
            store->definition_count--;
        }
    }
}

void definition_sweep(Store *store)
{
    if (store->definition_count <= store->definitions_max) {
        return;
    }
    mark(store->current->roots);
    free_aggregates(store);
    free_indexes(store);
    store->definitions_max = 2 * store->definition_count + DEFINITIONS_FEW;
}

void definition_free_all(Store *store)
{
    free_aggregates(store);
    free_indexes(store);
    assert(store->definition_count == 0);
}
