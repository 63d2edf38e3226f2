/* scope: names of variables to places, while code is lowered.
 *
 *   let a = 1                    the source: no function; a is a cell of the session
 *   x => {                       function 1: x in slot 0
 *     let y = x                      y in slot 1
 *     z => x + y + z             function 2: z in slot 0; captures x, y of function 1
 *   }
 *
 * A function that uses a variable of one further out captures it, and so does every function
 * in between.
 */
#ifndef FAWN_INTERP_SCOPE_H
#define FAWN_INTERP_SCOPE_H

#include "interp/code.h"
#include "runtime/base/vec.h"

/* The name under which a short lambda or projection binds what its leading dot selects from. */
#define SCOPE_THIS STR(".")

typedef struct Local {
    Str name;
    int32_t slot;
} Local;

typedef struct Scope Scope;
struct Scope {
    Scope *outer;      /* of the function around; NULL: none */
    bool is_function;  /* else the top level of a source: nothing to capture with */
    VEC(Local) locals; /* in order of binding; the last of a name is meant */
    VEC(Capture) captures;
    VEC(FreeCell) cells;
    int32_t height;     /* slots in use */
    int32_t first_uses; /* of the variable in slot 0, by inner functions as well; those that
                           scope_forgive took back are not among them */
    int32_t frame_size; /* the most that were */
};

/* Where a variable was found. */
typedef struct Place {
    bool found;
    bool captured;
    int32_t slot;
} Place;

/* Reserves the next slot. */
int32_t scope_reserve(Scope *scope);

/* Makes room for `count` slots from the present height on, without reserving them. */
void scope_ensure(Scope *scope, int32_t count);

/* Binds `name` to a slot. */
void scope_bind(Scope *scope, Arena *arena, Str name, int32_t slot);

Place scope_find(Scope *scope, Arena *arena, Str name);

/* Takes back a use of slot 0 that just reads from what is there: accumulator.h. */
void scope_forgive(Scope *scope, int32_t slot);

/* Notes that the function, and those around it, use a variable of the session. */
void scope_use_cell(Scope *scope, Arena *arena, Str name, const Value *cell);

/* Blocks: what was bound and reserved since `scope_mark` goes. */
typedef struct ScopeMark {
    int64_t locals;
    int32_t height;
} ScopeMark;
ScopeMark scope_mark(const Scope *scope);
void scope_rewind(Scope *scope, ScopeMark mark);

#endif
