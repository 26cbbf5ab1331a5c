#!/usr/bin/env bash
# Builds what others install: packaging/release.sh [OUT]   (out/release)
#   assay                               the program: one file, no shared library, with all its data
#   assay-VERSION-linux-MACHINE.tar.gz  the same with the licence
#   assay_VERSION_ARCH.deb              for Debian 12, Ubuntu 24.04 and newer
#   assay_oauth-VERSION-….whl           for pip and pipx
#   assay-oauth-VERSION.tgz, assay-oauth-linux-CPU-VERSION.tgz   for npm and npx
#   assay-image-VERSION.tar             for docker load, podman load
#   assay.rb                            the Homebrew formula
#   assay-VERSION.spdx.json, SHA256SUMS
# Two runs on one commit give the same bytes, as every date is that of the commit; only assay.rb has the address of the files.
# Nothing is published.
# RELEASE_BASE_URL: where the files will be, for the formula; by default they are where they were built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:-out/release}
build=build/release
# Both presets that build a release are there.
preset=${PRESET:-release}
[[ $preset == ci ]] || preset=release

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH
say() { printf 'release: %s\n' "$*"; }

if [[ $(. /etc/os-release && printf '%s-%s' "${ID:-}" "${VERSION_ID:-}") != debian-12 ]]; then
    say "a release is built on Debian 12 only: its archives are what the static program is linked with" >&2
    exit 3
fi
# For `assay --version --json`. A tree with changes has no name, nor has what is built here afterwards.
commit=$(git diff --quiet HEAD 2>/dev/null && git rev-parse HEAD || true)
cmake --preset "$preset" -DASSAY_COMMIT="$commit" --log-level=WARNING >/dev/null
cmake --build --preset "$preset" --target assay_static
cmake --preset "$preset" -DASSAY_COMMIT= --log-level=WARNING >/dev/null
rm -rf "$out"
mkdir -p "$out"
strip --strip-all -o "$out/assay" "$build/assay_static"
chmod 755 "$out/assay"
version=$("$out/assay" --version | cut -d ' ' -f 2)
machine=$(uname -m)

packed=$out/assay-$version-linux-$machine.tar.gz
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - -C "$out" assay -C "$PWD" LICENSE NOTICE |
    gzip -9n >"$packed"
packaging/wheel.py "$out/assay" "$version" "$out" >/dev/null
packaging/npm.py "$out/assay" "$version" "$out" >/dev/null
packaging/sbom.py "$out/assay" "$version" "$out" >/dev/null
if ! (cd "$build" && cpack -G DEB -B "$PWD/packages") >"$build/cpack.log" 2>&1; then
    cat "$build/cpack.log" >&2
    say "cpack failed; the lines above say why" >&2
    exit 3
fi
mv "$build"/packages/*.deb "$out/"
if command -v buildah >/dev/null; then
    packaging/image.sh "$out" "$version" "$out/assay-image-$version.tar"
else
    say "no image: buildah is missing (setup/packages.sh --release installs it)"
fi
base=${RELEASE_BASE_URL:-file://$(realpath "$out")}
sed -e "s|@BASE@|$base|" -e "s|@URL@|$base/$(basename "$packed")|" -e "s|@SHA256@|$(sha256sum <"$packed" | cut -d ' ' -f 1)|" -e "s|@VERSION@|$version|" \
    -e "s|@ARCH@|$([[ $machine == aarch64 ]] && echo arm64 || echo x86_64)|" \
    packaging/homebrew.rb.in >"$out/assay.rb"
(cd "$out" && sha256sum -- * >SHA256SUMS)
say "in $out:"
(cd "$out" && du -h --apparent-size -- * | sed 's/^/  /')
