#!/usr/bin/env bash
# Bad input: one clear message with the place, and the right exit code.
source "$(dirname "$0")/checks.bash" "$@"

printf '"a\xffb"' >latin.fql
check 'text that is not UTF-8' 1 '' 'fawn: latin.fql: not UTF-8 at byte 2' "$fawn" latin.fql
printf '1\0' >nul.fql
check 'a NUL byte' 1 '' 'fawn: nul.fql: a NUL byte at byte 1' "$fawn" nul.fql
check 'an argument that is not UTF-8' 2 '' 'fawn: --arg a: the text is not UTF-8' \
    "$fawn" --arg a $'\xff' -e a
check 'a query that ends early' 1 '' 'error: *at *' "$fawn" -e '[1, (2'
check 'a string that ends early' 1 '' 'error: *' "$fawn" -e '"abc'
check 'an integer out of range is a Double' 0 1.0E30 '' "$fawn" -e 1000000000000000000000000000000

nested() {
    printf '%*s' "$1" '' | tr ' ' "$2"
}
check '10,000 brackets that never close' 1 '' 'error: *' "$fawn" < <(nested 10000 '[')
check '10,000 nested brackets' 1 '' 'error: *' "$fawn" < <(nested 10000 '['; nested 10000 ']')
check '10,000 nested parentheses' 1 '' 'error: *' "$fawn" < <(nested 10000 '('; echo 1; nested 10000 ')')
check '10,000 minus signs' 1 '' 'error: *' "$fawn" < <(nested 10000 '-'; echo 1)

{ printf '"'; head -c 100000000 /dev/zero | tr '\0' x; printf '".length\n'; } >long.fql
check 'a line of 100 MB' 0 100000000 'note: *' "$fawn" long.fql
rm long.fql

full() {
    "$fawn" -e '"x"' >/dev/full
}
check 'a full disk behind stdout' 3 '' 'fawn: cannot write results: No space left on device' full

"$fawn" streams.fawn -e 'let c = Collection.create({ name: "A" })'
closed_streams() {
    "$fawn" streams.fawn -e '"this belongs to no database"' <&- >&- 2>&-
}
check 'without any stream' 3 '' '' closed_streams
check 'results do not end up in the database' 0 0 '' "$fawn" streams.fawn -e 'A.all().count()'
without_input() {
    "$fawn" <&-
}
check 'without stdin' 2 '' 'fawn: cannot read `stdin`: Bad file descriptor' without_input

closed_pipe() {
    "$fawn" -e 'Set.sequence(0, 100000).toArray()' | true
    echo "${PIPESTATUS[0]}"
}
check 'a closed pipe ends it by SIGPIPE, silently' 0 141 '' closed_pipe

shared='Set.sequence(0, 60).fold("x", (acc, i) => [acc, { a: acc }])'
check 'a value that shares its parts is small' 0 2 '' "$fawn" -e "$shared.length"
check 'its text is longer than any memory, but can be stopped' 4 '' 'error: *' \
    "$fawn" --timeout 500 -e "$shared"

mkfifo pipe.fawn
check 'a FIFO is no database' 3 '' 'fawn: pipe.fawn is not a regular file.' "$fawn" pipe.fawn -e 1
check 'and is not waited for by a reader' 3 '' 'fawn: pipe.fawn is not a regular file.' \
    timeout 20 "$fawn" check pipe.fawn
long=$(printf 'folder/%.0s' {1..200})
long=$(printf 'folder/%.0s' {1..200})
check 'a long path leaves room for the reason' 3 '' 'fawn: cannot make a database in `folder/*/folder`: there is no such folder' \
    "$fawn" "${long}new.fawn" -e 'Collection.create({ name: "A" })'
check 'a server does not start on what it could not write' 3 '' '*cannot make a database in `nowhere`: there is no such folder' \
    timeout 20 "$fawn" serve nowhere/x.fawn --port 0 --dev
mkdir folder.fawn
check 'a folder is no database' 3 '' 'fawn: Cannot open folder.fawn: Is a directory.' "$fawn" folder.fawn -e 1

# What other files are, and what to do with them
stranger() { # NAME FIRST-BYTES HINT
    printf '%b' "$2" >stranger.fawn
    cp stranger.fawn before
    check "$1 is no database" 3 '' "fawn: stranger.fawn is not a Fawn database. ($3)" "$fawn" stranger.fawn -e 1
    verdict 'and is left as it is' "$(cmp stranger.fawn before)"
}
stranger 'a file of SQLite' 'SQLite format 3\0and more of it, up to its first page of a hundred bytes' 'it is one of SQLite: *sqlite3 -json*'
stranger 'a dump' '%% fawn dump 1\n%% schema\n' 'it is a dump: `fawn restore*'
stranger 'JSON' '[{ "a": 1 }]' 'it may be JSON: `fawn import*'
stranger 'a text' 'hello\n' 'it was left as it is; *'

# Files and folders that this user may not write; root may write all
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
    chmod 755 . && mkdir -m 555 fixed
    chmod 444 streams.fawn
    check 'a folder that cannot be written to' 3 '' 'fawn: cannot make a database in `fixed`: Permission denied' \
        as_nobody "$fawn" fixed/x.fawn -e 1
    check 'a file that can only be read' 3 '' 'fawn: Cannot open streams.fawn: Permission denied. (--readonly reads it)' \
        as_nobody "$fawn" streams.fawn -e 1
    check 'and is' 0 0 '' as_nobody "$fawn" --readonly streams.fawn -e 'A.all().count()'
fi

interrupt() {
    "$fawn" interrupted.fawn -e 'let c = Collection.create({ name: "A" })' -e "$2" &
    local pid=$!
    sleep 1
    kill "-$1" "$pid"
    wait "$pid"
}
loop='A.create({}); Set.sequence(0, 2000000000).reduce((a, b) => a + b)'
# Jobs in the background ignore SIGINT unless job control is on.
set -m
check 'SIGINT cancels' 130 '' 'error: *' interrupt INT "$loop"
rm -f interrupted.fawn
check 'SIGTERM ends' 143 '' '*' interrupt TERM "$loop"
rm -f interrupted.fawn
check 'SIGHUP ends' 129 '' '*' interrupt HUP "$loop"
set +m
check 'nothing of the cancelled query is there' 0 0 '' "$fawn" interrupted.fawn -e 'A.all().count()'

finish
