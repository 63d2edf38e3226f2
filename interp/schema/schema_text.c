/* schema_text: see schema_text.h. The order within a collection is schema_display's: fields,
 * computed fields, indexes, constraints, aggregates, triggers, settings, migrations.
 */
#include "interp/schema/schema_text.h"

#include "grammar/display.h"
#include "interp/schema/schema_definition.h"
#include "runtime/document/fields.h"

/* A text being written. */
typedef struct Text {
    Rt *rt;
    Display d;
} Text;

static Str text_of(const Object *object, Str name)
{
    Value value = field_or_null(object, name);
    return value.type == T_STRING ? val_as_str(value) : (Str){0};
}

/* Text that may have newlines of its own, which get no indent: it stands as it was written. */
static void put_raw(Text *t, Str text)
{
    display_puts(&t->d, "");
    buf_put(t->d.out, text);
}

static void put_keyword(Text *t, const char *keyword)
{
    display_puts(&t->d, keyword);
    display_puts(&t->d, " ");
}

static void open_block(Text *t)
{
    display_puts(&t->d, "{");
    display_end_line(&t->d);
    t->d.indent++;
}

static void end_block(Text *t)
{
    t->d.indent--;
    display_puts(&t->d, "}");
    display_end_line(&t->d);
}

/* A short lambda is kept with parentheses around it. */
static bool is_short_lambda(Str body)
{
    return str_starts_with(body, STR("(.")) && !str_starts_with(body, STR("(.."));
}

static bool has_comment(Str text)
{
    return str_find(text, STR("//"), 0) >= 0 || str_find(text, STR("/*"), 0) >= 0;
}

/* Whether a parenthesis behind it would belong to a comment that it ends with: `doc => true // so`
 */
static bool ends_in_comment(const Text *t, Str body)
{
    Source closed = {.text = str_format(t->rt->heap, "%.*s)", STR_ARG(body))};
    return has_comment(body) && parse_lambda(t->rt->heap, &closed).status == PARSE_OK;
}

/* A lambda in the parentheses that FSL wants. */
static void put_lambda(Text *t, Str body)
{
    bool is_short = is_short_lambda(body);
    display_puts(&t->d, is_short ? "" : "(");
    put_raw(t, body);
    display_puts(&t->d, is_short ? "" : ends_in_comment(t, body) ? "\n)" : ")");
}

/* -- indexes and constraints ------------------------------------------------------------------- */

/* ".a.b" as it is; "a.b" and "[0]" with the dot that FSL wants. */
static void put_path(Text *t, Str path)
{
    display_puts(&t->d, str_starts_with(path, STR(".")) ? "" : ".");
    display_put(&t->d, path);
}

/* "a.b" or { field, mva, order } */
static void put_part(Text *t, Value part)
{
    if (part.type == T_STRING) {
        put_path(t, val_as_str(part));
        return;
    }
    const Object *given = part.as.object;
    Value mva = field_or_null(given, STR("mva"));
    bool is_mva = mva.type == T_BOOLEAN && mva.as.boolean;
    bool descending = str_eq(text_of(given, STR("order")), STR("desc"));
    display_puts(&t->d, descending ? "desc(" : "");
    display_puts(&t->d, is_mva ? "mva(" : "");
    put_path(t, text_of(given, STR("field")));
    display_puts(&t->d, is_mva ? ")" : "");
    display_puts(&t->d, descending ? ")" : "");
}

static void put_parts(Text *t, const char *keyword, Value parts)
{
    if (parts.type != T_ARRAY || parts.len == 0) {
        return;
    }
    put_keyword(t, keyword);
    display_puts(&t->d, "[");
    for (int64_t i = 0; i < parts.len; i++) {
        display_puts(&t->d, i > 0 ? ", " : "");
        put_part(t, parts.as.items[i]);
    }
    display_puts(&t->d, "]");
    display_end_line(&t->d);
}

static void put_index(Text *t, Str name, Value index)
{
    put_keyword(t, "index");
    display_name(&t->d, name);
    display_puts(&t->d, " ");
    open_block(t);
    put_parts(t, "terms", field_or_null(index.as.object, STR("terms")));
    put_parts(t, "values", field_or_null(index.as.object, STR("values")));
    end_block(t);
}

/* Unique constraints, then checks. */
static void put_constraints(Text *t, Value constraints)
{
    for (int64_t i = 0; i < constraints.len; i++) {
        const Object *constraint = constraints.as.items[i].as.object;
        put_parts(t, "unique", field_or_null(constraint, STR("unique")));
    }
    for (int64_t i = 0; i < constraints.len; i++) {
        Value check = field_or_null(constraints.as.items[i].as.object, STR("check"));
        if (check.type == T_OBJECT) {
            put_keyword(t, "check");
            display_name(&t->d, text_of(check.as.object, STR("name")));
            display_puts(&t->d, " ");
            put_lambda(t, text_of(check.as.object, STR("body")));
            display_end_line(&t->d);
        }
    }
}

/* -- aggregates -------------------------------------------------------------------------------- */

/* `best: top(3, .stars)` of { top: ".stars", n: 3 } */
static void put_total(Text *t, Str name, const Object *total)
{
    display_put(&t->d, name);
    display_puts(&t->d, ": ");
    for (int i = 0; i < TOTAL_KINDS; i++) {
        Value value = field_or_null(total, total_text((TotalKind)i));
        if (val_is_null(value)) {
            continue;
        }
        display_put(&t->d, total_text((TotalKind)i));
        display_puts(&t->d, "(");
        if (i == TOTAL_TOP) {
            buf_int(t->d.out, field_or_null(total, STR("n")).as.integer);
            display_puts(&t->d, ", ");
        }
        if (value.type == T_STRING) {
            put_path(t, val_as_str(value));
        }
        display_puts(&t->d, ")");
    }
}

static void put_aggregate(Text *t, Str name, const Object *aggregate)
{
    Str where = text_of(aggregate, STR("where"));
    const Object *values = field_or_null(aggregate, STR("values")).as.object;
    put_keyword(t, "aggregate");
    display_name(&t->d, name);
    display_puts(&t->d, " ");
    open_block(t);
    put_parts(t, "terms", field_or_null(aggregate, STR("terms")));
    if (where.len > 0) {
        put_keyword(t, "where");
        put_lambda(t, where);
        display_end_line(&t->d);
    }
    put_keyword(t, "values");
    for (int64_t i = 0; i < values->shape->count; i++) {
        display_puts(&t->d, i > 0 ? ", " : "{ ");
        put_total(t, values->shape->names[i], values->slots[i].as.object);
    }
    display_puts(&t->d, " }");
    display_end_line(&t->d);
    end_block(t);
}

static void put_aggregates(Text *t, Value aggregates)
{
    const Object *object = aggregates.type == T_OBJECT ? aggregates.as.object : NULL;
    for (int64_t i = 0; object && i < object->shape->count; i++) {
        put_aggregate(t, object->shape->names[i], object->slots[i].as.object);
    }
}

/* -- triggers ---------------------------------------------------------------------------------- */

/* [create, update], or the name of an aggregate. */
static void put_on(Text *t, Value on)
{
    put_keyword(t, "on");
    if (on.type == T_STRING) {
        display_put(&t->d, val_as_str(on));
    } else {
        for (int64_t i = 0; i < on.len; i++) {
            display_puts(&t->d, i > 0 ? ", " : "[");
            display_put(&t->d, val_as_str(on.as.items[i]));
        }
        display_puts(&t->d, "]");
    }
    display_end_line(&t->d);
}

static void put_trigger(Text *t, Str name, const Object *trigger)
{
    static const char *const lambdas[] = {"when", "do"};
    put_keyword(t, "trigger");
    display_name(&t->d, name);
    display_puts(&t->d, " ");
    open_block(t);
    put_on(t, field_or_null(trigger, STR("on")));
    for (int64_t i = 0; i < countof(lambdas); i++) {
        Str text = text_of(trigger, str_from_c(lambdas[i]));
        if (text.len > 0) {
            put_keyword(t, lambdas[i]);
            put_lambda(t, text);
            display_end_line(&t->d);
        }
    }
    end_block(t);
}

static void put_triggers(Text *t, Value triggers)
{
    for (int64_t i = 0; triggers.type == T_OBJECT && i < triggers.as.object->shape->count; i++) {
        put_trigger(t, triggers.as.object->shape->names[i], triggers.as.object->slots[i].as.object);
    }
}

/* -- fields ------------------------------------------------------------------------------------ */

/* A type as it was written, but for comments, as what comes next stands on its line. */
static void put_signature(Text *t, Str signature)
{
    Source source = {.text = signature};
    ParseResult parsed = {0};
    if (has_comment(signature)) {
        parsed = parse_field_type(t->rt->heap, &source);
    }
    if (parsed.type) {
        display_type(&t->d, parsed.type);
    } else {
        put_raw(t, signature);
    }
}

/* `name: String = "x"`, `compute name: Int = doc => 1` */
static void put_field(Text *t, const char *keyword, Str name, const Object *field, Str value)
{
    Str signature = text_of(field, STR("signature"));
    Str body = text_of(field, value);
    display_puts(&t->d, keyword);
    display_name(&t->d, name);
    if (signature.len > 0) {
        display_puts(&t->d, ": ");
        put_signature(t, signature);
    }
    if (body.len > 0) {
        display_puts(&t->d, " = ");
        put_raw(t, body);
    }
    display_end_line(&t->d);
}

static void put_fields(Text *t, const char *keyword, Value fields, Str value)
{
    for (int64_t i = 0; fields.type == T_OBJECT && i < fields.as.object->shape->count; i++) {
        Value field = fields.as.object->slots[i];
        if (field.type == T_OBJECT) {
            put_field(t, keyword, fields.as.object->shape->names[i], field.as.object, value);
        }
    }
}

/* -- collections ------------------------------------------------------------------------------- */

static void put_setting(Text *t, const char *keyword, Value value)
{
    if (val_is_integer(value)) {
        put_keyword(t, keyword);
        buf_int(t->d.out, value.as.integer);
        display_end_line(&t->d);
    }
}

static void put_settings(Text *t, const Object *collection)
{
    Value history = field_or_null(collection, STR("history_days"));
    Value document_ttls = field_or_null(collection, STR("document_ttls"));
    if (val_is_integer(history) && history.as.integer != 0) {
        put_setting(t, "history_days", history);
    }
    put_setting(t, "ttl_days", field_or_null(collection, STR("ttl_days")));
    if (document_ttls.type == T_BOOLEAN) {
        display_puts(&t->d,
                     document_ttls.as.boolean ? "document_ttls true" : "document_ttls false");
        display_end_line(&t->d);
    }
}

/* `split .a -> .b, .c` of { split: { field: ".a", to: [".b", ".c"] } } */
static void put_migration(Text *t, Str verb, const Object *migration)
{
    static const char *const paths[] = {"field", "into"};
    Value to = field_or_null(migration, STR("to"));
    Str value = text_of(migration, STR("value"));
    display_put(&t->d, verb);
    for (int64_t i = 0; i < countof(paths); i++) {
        Str path = text_of(migration, str_from_c(paths[i]));
        if (path.len > 0) {
            display_puts(&t->d, " ");
            put_path(t, path);
        }
    }
    int64_t count = to.type == T_ARRAY ? to.len : to.type == T_STRING ? 1 : 0;
    for (int64_t i = 0; i < count; i++) {
        display_puts(&t->d, i == 0 ? " -> " : ", ");
        put_path(t, val_as_str(to.type == T_ARRAY ? to.as.items[i] : to));
    }
    if (value.len > 0) {
        display_puts(&t->d, " = ");
        put_raw(t, value);
    }
    display_end_line(&t->d);
}

static void put_migrations(Text *t, Value migrations)
{
    if (migrations.type != T_ARRAY || migrations.len == 0) {
        return;
    }
    put_keyword(t, "migrations");
    open_block(t);
    for (int64_t i = 0; i < migrations.len; i++) {
        const Object *migration = migrations.as.items[i].as.object;
        put_migration(t, migration->shape->names[0], migration->slots[0].as.object);
    }
    end_block(t);
}

static void put_collection(Text *t, const Object *collection)
{
    Value indexes = field_or_null(collection, STR("indexes"));
    Value constraints = field_or_null(collection, STR("constraints"));
    Str wildcard = text_of(collection, STR("wildcard"));
    display_puts(&t->d, " ");
    open_block(t);
    put_fields(t, "", field_or_null(collection, STR("fields")), STR("default"));
    if (wildcard.len > 0) {
        display_puts(&t->d, "*: ");
        put_signature(t, wildcard);
        display_end_line(&t->d);
    }
    put_fields(t, "compute ", field_or_null(collection, STR("computed_fields")), STR("body"));
    for (int64_t i = 0; indexes.type == T_OBJECT && i < indexes.as.object->shape->count; i++) {
        put_index(t, indexes.as.object->shape->names[i], indexes.as.object->slots[i]);
    }
    if (constraints.type == T_ARRAY) {
        put_constraints(t, constraints);
    }
    put_aggregates(t, field_or_null(collection, STR("aggregates")));
    put_triggers(t, field_or_null(collection, STR("triggers")));
    put_settings(t, collection);
    put_migrations(t, field_or_null(collection, STR("migrations")));
    end_block(t);
}

/* -- functions --------------------------------------------------------------------------------- */

/* The type of parameter `i` in a signature, or NULL. */
static const TypeNode *param_type(const TypeNode *signature, int64_t i)
{
    return signature && signature->kind == TYPE_FUNCTION && i < signature->u.function.count
               ? signature->u.function.params[i].type
               : NULL;
}

static void put_params(Text *t, const Node *lambda, const TypeNode *signature)
{
    display_puts(&t->d, "(");
    for (int64_t i = 0; i < lambda->u.lambda.count; i++) {
        const TypeNode *type = param_type(signature, i);
        bool variadic = lambda->u.lambda.variadic && i == lambda->u.lambda.count - 1;
        display_puts(&t->d, i > 0 ? ", " : "");
        display_puts(&t->d, variadic ? "..." : "");
        display_put(&t->d, lambda->u.lambda.params[i].text);
        if (type) {
            display_puts(&t->d, ": ");
            display_type(&t->d, type);
        }
    }
    display_puts(&t->d, ")");
    if (signature && signature->kind == TYPE_FUNCTION) {
        display_puts(&t->d, ": ");
        display_type(&t->d, signature->u.function.result);
    }
}

/* A body that is no block becomes one. */
static void put_body(Text *t, Str text, bool is_block)
{
    display_puts(&t->d, " ");
    if (is_block) {
        put_raw(t, text);
        display_end_line(&t->d);
        return;
    }
    open_block(t);
    put_raw(t, text);
    display_end_line(&t->d);
    end_block(t);
}

static void put_function(Text *t, const Object *function)
{
    Arena *arena = t->rt->heap;
    Source body = {.text = text_of(function, STR("body"))};
    Source signature = {.text = text_of(function, STR("signature"))};
    ParseResult lambda = parse_lambda(arena, &body);
    TypeNode *type = signature.text.len > 0 ? parse_type(arena, &signature).type : NULL;
    if (lambda.status != PARSE_OK) {
        return; /* bodies were parsed before they were kept */
    }
    const Node *node = lambda.node;
    if (node->kind == NODE_SHORT_LAMBDA) {
        display_puts(&t->d, "(doc)");
        put_body(t, str_format(arena, "(%.*s)(doc)", STR_ARG(body.text)), false);
        return;
    }
    const Node *inner = node->u.lambda.body;
    put_params(t, node, type);
    put_body(t, str_slice(body.text, inner->span.start, inner->span.end),
             inner->kind == NODE_BLOCK);
}

/* -- roles and access providers ---------------------------------------------------------------- */

static void put_predicate(Text *t, Str predicate)
{
    if (predicate.len > 0) {
        display_puts(&t->d, " ");
        open_block(t);
        put_keyword(t, "predicate");
        put_lambda(t, predicate);
        display_end_line(&t->d);
        t->d.indent--;
        display_puts(&t->d, "}");
    }
    display_end_line(&t->d);
}

/* read, or write { predicate (…) } */
static void put_actions(Text *t, const Object *actions)
{
    for (int64_t i = 0; i < actions->shape->count; i++) {
        Value action = actions->slots[i];
        if (action.type == T_STRING || (action.type == T_BOOLEAN && action.as.boolean)) {
            display_put(&t->d, actions->shape->names[i]);
            put_predicate(t, action.type == T_STRING ? val_as_str(action) : (Str){0});
        }
    }
}

static void put_privilege(Text *t, const Object *privilege)
{
    Value actions = field_or_null(privilege, STR("actions"));
    put_keyword(t, "privileges");
    display_name(&t->d, text_of(privilege, STR("resource")));
    display_puts(&t->d, " ");
    open_block(t);
    if (actions.type == T_OBJECT) {
        put_actions(t, actions.as.object);
    }
    end_block(t);
}

/* A name, or { resource or role, predicate }. */
static void put_rule(Text *t, const char *keyword, Str field, Value rule)
{
    bool named = rule.type == T_STRING;
    put_keyword(t, keyword);
    display_name(&t->d, named ? val_as_str(rule) : text_of(rule.as.object, field));
    put_predicate(t, named ? (Str){0} : text_of(rule.as.object, STR("predicate")));
}

/* What a field holds: an array, or one entry that stands for itself. */
static Value entries(const Value *value, int64_t *count)
{
    *count = val_is_null(*value) ? 0 : value->type == T_ARRAY ? value->len : 1;
    return value->type == T_ARRAY ? *value : val_array(value, 1);
}

static void put_role(Text *t, const Object *role)
{
    Value privileges = field_or_null(role, STR("privileges"));
    Value membership = field_or_null(role, STR("membership"));
    int64_t count;
    display_puts(&t->d, " ");
    open_block(t);
    Value list = entries(&privileges, &count);
    for (int64_t i = 0; i < count; i++) {
        put_privilege(t, list.as.items[i].as.object);
    }
    list = entries(&membership, &count);
    for (int64_t i = 0; i < count; i++) {
        put_rule(t, "membership", STR("resource"), list.as.items[i]);
    }
    end_block(t);
}

static void put_string(Text *t, const char *keyword, Str text)
{
    Literal literal = {.kind = LITERAL_STRING, .text = text};
    put_keyword(t, keyword);
    display_literal(&t->d, &literal);
    display_end_line(&t->d);
}

static void put_provider(Text *t, const Object *provider)
{
    Value roles = field_or_null(provider, STR("roles"));
    int64_t count;
    display_puts(&t->d, " ");
    open_block(t);
    put_string(t, "issuer", text_of(provider, STR("issuer")));
    put_string(t, "jwks_uri", text_of(provider, STR("jwks_uri")));
    Value list = entries(&roles, &count);
    for (int64_t i = 0; i < count; i++) {
        put_rule(t, "role", STR("role"), list.as.items[i]);
    }
    end_block(t);
}

/* -- items ------------------------------------------------------------------------------------- */

static void put_annotation(Text *t, const char *keyword, Str name)
{
    if (name.len > 0) {
        display_puts(&t->d, keyword);
        display_puts(&t->d, "(");
        display_name(&t->d, name);
        display_puts(&t->d, ")");
        display_end_line(&t->d);
    }
}

void schema_text(Rt *rt, Buf *out, FslKind kind, const Object *definition)
{
    Text text = {.rt = rt, .d = {.out = out}};
    Text *t = &text;
    put_annotation(t, "@alias", text_of(definition, STR("alias")));
    put_annotation(t, "@role", text_of(definition, STR("role")));
    display_put(&t->d, fsl_keyword_text(kind));
    display_puts(&t->d, " ");
    display_name(&t->d, text_of(definition, STR("name")));
    if (kind == FSL_COLLECTION) {
        put_collection(t, definition);
    } else if (kind == FSL_FUNCTION) {
        put_function(t, definition);
    } else if (kind == FSL_ROLE) {
        put_role(t, definition);
    } else {
        put_provider(t, definition);
    }
}

Str schema_item_text(Rt *rt, const SchemaItem *item)
{
    Buf text = {0};
    schema_text(rt, &text, item->kind, schema_item_definition(rt, item));
    Str canonical = str_copy(rt->query, buf_str(&text));
    buf_free(&text);
    return canonical;
}
