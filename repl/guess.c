/* guess: walks chains of members from their beginning. Signatures tell what each gives; `A` is the
 * element of the receiver, `B` what the lambda among the arguments gives.
 */
#include "repl/guess.h"

#include "grammar/layout.h"
#include "grammar/parse.h"
#include "repl/signature_text.h"
#include "repl/text.h"
#include "runtime/base/vec.h"
#include "runtime/builtin.h"

#include <string.h>

/* Guesses within guesses go so deep. */
enum { GUESS_DEPTH_MAX = 24 };

static Str guess_range(Guess *guess, int64_t first, int64_t last);
static Str find_name(Guess *guess, int64_t at, Str name);

/* -- tokens ----------------------------------------------------------------------------------- */

static TokenKind kind_at(const Scan *scan, int64_t index)
{
    return index >= 0 && index < scan->len ? scan->at[index].kind : TOKEN_END;
}

static bool is_dot(TokenKind kind)
{
    return kind == TOKEN_DOT || kind == TOKEN_OPTIONAL_DOT;
}

static bool is_operand_end(TokenKind kind)
{
    return (token_flags[kind] & OPERAND) && kind != TOKEN_END;
}

/* Whether a bracket belongs to the operand before it: a call, an index, a projection. */
static bool is_postfix(const Scan *scan, int64_t opener)
{
    return opener > 0 && !scan->at[opener].separated &&
           is_operand_end(kind_at(scan, opener - 1)) &&
           scan->at[opener].kind != TOKEN_TEMPLATE_HEAD;
}

int64_t guess_start(const Scan *scan, int64_t last)
{
    int64_t at = last;
    for (;;) {
        const ScanToken *token = &scan->at[at];
        if (token->mate >= 0 && token->mate < at) {
            at = token->mate;
            if (!is_postfix(scan, at)) {
                return at;
            }
            at--;
        } else if (token->kind == TOKEN_BANG && at > 0) {
            at--;
        } else if (at > 0 && is_dot(kind_at(scan, at - 1))) {
            if (at < 2 || !is_operand_end(kind_at(scan, at - 2))) {
                return at - 1; /* a short lambda */
            }
            at -= 2;
        } else {
            return at;
        }
    }
}

/* -- types as texts --------------------------------------------------------------------------- */

Str guess_present(Str type)
{
    static const char *const endings[] = {" | Null", "?"};
    for (int64_t i = 0; i < countof(endings); i++) {
        Str ending = str_from_c(endings[i]);
        if (str_ends_with(type, ending)) {
            return str_slice(type, 0, type.len - ending.len);
        }
    }
    return type;
}

static Str inside(Str type, Str head)
{
    bool fits = str_starts_with(type, head) && type.s[type.len - 1] == '>';
    return fits ? str_slice(type, head.len, type.len - 1) : (Str){0};
}

Str guess_element(Str type)
{
    static const char *const heads[] = {"Set<", "Array<", "EventSource<", "Ref<"};
    type = guess_present(type);
    for (int64_t i = 0; i < countof(heads); i++) {
        Str element = inside(type, str_from_c(heads[i]));
        if (element.len > 0) {
            return str_eq(element, STR("Any")) ? (Str){0} : element;
        }
    }
    return (Str){0};
}

/* -- members ---------------------------------------------------------------------------------- */

typedef struct MemberList {
    Guess *guess;
    Str element; /* what `A` means; empty: nothing known */
    VEC(GuessMember) at;
} MemberList;

static void add_member(MemberList *list, Str name, Str signature)
{
    Arena *arena = list->guess->arena;
    Str line = signature;
    text_take_line(&signature, &line);
    GuessMember member = {
        .name = name,
        .signature = list->element.len > 0 ? signature_fill(arena, line, 'A', list->element) : line,
        .is_method = line.len > 0 && line.s[0] == '(',
    };
    vec_push(&list->at, arena, member);
}

static void add_rows(MemberList *list, const Builtin *const *rows)
{
    for (; rows != NULL && *rows != NULL; rows++) {
        if (is_identifier(str_from_c((*rows)->name))) {
            add_member(list, str_from_c((*rows)->name), str_from_c((*rows)->signature));
        }
    }
}

static const BuiltinType *find_type(Str name)
{
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if (str_eq(str_from_c((*type)->name), name)) {
            return *type;
        }
    }
    return NULL;
}

/* The fields and methods of documents of a collection. */
static void add_document(MemberList *list, const KnownCollection *collection)
{
    for (int64_t i = 0; i < collection->count; i++) {
        const SessionMember *member = &collection->members[i];
        if (member->is_field) {
            add_member(list, member->name, member->type);
        }
    }
    const BuiltinType *document = find_type(STR("Doc"));
    add_rows(list, document != NULL ? document->methods : NULL);
}

static void add_collection(MemberList *list, const KnownCollection *collection)
{
    for (int64_t i = 0; i < collection->count; i++) {
        const SessionMember *member = &collection->members[i];
        if (!member->is_field) {
            add_member(list, member->name, member->type);
        }
    }
    list->element = collection->name;
    add_rows(list, known_collection_rows());
}

static void add_module(MemberList *list, Str name)
{
    const KnownCollection *collection = known_collection(list->guess->known, name);
    const BuiltinType *type = find_type(name);
    if (collection != NULL) {
        add_collection(list, collection);
    } else if (type != NULL) {
        add_rows(list, type->statics);
    }
}

/* "{ a: Int, b: String }" */
static void add_fields(MemberList *list, Str type)
{
    Str rest = text_trim(str_slice(type, 1, type.len - 1)), part;
    while (signature_take_part(&rest, &part)) {
        int64_t colon = str_find(part, STR(":"), 0);
        Str name = colon > 0 ? text_trim(str_slice(part, 0, colon)) : (Str){0};
        if (is_identifier(name)) {
            add_member(list, name, text_trim(str_slice(part, colon + 1, part.len)));
        }
    }
}

static void add_builtin_type(MemberList *list, Str type)
{
    int64_t bracket = str_find(type, STR("<"), 0);
    const BuiltinType *found = find_type(bracket < 0 ? type : str_slice(type, 0, bracket));
    list->element = guess_element(type);
    if (found != NULL) {
        add_rows(list, found->methods);
    }
}

int64_t guess_members(Guess *guess, Str type, const GuessMember **members)
{
    MemberList list = {.guess = guess};
    type = guess_present(type);
    Str referred = inside(type, STR("Ref<"));
    type = referred.len > 0 ? referred : type;
    const KnownCollection *collection = known_collection(guess->known, type);
    if (type.len > 0 && type.s[0] == '@') {
        add_module(&list, str_slice(type, 1, type.len));
    } else if (type.len > 0 && type.s[0] == '{') {
        add_fields(&list, type);
    } else if (collection != NULL) {
        add_document(&list, collection);
    } else if (str_eq(type, STR("Document"))) {
        add_builtin_type(&list, STR("Doc"));
    } else if (type.len > 0) {
        add_builtin_type(&list, type);
    }
    *members = list.at.at;
    return list.at.len;
}

static bool find_member(Guess *guess, Str type, Str name, GuessMember *found)
{
    const GuessMember *members;
    int64_t count = guess_members(guess, type, &members);
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, name)) {
            *found = members[i];
            return true;
        }
    }
    return false;
}

/* -- calls ------------------------------------------------------------------------------------- */

/* The member that is called by the `(` at `paren`; false: none that is known. */
static bool find_called(Guess *guess, int64_t paren, GuessMember *called)
{
    const Scan *scan = guess->scan;
    if (!is_postfix(scan, paren) || kind_at(scan, paren - 1) != TOKEN_ID) {
        return false;
    }
    Str name = scan_token_text(scan, paren - 1);
    if (is_dot(kind_at(scan, paren - 2))) {
        bool is_short = paren < 3 || !is_operand_end(kind_at(scan, paren - 3));
        Str receiver = is_short ? guess_short_lambda(guess, paren - 2)
                                : guess_operand(guess, paren - 3);
        return find_member(guess, receiver, name, called);
    }
    const Builtin *row = builtin_find(builtin_globals, name);
    const BuiltinType *type = find_type(name);
    row = row == NULL && type != NULL ? type->constructor : row;
    if (row == NULL) {
        return false;
    }
    Str rest = str_from_c(row->signature), line;
    text_take_line(&rest, &line);
    *called = (GuessMember){.name = name, .signature = line, .is_method = true};
    return true;
}

/* The token behind the argument that begins at `first`: a comma, or the closer at `close`. */
static int64_t argument_end(const Scan *scan, int64_t paren, int64_t first, int64_t close)
{
    int64_t at = first;
    while (at < close && !(scan->at[at].kind == TOKEN_COMMA && scan->at[at].outer == paren)) {
        at++;
    }
    return at;
}

/* What the lambda among the arguments gives; empty: there is none. */
static Str guess_lambda(Guess *guess, int64_t paren)
{
    const Scan *scan = guess->scan;
    int64_t close = scan->at[paren].mate;
    for (int64_t at = paren + 1; at < close; at++) {
        int64_t end = argument_end(scan, paren, at, close);
        if (is_dot(scan->at[at].kind)) {
            return guess_range(guess, at, end - 1);
        }
        for (int64_t arrow = at; arrow < end; arrow++) {
            if (scan->at[arrow].kind == TOKEN_ARROW && scan->at[arrow].outer == paren) {
                return guess_range(guess, arrow + 1, end - 1);
            }
        }
        at = end;
    }
    return (Str){0};
}

static Str guess_call(Guess *guess, const GuessMember *called, int64_t paren)
{
    Str result = signature_result(called->signature);
    if (str_find(result, STR("B"), 0) >= 0) {
        Str lambda = guess_element(guess_lambda(guess, paren));
        if (!str_eq(called->name, STR("flatMap")) || lambda.len == 0) {
            lambda = guess_lambda(guess, paren);
        }
        result = signature_fill(guess->arena, result, 'B', lambda.len ? lambda : STR("Any"));
    }
    return result;
}

Str guess_signature(Guess *guess, int64_t paren)
{
    GuessMember called;
    if (!find_called(guess, paren, &called)) {
        return (Str){0};
    }
    return str_format(guess->arena, "%.*s%.*s", STR_ARG(called.name), STR_ARG(called.signature));
}

/* -- what short lambdas and parameters are ------------------------------------------------------- */

/* The type of the parameter number `index` of the function that the argument at the token `at`, in
 * the call at `paren`, is to be. */
static Str guess_parameter(Guess *guess, int64_t paren, int64_t at, int64_t index)
{
    const Scan *scan = guess->scan;
    GuessMember called;
    if (kind_at(scan, paren) != TOKEN_PAREN_OPEN || !find_called(guess, paren, &called)) {
        /* asc(.name), desc(.name) stand in a call themselves. */
        return (Str){0};
    }
    bool is_order = str_eq(called.name, STR("asc")) || str_eq(called.name, STR("desc")) ||
                    str_eq(called.name, STR("order"));
    if (is_order) {
        int64_t outer = str_eq(called.name, STR("order")) ? paren : scan->at[paren].outer;
        int64_t dot = outer - 2;
        return outer >= 3 && is_dot(kind_at(scan, dot))
                   ? guess_element(guess_operand(guess, dot - 1))
                   : (Str){0};
    }
    int64_t number = 0;
    for (int64_t i = paren + 1; i < at; i++) {
        number += scan->at[i].kind == TOKEN_COMMA && scan->at[i].outer == paren;
    }
    Str function = signature_parameter(called.signature, number);
    Str type = signature_parameter(function, index);
    return type.len == 1 ? (Str){0} : type;
}

Str guess_short_lambda(Guess *guess, int64_t dot)
{
    const Scan *scan = guess->scan;
    /* `.a > 1 && .b`: the lambda is the whole argument. In a projection's value it is the element. */
    int64_t opener = scan->at[dot].outer;
    while (opener >= 0 && scan->at[opener].kind == TOKEN_PAREN_OPEN && !is_postfix(scan, opener)) {
        opener = scan->at[opener].outer;
    }
    if (opener < 0) {
        return (Str){0};
    }
    if (scan->at[opener].kind == TOKEN_BRACE_OPEN && is_postfix(scan, opener)) {
        Str type = guess_operand(guess, opener - 1), element = guess_element(type);
        return element.len > 0 ? element : type;
    }
    return guess_parameter(guess, opener, dot, 0);
}

/* The type of `name` as a parameter of the lambda whose `=>` is the token `arrow`; false: it has no
 * such parameter. */
static bool find_parameter(Guess *guess, int64_t arrow, Str name, Str *type)
{
    const Scan *scan = guess->scan;
    int64_t first = arrow - 1, last = arrow - 1, index = 0;
    if (kind_at(scan, arrow - 1) == TOKEN_PAREN_CLOSE && scan->at[arrow - 1].mate >= 0) {
        first = scan->at[arrow - 1].mate + 1;
        last = arrow - 2;
    }
    for (int64_t i = first; i <= last; i++) {
        if (scan->at[i].kind == TOKEN_COMMA) {
            index++;
        } else if (scan->at[i].kind == TOKEN_ID && str_eq(scan_token_text(scan, i), name)) {
            int64_t paren = scan->at[arrow].outer;
            *type = paren >= 0 ? guess_parameter(guess, paren, arrow, index) : (Str){0};
            return true;
        }
    }
    return false;
}

/* The type of `name` as a `let` among the tokens of `outer` before `at` binds it. */
static bool find_let(Guess *guess, int64_t outer, int64_t at, Str name, Str *type)
{
    const Scan *scan = guess->scan;
    bool found = false;
    for (int64_t i = outer + 1; i + 2 < at; i++) {
        if (scan->at[i].outer != outer || scan->at[i].kind != TOKEN_KEY_LET ||
            !str_eq(scan_token_text(scan, i + 1), name)) {
            continue;
        }
        int64_t first = i + 2;
        while (first < at && scan->at[first].kind != TOKEN_EQUALS) {
            first++;
        }
        int64_t end = ++first;
        while (end < at && !(scan->at[end].separated && scan->at[end].outer == outer)) {
            end++;
        }
        if (end == at && !scan->at[at].separated) {
            return found; /* it is being bound */
        }
        *type = guess_range(guess, first, end - 1);
        found = true;
    }
    return found;
}

/* The last `=>` of the argument or statement that the token `at` in `outer` is in; -1: none. */
static int64_t find_arrow(const Scan *scan, int64_t outer, int64_t at)
{
    for (int64_t i = at - 1; i > outer; i--) {
        if (scan->at[i].outer == outer) {
            if (scan->at[i].kind == TOKEN_ARROW) {
                return i;
            }
            if (scan->at[i].kind == TOKEN_COMMA) {
                return -1;
            }
        }
    }
    return -1;
}

static bool find_local(Guess *guess, int64_t at, Str name, Str *type)
{
    const Scan *scan = guess->scan;
    int64_t outer = scan->at[at].outer;
    for (;;) {
        int64_t arrow = find_arrow(scan, outer, at);
        if (find_let(guess, outer, at, name, type) ||
            (arrow >= 0 && find_parameter(guess, arrow, name, type))) {
            return true;
        }
        if (outer < 0) {
            return false;
        }
        at = outer;
        outer = scan->at[outer].outer;
    }
}

static Str find_name(Guess *guess, int64_t at, Str name)
{
    Str type = {0};
    if (find_local(guess, at, name, &type)) {
        return type;
    }
    type = known_variable(guess->known, name);
    if (type.len > 0) {
        return type;
    }
    if (known_collection(guess->known, name) != NULL || find_type(name) != NULL) {
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
            int64_t end = argument_end(scan, open, i + 2, close);
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
    int64_t end = argument_end(guess->scan, open, open + 1, close);
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
    bool found = name <= last && find_member(guess, type, scan_token_text(scan, name), &member);
    bool calls = paren <= last && kind_at(scan, paren) == TOKEN_PAREN_OPEN &&
                 scan->at[paren].mate > paren && is_postfix(scan, paren);
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
    return find_called(guess, open, &called) ? signature_result(called.signature) : (Str){0};
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
    if (is_dot(scan->at[first].kind)) {
        at++;
        type = guess_access(guess, guess_short_lambda(guess, first), &at, last);
    } else {
        type = guess_primary(guess, &at);
    }
    while (at <= last) {
        if (is_dot(scan->at[at].kind)) {
            at++;
            type = guess_access(guess, type, &at, last);
        } else if (scan->at[at].kind == TOKEN_BANG) {
            type = guess_present(type);
            at++;
        } else if (scan->at[at].mate > at && is_postfix(scan, at)) {
            type = guess_postfix(guess, type, at);
            at = scan->at[at].mate + 1;
        } else {
            return guess_operator(scan, at, type);
        }
    }
    return type;
}

static Str guess_range(Guess *guess, int64_t first, int64_t last)
{
    if (first > last || guess->depth >= GUESS_DEPTH_MAX) {
        return (Str){0};
    }
    guess->depth++;
    Str type = guess_chain(guess, first, last);
    guess->depth--;
    return type;
}

Str guess_operand(Guess *guess, int64_t last)
{
    return last < 0 ? (Str){0} : guess_range(guess, guess_start(guess->scan, last), last);
}
