/* set_text: sets as text and back. Writing is set_cursor_text, in set.h. */
#ifndef FAWN_RUNTIME_SET_TEXT_H
#define FAWN_RUNTIME_SET_TEXT_H

#include "runtime/set.h"

enum {
    SET_TEXT_VERSION = 1,
    SET_TEXT_KINDS = 14,
};

/* The kinds of sets by the number that stands for them: never reordered, only added to. */
extern const SetOps *const set_text_kinds[SET_TEXT_KINDS];

/* The set that `text` holds, on rt->heap, and the size of its pages. NULL: a fault: it is no
 * such text, or names a collection or an index that is gone. */
const Set *set_text_read(Rt *rt, Str text, int64_t *page_size);

#endif
