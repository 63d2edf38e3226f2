/* fsl_skip: finds where an item of a schema that cannot be read ends, so that what is wrong with
 * it can be said in terms of the item.
 */
#ifndef FAWN_GRAMMAR_FSL_SKIP_H
#define FAWN_GRAMMAR_FSL_SKIP_H

#include "grammar/lex.h"

/* The end of the item's text from here on: a new line, a semicolon or a closing brace outside all
 * brackets, strings and comments. */
uint32_t fsl_skip_invalid(const Lexer *lexer);

#endif
