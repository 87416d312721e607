#!/usr/bin/env python3
"""Starts the pods that the chart renders, in the image, and changes nothing of them: commands, arguments, environment, mounts, ports,
users and sizes of volumes are the rendered ones, probes are asked as a kubelet does. Then `helm test`'s question, a backup, the end.

pod_test.py ARCHIVE: the image (make image). Needs root and namespaces: it gives itself a network that has loopback alone, and
tests/package/container.py says what is like an engine and what is not. What a cluster adds are a Service (here a forwarder), the
name of it, and Secrets.
"""
import collections
import fcntl
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc

from chart import ROOT, accepted, container as container_of, containers, find

sys.path.insert(0, str(ROOT / "tests/package"))
import container  # noqa: E402

WAIT_SECONDS = 30
HOST = "prod-onward.privacy.svc"
NAMESPACES = ["--mount", "--net", "--pid", "--mount-proc", "--fork", "--kill-child", "--propagation", "private"]
CLAIM_SIZE = "512m"
# In a mount namespace of its own: it is gone with the test.
HERE = "/mnt"
IMAGE = HERE + "/image"


def raise_loopback():
    with socket.socket() as one:
        fcntl.ioctl(one, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def certificate(folder, name, alternative):
    """(authority, certificate, key) as PEM, made for this run."""
    folder.mkdir()
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *curve, "-days", 2, "-subj", f"/CN=authority of {name}", "-keyout", folder / "ca.key", "-out", folder / "ca.crt")
    openssl("req", *curve, "-subj", f"/CN={name}", "-addext", f"subjectAltName={alternative}", "-keyout", folder / "key", "-out", folder / "csr")
    openssl("x509", "-req", "-in", folder / "csr", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key", "-days", 2,
            "-copy_extensions", "copy", "-out", folder / "crt")
    return [(folder / one).read_bytes() for one in ("ca.crt", "crt", "key")]


class Service:
    """A Service's port, as far as one machine has it: what comes is passed on to the pod."""

    def __init__(self, port, target):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.target = target
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            one = self.listener.accept()[0]
            other = socket.create_connection(("127.0.0.1", self.target))
            for source, target in ((one, other), (other, one)):
                threading.Thread(target=self.copy, args=(source, target), daemon=True).start()

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            target.close()


class Cluster:
    """What pods of one rendering share: Secrets, ConfigMaps, claims, the image."""

    def __init__(self, values):
        self.values = values
        self.folder = folder = pathlib.Path(tempfile.mkdtemp(dir=HERE))
        (folder / "hosts").write_text(f"127.0.0.1 localhost {HOST}\n")
        edge_ca, edge_cert, edge_key = certificate(folder / "edge", HOST, f"DNS:{HOST}")
        client_ca, client_cert, client_key = certificate(folder / "client", "jobs", "URI:spiffe://example.org/onward-jobs")
        self.secrets = {"edge-tls": {"tls.crt": edge_cert, "tls.key": edge_key, "ca.crt": edge_ca}, "clients-ca": {"ca.crt": client_ca},
                        "own-client": {"tls.crt": client_cert, "tls.key": client_key}}
        self.claims = {}

    def files(self, volume, target, group):
        """A Secret or a ConfigMap as the kubelet mounts it."""
        if "secret" in volume:
            source, held = volume["secret"], self.secrets[volume["secret"]["secretName"]]
        else:
            source = volume["configMap"]
            held = {key: text.encode() for key, text in find(self.values, "ConfigMap", source["name"])["data"].items()}
        for item in source.get("items", [{"key": key, "path": key} for key in held]):
            path = target / item["path"]
            path.write_bytes(held[item["key"]])
            path.chmod(source.get("defaultMode", 0o644))
            os.chown(path, 0, group)

    def claim(self, name, group):
        if name not in self.claims:
            self.claims[name] = self.folder / "claims" / name
            container.tmpfs(self.claims[name], CLAIM_SIZE, group)
        return self.claims[name]


class Pod:
    def __init__(self, cluster, name, pod, templates=(), only=None):
        """only: of the volumes, those that this container mounts."""
        self.spec, self.folder = pod["spec"], cluster.folder / name
        security = self.spec["securityContext"]
        self.user, group = security["runAsUser"], security["fsGroup"]
        self.folder.mkdir()
        self.hosts, self.processes, self.volumes = cluster.folder / "hosts", {}, {}
        for one in templates:
            self.volumes[one["metadata"]["name"]] = cluster.claim(f"{name}-{one['metadata']['name']}", group)
        wanted = {mount["name"] for one in ([only] if only else containers(pod)) for mount in one["volumeMounts"]}
        for volume in [one for one in self.spec["volumes"] if one["name"] in wanted]:
            target = self.folder / "volumes" / volume["name"]
            if "persistentVolumeClaim" in volume:
                target = cluster.claim(volume["persistentVolumeClaim"]["claimName"], group)
            elif "emptyDir" in volume:
                container.tmpfs(target, volume["emptyDir"]["sizeLimit"].removesuffix("i"), group)
            else:
                target.mkdir(parents=True)
                cluster.files(volume, target, group)
            self.volumes[volume["name"]] = target

    def command(self, one, words):
        mounts = {mount["mountPath"]: (self.volumes[mount["name"]], not mount.get("readOnly", False)) for mount in one["volumeMounts"]}
        environment = {entry["name"]: entry["value"] for entry in one.get("env", [])}
        return container.command(IMAGE, self.user, {**mounts, "/etc/hosts": (self.hosts, False)}, words, environment)

    def start(self, one):
        """As a kubelet: begun, and waited for by its probe."""
        with open(self.folder / f"{one['name']}.log", "a", encoding="utf-8") as log:
            process = subprocess.Popen(self.command(one, one["command"] + one.get("args", [])), stdout=log, stderr=log)
        self.processes[one["name"]] = process
        ends = time.monotonic() + WAIT_SECONDS
        while not self.probe(one, "startupProbe"):
            if process.poll() is not None or time.monotonic() > ends:
                raise AssertionError(f"{one['name']} does not start:\n{self.log(one['name'])}")
            time.sleep(0.02)
        return process

    def start_all(self):
        for one in [*self.spec.get("initContainers", []), *self.spec["containers"]]:
            self.start(one)

    def run(self, one):
        return subprocess.run(self.command(one, one["command"] + one.get("args", [])), capture_output=True, text=True, timeout=60)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def probe(self, one, kind):
        probe = one[kind]
        if "exec" in probe:
            return subprocess.run(self.command(one, probe["exec"]["command"]), capture_output=True).returncode == 0
        if "grpc" in probe:
            with grpc.insecure_channel(f"127.0.0.1:{probe['grpc']['port']}") as channel:
                ask = channel.unary_unary("/grpc.health.v1.Health/Check", request_serializer=bytes, response_deserializer=bytes)
                try:
                    return ask(b"", timeout=probe["timeoutSeconds"]) == b"\x08\x01"
                except grpc.RpcError:
                    return False
        port = next(port["containerPort"] for port in one["ports"] if port["name"] == probe["tcpSocket"]["port"])
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    def stop(self):
        for process in self.processes.values():
            process.kill()
            process.wait()


class Configured(unittest.TestCase):
    def test_nginx_takes_what_each_set_of_values_renders(self):
        for name in accepted():
            pod = find(name, "StatefulSet")["spec"]["template"]
            if "edge" not in [one["name"] for one in containers(pod)]:
                continue
            with self.subTest(values=name):
                cluster = Cluster(name)
                # By whatever name: one that fits every place.
                known = {key: text for secret in cluster.secrets.values() for key, text in secret.items()} | cluster.secrets["edge-tls"]
                cluster.secrets = collections.defaultdict(lambda known=known: known)
                edge = container_of(pod, "edge")
                started = Pod(cluster, "server", pod, only=edge)
                done = subprocess.run(started.command(edge, [*edge["command"], "-t"]), capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)


class Started(unittest.TestCase):
    values = "minimal"

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(cls.values)
        server = find(cls.values, "StatefulSet")
        cls.server = cls.pod("server", server["spec"]["template"], server["spec"]["volumeClaimTemplates"])
        cls.server.start_all()
        if cls.service is None:
            rendered = find(cls.values, "Service", "prod-onward")["spec"]["ports"][0]
            edge = container_of(server["spec"]["template"], "edge")
            Started.service = Service(rendered["port"], next(port["containerPort"] for port in edge["ports"] if port["name"] == rendered["targetPort"]))

    service = None

    @classmethod
    def pod(cls, name, pod, templates=()):
        made = Pod(cls.cluster, name, pod, templates)
        cls.addClassCleanup(made.stop)
        return made

    def test_1_every_probe_succeeds(self):
        for name in ("edge", "onwardd"):
            one = container_of({"spec": self.server.spec}, name)
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                self.assertTrue(self.server.probe(one, kind), f"{name} {kind}\n{self.server.log(name)}")

    def test_2_nobody_has_rights(self):
        for name, process in self.server.processes.items():
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            for line in (r"Uid:(\t10001){4}", r"CapEff:\t0+", r"CapBnd:\t0+", r"NoNewPrivs:\t1"):
                self.assertRegex(status, re.compile(f"^{line}$", re.M), name)

    def test_3_helm_test_asks_its_question(self):
        pod = self.pod("question", find(self.values, "Pod"))
        pod.start(container_of({"spec": pod.spec}, "way-in"))
        done = pod.run(container_of({"spec": pod.spec}, "question"))
        self.assertEqual(done.returncode, 0, done.stderr + pod.log("way-in") + self.server.log("edge"))
        self.assertIn("not recorded", done.stdout)

    def test_4_without_a_certificate_nobody_gets_in(self):
        credentials = grpc.ssl_channel_credentials(self.cluster.secrets["edge-tls"]["ca.crt"])
        with grpc.secure_channel("127.0.0.1:443", credentials, [("grpc.ssl_target_name_override", HOST)]) as channel:
            with self.assertRaises(grpc.RpcError) as refused:
                channel.unary_unary("/onward.v1.Admin/ListInventories", request_serializer=bytes, response_deserializer=bytes)(b"", timeout=10)
        self.assertEqual(refused.exception.code(), grpc.StatusCode.UNAUTHENTICATED)

    def test_5_the_job_makes_a_backup_and_verifies_it(self):
        pod = self.pod("backup", find(self.values, "CronJob")["spec"]["jobTemplate"]["spec"]["template"])
        pod.start(container_of({"spec": pod.spec}, "way-in"))
        for name, said in (("create", "Backup 1 is made"), ("verify", "")):
            done = pod.run(container_of({"spec": pod.spec}, name))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(said, done.stdout)

    def test_6_the_edge_logs_what_it_let_through(self):
        self.assertIn('"method":"/onward.v1.', self.server.log("edge"))
        self.assertNotIn("127.0.0.1", self.server.log("edge"))

    def test_7_it_ends_in_good_order(self):
        for name in ("onwardd", "edge"):
            process = self.server.processes[name]
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(self.server.spec["terminationGracePeriodSeconds"]), 0, self.server.log(name))


class StartedWithAccess(Started):
    """A policy says who may do what: the probes, the backup and the question have the roles that they need, and no more."""

    values = "access"

    def test_3_others_have_no_role(self):
        onwardd = container_of({"spec": self.server.spec}, "onwardd")
        words = ["/usr/bin/onward", "list", "parties", "--server", "unix:/run/onward/onward.sock"]
        done = subprocess.run(self.server.command(onwardd, words), capture_output=True, text=True, timeout=60)
        self.assertNotEqual(done.returncode, 0, "whoever is in the pod is an operator, and no more")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        sys.exit("pod_test: needs root, for namespaces and users of its own")
    if "ONWARD_POD_TEST" not in os.environ:
        os.environ["ONWARD_POD_TEST"] = "inside"
        os.execvp("unshare", ["unshare", *NAMESPACES, sys.executable, "-B", *sys.argv])
    raise_loopback()
    container.tmpfs(HERE, "3g", 0)
    container.unpacked(sys.argv.pop(), IMAGE)
    unittest.main(warnings="ignore")
