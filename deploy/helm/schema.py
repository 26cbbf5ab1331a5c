#!/usr/bin/env python3
"""Writes assay/values.schema.json, whose `serve` is the serve file's schema (docs/schema/serve.json) without what the chart decides.
With --check it writes nothing, and ends with 1 if the file is another.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILE = HERE / "assay/values.schema.json"
# Where it listens and what it reads from the disk or from its parent.
CHARTS_OWN = {"address", "port", "expose", "public_url", "trust_proxies", "control", "control_address", "expose_control", "control_token",
              "control_token_file", "tls", "tls_dir", "tls_cert", "tls_key", "ca", "exit_with_stdin", "ready_file", "store_password_file"}

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
ANY = {"type": "object"}
PORT = {"type": "integer", "minimum": 1, "maximum": 65535}


def record(**members):
    return {"type": "object", "additionalProperties": False, "properties": members}


def schema():
    serve = json.loads((HERE.parents[1] / "docs/schema/serve.json").read_text())
    missing = CHARTS_OWN - serve["properties"].keys()
    assert not missing, f"docs/schema/serve.json has no {missing}"
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the chart of assay serve",
        **record(
            image=record(repository=TEXT | {"minLength": 1}, tag=TEXT, pullPolicy={"enum": ["Always", "IfNotPresent", "Never"]}),
            imagePullSecrets={"type": "array", "items": ANY},
            publicUrl=TEXT | {"pattern": "^(https?://[^?#]+)?$", "description": "The issuer; empty: the Service's URL."},
            serve=record(**{key: value for key, value in serve["properties"].items() if key not in CHARTS_OWN})
            | {"description": "The serve file, docs/serve.md."},
            control=record(enabled=FLAG, port=PORT, expose=FLAG, tokenSecret=record(name=TEXT, key=TEXT))
            | {"if": {"properties": {"enabled": {"const": True}, "expose": {"const": True}}},
               "then": {"properties": {"tokenSecret": {"properties": {"name": {"minLength": 1}}}}}},
            service=record(type={"enum": ["ClusterIP", "NodePort", "LoadBalancer"]}, port=PORT),
            ingress=record(enabled=FLAG, className=TEXT, host=TEXT, annotations=ANY, tlsSecret=TEXT)
            | {"if": {"properties": {"enabled": {"const": True}}}, "then": {"properties": {"host": {"minLength": 1}}}},
            resources=ANY, nodeSelector=ANY, tolerations={"type": "array", "items": ANY}, affinity=ANY, podAnnotations=ANY,
            **{"global": ANY}),  # which Helm itself adds
        "definitions": serve["definitions"],
    }


text = json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
if sys.argv[1:] == ["--check"]:
    if FILE.read_text() != text:
        sys.exit(f"{FILE.relative_to(HERE.parents[1])} is not what deploy/helm/schema.py writes: run it")
else:
    FILE.write_text(text)
