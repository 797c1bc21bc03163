import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { parse } from 'yaml'
import { chartFolder } from './paths.ts'
import { renderWith } from './rendering.ts'
import { environmentOf, type KubernetesObject, podOf, refusalOf, rendered } from './test-chart.ts'
import { misfitsOf, validate } from './test-kubernetes.ts'

const find = (objects: KubernetesObject[], kind: string, name: string) =>
  objects.find(object => object.kind === kind && object.metadata.name === name)!

const envOf = (objects: KubernetesObject[], kind: string, name: string) =>
  podOf(find(objects, kind, name))!.containers[0]!.env

describe('values of the chart', () => {
  it('reach the containers as they were written', () => {
    const objects = rendered('production')
    const gateway = environmentOf(podOf(find(objects, 'Deployment', 'shop-gateway'))!)
    expect(gateway).toMatchObject({
      REFUND_LIMIT_FEN: '10000000000',
      RATE_LIMIT_NOTIFY_PER_MINUTE: '100000000',
      ALIPAY_INSTALMENTS: 'true',
      CONSOLE_PORT: '8090',
    })
    const order = environmentOf(podOf(find(objects, 'Deployment', 'shop-order-service'))!)
    expect(order).toMatchObject({ COMPLETE_AFTER_DAYS: '7.5', ORDER_TTL_SECONDS: '900', LOG_LEVEL: 'warn' })
  })

  it('name the Secret and the key of each secret setting', () => {
    const objects = rendered('production')
    const gateway = envOf(objects, 'Deployment', 'shop-gateway')
    const ref = (name: string) => gateway.find(entry => entry.name === name)?.valueFrom?.secretKeyRef
    expect(ref('SERVICE_TOKEN')).toEqual({ name: 'shop-secrets', key: 'service-token' })
    expect(ref('RETURN_URL_SECRET')).toEqual({ name: 'shop-secrets', key: 'RETURN_URL_SECRET' })
    expect(ref('JWT_SECRET')).toEqual({ name: 'login', key: 'jwt' })
    const migration = envOf(objects, 'Job', 'shop-migrate-order-service')
    expect(migration.filter(({ name }) => name !== 'NODE_EXTRA_CA_CERTS')).toEqual([
      { name: 'ORDER_DATABASE_URL', valueFrom: { secretKeyRef: { name: 'order-database', key: 'url' } } },
    ])
  })

  it('choose the version of each service', () => {
    const objects = rendered('production')
    const image = (name: string) => podOf(find(objects, 'Deployment', name))!.containers[0]!.image
    expect(image('shop-gateway')).toBe('registry.example.com/alipay-checkout:1.4.0')
    expect(image('shop-order-service')).toBe('registry.example.com/alipay-checkout:1.3.2')
    expect(image('shop-payment-service')).toMatch(/alipay-checkout@sha256:a{64}$/)
    // A service's own tag wins over the digest of all.
    const pinned = podOf(find(rendered('identity-provider'), 'Deployment', 'shop-alipay-checkout-order-service'))!
    expect(pinned.containers[0]!.image).toBe('registry.example.com/alipay-checkout:1.0.0')
  })

  it('give clients of Kafka its certificate and user, jobs included', () => {
    const objects = rendered('managed-servers')
    const kafka = {
      KAFKA_SSL: 'true',
      KAFKA_SSL_CA: '/etc/alipay-checkout/KAFKA_SSL_CA',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: expect.any(String),
      KAFKA_SASL_PASSWORD: expect.any(String),
    }
    const pods = [
      podOf(find(objects, 'Job', 'shop-alipay-checkout-topics'))!,
      podOf(find(objects, 'CronJob', 'shop-alipay-checkout-audit'))!,
      podOf(find(objects, 'Deployment', 'shop-alipay-checkout-inventory-service'))!,
    ]
    for (const pod of pods) expect(environmentOf(pod)).toMatchObject(kafka)
    // Addresses of databases name this file.
    for (const object of objects.filter(one => podOf(one))) {
      expect(JSON.stringify(podOf(object)!.volumes)).toContain('"path":"postgres-ca.crt"')
    }
  })

  it('lead the world to the public port, and staff to the console', () => {
    const objects = rendered('production')
    const backend = (name: string) => {
      const [rule] = find(objects, 'Ingress', name).spec.rules
      return { host: rule.host, ...rule.http.paths[0].backend.service }
    }
    expect(objects.filter(({ kind }) => kind === 'Ingress')).toHaveLength(2)
    expect(backend('shop-gateway')).toEqual({ host: 'shop.example.com', name: 'shop-gateway', port: { name: 'http' } })
    expect(backend('shop-console')).toEqual({
      host: 'console.shop.example.com',
      name: 'shop-console',
      port: { name: 'console' },
    })
  })

  it('scale on CPU and on lag by an HPA, and leave replicas to it', () => {
    const objects = rendered('scaled')
    const hpas = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    expect(hpas.map(({ spec }) => spec.metrics.map((metric: { type: string }) => metric.type))).toEqual([
      ['Resource'],
      ['Resource', 'External'],
      ['Resource', 'External'],
    ])
    expect(hpas[1]!.spec.metrics[1].external).toEqual({
      metric: { name: 'consumer_lag', selector: { matchLabels: { group: 'order-service' } } },
      target: { type: 'AverageValue', averageValue: '1000000' },
    })
    const replicas = objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.replicas)
    expect(replicas).toEqual([undefined, 2, undefined, undefined])
  })

  it('scale by KEDA instead', () => {
    const objects = rendered('scaled-by-keda')
    expect(objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([])
    const scaled = objects.filter(({ kind }) => kind === 'ScaledObject')
    expect(scaled.map(({ spec }) => spec.scaleTargetRef.name)).toEqual([
      'shop-alipay-checkout-gateway',
      'shop-alipay-checkout-order-service',
      'shop-alipay-checkout-payment-service',
    ])
    expect(scaled[1]!.spec.triggers[1].metadata.query).toContain('group="order-service"')
  })

  it('let Prometheus scrape every replica and name the job after its service', () => {
    const objects = rendered('scaled')
    const monitor = find(objects, 'ServiceMonitor', 'shop-alipay-checkout')
    const matching = objects.filter(({ kind, metadata }) =>
      kind === 'Service'
        ? Object.entries(monitor.spec.selector.matchLabels).every(([k, v]) => metadata.labels[k] === v)
        : false,
    )
    expect(matching.map(({ metadata }) => metadata.labels[monitor.spec.jobLabel])).toEqual([
      'gateway',
      'inventory-service',
      'order-service',
      'payment-service',
    ])
    for (const { spec } of matching)
      expect(spec.ports).toEqual([{ name: 'metrics', port: 9464, targetPort: 'metrics' }])
    const [rule] = find(objects, 'PrometheusRule', 'shop-alipay-checkout').spec.groups[0].rules
    // Prometheus' own templates are kept.
    expect(rule.annotations.summary).toBe('{{ $labels.job }} publishes no events')
  })
})

/** A value that is wrong, and what Helm says. */
const refusals: [string, string, string[], RegExp][] = [
  ['a setting that does not exist', 'minimal', ['settings.gateway.TRUST_PROXYS=1'], /TRUST_PROXYS/],
  ['a setting of another service', 'minimal', ['settings.gateway.ORDER_TTL_SECONDS=60'], /ORDER_TTL_SECONDS/],
  ['a setting out of its bounds', 'minimal', ['settings.orderService.ORDER_TTL_SECONDS=0'], /ORDER_TTL_SECONDS/],
  ['a setting that the chart sets itself', 'minimal', ['settings.all.PORT=80'], /PORT/],
  ['an id that lost its quotes', 'minimal', ['settings.paymentService.ALIPAY_APP_ID=2021'], /ALIPAY_APP_ID/],
  ['a value that does not exist', 'minimal', ['gateway.replica=3'], /replica/],
  ['a secret in the values', 'minimal', ['secrets.gateway.JWT_SECRET=abc'], /JWT_SECRET/],
  ['a secret setting that does not exist', 'minimal', ['secrets.gateway.JWT_SECRETS.key=a'], /JWT_SECRETS/],
  ['no image', 'minimal', ['image.repository='], /image\.repository: set it/],
  ['no Secret', 'minimal', ['secrets.existingSecret='], /has no Secret: set secrets\.existingSecret/],
  ['no brokers', 'minimal', ['settings.all.KAFKA_BROKERS=null'], /needs KAFKA_BROKERS: set it in settings/],
  ['no database', 'minimal', ['secrets.orderService.ORDER_DATABASE_URL=null'], /needs ORDER_DATABASE_URL/],
  ['no way to verify tokens', 'minimal', ['settings.gateway.JWT_JWKS_URL=null'], /JWT_SECRET or JWT_JWKS_URL/],
  ['tokens of any audience', 'minimal', ['settings.gateway.JWT_AUDIENCE=null'], /needs JWT_AUDIENCE/],
  ['no key of Alipay', 'minimal', ['files.paymentService.ALIPAY_PUBLIC_KEY=null'], /needs ALIPAY_PUBLIC_KEY, or/],
  [
    'a key beside certificates',
    'certificates',
    ['files.paymentService.ALIPAY_PUBLIC_KEY.key=k'],
    /keys or certificates/,
  ],
  ['one certificate less', 'certificates', ['files.paymentService.ALIPAY_ROOT_CERT=null'], /ALIPAY_ROOT_CERT/],
  ['a setting given twice', 'minimal', ['secrets.all.KAFKA_BROKERS.key=k'], /KAFKA_BROKERS is set twice/],
  ['a console without a provider', 'minimal', ['console.enabled=true'], /CONSOLE_OIDC_ISSUER/],
  [
    'an Ingress of no console',
    'minimal',
    ['consoleIngress.enabled=true', 'consoleIngress.host=c.example.com'],
    /needs console\.enabled/,
  ],
  ['an Ingress whose proxies are unknown', 'minimal', ['ingress.enabled=true'], /settings\.gateway\.TRUST_PROXY/],
  ['KEDA without Prometheus', 'scaled', ['keda.enabled=true'], /keda\.prometheusAddress/],
  ['more replicas at least than at most', 'scaled', ['gateway.autoscaling.maxReplicas=1'], /minReplicas is more/],
  ['too little time to stop', 'minimal', ['terminationGracePeriodSeconds=10'], /terminationGracePeriodSeconds/],
  [
    'a file of two sources',
    'minimal',
    ['extraFiles.a.existingSecret=s', 'extraFiles.a.existingConfigMap=c'],
    /a has existingSecret and/,
  ],
  ['rules that are none', 'scaled', ['prometheusRule.rules=nothing'], /prometheusRule/],
]

describe.skipIf(inject('helm') === '')('values that contradict themselves', () => {
  it.each(refusals)('are refused: %s', (_what, set, values, message) => {
    expect(refusalOf(set, ...values.flatMap(value => ['--set', value]))).toMatch(message)
  })
})

describe.skipIf(inject('helm') === '')('parts of the chart', () => {
  it('are left out where they are switched off', () => {
    const off =
      'hooks.enabled=false,audit.enabled=false,recover.enabled=false,networkPolicy.enabled=false,podDisruptionBudget.enabled=false'
    const objects = renderWith(inject('helm'), 'minimal', '--set', off) as KubernetesObject[]
    expect([...new Set(objects.map(({ kind }) => kind))].sort()).toEqual(['Deployment', 'Service'])
  })
})

describe('the alerts that come with the chart', () => {
  const file = join(chartFolder, 'files', 'rules.yml')

  it.runIf(inject('helm') !== '')('are about the series of the namespace of the release, and say which it is', () => {
    const options = ['--namespace', 'production', '--set', 'prometheusRule.enabled=true']
    const objects = renderWith(inject('helm'), 'minimal', ...options) as KubernetesObject[]
    const { groups } = find(objects, 'PrometheusRule', 'shop-alipay-checkout').spec
    const rules = groups.flatMap((group: { rules: { expr: string; labels: object }[] }) => group.rules)
    expect(rules.length).toBeGreaterThan(50)
    for (const { expr, labels } of rules) {
      expect(expr).toContain('{namespace="production"')
      expect(labels).toMatchObject({ namespace: 'production' })
    }
    expect(JSON.stringify(groups)).not.toContain('RELEASE_NAMESPACE')
  })

  it.runIf(existsSync(file))('are a valid PrometheusRule', () => {
    const rule = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'alerts', labels: {} },
      spec: parse(readFileSync(file, 'utf8')),
    }
    validate(rule)
    expect(misfitsOf([rule])).toEqual([])
  })
})

describe('the validation of these tests', () => {
  const pod = (container: object): KubernetesObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job', labels: {} },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b', ...container }] } } },
  })

  it('finds a value of a wrong form', () => {
    expect(() => validate(pod({ args: 'one' }))).toThrow(/args/)
    expect(() => validate(pod({ args: ['one'] }))).not.toThrow()
  })

  it('finds a field that does not exist', () => {
    const right = pod({ securityContext: { readOnlyRootFilesystem: true } })
    const wrong = pod({ securityContext: { readOnlyRootFileSystem: true } })
    expect(misfitsOf([right, wrong])).toEqual([expect.stringMatching(/^Job job: .*readOnlyRootFileSystem/s)])
  })
})
