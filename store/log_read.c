/* log_read: see log_read.h. What is read need not be sound: a record counts when its checksum,
 * which depends on its place, says so. */
#include "store/log_read.h"

#include <string.h>

void log_reader_free(LogReader *reader)
{
    buf_free(&reader->window);
}

Str log_read_at(LogReader *reader, int64_t offset, int64_t len)
{
    assert(offset % 8 == 0);
    if (len > reader->size - offset) {
        return (Str){0};
    }
    Buf *window = &reader->window;
    if (offset < reader->window_at || offset + len > reader->window_at + window->len) {
        int64_t wanted = len > LOG_WINDOW_BYTES ? len : LOG_WINDOW_BYTES;
        wanted = wanted < reader->size - offset ? wanted : reader->size - offset;
        window->len = 0;
        char *bytes = buf_reserve(window, wanted);
        int64_t got = reader->device->read(reader->device->self, bytes, wanted, offset);
        reader->error = got < 0 && !reader->error ? (int)got : reader->error;
        reader->window_at = offset;
        window->len = got < 0 ? 0 : got;
        if (window->len < len) {
            return (Str){0};
        }
    }
    return (Str){window->data + (offset - reader->window_at), len};
}

bool log_read_record(LogReader *reader, int64_t offset, RecordHeader *header, Str *body)
{
    Str bytes = log_read_at(reader, offset, RECORD_HEADER_BYTES);
    if (bytes.len == 0) {
        return false;
    }
    memcpy(header, bytes.s, sizeof *header);
    if (header->mark != RECORD_MARK || header->zero != 0 || header->body_len < 0 ||
        header->body_len % 8 != 0 ||
        header->body_len > reader->size - offset - RECORD_HEADER_BYTES) {
        return false;
    }
    Str record = log_read_at(reader, offset, RECORD_HEADER_BYTES + header->body_len);
    if (record.len == 0) {
        return false;
    }
    *body = str_slice(record, RECORD_HEADER_BYTES, record.len);
    return header->checksum == record_checksum(header, record_hash_body(*body), offset);
}
