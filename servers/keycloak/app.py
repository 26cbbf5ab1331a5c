"""Keycloak in production mode with its database in memory and the realm of realm.json; the pages are its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from shared import host  # noqa: E402

[port] = host.free_ports(1)
origin = f"http://127.0.0.1:{port}"
issuer = origin + "/realms/assay"
options = {
    "http-enabled": "true",
    "http-host": "127.0.0.1",
    "http-port": str(port),
    "hostname": origin,
    "cache": "local",
    "log-level": "warn",
}
command = ["bash", "dist/bin/kc.sh", "start", "--optimized", "--import-realm"]
# Limits the heap: by default Keycloak takes 70 % of the machine's memory.
server = host.start([*command, *(f"--{name}={value}" for name, value in options.items())], {"JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"})
host.wait_for(issuer + "/.well-known/openid-configuration", 200)
host.ready(issuer, "Keycloak", Path("dist/version.txt").read_text().split()[-1])
server.wait()
