/* store: opening and closing, and what is known of a store as a whole; see store.h. */
#include "store/aggregate_int.h"
#include "store/compact.h"
#include "store/definition.h"
#include "store/log.h"

#include <string.h>

static Store *make_store(const StoreOptions *options)
{
    Store *store = memory_zero(sizeof *store);
    always(pthread_mutex_init(&store->lock, NULL) == 0);
    always(pthread_cond_init(&store->writer_left, NULL) == 0);
    store->read_only = options->read_only;
    store->salvages = options->salvage;
    store->os = options->os ? options->os : os_posix();
    store->shapes = shape_table_new();
    store->history_bytes = options->history_bytes ? options->history_bytes : HISTORY_SPARE_BYTES;
    store->opened_us = store->os->now_us(store->os->self);
    if (options->path) {
        int64_t bytes = (int64_t)strlen(options->path) + 1;
        store->path = memcpy(memory_new(bytes), options->path, (size_t)bytes);
    }
    store->error.offset = -1;
    state_start(store);
    compactor_start(&store->compactor, options->compact_dead_bytes);
    return store;
}

static void free_store(Store *store)
{
    always(!store->writer);
    compactor_end(&store->compactor);
    state_end(store);
    while (store->spare) {
        Txn *next = store->spare->next_spare;
        txn_free(store->spare);
        store->spare = next;
    }
    definition_free_all(store);
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
    compactor_wait(&store->compactor);
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

void store_defer_syncs(Store *store)
{
    if (store->log) {
        log_defer_syncs(store->log);
    }
}

StoreStatus store_sync(Store *store, StoreNotice *notice)
{
    return store->log ? log_sync(store->log, notice) : STORE_OK;
}

int64_t store_durable_us(const Store *store)
{
    return store->log ? log_durable_us(store->log) : INT64_MAX;
}

int64_t store_syncs(const Store *store)
{
    return store->log ? log_syncs(store->log) : 0;
}
