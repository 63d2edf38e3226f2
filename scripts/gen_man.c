/* gen_man: writes the manual page: stdin, with the lists of options and subcommands in the place of
 * the lines `@OPTIONS@` and `@COMMANDS@`, to stdout as mdoc. scripts/gen-docs runs it. */
#include "repl/tool/subcommand.h"

#include <stdio.h>
#include <string.h>

/* Text as mdoc has it: a sentence begins a line, and no line begins with a control character. */
static void put_text(const char *text)
{
    bool is_start = true;
    for (; *text != '\0'; text++) {
        if (text[0] == '.' && text[1] == ' ') {
            puts(".");
            text++;
            is_start = true;
            continue;
        }
        if (is_start && (*text == '.' || *text == '\'')) {
            fputs("\\&", stdout);
        }
        fputs(*text == '\\' ? "\\e" : (char[]){*text, '\0'}, stdout);
        is_start = *text == '\n';
    }
}

/* Paragraphs, which an empty line divides. */
static void put_page(const char *page)
{
    Str rest = str_from_c(page), line;
    Buf text = {0};
    while (str_take_line(&rest, &line)) {
        text.len = 0;
        buf_printf(&text, "%.*s\n%c", STR_ARG(line), '\0');
        line.len > 0 ? put_text(text.data) : (void)puts(".Pp");
    }
    buf_free(&text);
}

/* .It Fl m , Fl -format Ar M */
static void put_option(const OptionRow *row)
{
    fputs(".It ", stdout);
    if (row->letter) {
        printf("Fl %c , ", row->letter);
    }
    printf("Fl -%s%s%s\n", row->name, row->values ? " Ar " : "", row->values ? row->values : "");
    put_text(row->help);
    puts("");
}

static void put_options(const OptionRow *row)
{
    puts(".Bl -tag -width Ds");
    for (; row->name != NULL; row++) {
        if (row->help != NULL) {
            put_option(row);
        }
    }
    puts(".El");
}

static void put_commands(void)
{
    puts(".Bl -tag -width Ds");
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        printf(".It Cm %s%s%s\n", command->name, command->arguments[0] ? " Ar " : "",
               command->arguments);
        put_page(command->summary);
        put_page(command->page);
        if (command->rows != NULL) {
            put_options(command->rows);
        }
    }
    puts(".El");
}

int main(void)
{
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strcmp(line, "@OPTIONS@\n") == 0) {
            put_options(option_rows);
        } else if (strcmp(line, "@COMMANDS@\n") == 0) {
            put_commands();
        } else {
            fputs(line, stdout);
        }
    }
    return ferror(stdout) || fflush(stdout) != 0;
}
