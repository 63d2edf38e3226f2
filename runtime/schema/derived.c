/* derived: see derived.h. While a value is worked out, `rt->derived_from` is the document's
 * version; whoever looks at anything else sets `rt->looked_further`, and the value is dropped.
 */
#include "runtime/schema/derived.h"

#include "runtime/document/codec.h"
#include "runtime/document/fields.h"

/* -- which fields ------------------------------------------------------------------------- */

bool derived_is_among(const KeyPart *parts, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (parts[i].source == KEY_FROM_DERIVED) {
            return true;
        }
    }
    return false;
}

/* Whether computed field `name` is. */
static bool is_among(const KeyPart *parts, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        if (parts[i].source == KEY_FROM_DERIVED && str_eq(parts[i].path[0], name)) {
            return true;
        }
    }
    return false;
}

static bool is_aggregated(const AggregateSpec *spec, Str name)
{
    bool found = is_among(spec->terms, spec->term_count, name);
    for (int64_t i = 0; i < spec->fold_count && !found; i++) {
        found = is_among(&spec->folds[i].part, 1, name);
    }
    return found;
}

/* Whether an index or an aggregate of the collection is made of computed field `name`. */
static bool is_used(const Collection *collection, Str name)
{
    bool used = false;
    for (int64_t i = 0; i < collection->index_count && !used; i++) {
        const Index *index = &collection->indexes[i];
        used = is_among(index->terms, index->term_count, name) ||
               is_among(index->values, index->value_count, name);
    }
    for (int64_t i = 0; i < collection->aggregates.count && !used; i++) {
        used = is_aggregated(&collection->aggregates.at[i].spec, name);
    }
    return used;
}

DocFunctions derived_fields(Arena *arena, const Collection *collection)
{
    const DocFunctions *computed = &collection->computed;
    const Aggregates *aggregates = &collection->aggregates;
    DocFunctions derived = {
        .at = arena_array(arena, DocFunction, computed->count + aggregates->count)};
    for (int64_t i = 0; i < computed->count; i++) {
        if (is_used(collection, computed->at[i].name)) {
            derived.at[derived.count++] = computed->at[i];
        }
    }
    for (int64_t i = 0; i < aggregates->count; i++) {
        if (aggregates->at[i].spec.filter) {
            derived.at[derived.count++] = aggregates->at[i].where;
        }
    }
    return derived;
}

bool derived_changed(const Collection *before, const Collection *now)
{
    for (int64_t i = 0; i < now->derived.count; i++) {
        const DocFunction *field = &now->derived.at[i];
        const DocFunction *old = doc_functions_find(&before->derived, field->name);
        if (!old || !str_eq(old->source.text, field->source.text)) {
            return true;
        }
    }
    return false;
}

/* -- their values -------------------------------------------------------------------------- */

/* The value of one field, null when it cannot be kept; T_FAULT: the query has failed. */
static Value derive(Rt *rt, DocFunction *field, Value doc)
{
    const Version *outer = rt->derived_from;
    rt->derived_from = doc.as.version;
    rt->looked_further = false;
    Value value = doc_function_call(rt, field, doc, "fields of indexes");
    rt->derived_from = outer;
    if (val_is_fault(value)) {
        return rt_fault_take(rt) ? val_null(NULL) : value;
    }
    return rt->looked_further ? val_null(NULL) : value;
}

/* Adds what a document could hold of the values in `all`. False: the query has failed. */
static bool keep_storable(Rt *rt, const Fields *all, Fields *kept)
{
    for (int64_t i = 0; i < all->names.len; i++) {
        Str bytes;
        const Object *alone = rt_object(rt, &all->names.at[i], &all->values.at[i], 1).as.object;
        if (codec_encode(rt, rt->heap, alone, &bytes)) {
            fields_add(rt, kept, all->names.at[i], all->values.at[i]);
        } else if (!rt_fault_take(rt)) {
            return false;
        }
    }
    return true;
}

/* The derived block of `doc`, on rt->heap; empty: no field has a value. */
static bool make_block(Rt *rt, const Collection *collection, Value doc, Str *block)
{
    *block = (Str){0};
    Fields fields = {0};
    for (int64_t i = 0; i < collection->derived.count; i++) {
        DocFunction *field = &collection->derived.at[i];
        Value value = derive(rt, field, doc);
        if (val_is_fault(value)) {
            return false;
        }
        if (!val_is_null(value)) {
            fields_add(rt, &fields, field->name, value);
        }
    }
    if (fields.names.len == 0 ||
        codec_encode(rt, rt->heap, fields_object(rt, &fields).as.object, block)) {
        return true;
    }
    Fields kept = {0};
    if (!rt_fault_take(rt) || !keep_storable(rt, &fields, &kept)) {
        return false;
    }
    return kept.names.len == 0 ||
           codec_encode(rt, rt->heap, fields_object(rt, &kept).as.object, block);
}

Version *version_make(Rt *rt, int64_t id, int64_t time_us, Str doc, int64_t ttl_us, Str derived)
{
    bool ends = ttl_us != TTL_NEVER;
    int64_t behind = (ends ? 8 : 0) + (derived.len > 0 ? 8 + derived.len : 0);
    Version *version = arena_alloc(rt->heap, (int64_t)sizeof *version + doc.len + behind);
    version->id = id;
    version->time_us = time_us;
    version->doc_len = (uint32_t)doc.len;
    version->flags = (ends ? VERSION_TTL : 0) | (derived.len > 0 ? VERSION_DERIVED : 0);
    memcpy(version->doc, doc.s, (size_t)doc.len);
    char *at = version->doc + doc.len;
    if (ends) {
        memcpy(at, &ttl_us, sizeof ttl_us);
        at += sizeof ttl_us;
    }
    if (derived.len > 0) {
        memcpy(at, &derived.len, sizeof derived.len);
        memcpy(at + sizeof derived.len, derived.s, (size_t)derived.len);
    }
    return version;
}

bool derived_fill(Rt *rt, const Collection *collection, int64_t id, Put *put)
{
    const Version *version = version_make(rt, id, 0, put->doc, put->ttl_us, (Str){0});
    return make_block(rt, collection, val_doc(collection->number, version), &put->derived);
}

const Version *derived_version(Rt *rt, const Collection *collection, const Version *version)
{
    Str block;
    if (!make_block(rt, collection, val_doc(collection->number, version), &block)) {
        return NULL;
    }
    Str doc = {version->doc, version->doc_len};
    return version_make(rt, version->id, version->time_us, doc, version_ttl_us(version), block);
}

bool derived_renew(Rt *rt, const Collection *collection)
{
    StoreCursor *cursor =
        cursor_documents(rt->txn, collection->number, INT64_MIN, INT64_MAX, false);
    const Version *version;
    bool ok = true;
    Loop loop;
    loop_begin(&loop, rt);
    while (ok && cursor_next(cursor, &version, NULL)) {
        Str block;
        ok =
            rt_tick(rt) && make_block(rt, collection, val_doc(collection->number, version), &block);
        if (ok) {
            StoreStatus status = txn_put_derived(rt->txn, collection->number, version->id, block);
            ok = status == STORE_OK;
            if (!ok) {
                (void)rt_store_fault(rt, status);
            }
        }
        loop_step(&loop, NULL);
    }
    (void)loop_end(&loop, val_null(NULL));
    cursor_close(cursor);
    return ok;
}
