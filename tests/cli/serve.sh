#!/usr/bin/env bash
# fawn serve: the protocol over HTTP/1.1 and HTTP/2 as curl and bare sockets see it.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

# bytes TEXT: what the server says to these bytes on a connection of their own, up to its end.
bytes() {
    python3 - "$port" "$1" <<'PYTHON'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
s.sendall(sys.argv[2].encode().decode("unicode_escape").encode("latin-1"))
out = b""
while True:
    part = s.recv(65536)
    if not part:
        break
    out += part
sys.stdout.write(out.decode("latin-1"))
PYTHON
}

start served.fawn --dev --max-query-memory 64
for version in --http1.1 --http2-prior-knowledge; do
    check "$version: ping" 0 '{"resource":"Scope write is OK"}' '' call $version "$base/ping"
    check "$version: a query" 0 2 '' value '1 + 1' $version
    check "$version: an unknown path" 0 \
        '{"errors":[{"code":"not found","description":"Not Found"}]}' '' call $version "$base/nope"
    check "$version: no body" 0 \
        '{"error":{"code":"invalid_request","message":"No request body provided"}}' '' \
        call $version -X POST "$base/query/1"
    check "$version: no secret" 0 \
        '{"error":{"code":"unauthorized","message":"Access token required"}}' '' \
        curl -s -m 20 $version -d '{"query":"1"}' "$base/query/1"
    check "$version: a wrong header" 0 \
        $'{"error":{"code":"invalid_request","message":"Invalid header \'x-format\': Invalid format foo"}}' \
        '' call $version -H 'x-format: foo' -d '{"query":"1"}' "$base/query/1"
done
python3 -c 'import json; json.dump({"query": "\"" + "x" * 3000000 + "\""}, open("large.json", "w"))'
python3 -c 'open("huge.json", "w").write("x" * 9000000)'
for version in --http1.1 --http2-prior-knowledge; do
    verdict "$version: three megabytes there and back" \
        "$(call $version --data-binary @large.json "$base/query/1" | wc -c |
           awk '$1 < 3000000 { print "  only " $1 " bytes" }')"
    check "$version: a body over 8 MiB" 0 413 '' status $version --data-binary @huge.json "$base/query/1"
done

value 'Collection.create({ name: \"Movie\" }).name' >/dev/null
check 'a write' 0 '"Heat"' '' value 'Movie.create({ id: 1, title: \"Heat\" }).title'
check 'a read of it' 0 '"Heat"' '' value 'Movie.byId(1)!.title'
check 'a failed query' 0 400 '' status -d '{"query":"abort(1)"}' "$base/query/1"
check 'its body' 0 '{"code": "abort", "message": "Query aborted.", "abort": 1}' '' value 'abort(1)'
check 'arguments' 0 7 '' \
    python3 -c "
import json, urllib.request
body = json.dumps({'query': 'a + b', 'arguments': {'a': 3, 'b': 4}}).encode()
r = urllib.request.Request('$base/query/1', body, {'Authorization': 'Bearer secret'})
print(json.load(urllib.request.urlopen(r))['data'])"
check 'a deadline that no query meets' 0 440 '' \
    status -H 'x-query-timeout-ms: 1' -d '{"query":"1"}' "$base/query/1"
check 'a query that does not end' 0 440 '' \
    status -H 'x-query-timeout-ms: 200' -d '{"query":"Set.sequence(0, 16000).flatMap(_ => Set.sequence(0, 16000)).fold(0, (a, b) => a + b)"}' \
    "$base/query/1"
cat >greedy.json <<'JSON'
{"query":"let s = Array.sequence(0, 16000).fold(\"\", (a, _) => a.concat(\"0123456789abcdef\"))\nArray.sequence(0, 2000).map(i => s.concat(i.toString())).length"}
JSON
verdict 'a query that takes too much memory' \
    "$(call -d @greedy.json "$base/query/1" | grep -q '"memory_limit"' || echo 'it had it')"
verdict 'who has no secret is told the scheme' \
    "$(curl -s -i -m 20 -d '{"query":"1"}' "$base/query/1" | grep -qi '^www-authenticate: Bearer' || echo missing)"
verdict 'other origins may ask' \
    "$(call -i -X OPTIONS -H 'Origin: http://a.example' "$base/query/1" |
       grep -qi '^access-control-allow-origin: http://a.example' || echo missing)"
verdict 'metrics' "$(call "$base/metrics" | grep -q '^fawn_requests_total [1-9]' || echo missing)"

# Databases and roles behind the secret.
value 'Database.create({ name: \"shop\" }).name' >/dev/null
# as SCOPE QUERY: the data, or the code of the error.
as() {
    curl -s -m 20 -H "Authorization: Bearer secret:$1" -d "{\"query\":\"$2\"}" "$base/query/1" |
        python3 -c 'import json,sys; r=json.load(sys.stdin); print(json.dumps(r["data"]) if "data" in r else r["error"]["code"])'
}
check 'a database is empty' 0 0 '' as shop:admin 'Collection.all().count()'
check 'it takes collections' 0 '"Lamp"' '' as shop:admin 'Collection.create({ name: \"Lamp\" }).name'
check 'a server writes documents' 0 '"1"' '' as shop:server 'Lamp.create({ id: 1 }).id'
check 'a server makes no roles' 0 permission_denied '' as shop:server 'Role.create({ name: \"r\" })'
check 'a server makes no databases' 0 permission_denied '' as shop:server 'Database.create({ name: \"r\" })'
check 'a reader reads' 0 1 '' as shop:server-readonly 'Lamp.all().count()'
check 'a reader does not write' 0 permission_denied '' as shop:server-readonly 'Lamp.create({})'
check 'a client calculates' 0 2 '' as shop:client '1 + 1'
check 'to a client sets are empty' 0 null '' as shop:client 'Lamp.all().first()'
check 'a client counts nothing' 0 0 '' as shop:client 'Lamp.all().count()'
check 'a client sees no document' 0 null '' as shop:client 'Lamp.byId(1)'
check 'a client sees no definition' 0 null '' as shop:client 'Collection.all().first()'
as shop:admin 'Collection.create({ name: \"Hidden\" }).name' >/dev/null
as shop:admin 'Hidden.create({ id: 1 }).id' >/dev/null
as shop:admin 'Role.create({ name: \"seller\", privileges: [{ resource: \"Lamp\", actions: { read: true, write: \"(a, b) => b.a == 1\" } }] }).name' >/dev/null
check 'a role reads what it may' 0 '"1"' '' as shop:@role/seller 'Lamp.byId(1)!.id'
check 'and nothing else' 0 null '' as shop:@role/seller 'Hidden.byId(1)'
check 'nor as a set' 0 0 '' as shop:@role/seller 'Hidden.all().count()'
check 'what is not granted' 0 permission_denied '' as shop:@role/seller 'Lamp.create({})'
check 'what a predicate grants' 0 1 '' as shop:@role/seller 'Lamp.byId(1)!.update({ a: 1 }).a'
check 'what it does not' 0 permission_denied '' as shop:@role/seller 'Lamp.byId(1)!.update({ a: 2 })'
for scope in nowhere:admin shop:@role/nobody shop/none:admin shop:root admin:admin:admin; do
    check "a scope that is none: $scope" 0 unauthorized '' as "$scope" 1
done
check 'the root does not see it' 0 false '' value 'Collection.byName(\"Lamp\").exists()'
value 'Database.byName(\"shop\")!.delete()' >/dev/null
check 'a database that was deleted' 0 unauthorized '' as shop:admin 1

# Events: a feed, and a stream that is told of a write.
token=$(value 'Movie.all().where(.title != \"\").eventSource()' | tr -d '"')
value 'Movie.create({ id: 2, title: \"Ronin\" }).title' >/dev/null
verdict 'a feed has what came since' \
    "$(call -d "{\"token\":\"$token\"}" "$base/feed/1" | grep -q '"events":\[{"type":"add","data":{"@doc":{"id":"2"' || echo missing)"
check 'a wrong token' 0 400 '' status -d '{"token":"x"}' "$base/feed/1"
curl -s -N -m 20 -H 'Authorization: Bearer secret' -d "{\"token\":\"$token\"}" "$base/stream/1" >events &
reader=$!
for _ in $(seq 200); do [ "$(wc -l <events)" -ge 2 ] && break; sleep 0.05; done
value 'Movie.byId(2)!.delete()' >/dev/null
for _ in $(seq 200); do [ "$(wc -l <events)" -ge 3 ] && break; sleep 0.05; done
kill $reader
check 'a stream begins with a status, and goes on with what is new' 0 $'status\nadd\nremove' '' \
    sed -n 's/^{"type":"\([a-z]*\)".*/\1/p' events
cursor=$(sed -n '2s/.*"cursor":"\([^"]*\)".*/\1/p' events)

check 'requests sent ahead are answered in order' 0 $'write\nnode\nread' '' bash -c "
    $(declare -f bytes); port=$port
    bytes 'GET /ping HTTP/1.1\\r\\n\\r\\nGET /ping?scope=node HTTP/1.1\\r\\n\\r\\nGET /ping?scope=read HTTP/1.1\\r\\nconnection: close\\r\\n\\r\\n' |
    grep -ao 'Scope [a-z]*' | cut -d' ' -f2"
verdict 'what is no HTTP' "$(bytes 'rubbish\r\n\r\n' | grep -q '400 Bad Request' || echo 'not refused')"
verdict 'headers without end' \
    "$(bytes "GET / HTTP/1.1\\r\\na: $(printf 'x%.0s' $(seq 9000))" | grep -q '400 Bad Request' || echo 'not refused')"
verdict 'invalid HPACK' \
    "$(bytes 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x05\0\0\0\x01\xff' >/dev/null || echo 'no end')"
check 'the others are served all the same' 0 2 '' value '1 + 1'

stop
verdict 'it stops when asked' "$(grep -q '"event":"stopped"' server.log || cat server.log)"
check 'what was written is there' 0 '"Heat"' '' "$fawn" served.fawn -e 'Movie.byId(1)!.title'
start served.fawn --dev
check 'a cursor holds after a restart' 0 '"type":"remove"' '' bash -c "
    curl -s -m 20 -H 'Authorization: Bearer secret' -d '{\"token\":\"$token\",\"cursor\":\"$cursor\"}' $base/feed/1 |
    grep -o '\"type\":\"[a-z]*\"'"
stop
verdict 'secrets are in no log' "$(grep -i secret server.log)"

FAWN_SECRET=abc start
check 'another secret' 0 '"unauthorized"' '' bash -c "
    curl -s -m 20 -H 'Authorization: Bearer secret' -d '{\"query\":\"1\"}' $base/query/1 | grep -o '\"unauthorized\"'"
check 'Basic' 0 200 '' curl -s -m 20 -o body -w '%{http_code}' -u abc: -d '{"query":"1"}' "$base/query/1"
check 'a role behind the secret' 0 200 '' \
    curl -s -m 20 -o body -w '%{http_code}' -H 'Authorization: Bearer abc:admin' -d '{"query":"1"}' "$base/query/1"
check 'what is no role' 0 401 '' \
    curl -s -m 20 -o body -w '%{http_code}' -H 'Authorization: Bearer abc:foo' -d '{"query":"1"}' "$base/query/1"
stop
check 'a port that is taken' 3 '' 'fawn: serve: cannot listen*' bash -c "
    python3 -c 'import socket,time,sys; s=socket.socket(); s.bind((\"127.0.0.1\",0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(20)' >taken &
    holder=\$!; while [ ! -s taken ]; do sleep 0.05; done
    $fawn serve --dev --port \$(cat taken); code=\$?; kill \$holder; exit \$code"

# The log: a line of JSON a request, without what is secret.
start --dev --access-log
value '\"hush\"' >/dev/null
call "$base/ping?token=hush" >/dev/null
call -o body "$base/metrics"
stop
check 'the access log' 0 $'POST /query/1 200\nGET /ping 200\nGET /metrics 200' '' python3 -c "
import json
for line in open('server.log'):
    entry = json.loads(line)
    if entry['event'] == 'request':
        assert entry['ms'] >= 0 and entry['time'].endswith('Z') and not entry['gone']
        print(entry['method'], entry['path'], entry['status'])"
verdict 'it has no secrets, bodies or parameters' "$(grep -iE 'secret|hush' server.log)"
check 'each metric has a help, a type and a number' 0 '' '' python3 -c "
import re
text = open('body').read()
names = re.findall(r'^# TYPE (\S+) (?:counter|gauge|histogram)$', text, re.M)
assert len(names) > 10, text
for name in names:
    assert re.search(r'^# HELP %s .+\.$' % name, text, re.M), name
    assert re.search(r'^%s(_sum|_count|_bucket)?({.*})? [0-9.e+-]+$' % name, text, re.M), name
assert re.search(r'^fawn_resident_bytes [1-9]', text, re.M) and 'fawn_log_syncs_total' in text"

# A client alone: no answer comes before its write is on disk.
start --dev --sync always alone.fawn
check 'each write of one client is put on disk before its answer' 0 'True' '' python3 -c "
import http.client, re
c = http.client.HTTPConnection('127.0.0.1', $port, timeout=20)
def post(text):
    c.request('POST', '/query/1', '{\"query\":\"%s\"}' % text, {'Authorization': 'Bearer secret'})
    answer = c.getresponse()
    assert answer.read() and answer.status == 200, answer.status
def syncs():
    c.request('GET', '/metrics')
    return int(re.search(r'^fawn_log_syncs_total (.+)$', c.getresponse().read().decode(), re.M)[1])
post('Collection.create({ name: \'Item\' })')
for _ in range(20):
    before = syncs()
    for _ in range(3):
        post('Item.create({})')
    assert syncs() >= before + 3
print(True)"
stop

# Limits that the command line gives.
start --dev --max-connections 3 --query-timeout 100
check 'a query that says no time has that of the option' 0 440 '' \
    status -d '{"query":"Set.sequence(0, 16000).flatMap(_ => Set.sequence(0, 16000)).fold(0, (a, b) => a + b)"}' \
    "$base/query/1"
check 'one connection too many is closed, the others are served' 0 $'True True True\nTrue' '' python3 -c "
import socket
def open_one():
    s = socket.create_connection(('127.0.0.1', $port), 20)
    s.sendall(b'GET /ping HTTP/1.1\r\n\r\n')
    return s
def answers(s):
    try:
        return b'200 OK' in s.recv(4096)
    except ConnectionResetError:
        return False
held = [open_one() for _ in range(3)]
print(*map(answers, held))
print(not answers(open_one()))"
verdict 'and counted' "$(call --retry 20 --retry-all-errors --retry-delay 1 "$base/metrics" | grep -q '^fawn_connections_refused_total [1-9]' || echo 'not counted')"
stop
(ulimit -Sn 64 -Hn 64 && exec "$fawn" serve --dev --port 0 2>few.log) &
server=$!
for _ in $(seq 200); do grep -q listening few.log && break; sleep 0.05; done
stop
verdict 'too few files are told of' "$(grep -q '"event":"few_files","allowed":64,"wanted":10064' few.log || cat few.log)"

start
verdict 'a secret of its own, told once' \
    "$(grep -c '^The root secret of this run, which is told only here: fn' server.log | grep -qx 1 || cat server.log)"
stop

# What an operator may do with the file while it is served
start --dev held.fawn
value 'Collection.create({ name: \"A\" }).name' >/dev/null
value 'A.create({ id: 1 }).id' >/dev/null
check 'a dump while it is served' 0 1 '' sh -c '"$0" dump held.fawn | grep -c "\"id\":\"1\""' "$fawn"
check 'an export' 0 'A: 1' '' "$fawn" export held.fawn exported
check 'the schema as files' 0 'add       main.fsl' '' sh -c 'mkdir pulled && cd pulled && "$0" schema pull ../held.fawn' "$fawn"
check 'a shell that reads' 0 1 '' "$fawn" --readonly held.fawn -e 'A.all().count()'
check 'none that writes' 3 '' "fawn: held.fawn is in use by another process ($server). (--readonly reads it)" \
    "$fawn" held.fawn -e 'A.create({}).id'
stop
finish
