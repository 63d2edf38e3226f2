#!/usr/bin/env bash
# Machine mode: one JSON request a line, one JSON response a line.
source "$(dirname "$0")/checks.bash" "$@"

# ask NAME WANTED REQUEST...: the responses without what changes from run to run.
ask() {
    local name=$1 wanted=$2
    shift 2
    check "$name" 0 "$wanted" '' respond "$@"
}

respond() {
    printf '%s\n' "$@" | "$fawn" rpc | sed -E 's/,"txn_ts":[0-9]+,"stats":\{[^}]*\},"schema_version":[0-9]+//'
}

ask 'a query answers with tagged data' '{"data":{"@int":"2"},"summary":""}' '{"query":"1 + 1"}'
ask 'simple' '{"data":{"a":[1,2.5]},"summary":""}' \
    '{"query":"{ a: [1, 2.5] }","format":"simple"}'
ask 'decorated' '{"data":"[\n  1\n]","summary":""}' '{"query":"[1]","format":"decorated"}'
ask 'only the last value counts' '{"data":{"@int":"2"},"summary":""}' '{"query":"1\n2"}'
ask 'arguments are tagged' '{"data":{"@int":"3"},"summary":""}' \
    '{"query":"x + y","arguments":{"x":{"@int":"1"},"y":{"@int":"2"}}}'
ask 'or simple' '{"data":3,"summary":""}' \
    '{"query":"x + 1","arguments":{"x":2},"arguments_format":"simple","format":"simple"}'
ask 'a document with a name can be kept' \
    '{"data":{"name":"R"},"summary":""}'$'\n''{"data":"R","summary":""}' \
    '{"query":"Collection.create({ name: \"A\" })\nRole.create({ name: \"R\" }) { name }"}' \
    '{"query":"A.create({ r: r }).r!.name","arguments":{"r":{"@ref":{"name":"R","coll":{"@mod":"Role"}}}}}'
ask 'a number beyond Doubles is no argument' \
    '{"error":{"code":"invalid_request","message":"Invalid argument '"'x'"': a number is too large for a Double (1.8e308 is the largest) at byte 0"},"summary":""}' \
    '{"query":"x","arguments":{"x":1e400},"arguments_format":"simple"}'
ask 'a bad argument is told' \
    '{"error":{"code":"invalid_request","message":"Invalid argument '"'x'"': numbers must be tagged"},"summary":""}' \
    '{"query":"x","arguments":{"x":2}}'
ask 'a template holds values' '{"data":{"@int":"3"},"summary":""}' \
    '{"query":{"fql":["1 + ",{"value":{"@int":"2"}}]}}'
ask 'a collection in a template has its methods' \
    $'{"data":"A","summary":""}\n{"data":{"@int":"0"},"summary":""}' \
    '{"query":"Collection.create({ name: \"A\" }).name"}' \
    '{"query":{"fql":[{"value":{"@mod":"A"}},".all().count()"]}}'
ask 'a template of templates' '{"data":{"a":[{"@int":"1"},"b"]},"summary":""}' \
    '{"query":{"object":{"a":{"array":[{"fql":["2 - 1"]},{"value":"b"}]}}}}'
ask 'a wrong value in a template is told at its place' \
    '{"error":{"code":"invalid_query","message":"The query failed 1 validation check"},"summary":"error: invalid tag '"'@no'"'\nat *query*:1:5\n  |\n1 | 1 + <value>\n  |     ^^^^^^^\n  |"}' \
    '{"query":{"fql":["1 + ",{"value":{"@no":"2"}}]}}'
ask 'values in an array stand without parentheses' \
    '{"error":{"code":"unbound_variable","message":"Unbound variable `x`"},"summary":"error: Unbound variable `x`\nat *query*:1:12\n  |\n1 | [<value>, (x)]\n  |            ^\n  |"}' \
    '{"query":{"array":[{"value":"a"},"x"]}}'
ask 'effects can be limited' \
    '{"error":{"code":"invalid_effect","message":"`now` performs an observation, which is not allowed in model tests."},"summary":"error: `now` performs an observation, which is not allowed in model tests.\nat *query*:1:9\n  |\n1 | Time.now()\n  |         ^^\n  |"}' \
    '{"query":"Time.now()","effect":"pure"}'
ask 'as far as is asked for' $'{"data":true,"summary":""}\n{"data":{"data":[]},"summary":""}' \
    '{"query":"newId() isa ID","effect":"observation"}' \
    '{"query":"Collection.all().paginate()","effect":"read"}'
ask 'by the names of effects' \
    '{"error":{"code":"invalid_request","message":"`effect` must be \"pure\", \"observation\", \"read\" or \"write\"."},"summary":""}' \
    '{"query":"1","effect":"none"}'
ask 'a failure has code, message and summary' \
    '{"error":{"code":"abort","message":"Query aborted.","abort":{"@int":"1"}},"summary":"error: Query aborted.\nat *query*:1:6\n  |\n1 | abort(1)\n  |      ^^^\n  |"}' \
    '{"query":"abort(1)"}'
ask 'requests share a database' \
    $'{"data":null,"summary":""}\n{"data":null,"summary":""}\n{"data":{"@int":"1"},"summary":""}' \
    '{"query":"Collection.create({ name: \"A\" }); null"}' '{"query":"A.create({}); null"}' \
    '{"query":"A.all().count()"}'
ask 'parsing alone' $'{"data":null,"summary":""}\n{"unsupported":true}' \
    '{"parse":"1 + nosuch","grammar":"expr"}' '{"parse":"1","grammar":"nosuch"}'
ask 'schemas are parsed' \
    $'{"data":null,"summary":""}\n{"error":{"code":"invalid_query","message":"The query failed 1 validation check"},"summary":"error: Missing required name\\nat *fsl*:1:1\\n  |\\n1 | role {}\\n  | ^^^^\\n  |"}' \
    '{"parse":"role {}","grammar":"fsl"}' '{"parse":"role {}","grammar":"schema"}'
ask 'a schema replaces the one before, or adds to it' \
    $'{"data":null,"summary":""}\n{"data":null,"summary":""}\n{"data":null,"summary":""}\n{"data":["B","C"],"summary":""}' \
    '{"schema":{"a.fsl":"collection A {}"}}' '{"schema":{"b.fsl":"collection B {}"}}' \
    '{"schema":{"c.fsl":"collection C {}"},"override":false}' \
    '{"query":"Collection.all().map(.name).toArray()"}'
ask 'what a predicate logs is shown to who may see it' \
    $'{"data":"Book","summary":""}\n{"data":"reader","summary":""}\n{"data":true,"summary":"info at *query*:1: asked\\n\\ninfo at *predicate:reader:read*:1: looked at 1"}' \
    '{"query":"Collection.create({ name: \"Book\" }).name"}' \
    '{"query":"Role.create({ name: \"reader\", privileges: { resource: \"Book\", actions: { read: \"book => { log(\\\"looked at\\\", book.id)\\n true }\" } } }); Book.create({ id: 1 }); Function.create({ name: \"first\", role: \"reader\", body: \"() => Book.all().first()\" }).role"}' \
    '{"query":"log(\"asked\"); first() != null"}'
ask 'database settings are accepted' '{"data":null,"summary":""}' '{"database":{"typechecked":false}}'
ask 'what is not known is unsupported' $'{"unsupported":true}\n{"unsupported":true}' '{"nosuch":1}' '[]'
ask 'a query must be text' \
    '{"error":{"code":"invalid_request","message":"`query` must be a string or a template."},"summary":""}' \
    '{"query":1}'
ask 'the process lives on after bad JSON' \
    $'{"error":{"code":"invalid_request","message":"Invalid request body: parse error: premature EOF at byte 1"},"summary":""}\n{"data":{"@int":"1"},"summary":""}' \
    '{' '{"query":"1"}'

# The address sanitizer keeps what is freed for a while.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1
long_queries() {
    local text kilobytes before=0 answer i
    text=$(head -c 20000 /dev/zero | tr '\0' x)
    coproc "$fawn" rpc
    for ((i = 0; i < 3000; i++)); do
        echo "{\"query\":\"/*$text*/ let f = (x) => x + $i; f(1)\"}" >&"${COPROC[1]}"
        read -r answer <&"${COPROC[0]}"
        kilobytes=$(awk '/^VmRSS/ { print $2 }' "/proc/$COPROC_PID/status")
        [ $i -ne 500 ] || before=$kilobytes
    done
    [[ $answer == '{"data":{"@int":"3000"},'* ]] || echo "$answer"
    [ $((kilobytes - before)) -lt 10000 ] || echo "from $before to $kilobytes kilobytes"
}
verdict 'memory does not grow with the texts of queries' "$(long_queries)"

verdict 'the limits are those of the service' "$(respond '{"query":"Array.sequence(0, 16001)"}' |
    grep -vF 'Value too large: range size 16001 exceeds limit 16000.')"
verdict 'unless it is said otherwise' "$(echo '{"query":"Array.sequence(0, 16001).length"}' |
    "$fawn" --limits local rpc | grep -vF '{"data":{"@int":"16001"},')"

printf '%s\n' '{"query":"Collection.create({ name: \"A\" }).name"}' '{"query":"A.create({}).id"}' |
    "$fawn" rpc shop.fawn >/dev/null
check 'a database file can be served' 0 1 '' "$fawn" shop.fawn -e 'A.all().count()'
finish
