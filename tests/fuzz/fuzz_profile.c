/* fuzz_profile: any bytes as fauna.config.yaml. The options that come of its profile are good, or it
 * is told what is wrong with it.
 */
#include "repl/shell/options.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file;
static char path[32];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char name[] = "/tmp/fawn-profile-XXXXXX";
    (void)argc;
    (void)argv;
    file = mkstemp(name);
    always(file >= 0 && unlink(name) == 0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return 0;
}

static void read_options(char **words, int count)
{
    Arena arena;
    Options options;
    Str error = {0};
    arena_init(&arena);
    always(options_parse(&arena, count, words, &options, &error) || error.len > 0);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char fawn[] = "fawn", schema[] = "schema", push[] = "push", config[] = "--config",
                profile[] = "-p", a[] = "a";
    char *plain[] = {fawn, config, path, NULL};
    char *of_command[] = {fawn, schema, push, config, path, profile, a, NULL};
    always(ftruncate(file, 0) == 0);
    always(pwrite(file, data, size, 0) == (ssize_t)size);
    read_options(plain, countof(plain) - 1);
    read_options(of_command, countof(of_command) - 1);
    return 0;
}
