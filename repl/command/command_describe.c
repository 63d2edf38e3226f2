/* command_describe: what is in the database: .describe, .indexes. (Lists of the other kinds are in
 * command.c.)
 *
 *   Movie: 3201 documents
 *
 *   title     String 998, Null 2         "Alien"
 *   year      Int 1000                   1979
 *   (fields of 1000 documents)
 *
 *   collection Movie { …
 */
#include "repl/command/command_int.h"

#include "repl/show/value_line.h"
#include "runtime/base/map.h"
#include "runtime/schema/catalog.h"
#include "runtime/set/set.h"

#include <string.h>

enum {
    SAMPLE = 1000, /* documents that are looked at */
    NAME_COLUMN = 16,  /* columns are as wide at least, … */
    TYPES_COLUMN = 20,
    COLUMN_MAX = 36, /* … and at most */
    EXAMPLE_WIDTH = 40,
};

/* A field that some document has. */
typedef struct SeenField {
    Str name;
    int64_t types[TYPE_COUNT];
    Str example; /* of the first one */
} SeenField;

typedef struct Sample {
    Arena arena;
    VEC(SeenField *) fields; /* in the order in which they were seen, … */
    Map by_name;             /* … and by their names */
    int64_t documents;
} Sample;

/* -- looking at documents ---------------------------------------------------------------------- */

static SeenField *find_field(Sample *sample, Str name)
{
    SeenField *field = map_find(&sample->by_name, name);
    if (field) {
        return field;
    }
    field = arena_new(&sample->arena, SeenField);
    field->name = str_copy(&sample->arena, name);
    map_put(&sample->by_name, field->name, field);
    vec_push(&sample->fields, &sample->arena, field);
    return field;
}

static bool is_meta(Str name)
{
    return str_eq(name, STR("id")) || str_eq(name, STR("coll")) || str_eq(name, STR("ts"));
}

/* The value on a line, cut with a sign if it is long. */
static Value make_example(Sample *sample, Rt *rt, Value v, Str *example)
{
    Buf text = {0};
    Value status = value_line(rt, &text, v);
    int64_t end = text.len;
    if (end > EXAMPLE_WIDTH) {
        end = EXAMPLE_WIDTH;
        while (end > 0 && ((unsigned char)text.data[end] & 0xc0) == 0x80) {
            end--;
        }
    }
    *example = str_format(&sample->arena, "%.*s%s", (int)end, text.data ? text.data : "",
                          end < text.len ? "…" : "");
    buf_free(&text);
    return status;
}

static Value look_at(Sample *sample, Rt *rt, Value document)
{
    TRY(all, doc_object(rt, document));
    const Object *object = all.as.object;
    for (uint32_t i = 0; i < object->shape->count; i++) {
        if (is_meta(object->shape->names[i])) {
            continue;
        }
        SeenField *field = find_field(sample, object->shape->names[i]);
        field->types[object->slots[i].type]++;
        if (field->example.len == 0) {
            TRY(status, make_example(sample, rt, object->slots[i], &field->example));
            (void)status;
        }
    }
    sample->documents++;
    return val_null(NULL);
}

static Value take_sample(void *context, Rt *rt, Value v)
{
    Sample *sample = context;
    SetReader *reader = set_open(rt, v.as.set);
    Value document, status = val_null(NULL);
    int got = 0;
    if (reader == NULL) {
        return val_fault();
    }
    while (!val_is_fault(status) && sample->documents < SAMPLE &&
           (got = set_next(reader, rt, &document)) > 0) {
        status = look_at(sample, rt, document);
    }
    set_close(reader);
    return got < 0 ? val_fault() : status;
}

/* -- telling ------------------------------------------------------------------------------------- */

static void pad(Buf *out, int64_t start, int64_t column)
{
    int64_t used = out->len - start;
    buf_fill(out, ' ', used < column ? column - used : 1);
}

/* "Int 878, missing 122" */
static void put_types(Buf *out, const Sample *sample, const SeenField *field)
{
    int64_t start = out->len, seen = 0;
    for (int type = 0; type < TYPE_COUNT; type++) {
        if (field->types[type] > 0) {
            buf_printf(out, "%s%.*s %lld", out->len > start ? ", " : "",
                       STR_ARG(type_name((Type)type)), (long long)field->types[type]);
            seen += field->types[type];
        }
    }
    if (seen < sample->documents) {
        buf_printf(out, ", missing %lld", (long long)(sample->documents - seen));
    }
}

/* Where the types and the examples begin: behind the longest ones, within bounds. */
typedef struct Columns {
    int64_t types, examples;
} Columns;

static int64_t widen(int64_t column, int64_t length, int64_t most)
{
    int64_t wanted = length + 2 < most ? length + 2 : most;
    return wanted > column ? wanted : column;
}

static Columns make_columns(const Sample *sample)
{
    Columns columns = {NAME_COLUMN, TYPES_COLUMN};
    Buf types = {0};
    for (int64_t i = 0; i < sample->fields.len; i++) {
        types.len = 0;
        put_types(&types, sample, sample->fields.at[i]);
        columns.types = widen(columns.types, sample->fields.at[i]->name.len, COLUMN_MAX);
        columns.examples = widen(columns.examples, types.len, COLUMN_MAX);
    }
    buf_free(&types);
    columns.examples += columns.types;
    return columns;
}

static void put_field(Buf *out, const Sample *sample, const SeenField *field,
                      const Columns *columns)
{
    int64_t start = out->len;
    buf_put(out, field->name);
    pad(out, start, columns->types);
    put_types(out, sample, field);
    pad(out, start, columns->examples);
    buf_put(out, field->example);
    buf_byte(out, '\n');
}

static void put_sample(Buf *out, const Sample *sample, int64_t total)
{
    Columns columns = make_columns(sample);
    for (int64_t i = 0; i < sample->fields.len; i++) {
        put_field(out, sample, sample->fields.at[i], &columns);
    }
    if (sample->documents < total) {
        buf_printf(out, "(fields of the first %lld documents)\n", (long long)sample->documents);
    }
    buf_puts(out, sample->fields.len > 0 ? "\n" : "");
}

int64_t command_count_documents(Shell *shell, Str name)
{
    const SessionCollection *collections;
    int64_t count = session_collections(shell->session, &collections);
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(collections[i].name, name)) {
            return collections[i].documents;
        }
    }
    return -1;
}

static bool describe_collection(Shell *shell, Buf *out, Str name, int64_t documents)
{
    Sample sample = {.documents = 0};
    arena_init(&sample.arena);
    map_init(&sample.by_name, &sample.arena);
    Viewer viewer = {.show = take_sample, .context = &sample, .dry_run = true};
    Str query = str_format(&shell->arena, "%.*s.all()", STR_ARG(name));
    bool succeeded = shell_run_into(shell, query, &viewer);
    buf_printf(out, "%.*s: %lld document%s\n\n", STR_ARG(name), (long long)documents,
               documents == 1 ? "" : "s");
    put_sample(out, &sample, documents);
    arena_free(&sample.arena);
    return succeeded;
}

static void put_index(Buf *out, const SessionIndex *index)
{
    int64_t start = out->len;
    buf_put(out, index->name);
    pad(out, start, 24);
    buf_printf(out, "terms: %.*s", STR_ARG(index->terms.len > 0 ? index->terms : STR("none")));
    if (index->values.len > 0) {
        buf_printf(out, "; values: %.*s", STR_ARG(index->values));
    }
    buf_puts(out, index->unique ? "; unique" : "");
    buf_puts(out, index->queryable ? "\n" : "; not queryable\n");
}

bool command_indexes(Shell *shell, Str args)
{
    const SessionIndex *indexes;
    int64_t count = session_indexes(shell->session, &indexes);
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        if (str_starts_with(indexes[i].name, args)) {
            put_index(&out, &indexes[i]);
        }
    }
    command_print_list(shell, &out, "indexes", args);
    return true;
}

/* Definitions by this name, and indexes called so with their collection. */
static bool put_definitions(Shell *shell, Buf *out, Str name)
{
    const SessionItem *items;
    const SessionIndex *indexes;
    int64_t count = session_schema(shell->session, &items);
    bool found = false;
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(items[i].name, name)) {
            buf_put(out, items[i].text);
            found = true;
        }
    }
    count = session_indexes(shell->session, &indexes);
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(indexes[i].name, name)) {
            put_index(out, &indexes[i]);
            found = true;
        }
    }
    return found;
}

static bool fail_unknown(Shell *shell, Str name)
{
    const SessionItem *items;
    int64_t count = session_schema(shell->session, &items);
    Str near = {0};
    int best = 3;
    for (int64_t i = 0; i < count; i++) {
        int distance = str_distance(items[i].name, name);
        near = distance < best ? items[i].name : near;
        best = distance < best ? distance : best;
    }
    shell_complain(shell, "there is nothing called `%.*s` to describe%s%.*s%s", STR_ARG(name),
                   near.len > 0 ? "; did you mean " : "", STR_ARG(near), near.len > 0 ? "?" : "");
    return shell_fail(shell, EXIT_QUERY);
}

bool command_describe(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".describe NAME (a collection, COLLECTION.INDEX, "
                                         "a function, a role)");
    }
    Buf out = {0};
    int64_t documents = command_count_documents(shell, args);
    bool succeeded = documents < 0 || describe_collection(shell, &out, args, documents);
    bool found = put_definitions(shell, &out, args) || documents >= 0;
    if (found && succeeded) {
        shell_print(shell, buf_str(&out));
    }
    buf_free(&out);
    return found ? succeeded : fail_unknown(shell, args);
}
