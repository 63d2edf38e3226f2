/* import_job: see import_job.h. */
#include "repl/tool/import_job.h"

#include "repl/io/signals.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    SHOWN_AFTER_US = 1000 * 1000,
    SHOWN_EVERY_US = 100 * 1000,
    BAR_CELLS = 20,
};

/* -- progress ---------------------------------------------------------------------------------- */

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

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
    int64_t now = now_us();
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

static void tell(ImportJob *job, int64_t at, Str reason)
{
    const char *path = job->file->path;
    long long line = (long long)stream_line(&job->stream, at);
    hide_progress(job);
    shell_complain(job->shell, "%s:%lld: %.*s", strcmp(path, "-") == 0 ? "<stdin>" : path, line,
                   STR_ARG(reason));
}

bool import_fail(ImportJob *job, int64_t at, Str reason)
{
    tell(job, at, reason);
    job->told = true;
    return shell_fail(job->shell, EXIT_QUERY);
}

static bool note_bad(ImportJob *job, int64_t at, Str reason)
{
    if (!job->words->skip_bad) {
        return import_fail(job, at, reason);
    }
    if (job->bad++ < IMPORT_TOLD_MAX) {
        tell(job, at, reason);
    }
    return true;
}

bool import_refuse(ImportJob *job, int64_t at, Str reason)
{
    job->unnamed++;
    return note_bad(job, at, reason);
}

bool import_take(ImportJob *job, int64_t at, Value record)
{
    int64_t refused;
    ImportStatus status = import_record(job->import, job->collection, job->forced, record);
    if (LIKELY(status == IMPORT_DONE)) {
        return true;
    }
    return status == IMPORT_REFUSED && note_bad(job, at, import_error(job->import, &refused));
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
        return import_fail(job, job->stream.at, error);
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
    if (str_starts_with(stream_text(&job->stream), STR("\xef\xbb\xbf"))) {
        job->stream.at = 3;
    }
    switch (find_format(job)) {
    case IMPORT_CSV:
        return import_csv(job, ',');
    case IMPORT_TSV:
        return import_csv(job, '\t');
    case IMPORT_JSON:
    case IMPORT_BY_FILE:
        break;
    }
    return import_json(job);
}

static bool read_file(ImportJob *job, const ImportFile *file)
{
    Shell *shell = job->shell;
    Str error;
    job->file = file;
    job->forced = job->words->collection != NULL;
    job->collection = job->forced ? str_from_c(job->words->collection) : file->collection;
    if (!stream_open(&job->stream, file->path, &shell->arena, &error)) {
        hide_progress(job);
        shell_complain(shell, "%.*s", STR_ARG(error));
        job->told = true;
        return shell_fail(shell, EXIT_USAGE);
    }
    bool ok = read_open_file(job);
    job->done_bytes += job->stream.used_bytes;
    stream_close(&job->stream);
    return ok;
}

bool import_job_read(void *context, Import *import)
{
    ImportJob *job = context;
    struct stat status;
    job->import = import;
    job->begun_us = now_us();
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
