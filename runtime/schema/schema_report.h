/* schema_report: telling what is wrong with a value that its type does not accept, as
 * constraint failures. The wordings, the paths and what is told of unions are the reference's
 * (SchemaType.scala, ConstraintFailure.scala).
 */
#ifndef FAWN_RUNTIME_SCHEMA_SCHEMA_REPORT_H
#define FAWN_RUNTIME_SCHEMA_SCHEMA_REPORT_H

#include "runtime/document/document.h"
#include "runtime/schema/schema_type.h"

/* Adds a failure for each rule of `type`, an OBJECT, that a document's own fields break. */
void schema_report(Failures *failures, const SchemaType *type, const Object *fields);

/* The same for the value of the field at `path`, which has the type `type`. */
void schema_report_value(Failures *failures, const SchemaType *type, const Str *path,
                         int64_t path_len, Value value);

#endif
