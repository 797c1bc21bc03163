{{- /* Settings of a container, from values.settings, values.secrets and values.files. */ -}}

{{- /* A plain value as text. Numbers of values are floating point: 10000000 must not become 1e+07. */ -}}
{{- define "alipay-checkout.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ printf "%.0f" . }}{{- else -}}{{ toString . }}{{- end -}}
{{- end -}}

{{- /*
Where each setting of a service comes from, as YAML: NAME: { value } or { secret, key } or { configMap, key, file: true }.
Takes { root, key }; key is the service's in values.yaml. A service's own entries replace those of `all`, of which it gets those that it reads. A null counts as
not set.
*/ -}}
{{- define "alipay-checkout.sources" -}}
{{- $root := .root -}}
{{- $found := dict -}}
{{- $names := index ($root.Files.Get "files/settings.yaml" | fromYaml) .key -}}
{{- range $level := list "all" .key -}}
  {{- $here := dict -}}
  {{- range $name, $value := index $root.Values.settings $level -}}
    {{- if not (kindIs "invalid" $value) -}}
      {{- $_ := set $here $name (dict "value" (include "alipay-checkout.text" $value)) -}}
    {{- end -}}
  {{- end -}}
  {{- range $name, $entry := index $root.Values.secrets $level -}}
    {{- if kindIs "invalid" $entry }}{{ continue }}{{ end -}}
    {{- include "alipay-checkout.onlyOnce" (dict "here" $here "name" $name "level" $level) -}}
    {{- $_ := set $here $name (dict "secret" (include "alipay-checkout.secretName" (dict "root" $root "name" $name "entry" $entry)) "key" (default $name $entry.key)) -}}
  {{- end -}}
  {{- range $name, $entry := index $root.Values.files $level -}}
    {{- if kindIs "invalid" $entry }}{{ continue }}{{ end -}}
    {{- include "alipay-checkout.onlyOnce" (dict "here" $here "name" $name "level" $level) -}}
    {{- $_ := set $here $name (include "alipay-checkout.fileSource" (dict "root" $root "name" $name "entry" $entry) | fromYaml) -}}
  {{- end -}}
  {{- range $name, $source := $here -}}
    {{- if has $name $names }}{{ $_ := set $found $name $source }}{{ end -}}
  {{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{- define "alipay-checkout.onlyOnce" -}}
{{- if hasKey .here .name -}}
{{- fail (printf "%s is set twice at level %s: keep it in one of settings, secrets and files" .name .level) -}}
{{- end -}}
{{- end -}}

{{- define "alipay-checkout.secretName" -}}
{{- $name := default .root.Values.secrets.existingSecret .entry.existingSecret -}}
{{- if not $name -}}
{{- fail (printf "%s has no Secret: set secrets.existingSecret to the name of the Secret that holds it, or existingSecret in its own entry" .name) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{- define "alipay-checkout.fileSource" -}}
{{- $key := default .name .entry.key -}}
{{- if and .entry.existingConfigMap .entry.existingSecret -}}
{{- fail (printf "%s has existingSecret and existingConfigMap: keep the one that holds the file" .name) -}}
{{- else if .entry.existingConfigMap -}}
{{- toYaml (dict "configMap" .entry.existingConfigMap "key" $key "file" true) -}}
{{- else -}}
{{- toYaml (dict "secret" (include "alipay-checkout.secretName" .) "key" $key "file" true) -}}
{{- end -}}
{{- end -}}

{{- /*
The settings of a job, as sources. Takes { root, databases, kafka, services }: `databases` are keys of services whose
database the job opens, `kafka` says whether it needs the brokers, `services` whether it calls the services.
*/ -}}
{{- define "alipay-checkout.jobSources" -}}
{{- $root := .root -}}
{{- $services := include "alipay-checkout.services" $root | fromYaml -}}
{{- $found := dict -}}
{{- range $key := .databases -}}
  {{- $name := (index $services $key).database -}}
  {{- $sources := include "alipay-checkout.sources" (dict "root" $root "key" $key) | fromYaml -}}
  {{- if hasKey $sources $name }}{{ $_ := set $found $name (index $sources $name) }}{{ end -}}
{{- end -}}
{{- if .kafka -}}
  {{- range $name, $source := include "alipay-checkout.sources" (dict "root" $root "key" "inventoryService") | fromYaml -}}
    {{- if hasPrefix "KAFKA_" $name }}{{ $_ := set $found $name $source }}{{ end -}}
  {{- end -}}
{{- end -}}
{{- if .services -}}
  {{- $_ := set $found "SERVICE_TOKEN" (get (include "alipay-checkout.sources" (dict "root" $root "key" "orderService") | fromYaml) "SERVICE_TOKEN") -}}
  {{- range $name, $address := include "alipay-checkout.serviceAddresses" $root | fromYaml -}}
    {{- $_ := set $found $name (dict "value" $address) -}}
  {{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{- /* Where each service behind the gateway is called, by its setting. */ -}}
{{- define "alipay-checkout.serviceAddresses" -}}
{{- $root := . -}}
{{- range $key, $service := include "alipay-checkout.services" $root | fromYaml }}
{{- if ne $key "gateway" }}
{{ $service.component | upper | replace "-" "_" }}_URL: {{ printf "http://%s-%s:%v" (include "alipay-checkout.fullname" $root) $service.component $service.port }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Fails where a setting that the container needs has no source. Takes { component, sources, required }. */ -}}
{{- define "alipay-checkout.requireSettings" -}}
{{- $missing := list -}}
{{- $sources := .sources -}}
{{- range .required -}}
  {{- if not (hasKey $sources .) }}{{ $missing = append $missing . }}{{ end -}}
{{- end -}}
{{- if $missing -}}
{{- fail (printf "%s needs %s: set it in settings, secrets or files, under `all` or the service's own name (docs/operations/kubernetes.md)" .component (join ", " $missing)) -}}
{{- end -}}
{{- end -}}

{{- /* Sources as `env` of a container. */ -}}
{{- define "alipay-checkout.env" -}}
{{- range $name, $source := . }}
- name: {{ $name }}
  {{- if hasKey $source "value" }}
  value: {{ $source.value | quote }}
  {{- else if $source.file }}
  value: /etc/alipay-checkout/{{ $name }}
  {{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ $source.secret }}
      key: {{ $source.key | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{- /* The files of a container as `sources` of a projected volume; empty if there are none. Takes { root, sources }. */ -}}
{{- define "alipay-checkout.fileVolume" -}}
{{- $root := .root -}}
{{- $files := dict -}}
{{- range $name, $source := .sources -}}
  {{- if $source.file }}{{ $_ := set $files $name $source }}{{ end -}}
{{- end -}}
{{- range $name, $entry := .root.Values.extraFiles -}}
  {{- $_ := set $files $name (include "alipay-checkout.fileSource" (dict "root" $root "name" $name "entry" $entry) | fromYaml) -}}
{{- end -}}
{{- range $name, $source := $files }}
- {{ ternary "configMap" "secret" (hasKey $source "configMap") }}:
    name: {{ $source.configMap | default $source.secret }}
    items:
      - { key: {{ $source.key | quote }}, path: {{ $name | quote }} }
{{- end }}
{{- end -}}

{{- /* What contradicts itself, or is missing in combinations that a service would refuse at start. Takes the root. */ -}}
{{- define "alipay-checkout.checkGateway" -}}
{{- $sources := include "alipay-checkout.sources" (dict "root" . "key" "gateway") | fromYaml -}}
{{- if not (or (hasKey $sources "JWT_SECRET") (hasKey $sources "JWT_JWKS_URL")) -}}
{{- fail "gateway needs JWT_SECRET or JWT_JWKS_URL: set settings.gateway.JWT_JWKS_URL with JWT_ISSUER and JWT_AUDIENCE, or secrets.gateway.JWT_SECRET" -}}
{{- end -}}
{{- if hasKey $sources "JWT_JWKS_URL" -}}
{{- include "alipay-checkout.requireSettings" (dict "component" "gateway with JWT_JWKS_URL" "sources" $sources "required" (list "JWT_ISSUER" "JWT_AUDIENCE")) -}}
{{- end -}}
{{- if .Values.console.enabled -}}
{{- include "alipay-checkout.requireSettings" (dict "component" "gateway with console.enabled" "sources" $sources "required" (list "CONSOLE_URL" "CONSOLE_OIDC_ISSUER" "CONSOLE_OIDC_CLIENT_ID")) -}}
{{- else if .Values.consoleIngress.enabled -}}
{{- fail "consoleIngress.enabled needs console.enabled" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not (hasKey $sources "TRUST_PROXY")) -}}
{{- fail "ingress.enabled needs settings.gateway.TRUST_PROXY: name the addresses of the ingress controller, such as 10.0.0.0/8, or all shoppers without a token share one rate limit" -}}
{{- end -}}
{{- end -}}

{{- define "alipay-checkout.checkPaymentService" -}}
{{- $sources := include "alipay-checkout.sources" (dict "root" . "key" "paymentService") | fromYaml -}}
{{- $certificates := list "ALIPAY_APP_CERT" "ALIPAY_ROOT_CERT" "ALIPAY_PUBLIC_CERT" -}}
{{- $given := list -}}
{{- range $certificates }}{{ if hasKey $sources . }}{{ $given = append $given . }}{{ end }}{{ end -}}
{{- if hasKey $sources "ALIPAY_PUBLIC_KEY" -}}
{{- if $given }}{{ fail (printf "payment-service has ALIPAY_PUBLIC_KEY and %s: an application has keys or certificates" (join ", " $given)) }}{{ end -}}
{{- else if ne (len $given) 3 -}}
{{- fail "payment-service needs ALIPAY_PUBLIC_KEY, or ALIPAY_APP_CERT, ALIPAY_ROOT_CERT and ALIPAY_PUBLIC_CERT: set them in files.paymentService" -}}
{{- end -}}
{{- end -}}
