#!/usr/bin/env bash
# From nothing to flagged transfers, on a real server with a real RocksDB folder: builds, starts onwardd,
# applies the five inventories of tests/inventories over gRPC, lists the transfers on three dates, explains
# one, kills the server with SIGKILL, starts it again and shows that the answer is the same.
# Leaves nothing behind but build/release.
set -euo pipefail
cd "${0%/*}/.."

readonly POLLS_MAX=300  # of 0.1 s: how long a starting server may take to answer
readonly INVENTORIES=tests/inventories
readonly BIN=build/release/bin

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n== %s\n' "$*"; }
fail() {
  echo "demo: $*" >&2
  [ ! -s "$home/onwardd.log" ] || { echo "demo: the server's last words:" >&2; tail -n 20 "$home/onwardd.log" >&2; }
  exit 1
}

home=$(mktemp -d)
server_pid=
cleanup() {
  if [ -n "$server_pid" ]; then
    kill "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  rm -rf "$home"
}
trap cleanup EXIT

export ONWARD_SERVER="unix:$home/onwardd.sock"

start_server() {
  "$BIN/onwardd" --data "$home/data" --listen "$ONWARD_SERVER" >>"$home/onwardd.log" 2>&1 &
  server_pid=$!
  local poll
  for ((poll = 0; poll < POLLS_MAX; ++poll)); do
    if "$BIN/onward" status >/dev/null 2>&1; then return; fi
    kill -0 "$server_pid" 2>/dev/null || { server_pid=; fail "the server did not start"; }
    sleep 0.1
  done
  fail "the server did not answer within $((POLLS_MAX / 10)) s"
}

# Shows a command and runs it. Exit code 1 of onward means "findings", which is what this demo looks for.
show() {
  local status=0
  printf '\n$ onward %s\n' "$*"
  "$BIN/onward" "$@" || status=$?
  [ "$status" -le 1 ] || fail "onward $1 ended with exit code $status"
}

# Every transfer that is not covered on a date, one a line, then those to the United States in words.
flagged() {
  local date=$1 rows status=0
  rows=$("$BIN/onward" transfers --as-of "$date" -o csv) || status=$?
  [ "$status" -le 1 ] || fail "onward transfers ended with exit code $status"
  printf '\n$ onward transfers --as-of %s -o csv    # four of its columns\n' "$date"
  awk -F, '$8 != "COVERED" {printf "%-34s %-12s %-14s %s\n", $1, $6, $8, $9}' <<<"$rows"
  show transfers --as-of "$date" --place US
}

# All verdicts on the three dates and the proof of one, as JSON.
answers() {
  local date status
  for date in "${DATES[@]}"; do
    status=0
    "$BIN/onward" transfers --as-of "$date" --all -o json || status=$?
    [ "$status" -le 1 ] || return "$status"
  done
  status=0
  "$BIN/onward" explain smartum-to-salesforce --as-of "${DATES[1]}" -o json || status=$?
  [ "$status" -le 1 ]
}

today=$(date -u +%F)
readonly DATES=(2020-07-15 2020-12-09 "$today")

say "Building onward and onwardd (release; in $BIN)"
scripts/build.sh release onward onwardd

say "Starting onwardd on an empty RocksDB folder"
start_server
show status

say "Applying five inventories written from published privacy notices"
for folder in "$INVENTORIES"/0*/; do
  # Two of the notices are one in two languages: their records merge, each with both sources.
  show apply -f "${folder%/}" --merge-sources --yes --comment "${folder%/}"
done

say "Flagged on 15 July 2020, the day before the Court of Justice invalidated the Privacy Shield"
echo "Most notices do not say where the data go: UNDETERMINED, a question to ask. Two recipients in the US are covered."
flagged "${DATES[0]}"
say "Flagged on 9 December 2020, when Smartum's notice was last changed: it still relies on the Privacy Shield"
flagged "${DATES[1]}"
say "Flagged today"
flagged "${DATES[2]}"

say "Why? One transfer in full"
show explain smartum-to-salesforce --as-of "${DATES[1]}"

say "Killing the server with SIGKILL, starting it again on the same folder"
answers >"$home/before.json" || fail "asking before the kill failed"
kill -9 "$server_pid"
wait "$server_pid" 2>/dev/null || true
echo "killed process $server_pid"
server_pid=
start_server
echo "started again as process $server_pid"
answers >"$home/after.json" || fail "asking after the restart failed"
cmp "$home/before.json" "$home/after.json" || fail "the answers before and after the kill differ"
echo "The answers on all three dates are the same, byte for byte ($(wc -c <"$home/before.json") bytes of JSON)."
show history

say "What to try next"
cat <<TRY
  $BIN/onward assess -f $INVENTORIES/004-smartum
      the same questions without a server
  $BIN/onward explain livestorm-to-cloud -f $INVENTORIES/000-livestorm-fi
      what is missing before a verdict can be given
  $BIN/onward law list decisions --as-of 2020-07-16
      the adequacy decisions in force on a day
  make serve
      a server of your own on 127.0.0.1:7430; $BIN/onward --help lists what to ask it
  README.md
      a five-minute tour
TRY
