/* import_options: see import_options.h. */
#include "repl/import_options.h"

#include <string.h>

typedef struct Reading {
    Arena *arena;
    ImportWords *words;
    Str *error;
} Reading;

typedef struct WordRow {
    const char *name, *short_name; /* NULL: none */
    const char *values;            /* NULL: it takes none; else what it takes, for messages */
    bool (*apply)(Reading *reading, const char *value);
} WordRow;

static bool apply_collection(Reading *reading, const char *value)
{
    reading->words->collection = value;
    return true;
}

static bool apply_dry_run(Reading *reading, const char *value)
{
    (void)value;
    return reading->words->dry_run = true;
}

static bool apply_skip_bad(Reading *reading, const char *value)
{
    (void)value;
    return reading->words->skip_bad = true;
}

static bool apply_import_format(Reading *reading, const char *value)
{
    static const struct {
        const char *name;
        ImportFormat format;
    } formats[] = {
        {"json", IMPORT_JSON}, {"jsonl", IMPORT_JSON}, {"csv", IMPORT_CSV}, {"tsv", IMPORT_TSV}};
    for (int64_t i = 0; i < countof(formats); i++) {
        if (strcmp(value, formats[i].name) == 0) {
            reading->words->format = formats[i].format;
            return true;
        }
    }
    *reading->error =
        str_format(reading->arena, "--format takes json, jsonl, csv or tsv, not `%s`", value);
    return false;
}

/* One of two words. */
static bool apply_choice(Reading *reading, const char *option, const char *value, const char *no,
                         const char *yes, bool *setting)
{
    *setting = strcmp(value, yes) == 0;
    if (*setting || strcmp(value, no) == 0) {
        return true;
    }
    *reading->error =
        str_format(reading->arena, "%s takes %s or %s, not `%s`", option, no, yes, value);
    return false;
}

static bool apply_export_format(Reading *reading, const char *value)
{
    return apply_choice(reading, "--format", value, "simple", "tagged", &reading->words->tagged);
}

static bool apply_datafile(Reading *reading, const char *value)
{
    return apply_choice(reading, "--datafile", value, "json", "jsonl", &reading->words->lines);
}

static const WordRow import_rows[] = {
    {"--collection", "-c", "a name", apply_collection},
    {"--format", NULL, "json, jsonl, csv or tsv", apply_import_format},
    {"--dry-run", "-n", NULL, apply_dry_run},
    {"--skip-bad", NULL, NULL, apply_skip_bad},
};

static const WordRow export_rows[] = {
    {"--collection", "-c", "a name", apply_collection},
    {"--format", NULL, "simple or tagged", apply_export_format},
    {"--datafile", NULL, "json or jsonl", apply_datafile},
};

/* The row that `word`, `--name` or `--name=VALUE`, means. */
static const WordRow *find_row(const WordRow *rows, int64_t count, const char *word)
{
    for (int64_t i = 0; i < count; i++) {
        size_t len = strlen(rows[i].name);
        bool is_long = strncmp(word, rows[i].name, len) == 0 &&
                       (word[len] == '\0' || (word[len] == '=' && rows[i].values != NULL));
        if (is_long || (rows[i].short_name && strcmp(word, rows[i].short_name) == 0)) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool fail_unknown(Reading *reading, const WordRow *rows, int64_t count, const char *word)
{
    Buf names = {0};
    for (int64_t i = 0; i < count; i++) {
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", rows[i].name);
    }
    *reading->error = str_format(reading->arena, "unknown option %s; there are %.*s", word,
                                 STR_ARG(buf_str(&names)));
    buf_free(&names);
    return false;
}

static bool read_words(Reading *reading, const WordRow *rows, int64_t row_count,
                       const char *const *words, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const char *word = words[i];
        if (word[0] != '-' || word[1] == '\0') {
            vec_push(&reading->words->places, reading->arena, word);
            continue;
        }
        const WordRow *row = find_row(rows, row_count, word);
        if (row == NULL) {
            return fail_unknown(reading, rows, row_count, word);
        }
        const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
        const char *value = equals ? equals + 1 : NULL;
        if (row->values != NULL && value == NULL) {
            if (i + 1 == count) {
                *reading->error = str_format(reading->arena, "%s needs %s", row->name, row->values);
                return false;
            }
            value = words[++i];
        }
        if (!row->apply(reading, value)) {
            return false;
        }
    }
    return true;
}

bool import_words_read(Arena *arena, const char *const *words, int64_t count, ImportWords *read,
                       Str *error)
{
    Reading reading = {arena, read, error};
    *read = (ImportWords){0};
    return read_words(&reading, import_rows, countof(import_rows), words, count);
}

bool export_words_read(Arena *arena, const char *const *words, int64_t count, ImportWords *read,
                       Str *error)
{
    Reading reading = {arena, read, error};
    *read = (ImportWords){.tagged = true, .lines = true};
    return read_words(&reading, export_rows, countof(export_rows), words, count);
}
