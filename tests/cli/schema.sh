#!/usr/bin/env bash
# Schemas in machine mode: each request replaces the whole schema.
source "$(dirname "$0")/checks.bash" "$@"

# ask NAME WANTED REQUEST...: the responses without what changes from run to run.
ask() {
    local name=$1 wanted=$2
    shift 2
    check "$name" 0 "$wanted" '' respond "$@"
}

respond() {
    printf '%s\n' "$@" | "$fawn" rpc | sed -E 's/,"txn_ts":[0-9]+,"stats":\{[^}]*\},"schema_version":[0-9]+//'
}

done='{"data":null,"summary":""}'

ask 'a collection with an index' "$done"$'\n{"data":["b"],"summary":""}' \
    '{"schema":{"a.fsl":"collection A { index byX { terms [.x]\n values [desc(.y)] } }"}}' \
    '{"query":"A.create({ x: 1, y: \"b\" }); A.byX(1).map(.y).toArray()","format":"simple"}'
ask 'a unique constraint' \
    "$done"$'\n{"error":{"code":"constraint_failure","message":"Failed unique constraint.","constraint_failures":[{"paths":[["x"]],"message":"Failed unique constraint"}]},"summary":"error: Failed unique constraint.\\nconstraint failures:\\n  x: Failed unique constraint\\nat *query*:2:9\\n  |\\n2 | A.create({ x: 1 })\\n  |         ^^^^^^^^^^\\n  |"}' \
    '{"schema":{"a.fsl":"collection A { unique [.x] }"}}' \
    '{"query":"A.create({ x: 1 })\nA.create({ x: 1 })"}'
ask 'a check constraint' \
    "$done"$'\n{"data":false,"summary":""}' \
    '{"schema":{"a.fsl":"collection A { check odd (a => a.x % 2 == 1) }"}}' \
    '{"query":"A.definition.constraints == null"}'
ask 'a computed field' "$done"$'\n{"data":3,"summary":""}' \
    '{"schema":{"a.fsl":"collection A { compute twice = (.x * 2) }"}}' \
    '{"query":"A.create({ x: 1 }).twice + 1","format":"simple"}'
ask 'a trigger' "$done"$'\n{"data":["1 create","1 delete"],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {\n  trigger note {\n    on [create, update, delete]\n    when (.before?.x != .after?.x)\n    do (event => B.create({ n: event.id.toString() + \" \" + event.action }))\n  }\n}\ncollection B {}"}}' \
    '{"query":"A.create({ id: 1, x: 1 }).update({ y: 1 }).delete(); B.all().map(.n).toArray()","format":"simple"}'
ask 'aggregates, and a trigger on one' "$done"$'\n{"data":[{"a":2,"n":2,"s":7.5},"2 7.5"],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {\n  aggregate total {\n    terms [.a]\n    where (.ok)\n    values { n: count(), s: sum(.x) }\n  }\n  trigger t {\n    on total\n    when (.after.n > 1)\n    do (e => B.create({ n: \"#{e.after.n} #{e.after.s}\" }))\n  }\n}\ncollection B {}"}}' \
    '{"query":"[1, 2, 5.5].forEach(x => A.create({ a: 2, x: x, ok: x > 1 })); [A.total().first(), B.all().first()!.n]","format":"simple"}'
ask 'functions call each other, whatever their order' "$done"$'\n{"data":true,"summary":""}' \
    '{"schema":{"f.fsl":"function even(n) { if (n == 0) true else odd(n - 1) }\nfunction odd(n) { if (n == 0) false else even(n - 1) }"}}' \
    '{"query":"even(10)"}'
ask 'names are those of all files' "$done"$'\n{"data":2,"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}","f.fsl":"@alias(g) function f(): Int { A.all().count() + 2 }"}}' \
    '{"query":"g()","format":"simple"}'
ask 'what is gone from the schema is deleted, with its documents' \
    "$done"$'\n{"data":null,"summary":""}\n'"$done"$'\n{"data":[["B"],0],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}\ncollection B {}\nfunction f() { 1 }"}}' \
    '{"query":"A.create({}); null"}' \
    '{"schema":{"a.fsl":"collection B {}"}}' \
    '{"query":"[Collection.all().map(.name).toArray(), Function.all().count()]","format":"simple"}'
ask 'what stays keeps its documents' "$done"$'\n{"data":null,"summary":""}\n'"$done"$'\n{"data":1,"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}"}}' '{"query":"A.create({ x: 7 }); null"}' \
    '{"schema":{"a.fsl":"collection A { index byX { terms [.x] } }"}}' \
    '{"query":"A.byX(7).count()","format":"simple"}'
ask 'a schema with errors changes nothing' \
    "$done"$'\n{"error":{"code":"invalid_schema","message":"Invalid schema item `table`"},"summary":"error: Invalid schema item `table`\\nat b.fsl:2:1\\n  |\\n2 | table C {}\\n  | ^^^^^\\n  |"}\n{"data":["A"],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}"}}' \
    '{"schema":{"b.fsl":"collection B {}\ntable C {}"}}' \
    '{"query":"Collection.all().map(.name).toArray()","format":"simple"}'
ask 'nor does one that the runtime refuses' \
    "$done"$'\n{"error":{"code":"invalid_schema","message":"Failed to create Collection.","constraint_failures":[{"paths":[["name"]],"message":"The identifier `Math` is reserved."}]},"summary":"error: Failed to create Collection.\\nconstraint failures:\\n  name: The identifier `Math` is reserved.\\nat b.fsl:2:1\\n  |\\n2 | collection Math {}\\n  | ^^^^^^^^^^^^^^^^^^\\n  |"}\n{"data":["A"],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}"}}' \
    '{"schema":{"b.fsl":"collection B {}\ncollection Math {}"}}' \
    '{"query":"Collection.all().map(.name).toArray()","format":"simple"}'
ask 'what stays the same is not written' "$done"$'\n'"$done"$'\n{"data":[true,false],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}\n@alias(g) function f(x: Int): Int { x }"}}' \
    '{"schema":{"a.fsl":"collection A { history_days 1 }\n@alias(g)\nfunction f(x: Int): Int { x }"}}' \
    '{"query":"[Function.byName(\"f\")!.ts < A.definition.ts, Function.byName(\"f\")!.ts == A.definition.ts]","format":"simple"}'
ask 'aliases are swapped' "$done"$'\n'"$done"$'\n{"data":["B","A"],"summary":""}' \
    '{"schema":{"a.fsl":"@alias(X) collection A {}\n@alias(Y) collection B {}"}}' \
    '{"schema":{"a.fsl":"@alias(Y) collection A {}\n@alias(X) collection B {}"}}' \
    '{"query":"[X.definition.name, Y.definition.name]","format":"simple"}'
ask 'an alias becomes a name' "$done"$'\n'"$done"$'\n{"data":[null,"X"],"summary":""}' \
    '{"schema":{"a.fsl":"@alias(X) collection A {}"}}' \
    '{"schema":{"a.fsl":"collection A {}\ncollection X {}"}}' \
    '{"query":"[A.definition.alias, X.definition.name]","format":"simple"}'
ask 'names in bodies must mean something' \
    "$done"$'\n{"error":{"code":"invalid_schema","message":"Unbound variable `Product`"},"summary":"error: Unbound variable `Product`\\nat f.fsl:2:19\\n  |\\n2 | function make() { Product.create({}) }\\n  |                   ^^^^^^^\\n  |\\n\\nerror: Unbound variable `shop`\\nat f.fsl:4:18\\n  |\\n4 |   check ok (_ => shop.open) }\\n  |                  ^^^^\\n  |\\nhint: Did you mean `Shop`?\\n  |\\n4 |   check ok (_ => Shop.open) }\\n  |                  ~~~~\\n  |"}' \
    '{"schema":{"f.fsl":"collection Product {}"}}' \
    '{"schema":{"f.fsl":"collection Customer {}\nfunction make() { Product.create({}) }\ncollection Shop {\n  check ok (_ => shop.open) }"}}'
ask 'what roles speak of must be there' \
    $'{"error":{"code":"invalid_schema","message":"Resource `bar` does not exist"},"summary":"error: Resource `bar` does not exist\\nat a.fsl:2:14\\n  |\\n2 |   privileges bar {}\\n  |              ^^^\\n  |"}' \
    '{"schema":{"a.fsl":"role aRole {\n  privileges bar {}\n}"}}'
ask 'roles come with what they speak of' "$done" \
    '{"schema":{"a.fsl":"role r { privileges A { read } }\ncollection A {}"}}'
ask 'a pinned schema stays in force until the commit' \
    "$done"$'\n'"$done"$'\n'"$done"$'\n{"data":1,"summary":""}\n'"$done"$'\n{"data":2,"summary":""}' \
    '{"schema":{"f.fsl":"function f() { 1 }"}}' '{"stage":"pin"}' \
    '{"schema":{"f.fsl":"function f() { 2 }"}}' '{"query":"f()","format":"simple"}' \
    '{"stage":"commit"}' '{"query":"f()","format":"simple"}'
ask 'a staged schema is abandoned' \
    "$done"$'\n'"$done"$'\n{"error":{"code":"invalid_schema","message":"There is no staged schema to commit"},"summary":"error: There is no staged schema to commit"}' \
    '{"schema":{"f.fsl":"function f() { 1 }"},"pin":true}' '{"stage":"abandon"}' '{"stage":"commit"}'
ask 'types of fields must name what exists' \
    '{"error":{"code":"invalid_schema","message":"Unknown type `Strin`"},"summary":"error: Unknown type `Strin`\nat a.fsl:2:15\n  |\n2 |   name: Array<Strin>\n  |               ^^^^^\n  |\nhint: Did you mean `String`?\n  |\n2 |   name: Array<String>\n  |               ~~~~~~\n  |"}' \
    '{"schema":{"a.fsl":"collection A {\n  name: Array<Strin>\n}"}}'
ask 'fields that documents contradict are refused, and a migration is suggested' \
    "$done"$'\n{"data":null,"summary":""}\n{"error":{"code":"invalid_schema","message":"Field `.size` of type `Int` does not match the live type `Int | String`"},"summary":"error: Field `.size` of type `Int` does not match the live type `Int | String`\\nat a.fsl:2:9\\n  |\\n2 |   size: Int\\n  |         ^^^\\n  |\\nhint: Add a migration to split the invalid types into another field\\n  |\\n2 |     tmp: String\\n  |  ___+\\n3 | |   migrations {\\n4 | |     split .size -> .size, .tmp\\n5 | |   }\\n  | |____^\\n  |"}' \
    '{"schema":{"a.fsl":"collection A {\n  size: Int | String\n}"}}' \
    '{"query":"A.create({ size: 3 }); A.create({ size: \"large\" }); null"}' \
    '{"schema":{"a.fsl":"collection A {\n  size: Int\n}"}}'
ask 'also where a migration made them' \
    "$done"$'\n{"data":null,"summary":""}\n{"error":{"code":"invalid_schema","message":"Field `.size` of type `Boolean | Int | Null` does not match the live type `Int | String`"},"summary":"error: Field `.size` of type `Boolean | Int | Null` does not match the live type `Int | String`\\nat a.fsl:5:11\\n  |\\n5 |     split .size -> .a, .b\\n  |           ^^^^^\\n  |\\nhint: Add a migration to split the invalid types into another field\\nat a.fsl:2:3\\n  |\\n2 |     tmp: String\\n  |  ___+\\n3 | |   migrations {\\n4 | |     split .size -> .size, .tmp\\n5 | |   }\\n  | |____^\\n  |"}' \
    '{"schema":{"a.fsl":"collection A {\n  size: Int | String\n}"}}' \
    '{"query":"A.create({ size: 3 }); null"}' \
    '{"schema":{"a.fsl":"collection A {\n  a: Boolean = true\n  b: Int = 0\n  migrations {\n    split .size -> .a, .b\n  }\n}"}}'
ask 'a migration brings documents to new fields' \
    "$done"$'\n{"data":null,"summary":""}\n'"$done"$'\n{"data":[[3,null],[0,"large"]],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {\n  size: Int | String\n}"}}' \
    '{"query":"A.create({ size: 3 }); A.create({ size: \"large\" }); null"}' \
    '{"schema":{"a.fsl":"collection A {\n  size: Int\n  note: String?\n  migrations {\n    split .size -> .size, .note\n    backfill .size = 0\n  }\n}"}}' \
    '{"query":"A.all().map(a => [a.size, a.note]).toArray()","format":"simple"}'
ask 'files are texts' \
    '{"error":{"code":"invalid_request","message":"The files in `schema` must be strings."},"summary":""}' \
    '{"schema":{"a.fsl":1}}'
finish
