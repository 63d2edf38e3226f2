/* set_page: sets a page at a time: { data: […], after: cursor }.
 *
 * `after` is there when there is more, and is what is left of the set, written down as text
 * (set_text.c). What is left is found before looking whether there is more, so that the next
 * page begins with the element that was looked at.
 */
#include "runtime/set/set_node.h"
#include "runtime/set/set_text.h"

#include "runtime/base/limits.h"

/* Whether the reader has another element; it is not computed, where that can be avoided. One that
 * fails is there: it is the next page that fails. 1, 0 or -1. */
static int has_more(Rt *rt, SetReader *reader)
{
    Loop loop;
    loop_begin(&loop, rt);
    int got = set_skip(reader, rt);
    Value end = loop_end(&loop, got < 0 ? val_fault() : val_null(NULL));
    if (val_is_fault(end) && !fault_ends_query(rt->fault->code)) {
        rt->fault = NULL;
        return 1;
    }
    return val_is_fault(end) ? -1 : got;
}

/* Reads a page of at most `size`; `*rest` gets what is left, NULL when nothing is. */
static bool read_page(Rt *rt, const Set *set, int64_t size, ValueList *list, const Set **rest)
{
    *rest = NULL;
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return false;
    }
    bool ok = set_collect(rt, reader, size, list);
    if (ok && list->len == size) {
        const Set *left = reader->rest(reader, rt);
        int more = left ? has_more(rt, reader) : -1;
        ok = more >= 0;
        *rest = more > 0 ? left : NULL;
    }
    set_close(reader);
    return ok;
}

Value set_page(Rt *rt, const Set *set, int64_t size)
{
    if (size == 0) {
        size = set->page_size > 0 ? set->page_size : PAGE_SIZE_DEFAULT;
    }
    ValueList list = {0};
    const Set *rest;
    if (!read_page(rt, set, size, &list, &rest)) {
        return val_fault();
    }
    Str names[2] = {STR("data"), STR("after")};
    Value values[2] = {val_array(list.at, list.len)};
    if (!rest) {
        return rt_object(rt, names, values, 1);
    }
    Cursor *cursor = arena_new(rt->heap, Cursor);
    if (!set_cursor_text(rt, rest, size, &cursor->text)) {
        return val_fault();
    }
    values[1] = val_cursor(cursor);
    return rt_object(rt, names, values, 2);
}

/* A later page belongs to the state that the first one was read from. Where that is the present one
 * it is read as any set is. */
Value set_page_after(Rt *rt, Str cursor, int64_t size)
{
    SetText text;
    if (!set_text_read(rt, cursor, &text)) {
        return val_fault();
    }
    int64_t before_us = rt->valid_time_us;
    rt->valid_time_us = text.time_us != 0 ? text.time_us : before_us;
    Value page = set_page(rt, text.set, size > 0 ? size : text.page_size);
    rt->valid_time_us = before_us;
    return page;
}

bool set_equal(Rt *rt, const Set *a, const Set *b)
{
    Str a_text, b_text;
    return a == b || (set_cursor_text(rt, a, 0, &a_text) && set_cursor_text(rt, b, 0, &b_text) &&
                      str_eq(a_text, b_text));
}
