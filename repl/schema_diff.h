/* schema_diff: what a push would change, for people: a heading for each item, and the lines of
 * its FSL that differ.
 *
 *   * Modifying collection `Movie` at schema/main.fsl:1:1:
 *       collection Movie {
 *     -   history_days 1
 *     +   history_days 3
 */
#ifndef FAWN_REPL_SCHEMA_DIFF_H
#define FAWN_REPL_SCHEMA_DIFF_H

#include "interp/session.h"

typedef struct SchemaDiffStyle {
    bool color;
    bool full; /* what is added and removed in full, too */
} SchemaDiffStyle;

void schema_diff_put(Buf *out, const SchemaChange *changes, int64_t count, SchemaDiffStyle style);

#endif
