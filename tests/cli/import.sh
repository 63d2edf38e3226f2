#!/usr/bin/env bash
# `fawn import` and `fawn export`: every shape that Fauna gave its data out in, tables, bad records.
# What docs/import-export.md shows is checked there.
source "$(dirname "$0")/checks.bash" "$@"

db=$folder/films.fawn
# imported FILE REPORT [OPTION...]: the file into a new database.
imported() {
    local file=$1 report=$2
    shift 2
    rm -f "$db"
    check "$file is imported" 0 "$report" '' "$fawn" import "$db" "$file" "$@"
}
# holds NAME VALUE QUERY
holds() {
    check "$1" 0 "$2" '' "$fawn" "$db" -e "$3"
}

# -- Fauna's exports
mkdir -p simple/data/collections/Movie simple/data/collections/Person
cat > simple/data/collections/Movie/Movie_00_000001.json <<'END'
[{"id":"1","coll":"Movie","ts":"2024-01-02T03:04:05.678Z","title":"Alien","director":{"id":"7","coll":"Person"}},
{"id":"2","coll":"Movie","ts":"2024-01-02T03:04:05.678Z","ttl":"2099-01-01T00:00:00Z","title":"Heat"}]
END
echo '{"id":"7","coll":"Person","ts":"2023-01-01T00:00:00Z","name":"Ridley Scott"}' |
    gzip > simple/data/collections/Person/Person_00_000001.jsonl.gz
echo '{"export_id":"1","collections":["Movie"]}' > simple/data/metadata_00.json
echo 'not JSON' > simple/notes.txt
imported simple $'Movie: 2 created (new collection)\nPerson: 1 created (new collection)'
holds 'references of a simple export lead somewhere' '"Ridley Scott"' 'Movie("1")!.director.name'
holds 'ids and times are kept' $'[\n  "1",\n  Time("2024-01-02T03:04:05.678Z")\n]' \
    'let m = Movie.byId("1")!; [m.id.toString(), m.ts]'
holds 'the end of life is kept' 'Time("2099-01-01T00:00:00Z")' 'Movie("2")!.ttl'

cat > Movie_00_000001.jsonl <<'END'
{"id":"1","coll":{"@mod":"Movie"},"ts":{"@time":"2024-01-02T03:04:05.678Z"},"stars":{"@int":"5"},"cost":{"@long":"7"},"score":{"@double":"8.0"},"nan":{"@double":"NaN"},"on":{"@date":"1979-05-25"},"at":{"@time":"1979-05-25T20:00:00Z"},"raw":{"@bytes":"aGk="},"director":{"@ref":{"id":"7","coll":{"@mod":"Person"}}},"odd":{"@object":{"@int":"y"}},"data":{"ts":{"@int":"3"}}}
END
imported Movie_00_000001.jsonl \
    $'Movie: 1 created (new collection)\nPerson: 0 created (new collection)'
# shellcheck disable=SC2016
holds 'types of a tagged export are kept' '{
  stars: 5,
  cost: 7,
  score: 8.0,
  nan: Math.NaN,
  on: Date("1979-05-25"),
  at: Time("1979-05-25T20:00:00Z"),
  raw: Bytes("aGk="),
  director: Person("7") /* not found */,
  odd: {
    "@int": "y"
  },
  ts: 3
}' 'Movie.byId("1")!.data'

# -- what drivers, the command line and FQL 4 gave out
echo '[{"data":[{"coll":{"name":"Movie"},"id":"3","ts":{"isoString":"2024-01-02T03:04:05Z"},"out":{"dateString":"1995-12-15"},"director":{"coll":{"name":"Person"},"id":"9"}}],"after":"hdW"},{"data":[{"coll":{"name":"Movie"},"id":"4","ts":{"isoString":"2024-01-02T03:04:05Z"}}]}]' > pages.json
imported pages.json $'Movie: 2 created (new collection)\nPerson: 0 created (new collection)'
holds "values of JavaScript's driver are understood" \
    $'[\n  Date("1995-12-15"),\n  Person("9") /* not found */\n]' \
    'let m = Movie.byId("3")!; [m.out, m.director]'
echo '{"data":{"data":[{"id":"5","coll":"Movie","ts":"2024-01-02T03:04:05Z"}],"after":"x"},"summary":"","txn_ts":1}' > answer.json
imported answer.json 'Movie: 1 created (new collection)'
echo '{"@set":{"data":[{"@doc":{"id":"6","coll":{"@mod":"Movie"},"ts":{"@time":"2024-01-02T03:04:05Z"},"n":{"@int":"1"}}}],"after":"x"}}' > set.json
imported set.json 'Movie: 1 created (new collection)'
holds 'documents within a tagged set are whole' '1' 'Movie("6")!.n'
echo '{"ref":{"@ref":{"id":"8","collection":{"@ref":{"id":"Movie","collection":{"@ref":{"id":"collections"}}}}}},"ts":1700000000000000,"data":{"title":"M","at":{"@ts":"1931-05-11T00:00:00Z"},"by":{"@ref":{"id":"9","collection":{"@ref":{"id":"Person","collection":{"@ref":{"id":"collections"}}}}}}}}' > old.json
imported old.json $'Movie: 1 created (new collection)\nPerson: 0 created (new collection)'
holds 'documents of FQL 4 are understood' $'[\n  Time("2023-11-14T22:13:20Z"),\n  Time("1931-05-11T00:00:00Z"),\n  Person("9") /* not found */\n]' \
    'let m = Movie.byId("8")!; [m.ts, m.at, m.by]'

# -- tables
printf '\xef\xbb\xbfname,zip,n,x,ok,day\r\n"A\nZ",01234,1,1.5,true,2024-01-01\r\n"B ""q"", c",99999,2,3,false,2024-02-02\r\n\r\n"",,,,,\r\n' > people.csv
imported people.csv 'people: 3 created (new collection)'
holds 'columns have the type of all of their cells' '{
  name: "B \"q\", c",
  zip: "99999",
  n: 2,
  x: 3.0,
  ok: false,
  day: Date("2024-02-02")
}' 'people.where(.n == 2).first()!.data'
holds 'cells without text are no fields' '{
  name: ""
}' 'people.where(.name == "").first()!.data'
printf 'a\tb\n1\tx\n' > t.tsv
imported t.tsv 'Tab: 1 created (new collection)' -c Tab
check 'a table may come from stdin' 0 'T: 1 created (new collection)' '' \
    "$fawn" import std.fawn - --collection=T < t.tsv
holds 'the separator is found' '"x"' 'Tab.all().first()!.b'

# -- numbers, quotes
printf '{"n":1}\n{"n":2,"m":1e400}\n' > far.jsonl
check 'a number beyond Doubles has its place' 1 '' \
    'fawn: far.jsonl:2:12: a number is too large for a Double (1.8e308 is the largest)*' \
    "$fawn" import "$db" far.jsonl
printf '{"n":1}\n{"n":9223372036854775808}\n{"n":-12345678901234567891}\n{"n":1e300}\n' > wide.jsonl
check 'whole numbers beyond a Long are Doubles, which is told' 0 'wide: 4 created (new collection)' \
    'note: wide.jsonl has 2 whole numbers too large for a Long, the first in line 2: as Doubles they keep 17 digits*' \
    "$fawn" import "$db" wide.jsonl
holds 'they are' $'[\n  1,\n  9.223372036854776E18,\n  -1.2345678901234567E19,\n  1.0E300\n]' \
    'wide.all().map(.n).toArray()'
check 'a tag with a wrong value shows it' 1 '' \
    'fawn: <stdin>:1: invalid long `9223372036854775808`*' \
    "$fawn" import "$db" - -c L <<< '{"n":{"@long":"9223372036854775808"}}'
printf 'a,b\n1e400,5" disk\n2,say "hi"\n' > far.csv
check 'in a table they are texts' 0 'far: 2 created (new collection)' '' "$fawn" import "$db" far.csv
holds 'and quotes within a cell are its own' '[
  [
    "1e400",
    "5\" disk"
  ],
  [
    "2",
    "say \"hi\""
  ]
]' 'far.all().map(d => [d.a, d.b]).toArray()'

# -- the schema
rm -f "$db"
echo 'collection P { zip: String
  day: Time?
  same: Ref<P>?
  x: Double? }' > P.fsl
"$fawn" schema push "$db" P.fsl > result
printf 'zip,day,same,x\n12345,2024-01-01T00:00:00Z,17,3\n' > P.csv
check 'typed fields are obeyed' 0 'P: 1 created' '' "$fawn" import "$db" P.csv
holds 'and tell what texts mean' '{
  zip: "12345",
  day: Time("2024-01-01T00:00:00Z"),
  same: P("17") /* not found */,
  x: 3.0
}' 'P.all().first()!.data'
"$fawn" "$db" -e 'Collection.create({ name: "U", constraints: [{ unique: ["n"] }, { check: { name: "low", body: "doc => doc.n < 10" } }] })' > result

# -- bad records
printf '{"n":1}\n{"n":2}\n{"n":1}\n{"n":12}\n{"n":\n{"n":3}\n' > U.jsonl
check 'a bad record ends an import' 1 '' $'fawn: U.jsonl:3: Failed*unique*nothing was imported*' \
    "$fawn" import "$db" U.jsonl
holds 'which leaves nothing behind' '0' 'U.all().count()'
check 'bad records are skipped when that is asked for' 0 \
    $'U: 3 created, 2 skipped\n1 bad record skipped' \
    $'fawn: U.jsonl:3: *fawn: U.jsonl:4: *low*fawn: U.jsonl:5: expected*' \
    "$fawn" import "$db" U.jsonl --skip-bad
check 'a dry run tells and changes nothing' 0 \
    $'people: 3 created (new collection)\nNothing was imported: it was a dry run' '' \
    "$fawn" import "$db" people.csv --dry-run
holds 'nothing' 'false' 'Collection.all().any(.name == "people")'
echo '[{"a":1} {"a":2}]' > bad.json
check 'a broken array has a place' 1 '' 'fawn: bad.json:1:10: expected `,` or `]`*' \
    "$fawn" import "$db" bad.json
printf '{"a":1}\n3\n' > bad.jsonl
check 'only objects are records' 1 '' 'fawn: bad.jsonl:2: expected an object, got Int*' \
    "$fawn" import "$db" bad.jsonl
check 'a document is not imported twice' 1 '' 'fawn: old.json:1: *already contains document*' \
    "$fawn" import "$db" old.json old.json
check 'definitions are not imported' 1 '' 'fawn: old.json:1: documents of `Role` cannot be imported*' \
    "$fawn" import "$db" old.json -c Role
gzip -c people.csv | head -c 60 > cut.csv.gz
check 'a cut file is told' 1 '' 'fawn: cut.csv.gz: reading failed*' \
    "$fawn" import "$db" cut.csv.gz

# Dialects of CSV, and files that hold nothing.
printf 'name;price\nA;1,5\nB;2\n' >semi.csv
check 'the first row tells the separator' 0 'semi: 2 created (new collection)
["1,5","2"]' 'note: semi.csv is read with `;` between cells (--separator says another)' \
    bash -c '"$1" import s.fawn semi.csv && "$1" s.fawn -m jsonl -e "[semi.all().map(.price).toArray()][0]"' - "$fawn"
check 'the user can say it' 0 'One: 2 created (new collection)' '' \
    "$fawn" import s.fawn semi.csv -c One --separator '|'
check 'it is one character' 2 '' 'fawn: --separator takes one character such as `;`, or `tab`, not `;;`' \
    "$fawn" import s.fawn semi.csv --separator ';;'
printf 'a\tb\n1\t2\n' >tabs.csv
check 'tabs are told by their name' 0 'tabs: 1 created (new collection)' 'note: tabs.csv is read with tabs*' \
    "$fawn" import s.fawn tabs.csv
printf 'a,b\r1,2\r3,4\r' >mac.csv
check 'lines may end in carriage returns' 0 'mac: 2 created (new collection)' '' "$fawn" import s.fawn mac.csv
printf 'a,b\r1,2\r3\r' >mac.csv
check 'and are counted' 1 '' 'fawn: mac.csv:3: the row has 1 cell, the first row 2*' "$fawn" import s.fawn mac.csv
printf 'a,b\nTRUE,True\nFALSE,False\n' >bool.csv
check 'truth is read as others write it' 0 'bool: 2 created (new collection)
[[true,true],[false,false]]' '' \
    bash -c '"$1" import s.fawn bool.csv && "$1" s.fawn -m jsonl -e "[bool.all().map(d => [d.a, d.b]).toArray()]" | sed "s/^.//; s/.$//"' - "$fawn"
for text in 'a,b\n' ''; do
    printf "$text" >none.csv
    check "a file without records is told: $text" 0 '' 'note: none.csv has no records' "$fawn" import s.fawn none.csv
done
printf 'a\n1\n"x"y\n' >quote.csv
check 'a quote out of place has its column' 1 '' 'fawn: quote.csv:3:4: something stands behind the quote that ends a cell*' \
    "$fawn" import s.fawn quote.csv
printf 'a,b\n1,"x\n2,3\n' >quote.csv
check 'so has one that is not closed' 1 '' 'fawn: quote.csv:2:3: the quote that begins a cell is not closed*' \
    "$fawn" import s.fawn quote.csv
printf '{"a":1}\n{"ü":1,}\n' >comma.jsonl
check 'and a comma in JSON, in characters' 1 '' 'fawn: comma.jsonl:2:8: expected a name in double quotes, got `}`*' \
    "$fawn" import s.fawn comma.jsonl
printf '\xff\xfea\0' >wide.csv
check 'UTF-16 is told' 1 '' 'fawn: wide.csv: the file is UTF-16*iconv*nothing was imported' "$fawn" import s.fawn wide.csv
printf 'a,a\n1,2\n' >twice.csv
check 'nothing is promised of --skip-bad where it does not help' 1 '' \
    $'fawn: twice.csv:1:1: two columns are called `a`\nfawn: nothing was imported' "$fawn" import s.fawn twice.csv
printf '{"a":1}{"a":2}\n[{"a":3}]{"a":4}\n' >mixed.json
check 'values and arrays may be mixed' 0 'mixed: 4 created (new collection)' '' "$fawn" import s.fawn mixed.json
printf '{"a":1}\n' >Math.json
check 'a name that no collection can have is told' 1 '' 'fawn: Math.json:1: no collection can be called `Math`: --collection NAME*' \
    "$fawn" import s.fawn Math.json
mkdir mine && printf '{"a":1}\n' >mine/metadata_films.json && printf '{}' >mine/metadata_00.json
check 'only metadata of exports is left out of a folder' 0 'metadata_films: 1 created (new collection)' '' \
    "$fawn" import s.fawn mine
printf 'id,a\n1,x\n1,y\n' >same.csv
check 'an id comes once' 1 '' 'fawn: same.csv:3: Collection `same` already contains document with id 1.*' \
    "$fawn" import s.fawn same.csv
check 'or all but the first are left out' 0 'same: 1 created, 1 skipped (new collection)' 'fawn: same.csv:3:*' \
    "$fawn" import s.fawn same.csv --skip-bad

# Ctrl-C takes all of it back, and it can be done again.
interrupted() {
    mkfifo pipe
    set -m # jobs in the background ignore SIGINT otherwise
    "$fawn" import i.fawn - -c I 2>err <pipe &
    local import=$!
    exec 3>pipe
    printf '{"a":1}\n' >&3
    sleep 0.3
    kill -INT "$import"
    wait "$import"
    local code=$?
    set +m
    exec 3>&-
    cat err
    return "$code"
}
check 'an import can be interrupted' 130 $'\ncancelled; nothing was imported' '' interrupted
check 'nothing of it is there' 1 '' '' test -e i.fawn
check 'and done again' 0 'I: 1 created (new collection)' '' "$fawn" import i.fawn - -c I <<<'{"a":1}'

check 'a missing file is told' 2 '' 'fawn: cannot read `none.json`*' "$fawn" import "$db" none.json
check 'unknown options are told' 2 '' 'fawn: unknown option --colection; *' \
    "$fawn" import "$db" people.csv --colection x
check 'a file is wanted' 2 '' 'fawn: import needs*' "$fawn" import "$db"
echo '{"id":"abc","ts":1}' > odd.json
check 'ids that are none are kept as fields' 0 'odd: 1 created (new collection)' 'note: the `id`*' \
    "$fawn" import "$db" odd.json
holds 'under data' $'{\n  id: "abc",\n  ts: 1\n}' 'odd.all().first()!.data'

# -- export
rm -f "$db"
"$fawn" import "$db" simple Movie_00_000001.jsonl --skip-bad > result 2>&1
"$fawn" import "$db" set.json people.csv > result
check 'an export counts' 0 $'Movie: 3\nPerson: 1\npeople: 3' '' "$fawn" export "$db" out
check 'it has the layout of Fauna' 0 'out/data/collections/Movie/Movie_00_000001.jsonl
out/data/collections/Person/Person_00_000001.jsonl
out/data/collections/people/people_00_000001.jsonl
out/data/metadata_00.json
out/schema/main.fsl' '' bash -c 'LC_ALL=C; find out -type f | sort'
check 'a second export wants another folder' 2 '' '*already*' "$fawn" export "$db" out
for options in '' '--datafile json'; do
    rm -rf back.fawn again first
    # shellcheck disable=SC2086
    "$fawn" export "$db" first $options > result
    "$fawn" schema push back.fawn first/schema > result
    "$fawn" import back.fawn first > result
    # shellcheck disable=SC2086
    "$fawn" export back.fawn again $options > result
    check "what was exported${options:+ with $options} comes back as it was" 0 '' '' \
        diff -r -x 'metadata*' first again
done

# Every type of value, and names that look like what exports write.
rm -f all.fawn
cat > all.fsl <<'END'
collection T {
  document_ttls true
  *: Any
}
collection S {
  int: Long?
  d: Array<Double>?
  time: Time?
  date: Date?
  bytes: Bytes?
  ref: Ref<T>?
  list: Array<Ref<T> | Null>?
  o: { id: String, coll: String, at: Time }?
}
role reader {
}
function f() { 1 }
END
"$fawn" schema push all.fawn all.fsl > result
"$fawn" all.fawn -e 'T.create({ id: 1, int: -2147483648, long: 9223372036854775807, least: -9223372036854775807 - 1 })
T.create({ id: 2, d: [0.1, 5.0, -0.0, Math.NaN, Math.Infinity, -Math.Infinity, 5e-324, 1.7976931348623157e308] })
T.create({ id: 3, s: ["", "é😀\u0000\u001f\u007f\uFFFD\u2028\"\\", "a\nb\tc\rd"], b: true, f: false })
T.create({ id: 4, time: Time("2024-01-02T03:04:05.123456789Z"), old: Time("-999999999-01-01T00:00:00Z"), date: Date("-999999999-01-01") })
T.create({ id: 5, bytes: [Bytes("AAECAwT/"), Bytes("")], o: {}, a: [], deep: [[null, { p: { q: {} } }]] })
T.create({ id: 6, ref: T(1), gone: T(99), self: T(6), role: Role.byName("reader"), f: Function.byName("f"), c: T.definition })
T.create({ id: 7, tags: { "@int": "1" }, more: { "@int": 5, x: 1 }, "@ref": "x", "@doc": { "@time": { "@date": 1 } }, "": 1, "a b": 2 })
T.create({ id: 8 }).replaceData({ id: "x", ts: 5, coll: "T", ttl: "never", data: T(1) })
T.create({ id: 9, ttl: Time("2099-01-01T00:00:00Z"), o: { isoString: "2024-01-01T00:00:00Z" }, q: { id: "1", coll: "T" }, r: { name: "reader", coll: "Role" } })
S.create({ id: 1, int: 9007199254740993, d: [1.0, Math.NaN, -Math.Infinity], time: Time("2024-01-02T03:04:05.123456789Z") })
S.create({ id: 2, date: Date("2024-02-29"), bytes: Bytes("AAEC"), ref: T(1), list: [T(1), null, T(99)], o: { id: "a", coll: "T", at: Time("2024-01-02T03:04:05Z") } })' > result
# compared DB COLLECTION: all that its documents hold; of the schema, which is younger, the names
compared() {
    "$fawn" "$1" -e "$2.all().map(d => [d.id, d.ts, d.ttl, Object.assign(d.data,
        { role: d.data.role?.name, f: d.data.f?.name, c: d.data.c?.name })]).toArray()"
}
for options in '' '--datafile json' '--format simple'; do
    rm -rf back.fawn first
    # shellcheck disable=SC2086
    "$fawn" export all.fawn first $options > result
    "$fawn" schema push back.fawn first/schema > result
    check "values of every type are imported${options:+ from $options}" 0 $'S: 2 created\nT: 9 created' '' \
        "$fawn" import back.fawn first
    check 'and typed ones are what they were' 0 '' '' diff <(compared all.fawn S) <(compared back.fawn S)
    [ "$options" = '--format simple' ] ||
        check 'and all others, too' 0 '' '' diff <(compared all.fawn T) <(compared back.fawn T)
done
check 'references are no copies' 0 '"ref":{"id":"1","coll":"T"},"gone":{"id":"99","coll":"T"},"self":{"id":"6","coll":"T"},"role":{"name":"reader","coll":"Role"}' '' \
    grep -o '"ref".*"Role"}' first/data/collections/T/T_00_000001.jsonl

check 'a simple export is plain' 0 '{"id":"7","coll":"Person","ts":"2023-01-01T00:00:00Z","name":"Ridley Scott"}' '' \
    bash -c '"$0" export "$1" plain --format simple -c Person > /dev/null && cat plain/data/collections/Person/*' "$fawn" "$db"

# -- meta-commands
printf '.import people.csv Folk\nFolk.all().count()\n\n.export meta\n' > script
check 'the shell imports and exports' 0 $'Folk: 3 created (new collection)\n3\nFolk: 3' '' \
    "$fawn" -f script
finish
