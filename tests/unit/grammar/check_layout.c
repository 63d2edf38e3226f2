/* Tokens, and what the layout pass makes of them where they stand. */
#include "grammar/layout.h"

#include "parse_fixture.h"

static const char *const names[] = {
#define TOKEN(name, shown, flags) #name,
#include "grammar/token.def"
#undef TOKEN
};

/* The kinds of the tokens of `text`, separated by blanks, END left out. */
static const char *kinds_of(const char *text, LayoutMode mode)
{
    Layout layout;
    OpenBracket *brackets = arena_array(&arena, OpenBracket, AST_DEPTH_MAX);
    layout_init(&layout, str_from_c(text), true, mode, brackets);
    Buf out = {0};
    for (Token token = layout_next(&layout); token.kind != TOKEN_END;
         token = layout_next(&layout)) {
        buf_puts(&out, out.len > 0 ? " " : "");
        buf_puts(&out, names[token.kind]);
        if (token.kind == TOKEN_BROKEN) {
            break;
        }
    }
    return take_text(&out);
}

typedef struct Example {
    const char *text, *kinds;
} Example;

static const Example expressions[] = {
    {"", ""},
    {" \t\r\n// c\n/* d */", ""},
    {"a _b c9'd", "ID ID ID"},
    {"if at of on let isa else true null case join false match",
     "KEY_IF KEY_AT KEY_RESERVED KEY_RESERVED KEY_LET KEY_ISA KEY_ELSE KEY_TRUE KEY_NULL KEY_CASE "
     "KEY_RESERVED KEY_FALSE KEY_MATCH"},
    {"iff atx lets", "ID ID ID"},
    {"( ) [ ] { } , : @ . ?. ... ?? ?",
     "PAREN_OPEN PAREN_CLOSE BRACKET_OPEN BRACKET_CLOSE BRACE_OPEN BRACE_CLOSE COMMA COLON "
     "AT_SIGN DOT OPTIONAL_DOT DOTS COALESCE QUESTION"},
    {"a = == => =~ ! != !~", "ID EQUALS EQ ARROW MATCHES NOT NOT EQUALS NOT BIT_NOT"},
    {"a != b !~ c ! d", "ID NE ID NOT_MATCHES ID BANG ID"},
    {"a < <= > >= | || & && ^ * ** / % + -",
     "ID LT LE GT GE BIT_OR OR BIT_AND AND BIT_XOR STAR POW SLASH PERCENT PLUS MINUS"},
    {"1 1.5 0xf 1e3 01", "NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER"},
    {"1.a", "NUMBER DOT ID"},
    {"# $ \xc3\xa9", "UNKNOWN UNKNOWN UNKNOWN"},
    /* newlines and semicolons */
    {"a\nb", "ID SEP ID"},
    {"a // c\nb", "ID SEP ID"},
    {"a /* \n */ b", "ID ID"},
    {"a;b", "ID SEP ID"},
    {"a\n;\n;b", "ID SEP ID"},
    {"a +\nb", "ID PLUS ID"},
    {"(\na\n,\nb\n)", "PAREN_OPEN ID COMMA ID PAREN_CLOSE"},
    {"a\n.b\n?.c", "ID DOT ID OPTIONAL_DOT ID"},
    {"a\n?? b\n|| c\n&& d\n| e\n^ f\n& g",
     "ID COALESCE ID OR ID AND ID BIT_OR ID BIT_XOR ID BIT_AND ID"},
    {"a\n+ b\n* c", "ID SEP PLUS ID SEP STAR ID"},
    {"a\n(b)\n[c]\n{d}",
     "ID SEP PAREN_OPEN ID PAREN_CLOSE SEP BRACKET_OPEN ID BRACKET_CLOSE SEP BRACE_OPEN ID "
     "BRACE_CLOSE"},
    {"a\n!b", "ID SEP NOT ID"},
    {"if (a)\nb\nelse\nc", "KEY_IF PAREN_OPEN ID PAREN_CLOSE ID KEY_ELSE ID"},
    {"a =>\nb", "ID ARROW ID"},
    {"{ a; }", "BRACE_OPEN ID SEP BRACE_CLOSE"},
    {"{ a\n}", "BRACE_OPEN ID BRACE_CLOSE"},
    /* signs */
    {"-1", "NUMBER"},
    {"- 1", "NUMBER"},
    {"a -1", "ID MINUS NUMBER"},
    {"a\n-1", "ID SEP NUMBER"},
    {"(-1)-1", "PAREN_OPEN NUMBER PAREN_CLOSE MINUS NUMBER"},
    {"a! -1", "ID BANG MINUS NUMBER"},
    {"if (a) -1", "KEY_IF PAREN_OPEN ID PAREN_CLOSE NUMBER"},
    {"- a", "MINUS ID"},
    {"a -> b", "ID UNKNOWN ID"},
    /* keywords as names */
    {"a.if?.else", "ID DOT ID OPTIONAL_DOT ID"},
    {"{ if: 1, null /* */ : 2 }",
     "BRACE_OPEN NAME COLON NUMBER COMMA NAME COLON NUMBER BRACE_CLOSE"},
    /* types and patterns */
    {"let a: A<B>= 1 > 2", "KEY_LET ID COLON ID TYPE_OPEN ID TYPE_CLOSE EQUALS NUMBER GT NUMBER"},
    {"let a: B.C => if = x => y", "KEY_LET ID COLON ID TYPE_ARROW ID EQUALS ID ARROW ID"},
    {"case { a: b, c }\n=> d\ncase e: F<G> => h",
     "KEY_CASE BRACE_OPEN ID COLON ID COMMA ID BRACE_CLOSE ARROW ID SEP KEY_CASE ID COLON ID "
     "TYPE_OPEN ID TYPE_CLOSE ARROW ID"},
    /* strings */
    {"'a' \"b\"", "STRING STRING"},
    {"\"a#{b}c#{d}\" + 1", "TEMPLATE_HEAD ID TEMPLATE_MIDDLE ID TEMPLATE_TAIL PLUS NUMBER"},
    {"\"#{ {} }\"", "TEMPLATE_HEAD BRACE_OPEN BRACE_CLOSE TEMPLATE_TAIL"},
    {"\"#{\"#{a}\"}\"", "TEMPLATE_HEAD TEMPLATE_HEAD ID TEMPLATE_TAIL TEMPLATE_TAIL"},
    {"<<-A\n #{x}\nA\n+ b", "STRING SEP PLUS ID"},
    {"<<+A\n #{x} y\n A.b", "TEMPLATE_HEAD ID TEMPLATE_TAIL DOT ID"},
    {"<<+A\nAB\nA", "STRING"},
    {"'a", "BROKEN"},
    {"<<+A\nb", "BROKEN"},
    {"/* a /* b */", "BROKEN"},
    {"1e", "BROKEN"},
    {"0x", "BROKEN"},
    {"'\xe2\x80\x8b'", "BROKEN"},
    {"'\xe2\x80\xae'", "BROKEN"},
    {"'\xe2\x80\x8d \xe2\x80\x89 \xe2\x80\xaf'", "STRING"},
    {"'\xe2\x80\xbb\xef\xbd\xb1'", "STRING"},
    {"'\x01'", "BROKEN"},
};

START_TEST(tokens_are_told_apart)
{
    ck_assert_str_eq(kinds_of(expressions[_i].text, LAYOUT_EXPR), expressions[_i].kinds);
}
END_TEST

static const Example types[] = {
    {"A<B> | \"c\" & -1?", "ID TYPE_OPEN ID TYPE_CLOSE BIT_OR STRING BIT_AND NUMBER QUESTION"},
    {"{ a: A\n b: B\n *: C }",
     "BRACE_OPEN ID COLON ID SEP ID COLON ID SEP STAR COLON ID BRACE_CLOSE"},
    {"A.B..C", "ID DOT DOT ID"},
    {"Array<\nA\n>", "ID TYPE_OPEN ID TYPE_CLOSE"},
};

START_TEST(types_have_tokens_of_their_own)
{
    ck_assert_str_eq(kinds_of(types[_i].text, LAYOUT_TYPE), types[_i].kinds);
}
END_TEST

START_TEST(a_token_knows_its_bytes)
{
    Layout layout;
    OpenBracket *brackets = arena_array(&arena, OpenBracket, AST_DEPTH_MAX);
    layout_init(&layout, STR(" ab\n+ \"c#{d}e\" ;"), false, LAYOUT_EXPR, brackets);
    static const uint32_t places[][2] = {{1, 3},   {4, 4},   {4, 5},   {6, 10},
                                         {10, 11}, {11, 14}, {15, 16}, {16, 16}};
    for (int64_t i = 0; i < countof(places); i++) {
        Token token = layout_next(&layout);
        ck_assert_uint_eq(token.start, places[i][0]);
        ck_assert_uint_eq(token.end, places[i][1]);
    }
}
END_TEST

START_TEST(identifiers_are_words_but_keywords)
{
    ck_assert(is_identifier(STR("a_1")));
    ck_assert(!is_identifier(STR("")));
    ck_assert(!is_identifier(STR("1a")));
    ck_assert(!is_identifier(STR("a b")));
    ck_assert(!is_identifier(STR("a'")));
    ck_assert(!is_identifier(STR("if")));
    ck_assert(!is_identifier(STR("join")));
    ck_assert(!is_identifier(STR("\xc3\xa9")));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("layout");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, tokens_are_told_apart, 0, (int)countof(expressions));
    tcase_add_loop_test(tests, types_have_tokens_of_their_own, 0, (int)countof(types));
    tcase_add_test(tests, a_token_knows_its_bytes);
    tcase_add_test(tests, identifiers_are_words_but_keywords);
    return run_suite("layout", tests);
}
