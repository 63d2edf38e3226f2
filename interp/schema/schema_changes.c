/* schema_changes: see schema_changes.h. */
#include "interp/schema/schema_changes.h"

#include "interp/schema/schema_source.h"
#include "runtime/schema/catalog.h"

#include <stdlib.h>
#include <string.h>

typedef VEC(SchemaChange) ChangeList;

/* -- files ------------------------------------------------------------------------------------ */

static bool has_file(const SchemaPush *push, Str name)
{
    for (int64_t i = 0; i < push->count; i++) {
        if (str_eq(push->files[i]->name, name)) {
            return true;
        }
    }
    return false;
}

void schema_changes_begin(Session *session, SchemaPush *push)
{
    Rt *rt = session_rt(session);
    SchemaFiles in_force = schema_sources(rt, push->folder);
    SchemaFiles staged = {0};
    bool is_staged = push->against_staged &&
                     schema_sources_read(rt, SOURCE_STAGED_ID, push->folder, &staged) &&
                     !staged.is_pin;
    push->before = is_staged ? staged.at : in_force.at;
    push->before_count = is_staged ? staged.count : in_force.count;
    push->after = push->files;
    push->after_count = push->count;
    push->changes = NULL;
    push->change_count = 0;
    push->guard.is_stale = false;
    push->errors = (Str){0};
    if (push->adds) {
        const Source **files =
            arena_array(&session->query, const Source *, push->count + push->before_count);
        int64_t count = 0;
        for (; count < push->count; count++) {
            files[count] = push->files[count];
        }
        for (int64_t i = 0; i < push->before_count; i++) {
            if (!has_file(push, push->before[i]->name)) {
                files[count++] = push->before[i];
            }
        }
        push->after = files;
        push->after_count = count;
    }
}

/* -- items ------------------------------------------------------------------------------------ */

/* The kind and the name of an item as the key of a map. */
static Str key_of(Arena *arena, const SchemaItem *item)
{
    return str_format(arena, "%d %.*s", (int)item->kind, STR_ARG(item->name.text));
}

static Map map_items(Arena *arena, const SchemaItems *items)
{
    Map map;
    map_init(&map, arena);
    for (int64_t i = 0; i < items->len; i++) {
        map_put(&map, key_of(arena, items->at[i]), items->at[i]);
    }
    return map;
}

/* The item without what says no more than what holds anyway. */
static SchemaItem bare_item(Arena *arena, const SchemaItem *item)
{
    SchemaItem bare = *item;
    if (item->kind == FSL_COLLECTION) {
        SchemaCollection *collection = &bare.u.collection;
        bool has_fields = false;
        collection->history_days.given &= collection->history_days.value != 0;
        for (int64_t i = 0; i < collection->fields.len; i++) {
            has_fields |= collection->fields.at[i].kind == FSL_DEFINED;
        }
        memset(&collection->fields, 0, sizeof collection->fields);
        for (int64_t i = 0; i < item->u.collection.fields.len; i++) {
            if (has_fields || item->u.collection.fields.at[i].kind != FSL_WILDCARD) {
                vec_push(&collection->fields, arena, item->u.collection.fields.at[i]);
            }
        }
    }
    return bare;
}

static bool mean_the_same(Arena *arena, const SchemaItem *before, const SchemaItem *after)
{
    Buf old = {0}, new = {0};
    SchemaItem bare_before = bare_item(arena, before), bare_after = bare_item(arena, after);
    schema_display(&old, &bare_before);
    schema_display(&new, &bare_after);
    bool same = str_eq(buf_str(&old), buf_str(&new));
    buf_free(&old);
    buf_free(&new);
    return same;
}

/* The documents of a collection that goes. */
static int64_t count_documents(Rt *rt, const SchemaItem *item)
{
    const Collection *collection = item->kind == FSL_COLLECTION
                                       ? catalog_collection(rt->catalog, item->name.text)
                                       : NULL;
    return collection ? txn_count(rt->txn, collection->number) : 0;
}

/* -- changes ---------------------------------------------------------------------------------- */

static const SchemaItem *item_of(const SchemaChange *change)
{
    return change->after ? change->after : change->before;
}

static int order_of(FslKind kind)
{
    return kind == FSL_COLLECTION ? 0 : kind == FSL_FUNCTION ? 1 : kind == FSL_ROLE ? 2 : 3;
}

static int compare_changes(const void *a, const void *b)
{
    const SchemaChange *left = a, *right = b;
    const SchemaItem *one = item_of(left), *other = item_of(right);
    if (left->kind != right->kind) {
        return (int)left->kind - (int)right->kind;
    }
    int by_kind = order_of(one->kind) - order_of(other->kind);
    return by_kind != 0 ? by_kind : str_compare(one->name.text, other->name.text);
}

void schema_changes_find(Session *session, SchemaPush *push, const SchemaItems *after)
{
    Arena *arena = &session->query;
    SchemaResult parsed = parse_schema(arena, push->before, push->before_count);
    Map old = map_items(arena, &parsed.items), new = map_items(arena, after);
    ChangeList changes = {0};
    for (int64_t i = 0; i < after->len; i++) {
        SchemaChange change = {.kind = SCHEMA_CHANGED, .after = after->at[i]};
        change.before = map_find(&old, key_of(arena, after->at[i]));
        if (!change.before) {
            change.kind = SCHEMA_ADDED;
        }
        if (!change.before || !mean_the_same(arena, change.before, change.after)) {
            vec_push(&changes, arena, change);
        }
    }
    for (int64_t i = 0; i < parsed.items.len; i++) {
        const SchemaItem *item = parsed.items.at[i];
        if (!map_find(&new, key_of(arena, item))) {
            SchemaChange change = {.kind = SCHEMA_REMOVED,
                                   .before = item,
                                   .documents = count_documents(session_rt(session), item)};
            vec_push(&changes, arena, change);
        }
    }
    if (changes.len > 0) {
        qsort(changes.at, (size_t)changes.len, sizeof *changes.at, compare_changes);
    }
    push->changes = changes.at;
    push->change_count = changes.len;
}

void schema_changes_note_steps(SchemaPush *push, const SchemaItem *item,
                               const MigrationSteps *steps)
{
    for (int64_t i = 0; i < push->change_count; i++) {
        if (push->changes[i].after == item) {
            push->changes[i].steps = steps;
        }
    }
}
