#!/usr/bin/env python3
"""Prints a libFuzzer dictionary of the names and words in a JSON Schema: dictionary.py docs/schema/check.json"""

import json
import sys


def words(node, found):
    if isinstance(node, dict):
        found.update(node.get("properties", {}))
        found.update(w for w in node.get("enum", []) if isinstance(w, str))
        if isinstance(node.get("const"), str):
            found.add(node["const"])
        for value in node.values():
            words(value, found)
    elif isinstance(node, list):
        for value in node:
            words(value, found)


found = set()
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        words(json.load(file), found)
for word in sorted(found):
    if 0 < len(word.encode()) <= 60:
        print('"%s"' % "".join(c if c.isalnum() or c in "_-./ " else "".join("\\x%02x" % b for b in c.encode()) for c in word))
