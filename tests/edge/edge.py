"""What the tests of the edge stand on: certificates, an onwardd, an nginx with the project's configuration, clients.

Everything is on loopback and in one temporary folder that goes when the test ends. Run as root, nginx is
started as nobody: it is never tested with rights that it need not have.
"""
import concurrent.futures
import functools
import os
import pathlib
import re
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

# Else gRPC waits for its threads before each child is started.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

import grpc  # noqa: E402
import hpack  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
RENDER = ROOT / "services/edge/render.sh"
BIN = pathlib.Path(os.environ.get("ONWARD_BIN", ROOT / "build/release/bin"))
NGINX = "/usr/sbin/nginx"
NOBODY = 65534

HEALTH = "/grpc.health.v1.Health/Check"
LIST_INVENTORIES = "/onward.v1.Admin/ListInventories"


def until(condition, what, seconds=10):
    """The first true value of condition(); fails once the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def message(**fields):
    """A protobuf message: f1="text", f10=5 are the fields 1 and 10."""
    out = b""
    for name, value in fields.items():
        number = int(name[1:])
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def onward_names(text):
    """Names of headers that source code writes as literals."""
    return sorted(set(re.findall(r'"(x-onward-[a-z-]+)"', text)))


def framed(data):
    return struct.pack(">BI", 0, len(data)) + data


# --- Certificates ---------------------------------------------------------------------------------------


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A certificate authority made by openssl for one test run."""

    def __init__(self, folder, name):
        self.key, self.cert = folder / f"{name}.key", folder / f"{name}.crt"
        self.folder = folder
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
                "-keyout", self.key, "-out", self.cert, "-subj", f"/CN={name}")

    def issue(self, name, alternative):
        """(certificate, key), with that subjectAltName."""
        key, cert, request = (self.folder / f"{name}.{end}" for end in ("key", "crt", "csr"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\nbasicConstraints=CA:FALSE\n", encoding="ascii")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self.key, "-CAcreateserial", "-days", 2,
                "-extfile", extensions, "-out", cert)
        key.chmod(0o644)
        return cert, key


class World:
    """A temporary folder with an authority and a server certificate."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="onward-edge-")
        self.folder = pathlib.Path(self.temporary.name)
        self.folder.chmod(0o755)
        self.authority = Authority(self.folder, "authority")
        self.cert, self.key = self.authority.issue("server", "DNS:localhost,IP:127.0.0.1")

    def close(self):
        self.temporary.cleanup()


# --- Programs -------------------------------------------------------------------------------------------


class Process:
    """A child that ends with the test."""

    def __init__(self, command, log, as_nobody=False, files=None):
        """files: how many it may have open, as SOFT:HARD; by default what the test may."""
        self.log = log
        command = [*(["prlimit", f"--nofile={files}", "--"] if files else []), *command]
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_nobody and os.geteuid() == 0 else {}
        with open(log, "wb") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **identity)

    @property
    def pid(self):
        return self.child.pid

    def alive(self):
        return self.child.poll() is None

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def status(self, name, pid=None):
        lines = pathlib.Path(f"/proc/{pid or self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(line.split()[1:] for line in lines if line.startswith(name + ":"))

    def rss_mib(self):
        return int(self.status("VmRSS")[0]) / 1024

    def peak_mib(self):
        """The most since forget_peak()."""
        return int(self.status("VmHWM")[0]) / 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, sign=signal.SIGTERM):
        if self.alive():
            self.child.send_signal(sign)
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
        self.child.wait()


class Onwardd(Process):
    """onwardd with an empty store, by default in memory, on a Unix socket that nginx may use."""

    def __init__(self, world, *options, files=None):
        self.socket = world.folder / "onward.sock"
        super().__init__([BIN / "onwardd", *(options or ["--store", "memory"]), "--listen", f"unix:{self.socket}"],
                         world.folder / "onwardd.log", files=files)
        until(lambda: not self.alive() or "listening on" in self.output(), "onwardd listens", 60)
        assert self.alive(), self.output()
        self.socket.chmod(0o666)


class Edge(Process):
    """nginx with the project's configuration; settings by their names without ONWARD_EDGE_, in lower case."""

    count = 0

    def __init__(self, world, upstream, open_files=None, **settings):
        Edge.count += 1
        self.world = world
        self.folder = world.folder / f"edge{Edge.count}"
        self.run = self.folder / "run"
        self.run.mkdir(parents=True)
        self.access_log = self.folder / "access.log"
        self.access_log.touch()
        self.access_log.chmod(0o666)
        self.run.chmod(0o777)
        self.config = self.folder / "nginx.conf"
        self.port, self.health_port = free_port(), free_port()
        values = {
            "listen": f"127.0.0.1:{self.port}", "health_listen": f"127.0.0.1:{self.health_port}",
            "socket": upstream, "run_dir": self.run, "tls_cert": world.cert, "tls_key": world.key,
            "client_ca": world.authority.cert, "access_log": self.access_log, "workers": 1, "connections": 512,
            "server_connections": 128, **settings,
        }
        self.config.write_text(render(values), encoding="utf-8")
        super().__init__([NGINX, "-c", self.config, "-g", "daemon off;"], self.folder / "nginx.log", as_nobody=True, files=open_files)
        until(lambda: not self.alive() or self.workers() and self.accepts(), "the edge listens")
        assert self.alive(), self.output()

    def accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def workers(self):
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split()]

    def mib(self):
        """Of all its processes, what they share counted once."""
        total = 0
        for pid in [self.pid, *self.workers()]:
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            total += int(re.search(r"^Pss: +(\d+)", text, re.M)[1])
        return total / 1024

    def channel(self, cert=None, key=None, authority=None, **options):
        """A gRPC channel of its own connection."""
        read = lambda path: pathlib.Path(path).read_bytes() if path else None
        credentials = grpc.ssl_channel_credentials(read(authority or self.world.authority.cert), read(key), read(cert))
        return grpc.secure_channel(f"localhost:{self.port}", credentials, [
            ("grpc.use_local_subchannel_pool", 1), *options.items()])

    def probe(self):
        """A real question through the edge; (status, seconds)."""
        began = time.monotonic()
        with self.channel() as channel:
            status = call(channel, LIST_INVENTORIES, timeout=10)[0]
        return status, time.monotonic() - began


def render(values):
    environment = {f"ONWARD_EDGE_{name.upper()}": str(value) for name, value in values.items()}
    done = subprocess.run([RENDER], env={"PATH": os.environ["PATH"], **environment}, check=True, capture_output=True)
    return done.stdout.decode()


# --- Clients --------------------------------------------------------------------------------------------


def unary(channel, method):
    return channel.unary_unary(method, request_serializer=bytes, response_deserializer=bytes)


def stream(channel, method):
    return channel.unary_stream(method, request_serializer=bytes, response_deserializer=bytes)


def call(channel, method, request=b"", **options):
    """(status code, answer or what was said)."""
    try:
        return grpc.StatusCode.OK, unary(channel, method)(request, **{"timeout": 20, **options})
    except grpc.RpcError as error:
        return error.code(), error.details()


@functools.cache
def tls_context(authority, protocols):
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols(list(protocols))
    return context


def tls_socket(port, authority, protocols=("h2",), source="127.0.0.1"):
    context = tls_context(str(authority.cert), tuple(protocols))
    raw = socket.create_connection(("127.0.0.1", port), 10, (source, 0))
    return context.wrap_socket(raw, server_hostname="localhost")


DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
ENHANCE_YOUR_CALM = 11


class RawHttp2:
    """HTTP/2 frame by frame, right or wrong."""

    def __init__(self, edge, **options):
        self.socket = tls_socket(edge.port, edge.world.authority, **options)
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.buffer = b""
        self.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self.frame(SETTINGS, 0, 0, b""))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @staticmethod
    def frame(kind, flags, stream_id, payload):
        return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream_id) + payload

    def send(self, data):
        """False: the edge has closed the connection."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def request(self, method=HEALTH, extra=(), **changed):
        fields = {":method": "POST", ":scheme": "https", ":authority": "localhost", ":path": method, **changed}
        return self.encoder.encode([*fields.items(), ("te", "trailers"), ("content-type", "application/grpc"), *extra])

    def ask(self, stream_id, block, body=None):
        """Headers, and a body where given, as a whole request."""
        flags = END_HEADERS | (END_STREAM if body is None else 0)
        data = self.frame(HEADERS, flags, stream_id, block)
        if body is not None:
            data += self.frame(DATA, END_STREAM, stream_id, body)
        return self.send(data)

    def frames(self):
        """(kind, flags, stream, payload) until the connection ends or is silent for its time-out."""
        while True:
            while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
                try:
                    got = self.socket.recv(65536)
                except OSError:
                    return
                if not got:
                    return
                self.buffer += got
            length = int.from_bytes(self.buffer[:3], "big")
            kind, flags, stream_id = struct.unpack(">BBI", self.buffer[3:9])
            payload, self.buffer = self.buffer[9 : 9 + length], self.buffer[9 + length :]
            yield kind, flags, stream_id, payload

    def answer(self, stream_id):
        """(headers of each HEADERS frame, bytes) of a stream's whole answer; None: the connection ended first."""
        blocks, body = [], b""
        for kind, flags, number, payload in self.frames():
            if kind == HEADERS:
                block = dict(self.decoder.decode(payload))
                if number == stream_id:
                    blocks.append(block)
            elif kind == DATA and number == stream_id:
                body += payload
            if number == stream_id and (kind == RST_STREAM or kind in (HEADERS, DATA) and flags & END_STREAM):
                return blocks, body
        return None

    def ended(self):
        """Waits until the edge closes; the error code of its GOAWAY, None without one."""
        code = None
        for kind, _, _, payload in self.frames():
            if kind == GOAWAY:
                code = struct.unpack(">I", payload[4:8])[0]
        try:
            self.socket.settimeout(0.2)
            closed = self.socket.recv(1) == b""
        except (TimeoutError, ssl.SSLWantReadError):
            closed = False
        except OSError:
            closed = True
        if not closed:
            raise AssertionError("the edge kept the connection open")
        return code


class FakeServer:
    """A server on a Unix socket that remembers what it hears and answers as a test wants it to."""

    def __init__(self, folder):
        self.socket = folder / "fake.sock"
        self.heard = []
        self.release = threading.Event()
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(64), handlers=[self])
        self.server.add_insecure_port(f"unix:{self.socket}")
        self.server.start()
        self.socket.chmod(0o666)

    def service(self, details):
        self.heard.append((details.method, details.invocation_metadata))
        name = details.method.rsplit("/", 1)[1]
        if name == "Stream":
            return grpc.unary_stream_rpc_method_handler(self.stream)
        return grpc.unary_unary_rpc_method_handler(self.wait if name == "Wait" else self.echo)

    @staticmethod
    def echo(request, _):
        return request

    def wait(self, request, _):
        self.release.wait(20)
        return request

    def stream(self, request, _):
        yield request
        self.release.wait(20)
        yield request

    def stop(self):
        self.release.set()
        self.server.stop(0).wait()
