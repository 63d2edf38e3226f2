/* command: first the functions, then the table that names them, then dispatch. A command writes
 * what it was asked for to the output, and what went wrong to stderr; in a script its failure
 * counts like that of a query.
 */
#include "repl/command/command_int.h"

#include "repl/command/help.h"
#include "repl/edit/foreign.h"
#include "repl/io/text.h"
#include "repl/shell/batch.h"
#include "repl/tool/export_command.h"
#include "repl/tool/import_command.h"
#include "repl/tool/maintain.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A name further from what was typed than this is no suggestion. */
#define SUGGEST_DISTANCE_MAX 2

/* -- helpers ----------------------------------------------------------------------------------- */

const char *command_file_name(Shell *shell, Str args)
{
    if (args.len >= 2 && args.s[0] == '"' && args.s[args.len - 1] == '"') {
        args = str_slice(args, 1, args.len - 1);
    }
    return str_to_c(&shell->arena, args);
}

bool command_fail_usage(Shell *shell, const char *usage)
{
    shell_complain(shell, "usage: %s", usage);
    return shell_fail(shell, EXIT_QUERY);
}

bool command_read_switch(Shell *shell, Str args, const char *usage, bool *setting)
{
    if (args.len == 0) {
        *setting = !*setting;
        if (shell->interactive) { /* who turns it round wants to know how it stands */
            int64_t blank = str_find(str_from_c(usage), STR(" "), 0);
            shell_tell(shell, str_format(&shell->arena, "%.*s %s", (int)blank - 1, usage + 1,
                                         *setting ? "on" : "off"));
        }
    } else if (str_eq(args, STR("on")) || str_eq(args, STR("off"))) {
        *setting = str_eq(args, STR("on"));
    } else {
        return command_fail_usage(shell, usage);
    }
    return true;
}

/* -- general ----------------------------------------------------------------------------------- */

static bool run_help(Shell *shell, Str args)
{
    Buf out = {0};
    bool found = true;
    if (args.len == 0) {
        help_commands(&out);
    } else {
        found = help_topic(&out, args);
    }
    if (found) {
        help_print(shell, buf_str(&out));
    } else {
        help_tell_unknown(shell, args);
        shell_fail(shell, EXIT_QUERY);
    }
    buf_free(&out);
    return found;
}

static bool run_exit(Shell *shell, Str args)
{
    char *end;
    const char *text = str_to_c(&shell->arena, args);
    long code = strtol(text, &end, 10);
    if (*end != '\0' || code < 0 || code > 255) {
        return command_fail_usage(shell, ".exit [CODE], a number from 0 to 255");
    }
    shell->leave = true;
    if (args.len > 0) {
        shell->exit_code = (int)code;
    }
    return true;
}

static bool run_version(Shell *shell, Str args)
{
    (void)args;
    shell_print(shell, STR("fawn " FAWN_VERSION " (FQL v10)\n"));
    return true;
}

static bool run_clear(Shell *shell, Str args)
{
    (void)args;
    if (isatty(STDOUT_FILENO)) {
        shell_print(shell, STR("\033[H\033[2J\033[3J"));
    }
    return true;
}

static bool run_read(Shell *shell, Str args)
{
    if (args.len == 0) {
        return command_fail_usage(shell, ".read FILE");
    }
    return batch_run_file(shell, command_file_name(shell, args));
}

static bool run_print(Shell *shell, Str args)
{
    shell_print(shell, str_format(&shell->arena, "%.*s\n", STR_ARG(args)));
    return true;
}

/* -- output ------------------------------------------------------------------------------------ */

static bool run_hints(Shell *shell, Str args)
{
    return command_read_switch(shell, args, ".hints [on|off]", &shell->hints);
}

static bool run_typecheck(Shell *shell, Str args)
{
    bool is_on = shell->typecheck == TYPECHECK_YES;
    if (str_eq(args, STR("auto"))) {
        shell->typecheck = TYPECHECK_AS_DATABASE;
        return true;
    }
    if (!command_read_switch(shell, args, ".typecheck [on|off|auto] (auto: as the database says)",
                             &is_on)) {
        return false;
    }
    shell->typecheck = is_on ? TYPECHECK_YES : TYPECHECK_NO;
    return true;
}

static bool run_timer(Shell *shell, Str args)
{
    bool is_on = shell->timer != TIMER_OFF;
    if (str_eq(args, STR("once"))) {
        shell->timer = TIMER_ONCE;
        return true;
    }
    if (!command_read_switch(shell, args, ".timer [on|off|once]", &is_on)) {
        return false;
    }
    shell->timer = is_on ? TIMER_ON : TIMER_OFF;
    return true;
}

/* -- the database ------------------------------------------------------------------------------ */

static bool run_save(Shell *shell, Str args)
{
    StoreNotice notice = {.offset = -1};
    if (args.len == 0) {
        return command_fail_usage(shell, ".save FILE");
    }
    if (command_refuse_in_transaction(shell, "save")) {
        return false;
    }
    const char *path = command_file_name(shell, args);
    if (access(path, F_OK) == 0) {
        shell_complain(shell, "`%s` exists already", path);
        return shell_fail(shell, EXIT_QUERY);
    }
    if (store_save(shell->store, path, &notice) != STORE_OK) {
        shell_complain(shell, "cannot save to `%s`: %s", path,
                       notice.text[0] ? notice.text : strerror(errno));
        return shell_fail(shell, EXIT_DATABASE);
    }
    return true;
}

static bool run_compact(Shell *shell, Str args)
{
    if (args.len > 0) {
        return command_fail_usage(shell, ".compact");
    }
    return !command_refuse_in_transaction(shell, "compact") && maintain_compact(shell);
}

static bool run_check(Shell *shell, Str args)
{
    return args.len == 0 ? maintain_check(shell) : command_fail_usage(shell, ".check");
}

/* Words in front that are collections are what is dumped; what stands behind them is a file. */
static bool run_dump(Shell *shell, Str args)
{
    VEC(Str) names = {0};
    while (args.len > 0) {
        int64_t end = str_find(args, STR(" "), 0);
        Str word = str_slice(args, 0, end < 0 ? args.len : end);
        if (command_count_documents(shell, word) < 0) {
            break;
        }
        vec_push(&names, &shell->arena, str_copy(&shell->arena, word));
        args = text_trim(str_slice(args, word.len, args.len));
    }
    const char *path = args.len > 0 ? command_file_name(shell, args) : NULL;
    return maintain_dump(shell, path, names.at, names.len);
}

static bool run_restore(Shell *shell, Str args)
{
    return args.len > 0 ? maintain_restore(shell, command_file_name(shell, args))
                        : command_fail_usage(shell, ".restore FILE");
}

/* -- the table --------------------------------------------------------------------------------- */

const Command commands[] = {
    {"", "", "General", NULL},
    {"help", "[TOPIC]", "this list, or what is known of TOPIC", run_help},
    {"exit", "[CODE]", "leave", run_exit},
    {"quit", "", NULL, run_exit},
    {"version", "", "what this is", run_version},
    {"about", "", "whose this is", command_about},
    {"", "", "Input", NULL},
    {"read", "FILE", "run a file as one transaction", run_read},
    {"load", "FILE", NULL, run_read},
    {"save-input", "FILE", "write what was typed to a new file", command_save_input},
    {"edit", "[QUERY]", "edit a query, or the last one, in $EDITOR", command_edit},
    {"editor", "[QUERY]", NULL, command_edit},
    {"history", "[N|TEXT]", "what was typed, the last N or what has TEXT in it", command_history},
    {"clearhistory", "", "forget what was typed", command_clear_history},
    {"break", "", "in a row of its own: drop the input", command_break},
    {"", "", "Results", NULL},
    {"mode", "[MODE] [--width N] [--maxrows N] [--depth N] [--nullvalue TEXT]",
     "how results look: fql json jsonl csv table line …", command_mode},
    {"next", "", "the next page of the last result (also: it)", command_next},
    {"it", "", NULL, command_next},
    {"all", "", "all of the last result", command_all},
    {"last", "", "the last result again, in the present mode", command_last},
    {"maxrows", "[N|auto]", "show at most N rows of a result; 0: all", command_max_rows},
    {"width", "[N|auto]", "tables are at most N wide; 0: as they come", command_width},
    {"depth", "[N|auto]", "how deep objects become columns", command_depth},
    {"nullvalue", "[TEXT]", "what stands for null in rows", command_null_value},
    {"output", "[FILE||COMMAND]", "results go there (without: to the screen)", command_output},
    {"once", "FILE||COMMAND", "the next result goes there", command_once},
    {"pager", "[on|off|auto|COMMAND]", "what shows results that are longer than the screen",
     command_pager},
    {"color", "[on|off|auto]", "colour of results and messages", command_color},
    {"", "", "Transactions", NULL},
    {"begin", "", "what follows is one transaction, until .commit or .rollback", command_begin},
    {"commit", "", "keep what was done since .begin", command_commit},
    {"rollback", "", "take back what was done since .begin", command_rollback},
    {"dry", "[on|off]", "only show what queries would change", command_dry},
    {"confirm", "[N|off]", "ask before N documents change (100)", command_confirm},
    {"asof", "[TIME|ID|off]", "read the database as it was, at a time or after a transaction",
     command_as_of},
    {"log", "[N]", "the last transactions, and what they changed", command_log},
    {"txn", "ID", "what a transaction changed, field by field", command_txn},
    {"undo", "[ID]", "write the opposite of a transaction", command_undo},
    {"", "", "Understanding", NULL},
    {"explain", "QUERY", "what a query reads and writes, and how", command_explain},
    {"type", "EXPR", "the type of an expression, which is not run", command_type},
    {"timer", "[on|off|once]", "tell how long queries take", run_timer},
    {"hints", "[on|off]", "tell what makes a query slow", run_hints},
    {"typecheck", "[on|off|auto]", "check types first; auto: as the database says", run_typecheck},
    {"togglePerformanceHints", "", NULL, run_hints},
    {"stats", "[on|off]", "tell what queries cost; without: counts of the database", command_stats},
    {"info", "[on|off|all|none|txnTs|schemaVersion|summary|stats]",
     "tell of each query's transaction and cost", command_info},
    {"toggleInfo", "", NULL, command_info},
    {"lastError", "", "the last failure again", command_last_error},
    {"", "", "Pictures", NULL},
    {"chart", "KIND [FIELDS]", "draw the last result: bar line hist scatter", command_chart},
    {"spark", "[FIELD]", "the same in one line", command_spark},
    {"watch", "[SEC] [xN] QUERY", "run a query again and again, until Ctrl-C", command_watch},
    {"", "", "The database", NULL},
    {"describe", "NAME", "a collection's fields, and what is defined by that name",
     command_describe},
    {"collections", "[PREFIX]", "collections and their number of documents", command_collections},
    {"tables", "[PREFIX]", NULL, command_collections},
    {"indexes", "[PREFIX]", "indexes of collections: terms and values", command_indexes},
    {"schema", "[NAME]", "the schema, or one item of it, as FSL", command_schema},
    {"functions", "[PREFIX]", "functions of the schema", command_functions},
    {"roles", "[PREFIX]", "roles of the schema", command_roles},
    {"aggregates", "[PREFIX]", "live aggregates: what each keeps, and how many groups",
     command_aggregates},
    {"triggers", "[PREFIX]", "triggers of collections, and what they are on", command_triggers},
    {"mem", "", "what the memory of the database goes to", command_memory},
    {"", "", "The session", NULL},
    {"set", "NAME = EXPR", "give a variable a value", command_set},
    {"unset", "NAME", "take its value away", command_unset},
    {"vars", "", "variables of the session, and of what type they are", command_vars},
    {"args", "", "what --arg and its like bind, and the script's arguments", command_args},
    {"show", "", "all settings", command_show},
    {"prompt", "[TEXT|auto]", "the text of the prompt: %d database, %m mark",
     command_prompt},
    {"clear", "", "empty the screen", run_clear},
    {"echo", "[on|off]", "show queries of scripts before their results", command_echo},
    {"bail", "[on|off]", "scripts stop at the first failure", command_bail},
    {"print", "TEXT", "print TEXT", run_print},
    {"cd", "[DIR]", "go to another folder", command_cd},
    {"shell", "[COMMAND]", "run a command of the system", command_shell},
    {"system", "[COMMAND]", NULL, command_shell},
    {"", "", "Files", NULL},
    {"open", "[--readonly|--create|--new] [FILE]", "another file (none: a new one in memory)",
     command_open},
    {"attach", "[--readonly|--create] FILE [as ALIAS]", "open a file besides, for .use ALIAS",
     command_attach},
    {"detach", "DATABASE", "close a file that was attached", command_detach},
    {"databases", "", "the files that are open, and the databases in them", command_databases},
    {"use", "[DATABASE]", "go to another database: a file, A/B in it, .. or /", command_use},
    {"import", "FILE... [COLL]", "documents from JSON, CSV, TSV, Fauna's exports", import_meta},
    {"export", "DIR", "documents to files as Fauna's exports are", export_meta},
    {"save", "FILE", "write the database to a new file", run_save},
    {"compact", "", "write the file anew without what is no longer needed", run_compact},
    {"check", "", "look whether all that is kept is sound", run_check},
    {"dump", "[COLL...] [FILE]", "write the database, or only these, as text", run_dump},
    {"restore", "FILE", "read what .dump wrote into this database", run_restore},
    {0},
};

const char *const command_bare_words[] = {"exit", "quit", "help", "clear", "it", NULL};

/* -- dispatch ---------------------------------------------------------------------------------- */

/* The word behind the dot, up to a blank. */
static Str command_word(Str line)
{
    int64_t end = 1;
    while (end < line.len && line.s[end] != ' ' && line.s[end] != '\t') {
        end++;
    }
    return str_slice(line, 1, end);
}

const Command *command_after(const Command *command)
{
    command = command != NULL ? command + 1 : commands;
    while (command->name != NULL && command->run == NULL) {
        command++;
    }
    return command->name != NULL ? command : NULL;
}

static const Command *find_exact(Str word)
{
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        if (str_eq(str_from_c(command->name), word)) {
            return command;
        }
    }
    return NULL;
}

/* The one command (synonyms apart) that begins with `word`, or NULL. */
static const Command *find_prefix(Str word)
{
    const Command *found = NULL;
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        if (str_starts_with(str_from_c(command->name), word)) {
            if (found != NULL && found->run != command->run) {
                return NULL;
            }
            found = found ? found : command;
        }
    }
    return found;
}

/* The command whose name is like `word`, or NULL. */
static const Command *find_nearest(Str word)
{
    const Command *nearest = word.len > 0 ? find_prefix(word) : NULL;
    int64_t most = word.len / 2 < SUGGEST_DISTANCE_MAX ? word.len / 2 : SUGGEST_DISTANCE_MAX;
    int64_t best = nearest != NULL ? 0 : most + 1;
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        int distance = str_distance(str_from_c(command->name), word);
        if (distance < best) { /* of three letters two may not be wrong */
            nearest = command;
            best = distance;
        }
    }
    return nearest;
}

static bool fail_unknown(Shell *shell, Str word)
{
    const char *foreign = foreign_command(word);
    const Command *nearest = find_nearest(word);
    if (foreign != NULL) {
        shell_complain(shell, "no meta-command `.%.*s`; here that is %s", STR_ARG(word), foreign);
    } else if (nearest != NULL) {
        shell_complain(shell, "no meta-command `.%.*s`; did you mean `.%s`?", STR_ARG(word),
                       nearest->name);
    } else {
        shell_complain(shell, "no meta-command `.%.*s` (.help lists them)", STR_ARG(word));
    }
    return shell_fail(shell, EXIT_QUERY);
}

bool command_is_named(Str line)
{
    return find_exact(command_word(line)) != NULL;
}

bool command_is_known(Str line)
{
    Str word = command_word(line);
    return word.len > 0 && (find_exact(word) != NULL || find_prefix(word) != NULL);
}

/* The name behind the dot. */
static Str command_name(Str line)
{
    int64_t end = 1;
    while (end < line.len && (isalnum((unsigned char)line.s[end]) || line.s[end] == '_')) {
        end++;
    }
    return str_slice(line, 1, end);
}

bool command_is_near(Str line, Str *name)
{
    *name = command_name(line);
    Str rest = str_slice(line, 1 + name->len, line.len), after = text_trim(rest);
    bool takes_argument = rest.len > after.len && isalnum((unsigned char)after.s[0]) &&
                          !str_starts_with(after, STR("isa "));
    return (rest.len == 0 || takes_argument) && find_nearest(*name) != NULL;
}

bool command_refuse(Shell *shell, Str line)
{
    return fail_unknown(shell, command_name(line));
}

bool command_run(Shell *shell, Str line)
{
    Str word = command_word(line);
    const Command *command = find_exact(word);
    if (command == NULL) {
        command = find_prefix(word);
    }
    if (command == NULL || word.len == 0) {
        return fail_unknown(shell, word);
    }
    return command->run(shell, text_trim(str_slice(line, 1 + word.len, line.len)));
}
