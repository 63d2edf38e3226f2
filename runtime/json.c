/* json: reading JSON text; what tags mean is in json_tag.c.
 *
 * yajl calls back for each token. Values wait on one stack until their container ends, so
 * that an array is made at its right size:
 *
 *   [1, {"a": 2       values: 1, 2      names: a      open: array from 0, object from 1
 */
#include "runtime/json.h"

#include "runtime/base/limits.h"
#include "runtime/base/vec.h"
#include "runtime/number.h"

#include <yajl/yajl_parse.h>

typedef struct Container {
    int64_t first_value, first_name;
} Container;

typedef struct Reader {
    Rt *rt;
    Arena scratch; /* of the stacks */
    VEC(Value) values;
    VEC(Str) names;
    VEC(Container) open;
    Str error; /* of ours; empty: none, or yajl's */
} Reader;

static int push(Reader *reader, Value v)
{
    vec_push(&reader->values, &reader->scratch, v);
    return 1;
}

static Str copy_text(Reader *reader, const unsigned char *text, size_t len)
{
    return str_copy(reader->rt->heap, (Str){(const char *)text, (int64_t)len});
}

/* -- tokens ------------------------------------------------------------------------------ */

static int on_null(void *context)
{
    return push(context, val_null(NULL));
}

static int on_boolean(void *context, int b)
{
    return push(context, val_bool(b != 0));
}

static int on_number(void *context, const char *text, size_t len)
{
    Str s = {text, (int64_t)len};
    double d;
    if (!memchr(text, '.', len) && !memchr(text, 'e', len) && !memchr(text, 'E', len)) {
        return push(context, number_from_integer(s));
    }
    bool is_number = number_parse_double(s, &d);
    assert(is_number);
    (void)is_number;
    return push(context, val_double(d));
}

static int on_string(void *context, const unsigned char *text, size_t len)
{
    Reader *reader = context;
    if (len > STRING_BYTES_MAX) {
        reader->error = STR("a string is too long");
        return 0;
    }
    return push(reader, val_str(copy_text(reader, text, len)));
}

static int on_key(void *context, const unsigned char *text, size_t len)
{
    Reader *reader = context;
    vec_push(&reader->names, &reader->scratch, copy_text(reader, text, len));
    return 1;
}

static int on_open(void *context)
{
    Reader *reader = context;
    if (reader->open.len == JSON_DEPTH_MAX) {
        reader->error =
            str_format(reader->rt->heap, "nested deeper than %d levels", JSON_DEPTH_MAX);
        return 0;
    }
    Container container = {.first_value = reader->values.len, .first_name = reader->names.len};
    vec_push(&reader->open, &reader->scratch, container);
    return 1;
}

static int on_object_end(void *context)
{
    Reader *reader = context;
    Container container = reader->open.at[--reader->open.len];
    Value object = rt_object(reader->rt, reader->names.at + container.first_name,
                             reader->values.at + container.first_value,
                             reader->values.len - container.first_value);
    reader->values.len = container.first_value;
    reader->names.len = container.first_name;
    return push(reader, object);
}

static int on_array_end(void *context)
{
    Reader *reader = context;
    Container container = reader->open.at[--reader->open.len];
    int64_t count = reader->values.len - container.first_value;
    const Value *items = arena_copy(reader->rt->heap, reader->values.at + container.first_value,
                                    arena_array_bytes(count, (int64_t)sizeof(Value)));
    reader->values.len = container.first_value;
    return push(reader, val_array(items, count));
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_open,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_open,
    .yajl_end_array = on_array_end,
};

/* -- the whole text ------------------------------------------------------------------------ */

/* yajl's sentence without its line break. */
static Str copy_yajl_error(Reader *reader, yajl_handle handle, Str text)
{
    unsigned char *message =
        yajl_get_error(handle, 0, (const unsigned char *)text.s, (size_t)text.len);
    Str s = str_from_c((const char *)message);
    while (s.len > 0 && s.s[s.len - 1] == '\n') {
        s.len--;
    }
    Str copy = str_format(reader->rt->heap, "%.*s at byte %lld", STR_ARG(s),
                          (long long)yajl_get_bytes_consumed(handle));
    yajl_free_error(handle, message);
    return copy;
}

static bool parse(Reader *reader, Str text, Str *error)
{
    yajl_handle handle = yajl_alloc(&callbacks, NULL, reader);
    yajl_status status = yajl_parse(handle, (const unsigned char *)text.s, (size_t)text.len);
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(handle);
    }
    if (status != yajl_status_ok) {
        *error = reader->error.len > 0 ? reader->error : copy_yajl_error(reader, handle, text);
    }
    yajl_free(handle);
    return status == yajl_status_ok;
}

Value json_read(Rt *rt, Str text, JsonFormat format, Str *error)
{
    Reader reader = {.rt = rt};
    bool is_read = parse(&reader, text, error);
    Value v = is_read && reader.values.len == 1 ? reader.values.at[0] : val_fault();
    arena_free(&reader.scratch);
    if (is_read && val_is_fault(v)) {
        *error = STR("there is no JSON value");
    }
    return val_is_fault(v) ? v : json_retag(rt, v, format, error);
}
