/* past: documents as they were: what `at (time) { … }` reads.
 *
 *   rt->valid_time_us    inside `at`: documents and sets made there are of that time
 *   T_DOC, DOC_PAST      such a document: it keeps its time when it leaves the place, and the
 *                        documents that its fields name are of that time too
 *   Set.valid_time_us    the same for a set, and for the functions that it calls
 *
 * Definitions (collections, functions, roles …) are those of the present at every time. What the
 * store keeps with a document for indexes and aggregates is by the definition that was in force
 * when the document was written, or when it changed as the last version of its document. So where
 * the definition is younger than the time, it is worked out again (PastLook).
 */
#ifndef FAWN_RUNTIME_DOCUMENT_PAST_H
#define FAWN_RUNTIME_DOCUMENT_PAST_H

#include "runtime/schema/catalog.h"
#include "store/history.h"

/* A document of a user's collection as it was. */
Value past_doc(Rt *rt, uint32_t collection, int64_t id, int64_t time_us);

/* A document named here and now: as it was if that is inside `at`. */
Value doc_now(Rt *rt, uint32_t collection, int64_t id);

/* The version of a time, or NULL; when that is not kept, past_was_kept will tell. */
const Version *past_version(Rt *rt, uint32_t collection, int64_t id, int64_t time_us);

/* Whether a collection can be read at a time (0: the present); else a fault. */
NODISCARD bool past_may_read(Rt *rt, uint32_t collection, int64_t time_us);

/* Whether all that was read so far was still kept; else a fault, in place of one that is under
 * way: what came of it is wrong. */
NODISCARD bool past_was_kept(Rt *rt);

/* The looking at all documents of a time, from past_look_begin to past_look_end: it counts as work,
 * and gives back the versions by the definition of now if `is_derived`: that is of what the store
 * keeps. Its memory stays where it is meanwhile. */
typedef struct PastLook {
    Rt *rt;
    const Collection *collection;
    bool rederives;
    Loop loop;
} PastLook;

void past_look_begin(PastLook *look, Rt *rt, uint32_t collection, int64_t time_us, bool is_derived);

/* PastVersion, `look` being the context. */
const Version *past_look(void *look, const Version *version);

/* False: it ended in a fault. */
NODISCARD bool past_look_end(PastLook *look);

/* Begins to read `doc` at its own time, if it has one. Returns the time to set again after. */
static inline int64_t past_begin(Rt *rt, Value doc)
{
    int64_t before_us = rt->valid_time_us;
    if (UNLIKELY(doc.flags == DOC_PAST)) {
        rt->valid_time_us = doc.as.past->time_us;
    }
    return before_us;
}

#endif
