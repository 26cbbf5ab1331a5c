#!/usr/bin/env python3
"""Runs every comparison side by side and prints the ratios: `make bench`, or

    bench/compare.py [--build DIR] [--out DIR] [--rounds N] [--seconds N] [--only verify,token,tls,generator,start]
    bench/compare.py --against DIR …    two builds in turns, round by round; then `assay compare` says better, worse or cannot tell

Everything is measured in turns, so that a busy moment of the machine hits all alike, and by CPU time, so that another
process on the core does not count. A ratio is the median of the ratios of single rounds. Servers run on the first core,
what loads them on the second. A peer whose toolchain or package is missing is skipped, and said. Nothing is measured
before it refused a forgery (see bench/peers). Results: OUT/bench.json and OUT/bench.html; of two builds in turns,
OUT/before/bench.json (--against) and OUT/after/bench.json (--build).
"""
import argparse
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from parts import generator, page, start, tls, token, verify  # noqa: E402
from parts.common import median  # noqa: E402

PARTS = {"verify": verify, "token": token, "tls": tls, "generator": generator, "start": start}


def machine():
    model = "unknown"
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.split()
    return {"cpu": model, "cores": os.cpu_count(), "openssl": openssl[1] if len(openssl) > 1 else "unknown",
            "load_before": os.getloadavg()[0]}


def fresh(options):
    return {"format": "assay.bench/1", "machine": machine(), "rows": [], "goals": [], "skipped": options.skipped}


def measure(options, result):
    for name in options.only.split(","):
        print(f"\n== {PARTS[name].TITLE}", flush=True)
        PARTS[name].run(options, result)


def once(options):
    """Runs each part with all its rounds."""
    result = fresh(options)
    measure(options, result)
    result["machine"]["load_after"] = os.getloadavg()[0]
    print("\n== Goals")
    for goal in result["goals"]:
        word = "met" if goal["met"] else "missed"
        print(f"{word:7}{goal['what']:<72}{goal['value']:>10.3g}   goal {goal['goal']}")
    for what in options.skipped:
        print(f"SKIPPED {what}")
    (options.out / "bench.html").write_text(page.render(result))
    print(f"\nwritten: {write(options.out, result)}, {options.out / 'bench.html'}")
    return 0


def add_round(total, result):
    known = {(r["part"], r["group"], r["name"]): r for r in total["rows"]}
    for new in result["rows"]:
        old = known.get((new["part"], new["group"], new["name"]))
        if old is None:
            total["rows"].append(new)
            continue
        for values, middle in (("rounds", "value"), ("ratios", "ratio")):
            if values in old and values in new:
                old[values] += new[values]
                old[middle] = median(old[values])


def in_turns(options):
    """Two builds, alternating round by round, so that other load of the machine affects both; the peers run on both
    sides, too, and show differences that have no cause. Goals apply to whole runs only, so they are left out."""
    sides = {"before": options.against, "after": options.build}
    totals = {side: dict(fresh(options), turns=str(uuid.uuid4())) for side in sides}
    totals["after"]["turns"] = totals["before"]["turns"]
    for number in range(options.rounds):
        # before, after, after, before: neither side is always second.
        for side in list(sides) if number % 2 == 0 else reversed(list(sides)):
            print(f"\n### round {number + 1} of {options.rounds}, {side}: {sides[side]}", flush=True)
            turn = copy.copy(options)
            turn.build, turn.rounds, result = sides[side], 1, fresh(options)
            measure(turn, result)
            add_round(totals[side], result)
    paths = []
    for side, total in totals.items():
        total["goals"] = []
        total["machine"]["load_after"] = os.getloadavg()[0]
        paths.append(write(options.out / side, total))
    return subprocess.run([options.build / "assay", "compare", *paths]).returncode


def write(folder, result):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bench.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    return path


def main():
    here = pathlib.Path(__file__).resolve().parent
    arguments = argparse.ArgumentParser(description="Benchmarks side by side, as ratios")
    arguments.add_argument("--build", default=here.parent / "build/release", type=pathlib.Path)
    arguments.add_argument("--against", type=pathlib.Path, help="another build, measured alternately with --build")
    arguments.add_argument("--out", default=here.parent / "out/bench", type=pathlib.Path)
    arguments.add_argument("--rounds", default=5, type=int)
    arguments.add_argument("--seconds", default=3, type=float, help="of each run against a server")
    arguments.add_argument("--only", default=",".join(PARTS))
    options = arguments.parse_args()
    options.here = here
    unknown = [name for name in options.only.split(",") if name not in PARTS]
    if unknown:
        arguments.error(f"there is no part {unknown[0]}; choose from {', '.join(PARTS)}")
    for build in filter(None, (options.build, options.against)):
        if not (build / "bench/verify_bench").exists():
            arguments.error(f"{build} holds no benchmarks; build them first (make build)")
    if options.rounds < 1:
        arguments.error("--rounds must be 1 or more")
    options.out = options.out.resolve()  # installers run in folders of their own
    options.out.mkdir(parents=True, exist_ok=True)
    options.skipped = []
    with tempfile.TemporaryDirectory() as work:
        options.work = pathlib.Path(work)
        sys.exit(once(options) if options.against is None else in_turns(options))


if __name__ == "__main__":
    main()
