#!/usr/bin/env bash
# `alias fauna=fawn`: the commands of Fauna's command line, with its options.
source "$(dirname "$0")/checks.bash" "$@"

echo 'Collection.create({ name: "P" }).name' > make.fql
unset FAWN_DB
check 'a query is an argument' 0 2 '' "$fawn" query '1 + 1' --local --secret s --role admin --url u
check 'eval is the same' 0 2 '' "$fawn" eval '1 + 1'
check 'options that mean nothing here are told' 0 2 \
    $'fawn: note: --secret is about*\nfawn: note: --role is about*' \
    "$fawn" query --verbose '1 + 1' --secret x -d us --role admin
check 'the query is on stdin' 0 3 '' "$fawn" query - <<< $'1\n3'
check 'or in a file; -f is the format' 0 $'{\n  "a": 1\n}' '' \
    bash -c 'echo "{ a: 1 }" > q.fql; "$0" query -i q.fql -f json' "$fawn"
check '-o is the output' 0 4 '' bash -c '"$0" query "2 + 2" -o out && cat out' "$fawn"
check 'a divider is nothing to Fauna' 0 -2 '' "$fawn" query $'1\n---\n2'
check 'there is one source' 2 '' 'fawn: query takes one of: a query, -i FILE, or - for stdin' \
    "$fawn" query 1 -i q.fql
check 'and not none' 2 '' 'fawn: query takes one of*' "$fawn" query
check 'a last let is no value' 1 '' '*error*' "$fawn" query 'let a = 1'
check 'FQL 4 is not spoken' 2 '' 'fawn: Fawn speaks FQL 10, not 4' "$fawn" query 1 -v 4
check '10 is' 0 1 '' "$fawn" query 1 --api-version 10 --include summary --max-attempts 3

export FAWN_DB=$folder/app
check 'the database is in a variable' 0 '"P"' '' "$fawn" query -i make.fql
check 'and stays' 0 0 '' "$fawn" query 'P.all().count()'
check 'a file comes before it' 1 '' '*error*' "$fawn" query other.fawn 'P.all().count()'
check 'shell runs stdin without a terminal' 0 0 '' "$fawn" shell <<< 'P.all().count()'
mkdir schema
echo 'collection Q { n: Int }' > schema/main.fsl
check 'nothing is started' 0 '' '*nothing to start*' "$fawn" local
check 'but the schema is put in force' 0 0 '' \
    bash -c '"$0" local --quiet --name c --host-port 1 --dir schema >/dev/null && "$0" query "Q.all().count()"' "$fawn"
check 'local puts the schema into the database that it makes' 0 $'0\n1' '' bash -c \
    '"$0" local l.fawn --quiet --database inner --dir schema >/dev/null &&
     "$0" l.fawn -e "Collection.all().count()" && "$0" -d inner l.fawn -e "Collection.all().count()"' "$fawn"
check 'schema finds the database as well' 0 'In force: 1 collection' '' "$fawn" schema status
check 'login is not needed' 0 '' 'not needed*' "$fawn" login
check 'a child database needs a name' 2 '' 'fawn: database create needs --name NAME' \
    "$fawn" database create
check 'a child database is made' 0 $'{\n  name: "shop"\n}' '' "$fawn" database create --name shop
check 'with flags that it keeps' 0 '{"protected":true,"typechecked":true,"priority":2}' '' bash -c \
    '"$0" db create --name safe --protected --typechecked --priority 2 > result &&
     "$0" query --format jsonl "Database.byName(\"safe\")! { protected, typechecked, priority }" && "$0" db delete --name safe > result' "$fawn"
check 'a priority is a number' 2 '' 'fawn: --priority takes a number*' "$fawn" db create --name x --priority high
check 'and listed' 0 '{"name":"shop"}' '' "$fawn" database list --jsonl
check 'and is where queries run' 0 0 '' "$fawn" query 'Collection.all().count()' -d us/shop
check 'and deleted' 0 0 '' bash -c '"$0" database delete --name shop > result && "$0" query "Database.all().count()"' "$fawn"
check 'a collection is not known to the query that makes it' 1 '' \
    $'error: Unbound variable `Made`\n*hint: A collection cannot be created and used in the same query.*' \
    "$fawn" query $'Collection.create({ name: "Made" })\nMade.all().count()'
check 'nor by its name as text' 1 '' '*No such user collection `Made`.*hint: A collection cannot be created and used*' \
    "$fawn" query $'Collection.create({ name: "Made" })\nCollection("Made").all().count()'
check 'no more than a function' 1 '' $'error: Unbound variable `made`\n*hint: A function cannot be created and used in the same query.*' \
    "$fawn" query $'Function.create({ name: "made", body: "x => x" })\nmade(1)'
check 'nor by its name as text' 1 '' '*No such user function `made`.*hint: A function cannot be created and used*' \
    "$fawn" query $'Function.create({ name: "made", body: "x => x" })\nFunction("made")(1)'
check 'a new name counts from the next query on' 0 '["N",0]' '' bash -c \
    '"$0" query --format jsonl "Collection.create({ name: \"N\" }).name" > result &&
     "$0" query --format jsonl $'"'"'let renamed = N.definition.update({ name: "N2" })\nlet count = N.all().count()\n[N.definition.update({ name: "N" }).name, count]'"'"'' "$fawn"
check 'and so does a function that goes' 0 '[1,false]' '' bash -c \
    '"$0" query --format jsonl "Function.create({ name: \"once\", body: \"() => 1\" }).name" > result &&
     "$0" query --format jsonl $'"'"'let gone = Function.byName("once")!.delete()\n[once(), Function.byName("once").exists()]'"'"'' "$fawn"
apart='error: Cannot modify a document and its collection in the same query.*'
check 'a definition, then a document' 1 '' "$apart" "$fawn" query $'Q.definition.update({ data: { a: 1 } })\nQ.create({ n: 1 })'
check 'a definition that goes, then a document' 1 '' "$apart" "$fawn" query $'Q.definition.delete()\nQ.create({ n: 1 })'
check 'a document, then a definition' 1 '' "$apart" "$fawn" query $'Q.create({ id: 5, n: 1 })\nQ.definition.update({ data: { a: 1 } })'
check 'deleting both' 1 '' "$apart" "$fawn" query $'Q.create({ id: 5, n: 1 }).delete()\nQ.definition.delete()'
check 'other collections may be written' 0 '"Other"' '' "$fawn" query $'let q = Q.create({ id: 6, n: 1 })\nCollection.create({ name: "Other" }).name'
check 'a source of the shell may do all of it' 0 1 '' "$fawn" both.fawn --last -e $'Collection.create({ name: "Both" })\nBoth.create({})\nBoth.definition.update({ data: { a: 1 } })\nBoth.all().count()'
check 'an action is needed' 2 '' 'fawn: usage: fawn database create|list|delete*' "$fawn" database

# -- all options of Fauna's command line are taken
mkdir -p flags/fs && cd flags || exit 2
echo 'collection A {}' > fs/a.fsl
unset FAWN_DB
export FAWN_DB=flags.fawn
connection=(--secret s --local -r admin --url http://x -u me --account-key k --verbosity 3 --verbose-component fetch
    --max-attempts 1 --max-backoff 2 --max-contention-retries 3 --no-color)
check 'of query' 0 2 '' "$fawn" query "${connection[@]}" -f fql --json -v 10 --timeout 1000 --performance-hints --include none 1+1
check 'of eval' 0 2 '' "$fawn" eval "${connection[@]}" --format json --api-version 10 -i <(echo 1+1)
check 'of shell' 0 2 '' "$fawn" shell "${connection[@]}" -f json --api-version 10 --include none --timeout 100 <<< 1+1
check 'of schema push' 0 '*' '' sh -c '"$@" > out && echo "*"' sh "$fawn" schema push "${connection[@]}" --dir fs --active --no-input
check 'of schema diff' 0 'The schema in force is the same.' '' "$fawn" schema diff "${connection[@]}" --dir fs --active --text
check 'of schema status' 0 'In force: 1 collection' '' "$fawn" schema status "${connection[@]}"
check 'of schema pull' 0 'add       fs2/a.fsl' '' "$fawn" schema pull "${connection[@]}" --dir fs2 --active --delete --no-input
check 'of schema commit' 1 '' 'error: There is no staged schema*' "$fawn" schema commit "${connection[@]}" --no-input
check 'of database' 0 $'{\n  "name": "z"\n}' '' "$fawn" database create "${connection[@]}" --name z --typechecked --protected --priority 1 -d us -f json
check 'of local' 0 'The schema in force is the same.' '' "$fawn" local --name n --host-port 1 --host-ip h --container-port 1 --pull --no-pull \
    --interval 1 --max-attempts 2 --dir fs --color=never --quiet
check 'a bare --color is always' 0 $'\e[36m1\e[0m' '' "$fawn" query 1 --color
check 'also before a query' 0 $'\e[36m1\e[0m' '' "$fawn" query --color 1
check 'and may be a switch' 0 1 '' "$fawn" query 1 --color=false
check 'what went to S3 goes to a folder' 2 '' 'fawn: there is no S3 to export to: fawn export DB.fawn DIR*' \
    "$fawn" export create s3 --database us --destination s3://x --format simple --wait
cd ..

verdict 'there is a page' "$([[ $("$fawn" help fauna) == 'Coming from Fauna'* ]] || echo none)"
finish
