#!/usr/bin/env python3
"""hardened_test.py PROGRAM: what the ELF headers of a release say about its hardening. Exit code 1 names what is missing."""
import struct
import sys

ET_DYN, PT_DYNAMIC, PT_GNU_STACK, PT_GNU_RELRO = 3, 2, 0x6474E551, 0x6474E552
DT_BIND_NOW, DT_FLAGS, DT_FLAGS_1, PF_X = 24, 30, 0x6FFFFFFB, 1
DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 8, 1, 0x08000000


def segments(elf):
    at, size, count = struct.unpack_from("<Q", elf, 32)[0], *struct.unpack_from("<HH", elf, 54)
    for n in range(count):
        kind, flags, offset, _, _, length = struct.unpack_from("<IIQQQQ", elf, at + n * size)
        yield kind, flags, offset, length


def missing(elf):
    if elf[:6] != b"\x7fELF\x02\x01":
        return ["a 64-bit little-endian ELF file"]
    found = list(segments(elf))
    dynamic = {}
    for kind, _, offset, length in found:
        if kind == PT_DYNAMIC:
            dynamic.update(struct.iter_unpack("<QQ", elf[offset:offset + length]))
    now = DT_BIND_NOW in dynamic or dynamic.get(DT_FLAGS, 0) & DF_BIND_NOW or dynamic.get(DT_FLAGS_1, 0) & DF_1_NOW
    stacks = [flags for kind, flags, _, _ in found if kind == PT_GNU_STACK]
    checks = {
        "position-independent (PIE)": struct.unpack_from("<H", elf, 16)[0] == ET_DYN and dynamic.get(DT_FLAGS_1, 0) & DF_1_PIE,
        "all symbols bound at the start (-z now)": now,
        "relocations read-only then (-z relro)": any(kind == PT_GNU_RELRO for kind, *_ in found),
        "a stack that cannot be executed": stacks and not any(flags & PF_X for flags in stacks),
        "a stack protector": b"__stack_chk_fail" in elf,
        "checked library calls (_FORTIFY_SOURCE)": b"_chk@" in elf or b"_chk\0" in elf.replace(b"__stack_chk", b""),
    }
    return [name for name, holds in checks.items() if not holds]


def main():
    with open(sys.argv[1], "rb") as f:
        lacking = missing(f.read())
    for one in lacking:
        print(f"{sys.argv[1]} lacks: {one}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
