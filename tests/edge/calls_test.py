"""Calls through the edge: what arrives, what is answered, how long streams may be quiet."""
import threading
import unittest

import grpc

import edge
from edge import HEALTH, LIST_INVENTORIES, call, framed, message, stream, unary, until

CODE = grpc.StatusCode
CREATE = "/onward.v1.Admin/CreateInventory"
WATCH = "/onward.v1.Inventory/Watch"


def setUpModule():
    global world, onwardd, fake
    world = edge.World()
    onwardd = edge.Onwardd(world)
    fake = edge.FakeServer(world.folder)


def tearDownModule():
    fake.stop()
    onwardd.stop()
    world.close()


class Base(unittest.TestCase):
    def start(self, upstream=None, **settings):
        started = edge.Edge(world, upstream or onwardd.socket, **settings)
        self.addCleanup(started.stop)
        return started

    def open(self, started, **options):
        channel = started.channel(**options)
        self.addCleanup(channel.close)
        return channel


class Calls(Base):
    def test_unary_calls_and_their_errors_arrive_as_onwardd_makes_them(self):
        channel = self.open(self.start())
        self.assertEqual(call(channel, HEALTH), (CODE.OK, b"\x08\x01"))
        self.assertEqual(call(channel, CREATE, message(f1="one"))[0], CODE.OK)
        self.assertIn(b"one", call(channel, LIST_INVENTORIES)[1])
        with self.assertRaises(grpc.RpcError) as caught:
            unary(channel, CREATE)(message(f1="one"), timeout=20, metadata=[("x-request-id", "mine-7")])
        self.assertEqual(caught.exception.code(), CODE.ALREADY_EXISTS)
        trailers = dict(caught.exception.trailing_metadata())
        self.assertIn(b"INVENTORY_EXISTS", trailers["grpc-status-details-bin"])
        self.assertEqual(trailers["x-request-id"], "mine-7", "the caller's own comes back")

    def test_a_request_without_an_id_gets_one(self):
        edged = self.start(fake.socket)
        call(self.open(edged), "/onward.v1.Law/Echo")
        self.assertRegex(dict(fake.heard[-1][1])["x-request-id"], "^[0-9a-f]{32}$")

    def test_a_quiet_watch_outlives_every_timeout(self):
        channel = self.open(self.start(answer_seconds=4, receive_seconds=1, send_seconds=1, idle_seconds=1))
        self.assertEqual(call(channel, CREATE, message(f1="quiet"))[0], CODE.OK)
        told = stream(channel, WATCH)(message(f1="quiet", f10=2), timeout=30)
        for _ in range(4):
            next(told)
        told.cancel()

    def test_a_stream_is_told_as_it_happens(self):
        channel = self.open(self.start(fake.socket))
        fake.release.clear()
        told = stream(channel, "/onward.v1.Law/Stream")(b"now", timeout=20)
        self.assertEqual(next(told), b"now", "before the stream ends")
        fake.release.set()
        self.assertEqual(list(told), [b"now"])

    def test_a_large_answer_and_a_large_request_go_through(self):
        channel = self.open(self.start(fake.socket), **{"grpc.max_receive_message_length": -1})
        self.assertEqual(call(channel, "/onward.v1.Law/Echo", b"x" * 3_000_000), (CODE.OK, b"x" * 3_000_000))

    def test_a_callers_deadline_and_cancel_reach_the_server(self):
        fake.release.clear()
        channel = self.open(self.start(fake.socket))
        self.assertEqual(call(channel, "/onward.v1.Law/Wait", timeout=0.2)[0], CODE.DEADLINE_EXCEEDED)
        fake.release.set()


class Errors(Base):
    """Each error that nginx makes, as a gRPC status."""

    def test_no_server_is_unavailable(self):
        code, said = call(self.open(self.start(world.folder / "nobody.sock")), HEALTH)
        self.assertEqual((code, "does not reach" in said), (CODE.UNAVAILABLE, True))

    def test_a_silent_server_is_deadline_exceeded(self):
        fake.release.clear()
        self.addCleanup(fake.release.set)
        code, said = call(self.open(self.start(fake.socket, answer_seconds=1)), "/onward.v1.Law/Wait")
        self.assertEqual((code, "silent for 1 s" in said), (CODE.DEADLINE_EXCEEDED, True))

    def test_a_stream_that_was_begun_is_cut(self):
        fake.release.clear()
        self.addCleanup(fake.release.set)
        told = stream(self.open(self.start(fake.socket, answer_seconds=1)), "/onward.v1.Law/Stream")(b"x", timeout=20)
        next(told)
        with self.assertRaises(grpc.RpcError) as caught:
            next(told)
        # No status can follow what was begun but a reset: nginx sends INTERNAL_ERROR.
        self.assertEqual(caught.exception.code(), CODE.INTERNAL)

    def test_a_body_that_is_too_large_is_resource_exhausted(self):
        code, said = call(self.open(self.start(body_bytes="64k")), HEALTH, b"x" * 200_000)
        self.assertEqual((code, "larger than 64k" in said), (CODE.RESOURCE_EXHAUSTED, True))

    def test_onwardds_own_limit_names_itself(self):
        code, said = call(self.open(self.start()), HEALTH, b"x" * 5_000_000)
        self.assertEqual((code, "larger than max" in said), (CODE.RESOURCE_EXHAUSTED, True), said)

    def test_metadata_that_is_too_large_for_onwardd_ends_one_call(self):
        channel = self.open(self.start())
        # Of a new connection's first call onwardd does not count them: gRPC waits for its settings to be read.
        self.assertEqual(call(channel, HEALTH)[0], CODE.OK)
        code, said = call(channel, HEALTH, metadata=[("x-big", "~" * 20_000)])
        # onwardd answers and resets; where nginx reads both at once, the answer is lost.
        self.assertIn(code, (CODE.RESOURCE_EXHAUSTED, CODE.UNAVAILABLE), said)
        self.assertNotIn("Socket closed", said, "the connection goes on")
        self.assertEqual(call(channel, HEALTH)[0], CODE.OK)

    def test_metadata_that_is_too_large_for_the_edge_ends_the_connection(self):
        edged = self.start(header_bytes="8k")
        for extra in ([("x-big", "~" * 12_000)], [(f"x-{n}", "~" * 3_000) for n in range(4)]):
            with edge.RawHttp2(edged) as raw:
                raw.ask(1, raw.request(extra=extra), framed(b""))
                self.assertEqual(raw.ended(), edge.ENHANCE_YOUR_CALM)

    def test_too_many_calls_a_second_are_resource_exhausted(self):
        channel = self.open(self.start(calls_per_second=1, calls_burst=3))
        answers = [call(channel, HEALTH) for _ in range(8)]
        self.assertEqual([code for code, _ in answers[:4]], [CODE.OK] * 4)
        self.assertEqual(answers[-1], (CODE.RESOURCE_EXHAUSTED,
                                       "more than 1 calls a second from one address, the limit of the edge"))

    def test_too_many_calls_at_once_are_resource_exhausted(self):
        fake.release.clear()
        heard = len(fake.heard)
        channel = self.open(self.start(fake.socket, calls_per_address=4))
        waiting = [unary(channel, "/onward.v1.Law/Wait").future(b"", timeout=20) for _ in range(4)]
        until(lambda: len(fake.heard) >= heard + 4, "four calls are under way")
        code, said = call(channel, "/onward.v1.Law/Echo")
        self.assertEqual((code, "more than 4 calls under way" in said), (CODE.RESOURCE_EXHAUSTED, True))
        fake.release.set()
        self.assertEqual([one.result() for one in waiting], [b""] * 4)

    def test_a_full_server_is_unavailable_and_recovers(self):
        fake.release.clear()
        heard = len(fake.heard)
        channel = self.open(self.start(fake.socket, server_connections=2))
        waiting = [unary(channel, "/onward.v1.Law/Wait").future(b"", timeout=20) for _ in range(2)]
        until(lambda: len(fake.heard) >= heard + 2, "two calls are under way")
        self.assertEqual(call(channel, "/onward.v1.Law/Echo")[0], CODE.UNAVAILABLE)
        fake.release.set()
        self.assertEqual([one.result() for one in waiting], [b""] * 2)
        self.assertEqual(call(channel, "/onward.v1.Law/Echo")[0], CODE.OK)

    def test_streams_above_the_limit_wait(self):
        fake.release.clear()
        heard = len(fake.heard)
        channel = self.open(self.start(fake.socket, streams=3))
        waiting = [unary(channel, "/onward.v1.Law/Wait").future(b"", timeout=20) for _ in range(6)]
        until(lambda: len(fake.heard) == heard + 3, "three calls are under way")
        fake.release.set()
        self.assertEqual([one.result() for one in waiting], [b""] * 6)

    def test_a_slow_body_is_reset(self):
        with edge.RawHttp2(self.start(receive_seconds=1)) as raw:
            raw.send(raw.frame(edge.HEADERS, edge.END_HEADERS, 1, raw.request()))
            raw.send(raw.frame(edge.DATA, 0, 1, framed(b"x" * 10)[:6]))
            blocks, _ = raw.answer(1)
            self.assertEqual(blocks, [], "nginx 1.22 gives no status to a request that it gave up")
            raw.ask(3, raw.request(), framed(b""))
            self.assertEqual(raw.answer(3)[0][-1]["grpc-status"], "0", "the connection goes on")

    def test_what_is_no_method_of_onward_is_unimplemented(self):
        edged = self.start(fake.socket)
        channel = self.open(edged)
        heard = len(fake.heard)
        for method in ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "/other.Service/Do", "/healthy",
                       "/onward.v1.Admin/Stats?x=1", "/onward.v1.Admin//Stats", "/onward.v1.Admin/../Stats",
                       "/onward.v1.Admin/%53tats", "/grpc.channelz.v1.Channelz/GetServers"):
            self.assertEqual(call(channel, method)[0], CODE.UNIMPLEMENTED, method)
        self.assertEqual(len(fake.heard), heard, "nothing of it arrives")

    def test_an_error_is_one_frame_that_grpc_clients_read(self):
        with edge.RawHttp2(self.start(world.folder / "nobody.sock")) as raw:
            raw.ask(1, raw.request(), framed(b""))
            for kind, flags, _, payload in raw.frames():
                if kind == edge.HEADERS:
                    break
        block = dict(raw.decoder.decode(payload))
        self.assertTrue(flags & edge.END_STREAM, "trailers only")
        self.assertEqual((block[":status"], block["content-type"], block["grpc-status"]),
                         ("200", "application/grpc", "14"))

    def test_what_is_no_grpc_call_gets_a_plain_answer(self):
        edged = self.start(fake.socket)
        heard = len(fake.heard)
        for changed, status in (({":method": "GET"}, "405"), ({":method": "DELETE"}, "405")):
            with edge.RawHttp2(edged) as raw:
                raw.ask(1, raw.request(**changed))
                self.assertEqual(raw.answer(1)[0][0][":status"], status)
        with edge.RawHttp2(edged) as raw:
            block = raw.encoder.encode([(":method", "POST"), (":scheme", "https"), (":authority", "localhost"),
                                        (":path", HEALTH), ("content-type", "text/plain")])
            raw.ask(1, block, b"x")
            self.assertEqual(raw.answer(1)[0][0][":status"], "415")
        self.assertEqual(len(fake.heard), heard)


class Headers(Base):
    RESERVED = ("x-onward-client-cert", "x-onward-identity", "x-onward-role", "x-onward-roles", "x-onward-inventory",
                "x-onward-subject", "x-onward-caller", "x-forwarded-host", "x-forwarded-port", "x-forwarded-user",
                "x-forwarded-client-cert", "x-real-ip", "forwarded", "via", "cookie", "proxy-authorization")

    def heard(self, metadata):
        channel = self.open(self.start(fake.socket))
        self.assertEqual(call(channel, "/onward.v1.Law/Echo", metadata=metadata)[0], CODE.OK)
        return [(name, value) for name, value in fake.heard[-1][1]]

    def test_what_only_the_edge_may_say_is_stripped(self):
        forged = [(name, "forged") for name in self.RESERVED] * 2
        heard = self.heard(forged + [("x-forwarded-for", "forged"), ("x-forwarded-proto", "forged")])
        self.assertNotIn("forged", [value for _, value in heard])
        self.assertEqual([value for name, value in heard if name == "x-forwarded-for"], ["127.0.0.1"])
        self.assertEqual([value for name, value in heard if name == "x-forwarded-proto"], ["https"])

    def test_what_a_caller_says_arrives(self):
        heard = self.heard([("authorization", "Bearer a.b.c"), ("x-request-id", "mine"), ("x-trace-bin", b"\x00\xff"),
                            ("x-many", "1"), ("x-many", "2")])
        self.assertEqual([value for name, value in heard if name == "authorization"], ["Bearer a.b.c"])
        self.assertEqual([value for name, value in heard if name == "x-request-id"], ["mine"])
        self.assertEqual([value for name, value in heard if name == "x-trace-bin"], [b"\x00\xff"])
        self.assertEqual([value for name, value in heard if name == "x-many"], ["1", "2"])

    def test_names_with_underscores_or_dots_do_not_arrive(self):
        extra = [("x_onward_role", "forged"), ("grpclb_client_stats", "forged"), ("x.onward.role", "forged")]
        with edge.RawHttp2(self.start(fake.socket)) as raw:
            raw.ask(1, raw.request("/onward.v1.Law/Echo", extra), framed(b""))
            self.assertEqual(raw.answer(1)[0][-1]["grpc-status"], "0")
        names = [name for name, _ in fake.heard[-1][1]]
        self.assertFalse([name for name in names if "_" in name or "." in name], names)

    def test_every_name_that_the_project_reads_is_in_the_configuration(self):
        known = (edge.ROOT / "services/edge/nginx.conf.template").read_text(encoding="utf-8")
        for folder in ("services", "clients"):
            for path in (edge.ROOT / folder).rglob("*"):
                if path.suffix in (".cc", ".h"):
                    for name in edge.onward_names(path.read_text(encoding="utf-8")):
                        self.assertIn(f"grpc_set_header {name} ", known, f"{path} reads it: the edge must set or strip it")


class Health(Base):
    def test_probes_without_tls_reach_health_and_nothing_else(self):
        edged = self.start()
        channel = grpc.insecure_channel(f"127.0.0.1:{edged.health_port}")
        self.addCleanup(channel.close)
        self.assertEqual(call(channel, HEALTH), (CODE.OK, b"\x08\x01"))
        for method in (LIST_INVENTORIES, "/grpc.health.v1.Health/Watch", "/onward.v1.Admin/Stats"):
            self.assertEqual(call(channel, method)[0], CODE.UNIMPLEMENTED, method)

    def test_a_probe_fails_when_onwardd_is_gone(self):
        edged = self.start(world.folder / "nobody.sock")
        channel = grpc.insecure_channel(f"127.0.0.1:{edged.health_port}")
        self.addCleanup(channel.close)
        self.assertEqual(call(channel, HEALTH)[0], CODE.UNAVAILABLE)

    def test_the_edge_itself_is_alive_without_onwardd(self):
        edged = self.start(world.folder / "nobody.sock")
        with edge.tls_socket(edged.port, world.authority, ["http/1.1"]) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: plain.recv(4096), b""))
        self.assertTrue(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\nok\n"), answer)
        self.assertNotIn(b"1.22", answer, "no version of nginx")


class Reload(Base):
    def test_no_call_is_lost_over_reloads_and_a_watch_goes_on(self):
        edged = self.start()
        channel = self.open(edged)
        self.assertEqual(call(channel, CREATE, message(f1="reloads"))[0], CODE.OK)
        told = stream(self.open(edged), WATCH)(message(f1="reloads", f10=1), timeout=60)
        next(told)
        done, failures, stop = [0], [], threading.Event()

        def ask():
            with edged.channel() as own:
                while not stop.is_set():
                    code, said = call(own, LIST_INVENTORIES)
                    done[0] += 1
                    if code != CODE.OK:
                        failures.append((code, said))

        callers = [threading.Thread(target=ask) for _ in range(4)]
        for caller in callers:
            caller.start()
        for _ in range(5):
            before, calls = set(edged.workers()), done[0]
            edged.child.send_signal(edge.signal.SIGHUP)
            until(lambda: set(edged.workers()) - before and done[0] > calls + 40, "a new worker serves")
        stop.set()
        for caller in callers:
            caller.join()
        next(told)
        told.cancel()
        # A caller that is asked to go elsewhere may find its call not taken; that is said to be safe to repeat.
        self.assertEqual(failures, [], f"of {done[0]} calls")

    def test_a_configuration_that_is_wrong_is_not_taken(self):
        edged = self.start()
        before = edged.workers()
        edged.config.write_text("nonsense;\n", encoding="utf-8")
        edged.child.send_signal(edge.signal.SIGHUP)
        until(lambda: "unknown directive" in edged.output(), "nginx says so")
        self.assertEqual((edged.workers(), edged.probe()[0]), (before, CODE.OK))


if __name__ == "__main__":
    unittest.main()
