#!/usr/bin/env bash
# `fawn schema`: the schema as files. What docs/schema-command.md shows is checked there.
source "$(dirname "$0")/checks.bash" "$@"

db=$folder/shop.fawn
mkdir -p fsl/deep/er .hidden fsl/.git
echo 'collection A { index byX { terms [.x] } }' > fsl/a.fsl
echo 'function f() { A.all().count() }' > fsl/deep/er/f.fsl
echo 'not FSL' > fsl/.git/x.fsl
echo 'not FSL' > fsl/notes.txt

check 'files of all folders are pushed, hidden ones are not' 0 \
    $'* Adding collection `A` to fsl/a.fsl:1:1:\n  * Indexes:\n  + add index `byX`\n\n* Adding function `f` to fsl/deep/er/f.fsl:1:1' '' \
    "$fawn" schema push "$db" fsl
check 'what is in force is not pushed again' 0 'The schema in force is the same.' '' \
    "$fawn" schema push "$db" fsl
check 'the schema holds for queries' 0 $'1\n1' '' \
    "$fawn" "$db" -e 'A.create({ x: 1 }).x' -e 'f()'
check 'the order of files and database does not matter' 0 \
    'The schema in force is the same.' '' "$fawn" schema diff --dir fsl "$db"
check 'the status counts' 0 'In force: 1 collection, 1 function' '' "$fawn" schema status "$db"
check 'an empty database has no schema' 0 'In force: nothing' '' "$fawn" schema status new.fawn
check 'looking makes no database' 1 '' '' test -e new.fawn

echo 'function f() { 2 }' > one.fsl
check 'a diff tells by its exit code, of one file' 1 \
    $'* Removing collection `A` from a.fsl:1:1 and its 1 document:\n  * Indexes:\n  - remove index `byX`\n\n* Modifying function `f` at one.fsl:1:1 (previously defined at deep/er/f.fsl:1:1):\n  ~ change body' '' \
    "$fawn" schema diff --exit-code "$db" one.fsl
check 'documents are not lost without a word' 1 \
    $'* Removing collection `A` from a.fsl:1:1 and its 1 document:\n  * Indexes:\n  - remove index `byX`\n\n* Modifying function `f` at one.fsl:1:1 (previously defined at deep/er/f.fsl:1:1):\n  ~ change body' \
    'fawn: this deletes 1 document: nothing was changed (--force does it)' \
    "$fawn" schema push "$db" one.fsl < /dev/null
check 'they are with --force' 0 $'* Removing collection `A` from a.fsl:1:1 and its 1 document:\n  * Indexes:\n  - remove index `byX`\n\n* Modifying function `f` at one.fsl:1:1 (previously defined at deep/er/f.fsl:1:1):\n  ~ change body' '' \
    "$fawn" schema push -f "$db" one.fsl
check 'a dry run changes nothing' 0 $'* Adding collection `A` to fsl/a.fsl:1:1:\n  * Indexes:\n  + add index `byX`\n\n* Removing function `f` from fsl/one.fsl:1:1' '' \
    "$fawn" schema push -n "$db" fsl/a.fsl
check 'it is as it was' 0 'function f() { 2 }' '' "$fawn" "$db" -e '' -f <(echo .schema)

echo $'collection A {\n  index x { terms }\n}' > fsl/a.fsl
check 'errors have a place' 1 '' $'error: *\nat fsl/a.fsl:2:*' "$fawn" schema push "$db" fsl
echo 'collection A {} // twice' > fsl/a.fsl
echo 'collection A {}' > fsl/b.fsl
check 'names are those of all files together' 1 '' '*fsl/b.fsl:1:12*' "$fawn" schema push "$db" fsl
printf 'collection \xff {}' > fsl/b.fsl
check 'files are UTF-8' 1 '' 'fawn: fsl/b.fsl: not UTF-8 at byte 11' "$fawn" schema push "$db" fsl

mkdir empty
check 'no files are no schema' 2 '' 'fawn: there are no .fsl files in `empty`' \
    "$fawn" schema push "$db" empty
check 'a folder must be there' 2 '' 'fawn: cannot read `gone`: No such file or directory' \
    "$fawn" schema push "$db" gone
check 'an action is needed' 2 '' 'fawn: schema takes push, diff, pull, status, commit or abandon, not `pusch`' \
    "$fawn" schema pusch "$db"
check 'a database is needed' 2 '' 'fawn: which database? fawn schema push DB.fawn \[DIR\], or FAWN_DB=*' \
    "$fawn" schema push
check 'its options are suggested' 2 '' 'fawn: unknown option --forse; did you mean --force?' \
    "$fawn" schema push --forse "$db"
check 'it runs no queries' 2 '' 'fawn: schema runs no queries' "$fawn" schema push "$db" -e 1

check 'a pull writes what is in force' 0 'add       pulled/one.fsl' '' "$fawn" schema pull "$db" pulled
check 'byte for byte' 0 '' '' cmp one.fsl pulled/one.fsl
check 'a second pull has nothing to do' 0 'unchanged pulled/one.fsl' '' \
    "$fawn" schema pull "$db" pulled
echo 'function f() { 2 } // mine' > pulled/one.fsl
check 'files are not overwritten without a word' 1 'overwrite pulled/one.fsl' \
    'fawn: this overwrites or deletes files: nothing was changed (--force does it)' \
    "$fawn" schema pull "$db" pulled
check 'comments are no difference' 0 'The schema in force means the same; the files differ (--text).' '' \
    "$fawn" schema diff "$db" pulled
check 'lines are' 0 $'pulled/one.fsl\n@ line 1 to 1\n- function f() { 2 }\n+ function f() { 2 } // mine' '' \
    "$fawn" schema diff --text "$db" pulled
check 'they are pushed as well' 0 'The schema in force means the same; the files differ (--text).' '' \
    "$fawn" schema push "$db" pulled
check 'and come back' 0 'unchanged pulled/one.fsl' '' "$fawn" schema pull "$db" pulled
echo 'collection X {}' > pulled/x.fsl
echo 'function f() { 2 }' > pulled/one.fsl
check 'stale files stay' 0 $'keep      pulled/x.fsl (--delete: delete it)\noverwrite pulled/one.fsl' '' \
    "$fawn" schema pull "$db" pulled --no-input
check 'or go' 0 $'delete    pulled/x.fsl\nunchanged pulled/one.fsl' '' \
    "$fawn" schema pull --delete --force "$db" pulled
check 'then they are gone' 0 'one.fsl' '' ls pulled

# What queries change is put into the files that are kept, where it belongs.
mkdir two
printf '// The first.\n\nfunction one() { 1 } // stays\n\nfunction two() { 2 }\n' > two/a.fsl
printf '@alias(Z) collection C { // gone with it\n  history_days 3\n}\n// the end' > two/b.fsl
"$fawn" schema push two.fawn two > /dev/null
"$fawn" two.fawn -e 'Function.byName("two")!.update({ body: "() => 22" })' > /dev/null
"$fawn" two.fawn -e 'Collection.byName("C")!.delete()' > /dev/null
"$fawn" two.fawn -e 'Function.create({ name: "three", body: "() => 3" })' > /dev/null
check 'a pull after queries' 0 $'overwrite two/a.fsl\noverwrite two/b.fsl\nadd       two/main.fsl' '' \
    "$fawn" schema pull --force two.fawn two
check 'an item is replaced in its place' 0 \
    $'// The first.\n\nfunction one() { 1 } // stays\n\nfunction two() {\n  22\n}' '' cat two/a.fsl
check 'one that was deleted is cut out' 0 '// the end' '' cat two/b.fsl
check 'a new one is in main.fsl' 0 \
    $'// The following schema is auto-generated.\n// This file contains FSL for FQL10-compatible schema items.\n\nfunction three() {\n  3\n}' \
    '' cat two/main.fsl

# Within an item, what still means the same stays as it is written.
mkdir parts parts2
cat > parts/main.fsl <<'END'
// About customers
@alias(Kunde) // not a real name
collection Customer { // the customers
  name: String  // first

  // their number
  no: Int = 1 // starts at one
  compute full = (doc) => doc.name // full name
  index byName { terms [.name] } // quick
  index byNo {
    terms [.no] // number
  }
  // never twice
  unique [.name] // names
  unique [.no]
  check ok ((doc) => doc.no > 0) // positive
  history_days 0 // none
}

collection One { a: Int }

@role(server)
function f(x: Int): Int { // doubles
  x * 2 // twice
}
/* roles */
role r {
  // reading
  privileges Customer { read } // only
  privileges f { call }
  membership Customer // all
}
function gone() { 1 } // bye

function last() { 2 } // is last
END
"$fawn" schema push parts.fawn parts > /dev/null
cat > parts.fql <<'END'
Customer.definition.update({ history_days: 7, ttl_days: 3, alias: null,
  indexes: { byName: null, byFirst: { values: [{ field: ".name" }] } },
  constraints: [{ unique: [".name"] }, { unique: [".full"] }, { check: { name: "ok", body: "(doc) => doc.no > 1" } }] }).name
One.definition.update({ ttl_days: 3 }).name
Function.byName("f")!.update({ role: null, alias: "ff" }).name
Function.byName("gone")!.delete().exists()
Function.byName("last")!.update({ name: "theLast" }).name
Role.byName("r")!.update({ privileges: [{ resource: "Customer", actions: { read: true, write: true } }] }).name
END
"$fawn" parts.fawn parts.fql > /dev/null
"$fawn" schema pull parts.fawn parts2 > /dev/null
parts_now() { diff parts/main.fsl parts2/main.fsl | grep '^[<>]' || true; }
check 'what changed is changed alone' 0 '< @alias(Kunde) // not a real name
<   index byName { terms [.name] } // quick
>   index byFirst {
>     values [.name]
>   }
<   unique [.no]
<   check ok ((doc) => doc.no > 0) // positive
<   history_days 0 // none
>   unique [.full]
>   check ok ((doc) => doc.no > 1) // positive
>   history_days 7 // none
>   ttl_days 3
< collection One { a: Int }
> collection One {
>   a: Int
>   ttl_days 3
> }
< @role(server)
> @alias(ff)
<   privileges Customer { read } // only
<   privileges f { call }
>   privileges Customer {
>     read
>     write
>   } // only
< function gone() { 1 } // bye
< 
< function last() { 2 } // is last
> function theLast() { 2 } // is last' '' parts_now
mkdir inner inner2
cat > inner/main.fsl <<'END'
// About A, for long:

// what A is
collection A {
  index x {
    // the terms
    terms [.a] // one
    values [.b];
  }
  ttl_days 3; // soon
}

// stays
/* as this does */
// goes with it
function gone() { 1 } // bye

function f(x) {
  // twice
  x * 2
}
role r {
  privileges A {
    read // all
    write
  }
}
END
"$fawn" schema push inner.fawn inner > /dev/null
cat > inner.fql <<'END'
A.definition.update({ ttl_days: null, indexes: { x: { terms: [{ field: ".a" }], values: [{ field: ".c" }] } } }).name
Function.byName("gone")!.delete().exists()
Function.byName("f")!.update({ signature: "(x: Int) => Int" }).name
Role.byName("r")!.update({ privileges: [{ resource: "A", actions: { read: true, create: true } }] }).name
END
"$fawn" inner.fawn inner.fql > /dev/null
"$fawn" schema pull inner.fawn inner2 > /dev/null
check 'also within blocks and functions' 0 '// About A, for long:

// what A is
collection A {
  index x {
    // the terms
    terms [.a] // one
    values [.c];
  }
}

// stays
/* as this does */
function f(x: Int): Int {
  // twice
  x * 2
}
role r {
  privileges A {
    read // all
    create
  }
}' '' cat inner2/main.fsl
check 'which means the same, too' 0 'The schema in force is the same.' '' "$fawn" schema diff inner.fawn inner2
check 'and means what is in force' 0 'The schema in force is the same.' '' "$fawn" schema diff parts.fawn parts2
check 'so that nothing differs' 0 'The schema in force is the same.' '' "$fawn" schema diff two.fawn two
check 'not in a copy by dump and restore either' 0 'The schema in force is the same.' '' \
    bash -c '"$1" dump two.fawn two.dump > /dev/null && "$1" restore -q two.dump copy.fawn &&
             "$1" schema diff copy.fawn two' - "$fawn"

echo 'collection New {}' > new.fsl
check 'a staged schema waits' 0 \
    $'* Adding collection `New` to new.fsl:1:1\n\nIt is staged; `fawn schema commit` puts it in force.' \
    '' "$fawn" schema push --staged staged.fawn new.fsl
check 'the status tells of it' 0 \
    $'In force: nothing\nStaged:\n* Adding collection `New` to new.fsl:1:1' '' \
    "$fawn" schema status staged.fawn
check 'it is not in force' 1 '' 'error: Unbound variable `New`*' "$fawn" staged.fawn -e New
echo 'collection Newer {}' > new.fsl
check 'another push takes its place' 0 \
    $'* Adding collection `Newer` to new.fsl:1:1\n\nIt is staged; `fawn schema commit` puts it in force.' \
    '' "$fawn" schema push --active staged.fawn new.fsl
check 'it is committed' 0 \
    $'* Adding collection `Newer` to new.fsl:1:1\n\nThe staged schema is in force.' '' \
    "$fawn" schema commit staged.fawn
check 'then it holds' 0 $'Newer\n0' '' "$fawn" staged.fawn -e 'Newer' -e 'Newer.all().count()'
check 'and is no longer staged' 1 '' 'error: There is no staged schema to commit*' \
    "$fawn" schema commit staged.fawn
echo 'not FSL' > new.fsl
check 'what is wrong is not staged' 1 '' 'error: *new.fsl:1:1*' \
    "$fawn" schema push --staged staged.fawn new.fsl
echo 'function f() { 1 }' > new.fsl
"$fawn" staged.fawn -e 'Newer.create({})' > /dev/null
"$fawn" schema push --force --staged staged.fawn new.fsl > /dev/null
check 'committing loses no documents without a word' 1 \
    $'* Adding function `f` to new.fsl:1:1\n\n* Removing collection `Newer` from new.fsl:1:1 and its 1 document' \
    'fawn: this deletes 1 document: nothing was changed (--force does it)' \
    "$fawn" schema commit staged.fawn < /dev/null
check 'it is abandoned' 0 'The staged schema is forgotten.' '' "$fawn" schema abandon staged.fawn
check 'and leaves no trace' 0 'In force: 1 collection' '' "$fawn" schema status staged.fawn
# Comments at the end of a text that a query gave.
cat > comments.fql <<'END'
Collection.create({
  name: "A",
  fields: { a: { signature: "Int // type", default: "1 // one" }, index: { signature: "String?" } },
  constraints: [{ check: { name: "c", body: "doc => doc.a > 0 // so" } },
                { check: { name: "d", body: "(.a < 9 /* so */)" } }],
  computed_fields: { x: { body: "doc => 1 // x", signature: "Int // x" } },
  aggregates: { g: { where: "doc => true // so", values: { n: { count: true } } } },
  triggers: { t: { on: ["create"], do: "e => null // so" } }
}).name
Function.create({ name: "f", body: "x => { x // so\n}", signature: "Int => Int // so" }).name
Role.create({ name: "r", privileges: [{ resource: "A", actions: { read: "doc => true // so" } }] }).name
END
"$fawn" comments.fawn comments.fql > result
check 'texts that end in a comment can be pulled' 0 'add       commented/main.fsl' '' \
    "$fawn" schema pull comments.fawn commented
check 'and pushed' 0 'The schema in force is the same.' '' "$fawn" schema push comments.fawn commented
"$fawn" schema push comments2.fawn commented > result
check 'also elsewhere' 0 'In force: 1 collection, 1 function, 1 role' '' "$fawn" schema status comments2.fawn
check 'and migrated' 0 '"A"' '' "$fawn" comments.fawn -e 'let a = A.create({})
A.definition.update({ fields: { z: { signature: "Int // z" } },
  migrations: [{ add: { field: ".z" } }, { backfill: { field: ".z", value: "1 // one" } }] }).name' --last
check 'what was dumped is restored' 0 '' '1 document restored' \
    bash -c '"$0" dump comments.fawn > comments.dump && "$0" restore comments.dump comments3.fawn' "$fawn"

finish
