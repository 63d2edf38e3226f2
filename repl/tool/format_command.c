/* format_command: see format_command.h. A source is divided as it is when it runs (part.h); what
 * was made has to divide into the same parts, or it is refused.
 */
#include "repl/tool/format_command.h"

#include "grammar/format.h"
#include "repl/io/folder.h"
#include "repl/io/input.h"
#include "repl/io/text.h"
#include "repl/shell/part.h"
#include "repl/tool/schema_files.h"
#include "runtime/base/utf8.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Formatting {
    Shell *shell;
    int64_t changed, unchanged;
} Formatting;

/* -- sources ---------------------------------------------------------------------------------- */

/* What is wrong with the text, rendered. */
static Str render(Arena *arena, const DiagList *diags)
{
    Buf text = {0};
    diag_render_list(&text, diags);
    Str copy = str_copy(arena, text_trim_end(buf_str(&text)));
    buf_free(&text);
    return copy;
}

static bool fail_unsafe(Arena *arena, const Source *source, Str *error)
{
    *error = str_format(arena,
                        "%.*s: what came out would not read as the same, so the file stays as it "
                        "is; please report this as a mistake of Fawn's",
                        STR_ARG(source->name));
    return false;
}

/* One query, whose first line is `line` of the source: empty lines stand for those before it, so
 * that places in errors are those of the file. */
static bool put_query(Buf *out, Arena *arena, const Source *source, const Part *part, Str *error)
{
    Buf padded = {0};
    buf_fill(&padded, '\n', part->line);
    buf_put(&padded, part->text);
    Source query = {source->name, str_copy(arena, buf_str(&padded))};
    buf_free(&padded);
    DiagList diags;
    FormatStatus status = format_script(out, arena, &query, &diags);
    if (status == FORMAT_REFUSED) {
        *error = render(arena, &diags);
    }
    return status == FORMAT_DONE ||
           (status == FORMAT_UNSAFE ? fail_unsafe(arena, source, error) : false);
}

/* The dividing lines between two parts. */
static void put_dividers(Buf *out, Str between)
{
    Str line;
    while (str_take_line(&between, &line)) {
        buf_puts(out, part_is_divider(line) ? "---\n" : "");
    }
}

/* Whether the text before `at`, or from there on, has an empty line before the next that is not. */
static bool has_blank_line(Str text, int64_t at)
{
    while (at < text.len && strchr(" \t\r\n", text.s[at])) {
        at++;
    }
    int newlines = 0;
    while (at > 0 && strchr(" \t\r\n", text.s[at - 1])) {
        newlines += text.s[--at] == '\n';
    }
    return newlines > 1;
}

/* Whether two sources run as equally many queries and commands, in the same order. */
static bool same_parts(Arena *scratch, Str a, Str b)
{
    PartReader of_a = {.text = a, .arena = scratch}, of_b = {.text = b, .arena = scratch};
    Part one, other;
    for (;;) {
        bool more = part_next(&of_a, &one);
        if (more != part_next(&of_b, &other)) {
            return false;
        }
        if (!more) {
            return true;
        }
        if (one.is_command != other.is_command) {
            return false;
        }
    }
}

bool format_source(Buf *out, Arena *arena, const Source *source, Str *error)
{
    Buf made = {0};
    PartReader reader = {.text = source->text, .arena = arena};
    Part part;
    bool ok = true, was_query = false;
    int64_t end = 0;
    while (ok && part_next(&reader, &part)) {
        int64_t start = part.text.s - source->text.s;
        int64_t before = made.len;
        put_dividers(&made, str_slice(source->text, end, start));
        bool divided = made.len > before;
        bool blank = has_blank_line(source->text, start) && made.len > 0;
        buf_puts(&made, blank || (part.is_command && was_query && !divided) ? "\n" : "");
        if (part.is_command) {
            buf_put(&made, part.text);
            buf_byte(&made, '\n');
        } else {
            ok = put_query(&made, arena, source, &part, error);
        }
        was_query = !part.is_command;
        end = start + part.text.len;
    }
    if (ok) {
        put_dividers(&made, str_slice(source->text, end, source->text.len));
    }
    if (ok && !same_parts(arena, source->text, buf_str(&made))) {
        ok = fail_unsafe(arena, source, error);
    }
    if (ok) {
        buf_put(out, buf_str(&made));
    }
    buf_free(&made);
    return ok;
}

/* The length of a byte order mark, and of a first line `#!…` behind it. */
static int64_t head_len(Str text)
{
    int64_t start = str_starts_with(text, STR("\xef\xbb\xbf")) ? 3 : 0;
    if (!str_starts_with(str_slice(text, start, text.len), STR("#!"))) {
        return start;
    }
    int64_t newline = str_find(text, STR("\n"), start);
    return newline >= 0 ? newline + 1 : text.len;
}

/* A file of FQL: a first line that names the interpreter stays as it is. */
static bool format_script_file(Buf *out, Arena *arena, const Source *source, Str *error)
{
    int64_t head = head_len(source->text);
    Str line = text_trim_end(str_slice(source->text, 0, head));
    char *blanked = arena_copy(arena, source->text.s, source->text.len);
    for (int64_t i = 0; i < head; i++) {
        blanked[i] = blanked[i] == '\n' ? '\n' : ' ';
    }
    Source rest = {source->name, {blanked, source->text.len}};
    Buf made = {0};
    bool ok = format_source(&made, arena, &rest, error);
    if (ok && head > 3) {
        bool blank = head < source->text.len && strchr("\r\n", source->text.s[head]);
        buf_printf(out, "%.*s\n%s", STR_ARG(line), blank ? "\n" : "");
    }
    buf_put(out, buf_str(&made));
    buf_free(&made);
    return ok;
}

/* A schema, or a source of the shell. */
static bool format_text(Buf *out, Arena *arena, const Source *source, bool is_schema, Str *error)
{
    int64_t bad = utf8_check(source->text);
    if (bad >= 0) {
        *error = str_format(arena, "%.*s: byte %lld is not UTF-8", STR_ARG(source->name),
                            (long long)bad);
        return false;
    }
    if (!is_schema) {
        return format_script_file(out, arena, source, error);
    }
    DiagList diags;
    FormatStatus status = format_schema(out, arena, source, &diags);
    if (status == FORMAT_REFUSED) {
        *error = render(arena, &diags);
    }
    return status == FORMAT_DONE ||
           (status == FORMAT_UNSAFE ? fail_unsafe(arena, source, error) : false);
}

/* -- files ------------------------------------------------------------------------------------ */

static bool is_schema_file(Str path)
{
    return str_ends_with(path, STR(".fsl"));
}

static bool is_source_file(Str path)
{
    return is_schema_file(path) || str_ends_with(path, STR(".fql"));
}

static void fail(Formatting *formatting, int code, const char *verb, Str path, int error)
{
    shell_complain(formatting->shell, "cannot %s `%.*s`: %s", verb, STR_ARG(path), strerror(error));
    shell_fail(formatting->shell, code);
}

/* What a file becomes: it is written, or told by --check, or stays. */
static void finish_file(Formatting *formatting, Str path, Str text, Str made)
{
    Shell *shell = formatting->shell;
    if (str_eq(text, made)) {
        formatting->unchanged++;
        return;
    }
    formatting->changed++;
    shell_print(shell, str_format(&shell->arena, "%.*s\n", STR_ARG(path)));
    if (shell->options->check) {
        shell_fail(shell, EXIT_QUERY);
        return;
    }
    struct stat status;
    int error = stat(path.s, &status) == 0 ? schema_file_write(path.s, made) : errno;
    if (error == 0 && chmod(path.s, status.st_mode & 07777) != 0) {
        error = errno;
    }
    if (error != 0) {
        fail(formatting, EXIT_DATABASE, "write", path, error);
    }
}

static void format_file(Formatting *formatting, Str path)
{
    Shell *shell = formatting->shell;
    Buf text = {0}, made = {0};
    Arena arena;
    Str error;
    arena_init(&arena);
    int failed = input_read_file(path.s, &text);
    text_mend_line_ends(&text);
    Source source = {path, buf_str(&text)};
    if (failed != 0) {
        fail(formatting, EXIT_USAGE, "read", path, failed);
    } else if (!format_text(&made, &arena, &source, is_schema_file(path), &error)) {
        shell_tell(shell, error);
        shell_fail(shell, EXIT_QUERY);
    } else {
        finish_file(formatting, path, source.text, buf_str(&made));
    }
    arena_free(&arena);
    buf_free(&text);
    buf_free(&made);
}

/* stdin to the output. */
static void format_stdin(Shell *shell)
{
    Buf text = {0}, made = {0};
    Str error;
    int failed = input_read_all(STDIN_FILENO, &text);
    Source source = {STR("<stdin>"), buf_str(&text)};
    bool check = shell->options->check;
    if (failed != 0) {
        shell_complain(shell, "cannot read stdin: %s", strerror(failed));
        shell_fail(shell, EXIT_USAGE);
    } else if (!format_text(&made, &shell->arena, &source, shell->options->is_schema, &error)) {
        shell_tell(shell, error);
        shell_fail(shell, EXIT_QUERY);
    } else if (!check) {
        shell_print(shell, buf_str(&made));
    } else if (!str_eq(source.text, buf_str(&made))) {
        shell_print(shell, STR("<stdin>\n"));
        shell_fail(shell, EXIT_QUERY);
    }
    buf_free(&text);
    buf_free(&made);
}

static void format_place(Formatting *formatting, const char *place)
{
    Shell *shell = formatting->shell;
    struct stat status;
    Paths paths = {0};
    Str error;
    if (strcmp(place, "-") == 0) {
        format_stdin(shell);
    } else if (stat(place, &status) != 0) {
        fail(formatting, EXIT_USAGE, "read", str_from_c(place), errno);
    } else if (!S_ISDIR(status.st_mode)) {
        format_file(formatting, str_from_c(place));
    } else if (!folder_list(&shell->arena, place, is_source_file, &paths, &error)) {
        shell_complain(shell, "%.*s", STR_ARG(error));
        shell_fail(shell, EXIT_USAGE);
    } else {
        for (int64_t i = 0; i < paths.len; i++) {
            format_file(formatting, paths.at[i]);
        }
    }
}

void format_command(Shell *shell)
{
    const ImportWords *words = &shell->options->words;
    Formatting formatting = {.shell = shell};
    for (int64_t i = 0; i < words->places.len; i++) {
        format_place(&formatting, words->places.at[i]);
    }
    if (!shell->options->quiet && formatting.changed > 0) {
        shell_tell(shell,
                   str_format(&shell->arena, "%lld file%s %s, %lld as %s should be",
                              (long long)formatting.changed, formatting.changed == 1 ? "" : "s",
                              shell->options->check ? "would change" : "formatted",
                              (long long)formatting.unchanged,
                              formatting.unchanged == 1 ? "it" : "they"));
    }
}
