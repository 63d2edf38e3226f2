/* database_int: how the collections of all databases share one space of numbers. Those of the root
 * keep theirs; the databases within it follow from DATABASE_FIRST_NUMBER on. */
#ifndef FAWN_STORE_DATABASE_INT_H
#define FAWN_STORE_DATABASE_INT_H

/* The number that collection 0 of the first database within the root has in the store. */
#define DATABASE_FIRST_NUMBER (1u << 31)

#endif
