/* include: what is told of a query besides its value, in the words of Fauna's --include. */
#ifndef FAWN_REPL_SHELL_INCLUDE_H
#define FAWN_REPL_SHELL_INCLUDE_H

#include "runtime/base/str.h"

/* A set of these; Fauna told the summary unless it was asked for more. */
enum {
    INCLUDE_TXN_TS = 1,
    INCLUDE_SCHEMA_VERSION = 2,
    INCLUDE_SUMMARY = 4,    /* log()s, warnings, performance hints */
    INCLUDE_QUERY_TAGS = 8, /* which only clients of the server can give */
    INCLUDE_STATS = 16,
    INCLUDE_ALL = 31,
};

/* The words that include_read takes, with blanks between them. */
#define INCLUDE_WORDS "txnTs schemaVersion summary queryTags stats all none"

/* Adds what `text`, one word or several divided by commas or blanks, names to `*set`; `none` takes all
 * away. False: `*bad` is the word that is none of them. */
bool include_read(Str text, unsigned *set, Str *bad);

/* Whether `text` is such words. */
bool include_is_word(const char *text);

/* Appends the set as words: "txnTs stats", "all", "none". */
void include_put(Buf *out, unsigned set);

#endif
