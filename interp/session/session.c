/* session: life of a session, its sources and arguments. Running is run.c's. */
#include "interp/session/prepared.h"
#include "interp/session/session_int.h"

#include "runtime/base/memory.h"
#include "runtime/base/utf8.h"
#include "runtime/print/json.h"

#include <string.h>

static Session *open_session(Store *store, const Session *beside)
{
    Arena lasting;
    arena_init(&lasting);
    Session *session = arena_new(&lasting, Session);
    session->lasting = lasting;
    session->store = store;
    ArenaAccount *memory = &session_rt(session)->memory;
    arena_init_counted(&session->code, memory);
    session->code.yields = true;
    arena_init_counted(&session->query, memory);
    arena_init_counted(&session->heap, memory);
    arena_init_counted(&session->arguments, memory);
    arena_init_counted(&session->sources, memory);
    arena_init(&session->login_arena);
    session->sources_kept = arena_mark(&session->sources);
    arena_init(&session->variables.cells);
    map_init(&session->variables.by_name, &session->variables.cells);
    machine_init(&session->machine, &session->lasting, store, beside ? &beside->machine : NULL);
    session_rt(session)->interrupt = &session->interrupt;
    return session;
}

Session *session_open(Store *store)
{
    return open_session(store, NULL);
}

Session *session_open_beside(const Session *first)
{
    return open_session(first->store, first);
}

void session_close(Session *session)
{
    if (session->open != NULL) {
        session_rollback(session);
    }
    catalog_free(session_rt(session)->catalog);
    machine_free(&session->machine);
    typing_free(session);
    prepared_free(session);
    arena_free(&session->variables.cells);
    arena_free(&session->code);
    arena_free(&session->query);
    arena_free(&session->heap);
    arena_free(&session->arguments);
    arena_free(&session->sources);
    buf_free(&session->summary);
    arena_free(&session->login_arena);
    /* The session itself lies in the arena that it holds. */
    Arena lasting = session->lasting;
    arena_free(&lasting);
}

enum {
    REST_BYTES_MAX = 4 << 20, /* so much may stay for the next query */
    TRIM_BYTES_MIN = 16 << 20, /* given back, so much is worth the time of telling the system */
};

static void free_empty(Arena *arena)
{
    if (arena_bytes(arena) == 0) {
        arena_free(arena);
    }
}

void session_rest(Session *session)
{
    Rt *rt = session_rt(session);
    Buf *text = &session->machine.text, *summary = &session->summary;
    int64_t held = rt->memory.bytes + text->cap + summary->cap;
    if (held <= REST_BYTES_MAX) {
        return;
    }
    buf_free(text);
    buf_free(summary);
    arena_free(&session->query);
    arena_free(&session->heap);
    arena_free(&session->arguments);
    free_empty(&session->code);
    if (!session->sources_kept.chunk) {
        arena_free(&session->sources);
    }
    loop_rest_spaces(rt);
    if (held - rt->memory.bytes > TRIM_BYTES_MIN) {
        memory_trim();
    }
}

void session_interrupt(Session *session)
{
    atomic_store_explicit(&session->interrupt, 1, memory_order_relaxed);
}

void session_forget_interrupt(Session *session)
{
    atomic_store_explicit(&session->interrupt, 0, memory_order_relaxed);
}

/* -- sources ---------------------------------------------------------------------------------- */

#define VALUE_MARK "\0value>"

/* Offset of the first byte that no text may hold, or -1. */
static int64_t find_bad_byte(Str text)
{
    const char *nul = text.len > 0 ? memchr(text.s, '\0', (size_t)text.len) : NULL;
    int64_t bad = utf8_check(text);
    return nul != NULL && (bad < 0 || nul - text.s < bad) ? nul - text.s : bad;
}

/* A byte order mark and a line that names the interpreter are no FQL. */
static void blank_head(char *text, int64_t len)
{
    int64_t start = 0;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        memset(text, ' ', 3);
        start = 3;
    }
    if (len >= start + 2 && text[start] == '#' && text[start + 1] == '!') {
        for (int64_t i = start; i < len && text[i] != '\n'; i++) {
            text[i] = ' ';
        }
    }
}

/* Where the next source goes: over those of the last run, unless variables need them. */
static Arena *take_sources(Session *session)
{
    if (session->sources_used) {
        arena_rewind(&session->sources, session->sources_kept);
        session->sources_used = false;
    }
    return &session->sources;
}

static const Source *make_source(Arena *arena, Str name, Str text)
{
    Source *source = arena_new(arena, Source);
    source->name = str_copy(arena, name);
    source->text = text;
    return source;
}

const Source *session_source(Session *session, Str name, Str text, int64_t *bad_offset)
{
    *bad_offset = find_bad_byte(text);
    if (*bad_offset >= 0) {
        return NULL;
    }
    Arena *arena = take_sources(session);
    char *copy = arena_copy(arena, text.s, text.len);
    blank_head(copy, text.len);
    return make_source(arena, name, (Str){copy, text.len});
}

const Source *session_template(Session *session, Str name, const Str *texts, int64_t text_count,
                               int64_t *bad_offset)
{
    Buf joined = {0};
    *bad_offset = -1;
    for (int64_t i = 0; i < text_count && *bad_offset < 0; i++) {
        *bad_offset = find_bad_byte(texts[i]);
        if (i > 0) {
            buf_put(&joined, STR(VALUE_MARK));
        }
        buf_put(&joined, texts[i]);
    }
    Arena *arena = take_sources(session);
    Str text = str_copy(arena, buf_str(&joined));
    buf_free(&joined);
    return *bad_offset < 0 ? make_source(arena, name, text) : NULL;
}

/* -- arguments --------------------------------------------------------------------------------- */

/* Tagged arguments may name collections and documents, so they are read inside a transaction. */
Value session_argument(Session *session, Str json, bool tagged, Str *error)
{
    if (session->arguments_used) {
        arena_reset(&session->arguments);
        session->arguments_used = false;
    }
    if (session_rt(session)->memory.is_over) {
        *error = STR("there is no memory for it");
        return val_fault();
    }
    Rt *rt = session_rt(session);
    session_begin_reading(session, &session->arguments);
    Value value = val_fault();
    if (catalog_load(rt)) {
        value = json_read(rt, str_copy(rt->heap, json), tagged ? JSON_TAGGED : JSON_SIMPLE, error);
    } else {
        *error = rt->fault->message;
    }
    session_end_reading(session);
    return value;
}
