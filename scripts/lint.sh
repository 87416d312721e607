#!/usr/bin/env bash
# Everything about the text of the tree that needs no compiler. Reports all failures, then exits 1.
set -uo pipefail
cd "${0%/*}/.."

for tool in clang-format node npm python3; do
  command -v "$tool" >/dev/null || { echo "lint: $tool is missing; 'make setup-lint' installs it." >&2; exit 2; }
done

failed=()
step() {
  local name=$1
  shift
  if "$@"; then echo "lint: ok $name"; else failed+=("$name"); echo "lint: FAILED $name" >&2; fi
}

format() {
  git ls-files -- '*.cc' '*.h' | xargs -r clang-format --dry-run --Werror
}
contract() {
  (cd tests/lint && npm ci --ignore-scripts --silent) && (cd proto && ../tests/lint/node_modules/.bin/buf lint)
}
shell_syntax() {
  local file status=0
  while read -r file; do bash -n "$file" || status=1; done < <(git ls-files -- '*.sh' .ci/run)
  return "$status"
}

step "format (make fmt mends it)" format
step "contract (buf lint)" contract
step "house rules" python3 tests/lint/house_rules.py
step "house rules catch what they should" python3 tests/lint/house_rules_test.py
step "shell syntax" shell_syntax

if [ ${#failed[@]} -gt 0 ]; then
  printf 'lint: failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "lint: clean."
