#!/usr/bin/env bash
# fawn serve: who may do what. Secrets, databases, roles, and what must never be told.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

stop() {
    kill -TERM "$server"
    wait "$server"
    mv server.log "server.$server.log"
}
# ask SECRET PATH BODY: the status, and the body in the file `body`.
ask() { curl -s -m 20 -o body -w '%{http_code}' -H "Authorization: Bearer $1" -d "$3" "$base$2"; }
# as SECRET QUERY: the data, or the code of the error. The query may use double quotes.
as() {
    local query=${2//\\/\\\\}
    query=${query//\"/\\\"}
    curl -s -m 20 -H "Authorization: Bearer $1" -d "{\"query\":\"${query//$'\n'/\\n}\"}" "$base/query/1" |
        sed -E 's/^\{"data":(.*),"summary":.*/\1/; t spaces; s/^\{"error":\{"code":"([a-z_]+)".*/\1/; :spaces; s/,/, /g'
}
# text SECRET QUERY: a String, bare.
text() { as "$1" "$2" | tr -d '"'; }

start auth.fawn --dev --sync off
root=secret
text $root 'Database.create({ name: "shop" }).name' >/dev/null
text $root 'Database.create({ name: "other" }).name' >/dev/null
shop=$root:shop:admin
text $shop 'Database.create({ name: "test" }).name' >/dev/null
text $shop 'Collection.create({ name: "User" }).name
Collection.create({ name: "Post", history_days: 1, indexes: { byOwner: { terms: [{ field: "owner" }] } },
    aggregates: { perOwner: { terms: [{ field: "owner" }], values: { n: { count: true } } } } }).name' >/dev/null
text $shop 'Function.create({ name: "secretSauce", body: "() => Post.all().count()", role: "admin" }).name
Function.create({ name: "leak", body: "() => Post.all().toArray()", role: "admin" }).name
Function.create({ name: "own", body: "() => Post.all().count()" }).name
Function.create({ name: "nothing", body: "post => post.title", role: "client" }).name' >/dev/null
text $shop 'Role.create({ name: "author",
    membership: [{ resource: "User", predicate: "user => !(user.banned ?? false)" }],
    privileges: [
        { resource: "Post", actions: {
            read: "post => post.owner == Query.identity() || post.public == true",
            create: "post => post.owner == Query.identity()",
            write: "(old, new) => old.owner == new.owner && old.owner == Query.identity()",
            delete: "post => if (post.title == \"throw\") abort(0) else post.owner == Query.identity()" } },
        { resource: "secretSauce", actions: { call: true } },
        { resource: "leak", actions: { call: "() => Query.identity() != null" } }
    ] }).name' >/dev/null
text $shop 'User.create({ id: 1, name: "Ann" }).id
User.create({ id: 2, name: "Bob" }).id
Credential.create({ document: User(1), password: "sesame" }).id
Credential.create({ document: User(2), password: "open" }).id
Post.create({ id: 1, owner: User(1), title: "mine" }).id
Post.create({ id: 2, owner: User(2), title: "his" }).id
Post.create({ id: 3, owner: User(2), title: "for all", public: true }).id
Post.create({ id: 4, owner: User(1), title: "throw" }).id' >/dev/null

# -- every endpoint, without a secret, with a wrong one, with one that is too small ----------------
source_token=$(text $shop 'Post.all().eventSource()')
for path in /query/1 /stream/1 /feed/1; do
    body='{"query":"1"}'
    [ $path = /query/1 ] || body="{\"token\":\"$source_token\"}"
    check "$path without a secret" 0 401 '' \
        curl -s -m 20 -o body -w '%{http_code}' -d "$body" "$base$path"
    for wrong in wrong '' secre secrets SECRET "$root:" "$root:shop:" "$root::admin" \
                 fnAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA eyJhbGciOiJub25lIn0.e30. ; do
        check "$path with $wrong" 0 401 '' ask "$wrong" $path "$body"
        verdict 'and it is not told again' "$([ ${#wrong} -lt 6 ] || grep -F -- "$wrong" body)"
    done
done
check 'a source of events does not open what may not be read' 0 200 '' \
    ask "$root:shop:client" /feed/1 "{\"token\":\"$source_token\",\"start_ts\":$(( $(date +%s) - 60 ))000000}"
verdict 'it has no events' "$(grep -q '"events":\[\]' body || cat body)"
check 'a server has them' 0 200 '' \
    ask "$root:shop:server" /feed/1 "{\"token\":\"$source_token\",\"start_ts\":$(( $(date +%s) - 60 ))000000}"
verdict 'all of them' "$(grep -o '"type":"add"' body | wc -l | grep -qx 4 || cat body)"
check 'who may read nothing makes no source' 0 permission_denied '' as "$root:shop:client" 'Post.all().eventSource()'
check 'nor uses an index' 0 permission_denied '' as "$root:shop:client" 'Post.byOwner(User(1)).first()'
for path in /ping /metrics; do
    check "$path needs no secret" 0 200 '' curl -s -m 20 -o body -w '%{http_code}' "$base$path"
done

# -- keys -------------------------------------------------------------------------------------------
key=$(text $shop 'Key.create({ id: 77, role: "server" }).secret')
verdict 'a secret has the form of Fauna' "$([[ $key =~ ^fn[A-Za-z0-9_-]{38}$ ]] || echo "$key")"
check 'it is told once' 0 null '' as $shop 'Key.byId(77)!.secret'
check 'a key works in its database' 0 4 '' as "$key" 'Post.all().count()'
check 'and has its role' 0 permission_denied '' as "$key" 'Key.create({ role: "admin" })'
check 'a server sees no keys' 0 0 '' as "$key" 'Key.all().count()'
check 'nor roles' 0 null '' as "$key" 'Role.byName("author")'
check 'a changed letter' 0 unauthorized '' as "${key:0:20}$(echo "${key:20:1}" | tr 'A-Za-z0-9_-' 'B-ZAb-za1-90_A-')${key:21}" 1
check 'a server takes no scope' 0 unauthorized '' as "$key:test:admin" 1
check 'nor another role' 0 unauthorized '' as "$key:admin" 1
check 'but documents of its database' 0 '"Ann"' '' as "$key:@doc/User/1" 'leak(); Query.identity() == User(1); "Ann"'
admin=$(text $shop 'Key.create({ role: "admin" }).secret')
check 'an admin takes one' 0 0 '' as "$admin:test:server" 'Collection.all().count()'
check 'not of a database beside it' 0 unauthorized '' as "$admin:other:admin" 1
check 'nor above' 0 unauthorized '' as "$admin:shop:admin" 1
child=$(text $shop 'Key.create({ role: "admin", database: "test" }).secret')
check 'a key for a child database' 0 false '' as "$child" 'Collection.byName("Post").exists()'
check 'the same id in another database' 0 '"77"' '' as "$root:other:admin" 'Key.create({ id: 77, role: "admin" }).id'
check 'does not change whose secret it is' 0 4 '' as "$key" 'Post.all().count()'
text $shop 'Key.byId(77)!.update({ role: "client" }).id' >/dev/null
check 'a role that is changed counts at once' 0 0 '' as "$key" 'Post.all().count()'
text $shop 'Key.byId(77)!.delete().exists()' >/dev/null
check 'a key that is deleted' 0 unauthorized '' as "$key" 1
old=$(text $shop 'Key.create({ role: "admin", ttl: Time.now().subtract(1, "second") }).secret')
check 'a key that has ended' 0 unauthorized '' as "$old" 1
text $shop 'Database.byName("test")!.delete().exists()' >/dev/null
check 'a key whose database is deleted' 0 unauthorized '' as "$child" 1

# -- tokens -----------------------------------------------------------------------------------------
ann=$(text $shop 'Credential.byDocument(User(1))!.login("sesame").secret')
bob=$(text $shop 'Credential.byDocument(User(2))!.login("open", Time.now().add(1, "day")).secret')
check 'a wrong password' 0 invalid_secret '' as $shop 'Credential.byDocument(User(1))!.login("open")'
verdict 'a token has the form of Fauna' "$([[ $ann =~ ^fn[A-Za-z0-9_-]{49}$ ]] || echo "$ann")"
check 'it stands for its document' 0 true '' as "$ann" 'Query.identity() == User(1)'
check 'which it may not read for that alone' 0 null '' as "$ann" 'Query.identity()?.name'
check 'it knows itself' 0 true '' as "$ann" 'Query.token()!.document == User(1)'
check 'a scope behind it does not count' 0 true '' as "$ann:admin" 'Query.identity() == User(1)'
check 'sets have what may be read' 0 '["1", "3", "4"]' '' as "$ann" 'Post.all().map(.id).toArray()'
check 'backwards as well' 0 '["4", "3"]' '' as "$ann" 'Post.all().reverse().take(2).map(.id).toArray()'
check 'so do indexes' 0 '["3"]' '' as "$ann" 'Post.byOwner(User(2)).map(.id).toArray()'
check 'and counts' 0 3 '' as "$ann" 'Post.all().count()'
check 'and pages' 0 '["3"]' '' as "$ann" 'let page = Post.all().map(.id).paginate(1)
Set.paginate(page.after!, 1).data'
check 'what may not be read is not there' 0 '[false, null]' '' as "$ann" '[Post.byId(2).exists(), Post.byId(2)?.title]'
verdict 'and says why' "$(ask "$ann" /query/1 '{"query":"Post.byId(2)!"}' >/dev/null; grep -q 'permission denied' body || cat body)"
check 'totals are not for who may not read all' 0 permission_denied '' as "$ann" 'Post.perOwner(User(1))'
check 'nor the set of them' 0 permission_denied '' as "$ann" 'Post.perOwner().first()'
check 'the past has a right of its own' 0 null '' as "$ann" 'at (Time.now().subtract(1, "millisecond")) { Post.byId(1) }?.title'
check 'creating' 0 '"new"' '' as "$ann" 'Post.create({ owner: User(1), title: "new" }).title'
check 'creating for another one' 0 permission_denied '' as "$ann" 'Post.create({ owner: User(2) })'
check 'choosing an id has a right of its own' 0 permission_denied '' as "$ann" 'Post.create({ id: 9, owner: User(1) })'
check 'writing' 0 '"mine too"' '' as "$ann" 'Post.byId(1)!.update({ title: "mine too" }).title'
check 'giving away' 0 permission_denied '' as "$ann" 'Post.byId(1)!.update({ owner: User(2) })'
check 'writing what may be read only' 0 permission_denied '' as "$ann" 'Post.byId(3)!.update({ title: "x" })'
check 'a predicate that throws denies' 0 permission_denied '' as "$ann" 'Post.byId(4)!.delete()'
check 'deleting blindly' 0 null_value '' as "$ann" 'Post(2).delete()'
check 'what was refused did not happen' 0 '["his", "throw"]' '' as $shop '[Post.byId(2)!.title, Post.byId(4)!.title]'
check 'other collections' 0 0 '' as "$ann" 'User.all().count()'
check 'a function that is not granted' 0 permission_denied '' as "$ann" 'own()'
check 'one that runs as an admin' 0 5 '' as "$ann" 'secretSauce()'
check 'what it gives out is read as who gets it' 0 '[null, "mine too"]' '' as "$ann" \
    'let all = leak()
[all.where(.id == "2").map(p => p?.title).first(), all.where(.id == "1").map(p => p?.title).first()]'
check 'one that runs as less' 0 null_value '' as $shop 'nothing(Post.byId(1)!)'
check 'protection is for admins to know' 0 permission_denied '' as "$ann" 'Query.isEnvProtected()'
text $shop 'User.byId(2)!.update({ banned: true }).id' >/dev/null
check 'who is no member any more' 0 0 '' as "$bob" 'Post.all().count()'
check 'logging out' 0 false '' as "$bob" 'Query.token()!.delete().exists()'
check 'then it is over' 0 unauthorized '' as "$bob" 1
check 'a token is of its database' 0 false '' as "$ann" 'Collection.byName("Post").exists()'

# -- logging in by a function -----------------------------------------------------------------------
text $shop 'Function.create({ name: "login", role: "server",
    body: "(id, password) => Credential.byDocument(User(id))!.login(password)" }).name' >/dev/null
text $shop 'Role.create({ name: "visitor", privileges: [{ resource: "login", actions: { call: true } }] }).name' >/dev/null
visitor=$(text $shop 'Key.create({ role: "visitor" }).secret')
check 'who may only log in gets a token' 0 true '' as "$visitor" 'login(1, "sesame").secret != null'
check 'and sees no other' 0 '[0, false]' '' as "$visitor" \
    '[Token.all().count(), Token(Token.byDocument(User(1)).map(.id).first() ?? "1").exists()]'
check 'a server makes no function of an admin' 0 constraint_failure '' as "$root:shop:server" \
    'Function.create({ name: "up", role: "admin", body: "() => 1" })'
check 'nor grants it that' 0 constraint_failure '' as "$root:shop:server" 'Function.byName("own")!.update({ role: "admin" })'
check 'what is one may be changed' 0 '"leak"' '' as "$root:shop:server" 'Function.byName("leak")!.update({ data: { a: 1 } }).name'

# -- streams ----------------------------------------------------------------------------------------
stream() { curl -s -N -m 20 -H "Authorization: Bearer $1" -d "{\"token\":\"$2\"}" "$base/stream/1" >"$3" & }
# told FILE LINES: waits until there are so many.
told() { for _ in $(seq 200); do [ "$(wc -l <"$1")" -ge "$2" ] && return; sleep 0.05; done; echo "only: $(cat "$1")"; }
ann_source=$(text "$ann" 'Post.all().eventSource()')
stream "$ann" "$ann_source" ann.events
verdict 'a stream opens' "$(told ann.events 1)"
text $shop 'Post.create({ owner: User(2), title: "hidden" }).id' >/dev/null
text $shop 'Post.create({ id: 10, owner: User(1), title: "seen" }).id' >/dev/null
verdict 'who has a role is told of what it may read' "$(told ann.events 2)"
text $shop 'Post.byId(10)!.update({ owner: User(2) }).id' >/dev/null
verdict 'what goes out of sight is removed' "$(told ann.events 3)"
text $shop 'Token.byDocument(User(1)).forEach(t => t.delete())' >/dev/null
verdict 'a stream whose token is deleted ends' "$(told ann.events 4)"
check 'what it was told' 0 $'status\nadd\nremove\nerror' '' sed -n 's/^{"type":"\([a-z]*\)".*/\1/p' ann.events
verdict 'with the reason' "$(grep -q '"permission_loss"' ann.events || cat ann.events)"
verdict 'and without what may not be read' "$(grep -l hidden ann.events)"
short=$(text $shop 'Key.create({ role: "server", ttl: Time.now().add(2, "seconds") }).secret')
stream "$short" "$source_token" short.events
for _ in $(seq 200); do grep -q permission_loss short.events && break; sleep 0.05; done
verdict 'a stream whose key ends' "$(grep -q permission_loss short.events || cat short.events)"

# What its client may do changes: it ends. What others may do does not concern it.
text $shop 'Role.create({ name: "guest", membership: { resource: "User", predicate: "u => u.guest == true" },
    privileges: { resource: "Post", actions: { read: true } } }).name
User.create({ id: 3, guest: true, banned: true }).id
Credential.create({ document: User(3), password: "guest" }).id' >/dev/null
guest=$(text $shop 'Credential.byDocument(User(3))!.login("guest").secret')
keeper=$(text $shop 'Key.create({ id: 80, role: "server" }).secret')
stream "$guest" "$source_token" member.events
stream "$guest" "$source_token" role.events
stream "$keeper" "$source_token" keeper.events
stream "$root:shop:server" "$source_token" scoped.events
for file in member role keeper scoped; do verdict "a stream of $file" "$(told $file.events 6)"; done
text $shop 'User.byId(2)!.update({ banned: false }).id
Role.byName("author")!.update({ data: { a: 1 } }).name
Post.create({ id: 20, owner: User(2), title: "between" }).id' >/dev/null
for file in member role keeper scoped; do verdict "goes on for $file" "$(told $file.events 7; grep permission_loss $file.events)"; done
text $shop 'User.byId(3)!.update({ guest: false }).id; Post.create({ id: 21, title: "later" }).id' >/dev/null
verdict 'who is no member any more loses the stream' "$(told member.events 8)"
verdict 'with nothing of what came then' "$(grep -l later member.events; grep -q permission_loss member.events || cat member.events)"
text $shop 'User.byId(3)!.update({ guest: true }).id' >/dev/null
stream "$guest" "$source_token" role.events
verdict 'who is one again has a new one' "$(told role.events 8)"
text $shop 'Role.byName("guest")!.update({ privileges: { resource: "Post", actions: { read: "p => p.public" } } }).name' >/dev/null
verdict 'a role that grants something else ends it' "$(told role.events 9; grep -q permission_loss role.events || cat role.events)"
text $shop 'Key.byId(80)!.update({ role: "server-readonly" }).id' >/dev/null
verdict 'so does a key of another role' "$(told keeper.events 9; grep -q permission_loss keeper.events || cat keeper.events)"
verdict 'all others go on' "$(told scoped.events 8; grep permission_loss scoped.events)"

# -- rights are those of the state that a query reads ---------------------------------------------
# The flag is true only where the role may not read it: who may read sees false, whatever is
# committed between the looking at rights and the reading.
text $shop 'Collection.create({ name: "Flag" }).name' >/dev/null
text $shop 'Flag.create({ id: 1, up: false }).id
Role.create({ name: "watcher", privileges: { resource: "Flag", actions: { read: true } } }).name' >/dev/null
watcher=$(text $shop 'Key.create({ role: "watcher" }).secret')
cat >flags.py <<'PYTHON'
import http.client, json, sys, threading
port, shop, watcher = sys.argv[1:]
def ask(connection, secret, query):
    connection.request("POST", "/query/1", json.dumps({"query": query}), {"Authorization": "Bearer " + secret})
    return json.load(connection.getresponse())["data"]
def change():
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for i in range(300):
        up = "true" if i % 2 == 0 else "false"
        ask(connection, shop, "Flag(1)!.update({ up: %s }).id; Role.byName('watcher')!.update({ privileges: "
            "{ resource: 'Flag', actions: { read: %s } } }).name" % (up, "false" if i % 2 == 0 else "true"))
changer = threading.Thread(target=change)
changer.start()
connection = http.client.HTTPConnection("127.0.0.1", port)
seen = set()
while changer.is_alive():
    seen.add(ask(connection, watcher, "Flag.all().first()?.up"))
print(True in seen)
PYTHON
check 'what is read is what may be read in that state' 0 False '' python3 flags.py "$port" "$shop" "$watcher"
# A write that waits behind the one that deletes its key is nobody's when its turn comes.
late=$(text $shop 'Key.create({ id: 90, role: "server" }).secret')
as $shop 'let n = Set.sequence(0, 3000).flatMap(_ => Set.sequence(0, 100)).fold(0, (a, b) => a + 1)
Key.byId(90)!.delete().exists()' >deleting &
deleting=$!
for _ in $(seq 200); do call "$base/metrics" | grep -q '^fawn_jobs_pending 0' || break; sleep 0.01; done
check 'a write whose key was deleted while it waited' 0 unauthorized '' as "$late" 'User.create({ id: 90 }).id'
wait $deleting
check 'its key is gone' 0 false '' cat deleting
check 'nothing of it was done' 0 false '' as $shop 'User.byId(90).exists()'

# -- what must not be told --------------------------------------------------------------------------
check 'hashes are not to be read' 0 '[null, null]' '' as $shop \
    '[Key.all().first()!.internal_hash, Credential.byDocument(User(1))!.password]'
check 'nor in events of the past' 0 null '' as $shop 'Credential.byDocument(User(1))!.internal_hash'
stop
"$fawn" dump auth.fawn whole.dump >/dev/null 2>&1
for secret in "$key" "$admin" "$ann" "$bob" sesame; do
    verdict "a secret is in no file: ${secret:0:6}…" "$(grep -al -- "$secret" auth.fawn whole.dump ./*.log)"
done
"$fawn" -d other dump auth.fawn other.dump >/dev/null 2>&1
[ -s other.dump ] && verdict 'a dump of another database has no hashes of this' \
    "$(grep -a '%%% ' other.dump | grep -i credential)"
"$fawn" restore whole.dump again.fawn >/dev/null 2>&1
start again.fawn --dev --sync off
check 'keys are good after dump and restore' 0 true '' as "$admin" 'Collection.byName("Post").exists()'
stop
finish
