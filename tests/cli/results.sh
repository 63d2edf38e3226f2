#!/usr/bin/env bash
# How results are shown: modes by their options, whole sets in pipes, parts of them on terminals.
# (What each mode looks like is tested by tests/golden/print/mode_*.fql.)
source "$(dirname "$0")/checks.bash" "$@"

drive() {
    local name=$1
    shift
    verdict "$name" "$(python3 "$here/drive.py" "$fawn" "$@" 2>&1)"
}

for mode in json jsonl csv tsv table box markdown line raw; do
    verdict "--$mode is -m $mode" \
        "$(cmp <("$fawn" --$mode -e '[{ a: 1 }, "x"]') <("$fawn" -m $mode -e '[{ a: 1 }, "x"]'))"
done
check 'a format that is nearly one is suggested' 2 '' \
    'fawn: there is no format `tabel`; did you mean table?' "$fawn" -m tabel -e 1
check 'and a mode' 1 '' 'fawn: there is no mode `jsno`; did you mean json?' "$fawn" -e '\mode jsno'

# The most memory that a run took, in KiB.
peak() {
    python3 -c '
import resource, subprocess, sys
with open("out", "wb") as out:
    subprocess.run(sys.argv[1:], stdout=out, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
long='Set.sequence(0, 60000).map(n => { n: n, text: "some text for the row" })'
for mode in jsonl csv tsv table line raw; do
    small=$(peak "$fawn" -m $mode -e 'Set.sequence(0, 2000).map(n => { n: n, text: "some text for the row" })')
    large=$(peak "$fawn" -m $mode -e "$long")
    verdict "$mode shows whole sets in constant memory" \
        "$([ "$large" -lt $((small + 8000)) ] || echo "  $small KiB, then $large KiB")"
    verdict "$mode leaves nothing out" "$(grep -q 59999 out && grep -qw 30000 out || echo '  rows are missing')"
done
check 'columns that come late are there from the start' 0 '2001 n,late' '' sh -c '"$0" --csv -e "
    Set.sequence(0, 2000).map(n => if (n < 1999) { n: n } else { n: n, late: 1 })" |
    sed -n "1{h;d};\${s/.*/2001/;G;s/\n/ /;p}"' "$fawn"
check 'what a rolled back transaction gave is not shown' 1 '' 'error: *' "$fawn" --csv -e '
    let c = Collection.create({ name: "A" })
    Set.sequence(0, 60000)
    abort(1)'
check 'what a committed one gave is' 0 60004 '' sh -c '"$0" --csv -e "
    Collection.create({ name: \"A\" }).name
    Set.sequence(0, 60000)" | wc -l' "$fawn"
check 'a page that the query asked for tells of the next' 0 $'value\n0' \
    'warning: more documents not shown; use --all' "$fawn" --csv -e 'Set.sequence(0, 2).paginate(1)'

drive 'a terminal gets forty rows' --csv <<'S'
expect fawn> 
send Set.sequence(0, 100)\r
expect value
expect 39
expect … 60 more: .next or .all
expect fawn> 
send .exit\r
exit 0
S
drive 'a table is as wide as the terminal' --table <<'S'
expect fawn> 
send [{ a: "a long text that goes on and on, over several lines", b: 12345678, c: "another text that is too long for its column" }]\r
expect | a                               |        b | c                               |
expect | a long text that goes on and    | 12345678 | another text that is too long   |
expect fawn> 
send .exit\r
exit 0
S
drive 'with too many columns it becomes lines' --table <<'S'
expect fawn> 
send [{ a: "123456789", b: "123456789", c: "123456789", d: "123456789", e: "123456789", f: "123456789", g: "123456789", h: "123456789" }]\r
expect a = 123456789
expect h = 123456789
expect fawn> 
send .exit\r
exit 0
S
drive 'what is cut ends in a sign' --box <<'S'
expect fawn> 
send [Array.sequence(0, 300).fold("", (s, n) => s + n.toString())]\r
expect …
expect texts end in …; .mode line shows them whole
expect fawn> 
send .exit\r
exit 0
S
drive 'sets are paged' <<'S'
expect fawn> 
send Set.sequence(0, 40)\r
expect 15
expect … 24 more: .next or .all
send it\r
expect 16,
expect 31
expect after:
send .next\r
expect 39
expect fawn> 
send .next\r
expect fawn: nothing more to show
send .mode csv\r
expect fawn> 
send .last\r
expect value
expect 39
send .maxrows 2\r
expect fawn> 
send .last\r
expect value
expect … 38 more
send .next\r
expect 3
expect more
send _1.count()\r
expect 40
expect fawn> 
send .exit 0\r
exit 0
S
export FAWN_PAGER="sed 's/^/<page> /'"
drive 'what is longer than the screen goes through the pager' --jsonl <<'S'
expect fawn> 
send Set.sequence(0, 100)\r
expect <page> 0
expect <page> 39
expect … 60 more: .next or .all
send .all\r
expect <page> 0
expect <page> 99
expect fawn> 
send .pager off\r
expect fawn> 
send .all\r
expect 99
expect fawn> 
send 1 + 1\r
expect 2
send .exit\r
exit 0
S
export FAWN_PAGER="head -n 1"
drive 'leaving the pager early is no error' --jsonl <<'S'
expect fawn> 
send Set.sequence(0, 100000)\r
expect 0
expect more: .next or .all
send .all\r
expect 0
expect fawn> 
send 1 + 1\r
expect 2
send .exit\r
exit 0
S
export FAWN_PAGER=cat
check '.output and .once' 0 1 '' "$fawn" -e $'1
\\output out.txt
2
\\once |tr 3 x > piped
3
4'
verdict '.output writes a file' "$([ "$(cat out.txt)" == 2 ] || cat out.txt)"
verdict '.once writes to a command' "$([ "$(cat piped)" == $'x\n4' ] || cat piped)"
check '.once FILE leaves it alone when the query fails' 1 '' 'error: *' "$fawn" -e $'\\once out.txt\n1 / 0'
verdict 'the file of .once is as it was' "$([ "$(cat out.txt)" == 2 ] || cat out.txt)"
check '.nullvalue and .depth' 0 $'a,b.c\nNONE,1\na,b\nNONE,"{""c"":1}"' '' "$fawn" --csv -e $'\\nullvalue NONE
{ a: null, b: { c: 1 } }
\\depth 0
{ a: null, b: { c: 1 } }'
check 'a setting that is no number is told' 1 '' 'fawn: usage: .maxrows \[N|auto\] *' "$fawn" -e '\maxrows x'
check 'there is help on errors' 0 $'divide_by_zero: an error of queries\nAn integer was divided by zero.\nExample:\n    1 / 0\nWhat to do:\n    Test the divisor first, or divide Doubles.' \
    '' "$fawn" -e '\help divide_by_zero'
check 'a topic that is nearly one is suggested' 1 '' \
    'fawn: no help about `pagniate`; did you mean paginate?' "$fawn" -e '\help pagniate'

"$fawn" help start | sed -n 's/^  \(\(Film\|Collection\)\..*[)}]\).*$/\1/p' >steps.fql
check 'the first steps can be typed as they stand' 0 6 '' sh -c '"$0" -q --each --jsonl steps.fql | wc -l' "$fawn"
check 'and none of them fails' 0 '' '' sh -c '"$0" -q -m off --each steps.fql' "$fawn"

check '.functions and .roles list names' 0 $'f\nr' '' "$fawn" -q -m off -e 'Function.create({ name: "f", body: "x => x" })
Role.create({ name: "r" })
---
\functions
\roles'
check '.hints tells what makes a query slow' 0 '' '*performance_hint: *' "$fawn" -m off -e 'Collection.create({ name: "A" })
---
\hints on
A.where(.x == 1)'


# -- .mem and .stats as results
check '.stats is an object in json' 0 0 '' sh -c '"$0" --json -e "\stats" | python3 -c "
import json, sys
print(json.load(sys.stdin)[\"documents\"])"' "$fawn"
check '.mem is rows' 0 'of,what,count,bytes' '' sh -c '"$0" --csv -e "\mem" | head -n 1' "$fawn"
check 'they are text in fql' 0 'collections      0' '' sh -c '"$0" -e "\stats" | head -n 1' "$fawn"

check '.mode takes options' 0 $'a,b\n1,-' '' "$fawn" -e $'\\mode csv --nullvalue -\n[{ a: 1, b: null }]'
check 'several, each as its own command' 0 $'a.b = {"c":1}\n  d = 2' '' "$fawn" -e $'\\mode line --depth 1 --width 0\n{ a: { b: { c: 1 } }, d: 2 }'
check 'also without a mode' 0 fql '' "$fawn" -e $'\\mode --width 60\n\\mode'
check 'others are told' 1 '' 'fawn: usage: .mode *' "$fawn" -e '\mode csv --wide 3'
check 'as are wrong values' 1 '' 'fawn: usage: .width *' "$fawn" -e '\mode csv --width x'
finish
