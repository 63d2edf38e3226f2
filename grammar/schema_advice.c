/* schema_advice: see schema_advice.h. */
#include "grammar/schema_advice.h"

#include <stdarg.h>

enum { WORDS_MAX = 12 };

/* The items and members of each place, up to FSL_OTHER; FSL_FIELD stands for `compute`. */
static const struct {
    const char *has; /* what the place takes, before the words */
    FslKind kinds[WORDS_MAX];
} places[] = {
    [SCHEMA_PLACE_TOP] = {"A schema has",
                          {FSL_COLLECTION, FSL_FUNCTION, FSL_ROLE, FSL_ACCESS_PROVIDER, FSL_OTHER}},
    [SCHEMA_PLACE_COLLECTION] = {"A field is written `name: Type`; a collection also has",
                                 {FSL_INDEX, FSL_UNIQUE, FSL_CHECK, FSL_FIELD, FSL_AGGREGATE,
                                  FSL_TRIGGER, FSL_MIGRATIONS, FSL_HISTORY_DAYS, FSL_TTL_DAYS,
                                  FSL_DOCUMENT_TTLS, FSL_OTHER}},
    [SCHEMA_PLACE_INDEX] = {"An index has", {FSL_TERMS, FSL_VALUES, FSL_OTHER}},
    [SCHEMA_PLACE_AGGREGATE] = {"An aggregate has", {FSL_TERMS, FSL_WHERE, FSL_VALUES, FSL_OTHER}},
    [SCHEMA_PLACE_TRIGGER] = {"A trigger has", {FSL_ON, FSL_WHEN, FSL_DO, FSL_OTHER}},
    [SCHEMA_PLACE_ROLE] = {"A role has", {FSL_PRIVILEGES, FSL_MEMBERSHIP, FSL_OTHER}},
    [SCHEMA_PLACE_PRIVILEGES] = {"Actions are",
                                 {FSL_READ, FSL_WRITE, FSL_CREATE, FSL_DELETE, FSL_CALL,
                                  FSL_CREATE_WITH_ID, FSL_HISTORY_READ, FSL_HISTORY_WRITE,
                                  FSL_UNRESTRICTED_READ, FSL_OTHER}},
    [SCHEMA_PLACE_PROVIDER] = {"An access provider has",
                               {FSL_ISSUER, FSL_JWKS_URI, FSL_ROLE, FSL_OTHER}},
};

static Str word_of(FslKind kind)
{
    return kind == FSL_FIELD ? STR("compute") : fsl_keyword_text(kind);
}

void schema_advise(SchemaBuild *b, Diag *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = str_vformat(b->arena, format, args);
    va_end(args);
    (void)diag_hint(error, b->arena, DIAG_ADVICE, (Span){0}, text);
}

/* The word that `written` is nearest to; empty: it is near to none. */
static Str nearest(const FslKind *kinds, Str written)
{
    Str found = {0};
    int best = written.len > 4 ? 2 : 1;
    for (; *kinds != FSL_OTHER; kinds++) {
        int distance = str_distance(word_of(*kinds), written);
        if (distance <= best) {
            best = distance - 1;
            found = word_of(*kinds);
        }
    }
    return found;
}

static Str list_words(SchemaBuild *b, const FslKind *kinds)
{
    Buf text = {0};
    for (int64_t i = 0; kinds[i] != FSL_OTHER; i++) {
        bool is_last = kinds[i + 1] == FSL_OTHER;
        buf_printf(&text, "%s`%.*s`", i == 0 ? "" : is_last ? " and " : ", ",
                   STR_ARG(word_of(kinds[i])));
    }
    Str copy = str_copy(b->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

void schema_error_word(SchemaBuild *b, Name word, const char *what, SchemaPlace place)
{
    Diag *error = schema_error(b, word.span, "%s `%.*s`", what, STR_ARG(word.text));
    Str near = nearest(places[place].kinds, word.text);
    if (near.len > 0) {
        Diag *hint = diag_hint(error, b->arena, DIAG_ADVICE, word.span,
                               str_format(b->arena, "Did you mean `%.*s`?", STR_ARG(near)));
        hint->has_suggestion = true;
        hint->suggestion = near;
    } else {
        Str all = list_words(b, places[place].kinds);
        schema_advise(b, error, "%s %.*s", places[place].has, STR_ARG(all));
    }
}
