/* gen_docs: writes the reference pages, docs/reference/NAME.md: one for each type or module, one
 * for the global functions, one for the error codes, and README.md, which lists them.
 *
 *   gen_docs FOLDER          an existing folder; scripts/gen-docs gives it docs/reference
 *
 * Everything on a page is read from the rows of runtime/builtin.h and from fault.def: to mend a
 * page is to mend its row. That the examples give what they are said to give is tested elsewhere
 * (check_doctests.c), so nothing is run here.
 */
#include "runtime/builtins/types.h"
#include "runtime/schema/catalog.h"

#include <stdio.h>
#include <stdlib.h>

/* Ends a page: writes it to FOLDER/NAME.md. Leaves the program when that fails. */
static void write_page(const char *folder, const char *name, Buf *page)
{
    Buf path = {0};
    buf_printf(&path, "%s/%s.md", folder, name);
    buf_byte(&path, '\0');
    FILE *file = fopen(path.data, "w");
    bool written = file != NULL && fwrite(page->data, 1, (size_t)page->len, file) > 0;
    if (file == NULL || fclose(file) != 0 || !written) {
        perror(path.data);
        exit(EXIT_FAILURE);
    }
    buf_free(&path);
    buf_free(page);
}

/* Takes the next line off `rest`; false: there is none. */
static bool take_line(Str *rest, Str *line)
{
    if (rest->len == 0) {
        return false;
    }
    int64_t end = str_find(*rest, STR("\n"), 0);
    *line = end < 0 ? *rest : str_slice(*rest, 0, end);
    *rest = end < 0 ? (Str){0} : str_slice(*rest, end + 1, rest->len);
    return true;
}

/* The lines of `text`, each behind `prefix`. */
static void put_lines(Buf *page, const char *prefix, const char *text)
{
    Str rest = str_from_c(text), line;
    while (take_line(&rest, &line)) {
        buf_puts(page, prefix);
        buf_put(page, line);
        buf_byte(page, '\n');
    }
}

/* One overload a line: `indexOf(pattern: String) => Number`, or `year: Int` of a field. */
static void put_signatures(Buf *page, const char *name, const char *signature)
{
    Str rest = str_from_c(signature), line;
    buf_puts(page, "```fql\n");
    while (take_line(&rest, &line)) {
        buf_printf(page, "%s%s%.*s\n", name, str_starts_with(line, STR("(")) ? "" : ": ",
                   STR_ARG(line));
    }
    buf_puts(page, "```\n\n");
}

/* What a query writes: `Math.abs`; `Math` itself for the row that calls the module; `indexOf` of
 * a value, which has no owner. */
static void put_name(Buf *name, const char *owner, const Builtin *row)
{
    bool is_call = row->name[0] == '\0' || strcmp(row->name, owner) == 0;
    buf_puts(name, owner);
    if (!is_call) {
        buf_printf(name, "%s%s", owner[0] ? "." : "", row->name);
    }
    buf_byte(name, '\0');
}

static void put_row(Buf *page, const char *owner, const Builtin *row)
{
    Buf name = {0};
    put_name(&name, owner, row);
    buf_printf(page, "\n### %s\n\n", name.data);
    put_signatures(page, name.data, row->signature);
    buf_printf(page, "%s%s\n", row->doc,
               row->effect == WRITES ? "\n\n*Writes to the database.*" : "");
    if (row->example[0] != '\0') {
        buf_puts(page, "\n```fql\n");
        put_lines(page, "", row->example);
        put_lines(page, "// ", row->result);
        buf_puts(page, "```\n");
    }
    buf_free(&name);
}

static void put_rows(Buf *page, const char *title, const char *owner, const Builtin *const *rows)
{
    if (rows == NULL || *rows == NULL) {
        return;
    }
    buf_printf(page, "\n## %s\n", title);
    for (; *rows != NULL; rows++) {
        put_row(page, owner, *rows);
    }
}

static void write_type(const char *folder, const BuiltinType *type)
{
    Buf page = {0}, owner = {0};
    buf_printf(&page, "# %s\n\n%s\n", type->name, type->doc);
    const Builtin *const constructor[] = {type->constructor, NULL};
    put_rows(&page, "Calling the module", type->name, constructor);
    bool is_nested = builtin_module(str_from_c(type->name)) == NULL;
    buf_printf(&owner, "%s%s", is_nested ? "FQL." : "", type->name);
    buf_byte(&owner, '\0');
    put_rows(&page, "Functions of the module", owner.data, type->statics);
    buf_free(&owner);
    put_rows(&page, "Methods and fields of values", "", type->methods);
    if (type == &collection_type) {
        const Builtin *const apply[] = {&collection_apply_row, NULL};
        put_rows(&page, "Methods and fields of a collection such as `Movie`", "Movie",
                 collection_rows);
        put_rows(&page, "Calling a collection such as `Movie`", "Movie", apply);
    }
    write_page(folder, type->name, &page);
}

static void write_globals(const char *folder)
{
    Buf page = {0};
    buf_puts(&page, "# Global functions\n\nThese stand without a receiver.\n");
    put_rows(&page, "Functions", "", builtin_globals);
    write_page(folder, "globals", &page);
}

static void write_errors(const char *folder)
{
    Buf page = {0};
    buf_puts(&page, "# Error codes\n\n"
                    "A query that fails has written nothing. Its error has one of these codes, a "
                    "message, the place in the query, and often a hint.\n\n"
                    "| code | meaning |\n|---|---|\n");
    for (int code = 0; code < FAULT_COUNT; code++) {
        Str text = fault_code_text((FaultCode)code), meaning = fault_code_meaning((FaultCode)code);
        buf_printf(&page, "| `%.*s` | %.*s |\n", STR_ARG(text), STR_ARG(meaning));
    }
    write_page(folder, "errors", &page);
}

static void write_index(const char *folder)
{
    Buf page = {0};
    buf_puts(&page, "# FQL reference\n\n"
                    "What every type and module of FQL can do in Fawn. These pages are made from "
                    "the interpreter's own tables by `scripts/gen-docs`; the shell shows the same "
                    "with `.help Array` and `.help Array.map`.\n\n"
                    "- [Global functions](globals.md)\n- [Error codes](errors.md)\n\n"
                    "## Types and modules\n\n");
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        buf_printf(&page, "- [%s](%s.md): %s\n", (*type)->name, (*type)->name, (*type)->doc);
    }
    write_page(folder, "README", &page);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: gen_docs FOLDER\n", stderr);
        return EXIT_FAILURE;
    }
    for (const BuiltinType *const *type = builtin_types; *type != NULL; type++) {
        write_type(argv[1], *type);
    }
    write_globals(argv[1]);
    write_errors(argv[1]);
    write_index(argv[1]);
    return EXIT_SUCCESS;
}
