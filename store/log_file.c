/* log_file: a log device that is a file; see log.h.
 *
 * The file is made by the first append. Between the opening of the store and then another
 * process may have made it: the lock and the size, which must be 0, tell.
 */
#include "store/log.h"

#include "store/compact.h"
#include "store/save.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static const char magic[16] = "Fawn database\n";

typedef struct LogFile {
    Store *store;
    int file;          /* -1: there is none yet */
    int64_t written;   /* the file is that long, at least, unless others change it */
    bool is_new;       /* it was made since: the writer's */
    bool syncs_folder; /* its name may not be on disk: of who syncs */
    bool is_old;       /* its header names an older format */
} LogFile;

void log_header(char header[LOG_HEADER_BYTES])
{
    uint32_t format = LOG_FORMAT;
    memset(header, 0, LOG_HEADER_BYTES);
    memcpy(header, magic, sizeof magic);
    memcpy(header + sizeof magic, &format, sizeof format);
    uint64_t checksum = XXH3_64bits(header, LOG_HEADER_BYTES - 8);
    memcpy(header + LOG_HEADER_BYTES - 8, &checksum, sizeof checksum);
}

StoreStatus status_of_errno(int64_t error)
{
    return error == -ENOSPC || error == -EDQUOT ? STORE_NO_SPACE : STORE_IO;
}

/* A sentence that is too long loses its middle: a path, of which a part is enough; the reason behind
 * it stays. */
PRINTF_LIKE(3, 0)
static void clip(char *text, int64_t size, const char *format, va_list args)
{
    static const Str mark = {" … ", 5};
    char whole[2 * PATH_MAX + 1024];
    int64_t len = vsnprintf(whole, sizeof whole, format, args);
    len = len < (int64_t)sizeof whole ? len : (int64_t)sizeof whole - 1;
    if (len < size) {
        memcpy(text, whole, (size_t)len + 1);
        return;
    }
    int64_t head = size / 2, tail = size - 1 - mark.len - head, from = len - tail;
    while ((whole[head] & 0xc0) == 0x80) {
        head--;
    }
    while ((whole[from] & 0xc0) == 0x80) {
        from++;
    }
    memcpy(text, whole, (size_t)head);
    memcpy(text + head, mark.s, (size_t)mark.len);
    memcpy(text + head + mark.len, whole + from, (size_t)(len - from + 1));
}

StoreStatus notice_set(StoreNotice *notice, StoreStatus status, int64_t offset, const char *format,
                       ...)
{
    int64_t cut_bytes = notice->cut_bytes;
    int holder_pid = notice->holder_pid;
    *notice = (StoreNotice){.offset = offset, .cut_bytes = cut_bytes, .holder_pid = holder_pid};
    va_list args;
    va_start(args, format);
    clip(notice->text, sizeof notice->text, format, args);
    va_end(args);
    return status;
}

int os_write_all(const Os *os, int file, Str bytes, int64_t offset)
{
    while (bytes.len > 0) {
        int64_t put = os->write(os->self, file, bytes.s, bytes.len, offset);
        if (put <= 0) {
            return put < 0 ? (int)put : -EIO;
        }
        bytes = str_slice(bytes, put, bytes.len);
        offset += put;
    }
    return 0;
}

/* -- the device ---------------------------------------------------------------------------- */

static int64_t read_device(void *self, void *bytes, int64_t len, int64_t offset)
{
    const LogFile *log = self;
    const Os *os = log->store->os;
    int64_t got = 0;
    while (got < len) {
        int64_t n = os->read(os->self, log->file, (char *)bytes + got, len - got, offset + got);
        if (n < 0) {
            return n;
        }
        if (n == 0) {
            break;
        }
        got += n;
    }
    return got;
}

/* Takes back the file that was made and has nothing in it yet. Removed while it is locked: what
 * goes away is not another process's. */
static int unmake_file(const Store *store, int file)
{
    const Os *os = store->os;
    int failed = os->remove(os->self, store->path);
    if (failed) {
        failed = os->truncate(os->self, file, 0);
    }
    (void)os->close(os->self, file);
    return failed;
}

/* A file without its header, but with records, would be none of ours: so the header is on disk
 * before them. */
static int write_header(const LogFile *log, int file)
{
    const Os *os = log->store->os;
    char header[LOG_HEADER_BYTES];
    log_header(header);
    int failed = os_write_all(os, file, (Str){header, sizeof header}, 0);
    return failed ? failed : os->sync(os->self, file);
}

/* Makes the file, which nobody else may have made meanwhile. */
static int make_file(LogFile *log)
{
    const Os *os = log->store->os;
    int file = os->open(os->self, log->store->path, OS_CREATE);
    if (file < 0) {
        return file;
    }
    int holder_pid;
    int failed = os->lock(os->self, file, &holder_pid);
    int64_t size = failed ? -1 : os->size(os->self, file);
    if (!failed && size != 0) {
        failed = size < 0 ? (int)size : -EEXIST;
    }
    int is_at = failed ? 0 : os->is_at(os->self, file, log->store->path);
    if (is_at == 0 && !failed) {
        /* Another process made it, and took it back meanwhile. */
        failed = -EAGAIN;
        size = -1;
    }
    if (!failed) {
        failed = is_at < 0 ? is_at : write_header(log, file);
    }
    if (failed) {
        if (size == 0) {
            (void)unmake_file(log->store, file);
        } else {
            (void)os->close(os->self, file);
        }
        return failed;
    }
    log->file = file;
    log->is_new = log->syncs_folder = true;
    return 0;
}

/* Writes the header of the present format over an older one: what is appended now may be what
 * an older Fawn cannot read. */
static int renew_header(LogFile *log)
{
    char header[LOG_HEADER_BYTES];
    log_header(header);
    int failed = os_write_all(log->store->os, log->file, (Str){header, sizeof header}, 0);
    log->is_old = failed != 0;
    return failed;
}

/* -ESTALE when the file is shorter than what was written: that is not there any more, and what
 * would stand behind the gap could not be read. */
static int check_size(const LogFile *log, int64_t least)
{
    const Os *os = log->store->os;
    int64_t size = os->end(os->self, log->file);
    return size < 0 ? (int)size : size < least ? -ESTALE : 0;
}

static int append_device(void *self, Str bytes, int64_t offset)
{
    LogFile *log = self;
    int failed = log->file < 0 ? make_file(log) : log->is_old ? renew_header(log) : 0;
    failed = failed ? failed : check_size(log, log->written);
    failed = failed ? failed : os_write_all(log->store->os, log->file, bytes, offset);
    if (!failed && offset + bytes.len > log->written) {
        log->written = offset + bytes.len;
    }
    return failed;
}

static int sync_device(void *self)
{
    LogFile *log = self;
    const Os *os = log->store->os;
    int failed = log->file < 0 ? 0 : os->sync(os->self, log->file);
    if (!failed && log->syncs_folder) {
        failed = os->sync_folder(os->self, log->store->path);
        log->syncs_folder = failed != 0;
    }
    return failed;
}

static int truncate_device(void *self, int64_t len)
{
    LogFile *log = self;
    const Os *os = log->store->os;
    if (log->file >= 0 && log->is_new && len <= LOG_HEADER_BYTES) {
        int file = log->file;
        log->file = -1;
        log->written = 0;
        log->is_new = log->syncs_folder = false;
        return unmake_file(log->store, file);
    }
    if (log->file < 0) {
        return 0;
    }
    int failed = check_size(log, len); /* it is not to become longer by zeros */
    failed = failed ? failed : os->truncate(os->self, log->file, len);
    log->written = failed ? log->written : len;
    return failed;
}

static int close_device(void *self)
{
    LogFile *log = self;
    const Os *os = log->store->os;
    int failed = log->file < 0 ? 0 : os->close(os->self, log->file);
    free(log);
    return failed;
}

static void fill_device(LogDevice *device, LogFile *log)
{
    *device =
        (LogDevice){log, read_device, append_device, sync_device, truncate_device, close_device};
}

int log_file_make(Store *store, const char *path, const LogDevice *like, LogDevice *device)
{
    const Os *os = store->os;
    int file = os->open(os->self, path, OS_CREATE_NEW);
    if (file < 0) {
        return file;
    }
    int holder_pid;
    int failed = os->lock(os->self, file, &holder_pid);
    if (!failed && like) {
        failed = os->copy_mode(os->self, ((const LogFile *)like->self)->file, file);
    }
    if (failed) {
        (void)os->remove(os->self, path);
        (void)os->close(os->self, file);
        return failed;
    }
    LogFile *log = memory_zero(sizeof *log);
    *log = (LogFile){.store = store, .file = file};
    fill_device(device, log);
    return 0;
}

int log_file_check_place(const LogDevice *device, const char *path)
{
    const LogFile *log = device->self;
    const Os *os = log->store->os;
    int is_at = os->is_at(os->self, log->file, path);
    return is_at > 0 ? 0 : is_at < 0 ? is_at : -ESTALE;
}

/* -- opening ---------------------------------------------------------------------------------- */

static StoreStatus fail_to(const Store *store, StoreNotice *notice, const char *what, int64_t error)
{
    return notice_set(notice, STORE_IO, -1, "Cannot %s %s: %s.", what, store->path,
                      strerror((int)-error));
}

/* Looks at the first bytes of a file. A part of a header is what a crash may leave, or zeros in
 * its place. */
static StoreStatus check_header(LogFile *log, const LogDevice *device, int64_t size,
                                bool *has_header, StoreNotice *notice)
{
    const char *path = log->store->path;
    char header[LOG_HEADER_BYTES] = {0};
    char expected[LOG_HEADER_BYTES];
    log_header(expected);
    int64_t got = device->read(device->self, header, sizeof header, 0);
    if (got < 0) {
        return fail_to(log->store, notice, "read", got);
    }
    if (size < LOG_HEADER_BYTES && memcmp(header, expected, (size_t)got) == 0) {
        return STORE_OK;
    }
    const char zeros[LOG_HEADER_BYTES] = {0};
    if (size <= LOG_HEADER_BYTES && memcmp(header, zeros, sizeof header) == 0) {
        *has_header = false;
        return STORE_OK;
    }
    if (memcmp(header, magic, sizeof magic) != 0) {
        return notice_set(notice, STORE_NOT_A_DATABASE, 0, "%s is not a Fawn database.", path);
    }
    uint64_t checksum;
    uint32_t format;
    memcpy(&checksum, header + LOG_HEADER_BYTES - 8, sizeof checksum);
    memcpy(&format, header + sizeof magic, sizeof format);
    if (got < LOG_HEADER_BYTES || checksum != XXH3_64bits(header, LOG_HEADER_BYTES - 8)) {
        return notice_set(notice, STORE_CORRUPT, 0, "%s is damaged at offset 0: its header.", path);
    }
    if (format > LOG_FORMAT) {
        return notice_set(notice, STORE_VERSION, 0,
                          "%s was written by a newer Fawn (format %u, this one reads up to %d).",
                          path, (unsigned)format, (int)LOG_FORMAT);
    }
    log->is_old = format < LOG_FORMAT;
    return STORE_OK;
}

static StoreStatus lock_for_writing(const LogFile *log, StoreNotice *notice)
{
    const Os *os = log->store->os;
    int failed = os->lock(os->self, log->file, &notice->holder_pid);
    if (failed == -EAGAIN && notice->holder_pid > 0) {
        return notice_set(notice, STORE_LOCKED, -1, "%s is in use by another process (%d).",
                          log->store->path, notice->holder_pid);
    }
    if (failed == -EAGAIN) {
        return notice_set(notice, STORE_LOCKED, -1, "%s is in use by another process.",
                          log->store->path);
    }
    return failed ? fail_to(log->store, notice, "lock", failed) : STORE_OK;
}

/* Opens the file, and locks it if it is to be written. A compaction (compact.c) may have put
 * another file in its place between the two: then that one. */
static StoreStatus open_and_lock(LogFile *log, bool must_exist, StoreNotice *notice)
{
    const Store *store = log->store;
    const Os *os = store->os;
    for (;;) {
        log->file = os->open(os->self, store->path, store->read_only ? OS_READ : OS_WRITE);
        if (log->file == -ENOENT) {
            return must_exist || store->read_only
                       ? notice_set(notice, STORE_NO_FILE, -1, "There is no file %s.", store->path)
                       : STORE_OK;
        }
        if (log->file < 0) {
            int error = log->file;
            log->file = -1;
            return fail_to(store, notice, "open", error);
        }
        StoreStatus status = store->read_only ? STORE_OK : lock_for_writing(log, notice);
        int is_at = status != STORE_OK || store->read_only
                        ? 1
                        : os->is_at(os->self, log->file, store->path);
        if (is_at != 0) {
            return is_at < 0 ? fail_to(store, notice, "look for", is_at) : status;
        }
        (void)os->close(os->self, log->file);
    }
}

/* Removes what a compaction left that did not end. Whoever makes such a file holds the lock, which
 * is ours now. */
static void remove_leftover(const Store *store)
{
    const Os *os = store->os;
    char *path = os->real_path(os->self, store->path);
    if (path) {
        char *leftover = path_beside(path, COMPACT_SUFFIX);
        (void)os->remove(os->self, leftover);
        free(leftover);
        free(path);
    }
}

StoreStatus log_file_open(Store *store, bool must_exist, LogDevice *device, int64_t *size,
                          StoreNotice *notice)
{
    LogFile *log = memory_zero(sizeof *log);
    *log = (LogFile){.store = store};
    fill_device(device, log);
    *size = -1;
    StoreStatus status = open_and_lock(log, must_exist, notice);
    if (status != STORE_OK || log->file < 0) {
        return status;
    }
    const Os *os = store->os;
    *size = os->size(os->self, log->file);
    if (*size == -EINVAL) {
        return notice_set(notice, STORE_NOT_A_DATABASE, -1, "%s is not a regular file.",
                          store->path);
    }
    /* Who made it may have been killed before it synced the folder. */
    log->syncs_folder = !store->read_only;
    if (*size < 0) {
        return fail_to(store, notice, "read", *size);
    }
    bool has_header = true;
    status = check_header(log, device, *size, &has_header, notice);
    *size = has_header ? *size : 0;
    log->written = *size;
    if (status == STORE_OK && !store->read_only) {
        remove_leftover(store);
    }
    return status;
}
