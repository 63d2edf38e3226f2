/* schema_call: what the calls of /schema/1 share. Their errors have a message, and no code. */
#ifndef FAWN_SERVER_ENDPOINT_SCHEMA_CALL_H
#define FAWN_SERVER_ENDPOINT_SCHEMA_CALL_H

#include "interp/schema/schema_diff.h"
#include "server/work/work.h"

/* The parameters of the query string; what makes no sense is passed over, as Fauna did. */
typedef struct SchemaParams {
    bool is_versioned;
    int64_t version_us;
    bool force, staged, validate;
    bool adds;       /* override=false */
    bool has_format;
    SchemaDiffStyle style;
} SchemaParams;

typedef struct SchemaCall SchemaCall;

/* One row for each call: METHOD /schema/1/PATH, or PATH/NAME. */
typedef struct SchemaRow {
    const char *method, *path;
    bool has_name;   /* what it is about comes after the path */
    bool needs_admin;
    bool writes;     /* only the writer can run it */
    void (*run)(SchemaCall *call);
} SchemaRow;

struct SchemaCall {
    Job *job;
    Session *session;
    const SchemaRow *row; /* NULL: there is no such path, or not with this method */
    bool is_known_path;
    Str name;
    SchemaParams params;
};

/* Answers with an error. */
void schema_call_fail(SchemaCall *call, int status, Str message);

/* Begins the answer; what follows it ends with a bracket. */
void schema_call_answer(SchemaCall *call, int64_t version_us);

/* Appends `,"NAME":TEXT`. */
void schema_call_put(SchemaCall *call, const char *name, Str text);

/* Whether the schema is of the version that the client knows; false: an error was answered. */
bool schema_call_is_current(SchemaCall *call, int64_t version_us);

/* A file as a source of the session. NULL: it is no text, which was answered. */
const Source *schema_call_source(SchemaCall *call, Str name, Str text);

/* Pushes, with the version that the client knows. False: an error was answered. */
bool schema_call_push(SchemaCall *call, SchemaPush *push, Outcome *outcome);

/* Answers with what a push would change. */
void schema_call_put_diff(SchemaCall *call, const SchemaPush *push, SchemaDiffStyle style);

/* Whether a file of a schema may have this name. */
bool schema_call_is_file_name(Str name);

/* GET, POST, DELETE of one item (schema_items.c). */
void schema_item_get(SchemaCall *call);
void schema_item_add(SchemaCall *call);
void schema_item_replace(SchemaCall *call);
void schema_item_delete(SchemaCall *call);

#endif
