/* infer: what the files share that work out the type of an expression: infer.c, infer_chain.c,
 * infer_call.c.
 */
#ifndef FAWN_INTERP_TYPER_INFER_H
#define FAWN_INTERP_TYPER_INFER_H

#include "interp/typer/typer.h"

typedef struct Infer {
    Typer *typer;
    int32_t level;
    bool failed;
} Infer;

/* The type of an expression; of a statement, whose name is then bound (Typer.locals); of a chain. What is
 * wrong is told, and `in->failed` is set. */
const Ty *infer(Infer *in, const Node *node);
const Ty *infer_statement(Infer *in, const Statement *statement);
const Ty *infer_chain(Infer *in, const Node *node);

/* What a lambda of one parameter makes of `given`. */
const Ty *infer_of_given(Infer *in, const Node *lambda, const Ty *given);

/* Whether value ≤ use: else it is told at `site`, and `in->failed` is set. */
bool infer_check(Infer *in, const Ty *value, const Ty *use, Span site);

/* What is written in a call, or in brackets. */
typedef struct CallSite {
    const Ty *const *args;
    const Span *spans; /* of them */
    int64_t count;
    Span args_span, span; /* of all of them; of the whole call */
} CallSite;

/* The field of a value; the result of a call; what stands at a place. `dot` is where a `!` would
 * go. */
const Ty *infer_field(Infer *in, const Ty *of, Name name, Span dot, Span site);
const Ty *infer_apply(Infer *in, const Ty *fn, const CallSite *call);
const Ty *infer_access(Infer *in, const Ty *of, const CallSite *call, bool is_literal);

#endif
