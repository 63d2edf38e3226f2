/* set_text: sets as text, for cursors and event sources that outlive the query and the process.
 *
 *   base64 ( SET_TEXT_PAGES, page size, time, set )
 *   base64 ( SET_TEXT_EVENTS, start, watched fields, set )
 *
 *   set     kind, source (if it has one), and what its operator needs: a value, counts, keys;
 *           of documents: the collection by number and name
 *   value   Type, and its parts; a lambda is its FQL text and its captured variables
 *
 * Numbers are varints: 7 bits a byte, lowest first, the high bit set in all but the last;
 * signed ones with the sign in the lowest bit. Strings are a length and bytes.
 *
 * What a function captured may share parts so often that no text holds it all: writing ends soon after
 * the longest that a String may be, and that is a fault.
 *
 * Not here: reading it again (set_text_read.c).
 */
#include "runtime/set/set_text.h"

#include "runtime/builtin.h"
#include "runtime/document/separate.h"
#include "runtime/print/base64.h"
#include "runtime/set/set_node.h"

const SetOps *const set_text_kinds[SET_TEXT_KINDS] = {
    &set_documents_ops, &set_array_ops,    &set_single_ops,    &set_sequence_ops, &set_where_ops,
    &set_map_ops,       &set_flat_map_ops, &set_take_ops,      &set_drop_ops,     &set_concat_ops,
    &set_order_ops,     &set_distinct_ops, &set_backwards_ops, &set_paged_ops,    &set_groups_ops,
};

enum { LEFT_FEW = 64 }; /* so many elements of a set are written one by one */

static void put_set(Rt *rt, Buf *out, const Set *set);
static void put_value(Rt *rt, Buf *out, Value v);

static void put_count(Buf *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        buf_byte(out, (char)(n | 0x80));
    }
    buf_byte(out, (char)n);
}

static void put_int(Buf *out, int64_t n)
{
    put_count(out, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
}

static void put_str(Buf *out, Str s)
{
    put_count(out, (uint64_t)s.len);
    buf_put(out, s);
}

/* The text of a lambda. A projection's function is written { a, b } where it stands: it becomes
 * a lambda of its own. */
static void put_lambda_text(Buf *out, const Function *fn)
{
    Str text = str_slice(fn->span.source->text, fn->span.start, fn->span.end);
    Str written = text;
    while (written.len > 0 && (unsigned char)written.s[0] <= ' ') {
        written = str_slice(written, 1, written.len);
    }
    bool projection = written.len > 0 && written.s[0] == '{';
    Str head = projection ? STR("element => element") : STR("");
    put_count(out, (uint64_t)(head.len + text.len));
    buf_put(out, head);
    buf_put(out, text);
}

/* The values of the variables that a lambda takes from outside. */
static void put_variables(Rt *rt, Buf *out, const Function *fn)
{
    int64_t count = 0;
    Str name;
    Value value;
    while (rt->up->free_variable(fn, count, &name, &value)) {
        count++;
    }
    put_count(out, (uint64_t)count);
    for (int64_t i = 0; i < count && rt->up->free_variable(fn, i, &name, &value); i++) {
        put_str(out, name);
        put_value(rt, out, value);
    }
}

/* The name under which the function is found, and where. */
static void put_bound(Rt *rt, Buf *out, const Function *fn)
{
    bool is_of_member = fn->builtin->is_of_member;
    put_str(out, is_of_member ? val_as_str(fn->self.as.items[1]) : fn->name);
    put_value(rt, out, is_of_member ? fn->self.as.items[0] : fn->self);
}

/* Whether a user function is guarded is for who reads the text to say. */
static void put_function(Rt *rt, Buf *out, const Function *fn)
{
    put_count(out, fn->kind == FUNCTION_GUARDED ? FUNCTION_USER : fn->kind);
    switch (fn->kind) {
    case FUNCTION_LAMBDA:
        put_lambda_text(out, fn);
        put_variables(rt, out, fn);
        return;
    case FUNCTION_BOUND:
        put_bound(rt, out, fn);
        return;
    case FUNCTION_USER:
    case FUNCTION_GUARDED:
        put_str(out, fn->name);
        return;
    }
    UNREACHABLE();
}

static void put_doc(Buf *out, Value doc)
{
    put_count(out, doc.len);
    put_count(out, doc.aux < DOC_SOURCE_FIRST ? doc.aux : 0);
    if (doc.flags == DOC_NAMED) {
        put_count(out, SET_TEXT_DOC_NAME);
        put_str(out, doc.as.doc_name->name);
        return;
    }
    put_count(out, doc.flags == DOC_PAST ? SET_TEXT_DOC_PAST : SET_TEXT_DOC_ID);
    put_int(out, val_doc_key(doc));
    if (doc.flags == DOC_PAST) {
        put_int(out, doc.as.past->time_us);
    }
}

static bool is_too_long(const Rt *rt, const Buf *out)
{
    return out->len > rt->limits->string_bytes;
}

static void put_items(Rt *rt, Buf *out, const Value *items, int64_t count)
{
    for (int64_t i = 0; i < count && !is_too_long(rt, out); i++) {
        put_value(rt, out, items[i]);
    }
}

static void put_object(Rt *rt, Buf *out, const Object *object)
{
    put_count(out, object->shape->count);
    for (int64_t i = 0; i < object->shape->count; i++) {
        put_str(out, object->shape->names[i]);
    }
    put_items(rt, out, object->slots, object->shape->count);
}

static void put_events(Buf *out, const EventSource *source, int64_t start_us)
{
    put_int(out, start_us);
    buf_put(out, source->description);
}

static void put_value(Rt *rt, Buf *out, Value v)
{
    put_count(out, v.type);
    switch ((Type)v.type) {
    case T_NULL:
    case T_TRANSACTION_TIME:
        return;
    case T_BOOLEAN:
        put_count(out, v.as.boolean);
        return;
    case T_INT:
    case T_LONG:
    case T_ID:
    case T_DATE:
        put_int(out, v.as.integer);
        return;
    case T_DOUBLE:
        buf_put(out, (Str){(const char *)&v.as.number, sizeof v.as.number});
        return;
    case T_TIME:
        put_int(out, v.as.integer);
        put_count(out, v.len);
        return;
    case T_STRING:
    case T_BYTES:
    case T_UUID:
        put_str(out, val_as_str(v));
        return;
    case T_ARRAY:
        put_count(out, v.len);
        put_items(rt, out, v.as.items, v.len);
        return;
    case T_OBJECT:
        put_object(rt, out, v.as.object);
        return;
    case T_DOC:
        put_doc(out, v);
        return;
    case T_MODULE:
        put_str(out, v.as.module->name);
        return;
    case T_SET:
        put_set(rt, out, v.as.set);
        return;
    case T_CURSOR:
        put_str(out, v.as.cursor->text);
        return;
    case T_FUNCTION:
        put_function(rt, out, v.as.function);
        return;
    case T_EVENT_SOURCE:
        put_events(out, v.as.event_source, v.as.event_source->start_us);
        return;
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

/* By its number, and by its name for the one that takes the place of one that is gone. */
static void put_collection(Rt *rt, Buf *out, uint32_t number)
{
    put_count(out, number);
    put_str(out, separate_name(rt, number));
}

static void put_index_set(Rt *rt, Buf *out, const IndexSet *set)
{
    put_collection(rt, out, set->collection);
    put_count(out, set->index ? set->index->number : 0);
    put_count(out, (set->reversed ? SET_TEXT_REVERSED : 0) | (set->is_range ? SET_TEXT_RANGE : 0));
    if (set->index) {
        put_str(out, set->from);
        put_str(out, set->to);
    } else {
        put_int(out, set->from_id);
        put_int(out, set->to_id);
    }
}

static void put_group_set(Rt *rt, Buf *out, const GroupSet *set)
{
    put_collection(rt, out, set->collection);
    put_count(out, set->aggregate->number);
    put_count(out, set->reversed ? SET_TEXT_REVERSED : 0);
    put_str(out, set->from);
    put_str(out, set->to);
}

/* Whether a set is of values that are at hand, and so in its text. */
static bool is_of_values(const Set *set)
{
    while (set->source) {
        set = set->source;
    }
    return set->ops == &set_array_ops;
}

/* How what is left of a set is written that is read as a whole before its first element is known: as
 * that, and how many to drop, unless few are left, or they are at hand. */
static const Set *left_as_text(const SetNode *left, SetNode *dropping)
{
    *dropping = (SetNode){.head = {.ops = &set_drop_ops,
                                   .source = left->other,
                                   .page_size = left->head.page_size,
                                   .valid_time_us = left->head.valid_time_us},
                          .value = val_null(NULL),
                          .from = left->from};
    bool drops = left->other && left->value.len > LEFT_FEW && !is_of_values(left->other);
    return drops ? &dropping->head : &left->head;
}

static void put_node(Rt *rt, Buf *out, const SetNode *node)
{
    const Set *other = node->head.ops == &set_concat_ops ? node->other : NULL;
    put_count(out, node->head.source != NULL);
    if (node->head.source) {
        put_set(rt, out, node->head.source);
    }
    put_count(out, other != NULL);
    if (other) {
        put_set(rt, out, other);
    }
    put_value(rt, out, node->value);
    put_int(out, node->from);
    put_int(out, node->until);
    put_count(out, node->reversed);
    put_count(out, (uint64_t)node->order.count);
    for (int64_t i = 0; i < node->order.count; i++) {
        put_value(rt, out, node->order.keys[i].function);
        put_count(out, node->order.keys[i].descending);
    }
}

static void put_set(Rt *rt, Buf *out, const Set *set)
{
    SetNode dropping;
    if (set->ops == &set_array_ops) {
        set = left_as_text((const SetNode *)set, &dropping);
    }
    uint64_t kind = 0;
    while (set_text_kinds[kind] != set->ops) {
        kind++;
        assert(kind < SET_TEXT_KINDS);
    }
    put_count(out, kind);
    put_count(out, (uint64_t)set->page_size);
    put_int(out, set->valid_time_us);
    if (set->ops == &set_documents_ops) {
        put_index_set(rt, out, (const IndexSet *)set);
    } else if (set->ops == &set_groups_ops) {
        put_group_set(rt, out, (const GroupSet *)set);
    } else {
        put_node(rt, out, (const SetNode *)set);
    }
}

/* The time as of which is read: that of the place, or of the state. What the transaction has written
 * belongs to the state that its commit makes. */
static int64_t reading_time(Rt *rt)
{
    return rt->valid_time_us != 0         ? rt->valid_time_us
           : txn_has_written(rt->txn) ? txn_time_us(rt->txn)
                                      : txn_snapshot_us(rt->txn);
}

bool set_cursor_text(Rt *rt, const Set *set, int64_t page_size, Str *text)
{
    Buf bytes = {0};
    put_count(&bytes, SET_TEXT_PAGES);
    put_count(&bytes, (uint64_t)page_size);
    put_int(&bytes, reading_time(rt));
    put_set(rt, &bytes, set);
    bool fits = rt_string_fits(rt, bytes.len);
    if (fits) {
        Buf encoded = {0};
        base64_encode(&encoded, buf_str(&bytes));
        *text = str_copy(rt->heap, buf_str(&encoded));
        buf_free(&encoded);
    }
    buf_free(&bytes);
    return fits;
}

bool set_text_describe_events(Rt *rt, Value fields, const Set *set, Str *description)
{
    Buf bytes = {0};
    put_value(rt, &bytes, fields);
    put_set(rt, &bytes, set);
    bool fits = rt_string_fits(rt, bytes.len);
    *description = fits ? str_copy(rt->heap, buf_str(&bytes)) : (Str){0};
    buf_free(&bytes);
    return fits;
}

void set_text_put_token(Buf *out, const EventSource *source, int64_t start_us)
{
    Buf bytes = {0};
    put_count(&bytes, SET_TEXT_EVENTS);
    put_events(&bytes, source, start_us);
    base64_encode(out, buf_str(&bytes));
    buf_free(&bytes);
}
