#!/usr/bin/env bash
# `fawn fmt`: files, folders, stdin, what it refuses; and every golden query formats to something
# that formats to itself.
source "$(dirname "$0")/checks.bash" "$@"

printf 'let x=1\nx+  2 // c\n' > a.fql
chmod 750 a.fql
check 'what would change is told' 1 'a.fql' '1 file would change, 0 as they should be' \
    "$fawn" fmt --check a.fql
check 'a file is formatted' 0 'a.fql' '1 file formatted, 0 as they should be' "$fawn" fmt a.fql
check 'it is as it should be' 0 $'let x = 1\nx + 2 // c' '' cat a.fql
check 'it keeps its mode' 0 750 '' stat -c %a a.fql
check 'nothing is left to do' 0 '' '' "$fawn" fmt --check a.fql
check 'from stdin to stdout' 0 'f(1, 2)' '' "$fawn" fmt - <<< 'f( 1,2 )'
check 'a schema from stdin' 0 $'collection A {\n  a: Int\n}' '' "$fawn" fmt --fsl <<< 'collection A{a:Int}'

printf 'f(1\n' > bad.fql
cp bad.fql copy
check 'what does not parse is refused' 1 '' '*at bad.fql:1:4*' "$fawn" fmt bad.fql
check 'and stays as it is' 0 '' '' cmp bad.fql copy
printf '\xff' > bytes.fql
check 'bytes that are no text are refused' 1 '' 'bytes.fql: byte 0 is not UTF-8' "$fawn" fmt bytes.fql
check 'a missing file is told' 2 '' 'fawn: cannot read `none.fql`: No such file*' "$fawn" fmt none.fql

mkdir -p d/e
printf '1+1' > d/a.fql
printf 'collection A{}' > d/e/b.fsl
printf 'x' > d/c.txt
check 'a folder has files of both kinds' 0 $'d/a.fql\nd/e/b.fsl' '' "$fawn" fmt -q d

printf '#!/usr/bin/env fawn\n\n1+1\n---\n2+2;\n.mode json\n3+3\n' > parts.fql
check 'parts and commands stay' 0 $'#!/usr/bin/env fawn\n\n1 + 1\n---\n2 + 2\n\n.mode json\n3 + 3' '' \
    "$fawn" fmt < parts.fql
check 'and give the same' 0 "$("$fawn" parts.fql)" '' bash -c '"$0" fmt -q parts.fql >/dev/null && "$0" parts.fql' "$fawn"
printf '1\n---\nf(\n' > places.fql
check 'places are those of the file' 1 '' '*at places.fql:3:3*' "$fawn" fmt places.fql

# -- the golden queries, a file each, which has a comment in it besides
mkdir corpus
awk -v RS= '!/^\.restart/ { file = sprintf("corpus/%05d.fql", ++n); print $0 "\n// end" > file; close(file) }' \
    "$here"/../golden/*/*.fql
cp "$here"/../../examples/*.f[qs]l corpus
"$fawn" fmt -q corpus > result 2> errors
verdict 'a hundred of them change' "$([ "$(wc -l < result)" -gt 100 ] || cat result)"
verdict 'none of them would read as another' "$(grep -c 'please report' errors | grep -v '^0$')"
check 'what is formatted formats to itself' 1 '' '*' "$fawn" fmt -q --check corpus
verdict 'no comment is lost' \
    "$([ "$(grep -L '^ *// end$' corpus/0*.fql | wc -l)" -eq 0 ] || grep -L '^ *// end$' corpus/0*.fql)"
finish
