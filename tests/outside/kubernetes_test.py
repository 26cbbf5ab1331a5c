"""Validates deploy/kubernetes and the Helm chart, and starts what their pods would start: kubernetes_test.py PROGRAM HELM
Without a cluster: objects are compared with the schemas of Kubernetes, and a container's arguments, files, variables and probes are
used with the program itself, in a network of its own, so that its ports are those of a pod. Needs root for that.
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

import jsonschema
import kubernetes_validate
from ruamel.yaml import YAML

from pod import command, port, service_variables

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "OUTSIDE_NAMESPACES"
if os.environ.get(INSIDE) != "yes":
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
PROGRAM, HELM = (os.path.realpath(path) for path in sys.argv[1:3])
del sys.argv[1:3]
CHART = ROOT / "deploy/helm/assay"
KUBERNETES = ("1.25", "1.37")  # the oldest and the newest that are tried
# Every value that adds something to the objects.
EVERYTHING = """\
image: {tag: "9.9", pullPolicy: Always}
imagePullSecrets: [{name: registry}]
publicUrl: https://mock.example
serve:
  dialect: polar
  journal: "off"
  faults: [id_token_aud_wrong, {fault: token_status, status: 503}]
  clients: [{client_id: my-app, client_secret: s3cret, redirect_uris: ["http://localhost:3000/callback"]}]
  issuers: [{name: broken, sign_in: auto}]
control: {enabled: true, expose: true, tokenSecret: {name: assay-token}}
ingress: {enabled: true, host: mock.example, className: nginx, annotations: {a: b}, tlsSecret: mock-tls}
nodeSelector: {kubernetes.io/arch: amd64}
tolerations: [{operator: Exists}]
affinity: {nodeAffinity: {}}
podAnnotations: {a: b}
"""


def load_all(text):
    return [one for one in YAML(typ="safe", pure=True).load_all(text) if one is not None]


def helm(*words, values=""):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(values)
        file.flush()
        return subprocess.run([HELM, *words, "--values", file.name], capture_output=True, text=True)


def only(objects, kind):
    found = [one for one in objects if one["kind"] == kind]
    assert len(found) == 1, found
    return found[0]


class Pod:
    """The program as the Deployment's pod starts it."""

    def __init__(self, objects, token=None):
        self.pod = only(objects, "Deployment")["spec"]["template"]["spec"]
        self.container = self.pod["containers"][0]
        self.folder = tempfile.TemporaryDirectory()
        at = Path(self.folder.name)
        files = only(objects, "ConfigMap")
        assert self.pod["volumes"][0]["configMap"]["name"] == files["metadata"]["name"]
        for name, text in files["data"].items():
            (at / name).write_text(text)
        mounted = self.container["volumeMounts"][0]["mountPath"]
        self.environment = {"PATH": os.environ["PATH"], "ASSAY_EXIT_WITH_STDIN": "true"}
        if self.pod.get("enableServiceLinks", True):
            self.environment |= service_variables(only(objects, "Service"))
        for variable in self.container.get("env", []):
            assert variable["valueFrom"]["secretKeyRef"]["key"] == "token"
            self.environment[variable["name"]] = token
        self.command = command(PROGRAM, self.container, self.environment, {mounted: at})

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.ready = json.loads(line) if line else None
        if not line:
            self.process.stdin.close()
        return self

    def __exit__(self, *_):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        self.folder.cleanup()

    def get(self, name, path, **headers):
        """As from elsewhere, by the pod's address."""
        number = port(self.container, name)
        request = urllib.request.Request(f"http://127.0.0.1:{number}{path}", headers={"Host": f"10.1.2.3:{number}", **headers})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.loads(answer.read())


class Objects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def valid(self, objects):
        for one in objects:
            for version in KUBERNETES:
                kubernetes_validate.validate(one, version, strict=True)
        spec = only(objects, "Deployment")["spec"]
        labels = spec["template"]["metadata"]["labels"].items()
        self.assertLessEqual(spec["selector"]["matchLabels"].items(), labels)
        service = only(objects, "Service")
        self.assertLessEqual(service["spec"]["selector"].items(), labels)
        container = spec["template"]["spec"]["containers"][0]
        ports = {port["name"] for port in container["ports"]}
        self.assertEqual({port["targetPort"] for port in service["spec"]["ports"]}, ports)
        self.assertLessEqual({container[f"{kind}Probe"]["httpGet"]["port"] for kind in ("startup", "readiness", "liveness")}, ports)
        # The restricted profile of Kubernetes' Pod Security Standards.
        pod = spec["template"]["spec"]
        self.assertEqual((pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["seccompProfile"]), (True, {"type": "RuntimeDefault"}))
        self.assertEqual(container["securityContext"], {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                                        "capabilities": {"drop": ["ALL"]}})
        self.assertFalse(pod["automountServiceAccountToken"])
        # The image is that of packaging/Dockerfile.
        dockerfile = (ROOT / "packaging/Dockerfile").read_text()
        user = pod["securityContext"]
        self.assertIn(f"\nUSER {user['runAsUser']}:{user['runAsGroup']}\n", dockerfile)
        self.assertNotIn("command", container, "the image's entry point is the program")
        self.assertIn('\nENTRYPOINT ["/assay"]\n', dockerfile)
        # The file is what the editor's schema says, too.
        serve = load_all(only(objects, "ConfigMap")["data"]["serve.yaml"])[0]
        jsonschema.validate(serve, json.loads((ROOT / "docs/schema/serve.json").read_text()))

    def answers(self, objects, issuer, token=None):
        with Pod(objects, token) as pod:
            self.assertIsNotNone(pod.ready, "" if pod.ready else pod.process.stderr.read())
            self.assertEqual(pod.ready["issuer"], issuer)
            for kind in ("startup", "readiness", "liveness"):
                probe = pod.container[f"{kind}Probe"]["httpGet"]
                pod.get(probe["port"], probe["path"])
            self.assertEqual(pod.get("http", "/.well-known/openid-configuration")["issuer"], issuer)
            return pod.ready


class Manifest(Objects):
    def test_its_objects(self):
        objects = load_all((ROOT / "deploy/kubernetes/assay.yaml").read_text())
        self.valid(objects)
        self.answers(objects, "http://assay:8080")
        version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.split()[1]
        container = only(objects, "Deployment")["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual(container["image"], f"assay:{version}", "packaging/release.sh makes this image")

    def test_variables_of_service_links_would_stop_it(self):
        objects = load_all((ROOT / "deploy/kubernetes/assay.yaml").read_text())
        del only(objects, "Deployment")["spec"]["template"]["spec"]["enableServiceLinks"]
        with Pod(objects) as pod:
            self.assertIsNone(pod.ready)
            self.assertIn("PORT tcp://10.0.0.1:8080", pod.process.stderr.read())

    def test_a_wrong_object_is_noticed(self):
        objects = load_all((ROOT / "deploy/kubernetes/assay.yaml").read_text())
        only(objects, "Deployment")["spec"]["template"]["spec"]["containers"][0]["argz"] = []
        with self.assertRaises(kubernetes_validate.ValidationError):
            self.valid(objects)


class Load(unittest.TestCase):
    """The Indexed Job and the Job that merges, with processes in place of their pods and a folder in place of the volume."""

    def setUp(self):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        self.objects = load_all((ROOT / "deploy/kubernetes/load.yaml").read_text())
        self.jobs = {one["metadata"]["name"]: one["spec"] for one in self.objects if one["kind"] == "Job"}

    def start(self, job, folder, **variables):
        container = self.jobs[job]["template"]["spec"]["containers"][0]
        words = command(PROGRAM, container, variables, {"/etc/assay": folder, "/results": f"{folder}/results"})
        self.assertNotIn("$(", " ".join(words), "every variable is known")
        return subprocess.Popen(words, env={"PATH": os.environ["PATH"], **variables}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def test_its_objects(self):
        for one in self.objects:
            for version in KUBERNETES:
                kubernetes_validate.validate(one, version, strict=True)
        load = self.jobs["assay-load"]
        shards = load["completions"]
        self.assertEqual((load["completionMode"], load["parallelism"]), ("Indexed", shards))
        self.assertIn(f"job/{shards}", load["template"]["spec"]["containers"][0]["args"])
        merge = self.jobs["assay-load-merge"]["template"]["spec"]["containers"][0]["args"]
        self.assertEqual([word for word in merge if word.removeprefix("/results/").isdigit()], [f"/results/{i}" for i in range(shards)])
        for spec in self.jobs.values():
            pod = spec["template"]["spec"]
            self.assertEqual((pod["securityContext"]["runAsNonRoot"], pod["restartPolicy"], spec["backoffLimit"]), (True, "Never", 0))

    def test_its_pods(self):
        plan = "stages: [{ rate: 100, for: 1s }]\nmix: [{ flow: metadata }]\nthresholds: [metadata.p99 < 5s, metadata.count == 100]\n"
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "plan.yaml").write_text(plan)
            start = str(int(time.time()) + 3)
            pods = [self.start("assay-load", folder, JOB_COMPLETION_INDEX=str(i), START_AT=start) for i in range(self.jobs["assay-load"]["completions"])]
            for pod in pods:
                said = pod.communicate()[0]
                self.assertEqual(pod.returncode, 0, said)
            merge = self.start("assay-load-merge", folder)
            said = merge.communicate()[0]
            self.assertIn(merge.returncode, (0, 5), said)
            merged = json.loads(Path(folder, "results/merged/load.json").read_text())
            self.assertEqual(merged["shards"], [0, 1, 2, 3])
            self.assertEqual(merged["counts"]["finished"], 100, "no arrival is missing, none is there twice")
            self.assertTrue(all(one["holds"] for one in merged["thresholds"]), merged["thresholds"])
            # In no shard alone.
            self.assertIn("metadata.count", said)
            one = json.loads(Path(folder, "results/0/load.json").read_text())
            self.assertEqual(one["verdict"], "fail")


class Chart(Objects):
    def template(self, values=""):
        said = helm("template", "t", str(CHART), "--namespace", "tests", values=values)
        self.assertEqual(said.returncode, 0, said.stderr)
        return load_all(said.stdout)

    def refused(self, values, words):
        said = helm("template", "t", str(CHART), values=values)
        self.assertNotEqual(said.returncode, 0)
        self.assertIn(words, said.stderr)

    def test_helm_lint(self):
        for values in ("", EVERYTHING):
            said = helm("lint", "--strict", str(CHART), values=values)
            self.assertEqual(said.returncode, 0, said.stdout + said.stderr)

    def test_versions_are_the_programs(self):
        version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.split()[1]
        self.assertEqual(load_all((CHART / "Chart.yaml").read_text())[0]["appVersion"], version)

    def test_the_schema_of_values_is_that_of_the_serve_file(self):
        said = subprocess.run([sys.executable, ROOT / "deploy/helm/schema.py", "--check"], capture_output=True, text=True)
        self.assertEqual(said.returncode, 0, said.stderr)

    def test_as_it_is(self):
        objects = self.template()
        self.valid(objects)
        self.assertNotIn("control", self.answers(objects, "http://t-assay.tests.svc:8080"))

    def test_with_everything(self):
        objects = self.template(EVERYTHING)
        self.valid(objects)
        token = "a-token-of-the-secret"
        with Pod(objects, token) as pod:
            self.assertIsNotNone(pod.ready, "" if pod.ready else pod.process.stderr.read())
            self.assertEqual(pod.ready["issuer"], "https://mock.example")
            with self.assertRaises(urllib.error.HTTPError) as refused:
                pod.get("control", "/issuers")
            self.assertEqual(refused.exception.code, 401)
            refused.exception.close()
            self.assertIn("broken", str(pod.get("control", "/issuers", Authorization=f"Bearer {token}")))
        ingress = only(objects, "Ingress")["spec"]
        self.assertEqual(ingress["rules"][0]["host"], "mock.example")
        backend = ingress["rules"][0]["http"]["paths"][0]["backend"]["service"]
        self.assertEqual(backend, {"name": only(objects, "Service")["metadata"]["name"], "port": {"name": "http"}})

    def test_the_values_of_the_manual(self):
        values = (ROOT / "docs/serve.md").read_text().split("```yaml\n# my-values.yaml\n")[1].split("```")[0]
        objects = self.template(values)
        self.valid(objects)
        self.answers(objects, "https://mock.example")

    def test_a_control_api_for_port_forward_only(self):
        objects = self.template("control: {enabled: true}")
        self.valid(objects)
        ready = self.answers(objects, "http://t-assay.tests.svc:8080")
        self.assertTrue(ready["control"].startswith("http://127.0.0.1:"), ready)

    def test_another_file_is_another_pod(self):
        def checksum(values):
            return only(self.template(values), "Deployment")["spec"]["template"]["metadata"]["annotations"]["checksum/serve"]
        self.assertEqual(checksum(""), checksum("resources: {}"))
        self.assertNotEqual(checksum(""), checksum("serve: {dialect: polar}"))

    def test_wrong_values_are_refused(self):
        self.refused("serve: {dialet: polar}", "dialet")
        self.refused("serve: {port: 9}", "port")
        self.refused("control: {enabled: true, expose: true}", "tokenSecret")
        self.refused("ingress: {enabled: true}", "host")
        self.refused("publicUrl: mock.example", "publicUrl")
        self.refused("replicas: 2", "replicas")

    def test_notes_say_the_issuer(self):
        said = helm("install", "t", str(CHART), "--dry-run=client", "--namespace", "tests", values="control: {enabled: true}")
        self.assertEqual(said.returncode, 0, said.stderr)
        notes = said.stdout.split("NOTES:")[1]
        self.assertIn("The issuer is http://t-assay.tests.svc:8080\n", notes)
        self.assertIn("port-forward deployment/t-assay 9000", notes)


if __name__ == "__main__":
    unittest.main(verbosity=1)
