/* options_env: the general options by variables of the environment: FAWN_TIMEOUT=500 is --timeout
 * 500, FAWN_KEEP_GOING=1 is -k. The command line says the last word. Options that name what to run,
 * or what is to be bound to it, are none: they belong to one command. FAWN_DB is the database of commands
 * that name none (repl/tool/subcommand_place.c). */
#include "repl/shell/options_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "FAWN_"

bool options_belong_to_command(const OptionRow *row)
{
    static const char *const names[] = {"eval", "command", "file",    "version", "help",
                                        "arg",  "argjson", "argfql",  "argfile", "db"};
    for (int64_t i = 0; i < countof(names); i++) {
        if (strcmp(row->name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The value of the variable for an option; NULL: it is not set. */
static const char *find_variable(Arena *arena, const OptionRow *row, const char **name)
{
    Buf text = {0};
    buf_puts(&text, PREFIX);
    for (const char *at = row->name; *at != '\0'; at++) {
        buf_byte(&text, *at == '-' ? '_' : (char)toupper((unsigned char)*at));
    }
    *name = str_to_c(arena, buf_str(&text));
    buf_free(&text);
    return getenv(*name);
}

/* 1: on; 0: off; -1: neither. An empty variable is as good as none. */
static int read_switch(const char *value)
{
    static const char *const on[] = {"1", "on", "true", "yes"};
    static const char *const off[] = {"", "0", "off", "false", "no"};
    for (int64_t i = 0; i < countof(on); i++) {
        if (strcmp(value, on[i]) == 0) {
            return 1;
        }
    }
    for (int64_t i = 0; i < countof(off); i++) {
        if (strcmp(value, off[i]) == 0) {
            return 0;
        }
    }
    return -1;
}

bool options_apply_setting(Reader *reader, const OptionRow *row, const char *name,
                           const char *value)
{
    reader->row = row;
    vec_push(&reader->applied, reader->arena, row);
    if (row->values != NULL) {
        const char *const values[2] = {value, NULL};
        return value[0] == '\0' || row->apply(reader, values) ||
               options_fail(reader, "%s: %.*s", name, STR_ARG(reader->error));
    }
    int is_on = read_switch(value);
    if (is_on < 0) {
        return options_fail(reader, "%s takes 1 or 0, not `%s`", name, value);
    }
    if (is_on && row->apply != NULL) {
        return row->apply(reader, NULL);
    }
    if (is_on) {
        *(bool *)((char *)reader->options + row->offset) = true;
    }
    return true;
}

bool options_read_environment(Reader *reader)
{
    for (const OptionRow *row = option_rows; row->name != NULL; row++) {
        const char *name;
        const char *value =
            options_belong_to_command(row) ? NULL : find_variable(reader->arena, row, &name);
        if (value != NULL && !options_apply_setting(reader, row, name, value)) {
            return false;
        }
    }
    return true;
}

void options_take_default_database(Reader *reader)
{
    const char *given = getenv("FAWN_DB");
    if (reader->options->db == NULL && given != NULL && given[0] != '\0') {
        reader->options->db = given;
        reader->options->create = !reader->options->readonly;
    }
}
