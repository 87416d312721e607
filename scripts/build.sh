#!/usr/bin/env bash
# scripts/build.sh PRESET [TARGET...]: configures quietly and builds, showing progress. No target: everything.
set -euo pipefail
cd "${0%/*}/.."
preset=$1
shift
mkdir -p build
log=build/configure-$preset.log
cmake --preset "$preset" >"$log" 2>&1 || {
  cat "$log" >&2
  echo "build: configuring failed; if a package is missing, 'make setup' installs it." >&2
  exit 1
}
export NINJA_STATUS="${NINJA_STATUS:-[%f/%t %es] }"
cmake --build --preset "$preset" -j "${JOBS:-$(nproc)}" ${1:+--target "$@"}
