"""Runs the shell steps of action.yml and of the GitLab template as the services do: test_steps.py PROGRAM"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
ASSAY = os.path.realpath(sys.argv.pop(1))
SERVER_YAML = """\
issuer: ISSUER
clients:
  confidential: {client_id: demo-web, client_secret: demo-web-secret, redirect_uris: ["http://localhost:8765/callback"]}
sign_in: {user: ada}
"""
CLIENT_YAML = """\
name: mine
library: assay rp
language: C++
command: [ASSAY, rp]
configurations: [{name: public, token_endpoint_auth_method: none}]
capabilities: [discovery, state, nonce, pkce, id_token, id_token_signature]
known: []
"""
BASELINE_YAML = """\
known:
  - { check: AS-CODE-01, reason: "A code can be redeemed again until it expires." }
"""


def yaml(path: Path):
    return YAML(typ="safe").load(path)


class Serving:
    """A server of ours with that fault, until the end of the block."""

    def __init__(self, fault=None, dialect="strict"):
        self.command = [ASSAY, "serve", "--port", "0", "--dialect", dialect, "--exit-with-stdin", "--log", "off"]
        if fault:
            self.command += ["--fault", fault]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        return json.loads(self.process.stdout.readline())["issuer"]

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Repository(unittest.TestCase):
    """A repository of a user, in a temporary folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.at = Path(folder.name).resolve()

    def write(self, name, text):
        (self.at / name).parent.mkdir(parents=True, exist_ok=True)
        (self.at / name).write_text(text)

    def write_server(self, issuer):
        self.write("test/server.yaml", SERVER_YAML.replace("ISSUER", issuer))

    def run_shell(self, line, variables):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(line, cwd=self.at, env={**kept, **variables}, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)


class GitHub(Repository):
    def gate(self, path=None, **inputs):
        """The first step of the action, with these inputs; (exit code, output, outputs)."""
        action = yaml(ROOT / "action.yml")
        values = {name: str(one.get("default", "")) for name, one in action["inputs"].items()} | {"assay": ASSAY}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        self.assertEqual(set(values), set(action["inputs"]), "no unknown input")
        step = action["runs"]["steps"][0]
        expression = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")
        variables = {name: expression.sub(lambda m: values[m[1]], text) for name, text in step["env"].items()}
        for name in ("output", "summary"):
            (self.at / f".{name}").write_text("")
        variables |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.at), "GITHUB_ACTION_PATH": str(ROOT),
                      "GITHUB_OUTPUT": str(self.at / ".output"), "GITHUB_STEP_SUMMARY": str(self.at / ".summary")}
        if path:
            variables["PATH"] = f"{path}:{os.environ['PATH']}"
        ran = self.run_shell(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], variables)
        outputs = dict(line.split("=", 1) for line in (self.at / ".output").read_text().splitlines())
        return ran.returncode, ran.stdout + ran.stderr, outputs

    def annotations(self, output):
        return [line for line in output.splitlines() if line.startswith(("::error", "::warning"))]

    def test_a_server_that_fails_is_shown(self):
        with Serving("defect:token.code_single_use") as issuer:
            self.write_server(issuer)
            code, output, outputs = self.gate(server="test/server.yaml", select="AS-CODE-01,AS-DISC-01")
            self.assertEqual(code, 1, output)
            self.assertEqual(outputs, {"exit-code": "1", "result": "assay-reports/result.json",
                                       "sarif": "assay-reports/result.sarif"})
            shown = self.annotations(output)
            self.assertRegex(shown[0], r"^::error file=test/server\.yaml,line=1,title=fail%3A AS-CODE-01 ")
            self.assertIn("1 of ", (self.at / ".summary").read_text())
            sarif = json.loads((self.at / outputs["sarif"]).read_text())["runs"][0]
            self.assertEqual({r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in sarif["results"]},
                             {"test/server.yaml"})
            self.assertIn("RFC 6749", sarif["tool"]["driver"]["rules"][0]["fullDescription"]["text"])

    def test_ten_are_annotated_of_more(self):
        with Serving(dialect="polar") as issuer:  # which leaves much to its clients
            self.write_server(issuer)
            code, output, outputs = self.gate(server="test/server.yaml", fail_on="should",
                                              select="AS-PKCE,AS-TOK,AS-TRES,AS-CODE,AS-DISC,AS-AUTHZ,AS-RT,AS-DCR,AS-REV,AS-INTR,AS-UI,AS-IDT")
            self.assertEqual(code, 1, output)
            totals = json.loads((self.at / outputs["result"]).read_text())["totals"]
            self.assertGreater(totals["fail"] + totals["error"] + totals["stale"] + totals["warn"], 10)
            self.assertEqual(len(self.annotations(output)), 10, output)

    def test_a_server_that_answers_nothing_is_an_error(self):
        self.write_server("http://127.0.0.1:1")
        code, output, outputs = self.gate(server="test/server.yaml", select="AS-CODE-01")
        self.assertEqual((code, outputs["exit-code"]), (3, "3"), output)

    def test_a_baseline_is_kept(self):
        with Serving("defect:token.code_single_use") as issuer:
            self.write_server(issuer)
            self.write("test/baseline.yaml", BASELINE_YAML)
            self.assertEqual(self.gate(server="test/server.yaml", select="AS-CODE-01")[0], 0)
        with Serving() as issuer:
            self.write_server(issuer)
            self.assertEqual(self.gate(server="test/server.yaml", select="AS-CODE-01")[0], 6, "the deviation is gone")
            self.write("other.yaml", "known: []\n")
            self.assertEqual(self.gate(server="test/server.yaml", select="AS-CODE-01", baseline="other.yaml")[0], 0)

    def test_a_client(self):
        self.write("oauth/client.yaml", CLIENT_YAML.replace("ASSAY", ASSAY))
        code, output, outputs = self.gate(client="oauth\n", select="RP-CB-01,RP-IDT-02")
        self.assertEqual((code, outputs["exit-code"]), (0, "0"), output)
        self.write("oauth/client.yaml", CLIENT_YAML.replace("[ASSAY, rp]", "[sh, -c, exit 7]"))
        code, output, _ = self.gate(client="oauth", select="RP-CB-01")
        self.assertEqual(code, 3, output)
        self.assertIn("::error file=oauth/client.yaml,line=1,title=error%3A ", output)

    def test_wrong_inputs_are_named(self):
        for inputs, words in (({}, "The input client or server says what to check."),
                              ({"server": "http://127.0.0.1:1", "client": "x"}, "not both"),
                              ({"client": "x", "image": "assay"}, "a client needs the program here"),
                              ({"client": "x", "assay": "/nowhere/assay"}, "There is no program /nowhere/assay")):
            code, output, outputs = self.gate(**inputs)
            self.assertEqual((code, outputs), (2, {}))
            self.assertTrue(output.startswith("::error title=Assay::") and words in output, output)

    def test_an_image_is_run_with_the_repository_and_the_named_secrets(self):
        # No container is started here: this stands for docker, and says what it was asked for.
        self.write("bin/docker", '#!/bin/sh\nprintf "%s\\n" "$@"\n')
        (self.at / "bin/docker").chmod(0o755)
        code, output, outputs = self.gate(path=self.at / "bin", image="assay:0.1.0", server="https://login.example.com",
                                          pass_env="WEB_SECRET\nADA_PASSWORD", arguments="--grade\nmust")
        self.assertEqual((code, outputs), (0, {"exit-code": "0"}))
        words = output.splitlines()
        self.assertEqual(words[:2], ["run", "--rm"])
        image = words.index("assay:0.1.0")
        self.assertIn("WEB_SECRET", words[:image])
        self.assertIn(f"{self.at}:{self.at}", words[:image])
        self.assertEqual(words[image + 1:], ["run", "--out", "assay-reports", "--format", "json,junit,html,sarif", "--fail-on",
                                             "must", "--server", "https://login.example.com", "--grade", "must"])


class GitLab(Repository):
    def job(self, **variables):
        job = yaml(ROOT / "ci/gitlab/assay.yml")[".assay"]
        self.assertLessEqual(set(variables), set(job["variables"]))
        values = {name: str(value) for name, value in job["variables"].items()} | {"GATE_ASSAY": ASSAY, "GITLAB_CI": "true"}
        return self.run_shell(["sh", "-ec", "\n".join(job["script"])], values | variables), job["artifacts"]

    def test_a_server_that_fails_is_in_the_reports(self):
        with Serving("defect:token.code_single_use") as issuer:
            self.write_server(issuer)
            ran, artifacts = self.job(GATE_SERVER="./test/server.yaml", GATE_SELECT="AS-CODE-01", GATE_ARGUMENTS="--grade must")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        issues = json.loads((self.at / artifacts["reports"]["codequality"]).read_text())
        self.assertEqual([(i["check_name"], i["location"]["path"]) for i in issues], [("AS-CODE-01", "test/server.yaml")])
        self.assertIn("AS-CODE-01", (self.at / artifacts["reports"]["junit"]).read_text())

    def test_a_client_passes(self):
        self.write("oauth/client.yaml", CLIENT_YAML.replace("ASSAY", ASSAY))
        ran, _ = self.job(GATE_CLIENT="oauth", GATE_SELECT="RP-CB-01")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_nothing_to_check_is_said(self):
        ran, _ = self.job()
        self.assertEqual(ran.returncode, 2)
        self.assertIn("GATE_CLIENT or GATE_SERVER", ran.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
