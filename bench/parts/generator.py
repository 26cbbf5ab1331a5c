"""Load generators: requests per generator CPU second against the epoll server."""
import json
import re
import resource
import subprocess

from .common import LOAD_CORE, Server, build_c, free_port, goal, have, median, pinned, row, skip

TITLE = "Load generators (requests per generator CPU second, closed loop, 64 connections, epoll server on the other core)"
OURS = "assay load"


def count_ours(folder):
    """The count of the result; a request that failed or timed out does not count."""
    legs = json.loads((folder / "load.json").read_text())["legs"]
    return sum(leg["ok"] for leg in legs)


def generators(options):
    """{name: (command, the URL follows; how many requests its output tells)}"""
    seconds = max(1, round(options.seconds))

    def told(pattern):
        return lambda output: int(re.search(pattern, output)[1])

    found = {"wrk": (["wrk", "-t1", "-c64", f"-d{seconds}s"], told(r"(\d+) requests in")),
             "h2load": (["h2load", "--h1", "-t1", "-c64", "-D", str(seconds)], told(r"(\d+) succeeded")),
             "hey": (["hey", "-c", "64", "-z", f"{seconds}s", "-cpus", "1"], told(r"\[200\]\s+(\d+)"))}
    for name in list(found):
        if not have(name):
            skip(options, f"{name} is not here; setup/packages.sh --bench installs it")
            del found[name]
    folder = options.work / "load"
    found[OURS] = ([options.build / "assay", "load", "--flow", "request", "--path", "/token", "--users", "64", "--for", f"{seconds}s",
                    "--max-rate", "1000000", "--out", folder, "--server"], lambda _: count_ours(folder))
    return found


def one(program, command, count):
    port = free_port()
    # Our program takes origin and path separately.
    url = f"http://127.0.0.1:{port}" + ("" if command[-1] == "--server" else "/token")
    with Server([program, str(port)], port):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(pinned(command + [url], LOAD_CORE), capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    try:
        return count(done.stdout) / used
    except (TypeError, KeyError, OSError) as problem:
        raise RuntimeError(f"{command[0]} told no count: {problem} {done.stdout[-300:]} {done.stderr[-300:]}") from problem


def run(options, result):
    program = build_c(options, "epoll_server", "epoll_server.c")
    if program is None:
        return
    found = generators(options)
    rounds = []
    for number in range(options.rounds):
        print(f"   round {number + 1} of {options.rounds}", end="\r", flush=True)
        rounds.append({name: one(program, command, count) for name, (command, count) in found.items()})
    for name in found:
        rates = [r[name] for r in rounds]
        ratios = [r[name] / r["wrk"] for r in rounds] if "wrk" in found else []
        print(f"  {name:<20}{median(rates):>12.0f}{median(ratios) if ratios else 0:>8.2f}")
        row(result, "generator", "generators", name, rates, "requests per CPU second", ours=name == OURS, ratios=ratios, against="wrk")
    if "wrk" in found:
        goal(result, "plain requests per generator CPU second / wrk", median(r[OURS] / r["wrk"] for r in rounds), 1.0)
