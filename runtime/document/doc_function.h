/* doc_function: functions of a document that a collection's definition holds as texts: bodies
 * of computed fields and of check constraints.
 */
#ifndef FAWN_RUNTIME_DOCUMENT_DOC_FUNCTION_H
#define FAWN_RUNTIME_DOCUMENT_DOC_FUNCTION_H

#include "runtime/rt.h"

/* It belongs to one version of a definition. */
typedef struct DocFunction {
    Str name;
    Str signature; /* a computed field's type as its definition gives it; empty: none */
    Source source; /* the body, and what traces call it */
    Value fn;      /* null: not compiled yet */
} DocFunction;

typedef struct DocFunctions {
    DocFunction *at; /* in the definition's order */
    int64_t count;
} DocFunctions;

/* Adds a function whose texts live as long as `functions->at`, which has room for it. */
void doc_functions_add(DocFunctions *functions, Str name, Str signature, Source source);

/* The one called `name`, or NULL. */
static inline DocFunction *doc_functions_find(const DocFunctions *functions, Str name)
{
    for (int64_t i = 0; i < functions->count; i++) {
        if (str_eq(functions->at[i].name, name)) {
            return &functions->at[i];
        }
    }
    return NULL;
}

/* What the function is of `doc`; T_FAULT: it failed. Writes are refused meanwhile, as not
 * allowed in `place`, "check constraints"; NULL: only where they are already. */
Value doc_function_call(Rt *rt, DocFunction *function, Value doc, const char *place);

#endif
