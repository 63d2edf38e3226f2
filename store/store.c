/* store: opening and closing, and what is known of a store as a whole; see store.h. */
#include "store/store_int.h"

#include "store/log.h"

#include <string.h>

static Store *make_store(const StoreOptions *options)
{
    Store *store = calloc(1, sizeof *store);
    always(store);
    always(pthread_mutex_init(&store->lock, NULL) == 0);
    always(pthread_cond_init(&store->writer_left, NULL) == 0);
    store->read_only = options->read_only;
    store->os = options->os ? options->os : os_posix();
    store->shapes = shape_table_new();
    if (options->path) {
        store->path = strdup(options->path);
        always(store->path);
    }
    store->error.offset = -1;
    state_start(store);
    return store;
}

static void free_store(Store *store)
{
    always(!store->writer);
    state_end(store);
    while (store->spare) {
        Txn *next = store->spare->next_spare;
        txn_free(store->spare);
        store->spare = next;
    }
    index_free_definitions(store);
    shape_table_free(store->shapes);
    pthread_mutex_destroy(&store->lock);
    pthread_cond_destroy(&store->writer_left);
    free(store->path);
    free(store);
}

StoreStatus store_open(const StoreOptions *options, Store **opened, StoreNotice *notice)
{
    *notice = (StoreNotice){.offset = -1};
    *opened = NULL;
    Store *store = make_store(options);
    StoreStatus status = options->path ? log_open(store, options, notice) : STORE_OK;
    if (status != STORE_OK) {
        log_abandon(store->log);
        free_store(store);
        return status;
    }
    *opened = store;
    return STORE_OK;
}

StoreStatus store_close(Store *store)
{
    StoreStatus status = store->log ? log_close(store->log) : STORE_OK;
    free_store(store);
    return status;
}

const StoreNotice *store_error(const Store *store)
{
    return &store->error;
}

ShapeTable *store_shapes(Store *store)
{
    return store->shapes;
}

const char *store_path(const Store *store)
{
    return store->path;
}

void store_watch_builds(Store *store, StoreProgress *progress, void *context)
{
    store->progress = progress;
    store->progress_context = context;
}

int64_t store_last_time_us(const Store *store)
{
    Store *own = (Store *)(uintptr_t)store;
    pthread_mutex_lock(&own->lock);
    int64_t time_us = own->current->time_us;
    pthread_mutex_unlock(&own->lock);
    return time_us;
}

static void add_collection(StoreStats *stats, const CollectionState *collection)
{
    stats->collections++;
    stats->documents += collection->documents.count;
    stats->tree_bytes += tree_bytes(&collection->documents);
    for (int32_t i = 0; i < collection->index_count; i++) {
        stats->indexes++;
        stats->index_entries += collection->indexes[i].entries.count;
        stats->tree_bytes += tree_bytes(&collection->indexes[i].entries);
    }
}

StoreStats store_stats(Store *store)
{
    StoreStats stats = {0};
    Txn *txn = txn_begin(store, TXN_READ);
    for (int64_t i = 0; i < txn->roots->count; i++) {
        add_collection(&stats, txn->roots->collections[i]);
    }
    stats.document_bytes = slab_bytes(store->versions);
    stats.log_bytes = store->log ? log_bytes(store->log) : 0;
    txn_rollback(txn);
    return stats;
}
