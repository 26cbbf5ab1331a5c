"""Load generators: requests per generator CPU second against the epoll server."""
import re
import resource
import subprocess

from .common import LOAD_CORE, Server, build_c, free_port, goal, have, median, pinned, skip

TITLE = "Load generators (requests per generator CPU second, closed loop, 64 connections, epoll server on the other core)"


def generators(options):
    seconds = max(1, round(options.seconds))
    found = {"wrk": (["wrk", "-t1", "-c64", f"-d{seconds}s"], r"(\d+) requests in"),
             "h2load": (["h2load", "--h1", "-t1", "-c64", "-D", str(seconds)], r"(\d+) succeeded"),
             "hey": (["hey", "-c", "64", "-z", f"{seconds}s", "-cpus", "1"], r"\[200\]\s+(\d+)")}
    for name in list(found):
        if not have(name):
            skip(options, f"{name} is not here; setup/packages.sh --bench installs it")
            del found[name]
    ours = options.build / "assay"
    helps = subprocess.run([ours, "load", "--help"], capture_output=True, text=True)
    if helps.returncode == 0 and "--flow" in helps.stdout:
        skip(options, "assay load as a closed loop of plain requests: its flows are OAuth flows; see docs/benchmarks.md")
    return found


def run(options, result):
    program = build_c(options, "epoll_server", "epoll_server.c")
    found = generators(options)
    if program is None or not found:
        return
    rounds = []
    for _ in range(options.rounds):
        rates = {}
        for name, (command, pattern) in found.items():
            port = free_port()
            with Server([program, str(port)], port):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                done = subprocess.run(pinned(command + [f"http://127.0.0.1:{port}/token"], LOAD_CORE), capture_output=True, text=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
            count = re.search(pattern, done.stdout)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            rates[name] = int(count[1]) / used if count else 0.0
        rounds.append(rates)
    for name in found:
        rate = median(r[name] for r in rounds)
        ratio = median(r[name] / r["wrk"] for r in rounds) if "wrk" in found else 0
        print(f"  {name:<20}{rate:>12.0f}{ratio:>8.2f}")
        result["rows"].append({"part": "generator", "group": "generators", "name": name, "value": rate,
                               "unit": "requests per CPU second", "ratio": ratio, "against": "wrk"})
