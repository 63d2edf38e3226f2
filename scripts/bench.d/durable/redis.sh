# The same in a Redis that is started for it, on a socket in this folder, and stopped after.
socket=$PWD/redis.sock
start() {
    rm -rf redis
    mkdir redis
    redis-server --port 0 --unixsocket "$socket" --dir "$PWD/redis" --save "" --appendonly yes \
        --appendfsync "$1" --daemonize no >/dev/null &
    server=$!
    until redis-cli -s "$socket" ping 2>/dev/null | grep -q PONG; do sleep 0.01; done
    echo "@ready"
}
stop() {
    echo "@$1"
    redis-cli -s "$socket" shutdown nosave >/dev/null 2>&1
    wait "$server"
}
start always
redis-cli -s "$socket" <few.resp >/dev/null
stop always
start everysec
redis-cli -s "$socket" --pipe <many.resp >/dev/null
stop batch
start no
redis-cli -s "$socket" --pipe <many.resp >/dev/null
stop off
