/* command_place: the meta-commands that open files and go from one database to another
 * (repl/shell/place.h). */
#include "repl/command/command_int.h"

#include "repl/io/text.h"
#include "repl/shell/place.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* How a file is to be opened. */
typedef struct Opening {
    bool readonly, create, is_new;
} Opening;

/* Takes the options in front of a file name. */
static Opening take_options(Str *args)
{
    Opening opening = {false, false, false};
    const struct {
        const char *name;
        bool *flag;
    } options[] = {{"--readonly", &opening.readonly},
                   {"--create", &opening.create},
                   {"--new", &opening.is_new}};
    for (int64_t i = 0; i < countof(options);) {
        Str name = str_from_c(options[i].name);
        if (str_starts_with(*args, name) && (args->len == name.len || args->s[name.len] == ' ')) {
            *options[i].flag = true;
            *args = text_trim(str_slice(*args, name.len, args->len));
            i = 0;
        } else {
            i++;
        }
    }
    return opening;
}

bool command_open(Shell *shell, Str args)
{
    if (command_refuse_in_transaction(shell, "open")) {
        return false;
    }
    Opening opening = take_options(&args);
    if (args.len > 0 && args.s[0] == '-') {
        return command_fail_usage(shell, ".open [--readonly|--create|--new] [FILE]");
    }
    const char *path = args.len > 0 ? command_file_name(shell, args) : NULL;
    if (opening.is_new && path != NULL && access(path, F_OK) == 0) {
        shell_complain(shell, "`%s` exists already (.open without --new opens it)", path);
        return shell_fail(shell, EXIT_QUERY);
    }
    return shell_open(shell, path, opening.readonly, opening.create || opening.is_new);
}

/* Divides "FILE as ALIAS", of which FILE may stand in double quotes. */
static Str take_name(Str *args)
{
    for (int64_t at = args->len - 4; at > 0; at--) {
        if (strncasecmp(args->s + at, " as ", 4) == 0) {
            Str name = text_trim(str_slice(*args, at + 4, args->len));
            *args = text_trim(str_slice(*args, 0, at));
            return name;
        }
    }
    return (Str){0};
}

bool command_attach(Shell *shell, Str args)
{
    Opening opening = take_options(&args);
    Str name = take_name(&args);
    if (args.len == 0 || opening.is_new || str_find(name, STR(" "), 0) >= 0) {
        return command_fail_usage(shell, ".attach [--readonly|--create] FILE [as ALIAS]");
    }
    return place_attach(shell, command_file_name(shell, args), name, opening.readonly,
                        opening.create);
}

bool command_detach(Shell *shell, Str args)
{
    return args.len > 0 ? place_detach(shell, args) : command_fail_usage(shell, ".detach DATABASE");
}

bool command_use(Shell *shell, Str args)
{
    if (args.len == 0) {
        shell_print(shell, str_format(&shell->arena, "%.*s\n", STR_ARG(place_name(shell))));
        return true;
    }
    return !command_refuse_in_transaction(shell, "use") && place_use(shell, args);
}

/* -- .databases ----------------------------------------------------------------------------------- */

/* Column of what a file is, behind its name. */
enum { FILE_COLUMN = 24 };

typedef struct Listing {
    const Shell *shell;
    Buf out;
} Listing;

/* The one that is worked in has a star. */
static void put_place(void *context, Str place, const OpenFile *file, bool is_file)
{
    Listing *listing = context;
    Buf *out = &listing->out;
    buf_puts(out, str_eq(place, place_name(listing->shell)) ? "* " : "  ");
    buf_put(out, place);
    if (is_file) {
        const char *path = store_path(file->store);
        buf_fill(out, ' ', place.len < FILE_COLUMN ? FILE_COLUMN - place.len : 1);
        buf_printf(out, "%s%s", path != NULL ? path : "in memory",
                   file->readonly ? ", read-only" : "");
    }
    buf_byte(out, '\n');
}

bool command_databases(Shell *shell, Str args)
{
    Listing listing = {.shell = shell};
    if (args.len > 0) {
        return command_fail_usage(shell, ".databases");
    }
    place_each(shell, put_place, &listing);
    shell_print(shell, buf_str(&listing.out));
    buf_free(&listing.out);
    return true;
}
