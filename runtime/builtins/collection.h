/* collection: what system collections can do alike. The receiver says which it is. */
#ifndef FAWN_RUNTIME_BUILTINS_COLLECTION_H
#define FAWN_RUNTIME_BUILTINS_COLLECTION_H

#include "runtime/builtin.h"

extern const Builtin collection_all_row, collection_by_id_row, collection_first_where_row,
    collection_to_string_row, collection_where_row, definition_by_name_row;

#endif
