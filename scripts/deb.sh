#!/usr/bin/env bash
# scripts/deb.sh: build/deb/onward_*.deb, checked by lintian and tried. Needs what `make setup-deb` installs.
# Trying it needs root and overlayfs (TRY=no: not tried). BUILT=yes: build/release/bin is there; nothing is built.
set -euo pipefail
cd "${0%/*}/.."
for tool in lintian systemd-analyze dpkg-deb dpkg-shlibdeps file; do
  command -v "$tool" >/dev/null || { echo "deb: $tool is missing; 'make setup-deb' installs it." >&2; exit 2; }
done
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
if [ "${BUILT:-no}" = yes ]; then
  cmake --preset release >build/configure-release.log
else
  scripts/build.sh release onwardd onward
fi
rm -rf build/deb
cpack --config build/release/CPackConfig.cmake >build/cpack.log 2>&1 || { cat build/cpack.log >&2; exit 1; }
package=$(ls build/deb/*.deb)
lintian --fail-on error,warning "$package"
[ "${TRY:-yes}" = no ] || tests/package/deb_test.sh "$package"
ls -l "$package"
