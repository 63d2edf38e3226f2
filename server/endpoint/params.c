/* params: one row a header, in the order in which Fauna looks at them. */
#include "server/endpoint/params.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TAGS_MAX = 25, TAG_KEY_BYTES_MAX = 40, TAG_VALUE_BYTES_MAX = 80, TAGS_BYTES_MAX = 3000 };

typedef struct Reading {
    Arena *arena;
    Params *params;
    Str value;
    Str why; /* what is wrong */
} Reading;

/* The value, between two texts. */
static bool say_value(Reading *reading, const char *before, const char *behind)
{
    reading->why =
        str_format(reading->arena, "%s%.*s%s", before, STR_ARG(reading->value), behind);
    return false;
}

static bool say(Reading *reading, const char *why)
{
    reading->why = str_from_c(why);
    return false;
}

static bool read_integer(Str text, int64_t *number)
{
    int64_t value = 0;
    bool negative = text.len > 0 && text.s[0] == '-';
    bool good = text.len > negative && text.len <= 18;
    for (int64_t i = negative; i < text.len && good; i++) {
        good = text.s[i] >= '0' && text.s[i] <= '9';
        value = value * 10 + (text.s[i] - '0');
    }
    *number = negative ? -value : value;
    return good;
}

/* -- one header each -------------------------------------------------------------------------- */

static bool read_last_txn(Reading *reading)
{
    return read_integer(reading->value, &reading->params->last_txn_us) ||
           say_value(reading, "Invalid timestamp '", "'.");
}

static bool read_timeout(Reading *reading)
{
    int64_t *timeout = &reading->params->timeout_ms;
    if (!read_integer(reading->value, timeout)) {
        return say_value(reading, "Invalid number '", "'.");
    }
    if (*timeout <= 0) {
        return say(reading, "Must be greater than 0.");
    }
    return *timeout <= TIMEOUT_MS_MAX ||
           say(reading, "Must be less than or equal to 600000.");
}

static bool read_retries(Reading *reading)
{
    int64_t *retries = &reading->params->contention_retries;
    if (!read_integer(reading->value, retries)) {
        return say_value(reading, "Invalid number '", "'.");
    }
    return (*retries >= 0 && *retries <= CONTENTION_RETRIES_MAX) ||
           say(reading, "Must be between 0 and 7.");
}

static bool is_tag_text(Str text)
{
    bool good = text.len > 0;
    for (int64_t i = 0; i < text.len && good; i++) {
        char c = text.s[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    }
    return good;
}

static bool read_tag(Reading *reading, Str tag, Str *keys, int64_t count)
{
    int64_t equals = str_find(tag, STR("="), 0);
    if (equals < 0) {
        return say(reading, "invalid tags");
    }
    Str key = str_slice(tag, 0, equals);
    Str value = str_slice(tag, equals + 1, tag.len);
    if (!is_tag_text(key) || key.len > TAG_KEY_BYTES_MAX) {
        return say(reading, "invalid key");
    }
    if (!is_tag_text(value) || value.len > TAG_VALUE_BYTES_MAX) {
        return say(reading, "invalid value");
    }
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(keys[i], key)) {
            return say(reading, "duplicate key");
        }
    }
    keys[count] = key;
    return true;
}

static bool read_tags(Reading *reading)
{
    Str keys[TAGS_MAX];
    Str text = reading->value;
    int64_t count = 0;
    if (text.len > TAGS_BYTES_MAX) {
        return say(reading, "header is too long");
    }
    for (int64_t at = 0; text.len > 0 && at <= text.len;) {
        int64_t comma = str_find(text, STR(","), at);
        int64_t end = comma < 0 ? text.len : comma;
        if (count == TAGS_MAX) {
            return say(reading, "too many tags");
        }
        if (!read_tag(reading, str_slice(text, at, end), keys, count++)) {
            return false;
        }
        at = end + 1;
    }
    reading->params->tags = text;
    return true;
}

static bool read_format(Reading *reading)
{
    static const char *const names[] = {
        [PRINT_FQL] = "decorated", [PRINT_SIMPLE] = "simple", [PRINT_TAGGED] = "tagged"};
    for (int i = 0; i < countof(names); i++) {
        if (str_eq(reading->value, str_from_c(names[i]))) {
            reading->params->format = (PrintFormat)i;
            return true;
        }
    }
    return say_value(reading, "Invalid format ", "");
}

static bool read_boolean(Reading *reading, bool *is_true)
{
    Str value = reading->value;
    *is_true = value.len == 4 && strncasecmp(value.s, "true", 4) == 0;
    return *is_true || (value.len == 5 && strncasecmp(value.s, "false", 5) == 0) ||
           say(reading, "Must be a boolean value.");
}

static bool read_typecheck(Reading *reading)
{
    bool is_true;
    bool good = read_boolean(reading, &is_true);
    reading->params->typecheck = is_true;
    return good;
}

static bool read_linearized(Reading *reading)
{
    return read_boolean(reading, &reading->params->linearized);
}

static bool read_hints(Reading *reading)
{
    return read_boolean(reading, &reading->params->performance_hints);
}

static const struct {
    const char *name;
    bool timing;
    bool (*read)(Reading *reading);
} rows[] = {
    {"x-last-txn-ts", true, read_last_txn},
    {"x-query-timeout-ms", true, read_timeout},
    {"x-max-contention-retries", true, read_retries},
    {"x-query-tags", false, read_tags},
    {"x-format", false, read_format},
    {"x-typecheck", false, read_typecheck},
    {"x-linearized", false, read_linearized},
    {"x-performance-hints", false, read_hints},
};

bool params_read(Exchange *exchange, bool timing, Params *params, Str *error)
{
    *params = (Params){.format = PRINT_SIMPLE, .typecheck = -1};
    Reading reading = {.arena = &exchange->arena, .params = params};
    for (int64_t i = 0; i < countof(rows); i++) {
        const Str *value = exchange_header(exchange, str_from_c(rows[i].name));
        if (!value || (timing && !rows[i].timing)) {
            continue;
        }
        reading.value = *value;
        if (!rows[i].read(&reading)) {
            *error = str_format(&exchange->arena, "Invalid header '%s': %.*s", rows[i].name,
                                STR_ARG(reading.why));
            return false;
        }
    }
    return true;
}
