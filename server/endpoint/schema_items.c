/* schema_items: /schema/1/items/KIND/NAME: one item of the schema in its file. What is sent is the
 * text of an item, which takes the place of the old one or comes behind all others in main.fsl; then
 * the file is pushed beside those in force.
 */
#include "server/endpoint/schema_call.h"

#include "interp/schema/schema_snippet.h"

typedef struct ItemKind {
    const char *path, *keyword, *module;
} ItemKind;

static const ItemKind kinds[] = {
    {"items/collections", "collection", "Collection"},
    {"items/functions", "function", "Function"},
    {"items/roles", "role", "Role"},
    {"items/access_providers", "access provider", "AccessProvider"},
};

/* An item in its file; texts are in the job's arena. */
typedef struct Item {
    const ItemKind *kind;
    Str name;
    Str file;          /* its name */
    Str text;          /* of the file */
    int64_t start, end; /* the item in it */
} Item;

static const ItemKind *kind_of(const SchemaCall *call)
{
    for (int64_t i = 0; i < countof(kinds); i++) {
        if (str_eq(str_from_c(call->row->path), str_from_c(kinds[i].path))) {
            return &kinds[i];
        }
    }
    UNREACHABLE();
}

static bool refuse(SchemaCall *call, int status, Str message)
{
    schema_call_fail(call, status, message);
    return false;
}

/* Finds the item that the path names, in the schema that waits if there is one. False: an error was
 * answered. */
static bool find_item(SchemaCall *call, Item *item, int64_t *version_us)
{
    Arena *arena = &call->job->arena;
    SchemaState state = session_schema_state(call->session, (Str){0});
    Span place;
    item->kind = kind_of(call);
    item->name = call->name;
    *version_us = state.version_us;
    if (!call->params.validate && !schema_call_is_current(call, state.version_us)) {
        return false;
    }
    if (!schema_snippet_find(call->session, state.is_staged ? state.staged : state.files,
                             state.is_staged ? state.staged_count : state.count,
                             str_from_c(item->kind->keyword), item->name, &place)) {
        return refuse(call, 404, STR("Not found"));
    }
    item->file = str_copy(arena, place.source->name);
    item->text = str_copy(arena, place.source->text);
    item->start = place.start;
    item->end = place.end;
    return true;
}

/* -- answers ---------------------------------------------------------------------------------- */

static Value keep_value(void *context, Rt *rt, Value value)
{
    PrintOptions options = {.format = PRINT_SIMPLE};
    return print_value(rt, context, value, &options);
}

/* The document of an item as plain JSON; null: there is none. */
static void put_definition(SchemaCall *call, const Item *item)
{
    Buf text = {0};
    int64_t bad_offset;
    Str query = str_format(&call->job->arena, "%s.byName(name)", item->kind->module);
    Binding name = {STR("name"), val_str(item->name)};
    RunOptions options = {.query = true,
                          .read_only = true,
                          .arguments = &name,
                          .argument_count = 1,
                          .sink = keep_value,
                          .sink_context = &text};
    const Source *source = session_source(call->session, STR("*query*"), query, &bad_offset);
    Outcome outcome = session_run(call->session, source, &options);
    buf_puts(&call->job->answer, ",\"definition\":");
    buf_put(&call->job->answer, outcome.kind == OUTCOME_OK ? buf_str(&text) : STR("null"));
    buf_free(&text);
}

static void answer_item(SchemaCall *call, const Item *item, int64_t version_us, Str content)
{
    schema_call_answer(call, version_us);
    schema_call_put(call, "filename", item->file);
    buf_printf(&call->job->answer, ",\"span\":{\"start\":%lld,\"end\":%lld}",
               (long long)item->start, (long long)item->end);
    schema_call_put(call, "content", content);
    put_definition(call, item);
    buf_byte(&call->job->answer, '}');
}

/* -- changes ---------------------------------------------------------------------------------- */

static bool may_write(SchemaCall *call)
{
    return call->params.validate || session_may_use_schema(call->session, true) ||
           refuse(call, 403, STR("Access denied"));
}

/* The item that was sent, which must be of the path's kind. */
static bool read_snippet(SchemaCall *call, Str *snippet, Str *name)
{
    Str errors;
    *snippet = buf_str(&call->job->exchange->body);
    const Source *source = schema_call_source(call, STR("*fsl*"), *snippet);
    if (!source) {
        return false;
    }
    if (!schema_snippet_read(call->session, str_from_c(kind_of(call)->keyword), source->text, name,
                             &errors)) {
        return refuse(call, 400, errors);
    }
    *name = str_copy(&call->job->arena, *name);
    return true;
}

/* Pushes the file with another text, or only tells what that changes. `content`: what is told to be
 * the item's text. */
static void push_file(SchemaCall *call, const Item *item, Str text, Str content)
{
    Outcome outcome;
    const Source *file = schema_call_source(call, item->file, text);
    SchemaPush push = {.files = &file, .count = 1, .adds = true,
                       .against_staged = true, .dry_run = call->params.validate};
    if (!file || !schema_call_push(call, &push, &outcome)) {
        return;
    }
    if (call->params.validate) {
        schema_call_answer(call, outcome.schema_us);
        schema_call_put_diff(call, &push, call->params.style);
        buf_byte(&call->job->answer, '}');
    } else {
        answer_item(call, item, outcome.txn_us, content);
    }
}

/* The file's text with the item replaced. */
static Str replace_item(SchemaCall *call, const Item *item, Str by)
{
    return str_format(&call->job->arena, "%.*s%.*s%.*s",
                      STR_ARG(str_slice(item->text, 0, item->start)), STR_ARG(by),
                      STR_ARG(str_slice(item->text, item->end, item->text.len)));
}

void schema_item_get(SchemaCall *call)
{
    Item item;
    int64_t version_us;
    if (find_item(call, &item, &version_us)) {
        answer_item(call, &item, version_us, str_slice(item.text, item.start, item.end));
    }
}

void schema_item_add(SchemaCall *call)
{
    Arena *arena = &call->job->arena;
    Item item = {.kind = kind_of(call), .file = STR("main.fsl")};
    Str snippet;
    if (!may_write(call) || !read_snippet(call, &snippet, &item.name)) {
        return;
    }
    SchemaState state = session_schema_state(call->session, (Str){0});
    for (int64_t i = 0; i < state.count; i++) {
        if (str_eq(state.files[i]->name, item.file)) {
            item.text = str_copy(arena, state.files[i]->text);
        }
    }
    item.start = item.text.len + 2;
    item.end = item.start + snippet.len;
    push_file(call, &item, str_format(arena, "%.*s\n\n%.*s", STR_ARG(item.text), STR_ARG(snippet)),
              snippet);
}

void schema_item_replace(SchemaCall *call)
{
    Item item;
    int64_t version_us;
    Str snippet, name;
    if (!may_write(call) || !read_snippet(call, &snippet, &name) ||
        !find_item(call, &item, &version_us)) {
        return;
    }
    if (!str_eq(name, item.name)) {
        schema_call_fail(call, 400,
                         str_format(&call->job->arena,
                                    "An item keeps its name here. %s.byName(\"%.*s\")!.update({ "
                                    "name: \"%.*s\" }) changes it.",
                                    item.kind->module, STR_ARG(item.name), STR_ARG(name)));
        return;
    }
    Str text = replace_item(call, &item, snippet);
    item.end = item.start + snippet.len;
    push_file(call, &item, text, snippet);
}

void schema_item_delete(SchemaCall *call)
{
    Item item;
    int64_t version_us;
    if (may_write(call) && find_item(call, &item, &version_us)) {
        push_file(call, &item, replace_item(call, &item, (Str){0}),
                  str_slice(item.text, item.start, item.end));
    }
}
