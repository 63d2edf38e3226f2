/* schema_files: see schema_files.h. */
#include "repl/schema_files.h"

#include "repl/input.h"
#include "repl/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    /* Folders in folders: links may make a circle. */
    DEPTH_MAX = 32,
};

typedef struct Walk {
    Arena *arena;
    SchemaFiles *files;
    Str *error;
} Walk;

Str schema_file_path(Arena *arena, const char *dir, const char *name)
{
    if (strcmp(dir, ".") == 0) {
        return str_from_c(str_to_c(arena, str_from_c(name)));
    }
    Str folder = str_from_c(dir);
    const char *slash = str_ends_with(folder, STR("/")) ? "" : "/";
    Str path = str_format(arena, "%s%s%s", dir, slash, name);
    return str_from_c(str_to_c(arena, path));
}

static bool fail(Walk *walk, Str path, int error)
{
    *walk->error =
        str_format(walk->arena, "cannot read `%.*s`: %s", STR_ARG(path), strerror(error));
    return false;
}

static bool add_file(Walk *walk, Str path)
{
    Buf text = {0};
    int error = input_read_file(path.s, &text);
    SchemaFile file = {.path = path, .text = str_copy(walk->arena, buf_str(&text))};
    buf_free(&text);
    if (error != 0) {
        return fail(walk, path, error);
    }
    vec_push(walk->files, walk->arena, file);
    return true;
}

static bool walk_folder(Walk *walk, const char *dir, int depth);

/* A name in a folder: a .fsl file, a folder, or what is passed over. */
static bool add_entry(Walk *walk, const char *dir, const char *name, int depth)
{
    struct stat status;
    Str path = schema_file_path(walk->arena, dir, name);
    bool is_fsl = str_ends_with(path, STR(".fsl"));
    if (name[0] == '.') {
        return true;
    }
    if (stat(path.s, &status) != 0) {
        return !is_fsl || fail(walk, path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return walk_folder(walk, path.s, depth + 1);
    }
    return !is_fsl || add_file(walk, path);
}

static bool walk_folder(Walk *walk, const char *dir, int depth)
{
    DIR *folder = depth < DEPTH_MAX ? opendir(dir) : NULL;
    if (folder == NULL) {
        return fail(walk, str_from_c(dir), depth < DEPTH_MAX ? errno : ELOOP);
    }
    bool ok = true;
    const struct dirent *entry;
    while (ok && (entry = readdir(folder)) != NULL) {
        ok = add_entry(walk, dir, entry->d_name, depth);
    }
    closedir(folder);
    return ok;
}

static int compare_files(const void *a, const void *b)
{
    return str_compare(((const SchemaFile *)a)->path, ((const SchemaFile *)b)->path);
}

bool schema_files_read(Arena *arena, const char *dir, SchemaFiles *files, Str *error)
{
    Walk walk = {arena, files, error};
    bool ok = str_ends_with(str_from_c(dir), STR(".fsl")) ? add_file(&walk, str_from_c(dir))
                                                          : walk_folder(&walk, dir, 0);
    if (ok && files->len > 0) {
        qsort(files->at, (size_t)files->len, sizeof *files->at, compare_files);
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
