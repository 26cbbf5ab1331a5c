#!/usr/bin/env python3
"""Runs every comparison side by side and prints the ratios: `make bench`, or

    bench/compare.py [--build DIR] [--out DIR] [--rounds N] [--seconds N] [--only verify,token,generator,start]

Everything is measured in turns, so that a busy moment of the machine hits all alike, and by CPU time, so that another
process on the core does not count. A ratio is the median of the ratios of single rounds. Servers run on the first core,
what loads them on the second. A peer whose toolchain or package is missing is skipped, and said. Nothing is measured
before it refused a forgery (see bench/peers). Results: OUT/bench.json and OUT/bench.html.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from parts import generator, page, start, token, verify  # noqa: E402

PARTS = {"verify": verify, "token": token, "generator": generator, "start": start}


def machine():
    model = "unknown"
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.split()
    return {"cpu": model, "cores": os.cpu_count(), "openssl": openssl[1] if len(openssl) > 1 else "unknown",
            "load_before": os.getloadavg()[0]}


def main():
    here = pathlib.Path(__file__).resolve().parent
    arguments = argparse.ArgumentParser(description="Benchmarks side by side, as ratios")
    arguments.add_argument("--build", default=here.parent / "build/release", type=pathlib.Path)
    arguments.add_argument("--out", default=here.parent / "out/bench", type=pathlib.Path)
    arguments.add_argument("--rounds", default=5, type=int)
    arguments.add_argument("--seconds", default=3, type=float, help="of each run against a server")
    arguments.add_argument("--only", default=",".join(PARTS))
    options = arguments.parse_args()
    options.here = here
    unknown = [name for name in options.only.split(",") if name not in PARTS]
    if unknown:
        arguments.error(f"there is no part {unknown[0]}; choose from {', '.join(PARTS)}")
    if not (options.build / "bench/verify_bench").exists():
        arguments.error(f"{options.build} holds no benchmarks; build them first (make build)")
    options.out.mkdir(parents=True, exist_ok=True)
    options.skipped = []
    result = {"format": "assay.bench/1", "machine": machine(), "rows": [], "goals": []}
    with tempfile.TemporaryDirectory() as work:
        options.work = pathlib.Path(work)
        for name in options.only.split(","):
            print(f"\n== {PARTS[name].TITLE}", flush=True)
            PARTS[name].run(options, result)
    result["skipped"] = options.skipped
    result["machine"]["load_after"] = os.getloadavg()[0]
    print("\n== Goals")
    for goal in result["goals"]:
        word = "met" if goal["met"] else "missed"
        print(f"{word:7}{goal['what']:<72}{goal['value']:>10.3g}   goal {goal['goal']}")
    for what in options.skipped:
        print(f"SKIPPED {what}")
    (options.out / "bench.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "bench.html").write_text(page.render(result))
    print(f"\nwritten: {options.out / 'bench.json'}, {options.out / 'bench.html'}")


if __name__ == "__main__":
    main()
