#!/usr/bin/env bash
# Transactions of the past: listed, shown, undone, refused; dry runs; .begin in scripts; .confirm.
# (What changes look like is tested by tests/golden/transaction.)
source "$(dirname "$0")/checks.bash" "$@"

drive() {
    local name=$1
    shift
    verdict "$name" "$(python3 "$here/drive.py" "$fawn" "$@" 2>&1)"
}

"$fawn" a.fawn -m off -e 'Collection.create({ name: "Movie" })' -e 'Movie.create({ id: 1, n: 1 })
Movie.create({ id: 2, n: 1 })'
"$fawn" a.fawn -m off -e 'Movie.byId(1)!.update({ n: 2 })'
"$fawn" a.fawn -m off -e 'Movie.byId(2)!.update({ n: 3 })'

# The log with the times taken off.
log() {
    "$fawn" "$@" -e '\log' | sed -E 's/^[0-9]{16}  [0-9T:.-]+Z  //'
}
check 'the log is there in the next process' 0 $'Movie: 1 updated\nMovie: 1 updated\nMovie: 2 created\nCollection: 1 created' '' log a.fawn
check 'a file that is open read-only has one as well' 0 $'Movie: 1 updated\nMovie: 1 updated\nMovie: 2 created\nCollection: 1 created' '' log --readonly a.fawn
check 'so many are listed' 0 2 '' sh -c '"$0" a.fawn -e "\log 2" | wc -l' "$fawn"
check 'an empty database has none' 0 '' '' "$fawn" -e '\log'

id=$("$fawn" a.fawn -e '\log 2' | sed -n '2s/ .*//p')
check 'a transaction is known by its time' 0 $'~ Movie("1")\n    n: 1 -> 2' '' "$fawn" a.fawn -e "\\txn $id"
check 'one that later ones did not touch is undone' 0 1 "undid transaction $id: 1 updated" \
    "$fawn" a.fawn -e "\\undo $id" -e 'Movie.byId(1)!.n'
check 'it cannot be undone twice' 1 '' \
    "error: Transaction $id cannot be undone: transaction * changed since: Movie(\"1\")." \
    "$fawn" a.fawn -e "\\undo $id"
check 'undoing the undoing does it again' 0 2 'undid transaction *: 1 updated' \
    "$fawn" a.fawn -e '\undo' -e 'Movie.byId(1)!.n'
check 'the subcommands do the same' 0 "$("$fawn" a.fawn -e '\log 3')" '' "$fawn" log a.fawn 3
check 'undo can be tried' 0 $'~ Movie("1")\n    n: 2 -> 1' 'would undo transaction *: 1 updated' \
    "$fawn" undo -n a.fawn
check 'and done' 0 '' 'undid transaction *: 1 updated' "$fawn" undo a.fawn
check 'and done again' 0 '' 'undid transaction *: 1 updated' "$fawn" undo a.fawn 1
check 'a wrong id is told' 1 '' 'fawn: usage: .undo *' "$fawn" undo a.fawn last
check 'what changed the schema is not undone' 1 '' \
    'error: Transaction * cannot be undone: it changed the schema: Collection("Movie").' \
    "$fawn" a.fawn -e '\undo 8'
check 'a read-only database is not changed' 3 '' 'error: The database is open for reading only.' \
    "$fawn" --readonly a.fawn -e '\undo'
"$fawn" compact a.fawn
check 'compaction forgets them' 0 '' '' "$fawn" a.fawn -e '\log'
check 'and then nothing can be undone' 1 '' 'error: No transaction is known*' "$fawn" a.fawn -e '\undo'
"$fawn" a.fawn -m off -e 'Movie.byId(1)!.update({ n: 7 })'
check 'what came before compaction is known as what was' 0 $'~ Movie("1")\n    n: 2 -> 7' '' \
    "$fawn" a.fawn -e '\txn 1'

"$fawn" b.fawn -m off -e 'Collection.create({ name: "A" })
Collection.create({ name: "B", triggers: { copy: { on: ["create"], do: "event => A.create({})" } } })' 2>trigger.err ||
    cat trigger.err
"$fawn" b.fawn -m off -e 'B.create({ id: 1 })'
check 'what a trigger wrote is undone with the rest' 0 $'0\n0' 'undid transaction *: 2 deleted' \
    "$fawn" b.fawn -e '\undo' -e 'A.all().count()' -e 'B.all().count()'
"$fawn" b.fawn -m off -e 'B.create({ id: 2 })'
"$fawn" b.fawn -m off -e 'Collection.byName("B")!.delete()'
check 'documents of a collection that is gone do not come back' 1 '' \
    'error: Transaction * cannot be undone: a collection that it wrote to is deleted.' \
    "$fawn" b.fawn -e '\undo 2'

check 'a dry run changes nothing and shows all' 0 $'- Movie("1")\n    n: 7\n- Movie("2")\n    n: 3' \
    '2 deleted (not committed: this is a dry run)' \
    "$fawn" a.fawn -n -m off -e 'Movie.all().forEach(m => m.delete())'
check 'nothing was deleted' 0 2 '' "$fawn" a.fawn -e 'Movie.all().count()'

check 'a transaction that a script leaves open is undone' 1 '"3"' \
    'fawn: the transaction of .begin was not committed: all of it is undone' \
    "$fawn" a.fawn -e '\begin' -e 'Movie.create({ id: 3 }).id'
check 'and one that fails' 1 '"3"' '*was not committed*' \
    "$fawn" a.fawn -e '\begin' -e 'Movie.create({ id: 3 }).id' -e 'abort(1)' -e '\commit'
check 'nothing of them is there' 0 2 '' "$fawn" a.fawn -e 'Movie.all().count()'
check 'one that is committed is one transaction' 0 $'"3"\n"4"\nMovie: 2 created' '' sh -c \
    '"$0" a.fawn -e "\begin" -e "Movie.create({ id: 3 }).id" -e "Movie.create({ id: 4 }).id" \
    -e "\commit" -e "\log 1" | sed -E "s/^[0-9]{16}  [0-9T:.-]+Z  //"' "$fawn"

drive 'many changes are asked for' a.fawn <<'S'
expect a> 
send .confirm 2\r
expect a> 
send Movie.all().forEach(m => m.delete())\r
expect 4 deleted. Commit? [y/N] 
send n\r
expect nothing was changed
expect a> 
send Movie.all().count()\r
expect 4
expect a> 
send Movie.all().forEach(m => m.delete())\r
expect Commit? [y/N] 
send y\r
expect 4 deleted
expect a> 
send .exit\r
exit 0
S
check 'the past is read as it was' 0 $'2\n0' '' sh -c \
    '"$0" a.fawn -e "Movie.all().count()" | tail -n 0; t=$("$0" a.fawn -e "\log 3" | sed -n "3s/ .*//p"); \
    "$0" a.fawn -e "\asof $t" -e "Movie.all().count()" -e "\asof off" -e "Movie.all().count()"' "$fawn"
check 'the past is not written' 1 '' 'error: *' sh -c \
    't=$("$0" a.fawn -e "\log 2" | sed -n "2s/ .*//p"); "$0" a.fawn -e "\asof $t" -e "Movie.create({})"' "$fawn"
check 'there is no reading of the future' 1 '' 'fawn: there is nothing after the last transaction*' \
    "$fawn" a.fawn -e '\asof Time("2999-01-01T00:00:00Z")'
finish
