"""Shared by the hosts of servers in other languages: a free port, a child that ends with its parent, readiness."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request


def free_ports(count):
    """All are bound at the same time, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def start(command, environment=None):
    """Starts the server; ends with the server, or when the caller closes our standard input (assay does)."""
    child = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr
    )

    def caller_left():
        sys.stdin.buffer.read()
        child.terminate()

    def child_left():
        status = child.wait()
        os._exit(0 if status <= 0 else status)

    threading.Thread(target=caller_left, daemon=True).start()
    threading.Thread(target=child_left, daemon=True).start()
    return child


def call(method, url, document=None):
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def wait_for(url, seconds):
    until = time.monotonic() + seconds
    while True:
        try:
            return call("GET", url)
        except (urllib.error.URLError, ConnectionError, TimeoutError) as why:
            if time.monotonic() > until:
                sys.exit(f"{url} did not answer within {seconds} s: {why}")
            time.sleep(0.2)


def ready(issuer, server, version):
    print(json.dumps({"ready": True, "issuer": issuer, "server": server, "version": version}), flush=True)
