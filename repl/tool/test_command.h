/* test_command: `fawn test`, files of queries compared with what they are to print. */
#ifndef FAWN_REPL_TOOL_TEST_COMMAND_H
#define FAWN_REPL_TOOL_TEST_COMMAND_H

#include "repl/shell/shell.h"

/* Runs the tests in the files and folders that the words of the command line name. What fails is
 * told and noted in the shell's exit code. */
void test_command(Shell *shell);

#endif
