import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import { StartFailure } from '../failure.ts'
import { followTopics } from '../follow-topics.ts'
import { waitUntil } from '../wait-until.ts'
import { CallFailed, call } from './call.ts'
import {
  buyerOf,
  type OfferedPayment,
  type PaymentMethodName,
  type PaymentTarget,
  targetIfOpened,
  targetOf,
} from './payment-target.ts'
import { signToken, type TokenSettings } from './token.ts'

/** A running system. */
export interface CheckoutTarget {
  /** Without a path. */
  gatewayUrl: string
  tokens: TokenSettings
  kafka: KafkaConnection
  /** Alipay's simulator, without a path. Without it, the one that a payment's link leads to. */
  simulatorUrl?: string | undefined
}

/** One event of an order. */
interface SeenEvent {
  event: string
  /** When it happened, ISO 8601. */
  at: string
  /** The service that published it. */
  service: string
}

/** A completed purchase. */
export interface Checkout {
  orderId: string
  orderStatus: string
  method: PaymentMethodName
  /** What the shopper's browser, app or mini program was given. */
  paidWith: PaymentTarget
  paymentUrl: string
  outTradeNo: string
  /** Alipay's number. */
  tradeNo: string
  totalFen: number
  timeline: SeenEvent[]
  /** From placing the order until it was PAID, ms. */
  durationMs: number
}

interface ProductPage {
  items: { sku: string; available: number }[]
  nextCursor: string | null
}

interface PlacedOrder {
  order: { orderId: string; totalFen: number }
  payment: OfferedPayment & { tradeNo: string }
}

const paidTimeoutMs = 30_000
/** order-service receives new products as events, so right after the first start it may not have them yet. */
const catalogueTimeoutMs = 15_000

/**
 * Buys one product as a customer: places an order, pays it by this method at the Alipay simulator, and waits until the
 * order is PAID, while reading the events that downstream systems read.
 *
 * @throws Error naming the failed step
 */
export async function runCheckout(
  target: CheckoutTarget,
  method: PaymentMethodName = 'alipay_page',
): Promise<Checkout> {
  const token = signToken(target.tokens, `demo-${randomUUID()}`)
  const sku = await chooseProduct(target.gatewayUrl)
  const seen: (SeenEvent & { orderId: string })[] = []
  const topics = ['order.events', 'payment.events', 'inventory.events']
  const options = { kafka: target.kafka, topics, from: 'now', clientId: 'demo' } as const
  const { stop } = await followTopics(options, ({ key: orderId, type: event, headers }) => {
    const { ce_time: at = '', ce_source: source = '' } = headers
    seen.push({ orderId, event, at, service: source.replace(/^\//, '') })
  })
  try {
    const startedAtMs = performance.now()
    const placed = await placeOrder(target.gatewayUrl, token, { sku, method })
    const { orderId, totalFen } = placed.order
    const payment = await untilPayable(target.gatewayUrl, token, orderId, placed.payment)
    const paidWith = targetOf(payment)
    const trade = await payAtSimulator(paidWith, target.simulatorUrl)
    const orderStatus = await waitUntilPaid(target.gatewayUrl, orderId, token)
    const durationMs = Math.round(performance.now() - startedAtMs)
    const eventsOf = () => seen.filter(one => one.orderId === orderId)
    await waitUntil(() => eventsOf().some(({ event }) => event === 'OrderPaid'), { timeoutMs: paidTimeoutMs })
    const { paymentUrl, tradeNo: outTradeNo } = payment
    const timeline = eventsOf().map(({ event, at, service }) => ({ event, at, service }))
    timeline.sort((a, b) => a.at.localeCompare(b.at))
    const order = { orderId, orderStatus, method, paidWith, paymentUrl, outTradeNo }
    return { ...order, tradeNo: trade.tradeNo, totalFen, timeline, durationMs }
  } finally {
    await stop()
  }
}

/** The product tea-01 where it is available, else the first available one. */
async function chooseProduct(gatewayUrl: string): Promise<string> {
  let cursor: string | null = null
  do {
    const path: string = cursor === null ? '/api/products' : `/api/products?cursor=${cursor}`
    const page = await call<ProductPage>('GET', gatewayUrl + path)
    const onSale = page.items.filter(product => product.available > 0)
    const chosen = onSale.find(product => product.sku === 'tea-01') ?? onSale[0]
    if (chosen !== undefined) return chosen.sku
    cursor = page.nextCursor
  } while (cursor !== null)
  throw new StartFailure('Choosing a product', 'nothing is on sale', 'Add products and stock through the admin routes')
}

async function placeOrder(
  gatewayUrl: string,
  token: string,
  { sku, method }: { sku: string; method: PaymentMethodName },
): Promise<PlacedOrder> {
  const body = { items: [{ sku, quantity: 1 }], paymentMethod: method, ...buyerOf(method) }
  const attempt = () =>
    call<PlacedOrder>('POST', `${gatewayUrl}/api/orders`, { token, body, headers: { 'idempotency-key': randomUUID() } })
  const endAtMs = performance.now() + catalogueTimeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const isNotYetKnown = error instanceof CallFailed && error.problem === 'unknown-sku'
      if (!isNotYetKnown || performance.now() > endAtMs) throw error
      await delay(50)
    }
  }
}

async function waitUntilPaid(gatewayUrl: string, orderId: string, token: string): Promise<string> {
  const readStatus = () =>
    call<{ status: string; orderStatus: string }>('GET', `${gatewayUrl}/api/orders/${orderId}/status`, { token })
  const decided = await waitUntil(
    async () => {
      const answer = await readStatus()
      return answer.status === 'PENDING' ? undefined : answer
    },
    { timeoutMs: paidTimeoutMs, everyMs: 60 },
  )
  if (decided.status !== 'PAID') throw new Error(`order ${orderId} was not paid: it is ${decided.orderStatus}`)
  return decided.orderStatus
}

/** The payment, which is opened again where payment-service or Alipay answered too late while the order was placed. */
async function untilPayable(
  gatewayUrl: string,
  token: string,
  orderId: string,
  placed: PlacedOrder['payment'],
): Promise<PlacedOrder['payment']> {
  const { method } = placed
  if (targetIfOpened(placed)) return placed
  const url = `${gatewayUrl}/api/orders/${orderId}/payment`
  const body = { method, ...buyerOf(method) }
  return waitUntil(() => call<PlacedOrder['payment']>('POST', url, { token, body }), {
    timeoutMs: paidTimeoutMs,
    everyMs: 200,
  })
}

async function payAtSimulator(target: PaymentTarget, simulatorUrl?: string): Promise<{ tradeNo: string }> {
  const remedy = 'A sample can only be paid at the simulator: unset the ALIPAY_… variables to use it'
  const origin = 'url' in target ? new URL(target.url).origin : simulatorUrl
  if (origin === undefined) throw new StartFailure('Paying at the simulated Alipay', 'no simulator runs', remedy)
  try {
    return await call('POST', `${origin}/simulator/pay`, { body: target })
  } catch (error) {
    throw new StartFailure('Paying at the simulated Alipay', (error as Error).message, remedy)
  }
}
