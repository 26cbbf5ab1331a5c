# shellcheck shell=bash
# To be sourced: where debootstrap gets Debian from.

# The first of this machine's apt sources that is Debian's own, or the usual one.
mirror() {
    local uri
    uri=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk '$1 == "Debian" && $2 ~ /\/debian\/?$/ { print $2; exit }')
    printf '%s' "${uri:-http://deb.debian.org/debian}"
}
