/* chart: reading points out of values, and the arithmetic that all drawings share. */
#include "repl/show/chart.h"

#include "repl/show/rows.h"

#include <math.h>
#include <stdlib.h>

const char *const chart_kind_names[CHART_KINDS] = {
    [CHART_BAR] = "bar", [CHART_LINE] = "line", [CHART_HIST] = "hist", [CHART_SCATTER] = "scatter"};

void chart_init(Chart *chart, Arena *arena, ChartKind kind)
{
    *chart = (Chart){.arena = arena, .kind = kind};
}

void chart_free(Chart *chart)
{
    buf_free(&chart->text);
}

/* -- fields ------------------------------------------------------------------------------------ */

static const Field *find_field(const Row *row, Str name)
{
    for (int64_t i = 0; i < row->len; i++) {
        if (str_eq(row->at[i].name, name)) {
            return &row->at[i];
        }
    }
    return NULL;
}

/* Names that documents have of themselves say little in a picture. */
static bool is_own(Str name)
{
    return str_eq(name, STR("coll")) || str_eq(name, STR("ts")) || str_eq(name, STR("ttl"));
}

/* The `nth` field that is a number, or (`numbers` false) is none. */
static const Field *pick_field(const Row *row, bool numbers, int nth)
{
    for (int64_t i = 0; i < row->len; i++) {
        bool is_number = row->at[i].kind == FIELD_NUMBER;
        if (is_number == numbers && row->at[i].kind != FIELD_NULL && !is_own(row->at[i].name) &&
            nth-- == 0) {
            return &row->at[i];
        }
    }
    return NULL;
}

/* Texts that spell a number count: ids are texts. */
static bool read_number(const Field *field, double *number)
{
    if (field == NULL || field->kind == FIELD_NULL) {
        return false;
    }
    char text[64], *end;
    int64_t len = field->text.len < (int64_t)sizeof text ? field->text.len : 0;
    memcpy(text, field->text.s, (size_t)len);
    text[len] = '\0';
    *number = strtod(text, &end);
    return len > 0 && *end == '\0' && isfinite(*number);
}

/* Which fields of a row are the label or x, and y. */
typedef struct Picked {
    const Field *label, *x, *y;
} Picked;

static Picked pick_named(const Chart *chart, const Row *row)
{
    const Field *first = find_field(row, chart->fields[0]);
    if (chart->field_count == 1) {
        return (Picked){.label = chart->kind == CHART_BAR ? pick_field(row, false, 0) : NULL,
                        .y = first};
    }
    return (Picked){.label = first, .x = first, .y = find_field(row, chart->fields[1])};
}

static Picked pick(const Chart *chart, const Row *row)
{
    if (chart->field_count > 0) {
        return pick_named(chart, row);
    }
    bool wants_two = chart->kind == CHART_SCATTER || chart->kind == CHART_LINE;
    const Field *second = wants_two ? pick_field(row, true, 1) : NULL;
    const Field *first = pick_field(row, true, 0);
    return (Picked){.label = pick_field(row, false, 0),
                    .x = second != NULL ? first : NULL,
                    .y = second != NULL ? second : first};
}

/* -- points ---------------------------------------------------------------------------------------- */

static void add_point(Chart *chart, Str label, double x, double y)
{
    ChartPoint point = {.label = str_copy(chart->arena, label), .x = x, .y = y};
    vec_push(&chart->points, chart->arena, point);
}

static void name_axes(Chart *chart, const Picked *picked)
{
    if (chart->y_name.len == 0 && picked->y != NULL) {
        chart->y_name = str_copy(chart->arena, picked->y->name);
        chart->x_name = picked->x != NULL ? str_copy(chart->arena, picked->x->name) : (Str){0};
    }
}

static void add_row(Chart *chart, const Row *row)
{
    Picked picked = pick(chart, row);
    double x = (double)(chart->points.len + chart->missing), y;
    bool has_x = picked.x == NULL || chart->kind == CHART_BAR || chart->kind == CHART_HIST ||
                 read_number(picked.x, &x) || chart->kind == CHART_LINE;
    if (!has_x || !read_number(picked.y, &y) || (chart->kind == CHART_SCATTER && !picked.x)) {
        chart->missing++;
        return;
    }
    name_axes(chart, &picked);
    add_point(chart, picked.label != NULL ? picked.label->text : (Str){0}, x, y);
}

static Value add_element(void *context, Rt *rt, Value element)
{
    Chart *chart = context;
    if (chart->points.len >= CHART_POINTS_MAX) {
        chart->left_over++;
        return val_null(NULL);
    }
    Arena scratch;
    Row row;
    arena_init(&scratch);
    Value status = row_read(rt, &scratch, &chart->text, element, ROW_DEPTH_MAX, &row);
    if (!val_is_fault(status)) {
        add_row(chart, &row);
    }
    arena_free(&scratch);
    return status;
}

/* Whether `v` is an object of numbers alone. */
static bool is_table(Value v)
{
    if (v.type != T_OBJECT || v.as.object->shape->count < 2) {
        return false;
    }
    for (uint32_t i = 0; i < v.as.object->shape->count; i++) {
        if (!val_is_number(v.as.object->slots[i])) {
            return false;
        }
    }
    return true;
}

Value chart_read(Chart *chart, Rt *rt, Value v)
{
    if (!is_table(v) || chart->field_count > 0) {
        const Value *data = v.type == T_OBJECT ? object_get(v.as.object, STR("data")) : NULL;
        bool is_page = data != NULL && data->type == T_ARRAY;
        return rows_each(rt, is_page ? *data : v, add_element, chart);
    }
    for (uint32_t i = 0; i < v.as.object->shape->count; i++) {
        double number = val_as_double(v.as.object->slots[i]);
        if (isfinite(number)) {
            add_point(chart, v.as.object->shape->names[i], (double)i, number);
        } else {
            chart->missing++;
        }
    }
    return val_null(NULL);
}

/* -- arithmetic ---------------------------------------------------------------------------------------- */

ChartRange chart_range(const Chart *chart, bool of_y)
{
    ChartRange range = {HUGE_VAL, -HUGE_VAL};
    for (int64_t i = 0; i < chart->points.len; i++) {
        double at = of_y ? chart->points.at[i].y : chart->points.at[i].x;
        range.low = at < range.low ? at : range.low;
        range.high = at > range.high ? at : range.high;
    }
    if (range.low == range.high) {
        double around = range.low == 0 ? 1 : fabs(range.low) / 2;
        range.low -= around;
        range.high += around;
    }
    return range;
}

double chart_step(ChartRange range, int64_t count)
{
    double rough = (range.high - range.low) / (double)count;
    double power = pow(10, floor(log10(rough)));
    double factor = rough / power;
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

int64_t chart_bins(const Chart *chart, ChartBin bins[CHART_BINS_MAX])
{
    ChartRange range = chart_range(chart, true);
    /* Sturges: a bin more for each doubling. */
    double wanted = ceil(log2((double)chart->points.len)) + 1;
    double step = chart_step(range, wanted < 1 ? 1 : (int64_t)wanted);
    double first = floor(range.low / step) * step;
    int64_t count = (int64_t)floor((range.high - first) / step) + 1;
    count = count < CHART_BINS_MAX ? count : CHART_BINS_MAX;
    for (int64_t i = 0; i < count; i++) {
        bins[i] = (ChartBin){first + (double)i * step, first + (double)(i + 1) * step, 0};
    }
    for (int64_t i = 0; i < chart->points.len; i++) {
        int64_t bin = (int64_t)((chart->points.at[i].y - first) / step);
        bins[bin < 0 ? 0 : bin < count ? bin : count - 1].count++;
    }
    return count;
}

void chart_put_number(Buf *out, double number)
{
    buf_printf(out, fabs(number) < 1e9 && number == floor(number) ? "%.0f" : "%.4g",
               number == 0 ? 0 : number);
}
