{{- define "onward.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains "onward" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-onward" (.Release.Name | trunc 33 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Call with (dict "root" $ "component" NAME). */}}
{{- define "onward.selector" -}}
app.kubernetes.io/name: onward
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "onward.labels" -}}
{{- $own := fromYaml (include "onward.selector" .) -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name (.root.Chart.Version | replace "+" "_")) -}}
{{ toYaml (merge $own .root.Values.commonLabels) }}
{{- end -}}

{{/* Call with (dict "root" $ "component" NAME "name" NAME ["annotations" MAP]). */}}
{{- define "onward.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "onward.labels" . | nindent 2 }}
{{- with (merge (deepCopy (.annotations | default dict)) .root.Values.commonAnnotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Metadata with labels of its own, which win. Call with (dict "root" $ "name" NAME "labels" MAP). */}}
{{- define "onward.labelled" -}}
{{- $metadata := fromYaml (include "onward.metadata" (dict "root" .root "component" "monitoring" "name" .name)) -}}
{{- $_ := set $metadata "labels" (merge (deepCopy .labels) $metadata.labels) -}}
{{ toYaml $metadata }}
{{- end -}}

{{- define "onward.image" -}}
{{- $repository := .Values.image.repository -}}
{{- if .Values.image.registry -}}
{{- $repository = printf "%s/%s" .Values.image.registry $repository -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{ $repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "onward.serviceAccount" -}}
{{ .Values.serviceAccount.existing | default (include "onward.fullname" .) }}
{{- end -}}

{{- define "onward.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
serviceAccountName: {{ include "onward.serviceAccount" . }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.runAsUser }}
  runAsGroup: {{ .Values.runAsUser }}
  fsGroup: {{ .Values.runAsUser }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "onward.containerSecurity" -}}
image: {{ include "onward.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "onward.edgeSecret" -}}
{{- if .Values.edge.tls.certManager.enabled -}}
{{ include "onward.fullname" . }}-edge-tls
{{- else -}}
{{ .Values.edge.tls.existingSecret }}
{{- end -}}
{{- end -}}

{{- define "onward.host" -}}
{{ include "onward.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end -}}

{{/* Not empty: somebody is asked who he is. */}}
{{- define "onward.hasAccess" -}}
{{- if or .Values.access.policy .Values.access.existingConfigMap -}}yes{{- end -}}
{{- end -}}

{{/* Not empty: bearer tokens are taken. */}}
{{- define "onward.hasTokens" -}}
{{- if or .Values.jwt.keysUrl .Values.jwt.keysExistingConfigMap -}}yes{{- end -}}
{{- end -}}

{{/* Whether the edge asks for certificates: of everybody, of those who show one, of nobody. */}}
{{- define "onward.clientCerts" -}}
{{- if not .Values.edge.clients.caExistingSecret -}}off
{{- else if include "onward.hasTokens" . -}}optional
{{- else -}}on
{{- end -}}
{{- end -}}

{{/* What onwardd is started with, one argument a line. */}}
{{- define "onward.arguments" -}}
- --data=/var/lib/onward/data
- --listen=unix:/run/onward/onward.sock
{{- if .Values.backup.enabled }}
- --backup-dir=/var/backups/onward/backups
{{- end }}
{{- if .Values.audit.existingSecret }}
- --audit-key=/etc/onward/audit/audit.key
{{- end }}
{{- if include "onward.hasAccess" . }}
- --access-policy=/etc/onward/access/access.yaml
{{- if .Values.edge.clients.caExistingSecret }}
- --trust-edge-client-cert
{{- end }}
{{- end }}
{{- if include "onward.hasTokens" . }}
- {{ printf "--jwt-keys=%s" (.Values.jwt.keysUrl | default "/etc/onward/jwt/keys.json") | quote }}
- {{ printf "--jwt-issuer=%s" .Values.jwt.issuer | quote }}
- {{ printf "--jwt-audience=%s" .Values.jwt.audience | quote }}
{{- if .Values.jwt.keysCaExistingConfigMap }}
- --jwt-keys-ca=/etc/onward/jwt-ca/ca.crt
{{- end }}
{{- end }}
{{- if .Values.metrics.enabled }}
- {{ printf "--metrics-listen=0.0.0.0:%d" (int .Values.metrics.port) }}
{{- end }}
{{- range $name, $value := .Values.server.options }}
{{- if kindIs "float64" $value }}
- {{ printf "--%s=%d" $name (int64 $value) | quote }}
{{- else }}
- {{ printf "--%s=%v" $name $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Pods that call the edge as a client: the way there, as a container that runs beside theirs. */}}
{{- define "onward.wayIn" -}}
- name: way-in
  restartPolicy: Always
  {{- include "onward.containerSecurity" . | nindent 2 }}
  command: [/usr/sbin/nginx, -e, stderr, -c, /etc/onward/way-in/way-in.conf]
  startupProbe:
    exec: {command: [/usr/bin/onward, status, --server, "unix:/run/onward/way-in.sock"]}
    periodSeconds: 2
    timeoutSeconds: 10
    failureThreshold: 60
  resources:
    {{- toYaml .Values.edge.resources | nindent 4 }}
  volumeMounts:
    - {name: run, mountPath: /run/onward}
    - {name: tmp, mountPath: /tmp}
    - {name: way-in, mountPath: /etc/onward/way-in, readOnly: true}
    - {name: server-ca, mountPath: /etc/onward/server-ca, readOnly: true}
    {{- if .Values.jobs.clientExistingSecret }}
    - {name: client, mountPath: /etc/onward/client, readOnly: true}
    {{- end }}
{{- end -}}

{{- define "onward.wayInVolumes" -}}
- name: run
  emptyDir: {medium: Memory, sizeLimit: 1Mi}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
- name: way-in
  configMap: {name: {{ include "onward.fullname" . }}-way-in}
- name: server-ca
  secret:
    secretName: {{ .Values.jobs.serverCaExistingSecret | default (include "onward.edgeSecret" .) }}
    items: [{key: ca.crt, path: ca.crt}]
{{- if .Values.jobs.clientExistingSecret }}
- name: client
  secret:
    secretName: {{ .Values.jobs.clientExistingSecret }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{/* Settings of the edge: its defaults (files/settings.env), what the chart's own parts ask for, then values. */}}
{{- define "onward.edgeConfig" -}}
{{- $own := dict
  "ONWARD_EDGE_LISTEN" (printf "%d" (int .Values.edge.port))
  "ONWARD_EDGE_HEALTH_LISTEN" (printf "0.0.0.0:%d" (int .Values.edge.healthPort))
  "ONWARD_EDGE_SOCKET" "/run/onward/onward.sock"
  "ONWARD_EDGE_RUN_DIR" "/run/onward-edge"
  "ONWARD_EDGE_TLS_CERT" "/etc/onward/tls/tls.crt"
  "ONWARD_EDGE_TLS_KEY" "/etc/onward/tls/tls.key"
  "ONWARD_EDGE_CLIENT_CERTS" (include "onward.clientCerts" .)
  "ONWARD_EDGE_CLIENT_CA" "/etc/onward/clients/ca.crt"
  "ONWARD_EDGE_ANSWER_SECONDS" (printf "%d" (max 3660 (int .Values.backup.deadlineSeconds))) -}}
{{- range $name, $value := .Values.edge.settings -}}
{{- $_ := set $own $name (ternary (printf "%d" (int64 $value)) (print $value) (kindIs "float64" $value)) -}}
{{- end -}}
{{- $config := .Files.Get "files/nginx.conf.template" -}}
{{- range regexFindAll "(?m)^ONWARD_EDGE_[A-Z_]+=.*$" (.Files.Get "files/settings.env") -1 -}}
{{- $setting := splitn "=" 2 . -}}
{{- $value := default $setting._1 (get $own $setting._0) -}}
{{- $config = replace (printf "${%s}" $setting._0) $value $config -}}
{{- end -}}
{{- $config -}}
{{- end -}}
