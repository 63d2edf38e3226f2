/* describe: what is in the database, for people and for files: collections with their number of
 * documents, and everything that a schema defines, as FSL.
 */
#include "interp/schema/schema_file.h"
#include "interp/session/session_int.h"

#include "runtime/schema/catalog.h"

int64_t session_collections(Session *session, const SessionCollection **collections)
{
    Rt *rt = session_rt(session);
    session_begin_reading(session, &session->heap);
    int64_t count = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    SessionCollection *found = arena_array(&session->query, SessionCollection, count);
    for (int64_t i = 0; i < count; i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        found[i] = (SessionCollection){.name = str_copy(&session->query, collection->name),
                                       .documents = txn_count(rt->txn, collection->number)};
    }
    session_end_reading(session);
    *collections = found;
    return count;
}

Str session_collection_name(const Session *session, uint32_t number)
{
    const Collection *collection =
        catalog_collection_by_number(session->machine.rt.catalog, number);
    return collection != NULL ? collection->name : STR("(deleted)");
}

/* -- indexes ---------------------------------------------------------------------------------- */

/* "year, rating descending" */
static Str parts_text(Session *session, const IndexTerm *parts, int64_t count)
{
    Buf text = {0};
    for (int64_t i = 0; i < count; i++) {
        const IndexTerm *part = &parts[i];
        buf_puts(&text, i > 0 ? ", " : "");
        buf_puts(&text, part->source == KEY_FROM_ID    ? "id"
                        : part->source == KEY_FROM_TS  ? "ts"
                        : part->source == KEY_FROM_TTL ? "ttl"
                                                       : "");
        for (int64_t step = 0; step < part->path_len; step++) {
            buf_puts(&text, step > 0 ? "." : "");
            buf_put(&text, part->path[step]);
        }
        buf_puts(&text, part->mva ? " (each element)" : "");
        buf_puts(&text, part->descending ? " descending" : "");
    }
    Str kept = str_copy(&session->query, buf_str(&text));
    buf_free(&text);
    return kept;
}

int64_t session_indexes(Session *session, const SessionIndex **indexes)
{
    Rt *rt = session_rt(session);
    VEC(SessionIndex) found = {0};
    session_begin_reading(session, &session->heap);
    int64_t count = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    for (int64_t i = 0; i < count; i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        for (int64_t k = 0; k < collection->index_count; k++) {
            const Index *index = &collection->indexes[k];
            SessionIndex item = {
                .name = str_format(&session->query, "%.*s.%.*s", STR_ARG(collection->name),
                                   STR_ARG(index->name.len > 0 ? index->name : STR("(unique)"))),
                .terms = parts_text(session, index->terms, index->term_count),
                .values = parts_text(session, index->values, index->value_count),
                .unique = index->unique,
                .queryable = index->queryable};
            vec_push(&found, &session->query, item);
        }
    }
    session_end_reading(session);
    *indexes = found.at;
    return found.len;
}

/* -- the schema ------------------------------------------------------------------------------- */

int64_t session_schema(Session *session, const SessionItem **found)
{
    Rt *rt = session_rt(session);
    session_begin_reading(session, &session->heap);
    int64_t count = schema_file_items(rt, found);
    session_end_reading(session);
    return count;
}

/* -- triggers ---------------------------------------------------------------------------------- */

/* "create, update", or the aggregate. */
static void put_on(Buf *out, const Trigger *trigger)
{
    buf_put(out, trigger->aggregate);
    for (int i = 0; i < TRIGGER_ACTION_COUNT; i++) {
        if (trigger->actions >> i & 1) {
            buf_puts(out, out->len > 0 ? ", " : "");
            buf_put(out, trigger_action_text((TriggerAction)i));
        }
    }
}

int64_t session_triggers(Session *session, const SessionTrigger **triggers)
{
    Rt *rt = session_rt(session);
    Buf text = {0};
    VEC(SessionTrigger) found = {0};
    session_begin_reading(session, &session->heap);
    int64_t count = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    for (int64_t i = 0; i < count; i++) {
        const Triggers *list = &catalog_at(rt->catalog, i)->triggers;
        for (int64_t k = 0; k < list->count; k++) {
            text.len = 0;
            put_on(&text, &list->at[k]);
            SessionTrigger trigger = {.name = str_copy(&session->query, list->at[k].label),
                                      .on = str_copy(&session->query, buf_str(&text))};
            vec_push(&found, &session->query, trigger);
        }
    }
    session_end_reading(session);
    buf_free(&text);
    *triggers = found.at;
    return found.len;
}

/* -- aggregates -------------------------------------------------------------------------------- */

/* The names of its values. */
static void put_values(Buf *out, const Aggregate *aggregate)
{
    for (int64_t i = 0; i < aggregate->total_count; i++) {
        buf_puts(out, i > 0 ? " " : "");
        buf_put(out, aggregate->names[aggregate->spec.term_count + i]);
    }
}

int64_t session_aggregates(Session *session, const SessionAggregate **aggregates)
{
    Rt *rt = session_rt(session);
    Arena *query = &session->query;
    Buf text = {0};
    VEC(SessionAggregate) found = {0};
    session_begin_reading(session, &session->heap);
    int64_t count = catalog_load(rt) ? catalog_count(rt->catalog) : 0;
    for (int64_t i = 0; i < count; i++) {
        const Collection *collection = catalog_at(rt->catalog, i);
        for (int64_t k = 0; k < collection->aggregates.count; k++) {
            const Aggregate *aggregate = &collection->aggregates.at[k];
            text.len = 0;
            put_values(&text, aggregate);
            SessionAggregate item = {.name =
                                         str_format(query, "%.*s.%.*s", STR_ARG(collection->name),
                                                    STR_ARG(aggregate->name)),
                                     .keeps = str_copy(query, buf_str(&text)),
                                     .groups = txn_count_groups(rt->txn, aggregate->number)};
            vec_push(&found, query, item);
        }
    }
    session_end_reading(session);
    buf_free(&text);
    *aggregates = found.at;
    return found.len;
}
