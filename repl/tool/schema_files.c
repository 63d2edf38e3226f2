/* schema_files: see schema_files.h. */
#include "repl/tool/schema_files.h"

#include "repl/io/folder.h"
#include "repl/io/input.h"
#include "repl/io/output.h"
#include "repl/io/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_fsl(Str path)
{
    return str_ends_with(path, STR(".fsl"));
}

bool schema_files_is_one(const char *dir)
{
    return is_fsl(str_from_c(dir));
}

static bool add_file(Arena *arena, Str path, FslFiles *files, Str *error)
{
    Buf text = {0};
    int failed = input_read_file(path.s, &text);
    text_mend_line_ends(&text);
    FslFile file = {.path = path, .text = str_copy(arena, buf_str(&text))};
    buf_free(&text);
    if (failed != 0) {
        *error = str_format(arena, "cannot read `%.*s`: %s", STR_ARG(path), strerror(failed));
        return false;
    }
    vec_push(files, arena, file);
    return true;
}

bool schema_files_read(Arena *arena, const char *dir, FslFiles *files, Str *error)
{
    Paths paths = {0};
    if (schema_files_is_one(dir)) {
        return add_file(arena, str_from_c(dir), files, error);
    }
    bool ok = folder_list(arena, dir, is_fsl, &paths, error);
    for (int64_t i = 0; i < paths.len && ok; i++) {
        ok = add_file(arena, paths.at[i], files, error);
    }
    return ok;
}

bool schema_files_stays_inside(Str name)
{
    bool inside = name.len > 0 && !str_starts_with(name, STR("/"));
    while (inside && name.len > 0) {
        int64_t slash = str_find(name, STR("/"), 0);
        Str step = str_slice(name, 0, slash < 0 ? name.len : slash);
        inside = step.len > 0 && !str_eq(step, STR("..")) && !str_eq(step, STR("."));
        name = slash < 0 ? (Str){0} : str_slice(name, slash + 1, name.len);
    }
    return inside;
}

int schema_file_write(const char *path, Str text)
{
    Output output;
    const char *slash = strrchr(path, '/');
    int error = 0;
    if (slash && slash > path) {
        char *dir = strndup(path, (size_t)(slash - path));
        always(dir);
        error = folder_make(dir);
        free(dir);
    }
    output_init(&output);
    error = error != 0 ? error : output_redirect(&output, path);
    if (error != 0) {
        return error;
    }
    buf_put(&output.buffer, text);
    bool written = output_commit(&output);
    error = output_close(&output, written);
    return error;
}
