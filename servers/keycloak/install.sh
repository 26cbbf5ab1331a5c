#!/usr/bin/env bash
# Unpacks Keycloak's distribution beside this file and builds it for its database in memory; the realm is imported at each start.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
../../setup/maven.sh dist.lock .
rm -rf dist unpacked
python3 -m zipfile -e keycloak-quarkus-dist-*.zip unpacked
mv unpacked/* dist
rm -rf unpacked
mkdir -p dist/data/import
cp realm.json dist/data/import/assay-realm.json
export JAVA_OPTS_KC_HEAP="-Xms64m -Xmx512m"
bash dist/bin/kc.sh build --db=dev-mem
