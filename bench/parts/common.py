"""Shared by the parts: pinned processes, their CPU time, medians, goals, skipped peers."""
import os
import shutil
import socket
import statistics
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
BOTH = f"{SERVER_CORE},{LOAD_CORE}"


def median(values):
    return statistics.median(values)


def skip(options, what):
    options.skipped.append(what)
    print(f"SKIPPED {what}", flush=True)


def have(*programs):
    return all(shutil.which(p) for p in programs)


def goal(result, what, value, limit, at_most=False):
    """`limit`: at least (or at most) that."""
    result["goals"].append({"what": what, "value": value, "goal": f"{'<=' if at_most else '>='} {limit}",
                            "met": value <= limit if at_most else value >= limit})


def row(result, part, group, name, rounds, unit, *, ours, ratios=None, against=None, less_is_better=False):
    """One figure with the value of every round, and in every round its ratio to `against`: what `assay compare` needs.
    `ours`: the figure changes with this project; the others are the same programs before and after."""
    one = {"part": part, "group": group, "name": name, "value": median(rounds), "unit": unit, "rounds": rounds, "ours": ours,
           "better": "less" if less_is_better else "more"}
    if against is not None and ratios:
        one.update(against=against, ratio=median(ratios), ratios=ratios)
    result["rows"].append(one)


def pinned(command, core):
    return ["taskset", "-c", str(core)] + [str(word) for word in command]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024


class Server:
    """A server process on the first core, until the `with` ends. `cores`: more of them."""

    def __init__(self, command, port, cores=None, **more):
        core = SERVER_CORE if cores is None else cores
        self.port = port
        self.process = subprocess.Popen(pinned(command, core), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)

    def __enter__(self):
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.002)
        self.__exit__()
        raise RuntimeError(f"{self.process.args} did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def cpu(self):
        return cpu_seconds(self.process.pid)


def build_c(options, name, source, libraries=()):
    """Builds a C or C++ peer in the work folder; None if its library is missing."""
    out = options.work / name
    if out.exists():
        return out
    compiler = ["c++", "-std=c++20"] if source.endswith(".cpp") else ["cc"]
    command = compiler + ["-O2", "-o", str(out), str(options.here / "peers" / source)] + [f"-l{x}" for x in libraries]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return out
    skip(options, f"{name}: it does not build here; setup/packages.sh --bench installs what it needs")
    return None
