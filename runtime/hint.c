/* hint: performance hints, worded as the service worded them. */
#include "runtime/hint.h"

#include "runtime/base/vec.h"
#include "runtime/set/plan.h"

/* An index that documents are read from, and where it was called. */
typedef struct HintSource {
    Str collection;
    const Index *index;
    Span span;
} HintSource;

struct HintSources {
    VEC(HintSource) list;
};

/* `text` and where to read on about the hint `code`. */
static void add_hint(Rt *rt, Span span, const char *code, Str text)
{
    text = str_format(rt->query, "%s - %.*s See %.*s%s.", code, STR_ARG(text),
                      STR_ARG(rt->hint_pages), code);
    for (const Diag *info = rt->infos.first; info != NULL; info = info->next) {
        if (info->kind == DIAG_PERFORMANCE_HINT && info->span.source == span.source &&
            info->span.start == span.start && info->span.end == span.end &&
            str_eq(info->message, text)) {
            return;
        }
    }
    (void)diag_add(&rt->infos, DIAG_PERFORMANCE_HINT, span, text);
}

void hint_full_set_read(Rt *rt, const char *method, Span span)
{
    add_hint(rt, span, "full_set_read",
             str_format(rt->query, "Using %s() causes the full set to be read.", method));
}

void hint_collection_scan(Rt *rt, Str collection, const char *method, Span span)
{
    add_hint(rt, span, "collection_scan",
             str_format(rt->query,
                        "Using %s() on collection %.*s can cause a read of every document.", method,
                        STR_ARG(collection)));
}

/* -- documents found by an index -------------------------------------------------------------- */

uint16_t hint_source(Rt *rt, uint32_t collection, const Index *index, Span span)
{
    if (rt->hint_sources == NULL) {
        rt->hint_sources = arena_new(rt->query, struct HintSources);
    }
    struct HintSources *sources = rt->hint_sources;
    int64_t i = 0;
    while (i < sources->list.len &&
           (sources->list.at[i].index != index || sources->list.at[i].span.start != span.start ||
            sources->list.at[i].span.source != span.source)) {
        i++;
    }
    if (i > UINT16_MAX - DOC_SOURCE_FIRST) {
        return 0;
    }
    if (i == sources->list.len) {
        const Collection *now = catalog_collection_by_number(rt->catalog, collection);
        HintSource source = {
            .collection = now != NULL ? now->name : (Str){0}, .index = index, .span = span};
        vec_push(&sources->list, rt->query, source);
    }
    return (uint16_t)(DOC_SOURCE_FIRST + i);
}

/* NULL: the document was not found by an index of this query. */
static const HintSource *source_of(const Rt *rt, Value doc)
{
    int64_t number = doc.aux - DOC_SOURCE_FIRST;
    return number >= 0 && rt->hint_sources != NULL && number < rt->hint_sources->list.len
               ? &rt->hint_sources->list.at[number]
               : NULL;
}

/* A path that leads into the field counts, too. An array's entries are single elements of it. */
static bool covers(const IndexTerm *parts, int64_t count, Str name)
{
    for (int64_t i = 0; i < count; i++) {
        const IndexTerm *part = &parts[i];
        int64_t first = part->path_len > 1 && str_eq(part->path[0], STR("data")) ? 1 : 0;
        if (!part->mva && part->path_len > first && str_eq(part->path[first], name)) {
            return true;
        }
    }
    return false;
}

/* What every entry tells, and `data`, whose fields may be covered. */
static bool is_always_covered(Str name)
{
    return str_eq(name, STR("id")) || str_eq(name, STR("coll")) || str_eq(name, STR("ts")) ||
           str_eq(name, STR("data"));
}

void hint_field_read(Rt *rt, Value doc, Str name, Span span)
{
    const HintSource *source = source_of(rt, doc);
    if (source == NULL || is_always_covered(name) ||
        covers(source->index->terms, source->index->term_count, name) ||
        covers(source->index->values, source->index->value_count, name)) {
        return;
    }
    plan_not_covered(rt, source->index, source->span, name);
    add_hint(rt, span, "non_covered_document_read",
             str_format(rt->query, ".%.*s is not covered by the %.*s.%.*s index.", STR_ARG(name),
                        STR_ARG(source->collection), STR_ARG(source->index->name)));
}

void hint_document_read(Rt *rt, Value doc)
{
    const HintSource *source = source_of(rt, doc);
    if (source != NULL) {
        plan_not_covered(rt, source->index, source->span, PLAN_WHOLE_DOCUMENT);
        add_hint(rt, source->span, "non_covered_document_read",
                 str_format(rt->query, "Full documents returned from %.*s.%.*s.",
                            STR_ARG(source->collection), STR_ARG(source->index->name)));
    }
}
