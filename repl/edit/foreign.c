/* foreign: one row for each word. The hints are as short as an answer across the table. */
#include "repl/edit/foreign.h"

#include "repl/command/command.h"
#include "repl/edit/remedy.h"
#include "repl/edit/told.h"
#include "repl/io/text.h"

#include <ctype.h>
#include <strings.h>

typedef struct Foreign {
    const char *word;
    const char *hint;
} Foreign;

static const Foreign words[] = {
    {"select", "this is FQL: COLLECTION.where(.FIELD > 1) { FIELD, FIELD }"},
    {"insert", "this is FQL: COLLECTION.create({ FIELD: VALUE })"},
    {"update", "this is FQL: COLLECTION.byId(ID)!.update({ FIELD: VALUE })"},
    {"delete", "this is FQL: COLLECTION.byId(ID)!.delete()"},
    {"create", "this is FQL: Collection.create({ name: \"NAME\" })"},
    {"drop", "this is FQL: COLLECTION.definition.delete()"},
    {"alter", "this is FQL: COLLECTION.definition.update({ … })"},
    {"begin", ".begin opens a transaction; each input is one otherwise"},
    {"commit", ".commit keeps what was done since .begin"},
    {"rollback", ".rollback takes back what was done since .begin"},
    {"explain", ".explain QUERY tells what a query reads"},
    {"show", ".collections lists collections, .schema shows what they are"},
    {"describe", ".describe NAME tells of a collection"},
    {"desc", ".describe NAME tells of a collection"},
    {"use", ".use NAME goes to another database; .databases lists them"},
    {"const", "let NAME = VALUE gives a value a name"},
    {"var", "let NAME = VALUE gives a value a name"},
    {"function",
     "let NAME = (x) => … here; functions that stay are in the schema: fawn help schema"},
    {"def", "let NAME = (x) => … gives a function a name"},
    {"for", "LIST.forEach(x => …) and SET.forEach(x => …) go through elements"},
    {"while", "Set.sequence(0, N).forEach(n => …) repeats; there are no other loops"},
    {"return", "the last expression of a block is its value"},
    {"print", "log(VALUE); the value of each expression is shown anyway"},
    {"console", "log(VALUE); the value of each expression is shown anyway"},
    {"db", "this is FQL: COLLECTION.all(), COLLECTION.create({ … })"},
};

const char *foreign_hint(Str input)
{
    int64_t end = 0;
    while (end < input.len && isalpha((unsigned char)input.s[end])) {
        end++;
    }
    for (int64_t i = 0; i < countof(words); i++) {
        Str word = str_from_c(words[i].word);
        if (word.len == end && strncasecmp(word.s, input.s, (size_t)end) == 0) {
            return words[i].hint;
        }
    }
    return NULL;
}

/* Methods of MongoDB's shell, of SQL's functions and of JavaScript, by what they are on here. */
static const Foreign methods[] = {
    {"find", "where(.FIELD == VALUE)"},
    {"findOne", "firstWhere(.FIELD == VALUE)"},
    {"insert", "create({ FIELD: VALUE })"},
    {"insertOne", "create({ FIELD: VALUE })"},
    {"insertMany", "[{ … }, { … }].forEach(x => COLLECTION.create(x))"},
    {"save", "create({ FIELD: VALUE }), or update of a document"},
    {"update", "forEach(.update({ FIELD: VALUE }))"},
    {"updateOne", "firstWhere(.FIELD == VALUE)!.update({ FIELD: VALUE })"},
    {"updateMany", "where(.FIELD == VALUE).forEach(.update({ FIELD: VALUE }))"},
    {"delete", "forEach(.delete())"},
    {"remove", "where(.FIELD == VALUE).forEach(.delete())"},
    {"deleteOne", "firstWhere(.FIELD == VALUE)!.delete()"},
    {"deleteMany", "where(.FIELD == VALUE).forEach(.delete())"},
    {"countDocuments", "all().count()"},
    {"sort", "order(.FIELD), order(desc(.FIELD))"},
    {"orderBy", "order(.FIELD), order(desc(.FIELD))"},
    {"limit", "take(N)"},
    {"skip", "drop(N)"},
    {"offset", "drop(N)"},
    {"project", "a projection: SET { FIELD, FIELD }"},
    {"select", "a projection: SET { FIELD, FIELD }"},
    {"group", "fold(INITIAL, (groups, x) => …), or an aggregate of the collection"},
    {"groupBy", "fold(INITIAL, (groups, x) => …), or an aggregate of the collection"},
    {"createIndex", "definition.update({ indexes: { NAME: { terms: [{ field: \"FIELD\" }] } } })"},
    {"drop", "definition.delete()"},
    {"pretty", ".mode json, .mode table"},
    {"push", "append(VALUE)"},
    {"some", "any(.FIELD == VALUE)"},
    {"every", "every(.FIELD == VALUE)"},
    {"sum", "Math.sum(SET.map(.FIELD))"},
    {"avg", "Math.mean(SET.map(.FIELD))"},
    {"min", "Math.min(A, B), or SET.map(.FIELD).order().first()"},
    {"max", "Math.max(A, B), or SET.map(.FIELD).order(desc(x => x)).first()"},
    {"len", "length, of a set count()"},
    {"size", "length, of a set count()"},
};

/* What is spelled otherwise here, or forgotten by those who begin. Empty: nothing that is known. */
static Str beginner_hint(Arena *arena, Str error)
{
    static const char *const predicates[] = {"where(", "map(",  "order(", "firstWhere(", "any(",
                                             "every(", "desc(", "asc(",   "flatMap("};
    static const Foreign operators[] = {
        {"and ", "&&"}, {"or ", "||"}, {"AND ", "&&"}, {"OR ", "||"}, {"-> ", "=>"}};
    Str before = {0}, marked = told_marked(error, &before);
    Str name = told_name_behind(error, STR("error: Unbound variable `"));
    for (int64_t i = 0; name.len > 0 && i < countof(predicates); i++) {
        if (str_ends_with(before, str_from_c(predicates[i]))) {
            return str_format(arena, ".%.*s is the field of each element", STR_ARG(name));
        }
    }
    if (!str_starts_with(error, STR("error: Expected"))) {
        return (Str){0};
    }
    if (str_starts_with(marked, STR("= "))) {
        return STR("== compares; = is for let");
    }
    for (int64_t i = 0; i < countof(operators); i++) {
        if (str_starts_with(marked, str_from_c(operators[i].word))) {
            return str_format(arena, "here that is %s", operators[i].hint);
        }
    }
    return (Str){0};
}

Str foreign_error_hint(Arena *arena, Str error)
{
    if (str_find(error, STR("\nhint:"), 0) >= 0) {
        return (Str){0};
    }
    Str first_steps = beginner_hint(arena, error);
    if (first_steps.len > 0) {
        return first_steps;
    }
    Str method = told_name_behind(error, STR("error: The function `"));
    for (int64_t i = 0; i < countof(methods); i++) {
        if (str_eq(method, str_from_c(methods[i].word))) {
            return str_format(arena, "here that is %s", methods[i].hint);
        }
    }
    Str name = told_name_behind(error, STR("error: Unbound variable `"));
    for (const char *const *each = command_bare_words; *each != NULL && name.len > 3; each++) {
        if (str_eq(str_from_c(*each), name)) {
            return str_format(arena, "%s stands alone at the prompt; in scripts: .%s", *each,
                              *each);
        }
        if (str_distance(str_from_c(*each), name) <= 1) {
            return str_format(arena, "Did you mean %s?", *each);
        }
    }
    if (name.len > 0 && isupper((unsigned char)name.s[0])) {
        return str_format(arena,
                          "Collection.create({ name: \"%.*s\" }) makes a collection of this name; "
                          ".collections lists those there are",
                          STR_ARG(name));
    }
    return (Str){0};
}

/* Whether the error is one of what is no FQL from its first word on. */
static bool is_foreign_error(Str error, Str input)
{
    Str name = told_name_behind(error, STR("error: Unbound variable `"));
    bool is_loop = str_starts_with(input, STR("for ")) || str_starts_with(input, STR("while "));
    return str_starts_with(error, STR("error: Expected end-of-input")) ||
           (is_loop && str_starts_with(error, STR("error: Expected"))) ||
           (name.len > 0 && str_starts_with(input, name));
}

void foreign_tell(Shell *shell, Str input)
{
    Str error = buf_str(&shell->last_error);
    input = text_trim(input);
    const char *word = is_foreign_error(error, input) ? foreign_hint(input) : NULL;
    Str hint = word != NULL ? str_from_c(word) : foreign_error_hint(&shell->arena, error);
    if (hint.len == 0 && (shell->interactive || shell->options->verbose)) {
        hint = remedy_find(&shell->arena, error);
    }
    if (hint.len > 0) {
        shell_tell(shell, str_format(&shell->arena, "hint: %.*s", STR_ARG(hint)));
    }
}

/* Meta-commands of sqlite3, of psql, and of node's REPL, which Fauna's shell stood on. */
static const Foreign commands_elsewhere[] = {
    {"d", ".collections, or .describe NAME"},
    {"dt", ".collections"},
    {"di", ".indexes"},
    {"df", ".functions"},
    {"du", ".roles"},
    {"dn", ".databases"},
    {"l", ".databases"},
    {"c", ".use DATABASE, or .open FILE"},
    {"connect", ".use DATABASE, or .open FILE"},
    {"x", ".mode line"},
    {"timing", ".timer on"},
    {"e", ".edit"},
    {"i", ".read FILE"},
    {"o", ".output FILE"},
    {"g", ".once FILE before the query"},
    {"h", ".help TOPIC"},
    {"?", ".help"},
    {"p", ".history 1"},
    {"r", ".clear"},
    {"w", ".save-input FILE"},
    {"s", ".history"},
    {"copy", ".import FILE, .export DIR"},
    {"headers", "part of the modes: csv, tsv and tables have them"},
    {"separator", "part of the modes: .mode csv, .mode tsv"},
    {"backup", ".save FILE"},
    {"clone", ".save FILE"},
    {"eqp", ".explain QUERY"},
    {"dbinfo", ".stats, .mem"},
    {"parameter", ".set NAME = EXPR"},
    {"integrity_check", ".check"},
    {"vacuum", ".compact"},
    {"changes", ".log"},
    {"excel", ".once FILE.csv behind .mode csv"},
    {"www", ".once FILE.csv behind .mode csv"},
    {"fullschema", ".schema"},
    {"param", ".set NAME = EXPR"},
    {"trace", ".echo on, .explain QUERY"},
    {"limit", ".maxrows N, or .take(N) in the query"},
    {"timeout", "the option --timeout MS"},
    {"progress", "not needed: Ctrl-C stops a query"},
    {"recover", "fawn dump --salvage DB FILE, then fawn restore FILE NEW.fawn"},
    {"scanstats", ".explain QUERY, .hints on"},
    {"lint", ".hints on, fawn check FILE.fql"},
    {"expert", ".hints on, .explain QUERY"},
    {"selftest", ".check, and fawn test for queries"},
    {"testcase", "fawn test"},
    {"connection", ".attach FILE as NAME, .use NAME"},
    {"auth", "roles: .roles, docs/security.md"},
    {"session", ".log, .txn, .undo"},
    {"nonce", "--readonly, which keeps a session from writing"},
};

const char *foreign_command(Str name)
{
    for (int64_t i = 0; i < countof(commands_elsewhere); i++) {
        if (str_eq(name, str_from_c(commands_elsewhere[i].word))) {
            return commands_elsewhere[i].hint;
        }
    }
    return NULL;
}
