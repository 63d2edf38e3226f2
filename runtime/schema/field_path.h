/* field_path: the paths of index terms, as users write them in definitions. */
#ifndef FAWN_RUNTIME_SCHEMA_FIELD_PATH_H
#define FAWN_RUNTIME_SCHEMA_FIELD_PATH_H

#include "runtime/base/str.h"

/* The steps of `text` ("address.city", ".tags[0]"), copied to `arena`: names, and decimal
 * indexes. False when it is no path. */
bool field_path_parse(Arena *arena, Str text, const Str **steps, int64_t *count);

#endif
