/* input: reads texts from files and pipes, whole or line by line. */
#ifndef FAWN_REPL_IO_INPUT_H
#define FAWN_REPL_IO_INPUT_H

#include "runtime/base/str.h"

/* A stream that is read line by line. Zero-initialise but for `fd`; `input_close` gives the
 * buffer back (not the descriptor). */
typedef struct Input {
    int fd;
    Buf buffer;
    int64_t start;  /* first byte not yet given out */
    int64_t looked; /* bytes before this one hold no newline */
    bool ended;
    int error; /* errno of a read that failed; then `ended` as well */
} Input;

/* The next line without its newline, borrowed until the next call. False: the end, or a read
 * that failed or was interrupted by a signal (`ended` is then still false). */
bool input_line(Input *input, Str *line);

/* Whether more input arrives within `milliseconds` (the end of the stream counts as input). */
bool input_ready(Input *input, int milliseconds);

void input_close(Input *input);

/* Appends everything that `fd` still gives. Returns 0 or the errno. */
int input_read_all(int fd, Buf *out);

/* Appends the contents of the file at `path`. Returns 0 or the errno. */
int input_read_file(const char *path, Buf *out);

#endif
