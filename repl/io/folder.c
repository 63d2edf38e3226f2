/* folder: see folder.h. */
#include "repl/io/folder.h"

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
    bool (*wanted)(Str path);
    Paths *paths;
    Str *error;
} Walk;

Str folder_path(Arena *arena, const char *dir, const char *name)
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

static bool walk_folder(Walk *walk, const char *dir, int depth);

/* A name in a folder: a file, a folder, or what is passed over. */
static bool add_entry(Walk *walk, const char *dir, const char *name, int depth)
{
    struct stat status;
    Str path = folder_path(walk->arena, dir, name);
    bool wanted = walk->wanted(path);
    if (name[0] == '.') {
        return true;
    }
    if (stat(path.s, &status) != 0) {
        return !wanted || fail(walk, path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return walk_folder(walk, path.s, depth + 1);
    }
    if (wanted) {
        vec_push(walk->paths, walk->arena, path);
    }
    return true;
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

static int compare_paths(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

bool folder_list(Arena *arena, const char *dir, bool (*wanted)(Str path), Paths *paths, Str *error)
{
    Walk walk = {arena, wanted, paths, error};
    int64_t first = paths->len;
    bool ok = walk_folder(&walk, dir, 0);
    if (ok && paths->len > first) {
        qsort(&paths->at[first], (size_t)(paths->len - first), sizeof *paths->at, compare_paths);
    }
    return ok;
}

int folder_make(const char *path)
{
    Buf part = {0};
    int error = 0;
    for (const char *at = path; error == 0; at++) {
        if ((*at == '/' && at > path) || *at == '\0') {
            buf_byte(&part, '\0');
            error = mkdir(part.data, 0777) != 0 && errno != EEXIST ? errno : 0;
            part.len--;
        }
        if (*at == '\0') {
            break;
        }
        buf_byte(&part, *at);
    }
    buf_free(&part);
    return error;
}
