# serving.bash: a server to test, and requests to it; sourced before checks.bash.

# start ARG...: a server on a free port; sets `base`, `server` and `port`.
start() {
    "$fawn" serve --port 0 "$@" 2>server.log &
    server=$!
    for _ in $(seq 200); do
        port=$(sed -n 's/.*"event":"listening".*"port":\([0-9]*\).*/\1/p' server.log)
        [ -z "$port" ] || break
        sleep 0.05
    done
    base=http://127.0.0.1:$port
}
stop() {
    kill -TERM "$server"
    wait "$server"
}
# call ARG...: curl with a time limit, and the root secret.
call() { curl -s -m 20 -H 'Authorization: Bearer secret' "$@"; }
# value QUERY [ARG...]: the data of the answer.
value() {
    local query=$1
    shift
    call "$@" -d "{\"query\":\"$query\"}" "$base/query/1" |
        python3 -c 'import json,sys; r=json.load(sys.stdin); print(json.dumps(r.get("data", r.get("error"))))'
}
status() { call -o body -w '%{http_code}' "$@"; }
