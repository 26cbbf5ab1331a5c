#!/usr/bin/env python3
"""packaging/wheel.py PROGRAM VERSION OUT: the Python wheel `assay-oauth`, which holds the program and nothing else.

`pipx run --spec FILE assay` and `pip install FILE` put `assay` on the PATH. The tag says for which machines it is: a static program
asks nothing of the C library, so the oldest tags hold for glibc and for musl."""
import platform
import sys

import archives

program, version, out = sys.argv[1:]
machine = platform.machine()
platforms = f"manylinux_2_17_{machine}.manylinux2014_{machine}.musllinux_1_1_{machine}"
with open(program, "rb") as file:
    content = file.read()
with open("README.md", encoding="utf-8") as file:
    readme = file.read()
info = f"assay_oauth-{version}.dist-info"
metadata = f"""Metadata-Version: 2.1
Name: assay-oauth
Version: {version}
Summary: Conformance, fault injection and load testing for OAuth 2.0 and OpenID Connect
License: Apache-2.0
Requires-Python: >=3.8
Description-Content-Type: text/markdown

{readme}"""
tags = "".join(f"Tag: py3-none-{one}\n" for one in platforms.split("."))
files = {
    f"assay_oauth-{version}.data/scripts/assay": content,
    f"{info}/METADATA": metadata.encode(),
    f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: assay\nRoot-Is-Purelib: false\n{tags}".encode(),
}
for licence in ("LICENSE", "NOTICE"):
    with open(licence, "rb") as file:
        files[f"{info}/{licence}"] = file.read()
name = f"{out}/assay_oauth-{version}-py3-none-{platforms}.whl"
archives.wheel(name, files, f"{info}/RECORD")
print(name)
