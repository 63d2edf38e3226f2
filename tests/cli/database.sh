#!/usr/bin/env bash
# Database files: when they are made, what is said of those that cannot be opened.
source "$(dirname "$0")/checks.bash" "$@"

check 'reading makes no file' 0 2 '' "$fawn" new.fawn -e '1 + 1'
verdict 'there is none' "$(ls new.fawn 2>/dev/null)"
"$fawn" new.fawn -e 'Collection.create({ name: "A" })' -e 'A.create({ n: 1 })' >/dev/null
verdict 'the first commit makes it' "$([ -s new.fawn ] || echo missing)"
check 'it holds what was written' 0 1 '' "$fawn" new.fawn -e 'A.all().first()!.n'
check 'another name needs --create' 3 '' 'fawn: there is no database `shop.db`*' "$fawn" shop.db -e 1
check '--create allows it' 0 '' '' "$fawn" --create shop.db -e 'let c = Collection.create({ name: "A" })'
check 'then it opens without' 0 0 '' "$fawn" shop.db -e 'A.all().count()'
check 'a typed query is not taken for a file' 3 '' 'fawn: there is no database `1 + 1`*' "$fawn" '1 + 1'
check '--readonly reads' 0 1 '' "$fawn" --readonly new.fawn -e 'A.all().count()'
check '--readonly does not write' 3 '' 'error: *' "$fawn" --readonly new.fawn -e 'A.create({})'
check '--readonly makes no file' 3 '' 'fawn: *' "$fawn" --readonly none.fawn -e 1

printf '\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00' >photo.fawn
check 'a JPEG is no database' 3 '' 'fawn: photo.fawn is not a Fawn database. (*)' "$fawn" photo.fawn -e 1
verdict 'and is left alone' "$([ "$(stat -c %s photo.fawn)" -eq 20 ] || stat photo.fawn)"
mkdir folder.fawn
check 'a folder is no database' 3 '' 'fawn: *folder.fawn: Is a directory.' "$fawn" folder.fawn -e 1
check 'a missing folder is told' 3 '' '*' \
    "$fawn" nowhere/x.fawn -e 'Collection.create({ name: "A" })'

check 'a folder that takes no files is told' 3 '' 'error: *' \
    "$fawn" /proc/none.fawn -e 'Collection.create({ name: "A" })'

# A file that cannot grow, as on a full disk.
grow() {
    (ulimit -f 64 && "$fawn" full.fawn -e 'let c = Collection.create({ name: "A" })' \
        -e 'let a = A.create({})' -e 'Set.sequence(0, 5000).forEach(i => A.create({ i: i }))')
}
check 'a write that finds no room is told' 3 '' 'error: *' grow
check 'what was committed before is there' 0 1 '*' "$fawn" full.fawn -e 'A.all().count()'

# A torn tail is cut and told; what was committed before stays.
"$fawn" torn.fawn -e 'let c = Collection.create({ name: "A" })' -e 'let a = A.create({})' -e 'let b = A.create({})'
truncate -s -3 torn.fawn
check 'a torn tail is cut with a warning' 0 1 'warning: *' "$fawn" torn.fawn -e 'A.all().count()'

# Damage in the middle is refused, whatever follows it.
"$fawn" bad.fawn -e 'let c = Collection.create({ name: "A" })' -e 'let a = A.create({})' \
    -e 'let b = A.create({})'
printf 'XX' | dd of=bad.fawn bs=1 seek=300 conv=notrunc status=none
check 'damage in the middle is refused with its offset' 3 '' 'fawn: bad.fawn is damaged at offset *' \
    "$fawn" bad.fawn -e 1

# Two processes.
hold() {
    mkfifo hold.pipe
    "$fawn" --each new.fawn <hold.pipe >hold.out 2>&1 &
    holder=$!
    exec 9>hold.pipe
    echo 'let x = A.create({})' >&9
    echo '"ready"' >&9
    for _ in $(seq 200); do
        [ -s hold.out ] && break
        sleep 0.05
    done
}
hold
check 'a second writer is refused with the holder'"'"'s process id' 3 '' "fawn: *$holder*--readonly*" \
    "$fawn" new.fawn -e 'A.create({})'
check 'a reader is let in' 0 2 '' "$fawn" --readonly new.fawn -e 'A.all().count()'
exec 9>&-
wait "$holder"

# What is kept of computed fields is there again, from the log and from a copy.
"$fawn" derived.fawn -e 'let c = Collection.create({ name: "B", computed_fields: { twice: { body: "b => 2 * b.n" } }, indexes: { byTwice: { terms: [{ field: "twice" }] } } })' \
    -e 'let bs = [1, 2, 3].map(n => B.create({ n: n }))' -e 'let b = B.all().last()!.update({ n: 5 })'
counts='"#{B.byTwice(4).count()} #{B.byTwice(6).count()} #{B.byTwice(10).count()}"'
check 'an index on a computed field is there again' 0 '"1 0 1"' '' \
    "$fawn" derived.fawn -e "$counts"
"$fawn" derived.fawn < <(echo '.save again.fawn') >/dev/null
check 'so it is in a copy' 0 '"1 0 1"' '' \
    "$fawn" again.fawn -e "$counts"

check '.save writes a copy' 0 '' '' "$fawn" new.fawn < <(echo '.save copy.fawn')
check 'the copy opens' 0 2 '' "$fawn" copy.fawn -e 'A.all().count()'
check '.save does not overwrite' 1 '' 'fawn: `copy.fawn` exists already' \
    "$fawn" < <(echo '.save copy.fawn')
check '.open changes the database' 0 $'2\n0' '' "$fawn" \
    < <(printf '.open copy.fawn\nA.all().count()\n\n.open shop.db\nA.all().count()\n')
check '.collections counts' 0 'A                       2' '' "$fawn" copy.fawn < <(echo .collections)
check '.triggers lists them' 0 $'A.drop                  delete\nA.note                  create, update' '' "$fawn" \
    < <(printf '%s\n\n.triggers A\n' 'let a = Collection.create({ name: "A", triggers: {
      drop: { on: ["delete"], do: "e => e" }, note: { on: ["update", "create"], do: "e => e" } } })')
check '.aggregates tells what they keep' 0 'A.all_of                n mean, 1 group' '' "$fawn" \
    < <(printf '%s\n\n%s\n\n.aggregates A.\n' 'let a = Collection.create({ name: "A", aggregates: {
      all_of: { values: { n: { count: true }, mean: { mean: ".x" } } } } })' 'let d = A.create({ x: 1 })')
check '.schema shows them' 0 $'collection A {\n  trigger a {\n    on [create]\n    when (.after != null)\n    do (e => e)\n  }\n}' '' "$fawn" \
    < <(printf '%s\n\n.schema A\n' 'let a = Collection.create({ name: "A", triggers: {
      a: { on: ["create"], when: "(.after != null)", do: "e => e" } } })')
finish
