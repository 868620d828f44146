{{/* How a probe asks: by gRPC where a kubelet can, and else over HTTPS, as it has no certificate; a worker, the
     gateway and the console answer over HTTP. */}}
{{- define "tidings.probe" -}}
{{- if .root.Values.tls.enabled }}
httpGet: { path: /healthz, port: metrics, scheme: HTTPS }
{{- else if has .name (list "gateway" "fanout" "console") }}
httpGet: { path: /healthz, port: metrics }
{{- else }}
grpc: { port: {{ .ports.serve }} }
{{- end }}
{{- end }}

{{/* The pods of one service. */}}
{{- define "tidings.pod" -}}
{{- $service := index .root.Values.services .name }}
metadata:
  labels: {{- include "tidings.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ include (print .root.Template.BasePath "/config.yaml") .root | sha256sum }}
    {{- with .root.Values.podAnnotations }}{{ toYaml . | nindent 4 }}{{- end }}
spec:
  serviceAccountName: {{ .root.Release.Name }}
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    seccompProfile: { type: RuntimeDefault }
  # A zone that goes takes a third of each service with it, and a machine one process.
  topologySpreadConstraints:
    {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "tidings.selector" $ | nindent 10 }}
    {{- end }}
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [{{ ternary "console" (printf "services/%s" .name) (eq .name "console") }}/main.ts]
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      envFrom:
        - configMapRef: { name: {{ .root.Release.Name }} }
        - secretRef: { name: {{ .root.Values.engines.secret }} }
      env:
        {{- if eq .name "gateway" }}
        - { name: TIDINGS_JWT_PUBLIC_KEY_FILE, value: /keys/issuer.pem }
        {{- end }}
        {{- if eq .name "console" }}
        - { name: TIDINGS_CONSOLE_TOKEN_FILE, value: /admin/admin-token }
        - { name: TIDINGS_CONSOLE_PROCESSES, value: "{{ include "tidings.processes" .root }}" }
        {{- end }}
        {{- if eq .name "timeline" }}
        # Each process has a name of its own, which is where its shards are looked for.
        - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: TIDINGS_TIMELINE_ADDRESSES, value: "$(POD_NAME).{{ include "tidings.name" . }}:{{ .ports.serve }}" }
        {{- end }}
        - { name: TIDINGS_CERTS_DIR, value: /certs }
      ports:
        {{- with .ports.serve }}
        - { name: serve, containerPort: {{ . }} }
        {{- end }}
        - { name: metrics, containerPort: {{ .ports.metrics }} }
      # A first start makes tables; a timeline process loads what it owns.
      startupProbe: { {{ include "tidings.probe" . | trim }}, periodSeconds: 2, failureThreshold: 90 }
      readinessProbe: { {{ include "tidings.probe" . | trim }}, periodSeconds: 5 }
      # Not serving is no reason to be killed: its store may be away. Saying nothing at all for a minute is.
      livenessProbe: { tcpSocket: { port: metrics }, periodSeconds: 10, failureThreshold: 6 }
      resources:
        requests: { cpu: {{ $service.cpu | quote }}, memory: {{ $service.memory }} }
        limits: { memory: {{ $service.memory }} }
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if eq .name "gateway" }}
        - { name: issuer, mountPath: /keys, readOnly: true }
        {{- end }}
        {{- if eq .name "console" }}
        - { name: admin, mountPath: /admin, readOnly: true }
        {{- end }}
        {{- if .root.Values.tls.enabled }}
        - { name: svid, mountPath: /certs/{{ .name }}, readOnly: true }
        {{- end }}
  volumes:
    - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
    {{- if eq .name "gateway" }}
    - { name: issuer, secret: { secretName: {{ .root.Values.tokens.secret }} } }
    {{- end }}
    {{- if eq .name "console" }}
    - { name: admin, secret: { secretName: {{ .root.Values.console.secret }}, defaultMode: 0440 } }
    {{- end }}
    {{- if .root.Values.tls.enabled }}
    - name: svid
      projected:
        sources:
          # By the names that every process looks for; renewed files are taken up without a restart.
          - secret:
              name: {{ include "tidings.name" . }}-svid
              items:
                - { key: tls.crt, path: svid.pem }
                - { key: tls.key, path: svid_key.pem }
                - { key: ca.crt, path: svid_bundle.pem }
          - secret:
              name: {{ .root.Values.tls.userKeys }}
              items:
                - { key: user_keys.json, path: user_keys.json }
                {{- if eq .name "gateway" }}
                - { key: user_key.json, path: user_key.json }
                {{- end }}
    {{- end }}
{{- end }}
