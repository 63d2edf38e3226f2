/* export: documents as JSON texts, collection by collection, in one reading transaction. */
#ifndef FAWN_INTERP_TRANSFER_EXPORT_H
#define FAWN_INTERP_TRANSFER_EXPORT_H

#include "interp/session/session.h"

typedef struct ExportOptions {
    bool tagged;    /* types kept: {"@int":"1"} */
    Str collection; /* empty: all of them */
    /* Called for each document, which is one line of JSON without its newline, in order of the
     * collections' names and the documents' ids; for a collection without documents once with an
     * empty text. False: the export is given up. */
    bool (*write)(void *context, Str collection, Str document);
    void *context;
} ExportOptions;

/* Computed fields are left out: they are worked out anew when they are read. When `write` returned
 * false, or there is no such collection, the outcome is OUTCOME_FAILED; in the first case its
 * summary is empty. */
Outcome session_export(Session *session, const ExportOptions *options);

#endif
