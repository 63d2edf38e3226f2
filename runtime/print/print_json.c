/* print_json: the formats `json` (simple) and `json-tagged`, on one line or indented.
 *
 *   value        simple                      tagged
 *   1            1                           {"@int":"1"}
 *   Movie("7")   {"id":"7","coll":"Movie"…}  {"@doc":{"id":"7","coll":{"@mod":"Movie"}…}}
 *   { "@a": 1 }  {"@a":1}                    {"@object":{"@a":{"@int":"1"}}}
 *
 * Reference: MaterializedValue.encode.
 */
#include "runtime/hint.h"
#include "runtime/print/print_int.h"

static bool is_tagged(const Printer *printer)
{
    return printer->options->format == PRINT_TAGGED;
}

/* -- punctuation ------------------------------------------------------------------------ */

static void begin_line(Printer *printer)
{
    if (printer->options->pretty) {
        buf_byte(printer->out, '\n');
        buf_fill(printer->out, ' ', 2 * printer->indent);
    }
}

static void begin_item(Printer *printer, bool is_first)
{
    if (!is_first) {
        buf_byte(printer->out, ',');
    }
    begin_line(printer);
}

static void open_bracket(Printer *printer, char c)
{
    buf_byte(printer->out, c);
    printer->indent++;
}

static void close_bracket(Printer *printer, char c, bool is_empty)
{
    printer->indent--;
    if (!is_empty) {
        begin_line(printer);
    }
    buf_byte(printer->out, c);
}

static void begin_field(Printer *printer, Str name, bool is_first)
{
    begin_item(printer, is_first);
    print_json_string(printer->out, name);
    buf_puts(printer->out, printer->options->pretty ? ": " : ":");
}

/* `{"@tag":` and `}`, in the tagged format only. */
static void open_tag(Printer *printer, Str tag)
{
    if (is_tagged(printer)) {
        open_bracket(printer, '{');
        begin_field(printer, tag, true);
    }
}

static void close_tag(Printer *printer)
{
    if (is_tagged(printer)) {
        close_bracket(printer, '}', false);
    }
}

/* -- containers -------------------------------------------------------------------------- */

static Value put_array(Printer *printer, Value array)
{
    open_bracket(printer, '[');
    TRY(status, print_items(printer, array, print_json_value, begin_item));
    close_bracket(printer, ']', array.len == 0);
    return status;
}

static Value put_fields(Printer *printer, const Object *object)
{
    open_bracket(printer, '{');
    for (int64_t i = 0; i < object->shape->count; i++) {
        begin_field(printer, object->shape->names[i], i == 0);
        TRY(status, print_json_value(printer, object->slots[i]));
        (void)status;
    }
    close_bracket(printer, '}', object->shape->count == 0);
    return val_null(NULL);
}

static bool has_tag_name(const Object *object)
{
    for (int64_t i = 0; i < object->shape->count; i++) {
        if (str_starts_with(object->shape->names[i], STR("@"))) {
            return true;
        }
    }
    return false;
}

static Value put_object(Printer *printer, const Object *object)
{
    bool is_escaped = is_tagged(printer) && has_tag_name(object);
    if (is_escaped) {
        open_tag(printer, STR("@object"));
    }
    TRY(status, put_fields(printer, object));
    if (is_escaped) {
        close_tag(printer);
    }
    return status;
}

/* -- documents and sets -------------------------------------------------------------------- */

static void put_quoted_integer(Buf *out, int64_t n)
{
    buf_byte(out, '"');
    buf_int(out, n);
    buf_byte(out, '"');
}

static void put_module(Printer *printer, Str name)
{
    open_tag(printer, STR("@mod"));
    print_json_string(printer->out, name);
    close_tag(printer);
}

/* {"id":"7","coll":"Movie"}; `cause` not empty: with "exists" and "cause". */
static Value put_ref(Printer *printer, Value doc, Str cause)
{
    DocLabel label;
    TRY(status, print_doc_label(printer->rt, doc, &label));
    open_tag(printer, STR("@ref"));
    open_bracket(printer, '{');
    begin_field(printer, label.is_named ? STR("name") : STR("id"), true);
    if (label.is_named) {
        print_json_string(printer->out, label.name);
    } else {
        put_quoted_integer(printer->out, label.id);
    }
    begin_field(printer, STR("coll"), false);
    put_module(printer, label.collection);
    if (cause.len > 0) {
        begin_field(printer, STR("exists"), false);
        buf_puts(printer->out, "false");
        begin_field(printer, STR("cause"), false);
        print_json_string(printer->out, cause);
    }
    close_bracket(printer, '}', false);
    close_tag(printer);
    return status;
}

static Value put_missing_doc(Printer *printer, Value doc, Value null)
{
    if (is_tagged(printer)) {
        return put_ref(printer, doc, print_null_cause(null));
    }
    buf_puts(printer->out, "null");
    return val_null(NULL);
}

static Value put_doc(Printer *printer, Value doc)
{
    if (printer->in_document) {
        return put_ref(printer, doc, STR(""));
    }
    hint_document_read(printer->rt, doc);
    TRY(object, doc_object(printer->rt, doc));
    if (object.type != T_OBJECT) {
        return put_missing_doc(printer, doc, object);
    }
    open_tag(printer, STR("@doc"));
    printer->in_document = true;
    Value status = put_object(printer, object.as.object);
    printer->in_document = false;
    close_tag(printer);
    return status;
}

/* All of a set as a page without end. */
static Value put_whole_set(Printer *printer, const Set *set)
{
    open_bracket(printer, '{');
    begin_field(printer, STR("data"), true);
    open_bracket(printer, '[');
    bool is_empty;
    TRY(status, print_set_items(printer, set, print_json_value, begin_item, &is_empty));
    close_bracket(printer, ']', is_empty);
    close_bracket(printer, '}', false);
    return status;
}

static Value put_page(Printer *printer, const Set *set)
{
    TRY(page, set_page(printer->rt, set, printer->options->page_size));
    return print_json_value(printer, page);
}

static Value put_set(Printer *printer, const Set *set)
{
    SetView view;
    if (!print_view_set(printer, set, &view)) {
        return val_fault();
    }
    open_tag(printer, STR("@set"));
    Value status = val_null(NULL);
    if (view.is_page) {
        printer->sets = &view.path;
        status = printer->options->all ? put_whole_set(printer, set) : put_page(printer, set);
        printer->sets = view.path.outer;
    } else {
        print_json_string(printer->out, view.path.cursor);
    }
    close_tag(printer);
    return status;
}

/* -- scalars ------------------------------------------------------------------------------- */

static void put_integer(Printer *printer, Value v)
{
    if (!is_tagged(printer)) {
        buf_int(printer->out, v.as.integer);
        return;
    }
    open_tag(printer, v.type == T_INT ? STR("@int") : STR("@long"));
    put_quoted_integer(printer->out, v.as.integer);
    close_tag(printer);
}

/* NaN and the infinities, which JSON lacks, are strings in the simple format. */
static void put_double(Printer *printer, double d)
{
    bool is_string = is_tagged(printer) || d - d != 0;
    open_tag(printer, STR("@double"));
    buf_puts(printer->out, is_string ? "\"" : "");
    print_double(printer->out, d);
    buf_puts(printer->out, is_string ? "\"" : "");
    close_tag(printer);
}

/* Types that are a string of their text in both formats. */
static const char *const text_tags[TYPE_COUNT] = {
    [T_TIME] = "@time",           [T_TRANSACTION_TIME] = "@time",
    [T_DATE] = "@date",           [T_BYTES] = "@bytes",
    [T_UUID] = "@uuid",           [T_MODULE] = "@mod",
    [T_EVENT_SOURCE] = "@stream",
};

static void put_text(Printer *printer, Value v)
{
    const char *tag = text_tags[v.type];
    if (tag) {
        open_tag(printer, str_from_c(tag));
    }
    buf_byte(printer->out, '"');
    print_bare(printer->rt, printer->out, v);
    buf_byte(printer->out, '"');
    if (tag) {
        close_tag(printer);
    }
}

static void put_function(Buf *out, const Function *function)
{
    buf_byte(out, '"');
    print_function(out, function, true);
    buf_byte(out, '"');
}

static void put_scalar(Printer *printer, Value v)
{
    switch ((Type)v.type) {
    case T_NULL:
        buf_puts(printer->out, "null");
        return;
    case T_BOOLEAN:
        buf_puts(printer->out, v.as.boolean ? "true" : "false");
        return;
    case T_INT:
    case T_LONG:
        put_integer(printer, v);
        return;
    case T_DOUBLE:
        put_double(printer, v.as.number);
        return;
    case T_STRING:
        print_json_string(printer->out, val_as_str(v));
        return;
    case T_FUNCTION:
        put_function(printer->out, v.as.function);
        return;
    case T_ID:
    case T_TIME:
    case T_TRANSACTION_TIME:
    case T_DATE:
    case T_BYTES:
    case T_UUID:
    case T_MODULE:
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

Value print_json_value(Printer *printer, Value v)
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
