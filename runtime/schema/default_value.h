/* default_value: the value of a field's default, an expression that may look at the clock, but
 * neither reads nor writes documents.
 */
#ifndef FAWN_RUNTIME_SCHEMA_DEFAULT_VALUE_H
#define FAWN_RUNTIME_SCHEMA_DEFAULT_VALUE_H

#include "runtime/schema/schema_type.h"

/* The default's value now. When it has none that a document can hold, null, and `problem` tells
 * why; else `problem` is empty. It is compiled once, into `code`. When the query ends meanwhile, for want
 * of time or memory, that is a problem too, and stays as rt->fault: it is what the query fails with. */
Value default_value(Rt *rt, Arena *code, DefaultValue *fallback, Str *problem);

#endif
