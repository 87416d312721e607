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
{{- if ge (int (index .Values.server.options "drain-seconds" | default 10)) (int .Values.terminationGracePeriodSeconds) -}}
{{- fail "terminationGracePeriodSeconds must be more than server.options.drain-seconds (10 where it is not given): the pod would be killed while it drains" -}}
{{- end -}}
{{- end -}}
