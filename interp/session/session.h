/* session: the one way to run FQL. It owns the pipeline and is the only place where a query
 * fails or commits.
 *
 *   Source ─► parse_script ─► lower (names to slots, builtins to rows) ─► run ─► sink ─► commit
 *                │                 │                                      │               │
 *                └── diagnostics ──┴──────────────► Outcome ◄── fault ────┘   status ─────┘
 *
 * One source is one transaction. The value of each top-level expression goes to the sink
 * *inside* the transaction (values borrow from the store); the caller buffers what the sink
 * wrote and shows it only when the outcome is OUTCOME_OK.
 */
#ifndef FAWN_INTERP_SESSION_SESSION_H
#define FAWN_INTERP_SESSION_SESSION_H

#include "runtime/print/print.h"

typedef struct Session Session;

/* A session over an open store, which must outlive it. Top-level `let`s of one source are
 * visible in the next ones. */
Session *session_open(Store *store);
void session_close(Session *session);

/* Another one on the same store, for when `first` and what else was opened beside it run nothing; it is
 * closed before that. It takes little memory, where a session by itself takes address space for a deep
 * recursion. */
Session *session_open_beside(const Session *first);

/* Gives back what the last run took, when it is much; its outcome and arguments are gone then. */
void session_rest(Session *session);

/* To be called before the first run, for a session on another database than the root: `path` has
 * the names of databases within each other from the root on, divided by slashes (empty: the root).
 * False: there is none of these names, as `*error` tells, which lives as long as the session. When
 * the database is deleted, each further run fails. */
NODISCARD bool session_enter(Session *session, Str path, Str *error);

/* Whether who it acts as may read the schema as a whole, or change it. */
bool session_may_use_schema(Session *session, bool change);

/* Errors of a person's session have hints of what to do that Fauna did not give; at first they have
 * none. */
void session_advise(Session *session, bool advises);

/* Whether the root database counts as `typechecked`; at first it does not. */
void session_typecheck_root(Session *session, bool typechecked);

/* Whether its database is the root. */
bool session_is_on_root(const Session *session);

/* Stops the query that is running, from a signal handler or another thread. */
void session_interrupt(Session *session);

/* Forgets an interrupt that came when the run it was meant for was over. */
void session_forget_interrupt(Session *session);

typedef enum OutcomeKind {
    OUTCOME_OK,
    OUTCOME_FAILED,     /* the query: code, message, summary */
    OUTCOME_INCOMPLETE, /* the text ended too early (only with `allow_incomplete`) */
    OUTCOME_TIMEOUT,
    OUTCOME_INTERRUPTED,
    OUTCOME_STORE, /* the database: code storage_failure or read_only */
    OUTCOME_DECLINED, /* the user did not confirm the changes */
} OutcomeKind;

/* What came of a run. Texts live until the next run of the session. */
typedef struct Outcome {
    OutcomeKind kind;
    Str code;    /* "divide_by_zero" */
    Str message; /* as in the error body's `message` */
    Str summary; /* the rendered errors; on success the rendered log()s and hints */
    Str open;    /* INCOMPLETE: openers still waiting */
    const ConstraintFailure *constraints;
    bool has_abort;
    Str abort_text; /* abort's value in the format of `RunOptions.print` */
    int64_t txn_us; /* commit or snapshot time */
    int64_t state_us; /* commit time of the newest state that it saw or made */
    int64_t schema_us; /* when the schema changed last, as far as the transaction knows; 0: never */
    int64_t elapsed_us;
    int64_t memory_bytes;
    TxnChanges changes;
    int64_t restored; /* documents, by session_restore */
    RtStats stats;
    Str static_type; /* of the last value, when types were checked */
    const struct Plan *plan; /* runtime/set/plan.h; NULL: nobody asked */
} Outcome;

/* Receives one top-level value. Returns val_null(NULL), or the fault that printing met. */
typedef Value SessionSink(void *context, Rt *rt, Value v);

/* A document that a transaction changes, as objects; null where it is not there. */
typedef struct SessionChange {
    Str document; /* Movie("1"), Function("double") */
    Value before, after;
} SessionChange;

/* Receives one such change, inside the transaction; likewise. */
typedef Value SessionChangeSink(void *context, Rt *rt, const SessionChange *change);

typedef struct Binding {
    Str name;
    Value value;
} Binding;

typedef enum TypecheckWhen {
    TYPECHECK_NO,
    TYPECHECK_YES,
    TYPECHECK_AS_DATABASE, /* as `typechecked` of the database says */
} TypecheckWhen;

typedef struct RunOptions {
    bool each;       /* every top-level statement commits by itself */
    bool last_only;  /* only the last value reaches the sink */
    bool query;      /* as Fauna does: one query, its last statement a value; its lets are
                        forgotten when it ends */
    bool repeats;    /* `query`: it may come again, so what its text tells is kept (prepared.h);
                        the session has no variables */
    bool separate;   /* as Fauna did: a query may not use a collection that it makes, nor write
                        documents of one whose definition it changes (runtime/document/separate.h) */
    bool dry_run;    /* roll back at the end; `changes` tells what would have been */
    bool check_only; /* parse and resolve, run nothing */
    TypecheckWhen typecheck; /* refuse what static types show to be wrong */
    bool assumes_names; /* names that nothing has are no errors of types: what makes them did not run */
    bool read_only;
    bool allow_incomplete;
    bool performance_hints;
    Str hint_pages;   /* where these send the reader: "fawn help "; empty: to Fauna's pages */
    bool explain;     /* note what is read and how: Outcome.plan */
    int64_t as_of_us; /* read the past as of this time; 0: the present */
    const Limits *limits; /* NULL: limits_local */
    EffectLimit effects;  /* of the statements' evaluation; without a place: none */
    int64_t timeout_ms;   /* 0: none */
    int64_t memory_bytes; /* of values at most; 0: no limit */
    PrintOptions print;   /* for abort values */
    const Binding *arguments;
    int64_t argument_count;
    const Value *values;     /* of a query template (session_template), in order */
    const Str *value_errors; /* why the query cannot have those that are T_FAULT */
    int64_t value_count;
    Str result_name;   /* not empty: the last value stays in this variable, as with a let */
    SessionSink *sink; /* NULL: values are dropped */
    void *sink_context;
    /* `each`: called after each commit, so that what the sink wrote can be shown. May be NULL. */
    void (*committed)(void *sink_context);
    SessionChangeSink *changes; /* `dry_run`: gets all that would have changed. May be NULL */
    /* Whether so much may be changed; asked before the commit. May be NULL. */
    bool (*confirm)(void *sink_context, const TxnChanges *changes);
} RunOptions;

/* Runs one source, which session_source made: lambdas of top-level lets keep pointing into it. */
Outcome session_run(Session *session, const Source *source, const RunOptions *options);

/* -- one transaction over several runs ----------------------------------------------------------
 *
 * Between session_open_transaction and its end all runs read and write in one transaction. One that fails
 * is undone alone: what the others did stays. */

typedef enum TransactionState {
    TRANSACTION_NONE,
    TRANSACTION_OPEN,
    TRANSACTION_FAILED, /* open, but a run in it failed */
} TransactionState;

TransactionState session_transaction(const Session *session);

/* None may be open. */
void session_open_transaction(Session *session, bool read_only);

/* What it has changed so far. */
TxnChanges session_open_changes(const Session *session);

/* Ends it. The outcome has the changes and the time of the commit; unless it is OUTCOME_OK, nothing
 * was committed. */
Outcome session_commit(Session *session);
void session_rollback(Session *session);

/* -- transactions of the past ------------------------------------------------------------------
 *
 * They are known by the time of their commit, in microseconds; as far back as the store keeps
 * them (store/changes.h). */

/* What a transaction did to the documents of one collection. */
typedef struct SessionTouched {
    Str collection;
    TxnChanges changes;
} SessionTouched;

typedef struct SessionTxn {
    int64_t time_us;
    const SessionTouched *touched; /* in order of collection */
    int64_t count;
} SessionTxn;

/* The last `max` transactions, the newest first; they live until the next run. */
Outcome session_log(Session *session, int64_t max, const SessionTxn **txns, int64_t *count);

/* Smaller numbers of transactions count back: 1 is the last. */
enum { SESSION_COUNT_BACK_MAX = 1000 };

/* Gives `sink` the changes of one of them. */
Outcome session_log_changes(Session *session, int64_t txn_us, SessionChangeSink *sink,
                            void *context);

/* Writes the opposite of one of them, as a transaction of its own, of which `options` say more:
 * `dry_run`, `changes`, `confirm`. `*undone` is its time. What cannot be undone, because of
 * changes that came after it or because it changed the schema, fails, and the message says why. */
Outcome session_undo(Session *session, int64_t txn_us, const RunOptions *options, int64_t *undone);

/* What a new schema does to one item of the one in force. */
typedef enum SchemaChangeKind { SCHEMA_ADDED, SCHEMA_REMOVED, SCHEMA_CHANGED } SchemaChangeKind;

typedef struct SchemaChange {
    SchemaChangeKind kind;
    const struct SchemaItem *before, *after; /* NULL: it is added, removed */
    const struct MigrationSteps *steps;      /* what becomes of documents; NULL: nothing */
    int64_t documents;                       /* that are deleted with a collection */
} SchemaChange;

/* What the schema must not have changed since, neither the one in force nor one that waits. */
typedef struct SchemaGuard {
    bool is_set;
    int64_t version_us;
    bool is_stale; /* out: it has changed, and what was to be done failed */
} SchemaGuard;

typedef struct SchemaPush {
    const Source *const *files; /* live as sources of session_run do */
    int64_t count;
    Str folder;          /* what the names of files begin with, which is not kept */
    bool dry_run;        /* only find out what would change, and whether it could */
    bool stage;          /* keep the files until they are committed */
    bool adds;           /* files in force that are not among these stay */
    bool against_staged; /* tell what changes in the files that are staged, if there are any */
    SchemaGuard guard;
    /* out, until the next run */
    bool staged;                 /* they were kept, as `stage` said or one is staged */
    Str errors;                  /* what is wrong, in the shorter form of Fauna's schema API */
    SchemaChange *changes;       /* first what is added, in order of kind and name; none of
                                    files that are kept for later */
    int64_t change_count;
    const Source *const *before; /* the files that those pushed take the place of */
    int64_t before_count;
    const Source *const *after; /* the files as they are to be */
    int64_t after_count;
} SchemaPush;

/* Replaces the schema, collections, functions, roles and access providers, by what `push->files`
 * say: what they do not define is deleted, with its documents; what stays the same is not
 * written. All or nothing: when anything is wrong, the old schema stays in force, and the
 * outcome's summary says where in the files it is; its code is then invalid_schema. */
Outcome session_push_schema(Session *session, SchemaPush *push);

/* A staged schema has been checked, and waits beside the one in force. While there is one, pushes
 * replace it; `pin` stages the schema in force. */
typedef enum StageAction { STAGE_PIN, STAGE_COMMIT, STAGE_ABANDON } StageAction;

typedef struct SchemaStaging {
    StageAction action;
    SchemaGuard guard;
    Str errors; /* out, as in SchemaPush */
} SchemaStaging;

Outcome session_stage(Session *session, SchemaStaging *staging);

/* The files of a schema as they were pushed, with what queries changed since then. */
typedef struct SchemaState {
    int64_t version_us;         /* when anything of it changed last; 0: never */
    bool is_staged;             /* another one waits */
    const Source *const *files; /* in force, until the next run */
    int64_t count;
    bool is_pinned; /* that waits is the one in force: nothing was pushed since the pin */
    const Source *const *staged;
    int64_t staged_count;
} SchemaState;

/* Reads them; names of files begin with `folder`. */
SchemaState session_schema_state(Session *session, Str folder);

/* A copy of a source, for the next run. It lives until session_source or session_template is
 * called after that run, and longer when a variable needs it. Text is checked: it must be UTF-8
 * without NUL; else NULL and `*bad_offset` tells where it is not. A leading BOM and a `#!`
 * line are blanked; CRLF stays (the lexer reads it as one newline). */
const Source *session_source(Session *session, Str name, Str text, int64_t *bad_offset);

/* A query template: `texts` with a place for a value between each two of them. */
const Source *session_template(Session *session, Str name, const Str *texts, int64_t text_count,
                               int64_t *bad_offset);

/* Arguments: JSON text to a value that lives until the next run. On failure T_FAULT and the
 * reason in `*error`. */
Value session_argument(Session *session, Str json, bool tagged, Str *error);

/* The collections in order of name; valid until the next run. None when they cannot be read. */
typedef struct SessionCollection {
    Str name;
    int64_t documents;
} SessionCollection;
int64_t session_collections(Session *session, const SessionCollection **collections);

/* The name of a collection, as a plan (runtime/set/plan.h) numbers it. */
Str session_collection_name(const Session *session, uint32_t number);

/* The indexes of all collections, in order of collection and definition; likewise. */
typedef struct SessionIndex {
    Str name;          /* Movie.byYear */
    Str terms, values; /* "year", "title, rating descending" */
    bool unique;       /* made for a unique constraint */
    bool queryable;
} SessionIndex;
int64_t session_indexes(Session *session, const SessionIndex **indexes);

/* The schema in force as FSL: collections, functions, roles, access providers, each in the order
 * in which they were made; valid until the next run. */
typedef struct SessionItem {
    Str kind; /* "collection" */
    Str name;
    Str text; /* ends with a newline */
} SessionItem;
int64_t session_schema(Session *session, const SessionItem **items);

/* Appends what queries may name, with types, as JSON (typer/environment.h). */
Outcome session_environment(Session *session, const RunOptions *options, Buf *out);

/* Whether who runs may see that: an admin, or a server. */
bool session_may_see_environment(Session *session);

/* The triggers of all collections, in order of collection and definition; likewise. */
typedef struct SessionTrigger {
    Str name; /* Movie.note */
    Str on;   /* "create, update", or the name of an aggregate */
} SessionTrigger;
int64_t session_triggers(Session *session, const SessionTrigger **triggers);

/* The aggregates of all collections, likewise. */
typedef struct SessionAggregate {
    Str name;  /* Review.rating */
    Str keeps; /* "count mean best", the names of its values */
    int64_t groups;
} SessionAggregate;
int64_t session_aggregates(Session *session, const SessionAggregate **aggregates);

/* What the memory of the database goes to, collection by collection in order of name; behind them
 * what Fawn keeps for itself, and what other databases have. Valid until the next run. */
typedef struct SessionMeasure {
    Str of;   /* a collection, or "(definitions)", "(other databases)" */
    Str what; /* "documents" …; of an index or aggregate its name */
    int64_t count, bytes;
} SessionMeasure;
int64_t session_measures(Session *session, const SessionMeasure **measures);

/* What a collection has (indexes, aggregates: as signatures), and what its documents have: fields of the
 * schema, computed ones, and those of the first `sample` documents, with their types as signatures
 * write them. Valid until the next run; none when there is no such collection. */
typedef struct SessionMember {
    Str name;
    Str type; /* "(term1: Any) => Set<Movie>", "{ eur: Int }" */
    bool is_field;
} SessionMember;
int64_t session_members(Session *session, Str collection, int64_t sample,
                        const SessionMember **members);

/* The type of a variable's value, written likewise; `@Movie` is the collection itself. Empty: there is
 * no such variable. */
Str session_variable_type(Session *session, Str name);

/* The static type of a piece of a query, written likewise; nothing of it runs. In `text` the field
 * SESSION_SOUGHT is selected of that piece. Empty: nothing is known of it, or the text does not parse. */
#define SESSION_SOUGHT "sought__"
Str session_sought_type(Session *session, Str text);

/* Writes the database, or some of its collections, as text (interp/transfer/dump.h), piece by piece to
 * `write`, which returns false when it cannot go on. It takes no memory for the documents. */
typedef struct DumpOptions {
    const Str *collections; /* the only ones, if there are any */
    int64_t count;
    bool (*write)(void *context, Str text);
    void *context;
} DumpOptions;
Outcome session_dump(Session *session, const DumpOptions *options);

/* Reads such text, line by line from `read`, which returns false at the end: all of it, or nothing.
 * The database must be empty, or of the collections that the dump is of it must have none. Lines are
 * borrowed until the next one is read. */
typedef bool SessionRead(void *context, Str *line);
Outcome session_restore(Session *session, SessionRead *read, void *context);

/* Names of variables bound by top-level lets. */
int64_t session_variables(Session *session, const Str **names);

/* Takes the value of a variable away. False: there is none of this name. */
bool session_unset_variable(Session *session, Str name);
/* Binds a variable between two runs to plain data, such as session_argument gives. */
void session_bind(Session *session, Str name, Value value);

/* Gives the value of the variable `name` its place among the last ones: `_1` is that value, `_2` what
 * was `_1` before, and so on to `_9`. */
void session_number_result(Session *session, Str name);

#endif
