/* schema_diff_int: what the files that tell differences between schemas share.
 *
 *   schema_diff.c       items and their members     schema_diff_steps.c  migrations of a collection
 *   schema_diff_text.c  files, line by line
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_DIFF_INT_H
#define FAWN_INTERP_SCHEMA_SCHEMA_DIFF_INT_H

#include "interp/schema/migration.h"
#include "interp/schema/schema_diff.h"

#define DIFF_RED "\033[31m"
#define DIFF_GREEN "\033[32m"
#define DIFF_YELLOW "\033[33m"
#define DIFF_CYAN "\033[36m"
#define DIFF_BOLD "\033[1m"
#define DIFF_NOT_BOLD "\033[22m"
#define DIFF_BOLD_BLUE "\033[1;34m"
#define DIFF_PLAIN "\033[0m"

/* Writes a line, with `paint`, an escape sequence or nothing, around it where there is color. */
void diff_line(Buf *out, bool color, const char *paint, int indent, Str text);

/* Writes what migrations do, a line or more each. `steps` NULL: none. */
void diff_put_steps(Buf *out, const MigrationSteps *steps, bool color);

/* Whether one of those lines is about the field called "field `.name`". */
bool diff_steps_tell(const MigrationSteps *steps, Str title);

/* The lines in which the files differ. */
void diff_put_texts(Buf *out, const SchemaPush *push, bool color);

#endif
