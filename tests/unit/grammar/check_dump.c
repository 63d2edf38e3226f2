/* Every construct of the language, as the tree that it becomes. */
#include "parse_fixture.h"

typedef struct Example {
    const char *text, *tree;
} Example;

static const Example expressions[] = {
    {"null", "null"},
    {"[true, false]", "(array true false)"},
    /* numbers */
    {"1_000", "1000"},
    {"0x_ff", "255"},
    {"0o17", "15"},
    {"0b101", "5"},
    {"- 1", "-1"},
    {"+ 1", "1"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "big:9223372036854775808"},
    {"0xffffffffffffffffff", "big:4722366482869645213695"},
    {"-0b1", "-1"},
    {"1.5", "float:1.5"},
    {"-1_0.2_5e-3", "float:-10.25e-3"},
    {"1E+2", "float:1E+2"},
    {"1.foo", "(chain 1 (.foo))"},
    {"- /* why */ 2.5", "float:-2.5"},
    /* strings */
    {"'a\"#b`'", "\"a\\\"#b`\""},
    {"\"a'#b\"", "\"a'#b\""},
    {"'\\\\\\'\\\"\\`\\#\\0\\t'", "\"\\\\'\\\"`#\\x00\\x09\""},
    {"'\\x41\\u00e9\\u{1f431}'", "\"A\xc3\xa9\xf0\x9f\x90\xb1\""},
    {"\"a#{1}b#{ x }\"", "(template \"a\" 1 \"b\" x)"},
    {"\"#{\"#{1}\"}\"", "(template (template 1))"},
    {"\"#{ {a: '}'} }\"", "(template (object (\"a\" \"}\")))"},
    {"<<-END\n    a\n      b #{c}\n    END", "\"a\\x0a  b #{c}\\x0a\""},
    {"<<+END\n    a\n  b #{c} d\n  END", "(template \"  a\\x0ab \" c \" d\\x0a\")"},
    {"<<+END\nEND", "\"\""},
    {"<<+A\n  #{<<-B\n  x\n  B\n  }\nA", "(template \"x\\x0a\" \"\\x0a\")"},
    /* names */
    {"a'b", "a'b"},
    {"a.if.null", "(chain a (.if) (.null))"},
    /* lists */
    {"()", "(tuple)"},
    {"(1)", "(tuple 1)"},
    {"(1, 2,)", "(tuple 1 2)"},
    {"[1, [2],]", "(array 1 (array 2))"},
    /* objects and blocks */
    {"{}", "(object)"},
    {"{ a: 1, 'b c': 2, \"d\": 3, if: 4, }", "(object (\"a\" 1) (\"b c\" 2) (\"d\" 3) (\"if\" 4))"},
    {"{ a }", "(block a)"},
    {"{ 'a' }", "(block \"a\")"},
    {"{ let a = 1; let b: Int = 2\n a + b; }", "(block (let a 1) (let b:Int 2) (+ a b))"},
    {"{ \"a#{b}\" }", "(block (template \"a\" b))"},
    /* control */
    {"if (a) b", "(if a b)"},
    {"if (a) b\nelse if (c) d else e", "(if a b (if c d e))"},
    {"if (a) if (b) c else d", "(if a (if b c d))"},
    {"if (a) -1", "(if a -1)"},
    {"at (t) x.y", "(at t (chain x (.y)))"},
    {"match x { case 1 => 'a'\n case [a, ...b] => a\n case { c, d: _ @ e } => c }",
     "(match x (1 \"a\") ((array (bind a) ...(bind b)) a) "
     "((object (\"c\" (bind c)) (\"d\" (bind _ (bind e)))) c))"},
    {"match x.y { case n: Int => n }", "(match (chain x (.y)) ((bind n (type Int)) n))"},
    /* lambdas */
    {"() => 1", "(lambda () 1)"},
    {"x => x + 1", "(lambda (x) (+ x 1))"},
    {"(a, _, ...b) => { a }", "(lambda (a _ ...b) (block a))"},
    {"(...a) => a", "(lambda (...a) a)"},
    {"x => y => x", "(lambda (x) (lambda (y) x))"},
    {"(.a)", "(tuple (short (chain this (.a))))"},
    {"f(.a.b > 3)", "(chain f (apply (short (> (chain this (.a) (.b)) 3))))"},
    {"f(1 + -.a)", "(chain f (apply (short (+ 1 (- (chain this (.a)))))))"},
    {"f((.a) + 1)", "(chain f (apply (short (+ (tuple (chain this (.a))) 1))))"},
    {"f(.a { b })",
     "(chain f (apply (short (project (chain this (.a)) (\"b\" (chain this (.b)))))))"},
    {"f(.['a'])", "(chain f (apply (short (chain this (access \"a\")))))"},
    {"f(.(1))", "(chain f (apply (short (chain this (apply 1)))))"},
    /* chains */
    {"a.b?.c(1)[2]?.[3]?.(4)!.d?.()",
     "(chain a (.b) (?.c call 1) (access 2) (?.access 3) (?.apply 4) ! (.d ?.call))"},
    {"a\n  .b()\n  // comment\n  ?.c", "(chain a (.b call) (?.c))"},
    {"a /*\n*/ (1)", "(chain a (apply 1))"},
    {"a!!", "(chain a ! !)"},
    {"{a: 1}.a", "(chain (object (\"a\" 1)) (.a))"},
    /* operators */
    {"a ?? b || c && d == e < f isa g | h ^ i & j + k * l ** m",
     "(?? a (|| b (&& c (== d (< e (isa f (| g (^ h (& i (+ j (* k (** l m))))))))))))"},
    {"a - b - c", "(- (- a b) c)"},
    {"a ** b ** c", "(** a (** b c))"},
    {"a =~ b !~ c != d", "(!= (!~ (=~ a b) c) d)"},
    {"a <= b >= c % d / e", "(>= (<= a b) (/ (% c d) e))"},
    {"-a ** !b", "(** (- a) (! b))"},
    {"- -1", "(- -1)"},
    {"1 -1", "(- 1 1)"},
    {"1 - -1", "(- 1 -1)"},
    {"!~a", "(! (~ a))"},
    {"a\n|| b\n&& c\n?? d", "(?? (|| a (&& b c)) d)"},
    {"a +\nb", "(+ a b)"},
    /* projections */
    {"a { b, c: .d, e { f }, g: 1 }",
     "(project a (\"b\" (chain this (.b))) (\"c\" (chain this (.d))) "
     "(\"e\" (project (chain this (.e)) (\"f\" (chain this (.f))))) (\"g\" 1))"},
    {"a + b { * }", "(project (+ a b) *)"},
    /* comments */
    {"/* a /* b */ c */ 1 // d", "1"},
};

START_TEST(an_expression_becomes_its_tree)
{
    ck_assert_str_eq(dump_of(expressions[_i].text), expressions[_i].tree);
}
END_TEST

static const Example types[] = {
    {"Any", "Any"},
    {"_", "_"},
    {"Foo.Bar", "Foo.Bar"},
    {"Array<A, B>", "(Array A B)"},
    {"Array<Array<A>>", "(Array (Array A))"},
    {"\"a\" | -1 | true", "(| \"a\" -1 true)"},
    {"A & B | C?", "(| (& A B) (? C))"},
    {"{ a: A, 'b c': B, *: C }", "(object (\"a\" A) (\"b c\" B) (* C))"},
    {"{ a: A\n b: B }", "(object (\"a\" A) (\"b\" B))"},
    {"{ a: A, ... }", "(interface (\"a\" A))"},
    {"[A, B]", "(tuple A B)"},
    {"(A)", "A"},
    {"A => B => C", "(function (A) (function (B) C))"},
    {"A | B => C", "(function ((| A B)) C)"},
    {"() => A", "(function () A)"},
    {"(a: A, b: B) => C", "(function (a:A b:B) C)"},
    {"(pattern: String, start: Number) => Number | Null",
     "(function (pattern:String start:Number) (| Number Null))"},
    {"(A, ...B) => C", "(function (A ...B) C)"},
    {"(...args: Any) => A", "(function (...args:Any) A)"},
    {"(args: ...Any) => A", "(function (...args:Any) A)"},
    {"if", "if"},
};

START_TEST(a_type_becomes_its_tree)
{
    Buf text = {0};
    buf_printf(&text, "{ let x: %s = 1; x }", types[_i].text);
    Buf tree = {0};
    buf_printf(&tree, "(block (let x:%s 1) x)", types[_i].tree);
    ck_assert_str_eq(dump_of(take_text(&text)), take_text(&tree));
}
END_TEST

START_TEST(placeholders_are_numbered)
{
    ParseResult result = parse_text(parse_query_template, STR("\0value> + \0value>"));
    ck_assert_int_eq(result.status, PARSE_OK);
    ck_assert_int_eq(result.values, 2);
    Buf out = {0};
    ast_dump(&out, result.node);
    ck_assert_str_eq(take_text(&out), "(block (+ (value 0) (value 1)))");
    ck_assert_int_eq(parse_text(parse_query, STR("\0value>")).status, PARSE_FAILED);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("dump");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, an_expression_becomes_its_tree, 0, (int)countof(expressions));
    tcase_add_loop_test(tests, a_type_becomes_its_tree, 0, (int)countof(types));
    tcase_add_test(tests, placeholders_are_numbered);
    return run_suite("dump", tests);
}
