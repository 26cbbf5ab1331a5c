"""The control plane of a cluster, and nodes whose pods are processes of one program: for apiserver_test.py.

etcd, the API server, its controllers and the scheduler are the real ones. Node stands for a kubelet: a container is a process with the
arguments, variables, files, volume, user and groups that its pod says, at the pod's address, and its probes decide what is ready.
"""
import base64
import contextlib
import http.client
import http.server
import json
import os
import re
import secrets
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from pod import command, port, service_variables

API = 6443
USER, TOKEN = "test", secrets.token_hex(16)
CONTROLLERS = ("deployment-controller", "replicaset-controller", "job-controller", "endpointslice-controller", "namespace-controller",
               "serviceaccount-controller", "persistentvolume-binder-controller", "persistentvolumeclaim-protection-controller", "garbage-collector-controller")


def until(what, condition, seconds=60):
    """Its first true value; for what cannot be waited for."""
    end = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Control:
    """The processes of the control plane; their logs are in the folder."""

    def __init__(self, programs, folder):
        self.programs, self.at, self.running = programs, Path(folder), []
        self.kubeconfig = self.at / "kubeconfig"
        (self.at / "tokens").write_text(f"{TOKEN},{USER},1,system:masters\n")
        keys = self.at / "accounts.pem"
        subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-out", keys], check=True)
        self.start("etcd", "--data-dir", self.at / "etcd", "--unsafe-no-fsync", "--log-level=warn")
        self.start("kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", f"--secure-port={API}", "--bind-address=127.0.0.1", "--advertise-address=10.1.0.0",
                   "--cert-dir", self.at / "certificates", "--token-auth-file", self.at / "tokens", "--authorization-mode=RBAC",
                   "--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
                   "--service-account-issuer=https://cluster.invalid", "--service-account-key-file", keys,
                   "--service-account-signing-key-file", keys,
                   # Its taint of a new node is what the controller of nodes takes away, which judges them by a kubelet's leases.
                   "--disable-admission-plugins=TaintNodesByCondition")
        authority = self.at / "certificates/apiserver.crt"
        until("the API server has made its certificate", lambda: self.alive() and authority.exists() and authority.with_suffix(".key").exists())
        self.tls = ssl.create_default_context(cafile=authority)
        self.server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server_tls.load_cert_chain(authority, authority.with_suffix(".key"))
        until("the API server is ready", self.ready)
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": {"server": f"https://127.0.0.1:{API}", "certificate-authority": str(authority)}}],
            "users": [{"name": "it", "user": {"token": TOKEN}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}]}))
        self.start("kube-controller-manager", "--kubeconfig", self.kubeconfig, "--leader-elect=false", "--cert-dir", self.at / "certificates",
                   "--controllers", ",".join(CONTROLLERS), "--service-account-private-key-file", keys)
        self.start("kube-scheduler", "--kubeconfig", self.kubeconfig, "--leader-elect=false", "--cert-dir", self.at / "certificates")

    def start(self, name, *words):
        with open(self.at / f"{name}.log", "wb") as log:
            self.running.append(subprocess.Popen([self.programs / name, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def alive(self):
        for process in self.running:
            if process.poll() is not None:
                name = Path(process.args[0]).name
                raise AssertionError(f"{name} ended: " + (self.at / f"{name}.log").read_text(errors="replace")[-1500:])
        return True

    def stop(self):
        for process in reversed(self.running):
            process.terminate()
            process.wait()

    def ready(self):
        try:
            return self.alive() and self.open("GET", "/readyz").read() == b"ok"
        except OSError:
            return False

    def open(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(f"https://127.0.0.1:{API}{path}", method=method, data=body and json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": kind})
        return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.tls)).open(request)

    def call(self, *words, **more):
        with self.open(*words, **more) as answer:
            return json.loads(answer.read())


class Logs(http.server.BaseHTTPRequestHandler):
    """What a kubelet answers to kubectl logs: /containerLogs/NAMESPACE/POD/CONTAINER, of a container that has ended."""

    def __init__(self, exits, *words):
        self.exits = exits
        super().__init__(*words)

    def do_GET(self):
        namespace, pod = self.path.split("/")[2:4]
        _, said = self.exits.get((namespace, pod), (0, ""))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_):
        pass


class Node:
    """A node, and what its kubelet does. `exits` has each ended container's exit code and what it printed, by namespace and name of the pod."""

    count = 0

    def __init__(self, control, name, program, folder):
        self.control, self.name, self.program, self.at = control, name, program, Path(folder)
        self.seen, self.processes, self.exits = set(), {}, {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *words: Logs(self.exits, *words))
        self.server.socket = control.server_tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        room = {"cpu": "4", "memory": "4Gi", "pods": "20"}
        control.call("POST", "/api/v1/nodes", {"kind": "Node", "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name,
                                                                                                 "kubernetes.io/arch": "amd64"}}})
        self.patch(f"/api/v1/nodes/{name}", {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}],
                                                "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
                                                "daemonEndpoints": {"kubeletEndpoint": {"Port": self.server.server_port}}})
        threading.Thread(target=self.watch, daemon=True).start()

    def patch(self, path, status):
        self.control.call("PATCH", f"{path}/status", {"status": status}, kind="application/merge-patch+json")

    def watch(self):
        try:
            with self.control.open("GET", f"/api/v1/pods?watch=1&fieldSelector=spec.nodeName={self.name}") as events:
                for line in events:
                    self.changed(json.loads(line)["object"])
        except (OSError, http.client.HTTPException):  # the API server has ended
            pass

    def changed(self, pod):
        uid = pod["metadata"]["uid"]
        if "deletionTimestamp" in pod["metadata"]:
            process = self.processes.get(uid)
            if process and process.poll() is None:
                process.terminate()
            else:
                self.gone(pod)
        elif uid not in self.seen:
            self.seen.add(uid)
            threading.Thread(target=self.run, args=(pod,), daemon=True).start()

    def path(self, pod, kind="pods", name=None):
        return f"/api/v1/namespaces/{pod['metadata']['namespace']}/{kind}/{name or pod['metadata']['name']}"

    def gone(self, pod):
        try:
            self.control.call("DELETE", self.path(pod), {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0,
                                                         "preconditions": {"uid": pod["metadata"]["uid"]}})
        except urllib.error.HTTPError as refused:  # it is gone
            refused.close()

    def folder_of(self, pod, volume):
        """The folder that is mounted."""
        at = self.at / pod["metadata"]["uid"] / volume["name"]
        if "configMap" in volume:
            at.mkdir(parents=True)
            for name, text in self.control.call("GET", self.path(pod, "configmaps", volume["configMap"]["name"]))["data"].items():
                (at / name).write_text(text)
            return at
        claim = self.control.call("GET", self.path(pod, "persistentvolumeclaims", volume["persistentVolumeClaim"]["claimName"]))
        return self.control.call("GET", f"/api/v1/persistentvolumes/{claim['spec']['volumeName']}")["spec"]["hostPath"]["path"]

    def value_of(self, pod, variable):
        if "value" in variable:
            return variable["value"]
        source = variable["valueFrom"]
        if key := source.get("configMapKeyRef"):
            return self.control.call("GET", self.path(pod, "configmaps", key["name"]))["data"][key["key"]]
        if key := source.get("secretKeyRef"):
            return base64.b64decode(self.control.call("GET", self.path(pod, "secrets", key["name"]))["data"][key["key"]]).decode()
        field, key = re.fullmatch(r"metadata\.(labels|annotations)\['(.*)'\]", source["fieldRef"]["fieldPath"]).groups()
        return pod["metadata"][field][key]

    def start(self, pod):
        container = pod["spec"]["containers"][0]
        variables = {}
        if pod["spec"].get("enableServiceLinks", True):
            for service in self.control.call("GET", self.path(pod, "services", "").rstrip("/"))["items"]:
                variables |= service_variables(service)
        for one in container.get("env", []):
            variables[one["name"]] = self.value_of(pod, one)
        volumes = {one["name"]: one for one in pod["spec"]["volumes"]}
        mounts = {one["mountPath"]: self.folder_of(pod, volumes[one["name"]]) for one in container["volumeMounts"]}
        user = pod["spec"]["securityContext"]
        groups = [user["fsGroup"]] if "fsGroup" in user else []
        return subprocess.Popen(command(self.program, container, variables, mounts), env=variables, cwd="/", user=user["runAsUser"],
                                group=user["runAsGroup"], extra_groups=groups, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def status(self, pod, phase, state, ready):
        container = pod["spec"]["containers"][0]
        ready = "True" if ready else "False"
        self.patch(self.path(pod), {
            "phase": phase, "podIP": pod["address"], "podIPs": [{"ip": pod["address"]}],
            "conditions": [{"type": kind, "status": ready} for kind in ("Ready", "ContainersReady")],
            "containerStatuses": [{"name": container["name"], "image": container["image"], "imageID": "", "restartCount": 0,
                                   "ready": ready == "True", "state": state}]})

    def probed(self, pod, kind):
        container = pod["spec"]["containers"][0]
        probe = container.get(f"{kind}Probe")
        if probe is None:
            return True
        asked = http.client.HTTPConnection(pod["address"], port(container, probe["httpGet"]["port"]), timeout=probe["timeoutSeconds"])
        with contextlib.closing(asked):
            try:
                asked.request("GET", probe["httpGet"]["path"])
                return asked.getresponse().status < 400
            except OSError:
                return False

    def run(self, pod):
        Node.count += 1
        pod["address"] = f"10.1.0.{Node.count}"
        subprocess.run(["ip", "address", "add", pod["address"], "dev", "lo"], check=True)
        process = self.processes[pod["metadata"]["uid"]] = self.start(pod)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.status(pod, "Running", {"running": {"startedAt": now}}, False)
        for kind in ("startup", "liveness", "readiness"):
            until(f"{kind} of {pod['metadata']['name']}", lambda kind=kind: self.probed(pod, kind) or process.poll() is not None)
        if process.poll() is None:
            self.status(pod, "Running", {"running": {"startedAt": now}}, True)
        said = process.communicate()[0]
        self.exits[pod["metadata"]["namespace"], pod["metadata"]["name"]] = (process.returncode, said)
        self.status(pod, "Failed" if process.returncode else "Succeeded", {"terminated": {"exitCode": process.returncode}}, False)
        if "deletionTimestamp" in self.control.call("GET", self.path(pod))["metadata"]:
            self.gone(pod)
