#!/usr/bin/env bash
# Sources and transactions: what is one transaction, what divides it, what a failure undoes.
source "$(dirname "$0")/checks.bash" "$@"

# The same text through every door.
text=$'1 + 1\n[1, 2]\n  .map(.toString())\n"x"'
want=$'2\n[\n  "1",\n  "2"\n]\n"x"'
printf '%s\n' "$text" >same.fql
check 'through a file' 0 "$want" '' "$fawn" same.fql
check 'through -f' 0 "$want" '' "$fawn" -f same.fql
check 'through stdin' 0 "$want" '' "$fawn" <same.fql
check 'through a pipe' 0 "$want" '' "$fawn" < <(cat same.fql)
check 'through -e' 0 "$want" '' "$fawn" -e "$text"
check 'through "-"' 0 "$want" '' "$fawn" - <same.fql
check 'stdin is not read when -e is given' 0 7 '' "$fawn" -e 7 <same.fql
check 'no final newline' 0 1 '' "$fawn" < <(printf 1)
check 'nothing at all' 0 '' '' "$fawn" </dev/null
check 'only a comment' 0 '' '' "$fawn" < <(echo '// nothing')

# Transactions.
"$fawn" a.fawn -e 'Collection.create({ name: "A" })' >/dev/null
check 'a failing source prints none of its values' 1 '' 'error: *' "$fawn" -e $'1\n2\n1 / 0'
check 'a mistake in the last line stops the first' 1 '' 'error: *' "$fawn" -e $'1\n2 +* 3'
check 'a failing source undoes all its writes' 1 '' 'error: *at \*query\*:3:*' \
    "$fawn" a.fawn -e $'A.create({})\nA.create({})\n1 / 0'
check 'they are not there' 0 0 '' "$fawn" a.fawn -e 'A.all().count()'
check 'abort() undoes as well' 1 '' 'error: Query aborted.*' \
    "$fawn" a.fawn -e $'A.create({})\nabort("no")'
check 'the run stops at a failed source' 1 1 'error: *' "$fawn" -e 1 -e '1 / 0' -e 3
check '-k goes on' 1 $'1\n3' 'error: *' "$fawn" -k -e 1 -e '1 / 0' -e 3
check '--- divides a source, places count from its start' 1 $'1\n2' 'error: *<stdin>:5:*' \
    "$fawn" < <(printf '1\n---\n2\n---\n1 / 0\n---\n3\n')
check 'parts before a failure stay' 1 '' 'error: *' \
    "$fawn" a.fawn < <(printf 'let a = A.create({})\n---\nlet b = A.create({})\nabort(b)\n')
check 'and are there' 0 1 '' "$fawn" a.fawn -e 'A.all().count()'
check 'a let is seen in later parts' 0 3 '' "$fawn" < <(printf 'let x = 1\n---\nx + 2\n')
check 'a collection can be made and used in one source' 0 1 '' \
    "$fawn" --last -e $'Collection.create({ name: "B" })\nB.create({})\nB.all().count()'

# Long sources are read twice rather than kept.
{ seq -f '%.0f + 1' 40000; echo '"end"'; } >long.fql
check 'the last value of a long source' 0 '"end"' '' "$fawn" --last long.fql
check 'all of it is run' 0 40001 '' sh -c '"$1" long.fql | wc -l' sh "$fawn"
{ echo '"early"'; cat long.fql; echo '2 +* 3'; } >late.fql
check 'a mistake at the end of a long source stops the first line' 1 '' \
    'error: *at late.fql:40003:*' "$fawn" late.fql
check '--check finds it' 1 '' 'error: *at late.fql:40003:*' "$fawn" --check late.fql
check '--each runs what stands before it' 1 40002 'error: *' \
    sh -c '"$1" --each late.fql >early.txt; code=$?; wc -l <early.txt; exit $code' sh "$fawn"

# A source of more than 64 MiB.
large() {
    { yes '// a line of a comment, of which there are many' | head -c $((65 << 20)); printf '\n1\n'; } | "$fawn" "$@"
}
check 'a large source is told that it is one transaction' 0 1 \
    'note: `<stdin>` has 65 MiB and runs as one transaction; with --each every statement commits by itself' large
check 'unless nobody asks' 0 1 '' large -q

# --each and -1
check '--each keeps what came before a failure' 1 '' 'error: *' \
    "$fawn" --each a.fawn -e $'let c = A.create({})\nlet d = A.create({})\n1 / 0'
check 'two more are there' 0 3 '' "$fawn" a.fawn -e 'A.all().count()'
check '--each prints what was committed' 1 $'1\n2' 'error: *' "$fawn" --each -e $'1\n2\n1 / 0\n4'
check '-1 undoes everything' 1 '' 'error: *' "$fawn" -1 a.fawn -e 'A.create({})' -e '1 / 0'
check 'nothing was added' 0 3 '' "$fawn" a.fawn -e 'A.all().count()'
check '-1 runs all as one' 0 $'1\n2' '' "$fawn" -1 -e 1 -e 2
check '-n tells changes and makes none' 0 '+ A("9")' '1 created (not committed: this is a dry run)' \
    "$fawn" -n a.fawn -e 'let x = A.create({ id: 9 })'
check 'none was made' 0 3 '' "$fawn" a.fawn -e 'A.all().count()'

# A pipe with --each answers while it is open.
answer_while_open() {
    local answer
    coproc "$fawn" --each 2>/dev/null
    local in=${COPROC[1]} out=${COPROC[0]}
    printf '[1,\n2].length\n' >&"$in"
    read -r -t 20 answer <&"$out" || answer=none
    exec {in}>&-
    echo "$answer"
    wait
}
check '--each answers each statement of a pipe' 0 2 '' answer_while_open

# Meta-commands in sources.
check 'a meta-command at the start' 0 '"a"' '' "$fawn" < <(printf '.mode json\n"a"\n')
check 'a meta-command after a blank line divides' 0 $'"a"\n"b"' '' \
    "$fawn" < <(printf '"a"\n\n.mode json\n"b"\n')
check 'a backslash needs no blank line' 0 $'[\n  1\n]\n[1]' '' \
    "$fawn" < <(printf '[1]\n\\mode jsonl\n[1]\n')
check 'a method on its own line is FQL' 0 1 '' "$fawn" < <(printf '[1]\n\n  .first()\n')
check '.exit ends with its code' 7 1 '' "$fawn" < <(printf '1;\n.exit 7\n2\n')
check 'an unknown meta-command fails' 1 '' 'fawn: no meta-command `.moed`; did you mean `.mode`?' \
    "$fawn" < <(printf '\\moed json\n1\n')
check 'a line with a dot that begins a source is meant as a meta-command' 1 '' \
    'fawn: no meta-command `.moed`; did you mean `.mode`?' "$fawn" < <(printf '.moed json\n1\n')
check 'one that is like no other' 1 '' 'fawn: no meta-command `.xyz` (.help lists them)' \
    "$fawn" -e '.xyz(1)'
check 'a shortened one is told in full' 1 '' \
    'fawn: no meta-command `.coll`; did you mean `.collections`?' "$fawn" < <(echo .coll)
check 'a lambda outlives the source it stands in' 1 $'1\n"text that takes the place of others"' \
    $'error: *at <-e 1>:1:*let f = x => x.nope()*' "$fawn" -e 'let f = x => x.nope()' -e 1 \
    -e '"text that takes the place of others"' -e 'f(1)'
echo '"from a file"' >read.fql
check '.read runs a file' 0 '"from a file"' '' "$fawn" < <(echo '.read read.fql')
echo '.read loop.fql' >loop.fql
check 'a file that reads itself ends' 1 '' 'fawn: *16 deep' "$fawn" loop.fql
check 'the JSON of an argument may come from stdin' 0 '3' '' "$fawn" --argjson list - -e 'list.length' \
    < <(echo '[1, 2, 3]')
check 'stdin that is no JSON is told' 2 '' 'fawn: --argjson list: *' "$fawn" --argjson list - -e 1 \
    < <(echo '[1, 2')

# -- line ends, and what looks like a divider
check 'lines that end in carriage returns' 1 $'1' '*at <stdin>:5:3*' "$fawn" < <(printf '// one\r1\r---\r2 +\r  / 3\r')
check 'dashes in a string are text' 0 $'"a\\n---\\nb"\n2' '' "$fawn" --jsonl < <(printf '"a\n---\nb"\n---\n2\n')
# A statement of many lines is followed line by line, and runs when it is whole.
many_lines() {
    printf 'if (false)\n  1\nelse\n  2\n'
    printf '[\n'
    for ((i = 0; i < 3000; i++)); do printf '  { a: %d, b: "x\n---\ny" }, // c\n' "$i"; done
    printf '  /* d\n.exit 3\n*/\n].length\n'
    printf '[1]\n'
    for ((i = 0; i < 300; i++)); do printf '  .map(n => n + 1)\n'; done
    printf '  .at(0)\n.print end\n(1 +\n'
}
check 'statements of many lines are statements' 1 $'2\n3000\n301\nend' \
    'error: Expected expression*at <stdin line 9313>:1:5*' "$fawn" --each < <(many_lines)
check 'statement by statement as well' 0 $'"a\\n---\\nb"\n2' '' "$fawn" --each --jsonl < <(printf '"a\n---\nb"\n---\n2\n')
finish
