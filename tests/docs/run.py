#!/usr/bin/env python3
"""Runs every command of README and docs: run.py [--assay PROGRAM] [DOCUMENT...]

The commands are those of the blocks marked `sh`, in one shell a document, and those in the text between backquotes (`assay list`). Each must
end with 0, or with what commands.toml says; that table also has what a command needs before it, what stands in for a long one or for
one with a placeholder, and which are not run, with the reason. A row that no document needs is an error. A command that serves must
become ready, and end by a signal with 0. Everything happens in a scratch folder and a network of its own, so ports are free.
Exit codes: 0 all ended as they should, 1 one did not, 3 something is missing here.
"""
import argparse
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "clients/README.md", "fixtures/README.md",
             *sorted(str(path.relative_to(ROOT)) for pattern in ("docs/*.md", "fixtures/*/README.md") for path in ROOT.glob(pattern))]
# What the commands of a clone find where they are typed.
CLONE = ("bench", "clients", "servers", "docs", "deploy", "fixtures", "mock_server", "scenarios", "setup", "tools", "tests", "ci", "Makefile")
# Between backquotes, these begin a command.
PROGRAMS = re.compile(r"(assay|build/release/assay|make|cmake|ctest|docker|helm|kubectl|pip|pipx|npm|npx|brew|curl|openssl|source|"
                      r"(setup|tools|tests|ci|fixtures|bench)/[a-z_/]+\.(sh|py)) ")
SECONDS = 120


class Wrong(Exception):
    pass


class Stuck(Wrong):
    """The shell is no longer of use."""


def blocks(text):
    """The text of each `sh` block, and what is outside of all blocks."""
    inside, found, rest = None, [], []
    for line in text.splitlines():
        if fence := re.match(r" *```(\w*)", line):
            if inside is None:
                inside = [fence[1]]
            else:
                if inside[0] == "sh":
                    found.append("\n".join(inside[1:]) + "\n")
                inside = None
        elif inside is None:
            rest.append(line)
        else:
            inside.append(line)
    return found, "\n".join(rest)


def is_complete(script):
    return not script.rstrip("\n").endswith("\\") and subprocess.run(["bash", "-n"], input=script, text=True,
                                                                     capture_output=True).returncode == 0


def commands_of(block):
    """The block's commands: lines, joined where one goes on; without comments of a whole line."""
    command = ""
    for line in block.splitlines():
        if not command and (not line.strip() or line.startswith("#")):
            continue
        command += line + "\n"
        if is_complete(command):
            yield command.rstrip("\n")
            command = ""
    if command:
        raise Wrong(f"this is no whole command: {command}")


def without_comment(command):
    return re.sub(r"\s+#\s.*$", "", command)


def of_text(text):
    for code in re.findall(r"`([^`]+)`", text):
        code = " ".join(code.split())
        if PROGRAMS.match(code):
            yield code


class Table:
    def __init__(self, path):
        self.data = tomllib.loads(path.read_text())
        self.rows = {row["command"]: row for row in self.data["command"]}
        assert len(self.rows) == len(self.data["command"]), "two rows for one command"

    def placed(self, command):
        for placeholder, value in self.data["placeholders"].items():
            command = command.replace(placeholder, value)
        return command

    def stale(self, documents):
        """Rows that no document needs; `documents` has the commands of each, typed and named."""
        commands = {without_comment(command) for both in documents.values() for some in both for command in some}
        return [*(row for row in self.rows if row not in commands),
                *(name for name in self.data["placeholders"] if not any(name in command for command in commands)),
                *(name for name in self.data["before"] if not any(documents.get(name, ())))]


class Shell:
    """A bash in a folder that looks like a clone, with nothing but loopback as its network."""

    def __init__(self, folder, program):
        self.at = Path(folder) / "here"
        self.count = 0
        (self.at / "build/release").mkdir(parents=True)
        (self.at / "bin").mkdir()
        (self.at / "home").mkdir()
        # An answer with an error status is an error of the command.
        (self.at / "home/.curlrc").write_text("fail-with-body\nmax-time = 60\n")
        for name in CLONE:
            (self.at / name).symlink_to(ROOT / name)
        for name in ("build/release/assay", "bin/assay"):
            (self.at / name).symlink_to(program)
        kept = {name: value for name, value in os.environ.items() if not re.match(r"ASSAY_|GITHUB_|GITLAB_|CI$", name)}
        self.outside = {**kept, "PATH": f"{self.at}/bin:{kept['PATH']}"}
        alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
        done, self.done = os.pipe()
        self.bash = subprocess.Popen([*alone, "bash", "--noprofile", "--norc"], cwd=self.at, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, text=True, pass_fds=[self.done], process_group=0,
                                     env={**self.outside, "HOME": f"{self.at}/home"})
        os.close(self.done)
        self.reader = selectors.DefaultSelector()
        self.reader.register(done, selectors.EVENT_READ)
        self.results = done
        self.run("ip link set lo up")

    def close(self):
        os.killpg(self.bash.pid, signal.SIGKILL)
        self.bash.wait()
        self.bash.stdin.close()
        os.close(self.results)

    def type(self, command):
        """The exit code of the command, and the file with what it printed."""
        self.count += 1
        script, said = self.at / f".{self.count}.sh", self.at / f".{self.count}.txt"
        script.write_text(command + "\n")
        self.bash.stdin.write(f"source {script} >{said} 2>&1 </dev/null; echo $? >&{self.done}\n")
        self.bash.stdin.flush()
        if not self.reader.select(SECONDS):
            raise Stuck(f"it has not ended after {SECONDS} s: {said.read_text()[-500:]}")
        return int(os.read(self.results, 100)), said

    def until_ready(self, said):
        end = time.monotonic() + SECONDS
        while '"ready":true' not in said.read_text():
            if time.monotonic() > end or re.search("^assay: ", said.read_text(), re.MULTILINE):
                raise Wrong(f"it does not become ready: {said.read_text()[-500:]}")
            time.sleep(0.02)

    def run(self, command, expected=(0,)):
        plain = without_comment(command)
        words = plain.split()
        serves = "assay serve" in plain and "--help" not in words
        if serves and words[-1] != "&":
            _, said = self.type(plain + " &")
            self.until_ready(said)
            code, _ = self.type("kill %%; wait %%")
        else:
            code, said = self.type(command)
            if serves:
                self.until_ready(said)
        if code not in expected:
            raise Wrong(f"exit code {code}, and {' or '.join(map(str, expected))} was expected: {said.read_text()[-800:]}")

    def run_outside(self, command, expected=(0,)):
        """With the network and the settings of this machine: package managers."""
        ran = subprocess.run(["bash", "-c", command], cwd=self.at, env=self.outside, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                             timeout=300)
        if ran.returncode not in expected:
            raise Wrong(f"exit code {ran.returncode}, and {' or '.join(map(str, expected))} was expected: {(ran.stdout + ran.stderr)[-800:]}")


class Runner:
    def __init__(self, program):
        self.program = program
        self.table = Table(ROOT / "tests/docs/commands.toml")
        self.documents = {}
        for name in DOCUMENTS:
            found, text = blocks((ROOT / name).read_text())
            self.documents[name] = [command for block in found for command in commands_of(block)], list(of_text(text))
        self.passed, self.skipped, self.failed = 0, 0, 0
        # Mentions of these are not run again: they are in a block, or were mentioned before.
        self.known = {without_comment(command) for typed, _ in self.documents.values() for command in typed}
        self.times = []

    def one(self, document, shell, command, in_text):
        if in_text and command in self.known:
            return
        start = time.monotonic()
        name = without_comment(command)
        row = self.table.rows.get(name, {})
        if "skip" in row:
            self.skipped += 1
            return
        if in_text:
            self.known.add(command)
        expected = row.get("exit", 0)
        run = row.get("as", command)
        if in_text and "as" not in row and re.fullmatch(r"(build/release/)?assay [a-z]+", command):
            run = command + " --help"  # it names the command
        elif in_text and command.startswith("assay serve") and "--port" not in run:
            run += " --port 0"  # the usual port may be in use by the document's own server
        elif "as" not in row and name.startswith("make "):
            run = f"make -n -C {ROOT} SETUP=no {name[5:]}"  # that there is such a target; .ci/run runs it
        run = self.table.placed(run)
        try:
            for line in commands_of(row.get("first", "")):
                shell.run(line)
            how = shell.run_outside if row.get("network") else shell.run
            how(run, tuple(expected) if isinstance(expected, list) else (expected,))
            self.passed += 1
        except Wrong as wrong:
            self.failed += 1
            print(f"FAILED  {document}: {command}" + ("" if run == command else f"\n        as {run}") + f"\n        {wrong}", flush=True)
            if isinstance(wrong, Stuck):
                raise
        self.times.append((time.monotonic() - start, document, command))

    def document(self, name):
        typed, named = self.documents[name]
        if not typed and not named:
            return
        with tempfile.TemporaryDirectory() as folder:
            shell = Shell(folder, self.program)
            try:
                for command in commands_of(self.table.data["before"].get(name, "")):
                    shell.run(command)
                for command in typed:
                    self.one(name, shell, command, False)
                for command in named:
                    self.one(name, shell, command, True)
            except Wrong as wrong:
                self.failed += 1
                print(f"FAILED  {name}: its other commands were not run\n        {wrong}", flush=True)
            finally:
                shell.close()


def state():
    """What git says of the repository, which the scratch folders show by links."""
    return subprocess.run(["git", "-C", ROOT, "status", "--porcelain"], capture_output=True, text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=ROOT / "build/release/assay", type=Path)
    parser.add_argument("--slowest", type=int, default=0, metavar="N", help="say what took longest")
    parser.add_argument("documents", nargs="*")
    options = parser.parse_args()
    program = options.assay.resolve()
    os.environ["PATH"] = f"{ROOT}/.toolchain/bin:{os.environ['PATH']}"
    missing = [tool for tool in ("bash", "curl", "ip", "make", "node", "npm", "openssl", "redis-server", "unshare") if not shutil.which(tool)]
    if not program.exists() or missing:
        print(f"docs: missing here: {', '.join(missing) or program}", file=sys.stderr)
        return 3
    runner = Runner(program)
    for row in runner.table.stale(runner.documents):
        runner.failed += 1
        print(f"FAILED  tests/docs/commands.toml: no document has {row}")
    before = state()
    for name in options.documents or DOCUMENTS:
        runner.document(name)
    if state() != before:
        runner.failed += 1
        print(f"FAILED  a command changed the repository:\n{state()}")
    for seconds, document, command in sorted(runner.times, reverse=True)[:options.slowest]:
        print(f"{seconds:6.1f} s  {document}: {command}")
    print(f"{runner.passed} passed, {runner.failed} failed, {runner.skipped} skipped")
    return 1 if runner.failed else 0


sys.exit(main())
