/* definition_migrations: what the `migrations` of a collection's definition must look like.
 *
 *   migrations: [{ move: { field: ".zip", to: ".address.zip" } },
 *                { split: { field: ".size", to: [".width", ".height"] } },
 *                { backfill: { field: ".width", value: "0" } }, { add_wildcard: {} }]
 *
 * Reference: NativeCollection.scala (Migration). Whether they make sense for the fields before and
 * after is the interpreter's to say (RtUp.plan_migrations).
 */
#include "runtime/document/fields.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/field_path.h"

typedef enum PartKind { PART_NONE, PART_PATH, PART_PATHS, PART_EXPRESSION } PartKind;

typedef struct Part {
    const char *name;
    PartKind kind;
} Part;

enum { PARTS_MAX = 2 };

typedef struct Verb {
    const char *name;
    Part parts[PARTS_MAX];
} Verb;

static const Verb verbs[] = {
    {"backfill", {{"field", PART_PATH}, {"value", PART_EXPRESSION}}},
    {"drop", {{"field", PART_PATH}}},
    {"split", {{"field", PART_PATH}, {"to", PART_PATHS}}},
    {"move", {{"field", PART_PATH}, {"to", PART_PATH}}},
    {"add", {{"field", PART_PATH}}},
    {"move_conflicts", {{"into", PART_PATH}}},
    {"move_wildcard", {{"into", PART_PATH}}},
    {"add_wildcard", {{NULL, PART_NONE}}},
};

static const char *part_type(PartKind kind)
{
    return kind == PART_PATHS ? "Array<String>" : "String";
}

static void check_path(const Place *place, Value path)
{
    Rt *rt = place->failures->rt;
    const Str *steps;
    int64_t count;
    if (path.type != T_STRING) {
        place_mismatch(place, "String", path);
    } else if (!field_path_parse(rt->query, val_as_str(path), &steps, &count)) {
        place_fail_path(place, val_as_str(path));
    }
}

static void check_paths(const Place *place, Value paths)
{
    if (paths.type != T_ARRAY) {
        place_mismatch(place, "Array<String>", paths);
        return;
    }
    for (int64_t i = 0; i < paths.len; i++) {
        Place item = place_at(place, i);
        check_path(&item, paths.as.items[i]);
    }
}

static void check_part(const Place *migration, const Object *object, const Part *part)
{
    Place place = place_in(migration, str_from_c(part->name));
    Value value = field_or_null(object, str_from_c(part->name));
    if (val_is_null(value)) {
        place_fail(&place, str_format(place.failures->rt->query,
                                      "Missing required field of type %s", part_type(part->kind)));
        return;
    }
    switch (part->kind) {
    case PART_NONE:
        return;
    case PART_PATH:
        check_path(&place, value);
        return;
    case PART_PATHS:
        check_paths(&place, value);
        return;
    case PART_EXPRESSION:
        if (value.type == T_STRING) {
            definition_check_expression(&place, val_as_str(value));
        } else {
            place_mismatch(&place, "String", value);
        }
        return;
    }
    UNREACHABLE();
}

/* What the verb is about: { field: ".a", to: ".b" }. */
static void check_verb(const Place *place, const Verb *verb, Value given)
{
    const char *known[PARTS_MAX];
    int64_t count = 0;
    if (given.type != T_OBJECT) {
        place_mismatch(place, "{ *: Any }", given);
        return;
    }
    for (; count < PARTS_MAX && verb->parts[count].kind != PART_NONE; count++) {
        known[count] = verb->parts[count].name;
        check_part(place, given.as.object, &verb->parts[count]);
    }
    place_check_known(place, given.as.object, known, count);
}

/* The verb of a step; NULL: it has none that there is. */
static const Verb *find_verb(const Object *step)
{
    for (int64_t i = 0; i < countof(verbs); i++) {
        if (!val_is_null(field_or_null(step, str_from_c(verbs[i].name)))) {
            return &verbs[i];
        }
    }
    return NULL;
}

static void check_step(const Place *place, Value step)
{
    const Verb *verb = step.type == T_OBJECT ? find_verb(step.as.object) : NULL;
    if (verb == NULL) {
        place_fail(place, STR("Union requires fields [backfill], [drop], [split], [move], [add], "
                              "[move_conflicts], [move_wildcard], or [add_wildcard]"));
        return;
    }
    Place inner = place_in(place, str_from_c(verb->name));
    place_check_known(place, step.as.object, &verb->name, 1);
    check_verb(&inner, verb, field_or_null(step.as.object, str_from_c(verb->name)));
}

void definition_check_migrations(const Place *place, Value migrations)
{
    if (migrations.type != T_ARRAY) {
        place_mismatch(place, "Array<{ *: Any }> | Null", migrations);
        return;
    }
    for (int64_t i = 0; i < migrations.len; i++) {
        Place step = place_at(place, i);
        check_step(&step, migrations.as.items[i]);
    }
}
