/* complete: what is at the cursor decides what is offered: a name, a member of what is before the dot, a
 * field in an object or a projection, a meta-command, or what it takes.
 */
#include "repl/edit/complete.h"

#include "grammar/layout.h"
#include "grammar/parse.h"
#include "interp/nearest.h"
#include "repl/command/command.h"
#include "repl/edit/complete_command.h"
#include "repl/edit/guess.h"
#include "repl/edit/local.h"
#include "runtime/builtin.h"

#include <ctype.h>

static const char *const keywords[] = {"at",  "case",  "else", "false", "if",
                                       "isa", "match", "let",  "null",  "true"};

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

int64_t complete_word_start(Str text, int64_t cursor)
{
    while (cursor > 0 && is_word_byte(text.s[cursor - 1])) {
        cursor--;
    }
    return cursor;
}

void offer(Offers *offers, Str name)
{
    if (name.len > 0 && str_starts_with(name, offers->word)) {
        vec_push(&offers->at, offers->arena, str_to_c(offers->arena, name));
    }
}

/* -- names ------------------------------------------------------------------------------------ */

static void offer_known(void *context, Str name)
{
    offer(context, name);
}

static bool offer_local(void *context, const Local *local)
{
    offer(context, local->name);
    return false;
}

/* Lets and parameters that a name at the end of `before` could mean. */
static void offer_locals(Offers *offers, Str before)
{
    Scan scan;
    /* What is being typed may be nothing yet, or a keyword so far. */
    scan_text(offers->arena, str_format(offers->arena, "%.*s_", STR_ARG(before)), &scan);
    if (scan.len > 0) {
        local_each(&scan, scan.len - 1, offer_local, offers);
    }
}

/* What may stand alone at the prompt without a dot. */
static void offer_bare_words(Offers *offers)
{
    for (const char *const *each = command_bare_words; *each != NULL; each++) {
        offer(offers, str_from_c(*each));
    }
}

static void offer_names(Offers *offers, Known *known, Str before)
{
    if (offers->word.len > 0 && offers->start == 0) {
        offer_bare_words(offers);
    }
    if (offers->word.len > 0) {
        for (int64_t i = 0; i < countof(keywords); i++) {
            offer(offers, str_from_c(keywords[i]));
        }
    }
    known_each(known, offer_known, offers);
    offer_locals(offers, before);
}

/* -- members ---------------------------------------------------------------------------------- */

static void offer_rows(Offers *offers, const Builtin *const *rows)
{
    for (; rows != NULL && *rows != NULL; rows++) {
        if (is_word_byte((*rows)->name[0])) {
            offer(offers, str_from_c((*rows)->name));
        }
    }
}

/* How a name is written that is no identifier: `["Cost Total"]`. Empty: it needs escapes, which Tab leaves
 * to the reader. */
static Str quoted_member(Arena *arena, Str name)
{
    bool is_plain = str_find(name, STR("\""), 0) < 0 && str_find(name, STR("\\"), 0) < 0 &&
                    str_find(name, STR("#{"), 0) < 0 && str_find(name, STR("\n"), 0) < 0;
    return is_plain ? str_format(arena, "[\"%.*s\"]", STR_ARG(name)) : (Str){0};
}

/* Offers members by names that are no identifiers. Brackets stand behind the dot of a short lambda and
 * behind `?.`, but in the place of any other dot: then all that is offered begins there. */
static void offer_quoted(Offers *offers, const GuessMember *members, int64_t count, Str before,
                         bool keeps_dot)
{
    Str word = offers->word;
    int64_t plain = offers->at.len;
    for (int64_t i = 0; i < count; i++) {
        Str name = members[i].name, quoted = (Str){0};
        if (str_starts_with(name, word) && !is_identifier(name)) {
            quoted = quoted_member(offers->arena, name);
        }
        if (quoted.len > 0) {
            vec_push(&offers->at, offers->arena, str_to_c(offers->arena, quoted));
        }
    }
    /* readline cuts the word at the byte before it, which may then not be in it (editor.c). */
    char cut = before.len > 1 ? before.s[before.len - 2] : '\0';
    bool can_move = memchr(word.s, cut, (size_t)word.len) == NULL && cut != '.';
    if (offers->at.len == plain || keeps_dot) {
        return;
    }
    if (!can_move) {
        offers->at.len = plain;
        return;
    }
    for (int64_t i = 0; i < plain; i++) {
        Str name = str_format(offers->arena, ".%s", offers->at.at[i]);
        offers->at.at[i] = str_to_c(offers->arena, name);
    }
    offers->start--;
    offers->append = '\0';
}

/* `(` follows the name if all that are offered are called. */
static void offer_members(Offers *offers, Guess *guess, Str type, bool keeps_dot)
{
    const GuessMember *members;
    int64_t count = guess_members(guess, type, &members);
    if (count == 0) {
        for (const BuiltinType *const *each = builtin_types; *each != NULL; each++) {
            offer_rows(offers, (*each)->methods);
        }
        return;
    }
    bool all_methods = true;
    for (int64_t i = 0; i < count; i++) {
        if (is_identifier(members[i].name) && str_starts_with(members[i].name, offers->word)) {
            offer(offers, members[i].name);
            all_methods = all_methods && members[i].is_method;
        }
    }
    offers->append = all_methods ? '(' : '\0';
    offer_quoted(offers, members, count, guess->scan->text, keeps_dot);
}

static void offer_behind_dot(Offers *offers, Guess *guess, int64_t dot)
{
    const Scan *scan = guess->scan;
    bool is_short = scan->at[dot].separated || !scan_ends_operand(scan_kind(scan, dot - 1));
    offer_members(offers, guess, guess_behind_dot(guess, dot),
                  is_short || scan->at[dot].kind == TOKEN_OPTIONAL_DOT);
}

/* Fields behind `["`: of what is before the bracket, or of a short lambda's. Whether it is that. */
static bool offer_in_quotes(Offers *offers, Guess *guess, int64_t cursor)
{
    const Scan *scan = guess->scan;
    int64_t last = scan->len - 1, bracket = last - 1;
    bool begins = last > 1 && scan->unfinished && scan->at[last].kind == TOKEN_BROKEN &&
                  scan->text.s[scan->at[last].start] == '"' &&
                  scan->at[bracket].kind == TOKEN_BRACKET_OPEN;
    bool is_behind_dot = begins && scan_is_dot(scan_kind(scan, bracket - 1));
    if (!begins || !(is_behind_dot || scan_is_postfix(scan, bracket))) {
        return false;
    }
    bool is_short = is_behind_dot && !scan_ends_operand(scan_kind(scan, bracket - 2));
    Str type = is_short ? guess_short_lambda(guess, bracket - 1)
                        : guess_operand(guess, bracket - 1 - is_behind_dot);
    offers->start = scan->at[last].start + 1;
    offers->word = str_slice(scan->text, offers->start, cursor);
    const GuessMember *members;
    int64_t count = guess_members(guess, type, &members);
    for (int64_t i = 0; i < count; i++) {
        if (!members[i].is_method && quoted_member(offers->arena, members[i].name).len > 0) {
            offer(offers, members[i].name);
        }
    }
    offers->append = '"';
    return true;
}

/* -- fields of objects -------------------------------------------------------------------------- */

static bool is_one_of(Str name, const char *const *names, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        if (str_eq(name, str_from_c(names[i]))) {
            return true;
        }
    }
    return false;
}

/* The type whose fields the object in `{` at `open` has: that of what is projected, or of the
 * documents that a call of create or update writes. Empty: it is not known. */
static Str object_type(Guess *guess, int64_t open, bool *is_projection)
{
    static const char *const writers[] = {"create", "createData", "update", "updateData",
                                          "replace", "replaceData"};
    const Scan *scan = guess->scan;
    *is_projection = scan_is_postfix(scan, open);
    if (*is_projection) {
        Str type = guess_operand(guess, open - 1), element = guess_element(type);
        return element.len > 0 ? element : guess_present(type);
    }
    if (scan_kind(scan, open - 1) != TOKEN_PAREN_OPEN || open < 4 || scan->at[open - 3].kind != TOKEN_DOT ||
        !is_one_of(scan_token_text(scan, open - 2), writers, countof(writers))) {
        return (Str){0};
    }
    Str type = guess_present(guess_operand(guess, open - 4));
    return type.len > 1 && type.s[0] == '@' ? str_slice(type, 1, type.len) : type;
}

/* A field of an object that is written, in quotes if it has to be. */
static void offer_field(Offers *offers, Str name, bool is_plain)
{
    Str quoted = is_plain ? (Str){0} : quoted_member(offers->arena, name);
    if (is_plain) {
        offer(offers, name);
    } else if (quoted.len > 0 && str_starts_with(name, offers->word)) {
        Str text = str_slice(quoted, 1, quoted.len - 1);
        vec_push(&offers->at, offers->arena, str_to_c(offers->arena, text));
    }
}

/* Whether fields were offered. */
static bool offer_fields(Offers *offers, Guess *guess, int64_t last)
{
    const Scan *scan = guess->scan;
    bool begins = last >= 0 && (scan->at[last].kind == TOKEN_BRACE_OPEN ||
                                scan->at[last].kind == TOKEN_COMMA);
    int64_t open = begins ? scan_open_at(scan, scan->at[last].end) : -1;
    bool is_projection;
    if (open < 0 || scan->at[open].kind != TOKEN_BRACE_OPEN) {
        return false;
    }
    const GuessMember *members;
    int64_t count = guess_members(guess, object_type(guess, open, &is_projection), &members);
    for (int64_t i = 0; i < count; i++) {
        Str name = members[i].name;
        bool is_plain = is_identifier(name);
        if (!members[i].is_method && (is_plain || !is_projection)) {
            offer_field(offers, name, is_plain);
        }
    }
    offers->append = is_projection ? '\0' : ':';
    return count > 0;
}

/* -- all together ------------------------------------------------------------------------------ */

static int compare_offers(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts and drops doubles. */
static void tidy_offers(Offers *offers)
{
    int64_t kept = 0;
    if (offers->at.len == 0) {
        return;
    }
    qsort(offers->at.at, (size_t)offers->at.len, sizeof *offers->at.at, compare_offers);
    for (int64_t i = 1; i < offers->at.len; i++) {
        if (strcmp(offers->at.at[i], offers->at.at[kept]) != 0) {
            offers->at.at[++kept] = offers->at.at[i];
        }
    }
    offers->at.len = kept + 1;
}

/* Whether the byte before `at` is in a string, a comment or a number, where nothing is offered. */
static bool is_in_text(const Scan *scan, int64_t at)
{
    int64_t last = scan_token_before(scan, at);
    if (last < 0) {
        return false;
    }
    const ScanToken *token = &scan->at[last];
    bool is_text = token->kind == TOKEN_STRING || token->kind == TOKEN_NUMBER ||
                   token->kind == TOKEN_BROKEN;
    return is_text && (token->end >= at || scan->unfinished) &&
           !(token->kind == TOKEN_STRING && token->end == at);
}

static void offer_query(Offers *offers, Known *known, Str text, int64_t start, int64_t cursor)
{
    Scan scan;
    scan_text(offers->arena, str_slice(text, 0, cursor), &scan);
    Guess whole = {.arena = offers->arena, .known = known, .scan = &scan};
    if (offer_in_quotes(offers, &whole, cursor)) {
        return;
    }
    /* Only what is before the word counts: the rest may be of something else. */
    scan_text(offers->arena, str_slice(text, 0, start), &scan);
    Guess guess = {.arena = offers->arena, .known = known, .scan = &scan};
    int64_t last = scan_token_before(&scan, start);
    if (is_in_text(&scan, start)) {
        return;
    }
    if (scan_is_dot(scan_kind(&scan, last)) && scan.at[last].end == start) {
        offer_behind_dot(offers, &guess, last);
    } else if (!offer_fields(offers, &guess, last)) {
        offer_names(offers, known, scan.text);
    }
}

void complete_input(Arena *arena, Known *known, Str text, int64_t cursor, Completions *found)
{
    int64_t start = complete_word_start(text, cursor);
    Offers offers = {.arena = arena, .word = str_slice(text, start, cursor), .start = start};
    if (!complete_command(&offers, known, str_slice(text, 0, cursor))) {
        offer_query(&offers, known, text, start, cursor);
    }
    tidy_offers(&offers);
    *found = (Completions){.names = offers.at.at,
                           .count = offers.at.len,
                           .start = offers.start,
                           .append = offers.append};
}

Str complete_note(Arena *arena, Known *known, const Scan *scan, int64_t cursor)
{
    Guess guess = {.arena = arena, .known = known, .scan = scan};
    int64_t open = scan_open_at(scan, cursor);
    while (open >= 0 && scan->at[open].kind != TOKEN_PAREN_OPEN) {
        open = scan->at[open].outer;
    }
    return open >= 0 ? guess_signature(&guess, open) : (Str){0};
}

Str complete_type(Arena *arena, Known *known, Str text)
{
    Scan scan;
    scan_text(arena, text, &scan);
    Guess guess = {.arena = arena, .known = known, .scan = &scan};
    if (scan.len == 0 || scan.unfinished) {
        return (Str){0};
    }
    Str type = guess_static(&guess, scan.len - 1);
    return type.len > 0 ? type : guess_operand(&guess, scan.len - 1);
}

/* Whether the last statement binds a name. */
static bool ends_in_let(const Scan *scan)
{
    int64_t first = scan->len - 1;
    while (first > 0 && !(scan->at[first].separated && scan->at[first].outer < 0)) {
        first--;
    }
    return scan->at[first].kind == TOKEN_KEY_LET;
}

Str complete_meant(Arena *arena, Known *known, Str text)
{
    Scan scan;
    const GuessMember *members;
    scan_text(arena, text, &scan);
    Guess guess = {.arena = arena, .known = known, .scan = &scan};
    int64_t last = scan.len - 1;
    if (last < 2 || scan.at[last].kind != TOKEN_ID || scan.at[last - 1].kind != TOKEN_DOT ||
        ends_in_let(&scan)) {
        return (Str){0};
    }
    Nearest nearest = {.wanted = scan_token_text(&scan, last)};
    int64_t count = guess_members(&guess, guess_behind_dot(&guess, last - 1), &members);
    for (int64_t i = 0; i < count; i++) {
        nearest_offer(&nearest, members[i].name);
    }
    return str_eq(nearest.found, nearest.wanted) ? (Str){0} : nearest.found;
}
