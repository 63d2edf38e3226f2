#!/usr/bin/env bash
# Static types from outside: when they are looked at, and what follows.
source "$(dirname "$0")/checks.bash" "$@"

check 'nothing is checked unless it is asked for' 0 null '' "$fawn" -e '{ a: 1 }.b'
check '--typecheck checks' 1 '' 'error: Type `{ a: 1 }` does not have field `b`*' \
    "$fawn" --typecheck -e '{ a: 1 }.b'
check '--no-typecheck wins' 0 null '' "$fawn" --typecheck --no-typecheck -e '{ a: 1 }.b'
check 'what comes before has run' 1 1 'error: Type*' "$fawn" --typecheck --each -e $'1\n{ a: 1 }.b'
check 'each statement knows what those before it made' 0 $'"C"\n2' '' \
    "$fawn" --typecheck --each -e $'Collection.create({ name: "C" }).name\nC.create({ n: 1 }).n + 1'
check 'a variable keeps its type from statement to statement' 1 '' 'error: Type `Int` does not*' \
    "$fawn" --typecheck -e $'let x = { a: 1 }\nx.a.b'
check 'and an argument has that of its value' 1 '' 'error: Type `String` is not a subtype*' \
    "$fawn" --typecheck --arg s x -e '1 + s'
check 'query is checked as a whole, before all of it' 1 '' 'error: Type*' \
    "$fawn" query --typecheck $'abort(1)\n{ a: 1 }.b'

"$fawn" database create --name t --typechecked -D app.fawn >/dev/null 2>&1 ||
    FAWN_DB=app.fawn "$fawn" database create --name t --typechecked > /dev/null
check 'a typechecked database checks' 1 '' 'error: Type*' "$fawn" -d t app.fawn -e '{ a: 1 }.b'
check 'and says so' 0 true '' "$fawn" -d t app.fawn -e 'Query.isEnvTypechecked()'
check 'those within it do as well' 1 $'"u"' 'error: Type*' \
    bash -c '"$0" -d t app.fawn -e "Database.create({ name: \"u\" }).name"; "$0" -d t/u app.fawn -e "{}.b"' "$fawn"
check 'unless asked not to' 0 null '' "$fawn" -d t app.fawn --no-typecheck -e '{ a: 1 }.b'
check 'the one around it does not' 0 null '' "$fawn" app.fawn -e '{ a: 1 }.b'
mkdir schema
echo 'function f() { 1.foo }' > schema/main.fsl
check 'its schema is checked' 1 '' '*error: Type `Int` does not have field `foo`*' \
    "$fawn" schema push --force -d t app.fawn schema
check 'others are not' 0 '' '' bash -c '"$0" schema push --force app.fawn schema > result' "$fawn"

echo '{ a: 1 }.b' > q.fql
check 'fawn check looks at types' 1 '' 'error: Type*' "$fawn" check q.fql
check 'or does not' 0 '' '' "$fawn" check --no-typecheck q.fql
printf 'Collection.create({ name: "New" }).name\nNew.create({}).x\n' > q.fql
check 'and takes names to be made by what it does not run' 0 '' '' "$fawn" check q.fql
check 'rpc says when' 0 '"static_type":"Number"' '' \
    bash -c '"$0" rpc | grep -o "\"static_type\":\"[^\"]*\""' "$fawn" \
    <<< '{"query":"1 + 1","typecheck":true}'
check 'a query that says nothing is not checked' 0 '{"data":null' '' \
    bash -c '"$0" rpc | grep -o "^{\"data\":null"' "$fawn" <<< '{"query":"{ a: 1 }.b"}'
check 'but the schema is' 0 '"invalid_schema"' '' \
    bash -c '"$0" rpc | grep -o "\"invalid_schema\""' "$fawn" \
    <<< '{"query":"Function.create({ name: \"f\", body: \"x => 1.foo\" })"}'
printf '%s\n' '{"database":{"typechecked":false}}' \
    '{"query":"Function.create({ name: \"f\", body: \"x => 1.foo\" }).name"}' > requests
check 'unless the database is told not to be' 0 '{"data":"f"' '' \
    bash -c '"$0" rpc < requests | grep -o "^{\"data\":\"f\""' "$fawn"
finish
