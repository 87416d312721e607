#!/usr/bin/env bash
# scripts/image.sh: build/image/rootfs, what Containerfile puts into the image, and its SBOM; tried where this user may make
# namespaces. BUILT=yes: build/release/bin is there; nothing is built.
set -euo pipefail
cd "${0%/*}/.."
for tool in /usr/sbin/nginx strip dpkg-query; do
  command -v "$tool" >/dev/null || { echo "image: $tool is missing; 'make setup-deb' installs it." >&2; exit 2; }
done
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
[ "${BUILT:-no}" = yes ] || scripts/build.sh release onwardd onward
/usr/bin/python3 scripts/rootfs.py build/release/bin build/image
if [ "$(id -u)" -eq 0 ] && unshare --mount --pid --fork true 2>/dev/null; then
  tests/package/rootfs_test.sh build/image/rootfs
else
  echo "image: not tried: that needs root and namespaces" >&2
fi
if command -v buildah >/dev/null; then
  buildah build --timestamp "$SOURCE_DATE_EPOCH" -t onward:0.1.0 -f Containerfile .
else
  echo "image: buildah is not here: no image, only its root file system, build/image/rootfs"
fi
