/* import_json: JSON text to records: values one after another, with blanks or newlines between
 * them, or the elements of an array, which is not held in memory as a whole.
 *
 *   {…}\n{…}\n      [ {…}, {…} ]      [ {"data":[…]}, {"data":[…]} ]
 *
 * Behind text that is no JSON reading goes on with the next line, unless it lies in an array.
 */
#include "repl/tool/import_job.h"
#include "runtime/print/json.h"

#include <string.h>

typedef struct JsonFile {
    ImportJob *job;
    JsonReader *reader;
    ArenaMark heap;
    bool in_array, wants_comma;
    int64_t rounded_line; /* where the first number lost digits; 0: none has */
} JsonFile;

/* The next byte that is no blank; 0: the end; -1: the file cannot be read. */
static int next_byte(JsonFile *file)
{
    Stream *stream = &file->job->stream;
    for (;;) {
        const char *text = stream->window.data;
        while (stream->at < stream->window.len && strchr(" \t\r\n", text[stream->at]) &&
               text[stream->at] != '\0') {
            stream->at++;
        }
        if (stream->at < stream->window.len) {
            return text[stream->at] == '\0' ? 1 : (unsigned char)text[stream->at];
        }
        if (stream->ended) {
            return 0;
        }
        if (!import_more(file->job)) {
            return -1;
        }
    }
}

/* Goes on behind the line of a bad value. */
static bool skip_line(ImportJob *job)
{
    Stream *stream = &job->stream;
    for (;;) {
        Str text = stream_text(stream);
        int64_t end = str_find(text, STR("\n"), stream->at);
        stream->at = end < 0 ? text.len : end;
        if (end >= 0 || stream->ended) {
            return true;
        }
        if (!import_more(job)) {
            return false;
        }
    }
}

static bool tell_wrong(JsonFile *file)
{
    ImportJob *job = file->job;
    int64_t at;
    Str error = json_error(file->reader, &at);
    if (file->in_array) {
        return import_fail(job, at, error);
    }
    return import_refuse_within(job, job->stream.at, at, error) && skip_line(job);
}

/* Reads one value and imports it. */
static bool read_record(JsonFile *file)
{
    ImportJob *job = file->job;
    Stream *stream = &job->stream;
    Rt *rt = import_rt(job->import);
    for (;;) {
        Value record;
        int64_t start = stream->at, at = start;
        arena_rewind(rt->heap, file->heap);
        JsonStatus status =
            json_next(file->reader, stream_text(stream), &at, stream->ended, &record);
        if (LIKELY(status == JSON_READ)) {
            if (UNLIKELY(file->rounded_line == 0 && json_rounded(file->reader) > 0)) {
                file->rounded_line = stream_line(stream, start);
            }
            stream->at = at;
            return import_take(job, start, record);
        }
        if (status == JSON_WRONG) {
            return tell_wrong(file);
        }
        if (!import_more(job)) {
            return false;
        }
    }
}

/* Reads what comes next. False: the end, or the import is over, which is then told by `*ok`. */
static bool read_next(JsonFile *file, bool *ok)
{
    ImportJob *job = file->job;
    int byte = next_byte(file);
    *ok = byte >= 0;
    if (byte <= 0) {
        if (byte == 0 && file->in_array) {
            *ok = import_fail(job, job->stream.at, STR("the array has no end"));
        }
        return false;
    }
    if (file->in_array && (byte == ']' || (byte == ',' && file->wants_comma))) {
        job->stream.at++;
        file->in_array = byte != ']';
        file->wants_comma = false;
        return true;
    }
    if (file->wants_comma && file->in_array) {
        return *ok = import_fail(job, job->stream.at, STR("expected `,` or `]` behind a value"));
    }
    if (!file->in_array && byte == '[') {
        job->stream.at++;
        file->in_array = true;
        file->wants_comma = false;
        return true;
    }
    file->wants_comma = true;
    return *ok = read_record(file);
}

/* Whole numbers are Doubles where no Long takes them, as in FQL: what they lost is told. */
static void note_rounded(const JsonFile *file)
{
    long long count = (long long)json_rounded(file->reader);
    if (count > 0) {
        import_note(file->job,
                    str_format(&file->job->shell->arena,
                               "has %lld whole number%s too large for a Long, the first in line "
                               "%lld: as Doubles they keep 17 digits (as texts they would keep "
                               "all)",
                               count, count == 1 ? "" : "s", (long long)file->rounded_line));
    }
}

bool import_json(ImportJob *job)
{
    Rt *rt = import_rt(job->import);
    JsonFile file = {.job = job, .reader = json_reader_open(rt), .heap = arena_mark(rt->heap)};
    bool ok;
    while (read_next(&file, &ok)) {
    }
    if (ok) {
        note_rounded(&file);
    }
    json_reader_close(file.reader);
    arena_rewind(rt->heap, file.heap);
    return ok;
}
