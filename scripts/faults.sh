#!/usr/bin/env bash
# faults.sh ci|release: runs the tests of storage/PROMISES.md at one of their two sizes and prints what was run.
# Stops at the first failure, whose log it names. SEED repeats a run, ONLY=T3 picks one test.
set -euo pipefail
cd "${0%/*}/.."

size=${1:?ci or release}
case $size in
  ci) kills=200 points=5 cuts=2000 full=5 errors=1000 damages=5000 histories=100 operations=2000 ;;
  release) kills=10000 points=100 cuts=50000 full=50 errors=20000 damages=200000 histories=2000 operations=20000 ;;
  *) echo "faults.sh: ci or release, not $size" >&2; exit 2 ;;
esac
bin=${BIN:-build/release}
seed=${SEED:-$RANDOM}
logs=build/faults
mkdir -p "$logs"
# Syncs to memory are quick; what a disk would lose is simulated (tests/faults/fault_files.h).
if [ -z "${TEST_TMPDIR:-}" ] && [ -w /dev/shm ]; then export TEST_TMPDIR=/dev/shm/; fi

# run NAME WHAT COMMAND...: one process.
run() {
  local name=$1 what=$2 began=$SECONDS
  shift 2
  if [ -n "${ONLY:-}" ] && [ "$ONLY" != "$name" ]; then return 0; fi
  local log="$logs/$name.log"
  if ! "$@" >"$log" 2>&1; then
    echo "$name FAILED ($what); log: $log" >&2
    exit 1
  fi
  printf '%-4s %-58s %5d s  %s\n' "$name" "$what" $((SECONDS - began)) \
    "$(grep -hE 'acknowledged|operations in' "$log" | tail -1)"
}

# parts NAME VARIABLE TOTAL PART COMMAND...: processes of at most PART each, for a process that met many errors
# keeps their databases in memory.
parts() {
  local name=$1 variable=$2 total=$3 part=$4 done=0 now
  shift 4
  while [ "$done" -lt "$total" ]; do
    now=$((total - done < part ? total - done : part))
    run "$name" "$variable=$now, seed $((seed + done))" env "$variable=$now" ONWARD_SEED=$((seed + done)) "$@"
    done=$((done + now))
  done
}

faults=$bin/tests/faults/onward_faults_test
run T1 "$kills kills of a server under 8 writers" \
  env ONWARD_TEST_CRASH_CYCLES=$kills ONWARD_TEST_SEED="$seed" "$bin/tests/e2e/onward_e2e_crash_test"
run T1 "$kills kills of a store under 9 writers" \
  env ONWARD_CRASH_CYCLES=$kills ONWARD_SEED="$seed" "$bin/tests/crash/onward_store_crash_test"
run T2 "each kill point x $points" \
  env ONWARD_KILL_ROUNDS=$points ONWARD_SEED="$seed" "$faults" --gtest_filter='*KillPoint*'
parts T3 ONWARD_POWER_CUTS $cuts 400 "$faults" --gtest_filter='PowerLossTest.*'
run T4 "each full volume x $full" \
  env ONWARD_FULL_ROUNDS=$full ONWARD_SEED="$seed" "$faults" --gtest_filter='*SmallVolume*:*FullFor*'
for from in $(seq 1 200 "$errors"); do
  run T5 "operations $from to $((from + 199)) fail" env ONWARD_IO_ERRORS_FROM="$from" \
    ONWARD_IO_ERRORS=$((from + 199)) ONWARD_HEALINGS=20 ONWARD_SEED="$seed" "$faults" --gtest_filter='IoErrorTest.*'
done
parts T6 ONWARD_DAMAGES $damages 5000 "$bin/storage/rocksdb/onward_storage_rocksdb_files_test" \
  --gtest_filter='DamageTest.RandomDamage*'
for part in $(seq 1 $((histories / 20))); do
  run T8 "20 histories of $operations operations, part $part" env ONWARD_HISTORIES=20 ONWARD_HISTORY_OPS=$operations \
    ONWARD_SEED=$((seed + part)) "$bin/tests/faults/onward_history_test"
done
echo "faults: passed, seed $seed"
