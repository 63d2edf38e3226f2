# checks.bash: what the command-line tests share. Sourced with the binary as $1; a test prints
# `ok NAME` or `not ok NAME` for each of its checks, and ends with `finish`.
set -uo pipefail
fawn=$(realpath "${1:?usage: $0 FAWN}")
here=$(realpath "$(dirname "${BASH_SOURCE[1]}")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
export FAWN_HISTORY=$folder/history FAWN_PAGER=cat NO_COLOR=1
failures=0

# verdict NAME REASON: an empty reason is success.
verdict() {
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        failures=$((failures + 1))
        printf 'not ok %s\n%s\n' "$1" "$2"
    fi
}

# check NAME CODE STDOUT STDERR COMMAND...: STDOUT is exact but for final newlines, STDERR a
# pattern. The command's stdin is that of `check`.
check() {
    local name=$1 code=$2 stdout=$3 stderr=$4 reason='' got_code=0 got_out got_err
    shift 4
    got_out=$("$@" 2>stderr) || got_code=$?
    got_err=$(cat stderr)
    [ "$got_code" -eq "$code" ] || reason+="  exit code $got_code, expected $code"$'\n'
    [ "$got_out" == "$stdout" ] || reason+="  stdout: $got_out"$'\n'"  expected: $stdout"$'\n'
    # shellcheck disable=SC2053
    [[ $got_err == $stderr ]] || reason+="  stderr: $got_err"$'\n'"  expected: $stderr"$'\n'
    [ -z "$reason" ] || reason+="  command: $*"
    verdict "$name" "$reason"
}

finish() {
    [ "$failures" -eq 0 ]
    exit
}
