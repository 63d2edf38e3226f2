#!/usr/bin/env bash
# Several databases in one process: .attach, .detach, .use, .databases, .open, and what goes along.
#   tests/cli/places.sh BINARY
source "$(dirname "$0")/checks.bash"

# meta NAME CODE STDOUT STDERR LINES: runs a script on shop.fawn.
meta() {
    printf '%s\n' "$5" > script.fql
    check "$1" "$2" "$3" "$4" "$fawn" shop.fawn --jsonl script.fql
}

"$fawn" shop.fawn -m off -e 'Database.create({ name: "test" })' -e 'Database.create({ name: "us" })'
"$fawn" -d test shop.fawn -m off -e 'Database.create({ name: "inner" })'
"$fawn" -d us shop.fawn -m off -e 'Collection.create({ name: "InUs" })'
"$fawn" old.fawn -m off -e 'Collection.create({ name: "P" })' -e 'P.create({ id: 1, n: 1 })'

meta 'all places are listed' 0 $'* shop                    shop.fawn
  shop/test
  shop/test/inner
  shop/us
  old                     old.fawn, read-only' '' $'.attach --readonly old.fawn\n.databases'
meta '.use goes into a database, and out of it' 0 $'shop/test/inner\nshop/test\nshop' '' \
    $'.use test/inner\n.use\n.use ..\n.use\n.use /\n.use'
meta 'to a file, and into it' 0 $'old\n1\nshop/test' '' $'.attach old.fawn as old\n.use old\n.use
P.all().count()\n\\use shop/test\n.use'
meta 'plain variables go along' 0 $'2\n2\n[2]' '' $'let rows = [{ n: 2, at: Time("2024-01-01T00:00:00Z") }]
let shift = x => x\n\\attach old.fawn\n.use old\nrows[0].n
let done = rows.forEach(r => P.create(r))\nP.all().count()
\\use shop\nrows.map(.n)'
meta 'others do not' 1 '' '*Unbound variable `p`*' $'.attach old.fawn\n.use old\nlet p = P("1")\n\\use shop\np'
meta 'a file that is open is not opened twice' 1 '' 'fawn: `./shop.fawn` is open already (.use shop goes to it)' \
    '.attach ./shop.fawn as other'
meta 'nor under a name that is taken' 1 '' 'fawn: a file called `shop` is open already; *' '.attach old.fawn as shop'
meta 'a name has no slash' 1 '' '*may not have a slash*' '.attach old.fawn as a/b'
meta 'a missing file' 3 '' 'fawn: there is no database `no.db` (a new one has a name in .fawn, or --create)' '.attach no.db'
meta 'what is like a place is suggested' 1 '' 'fawn: there is no database `tset`; did you mean shop/test?' '.use tset'
meta 'what is further within as well' 1 '' '*; did you mean shop/test/inner?' '.use inner'
meta 'and what begins so' 1 '' '*; did you mean shop/test?' '.use tes'
meta 'else the list is named' 1 '' '*`nowhere` (.databases lists those there are; .open opens a file)' '.use nowhere'
meta 'a file in use is not detached' 1 '' 'fawn: `shop` is in use; .use another file first' '.detach shop'
meta 'others are' 0 '* old                     old.fawn' '' $'.attach old.fawn\n.use old\n.detach shop\n.databases'
meta 'an unknown one is told' 1 '' 'fawn: no file is called `olb` (.databases lists them)' '.detach olb'
meta 'a read-only file is not written' 3 '' '*' $'.attach --readonly old.fawn\n.use old\nP.create({})'
meta 'not within a transaction' 1 '' '*.use*' $'.begin\n.use test\n.rollback'
meta '.open --new refuses what exists' 1 '' 'fawn: `old.fawn` exists already (.open without --new opens it)' '.open --new old.fawn'
meta '.open leaves attached files open' 0 '2' '' $'.attach old.fawn\n.open --new new.fawn\n.use old\nP.all().count()'
meta 'usage of .attach' 1 '' 'fawn: usage: .attach *' '.attach'
meta 'usage of .detach' 1 '' 'fawn: usage: .detach *' '.detach'

check 'a region in front of the path is left out' 0 2 '' "$fawn" -d eu/test shop.fawn -e 2
check 'but a database of that name comes first' 0 InUs '' "$fawn" -d us shop.fawn --raw -e 'Collection.all().first()!.name'
check 'and is found behind one' 0 InUs '' "$fawn" -d us/us shop.fawn --raw -e 'Collection.all().first()!.name'
finish
