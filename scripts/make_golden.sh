#!/usr/bin/env bash
# Makes the golden data folder of a release: what its programs leave on disk, with everything that the format
# knows, and a server that was killed at the end. Kept for ever, opened by every later release
# (tests/golden/golden_test.cc).
#   scripts/make_golden.sh BIN OUT   BIN: folder of onwardd and onward; OUT: new folder, tests/golden/format-N
# Then write down what it holds: ONWARD_GOLDEN_WRITE=1 build/release/tests/golden/onward_golden_test
set -euo pipefail
cd "${0%/*}/.."

readonly POLLS_MAX=100  # of 0.1 s
[ $# -eq 2 ] && [ ! -e "$2" ] || { echo "usage: scripts/make_golden.sh BIN NEW-FOLDER" >&2; exit 2; }
readonly BIN=$1 OUT=$2

home=$(mktemp -d)
server_pid=
cleanup() {
  [ -z "$server_pid" ] || kill -9 "$server_pid" 2>/dev/null || true
  rm -rf "$home"
}
trap cleanup EXIT
export ONWARD_SERVER="unix:$home/socket"

start() {
  "$BIN/onwardd" --data "$home/data" --backup-dir "$home/backups" --listen "$ONWARD_SERVER" >"$home/log" 2>&1 &
  server_pid=$!
  local poll
  for ((poll = 0; poll < POLLS_MAX; ++poll)); do
    if "$BIN/onward" status >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  cat "$home/log" >&2
  exit 1
}

stop() {
  kill "-$1" "$server_pid"
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}

party() {
  printf 'kind: Party\nid: %s\ndisplayName: %s\nestablishment: %s\n' "$1" "$2" "$3"
}

start
"$BIN/onward" inventories create acme --name "Acme Oy"
"$BIN/onward" inventories create empty
"$BIN/onward" apply --yes -f tests/inventories/004-smartum --comment "first"
"$BIN/onward" apply --yes -f tests/inventories/003-lumoa --comment "second"
for name in one two three; do
  party p-1 "$name" FI >"$home/p.yaml"
  "$BIN/onward" apply --yes -f "$home/p.yaml" --inventory acme --comment "$name"
done
# One more inventory, of a file.
"$BIN/onward" inventories export acme -O "$home/acme.onward"
"$BIN/onward" inventories import "$home/acme.onward" --as copy
# Ends well: all of it goes to table files, what follows stays in the write-ahead log of a store that was restored.
"$BIN/onward" backup create
stop TERM
rm -rf "$home/data"
"$BIN/onward" backup restore --from "$home/backups" --data "$home/data"
start
party p-2 "åäö" US >"$home/p.yaml"
"$BIN/onward" apply --yes -f "$home/p.yaml" --inventory acme --comment "fourth"
# Contacts that were erased, and one that was not.
{
  party p-3 "erased" FI
  printf 'contacts:\n- {role: DPO, name: Data protection desk, email: desk@example.com}\n'
} >"$home/p.yaml"
"$BIN/onward" apply --yes -f "$home/p.yaml" --inventory acme --comment "with a contact"
"$BIN/onward" contacts erase p-3 --yes --inventory acme --comment "erasure"
sed -i 's/p-3/p-4/' "$home/p.yaml"
"$BIN/onward" apply --yes -f "$home/p.yaml" --inventory acme --comment "with a contact that stays"
"$BIN/onward" delete party p-1 --yes --inventory acme --comment "fifth"
"$BIN/onward" compact --keep-from 3 --yes --inventory acme --comment "retention"
"$BIN/onward" law put graph/law/register --server "$ONWARD_SERVER" --comment "sixth"
stop KILL
mkdir -p "$OUT"
cp "$home"/data/* "$OUT/"
# Not needed to open it; the ballast holds nothing.
rm -f "$OUT"/OPTIONS-* "$OUT"/LOCK "$OUT"/LOG* "$OUT"/ONWARD-BALLAST
du -sh "$OUT"
