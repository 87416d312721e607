#!/usr/bin/env bash
# Fuzzes each decoder with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, for a number of seconds
# each. What was found worth keeping stays in build/fuzz/corpus; a crash ends it and leaves its bytes beside it.
#   scripts/fuzz.sh [SECONDS] [TARGET...]
set -euo pipefail
cd "${0%/*}/.."

readonly SECONDS_EACH=${1:-60}
readonly RSS_MIB_MAX=2048
shift || true
# The libraries of Debian are not instrumented: what they put into our containers looks foreign.
export ASAN_OPTIONS=detect_container_overflow=0

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target onward_fuzzer
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  # Asked for none, it names them, a line each, behind what libFuzzer says of itself.
  mapfile -t targets < <(ONWARD_FUZZ_TARGET='' build/fuzz/bin/onward_fuzzer -runs=0 2>&1 | grep -xE '[a-z_]+')
fi
if [ ${#targets[@]} -eq 0 ]; then
  echo "fuzz: the program names no targets" >&2
  exit 1
fi
for target in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$target
  log=build/fuzz/$target.log
  mkdir -p "$corpus"
  echo "== $target"
  ended=0
  ONWARD_FUZZ_TARGET=$target build/fuzz/bin/onward_fuzzer -max_total_time="$SECONDS_EACH" -timeout=1 \
    -rss_limit_mb="$RSS_MIB_MAX" -artifact_prefix="$corpus-" -print_final_stats=1 "$corpus" >"$log" 2>&1 || ended=$?
  grep -aE 'stat::number_of_executed|Sanitizer|libFuzzer:|SUMMARY|does not hold' "$log" | grep -v '^INFO' || true
  if [ "$ended" -ne 0 ] || ! grep -q stat::number_of_executed "$log"; then
    echo "fuzz: $target failed, see $log; its bytes: $(find build/fuzz/corpus -maxdepth 1 -name "$target-*" -print)" >&2
    exit 1
  fi
done
echo "fuzz: passed, ${#targets[@]} targets, $SECONDS_EACH s each"
