#!/usr/bin/env bash
# Builds the image of packaging/Dockerfile from a release's program: packaging/image.sh FOLDER VERSION ARCHIVE
# No daemon, no privileges, no second user: the image has one file and runs nothing while it is built. SOURCE_DATE_EPOCH: its date.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
in_store() { buildah --storage-driver vfs --root "$store/root" --runroot "$store/run" "$@"; }
in_store bud --isolation chroot --format docker --timestamp "$SOURCE_DATE_EPOCH" --quiet -t "assay:$2" -f "$here/Dockerfile" "$1" >/dev/null
in_store push --quiet "assay:$2" "docker-archive:$3:assay:$2"
"$here/image_archive.py" "$3"
