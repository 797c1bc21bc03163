import { createHash, sign } from 'node:crypto'
import {
  type DomainEvent,
  methodsOf,
  type NewEvent,
  type OpenPayment,
  type OrderEvent,
  type PaymentEvent,
} from '@alipay-checkout/contracts'
import { createBatchApplier, createOutbox, type Handler, type Outbox } from '@alipay-checkout/messaging'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import { Registry } from 'prom-client'
import { createCallBudget } from './alipay/call-budget.ts'
import { type AlipayClient, createAlipayClient } from './alipay/client.ts'
import { readKeys } from './alipay/keys.ts'
import { createPaymentSigner } from './alipay/payment-signer.ts'
import { signingText } from './alipay/signing-text.ts'
import { buildApp } from './app.ts'
import { createAttemptCloser } from './payments/close-attempts-job.ts'
import { onOrderEvents } from './payments/on-order-events.ts'
import { createUnverifiedRecorder } from './payments/payment-log.ts'
import { createPaymentWaiters } from './payments/payment-waiters.ts'
import { createRecordAlipayResult, type RecordAlipayResult } from './payments/record-alipay-result.ts'
import { createAttemptSyncer } from './payments/sync-attempts-job.ts'
import { createRefundExecutor } from './refunds/execute-refunds-job.ts'
import { onRefundRequested } from './refunds/on-refund-requested.ts'
import { openTestDatabase, type PaymentDatabase, silent } from './test-database.ts'
import { type AlipayForTests, callService, newOrderId, serviceToken, startAlipayForTests } from './test-shop.ts'

/** Alipay's ten and three seconds would only make tests slow. The database's clock decides what is due. */
const refundQueryAfterMs = 0
const refundPauseMs = 0
/** The simulator's mini program. */
const miniAppId = '2021000000000001'

export interface TestService {
  alipay: AlipayForTests
  alipayClient: AlipayClient
  recordAlipayResult: RecordAlipayResult
  database: PaymentDatabase
  /** The HTTP server that listens at `url`. */
  app: HttpApp
  closer: DueWorker
  syncer: DueWorker
  refunder: DueWorker
  /** The consumer's handler of order events. */
  handler: Handler
  outbox: Outbox
  url: string
  /** Handles order events as the consumer does: one transaction, then the work after its commit. */
  consume(...events: NewEvent<OrderEvent>[]): Promise<void>
  /** Consumes an OrderCreated; returns the id of an order that may be paid. */
  newOrder(options?: { amountFen?: number; expiresInMs?: number }): Promise<string>
  /** Opens an order's payment; returns Alipay's URL, or what another method gives. */
  open(orderId: string, how?: Partial<OpenPayment>): Promise<string>
  read(orderId: string): Promise<Record<string, unknown>>
  /** The statuses of an order's attempts, each with its method: `OPENED alipay_page`. */
  attemptsOf(orderId: string): Promise<string[]>
  /** Makes a further query of an order possible, as it is after five seconds. */
  forgetSync(orderId: string): Promise<void>
  /** The events published about an order, oldest first. */
  eventsOf(orderId: string): Promise<PaymentEvent[]>
  /** Posts a notify as the gateway does. */
  notify(body: string, contentType?: string): Promise<{ status: number; text: string }>
  /** A notify for an order's payment with Alipay's own signature over the fields and `changes`. */
  signedNotify(orderId: string, changes?: Record<string, string>, algorithm?: string): string
  close(): Promise<void>
}

/**
 * payment-service without Kafka in this process, with a real database and a real simulator, whose answers are waited for
 * as long as a busy machine may need.
 */
export async function startTestService({
  alipayTimeoutMs = 2_000,
  callsPerSecond = 1_000,
  queriesPerSecondMax = 1_000,
  secondPersonAboveFen,
}: {
  alipayTimeoutMs?: number
  callsPerSecond?: number
  queriesPerSecondMax?: number
  secondPersonAboveFen?: number
} = {}): Promise<TestService> {
  const database = await openTestDatabase()
  const alipay = await startAlipayForTests()
  const { db } = database
  const { appId, sellerId, gatewayUrl: gateway } = alipay
  const registry = new Registry()
  const keys = readKeys({ ALIPAY_PRIVATE_KEY: alipay.appPrivateKey, ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey })
  const client = createAlipayClient({
    appId,
    gateway,
    keys,
    timeoutMs: alipayTimeoutMs,
    registry,
    budget: createCallBudget({ perSecond: callsPerSecond }),
    observe: createUnverifiedRecorder({ db, logger: silent }),
  })
  const outbox = createOutbox({ db, service: 'payment-service' })
  const recordAlipayResult = createRecordAlipayResult({ outbox })
  const closer = createAttemptCloser({
    db,
    alipay: client,
    recordAlipayResult,
    alipayTimeoutMs,
    logger: silent,
  })
  const syncer = createAttemptSyncer({
    db,
    alipay: client,
    recordAlipayResult,
    queriesPerSecondMax,
    logger: silent,
  })
  const refunder = createRefundExecutor({
    registry,
    db,
    alipay: client,
    alipayTimeoutMs,
    queryAfterMs: refundQueryAfterMs,
    pauseMs: refundPauseMs,
    outbox,
    logger: silent,
  })
  const paymentWaiters = createPaymentWaiters()
  const handler = onOrderEvents({ created: paymentWaiters.created, closing() {} })
  const consumer = createBatchApplier({
    outbox,
    groupId: 'payment-service',
    handlers: [handler, onRefundRequested({ requested() {} })],
  })
  const notifyUrl = `${alipay.publicUrl}/api/payment/notify`
  const app = buildApp({
    db,
    signer: createPaymentSigner({
      appId,
      gateway,
      notifyUrl,
      privateKey: keys.appPrivateKey,
      certificateParameters: keys.certificateParameters,
    }),
    methodSettings: { methods: methodsOf('page,wap,app,jsapi,qr'), instalments: true, miniAppId, notifyUrl },
    alipay: client,
    recordAlipayResult,
    paymentWaiters,
    scheduleSync() {},
    scheduleClose() {},
    refundNow() {},
    outbox,
    reconcileNow() {},
    writeDeadLettersNow() {},
    readConsumers: async () => ({ items: [] }),
    certificates: () => [],
    queriesPerSecondMax,
    secondPerson: false,
    secondPersonAboveFen,
    appId,
    sellerId,
    verifier: keys.alipay,
    serviceToken,
    logger: silent,
    registry,
    readiness: {},
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })

  async function consume(...events: NewEvent<OrderEvent>[]): Promise<void> {
    await consumer.apply(events.map(event => ({ ...event, id: crypto.randomUUID(), time: new Date() }) as DomainEvent))
  }

  const service: TestService = {
    alipay,
    alipayClient: client,
    recordAlipayResult,
    database,
    app,
    closer,
    syncer,
    refunder,
    handler,
    outbox,
    url,
    consume,
    async newOrder({ amountFen = 25_800, expiresInMs = 1_800_000 } = {}) {
      const orderId = newOrderId()
      await consume(orderCreated(orderId, { amountFen, expiresInMs }))
      return orderId
    },
    async open(orderId, how = {}) {
      const { status, body } = await callService<{ content: string }>(url, 'POST', '/payments/open', {
        orderId,
        method: 'alipay_page',
        as: 'url',
        returnUrl: 'https://shop.example/payment/result',
        quitUrl: 'https://shop.example/orders',
        ...how,
      })
      if (status !== 200) throw new Error(`open answered ${status}: ${JSON.stringify(body)}`)
      return body.content
    },
    read: async orderId => (await callService(url, 'GET', `/payments/${orderId}`)).body,
    async attemptsOf(orderId) {
      const { attempts } = (await service.read(orderId)) as { attempts: { status: string; method?: string }[] }
      return attempts.map(({ status, method }) => [status, method].filter(Boolean).join(' '))
    },
    async forgetSync(orderId) {
      await database.client`update attempts set synced_at = null where order_id = ${orderId}`
    },
    async eventsOf(orderId) {
      const rows = await database.client<{ type: string; value: string }[]>`
        select headers->>'ce_type' as type, value from outbox where key = ${orderId} order by id`
      return rows.map(({ type, value }) => ({ type, data: JSON.parse(value) }) as PaymentEvent)
    },
    async notify(body, contentType = 'application/x-www-form-urlencoded; text/html; charset=utf-8') {
      const response = await fetch(`${url}/notify`, {
        method: 'POST',
        headers: { 'content-type': contentType, 'x-service-token': serviceToken },
        body,
      })
      return { status: response.status, text: await response.text() }
    },
    signedNotify(orderId, changes = {}, algorithm = 'RSA-SHA256') {
      const fields: Record<string, string> = {
        notify_time: '2026-01-02 11:04:06',
        notify_type: 'trade_status_sync',
        notify_id: `n${orderId.slice(4)}`,
        app_id: appId,
        charset: 'utf-8',
        version: '1.0',
        trade_no: `2026${orderId.slice(-20)}`,
        out_trade_no: orderId,
        buyer_id: '2088000000000001',
        seller_id: sellerId,
        trade_status: 'TRADE_SUCCESS',
        total_amount: '258.00',
        gmt_payment: '2026-01-02 11:04:05',
        ...changes,
      }
      const text = Buffer.from(signingText(fields, ['sign_type']))
      const signature = sign(algorithm, text, alipay.alipayPrivateKey).toString('base64')
      return new URLSearchParams({ sign_type: 'RSA2', ...fields, sign: signature }).toString()
    },
    async close() {
      await app.close()
      await closer.close()
      await syncer.close()
      await refunder.close()
      await alipay.close()
      await database.drop()
    },
  }
  return service
}

/** An OrderCreated as order-service publishes it. */
export function orderCreated(
  orderId: string,
  { amountFen = 25_800, expiresInMs = 1_800_000 }: { amountFen?: number; expiresInMs?: number } = {},
): NewEvent<OrderEvent> {
  const now = Date.now()
  return {
    type: 'OrderCreated',
    key: orderId,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: {
      orderId,
      customerId: 'c-1',
      currency: 'CNY',
      totalFen: amountFen,
      lines: [{ sku: 'tea-01', title: 'Tea', quantity: 1, unitPriceFen: amountFen }],
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + expiresInMs).toISOString(),
    },
  }
}

export function orderClosing(orderId: string, reason: 'expired' | 'cancelled'): NewEvent<OrderEvent> {
  return { type: 'OrderClosing', key: orderId, data: { orderId, reason } }
}

export function orderEnded(orderId: string, type: 'OrderExpired' | 'OrderCancelled'): NewEvent<OrderEvent> {
  return { type, key: orderId, data: { orderId } }
}

export function orderRejected(orderId: string): NewEvent<OrderEvent> {
  return { type: 'OrderRejected', key: orderId, data: { orderId, shortages: [] } }
}

/** The RefundRequested that order-service publishes for a payment that the order cannot use. */
export function refundRequested(
  orderId: string,
  { outTradeNo, reason }: { outTradeNo: string; reason: 'late_payment' | 'second_payment' },
): NewEvent<OrderEvent> {
  const refundId = `ref_${createHash('sha256').update(`${outTradeNo} ${reason}`).digest('hex').slice(0, 32)}`
  const tradeNo = `of ${outTradeNo}`
  return {
    type: 'RefundRequested',
    key: orderId,
    data: { orderId, refundId, outTradeNo, tradeNo, amountFen: 25_800, reason },
  }
}
