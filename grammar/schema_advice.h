/* schema_advice: hints beside the errors of a schema. The errors are the reference's, in its words;
 * hints say what could be written instead.
 */
#ifndef FAWN_GRAMMAR_SCHEMA_ADVICE_H
#define FAWN_GRAMMAR_SCHEMA_ADVICE_H

#include "grammar/schema_build.h"

/* The words that may stand in one place. */
typedef enum SchemaPlace {
    SCHEMA_PLACE_TOP,
    SCHEMA_PLACE_COLLECTION,
    SCHEMA_PLACE_INDEX,
    SCHEMA_PLACE_AGGREGATE,
    SCHEMA_PLACE_TRIGGER,
    SCHEMA_PLACE_ROLE,
    SCHEMA_PLACE_PRIVILEGES,
    SCHEMA_PLACE_PROVIDER,
} SchemaPlace;

/* An error, "WHAT `word`", about a word that may not stand in `place`: with the one that was
 * perhaps meant, else with all that may. */
void schema_error_word(SchemaBuild *b, Name word, const char *what, SchemaPlace place);

/* A hint without a place. */
void schema_advise(SchemaBuild *b, Diag *error, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
