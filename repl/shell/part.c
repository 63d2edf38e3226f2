/* part: reads a source line by line. All it knows of FQL is that a statement may go on over
 * lines; whether one really does is not looked at, so that dividing a source needs no parsing
 * and cannot fail.
 */
#include "repl/shell/part.h"

#include "grammar/parse.h"
#include "repl/command/command.h"
#include "repl/io/text.h"
#include "runtime/base/utf8.h"

bool part_is_divider(Str line)
{
    return str_eq(text_trim_end(line), STR("---"));
}

bool part_is_command(Str line)
{
    return line.len > 1 &&
           (line.s[0] == '\\' || (line.s[0] == '.' && command_is_named(text_trim_end(line))));
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
        PartReader before = *reader;
        Str line = text_trim_end(take_line(reader));
        bool command = part_is_command(line) && (line.s[0] == '\\' || !is_open);
        if (command && !has_text) {
            *part = (Part){.is_command = true, .text = line, .line = before.line};
            return true;
        }
        if (command || part_is_divider(line)) {
            if (has_text) {
                *part = (Part){false, str_slice(reader->text, start, before.at), first_line};
                *reader = command ? before : *reader;
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

bool part_is_complete(Str text, Buf *open)
{
    Arena arena;
    if (utf8_check(text) >= 0) {
        return true;
    }
    arena_init(&arena);
    Source source = {.name = STR("*query*"), .text = text};
    ParseResult result = parse_script(&arena, &source);
    bool is_complete = result.status != PARSE_INCOMPLETE;
    if (!is_complete && open != NULL) {
        buf_put(open, result.open);
    }
    arena_free(&arena);
    return is_complete;
}
