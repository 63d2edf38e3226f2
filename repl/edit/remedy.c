/* remedy: see remedy.h. A row for each message that says what is wrong, and not what to do. */
#include "repl/edit/remedy.h"

#include "repl/command/help.h"
#include "repl/edit/told.h"
#include "runtime/builtin.h"

#include <ctype.h>
#include <string.h>

typedef struct Remedy {
    const char *start; /* behind `error: ` */
    const char *part;  /* somewhere in the error; NULL: anything */
    const char *hint;
} Remedy;

#define DESCRIBED ".describe COLLECTION shows its fields and rules"
#define IDS "ids are whole numbers from 0 on; without `id` one is chosen"
#define NUMBERS_OF_TEXT \
    "\"5\".parseInt() and .parseDouble() make numbers of text; \"#{5}\" makes text"

/* What a document breaks that is created, or changed. */
#define OF_DOCUMENT(part, hint)                 \
    {"Failed to create document", part, hint},  \
    {                                           \
        "Failed to update document", part, hint \
    }

static const Remedy remedies[] = {
    {"index ", "out of bounds",
     "positions begin at 0; .first() and .last() give null where there is none"},
    {"expected value for `other` of type Number, received String", NULL, NUMBERS_OF_TEXT},
    {"The function `+`", "on `Time`", ".add(1, \"day\"); .help Time has the others"},
    {"The function `-`", "on `Time`", ".subtract(1, \"day\"), .difference(TIME, \"days\")"},
    {"The function `+`", "on `Date`", ".add(1, \"day\"); .help Date has the others"},
    {"The function `-`", "on `Date`", ".subtract(1, \"day\"), .difference(DATE, \"days\")"},
    {"expected type: Boolean", NULL, "a condition compares: x > 0, x != null"},
    {"Collection `", "does not contain document with id",
     "?. in place of . or ! gives null where there is no document; .exists() asks"},
    {"Collection `", "already contains document with id",
     "byId(ID)!.update({ … }) changes it; without `id` a new one is chosen"},
    {"Cannot access `", "` on null.",
     "?. in place of . gives null there; x ?? VALUE gives another value"},
    {"Null ", NULL, "without ! it is null; x ?? VALUE gives another value"},
    {"Cursor ", "invalid or expired",
     "a cursor is the text of `after` of a page, and lives as long as the past is kept"},
    {"`", "performs a write, which is not allowed in set functions", "write with .forEach(x => …)"},
    {"Requested timestamp ", NULL,
     "the past is kept for 15 minutes and `history_days` of the collection"},
    {"Cannot write at a snapshot time", NULL, "write outside of at (…) { … }"},
    {"`", "is not a valid time.",
     "Time(\"2026-01-31T12:00:00Z\") is one; Time.now() is the present"},
    {"`", "is not a valid date.", "Date(\"2026-01-31\") is one; Date.today() is the present"},
    {"`", "is not a valid time unit.",
     "units: days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds"},
    {"`", "is not a valid ID.", IDS},
    {"number of stack frames exceeded", NULL,
     "a function calls itself without an end, or too deep"},
    {"Missing return expression", NULL,
     "the last row of a block is its value: end it with one, or null"},
    OF_DOCUMENT("Unexpected field provided", DESCRIBED "; `*: Any` in its schema lets others in"),
    OF_DOCUMENT("id: Expected ID", IDS),
    OF_DOCUMENT("id: id must be nonnegative", IDS),
    OF_DOCUMENT(": Expected ", DESCRIBED),
    OF_DOCUMENT("Missing required field", DESCRIBED),
    OF_DOCUMENT("Is a reserved field", "the database sets id, coll and ts: take another name"),
    OF_DOCUMENT("Cannot write to a computed field", "it is worked out from the others: " DESCRIBED),
    {"Failed to ", "Invalid identifier",
     "names have letters, digits and _, and begin with no digit"},
    {"Failed to ", "already exists with the name",
     ".describe NAME shows it, NAME.definition.update({ … }) changes it"},
    {"Failed to ", "unknown role name",
     ".roles lists roles; admin, server and server-readonly are always there"},
};

static Str remedy_of_row(Str message, Str error)
{
    for (int64_t i = 0; i < countof(remedies); i++) {
        if (str_starts_with(message, str_from_c(remedies[i].start)) &&
            (remedies[i].part == NULL || str_find(error, str_from_c(remedies[i].part), 0) >= 0)) {
            return str_from_c(remedies[i].hint);
        }
    }
    return (Str){0};
}

/* A word that is looked for among the topics of help. */
typedef struct Lookup {
    Str wanted;
    bool found;
} Lookup;

static void compare_topic(void *context, Str topic)
{
    Lookup *lookup = context;
    lookup->found = lookup->found || str_eq(topic, lookup->wanted);
}

static bool has_page(Str topic)
{
    Lookup lookup = {.wanted = topic};
    help_each_topic(compare_topic, &lookup);
    return lookup.found;
}

static bool is_method(Str name)
{
    bool found = builtin_find(builtin_globals, name) != NULL;
    for (int64_t i = 0; builtin_types[i] != NULL && !found; i++) {
        found = builtin_find(builtin_types[i]->methods, name) != NULL ||
                builtin_find(builtin_types[i]->statics, name) != NULL;
    }
    return found;
}

/* The name that ends a text. */
static Str last_name(Str text)
{
    int64_t start = text.len;
    while (start > 0 && (isalnum((unsigned char)text.s[start - 1]) || text.s[start - 1] == '_')) {
        start--;
    }
    return str_slice(text, start, text.len);
}

/* How a method is called, where it was called in another way. */
static Str remedy_of_call(Arena *arena, Str message, Str error)
{
    Str before = {0}, marked = told_marked(error, &before);
    bool is_count = str_starts_with(message, STR("callee function expects"));
    bool is_type = str_starts_with(message, STR("expected value for `")) ||
                   str_starts_with(message, STR("expected arguments to `")) ||
                   str_starts_with(message, STR("expected `"));
    int64_t open = before.len;
    if (!str_starts_with(marked, STR("("))) { /* an argument is marked */
        while (open > 0 && before.s[open - 1] != '(') {
            open--;
        }
        open -= open > 0;
    }
    Str name = last_name(str_slice(before, 0, open));
    if ((is_count || is_type) && is_method(name)) {
        return str_format(arena, ".help %.*s shows what it takes", STR_ARG(name));
    }
    return (Str){0};
}

/* What a type has, where it has no method of this name, nor one called nearly so. */
static Str remedy_of_method(Arena *arena, Str error)
{
    static const char between[] = "` does not exist on `";
    Str method = told_name_behind(error, STR("error: The function `"));
    int64_t at = str_find(error, str_from_c(between), 0);
    if (method.len == 0 || at < 0) {
        return (Str){0};
    }
    int64_t start = at + (int64_t)strlen(between), end = start;
    while (end < error.len && isalnum((unsigned char)error.s[end])) {
        end++;
    }
    Str type = str_slice(error, start, end);
    if (str_eq(type, STR("String")) && !isalpha((unsigned char)method.s[0])) {
        return STR(NUMBERS_OF_TEXT);
    }
    return has_page(type) ? str_format(arena, ".help %.*s lists what it has", STR_ARG(type))
                          : (Str){0};
}

/* What stands at the mark, where it is no FQL. */
static Str remedy_of_sign(Arena *arena, Str message, Str error)
{
    Str before = {0}, marked = told_marked(error, &before);
    if (str_starts_with(message, STR("Expected")) && str_starts_with(marked, STR(":")) &&
        str_ends_with(before, STR("]"))) {
        return STR("Object.fromEntries([[KEY, VALUE]]) makes a field whose name is worked out");
    }
    int64_t end = 1;
    while (end < marked.len && ((unsigned char)marked.s[end] & 0xc0) == 0x80) {
        end++;
    }
    if (str_starts_with(message, STR("Unexpected end of query")) && marked.len > 0) {
        return str_format(arena, "`%.*s` means nothing here", STR_ARG(str_slice(marked, 0, end)));
    }
    return (Str){0};
}

static Str remedy_of_name(Str error)
{
    Str name = told_name_behind(error, STR("error: Unbound variable `"));
    int64_t place = str_find(error, STR("\nat *"), 0);
    bool is_elsewhere =
        place >= 0 && !str_starts_with(str_slice(error, place, error.len), STR("\nat *query*"));
    bool is_small = name.len > 0 && islower((unsigned char)name.s[0]) && !is_elsewhere;
    return is_small ? STR(".vars and .functions list the names there are; texts need quotes")
                    : (Str){0};
}

Str remedy_find(Arena *arena, Str error)
{
    static const char prefix[] = "error: ";
    if (!str_starts_with(error, str_from_c(prefix))) {
        return (Str){0};
    }
    Str message = str_slice(error, (int64_t)strlen(prefix), error.len);
    Str hint = remedy_of_row(message, error);
    /* What the error says itself is nearer to the point. */
    if (hint.len > 0 || str_find(error, STR("\nhint:"), 0) >= 0) {
        return hint;
    }
    hint = remedy_of_call(arena, message, error);
    hint = hint.len > 0 ? hint : remedy_of_method(arena, error);
    hint = hint.len > 0 ? hint : remedy_of_sign(arena, message, error);
    return hint.len > 0 ? hint : remedy_of_name(error);
}
