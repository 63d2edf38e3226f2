/* schema_definition: see schema_definition.h. Bodies of functions are kept as they are
 * written, with their comments; only types and paths are brought into canonical form.
 */
#include "interp/schema/schema_definition.h"

#include "runtime/document/fields.h"

static Value take_text(Rt *rt, Buf *text)
{
    Value value = val_str(str_copy(rt->heap, buf_str(text)));
    buf_free(text);
    return value;
}

/* The text of a node as it is written. */
static Value source_text(Span span)
{
    return val_str(str_slice(span.source->text, span.start, span.end));
}

/* A lambda as it is written; a short one takes parentheses to stand alone. */
static Value lambda_text(Rt *rt, const Node *lambda)
{
    Value text = source_text(lambda->span);
    return lambda->kind == NODE_SHORT_LAMBDA
               ? val_str(str_format(rt->heap, "(%.*s)", STR_ARG(val_as_str(text))))
               : text;
}

static Value type_text(Rt *rt, const TypeNode *type)
{
    Buf text = {0};
    ast_display_type(&text, type);
    return take_text(rt, &text);
}

static void add_name(Rt *rt, Fields *fields, Str field, Name name)
{
    if (name.text.len > 0) {
        fields_add(rt, fields, field, val_str(name.text));
    }
}

/* -- indexes and constraints ------------------------------------------------------------------- */

/* { field: ".tags", mva: true, order: "desc" } */
static Value part_object(Rt *rt, const SchemaPart *part, bool is_value)
{
    Buf path = {0};
    Fields fields = {0};
    schema_display_path(&path, &part->path);
    fields_add(rt, &fields, STR("field"), take_text(rt, &path));
    if (part->mva) {
        fields_add(rt, &fields, STR("mva"), val_bool(true));
    }
    if (is_value) {
        fields_add(rt, &fields, STR("order"), part->descending ? VAL_STR("desc") : VAL_STR("asc"));
    }
    return fields_object(rt, &fields);
}

static Value parts_array(Rt *rt, const SchemaParts *parts, bool are_values)
{
    Value *items = arena_array(rt->heap, Value, parts->count);
    for (int64_t i = 0; i < parts->count; i++) {
        items[i] = part_object(rt, &parts->at[i], are_values);
    }
    return val_array(items, parts->count);
}

static Value indexes_object(Rt *rt, const SchemaCollection *collection)
{
    Fields indexes = {0};
    for (int64_t i = 0; i < collection->indexes.len; i++) {
        const SchemaIndex *index = &collection->indexes.at[i];
        Fields fields = {0};
        if (index->terms.count > 0) {
            fields_add(rt, &fields, STR("terms"), parts_array(rt, &index->terms, false));
        }
        if (index->values.count > 0) {
            fields_add(rt, &fields, STR("values"), parts_array(rt, &index->values, true));
        }
        fields_add(rt, &indexes, index->name.text, fields_object(rt, &fields));
    }
    return fields_object(rt, &indexes);
}

static Value check_object(Rt *rt, const SchemaCheck *check)
{
    Str names[2] = {STR("name"), STR("body")};
    Value values[2] = {val_str(check->name.text), lambda_text(rt, check->lambda)};
    Str name = STR("check");
    Value body = rt_object(rt, names, values, 2);
    return rt_object(rt, &name, &body, 1);
}

static Value constraints_array(Rt *rt, const SchemaCollection *collection)
{
    int64_t count = collection->uniques.len + collection->checks.len;
    Value *items = arena_array(rt->heap, Value, count);
    int64_t len = 0;
    Str name = STR("unique");
    for (int64_t i = 0; i < collection->uniques.len; i++) {
        Value terms = parts_array(rt, &collection->uniques.at[i].terms, false);
        items[len++] = rt_object(rt, &name, &terms, 1);
    }
    for (int64_t i = 0; i < collection->checks.len; i++) {
        items[len++] = check_object(rt, &collection->checks.at[i]);
    }
    return val_array(items, len);
}

/* { top: ".stars", n: 3 } */
static Value total_object(Rt *rt, const SchemaTotal *total)
{
    Buf path = {0};
    Fields fields = {0};
    schema_display_path(&path, &total->path);
    Value field = take_text(rt, &path);
    fields_add(rt, &fields, total_text(total->kind),
               total->kind == TOTAL_COUNT ? val_bool(true) : field);
    if (total->kind == TOTAL_TOP) {
        fields_add(rt, &fields, STR("n"), val_number(total->n));
    }
    return fields_object(rt, &fields);
}

/* { terms: [{ field: ".movie" }], where: "doc => …", values: { … } } */
static Value aggregate_object(Rt *rt, const SchemaAggregate *aggregate)
{
    Fields fields = {0}, values = {0};
    if (aggregate->terms.count > 0) {
        fields_add(rt, &fields, STR("terms"), parts_array(rt, &aggregate->terms, false));
    }
    if (aggregate->where) {
        fields_add(rt, &fields, STR("where"), lambda_text(rt, aggregate->where));
    }
    for (int64_t i = 0; i < aggregate->count; i++) {
        const SchemaTotal *total = &aggregate->values[i];
        fields_add(rt, &values, total->name.text, total_object(rt, total));
    }
    fields_add(rt, &fields, STR("values"), fields_object(rt, &values));
    return fields_object(rt, &fields);
}

static Value aggregates_object(Rt *rt, const SchemaCollection *collection)
{
    Fields fields = {0};
    for (int64_t i = 0; i < collection->aggregates.len; i++) {
        const SchemaAggregate *aggregate = &collection->aggregates.at[i];
        fields_add(rt, &fields, aggregate->name.text, aggregate_object(rt, aggregate));
    }
    return fields_object(rt, &fields);
}

/* { on: ["create"], when: "event => …", do: "event => …" } */
static Value trigger_object(Rt *rt, const SchemaTrigger *trigger)
{
    Fields fields = {0};
    Value *on = arena_array(rt->heap, Value, trigger->on_count);
    for (int64_t i = 0; i < trigger->on_count; i++) {
        on[i] = val_str(trigger->on[i].text);
    }
    fields_add(rt, &fields, STR("on"),
               trigger->on_aggregate ? on[0] : val_array(on, trigger->on_count));
    if (trigger->when) {
        fields_add(rt, &fields, STR("when"), lambda_text(rt, trigger->when));
    }
    fields_add(rt, &fields, STR("do"), lambda_text(rt, trigger->body));
    return fields_object(rt, &fields);
}

static Value triggers_object(Rt *rt, const SchemaCollection *collection)
{
    Fields fields = {0};
    for (int64_t i = 0; i < collection->triggers.len; i++) {
        const SchemaTrigger *trigger = &collection->triggers.at[i];
        fields_add(rt, &fields, trigger->name.text, trigger_object(rt, trigger));
    }
    return fields_object(rt, &fields);
}

/* -- fields and migrations --------------------------------------------------------------------- */

/* { body, signature } of a computed field, { signature, default } of a defined one. */
static Value field_object(Rt *rt, const SchemaField *field)
{
    Fields fields = {0};
    if (field->type) {
        fields_add(rt, &fields, STR("signature"), type_text(rt, field->type));
    }
    if (field->value) {
        bool computed = field->kind == FSL_COMPUTED;
        fields_add(rt, &fields, computed ? STR("body") : STR("default"),
                   computed ? lambda_text(rt, field->value) : source_text(field->value->span));
    }
    return fields_object(rt, &fields);
}

static void add_fields(Rt *rt, Fields *definition, const SchemaCollection *collection)
{
    Fields computed = {0}, defined = {0};
    for (int64_t i = 0; i < collection->fields.len; i++) {
        const SchemaField *field = &collection->fields.at[i];
        if (field->kind == FSL_WILDCARD) {
            fields_add(rt, definition, STR("wildcard"), type_text(rt, field->type));
        } else {
            fields_add(rt, field->kind == FSL_COMPUTED ? &computed : &defined, field->name.text,
                       field_object(rt, field));
        }
    }
    if (computed.names.len > 0) {
        fields_add(rt, definition, STR("computed_fields"), fields_object(rt, &computed));
    }
    if (defined.names.len > 0) {
        fields_add(rt, definition, STR("fields"), fields_object(rt, &defined));
    }
}

static Value path_text(Rt *rt, const SchemaPath *path)
{
    Buf text = {0};
    schema_display_path(&text, path);
    return take_text(rt, &text);
}

static bool migrates_into(FslKind verb)
{
    return verb == FSL_MOVE_CONFLICTS || verb == FSL_MOVE_WILDCARD;
}

/* { move: { field: ".a", to: ".b" } } */
static Value migration_object(Rt *rt, const SchemaMigration *migration)
{
    Fields fields = {0};
    if (migration->count > 0) {
        fields_add(rt, &fields, migrates_into(migration->verb) ? STR("into") : STR("field"),
                   path_text(rt, &migration->paths[0]));
    }
    if (migration->verb == FSL_MOVE) {
        fields_add(rt, &fields, STR("to"), path_text(rt, &migration->paths[1]));
    }
    if (migration->verb == FSL_SPLIT) {
        Value *to = arena_array(rt->heap, Value, migration->count - 1);
        for (int64_t i = 1; i < migration->count; i++) {
            to[i - 1] = path_text(rt, &migration->paths[i]);
        }
        fields_add(rt, &fields, STR("to"), val_array(to, migration->count - 1));
    }
    if (migration->value) {
        fields_add(rt, &fields, STR("value"), source_text(migration->value->span));
    }
    Str verb = fsl_keyword_text(migration->verb);
    Value body = fields_object(rt, &fields);
    return rt_object(rt, &verb, &body, 1);
}

static Value migrations_array(Rt *rt, const SchemaCollection *collection)
{
    Value *items = arena_array(rt->heap, Value, collection->migrations.len);
    for (int64_t i = 0; i < collection->migrations.len; i++) {
        items[i] = migration_object(rt, &collection->migrations.at[i]);
    }
    return val_array(items, collection->migrations.len);
}

/* -- collections ------------------------------------------------------------------------------- */

static void add_days(Rt *rt, Fields *fields, Str name, const SchemaSetting *setting)
{
    if (setting->given) {
        fields_add(rt, fields, name, val_number(setting->value));
    }
}

const Object *schema_collection_definition(Rt *rt, const SchemaItem *item)
{
    const SchemaCollection *collection = &item->u.collection;
    Fields fields = {0};
    add_name(rt, &fields, STR("name"), item->name);
    add_name(rt, &fields, STR("alias"), item->alias);
    add_days(rt, &fields, STR("history_days"), &collection->history_days);
    add_days(rt, &fields, STR("ttl_days"), &collection->ttl_days);
    if (collection->document_ttls.given) {
        fields_add(rt, &fields, STR("document_ttls"),
                   val_bool(collection->document_ttls.value != 0));
    }
    if (collection->indexes.len > 0) {
        fields_add(rt, &fields, STR("indexes"), indexes_object(rt, collection));
    }
    if (collection->uniques.len + collection->checks.len > 0) {
        fields_add(rt, &fields, STR("constraints"), constraints_array(rt, collection));
    }
    if (collection->aggregates.len > 0) {
        fields_add(rt, &fields, STR("aggregates"), aggregates_object(rt, collection));
    }
    if (collection->triggers.len > 0) {
        fields_add(rt, &fields, STR("triggers"), triggers_object(rt, collection));
    }
    add_fields(rt, &fields, collection);
    if (collection->migrations.len > 0) {
        fields_add(rt, &fields, STR("migrations"), migrations_array(rt, collection));
    }
    return fields_object(rt, &fields).as.object;
}

/* -- functions --------------------------------------------------------------------------------- */

/* "(a, ...b) => { … }" */
static Value body_text(Rt *rt, const SchemaFunction *function)
{
    Buf text = {0};
    buf_byte(&text, '(');
    for (int64_t i = 0; i < function->count; i++) {
        const FslParam *param = &function->params[i];
        buf_puts(&text, i > 0 ? ", " : "");
        buf_puts(&text, param->variadic ? "..." : "");
        buf_put(&text, param->name.text);
    }
    buf_puts(&text, ") => ");
    buf_put(&text, val_as_str(source_text(function->body->span)));
    return take_text(rt, &text);
}

/* "(a: A, b: ...B) => C" */
static Value signature_text(Rt *rt, const SchemaFunction *function)
{
    Buf text = {0};
    buf_byte(&text, '(');
    for (int64_t i = 0; i < function->count; i++) {
        const FslParam *param = &function->params[i];
        buf_puts(&text, i > 0 ? ", " : "");
        buf_put(&text, param->name.text);
        buf_puts(&text, param->variadic ? ": ..." : ": ");
        ast_display_type(&text, param->type);
    }
    buf_puts(&text, ") => ");
    ast_display_type(&text, function->result);
    return take_text(rt, &text);
}

const Object *schema_function_definition(Rt *rt, const SchemaItem *item)
{
    const SchemaFunction *function = &item->u.function;
    Fields fields = {0};
    add_name(rt, &fields, STR("name"), item->name);
    add_name(rt, &fields, STR("alias"), item->alias);
    add_name(rt, &fields, STR("role"), function->role);
    fields_add(rt, &fields, STR("body"), body_text(rt, function));
    if (function->result) {
        fields_add(rt, &fields, STR("signature"), signature_text(rt, function));
    }
    return fields_object(rt, &fields).as.object;
}

/* -- roles and access providers ---------------------------------------------------------------- */

/* { read: true, write: "(old, new) => …" } */
static Value actions_object(Rt *rt, const SchemaPrivilege *privilege)
{
    Fields fields = {0};
    for (int64_t i = 0; i < privilege->actions.len; i++) {
        const SchemaRule *action = &privilege->actions.at[i];
        fields_add(rt, &fields, fsl_keyword_text(action->action),
                   action->predicate ? lambda_text(rt, action->predicate) : val_bool(true));
    }
    return fields_object(rt, &fields);
}

/* { resource: "User", predicate: "user => …" }, with the name under `field`. */
static Value rule_object(Rt *rt, Str field, const SchemaRule *rule)
{
    Fields fields = {0};
    fields_add(rt, &fields, field, val_str(rule->name.text));
    if (rule->predicate) {
        fields_add(rt, &fields, STR("predicate"), lambda_text(rt, rule->predicate));
    }
    return fields_object(rt, &fields);
}

const Object *schema_role_definition(Rt *rt, const SchemaItem *item)
{
    const SchemaRole *role = &item->u.role;
    Fields fields = {0};
    Value *privileges = arena_array(rt->heap, Value, role->privileges.len);
    Value *memberships = arena_array(rt->heap, Value, role->memberships.len);
    for (int64_t i = 0; i < role->privileges.len; i++) {
        const SchemaPrivilege *privilege = &role->privileges.at[i];
        Str names[2] = {STR("resource"), STR("actions")};
        Value values[2] = {val_str(privilege->resource.text), actions_object(rt, privilege)};
        privileges[i] = rt_object(rt, names, values, 2);
    }
    for (int64_t i = 0; i < role->memberships.len; i++) {
        memberships[i] = rule_object(rt, STR("resource"), &role->memberships.at[i]);
    }
    add_name(rt, &fields, STR("name"), item->name);
    if (role->privileges.len > 0) {
        fields_add(rt, &fields, STR("privileges"), val_array(privileges, role->privileges.len));
    }
    if (role->memberships.len > 0) {
        fields_add(rt, &fields, STR("membership"), val_array(memberships, role->memberships.len));
    }
    return fields_object(rt, &fields).as.object;
}

const Object *schema_provider_definition(Rt *rt, const SchemaItem *item)
{
    const SchemaProvider *provider = &item->u.provider;
    Fields fields = {0};
    Value *roles = arena_array(rt->heap, Value, provider->roles.len);
    for (int64_t i = 0; i < provider->roles.len; i++) {
        const SchemaRule *role = &provider->roles.at[i];
        roles[i] = role->predicate ? rule_object(rt, STR("role"), role) : val_str(role->name.text);
    }
    add_name(rt, &fields, STR("name"), item->name);
    fields_add(rt, &fields, STR("issuer"), val_str(provider->issuer));
    fields_add(rt, &fields, STR("jwks_uri"), val_str(provider->jwks_uri));
    if (provider->roles.len > 0) {
        fields_add(rt, &fields, STR("roles"), val_array(roles, provider->roles.len));
    }
    return fields_object(rt, &fields).as.object;
}

const Object *schema_item_definition(Rt *rt, const SchemaItem *item)
{
    return item->kind == FSL_COLLECTION ? schema_collection_definition(rt, item)
           : item->kind == FSL_FUNCTION ? schema_function_definition(rt, item)
           : item->kind == FSL_ROLE     ? schema_role_definition(rt, item)
                                        : schema_provider_definition(rt, item);
}
