/* schema_files: the .fsl files of a folder and of the folders in it. */
#ifndef FAWN_REPL_TOOL_SCHEMA_FILES_H
#define FAWN_REPL_TOOL_SCHEMA_FILES_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef struct FslFile {
    Str path; /* ends with a zero byte that `len` does not count; as errors name it */
    Str text;
} FslFile;

typedef VEC(FslFile) FslFiles;

/* Whether `dir` names one file rather than a folder. */
bool schema_files_is_one(const char *dir);

/* Adds the files under `dir` in order of path, with their texts, all in `arena`. `dir` may be a
 * file itself. Names that begin with a dot are passed over. False: `*error` says what could not
 * be read. */
bool schema_files_read(Arena *arena, const char *dir, FslFiles *files, Str *error);

/* Whether a file of this name lies in the folder that it is put in, or in one within it. */
bool schema_files_stays_inside(Str name);

/* Writes `text` to a file of its own beside `path`, which takes the place of what was there. Folders
 * on the way are made. Returns 0 or the errno. */
int schema_file_write(const char *path, Str text);

#endif
