#!/usr/bin/env bash
# Loops of ten million steps, each of which leaves garbage, take no more memory than short ones; types
# of long scripts no more than those of their names.
source "$(dirname "$0")/checks.bash" "$@"

# The address sanitizer keeps what is freed for a while.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1

# peak_kib ARGS: the most memory that fawn took with them.
peak_kib() {
    python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$fawn" "$@"
}

# grows_not NAME LOOP: LOOP is applied to a sequence. A byte kept of each step would be 10,000 KiB.
grows_not() {
    local short long reason=''
    short=$(peak_kib -e "Set.sequence(0, 100000).$2")
    long=$(peak_kib -e "Set.sequence(0, 10000000).$2")
    [ "$((long - short))" -lt 8000 ] || reason="  $short KiB grew to $long KiB: $2"
    verdict "$1" "$reason"
}

grows_not 'fold runs in constant memory' 'fold({ n: 0 }, (sum, i) => { n: sum.n + i })'
grows_not 'forEach runs in constant memory' 'forEach(i => [i, [i]])'

# types_take_little NAME OPTION SCRIPT: looked at or not, the script takes the same memory.
types_take_little() {
    local untyped typed reason=''
    untyped=$(peak_kib --no-typecheck "$2" "$3")
    typed=$(peak_kib --typecheck "$2" "$3")
    [ "$((typed - untyped))" -lt 8000 ] || reason="  $untyped KiB without types, $typed with them"
    verdict "$1" "$reason"
}

for ((i = 0; i < 30000; i++)); do
    echo "[$i, 3].map(x => x + $i).filter(x => x > 2).length"
    echo "let made$((i % 50)) = { n: $i, f: x => [x, \"a\"] }"
    echo "made$((i % 50)).f(1)[0] + 1"
done >long.fql
types_take_little 'types of a script that is checked do not add up' --check long.fql
types_take_little 'types of a script that runs do not add up' --quiet long.fql

finish
