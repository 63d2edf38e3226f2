/* environment: what queries may name, and of what types it is, for the editors of those who write them.
 *
 *   {"globals":{"Math":"MathModule", …},
 *    "types":{"MathModule":{"self":"MathModule","fields":{"abs":"(x: Number) => Number", …},
 *                           "type_hint":"module"}, …}}
 *
 * This is what Fauna's endpoint /environment/1 tells: builtins and the schema's collections and
 * functions, in order of name.
 */
#ifndef FAWN_INTERP_TYPER_ENVIRONMENT_H
#define FAWN_INTERP_TYPER_ENVIRONMENT_H

#include "interp/typer/typer.h"

/* Appends all of `env`, whose arena gets names as well; in a transaction. */
void environment_put(Buf *out, TyEnv *env);

#endif
