#!/usr/bin/env python3
"""What the threads of the mock share for one request: its locked instructions, by the function that has them.

    bench/shared.py [--build DIR] [--mode refresh|flow] [--seconds N]

Counts instead of times: callgrind runs the mock with one thread, wrk asks it for tokens, and every instruction with a `lock`
prefix (a mutex, a reference count, an atomic counter) is counted where it is. On one core such an instruction costs as little as
any; among cores it is what they wait for, if they use the same line of memory. So the list is the same on every machine. Where a
mutex is locked, its caller is named. `bench/shared_line` measures what one shared line costs here. Needs valgrind, objdump and
wrk: setup/packages.sh --bench.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from parts.common import free_port, have  # noqa: E402

SHORTER = [("std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >", "string"),
           ("std::basic_string_view<char, std::char_traits<char> >", "string_view"), ("assay::", "")]
MUTEX = ("pthread_mutex_lock", "pthread_mutex_unlock", "__pthread_mutex_unlock_usercnt", "pthread_mutex_trylock")


def wrk(port, mode, seconds):
    done = subprocess.run(["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", HERE / "flow.lua", f"http://127.0.0.1:{port}"],
                          capture_output=True, text=True, env=dict(os.environ, MODE=mode, SCOPE="email"))
    found = re.search(r"tokens (\d+) bad (\d+)", done.stdout)
    if not found:
        raise SystemExit(f"wrk: {done.stdout[-300:]} {done.stderr[-300:]}")
    return int(found[1]), int(found[2])


def until_it_answers(port):
    for _ in range(600):
        done = subprocess.run(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", f"http://127.0.0.1:{port}/"], capture_output=True, text=True)
        if done.stdout == "200":
            return
        time.sleep(0.1)
    raise SystemExit("the mock did not start within a minute")


def count(server, mode, seconds, folder):
    """The profile, and the number of answers in it."""
    port, profile = free_port(), folder / "profile"
    mock = subprocess.Popen(["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", "--dump-instr=yes", "--compress-strings=no",
                             f"--callgrind-out-file={profile}", server, str(port), "opaque"], stdout=subprocess.DEVNULL)
    try:
        until_it_answers(port)
        wrk(port, mode, 2)  # warm-up
        control = ["callgrind_control", "-i", "on", str(mock.pid)]
        subprocess.run(control, check=True, stdout=subprocess.DEVNULL)
        answers, bad = wrk(port, mode, seconds)
        control[2] = "off"
        subprocess.run(control, check=True, stdout=subprocess.DEVNULL)
    finally:
        mock.terminate()
        mock.wait()
    if bad or not answers:
        raise SystemExit(f"{answers} answers, {bad} refusals: nothing was counted")
    return profile, answers


def locked_in(program):
    """The addresses of instructions that lock a line of memory; xchg with memory does so without the prefix."""
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True).stdout
    return {int(m[1], 16) for m in re.finditer(r"^\s+([0-9a-f]+):\s+(?:lock\b|xchg\s.*\()", listing, re.M)}


def shorter(name):
    for long, short in SHORTER:
        name = name.replace(long, short)
    return name.split("(")[0] if "(anonymous" not in name else name


def read(profile):
    """How often each locked instruction ran, by function; how often each function called one of MUTEX."""
    locked, calls, known = collections.Counter(), collections.Counter(), {}
    program = function = callee = ""
    address, of_call = 0, False
    for line in open(profile):
        key, _, value = line.rstrip("\n").partition("=")
        if key == "ob":
            program = value
        elif key == "fn":
            function = value
        elif key == "cfn":
            callee = value
        elif key == "calls":
            of_call = True
            if any(callee.startswith(m) for m in MUTEX) and not any(function.startswith(m) for m in MUTEX):
                calls[function] += int(value.split()[0])
        elif line[:1] in "0123456789+-*" and line.strip():
            words = line.split()
            where = words[0]
            if where != "*":
                address = int(where, 16) if where.startswith("0x") else address + int(where, 0)
            if not of_call and len(words) >= 3:
                if program not in known:
                    known[program] = locked_in(program)
                if address in known[program]:
                    locked[function] += int(words[-1])
            of_call = False
    return locked, calls


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build/release")
    parser.add_argument("--mode", choices=["refresh", "flow"], default="refresh")
    parser.add_argument("--seconds", type=int, default=5)
    o = parser.parse_args()
    if not have("valgrind", "callgrind_control", "objdump", "wrk", "curl"):
        raise SystemExit("valgrind, objdump or wrk is not here; setup/packages.sh --bench installs them")
    with tempfile.TemporaryDirectory(prefix="assay-shared-") as folder:
        profile, answers = count(o.build / "bench/token_server", o.mode, o.seconds, pathlib.Path(folder))
        locked, calls = read(profile)
    own = {f: n for f, n in locked.items() if not any(f.startswith(m) for m in MUTEX)}
    print(f"{answers} answers; locked instructions an answer: {sum(locked.values()) / answers:.1f}, "
          f"of these in mutexes {(sum(locked.values()) - sum(own.values())) / answers:.1f}")
    for title, counts in (("locks or unlocks a mutex", calls), ("locked instructions of its own", own)):
        print(f"\n{title}, an answer")
        for function, n in collections.Counter(counts).most_common():
            if n >= answers / 10:
                print(f"{n / answers:7.2f}  {shorter(function)[:110]}")
    line = json.loads(subprocess.run([o.build / "bench/shared_line"], capture_output=True, text=True, check=True).stdout)
    print(f"\none atomic addition: {line['alone_ns']} ns by one thread, {line['apart_ns']} ns by two on lines of their own, "
          f"{line['together_ns']} ns by two on the same line")


if __name__ == "__main__":
    main()
