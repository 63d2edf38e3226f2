#!/usr/bin/env bash
# Charts as files, and queries that are watched. (What charts look like in characters is tested by
# tests/golden/chart.)
source "$(dirname "$0")/checks.bash" "$@"

drive() {
    local name=$1
    shift
    verdict "$name" "$(python3 "$here/drive.py" "$fawn" "$@" 2>&1)"
}

data='[{ name: "a<b & \"c\"", x: 1, y: -2 }, { name: "d", x: 2, y: 4 }, { name: "e", x: 3, y: null }]'
for kind in 'bar name y' 'line x y' 'hist y' 'scatter x y'; do
    check "a $kind is written as SVG" 0 '' '' "$fawn" -e "\\once c.svg
\\chart $kind
$data"
    verdict "the file of a $kind is well-formed" \
        "$(python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' c.svg 2>&1)"
done
"$fawn" -e "\\once c.svg
\\chart bar name y
$data"
verdict 'names are escaped' "$(grep -qF 'a&lt;b &amp; &quot;c&quot;' c.svg || cat c.svg)"
verdict 'there is a bar for each number' "$([ "$(grep -c '<rect x=' c.svg)" -eq 2 ] || cat c.svg)"
check 'an empty chart says so' 0 '' '' "$fawn" -e $'\\once c.svg\n\\chart bar\n[]'
verdict 'in the file' "$(grep -q 'nothing to draw' c.svg || cat c.svg)"
check 'a query that fails leaves the file alone' 1 '' 'error: *' "$fawn" -e $'\\once c.svg\n\\chart bar\n1 / 0'
verdict 'as it was' "$(grep -q 'nothing to draw' c.svg || cat c.svg)"
check 'it is of one query' 0 $'a  ██████████████████████████████████████████████████████████████████████████ 12\n1' '' \
    "$fawn" -e $'\\chart bar\n[{ n: "a", v: 12 }]\n---\n1'

"$fawn" w.fawn -m off -e 'Collection.create({ name: "A" })'
check 'what stays the same is shown once' 0 0 '' "$fawn" w.fawn -e '\watch 0.01 x3 A.all().count()'
check 'what changes is shown again' 0 $'1\n2\n3' '' \
    "$fawn" w.fawn -e '\watch 0.01 x3 let a = A.create({}); A.all().count()'
check 'charts are watched too' 0 'a  ███████████████████████████████████████████████████████████████████████████ 1' '' \
    "$fawn" -e '\watch 0.01 x2 --chart bar .n .v [{ n: "a", v: 1 }]'
check 'a failure ends it' 1 '' 'error: *' "$fawn" -e '\watch 0.01 1 / 0'
check 'it needs a query' 1 '' 'fawn: usage: .watch *' "$fawn" -e '\watch 1'

drive 'Ctrl-C ends it' <<'S'
expect fawn> 
send .watch 0.05 "tick"\r
expect until Ctrl-C
send \x03
expect fawn> 
send 1 + 1\r
expect 2
send .exit\r
exit 0
S
drive 'the last result is drawn at the prompt' <<'S'
expect fawn> 
send [{ n: "bar", v: 1 }]\r
expect fawn> 
send .chart bar\r
expect bar  █
send .spark\r
expect fawn> 
send .exit\r
exit 0
S
finish
