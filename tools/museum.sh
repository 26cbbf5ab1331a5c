#!/usr/bin/env bash
# Installs the pairs of clients/museum and runs the check each is there for: the vulnerable release must fail it, the fixed
# one must pass it. tools/museum.sh [CVE...]; nothing but loopback is talked to once they are installed.
# Exit codes: 0 every pair is as it should be, 1 one is not, 3 an installation failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
assay=${ASSAY:-build/release/assay}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# verdicts SIDE: the number of rows per verdict for the check of this pair, "known 1" per line.
verdicts() {
    "$assay" run --client "clients/museum/$pair/$1" --select "$check" --out "$out" >"$out/log" 2>&1 || true
    python3 -c '
import json, sys
rows = json.load(open(sys.argv[1]))["rows"]
print(" ".join(sorted({row["verdict"] for row in rows})))' "$out/result.json" 2>/dev/null || tail -n 3 "$out/log"
    rm -f "$out/result.json"
}

status=0
pairs=("$@")
[[ ${#pairs[@]} -gt 0 ]] || mapfile -t pairs < <(find clients/museum -mindepth 1 -maxdepth 1 -name 'CVE-*' -printf '%f\n' | sort)
for pair in "${pairs[@]}"; do
    setup/clients.sh "museum/$pair/vulnerable" "museum/$pair/fixed" || exit 3
    check=$(grep -oE 'check: RP-[A-Z]+-[0-9]+' "clients/museum/$pair/vulnerable/client.yaml" | cut -d' ' -f2)
    vulnerable=$(verdicts vulnerable)
    fixed=$(verdicts fixed)
    word=ok
    if [[ $vulnerable == skip && $fixed == skip ]]; then
        word=SKIPPED
    # A check with several variants may detect the vulnerable release in only one of them.
    elif [[ ! $vulnerable =~ ^known( pass)?$ || $fixed != pass ]]; then
        word=WRONG
        status=1
    fi
    printf '%-8s %-15s %-10s vulnerable: %-6s fixed: %s\n' "$word" "$pair" "$check" "$vulnerable" "$fixed"
done
exit "$status"
