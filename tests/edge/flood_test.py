"""Floods through the edge as it is shipped, while somebody asks a question over and over, each time on a new connection.

Each starts an onwardd on a store of its own and the edge with the settings of settings.env. What is promised: onwardd takes
at most 512 MiB, and 16 MiB more than before for floods of headers; 99 of 100 questions are answered within a second; 5 s after the
flood questions are answered as ever. ONWARD_FLOOD_SCALE=1 (`make edge-flood`) is the size of a release: 10,000 idle connections,
5,000 silent ones, 200,000 resets, 100 MiB of headers; without it a twentieth. What was measured is printed as a table.
"""
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time
import unittest

import grpc

import edge
from edge import until

CODE = grpc.StatusCode
SCALE = float(os.environ.get("ONWARD_FLOOD_SCALE", "0.05"))
RSS_MIB_MAX, HEADER_GROWTH_MIB_MAX = 512, 16
PROBE_SECONDS_MAX, AGAIN_SECONDS_MAX = 1.0, 5.0
PROBES = max(30, round(300 * SCALE))
FILES_MAX = 16_384
table = []


def setUpModule():
    global world
    world = edge.World()


def tearDownModule():
    world.close()
    print(f"\n| flood (scale {SCALE:g}) | questions meanwhile | not answered | p50 | p99 | onwardd at most | grown | edge | again after |")
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(table))


class Flood(unittest.TestCase):
    def start(self, server_files=None, edge_files=None, **settings):
        folder = tempfile.TemporaryDirectory(prefix="onward-flood-")
        self.addCleanup(folder.cleanup)
        self.onwardd = edge.Onwardd(world, "--data", f"{folder.name}/data", files=server_files)
        self.addCleanup(self.onwardd.stop)
        shipped = {"workers": 2, "connections": 4096, "server_connections": 1024}
        self.edge = edge.Edge(world, self.onwardd.socket, open_files=edge_files, **{**shipped, **settings})
        self.addCleanup(self.edge.stop)
        until(lambda: self.edge.probe()[0] == CODE.OK, "a first answer")

    def flood(self, kind, count, what, probes=PROBES, probe_seconds_max=PROBE_SECONDS_MAX):
        """What was asked meanwhile, as (status, seconds), and what the attacker says in the end."""
        self.onwardd.forget_peak()
        before = self.onwardd.rss_mib()
        floods = pathlib.Path(__file__).with_name("floods.py")
        attacker = subprocess.Popen([sys.executable, "-B", "-W", "ignore", floods, kind, str(self.edge.port), world.authority.cert, str(count)],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(attacker.kill)
        asked, stands, edge_mib = [], False, 0.0
        ends = time.monotonic() + 300
        # Until it stands, and on.
        while len(asked) < probes or not stands:
            self.assertLess(time.monotonic(), ends, "the flood stands")
            asked.append(self.edge.probe())
            slow = sum(took > probe_seconds_max for _, took in asked)
            self.assertLessEqual(slow, max(1, probes // 50), f"of {len(asked)} questions took more than {probe_seconds_max} s")
            edge_mib = max(edge_mib, self.edge.mib())
            stands = stands or bool(select.select([attacker.stdout], [], [], 0)[0])
            self.assertTrue(self.onwardd.alive(), self.onwardd.output())
            self.assertIsNone(attacker.poll(), "the attacker goes on")
        result = attacker.communicate()[0].decode().removeprefix("under way").strip()
        ended = time.monotonic()
        until(lambda: self.edge.probe()[0] == CODE.OK, "answers again", 60)
        again = time.monotonic() - ended
        seconds = sorted(took for status, took in asked)
        p50, p99 = seconds[len(seconds) // 2], seconds[max(0, -(-len(seconds) * 99 // 100) - 1)]
        peak = self.onwardd.peak_mib()
        failed = sum(status != CODE.OK for status, _ in asked)
        table.append(f"| {count:,} {what} | {len(asked)} | {failed} | {p50 * 1000:.0f} ms | {p99 * 1000:.0f} ms | {peak:.0f} MiB "
                     f"| {peak - before:.0f} MiB | {edge_mib:.0f} MiB | {again * 1000:.0f} ms |")
        print(f"    {table[-1]} {result}", end="")
        self.grown = peak - before
        self.assertLessEqual(peak, RSS_MIB_MAX)
        self.assertLessEqual(p99, probe_seconds_max)
        self.assertLessEqual(again, AGAIN_SECONDS_MAX)
        return asked, result

    def all_answered(self, asked):
        self.assertEqual({status for status, _ in asked}, {CODE.OK})

    def test_idle_connections(self):
        """More than the edge has room for: those that were idle for longest go."""
        self.start()
        self.all_answered(self.flood("idle", round(10_000 * SCALE), "idle connections")[0])

    def test_idle_connections_with_room_for_all(self):
        self.start(connections=12_000, files=15_000)
        self.all_answered(self.flood("idle", round(10_000 * SCALE), "idle connections, room for all")[0])

    def test_silent_connections(self):
        self.start()
        self.all_answered(self.flood("silent", round(5_000 * SCALE), "silent connections")[0])

    def test_calls_without_a_body(self):
        """Twice as many as the edge lets through at once; whoever comes then is told so."""
        self.start()
        asked, _ = self.flood("calls", max(200, round(2_000 * SCALE)), "calls without a body")
        self.assertLessEqual({status for status, _ in asked}, {CODE.OK, CODE.UNAVAILABLE})

    def test_few_open_files(self):
        """As some engines start a container: 1,024 open files, of which a program may ask for more."""
        self.start(server_files=f"256:{FILES_MAX}", edge_files=f"256:{FILES_MAX}")
        asked, _ = self.flood("calls", max(600, round(2_000 * SCALE)), "calls, 256 open files that may be more")
        self.assertLessEqual({status for status, _ in asked}, {CODE.OK, CODE.UNAVAILABLE})

    def test_no_more_open_files_for_the_edge(self):
        """A wrong installation: nobody gets in until the flood is over, and then everybody."""
        self.start(edge_files="256:256")
        self.flood("silent", 700, "silent connections, 256 open files for the edge", probes=2, probe_seconds_max=60)

    def test_large_messages(self):
        self.start()
        asked, said = self.flood("messages", max(4, round(40 * SCALE)), "messages of 64 MiB")
        self.all_answered(asked)
        self.assertIn("RESOURCE_EXHAUSTED", said)
        self.assertNotIn("OK", said)

    def test_uploads_that_are_never_whole(self):
        """They fill what the transport may take (--memory-quota-bytes); it gives up connections then, INTERNAL to whom one belongs."""
        self.start()
        asked, _ = self.flood("uploads", max(50, round(1_000 * SCALE)), "uploads of 4 MiB, never whole")
        self.assertLessEqual({status for status, _ in asked}, {CODE.OK, CODE.UNAVAILABLE, CODE.INTERNAL})

    def test_headers_without_an_end(self):
        self.start()
        self.all_answered(self.flood("headers", max(5, round(100 * SCALE)), "MiB of headers without an end")[0])
        self.assertLessEqual(self.grown, HEADER_GROWTH_MIB_MAX)

    def test_fat_metadata(self):
        self.start()
        asked, _ = self.flood("fat_calls", max(100, round(1_000 * SCALE)), "calls with 12 KiB of metadata")
        self.assertLessEqual({status for status, _ in asked}, {CODE.OK, CODE.UNAVAILABLE})

    def test_resets(self):
        self.start()
        self.all_answered(self.flood("resets", round(200_000 * SCALE), "resets")[0])


if __name__ == "__main__":
    unittest.main()
