/* part: reads a source line by line. Only for a line that would divide it is looked whether it
 * stands within a string or a comment: then the tokens of the part are read up to there, each once.
 */
#include "repl/shell/part.h"

#include "grammar/layout.h"
#include "repl/command/command.h"
#include "repl/io/text.h"
#include "runtime/base/limits.h"
#include "runtime/base/utf8.h"

#include <string.h>

bool part_is_divider(Str line)
{
    return str_eq(text_trim_end(line), STR("---"));
}

bool part_is_command(Str line)
{
    return line.len > 1 &&
           (line.s[0] == '\\' || (line.s[0] == '.' && command_is_named(text_trim_end(line))));
}

/* The tokens of a part, read as far as was asked for. */
typedef struct PartTokens {
    int64_t part_start; /* in the source; -1: of none yet */
    bool is_text;       /* the source is one that has tokens */
    bool is_over;       /* no more can be told apart */
    Layout layout;
    Token last;
    OpenBracket brackets[AST_DEPTH_MAX];
} PartTokens;

static PartTokens *begin_tokens(PartReader *reader, int64_t part_start)
{
    PartTokens *tokens = reader->tokens;
    if (tokens == NULL) {
        tokens = reader->tokens = arena_new(reader->arena, PartTokens);
        tokens->part_start = -1;
        tokens->is_text = reader->text.len <= SOURCE_BYTES_MAX && utf8_check(reader->text) < 0;
    }
    if (tokens->part_start != part_start) {
        tokens->part_start = part_start;
        tokens->is_over = !tokens->is_text;
        tokens->last = (Token){.kind = TOKEN_SEP};
        layout_init(&tokens->layout, str_slice(reader->text, part_start, reader->text.len), false,
                    LAYOUT_EXPR, tokens->brackets);
    }
    return tokens;
}

/* Reads the next token. A string without an end, and what cannot be stepped over, end all. */
static void next_token(PartTokens *tokens)
{
    Token token = layout_next(&tokens->layout);
    bool stays = token.kind != TOKEN_SEP && token.end <= tokens->last.end;
    tokens->is_over = token.kind == TOKEN_BROKEN || (stays && token.kind != TOKEN_END);
    tokens->last = token;
}

/* Whether the line at byte `at` of the source, of the part that begins at `part_start`, stands within
 * a token or a comment. */
static bool is_in_text(PartReader *reader, int64_t part_start, int64_t at)
{
    PartTokens *tokens = begin_tokens(reader, part_start);
    int64_t wanted = at - part_start;
    while (!tokens->is_over && tokens->last.end <= wanted && tokens->last.kind != TOKEN_END &&
           !(tokens->last.start == wanted && tokens->last.end > wanted)) {
        next_token(tokens);
    }
    return !tokens->is_over && tokens->last.start != wanted;
}

/* The line at the reader's place; moves on. */
static Str take_line(PartReader *reader)
{
    Str rest = str_slice(reader->text, reader->at, reader->text.len);
    Str line = {0};
    str_take_line(&rest, &line);
    reader->at = reader->text.len - rest.len;
    reader->line++;
    return line;
}

bool part_next(PartReader *reader, Part *part)
{
    int64_t start = reader->at, first_line = reader->line;
    bool is_open = false;  /* a statement may be under way in the line before */
    bool has_text = false; /* there was a line that is not blank */
    while (reader->at < reader->text.len) {
        int64_t line_start = reader->at, line_number = reader->line;
        Str line = text_trim_end(take_line(reader));
        bool command = part_is_command(line) && (line.s[0] == '\\' || !is_open);
        if (command && !has_text) {
            *part = (Part){.is_command = true, .text = line, .line = line_number};
            return true;
        }
        bool divides = command || part_is_divider(line);
        if (divides && !(has_text && is_in_text(reader, start, line_start))) {
            if (has_text) {
                *part = (Part){false, str_slice(reader->text, start, line_start), first_line};
                reader->at = command ? line_start : reader->at;
                reader->line = command ? line_number : reader->line;
                return true;
            }
            start = reader->at;
            first_line = reader->line;
            continue;
        }
        is_open = line.len > 0 && line.s[line.len - 1] != ';';
        has_text = has_text || line.len > 0;
    }
    *part = (Part){false, str_slice(reader->text, start, reader->at), first_line};
    return has_text;
}

bool part_is_complete(Intake *intake, Str text)
{
    Str known = intake_text(intake), line;
    bool goes_on = known.len > 0 && text.len >= known.len - 1 &&
                   str_starts_with(text, str_slice(known, 0, known.len - 1)) &&
                   (text.len < known.len || text.s[known.len - 1] == '\n');
    if (!goes_on) {
        intake_clear(intake);
    }
    int64_t start = goes_on ? known.len : 0;
    for (Str rest = str_slice(text, start < text.len ? start : text.len, text.len);
         str_take_line(&rest, &line);) {
        intake_add(intake, line);
    }
    return !intake_wants_more(intake);
}
