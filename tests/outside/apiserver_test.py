"""Applies deploy/kubernetes and installs the Helm chart at a real API server: apiserver_test.py PROGRAM HELM FOLDER
FOLDER has etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl, of control_plane/go.mod. The commands are those of the
manual; the pods are processes of the program (control_plane.py). The namespace enforces the restricted Pod Security Standard, and
nothing may be answered with a warning. Needs root, for a network of its own and the pods' user.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import control_plane

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "OUTSIDE_NAMESPACES"
if os.environ.get(INSIDE) != "yes":
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv])
PROGRAM, HELM, FOLDER = (Path(path).resolve() for path in sys.argv[1:4])
del sys.argv[1:4]
MANIFEST, LOAD, CHART = (ROOT / "deploy" / path for path in ("kubernetes/assay.yaml", "kubernetes/load.yaml", "helm/assay"))
PLAN = "stages: [{ rate: 100, for: 1s }]\nmix: [{ flow: metadata }]\nthresholds: [metadata.p99 < 5s, metadata.count == 100]\n"


def setUpModule():
    global folder, control, nodes
    folder = tempfile.TemporaryDirectory()
    os.chmod(folder.name, 0o755)  # the pods' user reads there
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    control = control_plane.Control(FOLDER, folder.name)
    program = Path(folder.name, "assay")
    program.write_bytes(PROGRAM.read_bytes())
    program.chmod(0o755)
    nodes = [control_plane.Node(control, name, program, folder.name) for name in ("one", "two")]


def tearDownModule():
    control.stop()
    folder.cleanup()


def run(*command, stdin=""):
    environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "KUBECONFIG": str(control.kubeconfig)}
    return subprocess.run([str(word) for word in command], env=environment, input=stdin, capture_output=True, text=True)


def kubectl(*words, stdin=""):
    return run(FOLDER / "kubectl", *words, stdin=stdin)


class AtTheServer(unittest.TestCase):
    """In a namespace of its own."""

    def setUp(self):
        self.namespace = self.id().rsplit(".", 1)[-1].replace("_", "-")
        control.call("POST", "/api/v1/namespaces", {"kind": "Namespace", "metadata": {"name": self.namespace, "labels": {
            f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}}})
        control_plane.until("the namespace has its account", lambda: self.items("/api/v1", "serviceaccounts"))

    def tearDown(self):
        # All pods are in one network, where the next one has the same port.
        said = kubectl("--namespace", self.namespace, "delete", "deployments", "--all", "--cascade=foreground", "--timeout", "60s")
        self.assertEqual(said.returncode, 0, said.stderr)

    def items(self, group, kind):
        return control.call("GET", f"{group}/namespaces/{self.namespace}/{kind}")["items"]

    def done(self, *words, program=FOLDER / "kubectl", stdin=""):
        """The command ends well, and without a word of warning."""
        said = run(program, "--namespace", self.namespace, *words, stdin=stdin)
        self.assertEqual((said.returncode, said.stderr), (0, ""), said.stdout)
        return said.stdout

    def ended(self):
        """The exit code of each container that ended, and what it printed, by its pod's name."""
        return {name: exits for node in nodes for (namespace, name), exits in node.exits.items() if namespace == self.namespace}

    def refused(self, text):
        said = kubectl("--namespace", self.namespace, "apply", "--server-side", "--dry-run=server", "--filename", "-", stdin=text)
        return said.stderr

    def answers(self, port, path, **headers):
        """From the address that the Service has for its only pod."""
        def address():
            for one in self.items("/apis/discovery.k8s.io/v1", "endpointslices"):
                for end in one["endpoints"] or []:
                    if end["conditions"]["ready"]:
                        return end["addresses"][0], {named["name"]: named["port"] for named in one["ports"]}
        at, ports = control_plane.until("the Service has a pod that is ready", address)
        request = urllib.request.Request(f"http://{at}:{ports[port]}{path}", headers=headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.loads(answer.read())


class Serve(AtTheServer):
    def test_the_manifest(self):
        self.done("apply", "--server-side", "--dry-run=server", "--filename", MANIFEST)
        self.done("apply", "--filename", MANIFEST)
        self.done("wait", "--for", "condition=available", "--timeout", "60s", "deployment/assay")
        self.assertEqual(self.answers("http", "/.well-known/openid-configuration")["issuer"], "http://assay:8080")
        self.done("delete", "--filename", MANIFEST)
        control_plane.until("its pod is gone", lambda: not self.items("/api/v1", "pods"))
        self.assertEqual([code for code, _ in self.ended().values()], [0])

    def test_the_server_notices(self):
        text = MANIFEST.read_text()
        self.assertEqual(self.refused(text), "")
        self.assertIn("argz", self.refused(text.replace("args:", "argz:")))
        self.assertIn('would violate PodSecurity "restricted:latest"', self.refused(text.replace("drop: [ALL]", "drop: [CHOWN]")))

    def install(self, values, *command):
        file = Path(folder.name, "values.yaml")
        file.write_text(values)
        return self.done(*command, "t", CHART, "--values", file, "--wait", "--timeout", "60s", program=HELM)

    def test_the_chart(self):
        self.install("", "install")
        issuer = f"http://t-assay.{self.namespace}.svc:8080"
        self.assertEqual(self.answers("http", "/.well-known/openid-configuration")["issuer"], issuer)
        pod = self.items("/api/v1", "pods")[0]["metadata"]["name"]
        self.done("create", "secret", "generic", "assay-token", "--from-literal", "token=a-token-of-the-secret")
        said = self.install("publicUrl: https://mock.example\nserve: {issuers: [{name: broken, dialect: polar}]}\n"
                            "control: {enabled: true, expose: true, tokenSecret: {name: assay-token}}\n"
                            "ingress: {enabled: true, host: mock.example, className: nginx, tlsSecret: mock-tls}\n", "upgrade")
        self.assertIn("The issuer is https://mock.example\n", said)
        self.assertNotIn(pod, [one["metadata"]["name"] for one in self.items("/api/v1", "pods")])
        self.assertEqual(self.answers("http", "/.well-known/openid-configuration")["issuer"], "https://mock.example")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.answers("control", "/issuers")
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()
        self.assertIn("broken", str(self.answers("control", "/issuers", Authorization="Bearer a-token-of-the-secret")))
        self.done("uninstall", "t", "--wait", program=HELM)
        self.assertEqual(self.items("/apis/apps/v1", "deployments"), [])


class Load(AtTheServer):
    """The commands of load.yaml's first lines, with a volume that two nodes share."""

    def setUp(self):
        super().setUp()
        self.volume = Path(folder.name, self.namespace)
        self.volume.mkdir()
        os.chown(self.volume, 0, 65532)
        self.volume.chmod(0o2770)
        control.call("POST", "/api/v1/persistentvolumes", {"kind": "PersistentVolume", "metadata": {"name": self.namespace}, "spec": {
            "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteMany"], "hostPath": {"path": str(self.volume)},
            "claimRef": {"namespace": self.namespace, "name": "assay-load"}}})
        self.user = Path(folder.name, f"user-{self.namespace}")
        (self.user / "deploy/kubernetes").mkdir(parents=True)
        (self.user / "deploy/kubernetes/load.yaml").write_text(LOAD.read_text())
        self.commands = [line[4:] for line in LOAD.read_text().splitlines() if line.startswith("#   ")]
        self.assertEqual(len(self.commands), 8)
        self.assertIn("+ 60", self.commands[0])
        self.commands[0] = self.commands[0].replace("+ 60", "+ 8")

    def said(self, command):
        """By a shell, whose user has chosen this namespace."""
        return run("sh", "-ec", f'cd {self.user}; kubectl() {{ {FOLDER}/kubectl --namespace {self.namespace} "$@"; }}; {command}')

    def all_but_the_last(self, plan):
        """What its commands did, by the exit code; what the sixth printed; and the state of the pods."""
        (self.user / "plan.yaml").write_text(plan)
        said = [self.said(command) for command in self.commands[:-1]]
        self.assertEqual([one.stderr for one in said[:-1]], [""] * 6)
        return [one.returncode for one in said], said[5].stdout, self.said("kubectl get pods --selector step=load").stdout

    def merges(self):
        return [code for name, (code, _) in self.ended().items() if name.startswith("assay-load-merge-")]

    def test_the_indexed_job(self):
        self.done("apply", "--server-side", "--dry-run=server", "--filename", LOAD)
        codes, log, _ = self.all_but_the_last(PLAN)
        self.assertIn(self.merges(), ([0], [5]))  # 5: this machine was too slow to say
        self.assertEqual(codes, [0] * 6 + [int(self.merges() == [5])])
        pods = [pod for pod in self.items("/api/v1", "pods") if pod["metadata"]["labels"]["step"] == "load"]
        index = "batch.kubernetes.io/job-completion-index"
        self.assertEqual(sorted(pod["metadata"]["annotations"][index] for pod in pods), ["0", "1", "2", "3"])
        self.assertEqual(sorted(pod["spec"]["nodeName"] for pod in pods), ["one", "one", "two", "two"])
        self.assertEqual(control.call("GET", f"/apis/batch/v1/namespaces/{self.namespace}/jobs/assay-load")["status"]["completedIndexes"], "0-3")
        merged = json.loads((self.volume / "merged/load.json").read_text())
        self.assertEqual((merged["shards"], merged["counts"]["finished"]), ([0, 1, 2, 3], 100))
        self.assertRegex(log, r"(holds|\?) +metadata\.count == 100")
        self.assertIn("unchanged", self.said(self.commands[1]).stdout)
        self.assertEqual(self.said(self.commands[-1]).returncode, 0)
        left = [self.items(group, kind) for group, kind in (("/apis/batch/v1", "jobs"), ("/api/v1", "persistentvolumeclaims"), ("/api/v1", "pods"))]
        self.assertEqual(left, [[], [], []])

    def test_a_threshold_that_does_not_hold(self):
        codes, log, _ = self.all_but_the_last(PLAN.replace("100]", "99]"))
        self.assertEqual(codes, [0] * 6 + [1])
        self.assertRegex(log, r"fails +metadata\.count == 99")
        self.assertEqual(self.merges(), [4])

    def test_a_plan_that_is_wrong(self):
        codes, log, pods = self.all_but_the_last(PLAN.replace("metadata }", "metadatum }"))
        self.assertEqual(codes, [0] * 6 + [1])
        self.assertIn("/0: there is no such file", log)
        shard = next(line.split()[0] for line in pods.splitlines() if line.startswith("assay-load-0-"))
        self.assertIn("did you mean 'metadata'?", self.said(f"kubectl logs {shard}").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
