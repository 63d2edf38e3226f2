/* print_fql: the format `fql`: text that reads like FQL, indented by two spaces.
 *
 *   { name: "Alien" }         {
 *                               name: "Alien"
 *                             }
 *
 * Strings with line breaks are heredocs. Layout as Fauna's "decorated" format (reference:
 * MaterializedValue.Decorator), byte for byte; only there a document inside of another is
 * shown whole when it is also to be found outside, here never.
 */
#include "runtime/hint.h"
#include "runtime/print/print_int.h"

/* Appends; the first text of a line is indented. `s` holds no line break. */
static void put(Printer *printer, Str s)
{
    if (printer->at_line_start) {
        buf_fill(printer->out, ' ', 2 * printer->indent);
        printer->at_line_start = false;
    }
    buf_put(printer->out, s);
}

static void end_line(Printer *printer)
{
    put(printer, STR(""));
    buf_byte(printer->out, '\n');
    printer->at_line_start = true;
}

/* The word that ends a heredoc of `s`: "END", or "END0" … when it occurs. Empty: all do. */
static Str choose_heredoc_end(Str s)
{
    static const char candidates[][5] = {"END",  "END0", "END1", "END2", "END3", "END4",
                                         "END5", "END6", "END7", "END8", "END9"};
    for (int64_t i = 0; i < countof(candidates); i++) {
        Str candidate = str_from_c(candidates[i]);
        if (str_find(s, candidate, 0) < 0) {
            return candidate;
        }
    }
    return STR("");
}

/* Lines end with \n, \r\n or \r; after the last break there is no line. */
static void put_lines(Printer *printer, Str s)
{
    int64_t start = 0;
    while (start < s.len) {
        int64_t end = start;
        while (end < s.len && s.s[end] != '\n' && s.s[end] != '\r') {
            end++;
        }
        put(printer, str_slice(s, start, end));
        end_line(printer);
        bool is_crlf = end + 1 < s.len && s.s[end] == '\r' && s.s[end + 1] == '\n';
        start = end + 1 + is_crlf;
    }
}

static void put_string(Printer *printer, Str s)
{
    put(printer, STR(""));
    Str word = str_find(s, STR("\n"), 0) < 0 ? STR("") : choose_heredoc_end(s);
    if (word.len == 0) {
        print_fql_string(printer->out, s);
        return;
    }
    put(printer, STR("<<-"));
    put(printer, word);
    end_line(printer);
    printer->indent++;
    put_lines(printer, s);
    printer->indent--;
    put(printer, word);
}

/* Types that are written as a call: `Date("2024-02-29")`. */
static const char *const calls[TYPE_COUNT] = {
    [T_TIME] = "Time", [T_TRANSACTION_TIME] = "Time", [T_DATE] = "Date", [T_BYTES] = "Bytes",
    [T_UUID] = "UUID",
};

/* Types that are strings of their text, in a call or not. */
static void put_text(Printer *printer, Value v)
{
    const char *call = calls[v.type];
    put(printer, call ? str_from_c(call) : STR(""));
    buf_puts(printer->out, call ? "(\"" : "\"");
    print_bare(printer->rt, printer->out, v);
    buf_puts(printer->out, call ? "\")" : "\"");
}

static void put_double(Printer *printer, double d)
{
    if (d != d) {
        put(printer, STR("Math.NaN"));
    } else if (d - d != 0) {
        put(printer, d < 0 ? STR("-Math.Infinity") : STR("Math.Infinity"));
    } else {
        print_double(printer->out, d);
    }
}

static void begin_item(Printer *printer, bool is_first)
{
    if (!is_first) {
        put(printer, STR(","));
    }
    end_line(printer);
}

static Value put_array(Printer *printer, Value array)
{
    if (array.len == 0) {
        put(printer, STR("[]"));
        return val_null(NULL);
    }
    put(printer, STR("["));
    printer->indent++;
    TRY(status, print_items(printer, array, print_fql_value, begin_item));
    end_line(printer);
    printer->indent--;
    put(printer, STR("]"));
    return status;
}

static void put_field_name(Printer *printer, Str name)
{
    if (print_is_identifier(name)) {
        put(printer, name);
    } else {
        put_string(printer, name);
    }
    put(printer, STR(": "));
}

static Value put_object(Printer *printer, const Object *object)
{
    if (object->shape->count == 0) {
        put(printer, STR("{}"));
        return val_null(NULL);
    }
    put(printer, STR("{"));
    printer->indent++;
    for (int64_t i = 0; i < object->shape->count; i++) {
        begin_item(printer, i == 0);
        put_field_name(printer, object->shape->names[i]);
        TRY(status, print_fql_value(printer, object->slots[i]));
        (void)status;
    }
    end_line(printer);
    printer->indent--;
    put(printer, STR("}"));
    return val_null(NULL);
}

/* Movie("123"), Collection.byName("Movie") */
static Value put_ref(Printer *printer, Value doc)
{
    DocLabel label;
    TRY(status, print_doc_label(printer->rt, doc, &label));
    if (label.is_deleted) {
        put(printer, STR("Collection."));
    }
    put(printer, label.collection);
    if (label.is_named) {
        put(printer, STR(".byName("));
        put_string(printer, label.name);
        put(printer, STR(")"));
        return status;
    }
    put(printer, STR("(\""));
    buf_int(printer->out, label.id);
    put(printer, STR("\")"));
    return status;
}

static Value put_doc(Printer *printer, Value doc)
{
    if (printer->in_document) {
        return put_ref(printer, doc);
    }
    hint_document_read(printer->rt, doc);
    TRY(object, doc_object(printer->rt, doc));
    if (object.type != T_OBJECT) {
        TRY(status, put_ref(printer, doc));
        put(printer, STR(" /* "));
        put(printer, print_null_cause(object));
        put(printer, STR(" */"));
        return status;
    }
    printer->in_document = true;
    Value status = put_object(printer, object.as.object);
    printer->in_document = false;
    return status;
}

/* All of a set as a page without end. */
static Value put_whole_set(Printer *printer, const Set *set)
{
    put(printer, STR("{"));
    printer->indent++;
    end_line(printer);
    put(printer, STR("data: ["));
    printer->indent++;
    bool is_empty;
    TRY(status, print_set_items(printer, set, print_fql_value, begin_item, &is_empty));
    if (!is_empty) {
        end_line(printer);
    }
    printer->indent--;
    put(printer, STR("]"));
    end_line(printer);
    printer->indent--;
    put(printer, STR("}"));
    return status;
}

static Value put_page(Printer *printer, const Set *set)
{
    TRY(page, set_page(printer->rt, set, printer->options->page_size));
    return print_fql_value(printer, page);
}

static Value put_set(Printer *printer, const Set *set)
{
    SetView view;
    if (!print_view_set(printer, set, &view)) {
        return val_fault();
    }
    if (!view.is_page) {
        put_string(printer, view.path.cursor);
        return val_null(NULL);
    }
    printer->sets = &view.path;
    Value status = printer->options->all ? put_whole_set(printer, set) : put_page(printer, set);
    printer->sets = view.path.outer;
    return status;
}

static void put_function(Printer *printer, const Function *function)
{
    Buf text = {0};
    print_function(&text, function, false);
    put_string(printer, buf_str(&text));
    buf_free(&text);
}

static void put_scalar(Printer *printer, Value v)
{
    put(printer, STR(""));
    switch ((Type)v.type) {
    case T_NULL:
        buf_puts(printer->out, "null");
        return;
    case T_BOOLEAN:
        buf_puts(printer->out, v.as.boolean ? "true" : "false");
        return;
    case T_INT:
    case T_LONG:
        buf_int(printer->out, v.as.integer);
        return;
    case T_DOUBLE:
        put_double(printer, v.as.number);
        return;
    case T_STRING:
        put_string(printer, val_as_str(v));
        return;
    case T_MODULE:
        print_module(printer->out, v.as.module);
        return;
    case T_FUNCTION:
        put_function(printer, v.as.function);
        return;
    case T_ID:
    case T_TIME:
    case T_TRANSACTION_TIME:
    case T_DATE:
    case T_BYTES:
    case T_UUID:
    case T_CURSOR:
    case T_EVENT_SOURCE:
        put_text(printer, v);
        return;
    case T_ARRAY:
    case T_OBJECT:
    case T_DOC:
    case T_SET:
    case T_FAULT:
    case TYPE_COUNT:
        break;
    }
    UNREACHABLE();
}

Value print_fql_value(Printer *printer, Value v)
{
    if (!print_may_go_on(printer, v.type == T_STRING ? v.len : 0)) {
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
    if (v.type == T_SET) {
        return put_set(printer, v.as.set);
    }
    put_scalar(printer, v);
    return val_null(NULL);
}
