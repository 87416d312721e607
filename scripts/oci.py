#!/usr/bin/env python3
"""The image, without an engine: one layer of a root file system, with the configuration that Containerfile gives its last stage.

scripts/oci.py ROOTFS CONTAINERFILE ARCHIVE: an OCI layout that is also what `docker load` and `podman load` take. Owners
are those of scripts/rootfs.py whoever runs this, times are SOURCE_DATE_EPOCH: the same root file system makes the same bytes.
"""
import datetime
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import shlex
import sys
import tarfile

from rootfs import EPOCH, OWNED, USER

LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def configuration(containerfile):
    """The `config` of an OCI image out of the last stage's instructions."""
    stage = re.split(r"^FROM .*$", containerfile.replace("\\\n", " "), flags=re.M)[-1]
    config = {"Labels": {}}
    for instruction, rest in re.findall(r"^([A-Z]+) +(.*)$", stage, re.M):
        if instruction == "LABEL":
            config["Labels"].update(word.split("=", 1) for word in shlex.split(rest))
        elif instruction in ("ENTRYPOINT", "CMD"):
            config[instruction.capitalize()] = json.loads(rest)
        elif instruction == "VOLUME":
            config["Volumes"] = {path: {} for path in json.loads(rest)}
        elif instruction == "USER":
            config["User"] = rest
        elif instruction == "STOPSIGNAL":
            config["StopSignal"] = rest
        elif instruction != "COPY":
            sys.exit(f"oci: {instruction} in the last stage is not known here")
    return config


def owner(name):
    return USER if name in OWNED else 0


def entry(archive, name, data, mode=0o644):
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(data), mode, EPOCH
    archive.addfile(info, io.BytesIO(data))


def layer(root):
    """The root file system as a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            info = archive.gettarinfo(path, str(path.relative_to(root)))
            info.uid = info.gid = owner(info.name)
            info.uname = info.gname = ""
            info.mtime = EPOCH
            with path.open("rb") if info.isfile() else io.BytesIO() as data:
                archive.addfile(info, data)
    return out.getvalue()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def main():
    root, containerfile, target = map(pathlib.Path, sys.argv[1:])
    config = configuration(containerfile.read_text())
    version = config["Labels"]["org.opencontainers.image.version"]
    plain = layer(root)
    created = datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    blobs = {}

    def blob(kind, data):
        blobs[digest(data)] = data
        return {"mediaType": kind, "digest": digest(data), "size": len(data)}

    def text(value):
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()

    packed = blob(LAYER, gzip.compress(plain, 6, mtime=0))
    described = blob(CONFIG, text({
        "architecture": "amd64", "os": "linux", "created": created, "config": config,
        "rootfs": {"type": "layers", "diff_ids": [digest(plain)]}, "history": [{"created": created, "created_by": "scripts/oci.py"}]}))
    manifest = blob(MANIFEST, text({"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": [packed]}))
    manifest["annotations"] = {"org.opencontainers.image.ref.name": version, "io.containerd.image.name": f"docker.io/library/onward:{version}"}
    place = lambda one: "blobs/" + one["digest"].replace(":", "/")
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        entry(archive, "oci-layout", text({"imageLayoutVersion": "1.0.0"}))
        entry(archive, "index.json", text({"schemaVersion": 2, "manifests": [manifest]}))
        entry(archive, "manifest.json", text([{"Config": place(described), "RepoTags": [f"onward:{version}"], "Layers": [place(packed)]}]))
        for name, data in sorted(blobs.items()):
            entry(archive, "blobs/" + name.replace(":", "/"), data)
    print(f"oci: onward:{version}, {len(blobs[packed['digest']]) >> 20} MiB packed, {len(plain) >> 20} MiB unpacked, {manifest['digest']}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main()
