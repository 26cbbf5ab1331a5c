"""TLS: connections with one small request each, by server CPU time, beside nginx with the same certificate. New: the whole
handshake. Resumed: by session ticket (RFC 8446 §2.2, RFC 5077), which spares the signature and the certificate."""
import contextlib
import pathlib
import re
import subprocess
import tempfile

from .common import LOAD_CORE, Server, free_port, goal, have, median, pinned, row, skip

TITLE = "TLS (connections per server CPU second, ES256 certificate, one request each; server on one core, openssl s_time on the other)"
OURS, NGINX = "assay", "nginx, one process"
KINDS = [(version, how) for version in ("TLS 1.3", "TLS 1.2") for how in ("new", "resumed")]
FLAGS = {"TLS 1.3": "-tls1_3", "TLS 1.2": "-tls1_2", "new": "-new", "resumed": "-reuse"}


def certificate(folder):
    chain, key = folder / "server.pem", folder / "server.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", chain],
                   check=True, capture_output=True)
    return chain, key


def servers(options, chain, key):
    found = [(OURS, lambda port: [options.build / "assay", "serve", "--port", str(port), "--dialect", "strict", "--log", "off",
                                  "--journal", "off", "--tls-cert", chain, "--tls-key", key])]
    if have("nginx"):
        found.append((NGINX, lambda port: [options.here / "peers/nginx.sh", str(port), chain, key]))
    else:
        skip(options, "nginx is not here; setup/packages.sh --bench installs it")
    return found


def connections(options, port, version, how):
    command = ["openssl", "s_time", "-connect", f"127.0.0.1:{port}", FLAGS[version], FLAGS[how], "-www", "/health",
               "-time", str(max(1, round(options.seconds)))]
    done = subprocess.run(pinned(command, LOAD_CORE), capture_output=True, text=True)
    found = re.findall(r"^(\d+) connections in \d+ real seconds, (\d+) bytes read", done.stdout, re.M)
    if not found or found[-1][0] == "0" or found[-1][1] == "0":
        raise RuntimeError(f"openssl s_time got no answers: {done.stdout[-300:]} {done.stderr[-300:]}")
    # A resumption that is refused would be measured as one that is not: s_time marks each connection.
    marks = re.findall(r"^[*rt]+$", done.stdout, re.M)
    resumed = sum(m.count("r") for m in marks)
    if how == "resumed" and resumed < int(found[-1][0]) * 0.9:
        raise RuntimeError(f"{resumed} of {found[-1][0]} connections were resumed")
    return int(found[-1][0])


def one(options, command, version, how):
    port = free_port()
    with Server(command(port), port) as server:
        connections(options, port, version, how)  # warm-up
        before = server.cpu()
        made = connections(options, port, version, how)
        return made / (server.cpu() - before)


def run(options, result):
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-tls-")))
        everybody = servers(options, *certificate(folder))
        rates = {(name, kind): [] for name, _ in everybody for kind in KINDS}
        for number in range(options.rounds):
            print(f"   round {number + 1} of {options.rounds}", end="\r", flush=True)
            for name, command in everybody:
                for kind in KINDS:
                    rates[name, kind].append(one(options, command, *kind))
    print(f"{'':<28}{'connections/CPU-s':>20}{'x nginx':>10}")
    for kind in KINDS:
        for name, _ in everybody:
            mine, theirs = rates[name, kind], rates.get((NGINX, kind))
            ratios = [a / b for a, b in zip(mine, theirs)] if theirs else None
            print(f"{name + ', ' + ' '.join(kind):<42}{median(mine):>6.0f}{median(ratios) if ratios else 0:>10.2f}")
            row(result, "tls", f"{kind[0]}, {kind[1]}", name, mine, "connections per server CPU second", ours=name == OURS,
                ratios=ratios, against=NGINX if ratios else None)
        if (NGINX, kind) in rates:
            goal(result, f"{kind[0]}, {kind[1]}: connections of the mock / nginx",
                 median(a / b for a, b in zip(rates[OURS, kind], rates[NGINX, kind])), 0.9)
