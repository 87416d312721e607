"""TLS of the edge, who is let in, what runs with which rights, what is written down."""
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import unittest
import urllib.parse

import grpc

import edge
from edge import HEALTH, call, framed, until

CODE = grpc.StatusCode
ECHO = "/onward.v1.Law/Echo"
SPIFFE = "spiffe://example.org/ns/default/sa/gate"


def setUpModule():
    global world, fake
    world = edge.World()
    fake = edge.FakeServer(world.folder)


def tearDownModule():
    fake.stop()
    world.close()


class Base(unittest.TestCase):
    def start(self, upstream=None, **settings):
        started = edge.Edge(world, upstream or fake.socket, **settings)
        self.addCleanup(started.stop)
        return started

    def ask(self, started, metadata=(), **options):
        with started.channel(**options) as channel:
            return call(channel, ECHO, metadata=metadata)


class Protocol(Base):
    def handshake(self, edged, **limits):
        context = ssl.create_default_context(cafile=str(world.authority.cert))
        context.set_ciphers(limits.get("ciphers", "ALL:@SECLEVEL=0"))
        if "version" in limits:
            context.minimum_version = context.maximum_version = limits["version"]
        with socket.create_connection(("127.0.0.1", edged.port), 10) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as wrapped:
                return wrapped.version(), wrapped.cipher()[0]

    def test_versions_and_ciphers(self):
        edged = self.start()
        self.assertEqual(self.handshake(edged)[0], "TLSv1.3")
        self.assertEqual(self.handshake(edged, version=ssl.TLSVersion.TLSv1_2)[0], "TLSv1.2")
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.assertRaises((ssl.SSLError, OSError), msg=str(version)):
                self.handshake(edged, version=version)
        for cipher in ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"):
            with self.assertRaises((ssl.SSLError, OSError), msg=cipher):
                self.handshake(edged, version=ssl.TLSVersion.TLSv1_2, ciphers=cipher + ":@SECLEVEL=0")

    def test_plain_http_is_refused_on_the_tls_port(self):
        edged = self.start()
        heard = len(fake.heard)
        for sent in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"POST /onward.v1.Law/Echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                     b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 0\r\n\r\n",
                     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"):
            with socket.create_connection(("127.0.0.1", edged.port), 10) as plain:
                plain.sendall(sent)
                answer = b"".join(iter(lambda: plain.recv(4096), b""))
            self.assertTrue(answer.startswith(b"HTTP/1.1 400"), answer)
            self.assertNotIn(b"1.22", answer)
        self.assertEqual(len(fake.heard), heard)

    def test_a_renewed_pair_is_used_without_a_reload(self):
        folder = world.folder / "renewed"
        folder.mkdir()
        cert, key = folder / "tls.crt", folder / "tls.key"
        shutil.copy(world.cert, cert)
        shutil.copy(world.key, key)
        edged = self.start(tls_cert=cert, tls_key=key)
        serials = set()
        with edged.channel() as kept:
            self.assertEqual(call(kept, ECHO)[0], CODE.OK)
            for turn in range(10):
                pair = world.authority.issue(f"renewed{turn}", "DNS:localhost,IP:127.0.0.1")
                for source, target in zip(pair, (cert, key)):
                    os.replace(source, target)
                with edge.tls_socket(edged.port, world.authority) as fresh:
                    serials.add(fresh.getpeercert()["serialNumber"])
                self.assertEqual(self.ask(edged)[0], CODE.OK)
                self.assertEqual(call(kept, ECHO)[0], CODE.OK, "an open connection goes on")
        self.assertEqual(len(serials), 10)

    def test_a_pair_that_does_not_match_fails_until_it_is_mended(self):
        key = world.folder / "other.key"
        shutil.copy(world.key, key)
        edged = self.start(tls_key=key)
        self.assertEqual(self.ask(edged)[0], CODE.OK)
        shutil.copy(world.authority.issue("other", "DNS:localhost")[1], world.folder / "swap.key")
        os.replace(world.folder / "swap.key", key)
        with self.assertRaises(OSError):
            edge.tls_socket(edged.port, world.authority)
        shutil.copy(world.key, key)
        self.assertEqual(self.ask(edged)[0], CODE.OK)


class ClientCertificates(Base):
    @classmethod
    def setUpClass(cls):
        cls.cert, cls.key = world.authority.issue("gate", f"URI:{SPIFFE}")
        stranger = edge.Authority(world.folder, "stranger")
        cls.foreign = dict(zip(("cert", "key"), stranger.issue("intruder", f"URI:{SPIFFE}")))

    def forwarded(self):
        return [value for name, value in fake.heard[-1][1] if name == "x-onward-client-cert"]

    def test_on_lets_in_whom_the_authority_knows_and_says_who_it_is(self):
        edged = self.start(client_certs="on")
        self.assertEqual(self.ask(edged, [("x-onward-client-cert", "forged")], cert=self.cert, key=self.key)[0], CODE.OK)
        (sent,) = self.forwarded()
        subject = subprocess.run(["openssl", "x509", "-noout", "-ext", "subjectAltName"], check=True,
                                 input=urllib.parse.unquote(sent).encode(), capture_output=True).stdout
        self.assertIn(f"URI:{SPIFFE}".encode(), subject)

    def test_on_refuses_all_others_before_onwardd_hears_of_them(self):
        edged = self.start(client_certs="on")
        heard = len(fake.heard)
        for who in ({}, self.foreign):
            code, said = self.ask(edged, **who)
            self.assertEqual((code, "client certificate" in said), (CODE.UNAUTHENTICATED, True), f"{who}: {said}")
        self.assertEqual(len(fake.heard), heard)

    def test_optional_checks_what_is_there(self):
        edged = self.start(client_certs="optional")
        self.assertEqual(self.ask(edged, [("x-onward-client-cert", "forged")])[0], CODE.OK)
        self.assertEqual(self.forwarded(), [])
        self.assertEqual(self.ask(edged, cert=self.cert, key=self.key)[0], CODE.OK)
        self.assertEqual(len(self.forwarded()), 1)
        self.assertEqual(self.ask(edged, **self.foreign)[0], CODE.UNAUTHENTICATED)

    def test_off_passes_no_identity_on(self):
        edged = self.start(client_ca="/nonexistent")
        self.assertEqual(self.ask(edged, [("x-onward-client-cert", "forged")], cert=self.cert, key=self.key)[0], CODE.OK)
        self.assertEqual(self.forwarded(), [])


class Rights(Base):
    def test_it_runs_without_rights_and_writes_into_its_folder_alone(self):
        edged = self.start()
        self.assertEqual(self.ask(edged)[0], CODE.OK)
        for pid in (edged.pid, *edged.workers()):
            self.assertNotIn("0", edged.status("Uid", pid))
            self.assertEqual(int(edged.status("CapEff", pid)[0], 16), 0)
            for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                try:
                    target = os.readlink(link)
                    flags = re.search(r"flags:\s*(\d+)", pathlib.Path(f"/proc/{pid}/fdinfo/{link.name}").read_text())
                except FileNotFoundError:
                    continue  # closed meanwhile
                if target.startswith("/") and int(flags[1], 8) & (os.O_WRONLY | os.O_RDWR):
                    self.assertTrue(target.startswith((str(edged.folder), "/dev/")), target)
        self.assertEqual(sorted(path.name for path in edged.run.iterdir()),
                         ["body", "fastcgi", "nginx.pid", "proxy", "scgi", "uwsgi"])

    def test_it_runs_on_a_read_only_root(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
            self.skipTest("making a mount namespace is not allowed here")
        edged = self.start()
        edged.stop()
        (edged.run / "nginx.pid").unlink(missing_ok=True)
        # The folder of the test stays as it is; everything else can only be read.
        script = (f"mount --bind {edged.folder} {edged.folder} && mount -o remount,bind,ro / && "
                  f"exec setpriv --reuid {edge.NOBODY} --regid {edge.NOBODY} --clear-groups "
                  f"{edge.NGINX} -c {edged.config} -g 'daemon off;'")
        second = edge.Process(["unshare", "-m", "sh", "-c", script], edged.folder / "read-only.log")
        self.addCleanup(second.stop)
        until(lambda: not second.alive() or edged.accepts(), "it listens")
        self.assertTrue(second.alive(), second.output())
        self.assertEqual(self.ask(edged)[0], CODE.OK, second.output())

    def test_it_stops_when_told_and_leaves_no_process(self):
        edged = self.start()
        workers = edged.workers()
        edged.stop(edge.signal.SIGQUIT)
        self.assertEqual(edged.child.returncode, 0)
        self.assertFalse([pid for pid in workers if pathlib.Path(f"/proc/{pid}").exists()])


class Log(Base):
    def test_each_line_is_json_and_says_nothing_about_a_person(self):
        cert, key = world.authority.issue("anna.canary", "email:anna.canary@example.org")
        edged = self.start(client_certs="optional")
        secret = [("authorization", "Bearer canary"), ("x-request-id", "anna-canary"), ("user-agent", "canary"),
                  ("x-name", "canary"), ("referer", "canary")]
        with edged.channel(cert=cert, key=key) as channel:
            for method in (ECHO, ECHO + "?canary=1", "/canary", "/onward.v1.Law/Echo/canary"):
                call(channel, method, b"canary", metadata=secret)
            call(channel, ECHO, metadata=[("x-request-id", "0af7651916cd43dd8448eb211c80319c")])
        with edge.RawHttp2(edged) as raw:
            raw.ask(1, raw.request(extra=[("x-big", "canary" * 9000)]), framed(b""))
        self.ask(edged, **dict(zip(("cert", "key"), edge.Authority(world.folder, "canary").issue("canary2", "DNS:canary"))))
        gone = self.start(world.folder / "canary.sock")
        self.ask(gone, secret)
        until(lambda: edged.access_log.read_text().count("\n") >= 6 and gone.access_log.read_text(), "the log is written")
        lines = [json.loads(line) for line in (edged.access_log.read_text() + gone.access_log.read_text()).splitlines()]
        for text in (json.dumps(lines), edged.output(), gone.output()):
            self.assertNotIn("127.0.0.1", text)
            self.assertNotIn("canary", text)
        first, asked = lines[0], lines[4]
        self.assertEqual((first["method"], first["http_status"], first["grpc_status"], first["client_cert"]),
                         (ECHO, 200, 0, "SUCCESS"))
        self.assertGreaterEqual(first["seconds"], first["server_seconds"])
        self.assertEqual((first["request_id"], asked["request_id"]), ("", "0af7651916cd43dd8448eb211c80319c"))
        self.assertEqual([line["grpc_status"] for line in lines if line["grpc_status"] not in (0, None)].count(12), 3)
        self.assertEqual(lines[-1]["grpc_status"], 14)


class Settings(unittest.TestCase):
    def render(self, *sets):
        environment = {"PATH": os.environ["PATH"], **dict(one.split("=", 1) for one in sets)}
        return subprocess.run([edge.RENDER], env=environment, capture_output=True, text=True, check=False)

    def test_template_and_settings_name_the_same(self):
        folder = edge.RENDER.parent
        used = set(re.findall(r"\$\{(ONWARD_EDGE_[A-Z_]+)\}", (folder / "nginx.conf.template").read_text()))
        listed = re.findall(r"^(ONWARD_EDGE_[A-Z_]+)=\S+$", (folder / "settings.env").read_text(), re.MULTILINE)
        self.assertEqual(sorted(used), sorted(listed))

    def test_the_defaults_leave_nothing_open(self):
        done = self.render()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        directives = "\n".join(line for line in done.stdout.splitlines() if not line.lstrip().startswith("#"))
        self.assertNotIn("${", directives)
        self.assertIn("listen 7443 ssl http2;", directives)
        self.assertEqual(done.stdout, self.render().stdout)

    def test_what_is_wrong_is_refused_by_name(self):
        for wrong in ("ONWARD_EDGE_LISTN=1", "ONWARD_EDGE_LISTEN=1; user root", "ONWARD_EDGE_LISTEN=a\nb",
                      "ONWARD_EDGE_SOCKET=/a b", "ONWARD_EDGE_RUN_DIR=$(id)", "ONWARD_EDGE_RUN_DIR=/a'"):
            done = self.render(wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertIn(wrong.split("=")[0], done.stderr)


if __name__ == "__main__":
    unittest.main()
