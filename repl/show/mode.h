/* mode: how results look: the output modes by name, and when there is colour. */
#ifndef FAWN_REPL_SHOW_MODE_H
#define FAWN_REPL_SHOW_MODE_H

#include "runtime/base/str.h"

typedef enum Mode {
    MODE_FQL,
    MODE_JSON,
    MODE_JSON_TAGGED,
    MODE_JSONL, /* one line a value; the elements of a set one line each */
    MODE_CSV,   /* this to MODE_LINE: elements are rows of fields */
    MODE_TSV,
    MODE_TABLE,
    MODE_BOX,
    MODE_MARKDOWN,
    MODE_LINE,
    MODE_RAW,        /* as jsonl, but strings bare */
    MODE_COUNT_ROWS, /* only how many elements there are */
    MODE_OFF,
    MODE_COUNT,
} Mode;

typedef enum ColorWhen { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorWhen;

/* Whether it shows a set as one value, a page, rather than element by element. */
static inline bool mode_is_whole(Mode mode)
{
    return mode <= MODE_JSON_TAGGED;
}

/* False: there is no such name. */
bool mode_find(Str name, Mode *mode);
bool color_find(Str name, ColorWhen *when);

const char *mode_name(Mode mode);

/* "fql, json … or off", in `arena`. */
Str mode_names(Arena *arena);

/* The name that `name`, which is none, is near to; empty: none is. */
Str mode_suggest(Str name);

/* Whether what goes to `fd` is coloured. NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR and TERM=dumb
 * are honoured. */
bool color_wanted(ColorWhen when, int fd);

#endif
