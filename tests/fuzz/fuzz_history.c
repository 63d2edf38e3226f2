/* fuzz_history: any bytes as the file of the history. It can be shown and searched, its last query is
 * found, and what is put behind it is there when it is read the next time.
 */
#include "repl/edit/history.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file;
static Arena arena;
static History history;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char name[] = "/tmp/fawn-history-XXXXXX";
    static char path[32];
    (void)argc;
    (void)argv;
    file = mkstemp(name);
    always(file >= 0 && unlink(name) == 0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    always(setenv("FAWN_HISTORY", path, 1) == 0);
    return 0;
}

static void read_file(const uint8_t *data, size_t size)
{
    always(ftruncate(file, 0) == 0);
    always(pwrite(file, data, size, 0) == (ssize_t)size);
    arena_reset(&arena);
    history_open(&history, &arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Str mine = {"1 +\n# no stamp\n2", 16};
    Buf shown = {0};
    read_file(data, size);
    history_show(&shown, (Str){0}, 0);
    history_show(&shown, STR("a"), 3);
    (void)history_last_query();
    buf_free(&shown);
    history_put(&history, mine);
    always(str_eq(history_last_query(), mine));
    always(history_clear(&history) == 0);
    return 0;
}
