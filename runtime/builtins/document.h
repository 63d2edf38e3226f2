/* document: the methods of all documents. */
#ifndef FAWN_RUNTIME_BUILTINS_DOCUMENT_H
#define FAWN_RUNTIME_BUILTINS_DOCUMENT_H

#include "runtime/builtin.h"

extern const Builtin document_delete_row, document_exists_row, document_replace_row,
    document_replace_data_row, document_update_row, document_update_data_row;

#endif
