#!/usr/bin/env bash
# The contract of batch mode, line by line: what is a query and a transaction, exit codes, terminal or
# pipe, machine mode, signals and files. (More of each is in sources.sh, bad_input.sh, options.sh,
# session.sh, results.sh; the prompt is in tests/terminal.)
source "$(dirname "$0")/checks.bash" "$@"

# on_terminal COMMAND...: runs it with a terminal as stderr only, and shows what came there.
on_terminal() {
    python3 - "$@" <<'P'
import os, pty, subprocess, sys
main, side = pty.openpty()
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=side)
os.close(side)
out = b""
try:
    while block := os.read(main, 65536):
        out += block
except OSError:
    pass
process.wait()
print(out.decode().replace("\r", ""), end="")
P
}

# -- what is a query, what is a transaction -----------------------------------------------------

"$fawn" a.fawn -m off -e 'Collection.create({ name: "A" })'
check 'one -e is one transaction' 1 '' 'error: *' "$fawn" a.fawn -e $'A.create({ id: 1 }).id\nabort(0)'
check 'a file is' 1 '' 'error: *' "$fawn" a.fawn <(printf 'A.create({ id: 1 }).id\nabort(0)\n')
check 'stdin is' 1 '' 'error: *' "$fawn" a.fawn < <(printf 'A.create({ id: 1 }).id\nabort(0)\n')
echo $'A.create({ id: 1 }).id\nabort(0)' >read.fql
check 'a .read is' 1 '' 'error: *' "$fawn" a.fawn -e '\read read.fql'
check 'nothing of them is there' 0 0 '' "$fawn" a.fawn -e 'A.all().count()'
check 'each -e commits by itself' 1 '"1"' 'error: *' "$fawn" a.fawn -e 'A.create({ id: 1 }).id' -e 'abort(0)'
check 'the first one is there' 0 1 '' "$fawn" a.fawn -e 'A.all().count()'
check 'each -e and -f in the order of the command line' 0 $'1\n"file"\n2' '' \
    "$fawn" -e 1 -f <(echo '"file"') -e 2
check 'the value of every statement is printed' 0 $'1\n2\n3' '' "$fawn" -e $'1\n2; 3'
check '--- behind blanks is three signs' 0 $'1\n-2' '' "$fawn" -e $'1\n --- \n2'
check 'empty parts are nothing' 0 1 '' "$fawn" -e $'---\n---\n1\n---\n'
check 'a meta-command at the end needs no newline' 0 fql '' "$fawn" < <(printf '.mode')
check 'fawn query gives one value' 0 3 '' "$fawn" query $'1\n2\n3'
check '--last does as well' 0 0 '' \
    "$fawn" --last -e $'Collection.create({ name: "B" })\nB.all().count()'

# -- what sources may hold ----------------------------------------------------------------------

check 'nothing on stdin' 0 '' '' "$fawn" </dev/null
check 'an empty file' 0 '' '' "$fawn" -f <(:)
check 'an empty -e' 0 '' '' "$fawn" -e ''
check 'only blanks, blank lines and comments' 0 '' '' "$fawn" < <(printf '  \n\t\n// a\n/* b\n */\n')
check 'only a byte order mark' 0 '' '' "$fawn" < <(printf '\xef\xbb\xbf')
check 'CRLF ends lines, also around ---' 0 $'1\n2' '' "$fawn" < <(printf '1\r\n---\r\n2\r\n')
check 'and behind meta-commands' 0 '"x"' '' "$fawn" < <(printf '.mode json\r\n"x"\r\n')
check 'no newline at the end of a comment' 0 1 '' "$fawn" < <(printf '1 // one')
check 'NUL is told with its place' 1 '' 'fawn: <stdin>: a NUL byte at byte 4' "$fawn" < <(printf '1\n2\n\0\n')
check 'what is not UTF-8 as well' 1 '' 'fawn: <stdin>: not UTF-8 at byte 3' "$fawn" < <(printf '"ab\xc3("')
check 'half a character at the end' 1 '' 'fawn: <stdin>: not UTF-8 at byte 0' "$fawn" < <(printf '\xe6\x97')
check 'a program as a source' 1 '' 'fawn: *: a NUL byte at byte *' "$fawn" -f "$fawn"
check 'a query that ends early says where' 1 1 'error: *at <stdin>:*' "$fawn" < <(printf '1\n---\n[1, (2\n')
check 'a comment that does' 1 '' 'error: *' "$fawn" < <(printf '1 /* never')
check 'what came before it in the file does not run' 1 '' 'error: *' "$fawn" < <(printf '1\n[2')
{ printf '['; seq -s, 400000; printf '].length\n'; } >wide.fql
check 'a line of millions of bytes' 0 400000 '' "$fawn" wide.fql
{ printf '1'; head -c 1000000 /dev/zero | tr '\0' ' '; printf '+ 1\n'; } >blank.fql
check 'a million blanks in a line' 0 2 '' "$fawn" blank.fql
{ printf '1\n'; yes '' | head -n 1000000; printf '2\n'; } >lines.fql
check 'a million empty lines' 0 $'1\n2' '' "$fawn" lines.fql
{ yes '' | head -n 1000000; printf '1 +* 2\n'; } >far.fql
check 'a mistake behind them has its line' 1 '' 'error: *at far.fql:1000001:4*' "$fawn" far.fql

# -- exit codes -----------------------------------------------------------------------------------

check '0: everything succeeded' 0 1 '' "$fawn" -e 1
check '1: syntax' 1 '' 'error: *' "$fawn" -e '1 +'
check '1: a name' 1 '' 'error: *' "$fawn" -e nosuch
check '1: run time' 1 '' 'error: *' "$fawn" -e '1 / 0'
check '1: abort' 1 '' 'error: *' "$fawn" -e 'abort(null)'
check '1: a constraint' 1 '' 'error: *' "$fawn" a.fawn -e 'A.create({ id: 1 })'
check '1: a meta-command' 1 '' 'fawn: *' "$fawn" -e '\mode nosuch'
check '1: any of them with -k' 1 $'1\n2' 'error: *' "$fawn" -k -e 1 -e '1 / 0' -e 2
check '2: an unknown option' 2 '' 'fawn: unknown option *' "$fawn" --nosuch
check '2: a missing script' 2 '' 'fawn: cannot read *' "$fawn" nosuch.fql
check '2: a bad --argjson' 2 '' 'fawn: --argjson *' "$fawn" --argjson x '{' -e x
check '2: a number that is none' 2 '' 'fawn: --timeout *' "$fawn" --timeout soon -e 1
check '3: no database' 3 '' 'fawn: there is no database *' "$fawn" nosuch -e 1
check '3: no database to read' 3 '' 'fawn: there is no database `nosuch.fawn` to read' \
    "$fawn" --readonly nosuch.fawn -e 1
head -c 4000 /dev/urandom >noise.fawn
check '3: no database of ours' 3 '' 'fawn: *' "$fawn" noise.fawn -e 1
cp a.fawn torn.fawn
printf 'x' | dd of=torn.fawn bs=1 seek=100 conv=notrunc status=none
check '3: a damaged one' 3 '' 'fawn: *' "$fawn" torn.fawn -e 1
check '3: writing where only reading is allowed' 3 '' 'error: *' "$fawn" --readonly a.fawn -e 'A.create({})'
check '4: the time is over' 4 '' 'error: *' "$fawn" --timeout 50 -e 'Set.sequence(0, 2000000000).reduce((a, b) => a + b)'
check '.exit N ends with N' 9 1 '' "$fawn" -e 1 -e '\exit 9' -e 2
check '.exit alone with what was so far' 1 '' 'error: *' "$fawn" -k -e '1 / 0' -e '\exit'
check 'a number that is no exit code' 1 '' 'fawn: usage: .exit *' "$fawn" -e '\exit 256'
check 'fawn query uses the same: 1' 1 '' '*' "$fawn" query '1 / 0'
check 'fawn query: 2' 2 '' '*' "$fawn" query --nosuch 1
check 'the first failure counts' 1 '' '*' "$fawn" -k -e '1 / 0' --timeout 50 -e 'Set.sequence(0, 2000000000).reduce((a, b) => a + b)'

# Two processes: the second one may read, and is told who writes.
second_process() {
    coproc "$fawn" --each a.fawn 2>/dev/null
    local in=${COPROC[1]} out=${COPROC[0]} pid=$COPROC_PID answer code=0
    echo 1 >&"$in"
    read -r -t 20 answer <&"$out"
    "$fawn" a.fawn -e 1 2>second.err || code=$?
    "$fawn" --readonly a.fawn -e 'A.all().count()' 2>reader.err
    exec {in}>&-
    wait "$pid"
    grep -q "$pid" second.err && echo "names it"
    return $code
}
check '3: another process writes it, and is named; reading is allowed' 3 $'1\nnames it' '' second_process

# -- pipes ------------------------------------------------------------------------------------------

closed() {
    "$fawn" "$@" 2>closed.err | head -n 1
    local codes=("${PIPESTATUS[@]}")
    [ ! -s closed.err ] || { echo 'said:'; cat closed.err; }
    return "${codes[0]}"
}
for mode in fql json jsonl csv tsv line raw; do
    verdict "$mode into a closed pipe ends silently with 141" "$(
        closed --all -m $mode -e 'Set.sequence(0, 300000).map(n => { n: n })' >/dev/null
        code=$?; [ $code -eq 141 ] && [ ! -s closed.err ] || echo "  exit code $code: $(cat closed.err)")"
done
check 'so does help' 141 '' '' sh -c '"$0" help String | true; exit ${PIPESTATUS:-141}' "$fawn"
check 'the value of an abort is told' 1 '' $'error: Query aborted.\n*\nabort value: {\n  code: 7\n}' \
    "$fawn" -e 'abort({ code: 3 + 4 })'
check 'in the format of results' 1 '' $'error: *\nabort value: {\n  "code": 7\n}' "$fawn" --json -e 'abort({ code: 7 })'
check 'who asks in SQL is told the way' 1 '' $'error: *\nhint: this is FQL: COLLECTION.where*' \
    "$fawn" <<<'SELECT * FROM product;'
check 'but not where it was FQL' 1 '' 'error: Attempted integer division by zero.*^' \
    bash -c '"$1" -e "let select = 1; select / 0" 2>&1 >/dev/null | grep -v "^  |$" >&2; exit 1' - "$fawn"
while IFS='|' read -r query hint; do
    check "first steps: $query" 1 '' "*hint: $hint*" "$fawn" -e "$query"
done <<'END'
[1].where(n > 1)|.n is the field of each element
[{ n: 1 }].where(.n = 1)|== compares; = is for let
1 == 1 and true|here that is &&
const x = 1; x|let NAME = VALUE gives a value a name
for (x in [1]) x|LIST.forEach(x => …)
console.log(1)|log(VALUE)
return 1|the last expression of a block is its value
END
check 'bare words are for the prompt' 1 '' $'error: *\nhint: exit stands alone at the prompt; in scripts: .exit' \
    "$fawn" -e 'exit()'
check 'so does a dump' 0 '%% fawn dump 1' '' sh -c '"$0" dump a.fawn | head -n 1' "$fawn"

early() {
    coproc "$fawn" -e 1 -e 'Set.sequence(0, 2000000000).reduce((a, b) => a + b)' 2>/dev/null
    local pid=$COPROC_PID first
    read -r -t 20 first <&"${COPROC[0]}"
    kill -TERM "$pid"
    wait "$pid"
    echo "$first"
}
check 'results come with each commit' 0 1 '' early
check 'stdin is data when there is a script' 0 '"lines"' '' sh -c 'printf lines | "$0" --argfile data - -e data' "$fawn"
check 'and may be large' 0 3000000 '' sh -c 'head -c 3000000 /dev/zero | tr "\0" x | "$0" --argfile data - -e data.length' "$fawn"

# -- terminal or pipe ---------------------------------------------------------------------------------

check 'a pipe gets the same text as a file' 0 '' '' sh -c '"$0" -e "{ a: [1] }" >plain; "$0" -e "{ a: [1] }" | cmp - plain' "$fawn"
check 'width does not matter there' 0 '' '' sh -c 'for n in 20 200; do COLUMNS=$n "$0" --table -e "[{ a: \"some words that are long\", b: \"some words that are long\" }]" >w$n; done; cmp w20 w200' "$fawn"
check 'strings are quoted' 0 '"a"' '' "$fawn" -e '"a"'
check '--raw has them bare' 0 a '' "$fawn" --raw -e '"a"'
check 'writes are not told' 0 '"2"' '' "$fawn" a.fawn -e 'A.create({ id: 2 }).id'
check 'warnings are' 0 0 'warning: 984 more documents not shown; use --all' \
    sh -c '"$0" -e "Set.sequence(0, 1000)" | sed -n "s/^    \([0-9]*\),$/\1/p" | head -n 1' "$fawn"
unset NO_COLOR
red=$'\e[1;31merror:'
for case in 'CLICOLOR_FORCE=1 yes' 'FORCE_COLOR=1 yes' 'CLICOLOR_FORCE=0 no' 'TERM=dumb no' 'NO_COLOR=1 no' 'NO_COLOR= no'; do
    verdict "colour of a pipe with ${case% *}: ${case#* }" "$(
        got=$(env TERM=xterm "${case% *}" "$fawn" -e 1)
        want=1; [ "${case#* }" = no ] || want=$'\e[36m1\e[0m'
        [ "$got" == "$want" ] || echo "  got $got")"
done
verdict 'stderr on a terminal decides for itself' "$(
    got=$(TERM=xterm on_terminal "$fawn" -e nosuch); [[ $got == "$red"* ]] || echo "  got $got")"
verdict 'TERM=dumb has none there' "$(
    got=$(TERM=dumb on_terminal "$fawn" -e nosuch); [[ $got == 'error: Unbound'* ]] || echo "  got $got")"
verdict 'NO_COLOR has none there' "$(
    got=$(TERM=xterm NO_COLOR=1 on_terminal "$fawn" -e nosuch); [[ $got == 'error: Unbound'* ]] || echo "  got $got")"
export NO_COLOR=1

# -- machine mode ---------------------------------------------------------------------------------------

answers() {
    python3 -c '
import json, sys
for line in sys.stdin:
    body = json.loads(line)
    print(" ".join(body), "|", body.get("data", body.get("error", {}).get("code")))'
}
enveloped() { "$fawn" --envelope "$@" >answer; local code=$?; answers <answer; return $code; }
check 'an answer has the fields of Fauna, in their order' 0 'data summary txn_ts stats schema_version | 2' '' \
    enveloped -e '1 + 1'
check 'a failure as well' 1 'error summary txn_ts stats schema_version | divide_by_zero' '' enveloped -e '1 / 0'
check 'nothing but answers goes to stdout' 0 2 '' sh -c 'printf "1\n.print hello\n2\n" | "$0" --envelope 2>/dev/null | grep -c "^{"' "$fawn"

# -- signals ------------------------------------------------------------------------------------------

set -m
loop='[A.create({ id: 100 }), Set.sequence(0, 2000000000).reduce((a, b) => a + b)]'
signalled() {
    "$fawn" --each a.fawn >started 2>/dev/null < <(printf '"ready"\n'; sleep 0.2; printf '%s\n' "$2"; sleep 100) &
    local pid=$!
    until [ -s started ]; do sleep 0.02; done
    sleep 0.5
    kill "-$1" "$pid"
    wait "$pid"
}
for case in 'INT 130' 'TERM 143' 'HUP 129'; do
    check "SIG${case% *} while a query runs ends with ${case#* }" "${case#* }" '' '*' signalled ${case% *} "$loop"
    check "SIG${case% *} while a line is awaited as well" "${case#* }" '' '*' signalled ${case% *} ''
done
set +m
check 'nothing of it is there' 0 null '' "$fawn" a.fawn -e 'A.byId(100) ?? null'
check 'what was committed is' 0 '"2"' '' "$fawn" a.fawn -e 'A.byId(2)!.id'
check 'the init file is not for scripts' 0 1 '' sh -c 'mkdir -p c/fawn; echo "nosuch" >c/fawn/init.fawn; XDG_CONFIG_HOME=$PWD/c "$0" -e 1' "$fawn"
verdict 'the help has three examples' "$([ "$("$fawn" --help | grep -c '^  .*fawn ')" -ge 3 ] || "$fawn" --help)"
finish
