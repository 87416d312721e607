#!/usr/bin/env bash
# scripts/helm.sh package|test: what is done with the chart. BIN (default build/release/bin): folder of onwardd and onward.
# Starting what the chart renders needs root and namespaces (TRY=no: not started).
set -euo pipefail
cd "${0%/*}/.."
readonly HELM=build/tools/helm
for tool in "$HELM" build/tools/kubernetes-*.yaml; do
  if [ ! -e "$tool" ]; then
    echo "helm: $tool is missing; 'make setup-helm' makes it." >&2
    exit 2
  fi
done
command -v promtool >/dev/null || { echo "helm: promtool is missing; 'make setup-helm' installs it." >&2; exit 2; }

# Twice the same bytes: the archive holds times and owners of files, so they are set.
package() {
  local stage=build/helm/stage
  rm -rf "$stage"
  mkdir -p "$stage"
  cp -r helm/onward "$stage/"
  find "$stage" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}" {} +
  "$HELM" lint --strict --quiet -f helm/tests/accept/minimal.yaml "$stage/onward"
  "$HELM" package --destination build/helm "$stage/onward"
  rm -rf "$stage"
}

case "${1:-}" in
  package) package ;;
  test)
    promtool check rules services/metrics/alerts.yaml
    (cd services/metrics && promtool test rules alerts_test.yaml)
    /usr/bin/python3 -B helm/tests/render_test.py
    bin=${BIN:-build/release/bin}
    ONWARD_BIN=$bin /usr/bin/python3 -B helm/tests/options_test.py
    if [ "${TRY:-yes}" = no ]; then
      echo "helm: nothing is started"
      exit
    fi
    image=$(find build/image -name 'onward-*.tar' -newer "$bin/onwardd" 2>/dev/null | head -1)
    if [ -z "$image" ]; then
      BUILT=yes TRY=no scripts/image.sh
      image=$(find build/image -name 'onward-*.tar' | head -1)
    fi
    /usr/bin/python3 -B helm/tests/pod_test.py "$image"
    ;;
  *) echo "helm: package or test, not '${1:-}'" >&2; exit 2 ;;
esac
