#!/usr/bin/env bash
# What the command line accepts: forms, options, arguments, usage errors.
source "$(dirname "$0")/checks.bash" "$@"

check 'a query prints its value' 0 2 '' "$fawn" -e '1 + 1'
check 'several queries run in order' 0 $'1\n2\n3' '' "$fawn" -e 1 -c 2 --eval=3
check 'letters cluster, values may be attached' 0 1 '' "$fawn" -kqe1
check 'the version is one line on stdout' 0 'fawn 0.1.0 (FQL v10)' '' "$fawn" --version
check 'an unknown option suggests' 2 '' 'fawn: unknown option --fromat; did you mean --format?' \
    "$fawn" --fromat json
check 'a command that is mistyped' 3 '' 'fawn: there is no command and no database `improt`; did you mean import?' \
    "$fawn" improt x.csv
check 'a missing value is told' 2 '' 'fawn: --eval needs Q behind it: run Q; repeatable' "$fawn" -e
check 'a missing file is told' 2 '' 'fawn: cannot read `none.fql`: No such file or directory' \
    "$fawn" none.fql
check 'a folder is no file' 2 '' 'fawn: cannot read `.`: Is a directory' "$fawn" -f .

check 'json' 0 $'{\n  "a": [\n    1\n  ]\n}' '' "$fawn" --json -e '{ a: [1] }'
check 'json with one dash' 0 '"x"' '' "$fawn" -json -e '"x"'
check 'json-tagged' 0 $'{\n  "@int": "1"\n}' '' "$fawn" -m json-tagged -e 1
check 'jsonl is one line a value' 0 $'{"a":[1,2]}\n"x"' '' "$fawn" --jsonl -e $'{ a: [1, 2] }\n"x"'
check 'an unknown format is told' 2 '' 'fawn: --format takes fql, json, *, count or off, not `xml`' \
    "$fawn" -m xml -e 1

check '--arg binds a string, whatever it holds' 0 '"a) + {b} 10"' '' \
    "$fawn" --arg q 'a) + {b}' --arg n 10 -e 'q + " " + n'
check '--argjson binds JSON' 0 15 '' "$fawn" --argjson n '{"a": [5, 10]}' -e 'n.a[0] + n.a[1]'
check '--argjson takes tagged values' 0 'Time("2024-01-01T00:00:00Z")' '' \
    "$fawn" --argjson t '{"@time": "2024-01-01T00:00:00Z"}' -e t
check 'bad JSON is told' 2 '' 'fawn: --argjson n: *' "$fawn" --argjson n '{' -e n

echo '{ args: args, a: x }' >show.fql
check 'a script gets its arguments' 0 $'{\n  args: [\n    "a",\n    "--all"\n  ],\n  a: 1\n}' '' \
    "$fawn" --argjson x 1 show.fql a --all
printf '#!/usr/bin/env fawn\n1\n' >first.fql
check 'a first line with #! is ignored' 0 1 '' "$fawn" first.fql
printf '\xef\xbb\xbf1 +\r\n2\r\n' >dos.fql
check 'a byte order mark and CRLF are accepted' 0 3 '' "$fawn" dos.fql

check 'a page warns of what it leaves out' 0 0 'warning: 84 more documents not shown; use --all' \
    sh -c '"$0" -e "Set.sequence(0, 100)" | sed -n "s/^    //p" | head -n 1 | tr -d ,' "$fawn"
check '--limits fauna sets the limits of the service' 1 '' '*exceeds limit 16000*' \
    "$fawn" --limits fauna -e 'Array.sequence(0, 16001)'
check 'other limits are told' 2 '' 'fawn: --limits takes local or fauna, not `none`' \
    "$fawn" --limits none -e 1
check '--performance-hints tells of documents that an index gave' 0 1 \
    'performance_hint: *Full documents returned from A.byX. *' sh -c '"$0" --performance-hints -e "
        Collection.create({ name: \"A\", indexes: { byX: { terms: [{ field: \"x\" }] } } }).name
        A.create({ x: 10 }).exists()
        A.byX(10).first()" | grep -c "x: 10"' "$fawn"
check '--page-size sets the page' 0 5 'warning: 95 more *' \
    sh -c '"$0" --page-size 5 -e "Set.sequence(0, 100)" | grep -c "^    "' "$fawn"
check '--all shows everything' 0 100 '' \
    sh -c '"$0" --all -e "Set.sequence(0, 100)" | grep -c "^    "' "$fawn"
check 'jsonl shows everything, an element a line' 0 100 '' \
    sh -c '"$0" --jsonl -e "Set.sequence(0, 100)" | wc -l' "$fawn"
check 'log() goes to stderr' 0 null 'info at \*query\*:1: hi' "$fawn" -e 'log("hi")'
check '-q keeps it quiet' 0 null '' "$fawn" -q -e 'log("hi")'

painted=$'\e[36m1\e[0m'
check '--color=always paints' 0 "$painted" '' "$fawn" --color=always -e 1
check 'a pipe is not painted' 0 1 '' env -u NO_COLOR TERM=xterm "$fawn" -e 1
check 'FORCE_COLOR paints it' 0 "$painted" '' env -u NO_COLOR FORCE_COLOR=1 "$fawn" -e 1
check 'NO_COLOR wins over FORCE_COLOR' 0 1 '' env FORCE_COLOR=1 "$fawn" -e 1

check '--last prints the last value' 0 2 '' "$fawn" --last -e $'1\n2'
check '--check runs nothing' 0 '' '' "$fawn" --check -e '1 / 0'
check '--check finds mistakes' 1 '' 'error: *' "$fawn" --check -e '1 +* 2'
check '--timeout ends a query' 4 '' 'error: *' "$fawn" --timeout 100 \
    -e 'Set.sequence(0, 2000000000).reduce((a, b) => a + b)'

check '-o writes a file' 0 '' '' "$fawn" -o out.txt -e '"new"'
verdict 'the file holds the result' "$([ "$(cat out.txt)" == '"new"' ] || cat out.txt)"
check '-o leaves the file alone when the run fails' 1 '' 'error: *' "$fawn" -o out.txt -e '2' -e '1 / 0'
verdict 'the file is as it was' "$([ "$(cat out.txt)" == '"new"' ] || cat out.txt)"
verdict 'nothing else is left' "$(find . -name 'out.txt.*')"
check 'definitions count as documents do' 0 $'+ Collection("A")\n    history_days: 0' '1 created (not committed: this is a dry run)' \
    "$fawn" -n -e 'let c = Collection.create({ name: "A" })'


# -- what other shells call otherwise
check 'a mode of sqlite3' 1 '' 'fawn: there is no mode `column`; did you mean table?' "$fawn" -e '\mode column'
check 'a format of Fauna' 2 '' 'fawn: there is no format `tagged`; did you mean json-tagged?' "$fawn" -m tagged -e 1
check 'a meta-command of psql' 1 '' 'fawn: no meta-command `.dt`; here that is .collections' "$fawn" -e '\dt'
check 'and of sqlite3' 1 '' 'fawn: no meta-command `.backup`; here that is .save FILE' "$fawn" -e '\backup x'

verdict 'the help fits a terminal of 80 by 24' \
    "$("$fawn" --help | awk 'length > 80; END { if (NR > 23) print NR " lines" }')"
finish
