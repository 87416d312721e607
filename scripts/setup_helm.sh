#!/usr/bin/env bash
# Puts into build/tools what `make helm` and `make helm-test` need: helm, built from the Go module proxy at a pinned
# version whose sum Go checks, and the schema of Kubernetes' objects out of its client library. Needs Go 1.24 or later; where
# there is an earlier one only, as Debian 12's, that gets the later one from the same proxy.
set -euo pipefail
cd "${0%/*}/.."
readonly HELM=v3.19.5 KUBERNETES=v0.34.2  # v0.34 is Kubernetes 1.34
readonly GO=1.24.11
readonly TOOLS=$PWD/build/tools
# Where go.dev's archive puts it.
export PATH=$PATH:/usr/local/go/bin

scripts/setup.sh helm
mkdir -p "$TOOLS"
schema=$TOOLS/kubernetes-$KUBERNETES.yaml
if [ -x "$TOOLS/helm-$HELM" ] && [ -s "$schema" ]; then
  ln -sf "helm-$HELM" "$TOOLS/helm"
  echo "setup: build/tools has helm $HELM and the schema of Kubernetes 1${KUBERNETES#v0}"
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "setup: helm is built with Go, and there is no 'go' on PATH or in /usr/local/go/bin: apt-get install golang-go" >&2
  exit 2
fi
# Where the module proxy put a module.
folder_of() { go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }
have=$(go env GOVERSION)
if [ "$(printf '%s\n' "go${GO%.*}" "$have" | sort -V | head -1)" != "go${GO%.*}" ]; then
  echo "setup: $have is too old for helm: getting Go $GO"
  go=$(folder_of "golang.org/toolchain@v0.0.1-go$GO.linux-amd64")
  # Modules hold no rights.
  chmod +x "$go"/bin/* "$go"/pkg/tool/*/*
  export PATH=$go/bin:$PATH GOTOOLCHAIN=local
fi
if [ ! -x "$TOOLS/helm-$HELM" ]; then
  echo "setup: building helm $HELM with $(go env GOVERSION) (minutes, the first time)"
  # Quick to build: it renders charts of some kilobytes, and nobody debugs it.
  GOBIN=$TOOLS/go CGO_ENABLED=0 go install -trimpath -gcflags "all=-dwarf=false" -ldflags "-s -w" "helm.sh/helm/v3/cmd/helm@$HELM"
  mv "$TOOLS/go/helm" "$TOOLS/helm-$HELM"
fi
ln -sf "helm-$HELM" "$TOOLS/helm"
if [ ! -s "$schema" ]; then
  # The text between the two backquotes.
  awk '/YAMLObject\(`/ { sub(/.*`/, ""); on = 1 } on && /^`\)/ { exit } on' \
    "$(folder_of "k8s.io/client-go@$KUBERNETES")/applyconfigurations/internal/internal.go" >"$schema.new"
  mv "$schema.new" "$schema"
fi
echo "setup: build/tools has helm $HELM and the schema of Kubernetes 1${KUBERNETES#v0}"
