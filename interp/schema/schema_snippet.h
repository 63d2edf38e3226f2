/* schema_snippet: one item of a schema by itself, for those who change it in its file. What these
 * give lives until the session's next run.
 */
#ifndef FAWN_INTERP_SCHEMA_SCHEMA_SNIPPET_H
#define FAWN_INTERP_SCHEMA_SCHEMA_SNIPPET_H

#include "interp/session/session.h"

/* The name of the item of a kind, "collection", "access provider" …, that is all of `text`. False:
 * it is no such item, as `*errors` tells. */
bool schema_snippet_read(Session *session, Str kind, Str text, Str *name, Str *errors);

/* Where in these files an item is. False: nowhere. */
bool schema_snippet_find(Session *session, const Source *const *files, int64_t count, Str kind,
                         Str name, Span *place);

#endif
