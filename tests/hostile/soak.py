#!/usr/bin/env python3
"""A mock under load for hours: soak.py [--assay build/release/assay] [--hours 0.5] [--rate 25] [--out out/soak]

Starts a mock with small caps and puts a mix of flows on it at a fixed rate, while faults are switched on and off, keys rotated,
clocks moved, issuers made and ended, clients registered, and stores filled beyond their share (tests/hostile/chores.py). Prints
a line every minute, and at the end whether memory, descriptors, threads and latency stayed within their limits
(tests/hostile/drift.py). OUT/soak.json has everything. Needs nothing but Python's standard library. Exit code 1: a limit does not hold.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chores  # noqa: E402
import drift  # noqa: E402

FLOWS = ["code_exchange=3", "sign_in=2", "refresh=3", "introspect=2", "userinfo=2", "id_token=2", "jwks", "metadata", "session=2",
         "client_credentials=2"]
STORES = ["codes", "token_pairs", "clients", "pushed_requests", "journals", "fault_issuers", "sessions"]
A_LOAD = 600.0  # seconds; then the next begins, with connections and sessions of its own
SETTLES_WITHIN = 15.0  # seconds in which the mock closes what has left


class Soak:
    def __init__(self, o, folder):
        self.o, self.errors, self.samples, self.generator, self.loads, self.codes = o, [], [], [], [], []
        ready = os.path.join(folder, "ready.json")
        self.process = subprocess.Popen(
            [o.assay, "serve", "--port", "0", "--control", "0", "--dialect", "strict", "--sign-in", "by_request", "--memory", o.memory,
             "--log", "json", "--ready-file", ready], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while not os.path.exists(ready):
            if self.process.poll() is not None:
                raise SystemExit(f"the mock did not start: exit code {self.process.returncode}")
            time.sleep(0.05)
        with open(ready, encoding="utf-8") as f:
            self.said = json.load(f)
        self.mock = chores.Mock(self.said["origin"], self.said["control"])
        self.connections = chores.Connections()
        self.load = None

    def count(self):
        pid = self.process.pid
        return {"rss": chores.of_status(pid, "VmRSS") * 1024, "descriptors": chores.descriptors(pid),
                "threads": chores.of_status(pid, "Threads")}

    def start_load(self, seconds):
        self.load_ends = time.monotonic() + seconds
        self.loads.append(os.path.join(self.o.out, f"load-{len(self.loads) + 1}"))
        os.makedirs(self.loads[-1], exist_ok=True)
        command = [self.o.assay, "load", "--server", self.said["issuer"], "--control", self.said["control"], "--rate", str(self.o.rate),
                   "--for", f"{seconds:.0f}s", "--sessions", "200", "--out", self.loads[-1]]
        for flow in FLOWS:
            command += ["--flow", flow]
        with open(os.path.join(self.loads[-1], "load.txt"), "wb") as said:
            self.load = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, start_new_session=True)
        return self.load

    def do(self, chore, turn):
        try:
            chore(self.mock, turn)
        except (AssertionError, OSError, KeyError, ValueError) as wrong:
            self.errors.append(f"{getattr(chore, '__name__', 'connections')}, turn {turn}: {wrong}")
            if len(self.errors) <= 10:
                print(f"  ERROR {self.errors[-1]}", flush=True)

    def round(self, turn):
        for chore in (chores.register, chores.fill, chores.live_and_die, chores.fault_issuer, chores.rotate, self.connections):
            self.do(chore, turn)
        if turn % 5 == 0:
            self.do(chores.switch_faults, turn)
            self.do(chores.watch, turn)

    def sample(self, at, load):
        """The smallest memory of five looks in a second: what a request borrows for a moment is no drift."""
        looks = []
        for _ in range(5):
            looks.append(self.count())
            time.sleep(0.2)
        row = {**min(looks, key=lambda look: look["rss"]), "at": at}
        row["full"] = [name for name, (used, share) in chores.stores(self.mock).items() if used >= 0.8 * share]
        self.samples.append(row)
        # Its last seconds are not judged: it then writes its result, for which it needs some hundred MiB.
        if load.poll() is None and time.monotonic() < self.load_ends - 10:
            self.generator.append({"at": at, "rss": chores.of_status(load.pid, "VmRSS") * 1024})
        print(f"{at / 60:7.1f} min  {row['rss'] / drift.MIB:6.1f} MiB  {row['descriptors']:4} descriptors  {row['threads']:2} threads"
              f"  generator {(self.generator[-1]['rss'] if self.generator else 0) / drift.MIB:6.1f} MiB  {len(self.errors)} errors"
              f"  full: {', '.join(row['full']) or 'nothing'}", flush=True)

    def run(self):
        chores.prepare(self.mock)
        self.mock.close()
        time.sleep(1)
        self.at_rest = self.count()
        seconds = self.o.hours * 3600
        began, due, self.turns = time.monotonic(), self.o.every, 0
        while (left := seconds - (time.monotonic() - began)) >= 1:
            load = self.start_load(min(A_LOAD, left))
            while load.poll() is None:
                self.round(self.turns)
                self.turns += 1
                if (at := time.monotonic() - began) >= due:
                    self.sample(at, load)
                    due += self.o.every
                time.sleep(max(0.0, min(1.0, began + self.turns - time.monotonic())))
            self.codes.append(load.returncode)

    def settled(self):
        self.connections.close()
        self.mock.close()
        end = time.monotonic() + SETTLES_WITHIN
        while self.count()["descriptors"] > self.at_rest["descriptors"] and time.monotonic() < end:
            time.sleep(0.1)
        return self.count()

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def show_latencies(rows):
    print("\n   at min   requests   failed        p50        p99")
    for row in rows:
        print(f"  {row['at'] / 60:7.1f} {row['count']:10} {row['failed']:8} {row['p50_us'] / 1000:7.2f} ms {row['p99_us'] / 1000:7.2f} ms")


def judged(soak, o):
    afterwards = soak.settled()
    at_rest = soak.at_rest
    stopped = soak.stop()
    load = drift.joined([drift.read_load(os.path.join(folder, "load.json")) for folder in soak.loads])
    budget = int(o.memory[:-2])
    bounds = {"stores": STORES, "rise_mib": o.rise, "most_mib": at_rest["rss"] / drift.MIB + budget + 40,
              "descriptors": 20, "times": o.times, "floor_ms": 50, "unfinished": 0}
    limits = drift.judge_mock(soak.samples, at_rest, afterwards, bounds) + drift.judge_load(load, bounds)
    limits.append(drift.limit("RSS of the generator: the most of it, MiB", max((s["rss"] for s in soak.generator), default=0) / drift.MIB, 64))
    limits.append(drift.limit("chores that found something else than expected", len(soak.errors), 0))
    limits.append(drift.limit("exit code of the mock after SIGTERM", 1 if stopped is None else stopped, 0))
    # 5: the machine was too busy for a verdict about times; what this soak is about does not depend on it.
    limits.append(drift.limit("exit code of a load, 5 excepted", max(0 if code == 5 else code for code in soak.codes), 0))
    rows = drift.latencies(load, o.every)
    show_latencies(rows)
    with open(os.path.join(o.out, "soak.json"), "w", encoding="utf-8") as f:
        json.dump({"hours": o.hours, "rate": o.rate, "memory": o.memory, "turns": soak.turns, "at_rest": at_rest, "afterwards": afterwards,
                   "samples": soak.samples, "generator": soak.generator, "latencies": rows, "errors": soak.errors, "limits": limits}, f, indent=1)
    print(f"\n{soak.turns} rounds of chores, {sum(r['count'] for r in rows)} requests of the load\n{drift.table(limits)}\n\n{o.out}/soak.json")
    return 0 if all(one["holds"] for one in limits) else 1


def main():
    parser = argparse.ArgumentParser(description="A mock under load for hours, held to limits of drift.")
    parser.add_argument("--assay", default="build/release/assay")
    parser.add_argument("--hours", type=float, default=0.5)
    parser.add_argument("--rate", type=float, default=25)
    parser.add_argument("--memory", default="32MB", help="budget of the mock, in MB")
    parser.add_argument("--every", type=float, default=60, help="seconds between two samples")
    parser.add_argument("--rise", type=float, default=3, help="MiB that memory may rise over the second half")
    parser.add_argument("--times", type=float, default=4, help="p99 of the last third, as a multiple of the first third's; 50 ms always pass")
    parser.add_argument("--out", default="out/soak")
    o = parser.parse_args()
    if o.hours * 3600 < 4 * o.every:
        parser.error("--hours must allow four samples, which --every sets apart")
    os.makedirs(o.out, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="assay-soak-") as folder:
        soak = Soak(o, folder)
        try:
            soak.run()
            return judged(soak, o)
        finally:
            if soak.load and soak.load.poll() is None:
                soak.load.kill()
            if soak.process.poll() is None:
                soak.stop()


if __name__ == "__main__":
    sys.exit(main())
