#!/usr/bin/env bash
# The .cpp files that differ from a commit, and those that include a changed header directly: tools/changed.sh COMMIT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
changed=$(git diff --name-only --diff-filter=d "${1:?"tools/changed.sh COMMIT"}" -- '*.cpp' '*.hpp')
{
    grep '\.cpp$' <<<"$changed" || true
    while read -r header; do
        git grep -lF "#include \"$header\"" -- '*.cpp' || true
    done < <(grep '\.hpp$' <<<"$changed" || true)
} | sort -u
