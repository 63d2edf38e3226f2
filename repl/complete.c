/* complete: looks only at the text before the cursor. Behind `Name.` of a module its functions
 * are offered, behind any other dot the methods of all types: what a value is, is not known
 * before it is evaluated. */
#include "repl/complete.h"

#include "repl/command.h"
#include "runtime/base/vec.h"
#include "runtime/builtin.h"

#include <ctype.h>
#include <string.h>

typedef struct Offers {
    Arena *arena;
    Str word; /* what they begin with */
    VEC(const char *) at;
} Offers;

static const char *const keywords[] = {"at", "else", "false", "if", "isa", "let", "null", "true"};

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static int64_t word_start(Str line)
{
    int64_t at = line.len;
    while (at > 0 && is_word_byte(line.s[at - 1])) {
        at--;
    }
    return at;
}

static void offer(Offers *offers, Str name)
{
    /* Operators have rows too; nobody completes `==`. */
    if (name.len > 0 && is_word_byte(name.s[0]) && str_starts_with(name, offers->word)) {
        vec_push(&offers->at, offers->arena, str_to_c(offers->arena, name));
    }
}

static void offer_rows(Offers *offers, const Builtin *const *rows)
{
    for (; rows != NULL && *rows != NULL; rows++) {
        offer(offers, str_from_c((*rows)->name));
    }
}

static void offer_commands(Offers *offers)
{
    for (const Command *command = commands; command->name != NULL; command++) {
        offer(offers, str_from_c(command->name));
    }
}

/* Behind a dot. `name` is the word before it, if any. */
static void offer_members(Offers *offers, Str name)
{
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if ((*type)->statics != NULL && str_eq(str_from_c((*type)->name), name)) {
            offer_rows(offers, (*type)->statics);
            return;
        }
    }
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        offer_rows(offers, (*type)->methods);
    }
}

static void offer_names(Offers *offers, Session *session)
{
    const SessionCollection *collections;
    const Str *variables;
    for (int64_t i = 0; i < countof(keywords); i++) {
        offer(offers, str_from_c(keywords[i]));
    }
    offer_rows(offers, builtin_globals);
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        if ((*type)->statics != NULL || (*type)->constructor != NULL) {
            offer(offers, str_from_c((*type)->name));
        }
    }
    int64_t count = session_collections(session, &collections);
    for (int64_t i = 0; i < count; i++) {
        offer(offers, collections[i].name);
    }
    count = session_variables(session, &variables);
    for (int64_t i = 0; i < count; i++) {
        offer(offers, variables[i]);
    }
}

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

void complete_input(Arena *arena, Known *known, Str text, int64_t cursor, Completions *found)
{
    Str line = str_slice(text, 0, cursor);
    int64_t start = word_start(line);
    Offers offers = {.arena = arena, .word = str_slice(line, start, line.len)};
    bool dotted = start > 0 && line.s[start - 1] == '.';
    bool command = start == 1 && (line.s[0] == '.' || line.s[0] == '\\');
    if (command) {
        offer_commands(&offers);
    } else if (dotted) {
        Str before = str_slice(line, 0, start - 1);
        offer_members(&offers, str_slice(before, word_start(before), before.len));
    } else {
        offer_names(&offers, known->session);
    }
    tidy_offers(&offers);
    *found = (Completions){.names = offers.at.at,
                           .count = offers.at.len,
                           .start = start,
                           .append = command ? ' ' : '\0'};
}
