/* string: the type String, all but case (string_case.c), numbers in strings
 * (string_number.c) and regular expressions (string_regex.c).
 *
 * Strings are UTF-8, positions are code points. A string that is known to be ASCII answers
 * `length` and `at` without looking at its bytes. Parts of strings borrow the whole.
 * `+` and comparison are the evaluator's.
 */
#include "runtime/builtins/string.h"

#include "runtime/base/limits.h"
#include "runtime/base/utf8.h"
#include "runtime/base/vec.h"

/* -- positions ------------------------------------------------------------------------ */

int64_t string_count(Value string)
{
    return string.flags & VALUE_ASCII ? string.len : utf8_count(val_as_str(string));
}

Value string_index(Value string, int64_t offset)
{
    return val_number(
        string.flags & VALUE_ASCII ? offset : utf8_count(str_slice(val_as_str(string), 0, offset)));
}

static Str head_of(Value string, int64_t bytes)
{
    return str_slice(val_as_str(string), 0, bytes);
}

/* The offset of code point `index`, clamped to the string. */
static int64_t clamp_offset(Value string, int64_t index)
{
    if (index <= 0) {
        return 0;
    }
    int64_t offset = index < string.len ? index : string.len;
    /* Only what stands before the place must be ASCII, and that is quickly seen. */
    if (string.flags & VALUE_ASCII || utf8_is_ascii(head_of(string, offset))) {
        return offset;
    }
    return utf8_offset(val_as_str(string), index);
}

static bool fault_index(Rt *rt, Value string, Value index)
{
    rt_fault(rt, FAULT_index_out_of_bounds, "index %lld out of bounds for length %lld",
             (long long)index.as.integer, (long long)string_count(string));
    return false;
}

bool string_offset(Rt *rt, Value string, Value index, int64_t *offset)
{
    *offset = clamp_offset(string, index.as.integer);
    return index.as.integer < 0 || *offset >= string.len ? fault_index(rt, string, index) : true;
}

/* Like string_offset, but the end of the string is a position, too. */
static bool find_gap(Rt *rt, Value string, Value index, int64_t *offset)
{
    *offset = clamp_offset(string, index.as.integer);
    bool inside =
        index.as.integer >= 0 && (*offset < string.len || index.as.integer == string_count(string));
    return inside ? true : fault_index(rt, string, index);
}

Value string_slice(Value string, int64_t start, int64_t end)
{
    Value part = val_str(str_slice(val_as_str(string), start, end));
    part.flags = string.flags & VALUE_ASCII;
    return part;
}

/* Writes `s` and returns where the next piece goes. */
static char *put(char *to, Str s)
{
    if (s.len > 0) {
        memcpy(to, s.s, (size_t)s.len);
    }
    return to + s.len;
}

/* Three pieces in one new string. */
static Value join(Rt *rt, Value a, Value b, Value c)
{
    int64_t bytes = (int64_t)a.len + b.len + c.len;
    if (!rt_string_fits(rt, bytes)) {
        return val_fault();
    }
    char *out = arena_alloc(rt->heap, bytes);
    put(put(put(out, val_as_str(a)), val_as_str(b)), val_as_str(c));
    Value joined = val_str((Str){out, bytes});
    joined.flags = a.flags & b.flags & c.flags & VALUE_ASCII;
    return joined;
}

/* -- matches -------------------------------------------------------------------------- */

typedef VEC(Match) MatchList;

/* Collects up to `amount` matches. After an empty one the next search starts a character on. */
static bool collect_matches(Rt *rt, Str text, Matcher *matcher, int64_t amount, MatchList *matches)
{
    int64_t from = 0;
    while (amount > 0 && from <= text.len) {
        Match match;
        int found = matcher->find(matcher, rt, text, from, &match);
        if (found < 0 || !rt_tick(rt)) {
            return false;
        }
        if (found == 0) {
            break;
        }
        if (!rt_push(rt, matches, match)) {
            return false;
        }
        amount--;
        from = match.end;
        if (match.start == match.end) {
            int width = 1;
            if (from < text.len) {
                utf8_decode(text, from, &width);
            }
            from += width;
        }
    }
    return true;
}

Value string_replace(Rt *rt, Value string, Matcher *matcher, Str replacement, int64_t amount)
{
    if (amount < 1) {
        return rt_fault_argument(rt, STR("count"), "must be greater than or equal to 1");
    }
    Str text = val_as_str(string);
    MatchList matches = {0};
    if (!collect_matches(rt, text, matcher, amount, &matches)) {
        return val_fault();
    }
    int64_t bytes = text.len + matches.len * replacement.len;
    for (int64_t i = 0; i < matches.len; i++) {
        bytes -= matches.at[i].end - matches.at[i].start;
    }
    if (matches.len == 0 || !rt_string_fits(rt, bytes)) {
        return matches.len == 0 ? string : val_fault();
    }
    char *out = arena_alloc(rt->heap, bytes), *to = out;
    int64_t from = 0;
    for (int64_t i = 0; i < matches.len; i++) {
        to = put(put(to, str_slice(text, from, matches.at[i].start)), replacement);
        from = matches.at[i].end;
    }
    put(to, str_slice(text, from, text.len));
    return val_str((Str){out, bytes});
}

/* Offset of the last character of a text that is not empty. */
static int64_t last_character(Str text)
{
    int64_t at = text.len - 1;
    while (at > 0 && ((unsigned char)text.s[at] & 0xc0) == 0x80) {
        at--;
    }
    return at;
}

Value string_split(Rt *rt, Value string, Matcher *matcher)
{
    Str text = val_as_str(string);
    VEC(Value) parts = {0};
    int64_t from = 0;
    while (from < text.len) {
        Match match;
        int found = matcher->find(matcher, rt, text, from, &match);
        if (found < 0 || !rt_tick(rt)) {
            return val_fault();
        }
        if (found == 0) {
            break;
        }
        /* An empty match parts single characters; it does not part the last from the end. */
        int width = 0;
        bool is_empty = match.start == match.end;
        if (is_empty) {
            utf8_decode(text, from, &width);
            match.start = match.end = from + width;
        }
        if (!rt_push(rt, &parts, string_slice(string, from, match.start))) {
            return val_fault();
        }
        from = match.end;
        if (is_empty && from == last_character(text)) {
            break;
        }
    }
    return rt_push(rt, &parts, string_slice(string, from, text.len))
               ? val_array(parts.at, parts.len)
               : val_fault();
}

typedef struct PlainMatcher {
    Matcher base;
    Str pattern;
} PlainMatcher;

static int find_plain(Matcher *matcher, Rt *rt, Str text, int64_t from, Match *match)
{
    (void)rt;
    Str pattern = ((PlainMatcher *)matcher)->pattern;
    match->start = str_find(text, pattern, from);
    match->end = match->start + pattern.len;
    return match->start >= 0;
}

static PlainMatcher plain_matcher(Value pattern)
{
    return (PlainMatcher){.base.find = find_plain, .pattern = val_as_str(pattern)};
}

/* -- rows ----------------------------------------------------------------------------- */

static const char no_element[] = "no element found";

BUILTIN(string_at, "at", PURE, "(index: Int) => String",
        "The character at `index`, counted from 0.", "\"naïve\".at(2)", "\"ï\"")
{
    int64_t offset;
    if (!string_offset(rt, call->self, call->args[0], &offset)) {
        return val_fault();
    }
    int width;
    utf8_decode(val_as_str(call->self), offset, &width);
    return string_slice(call->self, offset, offset + width);
}

BUILTIN(string_concat, "concat", PURE, "(other: String) => String",
        "The string with `other` appended.", "\"Hello, \".concat(\"World\")", "\"Hello, World\"")
{
    return join(rt, call->self, call->args[0], string_slice(call->self, 0, 0));
}

BUILTIN(string_ends_with, "endsWith", PURE, "(suffix: String) => Boolean",
        "Whether the string ends with `suffix`.", "\"deer.fql\".endsWith(\".fql\")", "true")
{
    (void)rt;
    return val_bool(str_ends_with(val_as_str(call->self), val_as_str(call->args[0])));
}

BUILTIN(string_includes, "includes", PURE, "(pattern: String) => Boolean",
        "Whether `pattern` occurs in the string.", "\"banana\".includes(\"nan\")", "true")
{
    (void)rt;
    return val_bool(str_find(val_as_str(call->self), val_as_str(call->args[0]), 0) >= 0);
}

BUILTIN(string_index_of, "indexOf", PURE,
        "(pattern: String) => Int | Null\n"
        "(pattern: String, start: Int) => Int | Null",
        "Position of the first occurrence of `pattern`, at or after `start`; null when there is "
        "none.",
        "\"banana\".indexOf(\"na\")", "2")
{
    int64_t from = 0;
    if (call->argc > 1 && !string_offset(rt, call->self, call->args[1], &from)) {
        return val_fault();
    }
    int64_t found = str_find(val_as_str(call->self), val_as_str(call->args[0]), from);
    return found < 0 ? builtin_null(rt, call, str_from_c(no_element))
                     : string_index(call->self, found);
}

BUILTIN(string_insert, "insert", PURE, "(index: Int, other: String) => String",
        "The string with `other` put in before the character at `index`.",
        "\"rein\".insert(2, \"i\")", "\"reiin\"")
{
    int64_t offset;
    if (!find_gap(rt, call->self, call->args[0], &offset)) {
        return val_fault();
    }
    return join(rt, string_slice(call->self, 0, offset), call->args[1],
                string_slice(call->self, offset, call->self.len));
}

BUILTIN(string_last_index_of, "lastIndexOf", PURE,
        "(pattern: String) => Int | Null\n"
        "(pattern: String, end: Int) => Int | Null",
        "Position of the last occurrence of `pattern` that starts at or before `end`; null when "
        "there is none.",
        "\"banana\".lastIndexOf(\"na\")", "4")
{
    Str text = val_as_str(call->self), pattern = val_as_str(call->args[0]);
    int64_t at = text.len - pattern.len, end = text.len;
    if (call->argc > 1 && !string_offset(rt, call->self, call->args[1], &end)) {
        return val_fault();
    }
    for (at = at < end ? at : end; at >= 0; at--) {
        if (str_starts_with(str_slice(text, at, text.len), pattern)) {
            return string_index(call->self, at);
        }
    }
    return builtin_null(rt, call, str_from_c(no_element));
}

BUILTIN(string_length, "length", PURE, "Number",
        "The number of characters, counted as Unicode code points.", "\"naïve\".length", "5")
{
    (void)rt;
    return val_number(string_count(call->self));
}

BUILTIN(string_replace_first, "replace", PURE,
        "(pattern: String, replacement: String) => String\n"
        "(pattern: String, replacement: String, amount: Int) => String",
        "The string with `replacement` in place of the first occurrence of `pattern`, or of the "
        "first `amount` of them.",
        "\"a-b-c\".replace(\"-\", \"+\")", "\"a+b-c\"")
{
    PlainMatcher matcher = plain_matcher(call->args[0]);
    return string_replace(rt, call->self, &matcher.base, val_as_str(call->args[1]),
                          call->argc > 2 ? call->args[2].as.integer : 1);
}

BUILTIN(string_replace_all, "replaceAll", PURE, "(pattern: String, replacement: String) => String",
        "The string with `replacement` in place of each occurrence of `pattern`.",
        "\"a-b-c\".replaceAll(\"-\", \"+\")", "\"a+b+c\"")
{
    PlainMatcher matcher = plain_matcher(call->args[0]);
    return string_replace(rt, call->self, &matcher.base, val_as_str(call->args[1]), INT64_MAX);
}

BUILTIN(string_slice_of, "slice", PURE,
        "(start: Int) => String\n"
        "(start: Int, end: Int) => String",
        "The characters from `start` up to, but without, `end`; positions outside of the string "
        "count as its nearest end.",
        "\"banana\".slice(2, 4)", "\"na\"")
{
    (void)rt;
    int64_t start = clamp_offset(call->self, call->args[0].as.integer);
    int64_t end =
        call->argc > 1 ? clamp_offset(call->self, call->args[1].as.integer) : call->self.len;
    return string_slice(call->self, start, end < start ? start : end);
}

BUILTIN(string_split_plain, "split", PURE, "(separator: String) => Array<String>",
        "The parts of the string between the occurrences of `separator`; its characters when "
        "`separator` is empty.",
        "\"a,b,\".split(\",\")", "[\n  \"a\",\n  \"b\",\n  \"\"\n]")
{
    PlainMatcher matcher = plain_matcher(call->args[0]);
    return string_split(rt, call->self, &matcher.base);
}

BUILTIN(string_split_at, "splitAt", PURE, "(index: Int) => [String, String]",
        "The string before `index` and the string from there on.", "\"ab\".splitAt(1)",
        "[\n  \"a\",\n  \"b\"\n]")
{
    int64_t offset;
    if (!find_gap(rt, call->self, call->args[0], &offset)) {
        return val_fault();
    }
    Value *parts = arena_array(rt->heap, Value, 2);
    parts[0] = string_slice(call->self, 0, offset);
    parts[1] = string_slice(call->self, offset, call->self.len);
    return val_array(parts, 2);
}

BUILTIN(string_starts_with, "startsWith", PURE, "(prefix: String) => Boolean",
        "Whether the string starts with `prefix`.", "\"deer.fql\".startsWith(\"deer\")", "true")
{
    (void)rt;
    return val_bool(str_starts_with(val_as_str(call->self), val_as_str(call->args[0])));
}

BUILTIN_ROWS(string_methods, &string_at_row, &string_casefold_row, &string_concat_row,
             &string_ends_with_row, &string_includes_row, &string_includes_regex_row,
             &string_index_of_row, &string_index_of_regex_row, &string_insert_row,
             &string_last_index_of_row, &string_length_row, &string_match_indexes_row,
             &string_matches_row, &string_parse_double_row, &string_parse_int_row,
             &string_parse_long_row, &string_parse_number_row, &string_replace_first_row,
             &string_replace_all_row, &string_replace_all_regex_row, &string_replace_regex_row,
             &string_slice_of_row, &string_split_plain_row, &string_split_at_row,
             &string_split_regex_row, &string_starts_with_row, &string_to_lower_case_row,
             &value_to_string_row, &string_to_upper_case_row);

static bool is_string(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_STRING;
}

const BuiltinType string_type = {
    .name = "String",
    .doc = "Text: a sequence of Unicode characters.",
    .methods = string_methods,
    .statics = builtin_no_rows,
    .contains = is_string,
};
