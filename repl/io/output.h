/* output: where results go. They are held back until their transaction has committed.
 *
 *   sink ─► buffer ─┬─ output_commit ──► stdout, or the file of --output
 *              │    └─ output_discard ─► nowhere (the transaction was rolled back)
 *              └─ output_relieve ─► a file without a name, when there is too much to hold; or, when
 *                                   the transaction has written nothing, at once where it is to go
 *
 * A file of --output is written under another name and takes its own when everything
 * succeeded, so that a failed run leaves the old file alone. (A device or a pipe is written to
 * as it is.)
 */
#ifndef FAWN_REPL_IO_OUTPUT_H
#define FAWN_REPL_IO_OUTPUT_H

#include "runtime/base/str.h"

#include <sys/types.h>

typedef struct Output {
    Buf buffer;
    int fd;
    int held;    /* what is held back beside the buffer, and comes before it; -1: nothing */
    int error;   /* errno of the first write that failed; nothing is written after it */
    pid_t child; /* that reads what is written; 0: none */
    bool is_own; /* `fd` is to be closed */
    void (*old_pipe_handler)(int);
    char *path;      /* of --output, or NULL */
    char *temporary; /* the name it has until it is whole */
} Output;

/* Results go to stdout. */
void output_init(Output *output);

/* Results go to a new file at `path`. Returns 0 or the errno. */
NODISCARD int output_redirect(Output *output, const char *path);

/* The same, but the file has its name at once and is written to as it is. */
NODISCARD int output_open(Output *output, const char *path);

/* Results go to a command that the system's shell runs. That it ends early is no error. */
NODISCARD int output_pipe(Output *output, const char *command);

/* Writes what is buffered. False: the write failed (then and at an earlier time). */
bool output_commit(Output *output);

void output_discard(Output *output);

/* Empties the buffer when it is large. `may_show`: what it holds is true even if the transaction
 * is rolled back. Errors are told by output_commit. */
void output_relieve(Output *output, bool may_show);

/* Ends the output; `keep` gives a redirected file its name, else it is removed. Returns 0 or
 * the errno. */
int output_close(Output *output, bool keep);

/* Writes all of `text` to `fd`, over partial writes and signals. Returns 0 or the errno. */
int write_all(int fd, Str text);

#endif
