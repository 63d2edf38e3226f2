/* rows: see rows.h. */
#include "repl/show/rows.h"

#include "repl/show/sheet.h"
#include "runtime/base/vec.h"
#include "runtime/set/set.h"

enum {
    /* Rows are kept until they are more, or take more memory. */
    KEPT_ROWS_MAX = 1000,
    KEPT_BYTES_MAX = 4 << 20,
};

/* A value on its way to the sheet. */
typedef struct Rows {
    const RenderTarget *target;
    Sheet sheet;
    Columns columns;
    Arena kept, scratch; /* rows of the first reading; one row */
    Buf text;            /* of one field */
    VEC(Row) rows;
    bool is_long; /* they are not all kept */
    int64_t depth;
} Rows;

/* -- elements ---------------------------------------------------------------------------------- */

static Value each_of_set(Rt *rt, const Set *set, ElementFn *element, void *context)
{
    SetReader *reader = set_open(rt, set);
    if (reader == NULL) {
        return val_fault();
    }
    Loop loop;
    Value value, status = val_null(NULL);
    loop_begin(&loop, rt);
    int got = 0;
    while (!val_is_fault(status) && (got = set_next(reader, rt, &value)) > 0) {
        status = element(context, rt, value);
        loop_step(&loop, NULL);
    }
    set_close(reader);
    return loop_end(&loop, got < 0 ? val_fault() : status);
}

static Value each_of_array(Rt *rt, Value array, ElementFn *element, void *context)
{
    Loop loop;
    Value status = val_null(NULL);
    loop_begin(&loop, rt);
    for (int64_t i = 0; i < array.len && !val_is_fault(status); i++) {
        status = element(context, rt, array.as.items[i]);
        loop_step(&loop, NULL);
    }
    return loop_end(&loop, status);
}

Value rows_each(Rt *rt, Value v, ElementFn *element, void *context)
{
    if (v.type == T_SET) {
        return each_of_set(rt, v.as.set, element, context);
    }
    if (v.type == T_ARRAY) {
        return each_of_array(rt, v, element, context);
    }
    return element(context, rt, v);
}

/* The elements of a page that `paginate` gave; NULL: `v` is no page. */
static const Value *page_data(Value v)
{
    if (v.type != T_OBJECT) {
        return NULL;
    }
    const Value *data = object_get(v.as.object, STR("data"));
    const Value *after = object_get(v.as.object, STR("after"));
    bool is_page =
        data != NULL && data->type == T_ARRAY && v.as.object->shape->count == 1 + (after != NULL);
    return is_page ? data : NULL;
}

/* `v`, or its first part: as many elements as the view has room for. */
static Value take_shown(Rt *rt, Value v, const RenderTarget *target)
{
    int64_t most = target->view->max_rows;
    if (v.type == T_SET && most > 0) {
        TRY(page, render_page(rt, v.as.set, most, target));
        return *object_get(page.as.object, STR("data"));
    }
    const Value *data = page_data(v);
    if (data != NULL) {
        render_note_after(rt, v, target->unshown);
        return *data;
    }
    if (v.type == T_ARRAY && most > 0 && v.len > most) {
        target->unshown->any = true;
        target->unshown->count += target->unshown->count < 0 ? 0 : v.len - most;
        return val_array(v.as.items, most);
    }
    return v;
}

/* -- writing ----------------------------------------------------------------------------------- */

static void put_row(Rows *rows, const Row *row)
{
    Sheet *sheet = &rows->sheet;
    ArenaMark mark = arena_mark(&rows->scratch);
    const Field **cells = NULL;
    if (sheet->format->has_columns) {
        cells = arena_array(&rows->scratch, const Field *, rows->columns.len);
        rows->target->unshown->lost += columns_place(&rows->columns, row, cells);
    }
    sheet->format->row(sheet, row, cells);
    sheet->rows++;
    arena_rewind(&rows->scratch, mark);
}

/* Writes an element as it is read. */
static Value write_element(void *context, Rt *rt, Value element)
{
    Rows *rows = context;
    Row row;
    arena_reset(&rows->scratch);
    TRY(status, row_read(rt, &rows->scratch, &rows->text, element, rows->depth, &row));
    put_row(rows, &row);
    render_relieve(rt, rows->target);
    return status;
}

static bool may_keep(const Rows *rows)
{
    return !rows->is_long && rows->rows.len < KEPT_ROWS_MAX &&
           arena_bytes(&rows->kept) < KEPT_BYTES_MAX;
}

/* Measures an element, and keeps it if there is room. */
static Value gather_element(void *context, Rt *rt, Value element)
{
    Rows *rows = context;
    const RowFormat *format = rows->sheet.format;
    Row row;
    rows->is_long = !may_keep(rows);
    if (rows->is_long) {
        arena_reset(&rows->scratch);
    }
    Arena *arena = rows->is_long ? &rows->scratch : &rows->kept;
    TRY(status, row_read(rt, arena, &rows->text, element, rows->depth, &row));
    columns_add(&rows->columns, &row, format->is_measured ? format->cell : NULL,
                rows->sheet.null_text, &rows->text);
    if (!rows->is_long) {
        vec_push(&rows->rows, &rows->kept, row);
    }
    return status;
}

/* A table that is too wide for the terminal is shown as lines. */
static void fit(Rows *rows)
{
    Sheet *sheet = &rows->sheet;
    int64_t width = sheet->format->is_fitted ? rows->target->view->width : 0;
    if (sheet->format->is_measured && !table_fit(&rows->columns, width)) {
        sheet->format = &line_format;
        rows->target->unshown->as_lines = true;
    }
}

static Value write_gathered(Rows *rows, Rt *rt, Value v)
{
    if (rows->is_long) {
        return rows_each(rt, v, write_element, rows);
    }
    for (int64_t i = 0; i < rows->rows.len; i++) {
        put_row(rows, &rows->rows.at[i]);
    }
    return val_null(NULL);
}

static Value write_all_rows(Rows *rows, Rt *rt, Value v)
{
    Sheet *sheet = &rows->sheet;
    if (!sheet->format->has_columns) {
        return rows_each(rt, v, write_element, rows);
    }
    TRY(status, rows_each(rt, v, gather_element, rows));
    if (rows->columns.len == 0) {
        return status;
    }
    fit(rows);
    if (sheet->format->begin != NULL) {
        sheet->format->begin(sheet);
    }
    status = write_gathered(rows, rt, v);
    if (!val_is_fault(status) && sheet->format->end != NULL) {
        sheet->format->end(sheet);
    }
    return status;
}

Value rows_render(Rt *rt, Value v, const RenderTarget *target)
{
    const View *view = target->view;
    const RowFormat *format = row_format(view->mode);
    TRY(shown, take_shown(rt, v, target));
    Rows rows = {.target = target, .depth = view->depth};
    arena_init(&rows.kept);
    arena_init(&rows.scratch);
    columns_init(&rows.columns, &rows.kept);
    rows.sheet = (Sheet){
        .format = format,
        .out = &target->output->buffer,
        .scratch = &rows.scratch,
        .text = &rows.text,
        .columns = &rows.columns,
        .null_text = view->null_text != NULL ? view->null_text : format->null_text,
        .color = view->color,
    };
    /* An empty line parts the rows of one value from those of the next. */
    buf_puts(rows.sheet.out, target->number > 0 ? "\n" : "");
    Value status = write_all_rows(&rows, rt, shown);
    target->unshown->cut += rows.sheet.cut;
    buf_free(&rows.text);
    arena_free(&rows.kept);
    arena_free(&rows.scratch);
    return status;
}
