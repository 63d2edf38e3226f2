#!/usr/bin/env bash
# Writes that the system refuses: one clear message, the right exit code, nothing lost.
source "$(dirname "$0")/checks.bash" "$@"

"$fawn" small.fawn -e 'let c = Collection.create({ name: "A" })' -e 'let a = A.create({})'

# Files may have so many blocks of 1024 bytes.
limited() {
    local blocks=$1
    shift
    (
        trap '' XFSZ
        ulimit -f "$blocks"
        "$fawn" "$@"
    )
}
check 'a full disk at the commit' 3 '' 'error: *' \
    limited 8 small.fawn -e 'let a = A.create({ n: Set.sequence(0, 2000).toArray() })'
verdict 'its message ends without a place that is none' "$(grep 'no source' stderr)"
check 'what was committed before is there' 0 1 '' "$fawn" small.fawn -e 'A.all().count()'
check 'and it can be written to' 0 2 '' \
    "$fawn" small.fawn -e 'let a = A.create({})' -e 'A.all().count()'

finish
