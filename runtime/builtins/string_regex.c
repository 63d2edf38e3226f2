/* string_regex: the methods of String that take a regular expression.
 *
 * The engine is PCRE2; patterns are Java's, and are translated (regex_java.h). `\w`, `\d`, `\s` and
 * `\b` mean ASCII, `.` stops at CR and LF. Errors are described in Java's words where it has them.
 *
 * Compiled expressions live on the query's arena and are kept for its next calls; when there
 * are too many, further ones live on the heap like any value. Match data is made for each
 * call, on the heap. So nothing is freed. A match that backtracks without end is stopped by
 * PCRE2's limits and becomes a fault.
 *
 * Those limits hold for each place where a match may begin, and count no characters: a long text can
 * take minutes. So a match is watched, by callouts before each item of the pattern, unless the text is
 * short and a first try with few steps gave an answer.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "runtime/builtins/regex_java.h"
#include "runtime/builtins/string.h"

#include "runtime/base/limits.h"
#include "runtime/base/map.h"
#include "runtime/base/utf8.h"
#include "runtime/base/vec.h"

#include <pcre2.h>

/* A pattern; one without callouts, and one with them, made when it is needed first. */
typedef struct Regex {
    Arena *home;
    Value pattern; /* Java's text, on `home` */
    pcre2_code *plain, *watched;
} Regex;

typedef struct RegexMatcher {
    Matcher base;
    Rt *rt;
    Regex *regex;
    pcre2_match_data *plain_data, *watched_data;      /* each NULL until it is needed */
    pcre2_match_context *plain_limits, *watched_limits;
    int64_t left; /* steps until the next look */
    PCRE2_SIZE at; /* where the last callout was */
} RegexMatcher;

/* The patterns of this query that were compiled, by their text. */
struct RegexCache {
    Map compiled;
};

static void *allocate(size_t bytes, void *arena)
{
    return memory_has((int64_t)bytes) ? arena_alloc(arena, (int64_t)bytes) : NULL;
}

static void keep(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

/* -- compiling ------------------------------------------------------------------------- */

/* PCRE2's errors that Java words in its own way, and how far from PCRE2's offset it points. */
static const struct {
    int code;
    int shift;
    const char *text;
} java_errors[] = {
    {PCRE2_ERROR_QUANTIFIER_INVALID, 0, "Dangling meta character"},
    {PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, 0, "Unclosed group"},
    {PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, -1, "Unmatched closing ')'"},
    {PCRE2_ERROR_MISSING_SQUARE_BRACKET, -1, "Unclosed character class"},
    {PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER, 0, "Illegal repetition range"},
    {PCRE2_ERROR_QUANTIFIER_TOO_BIG, 0, "Illegal repetition range"},
    {PCRE2_ERROR_CLASS_RANGE_ORDER, 0, "Illegal character range"},
    {PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY, -1, "Unknown character property name"},
    {PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH, 0,
     "Look-behind group does not have an obvious maximum length"},
};

static void fault_at(Rt *rt, Value pattern, const char *text, int64_t offset)
{
    int64_t shown = offset < 0 ? 0 : offset < pattern.len ? offset : pattern.len;
    rt_fault(rt, FAULT_invalid_regex, "Invalid regular expression. %s at index %lld", text,
             (long long)string_index(pattern, shown).as.integer);
}

/* Tells of an error of PCRE2 at `offset` in Java's pattern. */
static void fault_pattern(Rt *rt, Value pattern, int code, int64_t offset)
{
    char text[160];
    pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text);
    int64_t shown = offset;
    for (int64_t i = 0; i < countof(java_errors); i++) {
        if (java_errors[i].code == code) {
            snprintf(text, sizeof text, "%s", java_errors[i].text);
            shown = offset + java_errors[i].shift;
        }
    }
    if (code == PCRE2_ERROR_QUANTIFIER_INVALID && offset < pattern.len) {
        snprintf(text, sizeof text, "Dangling meta character '%c'", pattern.as.bytes[offset]);
    }
    fault_at(rt, pattern, text, shown);
}

static int find_regex(Matcher *matcher, Rt *rt, Str text, int64_t from, Match *match);

/* The pattern compiled into memory of `arena`; NULL: a fault. */
static pcre2_code *compile(Rt *rt, Arena *arena, Value pattern, uint32_t options)
{
    JavaRegex java = regex_from_java(rt->heap, val_as_str(pattern));
    if (java.error) {
        fault_at(rt, pattern, java.error, java.error_at);
        return NULL;
    }
    Str source = java.pattern;
    pcre2_general_context *memory = pcre2_general_context_create(allocate, keep, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)(source.s ? source.s : ""), (size_t)source.len,
                      PCRE2_UTF | PCRE2_NO_UTF_CHECK | options, &error, &offset, context);
    if (code == NULL) {
        fault_pattern(rt, pattern, error, java.origin[offset]);
    }
    return code;
}

/* The pattern compiled, in memory of `arena`; NULL: a fault. */
static Regex *make_regex(Rt *rt, Arena *arena, Value pattern)
{
    pcre2_code *plain = compile(rt, arena, pattern, 0);
    if (plain == NULL) {
        return NULL;
    }
    Regex *regex = arena_new(arena, Regex);
    *regex = (Regex){.home = arena,
                     .pattern = val_str(str_copy(arena, val_as_str(pattern))),
                     .plain = plain};
    return regex;
}

/* The compiled pattern, from the cache or put there. NULL: a fault. */
static Regex *find_or_make(Rt *rt, Value pattern)
{
    struct RegexCache *cache = rt->regexes;
    if (cache == NULL) {
        cache = rt->regexes = arena_new(rt->query, struct RegexCache);
        map_init(&cache->compiled, rt->query);
    }
    Regex *regex = map_find(&cache->compiled, val_as_str(pattern));
    if (regex != NULL) {
        return regex;
    }
    if (cache->compiled.count >= REGEXES_KEPT_MAX) {
        return make_regex(rt, rt->heap, pattern);
    }
    regex = make_regex(rt, rt->query, pattern);
    if (regex != NULL) {
        map_put(&cache->compiled, val_as_str(regex->pattern), regex);
    }
    return regex;
}

/* A matcher for `pattern`, good until the heap is reset. False: a fault. */
static bool make_matcher(Rt *rt, Value pattern, RegexMatcher *matcher)
{
    *matcher = (RegexMatcher){
        .base.find = find_regex, .rt = rt, .regex = find_or_make(rt, pattern)};
    return matcher->regex != NULL;
}

/* -- matching -------------------------------------------------------------------------- */

/* PCRE2 calls this before each item of a watched pattern. Between two calls it goes over characters
 * at most, so that those count. */
static int watch(pcre2_callout_block *block, void *arg)
{
    RegexMatcher *matcher = arg;
    PCRE2_SIZE now = block->current_position, before = matcher->at;
    matcher->left -= 1 + (int64_t)(now > before ? now - before : before - now);
    matcher->at = now;
    if (LIKELY(matcher->left > 0)) {
        return 0;
    }
    matcher->left = REGEX_LOOK_STEPS;
    return rt_look(matcher->rt) ? 0 : PCRE2_ERROR_CALLOUT;
}

static int match_plain(RegexMatcher *matcher, Str text, int64_t from)
{
    if (matcher->plain_data == NULL) {
        pcre2_general_context *memory =
            pcre2_general_context_create(allocate, keep, matcher->rt->heap);
        matcher->plain_data = pcre2_match_data_create_from_pattern(matcher->regex->plain, memory);
        matcher->plain_limits = pcre2_match_context_create(memory);
        pcre2_set_heap_limit(matcher->plain_limits, REGEX_HEAP_KILOBYTES);
        pcre2_set_match_limit(matcher->plain_limits, REGEX_UNWATCHED_STEPS);
    }
    return pcre2_match(matcher->regex->plain, (PCRE2_SPTR)(text.s ? text.s : ""), (size_t)text.len,
                       (size_t)from, PCRE2_NO_UTF_CHECK, matcher->plain_data,
                       matcher->plain_limits);
}

/* As PCRE2 gives it; a fault may be set. */
static int match_watched(RegexMatcher *matcher, Str text, int64_t from)
{
    Rt *rt = matcher->rt;
    Regex *regex = matcher->regex;
    if (regex->watched == NULL) {
        regex->watched = compile(rt, regex->home, regex->pattern, PCRE2_AUTO_CALLOUT);
        if (regex->watched == NULL) {
            return PCRE2_ERROR_CALLOUT;
        }
    }
    if (matcher->watched_data == NULL) {
        pcre2_general_context *memory = pcre2_general_context_create(allocate, keep, rt->heap);
        matcher->watched_data = pcre2_match_data_create_from_pattern(regex->watched, memory);
        matcher->watched_limits = pcre2_match_context_create(memory);
        pcre2_set_heap_limit(matcher->watched_limits, REGEX_HEAP_KILOBYTES);
        pcre2_set_callout(matcher->watched_limits, watch, matcher);
        matcher->left = REGEX_LOOK_STEPS;
    }
    matcher->at = (PCRE2_SIZE)from;
    return pcre2_match(regex->watched, (PCRE2_SPTR)(text.s ? text.s : ""), (size_t)text.len,
                       (size_t)from, PCRE2_NO_UTF_CHECK, matcher->watched_data,
                       matcher->watched_limits);
}

/* Finds a match in `text` at or after `from`, seeing what stands before `from`. */
static int find_within(RegexMatcher *matcher, Str text, int64_t from, Match *match)
{
    int result = PCRE2_ERROR_MATCHLIMIT;
    if (text.len - from <= REGEX_UNWATCHED_BYTES) {
        result = match_plain(matcher, text, from);
    }
    bool is_plain = result != PCRE2_ERROR_MATCHLIMIT;
    if (!is_plain) {
        result = match_watched(matcher, text, from);
    }
    if (result == PCRE2_ERROR_NOMATCH) {
        return 0;
    }
    if (result < 0) {
        if (result == PCRE2_ERROR_NOMEMORY && matcher->rt->fault == NULL) {
            (void)rt_fault_memory(matcher->rt);
        }
        if (matcher->rt->fault == NULL) {
            rt_fault(matcher->rt, FAULT_invalid_regex,
                     "Invalid regular expression. It needs too many steps to match");
        }
        return -1;
    }
    const PCRE2_SIZE *ends =
        pcre2_get_ovector_pointer(is_plain ? matcher->plain_data : matcher->watched_data);
    match->start = (int64_t)ends[0];
    match->end = (int64_t)ends[1];
    return 1;
}

static int find_regex(Matcher *matcher, Rt *rt, Str text, int64_t from, Match *match)
{
    (void)rt;
    Str rest = str_slice(text, from, text.len);
    int found = find_within((RegexMatcher *)matcher, rest, 0, match);
    if (found > 0) {
        match->start += from;
        match->end += from;
    }
    return found;
}

/* Every match, as `element` makes a value of it. */
static Value collect(Rt *rt, const Call *call, Value element(Rt *rt, Value string, Match match))
{
    RegexMatcher matcher;
    if (!make_matcher(rt, call->args[0], &matcher)) {
        return val_fault();
    }
    Str text = val_as_str(call->self);
    VEC(Value) found = {0};
    int64_t from = 0;
    while (from <= text.len) {
        Match match;
        int got = find_within(&matcher, text, from, &match);
        if (got < 0 || !rt_tick(rt)) {
            return val_fault();
        }
        if (got == 0) {
            break;
        }
        if (!rt_push(rt, &found, element(rt, call->self, match))) {
            return val_fault();
        }
        int width = 0;
        if (match.start == match.end) {
            width = 1;
            if (match.end < text.len) {
                utf8_decode(text, match.end, &width);
            }
        }
        from = match.end + width;
    }
    return val_array(found.at, found.len);
}

static Value matched_text(Rt *rt, Value string, Match match)
{
    (void)rt;
    return string_slice(string, match.start, match.end);
}

static Value index_and_text(Rt *rt, Value string, Match match)
{
    Value *pair = arena_array(rt->heap, Value, 2);
    pair[0] = string_index(string, match.start);
    pair[1] = string_slice(string, match.start, match.end);
    return val_array(pair, 2);
}

/* -- rows ------------------------------------------------------------------------------- */

BUILTIN_SHARED(string_includes_regex, "includesRegex", PURE, "(regex: String) => Boolean",
               "Whether the regular expression `regex` matches somewhere in the string.",
               "\"banana\".includesRegex(\"an+a$\")", "true")
{
    RegexMatcher matcher;
    Match match;
    int found = -1;
    if (make_matcher(rt, call->args[0], &matcher)) {
        found = find_regex(&matcher.base, rt, val_as_str(call->self), 0, &match);
    }
    return found < 0 ? val_fault() : val_bool(found > 0);
}

BUILTIN_SHARED(string_index_of_regex, "indexOfRegex", PURE,
               "(regex: String) => Int | Null\n"
               "(regex: String, start: Int) => Int | Null",
               "Position of the first match of the regular expression `regex`, at or after "
               "`start`; null when there is none.",
               "\"banana\".indexOfRegex(\"n.\")", "2")
{
    RegexMatcher matcher;
    Match match;
    int64_t from = 0;
    if (call->argc > 1 && !string_offset(rt, call->self, call->args[1], &from)) {
        return val_fault();
    }
    int found = -1;
    if (make_matcher(rt, call->args[0], &matcher)) {
        found = find_regex(&matcher.base, rt, val_as_str(call->self), from, &match);
    }
    if (found < 0) {
        return val_fault();
    }
    return found == 0 ? builtin_null(rt, call, STR("no element found"))
                      : string_index(call->self, match.start);
}

BUILTIN_SHARED(string_match_indexes, "matchIndexes", PURE,
               "(regex: String) => Array<[Number, String]>",
               "The position and the text of each match of the regular expression `regex`.",
               "\"ab1\".matchIndexes(\"[0-9]\")", "[\n  [\n    2,\n    \"1\"\n  ]\n]")
{
    return collect(rt, call, index_and_text);
}

BUILTIN_SHARED(string_matches, "matches", PURE, "(regex: String) => Array<String>",
               "The text of each match of the regular expression `regex`.",
               "\"a1b22\".matches(\"[0-9]+\")", "[\n  \"1\",\n  \"22\"\n]")
{
    return collect(rt, call, matched_text);
}

static Value replace_regex(Rt *rt, const Call *call, int64_t amount)
{
    RegexMatcher matcher;
    if (!make_matcher(rt, call->args[0], &matcher)) {
        return val_fault();
    }
    return string_replace(rt, call->self, &matcher.base, val_as_str(call->args[1]), amount);
}

BUILTIN_SHARED(string_replace_all_regex, "replaceAllRegex", PURE,
               "(pattern: String, replacement: String) => String",
               "The string with `replacement` in place of each match of the regular expression "
               "`pattern`.",
               "\"a1b22\".replaceAllRegex(\"[0-9]+\", \"-\")", "\"a-b-\"")
{
    return replace_regex(rt, call, INT64_MAX);
}

BUILTIN_SHARED(string_replace_regex, "replaceRegex", PURE,
               "(regex: String, replacement: String) => String\n"
               "(regex: String, replacement: String, amount: Int) => String",
               "The string with `replacement` in place of the first match of the regular "
               "expression `regex`, or of the first `amount` of them.",
               "\"a1b22\".replaceRegex(\"[0-9]+\", \"-\")", "\"a-b22\"")
{
    return replace_regex(rt, call, call->argc > 2 ? call->args[2].as.integer : 1);
}

BUILTIN_SHARED(string_split_regex, "splitRegex", PURE, "(regex: String) => Array<String>",
               "The parts of the string between the matches of the regular expression `regex`.",
               "\"a1b22c\".splitRegex(\"[0-9]+\")", "[\n  \"a\",\n  \"b\",\n  \"c\"\n]")
{
    RegexMatcher matcher;
    if (!make_matcher(rt, call->args[0], &matcher)) {
        return val_fault();
    }
    return string_split(rt, call->self, &matcher.base);
}
