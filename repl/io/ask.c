/* ask: see ask.h. */
#include "repl/io/ask.h"

#include "repl/io/input.h"
#include "repl/io/output.h"

#include <unistd.h>

bool ask_can(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool ask_user(const char *question)
{
    Input input = {.fd = STDIN_FILENO};
    Str line;
    (void)!write_all(STDERR_FILENO, str_from_c(question));
    bool yes = input_line(&input, &line) &&
               (str_eq(line, STR("y")) || str_eq(line, STR("yes")) || str_eq(line, STR("Y")));
    input_close(&input);
    return yes;
}
