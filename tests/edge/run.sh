#!/usr/bin/env bash
# tests/edge/run.sh BIN_FOLDER [TEST...]: the tests of the edge, with the onwardd of that folder; all of them,
# or only these: flood_test, flood_test.Flood.test_resets.
set -euo pipefail
ONWARD_BIN=$(cd "${1:?BIN_FOLDER}" && pwd)
export ONWARD_BIN
shift
# Else gRPC stops its threads before each child is started, and ends the test where one of them was just at work.
export GRPC_ENABLE_FORK_SUPPORT=0
cd "${0%/*}"

# Debian's Python: its packages are what the tests use.
run() { /usr/bin/python3 -B -W ignore -m unittest "$@"; }
if [ $# -gt 0 ]; then
  run "$@"
  exit
fi
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
readonly AT_ONCE="attacks_test calls_test tls_test"
running=()
for test in $AT_ONCE; do
  run "$test" >"$logs/$test" 2>&1 &
  running+=("$!")
done
failed=0
for child in "${running[@]}"; do wait "$child" || failed=1; done
for test in $AT_ONCE; do
  echo "== $test"
  cat "$logs/$test"
done
# It measures, so it has the machine to itself.
echo "== flood_test"
run flood_test || failed=1
exit "$failed"
