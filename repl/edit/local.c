/* local: goes from the token back to the start of what the bracket around it holds, then on from that
 * bracket, as far as there are brackets.
 */
#include "repl/edit/local.h"

/* -- lets --------------------------------------------------------------------------------------- */

/* The tokens of the value that the `let` at `let` binds; false: it is the one that `at` is in. */
static bool find_value(const Scan *scan, int64_t let, int64_t at, Local *local)
{
    int64_t outer = scan->at[let].outer, first = let + 2;
    while (first < at && scan->at[first].kind != TOKEN_EQUALS) {
        first++;
    }
    int64_t end = ++first;
    while (end < at && !(scan->at[end].separated && scan->at[end].outer == outer)) {
        end++;
    }
    local->first = first;
    local->last = end - 1;
    return end < at || (end == at && scan->at[at].separated);
}

static bool each_let(const Scan *scan, int64_t at, LocalVisit *visit, void *context)
{
    int64_t outer = scan->at[at].outer;
    for (int64_t i = at - 1; i > outer; i--) {
        Local local = {.kind = LOCAL_LET};
        if (scan->at[i].outer != outer || scan->at[i].kind != TOKEN_KEY_LET ||
            scan_kind(scan, i + 1) != TOKEN_ID || !find_value(scan, i, at, &local)) {
            continue;
        }
        local.name = scan_token_text(scan, i + 1);
        if (visit(context, &local)) {
            return true;
        }
    }
    return false;
}

/* -- parameters --------------------------------------------------------------------------------- */

/* Whether the token can be the name of a parameter of what stands in `(` at `paren`: names in types
 * stand behind a colon. */
static bool is_parameter(const Scan *scan, int64_t index, int64_t paren)
{
    TokenKind before = scan_kind(scan, index - 1);
    return scan->at[index].kind == TOKEN_ID && scan->at[index].outer == paren &&
           (before == TOKEN_PAREN_OPEN || before == TOKEN_COMMA || before == TOKEN_DOTS);
}

static bool each_parameter(const Scan *scan, int64_t arrow, LocalVisit *visit, void *context)
{
    Local local = {.kind = LOCAL_PARAMETER, .arrow = arrow};
    int64_t close = arrow - 1;
    if (scan_kind(scan, close) == TOKEN_ID) {
        local.name = scan_token_text(scan, close);
        return visit(context, &local);
    }
    if (scan_kind(scan, close) != TOKEN_PAREN_CLOSE || scan->at[close].mate < 0) {
        return false;
    }
    int64_t paren = scan->at[close].mate;
    for (int64_t i = paren + 1; i < close; i++) {
        local.index += scan->at[i].kind == TOKEN_COMMA && scan->at[i].outer == paren;
        local.name = scan_token_text(scan, i);
        if (is_parameter(scan, i, paren) && visit(context, &local)) {
            return true;
        }
    }
    return false;
}

/* Those of the lambdas whose bodies the token `at` is in, as far as the bracket around it. */
static bool each_lambda(const Scan *scan, int64_t at, LocalVisit *visit, void *context)
{
    int64_t outer = scan->at[at].outer;
    for (int64_t i = at; i > outer; i--) {
        const ScanToken *token = &scan->at[i];
        if (token->outer != outer) {
            continue;
        }
        if (i < at && token->kind == TOKEN_COMMA) {
            return false;
        }
        if (i < at && token->kind == TOKEN_ARROW && each_parameter(scan, i, visit, context)) {
            return true;
        }
        if (token->separated) {
            return false;
        }
    }
    return false;
}

/* -- all together ------------------------------------------------------------------------------- */

bool local_each(const Scan *scan, int64_t at, LocalVisit *visit, void *context)
{
    while (at >= 0) {
        if (each_lambda(scan, at, visit, context) || each_let(scan, at, visit, context)) {
            return true;
        }
        at = scan->at[at].outer;
    }
    return false;
}

typedef struct Search {
    Str name;
    Local *found;
} Search;

static bool take_named(void *context, const Local *local)
{
    const Search *search = context;
    if (!str_eq(local->name, search->name)) {
        return false;
    }
    *search->found = *local;
    return true;
}

bool local_find(const Scan *scan, int64_t at, Str name, Local *found)
{
    Search search = {.name = name, .found = found};
    return local_each(scan, at, take_named, &search);
}
