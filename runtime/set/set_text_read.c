/* set_text_read: sets from the text that set_text.c wrote.
 *
 * The text comes back from outside: every read is checked, nesting is bounded, and a lambda is
 * compiled like any other text. Whoever can send a cursor can send the query that makes it, so
 * nothing more is guarded.
 */
#include "runtime/set/set_text.h"

#include "runtime/document/document.h"
#include "runtime/document/past.h"
#include "runtime/print/base64.h"
#include "runtime/set/set_node.h"

#include "runtime/base/utf8.h"

enum {
    DEPTH_MAX = 2 * SET_PARTS_MAX, /* sets in sets, values in values */
};

typedef struct TextReader {
    Rt *rt;
    Str bytes;
    int64_t at;
    int64_t depth;
    int64_t past_us; /* the time of documents without one of their own; 0: the present */
    bool bad;        /* the text is no cursor; what is read from then on means nothing */
} TextReader;

static const Set *read_set(TextReader *reader);
static Value read_value(TextReader *reader);

static Value bad_value(TextReader *reader)
{
    reader->bad = true;
    return val_null(NULL);
}

static uint64_t read_count(TextReader *reader)
{
    uint64_t n = 0;
    for (int shift = 0; shift < 64 && reader->at < reader->bytes.len; shift += 7) {
        uint64_t byte = (unsigned char)reader->bytes.s[reader->at++];
        n |= (byte & 0x7f) << shift;
        if (byte < 0x80) {
            return n;
        }
    }
    reader->bad = true;
    return 0;
}

static int64_t read_int(TextReader *reader)
{
    uint64_t n = read_count(reader);
    return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

static Str read_bytes(TextReader *reader)
{
    uint64_t len = read_count(reader);
    if (len > (uint64_t)(reader->bytes.len - reader->at)) {
        reader->bad = true;
        return STR("");
    }
    Str s = str_slice(reader->bytes, reader->at, reader->at + (int64_t)len);
    reader->at += (int64_t)len;
    return s;
}

static Str read_str(TextReader *reader)
{
    Str s = read_bytes(reader);
    if (utf8_check(s) >= 0) {
        reader->bad = true;
        return STR("");
    }
    return s;
}

/* How many things follow, each of at least one byte. */
static int64_t read_length(TextReader *reader)
{
    uint64_t count = read_count(reader);
    if (count > (uint64_t)(reader->bytes.len - reader->at)) {
        reader->bad = true;
        return 0;
    }
    return (int64_t)count;
}

static const Value *read_items(TextReader *reader, int64_t count)
{
    Value *items = arena_array(reader->rt->heap, Value, count);
    for (int64_t i = 0; i < count && !reader->bad; i++) {
        items[i] = read_value(reader);
    }
    return items;
}

/* A lambda is compiled as what another one returns, whose parameters are the variables that it
 * takes from outside: (x, y) => (text) */
static Value read_lambda(TextReader *reader)
{
    Rt *rt = reader->rt;
    Str body = read_str(reader);
    int64_t count = read_length(reader);
    Value *outside = arena_array(rt->heap, Value, count);
    Buf text = {0};
    buf_puts(&text, "(");
    for (int64_t i = 0; i < count && !reader->bad; i++) {
        buf_puts(&text, i > 0 ? ", " : "");
        buf_put(&text, read_str(reader));
        outside[i] = read_value(reader);
    }
    buf_printf(&text, ") => (%.*s)", STR_ARG(body));
    Source *source = arena_new(rt->code, Source);
    *source = (Source){STR("*cursor*"), str_copy(rt->code, buf_str(&text))};
    buf_free(&text);
    if (reader->bad) {
        return val_null(NULL);
    }
    Value fn = rt->up->compile_lambda(rt, rt->code, source);
    fn = val_is_fault(fn) ? fn : rt->up->call(rt, fn, outside, count);
    reader->bad = fn.type != T_FUNCTION;
    return fn;
}

static Value read_function(TextReader *reader)
{
    switch (read_count(reader)) {
    case FUNCTION_LAMBDA:
        return read_lambda(reader);
    case FUNCTION_BOUND: {
        Str name = read_str(reader);
        Value self = read_value(reader);
        Value fn = reader->bad ? self : reader->rt->up->get_field(reader->rt, self, name);
        return fn.type == T_FUNCTION ? fn : bad_value(reader);
    }
    case FUNCTION_USER: {
        Value fn = catalog_function(reader->rt, read_str(reader));
        return fn.type == T_FUNCTION ? fn : bad_value(reader);
    }
    }
    return bad_value(reader);
}

static Value read_doc(TextReader *reader)
{
    uint32_t collection = (uint32_t)read_count(reader);
    uint16_t aux = (uint16_t)read_count(reader);
    Value doc;
    uint64_t known_by = read_count(reader);
    if (known_by == SET_TEXT_DOC_NAME) {
        DocName *name = arena_new(reader->rt->heap, DocName);
        name->name = read_str(reader);
        doc = val_doc_named(collection, name);
    } else {
        int64_t id = read_int(reader);
        int64_t time_us = known_by == SET_TEXT_DOC_PAST      ? read_int(reader)
                          : collection_is_system(collection) ? 0
                                                             : reader->past_us;
        doc = time_us != 0 ? past_doc(reader->rt, collection, id, time_us)
                           : val_doc_id(collection, id);
    }
    doc.aux = aux;
    return doc;
}

static Value read_module(TextReader *reader)
{
    Str name = read_str(reader);
    const Module *builtin = builtin_module(name);
    const Collection *collection = catalog_collection(reader->rt->catalog, name);
    if (!builtin && !collection) {
        return bad_value(reader);
    }
    return val_module(collection ? &collection->module : builtin);
}

static Value read_object(TextReader *reader)
{
    Rt *rt = reader->rt;
    int64_t count = read_length(reader);
    Str *names = arena_array(rt->heap, Str, count);
    for (int64_t i = 0; i < count && !reader->bad; i++) {
        names[i] = read_str(reader);
    }
    const Value *values = read_items(reader, count);
    return reader->bad ? val_null(NULL) : rt_object(rt, names, values, count);
}

static Value read_number(TextReader *reader, Type type)
{
    int64_t n = read_int(reader);
    if (type == T_INT && n != (int32_t)n) {
        return bad_value(reader);
    }
    return (Value){.type = (uint8_t)type, .as.integer = n};
}

static Value read_double(TextReader *reader)
{
    double d;
    if (reader->bytes.len - reader->at < (int64_t)sizeof d) {
        return bad_value(reader);
    }
    memcpy(&d, reader->bytes.s + reader->at, sizeof d);
    reader->at += (int64_t)sizeof d;
    return val_double(d);
}

static Value read_time(TextReader *reader)
{
    int64_t seconds = read_int(reader);
    uint64_t nanos = read_count(reader);
    return nanos < 1000000000u ? val_time(seconds, (uint32_t)nanos) : bad_value(reader);
}

static Value read_uuid(TextReader *reader)
{
    Str bytes = read_bytes(reader);
    return bytes.len == 16 ? val_uuid(bytes.s) : bad_value(reader);
}

static Value read_cursor(TextReader *reader)
{
    Cursor *cursor = arena_new(reader->rt->heap, Cursor);
    cursor->text = read_str(reader);
    return val_cursor(cursor);
}

static const EventSource *read_events(TextReader *reader)
{
    EventSource *source = arena_new(reader->rt->heap, EventSource);
    source->start_us = read_int(reader);
    int64_t start = reader->at;
    source->fields = read_value(reader);
    source->set = read_set(reader);
    source->description = str_slice(reader->bytes, start, reader->at);
    reader->bad = reader->bad || source->fields.type != T_ARRAY;
    return reader->bad ? NULL : source;
}

static Value read_value_of(TextReader *reader, Type type)
{
    switch (type) {
    case T_NULL:
        return val_null(NULL);
    case T_TRANSACTION_TIME:
        return (Value){.type = T_TRANSACTION_TIME};
    case T_BOOLEAN:
        return val_bool(read_count(reader) != 0);
    case T_INT:
    case T_LONG:
    case T_ID:
    case T_DATE:
        return read_number(reader, type);
    case T_DOUBLE:
        return read_double(reader);
    case T_TIME:
        return read_time(reader);
    case T_STRING:
        return val_str(read_str(reader));
    case T_BYTES:
        return val_bytes(read_bytes(reader));
    case T_UUID:
        return read_uuid(reader);
    case T_ARRAY: {
        int64_t count = read_length(reader);
        return val_array(read_items(reader, count), count);
    }
    case T_OBJECT:
        return read_object(reader);
    case T_DOC:
        return read_doc(reader);
    case T_MODULE:
        return read_module(reader);
    case T_SET: {
        const Set *set = read_set(reader);
        return set ? val_set(set) : bad_value(reader);
    }
    case T_FUNCTION:
        return read_function(reader);
    case T_CURSOR:
        return read_cursor(reader);
    case T_EVENT_SOURCE: {
        const EventSource *source = read_events(reader);
        return source ? val_event_source(source) : bad_value(reader);
    }
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    return bad_value(reader);
}

static Value read_value(TextReader *reader)
{
    uint64_t type = read_count(reader);
    if (reader->bad || type >= T_FAULT || reader->depth >= DEPTH_MAX) {
        return bad_value(reader);
    }
    reader->depth++;
    Value v = read_value_of(reader, (Type)type);
    reader->depth--;
    return v;
}

static const Index *find_index(const Collection *collection, uint64_t number)
{
    for (int64_t i = 0; i < collection->index_count; i++) {
        if (collection->indexes[i].number == number) {
            return &collection->indexes[i];
        }
    }
    return NULL;
}

/* The collection of a set, or the one that has its name now. NULL: there is neither. */
static const Collection *read_collection(TextReader *reader)
{
    const Catalog *catalog = reader->rt->catalog;
    uint32_t number = (uint32_t)read_count(reader);
    Str name = read_str(reader);
    const Collection *collection = catalog_collection_by_number(catalog, number);
    return collection ? collection : catalog_collection(catalog, name);
}

static Set *read_index_set(TextReader *reader)
{
    Rt *rt = reader->rt;
    const Collection *collection = read_collection(reader);
    uint64_t number = read_count(reader);
    const Index *index = collection && number > 0 ? find_index(collection, number) : NULL;
    if (!collection || (number > 0 && !index)) {
        reader->bad = true;
        return NULL;
    }
    if (!set_index_may_read(rt, index)) {
        reader->bad = true;
        return NULL;
    }
    IndexSet *set = set_index_node(rt, collection->number, index);
    uint64_t flags = read_count(reader);
    set->reversed = flags & SET_TEXT_REVERSED;
    set->is_range = flags & SET_TEXT_RANGE;
    if (set->index) {
        set->from = read_bytes(reader);
        set->to = read_bytes(reader);
    } else {
        set->from_id = read_int(reader);
        set->to_id = read_int(reader);
    }
    return &set->head;
}

static const Aggregate *find_aggregate(const Collection *collection, uint64_t number)
{
    for (int64_t i = 0; i < collection->aggregates.count; i++) {
        if (collection->aggregates.at[i].number == number) {
            return &collection->aggregates.at[i];
        }
    }
    return NULL;
}

static Set *read_group_set(TextReader *reader)
{
    Rt *rt = reader->rt;
    const Collection *collection = read_collection(reader);
    const Aggregate *aggregate = collection ? find_aggregate(collection, read_count(reader)) : NULL;
    if (!aggregate) {
        reader->bad = true;
        return NULL;
    }
    GroupSet *set = set_group_node(rt, collection->number, aggregate);
    set->reversed = read_count(reader) & SET_TEXT_REVERSED;
    set->from = read_bytes(reader);
    set->to = read_bytes(reader);
    return &set->head;
}

static Order read_order(TextReader *reader)
{
    int64_t count = read_length(reader);
    OrderKey *keys = arena_array(reader->rt->heap, OrderKey, count);
    for (int64_t i = 0; i < count && !reader->bad; i++) {
        keys[i].function = read_value(reader);
        keys[i].descending = read_count(reader) != 0;
        reader->bad = reader->bad || keys[i].function.type != T_FUNCTION;
    }
    return (Order){keys, count};
}

/* Whether a node has what its operator needs. */
static bool is_complete(const SetOps *ops, const SetNode *node)
{
    bool is_source = ops == &set_array_ops || ops == &set_single_ops || ops == &set_sequence_ops;
    bool has_function = ops == &set_where_ops || ops == &set_map_ops || ops == &set_flat_map_ops;
    return (is_source || node->head.source) && (ops != &set_concat_ops || node->other) &&
           (ops != &set_array_ops || node->value.type == T_ARRAY) &&
           (!has_function || node->value.type == T_FUNCTION) &&
           ((ops != &set_take_ops && ops != &set_drop_ops) || node->from >= 0);
}

static Set *read_node(TextReader *reader, const SetOps *ops)
{
    SetNode *node = set_node(reader->rt, ops, NULL);
    if (read_count(reader) != 0) {
        node->head.source = read_set(reader);
    }
    if (read_count(reader) != 0) {
        node->other = read_set(reader);
    }
    set_add_parts(&node->head, node->head.source);
    set_add_parts(&node->head, node->other);
    node->value = read_value(reader);
    node->from = read_int(reader);
    node->until = read_int(reader);
    node->reversed = read_count(reader) != 0;
    node->order = read_order(reader);
    reader->bad = reader->bad || !is_complete(ops, node);
    return &node->head;
}

static const Set *read_set(TextReader *reader)
{
    uint64_t kind = read_count(reader);
    uint64_t page_size = read_count(reader);
    int64_t time_us = read_int(reader);
    if (reader->bad || kind >= SET_TEXT_KINDS || page_size > INT32_MAX ||
        reader->depth >= DEPTH_MAX) {
        reader->bad = true;
        return NULL;
    }
    int64_t before_us = reader->rt->valid_time_us;
    reader->rt->valid_time_us = time_us;
    reader->depth++;
    const SetOps *ops = set_text_kinds[kind];
    Set *set = ops == &set_documents_ops ? read_index_set(reader)
               : ops == &set_groups_ops  ? read_group_set(reader)
                                         : read_node(reader, ops);
    if (set != NULL) {
        set->page_size = (int64_t)page_size;
    }
    reader->depth--;
    reader->rt->valid_time_us = before_us;
    return reader->bad ? NULL : set;
}

/* The bytes of a cursor on rt->heap, where what is read from them points to. */
static Str decode_text(Rt *rt, Str text)
{
    Buf bytes = {0};
    Str decoded = base64_decode(&bytes, text) ? str_copy(rt->heap, buf_str(&bytes)) : (Str){0};
    buf_free(&bytes);
    return decoded;
}

/* Whether the state of a time is that which the transaction sees, or makes. */
static bool is_present(Rt *rt, int64_t time_us)
{
    return time_us == txn_snapshot_us(rt->txn) ||
           (txn_has_written(rt->txn) && time_us == txn_time_us(rt->txn));
}

bool set_text_read(Rt *rt, Str text, SetText *read)
{
    TextReader reader = {.rt = rt, .bytes = decode_text(rt, text)};
    bool known = read_count(&reader) == SET_TEXT_PAGES;
    uint64_t size = read_count(&reader);
    int64_t time_us = read_int(&reader);
    reader.past_us = is_present(rt, time_us) ? 0 : time_us;
    *read = (SetText){.page_size = (int64_t)size, .time_us = reader.past_us};
    read->set = known && size > 0 && size <= INT32_MAX && time_us >= 0 ? read_set(&reader) : NULL;
    if (rt->fault) {
        return false;
    }
    if (!read->set || reader.bad || reader.at != reader.bytes.len) {
        (void)rt_fault(rt, FAULT_invalid_cursor, "Cursor cursor is invalid or expired.");
        return false;
    }
    return true;
}

bool set_text_is_token(Str text)
{
    static const char mark = SET_TEXT_EVENTS;
    Buf bytes = {0};
    bool good = base64_decode(&bytes, text) && str_starts_with(buf_str(&bytes), (Str){&mark, 1});
    buf_free(&bytes);
    return good;
}

const EventSource *set_text_read_token(Rt *rt, Str token)
{
    TextReader reader = {.rt = rt, .bytes = decode_text(rt, token)};
    bool known = read_count(&reader) == SET_TEXT_EVENTS;
    const EventSource *source = known ? read_events(&reader) : NULL;
    return reader.at == reader.bytes.len ? source : NULL;
}
