/* import_job: what the files of `fawn import` share.
 *
 *   import_command.c  words ─► files ─► session_import ─► report
 *   import_job.c      one file after another; bad records, progress
 *   import_json.c     JSON text to records
 *   import_csv.c      rows to records
 */
#ifndef FAWN_REPL_TOOL_IMPORT_JOB_H
#define FAWN_REPL_TOOL_IMPORT_JOB_H

#include "interp/transfer/import.h"
#include "repl/io/stream.h"
#include "repl/shell/shell.h"

enum {
    /* So many bad records are told of one by one. */
    IMPORT_TOLD_MAX = 10,
};

typedef struct ImportFile {
    const char *path; /* "-": stdin */
    Str collection;   /* that its name says; empty: none */
} ImportFile;

typedef VEC(ImportFile) ImportFiles;

typedef struct ImportJob {
    Shell *shell;
    const ImportWords *words;
    ImportFiles files;
    int64_t total_bytes, done_bytes; /* of all files; of those that are done */
    int64_t begun_us, shown_us;      /* of the progress line */
    int64_t unnamed;                 /* bad records that no collection counts */
    int64_t bad;                     /* bad records so far */
    bool is_skippable;               /* what ended the import is a bad record */
    /* while a file is read: */
    Import *import;
    const ImportFile *file;
    Str collection; /* where its records go; empty: they say */
    bool forced;    /* whatever they say */
    int64_t records; /* of the file, bad ones too */
    Stream stream;
} ImportJob;

/* Reads all files into `import`; an ImportOptions.read. */
bool import_job_read(void *context, Import *import);

/* Reads the file that is open. False: the import is over. */
bool import_json(ImportJob *job);
bool import_csv(ImportJob *job, ImportFormat format);

/* Puts more of the file into the window. False: it cannot be read, which was told. */
bool import_more(ImportJob *job);

/* Imports a record that begins at byte `at` of the window. False: the import is over. */
bool import_take(ImportJob *job, int64_t at, Value record);

/* Tells of a bad record at byte `at` of the window. False: the import is over, as bad records are
 * not to be skipped. */
bool import_refuse(ImportJob *job, int64_t at, Str reason);

/* The same of one that begins at `start` and is wrong at `at`, which is told as line and column; if
 * they are on different lines, its beginning is. */
bool import_refuse_within(ImportJob *job, int64_t start, int64_t at, Str reason);

/* Tells something of the file that is no error: `text` goes on behind its name. */
void import_note(ImportJob *job, Str text);

/* Tells what ends the import at byte `at`, in line and column. Always false. */
bool import_fail(ImportJob *job, int64_t at, Str reason);

#endif
