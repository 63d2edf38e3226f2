/* Tests of static types: what expressions are of, which queries are refused and where, and that
 * checking ends soon whatever it is given. The schema is made first, as queries see it.
 */
#include "fixture.h"

static const char *const schema[] = {
    "Collection.create({ name: \"Author\", indexes: { byName: { terms: [{ field: \"name\" }] } } "
    "})",
    "Collection.create({ name: \"Book\",\n"
    "  fields: { title: { signature: \"String\" }, pages: { signature: \"Int\", default: \"1\" },\n"
    "            by: { signature: \"Ref<Author> | Null\" }, tags: { signature: \"Array<String>\" } "
    "},\n"
    "  computed_fields: { long: { body: \"b => b.pages > 100\" },\n"
    "                     sized: { body: \"b => b.pages\", signature: \"Number\" } },\n"
    "  indexes: { byTag: { terms: [{ field: \"tags\", mva: true }] },\n"
    "             byLong: { terms: [{ field: \"long\" }] } } })",
    "Function.create({ name: \"double\", signature: \"Number => Number\", body: \"x => x * 2\" })",
    "Function.create({ name: \"first\", body: \"xs => xs[0]\" })",
    /* both at once: each names the other */
    ("Function.create({ name: \"even\", body: \"n => if (n == 0) true else odd(n - 1)\" })\n"
     "Function.create({ name: \"odd\", body: \"n => if (n == 0) false else even(n - 1)\" })"),
};

static void set_up_schema(void)
{
    set_up();
    session_typecheck_root(session, true);
    for (int64_t i = 0; i < countof(schema); i++) {
        Outcome outcome = run(schema[i]);
        ck_assert_msg(outcome.kind == OUTCOME_OK, "%.*s", STR_ARG(outcome.summary));
    }
}

static Outcome check(const char *text)
{
    return run_with(text, (RunOptions){.typecheck = TYPECHECK_YES, .query = true, .dry_run = true});
}

typedef struct Typed {
    const char *text, *type;
} Typed;

static const Typed expressions[] = {
    {"1", "1"},
    {"-1.5", "-1.5"},
    {"\"a #{1}\"", "String"},
    {"null", "Null"},
    {"[1, \"a\"]", "[1, \"a\"]"},
    {"{ a: 1, b: [true] }", "{ a: 1, b: [true] }"},
    {"if (true) 1 else \"a\"", "1 | \"a\""},
    {"if (true) true else false", "Boolean"},
    {"if (true) 1", "Null"},
    {"let x = 1; [x, x]", "[1, 1]"},
    {"let f = x => x; [f(1), f(\"a\")]", "[1, \"a\"]"},
    {"let f: (A, A => B) => B = (a, g) => g(a); f(1, x => [x])", "[1]"},
    /* functions */
    {"x => x", "A => A"},
    {"x => 1", "Any => 1"},
    {"(x, y) => if (true) x else y", "(A, A) => A"},
    {"x => x.name", "{ name: A, ... } => A"},
    {"x => y => x(y(y))", "(A => B) => C & (C => A) => B"},
    {"x => x(x)", "A & (A => B) => B"},
    {"(...xs) => xs", "(...A) => Array<A>"},
    {"(.name)", "{ name: A, ... } => A"},
    {"z => { let f: (A => A) = a => a; f(z) }", "A => A"},
    {"{ let f: (A => A) = a => { let g: (B => B) = b => b; g(a) }; f(\"x\").length }", "Number"},
    /* overloads */
    {"(x, y) => x + y", "((Number, Number) => Number) & ((String, String) => String)"},
    {"x => x + 1", "Number => Number"},
    {"x => (x + x).length", "String => Number"},
    {"let add = (x, y) => x + y; [add(1, 2), add(\"a\", \"b\")]", "[Number, String]"},
    {"x => { let y = x + x; y + \"a\" }", "String => String"},
    {"ID(if (true) 1 else \"2\")", "ID"},
    {"\"abc\".slice(1)", "String"},
    {"y => { let f = x => y(x); { a: f(0), b: f(true) } }",
     "(true | 0 => A) => { a: A, b: A }"},
    {"x => 1 + x", "Number => Number"},
    {"(x, y) => [x + 1, \"\" + y]", "(Number, String) => [Number, String]"},
    /* of a kind that is known, and of several */
    {"[{ a: { b: [1, \"x\"] } }, { a: { b: [true] } }].first()!.a.b", "[1, \"x\"] | [true]"},
    {"let x = { a: 1 }; [x, { b: x.a, c: x }]", "[{ a: 1 }, { b: 1, c: { a: 1 } }]"},
    /* nulls */
    {"[1].first()", "1 | Null"},
    {"[1].first()!", "1"},
    {"[1].first() ?? \"none\"", "\"none\" | 1"},
    {"[{ a: 1 }].first()?.a", "1 | Null"},
    {"x => x!", "A => A - Null"},
    {"null { a }", "Null"},
    {"asc", "(accessor: (A => Any)) => { asc: A => Any }"},
    /* builtins */
    {"[1, 2].map(x => x + 1)", "Array<Number>"},
    {"[3, 1].order(desc(x => x))", "Array<3 | 1>"},
    {"[1].toSet().map(x => \"#{x}\")", "Set<String>"},
    {"Set.sequence(0, 3).paginate()", "{ data: Array<Number>, after: String | Null }"},
    {"Object.entries({ a: 1 })", "Array<[String, 1]>"},
    {"Time.now", "() => Time"},
    {"Math", "MathModule"},
    {"FQL.Math.abs(1)", "Number"},
    {"[{ a: 1, b: 2 }] { a, c: .b }", "Array<{ a: 1, c: 2 }>"},
    {"abort(1)", "Never"},
    {"[4, 2].concat([1]).append(\"a\")", "Array<4 | 2 | \"a\" | 1>"},
    {"[[2], [1]].order(x => x[0], desc(.length))", "Array<[2 | 1]>"},
    {"Author.all().order", "(...{ asc: Author => Any } | { desc: Author => Any } | (Author => Any)) => "
                           "Set<Author>"},
    {"x => [x].order(y => y + 1).first()", "A & Number => A | Null"},
    {"[].fold({ a: 0, b: true }, (x, y) => Object.fromEntries([[\"a\", \"s\"]]))",
     "{ a: 0 | \"s\" | Null, b: true | \"s\" | Null }"},
    /* the schema */
    {"Author", "AuthorCollection"},
    {"Author.byId(\"1\")", "Ref<Author>"},
    {"Author.byId(\"1\")!", "Author"},
    {"Author.byId(\"1\") { name }", "{ name: Any } | Null"},
    {"Author.byName(\"x\")", "Set<Author>"},
    {"Book.all().first()!.by", "Ref<Author> | Null"},
    {"Book.all() { title, long, sized }", "Set<{ title: String, long: Boolean, sized: Number }>"},
    {"x => Book.byTag(x)", "String => Set<Book>"},
    {"x => Book.byLong(x)", "Boolean => Set<Book>"},
    {"Book.create",
     "(data: { id: ID | Null, title: String, pages: Number | Null, by: Ref<Author> | "
     "Null, tags: Array<String> }) => Book"},
    {"double", "UserFunction<(x: Number) => Number>"},
    {"first([1, \"a\"])", "Any"},
    {"even(2)", "Any | Boolean"}, /* needs itself */
    {"Collection.byName(\"Book\")", "NamedRef<CollectionDef>"},
    {"Query.identity()", "{ *: Any } | Null"},
    /* documents of the system */
    {"[Key.byId(1), Credential.byDocument(Author(1))]", "[Ref<Key>, Ref<Credential>]"},
    {"Credential.create({ document: Author(1), password: \"x\" }).login(\"x\")", "Token"},
    {"Token.create({ document: Author(1) }) { secret, ttl }",
     "{ secret: String | Null, ttl: Time | Null }"},
    {"Database.byName(\"x\")", "NamedRef<DatabaseDef>"},
    {"Database.byName(\"x\")?.update({}).priority", "Number | Null"},
    {"Role.all().first()!.delete()", "NullRole"},
    {"Book.definition.indexes.byTag!.status", "Any"},
    {"double.definition.role", "String | Null"},
};

START_TEST(an_expression_has_a_type)
{
    for (int64_t i = 0; i < countof(expressions); i++) {
        const Typed *row = &expressions[i];
        Outcome outcome = run_with(
            row->text, (RunOptions){.typecheck = TYPECHECK_YES, .query = true, .check_only = true});
        ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", row->text, STR_ARG(outcome.summary));
        expect_text(outcome.static_type, row->type, row->text);
    }
}
END_TEST

static const Typed wrong[] = {
    {"{ a: 1 }.b", "error: Type `{ a: 1 }` does not have field `b`\nat *query*:1:10"},
    {"2 + \"a\"", "error: Type `String` is not a subtype of `Number`\nat *query*:1:5"},
    {"nobody", "error: Unbound variable `nobody`\nat *query*:1:1"},
    {"1(2)", "error: Type `Int` cannot be used as a function\nat *query*:1:1"},
    {"[1].map(() => 2)",
     "error: Function was called with too many arguments. Expected 0, received 1\nat *query*:1:9"},
    {"\"a\".slice()", "error: Type `"},
    {"let x: String = 1", "error: "},
    {"let f: A => A = x => 1; f", "error: Type `1` cannot be used as generic type `A`\nat "},
    {"let x: Strin = 1; x", "error: Unknown type `Strin`\nat *query*:1:8"},
    {"let x: Array = []; x",
     "error: Type constructor `Array<>` accepts 1 parameters, received 0\nat *query*:1:8"},
    {"let x: String<Int> = \"a\"; x",
     "error: Type `String` does not accept any parameters.\nat *query*:1:8"},
    {"let x: Ref<Int> = 1; x", "error: Reference type must refer to a doc type\nat *query*:1:8"},
    {"let x: EmptyRef<NullAuthor> = null; x",
     "error: Reference type must refer to a doc type\nat *query*:1:8"},
    {"let x: void = 1; x", "error: Unknown type `void`\nat *query*:1:8"},
    {"[1][-1]", "error: Index -1 out of bounds for length 1\nat *query*:1:5"},
    {"Object.fromEntries([[\"a\"]])",
     "error: Tuple does not contain enough elements. Expected 2, received 1\nat *query*:1:21"},
    {"[\"a\"].map(x => x.foo)", "error: Type `String` does not have field `foo`\nat *query*:1:18"},
    {"Book.create({ tags: [] })", "error: Type `{ tags: [] }` does not have field `title`\nat "},
    {"Book.create({ title: \"a\", tags: [], more: 1 })",
     "error: Type `{ title: \"a\", tags: [], more: 1 "
     "}` contains extra field `more`\nat "},
    {"Book.byId(1).title", "error: Type `Null` does not have field `title`\nat *query*:1:14\n  |\n"
                           "1 | Book.byId(1).title\n  |              ^^^^^\n  |\n"
                           "hint: Use the ! or ?. operator to handle the null case\n  |\n"
                           "1 | Book.byId(1)!.title\n  |             +\n  |"},
    {"Book.byTag(1)", "error: Type `Int` is not a subtype of `String`\nat *query*:1:12"},
    {"Book.nothing", "error: Type `BookCollection` does not have field `nothing`\nat *query*:1:6"},
    {"k => { let test: X => X = k; test }",
     "error: Value cannot be constrained by inner generic type `X => X`\nat *query*:1:12\n  |\n"
     "1 | k => { let test: X => X = k; test }\n  |            ^^^^\n  |\nhint: Generic type definition\n"},
    {"z => { let f: (A => A | Null) = a => z; f(1) }",
     "error: Value cannot be constrained by inner generic type `A | Null`\nat *query*:1:12"},
    {"k => { let f: A => A = x => { let y = k(x); x }; f }",
     "error: Value cannot be constrained by inner generic type `A`\nat *query*:1:12"},
    {"double(\"a\")", "error: Type `String` is not a subtype of `Number`\nat *query*:1:8"},
    {"[1, \"a\"].frist()", "error: Type `Array<1 | \"a\">` does not have field `frist`\nat "},
    {"[1].order(v => v.first())",
     "error: Type `{ first: () => A, ... } => A` is not a subtype of `{ asc: 1 => Any } | { desc: 1 => Any "
     "} | (1 => Any)`\nat *query*:1:11"},
    {"Book.all().order(.titel)", "error: Type `{ titel: A, ... } => A` is not a subtype of "},
    {"Key.all(1)", "error: Type `Int` is not a subtype of `{ from: Any, to: Any } | { to: Any } | { from: "
                   "Any }`\nat *query*:1:9"},
    {"Collection.create({ name: \"X\", history_days: \"a\" })",
     "error: Type `String` is not a subtype of `Null | Number`\nat *query*:1:46"},
    {"Role.create({ name: \"R\" }).updateData({})",
     "error: Type `{ name: String, ts: Time, coll: RoleCollection, privileges: Any, membership: Any, "
     "data: { *: Any } | Null }` does not have field `updateData`\nat *query*:1:28"},
    {"Key.byId(1).role", "error: Type `Null` does not have field `role`\nat *query*:1:13"},
    {"Credential.byId(1)!.password",
     "error: Type `{ id: ID, ts: Time, coll: CredentialCollection, document: Ref<{ *: Any }>, data: "
     "{ *: Any } | Null }` does not have field `password`\nat *query*:1:21"},
    {"Collection.create({ name: \"X\", nme: 1 })",
     "error: Type `{ name: \"X\", nme: 1 }` contains extra field `nme`\nat *query*:1:19"},
    {"Collection.create({ name: \"X\", indexes: { a: { terms: [{ feld: \"b\" }] } } })", "error: Type `"},
};

START_TEST(what_cannot_fit_is_refused_and_told_where)
{
    for (int64_t i = 0; i < countof(wrong); i++) {
        const Typed *row = &wrong[i];
        Outcome outcome = check(row->text);
        ck_assert_msg(outcome.kind == OUTCOME_FAILED, "%s is accepted", row->text);
        expect_text(outcome.code, "invalid_query", row->text);
        ck_assert_msg(str_starts_with(outcome.summary, str_from_c(row->type)),
                      "%s\n  gives    %.*s\n  expected %s", row->text, STR_ARG(outcome.summary),
                      row->type);
    }
}
END_TEST

/* What runs rightly is never refused. */
static const char *const right[] = {
    "let x: Any = 1; x.foo",
    "let x: string = \"a\"; x", /* Fauna warned, no more */
    "let x: Ref<Author> = Author(1); x",
    "Author.create({ name: 1, anything: { at: [\"all\"] } }).anything.at[0]",
    "let f = xs => xs.fold({ n: 0 }, (a, x) => { n: a.n + x }); f([1, 2]).n",
    "[1, 2].fold({}, (a, x) => Object.assign(a, { n: x }))",
    "Book.create({ title: \"a\", tags: [\"b\"], by: Author(1) }).pages",
    "Book.create({ title: \"a\", tags: [] }).update({ pages: 2 }).long",
    "Author.all().order(.name, desc(.id)).first()",
    "at (Time.now()) { Author.all().count() }",
    "let id = x => x; id(id)(1) + 1",
    "[[1], [\"a\"]].map(x => x[0])",
    "[1, \"a\"].map(x => x.toString())",
    "even(10) && odd(3)",
    "Credential.create({ document: Author(1) }).verify(\"x\")",
    "Collection.byName(\"Book\")!.update({ data: { note: 1 } }).data!.note",
    "Role.all().map(r => r.privileges.resource)",
    "{ let f = (a, b) => a == b; f(1, \"a\") }",
    "Author.all({ from: Author(1), to: Author(2) }).order(asc(.name)).count()",
    "Collection.create({ name: \"X\", alias: \"Y\", history_days: 1, document_ttls: true, wildcard: \"Any\",\n"
    "  fields: { a: { signature: \"Int\", default: \"1\" } }, migrations: [],\n"
    "  computed_fields: { b: { body: \"x => x.a\" } }, data: { note: 1 },\n"
    "  indexes: { i: { terms: [{ field: \".a\", mva: true }], values: [{ field: \".b\", order: \"desc\" }] },\n"
    "             j: { values: [{ field: \".a\" }], queryable: true } },\n"
    "  constraints: [{ unique: [\"a\"] }, { unique: [{ field: \"b\" }] },\n"
    "                { check: { name: \"c\", body: \"x => true\" } }] }).name",
};

START_TEST(what_runs_is_accepted)
{
    for (int64_t i = 0; i < countof(right); i++) {
        Outcome outcome = check(right[i]);
        ck_assert_msg(outcome.kind == OUTCOME_OK, "%s\n%.*s", right[i], STR_ARG(outcome.summary));
    }
}
END_TEST

START_TEST(what_is_off_is_not_looked_at)
{
    Outcome outcome = run_with("{ a: 1 }.b", (RunOptions){.query = true});
    ck_assert_int_eq(outcome.kind, OUTCOME_OK);
    ck_assert_int_eq(outcome.static_type.len, 0);
    outcome =
        run_with("{ a: 1 }.b", (RunOptions){.query = true, .typecheck = TYPECHECK_AS_DATABASE});
    ck_assert_int_eq(outcome.kind, OUTCOME_FAILED);
    session_typecheck_root(session, false);
    outcome =
        run_with("{ a: 1 }.b", (RunOptions){.query = true, .typecheck = TYPECHECK_AS_DATABASE});
    ck_assert_int_eq(outcome.kind, OUTCOME_OK);
}
END_TEST

static const Typed schemas[] = {
    {"function f(x: Int): Int {\n  x.length\n}",
     "error: Type `Int` does not have field `length`\nat main.fsl:2:5\n  |\n2 |   x.length\n"
     "  |     ^^^^^^\n  |\nhint: Type `Int` inferred here\nat main.fsl:1:15"},
    {"function f() {\n  1.foo\n}", "error: Type `Int` does not have field `foo`\nat main.fsl:2:5"},
    {"function f(x: Strin): Int {\n  1\n}", "error: Unknown type `Strin`\nat main.fsl:1:15"},
    {"function f() { nobody }", "error: Unbound variable `nobody`\nat main.fsl:1:16"},
    {"collection C {\n  n: Int = \"a\"\n}",
     "error: Type `String` is not a subtype of `Int`\nat main.fsl:2:12"},
    {"collection C {\n  n: Int\n  compute s: String = c => c.n\n}",
     "error: Type `{ n: A, ... } => A` is not a subtype of `C => String`\nat main.fsl:3:23\n"},
    {"collection C {\n  n: Int\n  check c (c => c.n)\n}",
     "error: Type `{ n: A, ... } => A` is not a subtype of `C => Boolean | Null`\nat "
     "main.fsl:3:12\n  |\n3 |   check c (c => c.n)\n  |            ^^^^^^^^\n  |\n"
     "cause: Type `Int` is not a subtype of `Null | Boolean`\nat main.fsl:2:6\n"},
    {"collection C {\n  n: Int\n  index byM {\n    terms [.m]\n  }\n}",
     "error: Type `{ id: ID, ts: Time, ttl: Time | Null, n: Int }` does not have field `m`\nat "
     "main.fsl:4:13"},
    {"collection C {\n  compute a = c => c.ts\n  index byA { terms [.a] }\n}",
     "error: Computed fields used in indexes or constraints cannot use a doc's ts field\nat "
     "main.fsl:2:22"},
    {"function f() { 1 }\ncollection C {\n  compute a = _ => f()\n  index byA { terms [.a] }\n}",
     "error: Computed fields used in indexes or constraints cannot call UDFs\nat main.fsl:3:20"},
    {"collection C {\n  compute a = _ => C.nothing(1)\n  index byA { terms [.a] }\n}",
     "error: Type `CCollection` does not have field `nothing`\nat main.fsl:2:22\n  |\n"
     "2 |   compute a = _ => C.nothing(1)\n  |                      ^^^^^^^\n  |\n\n"
     "error: Computed fields used in indexes or constraints cannot access collections\nat "
     "main.fsl:2:20"},
    {"function f(x) { x.all { n } }",
     "error: Invalid projection on a unknown type. Use function signatures to fix the issue.\nat "
     "main.fsl:1:17"},
    {"collection C {\n  n: Array<_>\n}", "error: Invalid placeholder type `_`.\nat main.fsl:2:12"},
    {"collection C {\n  compute n: _ = c => 1\n}",
     "error: Invalid placeholder type `_`.\nat main.fsl:2:14"},
    {"collection C {\n  n: String<Int>\n}",
     "error: Type `String` does not accept any parameters.\nat main.fsl:2:6"},
    {"collection C {}\nrole r {\n  privileges C {\n    read { predicate (c => 1 + \"a\") }\n  }\n}",
     "error: Type `String` is not a subtype of `Number`\nat main.fsl:4:32"},
};

static Outcome push(const char *text)
{
    int64_t bad_offset;
    const Source *file = session_source(session, STR("main.fsl"), str_from_c(text), &bad_offset);
    SchemaPush pushed = {.files = &file, .count = 1};
    return session_push_schema(session, &pushed);
}

START_TEST(code_of_a_schema_is_checked_where_the_database_says_so)
{
    for (int64_t i = 0; i < countof(schemas); i++) {
        const Typed *row = &schemas[i];
        Outcome outcome = push(row->text);
        ck_assert_msg(outcome.kind == OUTCOME_FAILED, "%s is accepted", row->text);
        expect_text(outcome.code, "invalid_schema", row->text);
        ck_assert_msg(str_starts_with(outcome.summary, str_from_c(row->type)),
                      "%s\n  gives    %.*s\n  expected %s", row->text, STR_ARG(outcome.summary),
                      row->type);
    }
}
END_TEST

START_TEST(a_query_that_changes_the_schema_is_checked_at_its_end)
{
    static const char create[] = "Function.create({ name: \"g\", body: \"x => 1.foo\" }).name";
    Outcome outcome = run(create);
    expect_text(outcome.code, "invalid_schema", create);
    expect_text(outcome.message,
                "Invalid database schema update.\n"
                "    error: Type `Int` does not have field `foo`\n"
                "    at main.fsl:42:5\n"
                "       |\n"
                "    42 |   1.foo\n"
                "       |     ^^^\n"
                "       |",
                create);
    session_typecheck_root(session, false);
    expect_shown(create, "\"g\"");
    ck_assert_int_eq(push("function f() { 1.foo }").kind, OUTCOME_OK);
}
END_TEST

/* Texts whose types grow with each step. */
static void put_steps(Buf *out, const char *first, const char *step, int count)
{
    buf_puts(out, first);
    for (int i = 1; i <= count; i++) {
        buf_printf(out, "let x%d = ", i);
        for (const char *s = step; *s; s++) {
            if (*s == '$') {
                buf_printf(out, "x%d", i - 1);
            } else {
                buf_byte(out, *s);
            }
        }
        buf_byte(out, '\n');
    }
    buf_printf(out, "{ x: x%d }.y", count);
}

START_TEST(checking_is_bounded)
{
    static const char *const steps[][2] = {
        {"let x0 = 1\n", "[$, $]"},
        {"let x0 = a => a\n", "(a, b) => [$, a, b]"},
        {"let x0 = (a, b) => a + b\n", "(a, b) => $(a, $(b, a))"},
        {"let x0 = a => a\n", "a => $($)(a)"},
        {"let x0 = a => a\n", "$($)"},
        {"let x0 = { f: a => a.b }\n", "{ f: a => $.f($.f(a)), g: $ }"},
        {"let x0 = a => ID(a)\n", "a => if (a == 1) $(a) else $($(a))"},
    };
    Buf text = {0};
    for (int64_t i = 0; i < countof(steps); i++) {
        text.len = 0;
        put_steps(&text, steps[i][0], steps[i][1], 40);
        buf_byte(&text, '\0');
        Outcome outcome = run_with(
            text.data, (RunOptions){.query = true, .typecheck = TYPECHECK_YES, .check_only = true});
        ck_assert(outcome.kind == OUTCOME_FAILED || outcome.kind == OUTCOME_OK);
        ck_assert_int_eq(check("{ a: 1 }.b").kind, OUTCOME_FAILED);
    }
    buf_free(&text);
}
END_TEST

/* `before`, then `each` for 0, 1, 2 …, with a comma or a bar between them, then `after`. */
static Outcome check_many(const char *before, const char *each, const char *between, int count,
                          const char *after)
{
    Buf text = {0};
    buf_puts(&text, before);
    for (int i = 0; i < count; i++) {
        buf_puts(&text, i > 0 ? between : "");
        for (const char *c = each; *c != '\0'; c++) {
            if (*c == '$') {
                buf_int(&text, i);
            } else {
                buf_byte(&text, *c);
            }
        }
    }
    buf_puts(&text, after);
    buf_byte(&text, '\0');
    Outcome outcome = check(text.data);
    buf_free(&text);
    return outcome;
}

START_TEST(unions_and_objects_may_have_many_members)
{
    ck_assert_int_eq(check_many("let x: ", "$", " | ", 100, " = 77; x").kind, OUTCOME_OK);
    Outcome outcome = check_many("let x: ", "$", " | ", 100, " = 100; x");
    ck_assert(str_starts_with(outcome.summary, STR("error: Type `100` is not a subtype of `0 | 1")));
    ck_assert_int_eq(check_many("{ ", "f$: $", ", ", 500, " }.f499 + 1").kind, OUTCOME_OK);
    ck_assert_int_eq(check_many("{ ", "f$: $", ", ", 500, " }.f500").kind, OUTCOME_FAILED);
    outcome = check_many("let o = { ", "f$: $", ", ", 40, " }; let p: { *: String } = o; p");
    ck_assert(str_find(outcome.summary, STR("Type `Int` is not a subtype of `String`"), 0) > 0);
    /* what takes too much to show is shown as Any */
    outcome = check_many("(f => [", "f({ a$: $ })", ", ", 3000, "])(x => x)");
    ck_assert_int_eq(outcome.kind, OUTCOME_OK);
    ck_assert_int_eq(check("{ a: 1 }.b").kind, OUTCOME_FAILED);
}
END_TEST

/* A script whose tree is gone, statement by statement, as it is looked at. */
static Outcome check_long_script(const char *first, const char *last)
{
    Buf text = {0};
    buf_puts(&text, first);
    for (int i = 0; text.len < 400000; i++) {
        buf_printf(&text, "\nlet again = { text: \"number %d\", f: x => [x, %d] }", i, i);
    }
    buf_puts(&text, "\n");
    buf_puts(&text, last);
    buf_byte(&text, '\0');
    Outcome outcome =
        run_with(text.data, (RunOptions){.typecheck = TYPECHECK_YES, .check_only = true});
    buf_free(&text);
    return outcome;
}

START_TEST(what_a_let_is_of_is_known_to_the_end_of_a_long_script)
{
    static const char first[] = "let object = { kind: \"a\", list: [1, 2] }\n"
                                "let pair = (x, y) => [x, y, x == y]\n"
                                "let add = (x, y) => x + y\n"
                                "let hole: _ => Int = x => x + 1\n"
                                "let swap: (A, B) => [B, A] = (x, y) => [y, x]\n";
    static const Typed ends[] = {
        {"[object.kind.length, object.list[1] + 1, add(1, 2) + 1, add(\"a\", \"b\").length]", ""},
        {"[pair(1, \"a\")[2], pair({ n: 1 }, 2)[0].n, swap(1, \"a\")[0].length, hole(1)]", ""},
        {"again.f({ n: again.text.length })[0].n", ""},
        {"object.kid", "Type `{ kind: \"a\", list: [1, 2] }` does not have field `kid`"},
        {"add(1, true)", "Type `Boolean` is not a subtype of `Number`"},
        {"hole(\"a\")", "Type `String` is not a subtype of `Number`"},
        {"swap(1, \"a\")[1].length", "Type `Int` does not have field `length`"},
        {"agan", "Unbound variable `agan`\nat *query*"},
    };
    for (int64_t i = 0; i < countof(ends); i++) {
        Outcome outcome = check_long_script(first, ends[i].text);
        bool is_wrong = ends[i].type[0] != '\0';
        ck_assert_msg((outcome.kind == OUTCOME_FAILED) == is_wrong, "%s\n%.*s", ends[i].text,
                      STR_ARG(outcome.summary));
        ck_assert_msg(!is_wrong || str_find(outcome.summary, str_from_c(ends[i].type), 0) >= 0,
                      "%s\n%.*s", ends[i].text, STR_ARG(outcome.summary));
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("typer");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, an_expression_has_a_type);
    tcase_add_test(tests, what_cannot_fit_is_refused_and_told_where);
    tcase_add_test(tests, what_runs_is_accepted);
    tcase_add_test(tests, what_is_off_is_not_looked_at);
    tcase_add_test(tests, code_of_a_schema_is_checked_where_the_database_says_so);
    tcase_add_test(tests, a_query_that_changes_the_schema_is_checked_at_its_end);
    tcase_add_test(tests, checking_is_bounded);
    tcase_add_test(tests, unions_and_objects_may_have_many_members);
    tcase_add_test(tests, what_a_let_is_of_is_known_to_the_end_of_a_long_script);
    return run_suite_after("typer", tests, set_up_schema);
}
