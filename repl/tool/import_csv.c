/* import_csv: rows to records. The file is read twice: what a column's values are is settled by all
 * of its cells, so that a file never has `12` as an Int and `A12` as a String in one column.
 *
 *   first   names of the columns, and what all cells of each can be
 *   second  cells to values, rows to records
 */
#include "repl/tool/csv.h"
#include "repl/tool/import_job.h"
#include "runtime/base/utf8.h"
#include "runtime/calendar.h"
#include "runtime/number.h"

typedef struct CsvFile {
    ImportJob *job;
    Rt *rt;
    CsvDialect dialect;
    ArenaMark heap;
    Arena scratch; /* of the cells' list */
    CsvRow cells;
    int64_t row_at; /* where the row read last begins */
    Str *names;     /* NULL: the first row was not read */
    unsigned *kinds;
    int64_t count;
} CsvFile;

/* What became of a step through the file. */
typedef enum Step { STEP_ROW, STEP_WRONG, STEP_END, STEP_OVER } Step;

static bool is_blank_line(const CsvFile *file)
{
    return file->cells.len == 1 && file->cells.at[0].s == NULL;
}

/* Reads the next row that is not blank. */
static Step next_row(CsvFile *file)
{
    Stream *stream = &file->job->stream;
    arena_rewind(file->rt->heap, file->heap);
    for (;;) {
        Str text = stream_text(stream);
        if (stream->at == text.len && stream->ended) {
            return STEP_END;
        }
        int64_t at = stream->at;
        CsvStatus status =
            csv_row(text, &at, stream->ended, file->dialect, &file->scratch, &file->cells);
        if (status == CSV_MORE) {
            if (!import_more(file->job)) {
                return STEP_OVER;
            }
            continue;
        }
        file->row_at = stream->at;
        stream->at = at;
        if (status == CSV_WRONG) {
            return STEP_WRONG;
        }
        if (!is_blank_line(file)) {
            return STEP_ROW;
        }
    }
}

/* -- the first time ---------------------------------------------------------------------------- */

static bool read_names(CsvFile *file)
{
    ImportJob *job = file->job;
    Arena *arena = &file->scratch;
    file->count = file->cells.len;
    file->names = arena_array(arena, Str, file->count);
    file->kinds = arena_array(arena, unsigned, file->count);
    for (int64_t i = 0; i < file->count; i++) {
        Str name = file->cells.at[i];
        if (name.len == 0 || utf8_check(name) >= 0) {
            return import_fail(job, file->row_at,
                               str_format(arena,
                                          "column %lld has no name: the first row names them",
                                          (long long)i + 1));
        }
        for (int64_t k = 0; k < i; k++) {
            if (str_eq(file->names[k], name)) {
                return import_fail(
                    job, file->row_at,
                    str_format(arena, "two columns are called `%.*s`", STR_ARG(name)));
            }
        }
        bool is_text =
            job->collection.len > 0 && import_wants_string(job->import, job->collection, name);
        file->names[i] = str_copy(arena, name);
        file->kinds[i] = is_text ? 0 : CSV_ANY;
    }
    return true;
}

static void narrow_kinds(CsvFile *file)
{
    for (int64_t i = 0; i < file->count && file->cells.len == file->count; i++) {
        if (file->kinds[i] != 0) {
            file->kinds[i] = csv_kinds(file->cells.at[i], file->kinds[i]);
        }
    }
}

/* False: the import is over, or the file has no rows at all. */
static bool look_at_columns(CsvFile *file, bool *ok)
{
    Step step;
    while ((step = next_row(file)) == STEP_ROW || step == STEP_WRONG) {
        if (file->names) {
            if (step == STEP_ROW) {
                narrow_kinds(file);
            }
        } else if (step == STEP_WRONG) {
            return *ok =
                       import_fail(file->job, file->cells.wrong_at, str_from_c(file->cells.wrong));
        } else if (!read_names(file)) {
            return *ok = false;
        }
    }
    *ok = step == STEP_END;
    return *ok && file->names != NULL;
}

/* -- the second time --------------------------------------------------------------------------- */

static Value cell_value(Str cell, unsigned kinds)
{
    int64_t n;
    double d;
    if (cell.s == NULL) {
        return val_null(NULL);
    }
    if (kinds & CSV_INTEGER && number_parse_long(cell, &n)) {
        return val_number(n);
    }
    if (kinds & CSV_DOUBLE && number_parse_double(cell, &d)) {
        return val_double(d);
    }
    if (kinds & CSV_BOOLEAN) {
        return val_bool(cell.len == 4);
    }
    if (kinds & CSV_DATE) {
        return calendar_parse_date(cell);
    }
    return kinds & CSV_TIME ? calendar_parse_time(cell) : val_str(cell);
}

static bool take_row(CsvFile *file)
{
    ImportJob *job = file->job;
    Rt *rt = file->rt;
    if (file->cells.len != file->count) {
        return import_refuse(job, file->row_at,
                             str_format(rt->heap, "the row has %lld cell%s, the first row %lld",
                                        (long long)file->cells.len, file->cells.len == 1 ? "" : "s",
                                        (long long)file->count));
    }
    Str row = str_slice(stream_text(&job->stream), file->row_at, job->stream.at);
    if (utf8_check(row) >= 0) {
        return import_refuse(job, file->row_at, STR("the row is not UTF-8"));
    }
    Value *values = arena_array(rt->heap, Value, file->count);
    for (int64_t i = 0; i < file->count; i++) {
        values[i] = cell_value(file->cells.at[i], file->kinds[i]);
    }
    return import_take(job, file->row_at, rt_object(rt, file->names, values, file->count));
}

static bool take_rows(CsvFile *file)
{
    bool ok = true, is_first = true;
    Step step = STEP_ROW;
    while (ok && ((step = next_row(file)) == STEP_ROW || step == STEP_WRONG)) {
        if (step == STEP_WRONG) {
            ok = import_refuse_within(file->job, file->row_at, file->cells.wrong_at,
                                      str_from_c(file->cells.wrong));
        } else if (!is_first) {
            ok = take_row(file);
        }
        is_first = false;
    }
    return ok && step != STEP_OVER;
}

/* As the user says, as the name of the file does, else as its first row looks. */
static CsvDialect find_dialect(ImportJob *job, ImportFormat format)
{
    Str text = stream_text(&job->stream);
    CsvDialect dialect = csv_guess(str_slice(text, job->stream.at, text.len));
    if (job->words->separator != '\0') {
        dialect.separator = job->words->separator;
    } else if (format == IMPORT_TSV) {
        dialect.separator = '\t';
    } else if (dialect.separator != ',') {
        const char shown[] = {dialect.separator, '\0'};
        import_note(job, str_format(&job->shell->arena,
                                    "is read with %s%s%s between cells (--separator says another)",
                                    dialect.separator == '\t' ? "tabs" : "`",
                                    dialect.separator == '\t' ? "" : shown,
                                    dialect.separator == '\t' ? "" : "`"));
    }
    return dialect;
}

bool import_csv(ImportJob *job, ImportFormat format)
{
    Rt *rt = import_rt(job->import);
    CsvFile file = {.job = job, .rt = rt, .heap = arena_mark(rt->heap)};
    int64_t start = job->stream.at;
    bool ok;
    file.dialect = find_dialect(job, format);
    job->stream.newline = file.dialect.newline;
    arena_init(&file.scratch);
    if (look_at_columns(&file, &ok)) {
        ok = stream_rewind(&job->stream) && import_more(job);
        job->stream.at = start;
        ok = ok && take_rows(&file);
    }
    arena_rewind(rt->heap, file.heap);
    arena_free(&file.scratch);
    return ok;
}
