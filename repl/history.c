/* history: GNU history's file with time stamps (`#1763843000` before each entry), because only
 * then does it keep an entry of several lines together. */
#include "repl/history.h"

#include <errno.h>
#include <fcntl.h>
#include <readline/history.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Entries read from the file; it itself is not shortened. */
#define HISTORY_ENTRIES_MAX 10000

/* Where the file is by the environment, or NULL. */
static const char *history_path(Arena *arena)
{
    const char *given = getenv("FAWN_HISTORY");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (given != NULL) {
        return given[0] != '\0' ? given : NULL;
    }
    if (state != NULL && state[0] == '/') {
        return str_to_c(arena, str_format(arena, "%s/fawn/history", state));
    }
    if (home != NULL && home[0] == '/') {
        return str_to_c(arena, str_format(arena, "%s/.local/state/fawn/history", home));
    }
    return NULL;
}

/* Makes the folders above a file. What fails shows when the file is made. */
static void make_folders(Arena *arena, const char *path)
{
    Str text = str_from_c(path);
    for (int64_t at = str_find(text, STR("/"), 1); at > 0; at = str_find(text, STR("/"), at + 1)) {
        (void)mkdir(str_to_c(arena, str_slice(text, 0, at)), 0700);
    }
}

void history_open(History *history, Arena *arena)
{
    using_history();
    history_comment_char = '#';
    history_write_timestamps = 1;
    stifle_history(HISTORY_ENTRIES_MAX);
    history->path = history_path(arena);
    if (history->path == NULL) {
        return;
    }
    if (getenv("FAWN_HISTORY") == NULL) {
        make_folders(arena, history->path);
    }
    int fd = open(history->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        history->path = NULL;
        return;
    }
    close(fd);
    (void)read_history(history->path);
}

void history_put(const History *history, Str text)
{
    Arena scratch;
    arena_init(&scratch);
    const char *entry = str_to_c(&scratch, text);
    const HIST_ENTRY *last =
        history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (last == NULL || strcmp(last->line, entry) != 0) {
        char stamp[32];
        snprintf(stamp, sizeof stamp, "#%lld", (long long)time(NULL));
        add_history(entry);
        add_history_time(stamp);
        if (history->path != NULL) {
            (void)append_history(1, history->path);
        }
    }
    arena_free(&scratch);
}
