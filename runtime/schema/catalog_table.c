/* catalog_table: see catalog_table.h. */
#include "runtime/schema/catalog_table.h"

void table_init(CatalogTable *table, uint32_t system)
{
    *table = (CatalogTable){.system = system};
    arena_init(&table->lists);
    map_init(&table->names, &table->lists);
}

void table_free(CatalogTable *table)
{
    arena_free(&table->lists);
}

/* -- finding ----------------------------------------------------------------------------------- */

/* How many definitions have a lesser id; a lesser name. */
static int64_t count_below_id(const CatalogTable *table, int64_t id)
{
    int64_t low = 0;
    int64_t high = table->by_id.len;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (table->by_id.at[middle]->id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int64_t count_below_name(const CatalogTable *table, Str name)
{
    int64_t low = 0;
    int64_t high = table->by_name.len;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (str_compare(table->by_name.at[middle]->name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Defined *table_find(const CatalogTable *table, int64_t id)
{
    int64_t at = count_below_id(table, id);
    bool found = at < table->by_id.len && table->by_id.at[at]->id == id;
    return found ? table->by_id.at[at] : NULL;
}

Defined *table_named(const CatalogTable *table, Str name)
{
    return map_find(&table->names, name);
}

/* -- versions ---------------------------------------------------------------------------------- */

/* Whether `defined` is of this version, which may have been committed since. */
static bool is_of(Defined *defined, const Version *version)
{
    if (version->time_us != 0 && defined->defined_us == version->time_us) {
        return true;
    }
    bool same = defined->defined_us == 0 &&
                str_eq(defined->doc, (Str){version->doc, version->doc_len});
    if (same && version->time_us != 0) {
        defined->defined_us = version->time_us;
        defined->doc = (Str){0};
    }
    return same;
}

static Defined *define(Rt *rt, Arena *kept, const Version *version, DefinedMake *make)
{
    Defined *defined = arena_new(kept, Defined);
    defined->id = version->id;
    defined->defined_us = version->time_us;
    if (version->time_us == 0) {
        defined->doc = str_copy(kept, (Str){version->doc, version->doc_len});
    }
    make(rt, version, defined);
    return defined;
}

/* -- all of them ------------------------------------------------------------------------------- */

bool table_is_current(const CatalogTable *table, Rt *rt)
{
    TxnStamp now = txn_stamp(rt->txn, table->system);
    return now.block == table->stamp.block && now.writes == table->stamp.writes &&
           now.number == table->stamp.number;
}

static StoreCursor *read_all(const CatalogTable *table, Rt *rt)
{
    return cursor_documents(rt->txn, table->system, INT64_MIN, INT64_MAX, false);
}

/* Whether each definition is as it was when something was made of it. */
static bool is_unchanged(CatalogTable *table, Rt *rt)
{
    StoreCursor *cursor = read_all(table, rt);
    const Version *version;
    int64_t at = 0;
    bool same = true;
    while (same && cursor_next(cursor, &version, NULL)) {
        same = at < table->by_id.len && table->by_id.at[at]->id == version->id &&
               is_of(table->by_id.at[at], version);
        at++;
    }
    cursor_close(cursor);
    return same && at == table->by_id.len;
}

static int compare_names(const void *a, const void *b)
{
    const Defined *const *left = a;
    const Defined *const *right = b;
    return str_compare((*left)->name, (*right)->name);
}

static void enter_names(Map *names, Defined *defined)
{
    map_put(names, defined->name, defined);
    if (defined->alias.len > 0) {
        map_put(names, defined->alias, defined);
    }
}

void table_copy_names(const CatalogTable *table, Map *names)
{
    for (int64_t i = 0; i < table->by_id.len; i++) {
        enter_names(names, table->by_id.at[i]);
    }
}

typedef VEC(Defined *) DefinedList;

static void set_lists(CatalogTable *table, const DefinedList *list)
{
    arena_reset(&table->lists);
    map_init(&table->names, &table->lists);
    table->by_id.len = table->by_id.cap = list->len;
    table->by_name.len = table->by_name.cap = list->len;
    int64_t bytes = list->len * (int64_t)sizeof *list->at;
    table->by_id.at = arena_copy(&table->lists, list->at, bytes);
    table->by_name.at = arena_copy(&table->lists, list->at, bytes);
    if (list->len > 1) {
        qsort(table->by_name.at, (size_t)list->len, sizeof *list->at, compare_names);
    }
    table_copy_names(table, &table->names);
}

bool table_load(CatalogTable *table, Rt *rt, Arena *kept, DefinedMake *make)
{
    if (table_is_current(table, rt)) {
        return false;
    }
    table->stamp = txn_stamp(rt->txn, table->system);
    if (is_unchanged(table, rt)) {
        return false;
    }
    DefinedList list = {0};
    StoreCursor *cursor = read_all(table, rt);
    const Version *version;
    while (cursor_next(cursor, &version, NULL)) {
        Defined *old = table_find(table, version->id);
        Defined *now = old && is_of(old, version) ? old : define(rt, kept, version, make);
        vec_push(&list, rt->heap, now);
    }
    cursor_close(cursor);
    set_lists(table, &list);
    return true;
}

/* -- one of them ------------------------------------------------------------------------------- */

static void take_out(CatalogTable *table, const Defined *old)
{
    int64_t at = count_below_id(table, old->id);
    table->by_id.len--;
    memmove(&table->by_id.at[at], &table->by_id.at[at + 1],
            (size_t)(table->by_id.len - at) * sizeof *table->by_id.at);
    at = count_below_name(table, old->name);
    table->by_name.len--;
    memmove(&table->by_name.at[at], &table->by_name.at[at + 1],
            (size_t)(table->by_name.len - at) * sizeof *table->by_name.at);
    map_remove(&table->names, old->name);
    if (old->alias.len > 0) {
        map_remove(&table->names, old->alias);
    }
}

/* Moves the last of `count` to place `at`. */
static void move_last(Defined **list, int64_t count, int64_t at)
{
    Defined *last = list[count - 1];
    memmove(&list[at + 1], &list[at], (size_t)(count - 1 - at) * sizeof *list);
    list[at] = last;
}

static void put_in(CatalogTable *table, Defined *defined)
{
    int64_t at = count_below_id(table, defined->id);
    int64_t named = count_below_name(table, defined->name);
    vec_push(&table->by_id, &table->lists, defined);
    move_last(table->by_id.at, table->by_id.len, at);
    vec_push(&table->by_name, &table->lists, defined);
    move_last(table->by_name.at, table->by_name.len, named);
    enter_names(&table->names, defined);
}

void table_renew(CatalogTable *table, Rt *rt, Arena *kept, int64_t id, DefinedMake *make)
{
    Defined *old = table_find(table, id);
    const Version *version = txn_get(rt->txn, table->system, id);
    if (old) {
        take_out(table, old);
    }
    if (version) {
        put_in(table, define(rt, kept, version, make));
    }
    table->stamp = txn_stamp(rt->txn, table->system);
}
