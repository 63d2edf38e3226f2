# The same in sqlite3: each statement commits itself.
run() {
    rm -f ratings.sqlite ratings.sqlite-wal ratings.sqlite-shm
    sqlite3 ratings.sqlite "pragma journal_mode = wal; create table rating
        (id integer primary key, user int, product int, stars int, note text);" >/dev/null
    echo "@ready"
    { echo "pragma synchronous = $2;"; cat "$3"; } | sqlite3 ratings.sqlite
    echo "@$1"
}
run always full few.sql
run batch normal many.sql
run off off many.sql
