{{/* What the schema cannot say: values that need or exclude each other. Prints nothing. */}}
{{- define "onward.check" -}}
{{- $tls := .Values.edge.tls -}}
{{- $clients := .Values.edge.clients -}}
{{- if .Values.edge.enabled -}}
{{- if and $tls.existingSecret $tls.certManager.enabled -}}
{{- fail "edge.tls: existingSecret and certManager.enabled exclude each other" -}}
{{- end -}}
{{- if not (or $tls.existingSecret $tls.certManager.enabled) -}}
{{- fail "edge.tls.existingSecret is missing: a Secret with tls.crt and tls.key (or enable edge.tls.certManager)" -}}
{{- end -}}
{{- if and $tls.certManager.enabled (not $tls.certManager.issuerRef.name) -}}
{{- fail "edge.tls.certManager.issuerRef.name is missing" -}}
{{- end -}}
{{- if and $clients.caExistingSecret $clients.insecureAllowAnonymous -}}
{{- fail "edge.clients: caExistingSecret and insecureAllowAnonymous exclude each other" -}}
{{- end -}}
{{- if not (or $clients.caExistingSecret $clients.insecureAllowAnonymous) -}}
{{- fail "edge.clients.caExistingSecret is missing: a Secret with the ca.crt of clients' certificates. edge.clients.insecureAllowAnonymous=true lets anybody read and write everything" -}}
{{- end -}}
{{- if and $clients.caExistingSecret (not .Values.jobs.clientExistingSecret) -}}
{{- fail "jobs.clientExistingSecret is missing: the edge asks for a client's certificate, and the backup and helm test are clients" -}}
{{- end -}}
{{- else -}}
{{- if .Values.backup.enabled -}}
{{- fail "backup.enabled needs edge.enabled: the backup is asked for through the edge" -}}
{{- end -}}
{{- end -}}
{{- $access := .Values.access -}}
{{- if and $access.policy $access.existingConfigMap -}}
{{- fail "access: policy and existingConfigMap exclude each other" -}}
{{- end -}}
{{- if $access.policy -}}
{{- $local := false -}}
{{- range ($access.policy.callers | default list) -}}
{{- if .local -}}{{- range .grants -}}{{- if eq .role "OPERATOR" -}}{{- $local = true -}}{{- end -}}{{- end -}}{{- end -}}
{{- end -}}
{{- if not $local -}}
{{- fail "access.policy needs {local: true, grants: [{role: OPERATOR}]}: the probes ask that way" -}}
{{- end -}}
{{- end -}}
{{- if and (include "onward.hasAccess" .) .Values.edge.enabled (not $clients.caExistingSecret) -}}
{{- fail "edge.clients.caExistingSecret is missing: with access, the backup and helm test prove who they are by a certificate" -}}
{{- end -}}
{{- $jwt := .Values.jwt -}}
{{- if and $jwt.keysUrl $jwt.keysExistingConfigMap -}}
{{- fail "jwt: keysUrl and keysExistingConfigMap exclude each other" -}}
{{- end -}}
{{- if include "onward.hasTokens" . -}}
{{- if not (include "onward.hasAccess" .) -}}
{{- fail "jwt needs access.policy or access.existingConfigMap: without one nobody asks who calls" -}}
{{- end -}}
{{- if not (and $jwt.issuer $jwt.audience) -}}
{{- fail "jwt.issuer and jwt.audience are required with keys" -}}
{{- end -}}
{{- if and $jwt.keysUrl .Values.networkPolicy.enabled (not .Values.networkPolicy.egress) -}}
{{- fail "jwt.keysUrl needs networkPolicy.egress: the server may not go there" -}}
{{- end -}}
{{- else if or $jwt.issuer $jwt.audience -}}
{{- fail "jwt: keysUrl or keysExistingConfigMap is missing" -}}
{{- end -}}
{{- $metrics := .Values.metrics -}}
{{- if and (not $metrics.enabled) (or $metrics.serviceMonitor.enabled $metrics.prometheusRule.enabled) -}}
{{- fail "metrics.enabled is off: there is nothing for serviceMonitor and prometheusRule" -}}
{{- end -}}
{{- if ge (int (index .Values.server.options "drain-seconds" | default 10)) (int .Values.terminationGracePeriodSeconds) -}}
{{- fail "terminationGracePeriodSeconds must be more than server.options.drain-seconds (10 where it is not given): the pod would be killed while it drains" -}}
{{- end -}}
{{- end -}}
