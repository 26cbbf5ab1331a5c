"""Archives whose bytes depend on their content alone: sorted names, one date, no owner."""
import base64
import gzip
import hashlib
import io
import os
import tarfile
import time
import zipfile

# Reproducible builds: the date of the commit, as release.sh sets it (https://reproducible-builds.org/specs/source-date-epoch/).
DATE = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))


def is_program(data: bytes) -> bool:
    return data.startswith((b"\x7fELF", b"#!"))


def tar_gz(path: str, files: dict[str, bytes]) -> None:
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(data), DATE, 0o755 if is_program(data) else 0o644
            tar.addfile(entry, io.BytesIO(data))
    with open(path, "wb") as out, gzip.GzipFile(filename="", fileobj=out, mode="wb", mtime=DATE) as packed:
        packed.write(inner.getvalue())


def wheel(path: str, files: dict[str, bytes], record: str) -> None:
    """`record`: the name of the list of files with their SHA-256, which the format asks for (PEP 376, PEP 427)."""
    def row(name: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(data)}\n"

    rows = "".join(row(*item) for item in sorted(files.items())) + f"{record},,\n"
    date = time.gmtime(max(DATE, 315532800))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in sorted(files.items()) + [(record, rows.encode())]:
            entry = zipfile.ZipInfo(name, date)
            entry.external_attr = (0o100755 if is_program(data) else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, data)
