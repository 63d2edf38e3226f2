#!/usr/bin/env bash
# Tests of the commands that look after a whole database: compact, check, dump, restore, and their
# meta-commands; files of older formats.
#   tests/cli/maintain.sh BINARY
source "$(dirname "$0")/checks.bash"

cat >all.fql <<'END'
Collection.create({ name: "Person", alias: "People", history_days: 3, data: { note: "kept" } })
---
Collection.create({
  name: "Movie",
  indexes: { byTitle: { terms: [{ field: "title" }] }, byLong: { terms: [{ field: "long" }] } },
  constraints: [{ unique: ["title"] }],
  computed_fields: { long: { body: "doc => doc.minutes > 100" } }
})
---
Function.create({ name: "twice", body: "x => x * 2", data: { by: "me" } })
---
Role.create({ name: "reader", privileges: [{ resource: "Movie", actions: { read: true } }] })
---
AccessProvider.create({ name: "ap", issuer: "https://x.y", jwks_uri: "https://x.y/jwks" })
---
let p = Person.create({
  name: "Ä \"q\"\n\u0000", born: Date("1970-01-02"), when: Time("2020-01-01T00:00:00.123456789Z"),
  double: 1.5, nan: 0.0 / 0.0, long: 12345678901, many: [1, null, { a: { b: [] } }], "@int": "x"
})
Movie.create({ id: 7, title: "Alien", minutes: 117, director: p, ttl: Time("2100-01-01T00:00:00Z") })
Key.create({ role: "admin" })
Credential.create({ document: p, password: "geheim" })
END
"$fawn" a.fawn all.fql >out 2>&1 || cat out

# -- dump and restore

check 'a dump goes to a file' 0 '' '' "$fawn" dump a.fawn a.dump
check 'a dump overwrites nothing' 2 '' '*cannot make `a.dump`: File exists' \
    "$fawn" dump a.fawn a.dump
check 'a dump goes to stdout' 0 "$(cat a.dump)" '' "$fawn" dump a.fawn
check 'a dump is restored' 0 '' '4 documents restored' "$fawn" restore a.dump b.fawn
check 'a restored database gives the same dump' 0 "$(cat a.dump)" '' "$fawn" dump b.fawn
check 'times are kept' 0 "$("$fawn" a.fawn -e 'Movie.byId(7)!.ts')" '' \
    "$fawn" b.fawn -e 'Movie.byId(7)!.ts'
check 'so are secrets' 0 true '' "$fawn" b.fawn \
    -e 'Credential.byDocument(Person.all().first()!)!.verify("geheim")'
check 'computed fields are indexed again' 0 '"7"' '' "$fawn" b.fawn \
    -e 'Movie.byLong(true).first()!.id'
check 'a dump comes from stdin' 0 '' '4 documents restored' "$fawn" restore - c.fawn <a.dump
check 'a restore wants an empty database' 1 '' '*restored to an empty database*' \
    "$fawn" restore a.dump b.fawn
sed '/"title":"Alien"/d' a.dump >short.dump
check 'a dump that lacks a document is refused' 1 '' '*should have 4 documents, and has 3*' \
    "$fawn" restore short.dump d.fawn
grep -v '^%% end' a.dump >torn.dump
check 'a dump that was cut off is refused' 1 '' '*ends too early*' "$fawn" restore torn.dump d.fawn
check 'and nothing is made' 1 '' '' test -e d.fawn
check 'other files are refused' 1 '' '*Line 1 of the dump: this is no dump*' \
    "$fawn" restore all.fql d.fawn
printf '%%%% fawn dump 1\n%%%% schema\n// \237\n%%%% end 0\n' >latin.dump
check 'a schema in it that is no UTF-8 is refused, with its line' 1 '' \
    '*Line 3 of the dump: a schema is UTF-8 text without NUL characters*' \
    "$fawn" restore latin.dump latin.fawn
check 'meta-commands dump and restore' 0 "$(cat a.dump)" '*' "$fawn" <<'END'
.restore a.dump
.dump
END

# -- some collections

check 'one collection is dumped' 0 '%% fawn dump 1
%% part
%% schema
@alias(People)
collection Person {
  history_days 3
}
%% definitions
{}
%% documents Person
{}
%% end 1' '' bash -c '"$1" dump a.fawn --collection Person | sed "s/^{.*}$/{}/"' - "$fawn"
check 'as it is at the prompt' 0 "$("$fawn" dump a.fawn -c Person)" '' "$fawn" a.fawn <<<'.dump Person'
check 'and by its alias' 0 "$("$fawn" dump a.fawn -c Person)" '' "$fawn" dump a.fawn -c People
check 'several go to a file' 0 '' '' "$fawn" a.fawn <<<'.dump Movie Person part.dump'
"$fawn" part.fawn -e 'Collection.create({ name: "Other" })' -e 'Other.create({ id: 1 })' >out 2>&1
check 'collections are restored beside others' 0 '' '2 documents restored' \
    "$fawn" restore part.dump part.fawn
check 'and are what they were' 0 "$(cat part.dump)" '' "$fawn" dump part.fawn -c Movie -c Person
check 'so are the others' 0 '["Movie","Other","Person"]' '' "$fawn" part.fawn -m jsonl \
    -e 'Other.byId(1)!.id; [Collection.all().map(.name).toArray().order()][0]' --last
check 'one that is there is left alone' 1 '' \
    'error: The dump is of collections, which it adds: there is one called `Movie` already.' \
    "$fawn" restore part.dump part.fawn
"$fawn" dump a.fawn -c Movie movie.dump
check 'documents that refer to nothing are refused' 1 '' \
    "error: Line * of the dump: no such module 'Person': its documents refer to those of a collection*" \
    "$fawn" restore movie.dump none.fawn
check 'a collection that there is not is not dumped' 1 '' 'error: there is no collection `Nope`' \
    "$fawn" dump a.fawn -c Nope
for name in Movie Movies movie; do
    check "a file is not called $name by mistake" 2 '' 'fawn: is `*` the collection `Movie`? Only it:*' \
        "$fawn" dump a.fawn "$name"
done
check 'nor at the prompt' 2 '' 'fawn: is `Movei` the collection `Movie`? Only it:*' \
    "$fawn" a.fawn <<<'.dump Person Movei'
check 'but it can be' 0 "$(cat a.dump)" '' bash -c '"$1" dump a.fawn ./Movie && cat Movie' - "$fawn"

# -- compact

check 'a file is compacted' 0 '' 'a.fawn: * bytes before, * now' "$fawn" compact a.fawn
check 'it has all that it had' 0 "$(cat a.dump)" '' "$fawn" dump a.fawn
check 'nothing is left beside it' 0 '' '' find . -name '*.compacting'
check 'a file that is not there is not compacted' 2 '' '*No such file*' "$fawn" compact no.fawn
check 'a meta-command compacts' 0 '' 'a.fawn: * bytes before, * now' "$fawn" a.fawn <<<'.compact'
touch a.fawn.compacting
check 'what a killed compaction left is removed' 0 '"7"' '' "$fawn" a.fawn -e 'Movie.byId(7)!.id'
check 'at the next opening' 1 '' '' test -e a.fawn.compacting

# -- check

out=$("$fawn" check a.fawn)
verdict 'a sound file is reported' \
    "$([[ $out == *'no damage found' ]] || echo "$out")"
for ((i = 0; i < 20; i++)); do
    "$fawn" damaged.fawn -e "Collection.byName('Note') ?? Collection.create({ name: 'Note' })" \
        >out 2>&1
    "$fawn" damaged.fawn -e "Note.create({ id: $((i + 1)), text: 'number $i' })" >out 2>&1
done
offset=$(grep -abo 'number 12' damaged.fawn | head -n 1 | cut -d: -f1)
printf 'X' | dd of=damaged.fawn bs=1 seek="$offset" conv=notrunc status=none
cp damaged.fawn before.fawn
check 'a damaged file is not opened' 3 '' '*damaged at offset*' "$fawn" damaged.fawn -e 1
out=$("$fawn" check damaged.fawn 2>stderr)
code=$?
verdict 'damage is told with what to do' \
    "$([[ $code -eq 3 && $out == *'bytes damaged'* && $(cat stderr) == *'at offset'*--salvage* ]] ||
        echo "$code $out $(cat stderr)")"
check 'what was committed before is saved' 0 '' '*damaged at offset*' \
    "$fawn" dump --salvage damaged.fawn saved.dump
check 'and restored' 0 '' '12 documents restored' "$fawn" restore saved.dump saved.fawn
check 'the damaged file stays as it is' 0 '' '' cmp damaged.fawn before.fawn

# -- files of older formats

for sample in "$here"/samples/*.fawn; do
    name=$(basename "$sample")
    cp "$sample" old.fawn
    check "$name is sound" 0 "$("$fawn" check old.fawn)" '' "$fawn" check old.fawn
    check "$name has its documents" 0 '["Alien",117,1]' '' "$fawn" old.fawn -m jsonl \
        -e 'let m = Movie.byTitle("Alien").first()!; [m.title, m.minutes, Movie.all().count()]'
    check "$name takes new ones" 0 2 '' "$fawn" --last old.fawn \
        -e 'Movie.create({ title: "Brazil" }); Movie.all().count()'
    check "$name is compacted" 0 '' '*' "$fawn" compact old.fawn
    check "$name has both afterwards" 0 2 '' "$fawn" old.fawn -e 'Movie.all().count()'
done

# Values of every kind, as format 3 kept them, and a change that rewrites one.
cp "$here"/samples/format-3.fawn old.fawn
things='{"kind":"numbers","size":70,"long":9007199254740993,"least":-2147483648,"double":-0.5}
{"kind":"texts","size":8,"empty":"","four":"four","eight":"eight678","nine":"nine 6789",'\
'"far":"a text that no slot holds, with ü and 猫"}
{"kind":"times","size":9,"time":"1969-12-31T23:59:59.999999999Z",'\
'"far":"9999-12-31T00:00:00Z","date":"0001-01-01"}
{"kind":"nested","size":10,"list":[1,[2.5,"three"],{"four":5,"list":[]}],"bytes":"AAEC","flags":[true,false]}'
check 'blocks of format 3 are read' 0 "$things" '' "$fawn" old.fawn -m jsonl -e 'Thing.all().map(.data)'
check 'and changed' 0 "${things/:70/:8}" '' "$fawn" --last old.fawn -m jsonl \
    -e 'Thing.byId(2)!.update({ size: 8 }); Thing.all().map(.data)'
check 'and rewritten' 0 '' '*' "$fawn" compact old.fawn
check 'and are the same afterwards' 0 "${things/:70/:8}" '' "$fawn" old.fawn -m jsonl -e 'Thing.all().map(.data)'

# -- help

for command in compact check dump restore import export; do
    out=$("$fawn" help $command)
    verdict "there is help about $command" "$([[ $out == "usage: fawn $command"* ]] || echo "$out")"
done
check 'there is none about others' 2 '' '*no help about `dance`*' "$fawn" help dance

finish
