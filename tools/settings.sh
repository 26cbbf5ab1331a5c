# shellcheck shell=bash disable=SC2154
# To be sourced: how this machine reaches registries, for a root file system in $root.

# Copies a file of this machine to the same place of the root.
bring() { [[ ! -f $1 ]] || install -D -m 644 "$1" "$root$1"; }

# The settings of this machine for registries, certificates and proxies; nothing else of its environment.
settings() {
    local file home=${HOME:-/root}
    for file in /etc/resolv.conf /etc/pip.conf /etc/npmrc; do bring "$file"; done
    for file in .npmrc .config/pip/pip.conf .pip/pip.conf .cargo/config.toml .cargo/config .m2/settings.xml; do
        [[ ! -f $home/$file ]] || install -D -m 600 "$home/$file" "$root/root/$file"
    done
    # The choice of the Go version is left to the root.
    if [[ -f $home/.config/go/env ]]; then
        mkdir -p "$root/root/.config/go"
        grep -E '^(GOPROXY|GOSUMDB|GONOSUMDB|GONOPROXY|GOPRIVATE|GOINSECURE|GOAUTH)=' "$home/.config/go/env" >"$root/root/.config/go/env" || true
    fi
    apt-config dump 2>/dev/null | grep -E '^Acquire::.*::(Proxy|CaInfo|Verify-Peer) ' >"$root/etc/apt/apt.conf.d/90-host" || true
    printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
    if [[ -d /usr/local/share/ca-certificates ]]; then
        mkdir -p "$root/usr/local/share"
        cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
        chroot "$root" update-ca-certificates >/dev/null 2>&1
    fi
}

# The variables to pass on, as NAME=value; if one names a file, the file is copied; one that names a folder is not
# passed. The locale is passed because ccache includes compiler messages, which depend on it.
variables() {
    local name value
    while IFS= read -r name; do
        value=${!name}
        if [[ $value == /* && ! -e $root$value ]]; then
            [[ -f $value ]] || continue
            bring "$value"
        fi
        printf '%s=%s\0' "$name" "$value"
    done < <(compgen -e | grep -E '^(LANG|LC_(ALL|CTYPE|MESSAGES)|(https?|ftp|all|no)_proxy|(HTTPS?|FTP|ALL|NO)_PROXY|PIP_.*|(npm_config|NPM_CONFIG)_.*|GOPROXY|GOSUMDB|GONOSUMDB|GONOPROXY|GOPRIVATE|GOINSECURE|CARGO_(HTTP|NET|REGISTR|SOURCE).*|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|GIT_SSL_CAINFO|NODE_EXTRA_CA_CERTS|PRESET)$')
}
