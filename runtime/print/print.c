/* print: documents and sets as the formats show them, and toString; see print.h, and
 * print_int.h for the other parts.
 *
 * Only outermost documents are shown whole. What is inside of one, be it a field or a page
 * within it, is shown as a reference:
 *
 *   [ book ]  ──►  [ { id: "7", …, author: Author("1") } ]
 *
 * Elements are printed in a loop of its own (rt.h), so that an array of a million documents
 * or a whole set costs the memory of one.
 */
#include "runtime/print/print_int.h"

#include "runtime/document/document.h"
#include "runtime/number.h"

Value print_value(Rt *rt, Buf *out, Value v, const PrintOptions *options)
{
    Printer printer = {
        .rt = rt, .out = out, .options = options, .start = out->len, .in_document = options->inner};
    return options->format == PRINT_FQL ? print_fql_value(&printer, v)
                                        : print_json_value(&printer, v);
}

/* Texts below this many bytes are not looked at. */
enum { ROOM_BYTES_FEW = 64 * 1024 };

/* Makes room for a text of so many bytes, and what may stand around it; the text counts as memory of
 * the query. False: a fault. */
static bool has_room(Printer *printer, int64_t bytes)
{
    Buf *out = printer->out;
    return rt_fits(printer->rt, out->len - printer->start) && rt_extend(printer->rt, out, bytes);
}

bool print_may_go_on(Printer *printer, int64_t bytes)
{
    Rt *rt = printer->rt;
    if (UNLIKELY((char *)__builtin_frame_address(0) < rt->c_stack_floor)) {
        rt_fault(rt, FAULT_value_too_large, "Value too large: it is nested too deeply to print.");
        return false;
    }
    int64_t printed = printer->out->len - printer->start;
    if (UNLIKELY(printed + bytes > ROOM_BYTES_FEW) && !has_room(printer, bytes + ROOM_BYTES_FEW)) {
        return false;
    }
    if (UNLIKELY(printed > PRINT_BYTES_MAX)) {
        rt_fault(rt, FAULT_value_too_large,
                 "Value too large: its text is longer than the limit of %d bytes.",
                 PRINT_BYTES_MAX);
        return false;
    }
    return rt_tick(rt);
}

/* -- documents ------------------------------------------------------------------------- */

static Value find_name(Rt *rt, Value doc, DocLabel *label)
{
    TRY(name, doc_field(rt, doc, STR("name")));
    if (name.type == T_STRING) {
        label->is_named = true;
        label->name = val_as_str(name);
    }
    return val_null(NULL);
}

Value print_doc_label(Rt *rt, Value doc, DocLabel *label)
{
    const Collection *collection = catalog_system(doc.len);
    if (!collection && rt->catalog) {
        collection = catalog_collection_by_number(rt->catalog, doc.len);
    }
    *label = (DocLabel){.collection = collection ? collection->name : STR("Deleted"),
                        .is_deleted = !collection};
    if (doc.flags == DOC_NAMED) {
        label->is_named = true;
        label->name = doc.as.doc_name->name;
        return val_null(NULL);
    }
    label->id = val_doc_key(doc);
    return collection_has_names(doc.len) ? find_name(rt, doc, label) : val_null(NULL);
}

Str print_null_cause(Value null)
{
    if (null.as.cause) {
        switch (null.as.cause->kind) {
        case NULL_NOT_PERMITTED:
            return STR("permission denied");
        case NULL_COLLECTION_DELETED:
            return STR("collection deleted");
        case NULL_DOC_DELETED:
            return STR("deleted");
        case NULL_LITERAL:
        case NULL_MISSING_FIELD:
        case NULL_DOC_NOT_FOUND:
        case NULL_NO_ELEMENT:
        case NULL_NOT_A_NUMBER:
            break;
        }
    }
    return STR("not found");
}

/* -- sets -------------------------------------------------------------------------------- */

/* A set within others gets its cursor at once; the outermost one when a set turns up within
 * it, which may be in a loop: so that cursor goes where loops forget nothing. */
static bool find_outer_cursor(Printer *printer, SetPath *path)
{
    if (path->cursor.len > 0) {
        return true;
    }
    Str cursor;
    if (!set_cursor_text(printer->rt, path->set, printer->options->page_size, &cursor)) {
        return false;
    }
    path->cursor = str_copy(printer->rt->query, cursor);
    return true;
}

bool print_view_set(Printer *printer, const Set *set, SetView *view)
{
    SetPath *outer = printer->sets;
    view->path = (SetPath){.outer = outer, .set = set, .depth = outer ? outer->depth + 1 : 1};
    view->is_page = !printer->in_document && view->path.depth <= PRINT_SETS_MAX;
    if (view->is_page && !outer) {
        return true;
    }
    if (!set_cursor_text(printer->rt, set, printer->options->page_size, &view->path.cursor)) {
        return false;
    }
    for (SetPath *path = outer; path && view->is_page; path = path->outer) {
        if (!find_outer_cursor(printer, path)) {
            return false;
        }
        view->is_page = !str_eq(path->cursor, view->path.cursor);
    }
    return true;
}

Value print_items(Printer *printer, Value array, PrintFn *print, PrintBetweenFn *between)
{
    Loop loop;
    Value status = val_null(NULL);
    loop_begin(&loop, printer->rt);
    for (int64_t i = 0; i < array.len && !val_is_fault(status); i++) {
        between(printer, i == 0);
        status = print(printer, array.as.items[i]);
        loop_step(&loop, NULL);
    }
    return loop_end(&loop, status);
}

Value print_set_items(Printer *printer, const Set *set, PrintFn *print, PrintBetweenFn *between,
                      bool *is_empty)
{
    Rt *rt = printer->rt;
    SetReader *reader = set_open(rt, set);
    if (!reader) {
        return val_fault();
    }
    Loop loop;
    Value element, status = val_null(NULL);
    int found = 0;
    *is_empty = true;
    loop_begin(&loop, rt);
    while (!val_is_fault(status) && (found = set_next(reader, rt, &element)) > 0) {
        between(printer, *is_empty);
        *is_empty = false;
        status = print(printer, element);
        loop_step(&loop, NULL);
    }
    status = loop_end(&loop, found < 0 ? val_fault() : status);
    set_close(reader);
    return status;
}

/* -- toString ------------------------------------------------------------------------------ */

static Value put_debug(Printer *printer, Value v);

static void put_comma(Printer *printer, bool is_first)
{
    if (!is_first) {
        buf_puts(printer->out, ", ");
    }
}

static Value put_array(Printer *printer, Value array)
{
    buf_byte(printer->out, '[');
    TRY(status, print_items(printer, array, put_debug, put_comma));
    buf_byte(printer->out, ']');
    return status;
}

static Value put_object(Printer *printer, const Object *object)
{
    Buf *out = printer->out;
    if (object->shape->count == 0) {
        buf_puts(out, "{}");
        return val_null(NULL);
    }
    buf_puts(out, "{ ");
    for (int64_t i = 0; i < object->shape->count; i++) {
        Str name = object->shape->names[i];
        put_comma(printer, i == 0);
        if (print_is_identifier(name)) {
            buf_put(out, name);
        } else {
            print_fql_string(out, name);
        }
        buf_puts(out, ": ");
        TRY(status, put_debug(printer, object->slots[i]));
        (void)status;
    }
    buf_puts(out, " }");
    return val_null(NULL);
}

/* The document inside of another: a placeholder, as references may run in circles. */
static Value put_inner_doc(Printer *printer, Value doc)
{
    DocLabel label;
    TRY(status, print_doc_label(printer->rt, doc, &label));
    if (!doc_version(printer->rt, doc)) {
        buf_puts(printer->out, "null");
        return status;
    }
    buf_puts(printer->out, "[doc ");
    if (label.is_named) {
        buf_put(printer->out, label.name);
    } else {
        buf_int(printer->out, label.id);
    }
    buf_puts(printer->out, " in ");
    buf_put(printer->out, label.is_deleted ? STR("<deleted collection>") : label.collection);
    buf_byte(printer->out, ']');
    return status;
}

/* A document that cannot be read, because of a computed field for one, is no failure of the text. */
static Value put_failure(Printer *printer)
{
    Rt *rt = printer->rt;
    if (fault_ends_query(rt->fault->code)) {
        return val_fault();
    }
    buf_puts(printer->out, "[error: ");
    buf_put(printer->out, rt->fault->message);
    buf_byte(printer->out, ']');
    rt->fault = NULL;
    return val_null(NULL);
}

static Value put_doc(Printer *printer, Value doc)
{
    if (printer->in_document) {
        return put_inner_doc(printer, doc);
    }
    Value object = doc_object(printer->rt, doc);
    if (val_is_fault(object)) {
        return put_failure(printer);
    }
    if (object.type != T_OBJECT) {
        buf_puts(printer->out, "null");
        return val_null(NULL);
    }
    printer->in_document = true;
    Value status = put_object(printer, object.as.object);
    printer->in_document = false;
    return status;
}

/* Types that `toString` shows as a call within arrays and objects. */
static const char *const calls[TYPE_COUNT] = {
    [T_ID] = "ID", [T_TIME] = "Time", [T_DATE] = "Date", [T_BYTES] = "Bytes", [T_UUID] = "UUID",
};

static void put_call(Printer *printer, Value v)
{
    buf_puts(printer->out, calls[v.type]);
    buf_puts(printer->out, "(\"");
    print_bare(printer->rt, printer->out, v);
    buf_puts(printer->out, "\")");
}

static void put_debug_scalar(Printer *printer, Value v)
{
    Buf *out = printer->out;
    switch ((Type)v.type) {
    case T_NULL:
        buf_puts(out, "null");
        return;
    case T_BOOLEAN:
        buf_puts(out, v.as.boolean ? "true" : "false");
        return;
    case T_INT:
    case T_LONG:
        buf_int(out, v.as.integer);
        return;
    case T_DOUBLE:
        print_double(out, v.as.number);
        return;
    case T_STRING:
        print_fql_string(out, val_as_str(v));
        return;
    case T_ID:
    case T_TIME:
    case T_DATE:
    case T_BYTES:
    case T_UUID:
        put_call(printer, v);
        return;
    case T_TRANSACTION_TIME:
        buf_puts(out, "TransactionTime()");
        return;
    case T_MODULE:
        print_module(out, v.as.module);
        return;
    case T_SET:
        buf_puts(out, "[set]");
        return;
    case T_CURSOR:
        print_fql_string(out, v.as.cursor->text);
        return;
    case T_FUNCTION:
        print_function(out, v.as.function, true);
        return;
    case T_EVENT_SOURCE:
        buf_puts(out, "[event source]");
        return;
    case T_ARRAY:
    case T_OBJECT:
    case T_DOC:
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

static Value put_debug(Printer *printer, Value v)
{
    if (!print_may_go_on(printer, 0)) {
        return val_fault();
    }
    if (v.type == T_ARRAY) {
        return put_array(printer, v);
    }
    if (v.type == T_OBJECT) {
        return put_object(printer, v.as.object);
    }
    if (v.type == T_DOC) {
        return put_doc(printer, v);
    }
    put_debug_scalar(printer, v);
    return val_null(NULL);
}

Value print_debug(Rt *rt, Buf *out, Value v)
{
    Printer printer = {.rt = rt, .out = out};
    return put_debug(&printer, v);
}

/* The types whose text by itself differs from the one within arrays. */
static bool put_bare(Rt *rt, Buf *out, Value v)
{
    if (v.type == T_STRING) {
        buf_put(out, val_as_str(v));
    } else if (v.type == T_DOUBLE) {
        out->len += number_write_plain(buf_reserve(out, NUMBER_PLAIN_BYTES), v.as.number);
    } else if (v.type == T_TRANSACTION_TIME) {
        buf_puts(out, "[transaction time]");
    } else if (calls[v.type] || v.type == T_CURSOR) {
        print_bare(rt, out, v);
    } else {
        return false;
    }
    return true;
}

Value print_to_string(Rt *rt, Buf *out, Value v)
{
    return put_bare(rt, out, v) ? val_null(NULL) : print_debug(rt, out, v);
}
