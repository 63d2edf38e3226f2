/* schema_member: see schema_member.h. Titles are worded as Fauna's diffs of schemas are
 * (DiffRender.scala); aggregates and triggers, which it did not have, in the same way.
 */
#include "interp/schema/schema_member.h"

#include "grammar/display.h"

enum { PART_ANNOTATIONS, PART_FIELDS, PART_MEMBERS };

typedef struct Gather {
    Arena *arena;
    SchemaMembers *members;
} Gather;

/* -- texts ------------------------------------------------------------------------------------ */

static Str take_text(const Gather *gather, Buf *text)
{
    Str copy = str_copy(gather->arena, buf_str(text));
    buf_free(text);
    return copy;
}

/* An expression in one line where it fits; empty: there is none. */
static Str expr_text(const Gather *gather, const Node *node)
{
    Buf text = {0};
    Display display = {.out = &text};
    if (node) {
        display_expr(&display, node);
    }
    return take_text(gather, &text);
}

static Str type_text(const Gather *gather, const TypeNode *type)
{
    Buf text = {0};
    Display display = {.out = &text};
    if (type) {
        display_type(&display, type);
    }
    return take_text(gather, &text);
}

static Str parts_text(const Gather *gather, const SchemaParts *parts)
{
    Buf text = {0};
    schema_display_parts(&text, parts);
    return take_text(gather, &text);
}

static Str string_text(const Gather *gather, Str string)
{
    Buf text = {0};
    Display display = {.out = &text};
    Literal literal = {.kind = LITERAL_STRING, .text = string};
    display_literal(&display, &literal);
    return take_text(gather, &text);
}

/* WORD `name` */
static Str title_of(const Gather *gather, const char *word, Str name)
{
    return str_format(gather->arena, "%s `%.*s`", word, STR_ARG(name));
}

/* -- members ---------------------------------------------------------------------------------- */

static void add(const Gather *gather, SchemaMember member)
{
    member.id = member.id.len > 0 ? member.id : member.title;
    vec_push(gather->members, gather->arena, member);
}

static void add_scalar(const Gather *gather, const char *keyword, Str value)
{
    add(gather, (SchemaMember){.group = GROUP_CONFIGURATION,
                               .form = MEMBER_SCALAR,
                               .part = PART_MEMBERS,
                               .title = str_from_c(keyword),
                               .value = value});
}

static void add_annotation(const Gather *gather, const char *keyword, Str value)
{
    if (value.len > 0) {
        add(gather, (SchemaMember){.group = GROUP_CONFIGURATION,
                                   .form = MEMBER_ANNOTATION,
                                   .part = PART_ANNOTATIONS,
                                   .title = str_from_c(keyword),
                                   .value = value});
    }
}

/* A member of a block, whose title is its keyword. */
static void add_inner(const Gather *gather, SchemaMember *block, const char *keyword, Str value)
{
    SchemaMember member = {.group = block->group,
                           .form = MEMBER_SCALAR,
                           .title = str_from_c(keyword),
                           .value = value};
    member.id = member.title;
    if (value.len > 0) {
        vec_push(&block->inner, gather->arena, member);
    }
}

static SchemaMember make_block(const Gather *gather, MemberGroup group, const char *word, Str name)
{
    return (SchemaMember){.group = group,
                          .form = MEMBER_BLOCK,
                          .part = PART_MEMBERS,
                          .title = title_of(gather, word, name)};
}

/* -- collections ------------------------------------------------------------------------------ */

static void add_field(const Gather *gather, const SchemaField *field)
{
    SchemaMember member = {.group = GROUP_FIELDS,
                           .form = MEMBER_FIELD,
                           .part = PART_FIELDS,
                           .value = type_text(gather, field->type)};
    if (field->kind == FSL_COMPUTED) {
        member.group = GROUP_COMPUTED;
        member.form = MEMBER_PLAIN;
        member.title = title_of(gather, "computed field", field->name.text);
        member.value = str_format(gather->arena, "%.*s = %.*s", STR_ARG(member.value),
                                  STR_ARG(expr_text(gather, field->value)));
    } else if (field->kind == FSL_WILDCARD) {
        member.title = STR("wildcard");
    } else {
        member.title = str_format(gather->arena, "field `.%.*s`", STR_ARG(field->name.text));
        member.fallback = expr_text(gather, field->value);
    }
    add(gather, member);
}

static void add_index(const Gather *gather, const SchemaIndex *index)
{
    SchemaMember block = make_block(gather, GROUP_INDEXES, "index", index->name.text);
    if (index->terms.count > 0) {
        add_inner(gather, &block, "terms", parts_text(gather, &index->terms));
    }
    if (index->values.count > 0) {
        add_inner(gather, &block, "values", parts_text(gather, &index->values));
    }
    add(gather, block);
}

static void add_constraints(const Gather *gather, const SchemaCollection *collection)
{
    for (int64_t i = 0; i < collection->uniques.len; i++) {
        Str parts = parts_text(gather, &collection->uniques.at[i].terms);
        add(gather, (SchemaMember){.group = GROUP_CONSTRAINTS,
                                   .form = MEMBER_PLAIN,
                                   .part = PART_MEMBERS,
                                   .title = str_format(gather->arena, "unique constraint on %.*s",
                                                       STR_ARG(parts))});
    }
    for (int64_t i = 0; i < collection->checks.len; i++) {
        const SchemaCheck *check = &collection->checks.at[i];
        add(gather, (SchemaMember){.group = GROUP_CONSTRAINTS,
                                   .form = MEMBER_BODY,
                                   .part = PART_MEMBERS,
                                   .title = title_of(gather, "check constraint", check->name.text),
                                   .value = expr_text(gather, check->lambda)});
    }
}

static void add_aggregate(const Gather *gather, const SchemaAggregate *aggregate)
{
    SchemaMember block = make_block(gather, GROUP_AGGREGATES, "aggregate", aggregate->name.text);
    Buf values = {0};
    for (int64_t i = 0; i < aggregate->count; i++) {
        buf_puts(&values, i > 0 ? ", " : "{ ");
        schema_display_total(&values, &aggregate->values[i]);
    }
    buf_puts(&values, " }");
    if (aggregate->terms.count > 0) {
        add_inner(gather, &block, "terms", parts_text(gather, &aggregate->terms));
    }
    add_inner(gather, &block, "where", expr_text(gather, aggregate->where));
    add_inner(gather, &block, "values", take_text(gather, &values));
    add(gather, block);
}

static void add_trigger(const Gather *gather, const SchemaTrigger *trigger)
{
    SchemaMember block = make_block(gather, GROUP_TRIGGERS, "trigger", trigger->name.text);
    Buf on = {0};
    buf_puts(&on, trigger->on_aggregate ? "" : "[");
    for (int64_t i = 0; i < trigger->on_count; i++) {
        buf_puts(&on, i > 0 ? ", " : "");
        buf_put(&on, trigger->on[i].text);
    }
    buf_puts(&on, trigger->on_aggregate ? "" : "]");
    add_inner(gather, &block, "on", take_text(gather, &on));
    add_inner(gather, &block, "when", expr_text(gather, trigger->when));
    add_inner(gather, &block, "do", expr_text(gather, trigger->body));
    add(gather, block);
}

static void add_days(const Gather *gather, const char *keyword, const SchemaSetting *setting)
{
    add_scalar(gather, keyword, str_format(gather->arena, "%lld", (long long)setting->value));
}

static void add_collection(const Gather *gather, const SchemaCollection *collection)
{
    for (int64_t i = 0; i < collection->fields.len; i++) {
        add_field(gather, &collection->fields.at[i]);
    }
    for (int64_t i = 0; i < collection->indexes.len; i++) {
        add_index(gather, &collection->indexes.at[i]);
    }
    add_constraints(gather, collection);
    for (int64_t i = 0; i < collection->aggregates.len; i++) {
        add_aggregate(gather, &collection->aggregates.at[i]);
    }
    for (int64_t i = 0; i < collection->triggers.len; i++) {
        add_trigger(gather, &collection->triggers.at[i]);
    }
    if (collection->history_days.given && collection->history_days.value != 0) {
        add_days(gather, "history_days", &collection->history_days);
    }
    if (collection->ttl_days.given) {
        add_days(gather, "ttl_days", &collection->ttl_days);
    }
    if (collection->document_ttls.given) {
        add_scalar(gather, "document_ttls",
                   collection->document_ttls.value ? STR("true") : STR("false"));
    }
}

/* -- functions, roles, access providers ------------------------------------------------------- */

static void add_function(const Gather *gather, const SchemaFunction *function)
{
    Buf signature = {0};
    schema_display_signature(&signature, function);
    add(gather, (SchemaMember){.group = GROUP_CONFIGURATION,
                               .part = PART_FIELDS,
                               .is_needed = true,
                               .title = STR("signature"),
                               .value = take_text(gather, &signature)});
    add(gather, (SchemaMember){.group = GROUP_CONFIGURATION,
                               .part = PART_MEMBERS,
                               .is_needed = true,
                               .title = STR("body"),
                               .value = expr_text(gather, function->body)});
}

static SchemaMember rule_member(const Gather *gather, Str title, const SchemaRule *rule)
{
    return (SchemaMember){.group = GROUP_CONFIGURATION,
                          .form = MEMBER_PREDICATE,
                          .part = PART_MEMBERS,
                          .id = title,
                          .title = title,
                          .value = expr_text(gather, rule->predicate)};
}

static void add_role(const Gather *gather, const SchemaRole *role)
{
    for (int64_t i = 0; i < role->privileges.len; i++) {
        const SchemaPrivilege *privilege = &role->privileges.at[i];
        SchemaMember block =
            make_block(gather, GROUP_CONFIGURATION, "privileges on", privilege->resource.text);
        for (int64_t k = 0; k < privilege->actions.len; k++) {
            const SchemaRule *action = &privilege->actions.at[k];
            SchemaMember inner = rule_member(gather, fsl_keyword_text(action->action), action);
            vec_push(&block.inner, gather->arena, inner);
        }
        add(gather, block);
    }
    for (int64_t i = 0; i < role->memberships.len; i++) {
        const SchemaRule *rule = &role->memberships.at[i];
        add(gather, rule_member(gather, title_of(gather, "membership on", rule->name.text), rule));
    }
}

static void add_provider(const Gather *gather, const SchemaProvider *provider)
{
    add_scalar(gather, "issuer", string_text(gather, provider->issuer));
    add_scalar(gather, "jwks_uri", string_text(gather, provider->jwks_uri));
    for (int64_t i = 0; i < gather->members->len; i++) {
        gather->members->at[i].is_needed = true;
    }
    for (int64_t i = 0; i < provider->roles.len; i++) {
        const SchemaRule *rule = &provider->roles.at[i];
        add(gather, rule_member(gather, title_of(gather, "role", rule->name.text), rule));
    }
}

SchemaMembers schema_members(Arena *arena, const SchemaItem *item)
{
    SchemaMembers members = {0};
    Gather gather = {arena, &members};
    add_annotation(&gather, "alias", item->alias.text);
    if (item->kind == FSL_COLLECTION) {
        add_collection(&gather, &item->u.collection);
    } else if (item->kind == FSL_FUNCTION) {
        add_annotation(&gather, "role", item->u.function.role.text);
        add_function(&gather, &item->u.function);
    } else if (item->kind == FSL_ROLE) {
        add_role(&gather, &item->u.role);
    } else {
        add_provider(&gather, &item->u.provider);
    }
    return members;
}
