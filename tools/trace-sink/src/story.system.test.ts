import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningSystem, type ServiceName, startSystem } from '@alipay-checkout/launcher'
import {
  type Databases,
  databaseUrlsOf,
  freePort,
  jwt,
  openDatabases,
  send,
  shopClient,
  simulatorClient,
  startService,
  systemEnvironment,
  type TestService,
  testSecrets,
  uniqueName,
  waitUntil,
} from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SinkSpan, startTraceSink, type TraceSink } from './trace-sink.ts'

const sku = uniqueName('tea')
const customer = uniqueName('ann')
const token = jwt(customer)
const recipient = {
  name: '张伟明',
  phone: '13812345678',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '龙井路 88 号',
}
let dir: string
let sink: TraceSink
let system: RunningSystem
let databases: Databases
const started: TestService[] = []

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'traced-system-'))
  sink = await startTraceSink({ host: '127.0.0.1', port: 0, tracesMax: 100_000 })
  const env = systemEnvironment({
    GATEWAY_PORT: String(await freePort()),
    ALIPAY_TIMEOUT_MS: '1000',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_TRACES_SAMPLER_ARG: '1',
    ...testSecrets,
  })
  system = await startSystem({ dir, env, log: line => console.error(line), label: 'traced system' })
  databases = openDatabases(databaseUrlsOf(system.stack.addresses))
  const admin = jwt('admin-of-tests', { role: 'admin' })
  await shop().putProduct(admin, sku, { title: '龙井', priceFen: 100 })
  await shop().adjustStock(admin, sku, { delta: 100, reason: 'for the tests', key: sku })
  await shop().untilOrderable(token, [sku])
})

afterAll(async () => {
  for (const service of started) await service.stop()
  await databases?.close()
  await system?.stop()
  await sink?.close()
  rmSync(dir, { recursive: true, force: true })
})

const shop = (base = system.state.gatewayUrl) =>
  shopClient((method, path, options) => send(method, `${base}${path}`, options))

/** One more process of a service, with the settings of the system. */
async function startReplica(
  service: ServiceName,
  env: Record<string, string>,
  program: { entry?: string } = {},
): Promise<TestService> {
  const { environment } = system.state
  const replica = await startService(service, {
    ...program,
    env: {
      ...systemEnvironment({}),
      ...testSecrets,
      ...environment,
      CONSOLE_PORT: '',
      ...ports(await freePort()),
      ...env,
    },
  })
  started.push(replica)
  return replica
}

const ports = (port: number) => ({ GATEWAY_PORT: String(port), PORT: String(port) })
const traced = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_TRACES_SAMPLER_ARG: '1' })

async function traceOfOrder(orderId: string): Promise<string> {
  const [row] = await databases.orders`select traceparent from orders where order_id = ${orderId}`
  return String(row?.traceparent).slice(3, 35)
}

/** Waits until the order's trace has these spans, and returns what reads it. */
async function untilTold(orderId: string, names: readonly string[]) {
  const traceId = await traceOfOrder(orderId)
  const spans = await waitUntil(
    async () => {
      const found = sink.spansOf(traceId)
      const missing = names.filter(name => !found.some(span => nameOf(span) === name))
      if (missing.length === 0) return found
      throw new Error(`missing: ${missing.join(', ')}; found: ${found.map(nameOf).join(', ')}`)
    },
    { what: 'the trace tells the story', timeoutMs: 60_000 },
  )
  const one = (name: string) => spans.find(span => nameOf(span) === name) as SinkSpan
  /** The names of a span and of those above it, up to one that was not recorded. */
  const pathOf = (name: string): string[] => {
    const path: string[] = []
    for (let span: SinkSpan | undefined = one(name); span; ) {
      path.push(nameOf(span))
      const parentId: string | undefined = span.parentSpanId
      span = spans.find(({ spanId }) => spanId === parentId)
    }
    return path.toReversed()
  }
  return { traceId, spans, one, pathOf }
}

const kinds = ['', '', 'serves', 'calls', '', '']
/** `order-service serves POST /orders`, or `order-service: OrderCreated committed`. */
function nameOf({ service, kind, name }: SinkSpan): string {
  return kinds[kind] ? `${service} ${kinds[kind]} ${name}` : `${service}: ${name}`
}

const placed = [
  'gateway serves POST /api/orders',
  'gateway calls POST /orders',
  'order-service serves POST /orders',
  'order-service: OrderCreated committed',
]
const expectedPayment = [...placed, 'payment-service: OrderCreated handled by payment-service']

/** From the notify to the sold stock, below the payment. */
const sold = [
  'payment-service: Alipay notify recorded',
  'payment-service: PaymentSucceeded committed',
  'order-service: PaymentSucceeded handled by order-service',
  'order-service: OrderPaid committed',
  'inventory-service: OrderPaid handled by inventory-service',
]
const reserved = [
  'inventory-service: OrderCreated handled by inventory-service',
  'inventory-service: StockReserved committed',
  'order-service: StockReserved handled by order-service',
]
/** From the closing to the released stock, below the payment. */
const released = [
  'payment-service: Alipay close recorded',
  'payment-service: PaymentClosed committed',
  'order-service: PaymentClosed handled by order-service',
  'order-service: OrderExpired committed',
  'inventory-service: OrderExpired handled by inventory-service',
]

it('one trace tells an order from the basket to the sold stock', async () => {
  const fields = { shipTo: recipient, note: '请放门口' }
  const answer = await shop().placeOrder(token, [{ sku, quantity: 1 }], { fields })
  const { orderId } = answer.body.order
  await waitUntil(async () => (await shop().readOrder(token, orderId)).body.orderStatus === 'PENDING_PAYMENT', {
    what: 'the stock is reserved',
    timeoutMs: 60_000,
  })
  const opened = await shop().openPayment(token, orderId)
  await simulatorClient(system.state.simulatorUrl ?? '').pay(opened.body.paymentUrl)

  const { one, pathOf, spans, traceId } = await untilTold(orderId, [
    ...expectedPayment,
    ...reserved,
    ...sold,
    'order-service: OrderCreated published',
  ])
  expect(pathOf('order-service: OrderCreated published')).toEqual([...placed, 'order-service: OrderCreated published'])
  expect(pathOf('order-service: StockReserved handled by order-service')).toEqual([...placed, ...reserved])
  expect(pathOf('inventory-service: OrderPaid handled by inventory-service')).toEqual([...expectedPayment, ...sold])
  expect(one('gateway serves POST /api/orders').parentSpanId ?? '').toBe('')
  // The notify is a request of Alipay, and so a trace of its own.
  const [link] = one('payment-service: Alipay notify recorded').links ?? []
  const ofNotify = await waitUntil(
    async () => sink.spansOf(link?.traceId ?? '').find(span => span.name === 'POST /api/payment/notify') ?? false,
    { what: 'the trace of the notify', timeoutMs: 30_000 },
  )
  expect(link?.traceId).not.toBe(traceId)
  expect(ofNotify).toMatchObject({ service: 'gateway' })
  expect(spans.every(span => span.traceId === traceId)).toBe(true)
  // Batches are traces of their own, linked with the orders'.
  const published = one('order-service: OrderCreated published')
  const batch = sink.spansOf(published.links?.[0]?.traceId ?? '').find(({ name }) => name === 'publish events')
  expect(batch?.links).toContainEqual(expect.objectContaining({ traceId, spanId: published.spanId }))
})

it('one trace tells it too when the process dies between the commit and the publishing', async () => {
  const arm = join(dir, 'fault-points')
  const replica = await startReplica('order-service', {
    ...traced(),
    ORDER_DATABASE_URL: system.stack.addresses.ORDER_DATABASE_URL ?? '',
    FAULT_POINTS: arm,
  })
  const gateway = await startReplica('gateway', { ...traced(), ORDER_SERVICE_URL: replica.url })
  writeFileSync(arm, 'order.committed 1')
  replica.kill('SIGURG')
  const reference = uniqueName('crash')
  const answer = await shop(gateway.url).placeOrder(token, [{ sku, quantity: 1 }], { fields: { reference } })
  expect(answer.status).toBe(503)
  await replica.exited
  expect(readFileSync(arm, 'utf8')).toBe('reached order.committed')

  const [row] = await databases.orders`select order_id from orders where reference = ${reference}`
  const orderId = String(row?.order_id)
  await waitUntil(async () => (await shop().readOrder(token, orderId)).body.orderStatus === 'PENDING_PAYMENT', {
    what: 'the stock is reserved',
    timeoutMs: 60_000,
  })
  const opened = await shop().openPayment(token, orderId)
  await simulatorClient(system.state.simulatorUrl ?? '').pay(opened.body.paymentUrl)
  const { one, pathOf } = await untilTold(orderId, [
    'gateway serves POST /api/orders',
    'order-service: OrderCreated published',
    'inventory-service: OrderCreated handled by inventory-service',
    'payment-service: OrderCreated handled by payment-service',
    ...sold,
  ])
  expect(one('gateway serves POST /api/orders').status).toMatchObject({ code: 2 })
  // The spans that the dead process had not sent are missing; what follows names them as its parents.
  const published = one('order-service: OrderCreated published')
  expect(published.parentSpanId).toBe(one('inventory-service: OrderCreated handled by inventory-service').parentSpanId)
  expect(published.instance).not.toContain(`-${replica.pid}`)
  expect(pathOf('inventory-service: OrderPaid handled by inventory-service')).toEqual([
    'payment-service: OrderCreated handled by payment-service',
    ...sold,
  ])
})

it('continues the trace of an order that is not paid until its stock is released', async () => {
  const replica = await startReplica('order-service', {
    ...traced(),
    ORDER_DATABASE_URL: system.stack.addresses.ORDER_DATABASE_URL ?? '',
    ORDER_TTL_SECONDS: '5',
  })
  const gateway = await startReplica('gateway', { ...traced(), ORDER_SERVICE_URL: replica.url })
  const { body } = await shop(gateway.url).placeOrder(token, [{ sku, quantity: 1 }])
  const { orderId } = body.order
  await simulatorClient(system.state.simulatorUrl ?? '').open(body.paymentUrl)
  const { one, pathOf } = await untilTold(orderId, [
    ...expectedPayment,
    ...released,
    'order-service: OrderClosing committed',
    'payment-service: close-attempts',
    'payment-service calls alipay.trade.close',
    'payment-service: OrderClosing handled by payment-service',
  ])
  expect(pathOf('payment-service calls alipay.trade.close')).toEqual([
    ...expectedPayment,
    'payment-service: close-attempts',
    'payment-service calls alipay.trade.close',
  ])
  expect(pathOf('payment-service: OrderClosing handled by payment-service')).toEqual([
    ...placed.slice(0, 3),
    'order-service: OrderClosing committed',
    'payment-service: OrderClosing handled by payment-service',
  ])
  expect(pathOf('inventory-service: OrderExpired handled by inventory-service')).toEqual([
    ...expectedPayment,
    ...released,
  ])
  expect(one('payment-service calls alipay.trade.close').attributes).toContainEqual({
    key: 'alipay.code',
    value: { stringValue: '10000' },
  })
})

it('has no secret and nothing about a person in any span', async () => {
  const spans = JSON.stringify(sink.all())
  const signatures = await databases.payments`select body from notifies`
  const signs = signatures.flatMap(({ body }) => new URLSearchParams(String(body)).get('sign') ?? [])
  expect(signs.length).toBeGreaterThan(0)
  const { environment } = system.state
  const secrets = Object.entries(environment).filter(([name]) => /SECRET|TOKEN/.test(name))
  expect(secrets.length).toBeGreaterThan(2)
  const mustNotAppear = [
    ...signs,
    ...secrets.map(([, value]) => value),
    ...Object.values(recipient),
    '请放门口',
    token,
    customer,
    'authorization',
  ]
  expect(mustNotAppear.filter(text => spans.includes(text))).toEqual([])
})

it('loads OpenTelemetry in no service unless a receiver is set', async () => {
  const hook = fileURLToPath(new URL('test-note-modules.ts', import.meta.url))
  const { ORDER_DATABASE_URL = '', PAYMENT_DATABASE_URL = '', INVENTORY_DATABASE_URL = '' } = system.stack.addresses
  const settings = {
    ...{ ORDER_DATABASE_URL, PAYMENT_DATABASE_URL, INVENTORY_DATABASE_URL },
    ...alipayKeys(),
    NODE_OPTIONS: `--import=${hook}`,
  }
  const outputOf = async (service: ServiceName, env: Record<string, string> = {}) => {
    // Its bundle contains OpenTelemetry: only the sources load modules one by one.
    const program = { entry: `services/${service}/src/main.ts` }
    const replica = await startReplica(service, { ...settings, ...env }, program)
    expect(await replica.stop()).toBe(0)
    return replica.output()
  }
  const note = 'an OpenTelemetry module was loaded'
  expect(await outputOf('gateway', traced())).toContain(note)
  for (const service of ['gateway', 'order-service', 'payment-service', 'inventory-service'] as const)
    expect(await outputOf(service), service).not.toContain(note)
})

function alipayKeys(): Record<string, string> {
  return {
    ALIPAY_PRIVATE_KEY: join(dir, 'alipay', 'app-private-key.pem'),
    ALIPAY_PUBLIC_KEY: join(dir, 'alipay', 'alipay-public-key.pem'),
  }
}
