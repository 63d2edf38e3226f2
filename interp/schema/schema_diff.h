/* schema_diff: what a schema that is pushed would change, for people, in the words and the order of
 * Fauna's own diffs.
 *
 *   * Modifying collection `Film` at main.fsl:1:1:          SEMANTIC
 *     * Indexes:
 *     + add index `byYear`
 *
 *   * Modifying collection `Film` at main.fsl:1:1           SUMMARY
 *
 *   main.fsl                                              TEXTUAL
 *   @ line 2 to 4
 *       title: String
 *   +   index byYear { terms [.year] }
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_DIFF_H
#define FAWN_INTERP_SCHEMA_SCHEMA_DIFF_H

#include "interp/session/session.h"

typedef enum SchemaDiffFormat { DIFF_SEMANTIC, DIFF_SUMMARY, DIFF_TEXTUAL } SchemaDiffFormat;

typedef struct SchemaDiffStyle {
    SchemaDiffFormat format;
    bool color;
    bool full; /* also what Fauna's diffs pass over: fields without a migration, and how many
                  documents are deleted */
} SchemaDiffStyle;

/* Appends what session_push_schema found out; nothing: there is no difference. To be called before
 * the next run of the session. */
void schema_diff_put(Buf *out, const SchemaPush *push, SchemaDiffStyle style);

#endif
