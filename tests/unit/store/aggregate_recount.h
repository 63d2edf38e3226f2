/* aggregate_recount: notes of check_aggregate_model in a plain array, their groups counted anew,
 * and what the store says compared with that; sums to the last bit.
 *
 * The sums of the model are made in another way than the store's: digits of 32 bits are added
 * up, written as a hexadecimal number, and rounded by strtod.
 */
#ifndef FAWN_TESTS_AGGREGATE_RECOUNT_H
#define FAWN_TESTS_AGGREGATE_RECOUNT_H

#include "store/aggregate.h"
#include "store/key.h"

#include <check.h>
#include <math.h>

enum {
    DOCUMENTS = 64,
    TAGS_MAX = 3,
    AGGREGATES = 3,
    TOP_N = 3,
};

typedef enum NoteKind { VALUE_NONE, VALUE_WHOLE, VALUE_REAL, VALUE_TEXT } NoteKind;

typedef struct GroupKey {
    char bytes[48];
    int64_t len;
} GroupKey;

typedef struct Note {
    bool exists, live;
    int movie; /* -1: null */
    int tags[TAGS_MAX];
    int tag_count;
    NoteKind kind;
    int64_t whole;
    double real;
    int64_t ttl_us;
    GroupKey keys[AGGREGATES][TAGS_MAX]; /* the terms of its groups */
    int key_counts[AGGREGATES];
} Note;

typedef struct Model {
    Note notes[DOCUMENTS];
    int64_t time_us; /* documents that ended by then are gone */
} Model;

static const char *const tag_names[] = {"a", "bb", "ccc", "a long tag that is not inlined"};

/* -- the model's side ------------------------------------------------------------------------ */

static bool is_alive(const Model *model, const Note *note)
{
    return note->exists && note->ttl_us > model->time_us;
}

static void add_key(Note *note, int aggregate, Str key)
{
    GroupKey *added = &note->keys[aggregate][note->key_counts[aggregate]];
    ck_assert_int_le(key.len, (int64_t)sizeof added->bytes);
    added->len = key.len;
    if (key.len > 0) {
        memcpy(added->bytes, key.s, (size_t)key.len);
    }
    for (int i = 0; i < note->key_counts[aggregate]; i++) {
        const GroupKey *other = &note->keys[aggregate][i];
        if (str_eq((Str){other->bytes, other->len}, key)) {
            return;
        }
    }
    note->key_counts[aggregate]++;
}

/* Works out the groups of a note: by movie, by tag and movie, all that are live. */
static void set_keys(Note *note)
{
    Buf movie = {0};
    if (note->movie < 0) {
        key_put_null(&movie);
    } else {
        key_put_int(&movie, note->movie);
    }
    add_key(note, 0, buf_str(&movie));
    Buf key = {0};
    for (int i = 0; i == 0 || i < note->tag_count; i++) {
        key.len = 0;
        if (note->tag_count == 0) {
            key_put_null(&key);
        } else {
            key_put_str(&key, str_from_c(tag_names[note->tags[i]]));
        }
        buf_put(&key, buf_str(&movie));
        add_key(note, 1, buf_str(&key));
    }
    if (note->live) {
        add_key(note, 2, (Str){0});
    }
    buf_free(&movie);
    buf_free(&key);
}

static bool is_in_group(const Note *note, int aggregate, Str terms)
{
    for (int i = 0; i < note->key_counts[aggregate]; i++) {
        const GroupKey *key = &note->keys[aggregate][i];
        if (str_eq((Str){key->bytes, key->len}, terms)) {
            return true;
        }
    }
    return false;
}

/* A sum: digits of 32 bits, the first worth 2^-1074. */
typedef struct Digits {
    int64_t at[72];
} Digits;

static void add_digits(Digits *sum, uint64_t mantissa, int place, int sign)
{
    uint64_t low = (mantissa & 0xffffffff) << place % 32;
    uint64_t high = (mantissa >> 32) << place % 32;
    int64_t *at = &sum->at[place / 32];
    at[0] += sign * (int64_t)(low & 0xffffffff);
    at[1] += sign * (int64_t)((low >> 32) + (high & 0xffffffff));
    at[2] += sign * (int64_t)(high >> 32);
}

static void add_real(Digits *sum, double d)
{
    int exponent;
    double fraction = frexp(fabs(d), &exponent);
    /* 53 bits, less for subnormals: whole multiples of 2^-1074 either way. */
    int shift = exponent - 53 < -1074 ? -1074 : exponent - 53;
    add_digits(sum, (uint64_t)ldexp(fraction, exponent - shift), shift + 1074, d < 0 ? -1 : 1);
}

static void add_whole(Digits *sum, int64_t n)
{
    add_digits(sum, n < 0 ? -(uint64_t)n : (uint64_t)n, 1074, n < 0 ? -1 : 1);
}

static double round_digits(Digits sum)
{
    enum { DIGITS = 72 };
    for (int i = 0; i + 1 < DIGITS; i++) {
        int64_t low = sum.at[i] & 0xffffffff;
        sum.at[i + 1] += (sum.at[i] - low) / (INT64_C(1) << 32);
        sum.at[i] = low;
    }
    bool negative = sum.at[DIGITS - 1] < 0;
    if (negative) {
        int64_t borrow = 0;
        for (int i = 0; i < DIGITS; i++) {
            int64_t digit = -sum.at[i] - borrow;
            borrow = digit < 0 && i + 1 < DIGITS;
            sum.at[i] = digit + borrow * (INT64_C(1) << 32);
        }
    }
    char text[8 * DIGITS + 32];
    int len = snprintf(text, sizeof text, "%s0x", negative ? "-" : "");
    int top = DIGITS - 1;
    while (top > 0 && sum.at[top] == 0) {
        top--;
    }
    for (int i = top; i >= 0; i--) {
        len += snprintf(text + len, sizeof text - (size_t)len, "%08llx", (long long)sum.at[i]);
    }
    (void)snprintf(text + len, sizeof text - (size_t)len, "p-1074");
    double rounded = strtod(text, NULL);
    return rounded == 0 ? 0.0 : rounded;
}

/* A value of a group: its key and whose it is. */
typedef struct Value {
    char key[32];
    int64_t key_len, id;
} Value;

static int compare_values(const void *a, const void *b)
{
    const Value *left = a;
    const Value *right = b;
    int order = str_compare((Str){left->key, left->key_len}, (Str){right->key, right->key_len});
    return order ? order : (left->id > right->id) - (left->id < right->id);
}

typedef struct Recount {
    int64_t documents, wholes, doubles, distinct, value_count;
    Int128 total;
    Digits digits;
    Value values[DOCUMENTS];
} Recount;

static void recount_note(Recount *count, const Note *note, int64_t id)
{
    count->documents++;
    Buf key = {0};
    switch (note->kind) {
    case VALUE_NONE:
        return;
    case VALUE_WHOLE:
        count->wholes++;
        count->total += note->whole;
        add_whole(&count->digits, note->whole);
        key_put_int(&key, note->whole);
        break;
    case VALUE_REAL:
        count->doubles++;
        add_real(&count->digits, note->real);
        key_put_double(&key, note->real);
        break;
    case VALUE_TEXT:
        key_put_str(&key, STR("text"));
        break;
    }
    Value *value = &count->values[count->value_count++];
    memcpy(value->key, key.data, (size_t)key.len);
    value->key_len = key.len;
    value->id = id;
    buf_free(&key);
}

static void recount(const Model *model, int aggregate, Str terms, Recount *count)
{
    count->documents = count->wholes = count->doubles = count->distinct = count->value_count = 0;
    count->total = 0;
    count->digits = (Digits){{0}};
    for (int64_t id = 0; id < DOCUMENTS; id++) {
        const Note *note = &model->notes[id];
        if (is_alive(model, note) && is_in_group(note, aggregate, terms)) {
            recount_note(count, note, id);
        }
    }
    qsort(count->values, (size_t)count->value_count, sizeof(Value), compare_values);
    for (int64_t i = 0; i < count->value_count; i++) {
        const Value *value = &count->values[i];
        count->distinct += i == 0 || !str_eq((Str){value->key, value->key_len},
                                             (Str){value[-1].key, value[-1].key_len});
    }
}

/* -- comparing --------------------------------------------------------------------------------- */

static void expect_value(const FoldValue *value, const Value *expected)
{
    ck_assert_int_eq(value->version->id, expected->id);
    ck_assert(str_eq(value->key, (Str){expected->key, expected->key_len}));
    ck_assert_int_eq(value->slot.slot, 2);
}

static void expect_results(const FoldResult *results, const Recount *count)
{
    ck_assert_int_eq(results[0].count, count->documents);
    ck_assert_int_eq(results[1].count, count->wholes + count->doubles);
    ck_assert_int_eq(results[1].doubles, count->doubles);
    ck_assert(results[1].total == count->total);
    double expected = round_digits(count->digits);
    ck_assert_msg(memcmp(&results[1].sum, &expected, sizeof expected) == 0, "%a, not %a",
                  results[1].sum, expected);
    int64_t last = count->value_count - 1;
    ck_assert_int_eq(results[2].count, last >= 0);
    ck_assert_int_eq(results[3].count, last >= 0);
    if (last >= 0) {
        expect_value(&results[2].values[0], &count->values[0]);
        expect_value(&results[3].values[0], &count->values[last]);
    }
    ck_assert_int_eq(results[4].count, last + 1 < TOP_N ? last + 1 : TOP_N);
    for (int64_t i = 0; i < results[4].count; i++) {
        expect_value(&results[4].values[i], &count->values[last - i]);
    }
    ck_assert_int_eq(results[5].count, count->distinct);
}

/* Number of groups that have a living note. */
static int64_t count_groups(const Model *model, int aggregate)
{
    int64_t count = 0;
    for (int64_t id = 0; id < DOCUMENTS; id++) {
        const Note *note = &model->notes[id];
        for (int i = 0; is_alive(model, note) && i < note->key_counts[aggregate]; i++) {
            const GroupKey *key = &note->keys[aggregate][i];
            bool first = true;
            for (int64_t before = 0; first && before < id; before++) {
                const Note *other = &model->notes[before];
                first = !is_alive(model, other) ||
                        !is_in_group(other, aggregate, (Str){key->bytes, key->len});
            }
            count += first;
        }
    }
    return count;
}

#endif
