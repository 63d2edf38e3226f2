/* schema_source: see schema_source.h. An item of a file is left as it is written as long as it means
 * what is in force; else the parts of it that differ are changed (schema_patch.h), or all of it, from
 * the first annotation to the last brace, is cut out.
 */
#include "interp/schema/schema_source.h"

#include "interp/schema/schema_definition.h"
#include "interp/schema/schema_file.h"
#include "interp/schema/schema_patch.h"
#include "interp/schema/schema_text.h"
#include "runtime/document/codec.h"
#include "runtime/document/fields.h"
#include "runtime/schema/definition.h"
#include "runtime/schema/definition_store.h"
#include "runtime/schema/schema_version.h"

#define MAIN_FILE "main.fsl"

/* -- documents -------------------------------------------------------------------------------- */

static Str without_folder(Str name, Str folder)
{
    return str_starts_with(name, folder) ? str_slice(name, folder.len, name.len) : name;
}

bool schema_sources_keep(Rt *rt, int64_t id, SchemaFiles files, Str folder)
{
    Value *values = arena_array(rt->heap, Value, files.count);
    for (int64_t i = 0; i < files.count; i++) {
        Str names[2] = {STR("name"), STR("text")};
        Value texts[2] = {val_str(without_folder(files.at[i]->name, folder)),
                          val_str(files.at[i]->text)};
        values[i] = rt_object(rt, names, texts, 2);
    }
    Str name = STR("files");
    Value list = files.is_pin ? val_null(NULL) : val_array(values, files.count);
    Put put = {.ttl_us = TTL_NEVER};
    return definition_ensure_collection(rt, SOURCE_COLLECTION) &&
           codec_encode(rt, rt->heap, rt_object(rt, &name, &list, 1).as.object, &put.doc) &&
           definition_store_ok(rt, txn_put(rt->txn, SOURCE_COLLECTION, id, &put, NULL)) &&
           schema_version_touch(rt);
}

bool schema_sources_forget(Rt *rt, int64_t id)
{
    return definition_store_ok(rt, txn_delete(rt->txn, SOURCE_COLLECTION, id)) &&
           schema_version_touch(rt);
}

static const Source *make_source(Rt *rt, Str folder, Str name, Str text)
{
    Source *source = arena_new(rt->query, Source);
    *source = (Source){str_format(rt->query, "%.*s%.*s", STR_ARG(folder), STR_ARG(name)),
                       str_copy(rt->query, text)};
    return source;
}

bool schema_sources_read(Rt *rt, int64_t id, Str folder, SchemaFiles *files)
{
    const Version *version = txn_get(rt->txn, SOURCE_COLLECTION, id);
    *files = (SchemaFiles){0};
    if (!version) {
        return false;
    }
    Value list = field_or_null(codec_decode(rt, version->doc).as.object, STR("files"));
    if (list.type != T_ARRAY) {
        files->is_pin = true;
        return true;
    }
    const Source **sources = arena_array(rt->query, const Source *, list.len);
    for (int64_t i = 0; i < list.len; i++) {
        const Object *file = list.as.items[i].as.object;
        sources[i] = make_source(rt, folder, val_as_str(field_or_null(file, STR("name"))),
                                 val_as_str(field_or_null(file, STR("text"))));
    }
    *files = (SchemaFiles){.at = sources, .count = list.len};
    return true;
}

/* -- what is in force ------------------------------------------------------------------------- */

typedef struct Patch {
    Rt *rt;
    const SessionItem *items; /* in force */
    int64_t count;
    bool *is_in_files; /* of each of them */
    SchemaItems written; /* in the files */
    const SessionItem **in_force; /* what each of those is by now; NULL: it is no more */
} Patch;

/* The item in force that has the kind and name of one in a file; -1: there is none. */
static int64_t find_named(const Patch *patch, const SchemaItem *item)
{
    int64_t i = 0;
    while (i < patch->count && !(str_eq(patch->items[i].name, item->name.text) &&
                                 str_eq(patch->items[i].kind, fsl_keyword_text(item->kind)))) {
        i++;
    }
    return i < patch->count ? i : -1;
}

/* One that is in no file and defines the same under another name; likewise. */
static int64_t find_renamed(const Patch *patch, const SchemaItem *item)
{
    Str before = schema_item_text(patch->rt, item);
    for (int64_t i = 0; i < patch->count; i++) {
        if (!patch->is_in_files[i] &&
            str_eq(patch->items[i].kind, fsl_keyword_text(item->kind)) &&
            schema_patch_is_renamed(patch->rt, before, patch->items[i].text)) {
            return i;
        }
    }
    return -1;
}

/* Finds out what each item in the files is by now: `in_force`. */
static void match_items(Patch *patch)
{
    patch->in_force = arena_array(patch->rt->query, const SessionItem *, patch->written.len);
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t i = 0; i < patch->written.len; i++) {
            const SchemaItem *item = patch->written.at[i];
            int64_t found = patch->in_force[i] ? -1
                            : pass == 0        ? find_named(patch, item)
                                               : find_renamed(patch, item);
            if (found >= 0) {
                patch->in_force[i] = &patch->items[found];
                patch->is_in_files[found] = true;
            }
        }
    }
}

/* The item of a file as it is written. */
static const FslNode *find_node(const FslResult *file, const SchemaItem *item)
{
    int64_t i = 0;
    while (file->items[i]->span.start != item->span.start) {
        i++;
        assert(i < file->count);
    }
    return file->items[i];
}

/* A file with what is in force; the items of a file stand in its order. */
static const Source *patch_file(const Patch *patch, const Source *file)
{
    Rt *rt = patch->rt;
    Buf text = {0};
    int64_t copied = 0;
    FslResult nodes = {0};
    for (int64_t i = 0; i < patch->written.len; i++) {
        const SchemaItem *item = patch->written.at[i];
        if (item->span.source != file) {
            continue;
        }
        const SessionItem *in_force = patch->in_force[i];
        Str before = in_force ? schema_item_text(rt, item) : (Str){0};
        if (in_force && str_eq(before, in_force->text)) {
            continue;
        }
        int64_t start = in_force ? item->span.start
                                 : schema_patch_before(file->text, item->span.start);
        if (start > copied) {
            buf_put(&text, str_slice(file->text, copied, start));
        }
        copied = in_force ? item->span.end : schema_patch_behind(file->text, item->span.end);
        if (in_force) {
            nodes = nodes.items ? nodes : parse_fsl(rt->query, file);
            buf_put(&text, schema_patch(rt, find_node(&nodes, item), before, in_force->text));
        }
    }
    if (copied > 0) {
        buf_put(&text, str_slice(file->text, copied, file->text.len));
        file = make_source(patch->rt, (Str){0}, file->name, buf_str(&text));
    }
    buf_free(&text);
    return file;
}

/* Adds the items that no file has to main.fsl, which may be new. */
static void add_new_items(const Patch *patch, Str folder, const Source **files, int64_t *count)
{
    Buf text = {0};
    for (int64_t i = 0; i < patch->count; i++) {
        if (!patch->is_in_files[i]) {
            buf_byte(&text, '\n');
            buf_put(&text, patch->items[i].text);
        }
    }
    const Source *main_file =
        make_source(patch->rt, folder, STR(MAIN_FILE), STR(SCHEMA_FILE_PREAMBLE));
    int64_t at = 0;
    while (at < *count && !str_eq(files[at]->name, main_file->name)) {
        at++;
    }
    if (text.len > 0) {
        const Source *file = at < *count ? files[at] : main_file;
        bool ends = file->text.len == 0 || str_ends_with(file->text, STR("\n"));
        Str whole = str_format(patch->rt->query, "%.*s%s%.*s", STR_ARG(file->text),
                               ends ? "" : "\n", STR_ARG(buf_str(&text)));
        files[at] = make_source(patch->rt, (Str){0}, file->name, whole);
        *count += at == *count;
    }
    buf_free(&text);
}

SchemaFiles schema_sources(Rt *rt, Str folder)
{
    SchemaFiles kept;
    Patch patch = {.rt = rt};
    patch.count = schema_file_items(rt, &patch.items);
    patch.is_in_files = arena_array(rt->query, bool, patch.count);
    (void)schema_sources_read(rt, SOURCE_IN_FORCE_ID, folder, &kept);
    SchemaResult parsed = parse_schema(rt->query, kept.at, kept.count);
    if (parsed.ok) {
        patch.written = parsed.items;
        match_items(&patch);
    } else { /* another version of Fawn took them: main.fsl is made of what is in force */
        kept.count = 0;
    }
    const Source **files = arena_array(rt->query, const Source *, kept.count + 1);
    int64_t count = kept.count;
    for (int64_t i = 0; i < count; i++) {
        files[i] = patch_file(&patch, kept.at[i]);
    }
    add_new_items(&patch, folder, files, &count);
    return (SchemaFiles){.at = files, .count = count};
}
