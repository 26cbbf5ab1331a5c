"""What a process costs: cold start to the first token, idle memory, memory per live token, making an issuer."""
import argparse
import http.client
import json
import pathlib
import re
import subprocess
import time

from .common import SERVER_CORE, Server, free_port, goal, have, median, pinned, resident_mib, row
from .token import wrk

TITLE = "Start and memory"
PAIRS_MAX = 200_000  # above it the oldest are dropped
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def first_token(port):
    """Signs in and redeems the code; True if it gets a token."""
    try:
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        c.request("GET", "/authorize?response_type=code&client_id=c1&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&state=s"
                  f"&scope=openid%20email&code_challenge={CHALLENGE}&code_challenge_method=S256")
        answer = c.getresponse()
        answer.read()
        code = re.search(r"code=([^&]+)", answer.headers.get("location", ""))
        if not code:
            return False
        c.request("POST", "/token", f"grant_type=authorization_code&code={code[1]}&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb"
                  f"&code_verifier={VERIFIER}&client_id=c1&client_secret=s1", FORM)
        answer = c.getresponse()
        return answer.status == 200 and b"access_token" in answer.read()
    except OSError:
        return False


def cold_start(command, port):
    """(milliseconds by the clock, of CPU)"""
    begin = time.monotonic()
    process = subprocess.Popen(pinned(command, SERVER_CORE), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not first_token(port):
            if process.poll() is not None or time.monotonic() - begin > 20:
                raise RuntimeError(f"{command} gave no token")
            time.sleep(0.0005)
        wall = time.monotonic() - begin
        threads = pathlib.Path(f"/proc/{process.pid}/task").glob("*/schedstat")
        return wall * 1e3, sum(int(t.read_text().split()[0]) for t in threads) / 1e6
    finally:
        process.terminate()
        process.wait()


def memory(options):
    """(idle MiB, bytes per live token pair)"""
    port = free_port()
    with Server([options.build / "bench/token_server", str(port), "opaque"], port) as server:
        first_token(port)
        idle = resident_mib(server.process.pid)
        if not have("wrk"):
            return idle, None
        short = argparse.Namespace(**dict(vars(options), seconds=1))
        wrk(short, port, "post", "email")  # connections, memory arenas; unknown codes leave no state
        before = resident_mib(server.process.pid)
        pairs = min(wrk(short, port, "refresh", "email")[1], PAIRS_MAX)
        return idle, (resident_mib(server.process.pid) - before) * (1 << 20) / pairs


def issuer_creation(options):
    """Milliseconds for an issuer by the control API, median of 200 on one connection."""
    port = free_port()
    control = free_port()
    command = [options.build / "assay", "serve", "--dialect", "strict", "--port", str(port), "--control", str(control)]
    with Server(command, control):
        c = http.client.HTTPConnection("127.0.0.1", control, timeout=5)
        times = []
        for i in range(200):
            begin = time.monotonic()
            c.request("POST", "/issuers", json.dumps({"name": f"n{i}", "dialect": "strict"}), {"Content-Type": "application/json"})
            answer = c.getresponse()
            answer.read()
            times.append(time.monotonic() - begin)
            if answer.status not in (200, 201):
                raise RuntimeError(f"POST /issuers answered {answer.status}")
        return median(times) * 1e3


def run(options, result):
    starts, memories, issuers = [], [], []
    for _ in range(max(5, options.rounds)):
        port = free_port()
        starts.append(cold_start([options.build / "bench/token_server", str(port), "opaque"], port))
    for _ in range(options.rounds):
        memories.append(memory(options))
        issuers.append(issuer_creation(options))
    wall = median(s[0] for s in starts)
    print(f"  {'cold start to the first token, by the clock':<44}{wall:>10.2f} ms (a busy machine makes it longer)")
    rows = [("cold start to the first token, RS256 id_token", [s[1] for s in starts], "ms of CPU", 20),
            ("resident memory, idle", [m[0] for m in memories], "MiB", 15),
            ("memory per live token pair", [m[1] for m in memories if m[1] is not None], "bytes", 250),
            ("an issuer by the control API", issuers, "ms", 1)]
    for name, values, unit, limit in rows:
        if not values:
            continue
        print(f"  {name:<44}{median(values):>10.2f} {unit}")
        row(result, "start", "start and memory", name, values, unit, ours=True, less_is_better=True)
        goal(result, f"{name}, {unit}", median(values), limit, at_most=True)
