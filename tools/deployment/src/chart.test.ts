import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadGatewayConfig } from '@alipay-checkout/gateway/config'
import { readConfig as readInventoryConfig } from '@alipay-checkout/inventory-service/config'
import { readConfig as readOrderConfig } from '@alipay-checkout/order-service/config'
import { readConfig as readPaymentConfig } from '@alipay-checkout/payment-service/config'
import { describe, expect, inject, it } from 'vitest'
import { parse } from 'yaml'
import { chartFolder } from './paths.ts'
import { fingerprint, fingerprintFile, linesOf, renderWith, valueSets } from './rendering.ts'
import { isSettingOf, requiredSettingsOf, type ServiceKey, serviceKeys, settingsOfTheChart } from './settings.ts'
import { environmentOf, type KubernetesObject, lint, podOf, rendered } from './test-chart.ts'
import { misfitsOf, validate } from './test-kubernetes.ts'

const components: Record<ServiceKey, string> = {
  gateway: 'gateway',
  orderService: 'order-service',
  paymentService: 'payment-service',
  inventoryService: 'inventory-service',
}

const readers: Record<ServiceKey, (env: NodeJS.ProcessEnv) => unknown> = {
  gateway: loadGatewayConfig,
  orderService: readOrderConfig,
  paymentService: readPaymentConfig,
  inventoryService: readInventoryConfig,
}

it('was rendered since it was changed', () => {
  expect(readFileSync(fingerprintFile, 'utf8'), 'run npm run chart').toBe(fingerprint())
})

it('refuses values without a setting that a service requires', () => {
  const names = readFileSync(join(chartFolder, 'templates', '_names.tpl'), 'utf8')
  const services = /define "alipay-checkout\.services" -}}\n([\s\S]*?){{- end/.exec(names)?.[1] ?? ''
  const chart = parse(services) as Record<ServiceKey, { required: string[] }>
  for (const key of serviceKeys) {
    const required = requiredSettingsOf(key).filter(name => !settingsOfTheChart.includes(name))
    // The gateway's default is an address of this machine.
    expect(chart[key].required.toSorted()).toEqual([...required, ...(key === 'gateway' ? ['PUBLIC_URL'] : [])].sort())
  }
})

it('gives no object a field that its kind does not have', () => {
  expect(misfitsOf(valueSets.flatMap(rendered))).toEqual([])
})

describe.each(valueSets)('the chart with the values %s', set => {
  const objects = rendered(set)
  const ofKind = (kind: string) => objects.filter(object => object.kind === kind)
  const deploymentOf = (key: ServiceKey) =>
    ofKind('Deployment').find(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === components[key])!
  const cronJobOf = (component: string) =>
    ofKind('CronJob').find(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === component)!
  const pods = () => objects.flatMap(object => podOf(object) ?? [])

  it.skipIf(inject('helm') === '')('passes helm lint --strict and is what Helm renders', () => {
    expect(lint(set)).toMatchObject({ status: 0 })
    expect(linesOf(renderWith(inject('helm'), set))).toBe(linesOf(objects))
  })

  it('makes valid objects', () => {
    for (const object of objects) validate(object)
    expect(objects.length).toBeGreaterThan(15)
  })

  it('gives each object a name of its own that a label can hold', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
    expect(objects.filter(({ metadata }) => metadata.name.length > 63)).toEqual([])
  })

  it('lets no container do more than it needs', () => {
    // Four services, three migrations, the topics, the audit and the recovery.
    expect(pods()).toHaveLength(10)
    for (const pod of pods()) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      })
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        })
        expect(container.image).toMatch(/^registry\.example\.com\/alipay-checkout(:|@sha256:)/)
      }
      expect(JSON.stringify(pod)).not.toMatch(/hostPath|hostNetwork|hostPID|hostIPC|privileged/)
    }
  })

  it('makes no Secret, and writes no secret into an object', () => {
    expect(ofKind('Secret')).toEqual([])
    const secret = /^(SERVICE_TOKEN|.*_SECRET|.*_PASSWORD|.*_DATABASE_URL|ALIPAY_PRIVATE_KEY)$/
    for (const { name, value } of pods().flatMap(({ containers }) => containers[0]!.env)) {
      if (secret.test(name)) expect(value ?? '/etc/alipay-checkout/').toMatch(/^\/etc\/alipay-checkout\//)
    }
  })

  it.each(serviceKeys)('gives %s settings with which it starts', key => {
    const pod = podOf(deploymentOf(key))!
    const environment = environmentOf(pod)
    expect(() => readers[key](environment)).not.toThrow()
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(requiredSettingsOf(key)))
    expect(environment).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', METRICS_PORT: '9464' })
  })

  it.each(serviceKeys)('gives %s no variable twice, and none that it does not read', key => {
    const names = podOf(deploymentOf(key))!.containers[0]!.env.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const unread = names.filter(name => !isSettingOf(key, name))
    expect(unread).toEqual(set === 'production' ? ['NODE_EXTRA_CA_CERTS'] : [])
  })

  it('mounts each file that a setting names', () => {
    for (const pod of pods()) {
      const mounted = pod.volumes.flatMap(({ projected }) =>
        (projected?.sources ?? []).flatMap(source =>
          Object.values(source).flatMap(({ items }) => items.map(({ path }) => path)),
        ),
      )
      const values = pod.containers[0]!.env.flatMap(({ value }) => value ?? [])
      const paths = values.flatMap(value => value.match(/\/etc\/alipay-checkout\/[^,&]+/g) ?? [])
      for (const path of paths) expect(mounted).toContain(path.replace('/etc/alipay-checkout/', ''))
    }
  })

  it('sends the gateway to the services', () => {
    const environment = environmentOf(podOf(deploymentOf('gateway'))!)
    for (const key of ['orderService', 'paymentService', 'inventoryService'] as const) {
      const address = environment[`${components[key].toUpperCase().replace('-', '_')}_URL`]!
      const { hostname, port } = new URL(address)
      const service = ofKind('Service').find(({ metadata }) => metadata.name === hostname)
      expect(service?.spec.ports).toEqual([{ name: 'http', port: Number(port), targetPort: 'http' }])
      expect(service?.spec.selector).toEqual(deploymentOf(key).spec.selector.matchLabels)
    }
  })

  it('probes the routes of health, and leaves time to drain and stop', () => {
    for (const key of serviceKeys) {
      const pod = podOf(deploymentOf(key))!
      const container = pod.containers[0]!
      expect(container).toMatchObject({
        startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
        readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
        lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
      })
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(5 + 15)
      expect(container.ports).toContainEqual({ name: 'metrics', containerPort: 9464 })
    }
  })

  it('opens only the gateway to the world', () => {
    for (const key of serviceKeys) {
      const labels = deploymentOf(key).spec.template.metadata.labels
      const policies = ofKind('NetworkPolicy').filter(({ spec }) => selects(spec.podSelector, labels))
      expect(policies).toHaveLength(1)
      const { ingress } = policies[0]!.spec
      const ports = ingress.map((rule: { ports: { port: string }[] }) => rule.ports[0]!.port)
      const isConsoleOpen = set === 'production' && key === 'gateway'
      expect(ports).toEqual(isConsoleOpen ? ['http', 'console', 'metrics'] : ['http', 'metrics'])
      const [http] = ingress
      if (key === 'gateway') expect(http.from === undefined).toBe(set !== 'production')
      else
        expect(http.from).toEqual(
          [podLabelsOf(deploymentOf('gateway')), podLabelsOf(cronJobOf('recover'))].map(labels => ({
            podSelector: { matchLabels: labels },
          })),
        )
    }
    const jobs = objects.filter(({ kind }) => kind === 'Job' || kind === 'CronJob')
    for (const job of jobs) {
      const template = job.spec.template ?? job.spec.jobTemplate.spec.template
      const policies = ofKind('NetworkPolicy').filter(({ spec }) => selects(spec.podSelector, template.metadata.labels))
      expect(policies.map(({ spec }) => spec.ingress)).toEqual([undefined])
    }
  })

  it('keeps a replica of each service through drained nodes and zones', () => {
    expect(ofKind('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels)).toEqual(
      ofKind('Deployment').map(({ spec }) => spec.selector.matchLabels),
    )
    for (const { spec } of ofKind('Deployment')) {
      const topologies = spec.template.spec.topologySpreadConstraints
      expect(topologies.map((one: { topologyKey: string }) => one.topologyKey)).toEqual([
        'topology.kubernetes.io/zone',
        'kubernetes.io/hostname',
      ])
      expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 })
    }
  })

  it('brings databases and topics up to date before anything else, with nothing that the chart makes', () => {
    const hooks = ofKind('Job')
    const weight = ({ metadata }: KubernetesObject) => Number(metadata.annotations!['helm.sh/hook-weight'])
    const programs = hooks
      .toSorted((a, b) => weight(a) - weight(b))
      .map(hook => podOf(hook)!.containers[0]!.args.join(' '))
    expect(programs.slice(0, 3).sort()).toEqual([
      'services/inventory-service/bundle/migrate.js',
      'services/order-service/bundle/migrate.js',
      'services/payment-service/bundle/migrate.js',
    ])
    expect(programs[3]).toBe('packages/kafka-topics/src/cli.ts')
    for (const hook of hooks) {
      expect(hook.metadata.annotations!['helm.sh/hook']).toBe('pre-install,pre-upgrade')
      const made = objects.filter(({ kind }) => kind === 'ConfigMap' || kind === 'ServiceAccount' || kind === 'Secret')
      expect(made).toEqual([])
    }
    const topics = environmentOf(podOf(hooks.find(({ metadata }) => metadata.name.endsWith('-topics'))!)!)
    expect(topics).toMatchObject({ KAFKA_BROKERS: expect.any(String), TOPIC_REPLICATION_FACTOR: '3' })
  })

  it('audits with the three databases and Kafka', () => {
    const audit = cronJobOf('audit')
    expect(audit.spec.concurrencyPolicy).toBe('Forbid')
    expect(audit.spec.suspend).toBeUndefined()
    const pod = podOf(audit)!
    expect(pod.containers[0]!.args).toEqual(['tools/audit/src/cli.ts'])
    expect(environmentOf(pod)).toMatchObject({
      ORDER_DATABASE_URL: expect.any(String),
      PAYMENT_DATABASE_URL: expect.any(String),
      INVENTORY_DATABASE_URL: expect.any(String),
      KAFKA_BROKERS: expect.any(String),
    })
  })

  it('recovers only where a person makes a job of it, with what the command requires', () => {
    const recover = cronJobOf('recover')
    expect(recover.spec.suspend).toBe(true)
    const pod = podOf(recover)!
    expect(pod.containers[0]!.args).toEqual(['tools/recover/src/cli.ts'])
    const environment = environmentOf(pod)
    const required = ['SERVICE_TOKEN', 'KAFKA_BROKERS', 'ORDER_DATABASE_URL', 'PAYMENT_DATABASE_URL']
    for (const name of [...required, 'INVENTORY_DATABASE_URL']) expect(environment).toHaveProperty(name)
    const gateway = environmentOf(podOf(deploymentOf('gateway'))!)
    for (const name of ['ORDER_SERVICE_URL', 'PAYMENT_SERVICE_URL', 'INVENTORY_SERVICE_URL']) {
      expect(environment[name]).toBe(gateway[name])
    }
  })
})

const podLabelsOf = ({ spec }: KubernetesObject): Record<string, string> => {
  const { metadata } = spec.template ?? spec.jobTemplate.spec.template
  const own = Object.entries(metadata.labels as Record<string, string>)
  return Object.fromEntries(own.filter(([name]) => name.startsWith('app.kubernetes.io/')))
}

interface Selector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; values: string[] }[]
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  )
}
