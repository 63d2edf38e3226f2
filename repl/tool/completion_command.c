/* completion_command: see completion_command.h. Where an option takes one of some words these are
 * offered, else names of files are. */
#include "repl/tool/completion_command.h"

#include "repl/tool/subcommand.h"

#include <string.h>

/* Options whose value is one of some words. The formats of results are added. */
static const struct {
    const char *subcommand; /* NULL: a general option */
    const char *option, *words;
} choices[] = {
    {NULL, "color", "auto always never"},  {NULL, "limits", "local fauna"},
    {NULL, "sync", "always batch off"},    {NULL, "include", INCLUDE_WORDS},
    {"query", "include", INCLUDE_WORDS},   {"eval", "include", INCLUDE_WORDS},
    {"import", "format", "json jsonl csv tsv"},
    {"export", "format", "tagged simple"}, {"export", "datafile", "jsonl json"},
};

/* The words that the value of an option is one of; empty: anything. */
static Str find_choices(Arena *arena, const Subcommand *command, const OptionRow *row)
{
    for (int64_t i = 0; i < countof(choices); i++) {
        const char *owner = choices[i].subcommand;
        bool own =
            command == NULL ? owner == NULL : owner != NULL && strcmp(owner, command->name) == 0;
        if (own && strcmp(choices[i].option, row->name) == 0) {
            return str_from_c(choices[i].words);
        }
    }
    Buf words = {0};
    for (int i = 0; command == NULL && strcmp(row->name, "format") == 0 && i < MODE_COUNT; i++) {
        buf_printf(&words, "%s%s", i > 0 ? " " : "", mode_name((Mode)i));
    }
    Str found = str_copy(arena, buf_str(&words));
    buf_free(&words);
    return found;
}

/* The words that may come first behind a subcommand: "push|diff DB" has two. */
static Str first_words(Arena *arena, const Subcommand *command)
{
    Buf words = {0};
    const char *at = command->arguments;
    for (; *at >= 'a' && *at <= 'z'; at++) {
        buf_byte(&words, *at);
        if (at[1] == '|') {
            buf_byte(&words, ' ');
            at++;
        }
    }
    Str found = str_copy(arena, buf_str(&words));
    buf_free(&words);
    return found;
}

/* A text within single quotes, as all three shells have them; `special` gets backslashes. */
static void put_within_quotes(Buf *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buf_puts(out, "'\\''");
            continue;
        }
        buf_puts(out, strchr(special, *text) ? "\\" : "");
        buf_byte(out, *text);
    }
}

static void put_quoted(Buf *out, const char *text, const char *special)
{
    buf_byte(out, '\'');
    put_within_quotes(out, text, special);
    buf_byte(out, '\'');
}

/* What an option does; synonyms have no text of their own. */
static const char *help_of(const OptionRow *row)
{
    return row->help != NULL ? row->help : "";
}

/* -- bash ------------------------------------------------------------------------------------- */

static void put_names(Buf *out, const OptionRow *row)
{
    for (; row != NULL && row->name != NULL; row++) {
        buf_printf(out, " --%s", row->name);
        if (row->letter) {
            buf_printf(out, " -%c", row->letter);
        }
    }
}

/* The choices of the options of a table: `NAME:--option | NAME:-o) words=…`. */
static void put_bash_choices(Buf *out, Arena *arena, const Subcommand *command,
                             const OptionRow *row)
{
    for (; row != NULL && row->name != NULL; row++) {
        Str words = find_choices(arena, command, row);
        const char *name = command != NULL ? command->name : "*";
        if (words.len > 0) {
            buf_printf(out, "        %s:--%s", name, row->name);
            if (row->letter) {
                buf_printf(out, " | %s:-%c", name, row->letter);
            }
            buf_printf(out, ") words='%.*s' ;;\n", STR_ARG(words));
        }
    }
}

static void put_bash(Buf *out, Arena *arena)
{
    buf_puts(out, "# Completes the words of fawn in bash; made by `fawn completion bash`.\n"
                  "_fawn() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    local command='' words=''\n"
                  "    case ${COMP_WORDS[1]} in\n       ");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        buf_printf(out, "%s %s", command == subcommands ? "" : " |", command->name);
    }
    buf_puts(out, ") [ \"$COMP_CWORD\" -eq 1 ] || command=${COMP_WORDS[1]} ;;\n"
                  "    esac\n"
                  "    case $command:$before in\n");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        put_bash_choices(out, arena, command, command->rows);
    }
    put_bash_choices(out, arena, NULL, option_rows);
    buf_puts(out, "        *)\n"
                  "            if [[ $word == -* ]]; then\n"
                  "                case $command in\n");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        if (command->rows != NULL) {
            buf_printf(out, "                    %s) words='", command->name);
            put_names(out, command->rows);
            buf_puts(out, "' ;;\n");
        }
    }
    buf_puts(out, "                esac\n                words+='");
    put_names(out, option_rows);
    buf_puts(out, "'\n            elif [ \"$COMP_CWORD\" -eq 1 ]; then\n                words='");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        buf_printf(out, "%s%s", command == subcommands ? "" : " ", command->name);
    }
    buf_puts(out, "'\n            elif [ \"$COMP_CWORD\" -eq 2 ]; then\n"
                  "                case $command in\n");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        Str words = first_words(arena, command);
        if (words.len > 0) {
            buf_printf(out, "                    %s) words='%.*s' ;;\n", command->name,
                       STR_ARG(words));
        }
    }
    buf_puts(out, "                esac\n"
                  "            fi\n"
                  "            ;;\n"
                  "    esac\n"
                  "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                  "}\n"
                  "complete -o default -F _fawn fawn\n");
}

/* -- zsh -------------------------------------------------------------------------------------- */

/* '(-m --format)'{-m+,--format=}'[output format]:M:(fql json)' */
static void put_zsh_option(Buf *out, Arena *arena, const Subcommand *command, const OptionRow *row)
{
    const char *value = row->values != NULL ? "=" : "";
    buf_puts(out, "        ");
    if (row->letter) {
        buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}", row->letter, row->name, row->letter,
                   row->values != NULL ? "+" : "", row->name, value);
    } else {
        buf_printf(out, "--%s%s", row->name, value);
    }
    buf_puts(out, "'[");
    put_within_quotes(out, help_of(row), "[]:");
    buf_byte(out, ']');
    Str rest = str_from_c(row->values != NULL ? row->values : "");
    while (rest.len > 0) {
        int64_t blank = str_find(rest, STR(" "), 0);
        Str name = str_slice(rest, 0, blank >= 0 ? blank : rest.len);
        Str words = find_choices(arena, command, row);
        rest = str_slice(rest, blank >= 0 ? blank + 1 : rest.len, rest.len);
        buf_printf(out, ":%.*s:", STR_ARG(name));
        if (words.len > 0) {
            buf_printf(out, "(%.*s)", STR_ARG(words));
        } else {
            buf_puts(out, "_files");
        }
    }
    buf_puts(out, "'\n");
}

static bool has_option(const OptionRow *row, const char *name)
{
    while (row != NULL && row->name != NULL && strcmp(row->name, name) != 0) {
        row++;
    }
    return row != NULL && row->name != NULL;
}

static void put_zsh_options(Buf *out, Arena *arena, const Subcommand *command)
{
    for (const OptionRow *row = command ? command->rows : NULL; row && row->name != NULL; row++) {
        put_zsh_option(out, arena, command, row);
    }
    for (const OptionRow *row = option_rows; row->name != NULL; row++) {
        if (command == NULL || !has_option(command->rows, row->name)) {
            put_zsh_option(out, arena, NULL, row);
        }
    }
}

static void put_zsh(Buf *out, Arena *arena)
{
    buf_puts(out, "#compdef fawn\n"
                  "# Completes the words of fawn in zsh; made by `fawn completion zsh`.\n"
                  "local -a commands options\n"
                  "local context state line first='_files'\n"
                  "typeset -A opt_args\n"
                  "commands=(\n");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        buf_printf(out, "    %s:", command->name);
        put_quoted(out, command->summary, ":");
        buf_byte(out, '\n');
    }
    buf_puts(out, ")\ncase $words[2] in\n");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        Str words = first_words(arena, command);
        buf_printf(out, "    %s)\n        options=(\n", command->name);
        put_zsh_options(out, arena, command);
        buf_puts(out, "        )\n");
        if (words.len > 0) {
            buf_printf(out, "        first='(%.*s)'\n", STR_ARG(words));
        }
        buf_puts(out, "        ;;\n");
    }
    buf_puts(out, "    *)\n        options=(\n");
    put_zsh_options(out, arena, NULL);
    buf_puts(out, "        )\n"
                  "        ;;\n"
                  "esac\n"
                  "_arguments -s $options '1: :->command' \"2: :$first\" '*: :_files' && return\n"
                  "if [[ $state == command ]]; then\n"
                  "    _describe command commands\n"
                  "    _files\n"
                  "fi\n");
}

/* -- fish ------------------------------------------------------------------------------------- */

static void put_fish_options(Buf *out, Arena *arena, const Subcommand *command,
                             const OptionRow *row)
{
    for (; row != NULL && row->name != NULL; row++) {
        Str words = find_choices(arena, command, row);
        buf_puts(out, "complete -c fawn");
        if (command != NULL) {
            buf_printf(out, " -n '__fish_seen_subcommand_from %s'", command->name);
        }
        if (row->letter) {
            buf_printf(out, " -s %c", row->letter);
        }
        buf_printf(out, " -l %s%s", row->name, row->values != NULL ? " -r" : "");
        if (words.len > 0) {
            buf_printf(out, " -f -a '%.*s'", STR_ARG(words));
        }
        buf_puts(out, " -d ");
        put_quoted(out, help_of(row), "\\");
        buf_byte(out, '\n');
    }
}

static void put_fish(Buf *out, Arena *arena)
{
    buf_puts(out, "# Completes the words of fawn in fish; made by `fawn completion fish`.\n");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        buf_printf(out, "complete -c fawn -n __fish_use_subcommand -a %s -d ", command->name);
        put_quoted(out, command->summary, "\\");
        buf_byte(out, '\n');
        Str words = first_words(arena, command);
        if (words.len > 0) {
            buf_printf(out, "complete -c fawn -n '__fish_seen_subcommand_from %s' -a '%.*s'\n",
                       command->name, STR_ARG(words));
        }
        put_fish_options(out, arena, command, command->rows);
    }
    put_fish_options(out, arena, NULL, option_rows);
}

/* -- the command ------------------------------------------------------------------------------ */

bool completion_put(Buf *out, Arena *arena, const char *name)
{
    static const struct {
        const char *name;
        void (*put)(Buf *out, Arena *arena);
    } shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};
    for (int64_t i = 0; i < countof(shells); i++) {
        if (strcmp(shells[i].name, name) == 0) {
            shells[i].put(out, arena);
            return true;
        }
    }
    return false;
}

void completion_command(Shell *shell)
{
    const char *name = shell->options->words.places.at[0];
    Buf out = {0};
    if (completion_put(&out, &shell->arena, name)) {
        shell_print(shell, buf_str(&out));
    } else {
        shell_complain(shell, "completion takes bash, zsh or fish, not `%s`", name);
        shell_fail(shell, EXIT_USAGE);
    }
    buf_free(&out);
}
