/* Schemas: what they look like in canonical form, and what is wrong with those that are none. */
#include "grammar/schema.h"

#include "parse_fixture.h"

static SchemaResult parse_files(const char *const *texts, int64_t count)
{
    const Source **sources = arena_array(&arena, const Source *, count);
    for (int64_t i = 0; i < count; i++) {
        Source *source = arena_new(&arena, Source);
        *source = (Source){STR("main.fsl"), str_from_c(texts[i])};
        sources[i] = source;
    }
    return parse_schema(&arena, sources, count);
}

/* All items, or the first error: "2:3 Duplicate field `a`". */
static const char *display_files(const char *const *texts, int64_t count)
{
    SchemaResult result = parse_files(texts, count);
    Buf out = {0};
    if (!result.ok) {
        const Diag *diag = result.diags.first;
        LineColumn at = source_position(diag->span.source, diag->span.start);
        buf_printf(&out, "%lld:%lld %.*s", (long long)at.line, (long long)at.column,
                   STR_ARG(diag->message));
    }
    for (int64_t i = 0; i < result.items.len && result.ok; i++) {
        schema_display(&out, result.items.at[i]);
    }
    return take_text(&out);
}

static const char *display(const char *text)
{
    return display_files(&text, 1);
}

typedef struct Form {
    const char *text, *shown;
} Form;

/* Each is shown as `shown`, which is shown as itself. */
static const Form forms[] = {
    {"", ""},
    {" ; // nothing\n;", ""},
    {"collection A{}", "collection A {\n}\n"},
    {"@alias( B )\ncollection A {}", "@alias(B)\ncollection A {\n}\n"},
    {"collection A'B {}", "collection \"A'B\" {\n}\n"},
    {"collection '0A$' {}", "collection \"0A$\" {\n}\n"},
    {"collection A { document_ttls false; ttl_days 2; history_days 1 }",
     "collection A {\n  history_days 1\n  ttl_days 2\n  document_ttls false\n}\n"},
    {"collection A { index i { values [desc(mva(.a)), asc(.b), mva(desc(.c))]; terms [.['d e'][0]] "
     "} }",
     "collection A {\n  index i {\n    terms [.[\"d e\"][0]]\n"
     "    values [desc(mva(.a)), .b, desc(mva(.c))]\n  }\n}\n"},
    {"collection A { unique [.b, mva(.c)] }", "collection A {\n  unique [.b, mva(.c)]\n}\n"},
    {"collection A { check c ((d) => d.x>1) }", "collection A {\n  check c ((d) => d.x > 1)\n}\n"},
    {"collection A {\n  index: Int\n  check: String?\n  a: Int|Null=1\n  *: Any }",
     "collection A {\n  index: Int\n  check: String?\n  a: Int | Null = 1\n  *: Any\n}\n"},
    {"collection A { a: { b: Int = 2, c: { d: String = 'x' }\n e: Any } }",
     "collection A {\n  a: { b: Int = 2, c: { d: String = \"x\" }, e: Any }\n}\n"},
    {"collection A { compute a: Int = (.b); compute c = d => d.e }",
     "collection A {\n  compute a: Int = (.b)\n  compute c = (d) => d.e\n}\n"},
    {"collection A { aggregate r { values{a:count(),b:top(3,.x['y z']),c:countDistinct(.k)} "
     "where (.ok) terms [.m, mva(.n)] } }",
     "collection A {\n  aggregate r {\n    terms [.m, mva(.n)]\n    where (.ok)\n"
     "    values { a: count(), b: top(3, .x[\"y z\"]), c: countDistinct(.k) }\n  }\n}\n"},
    {"collection A { aggregate t { values { s: sum(.a),\n m: mean(.a), l: min(.b), h: max(.b) } } "
     "}",
     "collection A {\n  aggregate t {\n    values { s: sum(.a), m: mean(.a), l: min(.b), h: "
     "max(.b) "
     "}\n  }\n}\n"},
    {"collection A { trigger t { do (e=>e.id) when (.x) on [delete,create] } }",
     "collection A {\n  trigger t {\n    on [delete, create]\n    when (.x)\n    do ((e) => e.id)\n"
     "  }\n}\n"},
    {"collection A { ttl_days 3\n trigger t { on total do (e => e)}\n check c (.x) }",
     "collection A {\n  check c (.x)\n  trigger t {\n    on total\n    do ((e) => e)\n  }\n"
     "  ttl_days 3\n}\n"},
    {"collection A { trigger: Int\n do: Int\n when: Int\n where: Int }",
     "collection A {\n  trigger: Int\n  do: Int\n  when: Int\n  where: Int\n}\n"},
    {"collection A { migrations {\n add .a\n drop .b\n split .c->.d,.e\n move .f -> .g\n"
     " backfill .h = 3\n add_wildcard\n move_wildcard .i\n move_conflicts .j } }",
     "collection A {\n  migrations {\n    add .a\n    drop .b\n    split .c -> .d, .e\n"
     "    move .f -> .g\n    backfill .h = 3\n    add_wildcard\n    move_wildcard .i\n"
     "    move_conflicts .j\n  }\n}\n"},
    {"function f(a,...b){a}", "function f(a, ...b) {\n  a\n}\n"},
    {"@role(r) @alias(g) function f(a: Int): { b: Int } { let c = a; { b: c } }",
     "@alias(g)\n@role(r)\nfunction f(a: Int): { b: Int } {\n  let c = a\n  {\n    b: c\n  }\n}\n"},
    {"role r { membership M; membership N { predicate (n => true) }\n"
     " privileges P { read\n write { predicate ((a, b) => a == b) } } }",
     "role r {\n  privileges P {\n    read\n    write {\n      predicate ((a, b) => a == b)\n    "
     "}\n  }\n"
     "  membership M\n  membership N {\n    predicate ((n) => true)\n  }\n}\n"},
    {"access provider p { jwks_uri 'j'; issuer \"i\"; role r }",
     "access provider p {\n  issuer \"i\"\n  jwks_uri \"j\"\n  role r\n}\n"},
};

START_TEST(a_schema_has_one_form)
{
    const Form *form = &forms[_i];
    const char *shown = display(form->text);
    ck_assert_str_eq(shown, form->shown);
    ck_assert_str_eq(display(shown), shown);
}
END_TEST

static const Form errors[] = {
    {"collection", "1:1 Missing required name"},
    {"collection A", "1:1 Missing required value"},
    {"collection A 3", "1:14 Expected a block"},
    {"collection A {", "1:15 Expected `}`"},
    {"collection A {} }", "1:17 Expected end-of-input"},
    {"collection A {} collection B {}", "1:17 Expected end-of-input"},
    {"table A {}", "1:1 Invalid schema item `table`"},
    {"collection A { table B }", "1:16 Invalid field or member `table`"},
    {"collection A {}\nfunction A() { 1 }", "2:10 Duplicate collection or function `A`"},
    {"collection A { a: Int; a: Int }", "1:24 Duplicate field `a`"},
    {"collection A { id: Int }", "1:16 Invalid reserved name `id`"},
    {"collection A { a = 1 }", "1:16 Expected a type signature"},
    {"collection A { *: Any = 1 }", "1:25 No default allowed for wildcard field"},
    {"collection A { compute a }", "1:16 Computed fields require a value"},
    {"collection A { compute a = 1 }", "1:28 Expected lambda"},
    {"collection A { index i { terms [asc(.a)] } }", "1:33 Expected 'mva'"},
    {"collection A { index i { values [up(.a)] } }", "1:34 Expected 'asc', 'desc', or 'mva'"},
    {"collection A { index i { terms [a] } }", "1:33 Invalid field path"},
    {"collection A { index i { terms [.a]; terms [.b] } }", "1:38 Duplicate terms definition"},
    {"collection A { unique [] }", "1:23 Expected non-empty terms for a unique constraint"},
    {"collection A { unique [.a, .b]; unique [.b, .a] }", "1:40 Duplicate unique constraint."},
    {"collection A { history_days 1.5 }", "1:29 Expected integer literal"},
    {"collection A {\n document_ttls\n\n}", "2:2 Missing required value"},
    {"collection A { document_ttls 1 }", "1:30 Expected boolean literal"},
    {"collection A { check c (d => }", "1:30 Expected expression"},
    {"collection A { aggregate a { terms [.x] } }", "1:16 Missing required member `values`"},
    {"collection A { aggregate a { values [.x] } }",
     "1:30 Expected an object, as in `values { count: count(), mean: mean(.stars) }`"},
    {"collection A { aggregate a { values {} } }",
     "1:37 An aggregate must have one value at least"},
    {"collection A { aggregate a { values { x: 1 } } }",
     "1:42 Expected `count()`, `sum(.field)`, `mean(.field)`, `min(.field)`, `max(.field)`, "
     "`top(n, .field)` or `countDistinct(.field)`"},
    {"collection A { aggregate a { values { x: count(.y) } } }", "1:42 `count` takes no arguments"},
    {"collection A { aggregate a { values { x: top(.y) } } }",
     "1:42 `top` takes two arguments: how many, and a field path"},
    {"collection A { aggregate a { values { x: sum(y) } } }", "1:46 Invalid field path"},
    {"collection A { index a { terms [.x] }; aggregate a { values { x: count() } } }",
     "1:50 Duplicate index name `a`"},
    {"collection A { index a { values { x: count() } } }", "1:33 Expected an array of values"},
    {"collection A { trigger t { on [create] } }", "1:16 Missing required member `do`"},
    {"collection A { trigger t { do (x => x) } }", "1:16 Missing required member `on`"},
    {"collection A { trigger t { on [] do (x => x) } }",
     "1:31 A trigger must be on one action at least"},
    {"collection A { trigger t { on [read] do (x => x) } }",
     "1:32 Expected `create`, `update` or `delete`"},
    {"collection A { trigger t { on create do (x => x) } }",
     "1:28 Expected actions in brackets, as in `on [create, update]`, or the name of an aggregate"},
    {"collection A { trigger t { on [create] do x => x } }", "1:43 Expected a lambda"},
    {"collection A { trigger t { on [create] do (x => x) } trigger t { on a do (.x) } }",
     "1:54 Expected `}`"},
    {"collection A { trigger t { on a do (.x) }; trigger t { on a do (.x) } }",
     "1:52 Duplicate trigger name `t`"},
    {"collection A { migrations {} }", "1:16 Empty migration blocks are not allowed"},
    {"collection A { migrations { split .a -> .b } }",
     "1:29 Expected at least two fields to split into"},
    {"collection A { migrations { move .a[0] -> .b } }",
     "1:34 Cannot index into an item in a migration path"},
    {"function f(a, b: Int) { a }", "1:15 All or no arguments must have a type"},
    {"function f(a: Int) { a }", "1:18 Return type is required when arguments have a type"},
    {"function f(...a, b) { a }", "1:15 Variadic argument must be the last argument."},
    {"function f() { 1 + }", "1:20 Expected expression"},
    {"function f() { }", "1:14 Expected a function definition"},
    {"role r { privileges A { fly } }", "1:25 Invalid action `fly`"},
    {"access provider p { issuer 'a' }", "1:19 Missing jwks uri"},
    {"access provider p { issuer 'a'; jwks_uri \"#{x}\" }",
     "1:45 Cannot interpolate values in a string literal"},
    {"@alias(a) role r {}", "1:1 Annotations are not allowed here"},
    {"@alias(a) @alias(b) collection C {}", "1:11 Duplicate annotation `alias`"},
    {"access \"a", "1:8 Expected provider"},
    {"@nosuch(a) collection C {}", "1:1 Expected end-of-input"},
};

START_TEST(an_error_names_the_place)
{
    ck_assert_str_eq(display(errors[_i].text), errors[_i].shown);
}
END_TEST

/* A mistake, and a line of the hint beside its error. */
static const Form hints[] = {
    {"collection A {\n  n: Int\n", "hint: It is not closed: a `}` is missing\nat main.fsl:1:14\n"},
    {"collection A\n  n: Int\n}", "hint: There is no `{` that it closes"},
    {"colection A {\n}", "hint: Did you mean `collection`?"},
    {"Collection A {\n}", "hint: Did you mean `collection`?"},
    {"table A {\n}", "hint: A schema has `collection`, `function`, `role` and `access provider`"},
    {"@rolle(admin)\nfunction f() { 1 }", "hint: The annotations are `@alias(Name)`"},
    {"fql", "hint: A schema has `collection`"},
    {"collection A {\n  n: Int, m: Int\n}",
     "hint: Fields and members are divided by line breaks, not by commas"},
    {"collection A {\n  n: Array[Int]\n}", "hint: The type of an array is written `Array<String>`"},
    {"collection A {\n  n Int\n}", "hint: A field is written `name: Type`; a collection also has"},
    {"collection A {\n  idex byN { terms [.n] }\n}", "hint: Did you mean `index`?"},
    {"collection A { index i { term [.n] } }", "hint: Did you mean `terms`?"},
    {"collection A { index i { sort [.n] } }", "hint: An index has `terms` and `values`"},
    {"collection A { index i { terms .n } }", "hint: Field paths stand in brackets"},
    {"collection A { unique [n] }", "collection A { unique [.n] }\n"},
    {"collection A { unique [1] }", "hint: A field path begins with a dot, as in `.name`"},
    {"collection A { check (.n > 1) }", "hint: A name stands behind `check`"},
    {"collection A { document_ttls yes }", "hint: It is `true` or `false`"},
    {"collection A { history_days 1.5 }", "hint: It is a number such as 7"},
    {"collection A { history_days many }", "hint: `history_days` has a value, and no name"},
    {"collection A {\n  /* half\n}", "hint: The comment has no end, `*/`"},
    {"collection A { migrations {\n  rename .a -> .b\n} }", "hint: Migrations are `add .a`"},
    {"collection A { migrations {\n  add .a = 1\n} }", "hint: Migrations are `add .a`"},
    {"collection A { migrations {\n  move a -> .b\n} }", "  move .a -> .b\n"},
    {"collection A { aggregate a { fold [.n] } }", "hint: An aggregate has `terms`, `where` and"},
    {"collection A { trigger t { fire (x => x) } }", "hint: A trigger has `on`, `when` and `do`"},
    {"role r", "hint: A block, `{ … }`, stands behind `r`"},
    {"role r { privilege A { read } }", "hint: Did you mean `privileges`?"},
    {"role r { privileges A { reed } }", "hint: Did you mean `read`?"},
    {"role r { privileges A { insert } }", "hint: Actions are `read`, `write`"},
    {"role r { privileges A { read write } }", "hint: Actions stand on lines of their own"},
    {"role r { privileges A { read { predicate true } } }",
     "hint: A predicate is a function in parentheses"},
    {"role r {\n  membership A 3\n}", "hint: A block is members in braces"},
    {"access provider p { uri 'a' }",
     "hint: An access provider has `issuer`, `jwks_uri` and `role`"},
    {"access provider p { issuer 'a' }",
     "hint: An access provider has an `issuer` and a `jwks_uri`"},
    {"function f() {\n}", "hint: A function is written `function name(x: Int): Int { x + 1 }`"},
    {"function f(x) = x + 1", "hint: A function is written `function name(x: Int): Int { x + 1 }`"},
    {"function f(x: Int) Int { x }", "hint: A function is written"},
    {"function f(x: Int): {\n  x\n}", "hint: A type stands behind the `:`, and then the body"},
    {"collection A { compute x = .a + .b }",
     "hint: What uses several fields stands in parentheses"},
};

START_TEST(an_error_says_what_could_be_written)
{
    const Source source = {STR("main.fsl"), str_from_c(hints[_i].text)};
    const Source *sources[1] = {&source};
    SchemaResult schema = parse_schema(&arena, sources, 1);
    ck_assert_msg(!schema.ok, "%s", hints[_i].text);
    Buf rendered = {0};
    diag_render_list(&rendered, &schema.diags);
    ck_assert_msg(str_find(buf_str(&rendered), str_from_c(hints[_i].shown), 0) >= 0,
                  "%s\n  tells    %.*s\n  expected %s", hints[_i].text, (int)rendered.len,
                  rendered.data, hints[_i].shown);
    buf_free(&rendered);
}
END_TEST

START_TEST(names_are_unique_over_all_files)
{
    const char *const texts[] = {"collection A {}", "role A {}", "@alias(A) collection B {}"};
    ck_assert_str_eq(display_files(texts, 2), "collection A {\n}\nrole A {\n}\n");
    ck_assert_str_eq(display_files(texts, 3), "1:8 Duplicate collection or function `A`");
}
END_TEST

START_TEST(blocks_may_not_be_nested_without_end)
{
    Buf text = {0};
    for (int i = 0; i < 100000; i++) {
        buf_puts(&text, "role a {");
    }
    buf_byte(&text, '\0');
    ck_assert_str_eq(strchr(display(text.data), ' '), " Items are nested too deep");
    buf_free(&text);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("fsl");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_schema_has_one_form, 0, countof(forms));
    tcase_add_loop_test(tests, an_error_names_the_place, 0, countof(errors));
    tcase_add_loop_test(tests, an_error_says_what_could_be_written, 0, countof(hints));
    tcase_add_test(tests, names_are_unique_over_all_files);
    tcase_add_test(tests, blocks_may_not_be_nested_without_end);
    return run_suite("fsl", tests);
}
