/* fuzz_import: any bytes as a file that is imported: CSV, TSV, JSON, gzip of them, or what its first
 * line looks like. Two bits each of the first byte say the format, and what is asked for.
 *
 * The transaction is rolled back, so that all inputs meet the same database. What must hold is that
 * it ends, in order.
 */
#include "repl/shell/place.h"
#include "repl/tool/import_command.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FORMAT_BITS = 3, SKIP_BAD_BIT = 4, COLLECTION_BIT = 8 };

static Shell shell;
static Options options;
static int file;
static char path[32];

/* A collection whose fields have types: cells and tags are read by them. */
#define SCHEMA                                                                                     \
    "Collection.create({ name: \"Typed\", fields: { s: { signature: \"String?\" },"                \
    " n: { signature: \"Int?\" }, time: { signature: \"Time?\" } }, wildcard: \"Any\" })"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static Arena arena;
    static char fawn[] = "fawn", quiet[] = "--quiet";
    static char *words[] = {fawn, quiet, NULL};
    char name[] = "/tmp/fawn-import-XXXXXX";
    Str error;
    (void)argc;
    (void)argv;
    /* Where libFuzzer has closed the streams, nothing else may take their places. */
    while (open("/dev/null", O_RDWR) <= STDERR_FILENO) {
    }
    arena_init(&arena);
    always(options_parse(&arena, countof(words) - 1, words, &options, &error));
    shell_init(&shell, &options);
    always(shell_open(&shell, NULL, false, false));
    always(shell_run(&shell, STR("schema"), STR(SCHEMA)));
    file = mkstemp(name);
    always(file >= 0 && unlink(name) == 0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ImportFormat formats[] = {IMPORT_BY_FILE, IMPORT_CSV, IMPORT_TSV, IMPORT_JSON};
    if (size == 0) {
        return 0;
    }
    always(ftruncate(file, 0) == 0);
    always(pwrite(file, data + 1, size - 1, 0) == (ssize_t)(size - 1));
    const char *places[] = {path};
    ImportWords words = {.places = {.at = places, .len = 1},
                         .format = formats[data[0] & FORMAT_BITS],
                         .skip_bad = (data[0] & SKIP_BAD_BIT) != 0,
                         .collection = data[0] & COLLECTION_BIT ? "Typed" : NULL,
                         .dry_run = true};
    (void)import_command(&shell, &words);
    return 0;
}
