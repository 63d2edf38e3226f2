/* fsl_build: makes the items of a schema. See fsl_build.h. */
#include "grammar/fsl_build.h"

static Span span_between(const FslParse *p, uint32_t start, uint32_t end)
{
    return (Span){p->source, start, end};
}

static Span token_span(const FslParse *p, FslToken token)
{
    return span_between(p, token.start, token.end);
}

/* A name as written; of one in quotes, what they hold. */
static Name make_name(const FslParse *p, FslToken token)
{
    Name name = {str_slice(p->source->text, token.start, token.end), token_span(p, token)};
    if (name.text.len >= 2 && (name.text.s[0] == '"' || name.text.s[0] == '\'')) {
        name.text = str_slice(name.text, 1, name.text.len - 1);
    }
    return name;
}

/* Takes `count` elements off the end of a stack, as an array of their own. */
#define TAKE(p, stack, count) \
    (take((p)->arena, (stack)->at, &(stack)->len, (int64_t)sizeof *(stack)->at, (count)))

static void *take(Arena *arena, const void *stack, int64_t *len, int64_t size, int64_t count)
{
    assert(*len >= count);
    if (count == 0) {
        return NULL;
    }
    *len -= count;
    return arena_copy(arena, (const char *)stack + *len * size, count * size);
}

/* -- items --------------------------------------------------------------------------------- */

void fsl_build_items(FslParse *p, uint32_t count)
{
    p->items = TAKE(p, &p->nodes, count);
    p->count = count;
}

void fsl_build_annotation(FslParse *p, FslToken keyword, FslToken name, FslToken close)
{
    FslAnnotation annotation = {.keyword = make_name(p, keyword),
                                .value = make_name(p, name),
                                .span = span_between(p, keyword.start, close.end)};
    annotation.keyword.text = str_slice(annotation.keyword.text, 1, annotation.keyword.text.len);
    vec_push(&p->annotations, p->arena, annotation);
}

void fsl_build_item(FslParse *p, uint32_t annotations, FslEntry entry)
{
    FslNode *node = arena_new(p->arena, FslNode);
    *node = (FslNode){.kind = entry.kind,
                      .keyword = entry.keyword,
                      .name = entry.name,
                      .annotations = TAKE(p, &p->annotations, annotations),
                      .annotation_count = annotations,
                      .value = entry.value,
                      .span = entry.span};
    if (annotations > 0) {
        node->span.start = node->annotations[0].span.start;
    }
    vec_push(&p->nodes, p->arena, node);
}

FslEntry fsl_build_entry(FslParse *p, FslToken keyword, const FslToken *name, FslValue value)
{
    FslEntry entry = {.kind = keyword.word, .keyword = make_name(p, keyword), .value = value};
    if (name) {
        entry.name = make_name(p, *name);
    }
    entry.span = span_join(entry.keyword.span, value.kind != FSL_NOTHING ? value.span
                                               : name                    ? entry.name.span
                                                                         : entry.keyword.span);
    return entry;
}

FslEntry fsl_build_field(FslParse *p, const FslToken *compute, FslToken name, const FslToken *type,
                         const FslToken *value)
{
    FslEntry entry = {.kind = FSL_FIELD,
                      .keyword = make_name(p, compute ? *compute : name),
                      .name = make_name(p, name),
                      .value.kind = FSL_FIELD_VALUE};
    bool wildcard = str_eq(entry.name.text, STR("*"));
    entry.value.u.field.kind = wildcard ? FSL_WILDCARD : compute ? FSL_COMPUTED : FSL_DEFINED;
    entry.value.u.field.type = type ? type->u.type : NULL;
    entry.value.u.field.default_ = value ? value->u.node : NULL;
    const FslToken *last = value ? value : type ? type : &name;
    entry.value.span = span_between(p, name.start, last->end);
    entry.span = span_between(p, entry.keyword.span.start, last->end);
    return entry;
}

/* -- values -------------------------------------------------------------------------------- */

FslValue fsl_build_nothing(void)
{
    return (FslValue){.kind = FSL_NOTHING};
}

FslValue fsl_build_block(FslParse *p, uint32_t count, FslToken open, FslToken close)
{
    FslValue value = {.kind = FSL_BLOCK, .span = span_between(p, open.start, close.end)};
    value.u.block.at = TAKE(p, &p->nodes, count);
    value.u.block.count = count;
    return value;
}

FslValue fsl_build_paths(FslParse *p, uint32_t count, FslToken open, FslToken close)
{
    FslValue value = {.kind = FSL_PATHS, .span = span_between(p, open.start, close.end)};
    value.u.paths.at = TAKE(p, &p->paths, count);
    value.u.paths.count = count;
    return value;
}

FslValue fsl_build_expr(FslParse *p, FslToken token)
{
    (void)p;
    return (FslValue){.kind = FSL_EXPR, .span = token.u.node->span, .u.expr = token.u.node};
}

FslValue fsl_build_invalid(FslParse *p, FslToken token)
{
    return (FslValue){
        .kind = FSL_INVALID, .span = token_span(p, token), .u.problem = token.u.problem};
}

void fsl_build_param(FslParse *p, const FslToken *dots, FslToken name, const FslToken *type)
{
    FslParam param = {
        .name = make_name(p, name), .type = type ? type->u.type : NULL, .variadic = dots != NULL};
    vec_push(&p->params, p->arena, param);
}

FslValue fsl_build_signature(FslParse *p, FslToken open, uint32_t count, FslToken close,
                             const FslToken *result, FslToken body)
{
    FslValue value = {.kind = FSL_SIGNATURE, .span = span_between(p, open.start, body.end)};
    value.u.signature.params = TAKE(p, &p->params, count);
    value.u.signature.count = count;
    value.u.signature.parens = span_between(p, open.start, close.end);
    value.u.signature.result = result ? result->u.type : NULL;
    value.u.signature.body = body.u.node;
    return value;
}

void fsl_build_path(FslParse *p, FslToken token)
{
    vec_push(&p->paths, p->arena, token.u.node);
}

FslValue fsl_build_migration(FslParse *p, FslToken keyword, uint32_t paths, const FslToken *value)
{
    FslValue migration = {.kind = FSL_MIGRATION,
                          .span = span_between(p, keyword.start, value ? value->end : keyword.end)};
    migration.u.migration.paths = TAKE(p, &p->paths, paths);
    migration.u.migration.count = paths;
    migration.u.migration.value = value ? value->u.node : NULL;
    if (paths > 0 && !value) {
        migration.span.end = migration.u.migration.paths[paths - 1]->span.end;
    }
    return migration;
}
