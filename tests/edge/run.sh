#!/usr/bin/env bash
# tests/edge/run.sh BIN_FOLDER [unittest's arguments]: the tests of the edge, with the onwardd of that folder.
set -euo pipefail
ONWARD_BIN=$(cd "${1:?BIN_FOLDER}" && pwd)
export ONWARD_BIN
shift
cd "${0%/*}"

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
running=()
for test in *_test.py; do
  # Debian's Python: its packages are what the tests use.
  /usr/bin/python3 -B -W ignore -m unittest "$@" "${test%.py}" >"$logs/$test" 2>&1 &
  running+=("$!")
done
failed=0
for child in "${running[@]}"; do wait "$child" || failed=1; done
for test in *_test.py; do
  echo "== $test"
  cat "$logs/$test"
done
exit "$failed"
