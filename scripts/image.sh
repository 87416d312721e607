#!/usr/bin/env bash
# scripts/image.sh: build/image/onward-VERSION.tar, the image, and its SBOM; started as an engine would start it, which needs root
# and namespaces (TRY=no: not tried). No engine is needed. BUILT=yes: build/release/bin is there; nothing is built.
set -euo pipefail
cd "${0%/*}/.."
for tool in /usr/sbin/nginx strip dpkg-query; do
  command -v "$tool" >/dev/null || { echo "image: $tool is missing; 'make setup-deb' installs it." >&2; exit 2; }
done
if [ "${TRY:-yes}" = yes ] && ! { [ "$(id -u)" -eq 0 ] && unshare --mount --pid --fork true; } 2>/dev/null; then
  echo "image: starting it needs root and namespaces; TRY=no makes it without." >&2
  exit 2
fi
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
[ "${BUILT:-no}" = yes ] || scripts/build.sh release onwardd onward
version=$(build/release/bin/onwardd --version | sed 's/.* //')
archive=build/image/onward-$version.tar
/usr/bin/python3 -B scripts/rootfs.py build/release/bin build/image
/usr/bin/python3 -B scripts/oci.py build/image/rootfs Containerfile "$archive"
[ "${TRY:-yes}" = no ] || /usr/bin/python3 -B tests/package/image_test.py "$archive"
