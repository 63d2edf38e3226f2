#!/usr/bin/env bash
# Tests of databases within a database: -d, what keeps them apart, protected ones, dump and restore.
#   tests/cli/databases.sh BINARY
source "$(dirname "$0")/checks.bash"

check 'databases are made' 0 $'"A"\n"Same"\n"root"' '' "$fawn" db.fawn \
    -e 'Database.create({ name: "A", protected: true }).name' -e 'Collection.create({ name: "Same" }).name' \
    -e 'Same.create({ id: 1, from: "root" }).from'
check 'also within one' 0 '"B"' '' "$fawn" -d A db.fawn -e 'Database.create({ name: "B" }).name'
check '-d reaches them' 0 '[2,2,2]' '' "$fawn" -d A db.fawn --jsonl --last \
    -e 'let same = Collection.create({ name: "Same", history_days: 2,
          aggregates: { all_of: { values: { n: { count: true } } } },
          indexes: { byFrom: { terms: [{ field: "from" }] } } })
        Same.create({ id: 1, from: "A" })
        Same.create({ id: 2, from: "A" })
        [Same.all().count(), Same.all_of().n, Same.byFrom("A").count()]'
check 'and those within' 0 $'"Other"\n["Other"]' '' "$fawn" --database A/B/ db.fawn --jsonl \
    -e 'Collection.create({ name: "Other" }).name' -e 'Collection.all().map(.name).toArray()'
check 'the root sees its own' 0 '["root"]' '' "$fawn" db.fawn --jsonl -e 'Same.all().map(.from).toArray()'
check 'there is no such database' 3 '' 'fawn: there is no database `X` in `A` in *' "$fawn" -d A/X db.fawn -e 1
check 'a missing one in the root' 3 '' 'fawn: there is no database `X` in *' "$fawn" -d X/A db.fawn -e 1

# -- what memory goes to: database A stands between the root and A/B
"$fawn" -d A db.fawn --csv -e '\mem' | cut -d , -f 1-3 > memory.csv
check '.mem tells of the own collections' 0 \
    $'Same,documents,2\nSame,ids,2\nSame,changes,2\nSame,byFrom,2\nSame,all_of,1' '' grep ^Same memory.csv
check 'and of all others together' 0 "$("$fawn" db.fawn --csv -e '\stats' | tail -n 1 | cut -d , -f 3)" '' \
    awk -F , '$2 == "documents" { sum += $3 } END { print sum }' memory.csv

# -- protected ones, and those within them
protected='destructive change forbidden because database is in protected mode.'
check 'inherits protection' 0 true '' "$fawn" -d A/B db.fawn -e 'Query.isEnvProtected()'
check 'a collection stays' 1 '' "*Cannot delete collection: $protected*" "$fawn" -d A/B db.fawn -e 'Other.definition.delete()'
check 'history stays' 1 '' "*Cannot decrease \`history_days\` field: $protected*" \
    "$fawn" -d A db.fawn -e 'Same.definition.update({ history_days: 1 })'
check 'an index stays' 1 '' "*Cannot cause deletion of backing index: $protected*" \
    "$fawn" -d A db.fawn -e 'Same.definition.update({ indexes: { byFrom: null } })'
check 'more history is no harm' 0 3 '' "$fawn" -d A db.fawn -e 'Same.definition.update({ history_days: 3 }).history_days'
mkdir empty && echo '' > empty/main.fsl
check 'a schema is refused that deletes' 1 '' "*Cannot delete collection: $protected*" \
    "$fawn" schema push --force -d A db.fawn empty

# -- the whole file
check 'check looks at all of them' 0 '  documents              18  well-formed, each under its id' '' \
    sh -c "'$fawn' check db.fawn | grep '^  documents'"
check 'compact keeps them' 0 '' '*before*' "$fawn" compact db.fawn
check 'still there' 0 '[2,2,2]' '' "$fawn" -d A db.fawn --jsonl -e '[Same.all().count(), Same.all_of().n, Same.byFrom("A").count()]'
"$fawn" dump db.fawn db.dump 2>/dev/null
check 'restore makes them' 0 '' '5 documents restored' "$fawn" restore db.dump again.fawn
check 'with all they hold' 0 '[2,2,2]' '' "$fawn" -d A again.fawn --jsonl -e '[Same.all().count(), Same.all_of().n, Same.byFrom("A").count()]'
check 'and their names' 0 "$(cat db.dump)" '' "$fawn" dump again.fawn
sed 's|%% database A/B|%% database C/B|' db.dump > bad.dump
check 'a dump names what is missing' 1 '' '*there is no database for `C/B` to be in*' "$fawn" restore bad.dump bad.fawn
check 'and nothing is restored' 3 '' '*' "$fawn" bad.fawn --readonly -e 1
check 'delete takes all' 0 '0' '' "$fawn" again.fawn --last -e 'let gone = Database.byName("A")!.delete()' -e 'Database.all().count()'
check 'nothing is left of them' 0 '  documents               4  well-formed, each under its id' '' \
    sh -c "'$fawn' check again.fawn | grep '^  documents'"
check 'nor reached' 3 '' 'fawn: there is no database `A` in *' "$fawn" -d A/B again.fawn -e 1
finish
