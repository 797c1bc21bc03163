{{- /* The Deployment of one service. Takes { root, key, service }; service is an entry of alipay-checkout.services. */ -}}
{{- define "alipay-checkout.deployment" -}}
{{- $root := .root -}}
{{- $own := index $root.Values .key -}}
{{- $component := .service.component -}}
{{- $labels := dict "root" $root "component" $component -}}
{{- $sources := include "alipay-checkout.sources" (dict "root" $root "key" .key) | fromYaml -}}
{{- include "alipay-checkout.requireSettings" (dict "component" $component "sources" $sources "required" .service.required) -}}
{{- $ports := dict "http" .service.port "metrics" $root.Values.metrics.port -}}
{{- $fixed := dict "HOST" "0.0.0.0" .service.portSetting (toString .service.port) "METRICS_PORT" (toString $root.Values.metrics.port) -}}
{{- if eq .key "gateway" -}}
  {{- range $name, $address := include "alipay-checkout.serviceAddresses" $root | fromYaml -}}
    {{- $_ := set $fixed $name $address -}}
  {{- end -}}
  {{- if $root.Values.console.enabled -}}
    {{- $_ := set $ports "console" 8090 -}}
    {{- $_ := set $fixed "CONSOLE_PORT" "8090" -}}
    {{- $_ := set $fixed "CONSOLE_HOST" "0.0.0.0" -}}
  {{- end -}}
{{- end -}}
{{- range $name, $value := $fixed }}{{ $_ := set $sources $name (dict "value" $value) }}{{ end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "alipay-checkout.fullname" $root }}-{{ $component }}
  labels: {{ include "alipay-checkout.labels" $labels | nindent 4 }}
spec:
  {{- if not $own.autoscaling.enabled }}
  replicas: {{ $own.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{ include "alipay-checkout.selectorLabels" $labels | nindent 6 }}
  template:
    metadata: {{ include "alipay-checkout.podMetadata" $labels | nindent 6 }}
    spec:
      {{- $pod := dict "root" $root "component" $component "image" $own.image "args" .service.args }}
      {{- $_ := set $pod "env" (include "alipay-checkout.env" $sources) }}
      {{- $_ := set $pod "sources" $sources }}
      {{- $_ := set $pod "resources" $own.resources }}
      {{- $_ := set $pod "ports" $ports }}
      {{- $_ := set $pod "isService" true }}
      {{- include "alipay-checkout.podSpec" $pod | nindent 6 }}
{{- end -}}
