#!/usr/bin/env python3
"""packaging/image_archive.py ARCHIVE: takes out of a docker-archive of buildah what differs between two builds, so that equal builds have equal bytes.

That is the random name of the container in which the image was built, and what Docker before 1.10 needed beside manifest.json, which
is named after it."""
import hashlib
import io
import json
import sys
import tarfile

path = sys.argv[1]


def compact(document) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


with tarfile.open(path) as archive:
    def read(name: str) -> bytes:
        return archive.extractfile(name).read()

    manifest, = json.loads(read("manifest.json"))
    config = json.loads(read(manifest["Config"]))
    layers = [(name, read(name)) for name in manifest["Layers"]]

config.pop("container", None)
config.pop("container_config", None)
config["config"].pop("Hostname", None)
description = compact(config)
manifest["Config"] = hashlib.sha256(description).hexdigest() + ".json"
with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
    for name, content in [*layers, (manifest["Config"], description), ("manifest.json", compact([manifest]))]:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
