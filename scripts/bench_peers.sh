#!/usr/bin/env bash
# Runs tests/bench/peers/peers.py with the Python that has the peers: build/peers if `make setup-peers` made it.
#   scripts/bench_peers.sh PROGRAM [ARGS...]
set -euo pipefail
cd "${0%/*}/.."
python=/usr/bin/python3
if [ -x build/peers/bin/python ]; then python=build/peers/bin/python; fi
exec "$python" -B tests/bench/peers/peers.py "$@"
