#!/usr/bin/env python3
"""packaging/sbom.py PROGRAM VERSION OUT: what the program consists of, as SPDX 2.3 JSON (ISO/IEC 5962).

The program's libraries are Debian's archives and headers; their versions are those of the packages that are installed here."""
import datetime
import hashlib
import json
import subprocess
import sys

import archives

# Debian package, what it is in the program, licence.
LIBRARIES = [
    ("libssl-dev", "OpenSSL", "Apache-2.0"),
    ("libboost1.81-dev", "Boost (Asio, Beast, URL, Math)", "BSL-1.0"),
    ("nlohmann-json3-dev", "nlohmann/json", "MIT"),
    ("libyaml-cpp-dev", "yaml-cpp", "MIT"),
    ("libfmt-dev", "fmt", "MIT"),
    ("libcli11-dev", "CLI11", "BSD-3-Clause"),
    ("libre2-dev", "RE2", "BSD-3-Clause"),
    ("libexpected-dev", "tl-expected", "CC0-1.0"),
    ("libxml2-dev", "libxml2", "MIT"),
    ("zlib1g-dev", "zlib", "Zlib"),
    ("liblzma-dev", "liblzma", "LicenseRef-public-domain"),
    ("libsodium-dev", "libsodium", "ISC"),
    ("libstdc++-12-dev", "libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libc6-dev", "GNU C Library", "LGPL-2.1-or-later"),
]
NONE = "NOASSERTION"

program, version, out = sys.argv[1:]
with open(program, "rb") as file:
    content = file.read()


def package(index: int, debian: str, name: str, licence: str) -> dict[str, object]:
    installed = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", debian], check=True, capture_output=True, text=True).stdout
    return {
        "SPDXID": f"SPDXRef-library-{index}",
        "name": name,
        "versionInfo": installed,
        "supplier": "Organization: Debian",
        "downloadLocation": NONE,
        "filesAnalyzed": False,
        "licenseConcluded": NONE,
        "licenseDeclared": licence,
        "copyrightText": NONE,
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:deb/debian/{debian.replace('+', '%2B')}@{installed.replace('+', '%2B').replace(':', '%3A')}",
            }
        ],
    }


libraries = [package(index, *row) for index, row in enumerate(LIBRARIES)]
assay = {
    "SPDXID": "SPDXRef-assay",
    "name": "assay",
    "versionInfo": version,
    "downloadLocation": NONE,
    "filesAnalyzed": False,
    "licenseConcluded": "Apache-2.0",
    "licenseDeclared": "Apache-2.0",
    "copyrightText": "Copyright 2026 The Assay authors",
    "primaryPackagePurpose": "APPLICATION",
    "checksums": [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(content).hexdigest()}],
}
digest = hashlib.sha256(content).hexdigest()
document = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": f"assay-{version}",
    "documentNamespace": f"https://spdx.org/spdxdocs/assay-{version}-{digest[:32]}",
    "creationInfo": {
        "created": datetime.datetime.fromtimestamp(archives.DATE, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "creators": ["Organization: The Assay authors"],
    },
    "packages": [assay, *libraries],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-assay"},
        *(
            {"spdxElementId": "SPDXRef-assay", "relationshipType": "STATIC_LINK", "relatedSpdxElement": row["SPDXID"]}
            for row in libraries
        ),
    ],
    "hasExtractedLicensingInfos": [
        {"licenseId": "LicenseRef-public-domain", "extractedText": "The files of liblzma are in the public domain."}
    ],
}
name = f"{out}/assay-{version}.spdx.json"
with open(name, "w", encoding="utf-8") as file:
    json.dump(document, file, indent=2)
    file.write("\n")
print(name)
