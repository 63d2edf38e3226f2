/* schema: the items at the top of schema files. See schema.h. */
#include "grammar/schema_advice.h"

Diag *schema_error(SchemaBuild *b, Span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Diag *diag = diag_add(b->diags, DIAG_ERROR, span, str_vformat(b->arena, format, args));
    va_end(args);
    return diag;
}

/* -- names that are taken --------------------------------------------------------------------- */

/* The names of one schema. Collections and functions share theirs. */
typedef struct Taken {
    SchemaSeen members, roles, providers;
    Map collections; /* names of collections alone */
} Taken;

/* A function may have the name of a collection if it has an alias to be called by. */
static void see_names(Taken *taken, const FslNode *node, Name alias)
{
    SchemaSeen *members = &taken->members;
    bool beside_collection = node->kind == FSL_FUNCTION && alias.text.len > 0 &&
                             schema_has_seen(members, node->name.text) &&
                             map_find(&taken->collections, node->name.text) != NULL;
    if (!beside_collection) {
        schema_see(members, node->name);
    }
    if (alias.text.len > 0) {
        schema_see(members, alias);
    }
}

/* -- items ------------------------------------------------------------------------------------- */

static bool build_item(SchemaBuild *b, const FslNode *node, SchemaItem *item)
{
    switch ((int)node->kind) {
    case FSL_COLLECTION:
        if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
            return false;
        }
        schema_build_collection(b, node, &item->u.collection);
        return true;
    case FSL_FUNCTION:
        return schema_need_value(b, node) && schema_build_function(b, node, &item->u.function);
    case FSL_ROLE:
        if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
            return false;
        }
        schema_build_role(b, node, &item->u.role);
        return true;
    default:
        assert(node->kind == FSL_ACCESS_PROVIDER);
        if (!schema_need_value(b, node) || !schema_need_block(b, node)) {
            return false;
        }
        schema_build_provider(b, node, &item->u.provider);
        return true;
    }
}

/* Checks annotations and names of an item; false: it has no name. */
static bool check_head(SchemaBuild *b, const FslNode *node, Taken *taken, SchemaItem *item)
{
    bool named = node->kind == FSL_ROLE || node->kind == FSL_ACCESS_PROVIDER;
    if (named) {
        schema_no_annotations(b, node);
    }
    if (!schema_need_name(b, node)) {
        return false;
    }
    if (named) {
        schema_see(node->kind == FSL_ROLE ? &taken->roles : &taken->providers, node->name);
        return true;
    }
    schema_allow_annotations(b, node, "alias", node->kind == FSL_FUNCTION ? "role" : NULL);
    item->alias = schema_annotation(b, node, "alias");
    see_names(taken, node, item->alias);
    return true;
}

static void add_item(SchemaBuild *b, const FslNode *node, Taken *taken, SchemaItems *items)
{
    bool known = node->kind == FSL_COLLECTION || node->kind == FSL_FUNCTION ||
                 node->kind == FSL_ROLE || node->kind == FSL_ACCESS_PROVIDER;
    if (!known) {
        Name word = node->keyword;
        word.text = node->kind == FSL_FIELD ? STR("field") : word.text;
        schema_error_word(b, word, "Invalid schema item", SCHEMA_PLACE_TOP);
        return;
    }
    SchemaItem *item = arena_new(b->arena, SchemaItem);
    *item = (SchemaItem){.kind = node->kind, .name = node->name, .span = node->span};
    if (check_head(b, node, taken, item) && build_item(b, node, item)) {
        vec_push(items, b->arena, item);
    }
}

/* Moves the diagnostics of `from` behind those of `to`. */
static void join_diags(DiagList *to, const DiagList *from)
{
    if (from->first == NULL) {
        return;
    }
    if (to->last == NULL) {
        to->first = from->first;
    } else {
        to->last->next = from->first;
    }
    to->last = from->last;
    to->count += from->count;
    to->errors += from->errors;
}

static void note_collections(Taken *taken, const FslResult *file)
{
    for (int64_t i = 0; i < file->count; i++) {
        FslNode *node = file->items[i];
        if (node->kind == FSL_COLLECTION && node->name.span.source != NULL) {
            map_put(&taken->collections, node->name.text, node);
        }
    }
}

SchemaResult parse_schema(Arena *arena, const Source *const *sources, int64_t count)
{
    SchemaResult result = {0};
    diag_list_init(&result.diags, arena);
    SchemaBuild build = {.arena = arena, .diags = &result.diags};
    Taken taken = {.members = schema_seen(&build, "collection or function"),
                   .roles = schema_seen(&build, "role"),
                   .providers = schema_seen(&build, "access provider")};
    map_init(&taken.collections, arena);
    FslResult *files = arena_array(arena, FslResult, count);
    for (int64_t i = 0; i < count; i++) {
        files[i] = parse_fsl(arena, sources[i]);
        note_collections(&taken, &files[i]);
    }
    /* What is wrong is told of all files, of the items only where the file could be read. */
    for (int64_t i = 0; i < count; i++) {
        join_diags(&result.diags, &files[i].diags);
        for (int64_t k = 0; k < files[i].count && files[i].diags.errors == 0; k++) {
            add_item(&build, files[i].items[k], &taken, &result.items);
        }
    }
    result.ok = result.diags.errors == 0;
    return result;
}
