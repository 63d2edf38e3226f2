/* fuzz_http2: any frames on a connection of HTTP/2, in any order, whose lengths are right: what breaks
 * them is fuzz_request's.
 *
 *   type │ flags │ stream │ length │ payload …          a byte each but the payload, again and again
 *
 * Type USUAL stands for headers of a request that is allowed, whose path the first byte of the payload
 * chooses.
 */
#include "tests/fuzz/serving.h"

enum { FRAME_HEADERS = 1, TYPES = 12, USUAL = TYPES - 1, HEAD_BYTES = 4 };

/* A header that is written out, as HPACK has it. */
static void put_header(Buf *out, Str name, Str value)
{
    buf_byte(out, 0);
    buf_byte(out, (char)name.len);
    buf_put(out, name);
    buf_byte(out, (char)value.len);
    buf_put(out, value);
}

static void put_usual(Buf *out, uint8_t choice)
{
    static const Str paths[] = {{"/query/1", 8}, {"/feed/1", 7},        {"/stream/1", 9},
                                {"/ping", 5},    {"/environment/1", 14}, {"/schema/1/files", 15},
                                {"/schema/1/update?force=true", 27}};
    put_header(out, STR(":method"), choice & 8 ? STR("GET") : STR("POST"));
    put_header(out, STR(":scheme"), STR("http"));
    put_header(out, STR(":path"), paths[(choice & 7) % countof(paths)]);
    put_header(out, STR("authorization"), STR("Bearer secret"));
}

static void put_frame(Buf *out, const uint8_t head[HEAD_BYTES], Str payload)
{
    Buf usual = {0};
    int type = head[0] % TYPES;
    if (type == USUAL) {
        type = FRAME_HEADERS;
        put_usual(&usual, payload.len > 0 ? (uint8_t)payload.s[0] : 0);
        payload = buf_str(&usual);
    }
    const char made[] = {0, 0, (char)payload.len, (char)type, (char)head[1], 0, 0, 0, (char)head[2]};
    buf_put(out, (Str){made, sizeof made});
    buf_put(out, payload);
    buf_free(&usual);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buf bytes = {0};
    Str rest = {(const char *)data, (int64_t)size};
    buf_puts(&bytes, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    put_frame(&bytes, (const uint8_t[HEAD_BYTES]){4, 0, 0, 0}, (Str){0});
    while (rest.len >= HEAD_BYTES) {
        const uint8_t *head = (const uint8_t *)rest.s;
        rest = str_slice(rest, HEAD_BYTES, rest.len);
        int64_t len = head[3] < rest.len ? head[3] : rest.len;
        put_frame(&bytes, head, str_slice(rest, 0, len));
        rest = str_slice(rest, len, rest.len);
    }
    send_and_read(buf_str(&bytes), bytes.len);
    buf_free(&bytes);
    return 0;
}
