#!/usr/bin/env bash
# scripts/law_diff.sh [BASE [NEW]]: which scenario verdicts differ between two law registers. BASE and NEW are
# folders of *.txtpb or git revisions; default: HEAD against the working tree.
set -euo pipefail
shopt -s inherit_errexit
cd "${0%/*}/.."
register=graph/law/register

# Prints the folder of a register; what is no folder is a revision, whose files are taken out of git.
folder_of() {
  if [ -d "$1" ]; then
    echo "$1"
    return
  fi
  local revision folder
  revision=$(git rev-parse --short --verify --quiet --end-of-options "$1^{commit}") || {
    echo "law-diff: $1 is neither a folder nor a revision" >&2
    exit 2
  }
  folder=build/law/$revision
  mkdir -p "$folder"
  git archive "$revision" "$register" | tar -x --strip-components=3 -C "$folder"
  echo "$folder"
}

base=$(folder_of "${1:-HEAD}")
new=$(folder_of "${2:-$register}")
scripts/build.sh release onward_law_diff >&2
build/release/bin/onward_law_diff "$base" "$new" tests/scenarios/cases
