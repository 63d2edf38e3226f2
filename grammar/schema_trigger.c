/* schema_trigger: the triggers of a collection. See schema_build.h.
 *
 *   trigger refresh {
 *     on [create, update]
 *     when (event => event.after!.stars > 3)
 *     do (event => …)
 *   }
 */
#include "grammar/schema_advice.h"

/* -- on ---------------------------------------------------------------------------------------- */

static bool is_action(Str name)
{
    return str_eq(name, STR("create")) || str_eq(name, STR("update")) ||
           str_eq(name, STR("delete"));
}

/* `[create, update]` */
static bool read_actions(SchemaBuild *b, const FslNode *node, SchemaTrigger *trigger)
{
    SchemaSeen seen = schema_seen(b, "action");
    int64_t errors = b->diags->errors;
    trigger->on = arena_array(b->arena, Name, node->value.u.paths.count);
    for (int64_t i = 0; i < node->value.u.paths.count; i++) {
        const Node *expr = node->value.u.paths.at[i];
        if (expr->kind != NODE_ID || !is_action(expr->u.id.text)) {
            schema_error(b, expr->span, "Expected `create`, `update` or `delete`");
            continue;
        }
        schema_see(&seen, expr->u.id);
        trigger->on[trigger->on_count++] = expr->u.id;
    }
    if (node->value.u.paths.count == 0) {
        schema_error(b, node->value.span, "A trigger must be on one action at least");
    }
    return b->diags->errors == errors;
}

static bool read_on(SchemaBuild *b, const FslNode *node, SchemaTrigger *trigger)
{
    bool named = node->name.span.source != NULL;
    if (named && node->value.kind == FSL_NOTHING && !is_action(node->name.text)) {
        trigger->on = arena_copy(b->arena, &node->name, (int64_t)sizeof node->name);
        trigger->on_count = 1;
        trigger->on_aggregate = true;
        return true;
    }
    if (!named && node->value.kind == FSL_PATHS) {
        return read_actions(b, node, trigger);
    }
    schema_error(b, node->span,
                 "Expected actions in brackets, as in `on [create, update]`, or the "
                 "name of an aggregate");
    return false;
}

/* -- members ----------------------------------------------------------------------------------- */

static Node *read_lambda(SchemaBuild *b, const FslNode *node)
{
    return schema_lambda(b, node, "Expected a lambda", "The lambda must stand in parentheses");
}

bool schema_build_trigger(SchemaBuild *b, const FslNode *node, SchemaTrigger *trigger)
{
    SchemaSeen on = schema_seen(b, "on");
    SchemaSeen when = schema_seen(b, "when");
    SchemaSeen body = schema_seen(b, "do");
    int64_t errors = b->diags->errors;
    *trigger = (SchemaTrigger){.name = node->name, .span = node->span};
    if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
        return false;
    }
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        const FslNode *member = node->value.u.block.at[i];
        schema_no_annotations(b, member);
        if (member->kind == FSL_ON) {
            schema_see_only(&on, member->span);
            (void)read_on(b, member, trigger);
        } else if (member->kind == FSL_WHEN) {
            schema_see_only(&when, member->span);
            trigger->when = read_lambda(b, member);
        } else if (member->kind == FSL_DO) {
            schema_see_only(&body, member->span);
            trigger->body = read_lambda(b, member);
        } else {
            schema_error_word(b, member->keyword, "Invalid member", SCHEMA_PLACE_TRIGGER);
        }
    }
    schema_need_member(b, node, &on);
    schema_need_member(b, node, &body);
    return b->diags->errors == errors;
}
