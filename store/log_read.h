/* log_read: the records of a log's file, through a window that moves over it. */
#ifndef FAWN_STORE_LOG_READ_H
#define FAWN_STORE_LOG_READ_H

#include "store/log.h"
#include "store/record.h"

enum { LOG_WINDOW_BYTES = RECORD_PIECE_BYTES };

/* Zero-initialise but for the device and the size. */
typedef struct LogReader {
    const LogDevice *device;
    int64_t size;
    Buf window; /* bytes of the file from `window_at` on; both are multiples of 8 */
    int64_t window_at;
    int error; /* of reading: the first one, a negated errno */
} LogReader;

void log_reader_free(LogReader *reader);

/* The bytes [offset, offset + len) of the file, borrowed until the next call. An empty Str:
 * the file has not as many, or reading failed. */
Str log_read_at(LogReader *reader, int64_t offset, int64_t len);

/* Reads the record at `offset`; its body is borrowed from the window. False: it is not good. */
bool log_read_record(LogReader *reader, int64_t offset, RecordHeader *header, Str *body);

#endif
