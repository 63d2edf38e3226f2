/* schema_files: see schema_files.h. */
#include "repl/schema_files.h"

#include "repl/folder.h"
#include "repl/input.h"
#include "repl/output.h"

#include <string.h>

static bool is_fsl(Str path)
{
    return str_ends_with(path, STR(".fsl"));
}

static bool add_file(Arena *arena, Str path, SchemaFiles *files, Str *error)
{
    Buf text = {0};
    int failed = input_read_file(path.s, &text);
    SchemaFile file = {.path = path, .text = str_copy(arena, buf_str(&text))};
    buf_free(&text);
    if (failed != 0) {
        *error = str_format(arena, "cannot read `%.*s`: %s", STR_ARG(path), strerror(failed));
        return false;
    }
    vec_push(files, arena, file);
    return true;
}

bool schema_files_read(Arena *arena, const char *dir, SchemaFiles *files, Str *error)
{
    Paths paths = {0};
    if (is_fsl(str_from_c(dir))) {
        return add_file(arena, str_from_c(dir), files, error);
    }
    bool ok = folder_list(arena, dir, is_fsl, &paths, error);
    for (int64_t i = 0; i < paths.len && ok; i++) {
        ok = add_file(arena, paths.at[i], files, error);
    }
    return ok;
}

int schema_file_write(const char *path, Str text)
{
    Output output;
    output_init(&output);
    int error = output_redirect(&output, path);
    if (error != 0) {
        return error;
    }
    buf_put(&output.buffer, text);
    bool written = output_commit(&output);
    error = output_close(&output, written);
    return error;
}
