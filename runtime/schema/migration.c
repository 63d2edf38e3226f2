/* migration: see migration.h. A migrated document is checked against the new fields before it is
 * written: whatever a plan overlooks is refused, and never kept.
 */
#include "runtime/schema/migration.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/document/reference.h"
#include "runtime/schema/derived.h"
#include "runtime/schema/schema_report.h"

/* A document being migrated. */
typedef struct Moving {
    Rt *rt;
    const Object *fields;
    const Object *conflicts; /* what `add` found in its way, in the places where it was */
    Str problem;             /* empty: none */
} Moving;

static Value empty_object(Rt *rt)
{
    return rt_object(rt, NULL, NULL, 0);
}

/* -- paths ----------------------------------------------------------------------------------- */

static Str path_text(Rt *rt, FieldPath path)
{
    Buf text = {0};
    for (int64_t i = 0; i < path.count; i++) {
        buf_printf(&text, ".%.*s", STR_ARG(path.steps[i]));
    }
    Str copy = str_copy(rt->query, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* What `object` has at `path`; null: nothing. */
static Value value_at(const Object *object, FieldPath path)
{
    Value value = val_object(object);
    for (int64_t i = 0; i < path.count; i++) {
        value =
            value.type == T_OBJECT ? field_or_null(value.as.object, path.steps[i]) : val_null(NULL);
    }
    return value;
}

/* `object` with `value` at `path`, null: with nothing there. Objects on the way are made; what is
 * in the way is a problem. */
static const Object *with_value(Moving *moving, const Object *object, FieldPath path, Value value)
{
    Rt *rt = moving->rt;
    Str name = path.steps[0];
    Value old = field_or_null(object, name);
    if (path.count > 1) {
        FieldPath rest = {path.steps + 1, path.count - 1};
        if (val_is_null(old) && val_is_null(value)) {
            return object;
        }
        if (!val_is_null(old) && old.type != T_OBJECT) {
            moving->problem = str_format(rt->query, "`%.*s` is no object", STR_ARG(name));
            return object;
        }
        Value inner = val_is_null(old) ? empty_object(rt) : old;
        value = val_object(with_value(moving, inner.as.object, rest, value));
    }
    Fields fields = {0};
    for (int64_t i = 0; i < object->shape->count; i++) {
        bool replaced = str_eq(object->shape->names[i], name);
        if (!replaced || !val_is_null(value)) {
            fields_add(rt, &fields, object->shape->names[i], replaced ? value : object->slots[i]);
        }
    }
    if (!object_get(object, name) && !val_is_null(value)) {
        fields_add(rt, &fields, name, value);
    }
    return fields_object(rt, &fields).as.object;
}

static void put(Moving *moving, FieldPath path, Value value)
{
    moving->fields = with_value(moving, moving->fields, path, value);
}

/* Whether nothing is at `path`: else moving something there would lose it. */
static bool is_free(Moving *moving, FieldPath path)
{
    bool free = val_is_null(value_at(moving->fields, path));
    if (!free) {
        Str text = path_text(moving->rt, path);
        moving->problem = str_format(
            moving->rt->query, "there is a value at `%.*s`, which would be lost", STR_ARG(text));
    }
    return free;
}

/* -- single migrations ------------------------------------------------------------------------- */

/* Objects around the new field are made even when it is null, as their types ask for them. */
static void make_parents(Moving *moving, FieldPath path)
{
    for (int64_t count = 1; count < path.count; count++) {
        FieldPath parent = {path.steps, count};
        if (val_is_null(value_at(moving->fields, parent))) {
            put(moving, parent, empty_object(moving->rt));
        }
    }
}

/* Sets `value` aside under its name, with as many `_` before it as make it a new one. */
static void set_aside(Moving *moving, FieldPath path, Value value)
{
    Arena *heap = moving->rt->heap;
    Str *steps = arena_copy(heap, path.steps, path.count * (int64_t)sizeof *path.steps);
    FieldPath place = {steps, path.count};
    while (!val_is_null(value_at(moving->conflicts, place))) {
        steps[path.count - 1] = str_format(heap, "_%.*s", STR_ARG(steps[path.count - 1]));
    }
    moving->conflicts = with_value(moving, moving->conflicts, place, value);
}

static void add(Moving *moving, const Migration *migration)
{
    make_parents(moving, migration->field);
    Value before = value_at(moving->fields, migration->field);
    if (!val_is_null(before)) {
        if (schema_type_accepts(moving->rt, migration->type, before)) {
            return;
        }
        set_aside(moving, migration->field, before);
    }
    put(moving, migration->field, migration->value);
}

static void move(Moving *moving, const Migration *migration)
{
    Value value = value_at(moving->fields, migration->field);
    if (!val_is_null(value) && is_free(moving, migration->to)) {
        put(moving, migration->field, val_null(NULL));
        put(moving, migration->to, value);
    }
}

static void split(Moving *moving, const Migration *migration)
{
    if (!is_free(moving, migration->to)) {
        return;
    }
    Value value = value_at(moving->fields, migration->field);
    bool absent = val_is_null(value);
    bool stays = !absent && schema_type_accepts(moving->rt, migration->type, value);
    if (!stays) {
        put(moving, migration->field, migration->value);
    }
    put(moving, migration->to, absent || stays ? migration->spill : value);
}

/* -- objects of what is left over -------------------------------------------------------------- */

/* The object at `to`, empty when there is none; NULL, and a problem: something else is there. */
static const Object *leftovers(Moving *moving, FieldPath to)
{
    Value value = value_at(moving->fields, to);
    if (val_is_null(value)) {
        value = empty_object(moving->rt);
    } else if (value.type != T_OBJECT) {
        Str text = path_text(moving->rt, to);
        moving->problem =
            str_format(moving->rt->query, "the value at `%.*s` is no object", STR_ARG(text));
    }
    return value.type == T_OBJECT ? value.as.object : NULL;
}

/* Puts a value into the object at `to`, with as many `_` before its name as make it a new one. */
static void leave_over(Moving *moving, FieldPath to, Str name, Value value)
{
    const Object *object = leftovers(moving, to);
    if (!object) {
        return;
    }
    while (object_get(object, name)) {
        name = str_format(moving->rt->heap, "_%.*s", STR_ARG(name));
    }
    put(moving, to, val_object(with_value(moving, object, (FieldPath){&name, 1}, value)));
}

static void move_conflicts(Moving *moving, const Migration *migration)
{
    const Object *conflicts = moving->conflicts;
    for (int64_t i = 0; i < conflicts->shape->count; i++) {
        leave_over(moving, migration->to, conflicts->shape->names[i], conflicts->slots[i]);
    }
    moving->conflicts = empty_object(moving->rt).as.object;
}

/* The object that the others move into is kept, whatever the list says. */
static bool is_kept(const Migration *migration, Str name)
{
    if (str_eq(migration->to.steps[0], name)) {
        return true;
    }
    for (int64_t i = 0; i < migration->kept_count; i++) {
        if (str_eq(migration->kept[i], name)) {
            return true;
        }
    }
    return false;
}

static int64_t leading_underscores(Str name)
{
    int64_t count = 0;
    while (count < name.len && name.s[count] == '_') {
        count++;
    }
    return count;
}

/* Names with fewer underscores come first, so that the outcome does not depend on the order of
 * the fields: `a` becomes `_a` only when the object has an `a`, not because of an `_a`. */
static void move_wildcard(Moving *moving, const Migration *migration)
{
    const Object *before = moving->fields;
    int64_t left = 0;
    for (int64_t i = 0; i < before->shape->count; i++) {
        left += !is_kept(migration, before->shape->names[i]);
    }
    for (int64_t underscores = 0; left > 0 && moving->problem.len == 0; underscores++) {
        for (int64_t i = 0; i < before->shape->count; i++) {
            Str name = before->shape->names[i];
            if (is_kept(migration, name) || leading_underscores(name) != underscores) {
                continue;
            }
            put(moving, (FieldPath){&name, 1}, val_null(NULL));
            leave_over(moving, migration->to, name, before->slots[i]);
            left--;
        }
    }
}

/* -- documents --------------------------------------------------------------------------------- */

static void apply_one(Moving *moving, const Migration *migration)
{
    switch (migration->kind) {
    case MIGRATION_ADD:
        add(moving, migration);
        return;
    case MIGRATION_DROP:
        put(moving, migration->field, val_null(NULL));
        return;
    case MIGRATION_MOVE:
        move(moving, migration);
        return;
    case MIGRATION_SPLIT:
        split(moving, migration);
        return;
    case MIGRATION_MOVE_CONFLICTS:
        move_conflicts(moving, migration);
        return;
    case MIGRATION_MOVE_WILDCARD:
        move_wildcard(moving, migration);
        return;
    }
    UNREACHABLE();
}

const Object *migration_apply(Rt *rt, const Migrations *migrations, const Object *fields,
                              Str *problem)
{
    Moving moving = {.rt = rt, .fields = fields, .conflicts = empty_object(rt).as.object};
    for (int64_t i = 0; i < migrations->count && moving.problem.len == 0; i++) {
        apply_one(&moving, &migrations->at[i]);
    }
    if (moving.problem.len == 0 && moving.conflicts->shape->count > 0) {
        moving.problem = str_format(rt->query, "there is no place for the value of `%.*s`",
                                    STR_ARG(moving.conflicts->shape->names[0]));
    }
    *problem = moving.problem;
    return moving.problem.len == 0 ? moving.fields : NULL;
}

/* Whether the new fields take a migrated document: else a fault. */
static bool obeys(Rt *rt, const Collection *collection, int64_t id, const Object *fields)
{
    const SchemaType *rules = collection->fields;
    if (!rules || schema_type_accepts(rt, rules, val_object(fields))) {
        return true;
    }
    Failures failures = {.rt = rt};
    schema_report(&failures, rules, fields);
    (void)failure_fault(&failures,
                        str_format(rt->query, "Failed to migrate document %lld of `%.*s`.",
                                   (long long)id, STR_ARG(collection->name)));
    return false;
}

static bool rewrite(Rt *rt, const Collection *collection, const Migrations *migrations,
                    const Version *version)
{
    Str problem;
    const Object *fields =
        migration_apply(rt, migrations, codec_decode(rt, version->doc).as.object, &problem);
    if (!fields) {
        (void)fault_schema(rt, str_format(rt->query,
                                          "error: Document %lld of `%.*s` cannot be migrated: "
                                          "%.*s",
                                          (long long)version->id, STR_ARG(collection->name),
                                          STR_ARG(problem)));
        return false;
    }
    Put put = {.ttl_us = version_ttl_us(version)};
    if (!obeys(rt, collection, version->id, fields) ||
        !codec_encode(rt, rt->heap, fields, &put.doc) ||
        (collection->derived.count > 0 && !derived_fill(rt, collection, version->id, &put))) {
        return false;
    }
    if (str_eq(put.doc, (Str){version->doc, version->doc_len}) &&
        str_eq(put.derived, version_derived(version))) {
        return true;
    }
    StoreStatus status = txn_rewrite(rt->txn, collection->number, version->id, &put);
    if (status != STORE_OK) {
        (void)rt_store_fault(rt, status);
    }
    return status == STORE_OK;
}

bool migration_run(Rt *rt, const Collection *collection, const Migrations *migrations)
{
    enum { TOLD_EVERY = 4096 };
    StoreCursor *cursor =
        cursor_documents(rt->txn, collection->number, INT64_MIN, INT64_MAX, false);
    int64_t total = txn_count(rt->txn, collection->number), done = 0;
    const Version *version;
    bool ok = true;
    Loop loop;
    loop_begin(&loop, rt);
    while (ok && cursor_next(cursor, &version, NULL)) {
        ok = rt_tick(rt) && rewrite(rt, collection, migrations, version);
        loop_step(&loop, NULL);
        if (++done % TOLD_EVERY == 0) {
            txn_tell_progress(rt->txn, done < total ? done : total - 1, total);
        }
    }
    (void)loop_end(&loop, val_null(NULL));
    cursor_close(cursor);
    txn_tell_progress(rt->txn, total, total);
    return ok;
}
