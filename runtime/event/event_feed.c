/* event_feed: see event_feed.h. The same chain of operators that makes a set lazy is walked here
 * for one document.
 */
#include "runtime/event/event_feed.h"

#include "runtime/access/permission.h"
#include "runtime/document/past.h"
#include "runtime/event/event_groups.h"
#include "runtime/print/base64.h"
#include "runtime/set/set_node.h"

#include <string.h>

/* -- positions -------------------------------------------------------------------------------- */

static const char position_mark[] = "fawn-event:";

void event_position_print(Buf *out, EventPosition position)
{
    Buf text = {0};
    buf_printf(&text, "%s%lld:%lld", position_mark, (long long)position.time_us,
               (long long)position.ordinal);
    base64_encode(out, buf_str(&text));
    buf_free(&text);
}

static bool read_number(Str *text, char end, int64_t *number)
{
    int64_t at = 0;
    *number = 0;
    for (; at < text->len && text->s[at] >= '0' && text->s[at] <= '9'; at++) {
        int digit = text->s[at] - '0';
        if (*number > (INT64_MAX - digit) / 10) {
            return false;
        }
        *number = *number * 10 + digit;
    }
    bool good = at > 0 && (end == 0 ? at == text->len : at < text->len && text->s[at] == end);
    *text = str_slice(*text, good && end ? at + 1 : at, text->len);
    return good;
}

bool event_position_read(Str text, EventPosition *position)
{
    Buf decoded = {0};
    Str mark = str_from_c(position_mark);
    bool good = base64_decode(&decoded, text) && str_starts_with(buf_str(&decoded), mark);
    if (good) {
        Str rest = str_slice(buf_str(&decoded), mark.len, decoded.len);
        good = read_number(&rest, ':', &position->time_us) &&
               read_number(&rest, 0, &position->ordinal);
    }
    buf_free(&decoded);
    return good;
}

/* -- elements --------------------------------------------------------------------------------- */

/* What documents come from: the set below the operators. */
static const Set *base_of(const Set *set)
{
    while (set->source) {
        set = set->source;
    }
    return set;
}

/* Calls the function of an operator as it was at a time. */
static Value call_at(Rt *rt, const SetNode *node, Value element, int64_t time_us)
{
    EffectLimit before = rt_limit_effects(rt, READS, "set functions");
    int64_t valid_time_us = rt->valid_time_us;
    rt->valid_time_us = time_us;
    Value result = rt_call1(rt, node->value, element);
    rt->valid_time_us = valid_time_us;
    rt->effects = before;
    return val_is_fault(result) ? rt_trace(rt, node->span) : result;
}

/* What the operators make of a document: 1: `*value`; 0: it is filtered out; -1: a fault. */
static int pass(Rt *rt, const Set *set, int64_t time_us, Value *value)
{
    if (!set->source) {
        return 1;
    }
    int got = pass(rt, set->source, time_us, value);
    if (got <= 0 || set->ops == &set_paged_ops) {
        return got;
    }
    Value result = call_at(rt, (const SetNode *)set, *value, time_us);
    if (val_is_fault(result)) {
        return -1;
    }
    if (set->ops == &set_map_ops) {
        *value = result;
        return 1;
    }
    return rt_truth(rt, result);
}

/* Whether a version is an element of the set below, and which entries it has in its index. */
static bool is_element(EventReader *reader, const Version *version, Buf *entries)
{
    const Set *base = base_of(reader->source->set);
    entries->len = 0;
    if (!version || base->ops != &set_documents_ops) {
        return version != NULL;
    }
    const IndexSet *set = (const IndexSet *)base;
    if (!set->index) {
        return version->id >= set->from_id && version->id <= set->to_id;
    }
    return version_entries(reader->rt->txn, set->index->number, version, set->from, set->to,
                           entries) > 0;
}

/* A step into a value; null where there is none. */
static Value step_into(Value value, Value step)
{
    if (value.type == T_OBJECT && step.type == T_STRING) {
        const Value *found = object_get(value.as.object, val_as_str(step));
        return found ? *found : val_null(NULL);
    }
    bool inside = value.type == T_ARRAY && val_is_integer(step) && step.as.integer >= 0 &&
                  step.as.integer < value.len;
    return inside ? value.as.items[step.as.integer] : val_null(NULL);
}

static Value at_path(Rt *rt, Value doc, Value path)
{
    Value value = path.len > 0 ? doc_field(rt, doc, val_as_str(path.as.items[0])) : doc;
    for (uint32_t i = 1; i < path.len && !val_is_fault(value); i++) {
        value = step_into(value, path.as.items[i]);
    }
    return value;
}

static Value watched(EventReader *reader, const Value *doc, Value path)
{
    return doc ? at_path(reader->rt, *doc, path) : val_null(NULL);
}

/* Whether something that is watched changed between two elements, of which one may not be there
 * (NULL). 1, 0, or -1 for a fault. */
static int has_changed(EventReader *reader, const Value *before, const Value *now,
                       const Buf *old_entries, const Buf *new_entries)
{
    Value fields = reader->source->fields;
    if (fields.len == 0) {
        const Set *base = base_of(reader->source->set);
        bool is_indexed =
            base->ops == &set_documents_ops && ((const IndexSet *)base)->index != NULL;
        return !before || !now || !is_indexed ||
               !str_eq(buf_str(old_entries), buf_str(new_entries));
    }
    for (uint32_t i = 0; i < fields.len; i++) {
        Value path = fields.as.items[i];
        if (path.len > 0 && path.as.items[0].type != T_STRING) {
            continue;
        }
        Value old_value = watched(reader, before, path);
        Value new_value = val_is_fault(old_value) ? old_value : watched(reader, now, path);
        if (val_is_fault(new_value)) {
            return -1;
        }
        bool both_null = old_value.type == T_NULL && new_value.type == T_NULL;
        if (!both_null && !val_equal(old_value, new_value)) {
            return 1;
        }
    }
    return 0;
}

/* -- reading ---------------------------------------------------------------------------------- */

/* The document that Set.single has, or any of the collection: 0. */
static int64_t single_id(const Set *base)
{
    return base->ops == &set_single_ops ? val_doc_key(((const SetNode *)base)->value) : 0;
}

static uint32_t collection_of(const Set *base)
{
    return base->ops == &set_groups_ops   ? ((const GroupSet *)base)->collection
           : base->ops == &set_single_ops ? ((const SetNode *)base)->value.len
                                          : ((const IndexSet *)base)->collection;
}

static bool is_filtered(const Set *set)
{
    while (set && set->ops != &set_where_ops) {
        set = set->source;
    }
    return set != NULL;
}

bool event_reader_open(EventReader *reader, Rt *rt, const EventSource *source, EventPosition after)
{
    const Set *base = base_of(source->set);
    *reader = (EventReader){.rt = rt, .source = source, .after = after, .position = after};
    reader->is_of_groups = base->ops == &set_groups_ops;
    reader->collection = collection_of(base);
    /* Some of its changes may be wanted: those are known only if all are. */
    int64_t from_us = after.ordinal == EVENT_ALL ? after.time_us : after.time_us - 1;
    reader->until_us = txn_horizon_us(rt->txn);
    if (from_us < txn_changes_since_us(rt->txn, reader->collection)) {
        return false;
    }
    if (reader->is_of_groups) {
        reader->is_filtered = is_filtered(source->set);
        reader->groups = event_groups_find(rt, (const GroupSet *)base, after, reader->until_us);
        return true;
    }
    reader->changes = change_cursor(rt->txn, reader->collection, from_us);
    reader->position = (EventPosition){from_us, EVENT_ALL};
    return true;
}

static bool next_change(EventReader *reader, DocChange *change)
{
    EventPosition *position = &reader->position;
    do {
        if (!change_next(&reader->changes, change)) {
            return false;
        }
        bool same = change->time_us == position->time_us && position->ordinal != EVENT_ALL;
        *position = (EventPosition){change->time_us, same ? position->ordinal + 1 : 1};
    } while (change->time_us == reader->after.time_us &&
             position->ordinal <= reader->after.ordinal);
    return true;
}

/* Who may read a document no more sees it go, as who may read it now sees it come. */
static bool may_read(EventReader *reader, int64_t id, int64_t time_us)
{
    Rt *rt = reader->rt;
    return LIKELY(rt->permission.role == ROLE_ADMIN) ||
           permission_reads(rt, reader->collection, id, time_us);
}

/* The event that a change of a document of the source's is; 0: it is none. */
static int make_event(EventReader *reader, const DocChange *change, Event *event)
{
    Rt *rt = reader->rt;
    const Set *set = reader->source->set;
    Buf old_entries = {0};
    Buf new_entries = {0};
    int64_t before_us = change->time_us - 1;
    bool was = is_element(reader, change->before, &old_entries) &&
               may_read(reader, change->id, before_us);
    bool is = is_element(reader, change->after, &new_entries) &&
              may_read(reader, change->id, change->time_us);
    Value before = past_doc(rt, reader->collection, change->id, before_us);
    Value now = past_doc(rt, reader->collection, change->id, change->time_us);
    int changed = was || is ? has_changed(reader, was ? &before : NULL, is ? &now : NULL,
                                          &old_entries, &new_entries)
                            : 0;
    buf_free(&old_entries);
    buf_free(&new_entries);
    if (changed <= 0) {
        return changed;
    }
    int passed_before = was ? pass(rt, set, before_us, &before) : 0;
    int passed_now = passed_before >= 0 && is ? pass(rt, set, change->time_us, &now) : 0;
    if (passed_before < 0 || passed_now < 0) {
        return -1;
    }
    event->kind = !passed_before ? EVENT_ADD : passed_now ? EVENT_UPDATE : EVENT_REMOVE;
    event->data = passed_now ? now : before;
    return passed_before || passed_now;
}

/* The event of a group whose filters tell whether it is an element; 0: it is and was none. */
static int make_filtered(EventReader *reader, const GroupNews *news, Event *event)
{
    Rt *rt = reader->rt;
    const Set *set = reader->source->set;
    Value before = news->was ? event_groups_before(reader->groups, news) : val_null(NULL);
    Value now = news->is ? event_groups_now(reader->groups, news) : val_null(NULL);
    int was = val_is_fault(before) ? -1 : news->was ? pass(rt, set, news->before_us, &before) : 0;
    int is = was >= 0 && news->is ? pass(rt, set, 0, &now) : 0;
    if (was < 0 || is < 0) {
        return -1;
    }
    event->kind = !was ? EVENT_ADD : is ? EVENT_UPDATE : EVENT_REMOVE;
    event->data = is ? now : before;
    return was || is;
}

/* The event of a group; what the source's functions make of its totals of now. */
static int make_plain(EventReader *reader, const GroupNews *news, Event *event)
{
    event->kind = !news->was ? EVENT_ADD : news->is ? EVENT_UPDATE : EVENT_REMOVE;
    event->data = event_groups_now(reader->groups, news);
    return pass(reader->rt, reader->source->set, 0, &event->data);
}

static int next_group(EventReader *reader, Event *event)
{
    GroupNews news;
    int made = reader->groups ? 0 : -1;
    while (made == 0 && event_groups_next(reader->groups, &news)) {
        reader->position = news.last;
        made = reader->is_filtered ? make_filtered(reader, &news, event)
                                   : make_plain(reader, &news, event);
    }
    return made;
}

int64_t event_reader_next_us(const EventReader *reader)
{
    return reader->is_of_groups
               ? txn_next_end_us(reader->rt->txn, reader->collection, reader->until_us)
               : TTL_NEVER;
}

int event_next(EventReader *reader, Event *event)
{
    if (reader->is_of_groups) {
        return next_group(reader, event);
    }
    DocChange change;
    int64_t single = single_id(base_of(reader->source->set));
    while (next_change(reader, &change)) {
        if (base_of(reader->source->set)->ops == &set_single_ops && change.id != single) {
            continue;
        }
        int made = make_event(reader, &change, event);
        if (made != 0) {
            return made;
        }
    }
    return 0;
}
