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
console: { serve: 8090, metrics: 9470 }
{{- end }}

{{/* The services that run, as YAML: those that nobody switched off. */}}
{{- define "tidings.running" -}}
{{- range $name, $service := .Values.services }}
{{- if ne (toString $service.enabled) "false" }}
- {{ $name }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where the console finds each process: by a name that has the addresses of all, those that are not ready too. */}}
{{- define "tidings.processes" -}}
{{- $ports := include "tidings.ports" . | fromYaml }}
{{- $all := list }}
{{- range $name := without (include "tidings.running" . | fromYamlArray) "console" }}
{{- $host := printf "%s-processes" (include "tidings.name" (dict "root" $ "name" $name)) }}
{{- $all = append $all (printf "%s=dns:///%s:%v" $name $host (index $ports $name "metrics")) }}
{{- end }}
{{- join "," $all }}
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
