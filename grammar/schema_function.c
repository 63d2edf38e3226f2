/* schema_function: the signatures of functions. See schema_build.h. */
#include "grammar/schema_advice.h"

/* Either all parameters and the result have types, or none has. */
static void check_types(SchemaBuild *b, const FslValue *value)
{
    const FslParam *params = value->u.signature.params;
    if (value->u.signature.count == 0) {
        return;
    }
    bool typed = params[0].type != NULL;
    Span first = typed ? params[0].type->span : params[0].name.span;
    Str reason = typed ? STR("Expecting types due to this type annotation")
                       : STR("Expecting no types due to this argument not having a type");
    for (int64_t i = 1; i < value->u.signature.count; i++) {
        if ((params[i].type != NULL) != typed) {
            Diag *diag =
                schema_error(b, params[i].name.span, "All or no arguments must have a type");
            diag_hint(diag, b->arena, DIAG_HINT, first, reason);
        }
    }
    const TypeNode *result = value->u.signature.result;
    if ((result != NULL) == typed) {
        return;
    }
    Span close = value->u.signature.parens;
    close.start = close.end - 1;
    Diag *diag = result
                     ? schema_error(b, result->span,
                                    "Return type is not allowed when arguments do not have a type")
                     : schema_error(b, close, "Return type is required when arguments have a type");
    diag_hint(diag, b->arena, DIAG_HINT, first, reason);
}

static void check_variadic(SchemaBuild *b, const FslValue *value)
{
    for (int64_t i = 0; i + 1 < value->u.signature.count; i++) {
        const FslParam *param = &value->u.signature.params[i];
        if (param->variadic) {
            schema_error(b, param->name.span, "Variadic argument must be the last argument.");
        }
    }
}

/* What is wrong with a body that does not parse; the reference says only that a definition was
 * expected. */
static void report_body(SchemaBuild *b, const DiagList *problem, Span span)
{
    if (problem == NULL || problem->first == NULL) {
        schema_advise(
            b, schema_error(b, span, "Expected a function definition"),
            "A function is written `function name(x: Int): Int { x + 1 }`; its body ends with "
            "an expression");
        return;
    }
    for (const Diag *diag = problem->first; diag != NULL; diag = diag->next) {
        Diag *copy = diag_add(b->diags, diag->kind, diag->span, diag->message);
        copy->annotation = diag->annotation;
        copy->hints = diag->hints;
    }
}

bool schema_build_function(SchemaBuild *b, const FslNode *node, SchemaFunction *function)
{
    const FslValue *value = &node->value;
    if (value->kind != FSL_SIGNATURE) {
        report_body(b, value->kind == FSL_INVALID ? value->u.problem : NULL, value->span);
        return false;
    }
    check_variadic(b, value);
    check_types(b, value);
    *function = (SchemaFunction){.params = value->u.signature.params,
                                 .count = value->u.signature.count,
                                 .result = value->u.signature.result,
                                 .body = value->u.signature.body,
                                 .role = schema_annotation(b, node, "role")};
    return true;
}
