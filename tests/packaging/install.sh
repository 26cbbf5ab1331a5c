#!/usr/bin/env bash
# Installs every file of a release into an empty environment, as its users do, and uses it there: tests/packaging/install.sh FOLDER
# Environments: a Python venv, an empty npm project, the unpacked image under a user without a name, and minimal roots of Debian 12 and
# 13 (kept as build/fresh/SUITE-minbase.tar). Needs root for the image and the roots; without it these are named as not tried, and
# the script fails.
# Exit codes: 0 all worked, 1 one did not.
set -euo pipefail
release=$(realpath "${1:?the folder of the release}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/mirror.sh
kept=$PWD/build/fresh
here=$(mktemp -d)
trap 'rm -rf --one-file-system "$here"' EXIT
failed=0

try() {
    local title=$1 start=$SECONDS status
    shift
    # Not in a condition: there, a command that fails would not end it.
    set +e
    (set -e; mkdir -p "$here/$1"; "$@") >"$here/log" 2>&1 </dev/null
    status=$?
    set -e
    if [[ $status -eq 0 ]]; then
        printf '%3d s  %s\n' $((SECONDS - start)) "$title"
    else
        printf 'FAILED  %s\n' "$title"
        tail -n 20 "$here/log" | sed 's/^/        /'
        failed=1
    fi
}

# fails COMMAND...: `!` before a command would hide its status from set -e.
fails() { if "$@"; then return 1; fi; }

# one NAME-PATTERN: the file of the release.
one() {
    # shellcheck disable=SC2206  # a pattern
    local found=("$release"/$1)
    [[ ${#found[@]} -eq 1 && -f ${found[0]} ]] || { echo "no single $1 in $release"; return 1; }
    printf '%s' "${found[0]}"
}

# use PROGRAM: the main job, alone in an empty folder: a check that passes, one that fails, a server that answers.
# A shell of its own, so that the caller stays in its folder.
use() (
    cd "$(mktemp -d "$here/use.XXXXXX")"
    "$@" run --select AS-PKCE-02 >said
    grep -q '^PASS' said
    fails "$@" run --select AS-PKCE-02 --fault defect:token.code_verifier_matches >said
    grep -q '^FAIL' said
    [[ $("$@" list checks | wc -l) -gt 500 ]]
)

until_there() {
    local tries
    for tries in $(seq 200); do [[ ! -s $1 ]] || return 0; sleep 0.05; done
    echo "$1 did not come: ${tries} looks"
    return 1
}

# origin_in FILE: where a server listens, by its ready line.
origin_in() { sed -n 's/.*"origin":"\([^"]*\)".*/\1/p' "$1"; }

checksums() { cd "$release" && sha256sum --check --quiet SHA256SUMS; }

no_shared_library() {
    local program
    program=$(one assay)
    [[ $(readelf -d "$program") != *NEEDED* ]]
    use "$program"
}

archive() {
    tar -xzf "$(one 'assay-*-linux-*.tar.gz')" -C "$here/archive"
    use "$here/archive/assay"
}

wheel() {
    python3 -m venv "$here/wheel/venv"
    "$here/wheel/venv/bin/pip" install --quiet --no-index "$(one '*.whl')"
    use "$here/wheel/venv/bin/assay"
    "$here/wheel/venv/bin/pip" uninstall --quiet --yes assay-oauth
    [[ ! -e $here/wheel/venv/bin/assay ]]
}

npm_packages() {
    cd "$here/npm_packages"
    npm init --yes >/dev/null
    npm install --no-audit --no-fund --prefer-offline "$(one 'assay-oauth-linux-*.tgz')" "$(one 'assay-oauth-[0-9]*.tgz')"
    use "$here/npm_packages/node_modules/.bin/assay"
    # The launcher passes on a signal, and leaves nothing behind.
    node_modules/.bin/assay serve --port 0 --ready-file "$here/npm_packages/ready" &
    launcher=$!  # not local: the trap runs when the function has returned
    trap 'kill "$launcher" 2>/dev/null || true' EXIT
    until_there "$here/npm_packages/ready"
    kill -TERM "$launcher"
    wait "$launcher" || [[ $? -eq 130 || $? -eq 143 ]]
    [[ $(readlink /proc/[0-9]*/exe 2>/dev/null || true) != *"$here/npm_packages/"* ]]
}

# The image's layers, as a container runtime unpacks them, under its user, without /proc, /etc or a shell.
image() {
    python3 - "$(one 'assay-image-*.tar')" "$here/image" <<'PYTHON'
import json, sys, tarfile
with tarfile.open(sys.argv[1]) as outer:
    manifest = json.load(outer.extractfile("manifest.json"))[0]
    config = json.load(outer.extractfile(manifest["Config"]))["config"]
    for layer in manifest["Layers"]:
        with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
            inner.extractall(sys.argv[2] + "/root")
assert config["User"] == "65532:65532", config
assert config["Entrypoint"] == ["/assay"], config
assert config["Healthcheck"]["Test"][:2] == ["CMD", "/assay"], config
json.dump(config, open(sys.argv[2] + "/config.json", "w"))
PYTHON
    local root=$here/image/root
    inside() { chroot --userspec=65532:65532 "$root" /assay "$@"; }
    # Not by the function: the signal below would end a shell and leave the server.
    chroot --userspec=65532:65532 "$root" /assay serve --port 0 >"$here/image/ready" 2>"$here/image/said" &
    server=$!  # not local: the trap runs when the function has returned
    local url
    trap 'kill "$server" 2>/dev/null || true' EXIT
    until_there "$here/image/ready"
    url=$(origin_in "$here/image/ready")
    inside healthy "$url"
    kill "$server"
    wait "$server" || true
    fails inside healthy "$url"
}

# Built again from the same program, it has the same bytes.
image_again() {
    local archive version
    archive=$(one 'assay-image-*.tar')
    version=${archive##*-} version=${version%.tar}
    SOURCE_DATE_EPOCH=$(python3 - "$archive" <<'PYTHON'
import datetime, json, sys, tarfile
with tarfile.open(sys.argv[1]) as outer:
    manifest = json.load(outer.extractfile("manifest.json"))[0]
    print(int(datetime.datetime.fromisoformat(json.load(outer.extractfile(manifest["Config"]))["created"].replace("Z", "+00:00")).timestamp()))
PYTHON
    )
    export SOURCE_DATE_EPOCH
    packaging/image.sh "$release" "$version" "$here/image_again/again.tar"
    cmp "$archive" "$here/image_again/again.tar"
}

# debian SUITE: the package in a minimal root. Mounts belong to a namespace that ends with the command.
debian() {
    local suite=$1 root=$here/$1 tar=$kept/$1-minbase.tar deb
    deb=$(one '*.deb')
    mkdir -p "$kept" "$root"
    if [[ ! -f $tar ]]; then
        debootstrap --variant=minbase "$suite" "$root" "$(mirror)"
        tar -C "$root" -cf "$tar.part" .
        mv "$tar.part" "$tar"
    else
        tar -C "$root" -xf "$tar"
    fi
    cp "$deb" "$root/assay.deb"
    unshare --mount --pid --fork --kill-child chroot "$root" /bin/sh -eu <<'INSIDE'
mount -t proc proc /proc
dpkg -i /assay.deb
cd "$(mktemp -d)"
assay run --select AS-PKCE-02 >said
grep '^PASS' said
assay serve --port 0 --ready-file /ready >/dev/null 2>&1 &
tries=0
until [ -s /ready ]; do tries=$((tries + 1)); [ $tries -lt 200 ]; sleep 0.05; done
assay healthy "$(sed 's/.*"origin":"\([^"]*\)".*/\1/' /ready)"
kill $!
dpkg -r assay
[ ! -e /usr/bin/assay ]
INSIDE
}

try 'checksums' checksums
try 'the program alone' no_shared_library
try 'archive' archive
try 'wheel, pip in an empty venv' wheel
if command -v node npm >/dev/null; then
    try 'npm, in an empty project' npm_packages
else
    echo 'NOT TRIED  npm: Node.js 18 or newer with npm is missing'
    failed=1
fi
if [[ $(id -u) -eq 0 ]]; then
    try 'image, unpacked, as its user' image
    try 'image, built again' image_again
    try 'package in a minimal Debian 12' debian bookworm
    try 'package in a minimal Debian 13' debian trixie
else
    echo 'NOT TRIED  image and packages: only root may enter a root file system'
    failed=1
fi
exit "$failed"
