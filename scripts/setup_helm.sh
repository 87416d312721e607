#!/usr/bin/env bash
# Puts into build/tools what `make helm` and `make helm-test` need: helm, built from the Go module proxy at a pinned
# version whose sum Go checks, and the schema of Kubernetes' objects out of its client library. Needs Go 1.24 or later.
set -euo pipefail
cd "${0%/*}/.."
readonly HELM=v3.19.5 KUBERNETES=v0.34.2  # v0.34 is Kubernetes 1.34
readonly TOOLS=$PWD/build/tools

scripts/setup.sh helm
mkdir -p "$TOOLS"
schema=$TOOLS/kubernetes-$KUBERNETES.yaml
if [ -x "$TOOLS/helm-$HELM" ] && [ -s "$schema" ]; then
  ln -sf "helm-$HELM" "$TOOLS/helm"
  echo "setup: build/tools has helm $HELM and the schema of Kubernetes 1${KUBERNETES#v0}"
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "setup: helm is built with Go 1.24 or later, and there is no 'go' (Debian 12's is too old; go.dev has others)." >&2
  exit 2
fi
if [ ! -x "$TOOLS/helm-$HELM" ]; then
  echo "setup: building helm $HELM (minutes, the first time)"
  GOBIN=$TOOLS/go CGO_ENABLED=0 go install -trimpath -ldflags "-s -w" "helm.sh/helm/v3/cmd/helm@$HELM"
  mv "$TOOLS/go/helm" "$TOOLS/helm-$HELM"
fi
ln -sf "helm-$HELM" "$TOOLS/helm"
if [ ! -s "$schema" ]; then
  module=$(go mod download -json "k8s.io/client-go@$KUBERNETES" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  # The text between the two backquotes.
  awk '/YAMLObject\(`/ { sub(/.*`/, ""); on = 1 } on && /^`\)/ { exit } on' \
    "$module/applyconfigurations/internal/internal.go" >"$schema.new"
  mv "$schema.new" "$schema"
fi
echo "setup: build/tools has helm $HELM and the schema of Kubernetes 1${KUBERNETES#v0}"
