#!/usr/bin/env bash
# Tests what CI services get: ci/test.sh [PROGRAM]
# Validates action.yml, the GitLab template and the examples of docs/ci.md by the services' schemas, and runs the steps against a
# server and a client, with the variables that the services set.
# Exit codes: 0 passed, 1 something is wrong, 3 there is no program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=${1:-build/release/assay}
[[ -x $program ]] || { printf 'ci: there is no %s; make build\n' "$program" >&2; exit 3; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --only-binary=:all: --require-hashes \
    -r ci/requirements.txt
check=$scratch/venv/bin/check-jsonschema
# The examples, each by the name in its first line.
awk -v folder="$scratch" '
    /^```yaml/ { getline; file = folder "/" $2; gsub(".*/", "", file); file = folder "/" file; inside = 1; next }
    /^```/ { inside = 0 }
    inside { print > file }' docs/ci.md
"$check" --builtin-schema vendor.github-actions action.yml
"$check" --builtin-schema vendor.github-workflows "$scratch/oauth.yml"
"$check" --builtin-schema vendor.gitlab-ci ci/gitlab/assay.yml "$scratch/.gitlab-ci.yml"
"$scratch/venv/bin/python" ci/test_steps.py "$(realpath "$program")"
