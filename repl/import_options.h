/* import_options: the words behind `fawn import DB`, `fawn export DB` and `.import`, `.export`. */
#ifndef FAWN_REPL_IMPORT_OPTIONS_H
#define FAWN_REPL_IMPORT_OPTIONS_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef enum ImportFormat {
    IMPORT_BY_FILE, /* as its name or its first byte says */
    IMPORT_JSON,    /* values one after another, or in an array */
    IMPORT_CSV,
    IMPORT_TSV,
} ImportFormat;

typedef struct ImportWords {
    bool dry_run, skip_bad;
    const char *collection; /* NULL: as the files and documents say */
    ImportFormat format;
    bool tagged, lines;       /* export: --format tagged; --datafile jsonl */
    VEC(const char *) places; /* all that are no options */
} ImportWords;

/* Reads the words of an import. False: `*error` says why they make no sense. */
bool import_words_read(Arena *arena, const char *const *words, int64_t count, ImportWords *read,
                       Str *error);

/* The same of an export. */
bool export_words_read(Arena *arena, const char *const *words, int64_t count, ImportWords *read,
                       Str *error);

#endif
