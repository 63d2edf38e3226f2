/* schema_collection: the fields and members of a collection. See schema_build.h. */
#include "grammar/schema_advice.h"

typedef struct Members {
    SchemaBuild *build;
    SchemaCollection *collection;
    SchemaSeen fields, indexes, checks, triggers, migrations, history_days, ttl_days, document_ttls;
} Members;

/* -- fields ------------------------------------------------------------------------------------ */

/* Names that documents have already. */
static bool is_special(Str name)
{
    static const char *const special[] = {"id",     "coll",       "ts",         "ttl",
                                          "data",   "delete",     "update",     "replace",
                                          "exists", "updateData", "replaceData"};
    for (int64_t i = 0; i < countof(special); i++) {
        if (str_eq(str_from_c(special[i]), name)) {
            return true;
        }
    }
    return false;
}

/* The lambda of a computed field, with or without parentheses around it. */
static Node *computing_lambda(SchemaBuild *b, const FslNode *node)
{
    Node *expr = node->value.u.field.default_;
    if (!expr) {
        schema_error(b, node->keyword.span, "Computed fields require a value");
        return NULL;
    }
    bool bare = expr->kind == NODE_LAMBDA || expr->kind == NODE_SHORT_LAMBDA;
    Node *lambda = bare ? expr : schema_lambda_in_parens(expr);
    if (!lambda) {
        schema_error(b, expr->span, "Expected lambda");
    }
    return lambda;
}

static bool read_field(SchemaBuild *b, const FslNode *node, SchemaField *field)
{
    *field = (SchemaField){.kind = node->value.u.field.kind,
                           .name = node->name,
                           .type = node->value.u.field.type,
                           .value = node->value.u.field.default_,
                           .span = node->span};
    switch (field->kind) {
    case FSL_COMPUTED:
        field->value = computing_lambda(b, node);
        return field->value != NULL;
    case FSL_DEFINED:
        if (!field->type) {
            schema_error(b, node->span, "Expected a type signature");
        }
        return field->type != NULL;
    case FSL_WILDCARD:
        if (!field->type) {
            schema_error(b, node->span, "Expected a field definition");
        } else if (field->value) {
            schema_error(b, field->value->span, "No default allowed for wildcard field");
        }
        return field->type && !field->value;
    }
    return false;
}

static void add_field(Members *m, const FslNode *node)
{
    SchemaBuild *b = m->build;
    SchemaField field;
    bool wildcard = node->value.u.field.kind == FSL_WILDCARD;
    if (!wildcard && !schema_need_identifier(b, node)) {
        return;
    }
    if (is_special(node->name.text)) {
        schema_error(b, node->span, "Invalid reserved name `%.*s`", STR_ARG(node->name.text));
        return;
    }
    schema_see(&m->fields, node->name);
    if (read_field(b, node, &field)) {
        vec_push(&m->collection->fields, b->arena, field);
    }
}

/* -- indexes and constraints ------------------------------------------------------------------- */

static void read_index_member(SchemaBuild *b, const FslNode *node, SchemaSeen *seen,
                              SchemaParts *parts)
{
    schema_no_annotations(b, node);
    schema_no_name(b, node);
    schema_see_only(seen, node->span);
    if (schema_need_value(b, node)) {
        (void)schema_parts(b, &node->value, node->kind == FSL_VALUES, parts);
    }
}

static void add_index(Members *m, const FslNode *node)
{
    SchemaBuild *b = m->build;
    if (!schema_need_identifier(b, node)) {
        return;
    }
    schema_see(&m->indexes, node->name);
    if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
        return;
    }
    SchemaSeen terms = schema_seen(b, "terms definition");
    SchemaSeen values = schema_seen(b, "values definition");
    SchemaIndex index = {.name = node->name, .span = node->span};
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        const FslNode *member = node->value.u.block.at[i];
        if (member->kind == FSL_TERMS) {
            read_index_member(b, member, &terms, &index.terms);
        } else if (member->kind == FSL_VALUES) {
            read_index_member(b, member, &values, &index.values);
        } else {
            schema_error_word(b, member->keyword, "Invalid member", SCHEMA_PLACE_INDEX);
        }
    }
    vec_push(&m->collection->indexes, b->arena, index);
}

static bool same_path(const SchemaPath *a, const SchemaPath *b)
{
    bool same = a->count == b->count;
    for (int64_t i = 0; i < a->count && same; i++) {
        same = a->steps[i].index == b->steps[i].index && str_eq(a->steps[i].name, b->steps[i].name);
    }
    return same;
}

/* Whether every part of `a` is in `b`. */
static bool covers(const SchemaParts *a, const SchemaParts *b)
{
    bool all = true;
    for (int64_t i = 0; i < a->count && all; i++) {
        bool found = false;
        for (int64_t k = 0; k < b->count && !found; k++) {
            found = a->at[i].mva == b->at[k].mva && same_path(&a->at[i].path, &b->at[k].path);
        }
        all = found;
    }
    return all;
}

static void check_new_unique(SchemaBuild *b, const SchemaCollection *collection,
                             const SchemaParts *terms)
{
    for (int64_t i = 0; i < collection->uniques.len; i++) {
        const SchemaParts *other = &collection->uniques.at[i].terms;
        if (covers(terms, other) && covers(other, terms)) {
            Diag *diag = schema_error(b, terms->span, "Duplicate unique constraint.");
            diag_hint(diag, b->arena, DIAG_HINT, other->span,
                      STR("This unique constraint covers the same fields."));
            return;
        }
    }
}

static void add_unique(Members *m, const FslNode *node)
{
    SchemaBuild *b = m->build;
    SchemaUnique unique = {.span = node->span};
    schema_no_name(b, node);
    if (!schema_need_value(b, node) || !schema_parts(b, &node->value, false, &unique.terms)) {
        return;
    }
    if (unique.terms.count == 0) {
        schema_error(b, node->value.span, "Expected non-empty terms for a unique constraint");
        return;
    }
    check_new_unique(b, m->collection, &unique.terms);
    vec_push(&m->collection->uniques, b->arena, unique);
}

static void add_check(Members *m, const FslNode *node)
{
    SchemaBuild *b = m->build;
    if (!schema_need_identifier(b, node)) {
        return;
    }
    schema_see(&m->checks, node->name);
    SchemaCheck check = {.name = node->name, .span = node->span};
    check.lambda = schema_lambda(b, node, "Expected lambda check predicate",
                                 "Check constraints require parenthesis around the lambda");
    if (check.lambda) {
        vec_push(&m->collection->checks, b->arena, check);
    }
}

static void add_aggregate(Members *m, const FslNode *node)
{
    SchemaAggregate aggregate;
    if (schema_need_identifier(m->build, node)) {
        schema_see(&m->indexes, node->name);
        if (schema_build_aggregate(m->build, node, &aggregate)) {
            vec_push(&m->collection->aggregates, m->build->arena, aggregate);
        }
    }
}

static void add_trigger(Members *m, const FslNode *node)
{
    SchemaTrigger trigger;
    if (schema_need_identifier(m->build, node)) {
        schema_see(&m->triggers, node->name);
        if (schema_build_trigger(m->build, node, &trigger)) {
            vec_push(&m->collection->triggers, m->build->arena, trigger);
        }
    }
}

/* -- members ----------------------------------------------------------------------------------- */

static void read_setting(Members *m, const FslNode *node, SchemaSeen *seen, SchemaSetting *setting)
{
    schema_no_name(m->build, node);
    schema_see_only(seen, node->span);
    if (schema_need_value(m->build, node)) {
        (void)schema_setting(m->build, &node->value, node->kind, setting);
    }
}

static void add_member(Members *m, const FslNode *node)
{
    SchemaBuild *b = m->build;
    schema_no_annotations(b, node);
    switch ((int)node->kind) {
    case FSL_FIELD:
        add_field(m, node);
        break;
    case FSL_INDEX:
        add_index(m, node);
        break;
    case FSL_UNIQUE:
        add_unique(m, node);
        break;
    case FSL_CHECK:
        add_check(m, node);
        break;
    case FSL_AGGREGATE:
        add_aggregate(m, node);
        break;
    case FSL_TRIGGER:
        add_trigger(m, node);
        break;
    case FSL_MIGRATIONS:
        schema_see_only(&m->migrations, node->span);
        if (schema_need_value(b, node)) {
            schema_no_name(b, node);
            schema_build_migrations(b, node, m->collection);
        }
        break;
    case FSL_HISTORY_DAYS:
        read_setting(m, node, &m->history_days, &m->collection->history_days);
        break;
    case FSL_TTL_DAYS:
        read_setting(m, node, &m->ttl_days, &m->collection->ttl_days);
        break;
    case FSL_DOCUMENT_TTLS:
        read_setting(m, node, &m->document_ttls, &m->collection->document_ttls);
        break;
    default:
        schema_error_word(b, node->keyword, "Invalid field or member", SCHEMA_PLACE_COLLECTION);
        break;
    }
}

void schema_build_collection(SchemaBuild *b, const FslNode *node, SchemaCollection *collection)
{
    Members members = {.build = b,
                       .collection = collection,
                       .fields = schema_seen(b, "field"),
                       .indexes = schema_seen(b, "index name"),
                       .checks = schema_seen(b, "check constraint name"),
                       .triggers = schema_seen(b, "trigger name"),
                       .migrations = schema_seen(b, "migration block"),
                       .history_days = schema_seen(b, "history days"),
                       .ttl_days = schema_seen(b, "ttl days"),
                       .document_ttls = schema_seen(b, "document TTLs")};
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        add_member(&members, node->value.u.block.at[i]);
    }
}
