#!/usr/bin/env bash
# Profiles of fauna.config.yaml, --include, --verbose, --batch, --help of a topic, FAWN_… of the environment.
#   tests/cli/profile.sh BINARY
source "$(dirname "$0")/checks.bash"
unset FAWN_DB FAWN_PROFILE FAWN_CONFIG

check 'without a file there is no profile' 2 '' 'fawn: there is no fauna.config.yaml here to read profile `ci`*' \
    "$fawn" -p ci -e 1
cat > fauna.config.yaml <<'YAML'
default:
  database: us/test
  color: true
ci: &ci
  url: https://db.fauna.com
  secret: fn123
  format: json
  dir: schema
  color: false
lists:
  include: [txnTs, stats]
  performanceHints: true
  frob: { a: 1 }
same: *ci
bad:
  timeout: soon
text: 1
YAML
"$fawn" shop.fawn -m off -e 'Database.create({ name: "test" })'
ignored='note: `url` in profile `ci` of fauna.config.yaml is about Fauna'\''s service and means nothing here
note: `secret` in profile `ci` of fauna.config.yaml is about Fauna'\''s service and means nothing here'
check 'format, and what is ignored is told' 0 $'{\n  "a": 1\n}' "$ignored" "$fawn" -p ci -e '{ a: 1 }'
check '-q keeps that quiet' 0 $'{\n  "a": 1\n}' '' "$fawn" -q -p ci -e '{ a: 1 }'
check 'an alias of YAML is what it stands for' 0 $'{\n  "a": 1\n}' '' "$fawn" -q --profile same -e '{ a: 1 }'
check 'the command line comes before it' 0 '{"a":1}' '' "$fawn" -q -p ci --jsonl -e '{ a: 1 }'
check 'so does the environment' 0 '{"a":1}' '' env FAWN_FORMAT=jsonl "$fawn" -q -p ci -e '{ a: 1 }'
check 'which can name the profile' 0 $'{\n  "a": 1\n}' '' env FAWN_PROFILE=ci "$fawn" -q -e '{ a: 1 }'
check 'the database, without its region' 3 '' 'fawn: there is no database `test` in *' "$fawn" -p default -e 1
check 'and where it is there' 0 '"test"' '' "$fawn" -p default shop.fawn -e '[].concat(["test"]).first()!'
mkdir -p schema && echo 'collection InSchema {}' > schema/main.fsl
check 'dir is that of the schema' 0 'In force: 1 collection' '*' \
    sh -c '"$0" schema push -q -p ci shop.fawn > pushed && "$0" schema status -q -p ci shop.fawn' "$fawn"
check 'names may have capitals, values may be lists' 0 1 $'note: `frob` in profile `lists` of fauna.config.yaml is no setting*\ntxnTs: *\nstats:\n*' \
    "$fawn" -p lists -e 1
check 'a wrong value is told with its place' 2 '' 'fawn: fauna.config.yaml: bad.timeout: --timeout takes a number*`soon`' \
    "$fawn" -p bad -e 1
check 'a missing profile names those there are' 2 '' 'fawn: fauna.config.yaml has no profile `none`; it has default, ci, lists, same, bad' \
    "$fawn" -p none -e 1
mv fauna.config.yaml other.yaml
check '--config names the file, of which default is read' 0 1 '' "$fawn" --config other.yaml shop.fawn -e 1
check 'which must be there' 2 '' 'fawn: cannot read `none.yaml`: No such file or directory' "$fawn" --config none.yaml -e 1
printf 'a: [1\nb: 2' > broken.yaml
check 'and be YAML' 2 '' 'fawn: broken.yaml:2: *' "$fawn" --config broken.yaml -e 1

# -- what is told of queries
check '--include by commas' 0 1 $'txnTs: *\nschemaVersion: 0' "$fawn" --include txnTs,schemaVersion -e 1
check 'or as several words' 0 1 $'txnTs: *\nstats:\n  compute_ops: *' "$fawn" --include txnTs stats -e 1
check 'a word that is none ends them' 0 1 'txnTs: *' "$fawn" --include txnTs -e 1
check 'the summary is told' 0 null 'info at \*query\*:1: hi' "$fawn" -e 'log("hi")'
check 'unless something else is asked for' 0 null 'txnTs: *' "$fawn" --include txnTs -e 'log("hi")'
check 'or nothing' 0 null '' "$fawn" query --include none 'log("hi")'
check 'all is what --info is' 0 1 $'txnTs: *\nschemaVersion: *\nstats:*' "$fawn" --info -e 1
check 'a wrong word' 2 '' 'fawn: --include takes txnTs schemaVersion*, not `foo`' "$fawn" --include foo -e 1
check '.info takes them, too' 0 1 'schemaVersion: 0' "$fawn" -e $'\\info schemaVersion\n1'
check 'and tells how it is used' 1 '' 'fawn: usage: .info*' "$fawn" -e '\info foo'
check '--verbose tells of writes in scripts' 0 '"x"' '1 created (transaction *, * ms)' \
    "$fawn" --verbose shop.fawn -e 'Database.create({ name: "x" }).name'

# -- help
check '--help of a command' 0 'usage: fawn import DB FILE|DIR|- ... [OPTIONS]' '' sh -c '"$0" import --help | head -n 1' "$fawn"
check '--help of any topic' 0 'Set.paginate' '' sh -c '"$0" --help Set.paginate | head -n 1' "$fawn"
check '--help all has everything' 0 $'fawn - a shell\nusage: fawn import\nusage: fawn undo' '' \
    sh -c '"$0" --help all | grep -oE "^(fawn - a shell|usage: fawn (import|undo))"' "$fawn"
check 'an unknown topic' 2 '' 'fawn: no help about `imprt`; did you mean import?' "$fawn" --help imprt

# -- the environment
check 'switches' 0 '' '1 created (not committed: this is a dry run)' env FAWN_DRY_RUN=1 FAWN_OUTPUT=none.txt "$fawn" shop.fawn -e 'Database.create({ name: "x2" })'
check 'the output' 0 2 '' env FAWN_OUTPUT=out.txt sh -c '"$0" -e 2; cat out.txt' "$fawn"
export FAWN_DB=shop.fawn
check 'FAWN_DB is the database of commands that name none' 0 2 '' "$fawn" -e 'Database.all().count()'
check 'then the first word may be a query' 0 2 '' "$fawn" 'Database.all().count()'
check 'or a script' 0 2 '' sh -c 'echo "Database.all().count()" > q.fql; "$0" q.fql' "$fawn"
check 'another database comes before it' 0 0 '' "$fawn" other.fawn 'Database.all().count()'
check 'an import goes there' 0 'P: 1 created (new collection)' '*' sh -c 'echo "{}" > P.json; "$0" import P.json' "$fawn"
check 'the log is its' 0 1 '' sh -c '"$0" log 1 | wc -l' "$fawn"
finish
