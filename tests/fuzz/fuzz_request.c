/* fuzz_request: any bytes as what a client sends to the server: HTTP/1.1, HTTP/2, their headers and
 * bodies, and the queries in them.
 */
#include "tests/fuzz/serving.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t half = size > 0 ? (int64_t)(data[0] * size / 256) : 0;
    send_and_read((Str){(const char *)data, (int64_t)size}, half);
    return 0;
}
