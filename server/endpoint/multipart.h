/* multipart: bodies of the type multipart/form-data, as forms with files send them (RFC 7578).
 *
 *   --BOUNDARY                                        Parts: { name "sub/b.fsl", content "…" }
 *   Content-Disposition: form-data; name="sub/b.fsl"; filename="blob"
 *   Content-Type: application/octet-stream
 *
 *   … content …
 *   --BOUNDARY--
 *
 * Only what such forms send is taken: parts within parts and encodings of content are refused.
 */
#ifndef FAWN_SERVER_ENDPOINT_MULTIPART_H
#define FAWN_SERVER_ENDPOINT_MULTIPART_H

#include "runtime/base/str.h"
#include "runtime/base/vec.h"

typedef struct Part {
    Str name;
    Str content; /* borrows from the body */
} Part;

typedef VEC(Part) Parts;

typedef enum MultipartStatus { MULTIPART_OK, MULTIPART_MALFORMED, MULTIPART_TOO_MANY } MultipartStatus;

/* The boundary that a Content-Type names, in `arena`. False: it is no multipart/form-data, or has
 * no boundary that the standard allows. */
bool multipart_boundary(Arena *arena, Str content_type, Str *boundary);

/* The parts of a body, at most `max` of them, in `arena`. */
MultipartStatus multipart_read(Arena *arena, Str body, Str boundary, int64_t max, Parts *parts);

#endif
