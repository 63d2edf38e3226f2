/* fake_os: an operating system in memory for tests of the store. Files live until the end of
 * the test; the k-th call can be made to fail; there is room for so many bytes; time stands still
 * but for what is added to it.
 *
 *   bytes   what a reader sees: lives through the death of a process
 *   disk    what is on the disk: lives through fake_crash, which takes away what was not synced,
 *           sector by sector, or not. A sync that fails has written some sectors and forgets the
 *           others: a later one does not write them (as Linux does it)
 *
 * For one file to include: everything is static.
 */
#ifndef FAWN_TESTS_FAKE_OS_H
#define FAWN_TESTS_FAKE_OS_H

#include "runtime/base/str.h"
#include "store/os.h"

#include <errno.h>
#include <pthread.h>

enum { FAKE_FILES = 4, FAKE_SECTOR = 512 };

typedef struct FakeFile {
    char path[64]; /* empty: there is no such file */
    Buf bytes, disk;
    Buf dirty;  /* a byte a sector: it was written since it was synced */
    bool named; /* its name is on disk */
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
    int64_t room;      /* no file grows beyond it; 0: any size */
    int64_t time_us;
    uint64_t luck; /* what becomes of sectors */
    pthread_mutex_t lock;
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

/* Takes the lock, and tells whether the call fails. */
static bool fake_enter(FakeOs *fake)
{
    pthread_mutex_lock(&fake->lock);
    return fake_fails(fake);
}

static int64_t fake_leave(FakeOs *fake, int64_t result)
{
    pthread_mutex_unlock(&fake->lock);
    return result;
}

static void fake_forget(FakeFile *file)
{
    buf_free(&file->bytes);
    buf_free(&file->disk);
    buf_free(&file->dirty);
    *file = (FakeFile){.bytes = {0}};
}

/* -- sectors ----------------------------------------------------------------------------------- */

static bool fake_is_lucky(FakeOs *fake)
{
    fake->luck = fake->luck * 6364136223846793005u + 1442695040888963407u;
    return fake->luck >> 63 != 0;
}

static void fake_dirty(FakeFile *file, int64_t from, int64_t to)
{
    int64_t sectors = (to + FAKE_SECTOR - 1) / FAKE_SECTOR;
    if (sectors > file->dirty.len) {
        buf_fill(&file->dirty, 0, sectors - file->dirty.len);
    }
    for (int64_t at = from / FAKE_SECTOR; at < sectors; at++) {
        file->dirty.data[at] = 1;
    }
}

/* Writes the dirty sectors to the disk: all, or those that are lucky. The others are lost. */
static void fake_flush(FakeOs *fake, FakeFile *file, bool all)
{
    if (file->disk.len != file->bytes.len && (all || fake_is_lucky(fake))) {
        if (file->disk.len < file->bytes.len) {
            buf_fill(&file->disk, 0, file->bytes.len - file->disk.len);
        }
        file->disk.len = file->bytes.len;
    }
    for (int64_t at = 0; at < file->dirty.len; at++) {
        int64_t from = at * FAKE_SECTOR;
        int64_t to = from + FAKE_SECTOR;
        to = to < file->bytes.len ? to : file->bytes.len;
        to = to < file->disk.len ? to : file->disk.len;
        if (file->dirty.data[at] && from < to && (all || fake_is_lucky(fake))) {
            memcpy(file->disk.data + from, file->bytes.data + from, (size_t)(to - from));
        }
        file->dirty.data[at] = 0;
    }
}

/* -- the calls --------------------------------------------------------------------------------- */

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
    if (fake_enter(fake)) {
        return fake_leave(fake, -fake->error);
    }
    int64_t left = offset < from->len ? from->len - offset : 0;
    len = len < left ? len : left;
    if (len > 0) {
        memcpy(bytes, from->data + offset, (size_t)len);
    }
    return fake_leave(fake, len);
}

static int64_t fake_write(void *self, int number, const void *bytes, int64_t len, int64_t offset)
{
    FakeOs *fake = self;
    FakeFile *file = &fake->files[number];
    Buf *to = &file->bytes;
    bool fails = fake_enter(fake);
    /* A write that fails has written a part. */
    int64_t put = fails || (fake->short_writes && len > 1) ? len / 2 : len;
    if (fake->room > 0 && offset + put > fake->room) {
        put = offset < fake->room ? fake->room - offset : 0;
        if (put == 0) {
            return fake_leave(fake, -ENOSPC);
        }
    }
    if (to->len < offset + put) {
        buf_fill(to, 0, offset + put - to->len);
    }
    if (put > 0) {
        memcpy(to->data + offset, bytes, (size_t)put);
        fake_dirty(file, offset, offset + put);
    }
    return fake_leave(fake, fails ? -fake->error : put);
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
    if (fake_enter(fake)) {
        return (int)fake_leave(fake, -fake->error);
    }
    if (bytes->len < len) {
        buf_fill(bytes, 0, len - bytes->len);
    }
    bytes->len = len;
    return (int)fake_leave(fake, 0);
}

static int fake_sync(void *self, int number)
{
    FakeOs *fake = self;
    bool fails = fake_enter(fake);
    fake_flush(fake, &fake->files[number], !fails);
    return (int)fake_leave(fake, fails ? -fake->error : 0);
}

static int fake_sync_folder(void *self, const char *path)
{
    (void)path;
    FakeOs *fake = self;
    bool fails = fake_enter(fake);
    for (int i = 0; i < FAKE_FILES && !fails; i++) {
        fake->files[i].named = true;
    }
    return (int)fake_leave(fake, fails ? -fake->error : 0);
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
    fake_forget(file);
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
        fake_forget(old);
    }
    (void)snprintf(file->path, sizeof file->path, "%s", to);
    return 0;
}

static int fake_rename_new(void *self, const char *from, const char *to)
{
    return fake_find(self, to) ? (fake_fails(self) ? -((FakeOs *)self)->error : -EEXIST)
                               : fake_rename(self, from, to);
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

/* -- for tests --------------------------------------------------------------------------------- */

/* An operating system without files. */
static void fake_start(FakeOs *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->error = EIO;
    fake->time_us = 1000000;
    (void)pthread_mutex_init(&fake->lock, NULL);
    fake->os = (Os){.self = fake,
                    .open = fake_open,
                    .close = fake_close,
                    .read = fake_read,
                    .write = fake_write,
                    .size = fake_size,
                    .end = fake_size,
                    .truncate = fake_truncate,
                    .sync = fake_sync,
                    .sync_folder = fake_sync_folder,
                    .rename = fake_rename,
                    .rename_new = fake_rename_new,
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
        fake_forget(&fake->files[i]);
    }
    (void)pthread_mutex_destroy(&fake->lock);
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
    fake_dirty(file, 0, bytes.len);
    return file;
}

/* Makes `fake` a copy of the files of another, which nobody has open: what is left when all
 * processes died. */
static inline void fake_copy(FakeOs *fake, const FakeOs *from)
{
    fake_start(fake);
    for (int i = 0; i < FAKE_FILES; i++) {
        const FakeFile *file = &from->files[i];
        FakeFile *to = &fake->files[i];
        memcpy(to->path, file->path, sizeof to->path);
        to->named = file->named;
        buf_put(&to->bytes, buf_str(&file->bytes));
        buf_put(&to->disk, buf_str(&file->disk));
        buf_put(&to->dirty, buf_str(&file->dirty));
    }
}

/* The machine loses its power: of what was not synced, some sectors are on disk. */
static inline void fake_crash(FakeOs *fake, uint64_t luck)
{
    fake->luck = luck;
    for (int i = 0; i < FAKE_FILES; i++) {
        FakeFile *file = &fake->files[i];
        fake_flush(fake, file, false);
        file->bytes.len = 0;
        buf_put(&file->bytes, buf_str(&file->disk));
        if (file->path[0] && !file->named && fake_is_lucky(fake)) {
            fake_forget(file);
        }
    }
}

#endif
