/* render: on top of print.h it adds what concerns a screen: the end of the line, colour, the
 * first page of a set together with how much of it is missing, and one line an element. Modes that
 * show rows are rows.c's. */
#include "repl/show/render.h"

#include "repl/show/paint.h"
#include "repl/show/rows.h"
#include "repl/show/sheet.h"
#include "runtime/set/set.h"

PrintOptions view_print_options(const View *view)
{
    PrintOptions options = {.all = view->all, .page_size = view->page_size};
    switch (view->mode) {
    case MODE_FQL:
        options.format = PRINT_FQL;
        options.pretty = true;
        break;
    case MODE_JSON:
        options.format = PRINT_SIMPLE;
        options.pretty = true;
        break;
    case MODE_JSON_TAGGED:
        options.format = PRINT_TAGGED;
        options.pretty = true;
        break;
    case MODE_JSONL:
    case MODE_CSV:
    case MODE_TSV:
    case MODE_TABLE:
    case MODE_BOX:
    case MODE_MARKDOWN:
    case MODE_LINE:
    case MODE_RAW:
    case MODE_COUNT_ROWS:
    case MODE_OFF:
    case MODE_COUNT:
        options.format = PRINT_SIMPLE;
        break;
    }
    return options;
}

void render_relieve(Rt *rt, const RenderTarget *target)
{
    TxnChanges changes = txn_changes(rt->txn);
    bool may_show = changes.created + changes.updated + changes.deleted == 0;
    output_relieve(target->output, may_show);
}

/* Bytes of a cursor that are shown when it is cut. */
enum { CURSOR_SHOWN = 24 };

/* Prints one value and ends the line. */
static Value put_value(Rt *rt, Value v, const RenderTarget *target)
{
    Buf *out = &target->output->buffer;
    PrintOptions options = view_print_options(target->view);
    if (target->view->mode == MODE_RAW && v.type == T_STRING) {
        buf_put(out, val_as_str(v));
        buf_byte(out, '\n');
        return val_null(NULL);
    }
    if (!target->view->color) {
        Value status = print_value(rt, out, v, &options);
        buf_byte(out, '\n');
        return status;
    }
    Buf plain = {0};
    Value status = print_value(rt, &plain, v, &options);
    paint_value(out, buf_str(&plain));
    buf_byte(out, '\n');
    buf_free(&plain);
    return status;
}

/* Keeps the cursor of a page. Returns whether it has one. */
static bool note_cursor(Rt *rt, Value page, Unshown *unshown)
{
    const Value *after = object_get(page.as.object, STR("after"));
    unshown->after.len = 0;
    return after != NULL && after->type == T_CURSOR &&
           !val_is_fault(print_to_string(rt, &unshown->after, *after));
}

bool render_note_after(Rt *rt, Value page, Unshown *unshown)
{
    if (!note_cursor(rt, page, unshown)) {
        return false;
    }
    unshown->any = true;
    unshown->count = -1;
    return true;
}

/* Notes what a page leaves out of its set. */
static void note_unshown(Rt *rt, const Set *set, Value page, Unshown *unshown)
{
    const Value *data = object_get(page.as.object, STR("data"));
    int64_t before = unshown->count;
    if (!render_note_after(rt, page, unshown)) {
        return;
    }
    int64_t total = set->ops->count != NULL ? set->ops->count(rt, set) : -1;
    int64_t shown = data != NULL ? data->len : 0;
    unshown->count = total >= 0 && before >= 0 ? before + total - shown : -1;
}

Value render_page(Rt *rt, const Set *set, int64_t size, const RenderTarget *target)
{
    TRY(page, set_page(rt, set, size));
    note_unshown(rt, set, page, target->unshown);
    return page;
}

static Value put_element(void *context, Rt *rt, Value element)
{
    const RenderTarget *target = context;
    Value status = put_value(rt, element, target);
    render_relieve(rt, target);
    return status;
}

/* Every element of a set, one a line; on a terminal the first ones. */
static Value put_elements(Rt *rt, Value v, const RenderTarget *target)
{
    RenderTarget copy = *target;
    int64_t most = target->view->max_rows;
    if (v.type == T_SET && most > 0) {
        TRY(page, render_page(rt, v.as.set, most, target));
        v = *object_get(page.as.object, STR("data"));
    }
    return rows_each(rt, v, put_element, &copy);
}

static Value count_element(void *context, Rt *rt, Value element)
{
    (void)rt;
    (void)element;
    ++*(int64_t *)context;
    return val_null(NULL);
}

static Value put_count(Rt *rt, Value v, const RenderTarget *target)
{
    int64_t count = -1;
    if (v.type == T_SET && v.as.set->ops->count != NULL) {
        count = v.as.set->ops->count(rt, v.as.set);
    }
    if (count < 0) {
        count = 0;
        TRY(status, rows_each(rt, v, count_element, &count));
        (void)status;
    }
    buf_int(&target->output->buffer, count);
    buf_byte(&target->output->buffer, '\n');
    return val_null(NULL);
}

/* A page with its cursor cut, for a terminal: `.next` has all of it, and that of a sorted set can be
 * longer than all that it is behind. */
static Value clip_cursor(Rt *rt, Value page, const RenderTarget *target)
{
    Str after = buf_str(&target->unshown->after);
    const View *view = target->view;
    if (view->mode != MODE_FQL || view->width == 0 || after.len <= 2 * view->width) {
        return page;
    }
    const Object *object = page.as.object;
    Object *clipped = object_new(rt->heap, object->shape);
    for (uint32_t i = 0; i < object->shape->count; i++) {
        bool is_after = str_eq(object->shape->names[i], STR("after"));
        clipped->slots[i] =
            is_after ? val_str(str_format(rt->heap, "%.*s…", CURSOR_SHOWN, after.s))
                     : object->slots[i];
    }
    return val_object(clipped);
}

/* A value as a whole: of a set the first page. Tagged sets are marked as sets, which a page is
 * not. */
static Value put_whole(Rt *rt, Value v, const RenderTarget *target)
{
    const View *view = target->view;
    if (v.type == T_SET && !view->all && view->mode != MODE_JSON_TAGGED) {
        TRY(page, render_page(rt, v.as.set, view->page_size, target));
        return put_value(rt, clip_cursor(rt, page, target), target);
    }
    if (v.type == T_OBJECT && note_cursor(rt, v, target->unshown)) {
        v = clip_cursor(rt, v, target);
    }
    return put_value(rt, v, target);
}

Value render_value(Rt *rt, Value v, const RenderTarget *target)
{
    switch (target->view->mode) {
    case MODE_FQL:
    case MODE_JSON:
    case MODE_JSON_TAGGED:
        return put_whole(rt, v, target);
    case MODE_JSONL:
        return v.type == T_SET ? put_elements(rt, v, target) : put_value(rt, v, target);
    case MODE_RAW:
        return put_elements(rt, v, target);
    case MODE_CSV:
    case MODE_TSV:
    case MODE_TABLE:
    case MODE_BOX:
    case MODE_MARKDOWN:
    case MODE_LINE:
        return rows_render(rt, v, target);
    case MODE_COUNT_ROWS:
        return put_count(rt, v, target);
    case MODE_OFF:
    case MODE_COUNT:
        break;
    }
    return val_null(NULL);
}
