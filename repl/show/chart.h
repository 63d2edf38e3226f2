/* chart: a result as a picture, in characters or as SVG.
 *
 *   value ─► chart_read ─► points ─┬─► chart_draw   bars of blocks, lines and dots of Braille
 *             which fields?        └─► chart_svg
 *
 * Elements without a number are left out and counted. An object of numbers alone, as a fold may
 * give, is one bar a field.
 */
#ifndef FAWN_REPL_SHOW_CHART_H
#define FAWN_REPL_SHOW_CHART_H

#include "repl/show/row.h"
#include "runtime/base/vec.h"

typedef enum ChartKind { CHART_BAR, CHART_LINE, CHART_HIST, CHART_SCATTER, CHART_KINDS } ChartKind;

/* "bar" …; NULL-ended by CHART_KINDS. */
extern const char *const chart_kind_names[CHART_KINDS];

enum {
    CHART_POINTS_MAX = 1 << 20,
    CHART_FIELDS_MAX = 2,
    CHART_BARS_MAX = 40, /* more bars are told of, not drawn */
};

typedef struct ChartPoint {
    Str label;
    double x, y;
} ChartPoint;

typedef struct Chart {
    Arena *arena; /* the caller's; holds the points */
    ChartKind kind;
    Str fields[CHART_FIELDS_MAX]; /* as the user named them: bar LABEL VALUE, line [X] Y, hist X,
                                     scatter X Y; empty: those that fit */
    int64_t field_count;
    VEC(ChartPoint) points;
    Str x_name, y_name;
    int64_t missing;   /* elements without a number there */
    int64_t left_over; /* elements after the most that are kept */
    Buf text;          /* for its own use */
} Chart;

void chart_init(Chart *chart, Arena *arena, ChartKind kind);
void chart_free(Chart *chart);

/* Adds the elements of a value. Returns val_null(NULL) or a fault; runs inside the transaction. */
Value chart_read(Chart *chart, Rt *rt, Value v);

/* Appends the chart in `width` by `height` cells of a terminal; bars take as many lines as there
 * are. Without points it says so. */
void chart_draw(const Chart *chart, Buf *out, int64_t width, int64_t height);

/* All values in one line: ▁▂▅█. */
void chart_spark(const Chart *chart, Buf *out, int64_t width);

/* Appends the chart as an SVG file. */
void chart_svg(const Chart *chart, Buf *out);

/* -- for both drawings ---------------------------------------------------------------------- */

typedef struct ChartRange {
    double low, high;
} ChartRange;

/* The least and greatest x or y; a little around it when they are one. */
ChartRange chart_range(const Chart *chart, bool of_y);

/* A step of 1, 2 or 5 times a power of ten with about `count` steps in the range. */
double chart_step(ChartRange range, int64_t count);

typedef struct ChartBin {
    double from, to;
    int64_t count;
} ChartBin;

enum { CHART_BINS_MAX = 30 };

/* The bins of a histogram of the points' y. Returns how many. */
int64_t chart_bins(const Chart *chart, ChartBin bins[CHART_BINS_MAX]);

/* A number as short as can be told apart: 0.1, 12, 1.5e+09. */
void chart_put_number(Buf *out, double number);

#endif
