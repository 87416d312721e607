#!/usr/bin/env python3
"""Starts what the chart renders: onwardd with its arguments, the edge and the way in with their configurations, then
the backup's and the test's commands. Only paths, ports and the address of the Service are rewritten.

Needs ONWARD_BIN (folder of onwardd and onward), nginx and openssl. Loopback only.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import yaml

from chart import CHART, ROOT, accepted, container, find

BIN = pathlib.Path(os.environ.get("ONWARD_BIN", "build/release/bin"))
BIN = BIN if BIN.is_absolute() else ROOT / BIN
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
WAIT_SECONDS = 30
HOST = "prod-onward.privacy.svc"
# Longest first: the first that fits is taken.
FOLDERS = ["/etc/onward/access", "/etc/onward/way-in", "/etc/onward/server-ca", "/etc/onward/clients", "/etc/onward/client", "/etc/onward/edge",
           "/etc/onward/audit", "/etc/onward/tls", "/run/onward-edge", "/run/onward", "/var/lib/onward", "/var/backups/onward", "/tmp"]
PATH = re.compile("|".join(rf"(?<![\w.]){folder}(?=[/;\s]|$)" for folder in FOLDERS))


def arguments_of(name):
    return container(find(name, "StatefulSet")["spec"]["template"], "onwardd")["args"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


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


class Pod:
    """The pods of one rendering, in a folder of their own."""

    def __init__(self, name, folder):
        self.name, self.folder, self.processes = name, pathlib.Path(folder), []
        self.port, self.health = free_port(), free_port()
        for one in FOLDERS:
            self.path(one).mkdir(parents=True, exist_ok=True)
        self.server = find(name, "StatefulSet")["spec"]["template"]
        self.question = find(name, "Pod")
        self.job = find(name, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]

    def path(self, one):
        return self.folder / one.strip("/")

    def rewritten(self, text):
        text = PATH.sub(lambda found: str(self.path(found[0])), text)
        text = text.replace("/usr/bin/onward", f"{BIN}/onward").replace("/usr/sbin/nginx", NGINX)
        text = text.replace(f"grpcs://{HOST}:443", f"grpcs://127.0.0.1:{self.port}")
        # A container's user is one for all; here nginx must not give up being who it is.
        return text.replace("daemon off;", "daemon off; user root;") if os.geteuid() == 0 else text

    def configure(self, config_map, key, folder):
        text = self.rewritten(find(self.name, "ConfigMap", config_map)["data"][key])
        text = text.replace("listen 8443 ", f"listen 127.0.0.1:{self.port} ")
        text = text.replace("listen 0.0.0.0:7444 ", f"listen 127.0.0.1:{self.health} ")
        (self.path(folder) / key).write_text(text)

    def command(self, one):
        return [self.rewritten(word) for word in one["command"] + one.get("args", [])]

    def start(self, one):
        with open(self.folder / f"{one['name']}.log", "w") as log:
            process = subprocess.Popen(self.command(one), stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def run(self, one, **more):
        environment = {entry["name"]: self.rewritten(entry["value"]) for entry in one.get("env", [])}
        return subprocess.run(self.command(one), env={**os.environ, **environment}, capture_output=True, text=True, **more)

    def wait(self, command):
        """Until a probe's command succeeds."""
        command = [self.rewritten(word) for word in command]
        ends = time.monotonic() + WAIT_SECONDS
        while subprocess.run(command, capture_output=True).returncode != 0:
            if time.monotonic() > ends:
                logs = "\n".join(f"{log.name}:\n{log.read_text()}" for log in self.folder.glob("*.log"))
                raise AssertionError(f"{command} never succeeded\n{logs}")
            time.sleep(0.05)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_certificates(pod):
    """An authority for the edge and one for clients, and a certificate of each."""
    for folder, authority, name in (("/etc/onward/tls", "/etc/onward/server-ca", HOST),
                                    ("/etc/onward/client", "/etc/onward/clients", "backup")):
        made, ca = pod.path(folder), pod.path(authority)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN=authority of {name}", "-keyout", f"{ca}/ca.key", "-out", f"{ca}/ca.crt")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-addext", f"subjectAltName=DNS:{name},URI:spiffe://example.org/onward-jobs", "-keyout", f"{made}/tls.key", "-out", f"{made}/tls.csr")
        openssl("x509", "-req", "-in", f"{made}/tls.csr", "-CA", f"{ca}/ca.crt", "-CAkey", f"{ca}/ca.key",
                "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", f"{made}/tls.crt")


class Started(unittest.TestCase):
    values = "minimal"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="onward-chart-")
        cls.pod = Pod(cls.values, cls.folder.name)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.addClassCleanup(cls.pod.stop)
        make_certificates(cls.pod)
        cls.pod.configure("-edge", "nginx.conf", "/etc/onward/edge")
        cls.pod.configure("-way-in", "way-in.conf", "/etc/onward/way-in")
        if "--access-policy=/etc/onward/access/access.yaml" in arguments_of(cls.values):
            cls.pod.configure("-access", "access.yaml", "/etc/onward/access")
        cls.pod.start(container(cls.pod.server, "edge"))
        cls.onwardd = cls.pod.start(container(cls.pod.server, "onwardd"))
        cls.pod.wait(container(cls.pod.server, "onwardd")["startupProbe"]["exec"]["command"])
        way_in = container(cls.pod.question, "way-in")
        cls.pod.start(way_in)
        cls.pod.wait(way_in["startupProbe"]["exec"]["command"])

    def test_1_helm_test_asks_its_question(self):
        done = self.pod.run(container(self.pod.question, "question"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("not recorded", done.stdout)

    def test_2_a_backup_is_made_then_verified(self):
        made = self.pod.run(container(self.pod.job, "create"))
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn("Backup 1 is made", made.stdout)
        whole = self.pod.run(container(self.pod.job, "verify"))
        self.assertEqual(whole.returncode, 0, whole.stderr)
        self.assertTrue((self.pod.path("/var/backups/onward") / "backups/000001.backup").exists())

    def test_3_without_a_certificate_nobody_gets_in(self):
        folder = self.pod.path("/etc/onward/way-in")
        text = re.sub(r"grpc_ssl_certificate(_key)? [^;]*;", "", (folder / "way-in.conf").read_text())
        (folder / "stranger.conf").write_text(text.replace("way-in.sock", "stranger.sock").replace("nginx.pid", "stranger.pid"))
        self.pod.start({"name": "stranger", "command": [NGINX, "-e", "stderr", "-c", "/etc/onward/way-in/stranger.conf"]})
        path = self.pod.path("/run/onward") / "stranger.sock"
        ends = time.monotonic() + WAIT_SECONDS
        while not path.exists():
            self.assertLess(time.monotonic(), ends, (self.pod.folder / "stranger.log").read_text())
            time.sleep(0.05)
        done = subprocess.run([BIN / "onward", "status", "--server", f"unix:{path}"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 4, done.stderr)

    def test_4_all_of_it_was_written_where_a_volume_is(self):
        for one in ("/var/lib/onward/data", "/run/onward/onward.sock"):
            self.assertTrue(self.pod.path(one).exists(), one)

    def test_5_it_ends_in_good_order(self):
        self.onwardd.send_signal(signal.SIGTERM)
        self.assertEqual(self.onwardd.wait(self.pod.server["spec"]["terminationGracePeriodSeconds"]), 0)


class StartedWithAccess(Started):
    """The same where a policy says who may do what: the probes, the backup and the question have the roles that they need."""

    values = "access"

    def test_3_others_have_no_role(self):
        done = subprocess.run([BIN / "onward", "list", "parties", "--server", f"unix:{self.pod.path('/run/onward')}/onward.sock"],
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0, "whoever is in the pod is an operator, and no more")


if __name__ == "__main__":
    for tool in (BIN / "onwardd", BIN / "onward", NGINX):
        if not tool or not os.access(tool, os.X_OK):
            sys.exit(f"run_test: {tool or 'nginx'} is missing ('make build', 'make setup-helm')")
    unittest.main()
