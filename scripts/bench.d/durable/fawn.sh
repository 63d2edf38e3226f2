# Runs the statements in each mode, in a database of its own.
# The first argument names the program, for a try with another one.
fawn=${1:-fawn}
run() {
    rm -f ratings.fawn
    "$fawn" ratings.fawn -q -e 'Collection.create({ name: "Rating" }).name' >/dev/null
    echo "@ready"
    "$fawn" ratings.fawn --each --sync "$1" -m raw "$2" >/dev/null
    echo "@$1"
}
run always few.fql
run batch many.fql
run off many.fql
