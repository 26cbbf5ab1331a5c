#!/usr/bin/env python3
"""packaging/npm.py PROGRAM VERSION OUT: the npm packages `assay-oauth` and, one a platform, `@assay-oauth/linux-x64`.

The first holds a launcher and names the others as optional dependencies, so that npm fetches the one that fits the machine."""
import json
import platform
import sys

import archives

program, version, out = sys.argv[1:]
cpu = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
description = "Conformance, fault injection and load testing for OAuth 2.0 and OpenID Connect"


def read(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read()


def package(name: str, members: dict[str, object], files: dict[str, bytes]) -> None:
    described = {"name": name, "version": version, "description": description, "license": "Apache-2.0", **members}
    files = {**files, "package.json": (json.dumps(described, indent=2) + "\n").encode(), "LICENSE": read("LICENSE"), "NOTICE": read("NOTICE")}
    path = f"{out}/{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    archives.tar_gz(path, {f"package/{key}": data for key, data in files.items()})
    print(path)


package(
    f"@assay-oauth/linux-{cpu}",
    {"os": ["linux"], "cpu": [cpu], "preferUnplugged": True, "files": ["bin"]},
    {"bin/assay": read(program)},
)
package(
    "assay-oauth",
    {
        "bin": {"assay": "bin/assay.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {f"@assay-oauth/linux-{one}": version for one in ("x64", "arm64")},
    },
    {"bin/assay.js": read("packaging/npm/assay.js"), "README.md": read("README.md")},
)
