/* input: reading with read(2) only; stdio would double the copying and hide EINTR.
 *
 *   buffer   [given out |line waiting\n|half a li|free]
 *                       ^ start          ^ looked ^ len
 *
 * `looked` keeps a very long line from being searched for its newline again and again.
 */
#include "repl/io/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Bytes asked for at once. */
enum { READ_BYTES = READ_AT_ONCE(64 << 10) };

/* Reads once into `out`. Returns the bytes read, 0 at the end, -1 with errno. */
static ssize_t read_more(int fd, Buf *out)
{
    char *room = buf_reserve(out, READ_BYTES);
    ssize_t got = read(fd, room, READ_BYTES);
    if (got > 0) {
        out->len += got;
    }
    return got;
}

/* Moves what is not yet given out to the front of the buffer. */
static void drop_given(Input *input)
{
    if (input->start == 0) {
        return;
    }
    memmove(input->buffer.data, input->buffer.data + input->start,
            (size_t)(input->buffer.len - input->start));
    input->buffer.len -= input->start;
    input->looked -= input->start;
    input->start = 0;
}

/* Takes the line that ends before `end`; the next one starts at `next`. */
static Str take_line(Input *input, int64_t end, int64_t next)
{
    Str line = {input->buffer.data + input->start, end - input->start};
    input->start = next;
    input->looked = next;
    return line;
}

bool input_line(Input *input, Str *line)
{
    for (;;) {
        const char *from = input->buffer.data + input->looked;
        int64_t left = input->buffer.len - input->looked;
        const char *newline = left ? memchr(from, '\n', (size_t)left) : NULL;
        if (newline != NULL) {
            int64_t end = newline - input->buffer.data;
            *line = take_line(input, end, end + 1);
            return true;
        }
        input->looked = input->buffer.len;
        if (input->ended) {
            break;
        }
        drop_given(input);
        ssize_t got = read_more(input->fd, &input->buffer);
        if (got < 0 && errno == EINTR) {
            return false;
        }
        input->ended = got <= 0;
        input->error = got < 0 ? errno : 0;
    }
    if (input->start == input->buffer.len) {
        return false;
    }
    *line = take_line(input, input->buffer.len, input->buffer.len);
    return true;
}

bool input_ready(Input *input, int milliseconds)
{
    if (input->ended || input->start < input->buffer.len) {
        return true;
    }
    struct pollfd wait = {.fd = input->fd, .events = POLLIN};
    return poll(&wait, 1, milliseconds) > 0;
}

void input_close(Input *input)
{
    buf_free(&input->buffer);
    *input = (Input){.fd = -1, .ended = true};
}

int input_read_all(int fd, Buf *out)
{
    for (;;) {
        ssize_t got = read_more(fd, out);
        if (got == 0) {
            return 0;
        }
        if (got < 0) {
            return errno;
        }
    }
}

int input_read_file(const char *path, Buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = input_read_all(fd, out);
    close(fd);
    return error;
}
