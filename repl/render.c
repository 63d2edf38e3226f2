/* render: on top of print.h it adds what concerns a screen: the end of the line, colour, the
 * first page of a set together with how much of it is missing, and one line an element. */
#include "repl/render.h"

#include "repl/paint.h"
#include "runtime/set.h"

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
        options.format = PRINT_SIMPLE;
        break;
    }
    return options;
}

/* Prints one value and ends the line. */
static Value put_value(Rt *rt, Buf *out, Value v, const View *view)
{
    PrintOptions options = view_print_options(view);
    if (!view->color) {
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

/* Counts what a page leaves out of its set. */
static void count_unshown(Rt *rt, const Set *set, Value page, Unshown *unshown)
{
    const Value *data = object_get(page.as.object, STR("data"));
    if (object_get(page.as.object, STR("after")) == NULL) {
        return;
    }
    int64_t total = set->ops->count != NULL ? set->ops->count(rt, set) : -1;
    int64_t shown = data != NULL ? data->len : 0;
    bool known = total >= 0 && unshown->count >= 0;
    unshown->any = true;
    unshown->count = known ? unshown->count + total - shown : -1;
}

/* The first page of a set. */
static Value put_page(Rt *rt, Buf *out, const Set *set, const View *view, Unshown *unshown)
{
    TRY(page, set_page(rt, set, view->page_size));
    count_unshown(rt, set, page, unshown);
    return put_value(rt, out, page, view);
}

/* Every element of a set, one a line, in constant memory but for the text. */
static Value put_elements(Rt *rt, Buf *out, const Set *set, const View *view)
{
    SetReader *reader = set_open(rt, set);
    if (reader == NULL) {
        return val_fault();
    }
    Loop loop;
    Value element, status = val_null(NULL);
    loop_begin(&loop, rt);
    int got = 0;
    while (!val_is_fault(status) && (got = set_next(reader, rt, &element)) > 0) {
        status = put_value(rt, out, element, view);
        loop_step(&loop, NULL);
    }
    set_close(reader);
    return loop_end(&loop, got < 0 ? val_fault() : status);
}

Value render_value(Rt *rt, Buf *out, Value v, const View *view, Unshown *unshown)
{
    if (v.type == T_SET && view->mode == MODE_JSONL) {
        return put_elements(rt, out, v.as.set, view);
    }
    /* Tagged sets are marked as sets, which a page is not. */
    if (v.type == T_SET && !view->all && view->mode != MODE_JSON_TAGGED) {
        return put_page(rt, out, v.as.set, view, unshown);
    }
    return put_value(rt, out, v, view);
}
