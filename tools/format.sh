#!/usr/bin/env bash
# Formats every C++ file of the repository, or with --check only says which ones are not formatted (exit code 1).
# It requires clang-format 14: another version formats differently, so then nothing is changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

formatter=$(command -v clang-format-14 || command -v clang-format || true)
if [[ -z $formatter || $("$formatter" --version) != *"version 14."* ]]; then
    echo "format: clang-format 14 is not here (Debian 12 has it), so formatting is not touched."
    exit 0
fi
arguments=(-i)
if [[ ${1:-} == --check ]]; then
    arguments=(--dry-run --Werror)
fi
if ! git ls-files -z '*.cpp' '*.hpp' | xargs -0 -r "$formatter" "${arguments[@]}"; then
    echo "format: run \`make format\` and commit the result." >&2
    exit 1
fi
