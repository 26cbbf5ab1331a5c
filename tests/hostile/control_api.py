#!/usr/bin/env python3
"""Property-based tests of the control API: control_api.py [--assay build/release/assay] [--seconds 30] [--seed 1]

Starts `assay serve --control` and lets schemathesis derive requests from docs/control-api.openapi.yaml, right and wrong ones, of
every operation. A finding is: a status of 5xx, a status, content type, header or body that the document does not describe, a
wrong answer to a method that does not exist, or a mock that ends. schemathesis and all it needs is installed on the first use,
pinned by hash (requirements.txt), in .toolchain/schemathesis. Exit code 1: a finding.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOL = os.path.join(ROOT, ".toolchain", "schemathesis")
CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "unsupported_method", "allow_header_conformance"]


def install():
    """Returns the program; installs it if requirements.txt has changed since."""
    program = os.path.join(TOOL, "bin", "schemathesis")
    wanted = open(os.path.join(HERE, "requirements.txt"), encoding="utf-8").read()
    stamp = os.path.join(TOOL, "installed.txt")
    if os.path.exists(stamp) and open(stamp, encoding="utf-8").read() == wanted:
        return program
    print("installing schemathesis", flush=True)
    venv.create(TOOL, clear=True, with_pip=True)
    subprocess.run([os.path.join(TOOL, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "--require-hashes", "--only-binary=:all:", "-r", os.path.join(HERE, "requirements.txt")], check=True)
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(wanted)
    return program


def start(assay, folder):
    ready = os.path.join(folder, "ready.json")
    log = open(os.path.join(folder, "log"), "wb")
    # It ends with this process, however that ends.
    mock = subprocess.Popen([assay, "serve", "--port", "0", "--control", "0", "--dialect", "strict", "--log", "off",
                             "--ready-file", ready, "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log)
    for _ in range(600):
        if os.path.exists(ready):
            return mock, json.load(open(ready, encoding="utf-8"))["control"]
        if mock.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"the mock did not start: {open(log.name, encoding='utf-8').read()}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--assay", default=os.path.join(ROOT, "build", "release", "assay"))
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    program = install()
    with tempfile.TemporaryDirectory() as folder:
        mock, control = start(given.assay, folder)
        done = subprocess.run(
            [program, "run", os.path.join(ROOT, "docs", "control-api.openapi.yaml"), "--url", control, "--checks",
             ",".join(CHECKS), "--max-time", str(given.seconds), "--seed", str(given.seed), "--generation-database", "none",
             "--max-examples", "30", "--continue-on-failure", "--output-sanitize", "false",
             # About the generation of data, not about the API: what fits a pattern is rare, and a busy machine is slow.
             "--suppress-health-check", "filter_too_much,too_slow"],
            cwd=folder, capture_output=True, text=True)
        ended = mock.poll()
        mock.terminate()
        try:
            left = mock.wait(timeout=30)
        except subprocess.TimeoutExpired:
            mock.kill()
            left = "killed"
        said = open(os.path.join(folder, "log"), encoding="utf-8", errors="replace").read()
    if ended is not None or left != 0 or done.returncode != 0:
        print(done.stdout[-20000:], done.stderr[-2000:], said[-5000:], sep="\n")
        print(f"control API: FAILED (schemathesis {done.returncode}, mock {ended if ended is not None else left})")
        return 1
    cases = re.search(r"(\d+) generated", done.stdout)
    if not cases or int(cases.group(1)) == 0:
        print(f"control API: FAILED, no request was sent\n{done.stdout[-2000:]}")
        return 1
    print(f"control API: {cases.group(1)} requests from its document, no finding")
    return 0


if __name__ == "__main__":
    sys.exit(main())
