/* variables: the top-level lets of a session, and the arguments of a run.
 *
 * A variable is a cell that code points to. Binding a name again makes a new cell, so a lambda
 * keeps what it saw. While its transaction runs, a cell may borrow from the heap and the store;
 * at the commit it gets a copy that lasts.
 */
#include "interp/session_int.h"

const Value *variable_find(void *context, Str name)
{
    Session *session = context;
    const Variable *variable = map_find(&session->variables, name);
    if (variable != NULL && variable->cell != NULL) {
        return variable->cell;
    }
    for (int64_t i = 0; i < session->options->argument_count; i++) {
        if (str_eq(session->options->arguments[i].name, name)) {
            return &session->options->arguments[i].value;
        }
    }
    return NULL;
}

static Variable *make_variable(Session *session, Str name)
{
    Variable *variable = arena_new(&session->lasting, Variable);
    variable->name = str_copy(&session->lasting, name);
    map_put(&session->variables, variable->name, variable);
    vec_push(&session->variable_list, &session->lasting, variable);
    return variable;
}

void variable_bind(Session *session, Str name, Value value)
{
    Variable *variable = map_find(&session->variables, name);
    if (variable == NULL) {
        variable = make_variable(session, name);
    }
    Rebinding rebinding = {.variable = variable, .before = variable->cell};
    vec_push(&session->pending, &session->query, rebinding);
    variable->cell = arena_new(&session->lasting, Value);
    *variable->cell = value;
}

void variables_keep(Session *session)
{
    for (int64_t i = 0; i < session->pending.len; i++) {
        Value *cell = session->pending.at[i].variable->cell;
        *cell = val_copy(&session->lasting, *cell, NULL);
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

int64_t session_variables(Session *session, const Str **names)
{
    Str *found = arena_array(&session->query, Str, session->variable_list.len);
    int64_t count = 0;
    for (int64_t i = 0; i < session->variable_list.len; i++) {
        if (session->variable_list.at[i]->cell != NULL) {
            found[count++] = session->variable_list.at[i]->name;
        }
    }
    *names = found;
    return count;
}
