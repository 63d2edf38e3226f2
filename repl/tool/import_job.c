/* import_job: see import_job.h. */
#include "repl/tool/import_job.h"

#include "repl/io/signals.h"
#include "runtime/base/clock.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SHOWN_AFTER_US = 1000 * 1000,
    SHOWN_EVERY_US = 100 * 1000,
    BAR_CELLS = 20,
};

/* -- progress ---------------------------------------------------------------------------------- */

static bool shows_progress(const ImportJob *job)
{
    return isatty(STDERR_FILENO) && !job->shell->options->quiet;
}

/* "importing [########            ] 40 %, 1200000 documents, 612000 a second" */
static void put_progress(Buf *out, const ImportJob *job, int64_t elapsed_us)
{
    int64_t done = job->done_bytes + job->stream.used_bytes;
    int64_t total = job->total_bytes > done ? job->total_bytes : done;
    int64_t created = import_created(job->import);
    int64_t cells = total > 0 ? done * BAR_CELLS / total : 0;
    buf_puts(out, "\rimporting [");
    buf_fill(out, '#', cells);
    buf_fill(out, ' ', BAR_CELLS - cells);
    buf_printf(out, "] %lld %%, %lld documents, %lld a second\033[K",
               (long long)(total > 0 ? done * 100 / total : 0), (long long)created,
               (long long)((double)created * 1e6 / (double)elapsed_us));
}

static void show_progress(ImportJob *job)
{
    int64_t now = clock_us(CLOCK_MONOTONIC);
    if (now - job->begun_us < SHOWN_AFTER_US || now - job->shown_us < SHOWN_EVERY_US ||
        !shows_progress(job)) {
        return;
    }
    Buf out = {0};
    put_progress(&out, job, now - job->begun_us);
    (void)!write_all(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
    job->shown_us = now;
}

static void hide_progress(ImportJob *job)
{
    if (job->shown_us != 0) {
        (void)!write_all(STDERR_FILENO, STR("\r\033[K"));
        job->shown_us = 0;
    }
}

/* -- records ----------------------------------------------------------------------------------- */

static const char *file_name(const ImportJob *job)
{
    return strcmp(job->file->path, "-") == 0 ? "<stdin>" : job->file->path;
}

/* Tells what is wrong with the record that begins at `start`: where it is wrong, if that is in its
 * first line; `at` -1: all of it is. */
static void tell(ImportJob *job, int64_t start, int64_t at, Str reason)
{
    const char *path = file_name(job);
    long long line = (long long)stream_line(&job->stream, start);
    bool is_same = at >= start && stream_line(&job->stream, at) == line;
    Str column = {0};
    if (is_same) {
        column =
            str_format(&job->shell->arena, "%lld:", (long long)stream_column(&job->stream, at));
    }
    hide_progress(job);
    shell_complain(job->shell, "%s:%lld:%.*s %.*s", path, line, STR_ARG(column), STR_ARG(reason));
}

void import_note(ImportJob *job, Str text)
{
    Shell *shell = job->shell;
    const char *path = file_name(job);
    if (!shell->options->quiet) {
        hide_progress(job);
        shell_tell(shell, str_format(&shell->arena, "note: %s %.*s", path, STR_ARG(text)));
    }
}

bool import_fail(ImportJob *job, int64_t at, Str reason)
{
    tell(job, at, at, reason);
    return shell_fail(job->shell, EXIT_QUERY);
}

/* The whole file cannot be read. */
static bool fail_file(ImportJob *job, Str reason)
{
    hide_progress(job);
    shell_complain(job->shell, "%s: %.*s", file_name(job), STR_ARG(reason));
    return shell_fail(job->shell, EXIT_QUERY);
}

static bool note_bad(ImportJob *job, int64_t start, int64_t at, Str reason)
{
    if (!job->words->skip_bad || job->bad++ < IMPORT_TOLD_MAX) {
        tell(job, start, at, reason);
    }
    job->is_skippable = !job->words->skip_bad;
    return job->words->skip_bad || shell_fail(job->shell, EXIT_QUERY);
}

bool import_refuse_within(ImportJob *job, int64_t start, int64_t at, Str reason)
{
    job->unnamed++;
    job->records++;
    return note_bad(job, start, at, reason);
}

bool import_refuse(ImportJob *job, int64_t at, Str reason)
{
    return import_refuse_within(job, at, -1, reason);
}

bool import_take(ImportJob *job, int64_t at, Value record)
{
    int64_t refused;
    ImportStatus status = import_record(job->import, job->collection, job->forced, record);
    job->records++;
    if (LIKELY(status == IMPORT_DONE)) {
        return true;
    }
    return status == IMPORT_REFUSED && note_bad(job, at, -1, import_error(job->import, &refused));
}

bool import_more(ImportJob *job)
{
    Str error;
    if (signals_seen()) {
        return false;
    }
    if (!stream_more(&job->stream, &job->shell->arena, &error)) {
        if (signals_seen()) {
            return false; /* what failed is that it was not to go on */
        }
        return fail_file(job, error);
    }
    show_progress(job);
    return !signals_seen();
}

/* -- files ------------------------------------------------------------------------------------- */

static bool has_ending(Str path, Str ending)
{
    if (str_ends_with(path, STR(".gz"))) {
        path.len -= 3;
    }
    return str_ends_with(path, ending);
}

/* The format that the first line of a file without a telling name has. */
static ImportFormat guess_format(Str text)
{
    int64_t at = 0;
    while (at < text.len && strchr(" \t\r\n\xef\xbb\xbf", text.s[at])) {
        at++;
    }
    if (at == text.len || text.s[at] == '{' || text.s[at] == '[') {
        return IMPORT_JSON;
    }
    int64_t tab = str_find(text, STR("\t"), at), end = str_find(text, STR("\n"), at);
    return tab >= 0 && (end < 0 || tab < end) ? IMPORT_TSV : IMPORT_CSV;
}

static ImportFormat find_format(const ImportJob *job)
{
    static const struct {
        Str ending;
        ImportFormat format;
    } endings[] = {{{".json", 5}, IMPORT_JSON},
                   {{".jsonl", 6}, IMPORT_JSON},
                   {{".ndjson", 7}, IMPORT_JSON},
                   {{".csv", 4}, IMPORT_CSV},
                   {{".tsv", 4}, IMPORT_TSV}};
    if (job->words->format != IMPORT_BY_FILE) {
        return job->words->format;
    }
    for (int64_t i = 0; i < countof(endings); i++) {
        if (has_ending(str_from_c(job->file->path), endings[i].ending)) {
            return endings[i].format;
        }
    }
    return guess_format(stream_text(&job->stream));
}

static bool read_open_file(ImportJob *job)
{
    if (!import_more(job)) {
        return false;
    }
    Str text = stream_text(&job->stream);
    if (str_starts_with(text, STR("\xff\xfe")) || str_starts_with(text, STR("\xfe\xff"))) {
        return fail_file(job, STR("the file is UTF-16, and UTF-8 is wanted: iconv -f UTF-16 -t "
                                  "UTF-8 FILE writes it so"));
    }
    if (str_starts_with(text, STR("\xef\xbb\xbf"))) {
        job->stream.at = 3;
    }
    ImportFormat format = find_format(job);
    return format == IMPORT_CSV || format == IMPORT_TSV ? import_csv(job, format)
                                                        : import_json(job);
}

static bool read_file(ImportJob *job, const ImportFile *file)
{
    Shell *shell = job->shell;
    Str error;
    job->file = file;
    job->records = 0;
    job->forced = job->words->collection != NULL;
    job->collection = job->forced ? str_from_c(job->words->collection) : file->collection;
    if (!stream_open(&job->stream, file->path, &shell->arena, &error)) {
        hide_progress(job);
        if (!signals_seen()) {
            shell_complain(shell, "%.*s", STR_ARG(error));
            shell_fail(shell, EXIT_USAGE);
        }
        return false;
    }
    bool ok = read_open_file(job);
    if (ok && job->records == 0) {
        import_note(job, STR("has no records"));
    }
    job->done_bytes += job->stream.used_bytes;
    stream_close(&job->stream);
    return ok;
}

bool import_job_read(void *context, Import *import)
{
    ImportJob *job = context;
    struct stat status;
    job->import = import;
    job->begun_us = clock_us(CLOCK_MONOTONIC);
    for (int64_t i = 0; i < job->files.len; i++) {
        job->total_bytes += stat(job->files.at[i].path, &status) == 0 ? (int64_t)status.st_size : 0;
    }
    bool ok = true;
    for (int64_t i = 0; i < job->files.len && ok; i++) {
        ok = read_file(job, &job->files.at[i]);
    }
    hide_progress(job);
    return ok;
}
