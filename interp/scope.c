/* scope: names of variables to places. */
#include "interp/scope.h"

void scope_ensure(Scope *scope, int32_t count)
{
    if (scope->height + count > scope->frame_size) {
        scope->frame_size = scope->height + count;
    }
}

int32_t scope_reserve(Scope *scope)
{
    scope_ensure(scope, 1);
    return scope->height++;
}

void scope_bind(Scope *scope, Arena *arena, Str name, int32_t slot)
{
    Local local = {.name = name, .slot = slot};
    vec_push(&scope->locals, arena, local);
}

static bool find_local(const Scope *scope, Str name, int32_t *slot)
{
    for (int64_t i = scope->locals.len - 1; i >= 0; i--) {
        if (str_eq(scope->locals.at[i].name, name)) {
            *slot = scope->locals.at[i].slot;
            return true;
        }
    }
    return false;
}

static Place find_captured(Scope *scope, Arena *arena, Str name)
{
    for (int64_t i = 0; i < scope->captures.len; i++) {
        if (str_eq(scope->captures.at[i].name, name)) {
            return (Place){.found = true, .captured = true, .slot = (int32_t)i};
        }
    }
    Place outer = scope->outer != NULL ? scope_find(scope->outer, arena, name) : (Place){0};
    if (!outer.found) {
        return outer;
    }
    Capture capture = {.name = name, .slot = outer.slot, .captured = outer.captured};
    vec_push(&scope->captures, arena, capture);
    return (Place){.found = true, .captured = true, .slot = (int32_t)scope->captures.len - 1};
}

Place scope_find(Scope *scope, Arena *arena, Str name)
{
    Place place = {.found = true};
    if (!find_local(scope, name, &place.slot)) {
        return find_captured(scope, arena, name);
    }
    scope->first_uses += place.slot == 0;
    return place;
}

void scope_forgive(Scope *scope, int32_t slot)
{
    scope->first_uses -= slot == 0;
}

static bool uses_cell(const Scope *scope, const Value *cell)
{
    for (int64_t i = 0; i < scope->cells.len; i++) {
        if (scope->cells.at[i].cell == cell) {
            return true;
        }
    }
    return false;
}

void scope_use_cell(Scope *scope, Arena *arena, Str name, const Value *cell)
{
    FreeCell used = {.name = str_copy(arena, name), .cell = cell};
    for (; scope != NULL && scope->is_function && !uses_cell(scope, cell); scope = scope->outer) {
        vec_push(&scope->cells, arena, used);
    }
}

ScopeMark scope_mark(const Scope *scope)
{
    return (ScopeMark){.locals = scope->locals.len, .height = scope->height};
}

void scope_rewind(Scope *scope, ScopeMark mark)
{
    assert(mark.locals <= scope->locals.len && mark.height <= scope->height);
    scope->locals.len = mark.locals;
    scope->height = mark.height;
}
