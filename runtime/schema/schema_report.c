/* schema_report: see schema_report.h.
 *
 *   type, value ─► look at each part ─► Mismatches ─► (unions: the most telling) ─► failures
 *
 * This runs after schema_type_accepts has refused a value, so it need not be fast.
 */
#include "runtime/schema/schema_report.h"

#include "runtime/print/print.h"

#include "runtime/base/vec.h"

/* A place within the value, from inside out; on the C stack. */
typedef struct Step {
    const struct Step *outer;
    Str name;
} Step;

typedef enum MismatchKind {
    MISMATCH_TYPE,
    MISMATCH_EXTRA,   /* a field that the type does not have */
    MISMATCH_MISSING, /* `field` is not there */
    MISMATCH_OTHER,
} MismatchKind;

typedef struct Mismatch {
    MismatchKind kind;
    const Str *path;
    int64_t path_len;
    Str message;
    Str field;          /* MISSING */
    Str provided;       /* TYPE */
    bool provided_null; /* TYPE */
} Mismatch;

typedef VEC(Mismatch) Mismatches;

typedef struct Report {
    Rt *rt;
    Arena *arena;
} Report;

/* -- mismatches -------------------------------------------------------------------------------- */

static int64_t depth_of(const Step *step)
{
    int64_t depth = 0;
    for (; step; step = step->outer) {
        depth++;
    }
    return depth;
}

static Mismatch new_mismatch(const Report *report, MismatchKind kind, const Step *at, Str message)
{
    int64_t len = depth_of(at);
    Str *path = arena_array(report->arena, Str, len);
    for (int64_t i = len; at; at = at->outer) {
        path[--i] = at->name;
    }
    return (Mismatch){.kind = kind, .path = path, .path_len = len, .message = message};
}

static void add(const Report *report, Mismatches *list, Mismatch mismatch)
{
    vec_push(list, report->arena, mismatch);
}

static Str taken_text(const Report *report, Buf *text)
{
    Str copy = str_copy(report->arena, buf_str(text));
    buf_free(text);
    return copy;
}

static Str type_text(const Report *report, const SchemaType *type)
{
    Buf text = {0};
    schema_type_put(&text, type);
    return taken_text(report, &text);
}

static Str value_type_text(const Report *report, Value value)
{
    Buf text = {0};
    failure_put_type(report->rt, &text, value);
    return taken_text(report, &text);
}

static void add_type_mismatch(const Report *report, Mismatches *list, const Step *at,
                              const SchemaType *expected, Value value, Str provided)
{
    Str wanted = type_text(report, expected);
    Mismatch mismatch = new_mismatch(report, MISMATCH_TYPE, at,
                                     str_format(report->arena, "Expected %.*s, provided %.*s",
                                                STR_ARG(wanted), STR_ARG(provided)));
    mismatch.provided = provided;
    mismatch.provided_null = val_is_null(value);
    add(report, list, mismatch);
}

static void look_at(const Report *report, Mismatches *list, const Step *at, const SchemaType *type,
                    Value value);

/* -- single values ----------------------------------------------------------------------------- */

/* A value of the literal's general type is told as a literal as well: expected "a", provided
 * "b". */
static void look_at_literal(const Report *report, Mismatches *list, const Step *at,
                            const SchemaType *type, Value value)
{
    Str provided = value_type_text(report, value);
    if (value.type == type->literal.type && value.type == T_STRING) {
        Buf text = {0};
        print_fql_string(&text, val_as_str(value));
        provided = taken_text(report, &text);
    } else if (value.type == type->literal.type && value.type == T_BOOLEAN) {
        provided = value.as.boolean ? STR("true") : STR("false");
    }
    add_type_mismatch(report, list, at, type, value, provided);
}

static void look_at_doc(const Report *report, Mismatches *list, const Step *at,
                        const SchemaType *type, Value value)
{
    if (value.type == T_DOC) {
        add(report, list,
            new_mismatch(report, MISMATCH_OTHER, at,
                         str_format(report->arena,
                                    "Expected %.*s document, provided document from another "
                                    "collection",
                                    STR_ARG(type->name))));
    } else {
        add_type_mismatch(report, list, at, type, value, value_type_text(report, value));
    }
}

/* -- objects and arrays ------------------------------------------------------------------------ */

static void look_at_field(const Report *report, Mismatches *list, const Step *at,
                          const TypedField *field, Value value)
{
    Mismatches found = {0};
    Step step = {.outer = at, .name = field->name};
    look_at(report, &found, &step, field->type, value);
    if (found.len == 1 && val_is_null(value) && found.at[0].kind == MISMATCH_TYPE &&
        found.at[0].provided_null && found.at[0].path_len == depth_of(&step)) {
        Str wanted = type_text(report, field->type);
        found.at[0].kind = MISMATCH_MISSING;
        found.at[0].field = field->name;
        found.at[0].message =
            str_format(report->arena, "Missing required field of type %.*s", STR_ARG(wanted));
    }
    for (int64_t i = 0; i < found.len; i++) {
        add(report, list, found.at[i]);
    }
}

/* First the fields that are there, as they come, then those that are not. */
static void look_at_object(const Report *report, Mismatches *list, const Step *at,
                           const SchemaType *type, const Object *object)
{
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        Step step = {.outer = at, .name = name};
        const TypedField *field = schema_type_field(type, name);
        if (field) {
            look_at_field(report, list, at, field, object->slots[i]);
        } else if (type->wildcard) {
            look_at(report, list, &step, type->wildcard, object->slots[i]);
        } else if (!val_is_null(object->slots[i])) {
            add(report, list,
                new_mismatch(report, MISMATCH_EXTRA, &step, STR("Unexpected field provided")));
        }
    }
    for (int64_t i = 0; i < type->count; i++) {
        if (!object_get(object, type->fields[i].name)) {
            look_at_field(report, list, at, &type->fields[i], val_null(NULL));
        }
    }
}

static void look_at_items(const Report *report, Mismatches *list, const Step *at,
                          const SchemaType *type, Value array)
{
    bool is_tuple = type->kind == SCHEMA_TUPLE;
    if (is_tuple && array.len != type->count) {
        add(report, list, new_mismatch(report, MISMATCH_OTHER, at, STR("Invalid tuple arity")));
        return;
    }
    for (int64_t i = 0; i < array.len; i++) {
        Step step = {.outer = at, .name = str_format(report->arena, "%lld", (long long)i)};
        look_at(report, list, &step, type->members[is_tuple ? i : 0], array.as.items[i]);
    }
}

/* -- unions ------------------------------------------------------------------------------------ */

typedef struct Union {
    const SchemaType *type;
    const Mismatches *members; /* what is wrong for each member */
    int64_t depth;             /* of the union's own place */
} Union;

static bool same_place(const Mismatch *a, const Mismatch *b)
{
    bool same = a->path_len == b->path_len && str_eq(a->field, b->field);
    for (int64_t i = 0; i < a->path_len && same; i++) {
        same = str_eq(a->path[i], b->path[i]);
    }
    return same;
}

/* Whether the value is of the member's general form, wrong only within. */
static bool is_structural(const Union *all, int64_t member)
{
    const Mismatches *list = &all->members[member];
    for (int64_t i = 0; i < list->len; i++) {
        if (list->at[i].path_len == all->depth) {
            return false;
        }
    }
    return true;
}

static bool has_kind(const Mismatches *list, MismatchKind kind)
{
    for (int64_t i = 0; i < list->len; i++) {
        if (list->at[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* In how many structural members the same field is one too many. */
static int64_t count_extra(const Union *all, const Mismatch *wanted)
{
    int64_t count = 0;
    for (int64_t i = 0; i < all->type->count; i++) {
        const Mismatches *list = &all->members[i];
        for (int64_t k = 0; is_structural(all, i) && k < list->len; k++) {
            count += list->at[k].kind == MISMATCH_EXTRA && same_place(&list->at[k], wanted);
        }
    }
    return count;
}

/* The fields that no member has. */
static Mismatches extra_in_all(const Report *report, const Union *all)
{
    Mismatches extra = {0};
    const Mismatches *first = &all->members[0];
    for (int64_t i = 0; is_structural(all, 0) && i < first->len; i++) {
        if (first->at[i].kind == MISMATCH_EXTRA &&
            count_extra(all, &first->at[i]) == all->type->count) {
            add(report, &extra, first->at[i]);
        }
    }
    return extra;
}

static Mismatches missing_of(const Report *report, const Mismatches *list)
{
    Mismatches missing = {0};
    for (int64_t i = 0; i < list->len; i++) {
        if (list->at[i].kind == MISMATCH_MISSING) {
            add(report, &missing, list->at[i]);
        }
    }
    return missing;
}

static bool same_lists(const Mismatches *a, const Mismatches *b)
{
    bool same = a->len == b->len;
    for (int64_t i = 0; i < a->len && same; i++) {
        same = same_place(&a->at[i], &b->at[i]);
    }
    return same;
}

typedef VEC(Mismatches) MissingLists;

/* The missing fields of each structural member; those that differ. */
static MissingLists missing_lists(const Report *report, const Union *all)
{
    MissingLists lists = {0};
    for (int64_t i = 0; i < all->type->count; i++) {
        Mismatches missing = missing_of(report, &all->members[i]);
        bool known = !is_structural(all, i);
        for (int64_t k = 0; k < lists.len && !known; k++) {
            known = same_lists(&lists.at[k], &missing);
        }
        if (!known) {
            vec_push(&lists, report->arena, missing);
        }
    }
    return lists;
}

/* "Union requires fields [a], [b], or [a, b]" */
static Mismatch missing_in_union(const Report *report, const Step *at, const MissingLists *lists)
{
    Buf text = {0};
    buf_puts(&text, "Union requires fields ");
    for (int64_t i = 0; i < lists->len; i++) {
        bool last = i == lists->len - 1;
        buf_puts(&text, i == 0 ? "" : lists->len == 2 ? " or " : last ? ", or " : ", ");
        buf_puts(&text, "[");
        for (int64_t k = 0; k < lists->at[i].len; k++) {
            buf_puts(&text, k > 0 ? ", " : "");
            buf_put(&text, lists->at[i].at[k].field);
        }
        buf_puts(&text, "]");
    }
    return new_mismatch(report, MISMATCH_OTHER, at, taken_text(report, &text));
}

/* What is wrong in every member: fields too many, and fields that are missing. */
static Mismatches wrong_in_all(const Report *report, const Step *at, const Union *all)
{
    Mismatches wrong = extra_in_all(report, all);
    MissingLists lists = missing_lists(report, all);
    bool all_miss = lists.len > 0;
    for (int64_t i = 0; i < lists.len; i++) {
        all_miss = all_miss && lists.at[i].len > 0;
    }
    if (all_miss) {
        bool one = lists.len == 1 && lists.at[0].len == 1;
        add(report, &wrong, one ? lists.at[0].at[0] : missing_in_union(report, at, &lists));
    }
    return wrong;
}

/* The one structural member, or the one whose fields are right; NULL: there is none such. */
static const Mismatches *nearest_member(const Union *all)
{
    const Mismatches *nearest = NULL;
    const Mismatches *by_fields = NULL;
    int64_t count = 0;
    int64_t count_by_fields = 0;
    for (int64_t i = 0; i < all->type->count; i++) {
        const Mismatches *list = &all->members[i];
        if (is_structural(all, i)) {
            nearest = list;
            count++;
            if (!has_kind(list, MISMATCH_EXTRA) && !has_kind(list, MISMATCH_MISSING)) {
                by_fields = list;
                count_by_fields++;
            }
        }
    }
    return count == 1 ? nearest : count_by_fields == 1 ? by_fields : NULL;
}

/* Tells what is wrong for the members where that is telling; else that the value is none. */
static void look_at_union(const Report *report, Mismatches *list, const Step *at,
                          const SchemaType *type, Value value)
{
    Mismatches *members = arena_array(report->arena, Mismatches, type->count);
    for (int64_t i = 0; i < type->count; i++) {
        look_at(report, &members[i], at, type->members[i], value);
    }
    Union all = {.type = type, .members = members, .depth = depth_of(at)};
    Mismatches wrong = wrong_in_all(report, at, &all);
    const Mismatches *nearest = wrong.len > 0 ? &wrong : nearest_member(&all);
    for (int64_t i = 0; nearest && i < nearest->len; i++) {
        add(report, list, nearest->at[i]);
    }
    if (!nearest) {
        const Mismatch *first = &members[0].at[0];
        bool told = first->kind == MISMATCH_TYPE && first->path_len == all.depth;
        add_type_mismatch(report, list, at, type, value,
                          told ? first->provided : value_type_text(report, value));
    }
}

static void look_at(const Report *report, Mismatches *list, const Step *at, const SchemaType *type,
                    Value value)
{
    if (schema_type_accepts(report->rt, type, value)) {
        return;
    }
    if (type->kind == SCHEMA_UNION) {
        look_at_union(report, list, at, type, value);
    } else if (type->kind == SCHEMA_OBJECT && value.type == T_OBJECT) {
        look_at_object(report, list, at, type, value.as.object);
    } else if ((type->kind == SCHEMA_ARRAY || type->kind == SCHEMA_TUPLE) &&
               value.type == T_ARRAY) {
        look_at_items(report, list, at, type, value);
    } else if (type->kind == SCHEMA_LITERAL) {
        look_at_literal(report, list, at, type, value);
    } else if (type->kind == SCHEMA_DOC) {
        look_at_doc(report, list, at, type, value);
    } else {
        add_type_mismatch(report, list, at, type, value, value_type_text(report, value));
    }
}

/* -- failures ---------------------------------------------------------------------------------- */

/* A field that hides behind `id`, `ts` or `ttl` is told as data.ttl. */
static bool is_hidden(Str name)
{
    return str_eq(name, STR("id")) || str_eq(name, STR("ts")) || str_eq(name, STR("ttl"));
}

static void add_failures(Failures *failures, const Report *report, const Mismatches *list)
{
    for (int64_t i = 0; i < list->len; i++) {
        const Mismatch *mismatch = &list->at[i];
        const Str *path = mismatch->path;
        int64_t len = mismatch->path_len;
        if (len > 0 && is_hidden(path[0])) {
            Str *longer = arena_array(report->arena, Str, len + 1);
            longer[0] = STR("data");
            memcpy(longer + 1, path, (size_t)len * sizeof(Str));
            path = longer;
            len++;
        }
        failure_add(failures, path, len, mismatch->message);
    }
}

void schema_report(Failures *failures, const SchemaType *type, const Object *fields)
{
    Report report = {.rt = failures->rt, .arena = failures->rt->query};
    Mismatches list = {0};
    look_at_object(&report, &list, NULL, type, fields);
    add_failures(failures, &report, &list);
}

void schema_report_value(Failures *failures, const SchemaType *type, const Str *path,
                         int64_t path_len, Value value)
{
    Report report = {.rt = failures->rt, .arena = failures->rt->query};
    Mismatches list = {0};
    Step *steps = arena_array(report.arena, Step, path_len);
    for (int64_t i = 0; i < path_len; i++) {
        steps[i] = (Step){.outer = i > 0 ? &steps[i - 1] : NULL, .name = path[i]};
    }
    look_at(&report, &list, path_len > 0 ? &steps[path_len - 1] : NULL, type, value);
    add_failures(failures, &report, &list);
}
