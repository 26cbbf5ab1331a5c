#!/usr/bin/env bash
# Installs the system packages that are missing, and nothing else: setup/packages.sh [--dev] [--toolchains] [--bench] [--release] [--outside] [--cluster]
# --dev adds what only people who change Assay need: clang with its sanitizers, clang-tidy, clang-format, Redis, HAProxy and nginx for tests.
# --toolchains adds the clients' languages that are not needed otherwise: Ruby, Java, Rust, Go, and Chromium where Debian has it.
# --release adds what `make release` needs: the archive of liblzma, buildah for the image; debootstrap for its test.
# --outside adds the programs that judge what Assay prints and ships (tests/outside).
# --cluster adds MPI and Slurm, for one load by several machines (docs/load.md); build after it.
# --bench adds what `make bench` compares with: load generators and JWT libraries.
# Exit codes: 0 everything is there, 3 something is missing and this user may not install it.
set -euo pipefail

packages=(
    g++ cmake ninja-build ccache make pkg-config
    libssl-dev nlohmann-json3-dev libyaml-cpp-dev libfmt-dev libcli11-dev libre2-dev libexpected-dev libxml2-dev zlib1g-dev
    libsodium-dev
    libgtest-dev libbenchmark-dev
    ca-certificates curl openssl python3
)
dev_packages=(clang clang-tidy clang-format git debootstrap redis-server haproxy nginx-light iproute2)
bench_packages=(nginx-light wrk nghttp2-client hey valgrind libjwt-dev libcjose-dev libjansson-dev)
release_packages=(liblzma-dev libicu-dev dpkg-dev buildah debootstrap)
outside_packages=(libxml2-utils mandoc man-db groff zsh fish shellcheck git iproute2)
cluster_packages=(libopenmpi-dev openmpi-bin munge slurmctld slurmd slurm-client slurm-wlm-basic-plugins)
toolchain_packages=(ruby ruby-oauth2 ruby-webrick)

say() { printf 'setup: %s\n' "$*"; }

system=other
if [[ -r /etc/os-release ]]; then
    system=$(. /etc/os-release && printf '%s-%s' "${ID:-unknown}" "${VERSION_ID:-rolling}")
fi
case $system in
    debian-12) packages+=(libboost1.81-dev libboost-url1.81-dev) dev_packages+=(libclang-rt-14-dev clang-19 libc++-19-dev) ;;
    debian-13) packages+=(libboost-dev libboost-url-dev) dev_packages+=(libclang-rt-19-dev libc++-19-dev) ;;
    ubuntu-24.04) packages+=(libboost-dev libboost-url-dev) dev_packages+=(libclang-rt-18-dev libc++-18-dev) ;;
    *)
        say "$system is not one of Debian 12, Debian 13 and Ubuntu 24.04, so nothing is installed for you."
        say "Assay needs g++ 12 or clang 14 or newer, CMake 3.25, Ninja, pkg-config, and the development files of Boost 1.81" \
            "or newer (with Boost.URL), OpenSSL 3, nlohmann-json 3.11, yaml-cpp, fmt, CLI11, RE2, tl-expected, libxml2," \
            "libsodium, GoogleTest and Google Benchmark; its clients need Python 3.11 with venv and Node.js 20 or newer."
        exit 0
        ;;
esac
# A Python that can create virtual environments needs no system package for it.
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
command -v javac >/dev/null || toolchain_packages+=(default-jdk-headless)
# Ubuntu's chromium is a snap, which an unattended machine cannot install.
[[ $system != debian-* ]] || toolchain_packages+=(chromium chromium-driver)
# Debian 12's Go is too old for every module here (setup/clients.sh fetches another); cargo-web is its newer Rust, for browsers.
case $system in
    debian-12) command -v cargo >/dev/null || toolchain_packages+=(cargo-web) ;;
    debian-13) command -v cargo >/dev/null || toolchain_packages+=(cargo) ;;
esac
case $system in
    debian-13 | ubuntu-24.04) command -v go >/dev/null || toolchain_packages+=(golang-go) ;;
esac
for switch in "$@"; do
    case $switch in
        --dev) packages+=("${dev_packages[@]}") ;;
        --toolchains) packages+=("${toolchain_packages[@]}") ;;
        --bench) packages+=("${bench_packages[@]}") ;;
        --release) packages+=("${release_packages[@]}") ;;
        --outside) packages+=("${outside_packages[@]}") ;;
        --cluster) packages+=("${cluster_packages[@]}") ;;
        *)
            say "there is no $switch; --dev, --toolchains, --bench, --release, --outside and --cluster are there"
            exit 3
            ;;
    esac
done

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
        as_root=(sudo)
    else
        say "these packages are missing, and installing them needs root or sudo. Ask for this, then run the command again:"
        printf '  apt-get install --no-install-recommends %s\n' "${missing[*]}"
        exit 3
    fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" \
        >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        say "apt-get $1 failed; the lines above say why. Put it right, then run the command again."
        exit 3
    fi
}
say "installing ${#missing[@]} packages: ${missing[*]}"
apt update
apt install -y --no-install-recommends "${missing[@]}"
say "packages are installed"
