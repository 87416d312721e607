#!/usr/bin/env python3
"""tests/package/image_test.py ARCHIVE: unpacks the image and starts it with its own entry point, arguments, user and volumes, then
asks it a question (container.py says what is like an engine and what is not). Needs root and namespaces.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import container

ARCHIVE = os.environ.get("ONWARD_IMAGE", "")
WAIT_SECONDS = 30
SOCKET = "unix:/run/onward/onward.sock"
SHELLS = {"sh", "bash", "dash", "busybox", "python3", "perl"}


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="onward-image-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.root = cls.folder / "root"
        cls.config = container.unpacked(ARCHIVE, cls.root)
        cls.user = int(cls.config["User"].split(":")[0])
        cls.volumes = {"/tmp": (cls.folder / "tmp", True)}
        for path in cls.config["Volumes"]:
            cls.volumes[path] = (cls.folder / path.strip("/").replace("/", "-"), True)
        for outside, _ in cls.volumes.values():
            outside.mkdir()
            os.chown(outside, cls.user, cls.user)
        cls.server = cls.start()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()

    @classmethod
    def command(cls, *words):
        return container.command(cls.root, cls.user, cls.volumes, list(words), {"ONWARD_SERVER": SOCKET})

    @classmethod
    def run_inside(cls, *words):
        return subprocess.run(cls.command(*words), capture_output=True, text=True, timeout=WAIT_SECONDS)

    @classmethod
    def start(cls, *more):
        with open(cls.folder / "log", "w", encoding="utf-8") as log:
            server = subprocess.Popen(cls.command(*cls.config["Entrypoint"], *cls.config["Cmd"], *more), stdout=log, stderr=log)
        ends = time.monotonic() + WAIT_SECONDS
        while cls.run_inside("/usr/bin/onward", "status").returncode != 0:
            if server.poll() is not None or time.monotonic() > ends:
                raise AssertionError((cls.folder / "log").read_text(encoding="utf-8"))
        return server

    def test_it_holds_no_shell_and_nothing_with_setuid(self):
        self.assertEqual([path for path in self.root.rglob("*") if path.name in SHELLS], [])
        self.assertEqual([path for path in self.root.rglob("*") if path.lstat().st_mode & 0o6000], [])

    def test_the_program_has_no_rights(self):
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text(encoding="ascii")
        for line in (rf"Uid:(\t{self.user}){{4}}", rf"Gid:(\t{self.user}){{4}}", r"CapPrm:\t0+", r"CapEff:\t0+", r"CapBnd:\t0+", r"NoNewPrivs:\t1"):
            self.assertRegex(status, re.compile(f"^{line}$", re.M))

    def test_a_question_is_answered(self):
        done = self.run_inside("/usr/bin/onward", "check", "a", "b", "--category", "contact.email", "--fail-on", "none")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("not recorded", done.stdout)

    def test_nothing_can_be_written_but_volumes(self):
        done = self.run_inside("/usr/bin/onward", "inventories", "export", "default", "-O", "/usr/bin/export.onward")
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse((self.root / "usr/bin/export.onward").exists())

    def test_the_edge_is_in_it(self):
        done = self.run_inside("/usr/sbin/nginx", "-v")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nginx/", done.stderr)

    def test_what_was_written_is_there_after_a_restart_with_backups(self):
        cls = type(self)
        self.assertEqual(self.run_inside("/usr/bin/onward", "inventories", "create", "kept").returncode, 0)
        self.server.send_signal(getattr(signal, self.config["StopSignal"]))
        self.assertEqual(self.server.wait(WAIT_SECONDS), 0)
        cls.server = self.start("--backup-dir=/var/backups/onward/backups")
        self.assertIn("kept", self.run_inside("/usr/bin/onward", "inventories", "list").stdout)
        made = self.run_inside("/usr/bin/onward", "backup", "create")
        self.assertIn("is made and verified", made.stdout, made.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        sys.exit("image_test: needs root, for namespaces and a user of its own")
    ARCHIVE = sys.argv.pop()
    unittest.main()
