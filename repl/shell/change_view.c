/* change_view: see change_view.h. Objects within documents are compared field by field, all
 * else as a whole. */
#include "repl/shell/change_view.h"

#include "repl/show/value_line.h"

#define COLOR_ADDED "\033[32m"
#define COLOR_CHANGED "\033[33m"
#define COLOR_REMOVED "\033[31m"
#define COLOR_PLAIN "\033[0m"

typedef struct View {
    Rt *rt;
    Buf *out;
    bool color;
} View;

static void put_colored(const View *view, const char *color, const char *text)
{
    buf_puts(view->out, view->color ? color : "");
    buf_puts(view->out, text);
    buf_puts(view->out, view->color ? COLOR_PLAIN : "");
}

/* "    a.b: " */
static void put_path(const View *view, Str path)
{
    buf_puts(view->out, "    ");
    buf_put(view->out, path);
    buf_puts(view->out, ": ");
}

static Str join(const View *view, Str path, Str name)
{
    return path.len == 0
               ? name
               : str_format(view->rt->query, "%.*s.%.*s", STR_ARG(path), STR_ARG(name));
}

/* One field that is there before and after. */
static Value put_changed(const View *view, Str path, Value before, Value after)
{
    put_path(view, path);
    TRY(left, value_line(view->rt, view->out, before));
    (void)left;
    put_colored(view, COLOR_CHANGED, " -> ");
    TRY(right, value_line(view->rt, view->out, after));
    buf_byte(view->out, '\n');
    return right;
}

/* One that is there before or after only. */
static Value put_single(const View *view, Str path, const char *color, const char *sign, Value v)
{
    put_path(view, path);
    put_colored(view, color, sign);
    TRY(status, value_line(view->rt, view->out, v));
    buf_byte(view->out, '\n');
    return status;
}

static Value put_differences(const View *view, Str path, const Object *before, const Object *after);

static Value put_pair(const View *view, Str path, Value before, Value after)
{
    if (before.type == T_OBJECT && after.type == T_OBJECT) {
        return put_differences(view, path, before.as.object, after.as.object);
    }
    return val_compare(before, after) == 0 && before.type == after.type
               ? val_null(NULL)
               : put_changed(view, path, before, after);
}

static Value put_differences(const View *view, Str path, const Object *before, const Object *after)
{
    for (uint32_t i = 0; i < before->shape->count; i++) {
        Str name = before->shape->names[i];
        const Value *now = object_get(after, name);
        TRY(status, now == NULL ? put_single(view, join(view, path, name), COLOR_REMOVED, "- ",
                                             before->slots[i])
                                : put_pair(view, join(view, path, name), before->slots[i], *now));
        (void)status;
    }
    for (uint32_t i = 0; i < after->shape->count; i++) {
        Str name = after->shape->names[i];
        if (object_get(before, name) == NULL) {
            TRY(status, put_single(view, join(view, path, name), COLOR_ADDED, "+ ",
                                   after->slots[i]));
            (void)status;
        }
    }
    return val_null(NULL);
}

/* All fields of a document that is new or gone. */
static Value put_fields(const View *view, const Object *object)
{
    for (uint32_t i = 0; i < object->shape->count; i++) {
        TRY(status, put_single(view, object->shape->names[i], "", "", object->slots[i]));
        (void)status;
    }
    return val_null(NULL);
}

Value change_view_put(Rt *rt, Buf *out, const SessionChange *change, bool color)
{
    View view = {rt, out, color};
    bool was = change->before.type == T_OBJECT, is = change->after.type == T_OBJECT;
    put_colored(&view, !was ? COLOR_ADDED : !is ? COLOR_REMOVED : COLOR_CHANGED,
                !was  ? "+ "
                : !is ? "- "
                      : "~ ");
    buf_put(out, change->document);
    buf_byte(out, '\n');
    if (was && is) {
        return put_differences(&view, (Str){0}, change->before.as.object, change->after.as.object);
    }
    return put_fields(&view, was ? change->before.as.object : change->after.as.object);
}
