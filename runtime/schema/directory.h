/* directory: in which databases of the file keys lie, and databases themselves, by their ids: what
 * a secret or the audience of a JWT has. It is kept in the root database, where nobody sees it.
 *
 *   document of COLLECTION_UNCOUNTED, id -1 - ID     { keys: [3, 7], database: 12 }
 *
 * Ids that Fawn makes are rarely, those that users give are often the same in several databases:
 * several keys may have an id, and their secrets tell them apart.
 */
#ifndef FAWN_RUNTIME_SCHEMA_DIRECTORY_H
#define FAWN_RUNTIME_SCHEMA_DIRECTORY_H

#include "runtime/rt.h"

/* Enters the key `id` of the database that the transaction is in, or takes it out. False: a fault. */
NODISCARD bool directory_add_key(Rt *rt, int64_t id);
NODISCARD bool directory_remove_key(Rt *rt, int64_t id);

/* The store's numbers of the databases that have a key `id`, on rt->heap. */
int64_t directory_key(Rt *rt, int64_t id, const uint32_t **databases);

/* Enters the database that document `id` stands for, under the store's number of it; 0: takes it
 * out. False: a fault. */
NODISCARD bool directory_put_database(Rt *rt, int64_t id, uint32_t number);

/* The number of a database that was entered; of the root, which has the id 0. */
bool directory_database(Rt *rt, int64_t id, uint32_t *number);

#endif
