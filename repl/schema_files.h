/* schema_files: the .fsl files of a folder and of the folders in it. */
#ifndef FAWN_REPL_SCHEMA_FILES_H
#define FAWN_REPL_SCHEMA_FILES_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef struct SchemaFile {
    Str path; /* ends with a zero byte that `len` does not count; as errors name it */
    Str text;
} SchemaFile;

typedef VEC(SchemaFile) SchemaFiles;

/* Adds the files under `dir` in order of path, with their texts, all in `arena`. `dir` may be a
 * file itself. Names that begin with a dot are passed over. False: `*error` says what could not
 * be read. */
bool schema_files_read(Arena *arena, const char *dir, SchemaFiles *files, Str *error);

/* Writes `text` to a file of its own beside `path`, which takes the place of what was there.
 * Returns 0 or the errno. */
int schema_file_write(const char *path, Str text);

#endif
