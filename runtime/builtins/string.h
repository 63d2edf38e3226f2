/* string: what the files of the type String share: positions, matches, and the rows that
 * string.c lists. Positions that users see count code points; here, offsets count bytes.
 */
#ifndef FAWN_RUNTIME_BUILTINS_STRING_H
#define FAWN_RUNTIME_BUILTINS_STRING_H

#include "runtime/builtins/types.h"

/* Number of code points of a string. */
int64_t string_count(Value string);

/* Number of code points before a byte offset. */
Value string_index(Value string, int64_t offset);

/* The byte offset of code point `index`, which must be that of a character. False: a fault. */
NODISCARD bool string_offset(Rt *rt, Value string, Value index, int64_t *offset);

/* The bytes [start, end) of a string, borrowed. */
Value string_slice(Value string, int64_t start, int64_t end);

/* Where a pattern was found. */
typedef struct Match {
    int64_t start, end;
} Match;

/* A pattern: plain text or a regular expression. Embedded in the struct of each. */
typedef struct Matcher Matcher;
struct Matcher {
    /* Finds the first match in `text` at or after `from`, as if the text began there. 1: found;
     * 0: not; -1: a fault. */
    int (*find)(Matcher *matcher, Rt *rt, Str text, int64_t from, Match *match);
};

/* `string` with the first `amount` matches replaced, which is at least 1 (else a fault). */
Value string_replace(Rt *rt, Value string, Matcher *matcher, Str replacement, int64_t amount);

/* What lies between the matches, as an Array of Strings. */
Value string_split(Rt *rt, Value string, Matcher *matcher);

extern const Builtin string_casefold_row, string_to_lower_case_row, string_to_upper_case_row;
extern const Builtin string_parse_double_row, string_parse_int_row, string_parse_long_row,
    string_parse_number_row;
extern const Builtin string_includes_regex_row, string_index_of_regex_row, string_match_indexes_row,
    string_matches_row, string_replace_all_regex_row, string_replace_regex_row,
    string_split_regex_row;

#endif
