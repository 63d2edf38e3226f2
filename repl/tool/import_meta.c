/* import_meta: `.import` and `.export`: the words of a line, which may stand in double quotes. */
#include "repl/tool/export_command.h"
#include "repl/tool/import_command.h"

#include "grammar/parse.h"

#include <unistd.h>

typedef VEC(const char *) Words;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static Words split_words(Arena *arena, Str text)
{
    Words words = {0};
    int64_t at = 0;
    while (at < text.len) {
        if (is_blank(text.s[at])) {
            at++;
            continue;
        }
        bool quoted = text.s[at] == '"';
        int64_t start = at + quoted;
        at = start;
        while (at < text.len && (quoted ? text.s[at] != '"' : !is_blank(text.s[at]))) {
            at++;
        }
        vec_push(&words, arena, str_to_c(arena, str_slice(text, start, at)));
        at += quoted;
    }
    return words;
}

static bool fail(Shell *shell, Str error)
{
    shell_complain(shell, "%.*s", STR_ARG(error));
    return shell_fail(shell, EXIT_QUERY);
}

/* The last of several places is the collection, unless it is a file. */
static void take_collection(ImportWords *words)
{
    int64_t last = words->places.len - 1;
    if (last > 0 && words->collection == NULL &&
        is_identifier(str_from_c(words->places.at[last])) &&
        access(words->places.at[last], F_OK) != 0) {
        words->collection = words->places.at[last];
        words->places.len--;
    }
}

bool import_meta(Shell *shell, Str args)
{
    Words given = split_words(&shell->arena, args);
    Options options;
    Str error;
    if (!options_parse_words(&shell->arena, "import", given.at, given.len, &options, &error)) {
        return fail(shell, error);
    }
    ImportWords words = options.words;
    if (words.places.len == 0) {
        return fail(shell, STR("usage: .import FILE|DIR... [COLLECTION] [--dry-run] [--skip-bad]"));
    }
    take_collection(&words);
    return import_command(shell, &words);
}

bool export_meta(Shell *shell, Str args)
{
    Words given = split_words(&shell->arena, args);
    Options options;
    Str error;
    if (!options_parse_words(&shell->arena, "export", given.at, given.len, &options, &error)) {
        return fail(shell, error);
    }
    ImportWords words = options.words;
    if (words.places.len != 1) {
        return fail(shell, STR("usage: .export DIR [--collection C] [--format simple|tagged]"));
    }
    return export_command(shell, &words);
}
