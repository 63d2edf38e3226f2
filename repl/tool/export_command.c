/* export_command: the layout is that of Fauna's own exports, and the schema besides.
 *
 *   DIR/data/collections/Movie/Movie_00_000001.jsonl     at most 128 MiB each
 *   DIR/data/metadata_00.json
 *   DIR/schema/NAME.fsl …
 *
 * Documents are written as they are read: memory does not grow with their number.
 */
#include "repl/tool/export_command.h"

#include "interp/transfer/export.h"
#include "repl/io/folder.h"
#include "repl/io/signals.h"
#include "repl/tool/schema_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    FILE_BYTES_MAX = 128 << 20,
    BLOCK_BYTES = 1 << 20,
};

typedef struct Exporting {
    Shell *shell;
    const ImportWords *words;
    const char *dir;
    Str collection; /* whose file is open */
    int fd;         /* -1: none is */
    const char *path;
    Buf block;
    int64_t file_bytes; /* of the open file, without the block */
    int64_t ordinal;    /* of the open file */
    int64_t documents;  /* of the collection, in all its files */
    int64_t in_file;
    int64_t file_count, byte_count;
    Buf names, report; /* names: for metadata */
    VEC(char *) made;  /* files of the documents, and what describes them */
} Exporting;

static bool fail(Exporting *exporting, const char *path, int error)
{
    shell_complain(exporting->shell, "cannot write `%s`: %s", path, strerror(error));
    return shell_fail(exporting->shell, EXIT_DATABASE);
}

/* -- what is taken back ------------------------------------------------------------------------- */

static void note_made(Exporting *exporting, const char *path)
{
    Arena *arena = &exporting->shell->arena;
    vec_push(&exporting->made, arena, arena_copy(arena, path, (int64_t)strlen(path) + 1));
}

/* Removes what an export has made that failed, and folders that are empty then: so that it can be done
 * again. */
static void take_back(Exporting *exporting)
{
    for (int64_t i = 0; i < exporting->made.len; i++) {
        char *path = exporting->made.at[i];
        (void)unlink(path);
        for (char *slash = strrchr(path, '/'); slash > path + strlen(exporting->dir);
             slash = strrchr(path, '/')) {
            *slash = '\0';
            (void)rmdir(path);
        }
    }
}

/* -- files ------------------------------------------------------------------------------------- */

static bool flush_block(Exporting *exporting)
{
    int error = write_all(exporting->fd, buf_str(&exporting->block));
    exporting->file_bytes += exporting->block.len;
    exporting->byte_count += exporting->block.len;
    exporting->block.len = 0;
    return error == 0 || fail(exporting, exporting->path, error);
}

static bool end_file(Exporting *exporting)
{
    if (exporting->fd < 0) {
        return true;
    }
    if (exporting->words->arrays) {
        buf_puts(&exporting->block, exporting->in_file > 0 ? "\n]\n" : "[]\n");
    }
    bool ok = flush_block(exporting);
    int error = close(exporting->fd) != 0 ? errno : 0;
    exporting->fd = -1;
    return ok && (error == 0 || fail(exporting, exporting->path, error));
}

static bool begin_file(Exporting *exporting)
{
    Arena *arena = &exporting->shell->arena;
    Str name = exporting->collection;
    const char *dir = str_to_c(
        arena, str_format(arena, "%s/data/collections/%.*s", exporting->dir, STR_ARG(name)));
    Str path =
        str_format(arena, "%s/%.*s_00_%06lld.%s", dir, STR_ARG(name),
                   (long long)++exporting->ordinal, exporting->words->arrays ? "json" : "jsonl");
    exporting->path = str_to_c(arena, path);
    int error = folder_make(dir);
    exporting->fd =
        error == 0 ? open(exporting->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    if (exporting->fd < 0) {
        return fail(exporting, error != 0 ? dir : exporting->path, error != 0 ? error : errno);
    }
    note_made(exporting, exporting->path);
    exporting->file_bytes = exporting->in_file = 0;
    exporting->file_count++;
    return true;
}

/* -- collections ------------------------------------------------------------------------------- */

static bool end_collection(Exporting *exporting)
{
    if (exporting->collection.len == 0) {
        return true;
    }
    buf_printf(&exporting->report, "%.*s: %lld\n", STR_ARG(exporting->collection),
               (long long)exporting->documents);
    return end_file(exporting);
}

static bool begin_collection(Exporting *exporting, Str collection)
{
    if (!end_collection(exporting)) {
        return false;
    }
    exporting->collection = str_copy(&exporting->shell->arena, collection);
    exporting->ordinal = exporting->documents = 0;
    buf_puts(&exporting->names, exporting->names.len > 0 ? "," : "");
    buf_printf(&exporting->names, "\"%.*s\"", STR_ARG(collection));
    return begin_file(exporting);
}

static bool write_document(void *context, Str collection, Str document)
{
    Exporting *exporting = context;
    if (!str_eq(exporting->collection, collection) && !begin_collection(exporting, collection)) {
        return false;
    }
    if (document.len == 0) {
        return true;
    }
    if (exporting->file_bytes + exporting->block.len + document.len > FILE_BYTES_MAX &&
        exporting->in_file > 0 && !(end_file(exporting) && begin_file(exporting))) {
        return false;
    }
    bool lines = !exporting->words->arrays;
    buf_puts(&exporting->block, lines ? "" : exporting->in_file > 0 ? ",\n" : "[\n");
    buf_put(&exporting->block, document);
    buf_puts(&exporting->block, lines ? "\n" : "");
    exporting->in_file++;
    exporting->documents++;
    return exporting->block.len < BLOCK_BYTES || flush_block(exporting);
}

/* -- what lies beside the documents ------------------------------------------------------------ */

static bool write_whole(Exporting *exporting, const char *folder_name, const char *name, Str text)
{
    Arena *arena = &exporting->shell->arena;
    const char *dir = str_to_c(arena, folder_path(arena, exporting->dir, folder_name));
    const char *path = str_to_c(arena, folder_path(arena, dir, name));
    int error = schema_file_write(path, text);
    if (error == 0 && str_eq(str_from_c(folder_name), STR("data"))) {
        note_made(exporting, path);
    }
    return error == 0 || fail(exporting, path, error);
}

static bool write_metadata(Exporting *exporting, const Outcome *outcome)
{
    Buf out = {0};
    buf_printf(&out,
               "{\"collections\":[%.*s],\"snapshot_ts\":%lld,\"doc_format\":\"%s\","
               "\"datafile_format\":\"%s\",\"datafile_compression\":null,\"part\":0,"
               "\"total_parts\":1,\"files_count\":%lld,\"files_bytes\":%lld}\n",
               STR_ARG(buf_str(&exporting->names)), (long long)outcome->txn_us,
               exporting->words->simple ? "simple" : "tagged",
               exporting->words->arrays ? "json" : "jsonl", (long long)exporting->file_count,
               (long long)exporting->byte_count);
    bool ok = write_whole(exporting, "data", "metadata_00.json", buf_str(&out));
    buf_free(&out);
    return ok;
}

/* The files of the schema, in a folder of their own. */
static bool write_schema(Exporting *exporting)
{
    Shell *shell = exporting->shell;
    SchemaState state = session_schema_state(shell->session, (Str){0});
    for (int64_t i = 0; i < state.count; i++) {
        const Source *file = state.files[i];
        if (!schema_files_stays_inside(file->name)) {
            shell_complain(shell, "the schema has a file `%.*s`, which would lie outside of `%s`",
                           STR_ARG(file->name), exporting->dir);
            return shell_fail(shell, EXIT_QUERY);
        }
        if (!write_whole(exporting, "schema", str_to_c(&shell->arena, file->name), file->text)) {
            return false;
        }
    }
    return true;
}

static bool export_documents(Exporting *exporting)
{
    Shell *shell = exporting->shell;
    const char *collection = exporting->words->collection;
    ExportOptions options = {.tagged = !exporting->words->simple,
                             .collection = collection ? str_from_c(collection) : (Str){0},
                             .write = write_document,
                             .context = exporting};
    signals_watch(shell->session);
    Outcome outcome = session_export(shell->session, &options);
    signals_watch(NULL);
    if (outcome.kind != OUTCOME_OK) {
        return outcome.summary.len > 0 ? shell_tell_failure(shell, &outcome) : false;
    }
    return end_collection(exporting) && write_metadata(exporting, &outcome) &&
           write_schema(exporting);
}

bool export_command(Shell *shell, const ImportWords *words)
{
    Exporting exporting = {.shell = shell, .words = words, .dir = words->places.at[0], .fd = -1};
    const char *data = str_to_c(&shell->arena, folder_path(&shell->arena, exporting.dir, "data"));
    if (access(data, F_OK) == 0) {
        shell_complain(shell, "there is something in `%s` already: an export wants a new folder",
                       data);
        return shell_fail(shell, EXIT_USAGE);
    }
    bool ok = export_documents(&exporting);
    if (ok) {
        shell_print(shell, buf_str(&exporting.report));
    }
    if (exporting.fd >= 0) {
        (void)close(exporting.fd);
    }
    if (!ok) {
        take_back(&exporting);
    }
    buf_free(&exporting.block);
    buf_free(&exporting.names);
    buf_free(&exporting.report);
    return ok;
}
