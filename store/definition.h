/* definition: what becomes of the definitions of indexes and aggregates that are dropped, or whose
 * transaction was undone.
 *
 *   store->definitions   a ─► b ─► c ─► d        those that no state has are freed,
 *   newest state             b         d        when no older state is read
 *
 * They are looked for when there are twice as many as were left the last time.
 */
#ifndef FAWN_STORE_DEFINITION_H
#define FAWN_STORE_DEFINITION_H

#include "store/store_int.h"

/* Frees those that the newest state does not have, if there are many. Called by the writer before it
 * writes, when the newest state is the only one. */
void definition_sweep(Store *store);

/* Frees all, with the store. */
void definition_free_all(Store *store);

#endif
