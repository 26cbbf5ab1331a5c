#!/usr/bin/env bash
# Runs what the README promises on a machine that has nothing yet: a minimal Debian with make, git and ca-certificates.
# tools/fresh.sh [--suite bookworm|trixie] [demo|test|both]   (bookworm, both)
# The root is debootstrap's, kept as build/fresh/SUITE.tar; in it a clean clone of HEAD, in a folder of the same name as here,
# runs `make demo`, `make test` or both. What was compiled, and packages, are shared with other runs: with ccache it takes minutes.
# How this machine reaches registries (apt's mirror, proxies, certificates, settings of pip, npm, cargo and Go) holds there, too.
# Variables: PRESET as for make; FRESH_MINUTES, the bound of each command (60). Needs root. Mounts are in a namespace of
# their own and end with it, however this script ends.
# Exit codes: 0 passed, 1 a command failed or took too long, 2 usage, 3 the root cannot be made here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source=$PWD
source tools/mirror.sh
source tools/settings.sh
kept=$source/build/fresh
suite=bookworm
wanted=(demo test)
minutes=${FRESH_MINUTES:-60}

say() { printf 'fresh: %s\n' "$*"; }
fail() {
    local code=$1
    shift
    say "$*" >&2
    exit "$code"
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --suite)
            suite=${2:-}
            shift
            ;;
        demo | test) wanted=("$1") ;;
        both) wanted=(demo test) ;;
        *) fail 2 "there is no $1; tools/fresh.sh [--suite bookworm|trixie] [demo|test|both]" ;;
    esac
    shift
done
[[ $suite == bookworm || $suite == trixie ]] || fail 2 "there is no suite '$suite'; bookworm and trixie are there"
[[ $(id -u) -eq 0 ]] || fail 3 "only root may make a root file system and enter it: run it as root, or with sudo"
command -v debootstrap >/dev/null || fail 3 "debootstrap is not here: setup/packages.sh --dev installs it"

# All mounts and processes below belong to these namespaces, which end with the script.
if [[ -z ${FRESH_INSIDE:-} ]]; then
    FRESH_INSIDE=yes exec unshare --mount --pid --fork --kill-child -- "$source/tools/fresh.sh" --suite "$suite" \
        "$([[ ${#wanted[@]} -eq 2 ]] && echo both || echo "${wanted[0]}")"
fi

mkdir -p "$kept/$suite-debs"
exec 9>"$kept/$suite.lock"
flock --nonblock 9 || fail 3 "another tools/fresh.sh is at work on $suite here; wait for its end"
# Left by a script that was killed; its mounts ended with it.
rm -rf --one-file-system "$kept/$suite".root.*
root=$(mktemp -d "$kept/$suite.root.XXXXXX")
# Unmounts first: rm must not descend into mounts.
leave() {
    local code=$?
    awk -v root="$root/" 'index($2, root) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n 1 umount -l
    rm -rf --one-file-system "$root"
    exit "$code"
}
trap leave EXIT
trap 'exit 130' INT TERM

base() {
    [[ -f $kept/$suite.tar ]] && return 0
    say "making a minimal $suite by debootstrap, once; it stays in build/fresh/$suite.tar"
    debootstrap --variant=minbase --include=make,git,ca-certificates "$suite" "$root" "$(mirror)" >"$kept/$suite.log" 2>&1 || {
        tail -n 15 "$kept/$suite.log" >&2
        fail 3 "debootstrap failed; the lines above say why, $kept/$suite.log has all of it"
    }
    tar -C "$root" --one-file-system -cf "$kept/$suite.tar.new" .
    mv "$kept/$suite.tar.new" "$kept/$suite.tar"
    find "$root" -xdev -mindepth 1 -delete
}

# run WORD: `make WORD` as typed by a user who has just cloned the repository.
run() {
    local start=$SECONDS code=0
    say "$suite: make $1, for at most $minutes minutes"
    timeout -k 30 "${minutes}m" chroot "$root" env -i "${along[@]}" HOME=/root TERM="${TERM:-dumb}" CCACHE_DIR=/ccache "${cache_limit[@]}" \
        CCACHE_BASEDIR="$(ccache --get-config base_dir 2>/dev/null || true)" DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin make -C "$source" "$1" </dev/null || code=$?
    [[ $code -ne 124 && $code -ne 137 ]] || fail 1 "$suite: make $1 TOOK MORE THAN $minutes MINUTES and was ended; FRESH_MINUTES allows more"
    [[ $code -eq 0 ]] || fail 1 "$suite: make $1 FAILED with exit code $code after $((SECONDS - start)) s; the lines above say why"
    say "$suite: make $1 passed in $((SECONDS - start)) s"
}

base
tar -C "$root" -xf "$kept/$suite.tar"
settings
mapfile -d '' -t along < <(variables)
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
mount --bind "$kept/$suite-debs" "$root/var/cache/apt/archives"
cache_limit=()
if command -v ccache >/dev/null; then
    cache_limit=("CCACHE_MAXSIZE=$(ccache --get-config max_size)")
    mkdir -p "$(ccache --get-config cache_dir)" "$root/ccache"
    mount --bind "$(ccache --get-config cache_dir)" "$root/ccache"
fi
git clone --quiet "$source" "$root$source"
for word in "${wanted[@]}"; do run "$word"; done
