"""Runs deploy/compose.yaml without a daemon, and signs in as its user does: compose_test.py PROGRAM COMPOSE OAUTH2_PROXY
COMPOSE prints the file as docker compose understands it. Each service is a process in a network of its own, with the addresses, the
names, the published ports, the user and the health check that a container would have; in place of the images are the programs.
Needs root, for networks; all of them end with this process.
"""
import html.parser
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "OUTSIDE_NAMESPACES"
if os.environ.get(INSIDE) != "yes":
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                          sys.executable, *sys.argv])
PROGRAM, COMPOSE, PROXY = sys.argv[1:4]
del sys.argv[1:4]
# What an image's entry point is; that of ours is in packaging/Dockerfile.
ENTRY = re.search(r'^ENTRYPOINT \["(.*)"\]$', (ROOT / "packaging/Dockerfile").read_text(), re.MULTILINE)[1]
USER = re.search(r"^USER (\d+):(\d+)$", (ROOT / "packaging/Dockerfile").read_text(), re.MULTILINE).groups()


def run(*command):
    subprocess.run(command, check=True)


def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Network:
    """The default network of a project: an address for each service, and the names that all services see."""

    def __init__(self, services):
        self.addresses = {name: f"10.77.0.{2 + i}" for i, name in enumerate(services)}
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "project", "type", "bridge")
        run("ip", "address", "add", "10.77.0.1/24", "dev", "project")
        run("ip", "link", "set", "project", "up")
        for name, address in self.addresses.items():
            run("ip", "netns", "add", name)
            run("ip", "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "link", "set", f"to-{name}", "master", "project", "up")
            run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "eth0")
            for link in ("lo", "eth0"):
                run("ip", "-n", name, "link", "set", link, "up")

    def remove(self):
        for name in self.addresses:
            # A namespace ends some time after its name is gone; its link would still hold the name that the next test gives.
            run("ip", "link", "delete", f"to-{name}")
            run("ip", "netns", "delete", name)
        run("ip", "link", "delete", "project")


def forward(listener, address):
    """A published port: what Docker's proxy does."""
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def both(accepted):
        with accepted:
            try:
                with socket.create_connection(address, timeout=10) as onward:
                    back = threading.Thread(target=copy, args=(onward, accepted))
                    back.start()
                    copy(accepted, onward)
                    back.join()
            except OSError:
                pass

    while True:
        try:
            accepted, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=both, args=(accepted,), daemon=True).start()


class Project:
    """The services of a compose file, started in their order."""

    def __init__(self, model, folder):
        self.services = model["services"]
        self.configs = model.get("configs", {})
        self.at = Path(folder)
        self.running, self.listeners = {}, []
        self.network = Network(self.services)
        self.programs = {}
        for name, program in (("assay", PROGRAM), ("oauth2-proxy", PROXY)):
            self.programs[name] = self.at / name
            self.programs[name].write_bytes(Path(program).read_bytes())
            self.programs[name].chmod(0o755)
        names = ["127.0.0.1 localhost"]
        for name, service in self.services.items():
            aliases = (service["networks"]["default"] or {}).get("aliases", [])
            names.append(" ".join([self.network.addresses[name], name, *aliases]))
        (self.at / "hosts").write_text("\n".join(names) + "\n")

    def inside(self, name, command):
        """The command that runs this one as the service's container does."""
        service = self.services[name]
        script = 'mount --bind "$1" /etc/hosts; mount --bind /dev/null /etc/resolv.conf; shift; '
        if service.get("read_only"):
            script += "mount -o remount,bind,ro /; "
        confined = ["--no-new-privs"] if "no-new-privileges:true" in service.get("security_opt", []) else []
        if service.get("cap_drop") == ["ALL"]:
            confined += ["--bounding-set=-all", "--inh-caps=-all"]
        return ["ip", "netns", "exec", name, "sh", "-ec", script + 'exec "$@"', "sh", str(self.at / "hosts"), "setpriv",
                f"--reuid={USER[0]}", f"--regid={USER[1]}", "--clear-groups", *confined, *command]

    def command(self, name):
        service = self.services[name]
        words = [str(self.programs[re.fullmatch(r"(?:.*/)?([a-z0-9-]+):\S+", service["image"])[1]]), *service["command"]]
        for config in service.get("configs", []):  # a file at another place than in a container
            source = self.at / config["source"]
            source.write_bytes(Path(self.configs[config["source"]]["file"]).read_bytes())
            assert config["target"] in words, f"{name} reads no {config['target']}"
            words[words.index(config["target"])] = str(source)
        return words

    def start(self, name):
        service = self.services[name]
        variables = {"PATH": os.environ["PATH"], **service.get("environment", {})}
        with open(self.at / f"{name}.log", "wb") as log:
            self.running[name] = subprocess.Popen(self.inside(name, self.command(name)), stdin=subprocess.DEVNULL, stdout=log,
                                                  stderr=log, env=variables)
        for port in service.get("ports", []):
            listener = socket.create_server((port["host_ip"], int(port["published"])))
            self.listeners.append(listener)
            address = (self.network.addresses[name], port["target"])
            threading.Thread(target=forward, args=(listener, address), daemon=True).start()

    def healthy(self, name):
        test = self.services[name]["healthcheck"]["test"]
        assert test[:2] == ["CMD", ENTRY], test
        return subprocess.run(self.inside(name, [str(self.programs["assay"]), *test[2:]]), capture_output=True).returncode == 0

    def up(self):
        started = set()
        while started != self.services.keys():
            for name, service in self.services.items():
                needs = service.get("depends_on", {})
                if name in started or not needs.keys() <= started:
                    continue
                for other, how in needs.items():
                    assert how["condition"] == "service_healthy", how
                    until(f"{other} is healthy", lambda: self.healthy(other))
                self.start(name)
                started.add(name)

    def log(self, name):
        return (self.at / f"{name}.log").read_text(errors="replace")

    def down(self):
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait()
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)  # which ends accept()
            listener.close()
        self.network.remove()


class Form(html.parser.HTMLParser):
    """The first form of a page: its action and its fields; of several buttons the first."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.ended = None, {}, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = values.get("action", "")
        elif tag in ("input", "button") and self.action is not None and not self.ended and "name" in values:
            self.fields.setdefault(values["name"], values.get("value") or "")

    def handle_endtag(self, tag):
        self.ended = self.ended or (tag == "form" and self.action is not None)


class Browser:
    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                                  urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.visited = []

    def open(self, url, fields=None):
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        with self.opener.open(url, data, timeout=20) as answer:
            self.url = answer.geturl()
            self.visited.append(self.url)
            return answer.read().decode()

    def sign_in(self, start, username):
        page = self.open(start)
        for _ in range(3):  # who are you, and may it
            form = Form(page)
            if form.action is None:
                break
            if "username" in form.fields:
                form.fields["username"] = username
            page = self.open(urllib.parse.urljoin(self.url, form.action), form.fields)
        return page


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run("mount", "-t", "tmpfs", "tmpfs", "/run")  # for ip netns; seen by nobody else
        cls.model = json.loads(subprocess.run([COMPOSE, str(ROOT / "deploy/compose.yaml")], check=True, capture_output=True,
                                              env={"PATH": os.environ["PATH"]}).stdout)

    def project(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        # A browser's names: everything below localhost is this machine (RFC 6761 §6.3).
        names = Path(folder.name) / "browser"
        names.write_text("127.0.0.1 localhost assay.localhost\n")
        run("mount", "--bind", str(names), "/etc/hosts")
        self.addCleanup(run, "umount", "/etc/hosts")
        project = Project(json.loads(json.dumps(self.model)), folder.name)
        self.addCleanup(project.down)
        return project

    def sign_in(self, project):
        browser = Browser()

        def there():
            self.assertIsNone(project.running["app"].poll(), project.log("app"))
            try:
                return browser.open("http://localhost:4180/ping") == "OK"
            except OSError:
                return False
        until("the application answers", there)
        page = browser.sign_in("http://localhost:4180/oauth2/start?rd=%2Foauth2%2Fuserinfo", "ada")
        return browser, page

    def test_browser_and_containers_have_one_issuer_at_two_addresses(self):
        project = self.project()
        self.assertFalse(project.healthy("assay"), "nothing runs yet")
        project.up()
        browser, page = self.sign_in(project)
        # The proxy has verified the ID Token: its signature by the keys, and its issuer.
        self.assertIn("@", json.loads(page)["email"], project.log("app"))
        self.assertTrue(any(url.startswith("http://assay.localhost:8080/") for url in browser.visited), browser.visited)
        metadata = json.loads(browser.open("http://assay.localhost:8080/.well-known/openid-configuration"))
        self.assertEqual(metadata["issuer"], "http://assay.localhost:8080")
        # Of the containers' side: the same name is another address there.
        seen = subprocess.run(project.inside("app", ["getent", "hosts", "assay.localhost"]), capture_output=True, text=True).stdout
        self.assertEqual(seen.split()[0], project.network.addresses["assay"])

    def test_separate_urls_for_the_browser_and_for_containers(self):
        project = self.project()  # docs/serve.md, "In containers", for an application that resolves such names itself
        (project.at / "hosts").write_text((project.at / "hosts").read_text().replace(" assay.localhost", ""))
        mock, app = (project.services[name]["command"] for name in ("assay", "app"))
        mock[mock.index("--public-url") + 1] = "http://localhost:8080"
        app[app.index("--oidc-issuer-url=http://assay.localhost:8080")] = "--oidc-issuer-url=http://localhost:8080"
        app += ["--skip-oidc-discovery", "--login-url=http://localhost:8080/authorize", "--redeem-url=http://assay:8080/token",
                "--oidc-jwks-url=http://assay:8080/jwks"]
        project.up()
        browser, page = self.sign_in(project)
        self.assertIn("@", json.loads(page)["email"], project.log("app"))
        self.assertFalse(any("assay" in url for url in browser.visited), browser.visited)

    def test_the_image_is_that_of_this_version(self):
        version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
        self.assertEqual(self.model["services"]["assay"]["image"], f"assay:{version}")

    def test_without_the_alias_the_application_finds_no_issuer(self):
        project = self.project()
        names = (project.at / "hosts").read_text()
        (project.at / "hosts").write_text(names.replace(" assay.localhost", ""))
        project.up()
        self.assertNotEqual(project.running["app"].wait(timeout=60), 0)
        self.assertRegex(project.log("app"), "lookup assay.localhost|dial tcp: .*assay.localhost")

    def test_without_the_public_url_the_issuer_is_another(self):
        project = self.project()
        command = project.services["assay"]["command"]
        del command[command.index("--public-url"):command.index("--public-url") + 2]
        project.up()
        self.assertNotEqual(project.running["app"].wait(timeout=60), 0)
        self.assertRegex(project.log("app"), "issuer did not match|issuer URL provided")


if __name__ == "__main__":
    unittest.main(verbosity=1)
