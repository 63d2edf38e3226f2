/* place: the files that the shell has open, and the database that it works in.
 *
 *   shop               shop.fawn, of the command line or .open: it is called as its file is
 *   shop/test/inner    a database within it
 *   old                old-shop.fawn, after `.attach old-shop.fawn AS old`
 *
 * A query is one transaction of one file, which has a log and an order of transactions of its own. So
 * there is one place at a time, and `.use` goes from one to another; variables of plain data go along.
 */
#ifndef FAWN_REPL_SHELL_PLACE_H
#define FAWN_REPL_SHELL_PLACE_H

#include "repl/shell/shell.h"

/* Opens a file (NULL: a new database in memory) in place of the one that is worked in, which stays when
 * that fails. False: a message was given. */
bool shell_open(Shell *shell, const char *path, bool readonly, bool create);

/* Opens another file besides, under `name` (NULL: as the file is called). False: a message was given. */
bool place_attach(Shell *shell, const char *path, Str name, bool readonly, bool create);

/* Closes a file that was attached. False: a message was given. */
bool place_detach(Shell *shell, Str name);

/* Goes to the database that `place` names: FILE, FILE/A/B, A/B of the present file, `/` for the file
 * itself, `..` for the one around. False: a message was given, and the place is as it was. */
bool place_use(Shell *shell, Str place);

/* Closes all files. */
void place_close_all(Shell *shell);

/* Calls `visit` with each place, in the words that place_use takes: `shop`, `shop/test`. */
typedef void PlaceVisit(void *context, Str place, const OpenFile *file, bool is_file);
void place_each(Shell *shell, PlaceVisit *visit, void *context);

/* The present place: "shop/test". It lives until the next change. */
Str place_name(const Shell *shell);

#endif
