#!/usr/bin/env bash
# Builds bin/hydra in a copy of its own module, whose go.mod has replace directives that `go install` refuses. The module's own
# go.sum pins what it needs, hydra.sum the module itself and the one dependency that its go.mod replaces by a folder which is no part
# of the module.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
module=github.com/ory/hydra/v2@v2.3.0
client=github.com/ory/hydra-client-go/v2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
field() { sed -nE "s/^[[:space:]]*\"$1\": \"(.*)\",?$/\1/p" "$folder/module.json"; }

go mod download -json "$module" >"$folder/module.json"
if ! grep -qxF "${module%@*} ${module##*@} $(field Sum)" hydra.sum; then
    echo "hydra: $module is $(field Sum), which is not what hydra.sum says" >&2
    exit 3
fi
cp -r "$(field Dir)" "$folder/source"
chmod -R u+w "$folder/source"
(cd "$folder/source" && go mod edit -replace "$client=$client@v2.2.1")
grep -F "$client " hydra.sum >>"$folder/source/go.sum"
mkdir -p bin
# -p 2: each compiler process needs half a gigabyte of memory.
(cd "$folder/source" && go build -mod=readonly -p 2 -tags sqlite,json1,sqlite_omit_load_extension \
    -ldflags "-s -w -X ${module%@*}/driver/config.Version=${module##*@}" -o "$folder/hydra" .)
mv "$folder/hydra" bin/hydra
