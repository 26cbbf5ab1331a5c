#!/usr/bin/env bash
# Builds the libFuzzer targets of tests/fuzz and lets each run from its committed corpus, in parallel on all cores:
# tools/fuzz.sh [--minutes N | --seconds N] [--record] [TARGET…]
#   without arguments  2 seconds for each target that tests/fuzz/CMakeLists.txt marks QUICK: the parsers that are built
#                      in a minute. This is what CI runs.
#   --minutes N        N minutes, which all targets (or those that are named) share; --seconds N: that long for each
#   --record           adds the run to tests/fuzz/hours.tsv (docs/fuzzing.md)
# FUZZ_JOBS: how many run at once (default: the number of cores). FUZZ_BUILD: a folder with targets that are built
# already; nothing is built then. What is found new stays in build/fuzz/corpus and is the next run's start.
# A finding is kept in build/fuzz/findings; the last lines say how to see it again. Exit code 1 if there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=build/fuzz
jobs=${FUZZ_JOBS:-$(nproc)}

names_in_cmake() { sed -n "s/^assay_fuzz(\([a-z0-9_]*\)\.cpp $1.*/\1/p" tests/fuzz/CMakeLists.txt; }

seconds=2
minutes=
record=no
targets=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --seconds) seconds=${2:?"--seconds wants a number"}; shift ;;
        --minutes) minutes=${2:?"--minutes wants a number"}; shift ;;
        --record) record=yes ;;
        -*) printf 'there is no %s; --minutes N, --seconds N and --record are there\n' "$1" >&2; exit 2 ;;
        *) targets+=("$1") ;;
    esac
    shift
done
if [[ ${#targets[@]} -eq 0 ]]; then
    if [[ -n $minutes ]]; then mapfile -t targets < <(names_in_cmake ''); else mapfile -t targets < <(names_in_cmake QUICK); fi
fi
[[ ${minutes:-1} =~ ^[1-9][0-9]*$ ]] || { echo "fuzz: --minutes '$minutes' is no whole number" >&2; exit 2; }
if [[ -n $minutes ]]; then
    seconds=$((minutes * 60 * jobs / ${#targets[@]}))
    [[ $seconds -gt 0 ]] || seconds=1
fi

binaries=${FUZZ_BUILD:-$work/tests/fuzz}
if [[ -z ${FUZZ_BUILD:-} ]]; then
    cmake --preset fuzz --log-level=WARNING >/dev/null
    cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}"
fi
mkdir -p "$work/findings" "$work/logs" "$work/dictionaries"

# The words that a mutation may insert: the schema of the file that the target reads, or a committed list.
dictionary_of() {
    local schema=
    case $1 in
        check_yaml | yaml) schema=check ;;
        client_yaml) schema=client ;;
        dialect) schema=dialect ;;
        serve_yaml) schema=serve ;;
        load_result) schema=load ;;
        run_result) schema=result ;;
        capsule) schema=capsule ;;
        http_request | http_response | multipart) echo tests/fuzz/dictionaries/http.dict ;;
        tokens | jws | claims | capture) echo tests/fuzz/dictionaries/oauth.dict ;;
        json) echo tests/fuzz/dictionaries/json.dict ;;
    esac
    [[ -n $schema ]] || return 0
    tests/fuzz/dictionary.py "docs/schema/$schema.json" >"$work/dictionaries/$schema.dict"
    echo "$work/dictionaries/$schema.dict"
}

options_of() {
    case $1 in
        # These open connections, and a client may wait for its deadline. What threads of a running server hold is no leak.
        relying_party | server_check) echo -max_len=4096 -timeout=60 -detect_leaks=0 ;;
        run_result | load_result) echo -max_len=16384 -timeout=10 ;;
        check_yaml | client_yaml | dialect | mock) echo -max_len=8192 -timeout=10 ;;
        *) echo -max_len=4096 -timeout=10 ;;
    esac
}

run_one() {
    local target=$1 words options log=$work/logs/$1.log
    words=$(dictionary_of "$target")
    read -ra options <<<"$(options_of "$target") ${words:+-dict=$words}"
    mkdir -p "$work/corpus/$target" "tests/fuzz/corpus/$target"
    [[ ${options[*]} != *detect_leaks=0* ]] || export ASAN_OPTIONS=detect_leaks=0
    "$binaries/fuzz_$target" -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" -print_final_stats=1 \
        "${options[@]}" -artifact_prefix="$work/findings/$target-" "$work/corpus/$target" "tests/fuzz/corpus/$target" \
        >"$log" 2>&1 || printf 'ended with %s\n' "$?" >>"$log"
}

number_in() { grep -o "$2" "$1" | tail -n 1 | grep -o '[0-9]*' | head -n 1 || true; }

began=$(date +%s)
pids=()
for target in "${targets[@]}"; do
    while [[ $(jobs -rp | wc -l) -ge $jobs ]]; do wait -n || true; done
    run_one "$target" &
    pids+=($!)
done
wait "${pids[@]}"
took=$(($(date +%s) - began))

findings=0
executions=0
printf '%-14s %11s %8s %15s %9s %8s  %s\n' target executions 'exec/s' 'edges (of)' features corpus findings
for target in "${targets[@]}"; do
    log=$work/logs/$target.log
    ran=$(number_in "$log" 'number_of_executed_units: *[0-9]*')
    speed=$(number_in "$log" 'average_exec_per_sec: *[0-9]*')
    edges=$(number_in "$log" 'cov: [0-9]*')
    of=$(sed -n 's/.*Loaded [0-9]* modules *(\([0-9]*\) inline.*/\1/p' "$log" | head -n 1)
    said=none
    if grep -q '^ended with' "$log"; then
        said=FOUND
        findings=$((findings + 1))
    fi
    executions=$((executions + ${ran:-0}))
    printf '%-14s %11s %8s %15s %9s %8s  %s\n' "$target" "${ran:--}" "${speed:--}" "${edges:--} (${of:--})" \
        "$(number_in "$log" 'ft: [0-9]*')" "$(number_in "$log" 'corp: [0-9]*')" "$said"
done
printf '%d targets, %d executions in %d s on %d cores, %d findings\n' "${#targets[@]}" "$executions" "$took" "$jobs" "$findings"

for target in "${targets[@]}"; do
    log=$work/logs/$target.log
    grep -q '^ended with' "$log" || continue
    printf '\n%s:\n' "$target"
    grep -E 'does not hold|ERROR: |SUMMARY|runtime error|Test unit written' "$log" | tail -n 6 || tail -n 12 "$log"
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    printf 'again: %s/fuzz_%s %s   (all of it: %s)\n' "$binaries" "$target" "${input:-}" "$log"
done

if [[ $record == yes ]]; then
    printf '%s\t%s\t%d\t%d\t%d\t%d\t%d\n' "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$((took / 60))" "$jobs" "${#targets[@]}" \
        "$executions" "$findings" >>tests/fuzz/hours.tsv
fi
[[ $findings -eq 0 ]]
