#!/usr/bin/env bash
# Builds only the tests labelled `threaded`, with ThreadSanitizer, and runs them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake --preset tsan --log-level=WARNING >/dev/null
cmake --build --preset tsan --target threaded_tests
TSAN_OPTIONS=halt_on_error=1 ctest --preset tsan --no-tests=error -L threaded -j "$(nproc)"
