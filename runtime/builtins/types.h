/* types: the builtin types and modules, each defined in the file of its name, and the few
 * things that their rows share.
 */
#ifndef FAWN_RUNTIME_BUILTINS_TYPES_H
#define FAWN_RUNTIME_BUILTINS_TYPES_H

#include "runtime/builtin.h"

#define BUILTIN_TYPE(ident, name) extern const BuiltinType ident;
#define BUILTIN_NESTED(ident, name) extern const BuiltinType ident;
#include "runtime/builtins/types.def"

/* The module FQL: all the other modules and the global functions as members. */
extern const BuiltinType fql_type;

/* The module value of FQL.Schema. */
extern const Module schema_module;

/* The statics of a module without functions of its own. */
extern const Builtin *const builtin_no_rows[];

/* `toString()`, which values of every type but objects and documents have; and the list of it
 * alone, for types whose values have no other method. */
extern const Builtin value_to_string_row;
extern const Builtin *const builtin_value_rows[];

/* Object.assign, which folds do in place: runtime/set/accumulator.h. */
extern const Builtin object_assign_row;

/* The null of `call` that has no element to give; `reason` is a literal or lives as long as
 * the query: "empty array", "no element found". Unlike rt_null_no_element it may be made after
 * the body has called functions. */
Value builtin_null(Rt *rt, const Call *call, Str reason);

/* Whether the function value `fn`, an argument called `name`, takes `count` arguments; for
 * arguments that signatures cannot describe. False: a fault. */
NODISCARD bool builtin_check_arity(Rt *rt, Str name, Value fn, int32_t count);

/* Whether `v` is the module value of `type`: what `isa` means for modules that are no types. */
bool is_module_of(Value v, const BuiltinType *type);

/* A row that other files of its type list, too: declared by `extern const Builtin ident_row`. */
#define BUILTIN_SHARED(ident, name_, effect_, signature_, doc_, example_, result_) \
    static Value ident(Rt *rt, const Call *call);                                  \
    const Builtin ident##_row = {.name = (name_),                                  \
                                 .effect = (effect_),                              \
                                 .signature = (signature_),                        \
                                 .doc = (doc_),                                    \
                                 .example = (example_),                            \
                                 .result = (result_),                              \
                                 .fn = ident};                                     \
    static Value ident(Rt *rt, const Call *call)

/* A list of rows, which must be sorted by name (in byte order), ended by NULL. */
#define BUILTIN_ROWS(ident, ...) static const Builtin *const ident[] = {__VA_ARGS__, NULL}

#endif
