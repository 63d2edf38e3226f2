/* guess: asks the typer, and where the text is not whole enough for it, or types say nothing, walks chains
 * of members from their beginning. What members there are is in guess_member.c, what
 * calls of them give in guess_call.c, where names come from in local.c.
 */
#include "repl/edit/guess_int.h"

#include "repl/edit/local.h"
#include "repl/edit/signature_text.h"

enum {
    GUESS_DEPTH_MAX = 24,          /* guesses within guesses go so deep */
    STATIC_BYTES_MAX = 128 * 1024, /* of a text that the typer is asked of at each key */
};

/* The first token of the operand that ends with the token `last`. */
static int64_t operand_start(const Scan *scan, int64_t last)
{
    int64_t at = last;
    for (;;) {
        const ScanToken *token = &scan->at[at];
        if (token->mate >= 0 && token->mate < at) {
            at = token->mate;
            if (!scan_is_postfix(scan, at)) {
                return at;
            }
            at--;
        } else if (token->kind == TOKEN_BANG && at > 0) {
            at--;
        } else if (at > 0 && scan_is_dot(scan_kind(scan, at - 1))) {
            if (at < 2 || !scan_ends_operand(scan_kind(scan, at - 2))) {
                return at - 1; /* a short lambda */
            }
            at -= 2;
        } else {
            return at;
        }
    }
}

/* -- names -------------------------------------------------------------------------------------- */

/* The type of a let's value or of a lambda's parameter. */
static Str guess_local(Guess *guess, const Local *local)
{
    if (local->kind == LOCAL_LET) {
        return guess_range(guess, local->first, local->last);
    }
    int64_t paren = guess->scan->at[local->arrow].outer;
    return paren >= 0 ? guess_parameter(guess, paren, local->arrow, local->index) : (Str){0};
}

static Str find_name(Guess *guess, int64_t at, Str name)
{
    Local local;
    if (local_find(guess->scan, at, name, &local)) {
        return guess_local(guess, &local);
    }
    Str type = known_variable(guess->known, name);
    if (type.len > 0) {
        return type;
    }
    if (known_collection(guess->known, name) != NULL || guess_find_type(name) != NULL) {
        return str_format(guess->arena, "@%.*s", STR_ARG(name));
    }
    return (Str){0};
}

/* -- expressions -------------------------------------------------------------------------------- */

static Str guess_object(Guess *guess, int64_t open)
{
    const Scan *scan = guess->scan;
    Buf type = {0};
    int64_t close = scan->at[open].mate;
    buf_puts(&type, "{ ");
    for (int64_t i = open + 1; i + 1 < close; i++) {
        bool is_key = scan->at[i + 1].kind == TOKEN_COLON && scan->at[i + 1].outer == open;
        if (is_key) {
            int64_t end = scan_part_end(scan, open, i + 2, close);
            Str value = guess_range(guess, i + 2, end - 1);
            buf_put(&type, scan_token_text(scan, i));
            buf_puts(&type, ": ");
            buf_put(&type, value.len > 0 ? value : STR("Any"));
            buf_puts(&type, ", ");
            i = end;
        }
    }
    buf_puts(&type, "}");
    Str text = str_copy(guess->arena, buf_str(&type));
    buf_free(&type);
    return text;
}

static Str guess_array(Guess *guess, int64_t open)
{
    int64_t close = guess->scan->at[open].mate;
    int64_t end = scan_part_end(guess->scan, open, open + 1, close);
    Str element = end > open + 1 ? guess_range(guess, open + 1, end - 1) : (Str){0};
    return str_format(guess->arena, "Array<%.*s>", STR_ARG(element.len ? element : STR("Any")));
}

/* The type of the token `*at`, and of the brackets that it opens; `*at` becomes the next one. */
static Str guess_primary(Guess *guess, int64_t *at)
{
    const Scan *scan = guess->scan;
    int64_t index = *at;
    const ScanToken *token = &scan->at[index];
    *at = token->mate > index ? token->mate + 1 : index + 1;
    switch ((int)token->kind) {
    case TOKEN_STRING:
        return STR("String");
    case TOKEN_TEMPLATE_HEAD:
        while (token->kind != TOKEN_TEMPLATE_TAIL && token->mate > index) {
            index = token->mate;
            token = &scan->at[index];
        }
        *at = index + 1;
        return STR("String");
    case TOKEN_NUMBER:
        return str_find(scan_token_text(scan, index), STR("."), 0) < 0 ? STR("Int")
                                                                       : STR("Double");
    case TOKEN_KEY_TRUE:
    case TOKEN_KEY_FALSE:
        return STR("Boolean");
    case TOKEN_PAREN_OPEN:
        return token->mate > index ? guess_range(guess, index + 1, token->mate - 1) : (Str){0};
    case TOKEN_BRACKET_OPEN:
        return token->mate > index ? guess_array(guess, index) : (Str){0};
    case TOKEN_BRACE_OPEN:
        return token->mate > index ? guess_object(guess, index) : (Str){0};
    case TOKEN_ID:
        return find_name(guess, index, scan_token_text(scan, index));
    default:
        return (Str){0};
    }
}

/* `.name`, or `.name(…)`; `*at` is the name. */
static Str guess_access(Guess *guess, Str type, int64_t *at, int64_t last)
{
    const Scan *scan = guess->scan;
    GuessMember member;
    int64_t name = *at, paren = name + 1;
    *at = name + 1;
    bool found = name <= last && guess_find_member(guess, type, scan_token_text(scan, name), &member);
    bool calls = paren <= last && scan_kind(scan, paren) == TOKEN_PAREN_OPEN &&
                 scan->at[paren].mate > paren && scan_is_postfix(scan, paren);
    if (calls) {
        *at = scan->at[paren].mate + 1;
    }
    if (!found) {
        return (Str){0};
    }
    return calls && member.is_method ? guess_call(guess, &member, paren)
           : calls                   ? (Str){0}
                                     : member.signature;
}

/* `(…)`, `[…]` or `{…}` behind an operand. */
static Str guess_postfix(Guess *guess, Str type, int64_t open)
{
    const Scan *scan = guess->scan;
    GuessMember called;
    if (scan->at[open].kind == TOKEN_BRACKET_OPEN) {
        return guess_element(type);
    }
    if (scan->at[open].kind == TOKEN_BRACE_OPEN) {
        return type; /* a projection has fewer fields of the same */
    }
    if (type.len > 1 && type.s[0] == '@' &&
        known_collection(guess->known, str_slice(type, 1, type.len)) != NULL) {
        return str_format(guess->arena, "%.*s | Null", STR_ARG(str_slice(type, 1, type.len)));
    }
    return guess_find_called(guess, open, &called) ? signature_result(called.signature) : (Str){0};
}

/* What an operator at the token `at` makes of its left side. */
static Str guess_operator(const Scan *scan, int64_t at, Str left)
{
    switch ((int)scan->at[at].kind) {
    case TOKEN_EQ:
    case TOKEN_NE:
    case TOKEN_GT:
    case TOKEN_LT:
    case TOKEN_GE:
    case TOKEN_LE:
    case TOKEN_AND:
    case TOKEN_OR:
    case TOKEN_KEY_ISA:
        return STR("Boolean");
    case TOKEN_COALESCE:
        return guess_present(left);
    case TOKEN_ARROW:
        return (Str){0};
    default:
        return left;
    }
}

static Str guess_chain(Guess *guess, int64_t first, int64_t last)
{
    const Scan *scan = guess->scan;
    int64_t at = first;
    Str type;
    if (scan_is_dot(scan->at[first].kind)) {
        at++;
        type = guess_access(guess, guess_short_lambda(guess, first), &at, last);
    } else {
        type = guess_primary(guess, &at);
    }
    while (at <= last) {
        if (scan_is_dot(scan->at[at].kind)) {
            at++;
            type = guess_access(guess, type, &at, last);
        } else if (scan->at[at].kind == TOKEN_BANG) {
            type = guess_present(type);
            at++;
        } else if (scan->at[at].mate > at && scan_is_postfix(scan, at)) {
            type = guess_postfix(guess, type, at);
            at = scan->at[at].mate + 1;
        } else {
            return guess_operator(scan, at, type);
        }
    }
    return type;
}

Str guess_range(Guess *guess, int64_t first, int64_t last)
{
    if (first > last || guess->depth >= GUESS_DEPTH_MAX) {
        return (Str){0};
    }
    guess->depth++;
    Str type = guess_chain(guess, first, last);
    guess->depth--;
    return type;
}

/* -- by static types ------------------------------------------------------------------------------ */

static bool is_block(const Scan *scan, int64_t open)
{
    for (int64_t i = open + 1; i < scan->len; i++) {
        if (scan->at[i].kind == TOKEN_KEY_LET && scan->at[i].outer == open) {
            return true;
        }
    }
    return false;
}

/* Ends what the bracket `open` begins, as far as it takes to parse. */
static void put_end(const Scan *scan, int64_t open, Buf *out)
{
    TokenKind before = scan_kind(scan, open - 1);
    switch ((int)scan->at[open].kind) {
    case TOKEN_PAREN_OPEN:
        buf_puts(out, before == TOKEN_KEY_IF || before == TOKEN_KEY_AT ? ") null" : ")");
        return;
    case TOKEN_BRACKET_OPEN:
        buf_puts(out, "]");
        return;
    case TOKEN_BRACE_OPEN:
        buf_puts(out, is_block(scan, open) ? "\nnull }" : " }");
        return;
    default: /* of a template */
        buf_puts(out, "}\"");
        return;
    }
}

Str guess_static(Guess *guess, int64_t last)
{
    const Scan *scan = guess->scan;
    Buf text = {0};
    if (last < 0 || guess->depth > 0 || scan->at[last].end > STATIC_BYTES_MAX) {
        return (Str){0};
    }
    buf_put(&text, str_slice(scan->text, 0, scan->at[last].end));
    buf_puts(&text, scan_is_dot(scan->at[last].kind) ? SESSION_SOUGHT : "." SESSION_SOUGHT);
    int64_t open = scan_open_at(scan, scan->at[last].end);
    for (; open >= 0; open = scan->at[open].outer) {
        put_end(scan, open, &text);
    }
    Str type = known_sought(guess->known, buf_str(&text));
    type = str_copy(guess->arena, type);
    buf_free(&text);
    return type;
}

Str guess_behind_dot(Guess *guess, int64_t dot)
{
    const Scan *scan = guess->scan;
    Str type = guess_static(guess, dot);
    bool is_short =
        dot == 0 || scan->at[dot].separated || !scan_ends_operand(scan_kind(scan, dot - 1));
    if (type.len > 0 && !str_ends_with(type, STR("<Any>"))) {
        return type;
    }
    /* What is in the documents says more than types of a collection without fields do. */
    Str guessed = is_short ? guess_short_lambda(guess, dot) : guess_operand(guess, dot - 1);
    return guessed.len > 0 ? guessed : type;
}

Str guess_operand(Guess *guess, int64_t last)
{
    return last < 0 ? (Str){0} : guess_range(guess, operand_start(guess->scan, last), last);
}
