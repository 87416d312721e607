#!/usr/bin/env bash
# scripts/tidy.sh changed|all: clang-tidy with the checks of .clang-tidy, every one an error.
#   changed  what differs from the merge base with origin/main; on main itself, from 20 commits ago;
#            uncommitted changes included
#   all      the whole tree
# FILES_MAX: with changed, check only so many files, those changed last first, and say how many were left out.
# PRESET (default release) names the build whose flags and generated headers are used; it is built first
# where it has not been. JOBS: how many files at a time (default: one per core).
set -euo pipefail
cd "${0%/*}/.."
scope=${1:?changed or all}
preset=${PRESET:-release}
jobs=${JOBS:-$(nproc)}

base_of_change() {
  local branch head base
  branch=$(git symbolic-ref --short -q HEAD || true)
  head=$(git rev-parse HEAD)
  if [ "$branch" != main ] && base=$(git merge-base HEAD origin/main 2>/dev/null) && [ "$base" != "$head" ]; then
    echo "$base"
  elif base=$(git rev-parse -q --verify HEAD~20 2>/dev/null); then
    echo "$base"
  else
    # Fewer than 20 commits: everything is a change.
    git hash-object -t tree /dev/null
  fi
}

# The last change first.
changed_files() {
  local base file
  base=$(base_of_change)
  { git ls-files -o --exclude-standard -- '*.cc' '*.h'
    git diff --name-only --diff-filter=d HEAD -- '*.cc' '*.h'
    if git rev-parse -q --verify "$base^{commit}" >/dev/null; then
      git log --first-parent -m --name-only --format= "$base..HEAD" -- '*.cc' '*.h'
    else
      git ls-files -- '*.cc' '*.h'
    fi
  } | awk '!seen[$0]++' | while read -r file; do
    if [ -f "$file" ]; then echo "$file"; fi
  done
}

# A header is checked with a source file that has its flags: the one beside it, else the first that includes it; alone
# where there is none.
units() {
  local includer
  while read -r file; do
    case "$file" in
      *.h) if [ -f "${file%.h}.cc" ]; then
             echo "${file%.h}.cc"
           else
             includer=$(git grep -l --fixed-strings "#include \"$file\"" -- '*.cc' | head -n 1 || true)
             echo "${includer:-$file}"
           fi ;;
      *) echo "$file" ;;
    esac
  done | awk '!seen[$0]++'
}

command -v clang-tidy >/dev/null || { echo "tidy: clang-tidy is missing; 'make setup-lint' installs it." >&2; exit 2; }
case "$scope" in
  changed) files=$(changed_files | units) ;;
  all) files=$(git ls-files -co --exclude-standard -- '*.cc' '*.h' | units) ;;
  *) echo "tidy: changed or all, not '$scope'" >&2; exit 2 ;;
esac
if [ -z "$files" ]; then
  echo "tidy: no C++ file changed."
  exit 0
fi

scripts/build.sh "$preset"
mkdir -p build/tidy
python3 scripts/tidy_database.py "build/$preset/compile_commands.json" build/tidy/compile_commands.json

count=$(wc -l <<<"$files")
if [ "$scope" = changed ] && [ -n "${FILES_MAX:-}" ] && [ "$count" -gt "$FILES_MAX" ]; then
  echo "tidy: $((count - FILES_MAX)) of $count changed files are left out here (FILES_MAX=$FILES_MAX)"
  files=$(head -n "$FILES_MAX" <<<"$files")
  count=$FILES_MAX
fi
echo "tidy: $count files, $jobs at a time"
check_one() {
  local output options=() checks=
  if [ "$scope" = all ]; then checks=performance-unnecessary-value-param; fi
  # The path-sensitive analyzer takes a third of the time; tests run under the sanitizers anyway.
  case "$1" in *_test.cc | tests/*) checks+="${checks:+,}-clang-analyzer-*" ;; esac
  if [ -n "$checks" ]; then options=(--checks="$checks"); fi
  # Printed whole and at once, so that two files' findings do not mix.
  if output=$(clang-tidy -p build/tidy --quiet --extra-arg=-Wno-unknown-warning-option "${options[@]}" "$1" 2>&1); then
    echo "tidy: ok $1"
  else
    printf 'tidy: FAILED %s\n%s\n' "$1" "$(grep -vE '^(Suppressed )?[0-9]+ warnings?' <<<"$output")"
    return 1
  fi
}
export -f check_one
export scope
xargs -P "$jobs" -I{} bash -c 'check_one {}' <<<"$files" || { echo "tidy: findings above are errors." >&2; exit 1; }
echo "tidy: $count files clean."
