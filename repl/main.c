/* main: chooses the front door: a subcommand, what the command line names, stdin, or the prompt. */
#include "repl/front_door.h"
#include "repl/io/signals.h"
#include "repl/shell/place.h"
#include "repl/tool/subcommand.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void run_command(Shell *shell)
{
    const Options *options = shell->options;
    if (options->command != NULL) {
        options->command->run(shell);
        return;
    }
    front_door_run(shell);
}

static int run_shell(const Options *options)
{
    Shell shell;
    shell_init(&shell, options);
    signals_install();
    for (int64_t i = 0; i < options->notes.len && !options->quiet; i++) {
        shell_tell(&shell, options->notes.at[i]);
    }
    if (options->output != NULL) {
        int error = output_redirect(&shell.output, options->output);
        if (error != 0) {
            shell_complain(&shell, "cannot write `%s`: %s", options->output, strerror(error));
            shell_fail(&shell, EXIT_USAGE);
        }
    }
    bool opens = options->command == NULL || options->command->opens;
    if (shell.exit_code == EXIT_OK &&
        (!opens || shell_open(&shell, options->db, options->readonly, options->create))) {
        run_command(&shell);
    }
    int ending = signals_ending();
    int code = shell_close(&shell);
    return ending != 0 ? 128 + ending : code;
}

static int print_text(void (*put)(Buf *out))
{
    Buf out = {0};
    put(&out);
    int error = write_all(STDOUT_FILENO, buf_str(&out));
    buf_free(&out);
    return error ? EXIT_DATABASE : EXIT_OK;
}

static void put_version(Buf *out)
{
    buf_puts(out, "fawn " FAWN_VERSION " (FQL v10)\n");
}

/* Streams that the caller closed are taken up by something that gives the same error: else the
 * database would be opened in their place, and results written into it. */
static bool hold_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) != fd) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    if (!hold_streams()) {
        return EXIT_USAGE;
    }
    Arena arena;
    Options options;
    Str error;
    arena_init(&arena);
    int code;
    if (!options_parse(&arena, argc, argv, &options, &error)) {
        fprintf(stderr, "fawn: %.*s\n", STR_ARG(error));
        code = EXIT_USAGE;
    } else if (options.help) {
        options.command = subcommand_find("help");
        code = run_shell(&options);
    } else if (options.version) {
        code = print_text(put_version);
    } else {
        code = run_shell(&options);
    }
    arena_free(&arena);
    return code;
}
