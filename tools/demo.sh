#!/usr/bin/env bash
# What `make demo` does: builds, checks the mock and one client at once, then installs and checks every other client.
# tools/demo.sh ASSAY OUT   (the program that the build makes, and the folder for the reports)
# Variables: SETUP and PRESET as for make. Exit code: that of the last `assay run`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
assay=$1
out=$2
mkdir -p "$out"

# step NUMBER WHAT NEXT
step() { printf '\n== %s of 4, %d s: %s (then: %s)\n' "$1" "$SECONDS" "$2" "$3"; }

step 1 'the packages that are missing' 'build assay'
make --no-print-directory packages
step 2 'build assay' 'first verdicts: the mock, and curl as a client'
NINJA_STATUS='[%f of %t, %e s] ' make --no-print-directory build
step 3 'first verdicts: the mock, and curl as a client' 'install and check every client'
# A failure here is counted below, where all checks run.
code=0
"$assay" run --profile polar --client curl --out "$out/first" --brief || code=$?
[[ $code -ne 2 && $code -ne 130 ]] || exit "$code"
printf 'The first verdict came %d s after the start.\n' "$SECONDS"
step 4 'install and check every client' 'the end'
make --no-print-directory clients 2>&1 | tee "$out/setup.log"
code=0
"$assay" run --profile polar --client all --out "$out" --brief || code=$?

left_out=$(sed -nE 's/^setup: SKIPPED client ([^:]+): it needs ([a-z]+).*/\1 (\2)/p' "$out/setup.log" | paste -sd, | sed 's/,/, /g')
printf '\nLook at %s/report.html: each row with its clause and what was sent and answered. `%s explain ID` tells about one.\n' "$out" "$assay"
[[ -z $left_out ]] || printf 'Left out for want of their languages: %s. `make toolchains` brings them; then `make demo` again.\n' "$left_out"
printf '%d s in all.\n' "$SECONDS"
exit "$code"
