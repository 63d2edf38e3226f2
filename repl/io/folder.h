/* folder: the files of a folder and of the folders in it. */
#ifndef FAWN_REPL_IO_FOLDER_H
#define FAWN_REPL_IO_FOLDER_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

/* Paths end with a zero byte that `len` does not count. */
typedef VEC(Str) Paths;

/* Adds the files under `dir` whose paths `wanted` takes, in order of path, in `arena`. Names that
 * begin with a dot are passed over. False: `*error` says what could not be read. */
bool folder_list(Arena *arena, const char *dir, bool (*wanted)(Str path), Paths *paths, Str *error);

/* The path of `name` in `dir`, where "." is left out. */
Str folder_path(Arena *arena, const char *dir, const char *name);

/* Makes `path` and the folders that it lies in. Returns 0 or the errno. */
int folder_make(const char *path);

#endif
