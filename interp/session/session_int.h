/* session_int: what the files of the session share.
 *
 *   session.c    its life, sources, arguments
 *   run.c        the pipeline, statement by statement
 *   schema.c     schema files put in force
 *   schema_changes.c  what pushing them changes
 *   schema_stage.c  a schema that waits
 *   schema_names.c  whether their bodies name what is there
 *   login.c      as who it runs
 *   variables.c  top-level lets
 *   prepared.c   trees and types of queries that come again
 *   typing.c     static types of what is run
 *   sought.c     of what is being typed
 *   outcome.c    failures and infos as texts
 *   transaction.c  one transaction over several runs
 *   changes.c    what a transaction changes, for people
 *   undo.c       the transactions of the past
 *   dump.c, restore.c  the whole database as text
 *   describe.c   collections; the schema in force as FSL
 *   members.c    what collections and variables have, for completion
 *   import.c     documents from elsewhere (import_int.h)
 *
 * Lifetimes: `lasting` as long as the session; `variables` until they are bound no
 * more, and some time; `code` grows by the statements that bind
 * variables, all others are taken off again, and `sources` likewise by the texts of their runs and
 * by functions from cursors; `query` and `heap` until the next run.
 */
#ifndef FAWN_INTERP_SESSION_SESSION_INT_H
#define FAWN_INTERP_SESSION_SESSION_INT_H

#include "interp/lower.h"
#include "interp/session/session.h"
#include "runtime/base/clock.h"

#include <time.h>

/* A variable that a top-level let made. */
typedef struct Variable {
    Str name;
    Value *cell; /* NULL: it is not bound at present */
    int64_t run; /* the run that bound it last */
} Variable;

typedef struct SessionTypes SessionTypes;

/* The variables of a session, and the memory of all that they hold. */
typedef struct Bindings {
    Arena cells;
    Map by_name; /* name -> Variable */
    VEC(Variable *) list;
} Bindings;

/* A binding that the transaction made, and what the variable was before. */
typedef struct Rebinding {
    Variable *variable;
    Value *cell, *before;
    bool plain;      /* the cell's value lasts already */
    bool needs_code; /* it may point to the code of its statement, and so into the source */
} Rebinding;

struct Session {
    Machine machine;
    Store *store;
    uint32_t database;   /* the store's number of the one that it is on */
    int64_t database_id; /* the document that stands for it; 0: the root */
    Arena lasting, code, query, heap, arguments;
    bool arguments_used; /* the next argument begins a new set of them */
    Arena sources;
    ArenaMark sources_kept; /* variables point into what lies before it */
    bool sources_used;      /* the next source takes the place of those behind the mark */
    Bindings variables;
    int64_t cells_max;         /* of `variables.cells`: so many bytes are too many */
    VEC(Rebinding) pending;    /* of the transaction under way; in `query` */
    const RunOptions *options; /* of the run under way */
    int64_t run;               /* its number */
    SessionTypes *types;       /* NULL: none were checked yet */
    struct PreparedQueries *prepared; /* NULL: none came yet */
    bool keeps_code;           /* a variable that it bound needs its code */
    atomic_int interrupt;
    Buf summary;
    bool advises; /* its errors have hints that Fauna did not give */
    Login login;       /* as who it runs: login.c */
    Arena login_arena; /* what that needs, until somebody else logs in */
    int64_t last_txn_us;
    Txn *open;        /* of session_open_transaction: runs go on in it. NULL: each has its own */
    bool open_failed; /* some run in it did */
    const struct ImportCount *import_counts; /* of the last import */
    int64_t import_count;
};

static inline Rt *session_rt(Session *session)
{
    return &session->machine.rt;
}

/* -- database.c ---------------------------------------------------------------------------- */

/* Begins a transaction of the session's database; that may have been deleted since. */
Txn *session_begin(Session *session, TxnMode mode);

/* Whether it is still there: else a fault. */
NODISCARD bool session_is_on_database(Session *session);

/* Goes to a database of the store within the transaction under way, with a catalog of its own, and
 * back. False: a fault, and it went nowhere. */
typedef struct DatabaseVisit {
    uint32_t from;
    Catalog *catalog;
} DatabaseVisit;
NODISCARD bool session_visit(Session *session, uint32_t database, DatabaseVisit *visit);
void session_return(Session *session, const DatabaseVisit *visit);

/* -- run.c --------------------------------------------------------------------------------- */

/* What is to be done in a transaction; false: it failed, and `outcome` tells why. */
typedef bool TransactionWork(Session *session, void *context, Outcome *outcome);

/* Does `work` in a transaction of its own, as session_run does the statements of a source. */
Outcome session_transact(Session *session, const RunOptions *options, TransactionWork *work,
                         void *context);

/* -- transaction.c ---------------------------------------------------------------------------- */

/* Begins to read what is in the database, in the open transaction if there is one; values go to
 * `heap`. */
void session_begin_reading(Session *session, Arena *heap);
void session_end_reading(Session *session);

/* -- changes.c -------------------------------------------------------------------------------- */

/* Gives `sink` the changes of the transaction under way, and counts them: a document that was
 * written several times changed once. False: a fault. */
bool session_put_changes(Session *session, SessionChangeSink *sink, void *context,
                         TxnChanges *counted);

/* -- variables.c --------------------------------------------------------------------------- */

/* The cell that `name` means: an argument or a variable; NULL: neither. `context`: Session. */
const Value *variable_find(void *context, Str name);

/* Binds `name` for the transaction under way. False: the value needs the memory and the code
 * of the statement that gave it. */
bool variable_bind(Session *session, Str name, Value value);

/* The transaction is about to commit: what it bound is copied to the session's memory. */
void variables_copy(Session *session);

/* The transaction committed: what it bound stays. */
void variables_keep(Session *session);

/* What the transaction bound is forgotten. */
void variables_forget(Session *session);

/* -- typing.c -------------------------------------------------------------------------------- */

/* The types of one run. Zero-initialise. */
typedef struct Typing {
    struct Typer *typer;
    int64_t made_of; /* which of the session's environments */
    DiagList diags;
    struct Prepared *prepared; /* what is known of the query's text; NULL: nothing */
} Typing;

/* What the names of the schema mean to the typer, in a transaction. */
struct TyEnv *typing_env(Session *session);

/* Whether the types of a whole query fit; of the next statement of a source, whose type is told when
 * it is the last. False: the outcome tells what is wrong. */
bool typing_check_query(Session *session, Typing *typing, const Node *block, Outcome *outcome);
bool typing_check_statement(Session *session, Typing *typing, const Statement *statement,
                            bool is_last, Outcome *outcome);

void typing_free(Session *session);

/* At the end of a run: lets go of what is bound no more, when it is much and no code points to it. */
void variables_tidy(Session *session);

/* -- outcome.c ------------------------------------------------------------------------------- */

/* Tells what went wrong, from Rt.fault. Must run inside the transaction. */
void outcome_from_fault(Session *session, Outcome *outcome);

/* The failure's message with its constraint failures, one a line; in `query`. */
Str outcome_fault_text(Session *session, const Fault *fault);

/* Tells about a text that does not parse or cannot be run. */
void outcome_from_diags(Session *session, const DiagList *diags, Outcome *outcome);

/* Moves what the transaction logged to the summary. */
void outcome_take_infos(Session *session);

#endif
