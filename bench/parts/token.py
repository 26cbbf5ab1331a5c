"""The token endpoint: the mock beside bare servers and two other mock servers, by server CPU time."""
import concurrent.futures
import contextlib
import os
import re
import subprocess
import time

from .common import BOTH, LOAD_CORE, Server, build_c, free_port, goal, have, median, pinned, row, skip
from .verify import installed

BEAST = "bare Beast server"

TITLE = "Token endpoint (answers per server CPU second; server on one core, wrk on the other)"


def wrk(options, port, mode, scope="openid%20email", connections=32, core=LOAD_CORE):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(options.seconds))}s", "--latency", "-s", options.here / "flow.lua",
               f"http://127.0.0.1:{port}"]
    done = subprocess.run(pinned(command, core), capture_output=True, text=True, env=dict(os.environ, MODE=mode, SCOPE=scope))
    found = re.search(r"flow authorized (\d+) tokens (\d+) bad (\d+) seconds ([\d.]+) p99_ms ([\d.]+)", done.stdout)
    if not found or int(found[3]) > 0:
        raise RuntimeError(f"wrk against port {port}: {done.stdout[-300:]} {done.stderr[-300:]}")
    return int(found[1]), int(found[2])


def subjects(options):
    """(name, command, arguments, mode, scope)"""
    ours = options.build / "bench/token_server"
    found = []
    if ceiling := build_c(options, "epoll_server", "epoll_server.c"):
        found.append(("epoll ceiling", [ceiling], [], "post", "email"))
    if beast := build_c(options, "beast_server", "beast_server.cpp", ["pthread", "crypto"]):
        found.append((BEAST, [beast], [], "post", "email"))
        found += [(f"{BEAST} that makes a raw {alg} signature", [beast], [alg], "post", "email") for alg in ("RS256", "ES256")]
    if have("nginx"):
        found.append(("nginx, one process", [options.here / "peers/nginx.sh"], [], "post", "email"))
    else:
        skip(options, "nginx is not here; setup/packages.sh --bench installs it")
    found += [("assay opaque, refresh", [ours], ["opaque"], "refresh", "email"),
              ("assay opaque, refresh, journal of 4096", [ours], ["opaque", "1", "4096"], "refresh", "email"),
              ("assay opaque, flow", [ours], ["opaque"], "flow", "email"),
              ("assay RS256 id_token, refresh", [ours], ["opaque"], "refresh", "openid%20email"),
              ("assay ES256 id_token, refresh", [ours], ["opaque", "1", "0", "ES256"], "refresh", "openid%20email"),
              ("assay RS256, two signatures, flow", [ours], ["jwt"], "flow", "openid%20email"),
              ("assay ES256, two signatures, flow", [ours], ["jwt", "1", "0", "ES256"], "flow", "openid%20email")]
    folder = options.here / "peers/servers"
    if not have("npm"):
        skip(options, "oidc-provider, oauth2-mock-server: there is no npm")
    elif (folder / "node_modules").exists() or installed(options, "oidc-provider, oauth2-mock-server", ["npm", "ci", "--silent"], folder):
        for alg in ("RS256", "ES256"):
            found += [(f"oidc-provider {alg}, flow", ["node", folder / "oidc-provider.mjs"], [alg], "flow", "openid%20offline_access%20api"),
                      (f"oauth2-mock-server {alg}, flow", ["node", folder / "oauth2-mock-server.mjs"], [alg], "flow", "openid")]
    return found


def forged_code_is_refused(port):
    body = "grant_type=authorization_code&code=made-up&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&client_id=c1&client_secret=s1&code_verifier=" + 43 * "v"
    status = "503"  # while it starts
    for _ in range(100):
        done = subprocess.run(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-d", body, f"http://127.0.0.1:{port}/token"],
                              capture_output=True, text=True)
        status = done.stdout
        if status != "503":
            break
        time.sleep(0.05)
    return status == "400"


def one(options, subject):
    name, program, arguments, mode, scope = subject
    port = free_port()
    with Server(program + [str(port)] + arguments, port) as server:
        if name.startswith("assay") and not forged_code_is_refused(port):
            raise RuntimeError(f"{name}: a made-up code was not refused")
        wrk(options, port, mode, scope)  # warm-up: page faults, just-in-time compilers
        before = server.cpu()
        authorized, tokens = wrk(options, port, mode, scope)
        used = server.cpu() - before
    return tokens / used, (authorized + tokens) / used


def on_two_cores(options, processes):
    """CPU seconds per refresh; two wrk share both cores with one process of two threads, or with two of one thread: the
    cost of threads that share a process."""
    ports = [free_port() for _ in range(processes)]
    threads = str(2 // processes)
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Server([options.build / "bench/token_server", str(port), "opaque", threads], port, BOTH))
                   for port in ports]
        both = [ports[0], ports[-1]]

        def load():
            with concurrent.futures.ThreadPoolExecutor() as pool:
                return sum(t for _, t in pool.map(lambda port: wrk(options, port, "refresh", "email", 16, BOTH), both))
        load()
        before = sum(s.cpu() for s in servers)
        tokens = load()
        return (sum(s.cpu() for s in servers) - before) / tokens


def signing_rate(key):
    """Raw signatures per second of OpenSSL's own speed test, by its CPU time. `key`: rsa2048, ecdsap256"""
    done = subprocess.run(pinned(["openssl", "speed", "-seconds", "1", key], LOAD_CORE), capture_output=True, text=True)
    return float(done.stdout.strip().splitlines()[-1].split()[-2])


def run(options, result):
    if not have("wrk", "curl"):
        skip(options, "the token endpoint: wrk is not here; setup/packages.sh --bench installs it")
        return
    rounds, signs, sharing = [], [], []
    everybody = subjects(options)
    for number in range(options.rounds):
        print(f"   round {number + 1} of {options.rounds}", end="\r", flush=True)
        rates = {}
        for subject in list(everybody):
            try:
                rates[subject[0]] = one(options, subject)
            except RuntimeError as problem:
                if subject[0].startswith("assay"):
                    raise
                skip(options, f"{subject[0]}: {problem}")
                everybody.remove(subject)
        rounds.append(rates)
        sharing.append(on_two_cores(options, 1) / on_two_cores(options, 2))
        signs.append((signing_rate("rsa2048"), signing_rate("ecdsap256")))
    names = [s[0] for s in everybody]
    ceiling = "epoll ceiling"
    print(f"{'':<42}{'answers/CPU-s':>14}{'requests/CPU-s':>16}{'x ceiling':>11}")
    for name in names:
        tokens = [r[name][0] for r in rounds]
        requests = median(r[name][1] for r in rounds)
        ratios = [r[name][1] / r[ceiling][1] for r in rounds] if ceiling in names else [0]
        print(f"{name:<42}{median(tokens):>14.0f}{requests:>16.0f}{median(ratios):>11.2f}")
        row(result, "token", "token endpoint", name, tokens, "token answers per server CPU second", ours=name.startswith("assay"),
            ratios=ratios, against=ceiling)
    opaque = "assay opaque, refresh"
    if ceiling in names:
        goal(result, "opaque token answers / hand-written epoll server", median(r[opaque][0] / r[ceiling][0] for r in rounds), 0.75)
    goal(result, "answers with RS256 id_token / raw RSA-2048 sign rate",
         median(r["assay RS256 id_token, refresh"][0] / s[0] for r, s in zip(rounds, signs)), 0.95)
    if BEAST in names:
        goal(result, "answers with ES256 id_token / (1 / (bare Beast + raw ES256 signature))",
             median(r["assay ES256 id_token, refresh"][0] * (1 / r[BEAST][0] + 1 / s[1]) for r, s in zip(rounds, signs)), 0.85)
    for alg in ("RS256", "ES256"):
        together = f"{BEAST} that makes a raw {alg} signature"
        if together in names:
            print(f"answers with {alg} id_token / {together}: {median(r[f'assay {alg} id_token, refresh'][0] / r[together][0] for r in rounds):.2f}")
        for peer in (f"oidc-provider {alg}, flow", f"oauth2-mock-server {alg}, flow"):
            if peer not in names:
                continue
            ratio = median(r[f"assay {alg}, two signatures, flow"][0] / r[peer][0] for r in rounds)
            print(f"two {alg} signatures per answer: assay / {peer}: {ratio:.2f}")
            if alg == "ES256":
                goal(result, f"two ES256 signatures per answer: assay / {peer}", ratio, 10)
    goal(result, "mock CPU seconds per request, one process of 2 threads / two of 1, same load", median(sharing), 1.03, at_most=True)
