/* schema_snippet: see schema_snippet.h. Messages are the reference's (SchemaEndpoint.scala). */
#include "interp/schema/schema_snippet.h"

#include "interp/schema/schema_push.h"

#include <ctype.h>

static bool is_blank(Str text)
{
    bool blank = true;
    for (int64_t i = 0; i < text.len; i++) {
        blank &= isspace((unsigned char)text.s[i]) != 0;
    }
    return blank;
}

static bool refuse(Str *errors, Str message)
{
    *errors = message;
    return false;
}

bool schema_snippet_read(Session *session, Str kind, Str text, Str *name, Str *errors)
{
    Source *source = arena_new(&session->query, Source);
    *source = (Source){STR("*fsl*"), text};
    const Source *sources[] = {source};
    if (is_blank(text)) {
        return refuse(errors, STR("No FSL snippet provided"));
    }
    SchemaResult parsed = parse_schema(&session->query, sources, 1);
    if (!parsed.ok) {
        return refuse(errors, schema_short_errors(session, &parsed.diags));
    }
    if (parsed.items.len != 1) {
        return refuse(errors, str_format(&session->query,
                                         "Expected a single schema item, got: %lld",
                                         (long long)parsed.items.len));
    }
    const SchemaItem *item = parsed.items.at[0];
    if (!str_eq(fsl_keyword_text(item->kind), kind)) {
        bool vowel = str_starts_with(kind, STR("a"));
        return refuse(errors, str_format(&session->query, "Wrong FSL snippet. Expected a%s %.*s",
                                         vowel ? "n" : "", STR_ARG(kind)));
    }
    *name = item->name.text;
    return true;
}

bool schema_snippet_find(Session *session, const Source *const *files, int64_t count, Str kind,
                         Str name, Span *place)
{
    SchemaResult parsed = parse_schema(&session->query, files, count);
    for (int64_t i = 0; parsed.ok && i < parsed.items.len; i++) {
        const SchemaItem *item = parsed.items.at[i];
        if (str_eq(item->name.text, name) && str_eq(fsl_keyword_text(item->kind), kind)) {
            *place = item->span;
            return true;
        }
    }
    return false;
}
