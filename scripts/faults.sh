#!/usr/bin/env bash
# faults.sh ci|release: runs the tests of storage/PROMISES.md and services/PROMISES.md at one of their two sizes and prints what was run.
# Stops at the first failure, whose log it names. SEED repeats a run, ONLY=T3 picks one test; BIN: where the
# programs were built (build/release).
set -euo pipefail
cd "${0%/*}/.."

size=${1:?ci or release}
case $size in
  ci) kills=200 points=5 cuts=2000 full=5 errors=1000 damages=5000 histories=100 operations=2000
    watch_writes=1500 lost=20000 backups=50 rotations=100 stopped=1000 flows=20000 divisor=10 soak=60 ;;
  release) kills=10000 points=100 cuts=50000 full=50 errors=20000 damages=200000 histories=2000 operations=20000
    watch_writes=150000 lost=1000000 backups=1000 rotations=1000 stopped=100000 flows=5000 divisor=1 soak=600 ;;
  *) echo "faults.sh: ci or release, not $size" >&2; exit 2 ;;
esac
bin=${BIN:-build/release}
seed=${SEED:-$RANDOM}
logs=build/faults
mkdir -p "$logs"
# Syncs to memory are quick; what a disk would lose is simulated (tests/faults/fault_files.h).
if [ -z "${TEST_TMPDIR:-}" ] && [ -w /dev/shm ]; then export TEST_TMPDIR=/dev/shm/; fi

runs=0
# run NAME WHAT COMMAND...: one process.
run() {
  local name=$1 what=$2 began=$SECONDS
  shift 2
  if [ -n "${ONLY:-}" ] && [ "$ONLY" != "$name" ]; then return 0; fi
  runs=$((runs + 1))
  local log="$logs/$name-$runs.log"
  if ! "$@" >"$log" 2>&1; then
    echo "$name FAILED ($what); log: $log" >&2
    exit 1
  fi
  printf '%-4s %-58s %5d s  %s\n' "$name" "$what" $((SECONDS - began)) \
    "$(grep -ahE 'acknowledged|operations in|taken again after|^rotations|^stopped:|^soak:|^shapes:' "$log" | tail -1)"
}

# parts NAME VARIABLE TOTAL PART COMMAND...: processes of at most PART each, for a process that met many errors
# keeps their databases in memory, and their files open.
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
server_faults=$bin/tests/faults/onward_server_faults_test
crash=$bin/tests/e2e/onward_e2e_crash_test
files=$bin/storage/rocksdb/onward_storage_rocksdb_files_test
commands=$bin/services/commands/onward_commands_test
service=$bin/tests/service/onward_service_test
memory=$bin/tests/service/onward_service_memory_test
run T1 "$kills kills of a server under 8 writers" \
  env ONWARD_TEST_CRASH_CYCLES=$kills ONWARD_TEST_SEED="$seed" "$crash" --gtest_filter='CrashTest.*'
run T1 "$kills kills of a store under 9 writers" \
  env ONWARD_CRASH_CYCLES=$kills ONWARD_SEED="$seed" "$bin/tests/crash/onward_store_crash_test"
run T2 "each kill point x $points" \
  env ONWARD_KILL_ROUNDS=$points ONWARD_SEED="$seed" "$faults" --gtest_filter='*KillPoint*'
parts T3 ONWARD_POWER_CUTS $cuts 400 "$faults" --gtest_filter='PowerLossTest.*'
run T4 "each full volume of a store x $full" \
  env ONWARD_FULL_ROUNDS=$full ONWARD_SEED="$seed" "$faults" --gtest_filter='*SmallVolume*:*FullFor*'
run T4 "each full volume of a server x $full" \
  env ONWARD_FULL_ROUNDS=$full "$crash" --gtest_filter='FullVolumeTest.*'
for from in $(seq 1 200 "$errors"); do
  run T5 "operations $from to $((from + 199)) fail" env ONWARD_IO_ERRORS_FROM="$from" \
    ONWARD_IO_ERRORS=$((from + 199)) ONWARD_HEALINGS=20 ONWARD_SEED="$seed" "$faults" --gtest_filter='IoErrorTest.*'
done
run T5 "what clients of a server see" "$server_faults" --gtest_filter='ServerStoreTest.*'
parts T6 ONWARD_DAMAGES $damages 5000 "$files" --gtest_filter='DamageTest.RandomDamage*'
run T8 "$histories x $operations operations, the server killed" env ONWARD_HISTORIES=$histories \
  ONWARD_HISTORY_OPS=$operations ONWARD_SEED="$seed" "$crash" --gtest_filter='HistoryTest.*'
parts T8 ONWARD_HISTORIES $histories $((20000 / operations)) env ONWARD_HISTORY_OPS=$operations \
  "$server_faults" --gtest_filter='HistoryTest.*'
run T9 "50 watchers, 3 writers x $watch_writes writes" env ONWARD_WATCH_WRITES=$watch_writes ONWARD_SEED="$seed" \
  "$commands" --gtest_filter='WatchPropertyTest.*:WatchTest.*'
run T10 "$lost lost answers" env ONWARD_LOST_ANSWERS=$lost "$commands" --gtest_filter='RequestIdTest.*'
run T15 "backups killed at up to $backups steps, damaged $((4 * backups)) times" \
  env ONWARD_BACKUP_KILLS=$backups ONWARD_BACKUP_DAMAGES=$((4 * backups)) ONWARD_SEED="$seed" "$files" \
  --gtest_filter='Backup*'
run TLS "$rotations rotations of certificates under load" \
  env ONWARD_ROTATIONS=$rotations "$service" --gtest_filter='*RotationTest.*'
run T12 "$stopped heavy questions on $flows flows stopped" env ONWARD_STOP_FLOWS=$flows \
  ONWARD_STOP_CALLS=$stopped ONWARD_SEED="$seed" "$memory" --gtest_filter='StopTest.*'
run T13 "50 shapes, sizes divided by $divisor" \
  env ONWARD_SHAPES_DIVISOR=$divisor "$service" --gtest_filter='*ServiceShapes*'
run T22 "everything at once for $soak s" \
  env ONWARD_SOAK_SECONDS=$soak ONWARD_SEED="$seed" "$memory" --gtest_filter='SoakTest.*'
echo "faults: passed, seed $seed"
