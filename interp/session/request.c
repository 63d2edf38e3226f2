/* request: yajl's events, of which only those at the first level are kept.
 *
 * Where a value's text begins is not told by yajl: it is where the event before it ended, past
 * the white space, comma and colon between the two.
 */
#include "interp/session/request.h"

#include "runtime/base/limits.h"
#include "runtime/base/memory.h"
#include "runtime/base/vec.h"

#include <string.h>
#include <yajl/yajl_parse.h>

typedef struct Reader {
    Arena *arena;
    Str text;
    yajl_handle handle;
    int64_t depth;      /* open brackets */
    int64_t last_end;   /* where the last event of the first level ended */
    int64_t open_start; /* start of the nested value being passed over */
    bool is_array;
    bool is_too_deep;
    MemorySince since;
    bool is_too_much; /* there is no memory for its members */
    bool at_end; /* all text was given: yajl now counts from there */
    Str name;
    VEC(Member) members;
} Reader;

static int64_t here(const Reader *reader)
{
    return (int64_t)yajl_get_bytes_consumed(reader->handle);
}

/* The first byte of the value that follows the last event. */
static int64_t value_start(const Reader *reader)
{
    int64_t at = reader->last_end;
    while (at < reader->text.len && strchr(" \t\r\n,:", reader->text.s[at]) != NULL) {
        at++;
    }
    return at;
}

static Str text_copy(Reader *reader, const unsigned char *bytes, size_t len)
{
    return str_copy(reader->arena, (Str){(const char *)bytes, (int64_t)len});
}

/* So many members are read whether there is memory or not. */
enum { MEMBERS_FEW = 1024 };

/* Keeps a value that begins at `start` and ends here. 0: there is no memory for it. */
static int keep_member(Reader *reader, int64_t start, Member member)
{
    int64_t len = reader->members.len;
    bool grows = len == reader->members.cap && len >= MEMBERS_FEW;
    if (grows && (memory_ran_out(reader->since) || !memory_has(2 * len * (int64_t)sizeof member))) {
        reader->is_too_much = true;
        return 0;
    }
    member.name = reader->name;
    member.text = str_slice(reader->text, start, here(reader));
    vec_push(&reader->members, reader->arena, member);
    reader->last_end = here(reader);
    reader->name = (Str){0};
    return 1;
}

/* A value without parts. One that stands alone is not a request. */
static int see_scalar(Reader *reader, Member member)
{
    if (reader->depth == 1 && !reader->at_end) {
        return keep_member(reader, value_start(reader), member);
    }
    return reader->depth > 0;
}

static int see_null(void *context)
{
    return see_scalar(context, (Member){.kind = MEMBER_NULL});
}

static int see_boolean(void *context, int is_true)
{
    return see_scalar(context, (Member){.kind = MEMBER_BOOLEAN, .is_true = is_true != 0});
}

static int see_number(void *context, const char *digits, size_t len)
{
    (void)digits;
    (void)len;
    return see_scalar(context, (Member){.kind = MEMBER_NUMBER});
}

static int see_string(void *context, const unsigned char *bytes, size_t len)
{
    Reader *reader = context;
    Member member = {.kind = MEMBER_STRING};
    if (reader->depth == 1) {
        member.string = text_copy(reader, bytes, len);
    }
    return see_scalar(reader, member);
}

static int see_open(Reader *reader, bool is_array)
{
    if (reader->depth == JSON_DEPTH_MAX) {
        reader->is_too_deep = true;
        return 0;
    }
    if (reader->depth == 0) {
        reader->is_array = is_array;
        reader->last_end = here(reader);
    } else if (reader->depth == 1) {
        reader->open_start = value_start(reader);
    }
    reader->depth++;
    return 1;
}

static int see_close(Reader *reader, MemberKind kind)
{
    reader->depth--;
    if (reader->depth == 1) {
        return keep_member(reader, reader->open_start, (Member){.kind = kind});
    }
    return 1;
}

static int see_object(void *context)
{
    return see_open(context, false);
}

static int see_object_end(void *context)
{
    return see_close(context, MEMBER_OBJECT);
}

static int see_array(void *context)
{
    return see_open(context, true);
}

static int see_array_end(void *context)
{
    return see_close(context, MEMBER_ARRAY);
}

static int see_key(void *context, const unsigned char *bytes, size_t len)
{
    Reader *reader = context;
    if (reader->depth == 1) {
        reader->name = text_copy(reader, bytes, len);
        reader->last_end = here(reader);
    }
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = see_null,
    .yajl_boolean = see_boolean,
    .yajl_number = see_number,
    .yajl_string = see_string,
    .yajl_start_map = see_object,
    .yajl_map_key = see_key,
    .yajl_end_map = see_object_end,
    .yajl_start_array = see_array,
    .yajl_end_array = see_array_end,
};

/* yajl does not look whether it got the memory that it asked for. */
static void *get_memory(void *context, size_t bytes)
{
    (void)context;
    return memory_new((int64_t)bytes);
}

static void *resize_memory(void *context, void *old, size_t bytes)
{
    (void)context;
    return memory_resize(old, (int64_t)bytes);
}

static void free_memory(void *context, void *memory)
{
    (void)context;
    free(memory);
}

/* Why the text was refused, in one line. */
static Str failure_text(Reader *reader, yajl_status status)
{
    if (reader->is_too_much) {
        return STR("there is no memory for all of its parts");
    }
    if (reader->is_too_deep) {
        return STR("JSON exceeds nesting limit");
    }
    if (status == yajl_status_client_canceled) {
        return STR("expected a JSON object");
    }
    unsigned char *told = yajl_get_error(reader->handle, 0, NULL, 0);
    Str reason = str_from_c((const char *)told);
    while (reason.len > 0 && reason.s[reason.len - 1] == '\n') {
        reason.len--;
    }
    reason =
        str_format(reader->arena, "%.*s at byte %lld", STR_ARG(reason), (long long)here(reader));
    yajl_free_error(reader->handle, told);
    return reason;
}

bool request_read(Arena *arena, Str text, Members *members, Str *error)
{
    Reader reader = {.arena = arena, .text = text, .since = memory_since()};
    yajl_alloc_funcs memory = {get_memory, resize_memory, free_memory, NULL};
    reader.handle = yajl_alloc(&callbacks, &memory, &reader);
    yajl_status status = yajl_parse(reader.handle, (const unsigned char *)text.s, (size_t)text.len);
    if (status == yajl_status_ok) {
        reader.at_end = true;
        status = yajl_complete_parse(reader.handle);
    }
    if (status == yajl_status_ok) {
        *members = (Members){reader.is_array, reader.members.at, reader.members.len};
    } else {
        *error = failure_text(&reader, status);
    }
    yajl_free(reader.handle);
    return status == yajl_status_ok;
}

const Member *request_find(const Members *members, Str name)
{
    for (int64_t i = members->count; i-- > 0;) {
        if (str_eq(members->at[i].name, name)) {
            return &members->at[i];
        }
    }
    return NULL;
}
