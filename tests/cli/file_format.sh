#!/usr/bin/env bash
# file_format.sh FAWN: read_file.py, which was written by docs/file-format.md alone, reads files of
# this Fawn and of older ones, and finds in them what Fawn finds.
source "$(dirname "$0")/checks.bash"

read_file() { python3 "$here/read_file.py" "$@"; }

# documents FILE COLLECTION: without times; the first collection of a database has number 1024.
documents() { read_file "$1" | sed -nE "s/^\[$2,([0-9]+),[0-9]+,(.*)\]\$/\1 \2/p"; }

"$fawn" kinds.fawn -e '
Collection.create({ name: "Thing", computed_fields: { twice: { body: "(t) => (t.size ?? 0) * 2" } },
  indexes: { byTwice: { terms: [{ field: "twice" }] } } })
Collection.create({ name: "Gone" })
Collection.create({ name: "Wide" })' >create.out 2>&1 || cat create.out
"$fawn" kinds.fawn -e '
Thing.create({ id: 1, none: {}, yes: true, no: false })
Thing.create({ id: 2, size: 7, long: 9007199254740993, least: -2147483648, double: -0.5 })
Thing.create({ id: 3, empty: "", four: "four", five: "five5", far: "a text with ü and 猫" })
Thing.create({ id: 4, time: Time("1969-12-31T23:59:59.999999999Z"), far: Time("9999-12-31T00:00:00Z"),
  date: Date("0001-01-01"), ttl: Time("2999-01-01T00:00:00Z") })
Thing.create({ id: 5, list: [1, [2.5, "three"], { four: 5, list: [] }], bytes: Bytes("AAEC"),
  thing: Thing(1) })
Thing.create({ id: 6, size: 1 })
Gone.create({ id: 1, size: 1 })
Wide.create({ id: 1, list: Set.sequence(0, 30).toArray(), text: "x".concat("y") })' >/dev/null
"$fawn" kinds.fawn -e 'Thing.byId(6)!.delete(); Thing.byId(2)!.update({ size: 8 }); Collection.byName("Gone")!.delete()
  Set.sequence(0, 5).forEach(i => Thing.byId(1)!.update({ round: i }))' >/dev/null
expected='1 {"none":{},"yes":true,"no":false,"round":4}
2 {"size":8,"long":9007199254740993,"least":-2147483648,"double":-0.5}
3 {"empty":"","four":"four","five":"five5","far":"a text with ü and 猫"}
4 {"time":{"@time":"1969-12-31T23:59:59.999999999Z"},"far":{"@time":"9999-12-31T00:00:00Z"},"date":{"@date":"0001-01-01"}}
5 {"list":[1,[2.5,"three"],{"four":5,"list":[]}],"bytes":{"@bytes":"000102"},"thing":{"@ref":[1024,1]}}'
check 'values of every kind are read' 0 "$expected" '' documents kinds.fawn 1024
check 'a dropped collection has none' 0 '' '' documents kinds.fawn 1025
check 'blocks that are not packed are read' 0 \
    "1 {\"list\":[$(seq -s, 0 29)],\"text\":\"xy\"}" '' documents kinds.fawn 1026
"$fawn" compact kinds.fawn >/dev/null 2>&1
check 'a compacted file is read' 0 "$expected" '' documents kinds.fawn 1024

# A record of more than one piece, and many after it.
"$fawn" many.fawn -e 'Collection.create({ name: "Many", history_days: 1 }).name' >/dev/null
"$fawn" many.fawn -e 'Set.sequence(0, 40000).forEach(i =>
  Many.create({ id: i, n: i, text: "a text of some length, number #{i}" }))' >/dev/null
seq 0 99 | sed 's/.*/Many.byId(&)!.update({ n: & + 1 }); Many.byId(& + 1000)!.delete()/' | "$fawn" many.fawn >/dev/null
total=$("$fawn" many.fawn -e 'Many.all().fold(0, (sum, m) => sum + m.n)')
sum() { documents "$1" 1024 | python3 -c 'import json, sys
print(sum(json.loads(line.split(" ", 1)[1])["n"] for line in sys.stdin))'; }
check 'a long file is read' 0 "$total" '' sum many.fawn
"$fawn" compact many.fawn >/dev/null 2>&1
check 'and when it is compacted with its past' 0 "$total" '' sum many.fawn

for sample in "$here"/samples/*.fawn; do
    verdict "$(basename "$sample") is read" \
        "$(documents "$sample" 1024 | grep -q '"title":"Alien","minutes":117' || read_file "$sample" 2>&1)"
done

# -- what is not as described

python3 -c 'import sys
data = bytearray(open("many.fawn", "rb").read())
data[len(data) // 2] ^= 1
open("damaged.fawn", "wb").write(data)'
check 'a damaged record is found' 1 '' 'read_file: the record at * is damaged' read_file damaged.fawn
check 'another file is refused' 1 '' 'read_file: not a Fawn database' read_file "$here/read_file.py"

finish
