/* subcommand: see subcommand.h. */
#include "repl/tool/subcommand.h"

#include "repl/command/command_int.h"
#include "repl/command/help.h"
#include "repl/io/signals.h"
#include "repl/tool/completion_command.h"
#include "repl/tool/export_command.h"
#include "repl/tool/fauna_command.h"
#include "repl/tool/format_command.h"
#include "repl/tool/import_command.h"
#include "repl/tool/maintain.h"
#include "repl/tool/rpc.h"
#include "repl/tool/schema_command.h"
#include "repl/tool/serve_command.h"
#include "repl/tool/test_command.h"

#include <string.h>
#include <unistd.h>

/* Column of the explanation behind an option. */
#define OPTION_COLUMN 26

/* -- what they do ----------------------------------------------------------------------------- */

static void serve_rpc(Shell *shell)
{
    const Options *options = shell->options;
    const Limits *limits = options->limits_given ? options->limits : &limits_fauna;
    int error = rpc_serve(shell->store, shell->session, limits, STDIN_FILENO, STDOUT_FILENO);
    if (signals_take_interrupt()) {
        shell_fail(shell, EXIT_INTERRUPTED);
    } else if (error != 0) {
        shell_complain(shell, "rpc: %s", strerror(error));
        shell_fail(shell, EXIT_DATABASE);
    }
}

static void import_words(Shell *shell)
{
    (void)import_command(shell, &shell->options->words);
}

static void export_words(Shell *shell)
{
    (void)export_command(shell, &shell->options->words);
}

/* The word behind the database, as a meta-command has it. */
static Str argument(const Shell *shell)
{
    const char *word = shell->options->word;
    return word != NULL ? str_from_c(word) : (Str){0};
}

static void list_log(Shell *shell)
{
    (void)command_log(shell, argument(shell));
}

static void undo(Shell *shell)
{
    (void)command_undo(shell, argument(shell));
}

/* All that the command line takes, in one page. */
static void put_everything(Buf *out)
{
    options_help(out);
    buf_byte(out, '\n');
    options_help_all(out);
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        buf_byte(out, '\n');
        subcommand_help(out, command);
    }
}

static void print_help(Shell *shell)
{
    const char *topic = shell->options->help_topic;
    const Subcommand *command = topic != NULL ? subcommand_find(topic) : NULL;
    Buf out = {0};
    if (topic == NULL) {
        options_help(&out);
    } else if (strcmp(topic, "all") == 0) {
        put_everything(&out);
    } else if (command != NULL) {
        subcommand_help(&out, command);
    } else if (strcmp(topic, "options") == 0) {
        options_help_all(&out);
    } else if (!help_topic(&out, str_from_c(topic))) {
        help_tell_unknown(shell, str_from_c(topic));
        shell_fail(shell, EXIT_USAGE);
    }
    help_print(shell, buf_str(&out));
    buf_free(&out);
}

/* -- the table -------------------------------------------------------------------------------- */

const Subcommand subcommands[] = {
    {.name = "rpc",
     .arguments = "[DB]",
     .summary = "Answers requests of programs.",
     .page = "A JSON request a line in, a JSON response a line out.\n",
     .place = place_optional_database,
     .run = serve_rpc,
     .opens = true},
    {.name = "serve",
     .arguments = "[DB]",
     .summary = "Answers Fauna's HTTP protocol, for its clients.",
     .page = "Fauna's drivers and command line work with it as they are: give them the endpoint "
             "http://localhost:8443 and a secret. SIGTERM and Ctrl-C stop it when what it does is "
             "done.\n",
     .rows = serve_rows,
     .place = place_optional_database,
     .run = serve_command,
     .opens = true},
    {.name = "schema",
     .arguments = "push|diff|pull|status|commit|abandon DB [DIR]",
     .summary = "Keeps the schema of DB as .fsl files in DIR.",
     .page = "push puts the files in force (--staged: keeps them until commit or abandon), diff "
             "shows what that would change, pull writes the schema in force to DIR, status tells "
             "what is in force and what is staged.\n",
     .rows = schema_rows,
     .place = place_schema,
     .run = schema_command,
     .opens = true},
    {.name = "import",
     .arguments = "DB FILE|DIR|- ...",
     .summary = "Reads documents from files.",
     .page = "Reads JSON, JSON Lines, CSV and TSV, also gzipped, and every form in which Fauna "
             "gave its data out, into collections, which are made when they are missing. All of "
             "it, or nothing. At the prompt: .import FILE ... [COLLECTION]\n",
     .rows = import_rows,
     .place = place_import,
     .run = import_words,
     .opens = true},
    {.name = "export",
     .arguments = "DB DIR",
     .summary = "Writes documents to files.",
     .page = "Writes the documents of each collection to a folder of its own in DIR, and the files "
             "of the schema to DIR/schema, in the layout of Fauna's exports. At the prompt: "
             ".export DIR\n",
     .rows = export_rows,
     .place = place_export,
     .run = export_words,
     .opens = true},
    {.name = "compact",
     .arguments = "DB",
     .summary = "Writes the file DB anew with only what is needed.",
     .page = "Kept are the documents as they are, the schema, and the versions that history_days "
             "asks for. The new file is written beside the old one (DB.compacting) and takes its "
             "place at the end; there must be room for both. A kill at any time leaves one of "
             "them, whole.\n\n"
             "While a database is open, Fawn does this by itself in the background when more than "
             "half of the file, and at least 64 MiB of it, is no longer needed. At the prompt: "
             ".compact\n",
     .place = place_database,
     .run = compact_command},
    {.name = "check",
     .arguments = "DB | FILE.fql ... [DB]",
     .summary = "Looks whether all that DB keeps is sound, or whether queries are.",
     .page = "Reads the whole file and looks whether every record has its checksum, every document "
             "is well-formed, every index has the entries of the documents and no others, every "
             "aggregate equals a recount, and every tree is ordered and balanced. Nothing is "
             "changed. At the prompt: .check\n\n"
             "Exit code: 0 no damage, 3 damage, or the file cannot be read. Damage is told with "
             "its offset, and what can be saved.\n\n"
             "Of files of queries it looks at the syntax, the names and the types (docs/types.md; "
             "--no-typecheck: not at these), and runs nothing; the names of collections and functions "
             "are those of DB, if it is given. Exit code: 1 for errors.\n",
     .place = place_check,
     .run = check_command,
     .opens = true,
     .queries = true},
    {.name = "dump",
     .arguments = "DB [FILE]",
     .summary = "Writes a database, or some of it, as text.",
     .page = "Writes to FILE, which must not exist, or to stdout: the schema as FSL, and each "
             "document as a line of tagged JSON with its id, its times, and the hashes of secrets. "
             "`fawn restore` reads it. Versions of the past are left out. With -c only one "
             "collection, or several, which restore adds to a database. At the prompt: .dump "
             "[COLLECTION...] [FILE]\n",
     .rows = dump_rows,
     .place = place_dump,
     .run = dump_command,
     .opens = true},
    {.name = "restore",
     .arguments = "FILE DB",
     .summary = "Reads a database, or collections, from text.",
     .page = "Reads what `fawn dump` wrote (FILE `-`: from stdin) into DB, which must be empty or "
             "not exist yet: all of it, or nothing. A dump of some collections is added to what DB "
             "has, if it has none of these names, and has those that their documents refer to. "
             "Documents keep their ids and times; triggers do not run. At the prompt: .restore "
             "FILE\n",
     .place = place_restore,
     .run = restore_command,
     .opens = true},
    {.name = "fmt",
     .arguments = "[FILE|DIR|- ...]",
     .summary = "Formats files of FQL and FSL.",
     .page = "Files are written anew, and named, only if that changes them; of a folder, all its "
             ".fql and .fsl files. From stdin (-, or nothing) the result goes to stdout. Comments "
             "stay, what is formatted formats to itself, and a file that does not parse is left as "
             "it is.\n",
     .rows = format_rows,
     .place = place_format,
     .run = format_command},
    {.name = "test",
     .arguments = "[FILE.fql|DIR ...]",
     .summary = "Runs files of queries and compares what they print.",
     .page = "Each .fql file runs in a new database in memory; what it prints, results and errors, "
             "is compared with the .out file beside it, and what differs is shown: - before lines "
             "that are missing, + before those that are new. Before it, the .fsl files of the "
             "folder schema/ and the file setup.fql beside it are run, if they are there. Exit "
             "code: 1 if something differs.\n",
     .rows = test_rows,
     .place = place_test,
     .run = test_command},
    {.name = "completion",
     .arguments = "bash|zsh|fish",
     .summary = "Prints what makes a shell complete the words of fawn.",
     .page = "bash: source <(fawn completion bash)\n"
             "zsh: fawn completion zsh > ~/.zfunc/_fawn, in a folder of fpath\n"
             "fish: fawn completion fish > ~/.config/fish/completions/fawn.fish\n"
             "The Debian package has all three in place.\n",
     .place = place_completion,
     .run = completion_command},
    {.name = "query",
     .arguments = "[DB] QUERY|-",
     .summary = "Runs one query, as Fauna's command line does.",
     .page = "The text is one query and one transaction, and its last value is printed. Without DB "
             "it is the one that the variable FAWN_DB names, or one in memory. A query may take 5 "
             "s unless --timeout says otherwise. Options that are about Fauna's service (--secret, "
             "--local, --role, --url ...) are taken and not obeyed, which --verbose tells.\n",
     .rows = query_rows,
     .place = place_query,
     .run = query_command,
     .opens = true,
     .queries = true},
    {.name = "eval",
     .is_synonym = true,
     .arguments = "[DB] QUERY|-",
     .summary = "The same as query.",
     .page = "",
     .rows = query_rows,
     .place = place_query,
     .run = query_command,
     .opens = true,
     .queries = true},
    {.name = "shell",
     .arguments = "[DB]",
     .summary = "Opens the shell, as Fauna's command line does.",
     .page = "The same as fawn DB. Without DB it is the one that the variable FAWN_DB names, or "
             "one in memory.\n",
     .rows = fauna_rows,
     .place = place_shell,
     .run = shell_command,
     .opens = true,
     .queries = true},
    {.name = "database",
     .arguments = "create|list|delete [DB]",
     .summary = "Makes, lists and deletes child databases.",
     .page = "Those of DB, or of the file that the variable FAWN_DB names.\n",
     .rows = database_rows,
     .place = place_child,
     .run = database_command,
     .opens = true},
    {.name = "db",
     .is_synonym = true,
     .arguments = "create|list|delete [DB]",
     .summary = "The same as database.",
     .page = "",
     .rows = database_rows,
     .place = place_child,
     .run = database_command,
     .opens = true},
    {.name = "local",
     .arguments = "[DB]",
     .summary = "Starts nothing: Fawn needs no server.",
     .page = "With --dir and --database it does what Fauna's command did besides.\n",
     .rows = local_rows,
     .place = place_shell,
     .run = local_command,
     .opens = true},
    {.name = "login",
     .arguments = "",
     .summary = "Does nothing: Fawn has no accounts.",
     .page = "",
     .rows = fauna_rows,
     .place = place_shell,
     .run = login_command},
    {.name = "log",
     .arguments = "DB [N]",
     .summary = "Lists the last transactions of DB.",
     .page = "The newest first, 10 unless N says otherwise: id, time, and what changed in which "
             "collection. They are known until the file is compacted. At the prompt: .log [N]\n",
     .place = place_log,
     .run = list_log,
     .opens = true},
    {.name = "undo",
     .arguments = "DB [ID]",
     .summary = "Takes a transaction back.",
     .page = "Writes the opposite of the last transaction, or of the one with this id (of `fawn "
             "log`; 2 is the last but one), as a new transaction. Refused is what later "
             "transactions have changed again, and what changed the schema. -n shows what it would "
             "do. At the prompt: .undo [ID]\n",
     .place = place_undo,
     .run = undo,
     .opens = true},
    {.name = "help",
     .arguments = "[TOPIC]",
     .summary = "Tells more about a command, a method, an error.",
     .page = "TOPIC is one of these commands, a type (Set) or method (Set.paginate), an error code "
             "(constraint_failure), a command of the prompt (.mode), `options` (those that --help "
             "has no room for), `all`, or any word. Without: the same as --help. At the prompt: "
             ".help [TOPIC]\n",
     .place = place_help,
     .run = print_help},
    {.name = NULL},
};

const Subcommand *subcommand_find(const char *name)
{
    const Subcommand *command = subcommands;
    while (command->name != NULL && strcmp(command->name, name) != 0) {
        command++;
    }
    return command->name != NULL ? command : NULL;
}

void subcommand_help(Buf *out, const Subcommand *command)
{
    buf_printf(out, "usage: fawn %s%s%s%s\n%s\n\n%s", command->name,
               command->arguments[0] ? " " : "", command->arguments,
               command->rows != NULL ? " [OPTIONS]" : "", command->summary, command->page);
    for (const OptionRow *row = command->rows; row != NULL && row->name != NULL; row++) {
        buf_puts(out, row == command->rows ? "\n" : "");
        if (row->help != NULL) {
            option_put(out, row, OPTION_COLUMN);
            buf_byte(out, '\n');
        }
    }
}
