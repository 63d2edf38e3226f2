#!/usr/bin/env bash
# fawn serve: events of the groups of a live aggregate, in feeds and streams, over a restart.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

# token QUERY: that of the event source that it gives.
token() { value "$1" | tr -d '"'; }
# events TOKEN [MEMBER...]: of a feed, an event a line: type and data. The rest goes to `cursor`
# and `has_next`.
events() {
    python3 - "$base" "$@" <<'PYTHON'
import json, sys, urllib.request
base, token, *members = sys.argv[1:]
body = json.dumps({"token": token, **{k: v if k == "cursor" else int(v) for k, v in
                                      (m.split("=", 1) for m in members)}}).encode()
r = urllib.request.Request(base + "/feed/1", body, {"Authorization": "Bearer secret"})
page = json.load(urllib.request.urlopen(r))
def plain(v):
    if isinstance(v, dict):
        tag = next(iter(v), "")
        return v[tag]["id"] if tag in ("@doc", "@ref") else v[tag] if tag[:1] == "@" else {k: plain(x) for k, x in v.items()}
    return [plain(x) for x in v] if isinstance(v, list) else v
for event in page["events"]:
    print(event["type"], json.dumps(plain(event["data"])))
open("cursor", "w").write(page["cursor"])
open("has_next", "w").write(str(page["has_next"]))
PYTHON
}

start groups.fawn --dev
value 'Collection.create({ name: \"Movie\" }); Collection.create({ name: \"Review\", aggregates: { rating: { terms: [{ field: \".movie\" }], where: \"r => r.published\", values: { count: { count: true }, mean: { mean: \".stars\" }, best: { top: \".stars\", n: 2 } } }, sum: { values: { count: { count: true } } } } }).name' >/dev/null
value '[1, 2].forEach(id => Movie.create({ id: id, title: \"Movie #{id}\" }))' >/dev/null
one=$(token 'Review.rating(Movie(1)).eventSource()')
every=$(token 'Review.rating().eventSource() { movie, count }')
counts=$(token 'Review.rating().pageSize(3).map(.count).eventSource()')
total=$(token 'Review.sum().eventSource()')

value 'Review.create({ id: 1, movie: Movie(1), stars: 4, published: true })' >/dev/null
value 'Review.create({ id: 2, movie: Movie(2), stars: 5, published: true })' >/dev/null
value 'Review.create({ id: 3, movie: Movie(1), stars: 2, published: true })' >/dev/null
check 'a group that is new, once, with its totals of now' 0 \
    'add {"movie": "1", "count": "2", "mean": "3.0", "best": ["4", "2"]}' '' events "$one"
cp cursor one.cursor
check 'all groups, in the order of their last changes' 0 $'add {"movie": "2", "count": "1"}
add {"movie": "1", "count": "2"}' '' events "$every"
cp cursor every.cursor
check 'a page of one' 0 'add {"movie": "2", "count": "1"}' '' events "$every" page_size=1
check 'there are more' 0 True '' cat has_next
check 'the next page: the group was there at the cursor' 0 'update {"movie": "1", "count": "2"}' '' events "$every" "cursor=$(cat cursor)"
check 'elements through map' 0 $'add "1"\nadd "2"' '' events "$counts"
check 'an aggregate without terms' 0 'add {"count": "3"}' '' events "$total"

value 'Review(1)!.update({ text: \"fine\" })' >/dev/null
value 'Review.create({ movie: Movie(1), stars: 1, published: false })' >/dev/null
check 'what changes no total is no event' 0 '' '' events "$one" "cursor=$(cat one.cursor)"
value 'Review(1)!.update({ movie: Movie(2) })' >/dev/null
stop
start groups.fawn --dev
check 'a move changes two groups; the cursor holds after a restart' 0 \
    $'update {"movie": "1", "count": "1"}\nupdate {"movie": "2", "count": "2"}' '' \
    events "$every" "cursor=$(cat every.cursor)"
check 'the cursor within a transaction' 0 'update {"movie": "2", "count": "2"}' '' bash -c "
    $(declare -f events); base=$base
    events '$every' cursor=$(cat every.cursor) page_size=1 >/dev/null; events '$every' cursor=\$(cat cursor)"

: >streamed
curl -s -N -m 20 -H 'Authorization: Bearer secret' -d "{\"token\":\"$one\",\"cursor\":\"$(cat one.cursor)\"}" \
    "$base/stream/1" >streamed &
reader=$!
for _ in $(seq 200); do [ "$(wc -l <streamed)" -ge 2 ] && break; sleep 0.05; done
value 'Review(3)!.update({ stars: 5 })' >/dev/null
for _ in $(seq 200); do [ "$(wc -l <streamed)" -ge 3 ] && break; sleep 0.05; done
value 'Review.where(.movie == Movie(1)).forEach(.delete())' >/dev/null
for _ in $(seq 200); do [ "$(wc -l <streamed)" -ge 4 ] && break; sleep 0.05; done
kill $reader
check 'a stream tells of each change as it comes' 0 \
    $'status\nupdate {"@double":"2.0"}\nupdate {"@double":"5.0"}\nremove null' '' \
    sed -n 's/^{"type":"\([a-z]*\)".*"mean":\({[^}]*}\|null\).*/\1 \2/p; s/^{"type":"\(status\)".*/\1/p' streamed

# Time passes: nobody writes, and still a group changes. The stream of documents tells nothing.
ending=$(token 'Review.rating().where(.count > 1).eventSource().map(.count)')
documents=$(token 'Review.all().map(.stars).eventSource()')
: >ended.groups >ended.documents
for source in "$ending" "$documents"; do
    curl -s -N -m 20 -H 'Authorization: Bearer secret' -d "{\"token\":\"$source\"}" "$base/stream/1" \
        >"ended.$([ "$source" = "$ending" ] && echo groups || echo documents)" &
    readers+=" $!"
done
wait_for_lines() { for _ in $(seq 200); do [ "$(wc -l <"$1")" -ge "$2" ] && break; sleep 0.05; done; }
wait_for_lines ended.groups 1
wait_for_lines ended.documents 1
value '[1, 2].forEach(i => Review.create({ id: 10 + i, movie: Movie(3), stars: i, published: true }))' >/dev/null
wait_for_lines ended.groups 2
value 'Review(11)!.update({ ttl: Time.now().add(1, \"second\") })' >/dev/null
wait_for_lines ended.groups 3
# shellcheck disable=SC2086
kill $readers
types() { sed 's/^{"type":"\([a-z]*\)".*/\1/' "$1" | tr '\n' ' '; }
check 'a stream tells of a group whose document has ended' 0 'status add remove ' '' types ended.groups
check 'and nothing of the document' 0 'status add add update ' '' types ended.documents
check 'nor does a feed' 0 $'add "1"\nadd "2"\nupdate "1"' '' events "$documents"
check 'to a feed the group came and went' 0 '' '' events "$ending"

value 'Review.definition.update({ aggregates: { rating: null } })' >/dev/null
check 'a source whose aggregate is gone' 0 400 '' status -d "{\"token\":\"$one\"}" "$base/feed/1"
stop
finish
