/* init_file: see init_file.h. */
#include "repl/shell/init_file.h"

#include "repl/shell/batch.h"

#include <stdlib.h>
#include <unistd.h>

/* The path of a file of the user that exists; NULL: there is none. `folder` is a variable of the
 * environment. */
static const char *find(Arena *arena, const char *folder, const char *name)
{
    const char *base = getenv(folder);
    if (base == NULL || base[0] != '/') {
        return NULL;
    }
    const char *path = str_format(arena, "%s/%s%c", base, name, '\0').s;
    return access(path, F_OK) == 0 ? path : NULL;
}

static const char *find_any(Arena *arena)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    bool is_default = config == NULL || config[0] == '\0';
    const char *found = is_default ? find(arena, "HOME", ".config/fawn/init.fawn")
                                   : find(arena, "XDG_CONFIG_HOME", "fawn/init.fawn");
    return found != NULL ? found : find(arena, "HOME", ".fawnrc");
}

bool init_file_run(Shell *shell, bool has_prompt)
{
    const Options *options = shell->options;
    const char *path = options->init;
    if (path == NULL && has_prompt && !options->no_init) {
        path = find_any(&shell->arena);
    }
    return path == NULL || batch_run_file(shell, path);
}
