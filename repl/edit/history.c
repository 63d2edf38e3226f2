/* history: GNU history's file with time stamps (`#1763843000` before each entry), because only
 * then does it keep an entry of several lines together. */
#include "repl/edit/history.h"

#include "repl/edit/secrecy.h"

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
        history->error = errno;
        history->refused = history->path;
        history->path = NULL;
        return;
    }
    /* It may be older than this rule. */
    (void)fchmod(fd, 0600);
    close(fd);
    (void)read_history(history->path);
}

static const HIST_ENTRY *last_entry(void)
{
    return history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
}

static void add_entry(const char *entry)
{
    char stamp[32];
    snprintf(stamp, sizeof stamp, "#%lld", (long long)time(NULL));
    add_history(entry);
    add_history_time(stamp);
}

void history_put(const History *history, Str text)
{
    Arena scratch;
    if (text.len == 0 || text.s[0] == ' ') {
        return;
    }
    arena_init(&scratch);
    const char *entry = str_to_c(&scratch, text);
    const HIST_ENTRY *last = last_entry();
    if (last == NULL || strcmp(last->line, entry) != 0) {
        add_entry(entry);
        if (history->path != NULL && !secrecy_is_needed(text)) {
            (void)append_history(1, history->path);
        }
    }
    arena_free(&scratch);
}

/* -- reading it ------------------------------------------------------------------------------ */

/* "   12  2026-11-27 10:31  1 + 1", the lines behind the first below it. */
static void put_entry(Buf *out, int number, const HIST_ENTRY *entry)
{
    char when[32];
    struct tm local;
    time_t stamp = entry->timestamp && entry->timestamp[0] == '#'
                       ? (time_t)strtoll(entry->timestamp + 1, NULL, 10)
                       : 0;
    Str rest = str_from_c(entry->line), line;
    localtime_r(&stamp, &local);
    int64_t before = out->len;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
    buf_printf(out, "%5d  %-16s  ", number, stamp > 0 ? when : "");
    int64_t indent = out->len - before;
    for (bool first = true; str_take_line(&rest, &line); first = false) {
        buf_fill(out, ' ', first ? 0 : indent);
        buf_put(out, line);
        buf_byte(out, '\n');
    }
}

void history_show(Buf *out, Str part, int64_t count)
{
    int first = history_length;
    for (int64_t found = 0; first > 0 && (count == 0 || found < count); first--) {
        const HIST_ENTRY *entry = history_get(history_base + first - 1);
        found += entry != NULL && str_find(str_from_c(entry->line), part, 0) >= 0;
    }
    for (int i = first; i < history_length; i++) {
        const HIST_ENTRY *entry = history_get(history_base + i);
        if (entry != NULL && str_find(str_from_c(entry->line), part, 0) >= 0) {
            put_entry(out, i + 1, entry);
        }
    }
}

Str history_last_query(void)
{
    for (int i = history_length; i > 0; i--) {
        const HIST_ENTRY *entry = history_get(history_base + i - 1);
        if (entry != NULL && entry->line[0] != '.' && entry->line[0] != '\\') {
            return str_from_c(entry->line);
        }
    }
    return (Str){0};
}

int history_clear(const History *history)
{
    clear_history();
    return history->path != NULL && truncate(history->path, 0) != 0 ? errno : 0;
}
