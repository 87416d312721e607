#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says what it does. With nothing missing it changes
# nothing and needs neither root nor a network.
#   scripts/setup.sh              what building, testing and running needs (packages.txt)
#   scripts/setup.sh lint         what linting needs (packages-lint.txt)
#   scripts/setup.sh fuzz         what `make fuzz` needs (packages-fuzz.txt)
#   scripts/setup.sh edge         what `make edge-test` needs (packages-edge.txt)
#   scripts/setup.sh helm         what the chart's checks need besides Go (packages-helm.txt; setup_helm.sh does the rest)
#   scripts/setup.sh deb          what `make deb` and `make image` need (packages-deb.txt)
#   scripts/setup.sh peers        what `make bench-peers` compares with (packages-peers.txt)
#   scripts/setup.sh --check ...  only tells what is missing; exit code 1 if anything is
set -euo pipefail
cd "${0%/*}/.."

check_only=no
if [ "${1:-}" = --check ]; then
  check_only=yes
  shift
fi
case "${1:-build}" in
  build) list=scripts/packages.txt; what="building, testing and running Onward" ;;
  lint) list=scripts/packages-lint.txt; what="linting Onward" ;;
  fuzz) list=scripts/packages-fuzz.txt; what="fuzzing Onward" ;;
  edge) list=scripts/packages-edge.txt; what="testing the edge" ;;
  helm) list=scripts/packages-helm.txt; what="checking the Helm chart" ;;
  deb) list=scripts/packages-deb.txt; what="making the Debian package and the image" ;;
  peers) list=scripts/packages-peers.txt; what="comparing Onward with its peers" ;;
  *) echo "setup: unknown list '$1' (build, lint, fuzz, edge, helm, deb or peers)" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  {
    echo "setup: this is not a Debian system: dpkg-query or apt-get is missing."
    echo "setup: Onward is built and tested on Debian 12 (bookworm). Elsewhere, install what $list names by"
    echo "setup: hand and run 'make build', or use a Debian 12 container."
  } >&2
  exit 2
fi

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=()
while read -r package satisfied_by _; do
  case "$package" in "" | "#"*) continue ;; esac
  if is_installed "$package"; then continue; fi
  if [ -n "$satisfied_by" ] && command -v "$satisfied_by" >/dev/null; then continue; fi
  missing+=("$package")
done <"$list"

if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: everything that $what needs is installed."
  exit 0
fi
echo "setup: ${#missing[@]} Debian packages for $what are missing:"
printf 'setup:   %s\n' "${missing[@]}"
if [ "$check_only" = yes ]; then exit 1; fi

distribution=$( (. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}") 2>/dev/null || true)
if [ "$distribution" != "debian 12" ]; then
  echo "setup: note: this is '$distribution', not Debian 12; a package may be missing or of another version." >&2
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: installing needs root and there is no sudo. As root, run:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi
run() {
  echo "setup: ${as_root[*]:+${as_root[*]} }$*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@"
}
run apt-get update -q
run apt-get install -y -q --no-install-recommends "${missing[@]}"
echo "setup: done."
