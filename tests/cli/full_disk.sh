#!/usr/bin/env bash
# A disk that is full: each command says so and leaves nothing unfinished; nothing that was committed is
# lost; and it goes on when there is room.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

mkdir disk
if ! mount -t tmpfs -o size=4m tmpfs disk 2>/dev/null; then
    echo 'ok skipped: no file system may be mounted here'
    finish
fi
trap 'cd /; kill "${server:-}" 2>/dev/null; umount "$folder/disk"; rm -rf "$folder"' EXIT
python3 -c 'for i in range(1500): print("{\"t\":\"%s\"}" % ("y" * 1000))' >some.jsonl
python3 -c 'for i in range(5000): print("{\"t\":\"%s\"}" % ("z" * 1000))' >many.jsonl
full='*No space left on device*'
fill() { cat /dev/zero >disk/ballast 2>/dev/null; }
empty() { rm disk/ballast; }
files() { find disk -type f ! -name ballast; }

check 'what there is room for' 0 'C: 1500 created (new collection)' '' "$fawn" import disk/d.fawn --collection C some.jsonl
check 'an import of too much' 3 '' "error: $full" "$fawn" import disk/d.fawn --collection C many.jsonl
check 'nothing of it is there' 0 1500 '' "$fawn" disk/d.fawn -e 'C.all().count()'
check 'the file is whole' 0 'no damage found' '' bash -c "'$fawn' check disk/d.fawn | tail -n 1"

fill
check 'a write' 3 '' "error: $full" "$fawn" disk/d.fawn -e 'C.create({ t: Set.sequence(0, 5000).toArray() }).id'
check 'reading' 0 1500 '' "$fawn" disk/d.fawn -e 'C.all().count()'
check 'a compaction' 3 '' "fawn: $full It is as it was." "$fawn" compact disk/d.fawn
check '.save' 3 '' "fawn: cannot save to \`disk/s.fawn\`: $full" "$fawn" disk/d.fawn -e '.save disk/s.fawn'
check 'a dump' 3 '' "*fawn: cannot write \`disk/d.dump\`: $full" "$fawn" dump disk/d.fawn disk/d.dump
check 'an export' 3 '' "fawn: cannot write \`disk/out/*\`: $full" "$fawn" export disk/d.fawn disk/out
check 'results in a file' 3 '' "fawn: cannot write results: $full" "$fawn" disk/d.fawn -o disk/r.txt -e 'C.all().toArray()'
verdict 'nothing unfinished is left' "$(files | grep -vx 'disk/d.fawn')"
empty
check 'an export into the same folder' 0 'C: 1500' '' "$fawn" export disk/d.fawn disk/out
rm -r disk/out
check 'a write again' 0 1 '' "$fawn" disk/d.fawn -e 'C.create({ n: 1 }).n'

start --dev disk/s.fawn
value 'Collection.create({ name: \"A\" }).name' >/dev/null
check 'a server writes' 0 1 '' value 'A.create({ n: 1 }).n'
fill
answer=$(value 'A.create({ id: 2, t: Set.sequence(0, 5000).toArray() }).id')
verdict 'its answer says that the disk is full' \
    "$([[ $answer == *internal_error*'No space left on device'* ]] || echo "$answer")"
check 'it goes on to answer' 0 '[1, null]' '' value '[A.all().count(), A.byId(2)?.n]'
empty
check 'and writes when there is room' 0 '"2"' '' value 'A.create({ id: 2, t: Set.sequence(0, 5000).toArray() }).id'
stop
check 'all that was acknowledged is there' 0 2 '' "$fawn" disk/s.fawn -e 'A.all().count()'
finish
