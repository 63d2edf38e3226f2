#!/usr/bin/env bash
# fawn serve: JWTs of access providers, good ones and each kind of bad one.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

command -v openssl >/dev/null || { echo 'ok skipped: openssl is not installed'; finish; }

url64() { base64 -w0 | tr '+/' '-_' | tr -d '='; }
# jwk KEYFILE KID: the public key as a member of a key set.
jwk() {
    local modulus
    modulus=$(openssl rsa -in "$1" -noout -modulus 2>/dev/null | cut -d= -f2)
    printf '{"kty":"RSA","kid":"%s","use":"sig","n":"%s","e":"AQAB"}' "$2" \
        "$(printf '%s' "$modulus" | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' | url64)"
}
# jwt KEYFILE HEADER CLAIMS [DIGEST]
jwt() {
    local head
    head=$(printf '%s' "$2" | url64).$(printf '%s' "$3" | url64)
    printf '%s.%s' "$head" "$(printf '%s' "$head" | openssl dgst "-${4:-sha256}" -sign "$1" | url64)"
}
as() {
    curl -s -m 20 -H "Authorization: Bearer $1" -d "{\"query\":\"$2\"}" "$base/query/1" |
        python3 -c 'import json,sys; r=json.load(sys.stdin); print(json.dumps(r["data"]) if "data" in r else r["error"]["code"])'
}
refused() { check "$1" 0 unauthorized '' as "$2" 1; }

for key in one other; do openssl genrsa -out $key.pem 2048 2>/dev/null; done
openssl genrsa -out small.pem 1024 2>/dev/null
printf '{"keys":[%s,%s]}' "$(jwk one.pem k1)" "$(jwk small.pem tiny)" >keys.json
printf '{"keys":[%s]}' "$(jwk other.pem k2)" >inline.json

start jwt.fawn --dev --jwks https://auth.example.com/keys keys.json
root=secret
as $root 'Database.create({ name: \"shop\" }).name' >/dev/null
shop=$root:shop:admin
as $shop 'Collection.create({ name: \"Post\" }).name' >/dev/null
as $shop 'Post.create({ id: 1, owner: \"ann\" }).id; Post.create({ id: 2, owner: \"bob\" }).id' >/dev/null
as $shop 'Role.create({ name: \"reader\", privileges: [{ resource: \"Post\", actions: { read: \"p => p.owner == Query.token()?.sub\" } }] }).name' >/dev/null
as $shop 'Role.create({ name: \"editor\", privileges: [{ resource: \"Post\", actions: { create: true } }] }).name' >/dev/null
as $shop 'AccessProvider.create({ name: \"auth\", issuer: \"https://auth.example.com\", jwks_uri: \"https://auth.example.com/keys\", roles: [\"reader\", { role: \"editor\", predicate: \"claims => claims.scope == \\\"edit\\\"\" }] }).name' >/dev/null
aud=$(as $shop 'AccessProvider.byName(\"auth\")!.audience' | tr -d '"')
verdict 'the audience is that of the database' "$([[ $aud == https://db.fauna.com/db/?????????????? || $aud == https://db.fauna.com/db/????????????? ]] || echo "$aud")"

header='{"alg":"RS256","typ":"JWT","kid":"k1"}'
now=$(date +%s)
# claims MORE: those of a good token, and more.
claims() { printf '{"iss":"https://auth.example.com","aud":"%s","sub":"ann","exp":%d%s}' "$aud" $((now + 600)) "$1"; }
good=$(jwt one.pem "$header" "$(claims '')")
check 'a good one' 0 '["1"]' '' as "$good" 'Post.all().map(.id).toArray()'
check 'it is in the database of its audience' 0 '"ann"' '' as "$good" 'Query.token()!.sub'
check 'it is no document' 0 null '' as "$good" 'Query.identity()'
check 'a role that is not for it' 0 permission_denied '' as "$good" 'Post.create({})'
check 'a role that a claim opens' 0 '"cy"' '' \
    as "$(jwt one.pem "$header" "$(claims ',"scope":"edit"')")" 'Post.create({ owner: \"cy\" }); \"cy\"'
for bits in 384 512; do
    check "RS$bits" 0 1 '' \
        as "$(jwt one.pem "{\"alg\":\"RS$bits\",\"kid\":\"k1\"}" "$(claims '')" "sha$bits")" 1
done
check 'several audiences' 0 1 '' \
    as "$(jwt one.pem "$header" "{\"iss\":\"https://auth.example.com\",\"aud\":[\"x\",\"$aud\"],\"exp\":$((now + 600))}")" 1
check 'a time with a fraction' 0 1 '' as "$(jwt one.pem "$header" "$(claims ",\"nbf\":$((now - 5)).5")")" 1

refused 'another key signed it' "$(jwt other.pem "$header" "$(claims '')")"
refused 'no such key' "$(jwt one.pem '{"alg":"RS256","kid":"k9"}' "$(claims '')")"
refused 'no kid where there are several keys' "$(jwt one.pem '{"alg":"RS256"}' "$(claims '')")"
refused 'a key that is too small' "$(jwt small.pem '{"alg":"RS256","kid":"tiny"}' "$(claims '')")"
refused 'no signature' "$(printf '%s.%s.' "$(printf '{"alg":"none"}' | url64)" "$(claims '' | url64)")"
refused 'alg none, with a signature' "$(jwt one.pem '{"alg":"none","kid":"k1"}' "$(claims '')")"
hmac_head=$(printf '{"alg":"HS256","kid":"k1"}' | url64).$(claims '' | url64)
refused 'signed with the public key as a password' \
    "$hmac_head.$(printf '%s' "$hmac_head" | openssl dgst -sha256 -hmac "$(cat keys.json)" -binary | url64)"
refused 'another digest than it says' "$(jwt one.pem '{"alg":"RS512","kid":"k1"}' "$(claims '')")"
refused 'an extension that must be understood' "$(jwt one.pem '{"alg":"RS256","kid":"k1","crit":["x"]}' "$(claims '')")"
refused 'it has ended' "$(jwt one.pem "$header" "$(claims ",\"exp\":$((now - 5))")")"
refused 'it has not begun' "$(jwt one.pem "$header" "$(claims ",\"nbf\":$((now + 300))")")"
refused 'an end that is no time' "$(jwt one.pem "$header" "$(claims ',"exp":"never"')")"
refused 'another issuer' "$(jwt one.pem "$header" "$(claims ',"iss":"https://evil.example.com"')")"
refused 'no issuer' "$(jwt one.pem "$header" "{\"aud\":\"$aud\"}")"
refused 'another audience' "$(jwt one.pem "$header" "$(claims ',"aud":"https://db.fauna.com/db/yyyyyyyyyyyyy"')")"
refused 'an audience that is no database' "$(jwt one.pem "$header" "$(claims ',"aud":"shop"')")"
refused 'no audience' "$(jwt one.pem "$header" '{"iss":"https://auth.example.com"}')"
refused 'claims that were changed' "${good%%.*}.$(claims ',"scope":"edit"' | url64).${good##*.}"
refused 'claims that are no object' "$(jwt one.pem "$header" '[1]')"
refused 'a scope behind it' "$good:admin"
refused 'two parts' "${good%.*}"
refused 'four parts' "$good.x"
for odd in ey. ey.. eyJ.eyJ.eyJ e30.e30.e30 'ey*.e30.e30' eyJhbGciOiJSUzI1NiJ9..; do
    refused "rubbish: $odd" "$odd"
done
as $shop "AccessProvider.create({ name: \\\"inline\\\", issuer: \\\"https://inline.example.com\\\", jwks_uri: \\\"data:application/json;base64,$(base64 -w0 inline.json)\\\", roles: \\\"reader\\\" }).name" >/dev/null
inline="{\"iss\":\"https://inline.example.com\",\"aud\":\"$aud\",\"sub\":\"bob\"}"
check 'keys in the provider itself; one key needs no kid; no end' 0 '["2"]' '' \
    as "$(jwt other.pem '{"alg":"RS256"}' "$inline")" 'Post.all().map(.id).toArray()'
refused 'the key of another provider' "$(jwt one.pem '{"alg":"RS256"}' "$inline")"
as $shop 'AccessProvider.create({ name: \"unknown\", issuer: \"https://u.example.com\", jwks_uri: \"https://u.example.com/k\", roles: \"reader\" }).name' >/dev/null
refused 'a provider whose keys nobody gave' "$(jwt one.pem "$header" "$(claims ',"iss":"https://u.example.com"')")"

# The keys change while it runs.
# logged WORD TIMES: waits until the log has it so often.
logged() { for _ in $(seq 200); do [ "$(grep -c "$1" server.log)" -ge "$2" ] && return; sleep 0.05; done; cat server.log; }
cp keys.json before.json
printf '{"keys":[%s]}' "$(jwk other.pem k1)" >keys.json
check 'a file that changed is read when it is asked for' 0 1 '' as "$good" 1
kill -HUP "$server"
verdict 'SIGHUP has it read' "$(logged '"keys_read","file":"keys.json"' 1)"
refused 'the key of before' "$good"
check 'the new one opens' 0 1 '' as "$(jwt other.pem "$header" "$(claims '')")" 1
echo rubbish >keys.json
kill -HUP "$server"
verdict 'what is no key set is told' "$(logged '"keys_not_read","file":"keys.json","reason":"it has no array of keys"' 1)"
check 'and the keys before stay' 0 1 '' as "$(jwt other.pem "$header" "$(claims '')")" 1
mv before.json keys.json
kill -HUP "$server"
verdict 'and are read again' "$(logged '"keys_read"' 2)"
check 'the first one is good again' 0 1 '' as "$good" 1
as $shop 'AccessProvider.byName(\"auth\")!.update({ roles: { role: \"editor\", predicate: \"c => c.nothing.more\" } }).name' >/dev/null
refused 'no role is for it' "$good"
as $shop 'AccessProvider.byName(\"auth\")!.delete().exists()' >/dev/null
refused 'the provider is deleted' "$good"
check 'a key set that is not there' 2 '' 'fawn: serve: nowhere.json:*' \
    "$fawn" serve --dev --port 0 --jwks https://a.example.com nowhere.json
kill -TERM "$server"
wait "$server"
verdict 'tokens are in no log' "$(grep -l "${good##*.}" server.log)"
finish
