#!/usr/bin/env bash
# fawn serve: Fauna's protocol row by row (serve_wire.py), headers of answers, and paths.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

start --dev
verdict 'each row of requests and answers' "$(python3 "$here/serve_wire.py" "$port" || true)"
# headers ARG...: of an answer, sorted, without what differs each time.
headers() {
    call -o body -D - "$@" | tr -d '\r' | sed -E '1s/.*/-/; s/^(traceparent: 00)-[0-9a-f]{32}-[0-9a-f]{16}-00$/\1/' |
        grep -v '^-\?$' | LC_ALL=C sort
}
plain=$'content-length: 32\ncontent-type: application/json;charset=utf-8\ntraceparent: 00\nx-faunadb-build: fawn-'
crossed=$'access-control-allow-credentials: true\naccess-control-allow-origin: http://a.example\naccess-control-expose-headers: x-faunadb-build\n'
build=$("$fawn" --version | sed 's/^[^0-9]*//; s/ .*//')
check 'headers of HTTP/1.1' 0 $'connection: keep-alive\n'"$plain$build" '' headers --http1.1 "$base/ping"
check 'headers of HTTP/2' 0 "$plain$build" '' headers --http2-prior-knowledge "$base/ping"
check 'those for another origin' 0 "$crossed$plain$build" '' \
    headers --http2-prior-knowledge -H 'Origin: http://a.example' "$base/ping"
check 'a trace goes on' 0 1 '' bash -c "
    curl -s -i -m 20 -H 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' $base/ping |
    grep -c 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-'"
check 'a preflight of any path' 0 200 '' status -X OPTIONS -H 'Origin: http://a.example' "$base/any/path"
check 'it has no body' 0 '' '' cat body
check 'HEAD has none' 0 200 '' status -I "$base/ping"
for path in / /stream /linearized /query /query/2 /export/1/x; do
    check "$path is not there" 0 '{"errors":[{"code":"not found","description":"Not Found"}]}' '' \
        curl -s -m 20 "$base$path"
done
check 'a whole URL, as through a proxy' 0 200 '' status --http1.1 -x "$base" "$base/ping?scope=node"
check 'and one that is not there' 0 404 '' status --http1.1 -x "$base" "$base/query/2"
check 'scopes of ping' 0 $'node\nread\nwrite\nall\nlocal\nglobal\nnode' '' bash -c "
    for scope in node read write all local global x; do curl -s -m 20 \"$base/ping?scope=\$scope\"; done | grep -o 'Scope [a-z]*' | cut -d' ' -f2"
check 'schemas of nobody' 0 '{"error":{"message":"Access token required"}}' '' curl -s -m 20 "$base/schema/1/files"
check 'environments of nobody' 0 \
    '{"code":"unauthorized","message":"Invalid token, unable to authenticate request"}' '' \
    curl -s -m 20 "$base/environment/1"
# What is streamed: chunks with a number, an event a line.
token=$(value 'Thing.all().eventSource()' | tr -d '"')
for version in --http1.1 --http2-prior-knowledge; do
    curl -s -i -N -m 20 "$version" -H 'Authorization: Bearer secret' -d "{\"token\":\"$token\"}" "$base/stream/1" >"stream$version" &
    reader=$!
    for _ in $(seq 200); do grep -q '"type"' "stream$version" && break; sleep 0.05; done
    kill $reader
    verdict "$version: a stream has a number" "$(grep -q '^x-fauna-stream-id: [0-9]' "stream$version" || cat "stream$version")"
    verdict "$version: and ends each event by CR LF" "$(grep -q $'^{"type":"status",.*}}\r$' "stream$version" || cat "stream$version")"
done
verdict 'HTTP/1.1 streams in chunks' "$(grep -q '^transfer-encoding: chunked' stream--http1.1 || cat stream--http1.1)"
# A collection made anew in the query that asks for its events, under a name that it knew.
call -o body -d '{"query":"Collection.create({ name: \"Anew\" })"}' "$base/query/1"
token=$(value 'Collection.byName(\"Anew\")?.delete()\nCollection.create({ name: \"Anew\" })\nAnew.all().eventSource()' | tr -d '"')
call -o body -d '{"query":"Anew.create({ n: 1 }).n"}' "$base/query/1"
check 'events of a collection made anew' 0 '"type":"add"' '' bash -c "
    curl -s -m 20 -H 'Authorization: Bearer secret' -d '{\"token\":\"$token\"}' $base/feed/1 | grep -o '\"type\":\"[a-z]*\"'"
stop
finish
