/* complete_command: the row of a command says what it takes: words in small letters are themselves, those
 * in capitals stand for something. There is no other list.
 *
 *   [on|off|auto|COMMAND]      on, off, auto
 *   FILE... [COLL]             files, collections
 *   [MODE]                     modes
 */
#include "repl/edit/complete_command.h"

#include "repl/command/command.h"
#include "repl/command/help.h"
#include "repl/io/text.h"
#include "repl/show/mode.h"

#include <ctype.h>
#include <dirent.h>
#include <sys/stat.h>

/* -- what words in capitals stand for ----------------------------------------------------------- */

static bool is_folder(Arena *arena, Str path)
{
    struct stat status;
    return stat(str_to_c(arena, path), &status) == 0 && S_ISDIR(status.st_mode);
}

/* Files of the folder that the word names, and whose names begin as it ends. */
static void offer_files(Offers *offers, Str typed)
{
    int64_t slash = typed.len;
    while (slash > 0 && typed.s[slash - 1] != '/') {
        slash--;
    }
    Str folder = slash > 0 ? str_slice(typed, 0, slash) : STR("./");
    offers->word = str_slice(typed, slash, typed.len);
    DIR *dir = opendir(str_to_c(offers->arena, folder));
    const struct dirent *entry;
    int64_t before = offers->at.len;
    Str last = {0};
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        bool hidden = entry->d_name[0] == '.' && (offers->word.len == 0 || offers->word.s[0] != '.');
        Str name = str_copy(offers->arena, str_from_c(entry->d_name));
        if (!hidden && str_starts_with(name, offers->word)) {
            offer(offers, name);
            last = name;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    if (offers->at.len == before + 1) {
        Str path = str_format(offers->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(last));
        offers->append = is_folder(offers->arena, path) ? '/' : ' ';
    }
}

static void offer_modes(Offers *offers, Known *known, Str typed)
{
    (void)known, (void)typed;
    Str names = mode_names(offers->arena);
    for (int64_t at = 0; at < names.len;) {
        int64_t end = at;
        while (end < names.len && names.s[end] != ' ' && names.s[end] != ',') {
            end++;
        }
        Str name = str_slice(names, at, end);
        if (!str_eq(name, STR("or"))) {
            offer(offers, name);
        }
        at = end + 1;
    }
}

static void offer_paths(Offers *offers, Known *known, Str typed)
{
    (void)known;
    offer_files(offers, typed);
}

static void offer_item(void *context, Str name)
{
    offer(context, name);
}

static void offer_collections(Offers *offers, Known *known, Str typed)
{
    (void)typed;
    known_each_collection(known, offer_item, offers);
}

static void offer_items(Offers *offers, Known *known, Str typed)
{
    (void)typed;
    known_each_item(known, offer_item, offers);
}

static void offer_topics(Offers *offers, Known *known, Str typed)
{
    (void)known, (void)typed;
    help_each_topic(offer_item, offers);
}

static void offer_places(Offers *offers, Known *known, Str typed)
{
    (void)typed;
    known_each_place(known, offer_item, offers);
}

typedef struct Placeholder {
    const char *name;
    void (*offer)(Offers *offers, Known *known, Str typed);
} Placeholder;

static const Placeholder placeholders[] = {
    {"MODE", offer_modes},      {"FILE", offer_paths},   {"DIR", offer_paths},
    {"COLL", offer_collections}, {"PREFIX", offer_items}, {"NAME", offer_items},
    {"TOPIC", offer_topics},     {"DATABASE", offer_places},
};

/* -- lines --------------------------------------------------------------------------------------- */

/* Offers what the word of a row's `args` stands for. */
static void offer_word(Offers *offers, Known *known, Str word, Str typed)
{
    bool is_literal = islower((unsigned char)word.s[0]) || word.s[0] == '-';
    for (int64_t i = 0; i < countof(placeholders); i++) {
        if (str_eq(word, str_from_c(placeholders[i].name))) {
            placeholders[i].offer(offers, known, typed);
            return;
        }
    }
    if (is_literal) {
        offer(offers, word);
    }
}

static void offer_arguments(Offers *offers, Known *known, const Command *command, Str typed)
{
    const char *separators = "[]| .";
    for (const char *at = command->args; *at != '\0';) {
        size_t length = strcspn(at, separators);
        if (length > 0) {
            offer_word(offers, known, (Str){at, (int64_t)length}, typed);
        }
        at += length + (at[length] != '\0');
    }
}

static const Command *find_command(Str name)
{
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        if (str_eq(str_from_c(command->name), name)) {
            return command;
        }
    }
    return NULL;
}

static void offer_commands(Offers *offers)
{
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        /* A synonym that the help leaves out is offered when nothing else is meant. */
        if (command->help != NULL || offers->word.len > 2) {
            offer(offers, str_from_c(command->name));
        }
    }
    offers->append = ' ';
}

bool complete_command(Offers *offers, Known *known, Str line)
{
    bool bare = str_starts_with(line, STR("help "));
    if (line.len == 0 || (line.s[0] != '.' && line.s[0] != '\\' && !bare) ||
        str_find(line, STR("\n"), 0) >= 0) {
        return false;
    }
    int64_t blank = str_find(line, STR(" "), 0);
    if (blank < 0) {
        if (offers->start != 1) {
            return false;
        }
        offer_commands(offers);
        return true;
    }
    const Command *command = find_command(str_slice(line, bare ? 0 : 1, blank));
    if (command == NULL || strstr(command->args, "QUERY") != NULL ||
        strstr(command->args, "EXPR") != NULL) {
        return command == NULL && line.s[0] == '\\';
    }
    int64_t start = line.len;
    while (start > 0 && line.s[start - 1] != ' ' && line.s[start - 1] != '"') {
        start--;
    }
    Str typed = str_slice(line, start, line.len);
    offers->word = typed;
    offers->append = ' ';
    offer_arguments(offers, known, command, typed);
    offers->start = line.len - offers->word.len;
    return true;
}
