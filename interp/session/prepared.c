/* prepared: see prepared.h. Few texts are looked through from end to end: most differ in their
 * hashes.
 */
#include "interp/session/prepared.h"

#include "grammar/parse.h"
#include "interp/session/session_int.h"

enum { SEEN_MAX = 1024 };

struct PreparedQueries {
    Prepared at[PREPARED_MAX];
    int64_t count;
    int64_t queries;
    uint64_t seen[SEEN_MAX]; /* hashes of texts that came once, each where its hash says */
};

static int64_t bytes_of(const Prepared *prepared)
{
    return arena_bytes(&prepared->tree) + arena_bytes(&prepared->types);
}

static void drop(PreparedQueries *all, Prepared *prepared)
{
    arena_free(&prepared->tree);
    arena_free(&prepared->types);
    *prepared = all->at[--all->count];
}

static Prepared *find(PreparedQueries *all, Str text, uint64_t hash)
{
    for (int64_t i = 0; i < all->count; i++) {
        Prepared *prepared = &all->at[i];
        if (prepared->hash == hash && str_eq(prepared->source->text, text)) {
            return prepared;
        }
    }
    return NULL;
}

/* The one that was not used for the longest time. */
static Prepared *oldest(PreparedQueries *all)
{
    Prepared *found = &all->at[0];
    for (int64_t i = 1; i < all->count; i++) {
        found = all->at[i].used < found->used ? &all->at[i] : found;
    }
    return found;
}

int64_t prepared_bytes(const Session *session)
{
    const PreparedQueries *all = session->prepared;
    int64_t bytes = 0;
    for (int64_t i = 0; all != NULL && i < all->count; i++) {
        bytes += bytes_of(&all->at[i]);
    }
    return bytes;
}

static void make_room(const Session *session)
{
    PreparedQueries *all = session->prepared;
    int64_t bytes = prepared_bytes(session);
    while (all->count == PREPARED_MAX || bytes > PREPARED_BYTES_MAX) {
        Prepared *old = oldest(all);
        bytes -= bytes_of(old);
        drop(all, old);
    }
}

/* NULL: the text does not parse. */
static Prepared *prepare(Session *session, const Source *source, uint64_t hash, bool is_template)
{
    PreparedQueries *all = session->prepared;
    make_room(session);
    Prepared *prepared = &all->at[all->count++];
    *prepared = (Prepared){.hash = hash};
    arena_init(&prepared->tree);
    arena_init(&prepared->types);
    prepared->source = arena_new(&prepared->tree, Source);
    prepared->source->name = str_copy(&prepared->tree, source->name);
    prepared->source->text = str_copy(&prepared->tree, source->text);
    ParseResult parsed = is_template ? parse_query_template(&prepared->tree, prepared->source)
                                     : parse_query(&prepared->tree, prepared->source);
    if (parsed.status != PARSE_OK) {
        drop(all, prepared);
        return NULL;
    }
    prepared->block = parsed.node;
    return prepared;
}

/* Whether a text with this hash came before; from now on it did. */
static bool note_seen(PreparedQueries *all, uint64_t hash)
{
    uint64_t *seen = &all->seen[hash % SEEN_MAX];
    bool came = *seen == hash;
    *seen = hash;
    return came;
}

Prepared *prepared_find(Session *session, const Source *source, bool is_template)
{
    Str text = source->text;
    if (text.len > PREPARED_TEXT_BYTES_MAX) {
        return NULL;
    }
    if (session->prepared == NULL) {
        session->prepared = arena_new(&session->lasting, PreparedQueries);
    }
    PreparedQueries *all = session->prepared;
    uint64_t hash = str_hash(text);
    Prepared *found = find(all, text, hash);
    if (found == NULL && note_seen(all, hash)) {
        found = prepare(session, source, hash, is_template);
    }
    if (found != NULL) {
        found->used = ++all->queries;
    }
    return found;
}

const PreparedType *prepared_type(const Prepared *prepared, int64_t made_of, Str given)
{
    const PreparedType *type = prepared->made_of == made_of ? prepared->first : NULL;
    while (type != NULL && !str_eq(type->given, given)) {
        type = type->next;
    }
    return type;
}

void prepared_keep_type(Prepared *prepared, int64_t made_of, Str given, Str text)
{
    if (prepared->made_of != made_of || prepared->type_count == PREPARED_TYPES_MAX) {
        arena_reset(&prepared->types);
        prepared->first = NULL;
        prepared->type_count = 0;
        prepared->made_of = made_of;
    }
    PreparedType *type = arena_new(&prepared->types, PreparedType);
    *type = (PreparedType){str_copy(&prepared->types, given), str_copy(&prepared->types, text),
                           prepared->first};
    prepared->first = type;
    prepared->type_count++;
}

void prepared_free(Session *session)
{
    PreparedQueries *all = session->prepared;
    while (all != NULL && all->count > 0) {
        drop(all, &all->at[all->count - 1]);
    }
}
