{{- /*
A pod template without its metadata. Takes { root, component, image, args, env, sources, resources, restartPolicy } and,
for a service, { ports, isService: true }.
*/ -}}
{{- define "alipay-checkout.podSpec" -}}
{{- $values := .root.Values -}}
{{- $files := include "alipay-checkout.fileVolume" (dict "root" .root "sources" .sources) -}}
automountServiceAccountToken: false
# Variables that Kubernetes makes of Services would be taken for settings: GATEWAY_PORT, for example.
enableServiceLinks: false
{{- with $values.pod.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with $values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- with $values.pod.user }}
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  {{- end }}
  seccompProfile: { type: RuntimeDefault }
{{- if .isService }}
terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "alipay-checkout.selectorLabels" $ | nindent 8 }}
    # Replicas of the version that is being replaced do not count.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
containers:
  - name: {{ .component }}
    image: {{ include "alipay-checkout.image" . | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{ toJson .args }}
    env:
      {{- .env | nindent 6 }}
      {{- with $values.extraEnv }}{{ toYaml . | nindent 6 }}{{ end }}
    {{- if .isService }}
    ports:
      {{- range $name, $port := .ports }}
      - { name: {{ $name }}, containerPort: {{ $port }} }
      {{- end }}
    # At most two minutes to start.
    startupProbe:
      httpGet: { path: /healthz, port: http }
      periodSeconds: 2
      timeoutSeconds: 5
      failureThreshold: 60
    livenessProbe:
      httpGet: { path: /healthz, port: http }
      periodSeconds: 10
      timeoutSeconds: 10
      failureThreshold: 6
    readinessProbe:
      httpGet: { path: /readyz, port: http }
      periodSeconds: 5
      timeoutSeconds: 5
      failureThreshold: 3
    lifecycle:
      preStop:
        exec: { command: [sleep, "{{ $values.drainSeconds }}"] }
    {{- end }}
    resources: {{ toYaml .resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      {{- if $files }}
      - { name: files, mountPath: /etc/alipay-checkout, readOnly: true }
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 1Gi }
  {{- if $files }}
  - name: files
    projected:
      defaultMode: 0440
      sources: {{ $files | nindent 8 }}
  {{- end }}
{{- with $values.pod.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pod.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pod.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /*
Labels and annotations of a pod. Takes { root, component }. No version is among them: a new chart replaces only the pods
that it changes.
*/ -}}
{{- define "alipay-checkout.podMetadata" -}}
labels: {{ include "alipay-checkout.selectorLabels" . | nindent 2 }}
  {{- with .root.Values.pod.labels }}{{ toYaml . | nindent 2 }}{{ end }}
{{- with .root.Values.pod.annotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
