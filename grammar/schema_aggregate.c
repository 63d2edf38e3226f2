/* schema_aggregate: the aggregates of a collection. See schema_build.h.
 *
 *   aggregate rating {
 *     terms [.movie]
 *     where (.published)
 *     values { count: count(), mean: mean(.stars), best: top(3, .stars) }
 *   }
 */
#include "grammar/schema_advice.h"

/* -- values ------------------------------------------------------------------------------------ */

/* The arguments of `f(…)`, and f; NULL: it is no such call. */
static const NodeList *call_of(const Node *expr, Name *function)
{
    bool call = expr->kind == NODE_CHAIN && expr->u.chain.count == 1 &&
                expr->u.chain.base->kind == NODE_ID && expr->u.chain.links[0].kind == LINK_APPLY &&
                !expr->u.chain.links[0].optional;
    if (!call) {
        return NULL;
    }
    *function = expr->u.chain.base->u.id;
    return &expr->u.chain.links[0].args;
}

static bool find_kind(Str name, TotalKind *kind)
{
    for (int i = 0; i < TOTAL_KINDS; i++) {
        if (str_eq(total_text((TotalKind)i), name)) {
            *kind = (TotalKind)i;
            return true;
        }
    }
    return false;
}

/* `top(3, .stars)`, `count()`, `mean(.stars)` */
static bool read_total(SchemaBuild *b, const Field *field, SchemaTotal *total)
{
    Name function;
    const NodeList *args = call_of(field->value, &function);
    *total = (SchemaTotal){.name = field->name};
    if (!args || !find_kind(function.text, &total->kind)) {
        schema_error(b, field->value->span,
                     "Expected `count()`, `sum(.field)`, `mean(.field)`, `min(.field)`, "
                     "`max(.field)`, `top(n, .field)` or `countDistinct(.field)`");
        return false;
    }
    int64_t wanted = total->kind == TOTAL_COUNT ? 0 : total->kind == TOTAL_TOP ? 2 : 1;
    if (args->len != wanted) {
        schema_error(b, field->value->span, "`%.*s` takes %s", STR_ARG(function.text),
                     wanted == 0   ? "no arguments"
                     : wanted == 1 ? "one argument, a field path"
                                   : "two arguments: how many, and a field path");
        return false;
    }
    if (total->kind == TOTAL_TOP) {
        const Node *n = args->at[0];
        if (n->kind != NODE_LITERAL || n->u.literal.kind != LITERAL_INT) {
            schema_error(b, n->span, "Expected integer literal");
            return false;
        }
        total->n = n->u.literal.integer;
    }
    return wanted == 0 || schema_path(b, args->at[wanted - 1], &total->path);
}

static void read_values(SchemaBuild *b, const FslNode *node, SchemaAggregate *aggregate)
{
    const FslValue *value = &node->value;
    if (value->kind != FSL_EXPR || value->u.expr->kind != NODE_OBJECT) {
        schema_error(b, node->span,
                     "Expected an object, as in `values { count: count(), mean: mean(.stars) }`");
        return;
    }
    SchemaSeen seen = schema_seen(b, "value");
    int64_t count = value->u.expr->u.object.count;
    aggregate->values = arena_array(b->arena, SchemaTotal, count);
    for (int64_t i = 0; i < count; i++) {
        const Field *field = &value->u.expr->u.object.fields[i];
        schema_see(&seen, field->name);
        (void)read_total(b, field, &aggregate->values[i]);
    }
    aggregate->count = count;
    if (count == 0) {
        schema_error(b, value->span, "An aggregate must have one value at least");
    }
}

/* -- members ----------------------------------------------------------------------------------- */

bool schema_build_aggregate(SchemaBuild *b, const FslNode *node, SchemaAggregate *aggregate)
{
    SchemaSeen terms = schema_seen(b, "terms definition");
    SchemaSeen where = schema_seen(b, "where");
    SchemaSeen values = schema_seen(b, "values");
    int64_t errors = b->diags->errors;
    *aggregate = (SchemaAggregate){.name = node->name, .span = node->span};
    if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
        return false;
    }
    for (int64_t i = 0; i < node->value.u.block.count; i++) {
        const FslNode *member = node->value.u.block.at[i];
        schema_no_annotations(b, member);
        if (member->kind == FSL_TERMS) {
            schema_see_only(&terms, member->span);
            if (schema_need_value(b, member)) {
                (void)schema_parts(b, &member->value, false, &aggregate->terms);
            }
        } else if (member->kind == FSL_WHERE) {
            schema_see_only(&where, member->span);
            aggregate->where = schema_lambda(b, member, "Expected a lambda",
                                             "The lambda must stand in parentheses");
        } else if (member->kind == FSL_VALUES) {
            schema_see_only(&values, member->span);
            read_values(b, member, aggregate);
        } else {
            schema_error_word(b, member->keyword, "Invalid member", SCHEMA_PLACE_AGGREGATE);
        }
    }
    schema_need_member(b, node, &values);
    return b->diags->errors == errors;
}
