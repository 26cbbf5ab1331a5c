"""JWT verification: our verifier, OpenSSL alone, and other libraries, tokens per CPU second."""
import os
import subprocess

from .common import LOAD_CORE, build_c, goal, have, median, pinned, row, skip

TITLE = "JWT verification (tokens per CPU second, one core; x: against raw OpenSSL in the same round)"
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "HS256")
OURS, RAW, BATCH, RUST = "assay", "raw OpenSSL", "assay, in batches", "jsonwebtoken (Rust, aws-lc)"
GOALS = {"RS256": 0.95, "ES256": 1.7, "EdDSA": 1.9, "HS256": 0.6}
# Of batches, on a processor with AVX-512 IFMA.
BATCH_GOALS = {"RS256": 2.5, "ES256": 3}


def installed(options, name, command, folder):
    """Runs an installer in a copy of a peer's folder; True if it succeeds."""
    # Built by cmake, aws-lc verifies EdDSA half as fast again as built by its other builder: a peer is measured at its best.
    environment = dict(os.environ, AWS_LC_SYS_CMAKE_BUILDER="1")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        skip(options, f"{name}: {' '.join(command)} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.returncode == 0


def peers(options):
    here = options.here / "peers"
    found = []
    for name, libraries in (("cjose", ("cjose", "jansson")), ("libjwt", ("jwt",))):
        if program := build_c(options, name, f"{name}.c", libraries):
            found.append([program])
    cache = options.out / "peers"
    cache.mkdir(exist_ok=True)
    if not have("cargo"):
        skip(options, "jsonwebtoken: there is no cargo")
    elif installed(options, "jsonwebtoken", ["cargo", "build", "--release", "--locked", "--target-dir", str(cache / "rust")],
                   here / "rust"):
        found.append([cache / "rust/release/peer"])
    if not have("go"):
        skip(options, "golang-jwt: there is no go")
    elif installed(options, "golang-jwt", ["go", "build", "-o", str(cache / "peer_go"), "."], here / "go"):
        found.append([cache / "peer_go"])
    if not have("npm"):
        skip(options, "fast-jwt, jose: there is no npm")
    elif (here / "node/node_modules").exists() or installed(options, "fast-jwt, jose", ["npm", "ci", "--silent"], here / "node"):
        found.append(["node", here / "node/peer.mjs"])
    venv = cache / "python"
    pip = [str(venv / "bin/pip"), "install", "--quiet", "--require-virtualenv", "-r", str(here / "python/requirements.txt")]
    if (venv / "done").exists() or (installed(options, "PyJWT", ["python3", "-m", "venv", str(venv)], here)
                                    and installed(options, "PyJWT", pip, here)):
        (venv / "done").touch()
        found.append([venv / "bin/python", here / "python/peer.py"])
    return found


def measure(command, environment):
    done = subprocess.run(pinned(command, LOAD_CORE), capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    for line in done.stdout.splitlines():
        alg, name, rate = line.split("\t")
        yield (alg, name), float(rate)


def run(options, result):
    bench = options.build / "bench/verify_bench"
    data = options.work / "tokens"
    subprocess.run([bench, "--make", data], check=True)
    programs = [[bench]] + peers(options)
    environment = dict(os.environ, GOMAXPROCS="1")
    rounds = []
    for number in range(options.rounds):
        print(f"   round {number + 1} of {options.rounds}", end="\r", flush=True)
        rates = {}
        for program in list(programs):
            try:
                rates.update(measure(program + [data], environment))
            except RuntimeError as problem:
                if program[0] == bench:
                    raise
                skip(options, str(problem))
                programs.remove(program)
        rounds.append(rates)
    names = list(dict.fromkeys(name for rates in rounds for _, name in rates))
    against, against_raw = {}, {}
    for alg in ALGORITHMS:
        print(f"\n{alg:<34}{'tokens/s':>12}{'x raw':>8}{'assay x':>10}")
        for name in names:
            with_it = [r for r in rounds if (alg, name) in r]
            if not with_it:
                continue
            rates = [r[alg, name] for r in with_it]
            ratios = [r[alg, name] / r[alg, RAW] for r in with_it]
            against_raw[alg, name] = median(ratios)
            ours = median(r[alg, OURS] / r[alg, name] for r in with_it)
            against[alg, name] = ours
            print(f"  {name:<32}{median(rates):>12.0f}{median(ratios):>8.2f}{ours:>10.2f}")
            row(result, "verify", alg, name, rates, "tokens per CPU second", ours=name.startswith(OURS), ratios=ratios, against=RAW)
    for alg, limit in GOALS.items():
        goal(result, f"{alg}: full verification / raw OpenSSL", against[alg, RAW], limit)
    for alg, limit in BATCH_GOALS.items():
        goal(result, f"{alg}: batches / raw OpenSSL", against_raw[alg, BATCH], limit)
    if ("HS256", RUST) in against:
        goal(result, f"HS256: full verification / {RUST}", against["HS256", RUST], 2)
        goal(result, f"EdDSA: full verification / {RUST}", against["EdDSA", RUST], 1)
        goal(result, f"EdDSA: batches / {RUST}", against["EdDSA", RUST] * against_raw["EdDSA", BATCH] / against_raw["EdDSA", OURS], 1)
    for name in ("cjose", "libjwt"):
        ratios = [against[alg, name] for alg in ALGORITHMS if (alg, name) in against]
        if ratios:
            goal(result, f"least of all algorithms / {name}", min(ratios), 1)
            goal(result, f"RS256 / {name}", against["RS256", name], 1.3)
    scaling(options, result, bench, data)


def scaling(options, result, bench, data):
    done = subprocess.run([bench, "--scaling", data], capture_output=True, text=True, check=True)
    factors = {tuple(line.split("\t")[:2]): float(line.split("\t")[2]) for line in done.stdout.splitlines()}
    print("\nsecond core (CPU time rates, 2 threads over 1)")
    for alg in ALGORITHMS:
        raw, ours = factors[alg, "raw OpenSSL, 2 threads over 1"], factors[alg, "assay, 2 threads over 1"]
        print(f"  {alg:<10} raw {raw:.2f}   assay {ours:.2f}   ratio {ours / raw:.2f}")
        row(result, "verify", "second core", alg, [ours], "x of one thread", ours=True, ratios=[ours / raw], against=RAW)
    ratios = [factors[alg, "assay, 2 threads over 1"] / factors[alg, "raw OpenSSL, 2 threads over 1"] for alg in ALGORITHMS]
    goal(result, "second core: scaling / raw OpenSSL's scaling, median of all algorithms", median(ratios), 0.95)
