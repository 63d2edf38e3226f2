#!/usr/bin/env bash
# fawn serve: the schema API, what tests/clients do not look at: items, access, uploads that are none.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

start --dev
# api METHOD PATH [ARG...]: the answer, without what changes from run to run, and the status.
api() {
    local method=$1 path=$2
    shift 2
    curl -s -m 20 -H "Authorization: Bearer ${secret:-secret}" -X "$method" -w ' %{http_code}' "$@" \
        "$base/schema/1/$path" | sed -E 's/"version":[0-9]{16}/"version":N/; s/"ts":"[^"]*"/"ts":T/'
}

check 'a schema that is not there' 0 '{"version":0,"files":[]} 200' '' api GET files
check 'a file that is not there' 0 '{"error":{"message":"Not found"}} 404' '' api GET files/main.fsl
check 'an item is added' 0 '{"version":N,"filename":"main.fsl","span":{"start":2,"end":22},"content":"function one() { 1 }","definition":{"name":"one","coll":"Function","ts":T,"body":"() => { 1 }"}} 200' '' \
    api POST items/functions -d 'function one() { 1 }'
check 'and found' 0 '{"version":N,"filename":"main.fsl","span":{"start":2,"end":22},"content":"function one() { 1 }","definition":{"name":"one","coll":"Function","ts":T,"body":"() => { 1 }"}} 200' '' \
    api GET items/functions/one
check 'it is replaced, or what that changes is told' 0 \
    '{"version":N,"diff":"* Modifying function `one` at main.fsl:3:1:\n  ~ change body\n\n"} 200' '' \
    api POST 'items/functions/one?validate=true' -d 'function one() { 11 }'
check 'by an item of its name' 0 \
    '{"error":{"message":"An item keeps its name here. Function.byName(\"one\")!.update({ name: \"two\" }) changes it."}} 400' '' \
    api POST items/functions/one -d 'function two() { 11 }'
check 'of its kind' 0 '{"error":{"message":"Wrong FSL snippet. Expected a function"}} 400' '' \
    api POST items/functions/one -d 'collection one {}'
check 'and one alone' 0 '{"error":{"message":"Expected a single schema item, got: 2"}} 400' '' \
    api POST items/functions -d $'function a() { 1 }\nfunction b() { 1 }'
check 'there must be one' 0 '{"error":{"message":"No FSL snippet provided"}} 400' '' api POST items/functions
check 'an item that is not there' 0 '{"error":{"message":"Not found"}} 404' '' api GET items/roles/one
check 'it is deleted' 0 '{"version":N,"filename":"main.fsl","span":{"start":2,"end":22},"content":"function one() { 1 }","definition":null} 200' '' \
    api DELETE items/functions/one
check 'then it is gone' 0 '{"error":{"message":"Not found"}} 404' '' api GET items/functions/one

check 'an upload must be a form' 0 '{"error":{"message":"Request is not a valid multipart request"}} 400' '' \
    api POST update -d 'function f() { 1 }'
check 'that ends' 0 '{"error":{"message":"Invalid request"}} 400' '' \
    api POST update -H 'Content-Type: multipart/form-data; boundary=x' -d '--x'
check 'with names of files' 0 '{"error":{"message":"Invalid filename `f.txt`"}} 400' '' \
    api POST update -F 'f.txt=;filename=blob'
check 'each of them once' 0 '{"error":{"message":"Duplicate file `f.fsl`"}} 400' '' \
    api POST update -F f.fsl=1 -F f.fsl=2
check 'of text' 0 '{"error":{"message":"f.fsl: not UTF-8 at byte 0"}} 400' '' \
    api POST update -F $'f.fsl=\xff'
check 'a push' 0 '{"version":N} 200' '' api POST update -F 'f.fsl=function f() { 1 }'
check 'nothing waits in the root' 0 '{"error":{"message":"Schema cannot be staged in the root database"}} 400' '' \
    api POST 'update?staged=true' -F 'f.fsl=function f() { 1 }'
check 'an unknown path' 0 '{"error":{"message":"Not found"}} 404' '' api GET items/tables/x
check 'another method' 0 '{"error":{"message":"Method not allowed"}} 405' '' api PUT files
secret=secret:server-readonly check 'who reads may read' 0 '{"version":N,"files":[{"filename":"f.fsl"}]} 200' '' api GET files
secret=secret:server check 'and not write' 0 '{"error":{"message":"Access denied"}} 403' '' \
    api POST update -F 'f.fsl=function f() { 2 }'
secret=secret:client check 'a client does neither' 0 '{"error":{"message":"Access denied"}} 403' '' api GET files
# Every call, without a secret, with a wrong one, with one that is too small: 401, 401, 403.
before=$(api GET files/f.fsl)
for call in 'GET files server-readonly' 'GET files/f.fsl server-readonly' 'POST update server' 'POST diff client' \
            'POST validate client' 'GET staged/status client' 'POST staged/commit server' 'POST staged/abandon server' \
            'GET items/functions client' 'GET items/functions/f client' 'POST items/functions server' \
            'POST items/functions/f server' 'DELETE items/functions/f server'; do
    read -r method path small <<<"$call"
    [ "$method $small" != 'GET server-readonly' ] || small=client
    for secret in '' wrong "$small"; do
        wanted='{"error":{"message":"Access token required"}} 401'
        [ "$secret" != "$small" ] || wanted='{"error":{"message":"Access denied"}} 403'
        secret=${secret:+${secret/#$small/secret:$small}}
        check "$method $path with ${secret:-none}" 0 "$wanted" '' \
            curl -s -m 20 ${secret:+-H "Authorization: Bearer $secret"} -X "$method" -w ' %{http_code}' \
            -F 'f.fsl=function f() { 3 }' "$base/schema/1/$path"
    done
done
unset secret
check 'nothing of it was done' 0 "$before" '' api GET files/f.fsl
stop
finish
