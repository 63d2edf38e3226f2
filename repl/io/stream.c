/* stream: see stream.h. zlib reads plain files as they are. */
#include "repl/io/stream.h"

#include "repl/io/input.h"
#include "repl/io/output.h"
#include "repl/io/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
    /* The window is at least so large, and grows by as much as it holds. */
    WINDOW_BYTES = READ_AT_ONCE(1 << 20),
};

/* A descriptor of a nameless file with all that stdin gives; -1: errno. */
static int spool_stdin(void)
{
    FILE *file = tmpfile();
    char block[1 << 16];
    ssize_t got = 0;
    if (file == NULL) {
        return -1;
    }
    int fd = dup(fileno(file));
    (void)fclose(file);
    for (bool going = fd >= 0; going;) {
        got = read(STDIN_FILENO, block, sizeof block);
        int error = got > 0 ? write_all(fd, (Str){block, got}) : 0;
        if (error != 0) {
            errno = error;
            got = -1;
        }
        bool was_stopped = got < 0 && errno == EINTR && !signals_seen(); /* by Ctrl-Z, and goes on */
        going = got > 0 || was_stopped;
    }
    if (fd >= 0 && (got < 0 || lseek(fd, 0, SEEK_SET) != 0)) {
        int error = errno;
        (void)close(fd);
        errno = error;
        fd = -1;
    }
    return fd;
}

static bool fail(Arena *arena, Str *error, const char *path, const char *reason)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *error = str_format(arena, "cannot read `%s`: %s", is_stdin ? "stdin" : path, reason);
    return false;
}

bool stream_open(Stream *stream, const char *path, Arena *arena, Str *error)
{
    *stream = (Stream){.line = 1, .newline = '\n'};
    int fd = strcmp(path, "-") == 0 ? spool_stdin() : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(arena, error, path, strerror(errno));
    }
    stream->file = gzdopen(fd, "rb");
    if (stream->file == NULL) {
        (void)close(fd);
        return fail(arena, error, path, "out of memory");
    }
    (void)gzbuffer(stream->file, WINDOW_BYTES / 4);
    return true;
}

void stream_close(Stream *stream)
{
    if (stream->file != NULL) {
        (void)gzclose_r(stream->file);
    }
    buf_free(&stream->window);
}

int64_t stream_line(Stream *stream, int64_t at)
{
    const char *from = stream->window.data + stream->counted;
    const char *end = stream->window.data + at;
    while (from < end && (from = memchr(from, stream->newline, (size_t)(end - from))) != NULL) {
        stream->line++;
        from++;
    }
    stream->counted = at > stream->counted ? at : stream->counted;
    return stream->line;
}

int64_t stream_column(const Stream *stream, int64_t at)
{
    const char *text = stream->window.data;
    int64_t start = at, column = 1;
    while (start > 0 && text[start - 1] != stream->newline) {
        start--;
        column += ((unsigned char)text[start] & 0xC0) != 0x80;
    }
    return start > 0 ? column : column + stream->dropped;
}

bool stream_more(Stream *stream, Arena *arena, Str *error)
{
    Buf *window = &stream->window;
    if (stream->at > 0) {
        (void)stream_line(stream, stream->at);
        stream->dropped = stream_column(stream, stream->at) - 1;
        window->len -= stream->at;
        memmove(window->data, window->data + stream->at, (size_t)window->len);
        stream->counted -= stream->at;
        stream->at = 0;
    }
    int64_t room = window->len > WINDOW_BYTES ? window->len : WINDOW_BYTES;
    room = room < 1 << 30 ? room : 1 << 30;
    char *to = buf_reserve(window, room);
    int got = gzread(stream->file, to, (unsigned)room);
    int code = Z_OK;
    const char *reason = gzerror(stream->file, &code);
    if (got < 0 || (got < room && code == Z_BUF_ERROR)) {
        *error = str_format(arena, "reading failed: %s",
                            code == Z_ERRNO       ? strerror(errno)
                            : code == Z_BUF_ERROR ? "the compressed data end too early"
                                                  : reason);
        return false;
    }
    window->len += got;
    stream->ended = got < room && gzeof(stream->file);
    stream->used_bytes = gzoffset(stream->file);
    return true;
}

bool stream_rewind(Stream *stream)
{
    stream->window.len = 0;
    stream->at = stream->counted = stream->dropped = 0;
    stream->line = 1;
    stream->ended = false;
    return gzrewind(stream->file) == 0;
}
