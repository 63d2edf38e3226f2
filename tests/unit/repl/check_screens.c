/* Each meta-command and each key of `.help keys` is used in a file of tests/terminal: a new one comes
 * with its screen.
 */
#include "repl/command/command.h"
#include "repl/edit/keys.h"
#include "repl/io/text.h"

#include <check.h>
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

/* Lines of the files, such as `run .mode json` and `key C-l Up`. */
static Buf steps;

static void read_file(const char *path)
{
    char block[4096];
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot read %s", path);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) {
        buf_put(&steps, (Str){block, (int64_t)got});
    }
    (void)fclose(file);
}

static void read_files(void)
{
    glob_t found;
    ck_assert_int_eq(glob(FAWN_TERMINAL_TESTS "/*.term", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        read_file(found.gl_pathv[i]);
    }
    globfree(&found);
}

static void forget_files(void)
{
    buf_free(&steps);
}

/* Whether a line begins with `verb`, and has `word` somewhere behind it. */
static bool is_used(const char *verb, Str word)
{
    Str rest = buf_str(&steps), line;
    while (str_take_line(&rest, &line)) {
        if (!str_starts_with(line, str_from_c(verb))) {
            continue;
        }
        for (int64_t at; (at = str_find(line, word, 0)) >= 0;) {
            int64_t end = at + word.len;
            if (line.s[at - 1] == ' ' && (end == line.len || line.s[end] == ' ')) {
                return true;
            }
            line = str_slice(line, at + 1, line.len);
        }
    }
    return false;
}

static bool is_run(Str name, char mark)
{
    Arena scratch;
    arena_init(&scratch);
    Str word = str_format(&scratch, "%c%.*s", mark, STR_ARG(name));
    bool used = is_used("run ", word) || is_used("type ", word);
    arena_free(&scratch);
    return used;
}

START_TEST(meta_commands_have_screens)
{
    for (const Command *command = command_after(NULL); command != NULL;
         command = command_after(command)) {
        Str name = str_from_c(command->name);
        ck_assert_msg(is_run(name, '.') || is_run(name, '\\'),
                      "no file of tests/terminal runs .%s", command->name);
    }
}
END_TEST

/* A key as tmux calls it: Ctrl-X is C-x, PageUp is PPage. */
static void put_tmux_name(Buf *out, Str key)
{
    static const struct {
        const char *ours, *tmux;
    } names[] = {{"PageUp", "PPage"}, {"PageDown", "NPage"}, {"Backspace", "BSpace"}};
    if (str_starts_with(key, STR("Ctrl-"))) {
        buf_puts(out, "C-");
        key = str_slice(key, 5, key.len);
    } else if (str_starts_with(key, STR("Alt-"))) {
        buf_puts(out, "M-");
        key = str_slice(key, 4, key.len);
    }
    for (int64_t i = 0; i < countof(names); i++) {
        key = str_eq(key, str_from_c(names[i].ours)) ? str_from_c(names[i].tmux) : key;
    }
    buf_put(out, key);
    if (key.len == 1) {
        out->data[out->len - 1] = (char)tolower((unsigned char)key.s[0]);
    }
}

/* One of the keys that a row of the help names: "Home, Ctrl-A", "Ctrl-X Ctrl-E". */
static void expect_pressed(Str key)
{
    Buf name = {0};
    for (int64_t at = 0; at < key.len;) {
        int64_t blank = str_find(key, STR(" "), at), end = blank < 0 ? key.len : blank;
        buf_puts(&name, name.len > 0 ? " " : "");
        put_tmux_name(&name, str_slice(key, at, end));
        at = end + 1;
    }
    ck_assert_msg(is_used("key ", buf_str(&name)), "no file of tests/terminal has `key %.*s` (%.*s)",
                  STR_ARG(buf_str(&name)), STR_ARG(key));
    buf_free(&name);
}

START_TEST(keys_have_screens)
{
    Buf help = {0};
    keys_help(&help);
    Str rest = buf_str(&help), row;
    ck_assert(str_take_line(&rest, &row)); /* the heading */
    while (str_take_line(&rest, &row)) {
        Str keys = text_trim(str_slice(row, 0, str_find(row, STR("  "), 3)));
        if (keys.s[0] == ')') {
            continue; /* brackets are typed, in nearly every file */
        }
        for (int64_t at = 0; at < keys.len;) {
            int64_t comma = str_find(keys, STR(", "), at), end = comma < 0 ? keys.len : comma;
            expect_pressed(str_slice(keys, at, end));
            at = end + 2;
        }
    }
    buf_free(&help);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("screens");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, read_files, forget_files);
    tcase_add_test(tcase, meta_commands_have_screens);
    tcase_add_test(tcase, keys_have_screens);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
