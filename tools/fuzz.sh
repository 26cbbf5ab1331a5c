#!/usr/bin/env bash
# Builds the libFuzzer targets of tests/fuzz and lets each run for a moment, from its committed corpus:
# tools/fuzz.sh [--seconds N] [TARGET…]   (2 seconds each; longer finds more). What is found new stays in build/fuzz.
# A finding is written to build/fuzz/findings; run the target with that file to see it again, then add it to the corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=2
if [[ ${1:-} == --seconds ]]; then
    seconds=${2:?"--seconds wants a number"}
    shift 2
fi
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(sed -n 's/^assay_fuzz(\([a-z0-9_]*\)\.cpp .*/\1/p' tests/fuzz/CMakeLists.txt)

cmake --preset fuzz --log-level=WARNING >/dev/null
cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}"
mkdir -p build/fuzz/findings
status=0
for target in "${targets[@]}"; do
    mkdir -p "build/fuzz/corpus/$target"
    log=build/fuzz/$target.log
    if "build/fuzz/tests/fuzz/fuzz_$target" -seed=1 -runs=200000 -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -artifact_prefix="build/fuzz/findings/$target-" "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
        printf '%-14s %s\n' "$target" "$(grep -o 'Done .*' "$log" | tail -n 1)"
    else
        tail -n 25 "$log"
        printf '%-14s FAILED; the lines above say what, %s has all of it\n' "$target" "$log"
        status=1
    fi
done
exit "$status"
