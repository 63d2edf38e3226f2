/* variables: the top-level lets of a session, and the arguments of a run.
 *
 * A variable is a cell that code points to. Binding a name again makes a new cell, so a lambda
 * keeps what it saw. Plain data is copied to the session's memory at once, so that its
 * statement's memory can be taken back. Documents, sets and functions borrow from the heap, the
 * store and the code until the commit, and are copied then.
 */
#include "interp/session/session_int.h"

enum {
    PLAIN_DEPTH = 8,
    CELLS_BYTES_FEW = 1 << 20, /* of cells, not worth a thought */
    PLAIN_LOOKS_MAX = 1 << 20, /* a value may share parts so often that no time is enough to see all */
};

static const Value *find_argument(const RunOptions *options, Str name)
{
    for (int64_t i = 0; i < options->argument_count; i++) {
        if (str_eq(options->arguments[i].name, name)) {
            return &options->arguments[i].value;
        }
    }
    return NULL;
}

/* A let of this run hides an argument, which hides the lets of earlier runs. */
const Value *variable_find(void *context, Str name)
{
    Session *session = context;
    const Variable *variable = map_find(&session->variables.by_name, name);
    bool bound = variable != NULL && variable->cell != NULL;
    if (bound && variable->run == session->run) {
        return variable->cell;
    }
    const Value *argument = find_argument(session->options, name);
    return argument == NULL && bound ? variable->cell : argument;
}

static Variable *make_variable(Session *session, Str name)
{
    Variable *variable = arena_new(&session->variables.cells, Variable);
    variable->name = str_copy(&session->variables.cells, name);
    map_put(&session->variables.by_name, variable->name, variable);
    vec_push(&session->variables.list, &session->variables.cells, variable);
    return variable;
}

static Variable *find_or_make(Session *session, Str name)
{
    Variable *variable = map_find(&session->variables.by_name, name);
    return variable != NULL ? variable : make_variable(session, name);
}

/* Whether `v` is data all the way down, as far as is worth looking: that is `looks` elements;
 * `or_documents`: or names of documents, which need no code. */
static bool is_plain_within(Value v, bool or_documents, int depth, int64_t *looks)
{
    const Value *children = NULL;
    int64_t count = 0;
    if (v.type == T_ARRAY) {
        children = v.as.items;
        count = v.len;
    } else if (v.type == T_OBJECT) {
        children = v.as.object->slots;
        count = v.as.object->shape->count;
    } else {
        return v.type == T_DOC ? or_documents
                               : v.type != T_SET && v.type != T_FUNCTION &&
                                     v.type != T_EVENT_SOURCE && v.type != T_NULL;
    }
    *looks -= count;
    if (*looks < 0) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        if (!val_is_flat(children[i]) &&
            (depth == 0 || !is_plain_within(children[i], or_documents, depth - 1, looks))) {
            return false;
        }
    }
    return true;
}

static bool is_plain(Value v, bool or_documents)
{
    int64_t looks = PLAIN_LOOKS_MAX;
    return is_plain_within(v, or_documents, PLAIN_DEPTH, &looks);
}

/* A copy that lasts as long as the variables do. */
static Value copy_lasting(Session *session, Value value)
{
    int64_t bytes = arena_bytes(&session->heap) + arena_bytes(&session->variables.cells);
    return val_copy_lasting(&session->variables.cells, value, bytes);
}

bool variable_bind(Session *session, Str name, Value value)
{
    bool plain = is_plain(value, false);
    Variable *variable = find_or_make(session, name);
    Rebinding rebinding = {.variable = variable,
                           .before = variable->cell,
                           .plain = plain,
                           .needs_code = !plain && !is_plain(value, true)};
    variable->cell = arena_new(&session->variables.cells, Value);
    variable->run = session->run;
    rebinding.cell = variable->cell;
    vec_push(&session->pending, &session->query, rebinding);
    *variable->cell = plain ? copy_lasting(session, value) : value;
    return plain;
}

void variables_copy(Session *session)
{
    for (int64_t i = 0; i < session->pending.len; i++) {
        if (!session->pending.at[i].plain) {
            Value *cell = session->pending.at[i].cell;
            *cell = copy_lasting(session, *cell);
        }
    }
}

void variables_keep(Session *session)
{
    for (int64_t i = 0; i < session->pending.len; i++) {
        session->keeps_code = session->keeps_code || session->pending.at[i].needs_code;
    }
    session->pending.len = 0;
}

void variables_forget(Session *session)
{
    for (int64_t i = session->pending.len - 1; i >= 0; i--) {
        const Rebinding *rebinding = &session->pending.at[i];
        rebinding->variable->cell = rebinding->before;
    }
    session->pending.len = 0;
}

/* A variable of `old`, with what it holds, among the variables of now. */
static void move_variable(Session *session, const Variable *old, int64_t bytes)
{
    Variable *variable = make_variable(session, old->name);
    variable->run = old->run;
    variable->cell = arena_new(&session->variables.cells, Value);
    *variable->cell = val_copy_lasting(&session->variables.cells, *old->cell, bytes);
}

void variables_tidy(Session *session)
{
    Bindings *now = &session->variables;
    int64_t bytes = arena_bytes(&now->cells);
    if (bytes <= session->cells_max || session->keeps_code) {
        return;
    }
    Bindings old = *now;
    *now = (Bindings){.list = {0}};
    arena_init(&now->cells);
    map_init(&now->by_name, &now->cells);
    for (int64_t i = 0; i < old.list.len && arena_bytes(&now->cells) < bytes; i++) {
        if (old.list.at[i]->cell != NULL) {
            move_variable(session, old.list.at[i], bytes);
        }
    }
    /* What several of them shared is not shared any more: it may be no less. */
    bool less = arena_bytes(&now->cells) < bytes;
    arena_free(less ? &old.cells : &now->cells);
    if (!less) {
        *now = old;
    }
    session->cells_max = 2 * arena_bytes(&now->cells) + CELLS_BYTES_FEW;
}

void session_bind(Session *session, Str name, Value value)
{
    Variable *variable = find_or_make(session, name);
    variable->cell = arena_new(&session->variables.cells, Value);
    *variable->cell = copy_lasting(session, value);
}

void session_number_result(Session *session, Str name)
{
    static const char *const numbers[] = {"_1", "_2", "_3", "_4", "_5", "_6", "_7", "_8", "_9"};
    Value *cell = find_or_make(session, name)->cell;
    for (int64_t i = 0; i < countof(numbers) && cell != NULL; i++) {
        Variable *variable = find_or_make(session, str_from_c(numbers[i]));
        Value *before = variable->cell;
        variable->cell = cell;
        cell = before;
    }
}

int64_t session_variables(Session *session, const Str **names)
{
    Str *found = arena_array(&session->query, Str, session->variables.list.len);
    int64_t count = 0;
    for (int64_t i = 0; i < session->variables.list.len; i++) {
        if (session->variables.list.at[i]->cell != NULL) {
            found[count++] = session->variables.list.at[i]->name;
        }
    }
    *names = found;
    return count;
}

bool session_unset_variable(Session *session, Str name)
{
    Variable *variable = map_find(&session->variables.by_name, name);
    bool was_bound = variable != NULL && variable->cell != NULL;
    if (was_bound) {
        variable->cell = NULL;
    }
    return was_bound;
}
