/* schema_version: when the schema changed last. It is the time of a document of Fawn's own, which
 * every transaction that writes a definition writes as well: so deleting counts, too.
 */
#ifndef FAWN_RUNTIME_SCHEMA_SCHEMA_VERSION_H
#define FAWN_RUNTIME_SCHEMA_SCHEMA_VERSION_H

#include "runtime/rt.h"

/* To be called at the end of a transaction that may commit. False: a fault. */
NODISCARD bool schema_version_note(Rt *rt);

/* Makes the transaction one that changes it, whatever else it does: texts of the schema, or one that
 * waits, are part of it. False: a fault. */
NODISCARD bool schema_version_touch(Rt *rt);

/* The commit time of the last change that the transaction sees; 0: there was none, or its own. */
int64_t schema_version_us(Rt *rt);

/* Whether the transaction has changed it. */
bool schema_version_changes(Rt *rt);

#endif
