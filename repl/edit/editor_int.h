/* editor_int: what the display (editor.c) and the keys (keys.c) of the editor share. readline's
 * callbacks get no context, so this is the one editor there is. */
#ifndef FAWN_REPL_EDIT_EDITOR_INT_H
#define FAWN_REPL_EDIT_EDITOR_INT_H

#include "repl/edit/editor.h"
#include "repl/edit/screen.h"

typedef struct Editor {
    const EditorHooks *hooks;
    Screen screen;
    Arena arena; /* of what is drawn now */
    Scan scan;
    Canvas canvas;
    Buf output;
    bool is_dumb;   /* the terminal moves no cursor */
    bool color;
    bool is_active; /* an input is being typed */
    bool is_ending; /* drawn for the last time: nothing but the text */
    bool is_marked; /* and something comes behind it */
    Buf list;       /* what Tab offered, as rows */
    int64_t list_len, list_point; /* the input for which it did */
    int64_t drawn_ms; /* when the input was drawn last */
    bool is_late;     /* it has changed since */
    int64_t fed_keys; /* the last ones, that came faster than they were drawn */
    int64_t goal_column;          /* of moves from row to row */
    int64_t last_point;           /* where the cursor was when the input was drawn last */
    int64_t prompt_width;
    Buf plain; /* a dumb terminal: the text that is on it */
} Editor;

extern Editor editor;

/* Whether the keys that come are not typed, but those of a paste that the terminal does not mark as one. */
bool editor_is_fed(void);

/* Draws the input anew, unless keys come faster than it could be read. */
void editor_draw(void);

/* Draws it if that was left for later: the canvas is then what it is to be. */
void editor_draw_late(void);

/* Draws it for the last time, and takes the cursor below it. */
void editor_finish(void);

/* Nothing of it is on the terminal any more. */
void editor_forget(void);

/* The input as it is. */
Str editor_text(void);

/* keys.c: binds all keys. */
void keys_bind(void);

#endif
