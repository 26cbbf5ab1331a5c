#!/usr/bin/env bash
# Cross-compiles Assay for 64-bit ARM; its program and unit tests run under qemu-user: tools/aarch64.sh
# In a Debian 12 root with the compiler and the arm64 libraries (kept as build/fresh/bookworm-aarch64.tar) a clean copy of HEAD is built
# with cmake/aarch64.cmake. out/aarch64/assay is left; like what `make build` builds, it needs Debian 12's libraries.
# Needs root. Mounts and processes end with the script.
# Exit codes: 0 passed, 1 a build or a test failed, 3 the root cannot be made here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/mirror.sh
source tools/settings.sh
source=$PWD
kept=$PWD/build/fresh/bookworm-aarch64.tar
units=(data_test oauth_test reports_test)
packages=(
    g++-aarch64-linux-gnu cmake ninja-build ccache pkg-config python3 qemu-user-static
    nlohmann-json3-dev libcli11-dev libexpected-dev
    lib{boost1.81,boost-url1.81,ssl,yaml-cpp,fmt,re2,xml2,sodium,gtest}-dev:arm64 zlib1g-dev:arm64
)

[[ $(id -u) -eq 0 ]] || { echo 'aarch64: only root may make a root file system and enter it' >&2; exit 3; }
command -v debootstrap >/dev/null || { echo 'aarch64: debootstrap is not here: setup/packages.sh --dev installs it' >&2; exit 3; }
[[ -n ${AARCH64_INSIDE:-} ]] || AARCH64_INSIDE=yes exec unshare --mount --pid --fork --kill-child -- tools/aarch64.sh

root=$(mktemp -d)
leave() {
    local code=$?
    awk -v root="$root/" 'index($2, root) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n 1 umount -l
    rm -rf --one-file-system "$root"
    exit "$code"
}
trap leave EXIT

inside() {
    chroot "$root" env -i "${along[@]}" HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive CCACHE_DIR=/ccache \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

root_with_libraries() {
    debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$(mirror)"
    settings
    inside dpkg --add-architecture arm64
    inside apt-get update
    inside apt-get install --yes --no-install-recommends "${packages[@]}"
    rm -f "$root"/var/cache/apt/archives/*.deb
    tar -C "$root" --one-file-system -cf "$kept.new" .
    mv "$kept.new" "$kept"
}

mapfile -d '' -t along < <(variables)
if [[ ! -f $kept ]]; then
    echo "aarch64: making a Debian 12 with the cross compiler and arm64 libraries, once; it stays in $kept"
    mkdir -p "${kept%/*}"
    # Not in a condition: there, a command that fails would not end it.
    set +e
    (set -e; root_with_libraries) >"${kept%.tar}.log" 2>&1
    made=$?
    set -e
    [[ $made -eq 0 ]] || { tail -n 15 "${kept%.tar}.log" >&2; exit 3; }
else
    tar -C "$root" -xf "$kept"
fi
mount -t proc proc "$root/proc"
mkdir -p "$root/ccache" "$root$source"
! command -v ccache >/dev/null || mount --bind "$(ccache --get-config cache_dir)" "$root/ccache"
git archive HEAD | tar -xC "$root$source"
build() { inside cmake --build "$source/build/aarch64" --target "$@"; }
inside cmake -S "$source" -B "$source/build/aarch64" -G Ninja --toolchain "$source/cmake/aarch64.cmake" --log-level=WARNING \
    -DCMAKE_BUILD_TYPE=Release -DASSAY_UNITY=ON -DASSAY_WERROR=ON -DASSAY_BENCH=OFF >/dev/null
build assay "${units[@]}"
for unit in "${units[@]}"; do
    echo "aarch64: $unit under qemu"
    inside qemu-aarch64-static "$source/build/aarch64/tests/${unit%_test}/$unit" --gtest_brief=1
done
echo 'aarch64: assay under qemu'
inside qemu-aarch64-static "$source/build/aarch64/assay" run --select AS-PKCE-02 --out /tmp/out
install -D "$root$source/build/aarch64/assay" out/aarch64/assay
echo "aarch64: out/aarch64/assay: $(readelf -h out/aarch64/assay | sed -n 's/^ *Machine: *//p')"
