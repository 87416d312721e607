#!/usr/bin/env bash
# Installs what `make bench-peers` compares with: Debian's packages, and Kuzu by pip into build/peers. Kuzu that
# cannot be had is no failure: the comparison skips it and says so.
set -euo pipefail
cd "${0%/*}/.."
scripts/setup.sh peers
if [ ! -x build/peers/bin/python ]; then
  /usr/bin/python3 -m venv --system-site-packages build/peers
fi
if ! build/peers/bin/python -c 'import kuzu' 2>/dev/null; then
  build/peers/bin/pip install --quiet --disable-pip-version-check kuzu==0.11.3 ||
    echo "setup: Kuzu could not be installed; bench-peers will skip it." >&2
fi
