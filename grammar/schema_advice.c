/* schema_advice: see schema_advice.h. */
#include "grammar/schema_advice.h"

#include <stdarg.h>

enum { WORDS_MAX = 12 };

static const struct {
    const char *has; /* what the place takes, before the words */
    const char *words[WORDS_MAX];
} places[] = {
    [SCHEMA_PLACE_TOP] = {"A schema has", {"collection", "function", "role", "access provider"}},
    [SCHEMA_PLACE_COLLECTION] = {"A field is written `name: Type`; a collection also has",
                                 {"index", "unique", "check", "compute", "aggregate", "trigger",
                                  "migrations", "history_days", "ttl_days", "document_ttls"}},
    [SCHEMA_PLACE_INDEX] = {"An index has", {"terms", "values"}},
    [SCHEMA_PLACE_AGGREGATE] = {"An aggregate has", {"terms", "where", "values"}},
    [SCHEMA_PLACE_TRIGGER] = {"A trigger has", {"on", "when", "do"}},
    [SCHEMA_PLACE_ROLE] = {"A role has", {"privileges", "membership"}},
    [SCHEMA_PLACE_PRIVILEGES] = {"Actions are",
                                 {"read", "write", "create", "delete", "call", "create_with_id",
                                  "history_read", "history_write", "unrestricted_read"}},
    [SCHEMA_PLACE_PROVIDER] = {"An access provider has", {"issuer", "jwks_uri", "role"}},
};

void schema_advise(SchemaBuild *b, Diag *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = str_vformat(b->arena, format, args);
    va_end(args);
    (void)diag_hint(error, b->arena, DIAG_ADVICE, (Span){0}, text);
}

/* The word that `written` is nearest to; NULL: it is near to none. */
static const char *nearest(const char *const *words, Str written)
{
    const char *found = NULL;
    int best = written.len > 4 ? 2 : 1;
    for (int64_t i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
        int distance = str_distance(str_from_c(words[i]), written);
        if (distance <= best) {
            best = distance - 1;
            found = words[i];
        }
    }
    return found;
}

static Str list_words(SchemaBuild *b, const char *const *words)
{
    Buf text = {0};
    for (int64_t i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
        bool is_last = i + 1 == WORDS_MAX || words[i + 1] == NULL;
        buf_printf(&text, "%s`%s`", i == 0 ? "" : is_last ? " and " : ", ", words[i]);
    }
    Str copy = str_copy(b->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

void schema_error_word(SchemaBuild *b, Name word, const char *what, SchemaPlace place)
{
    Diag *error = schema_error(b, word.span, "%s `%.*s`", what, STR_ARG(word.text));
    const char *const *words = places[place].words;
    const char *near = nearest(words, word.text);
    if (near != NULL) {
        Diag *hint = diag_hint(error, b->arena, DIAG_ADVICE, word.span,
                               str_format(b->arena, "Did you mean `%s`?", near));
        hint->has_suggestion = true;
        hint->suggestion = str_from_c(near);
    } else {
        Str all = list_words(b, words);
        schema_advise(b, error, "%s %.*s", places[place].has, STR_ARG(all));
    }
}
