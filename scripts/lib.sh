# lib.sh: what the scripts share. Sourced, never run. Leaves the shell in the repository's root.
#
# A suite is a command that closes with a plain line `N passed, N failed`; scripts/test adds
# those lines up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=${FAWN_JOBS:-$(nproc)}

# Any finding of a sanitizer ends the program, with a stack that can be read.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=0:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

die() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# build_tree NAME: configures build/NAME, one of the trees below, once, and builds all of it (of
# tsan: what has several threads). Quiet unless it fails.
build_tree() {
    local dir=build/$1 log=build/$1.log options targets=(all)
    local checked=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-g -O1" -DFAWN_SANITIZE=ON)
    case $1 in
        release) options=(-DCMAKE_BUILD_TYPE=Release -DFAWN_TESTS=OFF -DFAWN_WERROR=OFF) ;;
        optimized) options=(-DCMAKE_BUILD_TYPE=Release -DFAWN_WERROR=OFF) ;; # release, with tests
        debug) options=("${checked[@]}") ;;
        stress) options=("${checked[@]}" -DFAWN_STRESS=ON) ;;
        tsan)
            options=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-g -O1"
                     -DFAWN_SANITIZE=thread -DFAWN_WERROR=OFF) # gcc sees null where none can be
            targets=(store_tests fawn)
            ;;
        fuzz) options=("${checked[@]}" -DCMAKE_C_COMPILER=clang -DFAWN_FUZZ=ON) ;;
        *) die "no such build tree: $1" ;;
    esac
    mkdir -p "$dir"
    if ! { { [ -f "$dir/Makefile" ] || cmake -S . -B "$dir" -G 'Unix Makefiles' "${options[@]}"; } &&
           cmake --build "$dir" -j "$jobs" --target "${targets[@]}"; } >"$log" 2>&1; then
        grep -E -A 8 'error:|Error|warning:' "$log" | head -n 60 >&2
        die "building $dir failed; all of it is in $log"
    fi
}

# report PASSED FAILED: the closing line of a suite, and its exit status.
report() {
    echo "$1 passed, $2 failed"
    [ "$2" -eq 0 ]
}
