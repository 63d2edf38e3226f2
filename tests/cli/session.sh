#!/usr/bin/env bash
# Options and meta-commands of the session: arguments, the environment, the init file, machine
# mode, the system. (What is printed without a system is tested by tests/golden/session.)
source "$(dirname "$0")/checks.bash" "$@"

drive() {
    local name=$1
    shift
    verdict "$name" "$(python3 "$here/drive.py" "$fawn" "$@" 2>&1)"
}
export HOME=$folder
unset XDG_CONFIG_HOME

# Arguments
printf 'two\nlines' > text
check 'a file becomes a text' 0 '"two"' '' "$fawn" --argfile t text -e 't.split("\n")[0]'
check 'stdin as well' 0 '3' '' sh -c 'printf abc | "$0" --argfile t - -e t.length' "$fawn"
check 'a file that is missing' 2 '' 'fawn: cannot read `none`: *' "$fawn" --argfile t none -e t
check 'an expression is worked out once' 0 true '' "$fawn" --argfql t 'newId()' -e 't == t'
check 'an expression that fails' 2 '' 'error: *<--argfql t>*' "$fawn" --argfql t '1 / 0' -e t
check 'a name is given once' 2 '' 'fawn: --argfql: `t` has a value already' \
    "$fawn" --arg t x --argfql t 1 -e t

# The environment
check 'an option from the environment' 0 $'{\n  "a": 1\n}' '' env FAWN_FORMAT=json "$fawn" -e '{ a: 1 }'
check 'the command line says the last word' 0 '{"a":1}' '' env FAWN_FORMAT=json "$fawn" -m jsonl -e '({ a: 1 })'
check 'a switch' 1 $'1\n2' '*' env FAWN_KEEP_GOING=1 "$fawn" -e 1 -e '1 / 0' -e 2
check 'a switch that is off' 1 1 '*' env FAWN_KEEP_GOING=0 "$fawn" -e 1 -e '1 / 0' -e 2
check 'an empty one is none' 1 1 '*' env FAWN_KEEP_GOING= "$fawn" -e 1 -e '1 / 0' -e 2
check 'a wrong value' 2 '' 'fawn: FAWN_TIMEOUT: --timeout takes a number *' env FAWN_TIMEOUT=x "$fawn" -e 1
check 'a wrong switch' 2 '' 'fawn: FAWN_ALL takes 1 or 0, not `perhaps`' env FAWN_ALL=perhaps "$fawn" -e 1
check 'queries do not come from there' 0 2 '' env FAWN_EVAL=1 "$fawn" -e 2
check 'there is help on options' 0 yes '' sh -c '"$0" help options | grep -q "FAWN_NAME=VALUE" && echo yes' "$fawn"

# Machine mode
check 'an answer is a line' 0 '1 [1, 2]' '' sh -c '"$0" --envelope -e "[1, 2]" > out; python3 -c "
import json
lines = open(\"out\").read().splitlines()
print(len(lines), json.loads(lines[0])[\"data\"])"' "$fawn"
check 'a failure is one as well, and nothing on stderr' 1 divide_by_zero '' sh -c \
    '"$0" --envelope -e "1 / 0" > out; code=$?; python3 -c "
import json
print(json.load(open(\"out\"))[\"error\"][\"code\"])"; exit $code' "$fawn"
check 'a pipe is answered statement by statement' 1 '2 x error' '' sh -c \
    'printf "1 + 1\n\"x\"\n1 / 0\n5\n" | "$0" --envelope > out; code=$?; python3 -c "
import json
print(*[json.loads(line).get(\"data\", \"error\") for line in open(\"out\")])"; exit $code' "$fawn"
check 'types are kept where that is asked for' 0 "{'@int': '1'}" '' sh -c \
    '"$0" --envelope -m json-tagged -e 1 | python3 -c "
import json, sys
print(json.load(sys.stdin)[\"data\"])"' "$fawn"
check 'each part is a transaction' 0 2 '' sh -c '"$0" --envelope -e "1
---
2" | wc -l' "$fawn"
check 'it is not one for all' 2 '' 'fawn: -1 and --envelope contradict each other' "$fawn" -1 --envelope -e 1

# The init file
printf '\\mode json\n' > .fawnrc
check 'scripts read no init file' 0 $'{\n  a: 1\n}' '' "$fawn" -e '({ a: 1 })'
check 'unless they are told to' 0 $'{\n  "a": 1\n}' '' "$fawn" --init .fawnrc -e '({ a: 1 })'
printf '1 / 0\n' > bad
check 'one that fails ends a script' 1 '' 'error: *bad:1:5*' "$fawn" --init bad -e 2
check 'one that is missing' 2 '' 'fawn: cannot read `none`: *' "$fawn" --init none -e 2
drive 'the prompt reads it' <<'S'
expect fawn> 
send ({ a: 1 })\r
expect "a": 1
send .exit\r
exit 0
S
drive 'but not with -X' -X <<'S'
expect fawn> 
send ({ a: 1 })\r
expect   a: 1
send .exit\r
exit 0
S
mkdir -p .config/fawn
printf '\\mode jsonl\n' > .config/fawn/init.fawn
drive 'the folder of settings comes first' <<'S'
expect fawn> 
send ({ a: 1 })\r
expect {"a":1}
send .exit 3\r
exit 3
S

# The system
check '.shell runs a command' 0 hi '' "$fawn" -e '\shell echo hi'
check 'its failure is told' 1 '' 'fawn: the command ended with exit code 3' "$fawn" -e '\system exit 3'
check '.cd goes elsewhere' 0 "$(realpath .config)" '' "$fawn" -e '\cd .config' -e '\shell pwd -P'
check '.cd to nowhere' 1 '' 'fawn: cannot go to `nowhere`: *' "$fawn" -e '\cd nowhere'
drive 'what was typed is saved' -X <<'S'
expect fawn> 
send 1 + 1\r
expect 2
send "two"\r
expect fawn> 
send .save-input typed\r
expect fawn> 
send .exit\r
exit 0
S
verdict 'the file has it' "$([ "$(cat typed)" == $'1 + 1\n\n"two"' ] || cat typed)"
check 'no file is overwritten' 1 '' 'fawn: cannot write `typed`: File exists' "$fawn" -e '\save-input typed'

# What queries cost
memory=$("$fawn" -e 'Collection.create({ name: "Memo", indexes: { byKind: { terms: [{ field: "kind" }] } } }).name' \
    -e 'Set.sequence(0, 1000).forEach(i => Memo.create({ id: i, kind: i % 3, text: "memo 1" }))' \
    -e 'Set.sequence(0, 10).forEach(i => Memo.byId(i)!.update({ kind: 7 }))' -e '\mem')
row() { grep -E "$1" <<<"$memory" | tr -s ' '; }
verdict '.mem tells of documents' "$([ "$(row 'documents +1000 ')" == 'Memo documents 1000 56080 56.1' ] || echo "$memory")"
verdict '.mem tells of the past' "$([ "$(row 'past +10 ')" == ' past 10 560 56.0' ] || echo "$memory")"
verdict '.mem tells of indexes' "$([[ $(row 'byKind +1000 ') == ' byKind 1000 '* ]] || echo "$memory")"
verdict '.mem tells of definitions' "$([[ $(row '^\(definitions') == '(definitions) documents 3 '* ]] || echo "$memory")"
verdict '.mem adds up' "$(awk '$1 == "Memo" { inside = 1 } inside && $1 == "all" { exit sum == $2 ? 0 : 1 }
    inside { sum += $(NF - 1) }' <<<"$memory" || echo "$memory")"
check '.mem takes nothing' 1 '' '*usage: .mem*' "$fawn" -e '\mem x'
check '.stats tells it' 0 1 'read 0, wrote 0 documents (0 bytes); * KiB of memory; * ms' "$fawn" -e '\stats on' -e 1
check '.info tells it in the words of Fauna' 0 1 'txnTs: *read_ops: 0*' "$fawn" -e '\info on' -e 1
check '--info does so' 0 1 'txnTs: *read_ops: 0*' "$fawn" --info -e 1
check '.timer once is once' 0 $'1\n2' '*[0-9] ms' "$fawn" -e '\timer once' -e 1 -e 2
check '.exit has a code' 5 1 '' "$fawn" -e 1 -e '\exit 5' -e 2
finish
