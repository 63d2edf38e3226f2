/* nearest: the name that was probably meant: one typing mistake away, or two in longer names. */
#include "interp/nearest.h"

enum {
    LONG_NAME = 6, /* names of so many bytes may differ in two places */
};

void nearest_offer(Nearest *nearest, Str name)
{
    int limit = nearest->wanted.len >= LONG_NAME ? 2 : 1;
    int distance = str_distance(nearest->wanted, name);
    bool better = nearest->found.len == 0 || distance < nearest->distance;
    if (distance <= limit && distance < nearest->wanted.len && better) {
        nearest->found = name;
        nearest->distance = distance;
    }
}

void nearest_offer_rows(Nearest *nearest, const Builtin *const *rows)
{
    for (int64_t i = 0; rows != NULL && rows[i] != NULL; i++) {
        nearest_offer(nearest, str_from_c(rows[i]->name));
    }
}

void nearest_offer_globals(Nearest *nearest, const Catalog *catalog)
{
    for (int64_t i = 0; builtin_types[i] != NULL; i++) {
        nearest_offer(nearest, str_from_c(builtin_types[i]->name));
    }
    nearest_offer_rows(nearest, builtin_globals);
    for (int64_t i = 0; i < catalog_count(catalog); i++) {
        nearest_offer(nearest, catalog_at(catalog, i)->name);
    }
}

void nearest_hint(Rt *rt, const Nearest *nearest, Span span)
{
    if (nearest->found.len == 0) {
        return;
    }
    rt_fault_hint(rt, span, str_format(rt->query, "Did you mean `%.*s`?", STR_ARG(nearest->found)));
    Diag *hint = rt->fault->hints;
    while (hint->next != NULL) {
        hint = hint->next;
    }
    hint->has_suggestion = true;
    hint->suggestion = str_copy(rt->query, nearest->found);
}
