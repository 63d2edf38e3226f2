/* paint: a scanner of printed values, which are simpler than FQL: strings, numbers, words and
 * punctuation; and a reader of headings, line by line. */
#include "repl/show/paint.h"


#include <ctype.h>
#include <string.h>

#define RED "\033[1;31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define BLUE "\033[34m"
#define MAGENTA "\033[35m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

static void put_painted(Buf *out, const char *color, Str text)
{
    if (color == NULL) {
        buf_put(out, text);
        return;
    }
    buf_puts(out, color);
    buf_put(out, text);
    buf_puts(out, PLAIN);
}

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* The end of the string literal that begins at `start`. */
static int64_t string_end(Str text, int64_t start)
{
    int64_t at = start + 1;
    while (at < text.len && text.s[at] != '"') {
        at += text.s[at] == '\\' ? 2 : 1;
    }
    return at < text.len ? at + 1 : text.len;
}

/* The end of the word or number that begins at `start`: 1.0E-4 is one. */
static int64_t word_end(Str text, int64_t start, bool is_number)
{
    int64_t at = start + 1;
    while (at < text.len &&
           (is_word_byte(text.s[at]) || (is_number && strchr(".+-", text.s[at]) != NULL))) {
        at++;
    }
    return at;
}

static bool is_key(Str text, int64_t end)
{
    return end < text.len && text.s[end] == ':';
}

static const char *word_color(Str word)
{
    if (str_eq(word, STR("true")) || str_eq(word, STR("false")) || str_eq(word, STR("null"))) {
        return MAGENTA;
    }
    return NULL;
}

void paint_value(Buf *out, Str text)
{
    int64_t at = 0;
    while (at < text.len) {
        char c = text.s[at];
        int64_t end = at + 1;
        const char *color = NULL;
        bool is_negative = c == '-' && end < text.len && isdigit((unsigned char)text.s[end]);
        if (c == '"') {
            end = string_end(text, at);
            color = is_key(text, end) ? BLUE : GREEN;
        } else if (isdigit((unsigned char)c) || is_negative) {
            end = word_end(text, at, true);
            color = CYAN;
        } else if (is_word_byte(c)) {
            end = word_end(text, at, false);
            color = is_key(text, end) ? BLUE : word_color(str_slice(text, at, end));
        }
        put_painted(out, color, str_slice(text, at, end));
        at = end;
    }
}

typedef struct Heading {
    const char *text;
    const char *color;
} Heading;

static const Heading headings[] = {
    {"error:", RED}, {"warning:", YELLOW}, {"performance_hint:", YELLOW},
    {"hint:", CYAN}, {"cause:", CYAN},     {"trace:", CYAN},
    {"info", BLUE},  {"fawn:", RED},
};

/* Whether a line only points at the one above: blanks, a bar, carets and what they say. */
static bool is_pointer_line(Str line)
{
    int64_t at = 0;
    while (at < line.len && line.s[at] == ' ') {
        at++;
    }
    return at < line.len && line.s[at] == '|' && memchr(line.s, '^', (size_t)line.len) != NULL;
}

static void paint_line(Buf *out, Str line)
{
    for (int64_t i = 0; i < countof(headings); i++) {
        Str heading = str_from_c(headings[i].text);
        if (str_starts_with(line, heading)) {
            put_painted(out, headings[i].color, heading);
            buf_put(out, str_slice(line, heading.len, line.len));
            return;
        }
    }
    int64_t bar = is_pointer_line(line) ? str_find(line, STR("|"), 0) + 1 : line.len;
    buf_put(out, str_slice(line, 0, bar));
    if (bar < line.len) {
        put_painted(out, RED, str_slice(line, bar, line.len));
    }
}

void paint_message(Buf *out, Str text)
{
    Str rest = text, line;
    while (str_take_line(&rest, &line)) {
        paint_line(out, line);
        /* The last line has no newline to keep, unless the text ends in one. */
        if (rest.len > 0 || text.s[text.len - 1] == '\n') {
            buf_byte(out, '\n');
        }
    }
}
