/* schema_role: roles and access providers. See schema_build.h. */
#include "grammar/schema_advice.h"

/* What a membership, an access provider's role or an action says. */
static SchemaRule read_rule(SchemaBuild *b, const FslNode *node)
{
    return (SchemaRule){.action = node->kind,
                        .name = node->name,
                        .predicate = schema_predicate(b, node),
                        .span = node->span};
}

/* -- roles ------------------------------------------------------------------------------------- */

static void add_action(SchemaBuild *b, const FslNode *node, SchemaSeen *seen,
                       SchemaPrivilege *privilege)
{
    schema_no_annotations(b, node);
    schema_no_name(b, node);
    if (node->kind < FSL_CREATE || node->kind > FSL_CALL) {
        schema_error_word(b, node->keyword, "Invalid action", SCHEMA_PLACE_PRIVILEGES);
        return;
    }
    schema_see(seen, node->keyword);
    SchemaRule action = read_rule(b, node);
    vec_push(&privilege->actions, b->arena, action);
}

static void add_privilege(SchemaBuild *b, const FslNode *node, SchemaSeen *seen, SchemaRole *role)
{
    schema_no_annotations(b, node);
    if (!schema_need_name(b, node)) {
        return;
    }
    schema_see(seen, node->name);
    if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
        return;
    }
    SchemaPrivilege privilege = {.resource = node->name, .span = node->span};
    SchemaSeen actions = schema_seen(b, "action");
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        add_action(b, node->value.u.block.at[i], &actions, &privilege);
    }
    vec_push(&role->privileges, b->arena, privilege);
}

void schema_build_role(SchemaBuild *b, const FslNode *node, SchemaRole *role)
{
    SchemaSeen privileges = schema_seen(b, "privileges");
    SchemaSeen memberships = schema_seen(b, "membership");
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        const FslNode *member = node->value.u.block.at[i];
        if (member->kind == FSL_PRIVILEGES) {
            add_privilege(b, member, &privileges, role);
        } else if (member->kind == FSL_MEMBERSHIP) {
            schema_no_annotations(b, member);
            if (schema_need_name(b, member)) {
                schema_see(&memberships, member->name);
                SchemaRule membership = read_rule(b, member);
                vec_push(&role->memberships, b->arena, membership);
            }
        } else {
            schema_error_word(b, member->keyword, "Invalid member", SCHEMA_PLACE_ROLE);
        }
    }
}

/* -- access providers -------------------------------------------------------------------------- */

static void read_text(SchemaBuild *b, const FslNode *node, SchemaSeen *seen, Str *text)
{
    schema_no_annotations(b, node);
    schema_no_name(b, node);
    schema_see_only(seen, node->keyword.span);
    if (schema_need_value(b, node)) {
        (void)schema_string(b, &node->value, text);
    }
}

static void need_seen(SchemaBuild *b, const SchemaSeen *seen, Span span)
{
    if (!schema_has_seen(seen, STR(""))) {
        schema_advise(
            b, schema_error(b, span, "Missing %s", seen->what),
            "An access provider has an `issuer` and a `jwks_uri`, each with a text behind it");
    }
}

void schema_build_provider(SchemaBuild *b, const FslNode *node, SchemaProvider *provider)
{
    SchemaSeen issuer = schema_seen(b, "issuer");
    SchemaSeen jwks_uri = schema_seen(b, "jwks uri");
    SchemaSeen roles = schema_seen(b, "role");
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        const FslNode *member = node->value.u.block.at[i];
        if (member->kind == FSL_ISSUER) {
            read_text(b, member, &issuer, &provider->issuer);
        } else if (member->kind == FSL_JWKS_URI) {
            read_text(b, member, &jwks_uri, &provider->jwks_uri);
        } else if (member->kind == FSL_ROLE) {
            schema_no_annotations(b, member);
            if (schema_need_name(b, member)) {
                schema_see(&roles, member->name);
                SchemaRule role = read_rule(b, member);
                vec_push(&provider->roles, b->arena, role);
            }
        } else {
            schema_error_word(b, member->keyword, "Invalid member", SCHEMA_PLACE_PROVIDER);
        }
    }
    need_seen(b, &issuer, node->value.span);
    need_seen(b, &jwks_uri, node->value.span);
}
