/* place: a place in a document that is being checked against rules, as a path of field names
 * and indexes. Places are passed by value from outside in, and failures are added at them.
 */
#ifndef FAWN_RUNTIME_SCHEMA_PLACE_H
#define FAWN_RUNTIME_SCHEMA_PLACE_H

#include "runtime/document/document.h"

enum {
    PLACE_MAX_STEPS = 6, /* constraints[0].unique[0].field and a spare one */
};

/* {.failures = …} is the whole document. */
typedef struct Place {
    Failures *failures;
    Str steps[PLACE_MAX_STEPS];
    int64_t len;
} Place;

/* The field `step`, or the element `index`, of what is at `outer`. */
Place place_in(const Place *outer, Str step);
Place place_at(const Place *outer, int64_t index);

/* Adds a failure there. */
void place_fail(const Place *place, Str message);

/* Notes that `text` is no path into a document, and how a field of this name is written. */
void place_fail_path(const Place *place, Str text);

/* Adds "Expected T, provided U", where U is the type of `got`. */
void place_mismatch(const Place *place, const char *expected, Value got);

/* Adds a failure for each field of `object` that is none of the `count` names in `allowed`. */
void place_check_known(const Place *place, const Object *object, const char *const *allowed,
                       int64_t count);

#define PLACE_NO_CODE "Unable to parse FQL source code."
#define PLACE_NO_TYPE "Failed parsing user-provided signature."

/* The text there as a source, named after the last step: *signature*. */
const Source *place_source(const Place *place, Str text);

/* Adds a failure: `heading`, and below it the errors of a text that does not parse. */
void place_fail_unparsed(const Place *place, const char *heading, const DiagList *errors);

/* Adds a failure unless `text` is a lambda that compiles and takes as many arguments as one of
 * `arities` says, a bit each; 0: any number. Short lambdas are `.name == "Ann"`. */
void place_check_lambda(const Place *place, Str text, uint32_t arities, bool allow_short);

#endif
