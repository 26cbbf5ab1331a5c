#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy) on the .cpp files that changed: tools/tidy.sh [BASE|--all]
# BASE is a commit; without it, the newest one that is a day older than HEAD. A changed header adds every .cpp that
# includes it. The compile commands are those of a release with each source apart, configured in build/tidy and never built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build/tidy

base=${1:-}
if [[ -z $base ]]; then
    head_time=$(git show -s --format=%ct HEAD)
    base=$(git rev-list -1 --before=$((head_time - 86400)) HEAD)
fi

if [[ -z $base || $base == --all ]] || ! git diff --quiet "$base" -- .clang-tidy; then
    files=$(git ls-files '*.cpp')
else
    files=$(tools/changed.sh "$base")
fi
# The peers of the benchmarks are separate programs, in no room and no build.
files=$(grep -v '^bench/peers/' <<<"$files" || true)
if [[ -z $files ]]; then
    echo "tidy: no C++ file changed"
    exit 0
fi
cmake --preset release -B "$build" -DASSAY_UNITY=OFF --log-level=WARNING >/dev/null
echo "tidy: $(wc -l <<<"$files") files"
# The build is GCC's: a warning option that clang does not know is not a finding. For clean files stderr only has the
# number of warnings in other people's headers.
if ! xargs -P "$(nproc)" -n 1 clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option -p "$build" <<<"$files" 2>/dev/null; then
    echo "tidy: mend what stands above; a check that is wrong here is switched off in .clang-tidy with its reason." >&2
    exit 1
fi
