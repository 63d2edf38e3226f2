/* profile: settings from fauna.config.yaml, the file of Fauna's command line. Each of its sections is a
 * profile, which -p chooses (without it, but with --config, the one called `default`):
 *
 *   default:
 *     dir: schema            --dir of schema and local
 *     database: us/shop      -d
 *   ci:
 *     color: false           --no-color
 *     format: json           -m
 *     secret: fn…            means nothing here, which is told
 *
 * A key is the name of an option, also with capitals in place of dashes (performanceHints). The command
 * line and FAWN_… of the environment say the last word.
 */
#ifndef FAWN_REPL_SHELL_PROFILE_H
#define FAWN_REPL_SHELL_PROFILE_H

#include "repl/shell/options_int.h"

/* Applies the profile that the options name, if they name one. What is to be told of it goes to
 * `reader->options->notes`. False: there is none of that name, or it makes no sense. */
bool profile_apply(Reader *reader);

#endif
