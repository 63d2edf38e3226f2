/* mode: names in two tables, and the environment's say about colour. */
#include "repl/show/mode.h"

#include "interp/nearest.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const names[MODE_COUNT] = {
    [MODE_FQL] = "fql",     [MODE_JSON] = "json", [MODE_JSON_TAGGED] = "json-tagged",
    [MODE_JSONL] = "jsonl", [MODE_CSV] = "csv",   [MODE_TSV] = "tsv",
    [MODE_TABLE] = "table", [MODE_BOX] = "box",   [MODE_MARKDOWN] = "markdown",
    [MODE_LINE] = "line",   [MODE_RAW] = "raw",   [MODE_COUNT_ROWS] = "count",
    [MODE_OFF] = "off",
};

static const char *const whens[] = {
    [COLOR_AUTO] = "auto",
    [COLOR_ALWAYS] = "always",
    [COLOR_NEVER] = "never",
};

/* Position of `name` in `list`, or -1. */
static int find_name(const char *const *list, int64_t count, Str name)
{
    for (int i = 0; i < count; i++) {
        if (str_eq(str_from_c(list[i]), name)) {
            return i;
        }
    }
    return -1;
}

bool mode_find(Str name, Mode *mode)
{
    int at = find_name(names, countof(names), name);
    if (at >= 0) {
        *mode = (Mode)at;
    }
    return at >= 0;
}

bool color_find(Str name, ColorWhen *when)
{
    int at = find_name(whens, countof(whens), name);
    if (at >= 0) {
        *when = (ColorWhen)at;
    }
    return at >= 0;
}

const char *mode_name(Mode mode)
{
    return names[mode];
}

Str mode_names(Arena *arena)
{
    Buf text = {0};
    for (int i = 0; i < MODE_COUNT; i++) {
        buf_puts(&text, i == 0 ? "" : i == MODE_COUNT - 1 ? " or " : ", ");
        buf_puts(&text, names[i]);
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* Modes of other shells, and the one that comes nearest. */
static const struct {
    const char *name;
    Mode mode;
} foreign_modes[] = {
    {"column", MODE_TABLE},   {"columns", MODE_TABLE},  {"psql", MODE_TABLE},
    {"duckbox", MODE_BOX},    {"list", MODE_CSV},       {"tabs", MODE_TSV},
    {"pretty", MODE_JSON},    {"ndjson", MODE_JSONL},   {"jsonlines", MODE_JSONL},
    {"md", MODE_MARKDOWN},    {"vertical", MODE_LINE},  {"expanded", MODE_LINE},
    {"simple", MODE_JSON},    {"tagged", MODE_JSON_TAGGED}, {"decorated", MODE_FQL},
    {"shell", MODE_FQL},      {"trash", MODE_OFF},
};

Str mode_suggest(Str name)
{
    for (int64_t i = 0; i < countof(foreign_modes); i++) {
        if (str_eq(name, str_from_c(foreign_modes[i].name))) {
            return str_from_c(names[foreign_modes[i].mode]);
        }
    }
    Nearest nearest = {.wanted = name};
    for (int i = 0; i < MODE_COUNT; i++) {
        nearest_offer(&nearest, str_from_c(names[i]));
    }
    return nearest.found;
}

/* Whether an environment variable is set and neither empty nor "0". */
static bool is_switched_on(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' && strcmp(value, "0") != 0;
}

bool color_wanted(ColorWhen when, int fd)
{
    const char *none = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (when != COLOR_AUTO) {
        return when == COLOR_ALWAYS;
    }
    if (none != NULL && none[0] != '\0') {
        return false;
    }
    if (is_switched_on("CLICOLOR_FORCE") || is_switched_on("FORCE_COLOR")) {
        return true;
    }
    return isatty(fd) && term != NULL && strcmp(term, "dumb") != 0;
}
