/* os: what the store asks of the operating system, as a table of functions, so that a test can
 * let the k-th call fail or lose what was not synced.
 *
 * Functions return 0 or a count, or a negated errno. `self` is the table's own.
 */
#ifndef FAWN_STORE_OS_H
#define FAWN_STORE_OS_H

#include "runtime/base/base.h"

typedef enum OsOpen {
    OS_READ,      /* must exist */
    OS_WRITE,     /* must exist; reading and writing */
    OS_CREATE,    /* is created when it does not exist; reading and writing */
    OS_CREATE_NEW /* must not exist; reading and writing */
} OsOpen;

typedef struct Os {
    void *self;
    int (*open)(void *self, const char *path, OsOpen how); /* a file number */
    int (*close)(void *self, int file);

    /* Up to `len` bytes at `offset`; a read of 0 is the end of the file. */
    int64_t (*read)(void *self, int file, void *bytes, int64_t len, int64_t offset);
    int64_t (*write)(void *self, int file, const void *bytes, int64_t len, int64_t offset);
    int64_t (*size)(void *self, int file); /* -EINVAL: it is no regular file */

    /* The same of what is known to be a regular file, for each write to ask. It must not look at the
     * file's times: Linux (6.13 on, multigrain timestamps) gives a file that was looked at a new time
     * at its next write, which makes the sync after it take half as long again. */
    int64_t (*end)(void *self, int file);
    int (*truncate)(void *self, int file, int64_t len);

    /* What was written is on the disk when it returns. */
    int (*sync)(void *self, int file);

    /* So is the entry of the file `path` in its folder. */
    int (*sync_folder)(void *self, const char *path);
    int (*rename)(void *self, const char *from, const char *to);

    /* The same where `to` must not exist: -EEXIST when it does, whoever made it and when. */
    int (*rename_new)(void *self, const char *from, const char *to);
    int (*remove)(void *self, const char *path);

    /* 1 while `path` names the open file, 0 when it names another one or none. */
    int (*is_at)(void *self, int file, const char *path);

    /* The path that `path` leads to through symbolic links, to be freed; NULL: there is no such
     * file. */
    char *(*real_path)(void *self, const char *path);

    /* Gives a file the permissions and, where that is allowed, the owner of another. */
    int (*copy_mode)(void *self, int from, int to);

    /* Takes the writer's lock of an open file, without waiting: -EAGAIN when another process
     * or another store of this process has it; `*holder_pid` is then whose, or 0. The lock
     * ends with the file's close. */
    int (*lock)(void *self, int file, int *holder_pid);

    /* Microseconds since 1970. */
    int64_t (*now_us)(void *self);
} Os;

/* The real one. */
const Os *os_posix(void);

#endif
