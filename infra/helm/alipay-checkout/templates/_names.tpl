{{- /* Names and labels. Components are gateway, order-service, payment-service, inventory-service and the jobs. */ -}}

{{- define "alipay-checkout.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 37 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 37 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 37 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Takes { root, component }. */ -}}
{{- define "alipay-checkout.selectorLabels" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- /* Takes { root, component }. */ -}}
{{- define "alipay-checkout.labels" -}}
{{ include "alipay-checkout.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- /* The image's address. Takes { root, image }; image is a service's own, or empty. */ -}}
{{- define "alipay-checkout.image" -}}
{{- $common := .root.Values.image -}}
{{- $own := default dict .image -}}
{{- $repository := required "image.repository: set it to the image's address, without a tag" $common.repository -}}
{{- $digest := $own.digest | default (ternary "" $common.digest (hasKey $own "tag")) -}}
{{- if $digest -}}
{{- printf "%s@%s" $repository $digest -}}
{{- else -}}
{{- printf "%s:%s" $repository ($own.tag | default $common.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- /* What differs between the services. The key is that of values.yaml. */ -}}
{{- define "alipay-checkout.services" -}}
gateway:
  component: gateway
  portSetting: GATEWAY_PORT
  port: 8080
  args: [services/gateway/bundle/main.js]
  required: [SERVICE_TOKEN, REDIS_URL, RETURN_URL_SECRET, PUBLIC_URL]
orderService:
  component: order-service
  portSetting: PORT
  port: 7001
  args: [services/order-service/bundle/main.js]
  required: [SERVICE_TOKEN, KAFKA_BROKERS, REDIS_URL, ORDER_DATABASE_URL]
  database: ORDER_DATABASE_URL
paymentService:
  component: payment-service
  portSetting: PORT
  port: 7002
  args: [services/payment-service/bundle/main.js]
  required:
    - SERVICE_TOKEN
    - KAFKA_BROKERS
    - REDIS_URL
    - PAYMENT_DATABASE_URL
    - PUBLIC_URL
    - ALIPAY_GATEWAY
    - ALIPAY_APP_ID
    - ALIPAY_SELLER_ID
    - ALIPAY_PRIVATE_KEY
  database: PAYMENT_DATABASE_URL
inventoryService:
  component: inventory-service
  portSetting: PORT
  port: 7003
  args: [services/inventory-service/bundle/main.js]
  required: [SERVICE_TOKEN, KAFKA_BROKERS, INVENTORY_DATABASE_URL]
  database: INVENTORY_DATABASE_URL
{{- end -}}
