#!/usr/bin/env python3
"""The processor time of one sign-in, one client credentials grant and one refresh, of each server named: the figures of Keycloak's
sizing guide (scenarios/load/keycloak-sizing.yaml).

    bench/sizing.py [--assay FILE] [--out DIR] [--for SECONDS] [assay hydra keycloak]

Each server is started once, by its server.yaml, and warmed up with the load that is then measured. It is asked at a modest rate by
`assay load`, which reads the processor time of the server's processes; another process on the core does not count in it.
Refreshes and client credentials are measured twice: each with a connection of its own, and on connections that are kept.
A server that is not installed is skipped, and said (setup/clients.sh hydra keycloak). OUT has the results of each load.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
REDIRECTS = '["http://localhost:8765/callback", "http://localhost:8765/other"]'
WEB = f'{{ client_id: web, client_secret: web-secret, redirect_uris: {REDIRECTS} }}'
# A sign-in is all that a browser does for it on the server's pages, and the exchange of its code. One at a time: hydra's SQLite has
# one writer.
SIGN_IN = [str(ROOT / "scenarios/server/tres/AS-TRES-01.yaml"), "--rate", "3", "--connections", "1"]
# The client `second` of each server may have tokens for itself.
CLIENT_CREDENTIALS = ["--flow", "client_credentials", "--client", "second", "--rate", "20"]
REFRESH = ["--flow", "refresh", "--sessions", "20", "--rate", "20"]
OPERATIONS = {
    "sign-in": SIGN_IN,
    "client credentials": [*CLIENT_CREDENTIALS, "--connection-per-request"],
    "client credentials, kept": CLIENT_CREDENTIALS,
    "refresh": [*REFRESH, "--connection-per-request"],
    "refresh, kept": REFRESH,
}


def command_of(name, assay, out):
    """The command that starts a server, its folder, and the text of its server.yaml."""
    if name == "assay":
        (out / "serve.yaml").write_text(f"dialect: strict\nport: 0\njournal: off\nclients:\n  - {WEB}\n")
        described = f"name: assay\ncommand: []\nclients:\n  confidential: {WEB}\n  second: {WEB}\nsign_in: {{ user: ada }}\nusers: [{{ username: ada }}]\n"
        return [assay, "serve", "--config", str(out / "serve.yaml"), "--inspector", "off", "--exit-with-stdin"], out, described
    folder = ROOT / "servers" / name
    return [sys.executable, "app.py"], folder, (folder / "server.yaml").read_text()


@contextlib.contextmanager
def started(name, assay, out):
    """A running server: its process, and a server.yaml that names its issuer."""
    command, folder, described = command_of(name, assay, out)
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(out / "server.log", "w")) as server:
        try:
            ready = json.loads(server.stdout.readline() or "{}")
            if "issuer" not in ready:
                raise SystemExit(f"{name} did not start; {out}/server.log says why")
            file = out / "server.yaml"
            file.write_text(re.sub(r"(?m)^command:.*$", f"issuer: {ready['issuer']}", described))
            yield server, str(file)
        finally:
            server.stdin.close()


def load(options, server, file, arguments, seconds, out):
    command = [options.assay, "load", *arguments, "--for", f"{seconds}s", "--server", file, "--server-pid", str(server.pid), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    # 4 and 5 are about times, which a busy machine spoils; failed requests are looked at here.
    if done.returncode not in (0, 4, 5):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    result = json.loads((out / "load.json").read_text())
    if result["failures"] or result["counts"]["finished"] < result["counts"]["due"]:
        raise SystemExit(f"{out}/load.html: requests failed or were not made, so that the figure would mean something else")
    return result


def measure(options, name):
    out = (options.out / name).resolve()
    out.mkdir(parents=True, exist_ok=True)
    if name != "assay" and not (ROOT / "servers" / name / ".installed").exists():
        print(f"{name:10}SKIPPED: it is not installed; setup/clients.sh {name}")
        return
    with started(name, options.assay, out) as (server, file):
        for operation, arguments in OPERATIONS.items():
            at = out / operation.replace(", ", "-").replace(" ", "-")
            load(options, server, file, arguments, options.warm, at / "warm-up")
            used = load(options, server, file, arguments, options.seconds, at)["server"]
            programs = ", ".join(f"{p['name']} {p['cpu_ns'] / used['cpu_ns']:.0%} {p['memory_peak_kib'] / 1024:.0f} MiB" for p in used["programs"])
            print(f"{name:10}{operation:26}{used['cpu_us_per_flow'] / 1000:>9.2f} ms   {programs}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="*", default=["assay", "hydra", "keycloak"])
    parser.add_argument("--assay", default=str(ROOT / "build/release/assay"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/sizing"))
    parser.add_argument("--for", dest="seconds", type=int, default=30, help="seconds of each load")
    parser.add_argument("--warm-up", dest="warm", type=int, default=20, help="seconds of the load before it")
    options = parser.parse_args()
    options.assay = os.path.abspath(options.assay)
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in options.servers:
        measure(options, name)
    print(f"load average after: {os.getloadavg()[0]:.1f}")


main()
