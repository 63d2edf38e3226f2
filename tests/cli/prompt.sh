#!/usr/bin/env bash
# The interactive shell, driven through a terminal.
source "$(dirname "$0")/checks.bash" "$@"

# drive NAME [ARG...] <<SCRIPT: what drive.py says is the reason of a failure.
drive() {
    local name=$1
    shift
    verdict "$name" "$(python3 "$here/drive.py" "$fawn" "$@" 2>&1)"
}

drive 'values are printed, Ctrl-D leaves' <<'S'
expect in-memory
expect fawn> 
send 1 + 1\r
expect 2
expect fawn> 
send \x04
exit 0
S

drive 'incomplete input goes on, and shows what is open' <<'S'
expect fawn> 
send [1, (2 +\r
expect   [(> 
send 3)]\r
expect 1,
expect 5
expect fawn> 
send let x =\r
expect > 
send 20\r
expect fawn> 
send x + 1\r
expect 21
send exit\r
exit 0
S

drive 'a mistake is told and the shell goes on' <<'S'
expect fawn> 
send 1 +* 2\r
expect error:
expect fawn> 
send 1 / 0\r
expect error:
expect fawn> 
send .exit 3\r
exit 3
S

drive 'Ctrl-C drops what was typed' <<'S'
expect fawn> 
send [1, 2\r
expect [> 
send half\x03
expect ^C
expect fawn> 
send 7\r
expect 7
expect fawn> 
send \x03
expect ^C
expect fawn> 
send \x03
expect Ctrl-D or .exit
expect fawn> 
send .quit\r
exit 0
S

drive 'Ctrl-C cancels a query' <<'S'
expect fawn> 
send Set.sequence(0, 2000000000).reduce((a, b) => a + b)\r
expect a + b)
pause 0.5
send \x03
expect error:
expect fawn> 
send 1 + 1\r
expect 2
expect > 
send \x04
exit 0
S

drive 'meta-commands, with Tab' <<'S'
expect fawn> 
send .mo\tjson\r
expect .mode json
expect fawn> 
send [1]\r
expect [
expect   1
expect fawn> 
send \\mode\r
expect json
expect fawn> 
send .help\r
expect .exit
expect Ctrl-D leaves
expect fawn> 
send .nosuch\r
expect fawn> 
send \\nosuch\r
expect no meta-command
send quit\r
exit 0
S

drive 'names complete' <<'S'
expect fawn> 
send Colle\t
expect Collection
send .create({ name: "Movie" })\r
expect fawn> 
send Mov\t.all().cou\t()\r
expect Movie.all().count()
expect 0
expect fawn> 
send \x04
exit 0
S

drive 'the prompt names the file, changes are told' shop.fawn <<'S'
expect shop.fawn
expect shop> 
send Collection.create({ name: "A" })\r
expect created
expect shop> 
send A.create({})\r
expect 1 created
expect shop> 
send .collections\r
expect A 
expect > 
send \x04
exit 0
S

drive 'a line that begins with a dot goes on with the last value' <<'S'
expect fawn> 
send .first()\r
expect no meta-command `.first()`
expect fawn> 
send Set.sequence(0, 50)\r
expect after:
expect fawn> 
send .where(x => x > 40)\r
expect 41
expect fawn> 
send .first()! + 1\r
expect 42
expect fawn> 
send _1 + 1\r
expect 43
expect fawn> 
send .colections\r
expect fawn> 
send \x04
exit 0
S

drive '-i goes on at the prompt' -i -e 'let x = 41' <<'S'
expect fawn> 
send x + 1\r
expect 42
expect > 
send \x04
exit 0
S

drive 'SIGHUP ends it' <<'S'
expect fawn> 
hangup
exit 129
S

rm -f history
drive 'history keeps a query of several lines as one entry' <<'S'
expect fawn> 
send [1,\r
expect [> 
send 2]\r
expect fawn> 
send 3\r
expect fawn> 
send \x04
exit 0
S
entries=$(grep -c '^#[0-9]*$' history)
verdict 'two entries were kept' "$([ "$entries" -eq 2 ] || cat history)"
verdict 'only the owner can read them' "$([ "$(stat -c %a history)" -eq 600 ] || stat history)"
drive 'the next session has them' <<'S'
expect fawn> 
send \x10\x10
expect [1,
send \r
expect 2
expect ]
expect fawn> 
send \x04
exit 0
S
finish
