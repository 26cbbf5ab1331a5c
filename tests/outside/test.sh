#!/usr/bin/env bash
# Lets outside programs judge what Assay prints and ships: tests/outside/test.sh [--assay PROGRAM] [PART...]
# Parts: formats (reports by XSD and schema, JSON Schemas, manual page, completions), workflows, shell, otlp, compose,
# kubernetes, slurm; and apiserver, only where it is named: it builds a Kubernetes API server with its controllers first, which takes two
# cores five minutes.
# The programs come by lock files (go.sum, ci/requirements.txt, junit.txt) and from
# setup/packages.sh --outside; Go is that of setup/clients.sh --toolchains. compose, kubernetes and apiserver need root, for networks of
# their own, slurm for its daemons, and setup/packages.sh --cluster before the program was built.
# Exit codes: 0 all passed, 1 something is wrong, 3 a program is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
export PATH=$root/.toolchain/bin:$PATH
# Nothing of the caller's: servers are started here.
unset "${!ASSAY_@}" 2>/dev/null || true

fail() {
    local code=$1
    shift
    printf 'outside: %s\n' "$*" >&2
    exit "$code"
}

program=build/release/assay
if [[ ${1-} == --assay ]]; then
    program=$2
    shift 2
fi
[[ -x $program ]] || fail 3 "there is no $program; make build"
program=$(realpath "$program")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bin=$root/build/outside
mkdir -p "$bin"

needs() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail 3 "there is no $tool; setup/packages.sh --outside --toolchains, setup/clients.sh --toolchains"
    done
}

# built PACKAGE: a Go program of go.mod, as build/outside/NAME.
built() {
    needs go
    (cd tests/outside && go build -o "$bin/" "$1")
}

root_only() { [[ $(id -u) -eq 0 ]] || fail 3 "only root may make networks or start a cluster: $1 is not tried"; }

python=$scratch/venv/bin/python
locked_python() {
    [[ ! -x $python ]] || return 0
    python3 -m venv "$scratch/venv"
    "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --only-binary=:all: --require-hashes \
        -r ci/requirements.txt
}

part_formats() {
    needs xmllint mandoc man zsh fish shellcheck
    locked_python
    "$scratch/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary=:all: --require-hashes --dest "$scratch" \
        -r tests/outside/junit.txt
    tar -xzf "$scratch"/pytest-*.tar.gz -C "$scratch" --strip-components=3 --wildcards '*/junit-10.xsd'
    "$python" tests/outside/formats_test.py "$program" "$scratch/junit-10.xsd"
}

# The examples of docs/ci.md, as ci/test.sh takes them, too; shellcheck reads their steps.
part_workflows() {
    needs shellcheck
    built github.com/rhysd/actionlint/cmd/actionlint
    mkdir -p "$scratch/.github/workflows"
    awk '/^# \.github\/workflows\// { inside = 1 } /^```/ { inside = 0 } inside' docs/ci.md >"$scratch/.github/workflows/oauth.yml"
    [[ -s $scratch/.github/workflows/oauth.yml ]] || fail 1 'docs/ci.md has no workflow'
    "$bin/actionlint" "$scratch/.github/workflows/oauth.yml"
}

# Every shell script of ours, and that of the GitLab job.
part_shell() {
    needs shellcheck git
    awk '/^  script:/ { inside = 1; next } /^  artifacts:/ { inside = 0 } inside' ci/gitlab/assay.yml | sed '1s/.*/#!\/bin\/sh/; s/^      //' >"$scratch/gitlab.sh"
    [[ $(wc -l <"$scratch/gitlab.sh") -gt 10 ]] || fail 1 'ci/gitlab/assay.yml has no script'
    git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck --external-sources --severity=warning "$scratch/gitlab.sh"
}

# The figures that a load pushes, by the protobuf files of OpenTelemetry.
part_otlp() {
    locked_python
    "$python" tests/outside/otlp_test.py "$program"
}

part_compose() {
    root_only compose
    needs ip unshare setpriv
    [[ -x clients/oauth2-proxy/bin/app ]] || setup/clients.sh oauth2-proxy
    [[ -x clients/oauth2-proxy/bin/app ]] || fail 3 'the application of the compose file, clients/oauth2-proxy, cannot be built here'
    built ./compose
    python3 tests/outside/compose_test.py "$program" "$bin/compose" clients/oauth2-proxy/bin/app
}

part_kubernetes() {
    root_only kubernetes
    needs ip unshare
    built helm.sh/helm/v4/cmd/helm
    locked_python
    "$python" tests/outside/kubernetes_test.py "$program" "$bin/helm"
}

part_apiserver() {
    root_only apiserver
    needs go ip unshare openssl
    local command=k8s.io/kubernetes/cmd
    (cd tests/outside/control_plane &&
        go build -o "$bin/" ./etcd $command/kube-apiserver $command/kube-controller-manager $command/kube-scheduler $command/kubectl)
    built helm.sh/helm/v4/cmd/helm
    python3 tests/outside/apiserver_test.py "$program" "$bin/helm" "$bin"
}

part_slurm() {
    root_only slurm
    local tool
    for tool in munged slurmctld slurmd srun sbatch; do
        command -v "$tool" >/dev/null || fail 3 "there is no $tool; setup/packages.sh --cluster"
    done
    [[ -e $(dirname "$program")/assay_mpi.so ]] || fail 3 "$program was built without MPI; setup/packages.sh --cluster, and build it again"
    python3 tests/outside/slurm_test.py "$program"
}

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(formats workflows shell otlp compose kubernetes slurm)
for name in "${parts[@]}"; do
    declare -F "part_$name" >/dev/null || fail 3 "there is no part $name"
    printf -- '-- %s\n' "$name"
    start=$SECONDS
    "part_$name"
    printf '%d s  %s\n' $((SECONDS - start)) "$name"
done
