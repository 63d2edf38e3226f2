/* set_text: sets as text and back. Writing is set_cursor_text, in set.h; event sources are
 * written and read here as well, for event_source.h. */
#ifndef FAWN_RUNTIME_SET_SET_TEXT_H
#define FAWN_RUNTIME_SET_SET_TEXT_H

#include "runtime/set/set.h"

enum {
    SET_TEXT_KINDS = 15,

    /* What a text is, its first byte. A change of what follows needs a new number. */
    SET_TEXT_EVENTS = 6,
    SET_TEXT_PAGES = 7,

    /* What a document is known by. */
    SET_TEXT_DOC_ID = 0,
    SET_TEXT_DOC_NAME = 1,
    SET_TEXT_DOC_PAST = 2, /* id and time */

    /* Flags of a set of documents. */
    SET_TEXT_REVERSED = 1,
    SET_TEXT_RANGE = 2,
};

/* The kinds of sets by the number that stands for them: never reordered, only added to. */
extern const SetOps *const set_text_kinds[SET_TEXT_KINDS];

/* What a cursor stands for: a set, on rt->heap, to be read as of a time, page by page. */
typedef struct SetText {
    const Set *set;
    int64_t time_us; /* of the state that the first page was read from; 0: the present one, or the
                        one that this transaction makes */
    int64_t page_size;
} SetText;

/* Reads a cursor. Documents that have no time of their own are of `time_us`. False: a fault: it is
 * none, or names a collection or an index that is gone. */
NODISCARD bool set_text_read(Rt *rt, Str text, SetText *read);

/* EventSource.description of a set and its watched fields, on rt->heap. False: a fault. */
NODISCARD bool set_text_describe_events(Rt *rt, Value fields, const Set *set, Str *description);

/* Appends the token of `source` with `start_us` as its start. */
void set_text_put_token(Buf *out, const EventSource *source, int64_t start_us);

/* Whether a text may be a token: it is spelled like one, and begins like one. */
bool set_text_is_token(Str text);

/* The source that a token stands for, on rt->heap. NULL: it is none, or names what is gone; there
 * may be a fault as well. */
const EventSource *set_text_read_token(Rt *rt, Str token);

#endif
