/* fake_os: an operating system in memory for tests of the store. Files live until the end of
 * the test; the k-th call can be made to fail; time stands still but for what is added to it.
 *
 * For one file to include: everything is static.
 */
#ifndef FAWN_TESTS_FAKE_OS_H
#define FAWN_TESTS_FAKE_OS_H

#include "runtime/base/str.h"
#include "store/os.h"

#include <errno.h>

enum { FAKE_FILES = 4 };

typedef struct FakeFile {
    char path[64]; /* empty: there is no such file */
    Buf bytes;
    bool locked;
    bool open;
} FakeFile;

typedef struct FakeOs {
    FakeFile files[FAKE_FILES];
    int64_t calls;
    int64_t fail_at;   /* number of the call that fails, counted from 1; 0: none */
    bool fails_on;     /* so do all calls after it */
    int error;         /* with which errno */
    bool short_writes; /* every write is cut in half */
    int64_t time_us;
    Os os;
} FakeOs;

static FakeFile *fake_find(FakeOs *fake, const char *path)
{
    for (int i = 0; i < FAKE_FILES; i++) {
        if (strcmp(fake->files[i].path, path) == 0) {
            return &fake->files[i];
        }
    }
    return NULL;
}

static bool fake_fails(FakeOs *fake)
{
    fake->calls++;
    return fake->fail_at > 0 &&
           (fake->calls == fake->fail_at || (fake->fails_on && fake->calls > fake->fail_at));
}

static int fake_open(void *self, const char *path, OsOpen how)
{
    FakeOs *fake = self;
    FakeFile *file = fake_find(fake, path);
    if (fake_fails(fake)) {
        return -fake->error;
    }
    if (!file && (how == OS_READ || how == OS_WRITE)) {
        return -ENOENT;
    }
    if (file && how == OS_CREATE_NEW) {
        return -EEXIST;
    }
    if (!file) {
        file = fake_find(fake, "");
        (void)snprintf(file->path, sizeof file->path, "%s", path);
    }
    file->open = true;
    return (int)(file - fake->files);
}

static int fake_close(void *self, int number)
{
    FakeOs *fake = self;
    fake->files[number].open = fake->files[number].locked = false;
    return fake_fails(fake) ? -fake->error : 0;
}

static int64_t fake_read(void *self, int number, void *bytes, int64_t len, int64_t offset)
{
    FakeOs *fake = self;
    const Buf *from = &fake->files[number].bytes;
    if (fake_fails(fake)) {
        return -fake->error;
    }
    int64_t left = offset < from->len ? from->len - offset : 0;
    len = len < left ? len : left;
    if (len > 0) {
        memcpy(bytes, from->data + offset, (size_t)len);
    }
    return len;
}

static int64_t fake_write(void *self, int number, const void *bytes, int64_t len, int64_t offset)
{
    FakeOs *fake = self;
    Buf *to = &fake->files[number].bytes;
    bool fails = fake_fails(fake);
    /* A write that fails has written a part. */
    int64_t put = fails || (fake->short_writes && len > 1) ? len / 2 : len;
    if (to->len < offset + put) {
        buf_fill(to, 0, offset + put - to->len);
    }
    if (put > 0) {
        memcpy(to->data + offset, bytes, (size_t)put);
    }
    return fails ? -fake->error : put;
}

static int64_t fake_size(void *self, int number)
{
    FakeOs *fake = self;
    return fake_fails(fake) ? -fake->error : fake->files[number].bytes.len;
}

static int fake_truncate(void *self, int number, int64_t len)
{
    FakeOs *fake = self;
    Buf *bytes = &fake->files[number].bytes;
    if (fake_fails(fake)) {
        return -fake->error;
    }
    if (bytes->len < len) {
        buf_fill(bytes, 0, len - bytes->len);
    }
    bytes->len = len;
    return 0;
}

static int fake_sync(void *self, int number)
{
    (void)number;
    FakeOs *fake = self;
    return fake_fails(fake) ? -fake->error : 0;
}

static int fake_sync_folder(void *self, const char *path)
{
    (void)path;
    FakeOs *fake = self;
    return fake_fails(fake) ? -fake->error : 0;
}

static int fake_remove(void *self, const char *path)
{
    FakeOs *fake = self;
    FakeFile *file = fake_find(fake, path);
    if (fake_fails(fake)) {
        return -fake->error;
    }
    if (!file) {
        return -ENOENT;
    }
    buf_free(&file->bytes);
    *file = (FakeFile){.bytes = {0}};
    return 0;
}

static int fake_rename(void *self, const char *from, const char *to)
{
    FakeOs *fake = self;
    FakeFile *file = fake_find(fake, from);
    if (fake_fails(fake)) {
        return -fake->error;
    }
    FakeFile *old = fake_find(fake, to);
    if (old) {
        buf_free(&old->bytes);
        *old = (FakeFile){.bytes = {0}};
    }
    (void)snprintf(file->path, sizeof file->path, "%s", to);
    return 0;
}

static int fake_is_at(void *self, int number, const char *path)
{
    FakeOs *fake = self;
    return fake_fails(fake) ? -fake->error : strcmp(fake->files[number].path, path) == 0;
}

/* There are no links. */
static char *fake_real_path(void *self, const char *path)
{
    return fake_find(self, path) ? strdup(path) : NULL;
}

static int fake_copy_mode(void *self, int from, int to)
{
    (void)from;
    (void)to;
    FakeOs *fake = self;
    return fake_fails(fake) ? -fake->error : 0;
}

static int fake_lock(void *self, int number, int *holder_pid)
{
    FakeOs *fake = self;
    *holder_pid = 0;
    if (fake_fails(fake)) {
        return -fake->error;
    }
    if (fake->files[number].locked) {
        *holder_pid = 4711;
        return -EAGAIN;
    }
    fake->files[number].locked = true;
    return 0;
}

static int64_t fake_now_us(void *self)
{
    return ((FakeOs *)self)->time_us;
}

/* An operating system without files. */
static void fake_start(FakeOs *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->error = EIO;
    fake->time_us = 1000000;
    fake->os = (Os){.self = fake,
                    .open = fake_open,
                    .close = fake_close,
                    .read = fake_read,
                    .write = fake_write,
                    .size = fake_size,
                    .truncate = fake_truncate,
                    .sync = fake_sync,
                    .sync_folder = fake_sync_folder,
                    .rename = fake_rename,
                    .remove = fake_remove,
                    .is_at = fake_is_at,
                    .real_path = fake_real_path,
                    .copy_mode = fake_copy_mode,
                    .lock = fake_lock,
                    .now_us = fake_now_us};
}

static void fake_end(FakeOs *fake)
{
    for (int i = 0; i < FAKE_FILES; i++) {
        buf_free(&fake->files[i].bytes);
    }
}

/* Makes `path` a file of these bytes. */
static inline FakeFile *fake_put(FakeOs *fake, const char *path, Str bytes)
{
    FakeFile *file = fake_find(fake, path);
    if (!file) {
        file = fake_find(fake, "");
        (void)snprintf(file->path, sizeof file->path, "%s", path);
    }
    file->bytes.len = 0;
    buf_put(&file->bytes, bytes);
    return file;
}

#endif
