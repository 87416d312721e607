"""Containers without an engine: a program in the image, as a pod or an engine would start it.

The root file system is read-only but for the volumes; the user has no name and no capability and can gain none; of devices
there are those that every container has. What only an engine adds is not there: its seccomp profile, limits of memory, a network
and processes of its own. Needs root and namespaces.
"""
import ctypes
import errno
import json
import os
import pathlib
import signal
import sys
import tarfile

READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, ALL_BELOW, PRIVATE = 1, 2, 4, 8, 32, 4096, 1 << 14, 1 << 18
NEW_MOUNTS = 0x20000
DROP_FROM_BOUNDING_SET, NO_NEW_PRIVILEGES = 24, 38
DEVICES = ["full", "null", "random", "urandom", "zero"]
STREAMS = {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}
libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, options=None):
    coded = [None if one is None else str(one).encode() for one in (source, target, kind)]
    checked(libc.mount(*coded, ctypes.c_ulong(flags), None if options is None else options.encode()), f"mount {target}")


def tmpfs(folder, size, user):
    """A volume in memory, as a kubelet makes one for a pod with this fsGroup."""
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    mount("tmpfs", folder, "tmpfs", NOSUID | NODEV, f"size={size},mode=2777,uid=0,gid={user}")


def unpacked(archive, folder):
    """Unpacks the layers of an image's archive; its configuration, as OCI has it."""
    with tarfile.open(archive) as image:
        read = lambda name: json.load(image.extractfile(name))
        (one,) = read("manifest.json")
        for layer in one["Layers"]:
            with tarfile.open(fileobj=image.extractfile(layer)) as files:
                files.extractall(folder, numeric_owner=True)
        return read(one["Config"])["config"]


def command(rootfs, user, volumes, words, environment=None):
    """What Popen starts. volumes: {path inside: (path outside, whether it may be written)}; the pid is that of the program."""
    plan = {"rootfs": str(rootfs), "user": user, "volumes": {path: [str(outside), writable] for path, (outside, writable) in volumes.items()},
            "words": words, "environment": environment or {}}
    return [sys.executable, "-B", __file__, json.dumps(plan)]


def make_place(outside, inside):
    if outside.is_dir():
        inside.mkdir(parents=True, exist_ok=True)
    else:
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.touch()


def build(plan):
    """The container's own mounts; its root."""
    checked(libc.unshare(NEW_MOUNTS), "unshare")
    mount(None, "/", flags=ALL_BELOW | PRIVATE)
    # Places of volumes are made as engines make them: not in the image but in a layer above.
    own = pathlib.Path("/tmp")
    sources = {path: os.open(outside, os.O_PATH) for path, (outside, _) in plan["volumes"].items()}
    rootfs = os.open(plan["rootfs"], os.O_PATH)
    devices = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES}
    mount("tmpfs", own, "tmpfs")
    for name in ("above", "work", "root"):
        (own / name).mkdir()
    root = own / "root"
    mount("overlay", root, "overlay", 0, f"lowerdir=/proc/self/fd/{rootfs},upperdir={own}/above,workdir={own}/work")
    for path in plan["volumes"]:
        make_place(pathlib.Path(f"/proc/self/fd/{sources[path]}"), root / path.lstrip("/"))
    mount(None, root, flags=REMOUNT | BIND | READ_ONLY | NOSUID | NODEV)
    mount("tmpfs", root / "dev", "tmpfs", NOSUID | NOEXEC)
    for name in DEVICES:
        (root / "dev" / name).touch()
        mount(f"/proc/self/fd/{devices[name]}", root / "dev" / name, flags=BIND)
    for name, end in STREAMS.items():
        (root / "dev" / name).symlink_to("/proc/self/fd" + end)
    mount("proc", root / "proc", "proc", NOSUID | NODEV | NOEXEC)
    for path, (_, writable) in plan["volumes"].items():
        place = root / path.lstrip("/")
        mount(f"/proc/self/fd/{sources[path]}", place, flags=BIND)
        mount(None, place, flags=REMOUNT | BIND | NOSUID | NODEV | (0 if writable else READ_ONLY))
    for one in (rootfs, *sources.values(), *devices.values()):
        os.close(one)
    return root


def become(user):
    """A user without rights, for good."""
    for stream in (0, 1, 2):
        # As engines do, so that /dev/stdout can be opened.
        if not os.isatty(stream) and os.fstat(stream).st_uid != user and os.path.realpath(f"/proc/self/fd/{stream}") != "/dev/null":
            os.fchown(stream, user, -1)
    number = 0
    while libc.prctl(DROP_FROM_BOUNDING_SET, number, 0, 0, 0) == 0:
        number += 1
    if ctypes.get_errno() != errno.EINVAL:
        checked(-1, "prctl")
    os.setgroups([user])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    checked(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")


def main():
    plan = json.loads(sys.argv[1])
    os.chroot(build(plan))
    os.chdir("/")
    become(plan["user"])
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.execve(plan["words"][0], plan["words"], plan["environment"])


if __name__ == "__main__":
    main()
