#!/usr/bin/env bash
# Loops of ten million steps, each of which leaves garbage, take no more memory than short ones.
source "$(dirname "$0")/checks.bash" "$@"

# peak_kib QUERY: the most memory that running it took.
peak_kib() {
    python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$fawn" -e "$1"
}

# grows_not NAME LOOP: LOOP is applied to a sequence. A byte kept of each step would be 10,000 KiB.
grows_not() {
    local short long reason=''
    short=$(peak_kib "Set.sequence(0, 100000).$2")
    long=$(peak_kib "Set.sequence(0, 10000000).$2")
    [ "$((long - short))" -lt 8000 ] || reason="  $short KiB grew to $long KiB: $2"
    verdict "$1" "$reason"
}

grows_not 'fold runs in constant memory' 'fold({ n: 0 }, (sum, i) => { n: sum.n + i })'
grows_not 'forEach runs in constant memory' 'forEach(i => [i, [i]])'

finish
