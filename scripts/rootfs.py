#!/usr/bin/env python3
"""The root file system of the image, and what it is made of.

scripts/rootfs.py BIN OUT: BIN has onwardd and onward. OUT gets rootfs/ (the two, nginx, the libraries that they load and
nothing else) and sbom.cdx.json (CycloneDX 1.5, from dpkg's database). Times are SOURCE_DATE_EPOCH, so that the same inputs
make the same bytes.
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import uuid

USER = 10001
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", 0))
LINKER = "/lib64/ld-linux-x86-64.so.2"
# What is loaded by name while a program runs: names of hosts, TLS to audit sinks.
DATA = ["/etc/ssl/certs/ca-certificates.crt"]
TEXTS = {
    "etc/passwd": f"onward:x:{USER}:{USER}:Onward:/:/nonexistent\n",
    "etc/group": f"onward:x:{USER}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
# Where volumes are mounted.
OWNED = ["run/onward", "run/onward-edge", "var/backups/onward", "var/lib/onward"]
FOLDERS = ["dev", "etc/onward", "proc", "tmp", *OWNED]


def said_by(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(program):
    """Paths of all that it loads, as the loader names them."""
    text = said_by("ldd", str(program))
    if "not found" in text:
        sys.exit(f"rootfs: {program} needs a library that is missing:\n{text}")
    return set(re.findall(r"(/\S+) \(0x", text))


def archives(program):
    """Paths of the libraries that are inside of it (link_static.sh)."""
    listed = program.with_name(program.name + ".archives")
    return set(listed.read_text().split()) if listed.exists() else set()


def package_of(path):
    """dpkg's name of the package with a file; a library may be known by its path without /usr."""
    for one in dict.fromkeys([path, os.path.realpath(path), "/usr" + path, os.path.realpath(path).removeprefix("/usr")]):
        done = subprocess.run(["dpkg-query", "-S", one], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0]
    return None


def component(package):
    name, version, architecture, source, source_version = said_by(
        "dpkg-query", "-W", "-f", "${binary:Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}", package).split("\t")
    name = name.split(":")[0]
    return {"type": "library", "name": name, "version": version, "bom-ref": f"{name}@{version}",
            "purl": f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=debian-12",
            "properties": [{"name": "debian:source", "value": f"{source} {source_version}"}]}


def sbom(paths, version):
    packages = {path: package_of(path) for path in paths}
    lost = sorted(path for path, package in packages.items() if package is None and path not in DATA)
    if lost:
        sys.exit(f"rootfs: of no package: {', '.join(lost)}")
    names = sorted({package for package in packages.values() if package} | {"ca-certificates"})
    parts = [component(name) for name in names]
    own = {"type": "application", "name": "onward", "version": version, "bom-ref": f"onward@{version}",
           "licenses": [{"license": {"id": "Apache-2.0"}}]}
    text = json.dumps(parts)
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, text)}",
            "metadata": {"timestamp": datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "component": own},
            "components": parts,
            "dependencies": [{"ref": own["bom-ref"], "dependsOn": [one["bom-ref"] for one in parts]}]}


def put(source, target, strip=False):
    target.parent.mkdir(parents=True, exist_ok=True)
    if strip:
        subprocess.run(["strip", "--strip-unneeded", "-o", target, source], check=True)
    else:
        shutil.copyfile(source, target, follow_symlinks=True)


def settle(root):
    """Rights and times that depend on nobody's umask or clock."""
    for path in sorted(root.rglob("*"), reverse=True):
        program = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if program else 0o644)
        os.utime(path, (EPOCH, EPOCH))
    (root / "tmp").chmod(0o1777)
    if os.geteuid() == 0:
        for name in OWNED:
            os.chown(root / name, USER, USER)
    os.utime(root, (EPOCH, EPOCH))


def main():
    bin_folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    root = out / "rootfs"
    shutil.rmtree(root, ignore_errors=True)
    programs = {bin_folder / "onwardd": "usr/bin/onwardd", bin_folder / "onward": "usr/bin/onward", pathlib.Path("/usr/sbin/nginx"): "usr/sbin/nginx"}
    foreign = {"/usr/sbin/nginx"} | set(DATA)
    inside = set()
    for source, target in programs.items():
        put(source, root / target, strip=True)
        (root / target).chmod(0o755)
        foreign |= libraries(source)
        inside |= archives(source)
    for path in sorted(foreign - {"/usr/sbin/nginx"}):
        put(path, root / path.lstrip("/"))
    (root / LINKER.lstrip("/")).chmod(0o755)
    for name, text in TEXTS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    version = said_by(bin_folder / "onwardd", "--version").split()[-1]
    bom = json.dumps(sbom(foreign | inside, version), indent=1) + "\n"
    (out / "sbom.cdx.json").write_text(bom)
    target = root / "usr/share/doc/onward/sbom.cdx.json"
    target.parent.mkdir(parents=True)
    target.write_text(bom)
    settle(root)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
