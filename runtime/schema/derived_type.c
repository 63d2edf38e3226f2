#include "runtime/schema/derived_type.h"

#include "runtime/document/reference.h"

/* How many names and aliases of collections have the type `type`: itself, what `Collection` stands
 * behind, and what `Null` stands before. */
static int64_t count_owners(const Catalog *catalog, Str type)
{
    const Str after = STR("Collection");
    const Str before = STR("Null");
    int64_t count = catalog_collection(catalog, type) != NULL;
    if (str_ends_with(type, after)) {
        count += catalog_collection(catalog, str_slice(type, 0, type.len - after.len)) != NULL;
    }
    if (str_starts_with(type, before)) {
        count += catalog_collection(catalog, str_slice(type, before.len, type.len)) != NULL;
    }
    return count;
}

/* The fault, with the place of the call that is being made: messages about the schema give it
 * set in by four columns. */
static void fault_conflict(Rt *rt, const char *kind, Str name, Str types)
{
    DiagList list;
    diag_list_init(&list, rt->query);
    (void)diag_add(&list, DIAG_ERROR, rt->site ? *rt->site : (Span){0},
                   str_format(rt->query,
                              "The collection %s `%.*s` generates types that conflict with the "
                              "following existing types: %.*s",
                              kind, STR_ARG(name), STR_ARG(types)));
    (void)fault_schema_diags(rt, &list);
}

static bool is_free(Rt *rt, const char *kind, Str name)
{
    const Str types[] = {name, str_format(rt->query, "%.*sCollection", STR_ARG(name)),
                         str_format(rt->query, "Null%.*s", STR_ARG(name))};
    Str taken = {0};
    for (int64_t i = 0; i < countof(types); i++) {
        if (count_owners(rt->catalog, types[i]) > 1) {
            taken = taken.len == 0
                        ? types[i]
                        : str_format(rt->query, "%.*s, %.*s", STR_ARG(taken), STR_ARG(types[i]));
        }
    }
    if (taken.len > 0) {
        fault_conflict(rt, kind, name, taken);
    }
    return taken.len == 0;
}

bool derived_types_are_free(Rt *rt, uint32_t number, const Collection *before)
{
    const Collection *now = catalog_collection_by_number(rt->catalog, number);
    bool same_name = before && str_eq(before->name, now->name);
    bool same_alias = now->alias.len == 0 || (before && str_eq(before->alias, now->alias));
    return (same_name || is_free(rt, "name", now->name)) &&
           (same_alias || is_free(rt, "alias", now->alias));
}
