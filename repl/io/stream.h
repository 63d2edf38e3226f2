/* stream: a file that is read through a window, gzip or not. What is not used up yet lies in the
 * window from `at` on; more of the file is put behind it when it is asked for.
 *
 *   file   ….…….…….……[ used │ at … not yet used ]….……
 *                     └──────── window ──────────┘
 */
#ifndef FAWN_REPL_IO_STREAM_H
#define FAWN_REPL_IO_STREAM_H

#include "runtime/base/str.h"

typedef struct Stream {
    void *file; /* zlib's */
    Buf window;
    int64_t at;
    bool ended;         /* the window holds the end of the file */
    char newline;       /* what ends a line: \n, unless it is set anew behind stream_open */
    int64_t line;       /* of `counted` in the window; the first is 1 */
    int64_t counted;    /* newlines before it are in `line` */
    int64_t dropped;    /* characters of the window's first line that are no longer in it */
    int64_t used_bytes; /* of the file as it lies on the disk */
} Stream;

/* Opens the file at `path`; "-" is stdin, which is copied to a temporary file, as all files can be
 * read twice. False: `*error` (in `arena`) says why not. */
bool stream_open(Stream *stream, const char *path, Arena *arena, Str *error);
void stream_close(Stream *stream);

/* Puts more of the file behind what is not used yet; at its end `ended` is set. False: it cannot be
 * read. */
bool stream_more(Stream *stream, Arena *arena, Str *error);

/* Back to the start. */
bool stream_rewind(Stream *stream);

/* The text in the window. */
static inline Str stream_text(const Stream *stream)
{
    return buf_str(&stream->window);
}

/* The line that the byte `at` of the window lies in, not before one that was asked for. */
int64_t stream_line(Stream *stream, int64_t at);

/* The character of its line that begins there; the first is 1. */
int64_t stream_column(const Stream *stream, int64_t at);

#endif
