/* schema_display: writes items of a schema in canonical form: fields, indexes, constraints,
 * aggregates, triggers, settings, migrations, in this order; two blanks of indent. See schema.h.
 */
#include "grammar/display.h"
#include "grammar/schema.h"

static void open_block(Display *d)
{
    display_puts(d, "{");
    display_end_line(d);
    d->indent++;
}

static void close_block(Display *d)
{
    d->indent--;
    display_puts(d, "}");
}

static void end_block(Display *d)
{
    close_block(d);
    display_end_line(d);
}

/* -- paths ------------------------------------------------------------------------------------- */

static void put_path(Display *d, const SchemaPath *path)
{
    for (int64_t i = 0; i < path->count; i++) {
        const SchemaStep *step = &path->steps[i];
        if (step->index < 0 && is_identifier(step->name)) {
            display_puts(d, ".");
            display_put(d, step->name);
            continue;
        }
        display_puts(d, i == 0 ? ".[" : "[");
        if (step->index < 0) {
            Literal text = {.kind = LITERAL_STRING, .text = step->name};
            display_literal(d, &text);
        } else {
            buf_int(d->out, step->index);
        }
        display_puts(d, "]");
    }
}

void schema_display_path(Buf *out, const SchemaPath *path)
{
    Display d = {.out = out};
    put_path(&d, path);
}

static void put_brackets(Display *d, const SchemaParts *parts)
{
    display_puts(d, "[");
    for (int64_t i = 0; i < parts->count; i++) {
        const SchemaPart *part = &parts->at[i];
        display_puts(d, i > 0 ? ", " : "");
        display_puts(d, part->descending ? "desc(" : "");
        display_puts(d, part->mva ? "mva(" : "");
        put_path(d, &part->path);
        display_puts(d, part->mva ? ")" : "");
        display_puts(d, part->descending ? ")" : "");
    }
    display_puts(d, "]");
}

void schema_display_parts(Buf *out, const SchemaParts *parts)
{
    Display d = {.out = out};
    put_brackets(&d, parts);
}

static void put_parts(Display *d, const char *keyword, const SchemaParts *parts)
{
    display_puts(d, keyword);
    display_puts(d, " ");
    put_brackets(d, parts);
    display_end_line(d);
}

/* -- collections ------------------------------------------------------------------------------- */

static void put_type_of(Display *d, const TypeNode *type)
{
    if (type) {
        display_puts(d, ": ");
        display_type(d, type);
    }
}

static void put_field(Display *d, const SchemaField *field)
{
    bool in_parens = field->kind == FSL_COMPUTED && field->value->kind == NODE_SHORT_LAMBDA;
    display_puts(d, field->kind == FSL_COMPUTED ? "compute " : "");
    display_put(d, field->name.text);
    put_type_of(d, field->type);
    if (field->value) {
        display_puts(d, in_parens ? " = (" : " = ");
        display_expr(d, field->value);
        display_puts(d, in_parens ? ")" : "");
    }
    display_end_line(d);
}

static void put_index(Display *d, const SchemaIndex *index)
{
    display_puts(d, "index ");
    display_name(d, index->name.text);
    display_puts(d, " ");
    open_block(d);
    if (index->terms.count > 0) {
        put_parts(d, "terms", &index->terms);
    }
    if (index->values.count > 0) {
        put_parts(d, "values", &index->values);
    }
    end_block(d);
}

static void put_check(Display *d, const SchemaCheck *check)
{
    display_puts(d, "check ");
    display_name(d, check->name.text);
    display_puts(d, " (");
    display_expr(d, check->lambda);
    display_puts(d, ")");
    display_end_line(d);
}

static void put_lambda(Display *d, const char *keyword, const Node *lambda)
{
    display_puts(d, keyword);
    display_puts(d, " (");
    display_expr(d, lambda);
    display_puts(d, ")");
    display_end_line(d);
}

static void put_total(Display *d, const SchemaTotal *total)
{
    display_put(d, total->name.text);
    display_puts(d, ": ");
    display_put(d, total_text(total->kind));
    display_puts(d, "(");
    if (total->kind == TOTAL_TOP) {
        buf_int(d->out, total->n);
        display_puts(d, ", ");
    }
    put_path(d, &total->path);
    display_puts(d, ")");
}

void schema_display_total(Buf *out, const SchemaTotal *total)
{
    Display d = {.out = out};
    put_total(&d, total);
}

static void put_aggregate(Display *d, const SchemaAggregate *aggregate)
{
    display_puts(d, "aggregate ");
    display_name(d, aggregate->name.text);
    display_puts(d, " ");
    open_block(d);
    if (aggregate->terms.count > 0) {
        put_parts(d, "terms", &aggregate->terms);
    }
    if (aggregate->where) {
        put_lambda(d, "where", aggregate->where);
    }
    display_puts(d, "values { ");
    for (int64_t i = 0; i < aggregate->count; i++) {
        display_puts(d, i > 0 ? ", " : "");
        put_total(d, &aggregate->values[i]);
    }
    display_puts(d, " }");
    display_end_line(d);
    end_block(d);
}

static void put_trigger(Display *d, const SchemaTrigger *trigger)
{
    display_puts(d, "trigger ");
    display_name(d, trigger->name.text);
    display_puts(d, " ");
    open_block(d);
    display_puts(d, trigger->on_aggregate ? "on " : "on [");
    for (int64_t i = 0; i < trigger->on_count; i++) {
        display_puts(d, i > 0 ? ", " : "");
        display_put(d, trigger->on[i].text);
    }
    display_puts(d, trigger->on_aggregate ? "" : "]");
    display_end_line(d);
    if (trigger->when) {
        put_lambda(d, "when", trigger->when);
    }
    put_lambda(d, "do", trigger->body);
    end_block(d);
}

static void put_setting(Display *d, const char *keyword, const SchemaSetting *setting)
{
    if (setting->given) {
        display_puts(d, keyword);
        buf_printf(d->out, " %lld", (long long)setting->value);
        display_end_line(d);
    }
}

static void put_migration(Display *d, const SchemaMigration *migration)
{
    display_put(d, fsl_keyword_text(migration->verb));
    for (int64_t i = 0; i < migration->count; i++) {
        display_puts(d, i == 0 ? " " : i == 1 ? " -> " : ", ");
        put_path(d, &migration->paths[i]);
    }
    if (migration->value) {
        display_puts(d, " = ");
        display_expr(d, migration->value);
    }
}

void schema_display_migration(Buf *out, const SchemaMigration *migration)
{
    Display d = {.out = out};
    put_migration(&d, migration);
}

static void put_collection(Display *d, const SchemaCollection *collection)
{
    for (int64_t i = 0; i < collection->fields.len; i++) {
        put_field(d, &collection->fields.at[i]);
    }
    for (int64_t i = 0; i < collection->indexes.len; i++) {
        put_index(d, &collection->indexes.at[i]);
    }
    for (int64_t i = 0; i < collection->uniques.len; i++) {
        put_parts(d, "unique", &collection->uniques.at[i].terms);
    }
    for (int64_t i = 0; i < collection->checks.len; i++) {
        put_check(d, &collection->checks.at[i]);
    }
    for (int64_t i = 0; i < collection->aggregates.len; i++) {
        put_aggregate(d, &collection->aggregates.at[i]);
    }
    for (int64_t i = 0; i < collection->triggers.len; i++) {
        put_trigger(d, &collection->triggers.at[i]);
    }
    put_setting(d, "history_days", &collection->history_days);
    put_setting(d, "ttl_days", &collection->ttl_days);
    if (collection->document_ttls.given) {
        display_puts(d, collection->document_ttls.value ? "document_ttls true"
                                                        : "document_ttls false");
        display_end_line(d);
    }
    if (collection->migrations.len > 0) {
        display_puts(d, "migrations ");
        open_block(d);
        for (int64_t i = 0; i < collection->migrations.len; i++) {
            put_migration(d, &collection->migrations.at[i]);
            display_end_line(d);
        }
        end_block(d);
    }
}

/* -- roles and access providers ---------------------------------------------------------------- */

/* What a rule names is in `head` already. */
static void put_predicate(Display *d, const SchemaRule *rule)
{
    if (rule->predicate) {
        display_puts(d, " ");
        open_block(d);
        display_puts(d, "predicate (");
        display_expr(d, rule->predicate);
        display_puts(d, ")");
        display_end_line(d);
        close_block(d);
    }
    display_end_line(d);
}

static void put_named_rule(Display *d, const char *keyword, const SchemaRule *rule)
{
    display_puts(d, keyword);
    display_puts(d, " ");
    display_name(d, rule->name.text);
    put_predicate(d, rule);
}

static void put_role(Display *d, const SchemaRole *role)
{
    for (int64_t i = 0; i < role->privileges.len; i++) {
        const SchemaPrivilege *privilege = &role->privileges.at[i];
        display_puts(d, "privileges ");
        display_name(d, privilege->resource.text);
        display_puts(d, " ");
        open_block(d);
        for (int64_t k = 0; k < privilege->actions.len; k++) {
            display_put(d, fsl_keyword_text(privilege->actions.at[k].action));
            put_predicate(d, &privilege->actions.at[k]);
        }
        end_block(d);
    }
    for (int64_t i = 0; i < role->memberships.len; i++) {
        put_named_rule(d, "membership", &role->memberships.at[i]);
    }
}

static void put_string(Display *d, const char *keyword, Str text)
{
    Literal literal = {.kind = LITERAL_STRING, .text = text};
    display_puts(d, keyword);
    display_puts(d, " ");
    display_literal(d, &literal);
    display_end_line(d);
}

static void put_provider(Display *d, const SchemaProvider *provider)
{
    put_string(d, "issuer", provider->issuer);
    put_string(d, "jwks_uri", provider->jwks_uri);
    for (int64_t i = 0; i < provider->roles.len; i++) {
        put_named_rule(d, "role", &provider->roles.at[i]);
    }
}

/* -- functions --------------------------------------------------------------------------------- */

static void put_signature(Display *d, const SchemaFunction *function)
{
    display_puts(d, "(");
    for (int64_t i = 0; i < function->count; i++) {
        const FslParam *param = &function->params[i];
        display_puts(d, i > 0 ? ", " : "");
        display_puts(d, param->variadic ? "..." : "");
        display_put(d, param->name.text);
        put_type_of(d, param->type);
    }
    display_puts(d, ")");
    put_type_of(d, function->result);
}

void schema_display_signature(Buf *out, const SchemaFunction *function)
{
    Display d = {.out = out};
    put_signature(&d, function);
}

static void put_function(Display *d, const SchemaFunction *function)
{
    put_signature(d, function);
    display_puts(d, " ");
    display_expr(d, function->body);
    display_end_line(d);
}

/* -- items ------------------------------------------------------------------------------------- */

static void put_annotation(Display *d, const char *keyword, Name value)
{
    if (value.text.len > 0) {
        display_puts(d, keyword);
        display_puts(d, "(");
        display_name(d, value.text);
        display_puts(d, ")");
        display_end_line(d);
    }
}

void schema_display(Buf *out, const SchemaItem *item)
{
    Display display = {.out = out};
    Display *d = &display;
    put_annotation(d, "@alias", item->alias);
    if (item->kind == FSL_FUNCTION) {
        put_annotation(d, "@role", item->u.function.role);
    }
    display_put(d, fsl_keyword_text(item->kind));
    display_puts(d, " ");
    display_name(d, item->name.text);
    if (item->kind == FSL_FUNCTION) {
        put_function(d, &item->u.function);
        return;
    }
    display_puts(d, " ");
    open_block(d);
    if (item->kind == FSL_COLLECTION) {
        put_collection(d, &item->u.collection);
    } else if (item->kind == FSL_ROLE) {
        put_role(d, &item->u.role);
    } else {
        put_provider(d, &item->u.provider);
    }
    end_block(d);
}
