#!/usr/bin/env bash
# Installs servers under servers/ and checks each with every check there is: tools/servers.sh [NAME...]
# A server whose toolchain is missing is named and left out. Reports go to out/servers/NAME.
# Exit codes: 0 nothing but what each baseline.yaml expects; otherwise that of the first run that ended with another.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${PRESET:-release}
[[ $preset != ci ]] || preset=release
assay=${ASSAY:-build/$preset/assay}
out=out/servers
mkdir -p "$out"

names=("$@")
if [[ ${#names[@]} -eq 0 ]]; then
    for file in servers/*/server.yaml; do
        name=${file%/server.yaml}
        names+=("${name#servers/}")
    done
fi
ended=0
for name in "${names[@]}"; do
    said=$(setup/clients.sh "$name" 2>&1) || { printf '%s\n' "$said"; exit 3; }
    [[ -z $said ]] || printf '%s\n' "$said"
    [[ $said != *SKIPPED* ]] || continue
    start=$SECONDS status=0
    "$assay" run --server "servers/$name/server.yaml" --out "$out/$name" >"$out/$name.txt" 2>&1 </dev/null || status=$?
    printf '%4d s  %-28s exit %d  %s\n' $((SECONDS - start)) "$name" "$status" "$(grep -E '^(PASS|FAIL|ERROR|STALE) ' "$out/$name.txt" | tail -n 1)"
    if [[ $status -ne 0 ]]; then
        printf '         %s/%s/report.html, %s/%s.txt\n' "$out" "$name" "$out" "$name"
        [[ $ended -ne 0 ]] || ended=$status
    fi
done
exit "$ended"
