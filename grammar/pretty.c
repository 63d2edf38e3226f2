/* pretty: see pretty.h. Printing needs no recursion: what is still to be printed lies on a stack,
 * each part with its indent and with whether its lines end.
 */
#include "grammar/pretty.h"

#include "runtime/base/utf8.h"

enum { INDENT_COLUMNS = 2 };

typedef enum PrettyKind {
    TEXT,
    LINE,
    BLANK,
    LINE_COMMENT,
    LIST,
    INDENT,
    GROUP,
} PrettyKind;

struct Pretty {
    PrettyKind kind;
    bool is_hard;         /* it cannot be set on one line */
    bool ends_in_comment; /* what follows it cannot be on its line */
    bool blank;
    PrettyLine line;
    Str text;
    const Pretty *const *items; /* LIST, and the one of INDENT and GROUP */
    int64_t count;
};

/* -- making ----------------------------------------------------------------------------------- */

static Pretty *make(Arena *arena, PrettyKind kind)
{
    Pretty *made = arena_new(arena, Pretty);
    made->kind = kind;
    return made;
}

const Pretty *pretty_text(Arena *arena, Str text)
{
    Pretty *made = make(arena, TEXT);
    made->text = text;
    return made;
}

const Pretty *pretty_line(Arena *arena, PrettyLine kind, bool blank)
{
    Pretty *made = make(arena, LINE);
    made->line = kind;
    made->blank = blank;
    made->is_hard = kind == PRETTY_HARD || kind == PRETTY_FRESH;
    return made;
}

const Pretty *pretty_blank(Arena *arena)
{
    return make(arena, BLANK);
}

const Pretty *pretty_line_comment(Arena *arena, Str text)
{
    Pretty *made = make(arena, LINE_COMMENT);
    made->text = text;
    made->ends_in_comment = true;
    return made;
}

const Pretty *pretty_list(Arena *arena, const PrettyList *list)
{
    Pretty *made = make(arena, LIST);
    made->items = list->at;
    made->count = list->len;
    for (int64_t i = 0; i < list->len; i++) {
        const Pretty *item = list->at[i];
        if (item->kind != BLANK) {
            made->is_hard = made->is_hard || item->is_hard || made->ends_in_comment;
            made->ends_in_comment = item->ends_in_comment;
        }
    }
    return made;
}

static const Pretty *wrap(Arena *arena, PrettyKind kind, const Pretty *inner)
{
    Pretty *made = make(arena, kind);
    made->items = arena_copy(arena, &inner, (int64_t)sizeof inner);
    made->count = 1;
    made->is_hard = inner->is_hard;
    made->ends_in_comment = inner->ends_in_comment;
    return made;
}

const Pretty *pretty_indent(Arena *arena, const Pretty *inner)
{
    return wrap(arena, INDENT, inner);
}

const Pretty *pretty_group(Arena *arena, const Pretty *inner)
{
    return wrap(arena, GROUP, inner);
}

/* -- printing --------------------------------------------------------------------------------- */

/* A part that is still to be printed. */
typedef struct Task {
    const Pretty *pretty;
    int64_t indent; /* in columns */
    bool is_flat;   /* its lines do not end */
} Task;

typedef VEC(Task) Tasks;

typedef struct Printer {
    Buf *out;
    Arena *arena;
    int64_t width;
    Tasks tasks; /* the next one last */
    Tasks trial; /* of `fits` */
    int64_t column;
    bool is_fresh;    /* nothing but the line's end was printed since */
    bool must_end;    /* a comment wants the line to end */
    bool wants_blank; /* before a text on this line */
} Printer;

/* Puts the parts of `task` on the stack, the first on top. */
static void push_items(Printer *p, Tasks *tasks, Task task)
{
    int64_t indent = task.indent + (task.pretty->kind == INDENT ? INDENT_COLUMNS : 0);
    for (int64_t i = task.pretty->count - 1; i >= 0; i--) {
        Task item = {task.pretty->items[i], indent, task.is_flat};
        vec_push(tasks, p->arena, item);
    }
}

/* Whether the text from here to where the line may end has room, if `task` is set on one line.
 * Behind it comes what is on the stack. */
static bool fits(Printer *p, Task task)
{
    int64_t room = p->width - p->column - (p->wants_blank ? 1 : 0);
    int64_t rest = p->tasks.len;
    p->trial.len = 0;
    task.is_flat = true;
    vec_push(&p->trial, p->arena, task);
    while (room >= 0) {
        if (p->trial.len == 0 && rest == 0) {
            return true;
        }
        Task next = p->trial.len > 0 ? p->trial.at[--p->trial.len] : p->tasks.at[--rest];
        const Pretty *pretty = next.pretty;
        switch (pretty->kind) {
        case LINE_COMMENT: /* however long */
            return true;
        case TEXT: {
            int64_t newline = str_find(pretty->text, STR("\n"), 0);
            int64_t end = newline >= 0 ? newline : pretty->text.len;
            room -= utf8_count(str_slice(pretty->text, 0, end));
            if (room >= 0 && newline >= 0) {
                return true;
            }
            break;
        }
        case BLANK:
            room--;
            break;
        case LINE:
            if (!next.is_flat || pretty->is_hard) {
                return true;
            }
            room -= pretty->line == PRETTY_SPACE ? 1 : 0;
            break;
        case LIST:
        case INDENT:
        case GROUP:
            push_items(p, &p->trial, next);
            break;
        }
    }
    return false;
}

static void end_line(Printer *p)
{
    buf_byte(p->out, '\n');
    p->column = 0;
    p->is_fresh = true;
    p->must_end = false;
    p->wants_blank = false;
}

static void put_text(Printer *p, Str text, int64_t indent)
{
    if (p->must_end) {
        end_line(p);
    }
    if (p->is_fresh) {
        buf_fill(p->out, ' ', indent);
        p->column = indent;
        p->is_fresh = false;
    } else if (p->wants_blank) {
        buf_byte(p->out, ' ');
        p->column++;
    }
    p->wants_blank = false;
    buf_put(p->out, text);
    int64_t last = text.len;
    while (last > 0 && text.s[last - 1] != '\n') {
        last--;
    }
    p->column = (last > 0 ? 0 : p->column) + utf8_count(str_slice(text, last, text.len));
}

static void put_line(Printer *p, const Pretty *line, bool is_flat)
{
    if (is_flat && !line->is_hard) {
        p->wants_blank = p->wants_blank || line->line == PRETTY_SPACE;
        return;
    }
    if (line->line != PRETTY_FRESH || !p->is_fresh) {
        end_line(p);
    }
    if (line->blank) {
        buf_byte(p->out, '\n');
    }
}

void pretty_print(Buf *out, Arena *arena, const Pretty *pretty, int64_t width)
{
    Printer p = {.out = out, .arena = arena, .width = width, .is_fresh = true};
    PrettyList whole = {.at = &pretty, .len = 1};
    push_items(&p, &p.tasks, (Task){pretty_list(arena, &whole), 0, false});
    while (p.tasks.len > 0) {
        Task task = p.tasks.at[--p.tasks.len];
        switch (task.pretty->kind) {
        case TEXT:
            put_text(&p, task.pretty->text, task.indent);
            break;
        case LINE_COMMENT:
            put_text(&p, task.pretty->text, task.indent);
            p.must_end = true;
            break;
        case BLANK:
            p.wants_blank = true;
            break;
        case LINE:
            put_line(&p, task.pretty, task.is_flat);
            break;
        case GROUP:
            task.is_flat = task.is_flat || (!task.pretty->is_hard && fits(&p, task));
            push_items(&p, &p.tasks, task);
            break;
        case LIST:
        case INDENT:
            push_items(&p, &p.tasks, task);
            break;
        }
    }
}
