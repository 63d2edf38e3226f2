# A Redis over the files in this folder, on a socket: `start` waits until it answers, which it does
# when it has read them. It does not write its file anew: what is read is the log of all writes.
socket=$PWD/redis.sock
start() {
    redis-server --port 0 --unixsocket "$socket" --dir "$PWD/redis" --save "" --appendonly yes \
        --appendfsync no --auto-aof-rewrite-percentage 0 --daemonize no >/dev/null &
    server=$!
    until redis-cli -s "$socket" ping 2>/dev/null | grep -q PONG; do sleep 0.01; done
}
stop() {
    redis-cli -s "$socket" shutdown nosave >/dev/null 2>&1
    wait "$server"
}
