/* dump: a database, or some collections of one, as text, which dump.c writes and restore.c reads.
 *
 *   %% fawn dump 1
 *   %% part                                     only if it is of some collections: then it has
 *   %% schema                                   their definitions and documents, and nothing else
 *   collection Movie {                          FSL; a line of it that begins with %% has one %
 *     index byTitle { terms [.title] }          more
 *   }
 *   %% definitions
 *   {"kind":"collection","name":"Movie","ts":{"@time":"2026-11-22T10:00:00Z"},"data":{…}}
 *   %% documents Movie
 *   {"id":"7","ts":{"@time":"2026-11-22T10:00:01Z"},"data":{"title":"Alien"}}
 *   %% documents Key
 *   …
 *   %% database A/B                             then its document, and all of this for what it holds
 *   {"id":"9","ts":{"@time":"2026-11-22T10:00:02Z"},"data":{"name":"B"}}
 *   …
 *   %% end 2                                    documents in all: a dump that was cut off lacks it
 *
 * Each document is a line of tagged JSON, as it is kept: with `ttl` where it has one, the hashes of
 * secrets included, references by the name of the collection. What is in no dump: versions of the
 * past, documents that have ended, and the store's own numbers of databases, collections and
 * indexes.
 */
#ifndef FAWN_INTERP_TRANSFER_DUMP_H
#define FAWN_INTERP_TRANSFER_DUMP_H

#include "runtime/schema/catalog.h"

#include "grammar/schema.h"

#define DUMP_MARK "%% "
#define DUMP_HEAD "%% fawn dump 1"
#define DUMP_PART "%% part"

/* What a dump calls the places where files of schemas are kept (schema_source.h). */
#define DUMP_STAGED "Staged"
#define DUMP_FILES "SchemaFiles"

/* Documents of the database itself that no schema has. */
enum { DUMP_SYSTEM_COUNT = 3 };
extern const uint32_t dump_system[DUMP_SYSTEM_COUNT];

/* What a schema defines: its word in FSL, and the collection of its definitions. */
typedef struct DumpKind {
    FslKind kind;
    uint32_t system;
} DumpKind;
enum { DUMP_KIND_COUNT = 4 };
extern const DumpKind dump_kinds[DUMP_KIND_COUNT];

#endif
