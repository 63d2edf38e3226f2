/* format: FQL and FSL in canonical form: two blanks of indent, lines of 100 columns where that is
 * possible, comments kept.
 *
 *   text ─► tokens, each with the comments around it ─► shapes (pretty.h) ─► text
 *           format_token.c                              format.c, format_type.c, format_fsl.c
 *
 * Only blanks, newlines, `;`, commas before a closing bracket and the quotes of plain strings
 * change, never another token: so the parser sees the same, which is checked at the end.
 * What is formatted formats to itself. The layout follows from the tokens, the comments, and two
 * things that are left to the author: empty lines (one is kept), and whether an object that would
 * fit on a line begins with a newline, and so has a line for each field.
 */
#ifndef FAWN_GRAMMAR_FORMAT_H
#define FAWN_GRAMMAR_FORMAT_H

#include "grammar/ast.h"

enum { FORMAT_COLUMNS = 100 };

typedef enum FormatStatus {
    FORMAT_DONE,
    FORMAT_REFUSED, /* the text does not parse: `diags` says why */
    FORMAT_UNSAFE,  /* a mistake of ours: what was formatted would have read as something else */
} FormatStatus;

/* Appends a source of the shell (`parse_script` reads it) in canonical form. The text is
 * well-formed UTF-8. Unless it is DONE nothing is appended. */
FormatStatus format_script(Buf *out, Arena *arena, const Source *source, DiagList *diags);

/* The same for a schema. */
FormatStatus format_schema(Buf *out, Arena *arena, const Source *source, DiagList *diags);

#endif
