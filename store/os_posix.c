/* os_posix: the real operating system behind os.h.
 *
 * Two advisory locks, far behind any data. LOCK_BYTE belongs to the open file, not to the
 * process, so that two stores in one process exclude each other as well; such locks have no
 * owner that could be asked for. PID_BYTE belongs to the process: it only tells who it is.
 */
#define _GNU_SOURCE /* F_OFD_SETLK, renameat2 */

#include "store/os.h"

#include "runtime/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int result_of(int returned)
{
    return returned < 0 ? -errno : returned;
}

/* A call that a signal interrupted is made again. */
#define RETRY(result, call) \
    do {                    \
        (result) = (call);  \
    } while ((result) < 0 && errno == EINTR)

static int open_file(void *self, const char *path, OsOpen how)
{
    (void)self;
    int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY; /* a FIFO is told apart, not waited for */
    switch (how) {
    case OS_READ:
        flags |= O_RDONLY;
        break;
    case OS_WRITE:
        flags |= O_RDWR;
        break;
    case OS_CREATE:
        flags |= O_RDWR | O_CREAT;
        break;
    case OS_CREATE_NEW:
        flags |= O_RDWR | O_CREAT | O_EXCL;
        break;
    }
    int file;
    RETRY(file, open(path, flags, 0666));
    return result_of(file);
}

static int close_file(void *self, int file)
{
    (void)self;
    return result_of(close(file));
}

static int64_t read_file(void *self, int file, void *bytes, int64_t len, int64_t offset)
{
    (void)self;
    ssize_t got;
    RETRY(got, pread(file, bytes, (size_t)len, offset));
    return got < 0 ? -errno : got;
}

static int64_t write_file(void *self, int file, const void *bytes, int64_t len, int64_t offset)
{
    (void)self;
    ssize_t put;
    RETRY(put, pwrite(file, bytes, (size_t)len, offset));
    return put < 0 ? -errno : put;
}

static int64_t size_of_file(void *self, int file)
{
    (void)self;
    struct stat about;
    if (fstat(file, &about) < 0) {
        return -errno;
    }
    return S_ISREG(about.st_mode) ? about.st_size : -EINVAL;
}

static int64_t end_of_file(void *self, int file)
{
    (void)self;
    off_t end = lseek(file, 0, SEEK_END);
    return end < 0 ? -errno : end;
}

static int truncate_file(void *self, int file, int64_t len)
{
    (void)self;
    int cut;
    RETRY(cut, ftruncate(file, len));
    return result_of(cut);
}

static int sync_file(void *self, int file)
{
    (void)self;
    int synced;
    RETRY(synced, fdatasync(file));
    return result_of(synced);
}

static int sync_folder(void *self, const char *path)
{
    (void)self;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    if (!folder) {
        return -ENOMEM;
    }
    int file;
    RETRY(file, open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    int failed = result_of(file);
    free(folder);
    if (file < 0) {
        return failed;
    }
    int synced;
    RETRY(synced, fsync(file));
    failed = result_of(synced);
    close(file);
    return failed;
}

static int rename_file(void *self, const char *from, const char *to)
{
    (void)self;
    return result_of(rename(from, to));
}

/* Where the file system cannot: the name is taken by an empty file, which the other replaces. */
static int rename_over_empty(const char *from, const char *to)
{
    int file;
    RETRY(file, open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file < 0) {
        return -errno;
    }
    close(file);
    int failed = result_of(rename(from, to));
    if (failed) {
        (void)unlink(to);
    }
    return failed;
}

static int rename_new_file(void *self, const char *from, const char *to)
{
    (void)self;
    int failed = result_of(renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
    return failed == -EINVAL || failed == -ENOSYS ? rename_over_empty(from, to) : failed;
}

static int remove_file(void *self, const char *path)
{
    (void)self;
    return result_of(unlink(path));
}

static int is_at(void *self, int file, const char *path)
{
    (void)self;
    struct stat opened, named;
    if (fstat(file, &opened) < 0) {
        return -errno;
    }
    if (stat(path, &named) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static char *real_path(void *self, const char *path)
{
    (void)self;
    return realpath(path, NULL);
}

static int copy_mode(void *self, int from, int to)
{
    (void)self;
    struct stat about;
    if (fstat(from, &about) < 0) {
        return -errno;
    }
    /* Only root may give files away. Before the permissions, which it would take bits from. */
    (void)!fchown(to, about.st_uid, about.st_gid);
    return result_of(fchmod(to, about.st_mode & 07777));
}

enum { LOCK_BYTE, PID_BYTE };

static struct flock lock_of(int byte)
{
    const off_t base = INT64_MAX - 8;
    return (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = base + byte, .l_len = 1};
}

static int lock_file(void *self, int file, int *holder_pid)
{
    (void)self;
    *holder_pid = 0;
    struct flock exclusion = lock_of(LOCK_BYTE);
    struct flock owner = lock_of(PID_BYTE);
    if (fcntl(file, F_OFD_SETLK, &exclusion) == 0) {
        /* Failing only means that others cannot tell whose the lock is. */
        (void)fcntl(file, F_SETLK, &owner);
        return 0;
    }
    int failed = errno;
    if (fcntl(file, F_GETLK, &owner) == 0 && owner.l_type != F_UNLCK) {
        *holder_pid = owner.l_pid;
    }
    return failed == EACCES ? -EAGAIN : -failed;
}

static int64_t now_us(void *self)
{
    (void)self;
    return clock_us(CLOCK_REALTIME);
}

static const Os posix = {
    .open = open_file,
    .close = close_file,
    .read = read_file,
    .write = write_file,
    .size = size_of_file,
    .end = end_of_file,
    .truncate = truncate_file,
    .sync = sync_file,
    .sync_folder = sync_folder,
    .rename = rename_file,
    .rename_new = rename_new_file,
    .remove = remove_file,
    .is_at = is_at,
    .real_path = real_path,
    .copy_mode = copy_mode,
    .lock = lock_file,
    .now_us = now_us,
};

const Os *os_posix(void)
{
    return &posix;
}
