#!/usr/bin/env bash
# Compiles every source separately with a newer compiler and another standard library than Debian 12's (clang 19, libc++): a
# missing include, or code that only our compiler accepts, shows here before it fails on a newer system.
# tools/newer.sh [--since COMMIT | PART_OF_A_PATH...]
# --since: only what differs from that commit, and what includes a changed header directly. All sources take more than 15 minutes on two cores.
# Enables what libc++ 19 still calls experimental (std::jthread). The machine's libraries are built with libstdc++, so nothing
# is linked. Writes only to build/newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build/newer
compiler=${NEWER_CXX:-clang++-19}
if ! command -v "$compiler" >/dev/null; then
    echo "newer: $compiler is not here; setup/packages.sh --dev installs it, NEWER_CXX names another clang" >&2
    exit 3
fi
if [[ ${1:-} == --since ]]; then
    changed=$(tools/changed.sh "${2:?"--since wants a commit"}")
    [[ -n $changed ]] || { echo "newer: no C++ file changed"; exit 0; }
    since=yes
    mapfile -t changed <<<"$changed"
    set -- "${changed[@]/#//}"
fi
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="-stdlib=libc++ -fexperimental-library" \
    -DASSAY_WERROR=ON -DASSAY_FUZZ=ON --log-level=WARNING >/dev/null

# The compile commands, without output options: one per line, for xargs.
commands() {
    python3 - "$build/compile_commands.json" "$@" <<'END'
import json, re, sys
for entry in json.load(open(sys.argv[1])):
    if "/build/" in entry["file"] or (sys.argv[2:] and not any(part in entry["file"] for part in sys.argv[2:])):
        continue
    print(re.sub(r" -o \S+ -c ", " -fsyntax-only ", entry["command"]))
END
}

mapfile -t all < <(commands "$@")
[[ ${#all[@]} -gt 0 || -z ${since:-} ]] || { echo "newer: what changed is compiled by no target here"; exit 0; }
[[ ${#all[@]} -gt 0 ]] || { echo "newer: no source has $* in its path" >&2; exit 2; }
echo "newer: ${#all[@]} sources"
if ! printf '%s\0' "${all[@]}" | (cd "$build" && xargs -0 -P "$(nproc)" -n 1 bash -c); then
    echo "newer: mend what stands above" >&2
    exit 1
fi
