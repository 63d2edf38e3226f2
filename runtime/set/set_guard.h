/* set_guard: sets of documents for who may not read all of them: elements that may not be read are
 * not there.
 */
#ifndef FAWN_RUNTIME_SET_SET_GUARD_H
#define FAWN_RUNTIME_SET_SET_GUARD_H

#include "runtime/set/set_node.h"

/* What is to be read in place of a set of documents as of a time (0: now), for who is not an admin.
 * `open` opens the whole. NULL: a fault. */
SetReader *set_guard_open(Rt *rt, const IndexSet *set, int64_t time_us,
                          SetReader *(*open)(Rt *rt, const IndexSet *set, int64_t time_us));

#endif
