#!/usr/bin/env bash
# The first minute of a new user: in a minimal Debian 12 with the program and one language, from nothing to the verdict about a client of
# their own, in three commands: tests/packaging/first_minute.sh PROGRAM [python|node|go ...]
# The commands are those that `assay init` prints. Languages come from Debian and setup/; the seconds count from the first command
# on, with empty caches of pip, npm and Go. The root with the languages is kept as build/fresh/bookworm-languages.tar.
# Variables: FIRST_MINUTE_S, the bound for each language (60). Needs root.
# Exit codes: 0 all within the bound, 1 one was not, 3 the root cannot be made here.
set -euo pipefail
program=$(realpath "${1:?the static program}")
shift
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/mirror.sh
source tools/settings.sh
kept=$PWD/build/fresh/bookworm-languages.tar
bound=${FIRST_MINUTE_S:-60}
home=/root
languages=("$@")
[[ $# -gt 0 ]] || languages=(python node go)

[[ $(id -u) -eq 0 ]] || { echo 'first minute: only root may make a root file system and enter it' >&2; exit 3; }
[[ $(readelf -d "$program") != *NEEDED* ]] || { echo "first minute: $program needs shared libraries; make release" >&2; exit 3; }
# Mounts and processes end with this script.
if [[ -z ${FIRST_MINUTE_INSIDE:-} ]]; then
    FIRST_MINUTE_INSIDE=yes exec unshare --mount --pid --fork --kill-child -- tests/packaging/first_minute.sh "$program" "${languages[@]}"
fi

root=$(mktemp -d)
leave() {
    local code=$?
    umount -l "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$root"
    exit "$code"
}
trap leave EXIT

# inside COMMAND...: as a user who has just logged in.
inside() {
    chroot "$root" env -i "${along[@]}" HOME=$home TERM=dumb DEBIAN_FRONTEND=noninteractive \
        PATH=/languages/.toolchain/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin "$@" </dev/null
}

languages_from_debian_and_setup() {
    debootstrap --variant=minbase bookworm "$root" "$(mirror)"
    settings
    mount -t proc proc "$root/proc"
    inside apt-get update
    inside apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv
    settings  # with update-ca-certificates
    mkdir "$root/languages"
    cp -r setup "$root/languages/"
    inside /languages/setup/clients.sh --toolchains --none
    umount "$root/proc"
    rm -rf "$root$home/.cache" "$root$home/.npm" "$root"/var/cache/apt/archives/*.deb
    tar -C "$root" --one-file-system -cf "$kept.new" .
    mv "$kept.new" "$kept"
}

# try LANGUAGE: prints the line of the report.
try() {
    local start commands took verdict undecided
    rm -rf "$root/try"
    mkdir "$root/try"
    start=${EPOCHREALTIME//./}
    # The three commands: this one, and the two that it prints below `cd my-client`.
    inside sh -ec "cd /try; assay init client --language $1 my-client" >"$root/said" 2>&1
    commands=$(sed '1,/^Next:$/d' "$root/said")
    inside sh -c "cd /try; $commands" >"$root/said" 2>&1 || true
    took=$(((${EPOCHREALTIME//./} - start) / 100000))
    verdict=$(grep -E '^(PASS|FAIL|ERROR)  ' "$root/said" || true)
    # On a busy machine a single check may run out of time.
    undecided=$(grep -oE '[0-9]+ could not be decided' <<<"$verdict" | grep -oE '^[0-9]+' || true)
    printf '%3d.%d s  %-7s %d lines  %s\n' $((took / 10)) $((took % 10)) "$1" "$(wc -l <<<"$commands")" "${verdict:-no verdict}"
    if [[ -z $verdict || ${undecided:-0} -gt 3 || $took -gt $((bound * 10)) ]]; then
        grep -A 8 '^  ERROR' "$root/said" | sed 's/^/        /' || true
        tail -n 20 "$root/said" | sed 's/^/        /'
        return 1
    fi
}

mapfile -d '' -t along < <(variables)
if [[ ! -f $kept ]]; then
    echo "first minute: making a minimal bookworm with Python, Node.js and Go, once; it stays in $kept"
    mkdir -p "${kept%/*}"
    languages_from_debian_and_setup >"${kept%.tar}.log" 2>&1 || {
        tail -n 15 "${kept%.tar}.log" >&2
        exit 3
    }
else
    tar -C "$root" -xf "$kept"
    settings
fi
mapfile -d '' -t along < <(variables)
mount -t proc proc "$root/proc"
install "$program" "$root/usr/local/bin/assay"
failed=0
for language in "${languages[@]}"; do try "$language" || failed=1; done
exit "$failed"
