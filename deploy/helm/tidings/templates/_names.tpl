{{/* Where each service listens, and its metrics. */}}
{{- define "tidings.ports" -}}
gateway: { serve: 8080, metrics: 9464 }
post: { serve: 50051, metrics: 9465 }
friend: { serve: 50052, metrics: 9466 }
timeline: { serve: 50053, metrics: 9467 }
ranking: { serve: 50054, metrics: 9468 }
fanout: { metrics: 9469 }
engagement: { serve: 50061, metrics: 9474 }
erasure: { serve: 50062, metrics: 9475 }
{{- end }}

{{/* The services that run, as YAML: those that nobody switched off. */}}
{{- define "tidings.running" -}}
{{- range $name, $service := .Values.services }}
{{- if ne (toString $service.enabled) "false" }}
- {{ $name }}
{{- end }}
{{- end }}
{{- end }}

{{- define "tidings.selector" -}}
app.kubernetes.io/name: tidings
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "tidings.labels" -}}
{{ include "tidings.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* A name of this release: two releases in one namespace do not meet. */}}
{{- define "tidings.name" -}}
{{ .root.Release.Name }}-{{ .name }}
{{- end }}
