/* editor: the one line editor: readline's keys and buffer, a display of our own. A query of several
 * lines is one buffer, drawn as rows, coloured while it is typed.
 *
 *   keys ─► readline ─► buffer ─► scan ─► styles, prompts ─► canvas ─► screen ─► terminal
 *                │                  (what is open)             (rows)    (changed rows)
 *                └─ Enter: complete? ─► the input is done;  else a new row
 */
#ifndef FAWN_REPL_EDIT_EDITOR_H
#define FAWN_REPL_EDIT_EDITOR_H

#include "repl/edit/scan.h"

/* What Tab offers for the word that ends at the cursor. */
typedef struct Completions {
    const char *const *names; /* sorted */
    int64_t count;
    int64_t start;  /* byte of the input where the word begins */
    char append;    /* what follows a name that is the only one; 0: nothing */
} Completions;

/* What the editor asks about the text in it. All get `context`; each may be NULL. */
typedef struct EditorHooks {
    void *context;
    /* Whether Enter ends the input; NULL: always. */
    bool (*is_complete)(void *context, Str text);
    /* Bytes of the meta-command's name that the text begins with, 0 when it is a query; `*known`:
     * there is such a command. */
    int64_t (*command_length)(void *context, Str text, bool *known);
    /* Whether there is something called `name`. */
    bool (*knows)(void *context, Str name);
    void (*complete)(void *context, Arena *arena, Str text, int64_t cursor, Completions *found);
    /* A line to show below the text; empty: none. */
    Str (*note)(void *context, Arena *arena, const Scan *scan, int64_t cursor);
} EditorHooks;

/* Sets readline up. `hooks` is borrowed for ever. */
void editor_open(const EditorHooks *hooks);

/* Whether what is drawn from now on has colours; at first it has none. */
void editor_set_color(bool color);

/* Begins an input behind `prompt`, with `draft` in it. `done` gets the text, malloc'd, or NULL at
 * the end of the input. */
void editor_begin(const char *prompt, Str draft, void (*done)(char *text));

/* Drops the input, with `mark` behind it (such as "^C"), and goes to a new row. */
void editor_drop(const char *mark);

/* The terminal was left, or has another size, and is to be drawn anew. */
void editor_suspend(void);
void editor_resume(void);
void editor_resize(void);

#endif
