/* schema_source: the files of schemas, which the database keeps as they were pushed. Each set of
 * them is a document of the database's own.
 *
 *   push ─► SOURCES { files: [{ name, text }, …] }
 *                 │                                what queries changed since then is put into the
 *                 ╰─► schema_sources ◄── definitions   texts, item by item; new items are added to
 *                                                      main.fsl, which makes itself where no files
 *                                                      were ever pushed
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_SOURCE_H
#define FAWN_INTERP_SCHEMA_SCHEMA_SOURCE_H

#include "grammar/schema.h"
#include "runtime/rt.h"

enum {
    SOURCE_COLLECTION = COLLECTION_UNCOUNTED,
    /* The documents; their numbers are not other ones'. */
    SOURCE_STAGED_ID = 2,   /* files that wait */
    SOURCE_IN_FORCE_ID = 4, /* those in force */
};

typedef struct SchemaFiles {
    const Source *const *at;
    int64_t count;
    bool is_pin; /* of staged ones: those in force, whichever these are */
} SchemaFiles;

/* The files in force, in rt->query, in the order in which they were pushed; their names are
 * `folder` and the names under which they are kept. In a transaction. */
SchemaFiles schema_sources(Rt *rt, Str folder);

/* The files that are kept as document `id`, likewise. False: there is no such document. */
bool schema_sources_read(Rt *rt, int64_t id, Str folder, SchemaFiles *files);

/* Keeps the files as document `id`, without `folder`, with which their names begin. False: a
 * fault. */
NODISCARD bool schema_sources_keep(Rt *rt, int64_t id, SchemaFiles files, Str folder);

/* Deletes the document; false: a fault. */
NODISCARD bool schema_sources_forget(Rt *rt, int64_t id);

#endif
