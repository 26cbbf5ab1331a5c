#!/usr/bin/env python3
"""Attacks on `assay serve`: attack.py [--assay build/release/assay] [--only NAME,NAME] [--memory 32MB]

Starts two mocks with small caps. One is attacked, the other is left alone; a bystander asks both all the time, from a process
of its own. What the machine itself does to a bystander shows at the one that is left alone, so a busy machine is no finding:
the 99th percentile at the attacked one is held to 50 ms, or to six times that of the other one where this is more. Memory and
descriptors of the attacked mock have bounds of their own. Needs nothing but Python's standard library. Exit code 1: a finding.
"""
import argparse
import base64
import json
import os
import re
import resource
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import shapes  # noqa: E402

MIB = 1 << 20
LATENCY_BOUND = 0.050
TIMES_THE_OTHER = 6
SLACK = 80 * MIB  # of memory, beside the budget: requests in progress, what the allocator keeps
SHORTEST = 4.0  # seconds of an attack, so that there are samples
FLOODERS = 3
FEWEST = 100  # samples of the bystander


class Mock:
    """A mock of its own, with small caps."""

    def __init__(self, assay, memory, folder, name):
        ready = os.path.join(folder, name + ".json")
        self.log = open(os.path.join(folder, name + ".log"), "wb")
        self.process = subprocess.Popen(
            [assay, "serve", "--port", "0", "--control", "0", "--dialect", "strict", "--sign-in", "auto", "--memory", memory,
             "--log", "off", "--ready-file", ready], stdout=subprocess.DEVNULL, stderr=self.log, start_new_session=True)
        for _ in range(400):
            if os.path.exists(ready):
                break
            if self.process.poll() is not None:
                raise SystemExit(f"the mock did not start: exit code {self.process.returncode}, see {self.log.name}")
            time.sleep(0.05)
        said = json.load(open(ready))
        self.port = urllib.parse.urlsplit(said["origin"]).port
        self.control = said["control"]
        self.metadata = json.load(urllib.request.urlopen(said["issuer"] + "/.well-known/openid-configuration"))

    def path(self, endpoint):
        return urllib.parse.urlsplit(self.metadata[endpoint]).path

    def resident(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def requests_seen(self):
        with urllib.request.urlopen(self.control + "/issuers/default/journal?after=0") as answer:
            return [entry["target"] for entry in json.load(answer)["entries"]]

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def connected(port, timeout=10.0):
    s = socket.socket()
    s.settimeout(timeout)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.connect(("127.0.0.1", port))
    return s


def read_answer(s):
    """The status of one answer with Content-Length; None: the connection ended."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = s.recv(65536)
        if not more:
            return None
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(rest) < length:
        more = s.recv(1 << 20)
        if not more:
            return None
        rest += more
    return int(head.split(b" ", 2)[1])


# The bystander: a process of its own that asks for metadata, now of the one and now of the other.

def stand_by(ports):
    request = b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    sockets = [None, None]
    samples = [[], []]
    failures = [[], []]
    turn = 0
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], 0.004)
        if ready:
            if not sys.stdin.readline():
                return
            print(json.dumps({"samples": samples, "failures": failures}), flush=True)
            samples, failures = [[], []], [[], []]
        which = turn % 2
        turn += 1
        if turn % 20 < 2 and sockets[which] is not None:  # somebody who has just come
            sockets[which].close()
            sockets[which] = None
        began = time.perf_counter()
        try:
            if sockets[which] is None:
                sockets[which] = connected(ports[which])
            sockets[which].sendall(request)
            status = read_answer(sockets[which])
            if status != 200:
                failures[which].append(str(status))
                sockets[which].close()
                sockets[which] = None
        except OSError as wrong:
            failures[which].append(str(wrong))
            sockets[which] = None
        samples[which].append(time.perf_counter() - began)


class Bystander:
    def __init__(self, ports):
        self.process = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--stand-by", *map(str, ports)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


def percentile(values, p):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))] if ordered else 0.0


# The attacks. Each gets the mock and a deadline before which it does not end, and returns what it did, in words.

def until(deadline, once):
    rounds = 0
    while rounds == 0 or time.monotonic() < deadline:
        once(rounds)
        rounds += 1
    return rounds


def malformed(mock, deadline):
    wrong = []
    all_of_them = shapes.all_shapes()
    until(deadline, lambda _round: try_shapes(mock, all_of_them, wrong))
    smuggled = [target for target in mock.requests_seen() if "smuggled" in target]
    if smuggled:
        wrong.append(f"desync: {smuggled[:5]}")
    return f"{len(all_of_them)} shapes", sorted(set(wrong))


def try_shapes(mock, all_of_them, wrong):
    for n, (name, text) in enumerate(all_of_them):
        s = connected(mock.port, 3.0)
        got = b""
        try:
            s.sendall(text + shapes.behind(b"%d" % n))
            s.shutdown(socket.SHUT_WR)
            while more := s.recv(65536):
                got += more
        except socket.timeout:
            wrong.append(f"{name!r}: the connection was kept")
        except OSError:
            pass  # it was reset, which is an answer
        s.close()
        statuses = re.findall(rb"HTTP/1\.1 (\d\d\d) ", got)
        if got and (len(statuses) != 1 or statuses[0][:1] not in b"45"):
            wrong.append(f"{name!r}: answered with {b', '.join(statuses).decode()}")


def slow_loris(mock, deadline):
    started = [connected(mock.port) for _ in range(2000)]
    for s in started:
        s.sendall(b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    until(deadline, lambda n: [drip(s, b"X-%d: 1\r\n" % n) for s in started])
    for s in started:
        s.close()
    return "2 000 connections", []


def drip(s, some):
    try:
        s.send(some, socket.MSG_DONTWAIT)
    except OSError:
        pass


def idle(mock, deadline):
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    count = min(10_000, soft - 200)
    if count < 10_000:
        print(f"SCALED: idle has {count} connections, not 10 000: the limit of descriptors is {soft}", flush=True)
    held = []
    for _ in range(count):
        try:
            held.append(connected(mock.port))
        except OSError:
            break
    time.sleep(max(0.0, deadline - time.monotonic()))
    for s in held:
        s.close()
    return f"{len(held)} connections", [] if len(held) == count else [f"{len(held)} of {count} connections were taken"]


def resets(mock, deadline):
    at_once = struct.pack("ii", 1, 0)
    partial = b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 1000

    def once(_round):
        for n in range(20_000):
            s = connected(mock.port)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            if n % 2:
                s.send(partial)
            s.close()

    return f"{until(deadline, once) * 20_000} connections", []


def half_bodies(mock, deadline):
    """Bodies of almost the limit that never end. All together they have one limit; beyond it the answer is 503."""
    head = f"POST {mock.path('token_endpoint')} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {MIB}\r\n\r\n".encode()
    held = [connected(mock.port, 30.0) for _ in range(300)]
    left = {s: head + b"x" * (MIB - 10) for s in held}
    until(deadline, lambda _round: [go_on(s, left) for s in held])
    refused = 0
    for s in held:
        s.setblocking(False)
        try:
            refused += b" 503 " in s.recv(100)
        except OSError:
            pass
        s.close()
    return f"300 bodies of 1 MB, {refused} refused with 503", [] if refused > 100 else ["few bodies were refused"]


def go_on(s, left):
    """Sends as much of what is left as the socket takes."""
    try:
        left[s] = left[s][s.send(left[s][:200_000], socket.MSG_DONTWAIT):]
    except OSError:
        pass


def delayed(mock, deadline):
    target = f"/f/tcp_delay=60000@jwks{mock.path('jwks_uri')}"
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    def once(_round):
        held = []
        for _ in range(100):
            s = connected(mock.port)
            s.send(request)
            held.append(s)
        for s in held:
            s.close()
        time.sleep(0.08)  # what a server on one core can keep up with; more is a queue in front of it, not in it

    return f"{until(deadline, once) * 100} requests, each closed at once", []


def flood(mock, deadline, request_of, expected):
    """Big requests from a few connections at once; each has an answer of those expected."""
    wrong = []
    done = [0] * FLOODERS

    def work(me):
        s = connected(mock.port, 30.0)
        n = 0
        while n < 10 or time.monotonic() < deadline:
            s.sendall(request_of(n * FLOODERS + me))
            status = read_answer(s)
            if status is None or status == 413:  # the connection does not go on
                s = connected(mock.port, 30.0)
            if status is not None and status not in expected:
                wrong.append(f"request {n} was answered with {status}")
                break
            n += 1
        done[me] = n

    threads = [threading.Thread(target=work, args=(me,)) for me in range(FLOODERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return f"{sum(done)} requests of 1 MB", wrong[:3]


def posted(path, media_type, body, more=""):
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


FORM = "application/x-www-form-urlencoded"
ASKING = {"client_id": "demo-web", "response_type": "code", "scope": "openid", "redirect_uri": "http://localhost:8765/callback",
          "code_challenge": "c" * 43, "code_challenge_method": "S256", "nonce": "n"}
BASIC = "Authorization: Basic " + base64.b64encode(b"demo-web:demo-web-secret").decode() + "\r\n"


def registrations(mock, deadline):
    body = json.dumps({"redirect_uris": ["https://client.test/cb"], "client_name": "n" * (MIB - 200)}).encode()
    return flood(mock, deadline, lambda n: posted(mock.path("registration_endpoint"), "application/json", body), {201, 413})


def many_members(mock, deadline):
    """Where a byte of text becomes many of memory."""
    keys = ",".join(["[]"] * (MIB // 3 - 100))
    body = ('{"redirect_uris":["https://client.test/cb"],"jwks":{"keys":[' + keys + "]}}").encode()
    return flood(mock, deadline, lambda n: posted(mock.path("registration_endpoint"), "application/json", body), {400})


def pushed(mock, deadline):
    path = mock.path("pushed_authorization_request_endpoint")
    body = urllib.parse.urlencode({**ASKING, "state": "s" * (MIB - 1000)}).encode()
    return flood(mock, deadline, lambda n: posted(path, FORM, body, BASIC), {201})


def codes(mock, deadline):
    path = mock.path("authorization_endpoint")
    claims = json.dumps({"id_token": {"c": {"value": "v" * (MIB - 1000)}}})
    body = urllib.parse.urlencode({**ASKING, "claims": claims}).encode()
    return flood(mock, deadline, lambda n: posted(path, FORM, body), {302, 303})


def journals(mock, deadline):
    body = b"b" * (MIB - 1000)
    return flood(mock, deadline, lambda n: posted(f"/f/tcp_delay={1 + n % 5000}@jwks/nothing", "text/plain", body), {404})


ATTACKS = [malformed, slow_loris, idle, resets, half_bodies, delayed, registrations, many_members, pushed, codes, journals]


class Peak:
    """The most memory that a process has while this looks."""

    def __init__(self, mock):
        self.mock, self.most, self.ended = mock, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.ended.wait(0.1):
            self.most = max(self.most, self.mock.resident())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def settled(mock, most):
    """The descriptors once they are few again, or after ten seconds."""
    for _ in range(100):
        if mock.descriptors() <= most:
            break
        time.sleep(0.1)
    return mock.descriptors()


def attack_with(attack, mock, bystander, idle_memory, budget, idle_descriptors):
    bystander.tell()
    began = time.monotonic()
    with Peak(mock) as peak:
        did, findings = attack(mock, began + SHORTEST)
    took = time.monotonic() - began
    seen = bystander.tell()
    attacked, other = (percentile(of, 99) for of in seen["samples"])
    bound = max(LATENCY_BOUND, TIMES_THE_OTHER * other)
    memory_bound = idle_memory + budget + SLACK
    descriptors = settled(mock, idle_descriptors + 20)
    if mock.process.poll() is not None:
        findings.append(f"the mock ended with {mock.process.returncode}")
    if len(seen["samples"][0]) < FEWEST:
        print(f"NOT JUDGED: {len(seen['samples'][0])} samples are too few for a 99th percentile; the machine is too busy", flush=True)
    elif attacked > bound:
        findings.append(f"a bystander's p99 was {attacked * 1000:.0f} ms; {bound * 1000:.0f} ms is the bound")
    if seen["failures"][0]:
        findings.append(f"a bystander had {len(seen['failures'][0])} failures, as {seen['failures'][0][0]}")
    if peak.most > memory_bound:
        findings.append(f"it used {peak.most // MIB} MiB; {memory_bound // MIB} MiB is the bound")
    if descriptors > idle_descriptors + 20:
        findings.append(f"{descriptors} descriptors were still open after ten seconds; {idle_descriptors} were at the start")
    print(f"{attack.__name__:14} {took:5.1f} s  p50 {percentile(seen['samples'][0], 50) * 1000:6.2f}  p99 {attacked * 1000:7.2f} ms"
          f" (left alone {other * 1000:6.2f} ms, {len(seen['samples'][0])} samples)  {peak.most // MIB:4} MiB"
          f"  {descriptors:4} descriptors  {did}", flush=True)
    for one in findings:
        print(f"  FINDING {one}", flush=True)
    return findings


def bytes_of(size):
    return int(size[:-2]) * {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[size[-2:]]


def main():
    parser = argparse.ArgumentParser(description="Attack a mock and hold it to bounds of latency, memory and descriptors.")
    parser.add_argument("--assay", default="build/release/assay")
    parser.add_argument("--only", default="", help="attacks by name, with commas")
    parser.add_argument("--memory", default="32MB")
    parser.add_argument("--stand-by", nargs=2, type=int, help=argparse.SUPPRESS)
    o = parser.parse_args()
    if o.stand_by:
        return stand_by(o.stand_by)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    chosen = [a for a in ATTACKS if not o.only or a.__name__ in o.only.split(",")]
    findings = []
    with tempfile.TemporaryDirectory(prefix="assay-hostile-") as folder:
        mock = Mock(o.assay, o.memory, folder, "attacked")
        other = Mock(o.assay, o.memory, folder, "left-alone")
        bystander = Bystander((mock.port, other.port))
        try:
            time.sleep(1)
            idle_memory, idle_descriptors = mock.resident(), mock.descriptors()
            print(f"at rest {idle_memory // MIB} MiB, {idle_descriptors} descriptors; --memory {o.memory}", flush=True)
            for attack in chosen:
                findings += attack_with(attack, mock, bystander, idle_memory, bytes_of(o.memory), idle_descriptors)
        finally:
            bystander.stop()
            code = mock.stop()
            other.stop()
        if code != 0:
            findings.append(f"exit code {code} after SIGTERM")
            print(f"  FINDING {findings[-1]}")
    print(f"{len(findings)} findings in {len(chosen)} attacks")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
