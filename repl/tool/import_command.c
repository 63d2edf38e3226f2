/* import_command: see import_command.h. */
#include "repl/tool/import_command.h"

#include "repl/io/folder.h"
#include "repl/io/signals.h"
#include "repl/tool/import_job.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* -- files ------------------------------------------------------------------------------------- */

static Str file_name(Str path)
{
    int64_t start = path.len;
    while (start > 0 && path.s[start - 1] != '/') {
        start--;
    }
    return str_slice(path, start, path.len);
}

static bool all_digits(Str text)
{
    for (int64_t i = 0; i < text.len; i++) {
        if (!isdigit((unsigned char)text.s[i])) {
            return false;
        }
    }
    return text.len > 0;
}

/* metadata_00.json: what Fauna's exports say of themselves. */
static bool is_metadata(Str name)
{
    const Str start = STR("metadata_"), ending = STR(".json");
    return str_starts_with(name, start) && str_ends_with(name, ending) &&
           all_digits(str_slice(name, start.len, name.len - ending.len));
}

static bool is_data_file(Str path)
{
    static const Str endings[] = {
        {".json", 5}, {".jsonl", 6}, {".ndjson", 7}, {".csv", 4}, {".tsv", 4}};
    Str name = file_name(path);
    if (str_ends_with(name, STR(".gz"))) {
        name.len -= 3;
    }
    if (is_metadata(name)) {
        return false;
    }
    for (int64_t i = 0; i < countof(endings); i++) {
        if (str_ends_with(name, endings[i])) {
            return true;
        }
    }
    return false;
}

/* `name` without what Fauna's exports number their files by: Movie_00_000001. */
static Str drop_numbers(Str name)
{
    Str left = name;
    for (int i = 0; i < 2; i++) {
        int64_t at = left.len;
        while (at > 0 && left.s[at - 1] != '_') {
            at--;
        }
        if (at < 2 || !all_digits(str_slice(left, at, left.len))) {
            return name;
        }
        left.len = at - 1;
    }
    return left;
}

/* The collection that a file is named after: `data/movies-2024.json.gz` is movies_2024. */
static Str collection_of(Arena *arena, const char *path)
{
    Str name = file_name(str_from_c(path));
    int64_t dot = str_find(name, STR("."), 0);
    name = drop_numbers(dot >= 0 ? str_slice(name, 0, dot) : name);
    char *made = arena_alloc(arena, name.len + 1);
    int64_t len = 0;
    if (name.len > 0 && isdigit((unsigned char)name.s[0])) {
        made[len++] = '_';
    }
    for (int64_t i = 0; i < name.len; i++) {
        made[len++] = isalnum((unsigned char)name.s[i]) ? name.s[i] : '_';
    }
    return strcmp(path, "-") == 0 ? (Str){0} : (Str){made, len};
}

static void add_file(ImportJob *job, const char *path)
{
    Arena *arena = &job->shell->arena;
    ImportFile file = {.path = path, .collection = collection_of(arena, path)};
    vec_push(&job->files, arena, file);
}

/* The files of a place that the user named. */
static bool add_place(ImportJob *job, const char *place)
{
    Shell *shell = job->shell;
    struct stat status;
    Paths paths = {0};
    Str error;
    if (strcmp(place, "-") == 0) {
        add_file(job, place);
        return true;
    }
    if (stat(place, &status) != 0) {
        shell_complain(shell, "cannot read `%s`: %s", place, strerror(errno));
        return shell_fail(shell, EXIT_USAGE);
    }
    if (!S_ISDIR(status.st_mode)) {
        add_file(job, place);
        return true;
    }
    if (!folder_list(&shell->arena, place, is_data_file, &paths, &error)) {
        shell_complain(shell, "%.*s", STR_ARG(error));
        return shell_fail(shell, EXIT_USAGE);
    }
    for (int64_t i = 0; i < paths.len; i++) {
        add_file(job, paths.at[i].s);
    }
    if (paths.len == 0) {
        shell_complain(shell, "there are no .json, .jsonl, .ndjson, .csv or .tsv files in `%s`",
                       place);
        return shell_fail(shell, EXIT_USAGE);
    }
    return true;
}

/* -- the report -------------------------------------------------------------------------------- */

static void put_count(Buf *out, const ImportCount *count)
{
    buf_printf(out, "%.*s: %lld created", STR_ARG(count->collection), (long long)count->created);
    if (count->refused > 0) {
        buf_printf(out, ", %lld skipped", (long long)count->refused);
    }
    buf_puts(out, count->is_new ? " (new collection)\n" : "\n");
}

static void report(const ImportJob *job)
{
    Shell *shell = job->shell;
    const ImportCount *counts;
    int64_t count = session_import_counts(shell->session, &counts);
    Buf out = {0};
    for (int64_t i = 0; i < count; i++) {
        if (counts[i].created > 0 || counts[i].refused > 0 || counts[i].is_new) {
            put_count(&out, &counts[i]);
        }
    }
    if (job->unnamed > 0) {
        buf_printf(&out, "%lld bad record%s skipped\n", (long long)job->unnamed,
                   job->unnamed == 1 ? "" : "s");
    }
    if (job->words->dry_run || shell->dry) {
        buf_puts(&out, "Nothing was imported: it was a dry run\n");
    }
    shell_print(shell, buf_str(&out));
    buf_free(&out);
    for (int64_t i = 0; i < count && !shell->options->quiet; i++) {
        if (counts[i].kept_ids > 0) {
            Str name = counts[i].collection;
            shell_tell(shell, str_format(&shell->arena,
                                         "note: the `id` of %lld document%s of %.*s is no document "
                                         "id: it is kept as `.data.id`",
                                         (long long)counts[i].kept_ids,
                                         counts[i].kept_ids == 1 ? "" : "s", STR_ARG(name)));
        }
    }
}

static bool tell_failure(ImportJob *job, const Outcome *outcome)
{
    Shell *shell = job->shell;
    if (signals_seen()) {
        shell_tell(shell, STR("\ncancelled; nothing was imported"));
        return shell_fail(shell, EXIT_INTERRUPTED);
    }
    if (outcome->kind != OUTCOME_FAILED || outcome->summary.len > 0) {
        shell_tell_failure(shell, outcome);
    }
    shell_complain(shell, "nothing was imported%s",
                   job->is_skippable ? " (--skip-bad leaves bad records out)" : "");
    return false;
}

bool import_command(Shell *shell, const ImportWords *words)
{
    ImportJob job = {.shell = shell, .words = words};
    for (int64_t i = 0; i < words->places.len; i++) {
        if (!add_place(&job, words->places.at[i])) {
            return false;
        }
    }
    ImportOptions options = {
        .dry_run = words->dry_run || shell->dry, .read = import_job_read, .context = &job};
    signals_watch(shell->session);
    Outcome outcome = session_import(shell->session, &options);
    signals_watch(NULL);
    if (job.bad > IMPORT_TOLD_MAX) {
        shell_complain(shell, "%lld more bad records", (long long)(job.bad - IMPORT_TOLD_MAX));
    }
    if (outcome.kind != OUTCOME_OK) {
        return tell_failure(&job, &outcome);
    }
    report(&job);
    return true;
}
