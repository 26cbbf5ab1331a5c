#!/usr/bin/env bash
# Fetches files from Maven Central, each by its SHA-256: setup/maven.sh LIST FOLDER
# A line of LIST is a hash and a path below the repository's root. What is in FOLDER already, with that hash, stays.
set -euo pipefail
mkdir -p "$2"
while read -r hash path; do
    [[ -n $hash && $hash != \#* ]] || continue
    file=$2/${path##*/}
    if ! sha256sum --status -c - <<<"$hash  $file" 2>/dev/null; then
        curl --fail --silent --show-error --location --retry 3 -o "$file" "https://repo1.maven.org/maven2/$path"
        sha256sum --quiet -c - <<<"$hash  $file"
    fi
done <"$1"
