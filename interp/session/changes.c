/* changes: what a transaction changes, as names and objects. The bytes of documents are read as
 * they were written: nothing is computed, and no migration of the schema is applied. */
#include "interp/session/changes.h"

#include "runtime/document/codec.h"
#include "runtime/document/document.h"
#include "runtime/document/fields.h"

/* -- one document ------------------------------------------------------------------------------ */

static bool is_shown(uint32_t collection, Str name)
{
    return !collection_is_system(collection) ||
           (!str_starts_with(name, STR("internal_")) && !str_eq(name, STR("name")));
}

Value changes_object(Rt *rt, uint32_t collection, const DocState *state)
{
    if (!state->exists) {
        return val_null(NULL);
    }
    Fields fields = {0};
    TRY(all, codec_decode(rt, state->doc.s));
    const Object *object = all.as.object;
    for (uint32_t i = 0; i < object->shape->count; i++) {
        if (is_shown(collection, object->shape->names[i])) {
            fields_add(rt, &fields, object->shape->names[i], object->slots[i]);
        }
    }
    if (state->ttl_us != TTL_NEVER) {
        fields_add(rt, &fields, STR("ttl"), val_time_us(state->ttl_us));
    }
    return fields_object(rt, &fields);
}

Str changes_collection_name(Rt *rt, uint32_t number)
{
    const Collection *collection = catalog_collection_by_number(rt->catalog, number);
    if (collection == NULL) {
        return str_format(rt->query, "(collection %lld, deleted)", (long long)number);
    }
    return collection->name;
}

/* The name of a definition, which its document holds. */
static Str name_of(Rt *rt, const TxnChange *change)
{
    const DocState *state = change->after.exists ? &change->after : &change->before;
    if (!collection_has_names(change->collection) || state->doc.len == 0) {
        return (Str){0};
    }
    Value all = codec_decode(rt, state->doc.s);
    const Value *name = val_is_fault(all) ? NULL : object_get(all.as.object, STR("name"));
    return name != NULL && name->type == T_STRING ? val_as_str(*name) : (Str){0};
}

Str changes_document_name(Rt *rt, const TxnChange *change)
{
    Buf out = {0};
    char digits[INT_TEXT_MAX];
    Str name = name_of(rt, change);
    buf_put(&out, changes_collection_name(rt, change->collection));
    buf_byte(&out, '(');
    print_fql_string(&out, name.len > 0 ? name : str_from_int(change->id, digits));
    buf_byte(&out, ')');
    Str text = str_copy(rt->query, buf_str(&out));
    buf_free(&out);
    return text;
}

void changes_count(TxnChanges *counted, const TxnChange *change)
{
    counted->created += !change->before.exists;
    counted->deleted += !change->after.exists;
    counted->updated += change->before.exists && change->after.exists;
}

/* -- all of them --------------------------------------------------------------------------------- */

bool changes_put(Rt *rt, const TxnChange *changes, int64_t count, SessionChangeSink *sink,
                 void *context)
{
    Loop loop;
    Value status = val_null(NULL);
    loop_begin(&loop, rt);
    for (int64_t i = 0; i < count && !val_is_fault(status); i++) {
        const TxnChange *change = &changes[i];
        SessionChange shown = {.document = changes_document_name(rt, change)};
        shown.before = changes_object(rt, change->collection, &change->before);
        shown.after = changes_object(rt, change->collection, &change->after);
        status = val_is_fault(shown.before) || val_is_fault(shown.after)
                     ? val_fault()
                     : sink(context, rt, &shown);
        loop_step(&loop, NULL);
    }
    return !val_is_fault(loop_end(&loop, status));
}

bool session_put_changes(Session *session, SessionChangeSink *sink, void *context,
                         TxnChanges *counted)
{
    Rt *rt = session_rt(session);
    const TxnChange *changes;
    Arena scratch;
    arena_init(&scratch);
    int64_t count = txn_list_changes(rt->txn, &scratch, &changes);
    *counted = (TxnChanges){0};
    for (int64_t i = 0; i < count; i++) {
        changes_count(counted, &changes[i]);
    }
    bool done = changes_put(rt, changes, count, sink, context);
    arena_free(&scratch);
    return done;
}
