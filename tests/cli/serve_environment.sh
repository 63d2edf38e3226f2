#!/usr/bin/env bash
# fawn serve: /environment/1, what editors are told that queries may name.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

start --dev
# environment SECRET: the answer, and the status.
environment() { curl -s -m 20 ${1:+-H "Authorization: Bearer $1"} -w ' %{http_code}' "$base/environment/1"; }
# told PATH...: what a path of keys leads to.
told() {
    call "$base/environment/1" | python3 -c '
import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[key]
print(value if isinstance(value, (str, int)) else json.dumps(value))' "$@"
}
for secret in '' wrong secret:nowhere:admin; do
    check "with ${secret:-no secret}" 0 \
        '{"code":"unauthorized","message":"Invalid token, unable to authenticate request"} 401' '' environment "$secret"
done
for role in client server-readonly; do
    check "as a $role" 0 \
        '{"code":"forbidden","message":"A valid admin/server key must be provided to use this endpoint"} 403' '' \
        environment "secret:$role"
done
check 'a server may' 0 200 '' curl -s -m 20 -o body -w '%{http_code}' -H 'Authorization: Bearer secret:server' "$base/environment/1"
check 'a module' 0 MathModule '' told environment globals Math
check 'its functions' 0 '(x: Number, y: Number) => Number' '' told environment types MathModule fields hypot
check 'its kind' 0 module '' told environment types MathModule type_hint
check 'a method of two signatures' 0 '(() => String) & ((format: String) => String)' '' told environment types String fields casefold
check 'a type with a parameter' 0 '<A> Array<A>' '' told environment types Array self
check 'and its methods' 0 '<A> (limit: Number) => Array<A>' '' told environment types Array fields take
check 'operators' 0 '(other: Number) => Number' '' told environment types Number ops '*'

value 'Collection.create({ name: \"Author\", fields: { first: { signature: \"String\" } }, indexes: { byFirst: { terms: [{ field: \"first\" }] } } }); Function.create({ name: \"shout\", alias: \"cry\", body: \"x => x\", signature: \"(String) => String\" }).name' >/dev/null
check 'a collection' 0 AuthorCollection '' told environment globals Author
check 'its kind' 0 user_collection '' told environment types AuthorCollection type_hint
check 'what creates a document' 0 '(data: { id: ID | Null, first: String }) => Author' '' told environment types AuthorCollection fields create
check 'an index' 0 '((term1: String) => Set<Author>) & ((term1: String, range: { from: Any } | { to: Any } | { from: Any, to: Any }) => Set<Author>)' '' \
    told environment types AuthorCollection fields byFirst
check 'a document' 0 '{ id: ID, ts: Time, ttl: Time | Null, first: String }' '' told environment types Author alias
check 'none' 0 Null '' told environment types NullAuthor alias
check 'a function' 0 'UserFunction<(x: String) => String>' '' told environment globals shout
check 'by its alias' 0 'UserFunction<(x: String) => String>' '' told environment globals cry
check 'the version is that of queries' 0 "$(told schema_version)" '' bash -c "
    curl -s -m 20 -H 'Authorization: Bearer secret' -d '{\"query\":\"1\"}' $base/query/1 | sed 's/.*\"schema_version\":\([0-9]*\).*/\1/'"
stop
finish
