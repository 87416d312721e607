#!/usr/bin/env python3
"""The options in the chart are onwardd's own. Needs ONWARD_BIN, the folder of onwardd."""
import os
import pathlib
import re
import subprocess
import sys
import unittest

import yaml

from chart import CHART, ROOT, accepted, container, find

BIN = pathlib.Path(os.environ.get("ONWARD_BIN", "build/release/bin"))
BIN = BIN if BIN.is_absolute() else ROOT / BIN


def arguments_of(name):
    return container(find(name, "StatefulSet")["spec"]["template"], "onwardd")["args"]


class Options(unittest.TestCase):
    def test_onwardd_takes_what_each_set_of_values_renders(self):
        for name in accepted():
            with self.subTest(values=name):
                done = subprocess.run([BIN / "onwardd", *arguments_of(name), "--print-config"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_schema_has_exactly_the_options_of_onwardd(self):
        text = subprocess.run([BIN / "onwardd", "--help"], capture_output=True, text=True).stdout
        text = re.sub(r"\n {20,}", " ", text)
        schema = yaml.safe_load((CHART / "values.schema.json").read_text())
        known = schema["properties"]["server"]["properties"]["options"]["properties"]
        chart = {"data", "backup-dir", "store", "listen", "insecure-allow-remote", "audit-key", "access-policy",
                 "trust-edge-client-cert", "tls-cert", "tls-key", "tls-client-ca", "jwt-keys", "jwt-keys-ca",
                 "jwt-issuer", "jwt-audience", "metrics-listen"}
        program = {"version", "config", "print-config", "check-access-policy", "list-metrics", "help"}
        found = {}
        for option in re.finditer(r"^  --([a-z-]+) (?:([A-Z:]+) +)?(.*)$", text, re.M):
            found[option[1]] = option[3]
        self.assertEqual(set(known), set(found) - chart - program)
        for name, shape in known.items():
            limits = re.search(r"\((\d+) to (\d+);", found[name])
            words = re.search(r"\(([a-z]+(?:, [a-z]+)+); default", found[name])
            if limits:
                self.assertEqual((shape["minimum"], shape["maximum"]), (int(limits[1]), int(limits[2])), name)
            elif words:
                self.assertEqual(shape["enum"], words[1].split(", "), name)
            else:
                self.assertEqual(shape["type"], "string", name)


if __name__ == "__main__":
    if not os.access(BIN / "onwardd", os.X_OK):
        sys.exit(f"options_test: {BIN}/onwardd is missing ('make build')")
    unittest.main()
