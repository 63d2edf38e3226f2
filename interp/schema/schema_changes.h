/* schema_changes: which items a push adds, removes and changes, compared with the files that it
 * takes the place of. Items are the same when their canonical texts are (schema_display): then they
 * mean the same, however they are written.
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_CHANGES_H
#define FAWN_INTERP_SCHEMA_SCHEMA_CHANGES_H

#include "interp/schema/migration.h"
#include "interp/session/session_int.h"

/* Sets the files before and after a push, in a transaction. */
void schema_changes_begin(Session *session, SchemaPush *push);

/* Sets the changes; `after` are the items of the files after it. Nothing may be written yet. */
void schema_changes_find(Session *session, SchemaPush *push, const SchemaItems *after);

/* Notes what a changed item does to documents. */
void schema_changes_note_steps(SchemaPush *push, const SchemaItem *item,
                               const MigrationSteps *steps);

#endif
