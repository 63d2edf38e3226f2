#!/usr/bin/env bash
# `fawn test`, `fawn check FILE`, `fawn completion`, and the file that runs before the prompt.
source "$(dirname "$0")/checks.bash" "$@"

# -- test
mkdir -p shop/schema
echo 'collection P { n: Int }' > shop/schema/main.fsl
echo 'P.create({ n: 1 })' > shop/setup.fql
printf 'P.all().count()\n---\nP.nope()\n---\n3\n' > shop/a.fql
check 'a test without a result fails' 1 $'FAILED shop/a.fql\nthere is no shop/a.out (No such file or directory); --accept writes it\n0 passed, 1 failed' '' \
    "$fawn" test shop
check 'it can be accepted' 0 $'accepted shop/a.out\n1 accepted, 0 passed, 0 failed' '' \
    "$fawn" test --accept shop
check 'schema and setup were run, errors are part of it' 0 $'1\nerror: The function `nope` does not exist on `P`\nat shop/a.fql:3:3\n  |\n3 | P.nope()\n  |   ^^^^\n  |\n3' '' \
    cat shop/a.out
check 'then it passes' 0 '1 passed, 0 failed' '' "$fawn" test shop/a.fql
cp shop/a.fql shop/b.fql
sed 's/a.fql/b.fql/' shop/a.out > shop/b.out
sed -i 's/^3$/4/' shop/b.fql
check 'a difference is shown' 1 $'FAILED shop/b.fql\n@@ 6 @@\n   |   ^^^^\n   |\n-3\n+4\n1 passed, 1 failed' '' \
    "$fawn" test shop
check 'the database is new each time' 0 $'accepted shop/b.out\n1 accepted, 1 passed, 0 failed' '' \
    "$fawn" test --accept shop
echo '2 + 2' > other.fql
echo 4 > other.out
echo 'let unused = 1' > mine.fql
check 'setup and schema may be others' 0 '1 passed, 0 failed' '' \
    "$fawn" test --setup mine.fql --schema shop/schema other.fql
mkdir empty
check 'a folder without tests is a mistake' 2 '' 'fawn: there are no tests:*' "$fawn" test empty

# -- check
check 'syntax is checked' 1 '' '*at bad.fql:1:3*' bash -c 'echo "f(" > bad.fql; "$0" check bad.fql' "$fawn"
check 'and nothing runs' 0 '' '' "$fawn" check shop/setup.fql

# -- completion
"$fawn" completion bash > bash.completion
# complete_words WORD...: what bash offers for the last word
complete_words() {
    bash -c 'source bash.completion
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _fawn
        echo "${COMPREPLY[*]}"' bash "$@"
}
check 'subcommands are completed' 0 'schema' '' complete_words fawn sch
check 'and their words' 0 'push pull' '' complete_words fawn schema p
check 'and their options' 0 '--collection' '' complete_words fawn export --coll
check 'and what those take' 0 'tagged simple' '' complete_words fawn export a --format ''
check 'formats are those of results elsewhere' 0 'json json-tagged jsonl' '' \
    complete_words fawn --format j
for shell in zsh fish; do
    "$fawn" completion $shell > "$shell.completion"
    if command -v $shell > /dev/null; then
        check "$shell reads its script" 0 '' '' $shell -n $shell.completion
    fi
    verdict "$shell knows the last option" \
        "$(grep -q 'no-color' $shell.completion || cat $shell.completion)"
done
check 'other shells are told' 2 '' 'fawn: completion takes bash, zsh or fish, not `csh`' \
    "$fawn" completion csh

# -- the init file
mkdir -p config/fawn
echo 'let greeting = "hello"' > config/fawn/init.fawn
export XDG_CONFIG_HOME=$folder/config
check 'it is not run without a prompt' 1 '' '*greeting*' "$fawn" -e greeting
check 'but if it is named' 0 '"hello"' '' "$fawn" --init config/fawn/init.fawn -e greeting
check 'then an error in it ends everything' 1 '' '*division by zero*' \
    bash -c 'echo "1 / 0" > wrong.fawn; "$0" --init wrong.fawn -e 1' "$fawn"
cat > at_prompt.py <<'END'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execv(sys.argv[1], sys.argv[1:])
os.write(fd, b'greeting + "!"\n.exit\n')
seen = b""
try:
    while data := os.read(fd, 4096):
        seen += data
except OSError:
    pass
print(b'"hello!"' in seen)
END
check 'it is run before a prompt' 0 True '' python3 at_prompt.py "$fawn"
check 'but with -X' 0 False '' python3 at_prompt.py "$fawn" -X
finish
