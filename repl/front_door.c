/* front_door: see front_door.h. */
#include "repl/front_door.h"

#include "repl/prompt.h"
#include "repl/shell/arguments.h"
#include "repl/shell/batch.h"
#include "repl/shell/init_file.h"

#include <unistd.h>

void front_door_run(Shell *shell)
{
    const Options *options = shell->options;
    bool terminal = !options->batch && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    bool has_prompt = terminal && (options->task_count == 0 || options->interactive);
    if (!arguments_read(shell) || (!init_file_run(shell, has_prompt) && !has_prompt)) {
        return;
    }
    if (options->task_count > 0 || !terminal) {
        batch_run(shell);
    }
    if (has_prompt && !shell->leave) {
        prompt_run(shell);
    }
}
